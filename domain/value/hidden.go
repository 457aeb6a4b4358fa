package value

import "unicode"

// Bidi reports whether r is one of the characters that change the direction of
// what follows (V9: U+202A-202E, U+2066-2069).
func Bidi(r rune) bool { return (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069) }

// hidden reports whether s holds a control, format or direction character.
func hidden(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) {
			return true
		}
	}
	return false
}
