package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/authz"
	"colocate/app/middleware"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// handMade are the routes that no kind has: who one is, and what changed.
func (h *Handler) handMade() []Route {
	token := func(action string) authz.Permission { return authz.Permission{Object: "token", Action: action} }
	return []Route{
		{Method: fiber.MethodPost, Path: Prefix + "/set-up", Open: true, Handle: noQuery(h.setUp), describe: (*builder).setUp},
		{Method: fiber.MethodPost, Path: Prefix + "/sign-ins", Open: true, Handle: noQuery(h.signIn), describe: (*builder).signIn},
		{Method: fiber.MethodGet, Path: Prefix + "/me", Handle: noQuery(h.me), describe: (*builder).me},
		{Method: fiber.MethodGet, Path: Prefix + "/tokens", Perm: token("read"), Handle: noQuery(h.tokens), describe: (*builder).tokens},
		{Method: fiber.MethodPost, Path: Prefix + "/tokens", Perm: token("create"), Handle: noQuery(h.addToken), describe: (*builder).addToken},
		{Method: fiber.MethodDelete, Path: Prefix + "/tokens/:id", Perm: token("revoke"), Handle: noQuery(h.revokeToken), describe: (*builder).revokeToken},
		{Method: fiber.MethodGet, Path: Prefix + "/changes", Handle: h.changes, describe: (*builder).changes},
	}
}

// noQuery refuses every query parameter.
func noQuery(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if _, err := params(c, []string{}); err != nil {
			return err
		}
		return next(c)
	}
}

// setUp answers POST /api/v1/set-up: the first administrator, made with the
// code of the one-time link.
func (h *Handler) setUp(c *fiber.Ctx) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	code := in.text("code")
	user := account.NewUser{Name: in.text("name"), Password: in.text("password"), Lang: value.Lang(in.text("lang"))}
	if err := in.err("code", "name", "password"); err != nil {
		return err
	}
	made, err := h.Accounts.SetUp(c.UserContext(), code, user)
	if err != nil {
		return err
	}
	return sendStruct(c, fiber.StatusCreated, made)
}

// signIn answers POST /api/v1/sign-ins: a token for a name and a password.
func (h *Handler) signIn(c *fiber.Ctx) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	try := account.SignIn{Name: in.text("name"), Password: in.text("password"), Mission: in.text("mission"),
		Address: c.IP(), Request: middleware.RequestID(c)}
	if err := in.err("name", "password"); err != nil {
		return err
	}
	made, err := h.Accounts.SignIn(c.UserContext(), try)
	if err != nil {
		return err
	}
	made.Missions = append([]string{}, made.Missions...) // none is an empty list, not null
	return sendStruct(c, fiber.StatusCreated, made)
}

// me answers GET /api/v1/me.
func (h *Handler) me(c *fiber.Ctx) error {
	p, err := h.Accounts.Me(c.UserContext(), middleware.Actor(c))
	if err != nil {
		return err
	}
	p.Missions = append([]string{}, p.Missions...) // none is an empty list, not null
	return sendStruct(c, fiber.StatusOK, p)
}

// tokenList is the answer to GET /api/v1/tokens; nobody has a second page.
type tokenList struct {
	Items []account.TokenInfo `json:"items"`
	Next  *string             `json:"next"`
}

// tokens answers GET /api/v1/tokens: those of the caller that work.
func (h *Handler) tokens(c *fiber.Ctx) error {
	a := middleware.Actor(c)
	all, err := h.Accounts.ListTokens(c.UserContext(), a, a.Account)
	if err != nil {
		return err
	}
	return sendStruct(c, fiber.StatusOK, tokenList{Items: all})
}

// addToken answers POST /api/v1/tokens: a token of the caller's, shown once.
func (h *Handler) addToken(c *fiber.Ctx) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	a := middleware.Actor(c)
	want := account.NewToken{Account: a.Account, Name: in.text("name"), Mission: in.text("mission"), Expires: in.time("expires_at")}
	if err := in.err("name"); err != nil {
		return err
	}
	made, err := h.Accounts.AddToken(c.UserContext(), a, want)
	if err != nil {
		return err
	}
	return sendStruct(c, fiber.StatusCreated, made)
}

// revokeToken answers DELETE /api/v1/tokens/{id}; the caller's own token too,
// which is how one signs out.
func (h *Handler) revokeToken(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := h.Accounts.RevokeToken(c.UserContext(), middleware.Actor(c), id); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// input reads the body of a hand-made route field by field, and notes what is
// wrong with it.
type input struct {
	doc   kind.Doc
	check kind.Check
	known map[string]bool
}

func read(c *fiber.Ctx) (*input, error) {
	doc, err := body(c)
	return &input{doc: doc, known: map[string]bool{}}, err
}

// text is the string called name, "" if it is left out or null.
func (in *input) text(name string) string {
	in.known[name] = true
	raw, _ := in.doc.Get(name)
	s, ok := raw.(string)
	in.check.Must(ok || raw == nil, name, "error.field.type", "Want", "string")
	return s
}

// time is the instant called name, zero if it is left out or null.
func (in *input) time(name string) time.Time {
	s := in.text(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	in.check.Must(err == nil, name, "error.field.type", "Want", "time")
	return t
}

// err is what is wrong: required fields that are empty, fields that were not
// asked for, wrong types.
func (in *input) err(required ...string) error {
	for _, name := range required {
		if raw, _ := in.doc.Get(name); raw == nil || raw == "" {
			in.check.Must(false, name, "error.field.required")
		}
	}
	for _, e := range in.doc {
		in.check.Must(in.known[e.Name], e.Name, "error.field.unknown")
	}
	return in.check.Err()
}
