package people

import (
	"errors"
	"net"

	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/middleware"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// signInView is what the sign-in shows. Within another form, Action is that
// form's address, Carried its fields, and Prefix tells the sign-in's own apart.
type signInView struct {
	Action  string
	Prefix  string
	To      string
	Name    string
	Faults  []ui.Fault
	Carried []pair
	Ended   bool // there was a sign-in, which works no more
	Demo    []account.UserRow
}

// signInForm answers GET /sign-in.
func (h *pages) signInForm(c *fiber.Ctx) error {
	to := ui.LocalURL(c.Query("to", "/"))
	if middleware.Actor(c).Account != "" {
		return c.Redirect(to, fiber.StatusSeeOther)
	}
	return h.showSignIn(c, signInView{Action: "/sign-in", To: to, Ended: middleware.Lapsed(c)}, fiber.StatusOK)
}

// signIn answers POST /sign-in.
func (h *pages) signIn(c *fiber.Ctx) error {
	v := signInView{Action: "/sign-in", To: ui.LocalURL(posted(c, "to")), Name: posted(c, "name")}
	before := middleware.Actor(c)
	if _, err := h.enter(c, v.Name, posted(c, "password"), posted(c, "demo")); err != nil {
		return h.refuse(c, v, err)
	}
	if before.Token != "" { // the one that the browser forgets now
		if err := h.Accounts.RevokeToken(c.UserContext(), before, before.Token); err != nil {
			return err
		}
	}
	return c.Redirect(v.To, fiber.StatusSeeOther)
}

// enter signs in, with the password of name or as demo of the demonstration, and
// has the browser keep it.
func (h *pages) enter(c *fiber.Ctx, name, password, demo string) (account.SignedIn, error) {
	try := account.SignIn{Name: name, Password: password, Address: c.IP(), Device: middleware.Device(c), Request: middleware.RequestID(c)}
	var in account.SignedIn
	var err error
	switch {
	case demo == "":
		in, err = h.Accounts.SignIn(c.UserContext(), try)
	case h.demo(c):
		try.Name = demo
		in, err = h.Accounts.SignInDemo(c.UserContext(), try)
	default:
		err = kind.E(kind.CodeNotFound, "error.not_found", errors.New("no demonstration here"))
	}
	if err == nil {
		middleware.SetCookie(c, h.TLS, in.Bearer, in.Expires.Sub(in.Created))
	}
	return in, err
}

// demo reports whether the demonstration is served, and reached by a name of
// this machine: no proxy and no other site's name leads into it.
func (h *pages) demo(c *fiber.Ctx) bool {
	host := c.Hostname()
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return h.Demo && (host == "localhost" || host == "[::1]" || ip != nil && ip.IsLoopback())
}

// refuse shows the sign-in again after err.
func (h *pages) refuse(c *fiber.Ctx, v signInView, err error) error {
	p := h.Page(c, "")
	switch kind.CodeOf(err) {
	case kind.CodeUnauthenticated:
		v.Faults = []ui.Fault{{Anchor: "name", Text: p.Say("page.signin.wrong")}}
		return h.showSignIn(c, v, fiber.StatusUnauthorized)
	case kind.CodeTooMany:
		var e entry
		e.fails(p, err, nil)
		v.Faults = e.faults
		return h.showSignIn(c, v, fiber.StatusTooManyRequests)
	}
	return err
}

func (h *pages) showSignIn(c *fiber.Ctx, v signInView, status int) error {
	if h.demo(c) {
		var err error
		if v.Demo, err = h.Accounts.DemoUsers(c.UserContext()); err != nil {
			return err
		}
	}
	p := h.Page(c, "page.signin.title")
	if v.Prefix != "" { // whose links would lose what is carried
		p.Path, p.Query = "/sign-in", ""
	}
	return ui.Render(c, status, p, signInPage(p, v))
}

// signOut answers POST /sign-out.
func (h *pages) signOut(c *fiber.Ctx) error {
	if by := middleware.Actor(c); by.Token != "" {
		if err := h.Accounts.RevokeToken(c.UserContext(), by, by.Token); err != nil {
			return err
		}
	}
	middleware.ForgetCookie(c, h.TLS)
	return h.Done(c, "/sign-in", "page.signout.done")
}
