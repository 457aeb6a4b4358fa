package kinds

import (
	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// editPage is the page of a form: of a new record, of a record or of a verb.
type editPage struct {
	form *form.Form
	rec  ui.Rec // the record; zero for a new one
	// trouble is why it was not done, as a sentence; "" if nothing was tried.
	trouble string
	// locked says that it cannot be done at all now: the form is there to be copied.
	locked bool
	// possible are the verbs that can be done instead.
	possible []string
	// other is the address of the record that an earlier sending of this form made.
	other string
}

func (h *pages) newForm(c *fiber.Ctx, p ui.Page) error {
	f, err := h.fresh(c, p)
	if err != nil {
		return err
	}
	f.Preset(c)
	return h.showNew(c, p, fiber.StatusOK, &editPage{form: f})
}

// fresh is the form of a new record, for whom the policy lets make one.
func (h *pages) fresh(c *fiber.Ctx, p ui.Page) (*form.Form, error) {
	r, err := h.s.Records.Rights(c.UserContext(), p.Actor, h.d)
	if err != nil {
		return nil, err
	}
	if !r.Create {
		return nil, kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	return form.Kind(p, h.d, r.By), nil
}

func (h *pages) create(c *fiber.Ctx, p ui.Page) error {
	f, err := h.fresh(c, p)
	if err != nil {
		return err
	}
	if err := f.Read(c); err != nil {
		return err
	}
	v := &editPage{form: f}
	if f.Edited() {
		return h.showNew(c, p, fiber.StatusOK, v)
	}
	doc, err := f.Doc()
	var view record.View
	if err == nil {
		view, _, err = h.s.Records.Create(c.UserContext(), p.Actor, h.d, record.Write{ID: f.ID, In: doc})
	}
	if err == nil {
		return h.done(c, p, view.ID, "page.done.created")
	}
	if v.keep(p, err) {
		h.idTaken(c, p, v, err)
		return h.showNew(c, p, problem.Of(err, p.Texts, "").Status, v)
	}
	return err
}

// idTaken explains a form that was sent before, with other content: the record
// that it made is there, and sending it again makes another one.
func (h *pages) idTaken(c *fiber.Ctx, p ui.Page, v *editPage, err error) {
	if kind.CodeOf(err) != kind.CodeConflict || len(v.form.Faults()) > 0 {
		return
	}
	if rec, err := h.s.Read(c.UserContext(), p, h.d, v.form.ID); err == nil {
		v.other = p.Href(rec.Ref())
	}
	v.trouble = p.Say("page.edit.sent_before")
	v.form.ID = form.NewID()
}

func (h *pages) showNew(c *fiber.Ctx, p ui.Page, status int, v *editPage) error {
	p.Title = p.Add(h.d)
	return h.show(c, p, status, v, newPage(p, h.d, v))
}

// show fills in what can be chosen and writes the page.
func (h *pages) show(c *fiber.Ctx, p ui.Page, status int, v *editPage, page templ.Component) error {
	if err := v.form.Fill(c.UserContext(), h.s); err != nil {
		return err
	}
	return ui.Render(c, status, p, page)
}

// keep reports whether err is shown on the form itself, with all that was typed;
// what there is to say of it is in v then.
func (v *editPage) keep(p ui.Page, err error) bool {
	if v.form.Fail(err) {
		return true
	}
	if !form.Keeps(err) {
		return false
	}
	v.trouble = problem.Of(err, p.Texts, "").Detail
	return true
}

// done goes on to the record, or to the list where its maker may not read it.
func (h *pages) done(c *fiber.Ctx, p ui.Page, id, key string) error {
	to := h.path(id)
	if _, err := h.s.Read(c.UserContext(), p, h.d, id); kind.CodeOf(err) == kind.CodeNotFound {
		to = "/" + h.d.Plural
	}
	return h.s.Done(c, to, key)
}

// opened is the record of an edit with its form.
func (h *pages) opened(c *fiber.Ctx, p ui.Page) (*editPage, record.Possible, error) {
	rec, err := h.s.Read(c.UserContext(), p, h.d, c.Params("id"))
	if err != nil {
		return nil, record.Possible{}, err
	}
	may, err := h.s.Records.May(c.UserContext(), p.Actor, h.d, rec.ID)
	if err != nil {
		return nil, may, err
	}
	v := &editPage{form: form.Kind(p, h.d, may.By), rec: rec, possible: may.Verbs}
	v.form.Load(rec)
	return v, may, nil
}

func (h *pages) editForm(c *fiber.Ctx, p ui.Page) error {
	v, may, err := h.opened(c, p)
	if err != nil {
		return err
	}
	switch {
	case may.Replace:
		return h.showEdit(c, p, fiber.StatusOK, v)
	case h.d.MayEdit(kind.State(v.rec.State())):
		return kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	v.locked = true
	return h.showEdit(c, p, fiber.StatusConflict, v)
}

func (h *pages) replace(c *fiber.Ctx, p ui.Page) error {
	v, may, err := h.opened(c, p)
	if err != nil {
		return err
	}
	f := v.form
	if err := f.Read(c); err != nil {
		return err
	}
	if f.Edited() {
		return h.showEdit(c, p, fiber.StatusOK, v)
	}
	doc, err := f.Doc()
	if v.locked = !may.Replace && !h.d.MayEdit(kind.State(v.rec.State())); v.locked {
		err = kind.E(kind.CodeConflict, "error.state", nil)
	}
	if err == nil {
		_, err = h.s.Records.Replace(c.UserContext(), p.Actor, h.d, record.Write{ID: v.rec.ID, IfMatch: f.ETag, In: doc})
	}
	switch {
	case err == nil:
		return h.done(c, p, v.rec.ID, "page.done.saved")
	case kind.CodeOf(err) == kind.CodeStale:
		return h.conflict(c, p, v)
	case v.locked || v.keep(p, err):
		return h.showEdit(c, p, problem.Of(err, p.Texts, "").Status, v)
	}
	return err
}

func (h *pages) showEdit(c *fiber.Ctx, p ui.Page, status int, v *editPage) error {
	p.Title = p.T("page.edit.title", map[string]any{"Name": p.Caption(v.rec)})
	return h.show(c, p, status, v, changePage(p, v))
}
