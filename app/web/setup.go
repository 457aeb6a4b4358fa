package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// setUpForm answers GET /set-up?code=…, the one-time link.
func (h *Handler) setUpForm(c *fiber.Ctx) error {
	p := h.Site.Page(c, "page.setup.title")
	return ui.Render(c, fiber.StatusOK, p, setUpPage(p, setUpView{Code: c.Query("code")}))
}

// setUp answers POST /set-up. What was typed is kept through every mistake,
// but for the password.
func (h *Handler) setUp(c *fiber.Ctx) error {
	sent := func(name string) string { return string(c.Request().PostArgs().Peek(name)) }
	v := setUpView{Code: sent("code"), Name: sent("name")}
	err := h.SetUp(c.UserContext(), v.Code, v.Name, sent("password"))
	if err == nil {
		p := h.Site.Page(c, "page.setup.done")
		p.Path, p.Query = "/", ""
		return ui.Render(c, fiber.StatusOK, p, setUpDone(p))
	}
	e, ok := errors.AsType[*kind.Error](err)
	if !ok || e.Code != kind.CodeInvalid {
		return err
	}
	p := h.Site.Page(c, "page.setup.title")
	p.Query = url.Values{"code": {v.Code}}.Encode() // the other languages keep it
	for _, field := range e.FieldNames() {
		v.Faults = append(v.Faults, ui.Fault{Anchor: field, Text: p.T(e.Fields[field].Key, e.Fields[field].Args)})
	}
	return ui.Render(c, fiber.StatusUnprocessableEntity, p, setUpPage(p, v))
}
