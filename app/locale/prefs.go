package locale

import (
	"slices"
	"strings"
	"time"
)

// Native is the value of Prefs.Digits that asks for the digits of the language
// where it has its own (Arabic).
const Native = "native"

// Prefs are how one reader has things written.
type Prefs struct {
	Zone   *time.Location    // of times; nil: UTC
	Digits string            // Native; "latn", "" and anything else: Western
	Terms  map[string]string // what the mission calls things in this language, by message key; see TermKey
}

// For is t as a reader with the preferences p has it. It costs an allocation,
// so it may be made for every request; p.Terms must not change afterwards.
func (t *Texts) For(p Prefs) *Texts {
	if p.Digits != Native || t.base.native == nil {
		return &Texts{base: t.base, Prefs: p, printer: t.western}
	}
	return &Texts{base: t.base, Prefs: p, printer: t.base.native}
}

// terms begin the keys of texts that name things.
var terms = []string{"kind.", "field.", "state.", "verb.", "enum.", "role.", "term."}

// TermKey reports whether a mission may have its own text for message key
// (design.md §6): names of things only, never a sentence or an error.
func TermKey(key string) bool {
	return slices.ContainsFunc(terms, func(start string) bool { return strings.HasPrefix(key, start) })
}

// digits writes the Western digits of s as the reader has them.
func (t *Texts) digits(s string) string {
	if t.printer == t.western {
		return s
	}
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r - '0' + '٠'
		}
		return r
	}, s)
}
