package form_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/app/web/webtest"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Colour is an enumeration of the toy.
type Colour string

// Values lists the colours.
func (Colour) Values() []string { return []string{"red", "green"} }

// Line is a row of the toy.
type Line struct {
	Note  value.Text  `f:"note,required,max=500"`
	Sums  value.Money `f:"sums"`
	Ready bool        `f:"ready"`
}

// Toy has a field of every type.
type Toy struct {
	kind.Head
	Yes     bool              `f:"yes"`
	Maybe   *bool             `f:"maybe"`
	Whole   int64             `f:"whole,min=-5,max=500"`
	Part    *int64            `f:"part,min=0,max=10"`
	Real    *float64          `f:"real"`
	Word    string            `f:"word,max=20"`
	Code    value.Code        `f:"code"`
	Lang    value.Lang        `f:"lang_of"`
	Colour  Colour            `f:"colour"`
	Colours []Colour          `f:"colours,max=2"`
	Said    value.Text        `f:"said,max=900"`
	At      time.Time         `f:"at"`
	Day     value.Date        `f:"day"`
	Built   value.PartialDate `f:"built"`
	Span    value.Period      `f:"span"`
	Cost    value.Money       `f:"cost"`
	People  *value.SexCount   `f:"people"`
	Place   *value.Point      `f:"place"`
	Share   value.Percent     `f:"share"`
	Unit    value.Ref         `f:"unit" to:"unit"`
	Owner   value.Ref         `f:"owner" to:"unit,counterpart"`
	Friends []value.Ref       `f:"friends" to:"unit,counterpart"`
	Days    []value.Date      `f:"days"`
	Words   []string          `f:"words,each=9"`
	Themes  []string          `f:"themes" list:"theme"`
	Lines   []Line            `f:"lines,max=5"`
	Inner   Line              `f:"inner"`
	Secret  string            `f:"secret" class:"CON"`
}

var toy = func() *kind.Descriptor {
	var ks kind.Kinds
	kind.Declare[Toy](&ks, kind.Spec{Name: "toy", Class: kind.SHR, Scope: kind.Mission()})
	for _, name := range []string{"unit", "counterpart"} {
		declare(&ks, name)
	}
	reg, err := kind.Compile(ks)
	if err != nil {
		panic(err)
	}
	return reg.Get("toy")
}()

// Other is what toys point at.
type Other struct {
	kind.Head
	Name string `f:"name"`
}

// Another is what toys point at too.
type Another struct {
	kind.Head
	Name string `f:"name"`
}

func declare(ks *kind.Kinds, name string) {
	spec := kind.Spec{Name: name, Class: kind.SHR, Scope: kind.Mission()}
	if name == "unit" {
		kind.Declare[Other](ks, spec)
	} else {
		kind.Declare[Another](ks, spec)
	}
}

const full = `{"yes":true,"maybe":false,"whole":-3,"part":0,"real":-1234.5,"word":"a <b> & \"c\"","code":"AB-1","lang_of":"sw","colour":"green",
"colours":["green","red"],"said":{"lang":"pt","text":"Olá,\nmundo","tr":{"fr":{"text":"Bonjour","method":"human","state":"verified","by":"x","at":"2026-01-01T00:00:00Z"}}},
"at":"2026-10-06T07:30:15.250Z","day":"2026-02-28","built":"1998-03","span":{"start":"2026-01-01"},"cost":{"amount":"14200.00","ccy":"USD"},
"people":{"female":1,"male":0,"other_undisclosed":2},"place":{"lat":-14.8312,"lon":38.25,"precision_m":50},"share":{"num":2,"den":3},
"unit":{"kind":"unit","id":"@u"},"owner":{"kind":"counterpart","id":"@c"},"friends":[{"kind":"unit","id":"@u"}],"days":["2026-01-02","2026-01-03"],
"words":["one","two"],"themes":["T07","T01"],"lines":[{"note":{"lang":"en","text":"first","tr":{"ar":{"text":"أول","method":"machine","state":"draft"}}},"sums":{"amount":"1.5","ccy":"EUR"},"ready":true},
{"note":{"lang":"en","text":"second"},"ready":false}],"inner":{"note":{"lang":"en","text":"in"},"ready":false},"secret":"s"}`

