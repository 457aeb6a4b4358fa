package ui

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/authz"
	"colocate/app/locale"
	"colocate/app/middleware"
	"colocate/app/record"
	"colocate/app/web/assets"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Site is what the pages of one service share. Its fields are set once, before
// the first request.
type Site struct {
	Texts    *locale.Catalogue
	Records  *record.Engine
	Accounts *account.Service
	Kinds    *kind.Registry
	Policy   *authz.Policy
	Assets   *assets.Set
	Now      func() time.Time
	// Captions name the records of kinds whose title field is not enough, by the
	// name of the kind.
	Captions map[string]func(p Page, r Rec) string
	// Key seals what a form carries about who it was made for (Page.For).
	Key []byte
	// Demo says that the data is invented, TLS that clients come over TLS only.
	Demo, TLS bool

	codes   made[[]Code]
	choices made[[]Choice]
}

// Route is one address of the pages. Open ones are for everybody; the others
// ask who comes to sign in first.
type Route struct {
	Method, Path string
	Open         bool
	Handle       fiber.Handler
}

// Get is a route that shows.
func Get(path string, h fiber.Handler) Route { return Route{fiber.MethodGet, path, false, h} }

// Post is a route that changes something.
func Post(path string, h fiber.Handler) Route { return Route{fiber.MethodPost, path, false, h} }

// Opened is r for everybody.
func (r Route) Opened() Route { r.Open = true; return r }

// Page starts a page in the caller's language, with the title of message
// titleKey; "" where the title comes later.
func (s *Site) Page(c *fiber.Ctx, titleKey string) Page {
	t := middleware.T(c)
	if t == nil { // the request was refused before it reached the stack
		t = s.Texts.Texts(locale.Negotiate("", "", c.Get(fiber.HeaderAcceptLanguage)))
	}
	scheme := "http://"
	if s.TLS {
		scheme = "https://"
	}
	p := Page{Texts: t, Path: LocalPath(c.Path()), Query: string(c.Request().URI().QueryString()), Base: scheme + c.Hostname(),
		Actor: middleware.Actor(c), Now: s.Now(), site: s}
	p.Flash = s.takeFlash(c)
	if middleware.Resumed(c) {
		p.Flash = "page.signin.resumed"
	}
	if p.SignedIn() {
		prefs := middleware.Prefs(c)
		p.Mission, p.Broken = s.mission(c.UserContext(), p.Actor)
		p.Theme, p.Content = prefs.Theme, prefs.Content
		p.Texts = t.For(locale.Prefs{Zone: cmp.Or(prefs.Zone, p.Mission.Zone), Digits: prefs.Digits, Terms: p.Mission.terms(t.Lang())})
		p.Reader = s.readerName(c.UserContext(), p)
		p.Nav = s.nav(p)
	}
	if titleKey != "" {
		p.Title = p.Say(titleKey)
	}
	return p
}

// Render writes a page, or nothing at all: not one that tells the time of another
// zone (Page.Broken) either. The request's deadline does not count: an error is
// shown after it has ended.
func Render(c *fiber.Ctx, status int, p Page, v templ.Component) error {
	if p.Broken != nil {
		return p.Broken
	}
	var b bytes.Buffer
	if err := Layout(p).Render(templ.WithChildren(context.WithoutCancel(c.UserContext()), v), &b); err != nil {
		return fmt.Errorf("web: %s: %w", c.Route().Path, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, p.Lang())
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return c.Status(status).Send(b.Bytes())
}

// readerName is what the reader is called: as the record says that he is, else as
// his account is.
func (s *Site) readerName(ctx context.Context, p Page) string {
	own := value.Ref{Kind: "person", ID: p.Actor.Person}
	if p.Host() {
		own.Kind = "counterpart"
	}
	if p.Actor.Person == p.Actor.Account {
		return p.Actor.Name
	}
	names, err := s.Names(ctx, p, []value.Ref{own})
	if err != nil || names[own] == "" {
		return p.Actor.Name
	}
	return names[own]
}

// LocalPath is a path on this service, whatever it looks like ("//host/x").
func LocalPath(path string) string { return "/" + strings.TrimLeft(path, `/\`) }

// LocalURL is where to go on after something, as a client may name it: a path
// on this service with its query, "/" for everything else (trust.md W7).
func LocalURL(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t\x00") {
		return "/"
	}
	return u.RequestURI()
}

// flashCookie carries one message key to the next page.
const flashCookie = "colocate-flash"

// Done goes on to another page of this service after a change, and says there
// what was done, as a message key.
func (s *Site) Done(c *fiber.Ctx, to, key string) error {
	if key != "" {
		c.Cookie(&fiber.Cookie{Name: flashCookie, Value: key + "!" + s.seal(key), Path: "/", MaxAge: 60,
			HTTPOnly: true, Secure: s.TLS, SameSite: fiber.CookieSameSiteLaxMode})
	}
	return c.Redirect(LocalURL(to), fiber.StatusSeeOther)
}

// KeepLanguage has the browser remember the language of the pages for who is not
// signed in; "" has it forget.
func (s *Site) KeepLanguage(c *fiber.Ctx, tag string) {
	k := &fiber.Cookie{Name: middleware.LangCookie, Value: tag, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HTTPOnly: true, Secure: s.TLS, SameSite: fiber.CookieSameSiteLaxMode}
	if tag == "" {
		k.MaxAge, k.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(k)
}

// takeFlash is the message that the page before left, as a key; "" if none. It
// shows once.
func (s *Site) takeFlash(c *fiber.Ctx) string {
	given := c.Cookies(flashCookie)
	if given == "" || c.Method() != fiber.MethodGet {
		return ""
	}
	c.Cookie(&fiber.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, Expires: time.Unix(1, 0), HTTPOnly: true, Secure: s.TLS,
		SameSite: fiber.CookieSameSiteLaxMode})
	key, sum, _ := strings.Cut(given, "!")
	if !hmac.Equal([]byte(sum), []byte(s.seal(key))) {
		return "" // a cookie of somebody else's making
	}
	return key
}

// seal is what proves that this service wrote text, without telling more.
func (s *Site) seal(text string) string {
	h := hmac.New(sha256.New, s.Key)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// order is in which order kinds come in the navigation; the others follow on
// the page of all records.
var order = []string{"session", "action", "unit", "counterpart", "contest", "strength_snapshot", "posting"}

// inNav is how many kinds the navigation names.
const inNav = 5

// nav are the entries of the navigation for who is signed in: today, the kinds
// that matter most to him, and the way to all the others.
func (s *Site) nav(p Page) []NavItem {
	items := []NavItem{{Href: "/", Text: p.Say("page.today.nav"), Current: p.Path == "/"}}
	for _, name := range order {
		d := s.Kinds.Get(name)
		if d == nil || len(items) > inNav || !p.Can(name, "read") {
			continue
		}
		href := "/" + d.Plural
		items = append(items, NavItem{Href: href, Text: p.Plural(d), Current: p.Path == href || strings.HasPrefix(p.Path, href+"/")})
	}
	if p.Can("account", "read") {
		items = append(items, NavItem{Href: "/admin/people", Text: p.Say("page.people.nav"), Current: strings.HasPrefix(p.Path, "/admin/people")})
	}
	return append(items, NavItem{Href: "/records", Text: p.Say("page.records.nav"), Current: p.Path == "/records"})
}
