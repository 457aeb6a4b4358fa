package mentoring

import (
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// answerDays is how many working days the host has to acknowledge a session, or
// to contest it, from its release on (domain.md §2.6, §5.7).
const answerDays = 15

// workingDays counts the days from Monday to Friday after from, up to and with
// to; 0 if to is not after from. Both must be valid. Public holidays count as
// working days.
func workingDays(from, to value.Date) int {
	n := 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if working(d) {
			n++
		}
	}
	return n
}

// addWorkingDays is the day on which n working days after from have passed.
func addWorkingDays(from value.Date, n int) value.Date {
	for n > 0 {
		from = from.AddDays(1)
		if working(from) {
			n--
		}
	}
	return from
}

// workingDaysBefore is the last day with n working days after it, up to and
// with to.
func workingDaysBefore(to value.Date, n int) value.Date {
	for n > 0 {
		if working(to) {
			n--
		}
		to = to.AddDays(-1)
	}
	return to
}

func working(d value.Date) bool {
	wd := d.Time().Weekday()
	return wd != time.Saturday && wd != time.Sunday
}

// AckOverdue reports whether a released session was left unanswered too long.
// It is computed, never stored, and nothing is acknowledged by itself. released
// and today are days in the mission's time zone.
func AckOverdue(s *Session, released, today value.Date) bool {
	return s.State == Released && s.RefusedOn == "" && workingDays(released, today) > answerDays
}

// ackOverdue asks the same of the store, for lists.
func ackOverdue(now kind.Now) []kind.Cond {
	last := workingDaysBefore(now.Today, answerDays+1)
	return []kind.Cond{kind.Is("state", string(Released)), kind.Without("refused_on"),
		{Field: "released_at", Op: kind.Lt, Value: now.StartOf(last.AddDays(1))}}
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
