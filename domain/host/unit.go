package host

import (
	"slices"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// UnitLevel is the place of a unit in its service.
type UnitLevel string

// Levels that rules name.
const (
	Ministry        UnitLevel = "ministry"
	NationalHQ      UnitLevel = "national_hq"
	SpecialisedUnit UnitLevel = "specialised_unit"
)

// line are the levels of command, from the top down; all others are
// specialised and stand beside the line.
var line = []UnitLevel{Ministry, NationalHQ, "directorate", "region", "district", "station", "post"}

// Values lists the levels (domain.md §2.2).
func (UnitLevel) Values() []string {
	return []string{"ministry", "national_hq", "directorate", "region", "district", "station", "post",
		"specialised_unit", "academy", "training_centre", "inspectorate", "joint_centre"}
}

// under reports whether a unit of level l may stand under one of level parent:
// the parent is higher in the line of command, or both are specialised alike.
func (l UnitLevel) under(parent UnitLevel) bool {
	p, c := slices.Index(line, parent), slices.Index(line, l)
	if c < 0 {
		return p >= 0 || l == parent
	}
	return p >= 0 && p < c
}

// Speciality is what a specialised unit is for.
type Speciality string

// Values lists the specialities (domain.md §2.2).
func (Speciality) Values() []string {
	return []string{"sgbv", "child_protection", "criminal_investigation", "forensics", "public_order", "border", "traffic",
		"riverine", "anti_corruption", "drugs", "cyber", "close_protection", "k9", "counter_terrorism"}
}

// MentoredTier tells how often a unit is visited.
type MentoredTier string

// Values lists the tiers: weekly, monthly, quarterly, remote or none.
func (MentoredTier) Values() []string { return []string{"A", "B", "C", "D"} }

// VisitDays is the longest time between two visits, in days; 0 is no visits
// (domain.md §2.2).
func (t MentoredTier) VisitDays() int {
	return map[MentoredTier]int{"A": 7, "B": 31, "C": 92}[t]
}

// OperatingStatus tells whether a unit is open.
type OperatingStatus string

// Values lists the operating statuses (domain.md §2.2).
func (OperatingStatus) Values() []string {
	return []string{"open_24h", "open_part_time", "closed", "destroyed", "not_deployed", "occupied"}
}

// FacilityAnswer is what is known of a facility.
type FacilityAnswer string

// Values lists the answers.
func (FacilityAnswer) Values() []string { return []string{"yes", "no", "partial", "unknown"} }

// SupportStatus tells whether the UN may support a unit, and nothing of why
// (domain.md §5.7, "HRDDP status").
type SupportStatus string

// The support statuses.
const (
	Possible               SupportStatus = "possible"
	PossibleWithConditions SupportStatus = "possible_with_conditions"
	NotPossible            SupportStatus = "not_possible"
)

// Values lists the support statuses.
func (SupportStatus) Values() []string {
	return []string{string(Possible), string(PossibleWithConditions), string(NotPossible)}
}

// Facilities are what a unit's building has.
type Facilities struct {
	Power            FacilityAnswer `f:"power"`
	Water            FacilityAnswer `f:"water"`
	Comms            FacilityAnswer `f:"comms"`
	CustodyWomen     FacilityAnswer `f:"custody_separate_women"`
	CustodyChildren  FacilityAnswer `f:"custody_separate_children"`
	PrivateInterview FacilityAnswer `f:"private_interview_room"`
	Accessible       FacilityAnswer `f:"accessible"`
	ToiletsWomen     FacilityAnswer `f:"toilets_women"`
}

// Unit is a unit of the host police, from the ministry to the smallest post
// (domain.md §2.2). Units form trees; a reach "unit tree" follows Parent.
type Unit struct {
	kind.Head
	Code             value.Code      `f:"code,required,unique,filter,sort"`
	Name             value.Text      `f:"name,required,max=160,search,title"`
	ShortName        value.Text      `f:"short_name,max=40,search"`
	Service          value.Ref       `f:"service,required,filter" to:"police_service"`
	Level            UnitLevel       `f:"level,required,filter"`
	Parent           value.Ref       `f:"parent,filter" to:"unit"`
	Specialities     []Speciality    `f:"speciality,max=14"`
	Geo              *value.Point    `f:"geo"`
	AdminArea        string          `f:"admin_area,max=20,filter"` // P-code
	Population       *int64          `f:"catchment_population,min=0,max=2000000000"`
	PopulationSource string          `f:"catchment_source,max=160"`
	PopulationYear   *int64          `f:"catchment_year,min=1900,max=2100"`
	AreaKM2          *float64        `f:"catchment_area_km2,max=10000000"`
	Tier             MentoredTier    `f:"mentored_tier,required,filter" class:"MIS"`
	OperatingStatus  OperatingStatus `f:"operating_status,required,filter"`
	Facilities       Facilities      `f:"facilities"`
	Vehicles         *int64          `f:"vehicles_working,min=0,max=10000" class:"MIS"`
	Radios           *int64          `f:"radios_working,min=0,max=100000" class:"MIS"`
	Support          SupportStatus   `f:"support_status,filter" class:"MIS"`
	SupportOn        value.Date      `f:"support_status_on,past" class:"MIS"`
	Commander        value.Ref       `f:"commander" to:"counterpart"`
	// Unverified is set by whoever is no team leader, and cleared by the team
	// leader who saves the record (domain.md §5.7, "unit, strength").
	Unverified bool `f:"unverified,server,filter"`
}

var _ = kind.Declare[Unit](&Kinds, kind.Spec{
	Name:     "unit",
	Steady:   true,
	Class:    kind.SHR,
	Scope:    kind.ByUnit(""),
	Nameable: true,
	Lists: kind.Lists{{Sort: "code"}, {By: "parent", Sort: "code"}, {By: "service", Sort: "code"},
		{By: "level", Sort: "code"}, {By: "mentored_tier", Sort: "code"}},
	Create:  kind.On(createUnit),
	Replace: kind.On(replaceUnit),
	Example: `{"code":"CRN-ST-014","name":{"lang":"fr","text":"Commissariat de Faron"},
"service":{"kind":"police_service","id":"@police_service"},"level":"station","parent":{"kind":"unit","id":"@unit"},
"catchment_population":42000,"catchment_source":"Census","catchment_year":2021,"mentored_tier":"A",
"operating_status":"open_24h","facilities":{"power":"partial","water":"yes","private_interview_room":"no"}}`,
})

// Validate reports every broken rule of u that its tags cannot say.
func (u *Unit) Validate(kind.Now) error {
	var c kind.Check
	top := u.Level == NationalHQ || u.Level == Ministry
	c.Must(top || u.Level == "" || !u.Parent.IsZero(), "parent", "error.field.required")
	special := u.Level == SpecialisedUnit
	c.Must(!special || len(u.Specialities) > 0, "speciality", "error.field.required")
	c.Must(special || u.Level == "" || len(u.Specialities) == 0, "speciality", "error.unit.not_specialised")
	c.Must(u.Population == nil || u.PopulationSource != "", "catchment_source", "error.field.required")
	c.Must(u.AreaKM2 == nil || *u.AreaKM2 > 0, "catchment_area_km2", "error.unit.area")
	c.Must((u.Support == "") == (u.SupportOn == ""), "support_status_on", "error.unit.support_date")
	return c.Err()
}

func createUnit(w kind.World, u *Unit) error {
	if u.Tier == "" && w.Actor().Side() == kind.Host {
		u.Tier = "D" // the host side neither sees nor sets how often a unit is visited
	}
	u.Unverified = !w.Actor().Has(kind.TeamLeader)
	return placeUnit(w, u)
}

func replaceUnit(w kind.World, u *Unit) error {
	var old Unit
	ok, err := mission.Known(w, value.Ref{Kind: "unit", ID: u.ID}, &old, "unit")
	if err != nil || !ok {
		return err
	}
	u.Unverified = !w.Actor().Has(kind.TeamLeader)
	var c kind.Check
	c.Must(old.Code == u.Code, "code", "error.field.fixed")
	if err := c.Merge(placeUnit(w, u)); err != nil {
		return err
	}
	if old.Level != u.Level {
		if err := fitChildren(w, u, &c); err != nil {
			return err
		}
	}
	return c.Err()
}

// maxDepth bounds the walk up a tree; no police has so many levels.
const maxDepth = 32

// placeUnit holds u to the order of levels and refuses a tree that comes back
// to u.
func placeUnit(w kind.World, u *Unit) error {
	var c kind.Check
	up := u.Parent
	for i := range maxDepth {
		if !up.IsZero() && up.ID == u.ID {
			break
		}
		var p Unit
		ok, err := mission.Known(w, up, &p, "unit")
		if err != nil {
			return err
		}
		if !ok {
			return c.Err()
		}
		c.Must(i > 0 || u.Level == "" || u.Level.under(p.Level), "parent", "error.unit.level_order")
		up = p.Parent
	}
	c.Must(false, "parent", "error.unit.cycle")
	return c.Err()
}

// fitChildren refuses a level that a unit under u could not stand under.
func fitChildren(w kind.World, u *Unit, c *kind.Check) error {
	return w.Find("unit", []kind.Cond{kind.Is("parent.id", u.ID)}, 200, func(rec any) error {
		c.Must(rec.(*Unit).Level.under(u.Level), "level", "error.unit.level_order")
		return nil
	})
}
