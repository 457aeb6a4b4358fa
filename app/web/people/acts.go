package people

import (
	"net/url"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/middleware"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// act is something that an administrator does to an account, on a page of its
// own that says what will happen.
type act struct {
	title, done string // message keys
	fields      []string
	start       func(p ui.Page, c *fiber.Ctx, u account.UserRecord) url.Values
	page        func(p ui.Page, v formView) templ.Component
	do          func(h *pages, c *fiber.Ctx, p ui.Page, id string, e entry) error
}

// form shows the page of a.
func (h *pages) form(a act) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := h.Page(c, a.title)
		u, err := h.changeable(c, p)
		if err != nil {
			return err
		}
		return h.showAct(c, p, a, u, entry{typed: a.start(p, c, u)}, nil)
	}
}

// changeable reads the account that the address names, for who may change it.
func (h *pages) changeable(c *fiber.Ctx, p ui.Page) (account.UserRecord, error) {
	u, err := h.user(c, p)
	if err == nil && !p.Can("account", "update") {
		err = kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	return u, err
}

// submit does a, or shows its page again with what is wrong.
func (h *pages) submit(a act) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := h.Page(c, a.title)
		u, err := h.changeable(c, p)
		if err != nil {
			return err
		}
		e := read(c, a.fields...)
		if !middleware.Resumed(c) {
			err = a.do(h, c, p, u.ID, e)
		}
		if e.again(c, p, err) {
			return h.showAct(c, p, a, u, e, err)
		}
		if err != nil {
			return err
		}
		return h.Done(c, "/admin/people/"+u.ID, a.done)
	}
}

func (h *pages) showAct(c *fiber.Ctx, p ui.Page, a act, u account.UserRecord, e entry, err error) error {
	missions, failed := h.adminMissions(c, p)
	if failed != nil {
		return failed
	}
	return ui.Render(c, status(e, err), p, a.page(p, formView{entry: e, User: u, Missions: missions, Remit: sentAll(c, "remit")}))
}

// today is the mission acted in, and the day in it.
func today(p ui.Page, _ *fiber.Ctx, _ account.UserRecord) url.Values {
	return url.Values{"mission": {p.Actor.Mission}, "from": {string(p.Today())}, "to": {string(p.Today())}}
}

// nothing is typed yet.
func nothing(ui.Page, *fiber.Ctx, account.UserRecord) url.Values { return url.Values{} }

var giveRole = act{
	title: "page.people.role.add", done: "page.people.role.added", fields: []string{"mission", "role", "units", "from", "to"},
	start: func(p ui.Page, c *fiber.Ctx, u account.UserRecord) url.Values {
		v := today(p, c, u)
		v.Del("to")
		return v
	},
	page: rolePage,
	do: func(h *pages, c *fiber.Ctx, p ui.Page, id string, e entry) error {
		g, err := h.grant(c, p, e)
		if err != nil {
			return err
		}
		g.Account = id
		_, err = h.Accounts.AddGrant(c.UserContext(), p.Actor, g)
		return err
	},
}

var endRole = act{
	title: "page.people.role.end", done: "page.people.role.ended", fields: []string{"to"}, start: today, page: endPage,
	do: func(h *pages, c *fiber.Ctx, p ui.Page, _ string, e entry) error {
		if !value.ValidID(c.Params("grant")) {
			return ui.ErrAbsent
		}
		return h.Accounts.EndGrant(c.UserContext(), p.Actor, c.Params("grant"), value.Date(e.get("to")))
	},
}

var link = act{
	title: "page.people.link", done: "page.people.linked", fields: []string{"mission", "record"}, start: today, page: linkPage,
	do: func(h *pages, c *fiber.Ctx, p ui.Page, id string, e entry) error {
		r, err := h.record(e.get("record"))
		if err != nil {
			return err
		}
		return h.Accounts.Link(c.UserContext(), p.Actor, id, e.get("mission"), r)
	},
}

var disable = act{
	title: "page.people.disable", done: "page.people.disabled", fields: []string{"why"}, start: nothing, page: disablePage,
	do: func(h *pages, c *fiber.Ctx, p ui.Page, id string, e entry) error {
		if err := e.reason(); err != nil {
			return err
		}
		return h.Accounts.Disable(c.UserContext(), p.Actor, id, e.get("why"))
	},
}

var enable = act{
	title: "page.people.enable", done: "page.people.enabled", fields: []string{"why"}, start: nothing, page: enablePage,
	do: func(h *pages, c *fiber.Ctx, p ui.Page, id string, e entry) error {
		if err := e.reason(); err != nil {
			return err
		}
		return h.Accounts.Enable(c.UserContext(), p.Actor, id, e.get("why"))
	},
}

// reason refuses a form without one, and one that is a book.
func (e entry) reason() error {
	const most = 500
	var c kind.Check
	c.Must(e.get("why") != "", "why", "error.field.required")
	c.Must(len([]rune(e.get("why"))) <= most, "why", "error.field.too_long", "Max", int64(most))
	return c.Err()
}

// inviting answers GET /admin/people/:id/invite: what an invitation is.
func (h *pages) inviting(c *fiber.Ctx) error {
	p := h.Page(c, "page.people.invite")
	u, err := h.changeable(c, p)
	if err != nil {
		return err
	}
	return ui.Render(c, fiber.StatusOK, p, invitePage(p, formView{User: u}, ""))
}

// invite answers POST /admin/people/:id/invite: the link is in this answer and
// nowhere else.
func (h *pages) invite(c *fiber.Ctx) error {
	p := h.Page(c, "page.people.invite")
	u, err := h.changeable(c, p)
	if err != nil {
		return err
	}
	v := formView{User: u}
	var made account.Invitation
	if !middleware.Resumed(c) {
		if made, err = h.Accounts.Invite(c.UserContext(), p.Actor, u.ID); err != nil && !v.fails(p, err, nil) {
			return err
		}
	}
	address := ""
	if made.Code != "" {
		v.User.Invited = made.Expires
		address = p.Base + "/invite?" + url.Values{"code": {made.Code}}.Encode()
	}
	return ui.Render(c, status(v.entry, err), p, invitePage(p, v, address))
}

// inviteForm answers GET /invite?code=…: somebody chooses a password.
func (h *pages) inviteForm(c *fiber.Ctx) error {
	return h.showInvite(c, c.Query("code"), entry{}, nil)
}

func (h *pages) showInvite(c *fiber.Ctx, code string, e entry, err error) error {
	p := h.Page(c, "page.invite.title")
	u, void := h.Accounts.Invited(c.UserContext(), code)
	if void != nil && kind.CodeOf(void) != kind.CodeNotFound {
		return void
	}
	if void != nil {
		return ui.Render(c, fiber.StatusNotFound, p, voidPage(p))
	}
	return ui.Render(c, status(e, err), p, acceptPage(p, e, code, u.Name))
}

// acceptInvite answers POST /invite.
func (h *pages) acceptInvite(c *fiber.Ctx) error {
	code := posted(c, "code")
	_, err := h.Accounts.AcceptInvite(c.UserContext(), code, posted(c, "password"), middleware.RequestID(c))
	if err == nil {
		return h.Done(c, "/sign-in", "page.invite.done")
	}
	var e entry
	if kind.CodeOf(err) != kind.CodeNotFound && !e.fails(h.Page(c, ""), err, map[string]string{"password": "page.signin.password"}) {
		return err
	}
	return h.showInvite(c, code, e, err)
}
