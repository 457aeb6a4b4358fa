package work

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// How many actions one session agrees on (domain.md §1.5), and how many
// officers can be added in the form of a session.
const (
	maxActions  = 3
	maxOfficers = 2
)

// sessionForm is one form that writes several records: the session, the officers
// that are added in it, what was agreed and the UN's annex. The ids of all are
// made with the form, so that sending it twice makes one of each, and what was
// cut off half-way is completed by sending it again.
type sessionForm struct {
	p       ui.Page
	saved   bool   // the session exists
	key     string // of this one sending
	session *piece
	annex   *piece // nil where the reader may not write one
	actions [maxActions]*piece
	owes    [maxActions]string // who owes each action, see owners
	added   [maxOfficers]*piece
	agreed  [maxOfficers]bool // the officer consented to be named
	held    string            // yes, part or no
	why     string            // why not

	units    []form.Choice
	team     []form.Choice // who of the UN may have been there
	officers []ui.Rec      // of the unit
	themes   []form.Choice
	near     int // how many of the themes stand open
	ranks    []form.Choice
	service  string
	unitName string
	open     []ui.Rec // actions of the unit that are still open
	last     *ui.Rec  // the last session there
	names    ui.Names
	extra    []ui.Fault
	derived  bool       // nobody typed the counts: they are those of the named
	stale    *staleness // what somebody else saved meanwhile
	locked   string     // the state in which the session cannot be written any more
}

// piece is the form of one of the records.
type piece struct {
	*form.Form
	d      *kind.Descriptor
	by     kind.DecodeBy
	loaded string // version of the record that the form was filled with
	rec    ui.Rec // and the record
}

func newPiece(p ui.Page, d *kind.Descriptor, by kind.DecodeBy, prefix string) *piece {
	return &piece{Form: form.Kind(p, d, by).Prefix(prefix), d: d, by: by}
}

// load fills the form with a record that exists.
func (x *piece) load(r ui.Rec) {
	x.Load(r)
	x.ID, x.loaded, x.rec = r.ID, r.ETag, r
}

// same reports whether the record is as the form has it already.
func (x *piece) same() bool { return x.ETag != "" && x.ETag == x.loaded && len(x.Differ()) == 0 }

// Values of a sessionForm's held.
const (
	heldYes  = "yes"
	heldPart = "part"
	heldNo   = "no"
)

