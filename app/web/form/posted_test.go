package form_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"pgregory.net/rapid"

	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// TestWhateverIsPosted: a form answers with a document that the engine can
// judge or with faults, shows itself again soundly, and what it shows then is
// what it would read.
func TestWhateverIsPosted(t *testing.T) {
	t.Parallel()
	seg := rapid.SampledFrom(strings.Fields(`yes maybe whole lines 0 1 65535 note text lang sums amount ccy ready days words themes friends
inner said at date time built year month day span start people female _q _row __N__ share num x owner colours place lat`))
	val := rapid.SampledFrom([]string{"", "1", "-1", "x", "true", "2026-02-30", "25:61", "a/b", "/", "١٢", "1.5", "fr", "0", "99", "<b>\"'&", "\u202e"})
	own := rapid.SampledFrom([]string{"_in", "_add", "_drop", "_find", "_id", "_pick.said", "_etag"})
	rapid.Check(t, func(rt *rapid.T) {
		v := url.Values{}
		for range rapid.IntRange(0, 20).Draw(rt, "values") {
			path := strings.Join(rapid.SliceOfN(seg, 1, 4).Draw(rt, "path"), ".")
			if rapid.Bool().Draw(rt, "own") {
				v.Add(own.Draw(rt, "name"), path)
			} else {
				v.Add(path, val.Draw(rt, "value"))
			}
		}
		loaded := rapid.Bool().Draw(rt, "loaded")
		on(t, "fr", v, func(c *fiber.Ctx, p ui.Page) {
			f := form.Kind(p, toy, un)
			if loaded {
				f.Load(rec(t, toy, full))
			}
			if err := f.Read(c); err != nil {
				t.Fatal(err)
			}
			judge(t, f)
		})
		if t.Failed() {
			rt.Fatalf("%s", v.Encode())
		}
	})
}

func judge(t *testing.T, f *form.Form) {
	t.Helper()
	doc, err := f.Doc()
	if err != nil && !f.Fail(err) {
		t.Error(err)
	}
	if err == nil {
		if err := toy.Decode(doc, toy.New(), un); err != nil && kind.CodeOf(err) != kind.CodeInvalid {
			t.Error(err)
		}
	}
	f.Differ()
	if _, err := f.Typed(); err != nil {
		t.Error(err)
	}
	first := again(t, sent(t, html(t, f)))
	second := again(t, first.sent)
	if first.err == nil && first.doc != second.doc {
		t.Errorf("shown again it says something else:\n%s\n%s", first.doc, second.doc)
	}
}

// shown is a new form that read what another one would send.
type shown struct {
	doc  string
	err  error
	sent url.Values
}

func again(t *testing.T, v url.Values) (s shown) {
	t.Helper()
	on(t, "fr", v, func(c *fiber.Ctx, p ui.Page) {
		f := form.Kind(p, toy, un)
		if err := f.Read(c); err != nil {
			t.Fatal(err)
		}
		var doc kind.Doc
		doc, s.err = f.Doc()
		s.doc, s.sent = text(t, doc), sent(t, html(t, f))
	})
	return s
}
