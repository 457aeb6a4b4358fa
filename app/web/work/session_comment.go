package work

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// comment answers POST /sessions/:id/comment: a word of either side that stands
// beside the session for good. So nothing is said in the name of who came after
// the one who wrote it, nor by signing in; and what cannot be said stays in the
// form.
func (h *sessions) comment(c *fiber.Ctx, p ui.Page) error {
	d := h.s.Kinds.Get("session_comment")
	if d == nil {
		return ui.ErrAbsent
	}
	in, err := form.Posted(c)
	if err != nil {
		return err
	}
	v, err := h.load(c.UserContext(), p, c.Params("id"))
	if err != nil {
		return err
	}
	if in.Get("_by") != p.For() {
		return kind.E(kind.CodeForbidden, "error.form.somebody_else", nil)
	}
	v.typed = value.Text{Lang: value.Lang(in.Get("text.lang")), Text: in.Get("text.text")}
	if id := in.Get("_id"); value.ValidID(id) {
		v.comment = id
	}
	if middleware.Resumed(c) {
		return h.render(c, fiber.StatusOK, p, v)
	}
	if err := h.say(c.UserContext(), p, d, v); err != nil {
		return h.unsaid(c, p, v, err)
	}
	return h.s.Done(c, whereSaid(in, v.rec.ID), "page.session.done.comment")
}

// say puts the comment beside its session.
func (h *sessions) say(ctx context.Context, p ui.Page, d *kind.Descriptor, v *sessionView) error {
	in := kind.Doc{{Name: "id", Value: v.comment},
		{Name: "session", Value: kind.Doc{{Name: "kind", Value: "session"}, {Name: "id", Value: v.rec.ID}}},
		{Name: "text", Value: kind.Doc{{Name: "lang", Value: string(v.typed.Lang)}, {Name: "text", Value: v.typed.Text}}}}
	_, _, err := h.s.Records.Create(ctx, p.Actor, d, record.Write{ID: v.comment, In: in})
	return err
}

// whereSaid is where to go on: the page that the form stood on, or the session.
func whereSaid(in url.Values, id string) string {
	if back := in.Get("_back"); back != "" {
		return back
	}
	return "/sessions/" + id + "#h-vo"
}

// unsaid shows the page again with the words that could not be put beside the
// session, and why.
func (h *sessions) unsaid(c *fiber.Ctx, p ui.Page, v *sessionView, err error) error {
	d := problem.Of(err, p.Texts, "")
	if !form.Keeps(err) {
		return err
	}
	why := []string{d.Detail}
	if len(d.Errors) > 0 {
		why = nil
	}
	for _, f := range d.Errors {
		why = append(why, f.Detail)
	}
	for _, text := range why {
		v.faults = append(v.faults, ui.Fault{Anchor: "say", Label: p.Say("page.session.comment"), Text: text})
	}
	if isTaken(err) {
		v.comment = form.NewID() // these words under that id are said already; sent again, they are others
	}
	return h.render(c, d.Status, p, v)
}
