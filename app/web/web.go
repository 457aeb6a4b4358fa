// Package web serves the pages for people (design.md §7). It puts together what
// the packages below it make: hand-made pages where people spend their day,
// generated ones for every kind there will ever be, and what belongs to none of
// them: the first page, errors, the set-up link and the description of the API.
//
// Language lives in the first argument of every component, so no request can be
// answered in another's (style.md R30). Nothing here needs a script.
package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"colocate/app/locale"
	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/app/web/form"
	"colocate/app/web/kinds"
	"colocate/app/web/people"
	"colocate/app/web/ui"
	"colocate/app/web/work"
	"colocate/domain/kind"
)

// Handler serves the pages. Its fields are set once, before Mount.
type Handler struct {
	Site *ui.Site
	// Session reads who comes from the cookie; it lets everybody on.
	Session fiber.Handler
	// Spec is the OpenAPI document of the API, with its texts in a language.
	Spec func(t *locale.Texts) ([]byte, error)
	// SetUp makes the first administrator with the code of the one-time link.
	SetUp func(ctx context.Context, code, name, password string) error

	docs docsCache
}

// Routes lists every address of the pages: what is mounted, and what the tests
// of pages walk.
func (h *Handler) Routes() []ui.Route {
	own := []ui.Route{
		ui.Get("/", h.first).Opened(),
		ui.Get("/docs", h.overview).Opened(),
		ui.Get("/docs/:tag", h.group).Opened(),
		ui.Get("/set-up", h.setUpForm).Opened(),
		ui.Post("/set-up", h.setUp).Opened(),
		ui.Get("/problems/:slug", h.problem).Opened(),
	}
	all := slices.Concat(own, people.Routes(h.Site), work.Routes(h.Site))
	for _, r := range kinds.Routes(h.Site) {
		if !slices.ContainsFunc(all, func(have ui.Route) bool { return have.Method == r.Method && have.Path == r.Path }) {
			all = append(all, r)
		}
	}
	// Of two that could answer one address, that with fewer parameters is asked
	// first: "/units/new" before "/units/:id".
	slices.SortStableFunc(all, func(a, b ui.Route) int {
		return cmp.Compare(strings.Count(a.Path, ":"), strings.Count(b.Path, ":"))
	})
	return all
}

// Mount puts the pages into app; HEAD goes with GET.
func (h *Handler) Mount(app *fiber.App) {
	packed := compress.New(compress.Config{Level: compress.LevelBestSpeed}) // a fifth larger than the usual, in a fifth of the time
	for _, r := range h.Routes() {
		chain := []fiber.Handler{h.Session, h.choose, formed}
		if !r.Open {
			chain = append(chain, people.Guard(h.Site))
		}
		chain = append(chain, r.Handle)
		app.Add(r.Method, r.Path, append([]fiber.Handler{packed}, chain...)...)
		if r.Method == fiber.MethodGet {
			app.Add(fiber.MethodHead, r.Path, chain...)
		}
	}
	app.Add(fiber.MethodGet, "/assets/:name", h.Site.Assets.Serve)
	app.Add(fiber.MethodHead, "/assets/:name", h.Site.Assets.Serve)
}

// formed refuses what is sent to a page and is no form of a page: an upload, a
// document for programs, what is not UTF-8 or has more fields than any form. It
// comes before whatever would take the fields of such a body for empty ones.
func formed(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodPost || len(c.Request().Body()) == 0 && c.Get(fiber.HeaderContentType) == "" {
		return c.Next()
	}
	if _, err := form.Posted(c); err != nil {
		return err
	}
	return c.Next()
}

// choose lets ?lang= change the language of the pages for who is not signed in:
// it is kept in a cookie, and the address goes on without it.
func (h *Handler) choose(c *fiber.Ctx) error {
	tag := c.Query("lang")
	if tag == "" || c.Method() != fiber.MethodGet {
		return c.Next()
	}
	if slices.ContainsFunc(locale.Languages(), func(l locale.Language) bool { return l.Tag == tag }) {
		h.Site.KeepLanguage(c, tag)
	}
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		q = url.Values{}
	}
	q.Del("lang")
	to := ui.LocalPath(c.Path())
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// first answers GET /: the home of who is signed in, else what this is.
func (h *Handler) first(c *fiber.Ctx) error {
	if middleware.Actor(c).Account != "" {
		return work.Home(h.Site)(c)
	}
	p := h.Site.Page(c, "page.landing.title")
	return ui.Render(c, fiber.StatusOK, p, landing(p))
}

// signInSample is how somebody signs in from a terminal.
func signInSample(p ui.Page) string {
	return "curl -X POST " + p.Base + `/api/v1/sign-ins \
  -H 'Content-Type: application/json' \
  -d '{"name":"…","password":"…"}'`
}

// callSample is how a token is used from a terminal.
func callSample(p ui.Page) string {
	return "curl " + p.Base + `/api/v1/me -H "Authorization: Bearer $TOKEN"`
}

// problem explains one type of error: the address that problem documents carry
// in "type" (style.md §2.2).
func (h *Handler) problem(c *fiber.Ctx) error {
	p := h.Site.Page(c, "problem.not_found.title")
	for _, err := range problemTypes() {
		if d := problem.Of(err, p.Texts, ""); d.Type == p.Path {
			p.Title = d.Title
			return ui.Render(c, fiber.StatusOK, p, failure(p, failed{Detail: d.Detail, Next: p.Say(nextKey(d))}))
		}
	}
	return fiber.ErrNotFound
}

// problemTypes is one error of each type that an answer can carry.
func problemTypes() []error {
	all := []error{fiber.ErrMethodNotAllowed, fiber.ErrRequestTimeout, fiber.ErrRequestHeaderFieldsTooLarge}
	for _, code := range kind.Codes {
		all = append(all, kind.E(code, "error."+string(code), nil))
	}
	return all
}

// failed is what the page of an error says. Again offers to try once more.
type failed struct {
	Detail, Next, Reference string
	Again                   bool
}

// nextKey is the message that says what one can do about a type of problem.
func nextKey(d problem.Details) string {
	return "problem." + d.Type[strings.LastIndexByte(d.Type, '/')+1:] + ".next"
}

// failing is how long the page of an error may take to find out for whom it is.
const failing = 5 * time.Second

// Fail shows err as a page, to who is signed in as to who is: the time of the
// request has ended by then.
func (h *Handler) Fail(c *fiber.Ctx, err error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.UserContext()), failing)
	defer stop()
	c.SetUserContext(ctx)
	if middleware.Actor(c).Account == "" && c.Method() != "" && h.Session != nil {
		middleware.Identify(c)
	}
	p := h.Site.Page(c, "")
	p.Broken = nil // it may be what is told here
	d := problem.Of(err, p.Texts, middleware.RequestID(c))
	p.Title = d.Title
	if d.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, p.Num(d.RetryAfter))
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	again := c.Method() == fiber.MethodGet && (d.Status >= 500 || d.Status == fiber.StatusTooManyRequests)
	return ui.Render(c, d.Status, p, failure(p, failed{d.Detail, p.Say(nextKey(d)), d.Instance, again}))
}
