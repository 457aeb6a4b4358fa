package work

import (
	"slices"
	"strings"

	"colocate/app/web/ui"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// amounts are how many actions a page shows: of what each side owes, of what
// awaits the answer of the reader's side and of the other, and how many it looks
// through for those.
type amounts struct{ owed, ours, unsaid, asked int }

// few are the amounts of a home.
var few = amounts{owed: 6, ours: 5, unsaid: 3, asked: 20}

// balance is what both sides owe each other, and what awaits an answer.
type balance struct {
	un, host listed // agreed and still to be done, what is late first
	unsaid   map[mentoring.OwnerSide][]ui.Rec
	ours     listed // awaits the answer of the reader's side
}

// balance asks for the actions of both sides, by the same question ("owed" or
// "overdue"), narrowed by where. What both own stands on both sides.
func (d *desk) balance(n amounts, question string, where ...string) balance {
	owed := func(side mentoring.OwnerSide) listed {
		return d.list("action", n.owed, "due", append([]string{question, "true", "owner_side", string(side)}, where...)...)
	}
	joint := owed(mentoring.JointSide)
	b := balance{un: byDue(n.owed, owed(mentoring.UNSide), joint), host: byDue(n.owed, owed(mentoring.HostSide), joint)}
	asked := d.list("action", n.asked, "due", append([]string{"to_answer", "true"}, where...)...)
	turn := func(side mentoring.OwnerSide) func(ui.Rec) bool {
		return func(r ui.Rec) bool { return facts(r).TurnOf("accept", side) }
	}
	b.ours = asked.only(turn(own(d.p))).head(n.ours)
	other := own(d.p).Other()
	b.unsaid = map[mentoring.OwnerSide][]ui.Rec{other: asked.only(turn(other)).head(n.unsaid).recs}
	for _, l := range []listed{b.un, b.host, b.ours, {recs: b.unsaid[other]}} {
		d.name(l.recs, "owner", "un_owner")
	}
	return b
}

// byDue puts two lists of actions into one of n by their due dates.
func byDue(n int, a, b listed) listed {
	all := slices.Concat(a.recs, b.recs)
	slices.SortStableFunc(all, func(x, y ui.Rec) int { return strings.Compare(x.Str("due"), y.Str("due")) })
	return listed{all, a.more || b.more}.head(n)
}

// late counts the actions of a list that are overdue today.
func (l listed) late(p ui.Page) int64 {
	n := int64(0)
	for _, r := range l.recs {
		if mentoring.Overdue(facts(r), p.Today()) {
			n++
		}
	}
	return n
}

// sinceDays is how many days ago a day was.
func sinceDays(p ui.Page, day string) int64 { return int64(value.Date(day).DaysUntil(p.Today())) }

// lateText is how late an action is, "" if it is not.
func lateText(p ui.Page, r ui.Rec) string {
	if !mentoring.Overdue(facts(r), p.Today()) {
		return ""
	}
	return p.N("page.action.overdue", sinceDays(p, r.Str("due")), nil)
}

// unsaidText is how long a proposal has waited for its answer, "" if not long.
func unsaidText(p ui.Page, r ui.Rec) string {
	if !mentoring.Unanswered(facts(r), p.Today()) {
		return ""
	}
	return p.N("page.action.unanswered", sinceDays(p, r.Str("asked_on")), nil)
}

// ownerText says who owes an action and until when, in one sentence. The
// reader's own actions say so; who may not be named is the side.
func ownerText(p ui.Page, names ui.Names, r ui.Rec) string {
	due := map[string]any{"Date": p.DateShort(r.Str("due"))}
	for _, path := range []string{"owner", "un_owner"} {
		ref := r.To(path)
		if ref.ID != "" && ref.ID == p.Actor.Person {
			return p.T("page.action.you_due", due)
		}
	}
	who := owners(names, r)
	if len(who) == 0 {
		return p.T("page.action.due", due)
	}
	due["Owner"] = apart(p, who[0])
	return p.T("page.action.owner_due", due)
}

// apart keeps a name in another script from turning the words beside it around.
func apart(p ui.Page, name string) string {
	if p.Dir() == "ltr" || name == "" {
		return name
	}
	return "\u2068" + name + "\u2069"
}

// askedText says since when an answer is awaited.
func askedText(p ui.Page, r ui.Rec) string {
	return p.T("page.action.asked", map[string]any{"Date": p.DateShort(r.Str("asked_on"))})
}

// counteredText is the other date that was proposed, by whichever side.
func counteredText(p ui.Page, r ui.Rec) string {
	key := "page.today.countered"
	if mentoring.OwnerSide(r.Str("counter_side")) == mentoring.UNSide {
		key = "page.today.countered_un"
	}
	return p.T(key, map[string]any{"Date": p.DateShort(r.Str("counter_due")), "Due": p.DateShort(r.Str("due"))})
}

// lateSum says how many of what one side owes is late, "" if nothing is.
func lateSum(p ui.Page, l listed) string {
	n := l.late(p)
	switch {
	case n == 0:
		return ""
	case l.more && n == int64(len(l.recs)):
		return p.N("page.today.late_more", n, nil)
	}
	return p.N("page.today.late", n, nil)
}

// sideTitle is the heading of what a side owes, as the reader says it.
func sideTitle(p ui.Page, side mentoring.OwnerSide) string {
	switch {
	case side == mentoring.HostSide && p.Host():
		return p.Say("page.today.we_owe")
	case side == mentoring.HostSide:
		return p.Say("page.today.host_owes")
	case p.Host():
		return p.Say("page.today.un_owes_us")
	}
	return p.Say("page.today.un_owes")
}

// owedList is where all that a side owes is listed.
func owedList(side mentoring.OwnerSide) string {
	return "/actions?owed=true&owner_side=" + string(side)
}

// asked reports whether an action awaits an answer.
func asked(r ui.Rec) bool {
	return r.State() == string(mentoring.Proposed) || r.State() == string(mentoring.CounterProposed)
}
