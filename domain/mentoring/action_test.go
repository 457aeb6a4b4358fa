package mentoring_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

var (
	why    = text("fr", "Parce que")
	proof  = text("fr", "Lettre du 6 octobre, dossier 14")
	theUN  = lead    // whoever of the UN
	theHQ  = command // whoever of the host
	sideOf = map[mentoring.OwnerSide]kind.Actor{mentoring.HostSide: theHQ, mentoring.UNSide: theUN}
)

// shared is an action of a released session that the host reads, proposed by
// the UN and owed by side.
func shared(t testing.TB, w *kindtest.World, side mentoring.OwnerSide) *mentoring.Action {
	t.Helper()
	s := session(t, w, "s", mentoring.Draft)
	a := deed("a", "s")
	switch side {
	case mentoring.UNSide:
		a = owed("a", "s")
	case mentoring.JointSide:
		a.UNOwner = kindtest.To("person", "elin")
	case mentoring.PartnerSide:
		a.Owner, a.Partner = value.Ref{}, "UNICEF"
	}
	a.OwnerSide = side
	must(t, as(w, author).Create(a))
	advance(t, w, s, mentoring.Released)
	w.Load(a)
	return a
}

type step struct {
	who  kind.Actor
	verb string
	in   any
}

func do(t testing.TB, w *kindtest.World, a *mentoring.Action, steps ...step) {
	t.Helper()
	for _, s := range steps {
		must(t, as(w, s.who).Do(s.verb, a, s.in))
	}
}

// actionWays leads an action that the host owes from proposed to each state.
var actionWays = map[kind.State][]step{
	mentoring.Proposed:        {},
	mentoring.Accepted:        {{officer, "accept", nil}},
	mentoring.Declined:        {{officer, "decline", &mentoring.DeclineInput{Reason: why}}},
	mentoring.CounterProposed: {{officer, "counter_propose", &mentoring.CounterInput{Due: "2026-11-01"}}},
	mentoring.InProgress:      {{officer, "accept", nil}, {officer, "start", nil}},
	mentoring.ReportedDone:    {{officer, "accept", nil}, {officer, "report_done", nil}},
	mentoring.VerifiedClosed:  {{officer, "accept", nil}, {officer, "report_done", nil}, {author, "verify", seen()}},
	mentoring.Reopened:        {{officer, "accept", nil}, {officer, "report_done", nil}, {author, "reopen", &mentoring.ReopenInput{Reason: why}}},
	mentoring.Cancelled:       {{author, "cancel", &mentoring.CancelInput{Reason: "superseded"}}},
}

func seen() *mentoring.VerifyInput { return &mentoring.VerifyInput{Verification: "seen_on_site"} }

// actionMoves is the life of domain.md §2.7, written out by hand: who may do
// it to an action that the host owes, and where it leads.
var actionMoves = map[string]struct {
	who kind.Actor
	in  any
	to  map[kind.State]kind.State
}{
	"accept":          {officer, nil, map[kind.State]kind.State{"proposed": "accepted"}},
	"decline":         {officer, &mentoring.DeclineInput{Reason: why}, map[kind.State]kind.State{"proposed": "declined"}},
	"counter_propose": {officer, &mentoring.CounterInput{Due: "2026-11-01"}, map[kind.State]kind.State{"proposed": "counter_proposed"}},
	"start":           {officer, nil, map[kind.State]kind.State{"accepted": "in_progress", "reopened": "in_progress"}},
	"report_done":     {officer, nil, map[kind.State]kind.State{"accepted": "reported_done", "in_progress": "reported_done", "reopened": "reported_done"}},
	"verify":          {author, seen(), map[kind.State]kind.State{"reported_done": "verified_closed"}},
	"reopen":          {author, &mentoring.ReopenInput{Reason: why}, map[kind.State]kind.State{"reported_done": "reopened"}},
	"extend": {officer, &mentoring.ExtendInput{Due: "2026-12-20", Reason: why}, map[kind.State]kind.State{"accepted": "accepted",
		"in_progress": "in_progress", "reopened": "reopened"}},
	"cancel": {author, &mentoring.CancelInput{Reason: "superseded"}, map[kind.State]kind.State{"proposed": "cancelled",
		"counter_proposed": "cancelled", "accepted": "cancelled", "in_progress": "cancelled", "reopened": "cancelled"}},
}

