package value

// Code is a short name that never changes: ^[A-Z0-9][A-Z0-9-]{1,31}$.
type Code string

// Valid reports whether c has the form of a code. Being ASCII only, it has no
// room for control or direction characters (V9).
func (c Code) Valid() bool {
	if len(c) < 2 || len(c) > 32 || c[0] == '-' {
		return false
	}
	return all(string(c), func(b byte) bool { return upper(b) || digit(b) || b == '-' })
}

// Check returns the rule that c breaks, if any; characters that cannot be seen
// have a key of their own, since "wrong form" would not help who pasted them.
func (c Code) Check() []Broken {
	switch {
	case c.Valid():
		return nil
	case hidden(string(c)):
		return []Broken{wrong("", KeyCharacters)}
	}
	return []Broken{wrong("", KeyPattern)}
}
