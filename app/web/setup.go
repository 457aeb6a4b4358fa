package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
)

// signInSample is how somebody signs in from a terminal.
func (p Page) signInSample() string {
	return "curl -X POST " + p.Base + `/api/v1/sign-ins \
  -H 'Content-Type: application/json' \
  -d '{"name":"…","password":"…"}'`
}

// callSample is how a token is used from a terminal.
func (p Page) callSample() string {
	return "curl " + p.Base + `/api/v1/me -H "Authorization: Bearer $TOKEN"`
}

// setUpForm answers GET /set-up?code=…, the one-time link.
func (h *Handler) setUpForm(c *fiber.Ctx) error {
	p := h.page(c, "page.setup.title")
	p.Code = c.Query("code")
	return render(c, fiber.StatusOK, p, setUpPage(p, setUpView{Code: p.Code}))
}

// setUp answers POST /set-up. What was typed is kept through every mistake,
// but for the password.
func (h *Handler) setUp(c *fiber.Ctx) error {
	v := setUpView{Code: c.FormValue("code"), Name: c.FormValue("name")}
	err := h.SetUp(c.UserContext(), v.Code, v.Name, c.FormValue("password"))
	if err == nil {
		p := h.page(c, "page.setup.done")
		p.Path = "/"
		return render(c, fiber.StatusOK, p, setUpDone(p))
	}
	e, ok := errors.AsType[*kind.Error](err)
	if !ok || e.Code != kind.CodeInvalid {
		return err
	}
	p := h.page(c, "page.setup.title")
	p.Code = v.Code
	for _, field := range e.FieldNames() {
		v.Faults = append(v.Faults, fieldFault{field, p.T(e.Fields[field].Key, e.Fields[field].Args)})
	}
	return render(c, fiber.StatusUnprocessableEntity, p, setUpPage(p, v))
}
