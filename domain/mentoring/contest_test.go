package mentoring_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// contested files a contest of a session and returns both.
func contested(t testing.TB, w *kindtest.World, from kind.State, who kind.Actor) (*mentoring.Session, *mentoring.Contest) {
	t.Helper()
	s := session(t, w, "s", from)
	c := objection("c", s)
	must(t, as(w, who).Create(c))
	w.Load(s)
	return s, c
}

func upheld() *mentoring.DecideInput {
	return &mentoring.DecideInput{Outcome: mentoring.Upheld, Reasons: text("fr", "Le registre a été relu.")}
}

func sharedState(w *kindtest.World, ref value.Ref) any {
	v, _ := w.Shared(ref).Get("state")
	return v
}

func TestContestIsForTheHostAndInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Acknowledged) // does not spend the right to contest
	refused(t, as(w, lead).Create(objection("c", s)), kind.CodeForbidden, "error.session.host_only")
	refused(t, as(w, stranger).Create(objection("c", s)), kind.CodeForbidden, "error.session.contest_not_named")
	w.At = noon.Add(22 * 24 * time.Hour)
	refused(t, as(w, officer).Create(objection("c", s)), kind.CodeConflict, "error.session.contest_late")
	if w.Count("contest") != 0 {
		t.Error("a refused contest was written")
	}
	w.At = noon.Add(21*24*time.Hour + 11*time.Hour + 59*time.Minute) // 15th working day, before midnight
	c := objection("c", s)
	must(t, as(w, command).Create(c))
	w.Load(s)
	if c.FiledOn != "2026-10-28" || c.Due != "2026-11-11" || c.State != mentoring.ContestOpen || s.State != mentoring.Contested || c.Unit != s.Unit {
		t.Errorf("%+v of a session that is %s", c, s.State)
	}
	if sharedState(w, kindtest.To("session", "s")) != "contested" || sharedState(w, kindtest.To("contest", "c")) != "open" {
		t.Error("the host does not read the contest")
	}
	for today, late := range map[value.Date]bool{"2026-11-11": false, "2026-11-12": true} {
		if mentoring.ContestOverdue(c, today) != late {
			t.Errorf("overdue on %s: %v", today, !late)
		}
	}
}

func TestNothingIsContestedThatTheHostDoesNotRead(t *testing.T) {
	t.Parallel()
	for state, key := range map[kind.State]string{mentoring.Approved: "error.session_comment.not_released", mentoring.Closed: "error.session_comment.closed"} {
		w := newWorld(t)
		s := session(t, w, "s", state)
		refused(t, as(w, officer).Create(objection("c", s)), kind.CodeConflict, key)
	}
}

func TestDecideUpheld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, c := contested(t, w, mentoring.Acknowledged, officer)
	in := upheld()
	in.Summary = text("fr", "Autre")
	refused(t, as(w, leader).Do("decide", c, in), kind.CodeInvalid, "outcome: error.session.amendment")
	must(t, w.Do("decide", c, upheld()))
	w.Load(s)
	if s.State != mentoring.Acknowledged || c.State != mentoring.ContestUpheld {
		t.Errorf("an upheld record keeps its acknowledgement, got %s, contest %s", s.State, c.State)
	}
	if d := c.Decisions[0]; len(c.Decisions) != 1 || d.Outcome != mentoring.Upheld || d.Office != "leader" || d.On != "2026-10-07" || c.DecidedBy != leader.Person {
		t.Errorf("%+v", c)
	}
	raw, _ := json.Marshal(w.Shared(kindtest.To("contest", "c")))
	for _, hidden := range []kind.Actor{leader, lead, author} {
		if strings.Contains(string(raw), hidden.Person) {
			t.Errorf("the host reads who: %s", raw)
		}
	}
	if !strings.Contains(string(raw), "a été relu") || !strings.Contains(string(raw), "Ruth Maseko") {
		t.Errorf("the host reads %s", raw)
	}
}

func TestDecideAmended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, c := contested(t, w, mentoring.Acknowledged, officer)
	number, at := s.ReleaseNo, s.ReleasedAt
	in := &mentoring.DecideInput{Outcome: mentoring.Amended, Reasons: text("fr", "Erreur de compte.")}
	refused(t, as(w, lead2).Do("decide", c, in), kind.CodeInvalid, "outcome: error.session.amendment")
	in.Observations = []mentoring.Observation{{Kind: "gap", Basis: "document", Text: text("ru", "Пусто")}}
	refused(t, w.Do("decide", c, in), kind.CodeConflict, "error.session.language")
	in.Observations[0].Text = text("fr", "Rappeler au 84 123 4567.")
	refused(t, w.Do("decide", c, in), kind.CodeConflict, "error.session.scan")
	w.Load(s)
	if s.State != mentoring.Contested || len(c.Decisions) > 0 {
		t.Error("a refused decision was written")
	}
	in.Observations[0].Text = text("fr", "Heure absente dans 2 des 20 fiches.")
	must(t, w.Do("decide", c, in))
	w.Load(s)
	if s.State != mentoring.Released || s.AcknowledgedOn != "" || s.ReleaseNo != number || !s.ReleasedAt.Equal(at) || c.State != mentoring.ContestAmended {
		t.Errorf("state %s, acknowledged %q, number %s, contest %s", s.State, s.AcknowledgedOn, s.ReleaseNo, c.State)
	}
	raw, _ := json.Marshal(w.Shared(kindtest.To("session", "s")))
	if !strings.Contains(string(raw), "2 des 20") || strings.Contains(string(raw), "7 des 20") {
		t.Errorf("the copy is not amended: %s", raw)
	}
	must(t, as(w, officer).Do("acknowledge", s, nil))
}

