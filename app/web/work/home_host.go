package work

import (
	"cmp"
	"slices"

	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// atHost is the home of the host side: what awaits its answer, what was released
// to it, and what each side owes, the reader's own side first. All of it comes
// from the released shelf; of what was not released nothing here depends.
type atHost struct {
	names ui.Names
	balance
	can     map[string][]string // what the reader may do to an action that awaits his answer
	judge   listed              // the UN reports these done; the host says whether they are
	open    []released          // released and not acknowledged, that stand open
	rest    []ui.Rec            // the other sessions
	more    bool                // there are sessions that are not named here
	unread  int64               // not acknowledged, as far as was looked
	others  bool                // and others beyond
	pending map[string]ui.Rec   // the contest of a session that awaits its answer
}

// released is a session that stands open on the host's home.
type released struct {
	rec  ui.Rec
	said []ui.Rec
	can  []string
	// contest says until when the reader may contest; "" if not, or no more.
	contest value.Date
	comment string // id of a comment to come
}

// answered reports whether the host wrote anything beside the session.
func (o released) answered() bool {
	return slices.ContainsFunc(o.said, func(r ui.Rec) bool { return r.Str("side") == string(kind.Host) })
}

// How many released sessions stand open on the host's home, and how many more
// it names.
const (
	someOpen = 2
	someRest = 6
)

// host gathers the home of the host side.
func (d *desk) host() atHost {
	h := atHost{balance: d.balance(few, "owed"), can: map[string][]string{}, pending: map[string]ui.Rec{}}
	h.judge = d.list("action", few.unsaid, "", "state", string(mentoring.ReportedDone), "owner_side", string(mentoring.UNSide))
	for _, r := range slices.Concat(h.ours.recs, h.judge.recs) {
		h.can[r.ID] = d.possible(r)
	}
	d.shelf(&h)
	for _, r := range d.list("contest", someRest, "", "state", string(mentoring.ContestOpen)).recs {
		h.pending[r.To("session").ID] = r
	}
	d.name(h.judge.recs, "owner", "un_owner", "origin")
	d.name(h.ours.recs, "origin")
	d.name(h.rest, "unit")
	for _, g := range grantUnits(d.p.Actor) {
		d.refs = append(d.refs, value.Ref{Kind: "unit", ID: g})
	}
	return h
}

// shelf gathers the sessions that were released: those not acknowledged first,
// the newest of them open.
func (d *desk) shelf(h *atHost) {
	waiting := d.list("session", someRest, "-start", "state", string(mentoring.Released))
	latest := d.list("session", someRest, "-start")
	h.others = waiting.more
	for _, r := range waiting.recs {
		if !r.Has("refused_on") && d.p.Can("session", "acknowledge") && concerns(d.p, r) {
			h.unread++
		}
		if len(h.open) < someOpen && !r.Has("refused_on") {
			h.open = append(h.open, d.opened(r))
			d.name([]ui.Rec{r}, "unit")
			continue
		}
		h.rest = append(h.rest, r)
	}
	for _, r := range latest.recs {
		if !slices.ContainsFunc(waiting.recs, func(w ui.Rec) bool { return w.ID == r.ID }) {
			h.rest = append(h.rest, r)
		}
	}
	h.more = waiting.more || latest.more || len(h.rest) > someRest
	h.rest = h.rest[:min(len(h.rest), someRest)]
}

// opened gathers what stands beside one session: what was said of it, and what
// the reader may do.
func (d *desk) opened(r ui.Rec) released {
	o := released{rec: r, comment: form.NewID(), said: d.list("session_comment", 5, "", "session", r.ID).recs}
	if d.err != nil {
		return o
	}
	may, err := d.s.Records.May(d.ctx, d.p.Actor, r.Kind, r.ID)
	if err != nil && kind.CodeOf(err) != kind.CodeNotFound {
		d.err = err
	}
	o.can = may.Verbs
	o.contest = mayContest(d.p, r)
	return o
}

// concerns reports whether a session is for the reader to answer.
func concerns(p ui.Page, r ui.Rec) bool {
	return mentoring.Concerns(p.Actor, r.ToAll("counterparts"))
}

// mayContest is the last day on which the reader may contest a session; "" if he
// may not, or no more.
func mayContest(p ui.Page, r ui.Rec) value.Date {
	until := mentoring.ContestUntil(value.Date(p.Day(r.Time("released_at"))))
	if !p.Can("contest", "create") || !concerns(p, r) || until < p.Today() {
		return ""
	}
	return until
}

// place is what the host's home is headed by: the unit where the reader serves,
// or the day where he is bound to none, or to several.
func (h atHost) place(p ui.Page) string {
	if units := grantUnits(p.Actor); len(units) == 1 {
		return cmp.Or(h.names[value.Ref{Kind: "unit", ID: units[0]}], p.Weekday(string(p.Today())))
	}
	return p.Weekday(string(p.Today()))
}

// elsewhere is the unit of a session, "" where the page is headed by it; to who
// reads no units it is the number that both sides quote, which begins with the
// unit's code.
func (h atHost) elsewhere(p ui.Page, r ui.Rec) string {
	if name := cmp.Or(h.names[r.To("unit")], r.Str("release_no")); name != h.place(p) {
		return name
	}
	return ""
}

// waiting says how much awaits the reader's answer, "" to who only reads.
func (h atHost) waiting(p ui.Page) string {
	if !p.Can("session", "acknowledge") {
		return ""
	}
	n := int64(len(h.ours.recs)+len(h.judge.recs)) + h.unread
	switch {
	case n == 0:
		return p.Say("page.today.waits_none")
	case h.ours.more || h.judge.more || h.others:
		return p.N("page.today.waits_more", n, nil)
	}
	return p.N("page.today.waits", n, nil)
}
