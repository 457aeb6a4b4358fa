package account

import (
	"slices"
	"time"

	"colocate/app/authz"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// on reports whether g is in force on day: the end date is the last day of
// duty (domain.md §5.7 "wrong moment, right person").
func (g *grant) on(day value.Date) bool {
	return g.From <= day && (g.To == "" || day <= g.To)
}

// meets reports whether g and o share a day.
func (g *grant) meets(o *grant) bool {
	return g.lasts() && o.lasts() && (g.To == "" || o.From <= g.To) && (o.To == "" || g.From <= o.To)
}

// lasts is false for a grant that was ended before it began.
func (g *grant) lasts() bool { return g.To == "" || g.From <= g.To }

// at reports whether g holds where somebody acts in mission: grants of the
// service hold in every mission.
func (g *grant) at(mission string) bool { return g.Mission == "" || g.Mission == mission }

// alone are roles whose holder may hold no other, anywhere: who audits has no
// part in what is audited, who administers sees no content (domain.md §5.5,
// §5.7 "AUD").
var alone = []string{string(kind.Auditor), string(kind.Administrator)}

// clash returns the rule that add breaks beside what the account holds.
func clash(held []*grant, add *grant) error {
	together := 0
	for _, h := range held {
		if !h.meets(add) {
			continue
		}
		if h.Role != add.Role && (slices.Contains(alone, h.Role) || slices.Contains(alone, add.Role)) {
			return kind.E(kind.CodeConflict, "error.grant.exclusive", nil)
		}
		if h.Mission == add.Mission && h.Role == add.Role {
			return kind.E(kind.CodeConflict, "error.grant.held", nil)
		}
		if h.Mission == add.Mission && opposite(h, add) {
			return kind.E(kind.CodeConflict, "error.grant.sides", nil)
		}
		if h.at(add.Mission) || add.Mission == "" {
			together++
		}
	}
	if together >= authz.MaxGrants {
		return kind.E(kind.CodeConflict, "error.grant.too_many", nil)
	}
	return nil
}

// opposite: nobody acts for the UN and for the host in one mission, who would
// then read on one side what the other may not (domain.md §5.3).
func opposite(g, o *grant) bool {
	a, b := kind.SideOf(kind.Role(g.Role)), kind.SideOf(kind.Role(o.Role))
	return a == kind.UN && b == kind.Host || a == kind.Host && b == kind.UN
}

// needs says what a role's grant must be bound to, as "units" or "remit"; a
// host role without is bound to nothing and reaches nothing (domain.md §5.1).
func needs(r kind.Role) string {
	switch r {
	case kind.Counterpart, kind.Commander:
		return "units"
	case kind.Ministry, kind.Oversight:
		return "remit"
	}
	return ""
}

// inForce are the grants that hold in mission on day, as an actor bears them.
func inForce(all []*grant, mission string, day value.Date) []kind.Grant {
	var out []kind.Grant
	for _, g := range all {
		if g.at(mission) && g.on(day) && len(out) < authz.MaxGrants {
			out = append(out, kind.Grant{Role: kind.Role(g.Role), Units: g.Units, Remit: g.Remit})
		}
	}
	return out
}

// today is the day in the mission's time zone, in UTC for the service itself;
// none if there is no such mission. until is when that day ends.
func (s *Service) today(mission string, now time.Time) (day value.Date, until time.Time, ok bool) {
	zone := time.UTC
	if mission != "" {
		if zone = s.cfg.Zone(mission); zone == nil {
			return "", time.Time{}, false
		}
	}
	local := now.In(zone)
	y, m, d := local.Date()
	return value.DateOf(local), time.Date(y, m, d+1, 0, 0, 0, 0, zone), true
}

// missions are those in which one of all is in force at now, each once, in the
// order of the grants. Grants of the service name none.
func (s *Service) missions(all []*grant, now time.Time) []string {
	var out []string
	for _, g := range all {
		day, _, ok := s.today(g.Mission, now)
		if ok && g.Mission != "" && g.on(day) && !slices.Contains(out, g.Mission) {
			out = append(out, g.Mission)
		}
	}
	return out
}
