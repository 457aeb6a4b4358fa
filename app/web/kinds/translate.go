package kinds

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// translating is the page of a record's translations.
type translating struct {
	rec    ui.Rec
	may    record.Possible
	texts  []written
	key    string
	typed  url.Values // what was posted, where it was not saved
	faults []ui.Fault
	scan   bool // the scan of shared texts found something
}

// written is one text of a record: where it stands, with slashes ("observations/
// 0/text"), what it is called there, and its words.
type written struct {
	Path, Label string
	Text        value.Text
	place       []place
}

// place is a step to a text: a field, and which element of it; -1 is the field
// as a whole.
type place struct {
	path  string
	index int
}

// textsOf are the texts of a record that its reader sees, in the order of the
// declaration.
func textsOf(r ui.Rec) []written {
	var out []written
	for _, f := range r.Kind.Fields {
		out = gather(out, written{Path: f.Name, place: []place{{f.Name, -1}}}, f, r.Raw(f.Name))
	}
	return out
}

func gather(out []written, at written, f *kind.Field, raw any) []written {
	switch v := raw.(type) {
	case []any:
		for i, one := range v {
			next := written{Path: at.Path + "/" + strconv.Itoa(i), place: slices.Clone(at.place)}
			next.place[len(next.place)-1].index = i
			out = gather(out, next, f, one)
		}
	case map[string]any:
		if f.Type == kind.TextType {
			if at.Text = ui.AsText(v); at.Text.Text != "" {
				out = append(out, at)
			}
		}
		for _, sub := range f.Fields {
			here := at.place[len(at.place)-1].path
			next := written{Path: at.Path + "/" + sub.Name, place: append(slices.Clone(at.place), place{here + "." + sub.Name, -1})}
			out = gather(out, next, sub, v[sub.Name])
		}
	}
	return out
}

// called is what a text is called: its field, and in a list which element.
func (w written) called(p ui.Page, d *kind.Descriptor) string {
	label := ""
	for i, at := range w.place {
		one := p.FieldLabel(d, at.path)
		if i == 0 {
			label = one
		} else if before := w.place[i-1]; before.index >= 0 {
			label = p.T("page.history.place", map[string]any{"Label": label, "Place": before.index + 1, "Part": one})
		} else {
			label = p.T("page.value.fact", map[string]any{"Label": label, "Value": one})
		}
	}
	return label
}

// translations shows the texts of a record with their translations.
func (h *pages) translations(c *fiber.Ctx, p ui.Page) error {
	v, err := h.translating(c, p)
	if err != nil {
		return err
	}
	return h.renderTranslating(c, fiber.StatusOK, p, v)
}

func (h *pages) translating(c *fiber.Ctx, p ui.Page) (*translating, error) {
	ctx, id := c.UserContext(), c.Params("id")
	rec, err := h.s.Read(ctx, p, h.d, id)
	if err != nil {
		return nil, err
	}
	v := &translating{rec: rec, texts: textsOf(rec), key: form.NewID(), typed: url.Values{}}
	for i := range v.texts {
		v.texts[i].Label = v.texts[i].called(p, h.d)
	}
	v.may, err = h.s.Records.May(ctx, p.Actor, h.d, id)
	return v, err
}

func (h *pages) renderTranslating(c *fiber.Ctx, status int, p ui.Page, v *translating) error {
	p.Title = p.T("page.translate.title", map[string]any{"Name": p.Caption(v.rec)})
	return ui.Render(c, status, p, translatePage(p, v))
}

// translate saves a translation, or that one was checked. What could not be
// saved is shown again as it was typed.
func (h *pages) translate(c *fiber.Ctx, p ui.Page) error {
	in, err := form.Posted(c)
	if err != nil {
		return err
	}
	if by := in.Get("_by"); by != "" && by != p.For() {
		return kind.E(kind.CodeForbidden, "error.form.somebody_else", nil)
	}
	if middleware.Resumed(c) {
		return h.again(c, p, in, nil)
	}
	var typed kind.Check
	typed.Must(in.Get("verify")+strings.TrimSpace(in.Get("text")) != "", "text/text", value.KeyRequired)
	if err := typed.Err(); err != nil {
		return h.again(c, p, in, err)
	}
	w := record.Write{ID: c.Params("id"), IfMatch: in.Get("_etag"), Key: in.Get("_key"), In: translation(in)}
	if _, err := h.s.Records.Translate(c.UserContext(), p.Actor, h.d, w); err != nil {
		return h.again(c, p, in, err)
	}
	done := "page.done.translated"
	if in.Get("verify") != "" {
		done = "page.done.verified"
	}
	return h.s.Done(c, h.path(c.Params("id"))+"/translate", done)
}

