package people

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/app/web/ui"
)

// Names of fields that are the sign-in's own within another form. By is what a
// form carries of the account that it was made for, Page.For.
const (
	fieldName     = "_name"
	fieldPassword = "_password"
	fieldDemo     = "_demo"
	fieldBy       = "_by"
)

// maxCarried bounds how many fields are carried through a sign-in.
const maxCarried = 2000

// Guard lets on who is signed in. Others are asked to sign in first: one who
// wants to see a page comes back to it, and one who sends a form comes back to
// the form as he filled it in: sign-ins end while people type. It belongs
// between the session and the handler of a page.
func Guard(s *ui.Site) fiber.Handler {
	h := &pages{s}
	return func(c *fiber.Ctx) error {
		if middleware.Actor(c).Account != "" {
			return c.Next()
		}
		if c.Method() == fiber.MethodPost {
			return h.resume(c)
		}
		return c.Redirect(signInFor(here(c)), fiber.StatusSeeOther)
	}
}

// here is the address that was asked for, on this service.
func here(c *fiber.Ctx) string {
	to := ui.LocalPath(c.Path())
	if q := c.Request().URI().QueryString(); len(q) > 0 {
		to += "?" + string(q)
	}
	return ui.LocalURL(to)
}

// signInFor is the address of the sign-in that goes on to another.
func signInFor(to string) string {
	if to == "/" {
		return "/sign-in"
	}
	return "/sign-in?" + url.Values{"to": {to}}.Encode()
}

// pair is one field of a form as it was sent.
type pair struct{ Name, Value string }

// sent is a form that came without a sign-in. Carried are its own fields; rest
// is its body without those of the sign-in, as it came.
type sent struct {
	name, password, demo, by string
	carried                  []pair
	rest                     string
}

// form reads the body of c. What is no form, or is larger than any of ours, has
// no fields: nothing is carried then. Passwords are never carried: they would
// stand in a page.
func form(c *fiber.Ctx) sent {
	var s sent
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return s
	}
	var rest []string
	for i, raw := range strings.Split(string(c.Request().Body()), "&") {
		if i == maxCarried {
			return sent{name: s.name, password: s.password, demo: s.demo}
		}
		n, v, _ := strings.Cut(raw, "=")
		name, err1 := url.QueryUnescape(n)
		value, err2 := url.QueryUnescape(v)
		if err1 != nil || err2 != nil || name == "" {
			continue
		}
		if s.own(name, value) || strings.Contains(name, "password") {
			continue
		}
		s.carried = append(s.carried, pair{name, value})
		rest = append(rest, raw)
	}
	s.rest = strings.Join(rest, "&")
	return s
}

// own takes a field that is the sign-in's; By is carried like the others.
func (s *sent) own(name, value string) bool {
	switch name {
	case fieldName:
		s.name = value
	case fieldPassword:
		s.password = value
	case fieldDemo:
		s.demo = value
	case fieldBy:
		s.by = value
		return false
	default:
		return false
	}
	return true
}

// resume asks for a sign-in in the middle of a form, and once there is one lets
// the form go on to its handler, marked so that it is shown again and not yet
// saved. A form that was filled in under another account is dropped, and so is
// one that does not say whose it is.
func (h *pages) resume(c *fiber.Ctx) error {
	f := form(c)
	v := signInView{Action: here(c), Prefix: "_", Name: f.name, Carried: f.carried, Ended: true}
	if f.name == "" && f.demo == "" {
		return h.showSignIn(c, v, fiber.StatusUnauthorized)
	}
	in, err := h.enter(c, f.name, f.password, f.demo)
	if err != nil {
		return h.refuse(c, v, err)
	}
	if err := middleware.Resume(c, in.Bearer); err != nil {
		return err
	}
	if f.by == "" || f.by != h.Page(c, "").For() {
		return h.Done(c, "/", "page.signin.dropped")
	}
	c.Request().SetBodyString(f.rest)
	return c.Next()
}
