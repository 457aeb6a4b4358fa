package kind

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"colocate/domain/value"
)

// Clean returns s as a text is kept (V9): without control characters but line
// ends and tabs, line ends as "\n", without white space around it. What it
// strips cannot be seen, so nobody misses it; direction marks stay, since
// texts that mix directions need them. It does not normalise.
func Clean(s string) string {
	if printable(s) {
		return strings.TrimSpace(s)
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.Is(unicode.Cc, r) {
			return -1
		}
		return r
	}, s))
}

// CleanName returns s as a name is kept (V9): one line, without control
// characters and without the marks that change the direction of what follows,
// with which a name could be made to look like another.
func CleanName(s string) string {
	if printable(s) {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case value.Bidi(r) || r == '\uFEFF' || unicode.Is(unicode.Cc, r):
			return -1
		}
		return r
	}, s))
}

// printable reports whether s is all visible ASCII and spaces, and so needs
// neither cleaning nor normalising: most texts, and cheap to find out.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cleaner joins a normaliser and a cleaner.
func cleaner(norm, clean func(string) string) func(string) string {
	if norm == nil {
		return clean
	}
	return func(s string) string {
		if printable(s) {
			return strings.TrimSpace(s)
		}
		return clean(norm(s))
	}
}

func longer(s string, limit int64) bool {
	return int64(len(s)) > limit && int64(utf8.RuneCountInString(s)) > limit
}
