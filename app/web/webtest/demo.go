package webtest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/zerolog"
	"golang.org/x/text/unicode/norm"

	"colocate/app/api"
	"colocate/app/authz"
	"colocate/app/locale"
	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/app/transfer"
	"colocate/app/web/assets"
	"colocate/app/web/ui"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
	"colocate/policies"
	"colocate/seeds"
)

// Story is the time of the demonstration, at which its tests stand still.
var Story = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// Key is the key of every store here.
var Key = []byte("0123456789abcdef0123456789abcdef")

// Unit is the unit where the story of the demonstration happens.
var Unit = seeds.ID("unac/unit/CRN-ST-014")

// Mission is the mission of the demonstration.
var Mission = seeds.ID("mission/UNAC")

// People are those of the demonstration whom every test knows, by the name that
// signs them in.
func People() map[string]kind.Actor {
	return map[string]kind.Actor{
		"elin":    {Person: seeds.ID("unac/person/01"), Grants: []kind.Grant{{Role: kind.Adviser}}},
		"jonas":   {Person: seeds.ID("unac/person/02"), Grants: []kind.Grant{{Role: kind.Adviser}}},
		"aminata": {Person: seeds.ID("unac/person/03"), Grants: []kind.Grant{{Role: kind.TeamLeader}}},
		"priya":   {Person: seeds.ID("unac/person/04"), Grants: []kind.Grant{{Role: kind.Leader}}},
		"ruth": {Person: seeds.ID("unac/counterpart/CRN-ST-014/1"),
			Grants: []kind.Grant{{Role: kind.Commander, Units: []string{Unit}}}},
		"admin": {Person: "admin", Grants: []kind.Grant{{Role: kind.Administrator}}},
	}
}

// With is what a demonstration has beside its own, and the pages that it serves.
type With struct {
	Kinds    kind.Kinds
	Policy   string
	People   map[string]kind.Actor // beside those of People
	Prefs    map[string]middleware.Preferences
	Captions map[string]func(ui.Page, ui.Rec) string
	Routes   func(*ui.Site) []ui.Route
}

// Demo serves pages over HTTP, on a store of its own that holds the demonstration
// with 100 sessions.
type Demo struct {
	T       testing.TB
	Records *record.Engine
	Kinds   *kind.Registry

	app   *fiber.App
	with  With
	names map[string]kind.Actor
}

// Start serves a copy of the demonstration until the test ends.
func Start(t testing.TB, with With) *Demo {
	t.Helper()
	dir := t.TempDir()
	data, err := demonstration()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "colocate.db"), data, 0o600)
	}
	must(t, err)
	reg, pol, err := compiled(with.Kinds, with.Policy)
	must(t, err)
	e, err := opened(dir, reg, pol, Story)
	must(t, err)
	t.Cleanup(func() { _ = e.Store.Close() })
	d := &Demo{T: t, Records: e, Kinds: reg, with: with, names: People()}
	for name, a := range with.People {
		d.names[name] = a
	}
	d.serve(pol)
	return d
}

// Reference writes a store that holds the reference data and nothing else into a
// folder.
func Reference(t testing.TB, dir string) {
	t.Helper()
	data, err := reference()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "colocate.db"), data, 0o600)
	}
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func compiled(more kind.Kinds, policy string) (*kind.Registry, *authz.Policy, error) {
	reg, err := kind.Compile(append(domain.Kinds(), more...), kind.WithNormaliser(norm.NFC.String))
	if err != nil {
		return nil, nil, err
	}
	pol, err := authz.New(policies.Model, policies.Policy+policy, authz.Permissions(reg))
	return reg, pol, err
}

func opened(dir string, reg *kind.Registry, pol *authz.Policy, at time.Time) (*record.Engine, error) {
	now := func() time.Time { return at }
	st, err := sqlitestore.OpenStore(context.Background(), dir, store.Options{Shelves: record.Shelves(reg), Key: Key, Now: now})
	if err != nil {
		return nil, err
	}
	return &record.Engine{Store: st, Kinds: reg, Policy: pol, Now: now, Key: Key, Log: zerolog.Nop()}, nil
}

// The stores that tests start from are made once for all tests of a package, and
// kept as files are.
var (
	reference     = sync.OnceValues(func() ([]byte, error) { return seeded(false) })
	demonstration = sync.OnceValues(func() ([]byte, error) { return seeded(true) })
)

func seeded(demo bool) ([]byte, error) {
	dir, err := os.MkdirTemp("", "colocate-webtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	reg, pol, err := compiled(nil, "")
	if err != nil {
		return nil, err
	}
	e, err := opened(dir, reg, pol, Story)
	if err != nil {
		return nil, err
	}
	seeder := Seeder(e)
	if err := seeder.Reference(context.Background()); err != nil {
		return nil, err
	}
	if demo {
		if err := seeder.Demo(context.Background(), 100, nil); err != nil {
			return nil, err
		}
	}
	if err := e.Store.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "colocate.db"))
}

