package work_test

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
	"colocate/app/web/kinds"
	"colocate/app/web/ui"
	"colocate/app/web/work"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
	"colocate/policies"
	"colocate/seeds"
)

// story is the time of the demonstration.
var story = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// shape is what a store is opened for.
type shape struct {
	kinds  *kind.Registry
	policy *authz.Policy
}

func compiled() (shape, error) {
	reg, err := kind.Compile(domain.Kinds(), kind.WithNormaliser(norm.NFC.String))
	if err != nil {
		return shape{}, err
	}
	pol, err := authz.New(policies.Model, policies.Policy, authz.Permissions(reg))
	return shape{reg, pol}, err
}

// key is the key of every store here.
var key = []byte("0123456789abcdef0123456789abcdef")

func opened(dir string, s shape) (*record.Engine, error) {
	now := func() time.Time { return story }
	st, err := sqlitestore.OpenStore(context.Background(), dir, store.Options{Shelves: record.Shelves(s.kinds), Key: key, Now: now})
	if err != nil {
		return nil, err
	}
	return &record.Engine{Store: st, Kinds: s.kinds, Policy: s.policy, Now: now, Key: key, Log: zerolog.Nop()}, nil
}

// demonstration is a folder with Carana and 100 sessions, made once.
var demonstration = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "colocate-work")
	if err != nil {
		return "", err
	}
	s, err := compiled()
	if err != nil {
		return "", err
	}
	e, err := opened(dir, s)
	if err != nil {
		return "", err
	}
	seeder := &transfer.Seeder{Records: e, Decode: func(d *kind.Descriptor, in []byte, rec kind.Record) error {
		doc, err := api.Decode(in)
		if err != nil {
			return err
		}
		return d.Decode(doc, rec, kind.DecodeBy{Class: kind.STR, Side: kind.UN})
	}}
	if err := seeder.Reference(context.Background()); err != nil {
		return "", err
	}
	if err := seeder.Demo(context.Background(), 100, nil); err != nil {
		return "", err
	}
	return dir, e.Store.Close()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := demonstration(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// People of the demonstration.
var people = map[string]kind.Actor{
	"elin":    {Person: seeds.ID("unac/person/01"), Grants: []kind.Grant{{Role: kind.Adviser}}},
	"jonas":   {Person: seeds.ID("unac/person/02"), Grants: []kind.Grant{{Role: kind.Adviser}}},
	"aminata": {Person: seeds.ID("unac/person/03"), Grants: []kind.Grant{{Role: kind.TeamLeader}}},
	"priya":   {Person: seeds.ID("unac/person/04"), Grants: []kind.Grant{{Role: kind.Leader}}},
	"ruth": {Person: seeds.ID("unac/counterpart/CRN-ST-014/1"),
		Grants: []kind.Grant{{Role: kind.Commander, Units: []string{seeds.ID("unac/unit/CRN-ST-014")}}}},
	"admin": {Person: "admin", Grants: []kind.Grant{{Role: kind.Administrator}}},
}

var unitID = seeds.ID("unac/unit/CRN-ST-014")

// host is the pages of this package, and of kinds beside them, over HTTP, on a store of its own.
type host struct {
	t       testing.TB
	app     *fiber.App
	records *record.Engine
	kinds   *kind.Registry
}

// start serves a copy of the demonstration.
func start(t testing.TB) *host {
	t.Helper()
	from, err := demonstration()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data, err := os.ReadFile(filepath.Join(from, "colocate.db"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "colocate.db"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	e, err := opened(dir, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Store.Close() })
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	files, err := assets.Load(texts)
	if err != nil {
		t.Fatal(err)
	}
	site := &ui.Site{Texts: texts, Records: e, Kinds: s.kinds, Policy: s.policy, Assets: files, Now: e.Now, Key: key, Captions: work.Captions()}
	stack := middleware.New(middleware.Options{Log: zerolog.Nop(), Texts: texts, Sessions: byName{}})
	app := fiber.New(fiber.Config{ErrorHandler: stack.ErrorHandler(problem.ErrorHandler(texts)), Immutable: true})
	stack.Install(app)
	app.Get("/", stack.Session, work.Home(site))
	for _, r := range append(work.Routes(site), kinds.Routes(site)...) { // hand-made pages come first
		app.Add(r.Method, r.Path, stack.Session, signsIn, r.Handle)
	}
	app.Get("/assets/:name", files.Serve)
	return &host{t: t, app: app, records: e, kinds: s.kinds}
}

// byName signs in whoever the cookie names.
type byName struct{}

func (byName) Session(_ context.Context, name string) (middleware.Reader, error) {
	a, ok := people[name]
	if !ok {
		return middleware.Reader{}, kind.E(kind.CodeUnauthenticated, "error.unauthenticated", nil)
	}
	a.Account, a.Name, a.Mission = "account-"+name, name, seeds.ID("mission/UNAC")
	return middleware.Reader{Actor: a}, nil
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

// as is somebody of the demonstration as the engine knows them.
func as(name string) kind.Actor {
	r, _ := byName{}.Session(context.Background(), name)
	return r.Actor
}

// page is an answer.
type page struct {
	status int
	header http.Header
	body   string
}

func (h *host) send(who, lang, method, path string, form url.Values) page {
	h.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequest(method, path, body)
	req.Header.Set("Cookie", "colocate="+who)
	req.Header.Set("Accept-Language", lang)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return h.asked(req)
}

// sendAs sends a body of a content type; "" is none.
func (h *host) sendAs(who, path, contentType, body string) page {
	h.t.Helper()
	req := httptest.NewRequest("POST", path, strings.NewReader(body))
	req.Header.Set("Cookie", "colocate="+who)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return h.asked(req)
}

// sendResumed sends a form without a sign-in, and then signs in.
func (h *host) sendResumed(who, path string, form url.Values) page {
	h.t.Helper()
	req := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Signs-In", who)
	return h.asked(req)
}

func (h *host) asked(req *http.Request) page {
	h.t.Helper()
	res, err := h.app.Test(req, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return page{res.StatusCode, res.Header, string(text)}
}

// get is a page that must be there.
func (h *host) get(who, path string) page {
	h.t.Helper()
	a := h.send(who, "en", "GET", path, nil)
	if a.status != http.StatusOK {
		h.t.Fatalf("GET %s as %s: %d\n%s", path, who, a.status, a.body)
	}
	return a
}

// has demands that the page says each of texts, and none after "not".
func (h *host) has(a page, texts ...string) {
	h.t.Helper()
	want := true
	for _, s := range texts {
		if s == "not" {
			want = false
		} else if strings.Contains(a.body, s) != want {
			h.t.Errorf("%q: want %v in\n%s", s, want, main(a.body))
		}
	}
}

// main is the part of a page that is its own.
func main(body string) string {
	_, rest, ok := strings.Cut(body, "<main")
	if !ok {
		return body
	}
	rest, _, _ = strings.Cut(rest, "</main>")
	return rest
}
