package seeds

import (
	"fmt"
	"strings"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// Item is one record of the demonstration. Released records have a copy on the
// released shelf. By is the person who wrote it.
type Item struct {
	Rec      kind.Record
	Released bool
}

// Carana is the demonstration: a mission, a police and what happened between
// them (domain.md §3.2). It is the same for the same number of sessions.
type Carana struct {
	Mission *mission.Mission
	service *host.PoliceService
	units   []*host.Unit
	people  []*mission.Person
	posted  map[string][]*mission.Posting // by unit
	police  map[string][]*host.Counterpart
	texts   []narrative
	base    []kind.Record // everything above, in the order of references
}

// place is a unit to be: its code, its name, and the code of the unit above it.
type place struct {
	code, name, parent string
	level              host.UnitLevel
	special            []host.Speciality
}

var regions = []string{"Leppko", "Tereni", "Mahbek"}

var districts = []string{"Faron", "Mulande", "Sikora", "Amparo", "Kivuli", "Namoa", "Tchenga", "Ruvuma Norte"}

var stationNames = []string{"Faron Centre", "Faron Gare", "Faron Port", "Mulande", "Mulande Marché", "Mulande Est",
	"Sikora", "Sikora Pont", "Sikora Sul", "Amparo", "Amparo Missão", "Amparo Vila", "Kivuli", "Kivuli Lac",
	"Kivuli Nord", "Namoa", "Namoa Praia", "Namoa Ouest", "Tchenga", "Tchenga Mine", "Tchenga Rio", "Ruvuma",
	"Ruvuma Fronteira", "Ruvuma Plateau"}

// places lists the 41 units, each after its parent.
func places() []place {
	ps := []place{{code: "CRN-HQ", name: "Direction générale, Galasi", level: host.NationalHQ}}
	for _, r := range regions {
		ps = append(ps, place{code: "CRN-RG-" + strings.ToUpper(r), name: "Région de " + r, parent: "CRN-HQ", level: "region"})
	}
	for i, d := range districts {
		ps = append(ps, place{code: fmt.Sprintf("CRN-DS-%02d", i+1), name: "District de " + d,
			parent: "CRN-RG-" + strings.ToUpper(regions[i*len(regions)/len(districts)]), level: "district"})
	}
	for i, s := range stationNames {
		ps = append(ps, place{code: fmt.Sprintf("CRN-ST-%03d", i+1), name: "Commissariat de " + s,
			parent: fmt.Sprintf("CRN-DS-%02d", i/3+1), level: "station"})
	}
	for _, s := range []struct {
		code, name string
		what       host.Speciality
	}{{"CRN-SP-SGBV", "Unité de protection des personnes vulnérables", "sgbv"},
		{"CRN-SP-CID", "Direction des enquêtes judiciaires", "criminal_investigation"},
		{"CRN-SP-POU", "Unité d’ordre public", "public_order"}, {"CRN-SP-TRF", "Unité de circulation", "traffic"}} {
		ps = append(ps, place{code: s.code, name: s.name, parent: "CRN-HQ", level: host.SpecialisedUnit,
			special: []host.Speciality{s.what}})
	}
	return append(ps, place{code: "CRN-AC-01", name: "École de police de Galasi", parent: "CRN-HQ", level: "academy"})
}

// NewCarana makes the mission and its police, and no sessions yet.
func NewCarana() (*Carana, error) {
	c := &Carana{posted: map[string][]*mission.Posting{}, police: map[string][]*host.Counterpart{}}
	if err := read("demo/texts.json", &c.texts); err != nil {
		return nil, err
	}
	c.addMission()
	c.addService()
	c.addUnits()
	c.addPeople()
	c.addPolice()
	c.addStrength()
	return c, nil
}

// Base lists the records that sessions refer to, each after what it refers to.
// The first is the mission, which lies in the service's journal.
func (c *Carana) Base() []kind.Record { return c.base }

func (c *Carana) add(name string, r kind.Record) {
	h := r.Meta()
	h.ID, h.Mission = ID("unac/"+name), ID("mission/UNAC")
	stamp(r)
	c.base = append(c.base, r)
}

func (c *Carana) addMission() {
	c.Mission = &mission.Mission{Code: "UNAC", Name: trilingual("United Nations Assistance Mission in Carana",
		"Mission d’assistance des Nations Unies au Carana", "بعثة الأمم المتحدة لتقديم المساعدة إلى كارانا"),
		Type: "peacekeeping", LeadDepartment: "DPO", HostStates: []string{"XC"},
		EstablishedBy: "S/RES/9999 (2024)", EstablishedOn: "2024-03-01", CurrentResolution: "S/RES/9999 (2024)",
		MandateFrom: "2024-03-01", OperationalFrom: "2024-04-01",
		PoliceMandates: []mission.PoliceMandate{"capacity_building", "operational_support", "poc"},
		AuthorisedIPO:  ptr(60), AuthorisedFPU: ptr(140), OfficialLangs: []value.Lang{"fr"},
		WorkingLangs: []value.Lang{"en", "fr"}, LocalLangs: []value.Lang{"pt", "sw"}, TZ: "Africa/Maputo"}
	c.Mission.ID = ID("mission/UNAC")
	stamp(c.Mission)
	c.base = append(c.base, c.Mission)
	for _, o := range []struct{ code, name, parent string }{{"UNAC-HQ", "Quartier général de la mission, Galasi", ""},
		{"UNAC-LEPPKO", "Bureau de Leppko", "UNAC-HQ"}, {"UNAC-TERENI", "Bureau de Tereni", "UNAC-HQ"},
		{"UNAC-MAHBEK", "Bureau de Mahbek", "UNAC-HQ"}} {
		office := &mission.Office{Code: value.Code(o.code), Name: value.Text{Lang: "fr", Text: o.name},
			Type: mission.MissionHQ, Components: []mission.Component{"police"}}
		if o.parent != "" {
			office.Type, office.Parent = mission.FieldOffice, ref("office", o.parent)
		}
		c.add("office/"+o.code, office)
	}
}

// ref points at the seed called name of a kind.
func ref(name, code string) value.Ref {
	return value.Ref{Kind: name, ID: ID("unac/" + name + "/" + code)}
}

func ptr(n int64) *int64 { return &n }

var ranks = []struct {
	code, name string
	band       host.RankBand
}{{"IG", "Inspector General", "executive"}, {"COM", "Commissioner", "executive"}, {"DCOM", "Deputy Commissioner", "senior"},
	{"SUPT", "Superintendent", "senior"}, {"INSP", "Inspector", "middle"}, {"SINSP", "Sub-Inspector", "junior_officer"},
	{"SGT", "Sergeant", "nco"}, {"CPL", "Corporal", "nco"}, {"CST", "Constable", "constable"}, {"RCT", "Recruit", "cadet"}}

func (c *Carana) addService() {
	c.service = &host.PoliceService{Code: "CRN-POL", Type: "national_police", HostLanguages: []value.Lang{"fr", "pt", "ar"},
		Name: value.Text{Lang: "fr", Text: "Police de Carana"}}
	for _, r := range ranks {
		c.service.Ranks = append(c.service.Ranks, host.Rank{Code: value.Code(r.code), RankBand: r.band,
			Name: value.Text{Lang: "en", Text: r.name}})
	}
	c.add("police_service/CRN-POL", c.service)
}

func (c *Carana) addUnits() {
	for i, p := range places() {
		u := &host.Unit{Code: value.Code(p.code), Name: value.Text{Lang: "fr", Text: p.name}, Level: p.level,
			Service: ref("police_service", "CRN-POL"), Specialities: p.special, Tier: tierOf(p.level, i),
			OperatingStatus: "open_part_time", Support: host.Possible, SupportOn: "2026-02-10"}
		if p.parent != "" {
			u.Parent = ref("unit", p.parent)
		}
		if p.level == "station" || p.level == host.NationalHQ {
			u.OperatingStatus = "open_24h"
		}
		if p.level == "station" {
			u.Population, u.PopulationSource, u.PopulationYear = ptr(8000+int64(i*i%233)*1000), "Recensement", ptr(2021)
			u.Facilities = host.Facilities{Power: "partial", Water: "yes", Comms: "partial", CustodyWomen: answer(i),
				CustodyChildren: answer(i + 1), PrivateInterview: answer(i + 2), ToiletsWomen: answer(i)}
		}
		if p.code == "CRN-ST-017" { // one unit that the UN cannot support now
			u.Support, u.SupportOn = host.NotPossible, "2026-09-15"
		}
		c.units = append(c.units, u)
		c.add("unit/"+p.code, u)
	}
}

func tierOf(l host.UnitLevel, i int) host.MentoredTier {
	if l == "station" {
		return []host.MentoredTier{"A", "B", "B", "C"}[i%4]
	}
	return []host.MentoredTier{"B", "C"}[i%2]
}

func answer(i int) host.FacilityAnswer { return []host.FacilityAnswer{"yes", "no", "partial"}[i%3] }
