package work

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// conflict shows the form with what was typed beside what somebody else saved
// meanwhile. What the reader did not touch is as the other left it; sent again,
// the form replaces the rest.
func (h *sessions) conflict(c *fiber.Ctx, f *sessionForm, auto bool, cause error) error {
	ctx := c.UserContext()
	ids := make([]string, maxActions)
	for i, a := range f.actions {
		if a != nil {
			ids[i] = a.ID
		}
	}
	now, err := h.loadForm(ctx, f.p, f.session.ID, ids)
	if kind.CodeOf(err) == kind.CodeForbidden {
		return h.locked(c, f, auto, cause)
	}
	if err != nil {
		return cause
	}
	if auto {
		return c.Status(fiber.StatusPreconditionFailed).JSON(fiber.Map{"text": f.p.Say("page.session_form.stale_title")})
	}
	f.stale, f.saved, f.key = &staleness{session: now.session.rec}, true, form.NewID()
	f.underive()
	for i, x := range f.records() {
		if err := h.catchUp(ctx, f, i, x, now.records()[i]); err != nil {
			return err
		}
	}
	f.takeOver(now)
	f.offer()
	return h.form(c, fiber.StatusPreconditionFailed, f)
}

// records are the forms of the records that carry a version of their own, each
// in its place; nil where there is none.
func (f *sessionForm) records() []*piece {
	return append([]*piece{f.session, f.annex}, f.actions[:]...)
}

// beforeActions is how many records come before the actions.
const beforeActions = 2

// staleness is what is different between what was typed and what somebody else
// saved meanwhile.
type staleness struct {
	session ui.Rec
	parts   []stalePart
}

// stalePart is staleness of one record. action is its number, 0 for the others.
type stalePart struct {
	mine, theirs ui.Rec
	fields       []string
	names        ui.Names
	action       int
}

// label is what a field is called among those of all the records.
func (x stalePart) label(p ui.Page, field string) string {
	label := p.Label(x.theirs.Kind.Name, field)
	if x.action == 0 {
		return label
	}
	return p.T("page.session_form.action_fault", map[string]any{"Number": int64(x.action), "Label": label})
}

// catchUp lets one of the forms go on from the record as it is now: the fields
// that are typed as they were when the form was opened follow it, the others are
// shown beside it.
func (h *sessions) catchUp(ctx context.Context, f *sessionForm, place int, x, now *piece) error {
	if x == nil || now == nil || x.ETag == now.ETag {
		return nil
	}
	was := x.ETag
	x.ID, x.ETag = now.ID, now.ETag
	if now.ETag == "" {
		return nil // it was taken back meanwhile: sent again, it is a new one
	}
	untouched, err := x.Untouched(ctx, h.s, now.ID, was)
	if err != nil {
		return err
	}
	for _, name := range untouched {
		x.Adopt(name, now.Form)
	}
	s := stalePart{theirs: now.rec, fields: x.Against(now.rec), action: max(0, place-beforeActions+1)}
	if len(s.fields) == 0 {
		return nil
	}
	if s.mine, err = x.Typed(); err != nil {
		return err
	}
	s.names, err = h.s.Words(ctx, f.p, []ui.Rec{s.mine, s.theirs}, s.fields...)
	f.stale.parts = append(f.stale.parts, s)
	return err
}

// takeOver takes over what the form asks in other words than the records say it.
func (f *sessionForm) takeOver(now *sessionForm) {
	f.takeOutcome(f.session.Get("outcome_of_visit"))
	for i, a := range f.actions {
		if n := now.actions[i]; a != nil && n != nil && a.Get("owner_side") == n.Get("owner_side") &&
			a.Get("owner") == n.Get("owner") && a.Get("un_owner") == n.Get("un_owner") {
			f.owes[i] = now.owes[i]
		}
	}
}
