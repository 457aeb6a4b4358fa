package value

import "strings"

// Lang is a BCP 47 tag such as "fr" or "sr-Latn".
type Lang string

// maxLang is the longest tag accepted; RFC 5646 §4.4.1 recommends room for 35.
const maxLang = 35

// Valid reports whether l has the shape of a BCP 47 tag: a lower-case language
// of two or three letters, then subtags of two to eight letters or digits, or
// of one to eight after an "x". It does not ask whether the language exists.
func (l Lang) Valid() bool {
	first, rest, more := strings.Cut(string(l), "-")
	if len(l) > maxLang || len(first) < 2 || len(first) > 3 || !all(first, lower) {
		return false
	}
	private := false
	for more {
		var sub string
		sub, rest, more = strings.Cut(rest, "-")
		if sub == "x" && !private && more {
			private = true
			continue
		}
		if len(sub) < 1 || len(sub) > 8 || (len(sub) == 1 && !private) || !all(sub, alnum) {
			return false
		}
	}
	return true
}

// Check returns the rule that l breaks, if any.
func (l Lang) Check() []Broken {
	if l.Valid() {
		return nil
	}
	return []Broken{wrong("", KeyPattern)}
}

// Base is the language of l without script, region and variants: "sr".
func (l Lang) Base() Lang {
	base, _, _ := strings.Cut(string(l), "-")
	return Lang(base)
}

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func upper(c byte) bool { return 'A' <= c && c <= 'Z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }
func alnum(c byte) bool { return lower(c) || upper(c) || digit(c) }
