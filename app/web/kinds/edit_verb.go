package kinds

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// verbPage is the page on which something is done to a record.
type verbPage struct {
	*editPage
	verb   *kind.VerbDescriptor
	checks []kind.Condition
	about  *recordPage // the record, to be read while one decides
}

// about reads what the page of a verb is about. A verb that the kind does not
// have is an address that does not exist.
func (h *pages) about(c *fiber.Ctx, p ui.Page) (*verbPage, error) {
	vd := h.d.Verb(c.Params("verb"))
	if vd == nil {
		return nil, ui.ErrAbsent
	}
	rec, err := h.s.Read(c.UserContext(), p, h.d, c.Params("id"))
	if err != nil {
		return nil, err
	}
	may, err := h.s.Records.May(c.UserContext(), p.Actor, h.d, rec.ID)
	if err != nil {
		return nil, err
	}
	v := &verbPage{verb: vd, editPage: &editPage{form: form.Verb(p, h.d, vd, may.By), rec: rec, possible: may.Verbs}}
	v.form.ETag = rec.ETag
	if v.checks, err = h.s.Records.Checks(c.UserContext(), p.Actor, h.d, vd.Name, rec.ID); err != nil {
		return nil, err // whose right does not reach so far
	}
	v.locked = !slices.Contains(may.Verbs, vd.Name)
	return v, nil
}

func (h *pages) verbForm(c *fiber.Ctx, p ui.Page) error {
	v, err := h.about(c, p)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if v.locked {
		status = fiber.StatusConflict
	}
	return h.showVerb(c, p, status, v)
}

func (h *pages) do(c *fiber.Ctx, p ui.Page) error {
	v, err := h.about(c, p)
	if err != nil {
		return err
	}
	if err := v.form.Read(c); err != nil {
		return err
	}
	if v.form.Edited() {
		return h.showVerb(c, p, fiber.StatusOK, v)
	}
	doc, err := v.form.Doc()
	if err == nil {
		_, err = h.s.Records.Do(c.UserContext(), p.Actor, h.d, v.verb.Name,
			record.Write{ID: v.rec.ID, IfMatch: v.form.ETag, Key: v.form.Key, In: doc})
	}
	switch {
	case err == nil && v.form.Back != "":
		return h.s.Done(c, v.form.Back, "page.done.verb")
	case err == nil:
		return h.done(c, p, v.rec.ID, "page.done.verb")
	}
	return h.refused(c, p, v, err)
}

// refused shows the page of the verb again: what was typed is kept, and the
// record is shown as it is now.
func (h *pages) refused(c *fiber.Ctx, p ui.Page, v *verbPage, err error) error {
	d := problem.Of(err, p.Texts, "")
	switch {
	case kind.CodeOf(err) == kind.CodeStale:
		v.trouble = p.Say("page.verb.stale")
		v.form.ETag = v.rec.ETag
	case v.keep(p, err):
		if kind.CodeOf(err) == kind.CodeConflict && len(v.form.Faults()) == 0 {
			v.form.Key = form.NewID() // the old one may be what stands in the way
		}
	default:
		return err
	}
	return h.showVerb(c, p, d.Status, v)
}

func (h *pages) showVerb(c *fiber.Ctx, p ui.Page, status int, v *verbPage) error {
	p.Title = p.Verb(h.d.Name, v.verb.Name)
	if v.locked {
		return h.show(c, p, status, v.editPage, verbLocked(p, v))
	}
	names, err := h.s.Words(c.UserContext(), p, []ui.Rec{v.rec})
	if err != nil {
		return err
	}
	v.about = &recordPage{rec: v.rec, names: names}
	return h.show(c, p, status, v.editPage, verbView(p, v))
}

// effect says what the verb will do.
func (v *verbPage) effect(p ui.Page) string {
	return p.Say("verb." + v.rec.Kind.Name + "." + v.verb.Name + ".effect")
}

// others are the verbs that can be done instead.
func (v *verbPage) others() []string {
	return slices.DeleteFunc(slices.Clone(v.possible), func(name string) bool { return name == v.verb.Name })
}

// lists reports whether there is more to check than what every verb asks.
func (v *verbPage) lists() bool {
	return slices.ContainsFunc(v.checks, func(c kind.Condition) bool { return !c.OK }) || len(v.checks) > 2
}

// settled reports whether the condition is one that its reader settles himself.
func settled(c kind.Condition) bool { return !c.OK && c.Settle != "" }
