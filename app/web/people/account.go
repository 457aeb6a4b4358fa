package people

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/middleware"
	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/value"
)

// accountView is what the account page shows.
type accountView struct {
	Profile  account.Profile
	Missions []option
	SignIns  []account.TokenInfo
	Tokens   []account.TokenInfo
	Issued   *account.Issued // a token just made: its text is shown this once
	Prefs    entry
	Password entry
	NewToken entry
	faultsOf *entry // the one of the three that has faults
}

// labels of the controls of the account page, by field.
var (
	prefLabels     = map[string]string{"lang": "page.account.lang", "content": "page.account.content", "digits": "page.account.digits.title", "zone": "page.account.zone", "theme": "page.account.theme.title"}
	passwordLabels = map[string]string{"old": "page.account.password.old", "password": "page.account.password.fresh"}
	tokenLabels    = map[string]string{"name": "page.account.token.name", "expires_at": "page.account.token.days"}
)

// tokenDays are the lives of a token that one can choose from.
var tokenDays = []int64{30, 90, 365}

// account answers GET /account.
func (h *pages) account(c *fiber.Ctx) error {
	v, err := h.accountView(c)
	if err != nil {
		return err
	}
	return h.showAccount(c, v, fiber.StatusOK)
}

func (h *pages) showAccount(c *fiber.Ctx, v *accountView, status int) error {
	p := h.Page(c, "page.account.title")
	p.Path, p.Query = "/account", ""
	return ui.Render(c, status, p, accountPage(p, v))
}

// accountView reads what the page shows, its forms filled with what is so.
func (h *pages) accountView(c *fiber.Ctx) (*accountView, error) {
	ctx, by := c.UserContext(), middleware.Actor(c)
	me, err := h.Accounts.Me(ctx, by)
	if err != nil {
		return nil, err
	}
	all, err := h.Accounts.ListTokens(ctx, by, by.Account)
	if err != nil {
		return nil, err
	}
	prefs, err := h.Accounts.Preferences(ctx, by)
	if err != nil {
		return nil, err
	}
	v := &accountView{Profile: me, NewToken: entry{typed: url.Values{"days": {"90"}}}}
	v.Prefs.typed = url.Values{"lang": {string(prefs.Lang)}, "content": {string(prefs.Content)}, "digits": {digitsOr(prefs.Digits)}, "zone": {prefs.Zone}, "theme": {prefs.Theme}}
	for _, t := range all {
		if t.Use == "api" {
			v.Tokens = append(v.Tokens, t)
		} else {
			v.SignIns = append(v.SignIns, t)
		}
	}
	v.Missions, err = h.missions(c, me)
	return v, err
}

// digitsOr is the choice of digits that stands for none.
func digitsOr(d string) string {
	if d == "" {
		return "latn"
	}
	return d
}

// missions are those that the reader can act in: where he holds a role today,
// and for an administrator of the service every one.
func (h *pages) missions(c *fiber.Ctx, me account.Profile) ([]option, error) {
	p := h.Page(c, "")
	ids := me.Missions
	service := slices.ContainsFunc(me.Grants, func(g account.Grant) bool { return g.Mission == "" })
	if service {
		recs, _, err := h.List(c.UserContext(), p, h.Kinds.Get("mission"), record.ListQuery{Limit: 200})
		if err != nil {
			return nil, err
		}
		for _, r := range recs {
			if !slices.Contains(ids, r.ID) {
				ids = append(ids, r.ID)
			}
		}
	}
	out, err := h.missionNames(c, p, ids)
	if service {
		out = append(out, option{Text: p.Say("page.account.mission.service")})
	}
	return out, err
}

// missionNames are missions with their names, as choices.
func (h *pages) missionNames(c *fiber.Ctx, p ui.Page, ids []string) ([]option, error) {
	var refs []value.Ref
	for _, id := range ids {
		refs = append(refs, value.Ref{Kind: "mission", ID: id})
	}
	names, err := h.Names(c.UserContext(), p, refs)
	if err != nil {
		return nil, err
	}
	var out []option
	for _, r := range refs {
		name, ok := names[r]
		if !ok {
			name = r.ID
		}
		out = append(out, option{Value: r.ID, Text: name})
	}
	return out, nil
}

// setPreferences answers POST /account.
func (h *pages) setPreferences(c *fiber.Ctx) error {
	e := read(c, "lang", "content", "digits", "zone", "theme")
	want := account.Preferences{Lang: value.Lang(e.get("lang")), Content: value.Lang(e.get("content")), Digits: e.get("digits"), Zone: e.get("zone"), Theme: e.get("theme")}
	return h.change(c, "page.account.saved", func(v *accountView) (*entry, map[string]string) {
		v.Prefs = e
		return &v.Prefs, prefLabels
	}, func() error {
		if err := h.Accounts.SetPreferences(c.UserContext(), middleware.Actor(c), want); err != nil {
			return err
		}
		h.KeepLanguage(c, e.get("lang"))
		return nil
	})
}

