package work

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"colocate/app/web/ui"
	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// today is the home of the UN side: what waits for the reader, in the order in
// which it is to be done. A part that is not the reader's is empty.
type today struct {
	names ui.Names
	balance
	record, decides bool     // may record sessions; approves and releases them
	finish          []ui.Rec // own drafts and what was returned, that first
	moreToFinish    bool
	review, release listed // submitted, and approved
	silent          listed // released, and not acknowledged in time
	contests        listed // to be decided
	said            listed // comments of the host
	read            listed // acknowledged lately
	next            []ui.Rec
	far             []visit
	latest          listed // sessions, for who neither records nor decides
}

// How many rows a home shows of each list, and how many of the reader's own
// latest sessions it looks through.
const (
	someRows   = 5
	someLatest = 20
)

// today gathers the home of the UN side.
func (d *desk) today() today {
	p := d.p
	t := today{record: p.Can("session", "create"), decides: p.Can("session", "approve")}
	if t.decides {
		t.review = d.list("session", someRows, "start", "state", string(mentoring.Submitted))
		t.release = d.list("session", someRows, "start", "state", string(mentoring.Approved))
		t.silent = d.list("session", someRows, "start", "ack_overdue", "true")
	}
	if p.Can("contest", "decide") {
		t.contests = d.disputes()
	}
	if t.record {
		d.mine(&t)
	}
	if !t.record && !t.decides {
		t.latest = d.list("session", someRows, "")
	}
	t.balance = d.balance(few, "owed")
	t.said = d.list("session_comment", 3, "", "side", string(mentoring.HostSide))
	t.far = d.far()
	for _, l := range []listed{t.review, t.release, t.silent, t.read, t.latest, {recs: t.finish}, {recs: t.next}} {
		d.name(l.recs, "unit")
	}
	d.name(t.said.recs, "session")
	d.name(t.contests.recs, "session", "unit")
	return t
}

// disputes are the contests that the reader may decide, by the day on which their
// answer is due: leadership those that were taken further too. Who had a part in
// the session leaves them to others (domain.md §5.7).
func (d *desk) disputes() listed {
	states := []kind.State{mentoring.ContestOpen}
	if d.p.Actor.Has(kind.Leader) {
		states = append(states, mentoring.ContestEscalated)
	}
	var all listed
	for _, state := range states {
		l := d.list("contest", someLatest, "due", "state", string(state))
		all = listed{append(all.recs, l.recs...), all.more || l.more}
	}
	slices.SortStableFunc(all.recs, func(a, b ui.Rec) int { return strings.Compare(a.Str("due"), b.Str("due")) })
	return all.only(func(r ui.Rec) bool { return !hadPart(d.p, r) }).head(someRows)
}

// hadPart reports whether the reader recorded, approved or released the session
// of a contest, was there, or decided before.
func hadPart(p ui.Page, contest ui.Rec) bool {
	if p.Actor.Person == "" {
		return false
	}
	for _, by := range []string{"recorded_by", "approved_by", "released_by", "decided_by"} {
		if contest.Str(by) == p.Actor.Person {
			return true
		}
	}
	return slices.ContainsFunc(contest.ToAll("advisers"), func(a value.Ref) bool { return a.ID == p.Actor.Person })
}

// mine gathers what of the reader's own sessions is to be finished or comes
// next, and what the host has read of them.
func (d *desk) mine(t *today) {
	back := d.own("session", someRows, "-start", "state", string(mentoring.Returned))
	drafts := d.own("session", someRows, "-start", "state", string(mentoring.Draft))
	t.finish, t.moreToFinish = slices.Concat(back.recs, drafts.recs), back.more || drafts.more
	t.read = d.own("session", 2, "-start", "state", string(mentoring.Acknowledged))
	t.next = coming(d.own("session", someLatest, "-start").recs, string(d.p.Today()))
}

