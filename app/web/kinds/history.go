package kinds

import (
	"cmp"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// versionsPerPage is how many versions a page of a history shows.
const versionsPerPage = 25

// past is the page of a record's history.
type past struct {
	rec      ui.Rec
	versions []version
	next     string
	before   string
	// From and to are the references of the two versions that are compared, ""
	// where none are; changes is how they differ.
	from, to string
	changes  []change
}

// version is one version as the page lists it.
type version struct {
	Ref, Verb, By, Why string
	At                 time.Time
	Was                string // reference of the version before, "" of the oldest that is read
}

func (h *pages) history(c *fiber.Ctx, p ui.Page) error {
	ctx, id := c.UserContext(), c.Params("id")
	rec, err := h.s.Read(ctx, p, h.d, id)
	if err != nil {
		return err
	}
	if err := onlyParameters(c, "before", "from", "to"); err != nil {
		return err
	}
	v := &past{rec: rec, before: c.Query("before"), from: c.Query("from"), to: c.Query("to")}
	both := v.from != "" && v.to != ""
	if !both {
		v.from, v.to = "", "" // one alone is compared with nothing, and was not checked
	}
	found, err := h.s.Records.History(ctx, p.Actor, h.d, id, v.before, versionsPerPage)
	if err != nil {
		return err
	}
	v.next = found.Next
	if err := h.versions(c, p, v, found.Items); err != nil {
		return err
	}
	if both {
		if err := h.compare(c, p, v); err != nil {
			return err
		}
	}
	p.Title, p.Kept = p.T("page.history.title", map[string]any{"Name": p.Caption(rec)}), both || c.Query("from")+c.Query("to") == ""
	p.Mark = (&recordPage{rec: rec}).mark(p)
	return ui.Render(c, fiber.StatusOK, p, historyPage(p, v))
}

// versions names who made each version, where that is a name to this reader.
func (h *pages) versions(c *fiber.Ctx, p ui.Page, v *past, found []record.Version) error {
	var people []value.Ref
	for _, one := range found {
		people = append(people, value.Ref{Kind: "person", ID: one.By})
	}
	names, err := h.s.Names(c.UserContext(), p, people)
	if err != nil {
		return err
	}
	for i, one := range found {
		out := version{Ref: one.Ref, Verb: one.Verb, By: names.Person(one.By), Why: one.Why, At: one.At}
		if out.By == "" && one.Role != "" {
			out.By = p.Role(one.Role)
		}
		if i+1 < len(found) {
			out.Was = found[i+1].Ref
		}
		v.versions = append(v.versions, out)
	}
	return nil
}

// compare reads the two versions and finds how they differ.
func (h *pages) compare(c *fiber.Ctx, p ui.Page, v *past) error {
	var recs []ui.Rec
	for _, ref := range []string{v.from, v.to} {
		one, err := h.s.Records.Version(c.UserContext(), p.Actor, h.d, v.rec.ID, ref)
		if err != nil {
			return err
		}
		r, err := ui.Parse(h.d, one.View)
		if err != nil {
			return err
		}
		recs = append(recs, r)
	}
	names, err := h.s.Words(c.UserContext(), p, recs)
	if err != nil {
		return err
	}
	v.changes = differences(p, names, recs[0], recs[1])
	return nil
}

// done is what a version was made by, in words.
func (v version) done(p ui.Page, d *kind.Descriptor) string {
	switch {
	case v.Verb == "":
		return p.Say("page.history.version")
	case v.Verb == "create":
		return p.Say("page.history.created")
	case v.Verb == "import":
		return p.Say("page.history.imported")
	case v.Verb == kind.ActTranslate:
		return p.Say("verb.translate.label")
	case d.Verb(v.Verb) != nil:
		return p.Verb(d.Name, v.Verb)
	}
	return p.Say("page.history.changed")
}

// icon is the icon of what a version was made by.
func (v version) icon(d *kind.Descriptor) string {
	switch {
	case v.Verb == "create":
		return "plus"
	case v.Verb != "" && d.Verb(v.Verb) != nil:
		return "flag"
	}
	return "pencil"
}

// picked reports whether a version stands chosen in the form: what is compared,
// else the last change.
func (v *past) picked(side string, i int) bool {
	ref := v.versions[i].Ref
	if side == "from" {
		return ref == cmp.Or(v.from, v.at(1))
	}
	return ref == cmp.Or(v.to, v.at(0))
}

// at is the reference of the i-th version listed, "" if there is none.
func (v *past) at(i int) string {
	if i < len(v.versions) {
		return v.versions[i].Ref
	}
	return ""
}

// href is the address of this history with changes to its query.
func (v *past) href(p ui.Page, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	to := p.Href(v.rec.Ref()) + "/history"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

// older is the way to the versions before these, "" where there are none.
func (v *past) older(p ui.Page) string {
	if v.next == "" {
		return ""
	}
	return v.href(p, "before", v.next)
}

// newest is the way back to the newest versions, "" where these are they.
func (v *past) newest(p ui.Page) string {
	if v.before == "" {
		return ""
	}
	return v.href(p)
}

// versionID is the id of the line of the i-th version listed.
func versionID(i int) string { return "v-" + strconv.Itoa(i) }
