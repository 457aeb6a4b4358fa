package work

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// create answers POST /sessions/new.
func (h *sessions) create(c *fiber.Ctx, p ui.Page) error {
	v, err := form.Posted(c)
	if err != nil {
		return err
	}
	f, err := h.fresh(c.UserContext(), p)
	if err == nil {
		err = h.posted(c, f, v)
	}
	return unsaved(c, p, v, err)
}

// bySaving reports whether the script saved the form by itself.
func bySaving(v url.Values) bool { return v.Get("_save") == "draft" }

// unsaved tells the script in one sentence what went wrong; to a person, err is
// a page.
func unsaved(c *fiber.Ctx, p ui.Page, v url.Values, err error) error {
	if err == nil || !bySaving(v) {
		return err
	}
	d := problem.Of(err, p.Texts, "")
	if d.Status >= fiber.StatusInternalServerError {
		return err // for the log
	}
	return c.Status(d.Status).JSON(fiber.Map{"text": d.Detail})
}

// replace answers POST /sessions/:id/edit.
func (h *sessions) replace(c *fiber.Ctx, p ui.Page) error {
	v, err := form.Posted(c)
	if err != nil {
		return err
	}
	var ids []string
	for _, prefix := range []string{"a0", "a1", "a2"} {
		ids = append(ids, v.Get(prefix+"._id"))
	}
	f, err := h.loadForm(c.UserContext(), p, c.Params("id"), ids)
	if err != nil {
		return unsaved(c, p, v, h.late(c, p, v, err))
	}
	return unsaved(c, p, v, h.posted(c, f, v))
}

// late is a form that was sent when the session could not be written any more.
// Of one that was sent again after it had done its work, the page of the session
// says what became of it; of another, what was typed is shown, to be copied.
func (h *sessions) late(c *fiber.Ctx, p ui.Page, v url.Values, err error) error {
	if kind.CodeOf(err) != kind.CodeForbidden {
		return err
	}
	d := h.s.Kinds.Get("session")
	if v.Has("_submit") {
		sent := record.Write{ID: c.Params("id"), IfMatch: firstVersion(v.Get("_etag")), Key: v.Get("_key") + "-submit", In: kind.Doc{}}
		if _, again := h.s.Records.Do(c.UserContext(), p.Actor, d, "submit", sent); again == nil {
			return h.s.Done(c, "/sessions/"+c.Params("id"), "page.session_form.done.submitted")
		}
	}
	f, barred := h.fresh(c.UserContext(), p)
	if barred != nil {
		return err
	}
	f.session.ID, f.saved = c.Params("id"), true
	if err := f.read(c, v); err != nil {
		return err
	}
	if err := h.fill(c.UserContext(), f); err != nil {
		return err
	}
	return h.locked(c, f, bySaving(v), err)
}

// locked shows what was typed of a session that cannot be written any more; cause
// is the answer where the reader does not know the session at all.
func (h *sessions) locked(c *fiber.Ctx, f *sessionForm, auto bool, cause error) error {
	rec, err := h.s.Read(c.UserContext(), f.p, f.session.d, f.session.ID)
	if err != nil {
		return cause
	}
	f.saved, f.locked = true, rec.State()
	if auto {
		return c.Status(fiber.StatusConflict).JSON(fiber.Map{"text": f.lockedText()})
	}
	f.underive()
	return h.form(c, fiber.StatusConflict, f)
}

// lockedText says why the form cannot be sent.
func (f *sessionForm) lockedText() string {
	return f.p.T("page.edit.locked", map[string]any{"State": f.p.State("session", f.locked)})
}

func firstVersion(versions string) string {
	first, _, _ := strings.Cut(versions, " ")
	return first
}

// posted saves what was sent, or shows the form again with all that is wrong
// with it.
func (h *sessions) posted(c *fiber.Ctx, f *sessionForm, v url.Values) error {
	if err := f.read(c, v); err != nil {
		return err
	}
	ctx := c.UserContext()
	if err := h.fill(ctx, f); err != nil {
		return err
	}
	auto := bySaving(v)
	if f.edited() && !auto {
		return h.form(c, fiber.StatusOK, f)
	}
	submit := v.Has("_submit") && !auto
	if !f.check(submit, !auto) {
		return h.refused(c, f, auto)
	}
	err := h.save(ctx, f, submit, !auto)
	switch {
	case errors.Is(err, errFaults):
		return h.refused(c, f, auto)
	case kind.CodeOf(err) == kind.CodeStale, isTaken(err):
		return h.conflict(c, f, auto, err)
	case form.Keeps(err) && !auto:
		d := problem.Of(err, f.p.Texts, "")
		f.extra = append(f.extra, ui.Fault{Text: d.Detail})
		f.underive()
		return h.form(c, d.Status, f)
	case err != nil:
		return err
	case auto:
		return c.JSON(fiber.Map{"etag": f.versions(), "action": f.address(), "text": f.autosaved()})
	case submit:
		return h.s.Done(c, "/sessions/"+f.session.ID, "page.session_form.done.submitted")
	}
	return h.s.Done(c, "/sessions/"+f.session.ID, "page.session_form.done.draft")
}

// autosaved says what the server has of what was typed.
func (f *sessionForm) autosaved() string {
	key := "page.session_form.autosaved"
	if slices.ContainsFunc(f.added[:], func(x *piece) bool { return x != nil && !x.Blank() }) {
		key = "page.session_form.autosaved_part"
	}
	return f.p.T(key, map[string]any{"Time": f.p.Time(f.p.Now)})
}

