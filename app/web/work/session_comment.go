package work

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// comment answers POST /sessions/:id/comment: a word of either side that stands
// beside the session for good.
func (h *sessions) comment(c *fiber.Ctx, p ui.Page) error {
	d := h.s.Kinds.Get("session_comment")
	if d == nil {
		return ui.ErrAbsent
	}
	v, err := h.load(c.UserContext(), p, c.Params("id"))
	if err != nil {
		return err
	}
	v.typed = value.Text{Lang: value.Lang(c.FormValue("text.lang")), Text: c.FormValue("text.text")}
	in := kind.Doc{{Name: "session", Value: kind.Doc{{Name: "kind", Value: "session"}, {Name: "id", Value: v.rec.ID}}},
		{Name: "text", Value: kind.Doc{{Name: "lang", Value: string(v.typed.Lang)}, {Name: "text", Value: v.typed.Text}}}}
	id := c.FormValue("_id")
	if value.ValidID(id) {
		in = append(in, kind.Elem{Name: "id", Value: id})
	}
	_, _, err = h.s.Records.Create(c.UserContext(), p.Actor, d, record.Write{ID: id, In: in})
	e, ok := errors.AsType[*kind.Error](err)
	if !ok || e.Code != kind.CodeInvalid {
		if err != nil {
			return err
		}
		return h.s.Done(c, "/sessions/"+v.rec.ID+"#h-vo", "page.session.done.comment")
	}
	v.comment = id
	for _, f := range e.FieldNames() {
		v.faults = []ui.Fault{{Anchor: "say", Label: p.Say("page.session.comment"), Text: p.T(e.Fields[f].Key, e.Fields[f].Args)}}
	}
	return h.render(c, fiber.StatusUnprocessableEntity, p, v)
}
