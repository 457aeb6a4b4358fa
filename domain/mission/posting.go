package mission

import (
	"colocate/domain/kind"
	"colocate/domain/value"
)

// PostingMode is how close to the host unit somebody works.
type PostingMode string

// Modes that rules name.
const (
	FullTime PostingMode = "co_located_full_time"
	PartTime PostingMode = "co_located_part_time"
)

// Values lists the modes (domain.md §2.3).
func (PostingMode) Values() []string {
	return []string{string(FullTime), string(PartTime), "visiting", "remote"}
}

// PostingFunction is what somebody is posted as.
type PostingFunction string

// Values lists the functions (domain.md §2.3).
func (PostingFunction) Values() []string {
	return []string{"adviser", "mentor", "trainer", "monitor", "team_site_leader", "sector_commander", "chief_reform",
		"planner", "gender_adviser", "focal_point"}
}

// Posting places a person at a host unit or in an office for a time (domain.md
// §2.3). Nobody is co-located full time in two places at once.
type Posting struct {
	kind.Head
	Person      value.Ref       `f:"person,required,filter,owner" to:"person"`
	Unit        value.Ref       `f:"unit,filter" to:"unit"`
	Office      value.Ref       `f:"office,filter" to:"office"`
	Function    PostingFunction `f:"function,required,filter"`
	Mode        PostingMode     `f:"mode,required,filter"`
	DaysPerWeek int64           `f:"days_per_week,min=1,max=7"`
	Period      value.Period    `f:"period,required"`
}

var _ = kind.Declare[Posting](&Kinds, kind.Spec{
	Name:    "posting",
	Steady:  true,
	Class:   kind.MIS,
	Scope:   kind.ByPerson("person"),
	Lists:   kind.Lists{{By: "person"}, {By: "unit"}, {By: "office"}, {By: "function"}},
	Create:  kind.On(post),
	Replace: kind.On(post),
	Example: `{"person":{"kind":"person","id":"@person"},"unit":{"kind":"unit","id":"@unit"},"function":"adviser",
"mode":"co_located_part_time","days_per_week":3,"period":{"start":"2026-03-01","end":"2026-12-31"}}`,
})

// Validate reports every broken rule of p that its tags cannot say.
func (p *Posting) Validate(kind.Now) error {
	var c kind.Check
	c.Must(p.Unit.IsZero() != p.Office.IsZero(), "unit", "error.posting.one_place")
	coLocated := p.Mode == FullTime || p.Mode == PartTime
	c.Must(!coLocated || p.DaysPerWeek >= 1, "days_per_week", "error.field.required")
	c.Must(p.Period.End != "", "period/end", "error.field.required")
	return c.Err()
}

// post holds a posting to the person's tour and to their other postings.
func post(w kind.World, p *Posting) error {
	var c kind.Check
	var who Person
	ok, err := Known(w, p.Person, &who, "person")
	if err != nil {
		return err
	}
	if ok {
		tour := who.Serves()
		c.Must(p.Period.Start == "" || tour.Contains(p.Period.Start), "period/start", "error.posting.outside_tour")
		c.Must(p.Period.End == "" || tour.Contains(p.Period.End), "period/end", "error.posting.outside_tour")
	}
	free, err := alone(w, p)
	if err != nil {
		return err
	}
	c.Must(free, "period", "error.posting.overlap")
	return c.Err()
}

// alone reports whether no other full-time posting of the same person shares a
// day with p. An answer of true is held at the commit point.
func alone(w kind.World, p *Posting) (bool, error) {
	if p.Mode != FullTime || p.Person.IsZero() || p.Period.Start == "" || p.Period.End == "" {
		return true, nil
	}
	return w.None("posting", kind.Is("person.id", p.Person.ID), kind.Is("mode", string(FullTime)),
		kind.Cond{Field: "period.start", Op: kind.Lte, Value: string(p.Period.End)},
		kind.Cond{Field: "period.end", Op: kind.Gte, Value: string(p.Period.Start)},
		kind.Cond{Field: "id", Op: kind.Ne, Value: p.ID})
}
