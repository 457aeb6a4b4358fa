package mentoring

import (
	"fmt"
	"time"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// lateAfter is how long after its start a session is still entered in time
// (domain.md §2.6, entered_late).
const lateAfter = 48 * time.Hour

// OnTimeUntil is the last moment at which a session is entered in time that began
// at start.
func OnTimeUntil(start time.Time) time.Time { return start.Add(lateAfter) }

// createSession gives a new session its number and its time of entry.
func createSession(w kind.World, s *Session) error {
	m, err := mission.Own(w)
	if err != nil {
		return err
	}
	year := string(w.Today())[:4]
	n, err := w.Number("session/" + year)
	if err != nil {
		return err
	}
	s.RefNo = fmt.Sprintf("%s-%s-%06d", m.Code, year, n)
	s.EnteredAt = w.Now()
	return fitSession(w, s)
}

// fitSession holds a session to its mission and to its advisers' tours (V3).
func fitSession(w kind.World, s *Session) error {
	s.EnteredLate = !s.Start.IsZero() && s.EnteredAt.After(OnTimeUntil(s.Start))
	m, err := mission.Own(w)
	if err != nil || s.Start.IsZero() {
		return err
	}
	loc, err := m.Location()
	if err != nil {
		return err
	}
	var c kind.Check
	day := value.DateOf(s.Start.In(loc))
	c.Must(day >= m.OperationalFrom, "start", "error.session.before_mission")
	c.Must(s.NextOn == "" || s.NextOn >= day, "next_session_on", "error.field.order")
	for i, ref := range s.Advisers {
		var p mission.Person
		ok, err := mission.Known(w, ref, &p, "person")
		if err != nil {
			return err
		}
		c.Must(!ok || p.Serves().Contains(day), fmt.Sprintf("advisers/%d", i), "error.session.outside_tour")
	}
	return c.Err()
}

// dayOf is the day of s in its mission.
func dayOf(w kind.World, s *Session) (value.Date, error) {
	m, err := mission.Own(w)
	if err != nil {
		return "", err
	}
	loc, err := m.Location()
	if err != nil {
		return "", err
	}
	return value.DateOf(s.Start.In(loc)), nil
}
