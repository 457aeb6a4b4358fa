package value

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

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

// Values lists the methods.
func (Method) Values() []string { return []string{string(Human), string(Machine)} }

// TranslationState tells whether somebody checked a translation.
type TranslationState string

// States of a translation.
const (
	DraftTranslation    TranslationState = "draft"
	VerifiedTranslation TranslationState = "verified"
)

// Values lists the states.
func (TranslationState) Values() []string {
	return []string{string(DraftTranslation), string(VerifiedTranslation)}
}

// IsZero reports whether t says nothing at all.
func (t Text) IsZero() bool { return t.Lang == "" && t.Text == "" && len(t.Tr) == 0 }

// Blank reports whether t's original has no visible character.
func (t Text) Blank() bool { return strings.TrimSpace(t.Text) == "" }

// Runes is the length of the original in runes (V10).
func (t Text) Runes() int { return utf8.RuneCountInString(t.Text) }

// In returns t in the first of langs that it is written in or translated to, an
// exact tag before one of the same base language, and the language of what it
// returns. Without one it returns the original: who shows it marks it as not
// being in the reader's language.
func (t Text) In(langs ...Lang) (string, Lang) {
	for _, want := range langs {
		if want == t.Lang {
			return t.Text, t.Lang
		}
		if tr, ok := t.Tr[want]; ok {
			return tr.Text, want
		}
		if want.Base() == t.Lang.Base() {
			return t.Text, t.Lang
		}
		for _, have := range t.Languages() {
			if have.Base() == want.Base() {
				return t.Tr[have].Text, have
			}
		}
	}
	return t.Text, t.Lang
}

// Languages lists the languages of the translations, in a stable order.
func (t Text) Languages() []Lang { return slices.Sorted(maps.Keys(t.Tr)) }

// Check returns the rules that t breaks: a text without a language, a
// translation into its own language, one without text or label.
func (t Text) Check() []Broken {
	var bad []Broken
	switch {
	case t.Lang == "":
		bad = append(bad, wrong("lang", KeyRequired))
	case !t.Lang.Valid():
		bad = append(bad, wrong("lang", KeyPattern))
	}
	if t.Blank() {
		bad = append(bad, wrong("text", KeyRequired))
	}
	if len(t.Tr) == 0 {
		return bad
	}
	for _, l := range t.Languages() {
		bad = append(bad, t.checkTranslation(l)...)
	}
	return bad
}

func (t Text) checkTranslation(l Lang) []Broken {
	at, tr := "tr/"+pointer(string(l)), t.Tr[l]
	var bad []Broken
	switch {
	case !l.Valid():
		bad = append(bad, wrong(at, KeyPattern))
	case l == t.Lang:
		bad = append(bad, wrong(at, KeyDuplicate))
	}
	if strings.TrimSpace(tr.Text) == "" {
		bad = append(bad, wrong(at+"/text", KeyRequired))
	}
	if !slices.Contains(tr.Method.Values(), string(tr.Method)) {
		bad = append(bad, wrong(at+"/method", KeyEnum, "Allowed", tr.Method.Values()))
	}
	if !slices.Contains(tr.State.Values(), string(tr.State)) {
		bad = append(bad, wrong(at+"/state", KeyEnum, "Allowed", tr.State.Values()))
	}
	return bad
}

// pointer escapes a name for a JSON pointer (RFC 6901 §3).
func pointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}
