package kind

import (
	"fmt"
	"reflect"
	"time"

	"colocate/domain/value"
)

// ActTranslate is the action, of the policy and of the journal, by which a
// translation is put beside a text or an existing one is marked as verified.
// Every kind with texts has it; no verb may have this name.
const ActTranslate = "translate"

// Translating is what the action takes: a translation, or the language of one
// that its sender has checked. The original is never overwritten, and a text
// that a machine made is labelled as such (domain.md §0).
type Translating struct {
	Path   string       `f:"path,required,max=200"` // of the text in the record: "observations/0/text"
	Text   value.Text   `f:"text,max=4000"`         // the translation, in its own language
	Method value.Method `f:"method"`
	Verify value.Lang   `f:"verify"`
	// Resolved says that somebody looked at what the scan of shared texts found.
	Resolved bool `f:"scan_resolved"`
}

// translation compiles the action for d where it has texts.
func (c *compiler) translation(d *Descriptor) {
	if d.Unlisted || !hasText(d.Fields) {
		return
	}
	do := Action{rec: d.typ, in: reflect.TypeFor[Translating](), run: func(World, any, any) error { return nil }} // the engine does it
	d.translation = &VerbDescriptor{Verb: Verb{Name: ActTranslate, Do: do}}
	d.translation.Example = d.translationExample()
	c.input(d, d.translation, d.Name+"."+ActTranslate)
}

func hasText(fields []*Field) bool {
	for _, f := range fields {
		if (f.Type == TextType && f.Class < STR) || hasText(f.Fields) {
			return true
		}
	}
	return false
}

// Translation describes the input of ActTranslate as a verb's; nil for a kind
// without texts.
func (d *Descriptor) Translation() *VerbDescriptor { return d.translation }

// TextIn is one text found in a record: where, what, and its limit in runes.
type TextIn struct {
	Path string // "observations/0/text"
	Text *value.Text
	Max  int64
}

// Texts lists the texts of rec that by sees, empty ones left out. They are
// those of the record: what is changed in one changes it.
func (d *Descriptor) Texts(rec Record, by DecodeBy) []TextIn {
	var found []TextIn
	t := make(trail, 0, 8)
	d.codec.walk(&t, d.value(rec), holdsTexts, func(f *Field, v reflect.Value) {
		text := v.Addr().Interface().(*value.Text)
		if f.Class == STR || !by.sees(f.Class) || text.IsZero() {
			return
		}
		limit := int64(maxText)
		if f.List && f.Each > 0 {
			limit = f.Each
		} else if !f.List && f.Max != nil {
			limit = *f.Max
		}
		found = append(found, TextIn{t.path(""), text, limit})
	})
	return found
}

// Translate puts what in brings beside the text at its path, as made by person
// now. Nobody verifies a translation of his own. What by does not see is not
// there; all faults come as one CodeInvalid.
func (d *Descriptor) Translate(rec Record, in *Translating, by DecodeBy, person string, now time.Time) error {
	var c Check
	c.Must((in.Verify == "") != in.Text.IsZero(), "text", "error.translation.one_of")
	var at *TextIn
	for _, x := range d.Texts(rec, by) {
		if x.Path == in.Path {
			at = &x
		}
	}
	c.Must(at != nil, "path", "error.translation.no_text")
	if err := c.Err(); err != nil {
		return err
	}
	if in.Verify != "" {
		return at.verify(in.Verify, person)
	}
	return at.add(in, person, now)
}

// add puts a translation beside the text. One that was there in its language is
// replaced, and is to be verified again.
func (x *TextIn) add(in *Translating, person string, now time.Time) error {
	var c Check
	lang := in.Text.Lang
	c.Must(lang != x.Text.Lang, "text/lang", "error.translation.original")
	c.Must(in.Method != "", "method", keyRequired)
	c.Must(len(in.Text.Tr) == 0, "text/tr", keyUnknown)
	c.Must(!longer(in.Text.Text, x.Max), "text/text", "error.field.too_long", "Max", x.Max)
	if err := c.Err(); err != nil {
		return err
	}
	x.put(lang, value.Translation{Text: in.Text.Text, Method: in.Method, State: value.DraftTranslation,
		By: person, At: Milli(now).Format(time.RFC3339Nano)})
	return nil
}

// verify marks a translation as checked.
func (x *TextIn) verify(lang value.Lang, person string) error {
	tr, ok := x.Text.Tr[lang]
	var c Check
	c.Must(ok, "verify", "error.translation.none")
	if err := c.Err(); err != nil {
		return err
	}
	if tr.By == person {
		return E(CodeConflict, "error.translation.own", nil)
	}
	tr.State = value.VerifiedTranslation
	x.put(lang, tr)
	return nil
}

// put sets one translation in a map of its own: the stored one may be shared.
func (x *TextIn) put(lang value.Lang, tr value.Translation) {
	all := make(map[value.Lang]value.Translation, len(x.Text.Tr)+1)
	for l, old := range x.Text.Tr {
		all[l] = old
	}
	all[lang] = tr
	x.Text.Tr = all
}

// translationExample is an input that fits d.
func (d *Descriptor) translationExample() string {
	for _, f := range d.Fields {
		if f.Type == TextType && !f.List {
			return fmt.Sprintf(`{"path":%q,"text":{"lang":"en","text":"Review of the custody register."},"method":"human"}`, f.Name)
		}
	}
	return ""
}