// coming are the sessions of a list, newest first, whose next session is still
// to come: of each unit the one that was held last, by the day of the next.
func coming(latest []ui.Rec, today string) []ui.Rec {
	var out []ui.Rec
	seen := map[value.Ref]bool{}
	for _, r := range latest {
		if unit := r.To("unit"); !seen[unit] {
			seen[unit] = true
			if r.Str("next_session_on") >= today {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ui.Rec) int { return strings.Compare(a.Str("next_session_on"), b.Str("next_session_on")) })
	return out[:min(len(out), someRows)]
}

// visit is a unit and when it was last visited; zero if never.
type visit struct {
	unit ui.Rec
	last time.Time
	days int64 // since then; 0 if never
	over float64
}

// maxFar is how many units a home looks at, for those not visited lately.
const maxFar = 30

// far are the units of the reader that were not visited within their interval
// (domain.md §2.2, mentored_tier), the longest overdue first.
func (d *desk) far() []visit {
	var out []visit
	for _, u := range d.units() {
		every := host.MentoredTier(u.Str("mentored_tier")).VisitDays()
		if every == 0 {
			continue
		}
		v := d.visit(u)
		if v.over = float64(v.days) / float64(every); v.last.IsZero() {
			v.over = math.Inf(1)
		}
		if v.over > 1 {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b visit) int { return cmp.Compare(b.over, a.over) })
	return out[:min(len(out), someRows)]
}

// visit finds the last session at a unit that took place.
func (d *desk) visit(u ui.Rec) visit {
	v := lastOf(d.p, d.list("session", 3, "", "unit", u.ID).recs)
	v.unit = u
	return v
}

// lastOf is the last of the sessions, newest first, that took place.
func lastOf(p ui.Page, sessions []ui.Rec) visit {
	for _, r := range sessions {
		if mentoring.VisitOutcome(r.Str("outcome_of_visit")).TookPlace() {
			at := r.Time("start")
			return visit{last: at, days: sinceDays(p, p.Day(at))}
		}
	}
	return visit{}
}

// units are those that the reader visits or leads, at most maxFar.
func (d *desk) units() []ui.Rec {
	var found listed
	switch a := d.p.Actor; {
	case a.Has(kind.TeamLeader) && len(grantUnits(a)) == 0:
		for _, tier := range []string{"A", "B"} {
			found.recs = append(found.recs, d.list("unit", maxFar/2, "", "mentored_tier", tier).recs...)
		}
	case a.Has(kind.TeamLeader):
		found.recs = d.read("unit", grantUnits(a))
		for _, id := range grantUnits(a) {
			found.recs = append(found.recs, d.list("unit", maxFar, "", "parent", id).recs...)
		}
	case a.Has(kind.Adviser):
		found.recs = d.read("unit", d.ownUnits())
	}
	return found.head(maxFar).recs
}

// grantUnits are the units that a's roles are bound to, a few of them.
func grantUnits(a kind.Actor) []string {
	var ids []string
	for _, g := range a.Grants {
		ids = append(ids, g.Units...)
	}
	return ids[:min(len(ids), 5)]
}

// ownUnits are the units where the reader works.
func (d *desk) ownUnits() []string {
	if d.err != nil {
		return nil
	}
	var ids []string
	ids, d.err = d.s.OwnUnits(d.ctx, d.p)
	return ids
}

// read reads records of a kind by their ids; who does not exist for the reader
// is left out.
func (d *desk) read(name string, ids []string) []ui.Rec {
	if d.err != nil || len(ids) == 0 {
		return nil
	}
	views, err := d.s.Records.ReadMany(d.ctx, d.p.Actor, d.p.Kind(name), ids)
	if err == nil {
		var recs []ui.Rec
		recs, err = ui.ParseAll(d.p.Kind(name), views)
		if err == nil {
			return recs
		}
	}
	d.err = err
	return nil
}

// unitOr is the unit of a record, or its own name where the reader knows no unit.
func unitOr(p ui.Page, names ui.Names, r ui.Rec) string {
	return cmp.Or(names[r.To("unit")], p.Caption(r))
}

// sessionAt is a session with its unit, in one sentence.
func sessionAt(p ui.Page, names ui.Names, r ui.Rec) string {
	unit := names[r.To("unit")]
	if unit == "" {
		return p.Caption(r)
	}
	return p.T("page.today.session_at", map[string]any{"Session": p.Caption(r), "Unit": apart(p, unit)})
}

// moreTo is where the rest of a list is, "" if there is no rest.
func moreTo(more bool, href string) string {
	if more {
		return href
	}
	return ""
}

func moreIf(l listed, href string) string { return moreTo(l.more, href) }

// nextText is when a session comes next, and whether the host agreed to it.
func nextText(p ui.Page, r ui.Rec) string {
	key := "page.today.next_on"
	if r.Bool("next_session_agreed") {
		key = "page.today.next_agreed"
	}
	return p.T(key, map[string]any{"Date": p.Weekday(r.Str("next_session_on"))})
}

// farKeys say how often a unit is visited, and when it last was; the second of
// each that it never was.
var farKeys = map[string][2]string{
	"A": {"page.today.far_weekly", "page.today.far_weekly_never"},
	"B": {"page.today.far_monthly", "page.today.far_monthly_never"},
	"C": {"page.today.far_quarterly", "page.today.far_quarterly_never"},
}

func farText(p ui.Page, v visit) string {
	keys := farKeys[v.unit.Str("mentored_tier")]
	if v.last.IsZero() {
		return p.Say(keys[1])
	}
	return p.T(keys[0], map[string]any{"Date": p.DayMonth(p.Day(v.last))})
}
