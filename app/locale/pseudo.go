package locale

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"unicode/utf8"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/rs/zerolog"
	"golang.org/x/text/language"
)

// Pseudo is the tag of a made-up language for tests, CLDR's for accented
// English: English with accents, two fifths longer and isolated from the
// direction around it, so that a page shows which of its words are not from the
// catalogue and which of its boxes are too narrow.
const Pseudo = "en-XA"

// NewWithPseudo is New, with Pseudo beside the languages. It is for tests:
// nobody is offered it, and only the cookie asks for it.
func NewWithPseudo(files fs.FS, log zerolog.Logger) (*Catalogue, error) {
	c, err := New(files, log)
	if err != nil {
		return nil, err
	}
	l := languages[0]
	name := "active." + l.file + ".json"
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	read, err := goi18n.ParseMessageFileBytes(data, name, map[string]goi18n.UnmarshalFunc{"json": json.Unmarshal})
	if err != nil {
		return nil, err
	}
	for _, m := range read.Messages {
		m.One, m.Other = pseudo(m.One), pseudo(m.Other)
	}
	bundle := goi18n.NewBundle(language.MustParse(l.file))
	if err := bundle.AddMessages(language.MustParse(l.file), read.Messages...); err != nil {
		return nil, err
	}
	l.Tag, l.Name = Pseudo, pseudo(l.Name)
	c.add(l, bundle, read.Messages, log)
	return c, nil
}

// Negotiate is the function Negotiate, save that the cookie may ask for Pseudo,
// before all else, of a catalogue that has it.
func (c *Catalogue) Negotiate(account, cookie, header string) string {
	if _, ok := c.texts[Pseudo]; ok && cookie == Pseudo {
		return Pseudo
	}
	return Negotiate(account, cookie, header)
}

var (
	placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)
	accents     = strings.NewReplacer(
		"a", "åå", "e", "éé", "i", "îî", "o", "öö", "u", "ûû", "A", "ÅÅ", "E", "ÉÉ", "I", "ÎÎ", "O", "ÖÖ", "U", "ÛÛ",
		"c", "ç", "g", "ĝ", "n", "ñ", "s", "š", "y", "ý", "z", "ž", "C", "Ç", "G", "Ĝ", "N", "Ñ", "S", "Š", "Y", "Ý", "Z", "Ž",
	)
)

// pseudo is an English text in the made-up language, with its placeholders.
func pseudo(text string) string {
	if text == "" {
		return ""
	}
	var out strings.Builder
	rest := text
	for _, p := range placeholder.FindAllString(text, -1) {
		before, after, _ := strings.Cut(rest, p)
		out.WriteString(accents.Replace(before) + p)
		rest = after
	}
	out.WriteString(accents.Replace(rest))
	short := utf8.RuneCountInString(text)*7/5 - utf8.RuneCountInString(out.String())
	return "\u2066" + out.String() + strings.Repeat("~", max(short, 0)) + "\u2069"
}