// Seeder writes seeds through e.
func Seeder(e *record.Engine) *transfer.Seeder {
	return &transfer.Seeder{Records: e, Decode: func(d *kind.Descriptor, in []byte, rec kind.Record) error {
		doc, err := api.Decode(in)
		if err != nil {
			return err
		}
		return d.Decode(doc, rec, kind.DecodeBy{Class: kind.STR, Side: kind.UN})
	}}
}

// Shared are the texts and the files of the pages, which every test may read.
func Shared(t testing.TB) (*locale.Catalogue, *assets.Set) {
	t.Helper()
	texts, err := catalogue()
	must(t, err)
	files, err := files()
	must(t, err)
	return texts, files
}

var (
	catalogue = sync.OnceValues(func() (*locale.Catalogue, error) { return locale.New(i18n.Files, zerolog.Nop()) })
	files     = sync.OnceValues(func() (*assets.Set, error) {
		texts, err := catalogue()
		if err != nil {
			return nil, err
		}
		return assets.Load(texts)
	})
)

func (d *Demo) serve(pol *authz.Policy) {
	texts, files := Shared(d.T)
	site := &ui.Site{Texts: texts, Records: d.Records, Kinds: d.Kinds, Policy: pol, Assets: files, Now: d.Records.Now, Key: Key, Captions: d.with.Captions}
	stack := middleware.New(middleware.Options{Log: zerolog.Nop(), Texts: texts, Sessions: d})
	d.app = fiber.New(fiber.Config{ErrorHandler: stack.ErrorHandler(problem.ErrorHandler(texts)), Immutable: true})
	stack.Install(d.app)
	for _, r := range d.with.Routes(site) {
		d.app.Add(r.Method, r.Path, stack.Session, signsIn, r.Handle)
	}
	d.app.Get("/assets/:name", files.Serve)
}

// Session signs in whoever the cookie names (middleware.Sessions).
func (d *Demo) Session(_ context.Context, name string) (middleware.Reader, error) {
	if _, ok := d.names[name]; !ok {
		return middleware.Reader{}, kind.E(kind.CodeUnauthenticated, "error.unauthenticated", nil)
	}
	return middleware.Reader{Actor: d.As(name), Prefs: d.with.Prefs[name]}, nil
}

// As is somebody of the demonstration as the engine knows them.
func (d *Demo) As(name string) kind.Actor {
	a := d.names[name]
	a.Account, a.Name, a.Mission = "account-"+name, name, Mission
	return a
}

// signsIn stands for the sign-in that a form without one passes first.
func signsIn(c *fiber.Ctx) error {
	if who := c.Get("X-Signs-In"); who != "" {
		if err := middleware.Resume(c, who); err != nil {
			return err
		}
	}
	return c.Next()
}

// Page is an answer.
type Page struct {
	Status int
	Header http.Header
	Body   string
}

// Send asks as who, in a language, and with a form where one is given.
func (d *Demo) Send(who, lang, method, path string, form url.Values) Page {
	d.T.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequestWithContext(d.T.Context(), method, path, body)
	req.Header.Set("Cookie", "colocate="+who)
	req.Header.Set("Accept-Language", lang)
	if form != nil {
		req.Header.Set("Content-Type", fiber.MIMEApplicationForm)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return d.Ask(req)
}

// SendAs sends a body of a content type; "" is none.
func (d *Demo) SendAs(who, path, contentType, body string) Page {
	d.T.Helper()
	req := httptest.NewRequestWithContext(d.T.Context(), http.MethodPost, path, strings.NewReader(body))
	req.Header.Set("Cookie", "colocate="+who)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return d.Ask(req)
}

// SendResumed sends a form without a sign-in, and then signs in.
func (d *Demo) SendResumed(who, path string, form url.Values) Page {
	d.T.Helper()
	req := httptest.NewRequestWithContext(d.T.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", fiber.MIMEApplicationForm)
	req.Header.Set("X-Signs-In", who)
	return d.Ask(req)
}

// Ask is the answer to a request.
func (d *Demo) Ask(req *http.Request) Page {
	d.T.Helper()
	res, err := d.app.Test(req, -1)
	must(d.T, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(d.T, err)
	return Page{res.StatusCode, res.Header, string(text)}
}

// Get is a page that must be there, with sound markup (Check).
func (d *Demo) Get(who, path string) Page {
	d.T.Helper()
	a := d.Send(who, "en", http.MethodGet, path, nil)
	if a.Status != http.StatusOK {
		d.T.Fatalf("GET %s as %s: %d\n%s", path, who, a.Status, a.Body)
	}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		Check(d.T, a.Body)
	}
	return a
}

// Has demands that a page says each of texts, and none after "not".
func (d *Demo) Has(a Page, texts ...string) {
	d.T.Helper()
	want := true
	for _, s := range texts {
		if s == "not" {
			want = false
		} else if strings.Contains(a.Body, s) != want {
			d.T.Errorf("%q: want %v in\n%s", s, want, Main(a.Body))
		}
	}
}

// Main is the part of a page that is its own.
func Main(body string) string {
	_, rest, ok := strings.Cut(body, "<main")
	if !ok {
		return body
	}
	rest, _, _ = strings.Cut(rest, "</main>")
	return rest
}
