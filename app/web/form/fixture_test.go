package form_test

import (
	"bytes"
	"context"
	"encoding/json"
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
	"colocate/app/web/webtest"
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
	var plain bytes.Buffer // as the engine writes it
	if err := json.Compact(&plain, []byte(ids(content))); err != nil {
		t.Fatal(err)
	}
	r, err := ui.Parse(d, record.View{ID: id, ETag: `"1"`, JSON: plain.Bytes()})
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
	webtest.Check(t, page)
	return webtest.Sends(t, page, "")
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
