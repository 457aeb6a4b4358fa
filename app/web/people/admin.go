package people

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/middleware"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// pageSize is how many accounts one page of the list shows.
const pageSize = 50

// listView is what the list of accounts shows.
type listView struct {
	Filter entry
	Rows   []account.UserRow
	First  string // address of the first page, "" on it
	Next   string
	May    bool // make accounts
}

// states of an account, as the list is filtered by.
var states = map[string]*bool{"active": new(bool), "disabled": ptr(true)}

func ptr(b bool) *bool { return &b }

// list answers GET /admin/people.
func (h *pages) list(c *fiber.Ctx) error {
	p := h.Page(c, "page.people.title")
	if !p.Can("account", "read") {
		return ui.ErrAbsent
	}
	name, state := c.Query("name"), c.Query("state")
	f := account.UserFilter{Prefix: name, Disabled: states[state]}
	got, err := h.Accounts.ListUsers(c.UserContext(), p.Actor, f, pageSize, c.Query("cursor"))
	if err != nil {
		return err
	}
	v := listView{Filter: entry{typed: url.Values{"name": {name}, "state": {state}}}, Rows: got.Users, May: p.Can("account", "create")}
	at := func(cursor string) string {
		q := url.Values{}
		for k, s := range map[string]string{"name": name, "state": state, "cursor": cursor} {
			if s != "" {
				q.Set(k, s)
			}
		}
		if len(q) == 0 {
			return "/admin/people"
		}
		return "/admin/people?" + q.Encode()
	}
	if c.Query("cursor") != "" {
		v.First = at("")
	}
	if got.Next != "" {
		v.Next = at(got.Next)
	}
	return ui.Render(c, fiber.StatusOK, p, listPage(p, v))
}

// detailView is what the page of one account shows.
type detailView struct {
	account.UserRecord
	Names    ui.Names
	Missions map[string]string
	Self     bool
	May      bool // change accounts
}

// user reads the account that the address names.
func (h *pages) user(c *fiber.Ctx, p ui.Page) (account.UserRecord, error) {
	id := c.Params("id")
	if !value.ValidID(id) {
		return account.UserRecord{}, ui.ErrAbsent
	}
	return h.Accounts.GetUser(c.UserContext(), p.Actor, id)
}

// detail answers GET /admin/people/:id.
func (h *pages) detail(c *fiber.Ctx) error {
	p := h.Page(c, "")
	u, err := h.user(c, p)
	if err != nil {
		return err
	}
	p.Title = u.Name
	v := detailView{UserRecord: u, Missions: map[string]string{}, Self: u.ID == p.Actor.Account, May: p.Can("account", "update")}
	var refs []value.Ref
	for _, l := range u.Links {
		refs = append(refs, l.Record, value.Ref{Kind: "mission", ID: l.Mission})
	}
	for _, g := range u.Grants {
		refs = append(refs, value.Ref{Kind: "mission", ID: g.Mission})
	}
	if v.Names, err = h.Names(c.UserContext(), p, refs); err != nil {
		return err
	}
	return ui.Render(c, fiber.StatusOK, p, detailPage(p, v))
}

// labels of the controls of the forms for administrators, by field.
var peopleLabels = map[string]string{"name": "page.signin.name", "lang": "page.account.lang", "mission": "page.people.mission",
	"role": "page.people.role", "units": "page.people.units", "remit": "page.people.remit", "from": "page.people.from",
	"to": "page.people.to", "record": "page.people.record", "why": "page.people.why"}

// formView is a form about an account: who it is about, what was typed, and what
// can be chosen.
type formView struct {
	entry
	User     account.UserRecord
	Missions []option
	Remit    []string // names of kinds that were ticked
}

// newForm answers GET /admin/people/new.
func (h *pages) newForm(c *fiber.Ctx) error {
	p := h.Page(c, "page.people.new")
	if !p.Can("account", "create") {
		return ui.ErrAbsent
	}
	e := entry{typed: url.Values{"mission": {p.Actor.Mission}, "from": {string(p.Today())}}}
	return h.showNew(c, p, e, nil)
}