// TestWhoHadAHandDoesNotDecide: not who recorded, held, approved or released
// the session, and not twice the same (domain.md §5.5).
func TestWhoHadAHandDoesNotDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.Advisers = append(s.Advisers, kindtest.To("person", "bruno"))
	must(t, w.Create(s))
	must(t, w.Do("submit", s, nil))
	must(t, as(w, lead).Do("approve", s, nil))
	must(t, as(w, lead2).Do("release", s, nil))
	c := objection("c", s)
	must(t, as(w, officer).Create(c))
	for _, who := range []kind.Actor{author, coAuthor, lead, lead2} {
		who.Grants = []kind.Grant{{Role: kind.Leader}}
		refused(t, as(w, who).Do("decide", c, upheld()), kind.CodeConflict, "error.four_eyes")
	}
	lead3 := un("third", kind.TeamLeader)
	must(t, as(w, lead3).Do("decide", c, upheld()))
	must(t, as(w, officer).Do("escalate", c, &mentoring.EscalateInput{Reason: text("fr", "Rien sur les deux fiches.")}))
	lead3.Grants = []kind.Grant{{Role: kind.Leader}}
	refused(t, as(w, lead3).Do("decide", c, upheld()), kind.CodeConflict, "error.four_eyes")
}

func TestEscalateOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, c := contested(t, w, mentoring.Released, officer)
	reason := &mentoring.EscalateInput{Reason: text("fr", "Rien sur les deux fiches.")}
	refused(t, as(w, officer).Do("escalate", c, reason), kind.CodeConflict, "error.state")
	must(t, as(w, lead2).Do("decide", c, upheld()))
	refused(t, as(w, stranger).Do("escalate", c, reason), kind.CodeForbidden, "error.contest.not_yours")
	refused(t, as(w, lead2).Do("escalate", c, reason), kind.CodeForbidden, "error.session.host_only")
	w.At = noon.Add(48 * time.Hour)
	must(t, as(w, officer).Do("escalate", c, reason))
	w.Load(s)
	if s.State != mentoring.Contested || c.EscalatedOn != "2026-10-09" || c.Due != "2026-10-23" {
		t.Errorf("%s, escalated on %s, due %s", s.State, c.EscalatedOn, c.Due)
	}
	third := un("third", kind.TeamLeader)
	refused(t, as(w, third).Do("decide", c, upheld()), kind.CodeForbidden, "error.contest.leader_only")
	must(t, as(w, leader).Do("decide", c, upheld()))
	w.Load(s)
	if c.State != mentoring.ContestFinal || len(c.Decisions) != 2 || s.State != mentoring.Released {
		t.Errorf("%s with %d decisions, session %s", c.State, len(c.Decisions), s.State)
	}
	refused(t, as(w, officer).Do("escalate", c, reason), kind.CodeConflict, "error.state")
}

// TestEscalateAfterTheSessionWasClosed: a closed session is no more discussed.
func TestEscalateAfterTheSessionWasClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, c := contested(t, w, mentoring.Acknowledged, officer)
	must(t, as(w, leader).Do("decide", c, upheld()))
	w.Load(s)
	must(t, as(w, lead).Do("close", s, nil))
	reason := &mentoring.EscalateInput{Reason: text("fr", "Encore.")}
	refused(t, as(w, officer).Do("escalate", c, reason), kind.CodeConflict, "error.session_comment.closed")
}

// TestTwoContestsOfOneSession: it stays contested until the last is answered.
func TestTwoContestsOfOneSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, first := contested(t, w, mentoring.Released, officer)
	second := objection("c2", s)
	must(t, as(w, command).Create(second))
	must(t, as(w, leader).Do("decide", first, upheld()))
	w.Load(s)
	if s.State != mentoring.Contested {
		t.Errorf("%s although one contest is open", s.State)
	}
	refused(t, as(w, officer).Do("withdraw", second, nil), kind.CodeForbidden, "error.contest.not_yours")
	must(t, as(w, command).Do("withdraw", second, nil))
	w.Load(s)
	if s.State != mentoring.Released || second.WithdrawnOn != "2026-10-07" || sharedState(w, kindtest.To("session", "s")) != "released" {
		t.Errorf("session %s, withdrawn on %s", s.State, second.WithdrawnOn)
	}
}

func TestVoidTakesWhatWasSaidWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, c := contested(t, w, mentoring.Released, officer)
	k := remark("k", s)
	must(t, w.Create(k))
	must(t, as(w, lead).Do("void", s, &mentoring.VoidInput{Reason: "Wrong unit"}))
	for _, ref := range []value.Ref{kindtest.To("session", "s"), kindtest.To("contest", "c"), kindtest.To("session_comment", "k")} {
		if w.Shared(ref) != nil {
			t.Errorf("%v is still shared", ref)
		}
	}
	w.Load(c)
	if c.State != mentoring.ContestWithdrawn {
		t.Errorf("a contest of a voided session is %s", c.State)
	}
	refused(t, as(w, lead).Create(remark("k2", s)), kind.CodeConflict, "error.session_comment.not_released")
}