// read takes over what was sent.
func (f *sessionForm) read(c *fiber.Ctx, v url.Values) error {
	all := f.parts()
	for _, x := range f.added {
		if x != nil {
			all = append(all, x)
		}
	}
	for _, x := range all {
		was := x.ID
		if err := x.Read(c); err != nil {
			return err
		}
		if f.saved && x == f.session || !value.ValidID(x.ID) {
			x.ID = was
		}
	}
	f.at(v.Get("_etag"))
	if k := v.Get("_key"); k != "" {
		f.key = k
	}
	f.held, f.why = v.Get("_held"), v.Get("_why")
	for i := range f.owes {
		f.owes[i] = v.Get(place("a", i) + "._who")
	}
	for i := range f.agreed {
		f.agreed[i] = v.Has(place("c", i) + "._consent")
	}
	return nil
}

// place is the prefix of the i-th form of a sort.
func place(sort string, i int) string { return sort + string(rune('0'+i)) }

func (f *sessionForm) edited() bool {
	return slices.ContainsFunc(slices.Concat(f.parts(), f.added[:]), func(x *piece) bool { return x != nil && x.Edited() })
}

// refused shows the form again: nothing of it was saved, or what was is told by
// its versions.
func (h *sessions) refused(c *fiber.Ctx, f *sessionForm, auto bool) error {
	if auto {
		text := f.p.Say("page.session_form.not_saved")
		if faults := f.faults(); len(faults) > 0 {
			text = faults[0].Line(f.p)
		}
		return c.Status(fiber.StatusUnprocessableEntity).JSON(fiber.Map{"text": text})
	}
	f.underive()
	return h.form(c, fiber.StatusUnprocessableEntity, f)
}

// isTaken reports whether an id, or the key of one sending, was used before with
// other content: by a form of the same person that was changed and sent again.
func isTaken(err error) bool {
	e, ok := errors.AsType[*kind.Error](err)
	return ok && (e.Key == "error.id_taken" || e.Key == "error.key_taken")
}

// errFaults says that the forms hold what is wrong.
var errFaults = errors.New("work: faults")

// save writes what the form holds: first the officers that the session names,
// then the session as a draft, then what hangs on it, and at last it is handed
// in. Each is made once under its id; sent again, the rest follows.
func (h *sessions) save(ctx context.Context, f *sessionForm, submit, officers bool) error {
	for i, x := range f.added {
		if x != nil && officers && !x.Blank() {
			if err := h.put(ctx, f, x, place("c", i)); err != nil {
				return err
			}
		}
	}
	if err := h.put(ctx, f, f.session, "s"); err != nil {
		return err
	}
	f.saved = true
	if f.annex != nil && (f.annex.ETag != "" || !f.annex.Blank()) {
		if err := h.put(ctx, f, f.annex, "x"); err != nil {
			return err
		}
	}
	for i, x := range f.actions {
		if x == nil || !officers && f.owedByAdded(i) {
			continue // who owes it is saved with the form
		}
		if err := h.putAction(ctx, f, i); err != nil {
			return err
		}
	}
	if !submit {
		return nil
	}
	_, err := h.s.Records.Do(ctx, f.p.Actor, h.s.Kinds.Get("session"), "submit",
		record.Write{ID: f.session.ID, IfMatch: f.session.ETag, Key: f.key + "-submit", In: kind.Doc{}})
	return f.fault(f.session, err)
}

// putAction writes an action; one that was emptied is taken back.
func (h *sessions) putAction(ctx context.Context, f *sessionForm, i int) error {
	x := f.actions[i]
	switch {
	case f.agreedOn(i):
		return h.put(ctx, f, x, place("a", i))
	case x.ETag == "":
		return nil
	}
	in := kind.Doc{{Name: "reason", Value: "no_longer_needed"}}
	_, err := h.s.Records.Do(ctx, f.p.Actor, h.s.Kinds.Get("action"), "cancel",
		record.Write{ID: x.ID, IfMatch: x.ETag, Key: f.key + "-" + place("a", i), In: in})
	if err == nil {
		f.actions[i].ID, f.actions[i].ETag = form.NewID(), ""
	}
	return f.fault(x, err)
}

// agreedOn reports whether action i says what will be done.
func (f *sessionForm) agreedOn(i int) bool {
	return strings.TrimSpace(f.actions[i].Get("text.text")) != ""
}

// put writes one record: a new one, or the one that the form was made of.
func (h *sessions) put(ctx context.Context, f *sessionForm, x *piece, name string) error {
	if x.same() {
		return nil
	}
	doc, err := f.doc(x)
	if err != nil {
		return f.fault(x, err)
	}
	var v record.View
	if x.ETag == "" {
		v, _, err = h.s.Records.Create(ctx, f.p.Actor, x.d, record.Write{ID: x.ID, In: doc})
	} else {
		v, err = h.s.Records.Replace(ctx, f.p.Actor, x.d, record.Write{ID: x.ID, IfMatch: x.ETag, Key: f.key + "-" + name, In: doc})
	}
	if err == nil {
		x.ETag = v.ETag
	}
	return f.fault(x, err)
}

// fault takes over what is wrong with one of the forms.
func (f *sessionForm) fault(x *piece, err error) error {
	e, ok := errors.AsType[*kind.Error](err)
	switch {
	case !ok || isTaken(err):
		return err
	case e.Key == "error.out_of_scope": // a unit at which somebody else records
		f.session.Fault("unit", problem.Of(err, f.p.Texts, "").Detail)
		return errFaults
	case x.Fail(err):
		return errFaults
	}
	return err
}
