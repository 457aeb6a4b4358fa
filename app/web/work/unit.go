package work

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// unitView is a unit of the host police on its page. What the reader may not
// know of it is empty, and its part is not there.
type unitView struct {
	rec   ui.Rec
	names ui.Names
	balance
	strength   *strength
	officers   listed
	postings   listed
	sessions   listed
	edit       bool
	record     bool
	last       visit
	facilities []facility
}

// How many rows a unit's page shows of each list.
const (
	someOfficers = 10
	someSessions = 8
)

// unitPage shows a unit: what it is, its people in numbers, who works with it,
// the latest sessions and what both sides owe there.
func unitPage(d *desk, c *fiber.Ctx, r ui.Rec) error {
	v := unitView{rec: r, facilities: facilities(r)}
	may, err := d.s.Records.May(d.ctx, d.p.Actor, r.Kind, r.ID)
	if err != nil {
		return err
	}
	v.edit = may.Replace
	v.balance = d.balance(few, "owed", "unit", r.ID)
	v.officers = d.list("counterpart", someOfficers, "", "unit", r.ID).only(func(o ui.Rec) bool { return o.Ref() != r.To("commander") })
	v.postings = d.list("posting", someOfficers, "", "unit", r.ID)
	v.sessions = d.list("session", someSessions, "", "unit", r.ID)
	v.strength = d.strength(r)
	if d.p.Mark = sideMark(d.p); !d.p.Host() {
		v.last = lastOf(d.p, v.sessions.recs)
	}
	v.record = d.records(r)
	d.name([]ui.Rec{r}, "parent", "service", "commander")
	d.name(v.postings.recs, "person")
	if err := d.call(); err != nil {
		return err
	}
	v.names = d.names
	if c.Query("print") != "" {
		return ui.Render(c, fiber.StatusOK, d.p, unitSheet(d.p, v))
	}
	return ui.Render(c, fiber.StatusOK, d.p, unitShown(d.p, v))
}

// sideMark is the mark of confidentiality on what is printed of a page for one
// side: the host's own copies are shared, what the UN works with is internal.
func sideMark(p ui.Page) string {
	if p.Host() {
		return "shr"
	}
	return "mis"
}

// records reports whether the reader may record a session at a unit: an adviser
// where he is posted, who leads at the units of his team and all below.
func (d *desk) records(unit ui.Rec) bool {
	if !d.p.Can("session", "create") {
		return false
	}
	if !d.p.Actor.Has(kind.TeamLeader) {
		return slices.Contains(d.ownUnits(), unit.ID)
	}
	bound := grantUnits(d.p.Actor)
	for range maxAbove {
		if len(bound) == 0 || slices.Contains(bound, unit.ID) {
			return true
		}
		up := d.read("unit", []string{unit.To("parent").ID})
		if len(up) == 0 {
			return false
		}
		unit = up[0]
	}
	return false
}

// maxAbove is how many units above one a page looks at; lines of command are
// shorter (domain.md §2.2, level).
const maxAbove = 8

// facility is one thing that a unit's building has or lacks.
type facility struct{ name, answer string }

// class is how the answer is marked in a list of conditions.
func (f facility) class() string {
	switch host.FacilityAnswer(f.answer) {
	case "yes":
		return "yes"
	case "no":
		return "no"
	}
	return "soon"
}

// icon is the mark of the answer.
func (f facility) icon() string {
	return map[string]string{"yes": "check", "no": "cross", "partial": "warn"}[f.answer]
}

// facilityNames are the facilities in the order in which they are shown
// (domain.md §2.2).
var facilityNames = []string{"power", "water", "comms", "custody_separate_women", "custody_separate_children", "private_interview_room",
	"accessible", "toilets_women"}

func facilities(r ui.Rec) []facility {
	var out []facility
	for _, name := range facilityNames {
		if a := r.Str("facilities." + name); a != "" && a != "unknown" {
			out = append(out, facility{name, a})
		}
	}
	return out
}

// strength is the latest count of a unit's people.
type strength struct {
	rec                  ui.Rec
	rows                 []rankRow
	female, male, others int64
}

// rankRow counts the people of one rank.
type rankRow struct {
	name                 value.Text
	female, male, others int64
}

func (r rankRow) total() int64 { return r.female + r.male + r.others }

func (s *strength) total() int64 { return s.female + s.male + s.others }

// women is the share of women, from 0 to 1.
func (s *strength) women() float64 {
	if s.total() == 0 {
		return 0
	}
	return float64(s.female) / float64(s.total())
}

// strength reads the latest count of a unit, with the ranks in the words of its
// service; nil if there is none.
func (d *desk) strength(unit ui.Rec) *strength {
	latest := d.list("strength_snapshot", 1, "", "unit", unit.ID).recs
	if len(latest) == 0 {
		return nil
	}
	s := &strength{rec: latest[0]}
	ranks := d.ranks(unit.To("service"))
	for i := range s.rec.Len("by_rank") {
		n := func(sex string) int64 { return s.rec.Int(path("by_rank", i, "sexcount."+sex)) }
		row := rankRow{female: n("female"), male: n("male"), others: n("other_undisclosed")}
		code := s.rec.Str(path("by_rank", i, "rank_code"))
		if row.name = ranks[code]; row.name.Text == "" {
			row.name = value.Text{Text: code}
		}
		s.rows = append(s.rows, row)
		s.female, s.male, s.others = s.female+row.female, s.male+row.male, s.others+row.others
	}
	return s
}

// ranks are the names of the ranks of a service, by their codes.
func (d *desk) ranks(service value.Ref) map[string]value.Text {
	out := map[string]value.Text{}
	for _, r := range d.read("police_service", []string{service.ID}) {
		for i := range r.Len("ranks") {
			out[r.Str(path("ranks", i, "code"))] = r.Said(path("ranks", i, "name"))
		}
	}
	return out
}

// tone is the tone of a support status.
func tone(status string) ui.Look {
	switch host.SupportStatus(status) {
	case host.Possible:
		return ui.Look{Tone: "ok", Icon: "check"}
	case host.PossibleWithConditions:
		return ui.Look{Tone: "warn", Icon: "warn"}
	}
	return ui.Look{Tone: "mute", Icon: "slash"}
}

// visited says how a unit is visited: in time, late, or never.
func (v unitView) visited() ui.Look {
	every := host.MentoredTier(v.rec.Str("mentored_tier")).VisitDays()
	if every > 0 && (v.last.last.IsZero() || v.last.days > int64(every)) {
		return ui.Look{Tone: "warn", Icon: "clock"}
	}
	return ui.Look{Tone: "ok", Icon: "done"}
}