func TestEveryActionVerbFromEveryState(t *testing.T) {
	t.Parallel()
	for verb, move := range actionMoves {
		for from, way := range actionWays {
			t.Run(fmt.Sprintf("%s from %s", verb, from), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				a := shared(t, w, mentoring.HostSide)
				do(t, w, a, way...)
				rev := a.Rev
				err := as(w, move.who).Do(verb, a, move.in)
				to, possible := move.to[from]
				switch {
				case possible:
					must(t, err)
				case err == nil:
					t.Fatal("not refused")
				case from == mentoring.CounterProposed && (verb == "accept" || verb == "decline"):
					refused(t, err, kind.CodeForbidden, "error.action.not_your_answer") // it is the UN's turn
					to = from
				default:
					refused(t, err, kind.CodeConflict, "error.state")
					to = from
				}
				w.Load(a)
				if a.State != to || (!possible && a.Rev != rev) {
					t.Errorf("state is %s, want %s; revision %d was %d", a.State, to, a.Rev, rev)
				}
				if v, _ := w.Shared(kindtest.To("action", "a")).Get("state"); v != string(to) {
					t.Errorf("the host reads %v, want %s", v, to)
				}
			})
		}
	}
}

// TestWhoseTurnItIs: the side that owns an action accepts and reports it, the
// other one verifies it (domain.md §5.7).
func TestWhoseTurnItIs(t *testing.T) {
	t.Parallel()
	other := map[mentoring.OwnerSide]mentoring.OwnerSide{mentoring.HostSide: mentoring.UNSide, mentoring.UNSide: mentoring.HostSide}
	for _, side := range []mentoring.OwnerSide{mentoring.HostSide, mentoring.UNSide} {
		owner, check := sideOf[side], sideOf[other[side]]
		w := newWorld(t)
		a := shared(t, w, side)
		for verb, in := range map[string]any{"accept": nil, "decline": &mentoring.DeclineInput{Reason: why}, "counter_propose": &mentoring.CounterInput{Due: "2026-11-01"}} {
			refused(t, as(w, check).Do(verb, a, in), kind.CodeForbidden, "error.action.not_your_answer")
		}
		must(t, as(w, owner).Do("accept", a, nil))
		for verb, in := range map[string]any{"start": nil, "report_done": nil, "extend": &mentoring.ExtendInput{Due: "2026-12-20", Reason: why}} {
			refused(t, as(w, check).Do(verb, a, in), kind.CodeForbidden, "error.action.owner_side")
		}
		do(t, w, a, step{owner, "start", nil}, step{owner, "report_done", nil})
		second := owner
		second.Person = kindtest.ID("second")
		refused(t, as(w, second).Do("verify", a, seen()), kind.CodeForbidden, "error.action.other_side")
		refused(t, as(w, second).Do("reopen", a, &mentoring.ReopenInput{Reason: why}), kind.CodeForbidden, "error.action.other_side")
		refused(t, as(w, owner).Do("verify", a, seen()), kind.CodeConflict, "error.action.four_eyes")
		must(t, as(w, check).Do("verify", a, seen()))
		if a.ReportedSide != side || a.VerifiedBy != check.Person || a.VerifiedOn != "2026-10-07" {
			t.Errorf("%s: reported by %s, verified by %s on %s", side, a.ReportedSide, a.VerifiedBy, a.VerifiedOn)
		}
	}
}

func TestJointActions(t *testing.T) {
	t.Parallel()
	for _, reporter := range []kind.Actor{theUN, theHQ} {
		w := newWorld(t)
		a := shared(t, w, mentoring.JointSide)
		refused(t, as(w, theUN).Do("accept", a, nil), kind.CodeForbidden, "error.action.not_your_answer") // it proposed
		do(t, w, a, step{theHQ, "accept", nil}, step{reporter, "report_done", nil})
		check := theUN
		if reporter.Person == theUN.Person {
			check = theHQ
		}
		same := reporter
		same.Person = kindtest.ID("second")
		refused(t, as(w, same).Do("verify", a, seen()), kind.CodeForbidden, "error.action.other_side")
		must(t, as(w, check).Do("verify", a, seen()))
	}
}