// maputo is a mission two hours ahead of UTC.
func maputo(t testing.TB, p ui.Page) ui.Page {
	t.Helper()
	zone, err := time.LoadLocation("Africa/Maputo")
	if err != nil {
		t.Fatal(err)
	}
	p.Texts = p.Texts.For(locale.Prefs{Zone: zone})
	p.Mission = ui.Mission{Zone: zone, Langs: []value.Lang{"fr", "pt"}}
	return p
}

// TestEveryTypeKeepsItsValue, in an untouched form and typed anew.
func TestEveryTypeKeepsItsValue(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "fr", "es", "ar", "ru", "zh"} {
		var v url.Values
		on(t, lang, nil, func(_ *fiber.Ctx, p ui.Page) {
			f := form.Kind(maputo(t, p), toy, un)
			f.Load(rec(t, toy, full))
			v = sent(t, html(t, f))
		})
		if v.Get("at.date") != "2026-10-06" || v.Get("at.time") != "09:30" {
			t.Errorf("%s: at %s %s", lang, v.Get("at.date"), v.Get("at.time"))
		}
		on(t, lang, v, func(c *fiber.Ctx, p ui.Page) {
			f := form.Kind(maputo(t, p), toy, un)
			f.Load(rec(t, toy, full))
			same(t, toy, f, c, decoded(t, toy, toDoc(t, serverless(ids(full)))))
		})
		on(t, lang, v, func(c *fiber.Ctx, p ui.Page) {
			f := form.Kind(maputo(t, p), toy, un)
			want := strings.ReplaceAll(strings.ReplaceAll(withoutTr(t, ids(full)), "14200.00", "14200"), "07:30:15.250Z", "07:30:00Z")
			same(t, toy, f, c, decoded(t, toy, toDoc(t, want)))
		})
	}
}

// serverless is content without what only the server says of a translation.
func serverless(content string) string {
	return strings.ReplaceAll(content, `,"by":"x","at":"2026-01-01T00:00:00Z"`, "")
}

// TestTyped: what people type, and what becomes of it.
func TestTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, name, typed, want string }{
		{"ar", "whole", "١٢٣", `"Name": "whole",` + "\n  \"Value\": \"123\""}, {"en", "whole", " 1 2 ", "error"}, {"en", "whole", "4,5", "error"},
		{"en", "whole", "99999999999999999999", "error"}, {"fr", "real", "1\u202f234,5", `"1234.5"`}, {"es", "real", "1.234,5", `"1234.5"`},
		{"en", "real", "NaN", "error"}, {"en", "real", "1e5", "error"}, {"en", "cost.amount", "1,234.50", `"1234.5"`}, {"en", "built.year", "1998", `"1998"`},
		{"ar", "built.year", "١٩٩٨", `"1998"`}, {"en", "built.month", "3", "error"}, {"en", "built.year", "98", "error"}, {"en", "at.date", "2026-10-06", "error"},
		{"en", "at.time", "09:30", "error"}, {"en", "day", " 2026-10-06 ", `"2026-10-06"`}, {"en", "place.lat", "1.5", `"lat"`}, {"en", "yes", "true", "true"},
		{"en", "owner", "counterpart/" + id, `"counterpart"`}, {"en", "unit", id, `"unit"`}, {"en", "words", "x", `"x"`}, {"en", "nothing", "x", "error"},
		{"en", "lines.0.note.text", "x", `"x"`}, {"en", "lines.99.note.text", "x", `"x"`}, {"en", "lines.x.note", "x", "error"}, {"en", "said.tr", "x", "error"},
		{"en", "whole.x", "x", "error"}, {"en", "", "x", "error"}, {"en", "__proto__", "x", "[]"}, {"en", "lines.0.note.text", "   ", "[]"},
	} {
		on(t, c.lang, url.Values{c.name: {c.typed}}, func(ctx *fiber.Ctx, p ui.Page) {
			f := form.Kind(p, toy, un)
			if err := f.Read(ctx); err != nil {
				t.Fatal(err)
			}
			doc, err := f.Doc()
			got := text(t, doc)
			if err != nil {
				got = "error"
				if !f.Fail(err) || len(f.Faults()) == 0 {
					t.Errorf("%s %q: %v names nothing", c.name, c.typed, err)
				}
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("%s %s %q: %s, want %s", c.lang, c.name, c.typed, got, c.want)
			}
		})
	}
}

