package mentoring

import (
	"time"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// answerDays is how many working days the host has to acknowledge a session, or
// to contest it, from its release on (domain.md §2.6, §5.7).
const answerDays = 15

// WorkingDays counts the days from Monday to Friday after from, up to and with
// to; 0 if to is not after from. Both must be valid. Public holidays count as
// working days.
func WorkingDays(from, to value.Date) int {
	n := 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if wd := d.Time().Weekday(); wd != time.Saturday && wd != time.Sunday {
			n++
		}
	}
	return n
}

// AckOverdue reports whether a released session was left unanswered too long.
// It is computed, never stored, and nothing is acknowledged by itself. released
// and today are days in the mission's time zone.
func AckOverdue(s *Session, released, today value.Date) bool {
	return s.State == Released && s.RefusedOn == "" && WorkingDays(released, today) > answerDays
}

// acknowledge records that the host has read a session. It takes back an
// earlier refusal, and says nothing about agreement.
func acknowledge(w kind.World, s *Session) error {
	if err := hostOnly(w); err != nil {
		return err
	}
	s.AcknowledgedOn, s.AcknowledgedBy = w.Today(), w.Actor().Person
	s.RefusedOn, s.RefusedReason = "", value.Text{}
	return w.Release(s)
}

func hostOnly(w kind.World) error {
	if w.Actor().Side() != kind.Host {
		return kind.E(kind.CodeForbidden, "error.session.host_only", nil)
	}
	return nil
}

// RefuseInput may say why.
type RefuseInput struct {
	Reason value.Text `f:"reason,max=1000"`
}

// refuse records that the host will not acknowledge a session. It stays
// released and carries the mark.
func refuse(w kind.World, s *Session, in *RefuseInput) error {
	if err := hostOnly(w); err != nil {
		return err
	}
	s.RefusedOn, s.RefusedReason = w.Today(), in.Reason
	return w.Release(s)
}

// ContestField is the part of a session that is contested.
type ContestField string

// Values lists the parts.
func (ContestField) Values() []string {
	return []string{"summary", "observations", "advice_given", "participants", "outcome", "time", "place", "host_position", "other"}
}

// Grounds is why something is contested.
type Grounds string

// Values lists the grounds.
func (Grounds) Values() []string {
	return []string{"factual_error", "incomplete", "unfair", "not_discussed", "mistranslated", "personal_data", "other"}
}

// ContestOutcome is how a contest ended: the record is upheld, it is amended,
// or the host took the contest back.
type ContestOutcome string

// The outcomes of a contest.
const (
	Upheld    ContestOutcome = "upheld"
	Amended   ContestOutcome = "amended"
	Withdrawn ContestOutcome = "withdrawn"
)

// Values lists the outcomes.
func (ContestOutcome) Values() []string {
	return []string{string(Upheld), string(Amended), string(Withdrawn)}
}

// DecidingOffice signs a decision in place of the person who took it (domain.md §5.7).
type DecidingOffice string

// Values lists the offices that decide.
func (DecidingOffice) Values() []string { return []string{"team_leader", "leader"} }

// Contest is a host objection to a released session, and what came of it.
type Contest struct {
	Field     ContestField   `f:"field,required"`
	Grounds   Grounds        `f:"grounds,required"`
	Statement value.Text     `f:"statement,required,max=2000"`
	FiledOn   value.Date     `f:"filed_on,required"`
	Outcome   ContestOutcome `f:"outcome"`
	Reasons   value.Text     `f:"reasons,max=2000"`
	DecidedOn value.Date     `f:"decided_on"`
	Office    DecidingOffice `f:"office"`
}

// ContestInput is an objection.
type ContestInput struct {
	Field     ContestField `f:"field,required"`
	Grounds   Grounds      `f:"grounds,required"`
	Statement value.Text   `f:"statement,required,max=2000"`
}

// contest files an objection within 15 working days of the release, whether the
// session was acknowledged or not. A counterpart contests what names him, a
// commander what concerns his units.
func contest(w kind.World, s *Session, in *ContestInput) error {
	if err := hostOnly(w); err != nil {
		return err
	}
	a := w.Actor()
	if !a.Has(kind.Commander) && !names(s.Counterparts, a.Person) {
		return kind.E(kind.CodeForbidden, "error.session.contest_not_named", nil)
	}
	m, err := mission.Own(w)
	if err != nil {
		return err
	}
	loc, err := m.Location()
	if err != nil {
		return err
	}
	if WorkingDays(value.DateOf(s.ReleasedAt.In(loc)), w.Today()) > answerDays {
		return kind.E(kind.CodeConflict, "error.session.contest_late", nil)
	}
	s.Contests = append(s.Contests[:len(s.Contests):len(s.Contests)], Contest{Field: in.Field, Grounds: in.Grounds,
		Statement: in.Statement, FiledOn: w.Today()})
	s.ContestedBy = a.Person
	return w.Release(s)
}

// DecideInput decides the open contest. An amendment brings the new content of
// what it amends; the old stays in the history.
type DecideInput struct {
	Outcome      ContestOutcome `f:"outcome,required"`
	Reasons      value.Text     `f:"reasons,required,max=2000"`
	Summary      value.Text     `f:"summary,max=2000"`
	Advice       value.Text     `f:"advice_given,max=1500"`
	Observations []Observation  `f:"observations,max=10"`
	Participants []Participants `f:"participants,max=12"`
	HostPosition HostPosition   `f:"host_position"`
	Place        value.Text     `f:"place,max=120"`
	ScanResolved bool           `f:"scan_resolved"`
}

// decide answers a contest with reasons that the host reads, signed by the
// office. Nobody decides who wrote, approved or released the session. What was
// amended waits for a new acknowledgement; otherwise an earlier one still holds.
func decide(w kind.World, s *Session, in *DecideInput) error {
	if err := in.amend(s); err != nil {
		return err
	}
	if in.Outcome == Amended {
		checks, err := presentable(w, s, nil)
		if err != nil {
			return err
		}
		if err := kind.Unmet(checks, resolved(in.ScanResolved)); err != nil {
			return err
		}
		s.AcknowledgedOn, s.AcknowledgedBy = "", ""
	}
	if s.AcknowledgedOn != "" {
		s.State = Acknowledged
	}
	in.answer(w, s)
	return share(w, s)
}

// amend puts the new content into s. Only an amendment brings any.
func (in *DecideInput) amend(s *Session) error {
	changed := 0
	set := func(given bool, do func()) {
		if given {
			changed++
			do()
		}
	}
	set(in.Summary.Text != "", func() { s.Summary = in.Summary })
	set(in.Advice.Text != "", func() { s.Advice = in.Advice })
	set(len(in.Observations) > 0, func() { s.Observations = in.Observations })
	set(len(in.Participants) > 0, func() { s.Participants = in.Participants })
	set(in.HostPosition != "", func() { s.HostPosition = in.HostPosition })
	set(in.Place.Text != "", func() { s.Place = in.Place })
	var c kind.Check
	c.Must((in.Outcome == Amended) == (changed > 0), "outcome", "error.session.amendment")
	return c.Err()
}

// answer closes the open contest, which is the last one.
func (in *DecideInput) answer(w kind.World, s *Session) {
	s.Contests = append([]Contest(nil), s.Contests...) // the stored list stays as it is
	last := &s.Contests[len(s.Contests)-1]
	last.Outcome, last.Reasons = in.Outcome, in.Reasons
	last.DecidedOn, s.DecidedBy = w.Today(), w.Actor().Person
	last.Office = "team_leader"
	if w.Actor().Has(kind.Leader) {
		last.Office = "leader"
	}
}
