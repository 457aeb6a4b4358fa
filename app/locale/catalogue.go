// Package locale turns message keys into texts, and dates, numbers and names of
// languages into words, in the languages of the interface. The catalogues are
// read once, at start; what is made of them is immutable and safe for
// concurrent use. Nothing else imports go-i18n.
package locale

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/rs/zerolog"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

// Catalogue holds the texts of every language.
type Catalogue struct {
	tags  []string // of languages, the default first
	texts map[string]*Texts
}

// Texts are the texts of one language, as one reader has them: see For.
type Texts struct {
	*base
	Prefs
	printer *message.Printer
}

// base is what the readers of one language share.
type base struct {
	lang      Language
	localizer *goi18n.Localizer
	plain     map[string]string // texts without arguments and plural forms, which are most of them
	western   *message.Printer
	native    *message.Printer // nil where the language's digits are the Western ones
	names     display.Namer    // of languages
	collators *sync.Pool
	missed    *sync.Map // message keys already complained of
	log       zerolog.Logger
}

// New reads the catalogue of every language of the interface from files, which
// holds active.<language>.json. log hears, once per language and key, of texts
// that are missing.
func New(files fs.FS, log zerolog.Logger) (*Catalogue, error) {
	bundle := goi18n.NewBundle(language.MustParse(languages[0].file))
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	c := &Catalogue{texts: map[string]*Texts{}}
	loaded := map[string][]*goi18n.Message{}
	for _, l := range languages {
		name := "active." + l.file + ".json"
		file, err := bundle.LoadMessageFileFS(files, name)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		loaded[l.Tag] = file.Messages
	}
	for _, l := range languages {
		c.add(l, bundle, loaded[l.Tag], log)
	}
	return c, nil
}

// add makes the texts of l, once every catalogue is in bundle.
func (c *Catalogue) add(l Language, bundle *goi18n.Bundle, messages []*goi18n.Message, log zerolog.Logger) {
	b := &base{
		lang:      l,
		localizer: goi18n.NewLocalizer(bundle, l.file),
		plain:     plain(messages),
		western:   message.NewPrinter(language.MustParse(l.western)),
		names:     display.Tags(language.MustParse(l.file)),
		collators: newCollators(l.file),
		missed:    &sync.Map{},
		log:       log,
	}
	if l.native != "" {
		b.native = message.NewPrinter(language.MustParse(l.native))
	}
	c.tags = append(c.tags, l.Tag)
	c.texts[l.Tag] = &Texts{base: b, printer: b.western}
}

// plain picks the messages that need no template: a page has hundreds of them,
// and go-i18n takes a microsecond for each.
func plain(messages []*goi18n.Message) map[string]string {
	out := make(map[string]string, len(messages))
	for _, m := range messages {
		forms := m.Zero + m.One + m.Two + m.Few + m.Many
		if m.Other != "" && forms == "" && !strings.Contains(m.Other, "{{") {
			out[m.ID] = m.Other
		}
	}
	return out
}

// Tags are the tags that Texts knows: those of Languages, then Pseudo if this
// catalogue has it.
func (c *Catalogue) Tags() []string { return append([]string(nil), c.tags...) }

// Texts returns the texts of language tag, the default's if there is none.
func (c *Catalogue) Texts(tag string) *Texts {
	if t, ok := c.texts[tag]; ok {
		return t
	}
	return c.texts[languages[0].Tag]
}

// Lang is the tag of the language.
func (t *Texts) Lang() string { return t.lang.Tag }

// Dir is the direction of the language, "ltr" or "rtl".
func (t *Texts) Dir() string { return t.lang.Dir }

// T is the text of message key: the mission's own term if it has one, else the
// catalogue's. Whole numbers, fractions and lists of strings in args are
// written as the language writes them; a whole number called Count chooses the
// plural form. A missing text is the English one, else the key itself; it is
// never an error and never empty.
func (t *Texts) T(key string, args map[string]any) string {
	if own := t.Terms[key]; own != "" && TermKey(key) {
		return own
	}
	if text, ok := t.plain[key]; ok {
		return text
	}
	lc := &goi18n.LocalizeConfig{MessageID: key, TemplateData: t.format(args)}
	switch n := args["Count"].(type) {
	case int, int64:
		lc.PluralCount = n
	}
	return t.localize(lc)
}

// N is T with n as the Count.
func (t *Texts) N(key string, n int64, args map[string]any) string {
	with := make(map[string]any, len(args)+1)
	maps.Copy(with, args)
	with["Count"] = n
	return t.T(key, with)
}

func (t *Texts) localize(lc *goi18n.LocalizeConfig) string {
	text, err := t.localizer.Localize(lc)
	if err != nil || strings.Contains(text, "<no value>") {
		t.complain(lc.MessageID)
	}
	if text == "" {
		return lc.MessageID
	}
	return text
}

// complain logs a key once: a page may ask for it a thousand times.
func (t *Texts) complain(key string) {
	if _, seen := t.missed.LoadOrStore(key, true); !seen {
		t.log.Error().Str("lang", t.lang.Tag).Str("key", key).Msg("text is missing or lacks a value")
	}
}

func (t *Texts) format(args map[string]any) map[string]any {
	data := make(map[string]any, len(args))
	for name, v := range args {
		switch v := v.(type) {
		case int:
			data[name] = t.Num(int64(v))
		case int64:
			data[name] = t.Num(v)
		case float64:
			data[name] = t.Decimal(v, 2)
		case []string:
			data[name] = t.List(v)
		default:
			data[name] = v
		}
	}
	return data
}
