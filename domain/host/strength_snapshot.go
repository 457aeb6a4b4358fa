package host

import (
	"fmt"
	"slices"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// StrengthSource tells where a strength comes from. Numbers of the host and of
// the UN are never merged (V14): each is a snapshot of its own.
type StrengthSource string

// UNCount is the source that only the UN side can be.
const UNCount StrengthSource = "un_count"

// Values lists the sources (domain.md §2.2).
func (StrengthSource) Values() []string {
	return []string{"host_return", string(UNCount), "payroll", "biometric"}
}

// States of a snapshot.
const (
	Unverified kind.State = "unverified"
	Verified   kind.State = "verified"
)

// RankStrength counts the people of one rank.
type RankStrength struct {
	RankCode value.Code     `f:"rank_code,required"`
	SexCount value.SexCount `f:"sexcount,required"`
}

// Presence counts the same people by where they are.
type Presence struct {
	Present   int64 `f:"present,min=0,max=1000000"`
	Detached  int64 `f:"detached,min=0,max=1000000"`
	Sick      int64 `f:"sick,min=0,max=1000000"`
	Suspended int64 `f:"suspended,min=0,max=1000000"`
	Absent    int64 `f:"absent,min=0,max=1000000"`
}

// Total is the number of people counted.
func (p Presence) Total() int64 { return p.Present + p.Detached + p.Sick + p.Suspended + p.Absent }

// StrengthSnapshot counts a unit's people on one day, by rank and sex and by
// presence (domain.md §2.2). It never holds a name.
type StrengthSnapshot struct {
	kind.Head
	Unit       value.Ref      `f:"unit,required,filter" to:"unit"`
	AsOf       value.Date     `f:"as_of,required,past,filter,sort"`
	Authorised *int64         `f:"authorised,min=0,max=1000000"`
	ByRank     []RankStrength `f:"by_rank,required,min=1,max=60"`
	ByStatus   Presence       `f:"by_status"`
	Source     StrengthSource `f:"source,required,filter"`
	VerifiedBy string         `f:"verified_by,server" class:"MIS"`
	VerifiedOn value.Date     `f:"verified_on,server"`
}

var _ = kind.Declare[StrengthSnapshot](&Kinds, kind.Spec{
	Name:    "strength_snapshot",
	Class:   kind.SHR,
	Scope:   kind.ByUnit("unit"),
	Lists:   kind.Lists{{By: "unit", Sort: "-as_of"}, {By: "state", Sort: "-as_of"}, {Sort: "-as_of"}},
	Create:  kind.On(countStrength),
	Replace: kind.On(countStrength),
	Flow: kind.Flow{
		States: []kind.State{Unverified, Verified},
		Edit:   []kind.State{Unverified},
		Verbs: kind.Verbs{
			{Name: "verify", From: kind.From(Unverified), To: Verified, Unlike: []string{"created_by", "updated_by"},
				Do: kind.On(verifyStrength)},
		},
	},
	Example: `{"unit":{"kind":"unit","id":"@unit"},"as_of":"2026-09-30","authorised":40,"by_rank":[
{"rank_code":"INSP","sexcount":{"female":1,"male":2,"other_undisclosed":0}},
{"rank_code":"CST","sexcount":{"female":5,"male":22,"other_undisclosed":0}}],
"by_status":{"present":26,"sick":3,"absent":1},"source":"host_return"}`,
})

// Validate reports every broken rule of s that its tags cannot say. The sums by
// rank and by presence are of the same people (V4).
func (s *StrengthSnapshot) Validate(kind.Now) error {
	var c kind.Check
	var total int64
	for i, r := range s.ByRank {
		twice := slices.ContainsFunc(s.ByRank[:i], func(o RankStrength) bool { return o.RankCode == r.RankCode })
		c.Must(!twice, fmt.Sprintf("by_rank/%d/rank_code", i), "error.field.duplicate")
		total += r.SexCount.Total()
	}
	c.Must(total == s.ByStatus.Total(), "by_status", "error.strength_snapshot.totals", "Rank", total, "Status", s.ByStatus.Total())
	return c.Err()
}

// countStrength holds a snapshot to the ranks of the unit's service and to what
// the writer's side can know.
func countStrength(w kind.World, s *StrengthSnapshot) error {
	var c kind.Check
	c.Must(s.Source != UNCount || w.Actor().Side() == kind.UN, "source", "error.strength_snapshot.un_count")
	var u Unit
	var service PoliceService
	ok, err := mission.Known(w, s.Unit, &u, "unit")
	if err == nil && ok {
		ok, err = mission.Known(w, u.Service, &service, "police_service")
	}
	if err != nil {
		return err
	}
	for i, r := range s.ByRank {
		c.Must(!ok || r.RankCode == "" || service.HasRank(r.RankCode), fmt.Sprintf("by_rank/%d/rank_code", i), "error.police_service.rank")
	}
	return c.Err()
}

// verifyStrength records who vouches for a snapshot: a team leader, the
// ministry or the inspectorate. Unlike keeps away who wrote it, and who changed
// it last (V6).
func verifyStrength(w kind.World, s *StrengthSnapshot) error {
	a := w.Actor()
	if !a.Has(kind.TeamLeader) && !a.Has(kind.Ministry) && !a.Has(kind.Oversight) {
		return kind.E(kind.CodeForbidden, "error.strength_snapshot.verifier", nil)
	}
	s.VerifiedBy, s.VerifiedOn = a.Person, w.Today()
	return nil
}