func TestPartnerActionsAreInTheUNsHands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := shared(t, w, mentoring.PartnerSide)
	refused(t, as(w, theHQ).Do("accept", a, nil), kind.CodeForbidden, "error.action.not_your_answer")
	do(t, w, a, step{author, "accept", nil}, step{author, "report_done", nil})
	refused(t, as(w, author).Do("verify", a, seen()), kind.CodeConflict, "error.action.four_eyes")
	refused(t, as(w, theHQ).Do("verify", a, seen()), kind.CodeForbidden, "error.action.other_side")
	must(t, as(w, theUN).Do("verify", a, seen()))
}

func TestOnlyPaperLetsTheUNAcceptForTheHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := shared(t, w, mentoring.HostSide)
	as(w, author)
	for _, in := range []*mentoring.AcceptInput{{}, {AcceptedOffline: true}, {Evidence: proof}} {
		refused(t, w.Do("accept", a, in), kind.CodeForbidden, "error.action.not_your_answer")
	}
	must(t, w.Do("accept", a, &mentoring.AcceptInput{AcceptedOffline: true, Evidence: proof}))
	if !a.AcceptedOffline || a.AcceptanceEvidence.Text != proof.Text || a.AcceptedOn != "2026-10-07" {
		t.Errorf("%+v", a)
	}
	w2 := newWorld(t)
	b := shared(t, w2, mentoring.UNSide)
	refused(t, as(w2, theHQ).Do("accept", b, &mentoring.AcceptInput{AcceptedOffline: true, Evidence: proof}), kind.CodeForbidden, "error.action.not_your_answer")
	must(t, as(w2, author).Do("accept", b, &mentoring.AcceptInput{AcceptedOffline: true, Evidence: proof}))
	if b.AcceptedOffline {
		t.Error("the UN's own word needs no paper")
	}
}

func TestCounterProposals(t *testing.T) {
	t.Parallel()
	counter := &mentoring.CounterInput{Due: "2026-11-01", Text: text("fr", "Ajouter deux colonnes"), Reason: why}
	w := newWorld(t)
	a := shared(t, w, mentoring.HostSide)
	as(w, officer)
	refused(t, w.Do("counter_propose", a, &mentoring.CounterInput{Reason: why}), kind.CodeInvalid, "due: error.action.counter_empty")
	refused(t, w.Do("counter_propose", a, &mentoring.CounterInput{Due: "2026-10-06"}), kind.CodeInvalid, "due: error.action.due_past")
	must(t, w.Do("counter_propose", a, counter))
	if a.Due != "2026-10-20" || a.CounterDue != "2026-11-01" || a.CounterSide != mentoring.HostSide {
		t.Errorf("nothing is agreed yet: %+v", a)
	}
	refused(t, w.Do("accept", a, nil), kind.CodeForbidden, "error.action.not_your_answer")
	must(t, as(w, author).Do("accept", a, nil))
	if a.Due != "2026-11-01" || a.OriginalDue != "2026-11-01" || a.Text.Text != "Ajouter deux colonnes" || a.CounterSide != "" || a.AcceptedOffline {
		t.Errorf("agreed: %+v", a)
	}
	w = newWorld(t)
	a = shared(t, w, mentoring.HostSide)
	do(t, w, a, step{officer, "counter_propose", counter}, step{author, "decline", &mentoring.DeclineInput{Reason: why}})
	if a.Due != "2026-10-20" || a.State != mentoring.Declined || a.DeclinedReason.Text != why.Text {
		t.Errorf("declined: %+v", a)
	}
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		side         mentoring.OwnerSide
		owner, chief kind.Actor
	}{{mentoring.HostSide, officer, command}, {mentoring.UNSide, author, lead}} {
		w := newWorld(t)
		a := shared(t, w, c.side)
		do(t, w, a, step{c.owner, "accept", nil})
		to := func(d value.Date) *mentoring.ExtendInput {
			return &mentoring.ExtendInput{Due: d, Reason: why, BlockedBy: "budget"}
		}
		refused(t, w.Do("extend", a, to("2026-10-20")), kind.CodeInvalid, "due: error.field.order")
		refused(t, w.Do("extend", a, &mentoring.ExtendInput{Due: "2026-11-01"}), kind.CodeInvalid, "reason: error.field.required")
		do(t, w, a, step{c.owner, "extend", to("2026-11-01")}, step{c.owner, "extend", to("2026-11-10")})
		refused(t, w.Do("extend", a, to("2026-11-20")), kind.CodeForbidden, "error.action.third_extension")
		must(t, as(w, c.chief).Do("extend", a, to("2026-11-20")))
		if a.Extensions != 3 || len(a.Extended) != 3 || a.OriginalDue != "2026-10-20" || a.Due != "2026-11-20" || a.BlockedBy != "budget" {
			t.Errorf("%+v", a)
		}
		if x := a.Extended[1]; x.From != "2026-11-01" || x.To != "2026-11-10" || x.On != "2026-10-07" {
			t.Errorf("%+v", x)
		}
	}
	w := newWorld(t)
	a := shared(t, w, mentoring.HostSide)
	do(t, w, a, step{officer, "accept", nil}, step{officer, "extend", &mentoring.ExtendInput{Due: "2026-11-01", Reason: why}},
		step{officer, "extend", &mentoring.ExtendInput{Due: "2026-11-02", Reason: why}})
	refused(t, as(w, lead).Do("extend", a, &mentoring.ExtendInput{Due: "2026-11-03", Reason: why}), kind.CodeForbidden, "error.action.owner_side")
}

