package form_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/google/go-cmp/cmp"

	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// toDoc is a JSON object as the record engine takes it.
func toDoc(t testing.TB, content string) kind.Doc {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(content))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return plain(v).(kind.Doc)
}

func plain(v any) any {
	switch x := v.(type) {
	case json.Number:
		return kind.Number(x)
	case map[string]any:
		doc := kind.Doc{}
		for name, e := range x {
			doc = append(doc, kind.Elem{Name: name, Value: plain(e)})
		}
		return doc
	case []any:
		for i := range x {
			x[i] = plain(x[i])
		}
	}
	return v
}

// TestUntouchedFormKeepsTheRecord: what the engine gets of a form that a
// browser sends as it came is what the record has, for every kind and language.
func TestUntouchedFormKeepsTheRecord(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "fr", "ar", "es"} {
		for _, d := range newSite(t).Kinds.All() {
			if d.Example == "" || d.Unlisted {
				continue
			}
			t.Run(lang+"/"+d.Name, func(t *testing.T) {
				t.Parallel()
				var page string
				on(t, lang, nil, func(_ *fiber.Ctx, p ui.Page) {
					f := form.Kind(p, d, un)
					f.Load(rec(t, d, d.Example))
					page = html(t, f)
				})
				v := sent(t, page)
				want := decoded(t, d, toDoc(t, ids(d.Example)))
				on(t, lang, v, func(c *fiber.Ctx, p ui.Page) {
					f := form.Kind(p, d, un)
					f.Load(rec(t, d, d.Example))
					same(t, d, f, c, want)
				})
				on(t, lang, v, func(c *fiber.Ctx, p ui.Page) { // as a new record: nothing to fall back on
					f := form.Kind(p, d, un)
					same(t, d, f, c, decoded(t, d, toDoc(t, withoutTr(t, ids(d.Example)))))
				})
			})
		}
	}
}

// withoutTr is content without translations, which no form carries.
func withoutTr(t *testing.T, content string) string {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(content))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var drop func(v any)
	drop = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			delete(x, "tr")
			for _, e := range x {
				drop(e)
			}
		case []any:
			for _, e := range x {
				drop(e)
			}
		}
	}
	drop(v)
	return text(t, v)
}

func same(t *testing.T, d *kind.Descriptor, f *form.Form, c *fiber.Ctx, want string) {
	t.Helper()
	if err := f.Read(c); err != nil {
		t.Error(err)
		return
	}
	doc, err := f.Doc()
	if err != nil {
		f.Fail(err)
		t.Errorf("%v %v", err, f.Faults())
		return
	}
	if diff := cmp.Diff(want, decoded(t, d, doc)); diff != "" {
		t.Error(diff)
	}
	if f.Edited() {
		t.Error("nothing was pressed")
	}
}

// TestVerbForms: the form of every verb sends the verb's example.
func TestVerbForms(t *testing.T) {
	t.Parallel()
	for _, d := range newSite(t).Kinds.All() {
		for _, v := range d.Verbs() {
			if v.Example == "" {
				continue
			}
			on(t, "fr", nil, func(_ *fiber.Ctx, p ui.Page) {
				f := form.Verb(p, d, v, un)
				f.Load(rec(t, d, v.Example))
				posted := sent(t, html(t, f))
				on(t, "fr", posted, func(c *fiber.Ctx, p ui.Page) {
					f := form.Verb(p, d, v, un)
					if err := f.Read(c); err != nil {
						t.Fatal(err)
					}
					doc, err := f.Doc()
					if err != nil {
						t.Fatal(err)
					}
					in := v.NewInput()
					if err := v.Decode(doc, in, un); err != nil {
						t.Errorf("%s %s: %v", d.Name, v.Name, err)
					}
				})
			})
		}
	}
}

// post is a form of kind name that read v, over a record with that content ("":
// none), and the document that it makes.
func post(t *testing.T, name, content string, v url.Values, look func(f *form.Form, doc string, err error)) {
	t.Helper()
	d := newSite(t).Kinds.Get(name)
	on(t, "en", v, func(c *fiber.Ctx, p ui.Page) {
		f := form.Kind(p, d, un)
		if content != "" {
			f.Load(rec(t, d, content))
		}
		if err := f.Read(c); err != nil {
			t.Fatal(err)
		}
		doc, err := f.Doc()
		look(f, text(t, doc), err)
	})
}
