package mission

import (
	"fmt"
	"slices"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// Sex is recorded for every person and count (domain.md §1.9).
type Sex string

// Values lists the answers.
func (Sex) Values() []string { return []string{"female", "male", "undisclosed"} }

// PersonnelCategory is the footing on which somebody serves in a mission.
type PersonnelCategory string

// Values lists the categories (domain.md §2.3).
func (PersonnelCategory) Values() []string {
	return []string{"IPO", "GPP", "FPU", "SPT", "seconded", "civilian_expert", "national_staff", "interpreter"}
}

// LanguageLevel is how well somebody speaks a language: the Council of
// Europe's levels or the UN's own.
type LanguageLevel string

// Values lists the levels (domain.md §2.3).
func (LanguageLevel) Values() []string {
	return []string{"A1", "A2", "B1", "B2", "C1", "C2", "basic", "intermediate", "fluent"}
}

// SpokenLanguage is a language that a person speaks.
type SpokenLanguage struct {
	Lang  value.Lang    `f:"lang,required"`
	Level LanguageLevel `f:"level,required"`
}

// TourExtension prolongs a tour. It is added to the record, so that the tour
// first agreed stays readable.
type TourExtension struct {
	Until     value.Date `f:"until,required"`
	Reference string     `f:"reference,max=80"` // of the letter that extends it
}

// Person is somebody who serves in a mission's police (domain.md §2.3). No
// host role reads it: what the host may know of an adviser is text on the
// released session.
type Person struct {
	kind.Head
	IndexNo       string            `f:"index_no,required,max=20,unique,filter"`
	Name          string            `f:"name,required,max=120,search,title,sort"`
	Sex           Sex               `f:"sex,required,filter"`
	Nationality   string            `f:"nationality,required,max=2,filter,re=country"`
	HomeRank      string            `f:"home_rank,required,max=80"`
	Category      PersonnelCategory `f:"category,required,filter"`
	Languages     []SpokenLanguage  `f:"languages,required,min=1,max=12"`
	Skills        []string          `f:"skills,max=20" list:"skill"`
	SkillEvidence value.Text        `f:"skill_evidence,max=1000"`
	Tour          value.Period      `f:"tour,required"`
	Extensions    []TourExtension   `f:"tour_extensions,max=10"`
}

var _ = kind.Declare[Person](&Kinds, kind.Spec{
	Name:     "person",
	Steady:   true,
	Class:    kind.MIS,
	Scope:    kind.ByPerson(""),
	Nameable: true,
	Lists:    kind.Lists{{Sort: "name"}, {By: "category", Sort: "name"}, {By: "nationality", Sort: "name"}},
	Example: `{"index_no":"CP-104233","name":"Elin Strand","sex":"female","nationality":"NO","home_rank":"Politioverbetjent",
"category":"IPO","languages":[{"lang":"en","level":"fluent"},{"lang":"fr","level":"B2"}],
"tour":{"start":"2026-02-01","end":"2027-01-31"}}`,
})

// Validate reports every broken rule of p that its tags cannot say.
func (p *Person) Validate(kind.Now) error {
	var c kind.Check
	c.Must(p.Tour.End != "", "tour/end", "error.field.required")
	last := p.Tour.End
	for i, x := range p.Extensions {
		c.Must(x.Until > last, fmt.Sprintf("tour_extensions/%d/until", i), "error.field.order")
		last = max(last, x.Until)
	}
	for i, l := range p.Languages {
		twice := slices.ContainsFunc(p.Languages[:i], func(o SpokenLanguage) bool { return o.Lang == l.Lang })
		c.Must(!twice, fmt.Sprintf("languages/%d/lang", i), "error.field.duplicate")
	}
	return c.Err()
}

// Serves is the tour with its extensions. Its last day is a day of duty.
func (p *Person) Serves() value.Period {
	t := p.Tour
	for _, x := range p.Extensions {
		t.End = max(t.End, x.Until)
	}
	return t
}
