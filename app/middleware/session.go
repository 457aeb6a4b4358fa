package middleware

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// Reader is who looks at a page, and how they have it shown.
type Reader struct {
	Actor kind.Actor
	Prefs Preferences
}

// Preferences are what a reader chose: the zone of times, nil for the
// mission's; the language of what people wrote, empty for that of the page;
// "native" digits, anything else for Western ones; "light", "dark"
// or, empty, the device's theme.
type Preferences struct {
	Zone    *time.Location
	Digits  string
	Content value.Lang
	Theme   string
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
// Rate. It belongs in the chain of each route that needs it; the stack needs
// Sessions for it.
func (s *Stack) Session(c *fiber.Ctx) error {
	if err := s.identify(c); err != nil {
		return err
	}
	if a := Actor(c).Account; a != "" {
		if err := s.limiter.take(a); err != nil {
			return err
		}
	}
	return c.Next()
}

// Identify is Session for the page of an error that came before it, such as an
// address that does not exist. It never fails: then it is nobody.
func Identify(c *fiber.Ctx) {
	if s, ok := c.Locals(stackLocal).(*Stack); ok && s.Sessions != nil {
		_ = s.identify(c) // an outage: there is an error to be shown already
	}
}

// Resume lets a form that was sent without a sign-in go on with bearer, which
// was made meanwhile. The page that handles it finds Resumed: it shows the form
// again as it was filled in, and does nothing yet.
func Resume(c *fiber.Ctx, bearer string) error {
	s, ok := c.Locals(stackLocal).(*Stack)
	if !ok {
		return errors.New("middleware: a request that did not pass the stack")
	}
	if err := s.identifyBy(c, bearer); err != nil {
		return err
	}
	c.Locals(resumedLocal, true)
	return nil
}

// Resumed reports whether the request is a form that was sent without a sign-in
// and came back with one: it is shown again, filled in, and nothing is done.
func Resumed(c *fiber.Ctx) bool { return c.Locals(resumedLocal) != nil }

// identify notes who comes with the cookie; an error is an outage.
func (s *Stack) identify(c *fiber.Ctx) error {
	if bearer := c.Cookies(CookieName(s.TLS)); bearer != "" {
		return s.identifyBy(c, bearer)
	}
	return nil
}

func (s *Stack) identifyBy(c *fiber.Ctx, bearer string) error {
	if len(bearer) > maxBearer {
		bearer = "" // none of ours: refused like any other that does not work
	}
	r, err := s.Sessions.Session(c.UserContext(), bearer)
	if kind.CodeOf(err) == kind.CodeUnauthenticated {
		c.Locals(lapsedLocal, true)
		return nil
	}
	if err != nil {
		return err
	}
	if r.Actor.Lang != "" {
		s.setLanguage(c, r.Actor.Lang)
	}
	r.Actor.Lang, r.Actor.Request, r.Actor.Device = Lang(c), RequestID(c), Device(c)
	c.Locals(actorLocal, &r.Actor)
	c.Locals(prefsLocal, r.Prefs)
	return nil
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
