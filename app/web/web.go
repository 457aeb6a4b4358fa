// Package web serves the pages for people: what Colocate is, how its API is
// used, and the form that makes the first administrator. Pages are templ
// components; language lives in their first argument, so no request can be
// answered in another's (style.md R30). Nothing here needs a script.
package web

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"colocate/app/locale"
	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/domain/kind"
)

// Handler serves the pages. Its fields are set once, before Mount.
type Handler struct {
	Texts *locale.Catalogue
	// Spec is the OpenAPI document of the API, with its texts in a language.
	Spec func(t *locale.Texts) ([]byte, error)
	// SetUp makes the first administrator with the code of the one-time link.
	SetUp func(ctx context.Context, code, name, password string) error
	// Demo says so on the first page: the data is invented.
	Demo bool
	// TLS is set where clients reach the service over TLS only.
	TLS bool

	assets assets
	docs   docsCache
}

// Page is the first argument of every page.
type Page struct {
	*locale.Texts
	Title string
	Path  string // of the page itself, for the links to its other languages
	Code  string // of a set-up link, which those keep
	Base  string // where the reader reached the service: "https://host"
	CSS   string // path of the style sheet
	Mark  string // path of the favicon
}

// Langs are the languages of the interface.
func (p Page) Langs() []locale.Language { return locale.Languages() }

// InLang is the address of this page in another language.
func (p Page) InLang(tag string) templ.SafeURL {
	q := url.Values{"lang": {tag}}
	if p.Code != "" {
		q.Set("code", p.Code)
	}
	return templ.SafeURL(p.Path + "?" + q.Encode())
}

// Say is a text without arguments.
func (p Page) Say(key string) string { return p.T(key, nil) }

// Mount puts the pages into app; HEAD goes with GET.
func (h *Handler) Mount(app *fiber.App) error {
	if err := h.assets.load(); err != nil {
		return err
	}
	get := func(path string, handle ...fiber.Handler) {
		app.Add(fiber.MethodGet, path, handle...)
		app.Add(fiber.MethodHead, path, handle...)
	}
	packed := compress.New() // only where a page holds no secret (BREACH)
	get("/", packed, h.choose(h.landing))
	get("/docs", packed, h.choose(h.overview))
	get("/docs/:tag", packed, h.choose(h.group))
	get("/set-up", h.choose(h.setUpForm))
	app.Add(fiber.MethodPost, "/set-up", h.setUp)
	get("/problems/:slug", h.choose(h.problem))
	get("/assets/:name", h.assets.serve)
	return nil
}

// choose lets ?lang= change the language of the pages: it is kept in a cookie,
// and the address goes on without it, but with the code of a set-up link.
func (h *Handler) choose(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		tag := c.Query("lang")
		if tag == "" {
			return next(c)
		}
		if slices.ContainsFunc(locale.Languages(), func(l locale.Language) bool { return l.Tag == tag }) {
			c.Cookie(&fiber.Cookie{Name: middleware.LangCookie, Value: tag, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
				HTTPOnly: true, Secure: h.TLS, SameSite: fiber.CookieSameSiteLaxMode})
		}
		to := localPath(c.Path())
		if code := c.Query("code"); code != "" {
			to += "?" + url.Values{"code": {code}}.Encode()
		}
		return c.Redirect(to, fiber.StatusSeeOther)
	}
}

// localPath is a path on this service, whatever it looks like ("//host/x").
func localPath(path string) string { return "/" + strings.TrimLeft(path, `/\`) }

// page starts a page in the caller's language.
func (h *Handler) page(c *fiber.Ctx, titleKey string) Page {
	t := middleware.T(c)
	if t == nil { // the request was refused before it reached the stack
		t = h.Texts.Texts(locale.Negotiate("", "", c.Get(fiber.HeaderAcceptLanguage)))
	}
	scheme := "http://"
	if h.TLS {
		scheme = "https://"
	}
	return Page{Texts: t, Title: t.T(titleKey, nil), Path: localPath(c.Path()), Base: scheme + c.Hostname(),
		CSS: h.assets.path("colocate.css"), Mark: h.assets.path("mark.svg")}
}

// render writes page v, or nothing at all. The request's deadline does not
// count: an error is shown after it has ended.
func render(c *fiber.Ctx, status int, p Page, v templ.Component) error {
	var b bytes.Buffer
	if err := v.Render(context.WithoutCancel(c.UserContext()), &b); err != nil {
		return fmt.Errorf("web: %s: %w", c.Route().Path, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, p.Lang())
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return c.Status(status).Send(b.Bytes())
}

func (h *Handler) landing(c *fiber.Ctx) error {
	p := h.page(c, "page.landing.title")
	return render(c, fiber.StatusOK, p, landing(p, h.Demo))
}

// problem explains one type of error: the address that problem documents carry
// in "type" (style.md §2.2).
func (h *Handler) problem(c *fiber.Ctx) error {
	p := h.page(c, "problem.not_found.title")
	for _, err := range problemTypes() {
		if d := problem.Of(err, p.Texts, ""); d.Type == p.Path {
			p.Title = d.Title
			return render(c, fiber.StatusOK, p, problemPage(p, d.Detail, ""))
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

// Fail shows err as a page.
func (h *Handler) Fail(c *fiber.Ctx, err error) error {
	p := h.page(c, "problem.internal.title")
	d := problem.Of(err, p.Texts, middleware.RequestID(c))
	p.Title = d.Title
	if d.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, p.Num(d.RetryAfter))
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return render(c, d.Status, p, problemPage(p, d.Detail, d.Instance))
}
