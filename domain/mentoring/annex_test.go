package mentoring_test

import (
	"testing"

	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mentoring"
)

func annex(name, session string) *mentoring.Annex {
	return &mentoring.Annex{Head: head(name), Session: kindtest.To("session", session), Assessment: text("en", "Willing but unsure.")}
}

func TestAnnexHidesWithItsDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	n := annex("n", "s")
	must(t, w.Create(n))
	if !n.Pending || n.Unit != s.Unit {
		t.Errorf("pending %v, unit %v", n.Pending, n.Unit)
	}
	must(t, w.Do("submit", s, nil))
	w.Load(n)
	if n.Pending {
		t.Error("still hidden after submit")
	}
	late := annex("late", "s2")
	session(t, w, "s2", mentoring.Submitted)
	must(t, as(w, author).Create(late))
	if late.Pending {
		t.Error("hidden although its session is not")
	}
}

func TestAnnexFollowsItsSessionToAnotherUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	n, a := annex("n", "s"), deed("a", "s")
	must(t, w.Create(n))
	must(t, w.Create(a))
	s.Unit = kindtest.To("unit", "amsan")
	must(t, w.Replace(s))
	must(t, w.Do("submit", s, nil))
	w.Load(n)
	w.Load(a)
	if n.Unit != s.Unit || a.Unit != s.Unit {
		t.Errorf("annex at %v, action at %v", n.Unit, a.Unit)
	}
}

func TestAnnexIsForASessionOfOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.Advisers = append(s.Advisers, kindtest.To("person", "bruno"))
	must(t, w.Create(s))
	must(t, as(w, coAuthor).Create(annex("co", "s"))) // named on it
	refused(t, as(w, lead).Create(annex("n", "s")), kind.CodeInvalid, "session: error.field.reference")
	if w.Count("session_annex") != 1 {
		t.Error("a refused annex was written")
	}
	must(t, as(w, author).Do("void", s, &mentoring.VoidInput{Reason: "Twice"}))
	refused(t, w.Create(annex("m", "s")), kind.CodeInvalid, "session: error.field.reference")
}

func TestAnnexStaysAtItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session(t, w, "s", mentoring.Draft)
	session(t, w, "s2", mentoring.Draft)
	n := annex("n", "s")
	must(t, w.Create(n))
	n.Lessons = text("en", "Bring the form.")
	must(t, w.Replace(n))
	n.Session = kindtest.To("session", "s2")
	refused(t, w.Replace(n), kind.CodeInvalid, "session: error.field.fixed")
	n = annex("m", "s2")
	n.Obstacles = []string{"no_fuel", "no_fuel"}
	refused(t, w.Create(n), kind.CodeInvalid, "obstacles/1: error.field.duplicate")
	n.Obstacles, n.Climate = nil, 6
	refused(t, w.Create(n), kind.CodeInvalid, "relationship_climate: error.field.range")
}

func TestNothingOfAnAnnexIsShared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.Kinds.Get("session_annex")
	if d.Releasable {
		t.Error("an annex has no released copy")
	}
	for _, f := range d.Fields {
		if f.Class < kind.CON {
			t.Errorf("%s is below CON", f.Name)
		}
	}
}