func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := shared(t, w, mentoring.HostSide)
	refused(t, as(w, officer).Do("cancel", a, &mentoring.CancelInput{Reason: "superseded"}), kind.CodeForbidden, "error.action.proposing_side")
	as(w, author)
	refused(t, w.Do("cancel", a, &mentoring.CancelInput{Reason: mentoring.CancelOriginVoided}), kind.CodeInvalid, "reason: error.action.only_by_void")
	refused(t, w.Do("cancel", a, &mentoring.CancelInput{Reason: mentoring.CancelOther}), kind.CodeInvalid, "note: error.field.required")
	refused(t, w.Do("cancel", a, &mentoring.CancelInput{Reason: mentoring.CancelExpired}), kind.CodeInvalid, "reason: error.action.not_expired")
	w.At = noon.Add(14 * 24 * time.Hour) // 21 October: one day after it was due
	must(t, w.Do("cancel", a, &mentoring.CancelInput{Reason: mentoring.CancelExpired}))
	if a.State != mentoring.Expired {
		t.Errorf("state is %s", a.State)
	}
	w = newWorld(t)
	a = shared(t, w, mentoring.HostSide)
	do(t, w, a, step{officer, "accept", nil})
	w.At = noon.Add(14 * 24 * time.Hour)
	refused(t, as(w, author).Do("cancel", a, &mentoring.CancelInput{Reason: mentoring.CancelExpired}), kind.CodeInvalid, "reason: error.action.not_expired")
}

// TestOverdueAtMidnight: overdue begins with the day after the due date, in the
// mission's time zone, two hours before UTC thinks so.
func TestOverdueAtMidnight(t *testing.T) {
	t.Parallel()
	for _, side := range []mentoring.OwnerSide{mentoring.HostSide, mentoring.UNSide} {
		w := newWorld(t)
		a := shared(t, w, side)
		midnight := time.Date(2026, 10, 20, 22, 0, 0, 0, time.UTC) // 21 October, 0:00 in Maputo
		w.At = midnight
		if mentoring.Overdue(a, w.Today()) {
			t.Error("nobody has agreed yet")
		}
		do(t, w, a, step{sideOf[side], "accept", nil})
		w.At = midnight.Add(-time.Millisecond)
		if mentoring.Overdue(a, w.Today()) {
			t.Errorf("%s: overdue on the day it is due", side)
		}
		w.At = midnight
		if !mentoring.Overdue(a, w.Today()) {
			t.Errorf("%s: not overdue a moment after the day", side)
		}
		do(t, w, a, step{sideOf[side], "start", nil})
		if !mentoring.Overdue(a, w.Today()) {
			t.Errorf("%s: not overdue in progress", side)
		}
		do(t, w, a, step{sideOf[side], "report_done", nil})
		if mentoring.Overdue(a, w.Today()) {
			t.Errorf("%s: reported and still overdue", side)
		}
	}
}

