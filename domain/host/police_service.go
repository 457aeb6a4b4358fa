package host

import (
	"fmt"
	"slices"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// RankBand makes ranks of different services comparable (domain.md §3.7).
type RankBand string

// Values lists the bands, highest first.
func (RankBand) Values() []string {
	return []string{"executive", "senior", "middle", "junior_officer", "nco", "constable", "cadet", "civilian"}
}

// ServiceType is what a police service is. Prison guards are none.
type ServiceType string

// Values lists the types of services (domain.md §2.2).
func (ServiceType) Values() []string {
	return []string{"national_police", "gendarmerie", "municipal_police", "specialised_service", "inspectorate"}
}

// Rank is one rank of a service, in its own words.
type Rank struct {
	Code     value.Code `f:"code,required"`
	Name     value.Text `f:"name,required,max=80"`
	RankBand RankBand   `f:"rank_band,required"`
}

// PoliceService is a police service of the host state with its ranks, highest
// first (domain.md §2.2, §3.7).
type PoliceService struct {
	kind.Head
	Code  value.Code  `f:"code,required,unique,filter,sort"`
	Name  value.Text  `f:"name,required,max=160,search,title"`
	Type  ServiceType `f:"type,required,filter"`
	Ranks []Rank      `f:"ranks,required,min=1,max=60"`
	// HostLanguages are the languages its people read; none means the mission's
	// official and local ones.
	HostLanguages []value.Lang `f:"host_languages,max=10"`
	Unverified    bool         `f:"unverified,filter"` // the ranks are not yet confirmed
}

var _ = kind.Declare[PoliceService](&Kinds, kind.Spec{
	Name:    "police_service",
	Steady:  true,
	Class:   kind.PUB,
	Scope:   kind.Mission(),
	Lists:   kind.Lists{{Sort: "code"}, {By: "type", Sort: "code"}},
	Replace: kind.On(replaceService),
	Example: `{"code":"CRN-POL","name":{"lang":"en","text":"Carana Police"},"type":"national_police","ranks":[
{"code":"IG","name":{"lang":"en","text":"Inspector General"},"rank_band":"executive"},
{"code":"INSP","name":{"lang":"en","text":"Inspector"},"rank_band":"junior_officer"},
{"code":"CST","name":{"lang":"en","text":"Constable"},"rank_band":"constable"}],"host_languages":["fr","pt"]}`,
})

// Validate reports every broken rule of s that its tags cannot say.
func (s *PoliceService) Validate(kind.Now) error {
	var c kind.Check
	for i, r := range s.Ranks {
		twice := slices.ContainsFunc(s.Ranks[:i], func(o Rank) bool { return o.Code == r.Code })
		c.Must(!twice, fmt.Sprintf("ranks/%d/code", i), "error.field.duplicate")
	}
	return c.Err()
}

// HasRank reports whether code is one of the service's ranks.
func (s *PoliceService) HasRank(code value.Code) bool {
	return slices.ContainsFunc(s.Ranks, func(r Rank) bool { return r.Code == code })
}

func replaceService(w kind.World, s *PoliceService) error {
	var old PoliceService
	ok, err := mission.Known(w, value.Ref{Kind: "police_service", ID: s.ID}, &old, "police_service")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(old.Code == s.Code, "code", "error.field.fixed")
	return c.Err()
}
