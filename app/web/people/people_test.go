package people_test

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/zerolog"

	"colocate/app/account"
	"colocate/app/authz"
	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/app/transfer"
	"colocate/app/web/people"
	"colocate/app/web/ui"
	"colocate/app/web/webtest"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/policies"
	"colocate/seeds"
)

const good, better = "vier bunte eier im nest", "quatre oeufs dans un nid"

var unac = webtest.Mission

// site is the service's own pages over a real store with a small Carana in it.
type site struct {
	t        *testing.T
	app      *fiber.App
	store    store.Store
	accounts *account.Service
	op       kind.Actor
	saved    *saved
	seeder   *transfer.Seeder
}

// saved is what the page that stands for all other forms was given.
type saved struct {
	mu     sync.Mutex
	bodies []string
}

func open(t *testing.T, demo bool) *site {
	t.Helper()
	reg, err := kind.Compile(domain.Kinds())
	must(t, err)
	policy, err := authz.New(policies.Model, policies.Policy, authz.Permissions(reg))
	must(t, err)
	texts, files := webtest.Shared(t)
	dir := t.TempDir()
	webtest.Reference(t, dir)
	now := func() time.Time { return webtest.Story } // a slow machine must not outwait a throttle
	st, err := sqlitestore.OpenStore(t.Context(), dir,
		store.Options{Shelves: append(record.Shelves(reg), account.Shelves...), Key: webtest.Key, Now: now})
	must(t, err)
	t.Cleanup(func() { _ = st.Close() })
	engine := &record.Engine{Store: st, Kinds: reg, Policy: policy, Now: now, Key: webtest.Key, Log: zerolog.Nop()}
	zone := func(m string) *time.Location {
		if m != unac && m != seeds.ID("mission/UNMISS") {
			return nil
		}
		return time.FixedZone("there", 2*3600)
	}
	accounts, err := account.New(account.Config{Store: st, Kinds: reg, Policy: policy, Zone: zone, Now: now, Key: webtest.Key})
	must(t, err)
	s := &site{t: t, store: st, accounts: accounts, op: account.Operator(), saved: &saved{}, seeder: webtest.Seeder(engine)}
	s.mount(&ui.Site{Texts: texts, Records: engine, Accounts: accounts, Kinds: reg, Policy: policy, Assets: files, Now: now, Key: webtest.Key, Demo: demo})
	return s
}

// carana writes the people and units of the demonstration.
func (s *site) carana() {
	s.t.Helper()
	must(s.t, s.seeder.Demo(s.t.Context(), 1, nil))
}

// mount serves the pages as the service does, and beside them /form, a page with
// a form of another package.
func (s *site) mount(u *ui.Site) {
	stack := middleware.New(middleware.Options{Log: zerolog.Nop(), Texts: u.Texts, Sessions: people.Readers{Accounts: s.accounts}})
	s.app = fiber.New(fiber.Config{Immutable: true, CaseSensitive: true, StrictRouting: true, DisableStartupMessage: true,
		BodyLimit: 256 << 10, ErrorHandler: stack.ErrorHandler(problem.ErrorHandler(u.Texts))})
	stack.Install(s.app)
	others := []ui.Route{
		ui.Get("/form", func(c *fiber.Ctx) error { return c.SendString("by=" + u.Page(c, "").For()) }),
		ui.Post("/form", s.form),
	}
	for _, r := range append(people.Routes(u), others...) {
		if r.Open {
			s.app.Add(r.Method, r.Path, stack.Session, r.Handle)
		} else {
			s.app.Add(r.Method, r.Path, stack.Session, people.Guard(u), r.Handle)
		}
	}
}

func (s *site) form(c *fiber.Ctx) error {
	if middleware.Resumed(c) {
		return c.SendString("again: " + string(c.Body()) + " for " + middleware.Actor(c).Name)
	}
	s.saved.mu.Lock()
	defer s.saved.mu.Unlock()
	s.saved.bodies = append(s.saved.bodies, string(c.Body()))
	return c.SendString("saved")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// user makes an account with a role in UNAC and the good password.
func (s *site) user(name string, g account.NewGrant) account.User {
	s.t.Helper()
	if g.Mission == "" && g.Role != kind.Administrator {
		g.Mission = unac
	}
	u, err := s.accounts.AddUser(s.t.Context(), s.op, account.NewUser{Name: name, Password: good, Grant: &g})
	must(s.t, err)
	return u
}

// browser keeps cookies.
type browser struct {
	*site
	cookies map[string]string
	host    string
}

func (s *site) browser() *browser { return &browser{site: s, cookies: map[string]string{}} }

// answer is what a browser got.
type answer struct {
	status int
	to     string // Location
	body   string
}

func (b *browser) do(method, target, body string) answer {
	b.t.Helper()
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.host != "" {
		req.Host = b.host
	}
	for n, v := range b.cookies {
		req.AddCookie(&http.Cookie{Name: n, Value: v})
	}
	res, err := b.app.Test(req, -1)
	must(b.t, err)
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c.Value; c.Value == "" || c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	page, err := io.ReadAll(res.Body)
	must(b.t, err)
	return answer{res.StatusCode, res.Header.Get("Location"), string(page)}
}

func (b *browser) get(target string) answer { b.t.Helper(); return b.do("GET", target, "") }

// post sends fields, given as names and values in turn.
func (b *browser) post(target string, fields ...string) answer {
	b.t.Helper()
	return b.do("POST", target, encode(fields...))
}

func encode(fields ...string) string {
	var parts []string
	for i := 0; i < len(fields); i += 2 {
		parts = append(parts, url.QueryEscape(fields[i])+"="+url.QueryEscape(fields[i+1]))
	}
	return strings.Join(parts, "&")
}

// enter signs in as name.
func (s *site) enter(name string) *browser {
	s.t.Helper()
	b := s.browser()
	if a := b.post("/sign-in", "name", name, "password", good); a.status != http.StatusSeeOther || b.cookies["colocate"] == "" {
		s.t.Fatalf("%s cannot sign in: %d %s", name, a.status, text(a.body))
	}
	return b
}

var tags = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)

// text is what a page says.
func text(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
}

// wants checks the status of an answer and what its page says.
func (a answer) wants(t *testing.T, what string, status int, says ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: status %d, want %d: %.400s", what, a.status, status, text(a.body))
		return
	}
	for _, s := range says {
		if !strings.Contains(text(a.body), s) {
			t.Errorf("%s: the page does not say %q: %.1500s", what, s, text(a.body))
		}
	}
}

func (a answer) goes(t *testing.T, what, to string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.to != to {
		t.Errorf("%s: %d to %q, want %q: %.600s", what, a.status, a.to, to, text(a.body))
	}
}

func (s *site) head() int64 {
	s.t.Helper()
	n, err := s.store.Head(s.t.Context(), store.Service)
	must(s.t, err)
	return n
}

// unchanged runs do and checks that no account changed.
func (s *site) unchanged(what string, do func()) {
	s.t.Helper()
	before := s.head()
	do()
	if after := s.head(); after != before {
		s.t.Errorf("%s: wrote %d commits", what, after-before)
	}
}

// expire ends every sign-in of an account.
func (s *site) expire(name string) {
	s.t.Helper()
	u, err := s.accounts.Find(s.t.Context(), s.op, name)
	must(s.t, err)
	must(s.t, s.accounts.SignOutEverywhere(s.t.Context(), kind.Actor{Account: u.ID, Person: u.ID, Mission: unac,
		Grants: []kind.Grant{{Role: kind.Adviser}}}, false))
}

func unescape(s string) string { return html.UnescapeString(s) }
