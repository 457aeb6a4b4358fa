package middleware

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/domain/kind"
)

// Reader is who looks at a page, and how they have it shown. Terms are what
// their mission calls things, by language and message key.
type Reader struct {
	Actor kind.Actor
	Prefs Preferences
	Terms map[string]map[string]string
}

// Preferences are what a reader chose: the zone of times, the mission's where they
// chose none; "native" digits or Western ones; "light", "dark" or, empty, the
// device's theme.
type Preferences struct {
	Zone   *time.Location
	Digits string
	Theme  string
}

// Sessions tells whose a sign-in is. Whatever is wrong with it is one
// CodeUnauthenticated; any other error is an outage.
type Sessions interface {
	Session(ctx context.Context, bearer string) (Reader, error)
}

// Session finds out, for a page, who looks at it: by the cookie alone, as
// Authenticate goes by the header alone, so that no other site's page can act
// on the API with what a browser sends by itself. Nobody is no error: the page
// decides. It settles the language anew, and holds the account to the stack's
// Rate. It belongs in the chain of each route that needs it.
func (s *Stack) Session(of Sessions) fiber.Handler {
	name := CookieName(s.TLS)
	return func(c *fiber.Ctx) error {
		bearer := c.Cookies(name)
		if bearer == "" {
			return c.Next()
		}
		if len(bearer) > maxBearer {
			bearer = "" // none of ours: refused like any other that does not work
		}
		r, err := of.Session(c.UserContext(), bearer)
		if kind.CodeOf(err) == kind.CodeUnauthenticated {
			c.Locals(lapsedLocal, true)
			return c.Next()
		}
		if err != nil {
			return err
		}
		s.setReader(c, &r)
		if err := s.limiter.take(r.Actor.Account); err != nil {
			return err
		}
		return c.Next()
	}
}

// setReader notes who r is, and has the page written as they want it.
func (s *Stack) setReader(c *fiber.Ctx, r *Reader) {
	if r.Actor.Lang != "" {
		s.setLanguage(c, r.Actor.Lang)
	}
	t := T(c)
	c.Locals(textsLocal, t.For(locale.Prefs{Zone: r.Prefs.Zone, Digits: r.Prefs.Digits, Terms: r.Terms[t.Lang()]}))
	r.Actor.Lang, r.Actor.Request, r.Actor.Device = t.Lang(), RequestID(c), Device(c)
	c.Locals(actorLocal, &r.Actor)
	c.Locals(prefsLocal, r.Prefs)
}

// Prefs is how the reader wants pages shown; the zero Preferences for nobody.
func Prefs(c *fiber.Ctx) Preferences {
	p, _ := c.Locals(prefsLocal).(Preferences)
	return p
}

// Lapsed reports whether the request came with a sign-in that works no more.
func Lapsed(c *fiber.Ctx) bool { return c.Locals(lapsedLocal) != nil }

// CookieName is what the cookie of a sign-in is called. Browsers accept the
// __Host- name over TLS only, from this host alone and for all of its paths.
func CookieName(tls bool) string {
	if tls {
		return "__Host-colocate"
	}
	return "colocate"
}

// SetCookie keeps a sign-in in the browser for its life, which counts from now
// by the browser's own clock, be it wrong. Scripts cannot read it (trust.md A8).
func SetCookie(c *fiber.Ctx, tls bool, bearer string, life time.Duration) {
	c.Cookie(&fiber.Cookie{Name: CookieName(tls), Value: bearer, Path: "/", MaxAge: max(int(life/time.Second), 1),
		Secure: tls, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}

// ForgetCookie takes the sign-in out of the browser.
func ForgetCookie(c *fiber.Ctx, tls bool) {
	c.Cookie(&fiber.Cookie{Name: CookieName(tls), Path: "/", Expires: time.Unix(1, 0),
		Secure: tls, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}