func (h *pages) showNew(c *fiber.Ctx, p ui.Page, e entry, err error) error {
	missions, failed := h.adminMissions(c, p)
	if failed != nil {
		return failed
	}
	v := formView{entry: e, Missions: missions, Remit: sentAll(c, "remit")}
	return ui.Render(c, status(e, err), p, newPage(p, v))
}

// adminMissions are the missions that the reader administers, as choices.
func (h *pages) adminMissions(c *fiber.Ctx, p ui.Page) ([]option, error) {
	me, err := h.Accounts.Me(c.UserContext(), p.Actor)
	if err != nil {
		return nil, err
	}
	if p.Actor.Mission != "" && !slices.ContainsFunc(me.Grants, func(g account.Grant) bool { return g.Mission == "" }) {
		return h.missionNames(c, p, []string{p.Actor.Mission})
	}
	return h.missions(c, me)
}

// sentAll are all values of a field.
func sentAll(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		out = append(out, string(v))
	}
	return out
}

// again reports that the form e is to be shown again: it was resumed after a
// sign-in, or err says what is wrong with it. An err that is none of the form's
// is for the page of errors.
func (e *entry) again(c *fiber.Ctx, p ui.Page, err error) bool {
	return middleware.Resumed(c) || err != nil && e.fails(p, err, peopleLabels)
}

// create answers POST /admin/people/new.
func (h *pages) create(c *fiber.Ctx) error {
	p := h.Page(c, "page.people.new")
	e := read(c, "name", "lang", "mission", "role", "units", "from", "to", "record")
	var made account.User
	var err error
	if !middleware.Resumed(c) {
		made, err = h.tryCreate(c, p, e)
	}
	if e.again(c, p, err) {
		return h.showNew(c, p, e, err)
	}
	if err != nil {
		return err
	}
	return h.Done(c, "/admin/people/"+made.ID, "page.people.made")
}

func (h *pages) tryCreate(c *fiber.Ctx, p ui.Page, e entry) (account.User, error) {
	g, err := h.grant(c, p, e)
	if err != nil {
		return account.User{}, err
	}
	record, err := h.record(e.get("record"))
	if err != nil {
		return account.User{}, err
	}
	return h.Accounts.AddUser(c.UserContext(), p.Actor, account.NewUser{Name: e.get("name"), Lang: value.Lang(e.get("lang")), Grant: &g, Record: record})
}

// grant is the role that a form asks for; units are given by their codes.
func (h *pages) grant(c *fiber.Ctx, p ui.Page, e entry) (account.NewGrant, error) {
	g := account.NewGrant{Mission: e.get("mission"), Role: kind.Role(e.get("role")), Remit: sentAll(c, "remit"),
		From: value.Date(e.get("from")), To: value.Date(e.get("to"))}
	codes := strings.FieldsFunc(e.get("units"), func(r rune) bool { return strings.ContainsRune(",;،؛，、； \t\n", r) })
	if len(codes) == 0 || g.Mission == "" {
		return g, nil
	}
	var err error
	g.Units, err = h.Accounts.Units(c.UserContext(), p.Actor, g.Mission, codes)
	return g, err
}

// record is the person or counterpart whose page has the address text, as it
// was copied from a browser; zero for none.
func (h *pages) record(text string) (value.Ref, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return value.Ref{}, nil
	}
	if u, err := url.Parse(text); err == nil {
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		for _, name := range []string{"person", "counterpart"} {
			if d := h.Kinds.Get(name); d != nil && len(parts) >= 2 && parts[0] == d.Plural && value.ValidID(parts[1]) {
				return value.Ref{Kind: name, ID: parts[1]}, nil
			}
		}
	}
	var c kind.Check
	c.Must(false, "record", "error.account.record")
	return value.Ref{}, c.Err()
}
