package work

import (
	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
	"colocate/domain/value"
)

// many are the amounts of the page of both sides.
var many = amounts{owed: 25, ours: 25, unsaid: 25, asked: 100}

// owedView is what both sides owe each other, and what awaits an answer.
type owedView struct {
	names ui.Names
	balance
	late bool      // only what is overdue
	unit value.Ref // only there; zero is everywhere
}

// owedPage shows the actions of both sides beside each other, narrowed by the
// parameters unit and overdue, which the list of all actions takes too.
func owedPage(s *ui.Site) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := s.Page(c, "page.action.owed")
		if !p.Can("action", "read") {
			return ui.ErrAbsent
		}
		v := owedView{late: c.Query("overdue") == "true"}
		question := "owed"
		if v.late {
			question = "overdue"
		}
		var where []string
		if id := c.Query("unit"); value.ValidID(id) {
			v.unit = value.Ref{Kind: "unit", ID: id}
			where = []string{"unit", id}
		}
		d := &desk{ctx: c.UserContext(), s: s, p: p, refs: []value.Ref{v.unit}}
		v.balance = d.balance(many, question, where...)
		if err := d.call(); err != nil {
			return err
		}
		v.names, p.Mark = d.names, sideMark(p)
		return ui.Render(c, fiber.StatusOK, p, bothSides(p, v))
	}
}

// address is the address of this page with other choices.
func (v owedView) address(late bool, unit value.Ref) string {
	to := "/actions/owed"
	sep := "?"
	if late {
		to, sep = to+"?overdue=true", "&"
	}
	if unit.ID != "" {
		to += sep + "unit=" + unit.ID
	}
	return to
}

// all is where every action is listed, of the same unit.
func (v owedView) all() string {
	if v.unit.ID != "" {
		return "/actions?unit=" + v.unit.ID
	}
	return "/actions"
}