// translation is what was posted as the engine takes it.
func translation(in url.Values) kind.Doc {
	doc := kind.Doc{{Name: "path", Value: in.Get("path")}}
	if l := in.Get("verify"); l != "" {
		return append(doc, kind.Elem{Name: "verify", Value: l})
	}
	doc = append(doc, kind.Elem{Name: "text", Value: kind.Doc{{Name: "lang", Value: in.Get("lang")}, {Name: "text", Value: in.Get("text")}}},
		kind.Elem{Name: "method", Value: in.Get("method")})
	if in.Get("scan_resolved") != "" {
		doc = append(doc, kind.Elem{Name: "scan_resolved", Value: true})
	}
	return doc
}

// again shows the page with what was typed, and with what is wrong: a broken
// rule, a step that is not possible, or that somebody was faster. The form then
// starts from the record as it is now; every other error is a page of its own.
func (h *pages) again(c *fiber.Ctx, p ui.Page, in url.Values, failed error) error {
	code := kind.CodeOf(failed)
	if failed != nil && !slices.Contains([]kind.Code{kind.CodeInvalid, kind.CodeConflict, kind.CodeStale}, code) {
		return failed
	}
	v, err := h.translating(c, p)
	if err != nil {
		return err
	}
	v.typed = in
	if failed == nil {
		return h.renderTranslating(c, fiber.StatusOK, p, v)
	}
	d := problem.Of(failed, p.Texts, "")
	for _, f := range d.Errors {
		v.faults = append(v.faults, v.fault(p, f))
	}
	if len(d.Errors) == 0 {
		v.faults = []ui.Fault{{Text: d.Detail}}
	}
	return h.renderTranslating(c, d.Status, p, v)
}

// fault is a broken rule at its control.
func (v *translating) fault(p ui.Page, f problem.Field) ui.Fault {
	i := v.at(v.typed.Get("path"))
	if i < 0 {
		return ui.Fault{Text: f.Detail}
	}
	v.scan = v.scan || strings.HasSuffix(f.Code, "scan")
	controls := map[string][2]string{"/text/lang": {"lang", "page.translate.lang"}, "/method": {"method", "page.translate.method"}}
	control, ok := controls[f.Pointer]
	if !ok {
		control = [2]string{"text", "page.translate.text"}
	}
	return ui.Fault{Anchor: controlID(control[0], i), Label: p.Say(control[1]), Text: f.Detail}
}

// at is which text stands at path, -1 if none.
func (v *translating) at(path string) int {
	return slices.IndexFunc(v.texts, func(w written) bool { return w.Path == path })
}

// wrong is what is wrong with a control of the i-th text, "" if nothing.
func (v *translating) wrong(control string, i int) string {
	for _, f := range v.faults {
		if f.Anchor == controlID(control, i) {
			return f.Text
		}
	}
	return ""
}

// given is what was typed for the i-th text, "" if nothing was.
func (v *translating) given(name string, i int) string {
	if v.typed.Get("path") != v.texts[i].Path {
		return ""
	}
	return v.typed.Get(name)
}

// open reports whether the form of the i-th text stands open.
func (v *translating) open(i int) bool {
	return len(v.texts) == 1 || v.typed.Get("path") == v.texts[i].Path
}

// into are the languages that a text can be translated to, those that it is
// not yet in first.
func (v *translating) into(p ui.Page, i int) []value.Lang {
	t := v.texts[i].Text
	langs := slices.DeleteFunc(p.Writes(), func(l value.Lang) bool { return l == t.Lang })
	slices.SortStableFunc(langs, func(a, b value.Lang) int { return cmp.Compare(has(t, a), has(t, b)) })
	return langs
}

func has(t value.Text, l value.Lang) int {
	if _, ok := t.Tr[l]; ok {
		return 1
	}
	return 0
}

// checkable reports whether the reader may say that a translation is right:
// nobody does of his own.
func (v *translating) checkable(p ui.Page, tr value.Translation) bool {
	return v.may.Translate && tr.State != value.VerifiedTranslation && (tr.By == "" || tr.By != p.Actor.Person)
}

// controlID is the id of a control of the i-th text.
func controlID(name string, i int) string { return "f-" + name + "-" + strconv.Itoa(i) }

// described names the error of a control for who hears the page.
func (v *translating) described(control string, i int) string {
	if v.wrong(control, i) == "" {
		return ""
	}
	return controlID(control, i) + "-err"
}

// marks ties a control to its error.
func (v *translating) marks(control string, i int) templ.Attributes {
	id := v.described(control, i)
	if id == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id}
}