func TestUnanswered(t *testing.T) {
	t.Parallel()
	for _, side := range []mentoring.OwnerSide{mentoring.HostSide, mentoring.UNSide} {
		w := newWorld(t)
		a := shared(t, w, side)
		if mentoring.Unanswered(a, "2026-10-21") || !mentoring.Unanswered(a, "2026-10-22") {
			t.Errorf("%s: unanswered after more than 14 days", side)
		}
		w.At = noon.Add(24 * time.Hour)
		do(t, w, a, step{sideOf[side], "counter_propose", &mentoring.CounterInput{Due: "2026-11-01"}})
		if mentoring.Unanswered(a, "2026-10-22") || !mentoring.Unanswered(a, "2026-10-23") {
			t.Errorf("%s: a counter-proposal waits for its answer likewise", side)
		}
	}
	w := newWorld(t)
	a := shared(t, w, mentoring.HostSide)
	do(t, w, a, step{officer, "accept", nil})
	if mentoring.Unanswered(a, "2027-01-01") {
		t.Error("answered")
	}
}

func TestAskedSinceTheHostCanAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	a := deed("a", "s")
	a.Due = "2026-12-01"
	must(t, w.Create(a))
	w.At = noon.Add(20 * 24 * time.Hour)
	advance(t, w, s, mentoring.Released)
	w.Load(a)
	if a.AskedOn != "2026-10-27" {
		t.Errorf("asked on %s", a.AskedOn)
	}
}

func TestActionIsHiddenUntilItsSessionIsReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := kindtest.To("action", "a")
	s := session(t, w, "s", mentoring.Draft)
	a, dropped := deed("a", "s"), deed("dropped", "s")
	must(t, w.Create(a))
	must(t, w.Create(dropped))
	if !a.Pending || w.Shared(ref) != nil {
		t.Error("an action of a draft is not hidden")
	}
	must(t, w.Do("submit", s, nil))
	w.Load(a)
	if a.Pending || w.Shared(ref) != nil {
		t.Errorf("after submit: pending %v, shared %v", a.Pending, w.Shared(ref))
	}
	must(t, w.Do("cancel", dropped, &mentoring.CancelInput{Reason: "superseded"}))
	must(t, as(w, lead).Do("approve", s, nil))
	must(t, w.Do("release", s, nil))
	if w.Shared(ref) == nil || w.Shared(kindtest.To("action", "dropped")) != nil {
		t.Error("the release shows what stands and nothing else")
	}
	late := deed("late", "s")
	must(t, as(w, author).Create(late))
	if w.Shared(kindtest.To("action", "late")) == nil || !late.ReleasedAt.Equal(noon) {
		t.Error("an action of a released session goes out at once")
	}
	worse := deed("worse", "s")
	worse.Text.Text = "Appeler le 84 123 4567"
	refused(t, w.Create(worse), kind.CodeInvalid, "text: error.action.scan")
	late.Text.Text = "Appeler le 84 123 4567"
	refused(t, w.Replace(late), kind.CodeInvalid, "text: error.action.scan")
	w.Load(late)
	late.Text.Text, late.Due = "Ajouter une ligne", "2026-10-30"
	must(t, w.Replace(late))
	if v, _ := w.Shared(kindtest.To("action", "late")).Get("due"); v != "2026-10-30" || late.OriginalDue != "2026-10-30" {
		t.Errorf("the host reads %v", v)
	}
}

func TestTheHostKnowsTheUNsOwnerByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := shared(t, w, mentoring.UNSide)
	doc := w.Shared(kindtest.To("action", "a"))
	for _, hidden := range []string{"un_owner", "pending", "carried_to", "reported_by", "verified_by"} {
		if v, ok := doc.Get(hidden); ok {
			t.Errorf("%s is shared: %v", hidden, v)
		}
	}
	if a.UNOwnerText != (mentoring.NamedAdviser{Name: "Elin", Function: "mentor"}) {
		t.Errorf("owner is %+v", a.UNOwnerText)
	}
	if d := w.Kinds.Get("action"); len(d.Owners(a)) != 2 { // Elin, and the counterpart of the session
		t.Errorf("the action is the own of %v", d.Owners(a))
	}
}