// fresh is an empty form of the records that the reader may make.
func (h *sessions) fresh(ctx context.Context, p ui.Page) (*sessionForm, error) {
	f := &sessionForm{p: p, key: form.NewID(), held: heldYes}
	open := func(name, prefix string) (*piece, error) {
		d := h.s.Kinds.Get(name)
		if d == nil {
			return nil, nil
		}
		r, err := h.s.Records.Rights(ctx, p.Actor, d)
		if err != nil || !r.Create {
			return nil, err
		}
		return newPiece(p, d, r.By, prefix), nil
	}
	var err error
	if f.session, err = open("session", "s"); err != nil {
		return nil, err
	}
	if f.session == nil {
		return nil, kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	if f.annex, err = open("session_annex", "x"); err != nil {
		return nil, err
	}
	for i := range f.actions {
		if f.actions[i], err = open("action", place("a", i)); err != nil {
			return nil, err
		}
	}
	for i := range f.added {
		if f.added[i], err = open("counterpart", place("c", i)); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// parts are the forms of the records that carry a version of their own, in the
// order in which the versions stand in the form.
func (f *sessionForm) parts() []*piece {
	out := []*piece{f.session}
	if f.annex != nil {
		out = append(out, f.annex)
	}
	for _, a := range f.actions {
		if a != nil {
			out = append(out, a)
		}
	}
	return out
}

// noVersion stands for the version of a record that does not exist yet.
const noVersion = "-"

// versions are the versions that the form shows, in one word: the script that
// saves drafts carries one.
func (f *sessionForm) versions() string {
	var out []string
	for _, x := range f.parts() {
		v := x.ETag
		if v == "" {
			v = noVersion
		}
		out = append(out, v)
	}
	return strings.Join(out, " ")
}

// at takes over the versions that a form was sent with.
func (f *sessionForm) at(versions string) {
	given := strings.Split(versions, " ")
	for i, x := range f.parts() {
		x.ETag = ""
		if i < len(given) && given[i] != noVersion {
			x.ETag = given[i]
		}
	}
}

// newForm answers GET /sessions/new; ?unit= says where.
func (h *sessions) newForm(c *fiber.Ctx, p ui.Page) error {
	f, err := h.fresh(c.UserContext(), p)
	if err != nil {
		return err
	}
	unit := c.Query("unit")
	if !value.ValidID(unit) {
		if unit, err = h.firstUnit(c.UserContext(), p); err != nil {
			return err
		}
	}
	f.session.Set("unit", unit)
	if err := h.fill(c.UserContext(), f); err != nil {
		return err
	}
	f.preset()
	return h.form(c, fiber.StatusOK, f)
}

// firstUnit is where the reader works: the first unit of his own postings.
func (h *sessions) firstUnit(ctx context.Context, p ui.Page) (string, error) {
	units, err := h.s.OwnUnits(ctx, p)
	if err != nil || len(units) == 0 {
		return "", err
	}
	return units[0], nil
}

// preset fills a new form with what is most likely, so that a session is
// recorded in under a minute.
func (f *sessionForm) preset() {
	now := f.p.Now.In(f.p.Zone()).Add(-90 * time.Minute).Truncate(15 * time.Minute)
	f.session.Set("start.date", string(f.p.Today()))
	f.session.Set("start.time", now.Format("15:04"))
	if value.DateOf(now) != f.p.Today() {
		f.session.Set("start.time", "00:00")
	}
	for path, v := range map[string]string{"duration_min": "60", "type": "mentoring", "modality": "in_person", "agenda_set_by": "joint",
		"interpretation.mode": "none_needed", "advisers.0": f.p.Actor.Person} {
		f.session.Set(path, v)
	}
	spoken := []string{string(f.p.Writes()[0])}
	if len(f.p.Mission.Langs) > 0 {
		spoken = []string{string(f.p.Mission.Langs[0])}
	}
	if f.last != nil {
		if l := f.last.Strs("languages"); len(l) > 0 {
			spoken = l
		}
		if m := f.last.Str("interpretation.mode"); m != "" {
			f.session.Set("interpretation.mode", m)
		}
	}
	for i, l := range spoken {
		f.session.Set(index("languages", i), l)
	}
	f.owes = [maxActions]string{owedByUnit, owedByUN, owedByUnit}
	for i := range f.actions {
		if f.actions[i] != nil {
			f.actions[i].Set("due", string(f.p.Today().AddDays(usualDue)))
		}
	}
}

// usualDue is in how many days an action is due, unless somebody says so.
const usualDue = 14

// editForm answers GET /sessions/:id/edit.
func (h *sessions) editForm(c *fiber.Ctx, p ui.Page) error {
	f, err := h.loadForm(c.UserContext(), p, c.Params("id"), nil)
	if err != nil {
		return err
	}
	if err := h.fill(c.UserContext(), f); err != nil {
		return err
	}
	return h.form(c, fiber.StatusOK, f)
}

// loadForm is the form of a session that exists. ids are those of the actions
// that the form was sent with, in their places; nil for those that there are.
func (h *sessions) loadForm(ctx context.Context, p ui.Page, id string, ids []string) (*sessionForm, error) {
	d := h.s.Kinds.Get("session")
	may, err := h.s.Records.May(ctx, p.Actor, d, id)
	if err != nil {
		return nil, err
	}
	if !may.Replace {
		return nil, kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	rec, err := h.s.Read(ctx, p, d, id)
	if err != nil {
		return nil, err
	}
	f, err := h.fresh(ctx, p)
	if err != nil {
		return nil, err
	}
	f.saved = true
	f.session = newPiece(p, d, may.By, "s")
	f.session.load(rec)
	f.takeOutcome(rec.Str("outcome_of_visit"))
	if err := h.loadAnnex(ctx, f, id); err != nil {
		return nil, err
	}
	return f, h.loadActions(ctx, f, id, ids)
}

func (h *sessions) loadAnnex(ctx context.Context, f *sessionForm, id string) error {
	annexes, err := beside(ctx, h.s, f.p, "session_annex", record.ListQuery{Filter: map[string]string{"session": id}})
	if err != nil || len(annexes) == 0 || f.annex == nil {
		return err
	}
	may, err := h.s.Records.May(ctx, f.p.Actor, annexes[0].Kind, annexes[0].ID)
	if err != nil {
		return err
	}
	if f.annex = nil; may.Replace {
		f.annex = newPiece(f.p, annexes[0].Kind, may.By, "x")
		f.annex.load(annexes[0])
	}
	return nil
}

// loadActions puts the proposals of the session into the places of the form;
// what was answered already is no more part of it.
func (h *sessions) loadActions(ctx context.Context, f *sessionForm, id string, ids []string) error {
	acts, err := beside(ctx, h.s, f.p, "action", record.ListQuery{Filter: map[string]string{"origin": id}})
	if err != nil {
		return err
	}
	free, answered := 0, 0
	for i := range f.owes {
		f.owes[i] = owedByUnit
	}
	for _, a := range acts {
		at := slices.Index(ids, a.ID)
		switch {
		case a.State() == "cancelled":
			continue
		case a.State() != "proposed":
			answered++
			continue
		case ids == nil:
			at, free = free, free+1
		}
		if at < 0 || at >= maxActions || f.actions[at] == nil {
			continue
		}
		f.actions[at].load(a)
		f.owes[at] = owedBy(a)
	}
	for i := maxActions - answered; i >= 0 && i < maxActions; i++ {
		f.actions[i] = nil
	}
	return nil
}

// takeOutcome sets what the form asks of the outcome of the visit.
func (f *sessionForm) takeOutcome(outcome string) {
	switch outcome {
	case "held", "":
		f.held = heldYes
	case "partly_held":
		f.held = heldPart
	default:
		f.held, f.why = heldNo, outcome
	}
}

// form shows f.
func (h *sessions) form(c *fiber.Ctx, status int, f *sessionForm) error {
	p := f.p
	p.Title = p.Say("page.session_form.title")
	if f.saved {
		p.Title = p.Say("page.session_form.edit_title")
	}
	p.Mark = "mis"
	return ui.Render(c, status, p, sessionFormPage(p, f))
}
