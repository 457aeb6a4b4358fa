// Package value holds the values that records are made of (domain.md §0,
// "Common types"): texts with labelled translations, dates in a mission's own
// calendar, money that is never a float, counts by sex. Each type knows its
// limits and says which rule a wrong value breaks, as a message key; none
// knows how it is stored or sent.
package value

// Message keys of the rules that a field can break. The last segment is the
// stable code that clients switch on; the comment names the arguments.
const (
	KeyRequired    = "error.field.required"
	KeyTooLong     = "error.field.too_long"     // Max runes
	KeyTooShort    = "error.field.too_short"    // Min runes
	KeyRange       = "error.field.range"        // Min, Max; one may be missing
	KeyType        = "error.field.type"         // Want: the name of a wire type
	KeyEnum        = "error.field.enum"         // Allowed
	KeyUnknown     = "error.field.unknown"      // no such field
	KeyServerOwned = "error.field.server_owned" // never sent by a client
	KeyPattern     = "error.field.pattern"
	KeyFuture      = "error.field.future"
	KeyReference   = "error.field.reference" // Allowed kinds, where the kind is wrong
	KeyCode        = "error.field.code"      // List
	KeyDuplicate   = "error.field.duplicate"
	KeyOrder       = "error.field.order"
	KeyCharacters  = "error.field.characters"
	KeyTooMany     = "error.field.too_many" // Max elements
	KeyTooFew      = "error.field.too_few"  // Min elements
)

// Keys lists every key above, for the test of the catalogues.
var Keys = []string{KeyRequired, KeyTooLong, KeyTooShort, KeyRange, KeyType, KeyEnum, KeyUnknown,
	KeyServerOwned, KeyPattern, KeyFuture, KeyReference, KeyCode, KeyDuplicate, KeyOrder, KeyCharacters,
	KeyTooMany, KeyTooFew}

// Broken is one rule that a value breaks: the part of it ("" is the whole, else
// a path such as "amount" or "tr/fr/text"), the message key and its arguments.
type Broken struct {
	Part string
	Key  string
	Args map[string]any
}

func wrong(part, key string, args ...any) Broken {
	b := Broken{Part: part, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if b.Args == nil {
			b.Args = map[string]any{}
		}
		b.Args[args[i].(string)] = args[i+1]
	}
	return b
}