func TestRulesOfAnAction(t *testing.T) {
	t.Parallel()
	other := func(a *mentoring.Action, s mentoring.OwnerSide) { a.OwnerSide = s }
	for name, c := range map[string]struct {
		change func(a *mentoring.Action)
		fault  string
	}{
		"host without owner":  {func(a *mentoring.Action) { a.Owner = value.Ref{} }, "owner: error.action.host_owner"},
		"host owner for UN":   {func(a *mentoring.Action) { other(a, mentoring.UNSide); a.UNOwner = kindtest.To("person", "elin") }, "owner: error.action.not_the_owner"},
		"UN without owner":    {func(a *mentoring.Action) { other(a, mentoring.UNSide); a.Owner = value.Ref{} }, "un_owner: error.action.un_owner"},
		"UN owner for host":   {func(a *mentoring.Action) { a.UNOwner = kindtest.To("person", "elin") }, "un_owner: error.action.not_the_owner"},
		"joint without UN":    {func(a *mentoring.Action) { other(a, mentoring.JointSide) }, "un_owner: error.action.un_owner"},
		"nameless partner":    {func(a *mentoring.Action) { other(a, mentoring.PartnerSide); a.Owner = value.Ref{} }, "partner: error.field.required"},
		"partner of the host": {func(a *mentoring.Action) { a.Partner = "UNICEF" }, "partner: error.action.not_the_owner"},
		"due before session":  {func(a *mentoring.Action) { a.Due = "2026-10-05" }, "due: error.action.before_origin"},
		"another unit":        {func(a *mentoring.Action) { a.Unit = kindtest.To("unit", "amsan") }, "unit: error.action.unit_of_origin"},
		"no text":             {func(a *mentoring.Action) { a.Text = value.Text{} }, "text: error.field.required"},
		"no priority":         {func(a *mentoring.Action) { a.Priority = "" }, "priority: error.field.required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			session(t, w, "s", mentoring.Draft)
			a := deed("a", "s")
			c.change(a)
			refused(t, w.Create(a), kind.CodeInvalid, c.fault)
			if w.Count("action") != 0 {
				t.Error("a refused action was written")
			}
		})
	}
	w := newWorld(t)
	session(t, w, "s", mentoring.Draft)
	same := deed("same", "s")
	same.Due = "2026-10-06" // the day of the session
	must(t, w.Create(same))
}

func TestThreeActionsASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session(t, w, "s", mentoring.Draft)
	session(t, w, "s2", mentoring.Draft)
	for _, name := range []string{"a", "b", "c"} {
		must(t, w.Create(deed(name, "s")))
	}
	refused(t, w.Create(deed("d", "s")), kind.CodeInvalid, "origin: error.action.too_many")
	must(t, w.Create(deed("d", "s2")))
	a := &mentoring.Action{Head: head("a")}
	w.Load(a)
	must(t, w.Replace(a)) // changing the third is no fourth
	must(t, w.Do("cancel", a, &mentoring.CancelInput{Reason: "superseded"}))
	must(t, w.Create(deed("e", "s")))
}

func TestActionsOfSessionsThatCannotTakeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	refused(t, as(w, lead).Create(deed("a", "s")), kind.CodeInvalid, "origin: error.field.reference") // another's draft
	must(t, as(w, author).Do("void", s, &mentoring.VoidInput{Reason: "Twice"}))
	refused(t, w.Create(deed("a", "s")), kind.CodeInvalid, "origin: error.field.reference")
	session(t, w, "done", mentoring.Closed)
	refused(t, as(w, author).Create(deed("a", "done")), kind.CodeInvalid, "origin: error.action.origin_closed")
	session(t, w, "s2", mentoring.Draft)
	session(t, w, "s3", mentoring.Submitted)
	a := deed("a", "s2")
	must(t, as(w, author).Create(a))
	a.Origin = kindtest.To("session", "s3")
	refused(t, w.Replace(a), kind.CodeInvalid, "origin: error.field.fixed")
}

func TestCodesTellNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session(t, w, "s", mentoring.Draft)
	form := regexp.MustCompile(`^A(-[0-9A-F]{4}){3}$`)
	seen := map[value.Code]bool{}
	for _, name := range []string{"a", "b"} {
		a := deed(name, "s")
		must(t, w.Create(a))
		if !form.MatchString(string(a.Code)) || seen[a.Code] || !a.Code.Valid() {
			t.Errorf("code %q", a.Code)
		}
		seen[a.Code] = true
	}
}
