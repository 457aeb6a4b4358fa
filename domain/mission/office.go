package mission

import (
	"colocate/domain/kind"
	"colocate/domain/value"
)

// OfficeType is the place of an office in a mission.
type OfficeType string

// Types of offices, from the top down.
const (
	MissionHQ   OfficeType = "mission_hq"
	Sector      OfficeType = "sector"
	FieldOffice OfficeType = "field_office"
	TeamSite    OfficeType = "team_site"
)

// Values lists the types of offices (domain.md §2.1).
func (OfficeType) Values() []string {
	return []string{string(MissionHQ), string(Sector), string(FieldOffice), string(TeamSite)}
}

// Component is a part of a mission that an office houses.
type Component string

// Values lists the components (domain.md §2.1).
func (Component) Values() []string {
	return []string{"police", "human_rights", "justice_corrections", "civil_affairs", "gender", "child_protection",
		"conduct_discipline", "mission_support"}
}

// Office is a place where a mission works (domain.md §2.1). Offices form a tree
// under the mission's headquarters. Where its people live is not public.
type Office struct {
	kind.Head
	Code          value.Code   `f:"code,required,unique,filter,sort"`
	Name          value.Text   `f:"name,required,max=120,search,title"`
	Type          OfficeType   `f:"type,required,filter"`
	Parent        value.Ref    `f:"parent,filter" to:"office"`
	Components    []Component  `f:"components,max=8"`
	Geo           *value.Point `f:"geo"`
	Accommodation value.Text   `f:"accommodation,max=500" class:"MIS"`
}

var _ = kind.Declare[Office](&Kinds, kind.Spec{
	Name:    "office",
	Steady:  true,
	Class:   kind.PUB,
	Scope:   kind.Mission(),
	Lists:   kind.Lists{{Sort: "code"}, {By: "parent", Sort: "code"}, {By: "type", Sort: "code"}},
	Create:  kind.On(placeOffice),
	Replace: kind.On(replaceOffice),
	Example: `{"code":"UNAC-HQ","name":{"lang":"en","text":"Mission headquarters, Galasi"},"type":"mission_hq",
"components":["police","human_rights"],"geo":{"lat":-12.97,"lon":40.51,"precision_m":1000}}`,
})

// minPublicPrecision is the least precision, in metres, of a public position
// (domain.md §0, geo).
const minPublicPrecision = 1000

// maxDepth bounds the walk up a tree; no mission has so many levels.
const maxDepth = 16

// Validate reports every broken rule of o that its tags cannot say.
func (o *Office) Validate(kind.Now) error {
	var c kind.Check
	c.Must(o.Type == MissionHQ || !o.Parent.IsZero(), "parent", "error.field.required")
	c.Must(o.Type != MissionHQ || o.Parent.IsZero(), "parent", "error.office.top")
	c.Must(o.Geo == nil || o.Geo.PrecisionM >= minPublicPrecision, "geo/precision_m", "error.office.precise", "Min", minPublicPrecision)
	return c.Err()
}

func replaceOffice(w kind.World, o *Office) error {
	if err := fixedCode(w, value.Ref{Kind: "office", ID: o.ID}, o.Code, func(old *Office) value.Code { return old.Code }); err != nil {
		return err
	}
	return placeOffice(w, o)
}

// placeOffice walks from o to the top and refuses a tree that comes back to o.
func placeOffice(w kind.World, o *Office) error {
	var c kind.Check
	up := o.Parent
	for range maxDepth {
		if up.ID == o.ID && !up.IsZero() {
			break
		}
		var p Office
		ok, err := Known(w, up, &p, "office")
		if err != nil || !ok {
			return err
		}
		up = p.Parent
	}
	c.Must(up.IsZero(), "parent", "error.office.cycle")
	return c.Err()
}
