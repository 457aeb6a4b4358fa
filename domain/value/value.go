// Package value holds the values that records are made of (domain.md §0,
// "Common types"): texts with labelled translations, dates in a mission's own
// calendar, money that is never a float, counts by sex. Each type knows its
// limits and says which rule a wrong value breaks, as a message key; none
// knows how it is stored or sent.
package value

// Lang is a BCP 47 tag such as "fr" or "sr-Latn".
type Lang string

// Text is what a person wrote, in the language they wrote it in, with its
// translations beside it. The original is never overwritten (domain.md §0).
// On the wire: {lang, text, tr:{<lang>:{text, method, state, by, at}}}.
type Text struct {
	Lang Lang
	Text string
	Tr   map[Lang]Translation
}

// Translation is one labelled translation of a Text. By is the id of the
// person who made or checked it, set by the server with At.
type Translation struct {
	Text   string
	Method Method
	State  TranslationState
	By     string
	At     string // RFC 3339, UTC
}

// Method tells how a translation was made; machine text is always labelled.
type Method string

// Methods of translation.
const (
	Human   Method = "human"
	Machine Method = "machine"
)

// TranslationState tells whether somebody checked a translation.
type TranslationState string

// States of a translation.
const (
	DraftTranslation    TranslationState = "draft"
	VerifiedTranslation TranslationState = "verified"
)

// Date is a day in the mission's calendar, "2006-01-02". It has no time zone;
// "today" is asked of the mission's (domain.md §0).
type Date string

// PartialDate is a year, a month or a day: "2006", "2006-01" or "2006-01-02".
type PartialDate string

// Period runs from Start to End, both days included when shown, half-open when
// queried. An empty End is open.
type Period struct{ Start, End Date }

// Money is an exact amount, as a decimal string, in an ISO 4217 currency.
type Money struct{ Amount, Ccy string }

// SexCount counts people by sex. Its total is derived, never stored or typed.
// On the wire: {female, male, other_undisclosed}.
type SexCount struct{ Female, Male, Other int64 }

// Total is the number of people counted.
func (c SexCount) Total() int64 { return c.Female + c.Male + c.Other }

// Point is a place in WGS 84 degrees, known to PrecisionM metres.
// On the wire: {lat, lon, precision_m}.
type Point struct {
	Lat, Lon   float64
	PrecisionM int64
}

// Percent keeps the numerator and the denominator that made it; the percentage
// is derived, to one decimal. On the wire: {num, den}.
type Percent struct{ Num, Den int64 }

// Ref points at a record of the same mission, or of the service. On the wire
// and stored: {kind, id}.
type Ref struct{ Kind, ID string }

// IsZero reports whether r points at nothing.
func (r Ref) IsZero() bool { return r.ID == "" }

// Is reports whether r points at a record of one of kinds.
func (r Ref) Is(kinds ...string) bool {
	for _, k := range kinds {
		if r.Kind == k {
			return true
		}
	}
	return false
}

// Code is a short name that never changes: ^[A-Z0-9][A-Z0-9-]{1,31}$.
type Code string