// TestRowsKeepTheirTranslations: a row is what it was, wherever it stands now.
func TestRowsKeepTheirTranslations(t *testing.T) {
	t.Parallel()
	d := newSite(t).Kinds.Get("session")
	const content = `{"observations":[{"kind":"gap","basis":"seen","text":{"lang":"fr","text":"un"}},
{"kind":"gap","basis":"told","text":{"lang":"fr","text":"deux","tr":{"en":{"text":"two","method":"human","state":"verified"}}}}]}`
	var v url.Values
	on(t, "en", nil, func(_ *fiber.Ctx, p ui.Page) {
		f := form.Kind(p, d, un)
		f.Load(rec(t, d, content))
		v = sent(t, html(t, f))
	})
	v.Set("_drop", "observations.0")
	on(t, "en", v, func(c *fiber.Ctx, p ui.Page) {
		f := form.Kind(p, d, un)
		f.Load(rec(t, d, content))
		if err := f.Read(c); err != nil || !f.Edited() || f.Rows("observations") != 1 {
			t.Fatal(err, f.Edited(), f.Rows("observations"))
		}
		v = sent(t, html(t, f))
	})
	post(t, "session", content, v, func(_ *form.Form, doc string, err error) {
		if err != nil || strings.Contains(doc, `"un"`) || !strings.Contains(doc, `"two"`) || !strings.Contains(doc, `"verified"`) {
			t.Error(err, doc)
		}
	})
}

// TestWhatIsNotShownIsKept: a form of a few fields leaves the others alone.
func TestWhatIsNotShownIsKept(t *testing.T) {
	t.Parallel()
	post(t, "unit", `{"code":"A-1","vehicles_working":4,"facilities":{"power":"yes"},"speciality":["k9"],"geo":{"lat":1,"lon":2,"precision_m":3}}`,
		url.Values{"name.text": {"x"}, "name.lang": {"fr"}, "facilities.water": {"no"}, "_in": {"speciality"}}, func(f *form.Form, doc string, err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{`"A-1"`, `"4"`, `"power"`, `"water"`, `"precision_m"`, `"fr"`} {
				if !strings.Contains(doc, want) {
					t.Errorf("no %s in %s", want, doc)
				}
			}
			if strings.Contains(doc, "k9") {
				t.Error("a box that was unticked is ticked again")
			}
		})
}

