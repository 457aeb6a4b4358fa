package form_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/zerolog"

	"colocate/app/authz"
	"colocate/app/locale"
	"colocate/app/record"
	"colocate/app/web/assets"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
	"colocate/policies"
)

// un is who sees and sends every field.
var un = kind.DecodeBy{Class: kind.CON, Side: kind.UN}

// site is what pages share, without a store.
var site = sync.OnceValues(func() (*ui.Site, error) {
	reg, err := kind.Compile(domain.Kinds())
	if err != nil {
		return nil, err
	}
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		return nil, err
	}
	policy, err := authz.New(policies.Model, policies.Policy, authz.Permissions(reg))
	if err != nil {
		return nil, err
	}
	set, err := assets.Load(texts)
	return &ui.Site{Texts: texts, Kinds: reg, Policy: policy, Assets: set, Now: time.Now, Key: []byte("key")}, err
})

func newSite(t testing.TB) *ui.Site {
	t.Helper()
	s, err := site()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// on calls do with a page in a language, within a request that posts v.
func on(t testing.TB, lang string, v url.Values, do func(c *fiber.Ctx, p ui.Page)) {
	t.Helper()
	s := newSite(t)
	app := fiber.New(fiber.Config{Immutable: true, BodyLimit: 2 << 20})
	app.Post("/", func(c *fiber.Ctx) error {
		do(c, s.Page(c, ""))
		return nil
	})
	req := httptest.NewRequest("POST", "/", strings.NewReader(v.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept-Language", lang)
	res, err := app.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 {
		body, _ := io.ReadAll(res.Body)
		t.Fatalf("%d %s", res.StatusCode, body)
	}
}

// rec is a record of d with the content of a JSON object, in which "@unit"
// stands for an id.
func rec(t testing.TB, d *kind.Descriptor, content string) ui.Rec {
	t.Helper()
	r, err := ui.Parse(d, record.View{ID: id, ETag: `"1"`, JSON: []byte(ids(content))})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const id = "11111111-2222-4333-8444-555555555555"

// ids puts an id in the place of each name of a record.
func ids(content string) string {
	for {
		i := strings.Index(content, `"@`)
		if i < 0 {
			return content
		}
		end := i + 2 + strings.IndexByte(content[i+2:], '"')
		content = content[:i+1] + id + content[end:]
	}
}

// html is a form as a browser gets it.
func html(t testing.TB, f *form.Form) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("<form>")
	if err := form.Hidden(f).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if err := form.All(f).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("</form>")
	return b.String()
}

// sent is what a browser would post of a form that nobody touched.
func sent(t testing.TB, page string) url.Values {
	t.Helper()
	p := parser{v: url.Values{}, ids: map[string]bool{}}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v near %q", err, page[max(0, int(d.InputOffset())-200):d.InputOffset()])
		}
		p.token(t, tok)
	}
	for _, l := range p.labels {
		if !p.ids[l] {
			t.Errorf("a label for %s, which is not there", l)
		}
	}
	for _, l := range p.named {
		if !p.ids[l] {
			t.Errorf("%s is named, and not there", l)
		}
	}
	return p.v
}

// parser finds the controls of a page and what is wrong with it.
type parser struct {
	v             url.Values
	ids           map[string]bool
	labels, named []string
	template      int
	sel, area     string
	first         bool
	picked        bool
}

func (p *parser) token(t testing.TB, tok xml.Token) {
	switch x := tok.(type) {
	case xml.StartElement:
		a := map[string]string{}
		for _, at := range x.Attr {
			a[at.Name.Local] = at.Value
			if at.Name.Local == "style" || strings.HasPrefix(at.Name.Local, "on") {
				t.Errorf("<%s %s>", x.Name.Local, at.Name.Local)
			}
		}
		p.open(t, x.Name.Local, a)
	case xml.EndElement:
		switch x.Name.Local {
		case "template":
			p.template--
		case "select":
			p.sel = ""
		case "textarea":
			p.area = ""
		}
	case xml.CharData:
		if p.area != "" && p.template == 0 {
			p.v.Set(p.area, p.v.Get(p.area)+string(x))
		}
	}
}

func (p *parser) open(t testing.TB, tag string, a map[string]string) {
	if a["id"] != "" {
		if p.ids[a["id"]] {
			t.Errorf("two elements have the id %s", a["id"])
		}
		p.ids[a["id"]] = true
	}
	if tag == "label" && a["for"] != "" {
		p.labels = append(p.labels, a["for"])
	}
	p.named = append(p.named, strings.Fields(a["aria-describedby"]+" "+a["aria-labelledby"])...)
	if tag == "template" {
		p.template++
	}
	if p.template > 0 {
		return
	}
	switch tag {
	case "input":
		_, checked := a["checked"]
		if a["name"] != "" && (a["type"] != "radio" && a["type"] != "checkbox" || checked) {
			p.v.Add(a["name"], a["value"])
		}
	case "select":
		p.sel, p.first = a["name"], true
	case "option":
		if _, selected := a["selected"]; p.sel != "" && (selected || p.first) {
			p.v.Set(p.sel, a["value"])
		}
		p.first = false
	case "textarea":
		if p.area = a["name"]; p.area != "" {
			p.v.Set(p.area, "")
		}
	}
}

// decoded is doc as a record of d has it, or the reason why not.
func decoded(t testing.TB, d *kind.Descriptor, doc kind.Doc) string {
	t.Helper()
	r := d.New()
	if err := d.Decode(doc, r, un); err != nil {
		e, _ := errors.AsType[*kind.Error](err)
		t.Fatalf("%s: %v %v", d.Name, err, e.Fields)
	}
	return text(t, d.Encode(r))
}

func text(t testing.TB, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
