package kind

import "reflect"

// Part is what Compile makes a Registry of: Kinds and settings.
type Part interface{ join(c *compiler) }

// Kinds collects the declarations of one subject folder.
type Kinds []declaration

// declaration is a kind, or (typ nil) a named expression.
type declaration struct {
	spec Spec
	typ  reflect.Type // the struct
	name string
	expr string
}

// Declare adds the kind that T and s declare to into. T embeds Head. It returns
// nothing of use, so that a file may say: var _ = kind.Declare[Unit](&Kinds, ...).
func Declare[T any](into *Kinds, s Spec) bool {
	*into = append(*into, declaration{spec: s, typ: reflect.TypeFor[T]()})
	return true
}

// Pattern adds the expression that fields name as re=NAME. It must match the
// whole text, so write ^ and $. Like Declare it returns nothing of use.
func Pattern(into *Kinds, name, expr string) bool {
	*into = append(*into, declaration{name: name, expr: expr})
	return true
}

func (k Kinds) join(c *compiler) { c.declared = append(c.declared, k...) }

type setting func(c *compiler)

func (s setting) join(c *compiler) { s(c) }

// WithNormaliser makes every text that Decode reads pass through f, which
// brings it to Unicode's NFC (V9). The standard library has no such function,
// so whoever starts the program brings one; without it texts stay as they came.
func WithNormaliser(f func(string) string) Part {
	return setting(func(c *compiler) { c.norm = f })
}

// Elsewhere names kinds that references may point at although they are not
// among the Kinds compiled: a subject folder tested by itself.
func Elsewhere(names ...string) Part {
	return setting(func(c *compiler) {
		for _, n := range names {
			c.known[n] = true
		}
	})
}