// TestForgedFields: what the server owns, and what is above the sender, is no
// field of the form.
func TestForgedFields(t *testing.T) {
	t.Parallel()
	d := newSite(t).Kinds.Get("unit")
	on(t, "en", url.Values{"unverified": {"false"}, "mentored_tier": {"A"}, "rev": {"1"}, "id": {id}, "code": {"A-1"}}, func(c *fiber.Ctx, p ui.Page) {
		f := form.Kind(p, d, kind.DecodeBy{Class: kind.CON, Side: kind.Host})
		if err := f.Read(c); err != nil {
			t.Fatal(err)
		}
		_, err := f.Doc()
		e, _ := err.(*kind.Error)
		for _, name := range []string{"unverified", "mentored_tier", "rev", "id"} {
			if e == nil || e.Fields[name].Key != "error.form.no_place" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if page := html(t, f); strings.Contains(page, "mentored_tier\"") && strings.Contains(page, `name="mentored_tier"`) {
			t.Error("a field above the sender is shown")
		}
	})
}

// TestPrefix: several forms share one, and each takes its own.
func TestPrefix(t *testing.T) {
	t.Parallel()
	d := newSite(t).Kinds.Get("action")
	on(t, "en", url.Values{"s.word": {"w"}, "a0.text.text": {"do"}, "a0.text.lang": {"en"}, "a0._id": {id}, "a1.text.text": {""}, "a1.priority": {"low"},
		"_drop": {"s.lines.0"}, "s.lines.0.note.text": {"x"}, "_save": {"draft"}}, func(c *fiber.Ctx, p ui.Page) {
		forms := []*form.Form{form.Kind(p, d, un).Prefix("a0"), form.Kind(p, d, un).Prefix("a1"), form.Kind(p, toy, un).Prefix("s"), form.Kind(p, d, un).Prefix("a2")}
		var all strings.Builder
		for _, f := range forms {
			if err := f.Read(c); err != nil {
				t.Fatal(err)
			}
			if err := form.All(f).Render(t.Context(), &all); err != nil {
				t.Fatal(err)
			}
		}
		webtest.Check(t, all.String())
		a0, a1, s := forms[0], forms[1], forms[2]
		if a0.Get("text.text") != "do" || a0.ID != id || a0.Blank() || a0.Edited() || a1.Get("priority") != "low" {
			t.Error("a0 or a1")
		}
		if s.Get("word") != "w" || !s.Edited() || s.Rows("lines") != 0 || !forms[3].Blank() || forms[3].ID == id {
			t.Error("s or a2")
		}
		a0.Fault("text", "Say more.")
		if got := a0.Faults(); len(got) != 1 || got[0].Anchor != "f-a0-text-text" {
			t.Error(got)
		}
	})
}

// TestFaultsLeadToTheirControls: wherever a rule is broken, the summary leads to
// a control that is there.
func TestFaultsLeadToTheirControls(t *testing.T) {
	t.Parallel()
	for _, d := range append(slices.Clone(newSite(t).Kinds.All()), toy) {
		content := full
		if d != toy {
			content = d.Example
		}
		if content == "" {
			continue
		}
		on(t, "en", nil, func(_ *fiber.Ctx, p ui.Page) {
			f := form.Kind(p, d, un)
			f.Load(rec(t, d, content))
			for _, path := range paths(t, content) {
				f.Fault(path, "Wrong.")
			}
			page := html(t, f)
			for _, fault := range f.Faults() {
				if fault.Anchor == "" || !strings.Contains(page, fmt.Sprintf("id=%q", fault.Anchor)) {
					t.Errorf("%s: %+v leads nowhere", d.Name, fault)
				}
			}
			webtest.Check(t, page)
		})
	}
}

// paths are all places in a JSON object, the insides of references left out.
func paths(t *testing.T, content string) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(content), &v); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(at string, v any)
	walk = func(at string, v any) {
		if at != "" {
			out = append(out, at)
		}
		dot := at
		if dot != "" {
			dot += "."
		}
		switch x := v.(type) {
		case map[string]any:
			for name, e := range x {
				walk(dot+name, e)
			}
		case []any:
			for i, e := range x {
				walk(fmt.Sprint(dot, i), e)
			}
		}
	}
	walk("", v)
	return out
}

// FuzzRead: whatever is posted, a form answers with a document or with faults,
// and can be shown again.
func FuzzRead(f *testing.F) {
	f.Add("whole=1&lines.0.note.text=x&_add=lines&_drop=lines.0&_find=unit&unit._q=a")
	f.Add("lines.65535.note.text=x&lines.1.sums=2&days=1&days.2=3&_in=lines.0.ready&_pick.said=theirs&said.text=%ff")
	f.Add("themes.0.x=1&friends=/&friends=a%2fb&owner=///&at.date=2026-02-30&at.time=25:61&built.year=-1&built.day=2")
	f.Fuzz(func(t *testing.T, body string) {
		v, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		on(t, "fr", v, func(c *fiber.Ctx, p ui.Page) {
			f := form.Kind(p, toy, un)
			if len(body)%2 == 0 {
				f.Load(rec(t, toy, full))
			}
			if err := f.Read(c); err != nil {
				if kind.CodeOf(err) == "" {
					t.Error(err)
				}
				return
			}
			_ = f.Blank()
			doc, err := f.Doc()
			if err != nil && !f.Fail(err) {
				t.Error(err)
			}
			if err == nil {
				if err := toy.Decode(doc, toy.New(), un); err != nil && kind.CodeOf(err) != kind.CodeInvalid {
					t.Error(err)
				}
			}
			_ = f.Faults()
			_ = html(t, f)
		})
	})
}
