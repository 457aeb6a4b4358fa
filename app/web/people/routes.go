package people

import (
	"context"
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/middleware"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// pages handle the requests of this package.
type pages struct{ *ui.Site }

// Routes are the pages of this package. Forms post to their own address; what
// only changes something comes back to the page that offered it.
func Routes(s *ui.Site) []ui.Route {
	h := &pages{s}
	account := func(c *fiber.Ctx) error { return c.Redirect("/account", fiber.StatusSeeOther) }
	routes := []ui.Route{
		ui.Get("/sign-in", h.signInForm).Opened(),
		ui.Post("/sign-in", h.signIn).Opened(),
		ui.Post("/sign-out", h.signOut).Opened(),
		ui.Get("/invite", h.inviteForm).Opened(),
		ui.Post("/invite", h.acceptInvite).Opened(),

		ui.Get("/account", h.account),
		ui.Post("/account", h.setPreferences),
		ui.Post("/account/language", h.setLanguage),
		ui.Get("/account/password", account),
		ui.Post("/account/password", h.setPassword),
		ui.Get("/account/tokens", account),
		ui.Post("/account/tokens", h.addToken),
		ui.Post("/account/tokens/:id/revoke", h.revokeToken),
		ui.Post("/account/sign-out-everywhere", h.signOutEverywhere),
		ui.Post("/account/mission", h.switchMission),

		ui.Get("/admin/people", h.list),
		ui.Get("/admin/people/new", h.newForm),
		ui.Post("/admin/people/new", h.create),
		ui.Get("/admin/people/:id", h.detail),
		ui.Get("/admin/people/:id/roles/new", h.form(giveRole)),
		ui.Post("/admin/people/:id/roles/new", h.submit(giveRole)),
		ui.Get("/admin/people/:id/roles/:grant/end", h.form(endRole)),
		ui.Post("/admin/people/:id/roles/:grant/end", h.submit(endRole)),
		ui.Get("/admin/people/:id/link", h.form(link)),
		ui.Post("/admin/people/:id/link", h.submit(link)),
		ui.Get("/admin/people/:id/disable", h.form(disable)),
		ui.Post("/admin/people/:id/disable", h.submit(disable)),
		ui.Get("/admin/people/:id/enable", h.form(enable)),
		ui.Post("/admin/people/:id/enable", h.submit(enable)),
		ui.Get("/admin/people/:id/invite", h.inviting),
		ui.Post("/admin/people/:id/invite", h.invite),
	}
	for i, r := range routes {
		if r.Method == fiber.MethodPost && !r.Open {
			routes[i].Handle = h.own(r.Handle)
		}
	}
	return routes
}

// own refuses a form that was made for somebody else than who is signed in now,
// as on a browser that several share.
func (h *pages) own(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if by := posted(c, fieldBy); by != "" && by != h.Page(c, "").For() {
			return kind.E(kind.CodeForbidden, "error.form.somebody_else", nil)
		}
		return next(c)
	}
}

// Readers tells the middleware whose a cookie is.
type Readers struct{ Accounts *account.Service }

// Session implements middleware.Sessions.
func (r Readers) Session(ctx context.Context, bearer string) (middleware.Reader, error) {
	s, err := r.Accounts.Session(ctx, bearer)
	if err != nil {
		return middleware.Reader{}, err
	}
	return middleware.Reader{Actor: s.Actor,
		Prefs: middleware.Preferences{Zone: s.Zone, Content: s.Prefs.Content, Digits: s.Prefs.Digits, Theme: s.Prefs.Theme}}, nil
}

// entry is what a form shows: what was typed, and what is wrong with it.
type entry struct {
	typed  url.Values
	faults []ui.Fault
}

func (e entry) get(name string) string { return e.typed.Get(name) }

// bad is the fault of the control name, "" if there is none.
func (e entry) bad(name string) string {
	for _, f := range e.faults {
		if f.Anchor == name {
			return f.Text
		}
	}
	return ""
}

// posted is what a form sent under a name, "" for nothing: in its body, for an
// address is written down in many places.
func posted(c *fiber.Ctx, name string) string { return string(c.Request().PostArgs().Peek(name)) }

// read is what a form sent, one value for each name.
func read(c *fiber.Ctx, names ...string) entry {
	e := entry{typed: url.Values{}}
	for _, n := range names {
		e.typed.Set(n, posted(c, n))
	}
	return e
}

// fails notes in e what err says is wrong with the form, and reports whether the
// form is to be shown again. labels are the message keys of its controls by
// field; a fault of another field is shown above the form.
func (e *entry) fails(p ui.Page, err error, labels map[string]string) bool {
	x, ok := errors.AsType[*kind.Error](err)
	if !ok {
		return false
	}
	switch x.Code {
	case kind.CodeInvalid:
		for _, field := range x.FieldNames() {
			f := ui.Fault{Text: p.T(x.Fields[field].Key, x.Fields[field].Args)}
			if label := labels[field]; label != "" {
				f.Anchor, f.Label = field, p.Say(label)
			}
			e.faults = append(e.faults, f)
		}
	case kind.CodeConflict:
		e.faults = append(e.faults, ui.Fault{Text: p.T(x.Key, x.Args)})
	case kind.CodeTooMany:
		wait, _ := x.Args["RetryAfter"].(int64)
		e.faults = append(e.faults, ui.Fault{Text: p.Say(x.Key)}, ui.Fault{Text: p.N("error.retry_after", wait, nil)})
	default:
		return false
	}
	return true
}

// status is that of a form that is shown again.
func status(e entry, err error) int {
	switch {
	case len(e.faults) == 0:
		return fiber.StatusOK
	case kind.CodeOf(err) == kind.CodeTooMany:
		return fiber.StatusTooManyRequests
	case kind.CodeOf(err) == kind.CodeConflict:
		return fiber.StatusConflict
	}
	return fiber.StatusUnprocessableEntity
}
