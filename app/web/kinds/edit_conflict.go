package kinds

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
)

// conflictPage shows two versions of a record side by side: what was typed, and
// what somebody else saved meanwhile.
type conflictPage struct {
	*editPage
	mine   ui.Rec
	names  ui.Names
	fields []string
	// untouched are those of the fields that the reader did not change: the
	// other's content is chosen there from the start.
	untouched []string
}

// conflict answers a form that was made from an earlier version. It goes on from
// the version that there is now.
func (h *pages) conflict(c *fiber.Ctx, p ui.Page, v *editPage) error {
	was := v.form.ETag
	k := &conflictPage{editPage: v, fields: v.form.Differ()}
	v.form.ETag = v.rec.ETag
	var err error
	if k.mine, err = v.form.Typed(); err != nil {
		return err
	}
	if k.untouched, err = v.form.Untouched(c.UserContext(), h.s, v.rec.ID, was); err != nil {
		return err
	}
	if k.names, err = h.s.Words(c.UserContext(), p, []ui.Rec{k.mine, v.rec}, append(k.fields, "updated_by")...); err != nil {
		return err
	}
	p.Title = p.Say("page.conflict.title")
	return ui.Render(c, fiber.StatusPreconditionFailed, p, conflictView(p, k))
}

// told says what happened, and who did it where the reader may know.
func (k *conflictPage) told(p ui.Page) string {
	who, at := k.names.Person(k.rec.Str("updated_by")), k.rec.Time("updated_at")
	if who == "" || at.IsZero() {
		return p.Say("page.conflict.text")
	}
	return p.T("page.conflict.text_by", map[string]any{"Name": who, "Time": p.DateTime(at)})
}

// theirs reports whether the other's content is chosen for a field at first.
func (k *conflictPage) theirs(name string) bool { return slices.Contains(k.untouched, name) }

// pick is the name of the choice for a field.
func (k *conflictPage) pick(name string) string { return k.form.Pick(name) }