// change does something to the account and comes back to its page; a form that
// was wrong, or that was resumed after a sign-in, is shown again instead.
func (h *pages) change(c *fiber.Ctx, done string, form func(v *accountView) (*entry, map[string]string), do func() error) error {
	var err error
	if !middleware.Resumed(c) {
		if err = do(); err == nil {
			return h.Done(c, "/account", done)
		}
	}
	v, failed := h.accountView(c)
	if failed != nil {
		return failed
	}
	e, labels := form(v)
	if err != nil && !e.fails(h.Page(c, ""), err, labels) {
		return err
	}
	v.faultsOf = e
	return h.showAccount(c, v, status(*e, err))
}

// setLanguage answers POST /account/language, from the menu of every page.
func (h *pages) setLanguage(c *fiber.Ctx) error {
	by := middleware.Actor(c)
	p, err := h.Accounts.Preferences(c.UserContext(), by)
	if err != nil {
		return err
	}
	p.Lang = value.Lang(posted(c, "lang"))
	if err := h.Accounts.SetPreferences(c.UserContext(), by, p); err != nil {
		return err
	}
	h.KeepLanguage(c, string(p.Lang))
	return c.Redirect(ui.LocalURL(cmp.Or(posted(c, "to"), "/account")), fiber.StatusSeeOther)
}

// setPassword answers POST /account/password. Every sign-in ends with the old
// password, so this browser gets a new one.
func (h *pages) setPassword(c *fiber.Ctx) error {
	by := middleware.Actor(c)
	return h.change(c, "page.account.password.done", func(v *accountView) (*entry, map[string]string) {
		return &v.Password, passwordLabels
	}, func() error {
		fresh := posted(c, "password")
		if err := h.Accounts.SetPassword(c.UserContext(), by, by.Account, posted(c, "old"), fresh); err != nil {
			return err
		}
		in, err := h.Accounts.SignIn(c.UserContext(), account.SignIn{Name: by.Name, Password: fresh, Mission: by.Mission,
			Address: c.IP(), Device: middleware.Device(c), Request: middleware.RequestID(c)})
		if err != nil {
			return err
		}
		middleware.SetCookie(c, h.TLS, in.Bearer, in.Expires.Sub(in.Created))
		return nil
	})
}

// addToken answers POST /account/tokens: the token is in this answer and nowhere
// else.
func (h *pages) addToken(c *fiber.Ctx) error {
	by := middleware.Actor(c)
	e := read(c, "name", "days")
	days, _ := strconv.ParseInt(e.get("days"), 10, 32)
	if !slices.Contains(tokenDays, days) {
		days = tokenDays[1]
	}
	var made account.Issued
	var err error
	if !middleware.Resumed(c) {
		made, err = h.Accounts.AddToken(c.UserContext(), by, account.NewToken{Account: by.Account, Name: e.get("name"),
			Expires: h.Now().Add(time.Duration(days) * 24 * time.Hour)})
	}
	v, failed := h.accountView(c)
	if failed != nil {
		return failed
	}
	switch {
	case made.Bearer != "":
		v.Issued = &made
	case err != nil && !e.fails(h.Page(c, ""), err, tokenLabels):
		return err
	default:
		v.NewToken, v.faultsOf = e, &e
	}
	return h.showAccount(c, v, status(e, err))
}

// revokeToken answers POST /account/tokens/:id/revoke, for sign-ins too.
func (h *pages) revokeToken(c *fiber.Ctx) error {
	id := c.Params("id")
	if !value.ValidID(id) {
		return ui.ErrAbsent
	}
	return h.act(c, "/account", "page.account.revoked", func() error {
		return h.Accounts.RevokeToken(c.UserContext(), middleware.Actor(c), id)
	})
}

// act does what a button says and goes on to another page. One that was resumed
// after a sign-in is to be pressed again.
func (h *pages) act(c *fiber.Ctx, to, done string, do func() error) error {
	if middleware.Resumed(c) {
		return h.Done(c, to, "page.signin.dropped")
	}
	if err := do(); err != nil {
		return err
	}
	return h.Done(c, to, done)
}

// signOutEverywhere answers POST /account/sign-out-everywhere; with "others" the
// sign-in of this browser stays.
func (h *pages) signOutEverywhere(c *fiber.Ctx) error {
	keep := posted(c, "which") == "others"
	to, done := "/sign-in", "page.signout.done"
	if keep {
		to, done = "/account", "page.account.others_out"
	}
	return h.act(c, to, done, func() error {
		err := h.Accounts.SignOutEverywhere(c.UserContext(), middleware.Actor(c), keep)
		if err == nil && !keep {
			middleware.ForgetCookie(c, h.TLS)
		}
		return err
	})
}

// switchMission answers POST /account/mission.
func (h *pages) switchMission(c *fiber.Ctx) error {
	return h.act(c, "/", "page.account.mission.done", func() error {
		made, err := h.Accounts.SwitchMission(c.UserContext(), middleware.Actor(c), posted(c, "mission"))
		if err == nil {
			middleware.SetCookie(c, h.TLS, made.Bearer, made.Expires.Sub(made.Created))
		}
		return err
	})
}
