// Package locale turns message keys into texts in the languages of the
// interface. The catalogues are read once, at start; what is made of them is
// immutable and safe for concurrent use. Nothing else imports go-i18n.
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
	"golang.org/x/text/message"
)

// Catalogue holds the texts of every language.
type Catalogue struct {
	texts map[string]*Texts
}

// Texts are the texts of one language.
type Texts struct {
	lang      Language
	localizer *goi18n.Localizer
	printer   *message.Printer
	missed    *sync.Map // message keys already complained of
	log       zerolog.Logger
}

// New reads the catalogue of every language of the interface from files, which
// holds active.<language>.json. log hears, once per language and key, of texts
// that are missing.
func New(files fs.FS, log zerolog.Logger) (*Catalogue, error) {
	bundle := goi18n.NewBundle(language.MustParse(languages[0].file))
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, l := range languages {
		name := "active." + l.file + ".json"
		if _, err := bundle.LoadMessageFileFS(files, name); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
	}
	c := &Catalogue{texts: map[string]*Texts{}}
	for _, l := range languages {
		c.texts[l.Tag] = &Texts{
			lang:      l,
			localizer: goi18n.NewLocalizer(bundle, l.file),
			printer:   message.NewPrinter(language.MustParse(l.numbers)),
			missed:    &sync.Map{},
			log:       log,
		}
	}
	return c, nil
}

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

// T is the text of message key. Whole numbers and lists of strings in args are
// written as the language writes them; a whole number called Count chooses the
// plural form. A missing text is the English one, else the key itself; it is
// never an error and never empty.
func (t *Texts) T(key string, args map[string]any) string {
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

// Num writes a whole number with the language's grouping and Western digits.
func (t *Texts) Num(n int64) string { return t.printer.Sprintf("%d", n) }

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
		case []string:
			data[name] = strings.Join(v, t.lang.comma)
		default:
			data[name] = v
		}
	}
	return data
}
