package seeds

import (
	"fmt"
	"slices"

	"colocate/domain/host"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// Names of people of both sexes; the demonstration is fiction.
var (
	adviserNames = []string{"Elin Strand", "Jonas Weber", "Aminata Diallo", "Priya Raman", "Tomás Ferreira", "Ingrid Lund",
		"Kofi Mensah", "Marie Lefèvre", "Yusuf Demir", "Ana Costa", "Samuel Okello", "Chiara Bianchi", "Nadia Haddad",
		"Piotr Nowak", "Fatou Ndiaye", "Lucas Martin", "Grace Wanjiru", "Ahmed Mansour", "Sofia Petrova", "Daniel Owusu"}
	policeNames = []string{"Ruth Maseko", "João Machel", "Amina Saidi", "Pierre Kabeya", "Celeste Nhaca", "Omar Bakari",
		"Jeanne Mukasa", "Luís Tembe", "Halima Juma", "Paul Ngoma", "Teresa Sitoe", "Hassan Ali", "Claire Banda", "Mário Cossa"}
	nationalities = []string{"NO", "DE", "SN", "IN", "PT", "SE", "GH", "FR", "TR", "BR", "UG", "IT", "TN", "PL"}
)

// advisers is how many UN police serve in Carana (domain.md §3.2).
const advisers = 38

// storyUnit is where the demonstration's story happens (domain.md §3.2).
const storyUnit value.Code = "CRN-ST-014"

// tourStart and tourEnd hold every adviser of the demonstration, so that every
// session lies within a tour.
const (
	tourStart value.Date = "2025-12-01"
	tourEnd   value.Date = "2027-11-30"
)

// addPeople makes the advisers and posts each to a unit; the first is posted to
// CRN-ST-014, where the demonstration's story happens.
func (c *Carana) addPeople() {
	for i := range advisers {
		p := &mission.Person{IndexNo: fmt.Sprintf("CP-%06d", 104200+i), Name: name(adviserNames, i), Sex: sexOf(i),
			Nationality: nationalities[i%len(nationalities)], HomeRank: "Inspector", Category: "IPO",
			Languages: []mission.SpokenLanguage{{Lang: "en", Level: "fluent"}, {Lang: "fr", Level: "B2"}},
			Skills:    []string{"cop", []string{"cid", "sgbv", "command_planning", "training_design"}[i%4]},
			Tour:      value.Period{Start: tourStart, End: tourEnd}}
		c.people = append(c.people, p)
		c.add(fmt.Sprintf("person/%02d", i+1), p)
	}
	for i, p := range c.people {
		u := c.units[(c.at(storyUnit)+i)%len(c.units)]
		c.post(p, u, "mentor", fmt.Sprintf("posting/%02d", i+1))
	}
	for i, u := range c.units { // nobody left: an adviser who visits
		if len(c.posted[u.ID]) == 0 {
			c.post(c.people[i%advisers], u, "adviser", "posting/visit/"+string(u.Code))
		}
	}
}

func (c *Carana) post(p *mission.Person, u *host.Unit, f mission.PostingFunction, seed string) {
	post := &mission.Posting{Person: value.Ref{Kind: "person", ID: p.ID}, Unit: value.Ref{Kind: "unit", ID: u.ID},
		Function: f, Mode: mission.PartTime, DaysPerWeek: 3, Period: value.Period{Start: tourStart, End: tourEnd}}
	c.add(seed, post)
	c.posted[u.ID] = append(c.posted[u.ID], post)
}

// at is where the unit with a code stands in units, -1 if nowhere.
func (c *Carana) at(code value.Code) int {
	return slices.IndexFunc(c.units, func(u *host.Unit) bool { return u.Code == code })
}

// name gives the i-th name; after the list is used up, with a second initial.
func name(list []string, i int) string {
	n := list[i%len(list)]
	if i < len(list) {
		return n
	}
	return n + " " + string(rune('A'+i/len(list)-1)) + "."
}

func sexOf(i int) mission.Sex {
	if i%2 == 0 {
		return "female"
	}
	return "male"
}

var functions = []struct{ rank, function string }{
	{"SUPT", "Station commander"}, {"INSP", "Custody officer"}, {"SGT", "Shift supervisor"}}

// addPolice gives each unit a commander and two officers.
func (c *Carana) addPolice() {
	i := 0
	for _, u := range c.units {
		at := i
		switch { // the first names are those of the demonstration's accounts
		case u.Code == storyUnit:
			at = 0
		case i == 0:
			at = len(functions) * c.at(storyUnit)
		}
		for n, f := range functions {
			p := &host.Counterpart{RefNo: fmt.Sprintf("UNAC-CP-%06d", i+1), Name: name(policeNames, at+n), Sex: sexOf(at + n),
				Service: ref("police_service", "CRN-POL"), RankCode: value.Code(f.rank), Function: f.function,
				Unit: value.Ref{Kind: "unit", ID: u.ID}, Since: "2025-03-01", Languages: []value.Lang{"fr", "pt"},
				Consent: host.Consent{Given: true, On: "2026-02-10", Version: "1", Lang: "fr"}}
			p.State = host.Active
			if u.Code == storyUnit && n == 2 {
				p.Languages = []value.Lang{"ar"} // reads no French
			}
			if n == 0 && u.Level != "station" {
				p.Function = "Commander"
			}
			c.add(fmt.Sprintf("counterpart/%s/%d", u.Code, n+1), p)
			c.police[u.ID] = append(c.police[u.ID], p)
			i++
		}
		u.Commander = value.Ref{Kind: "counterpart", ID: c.police[u.ID][0].ID}
	}
}

// addStrength counts each unit once: about 6,400 people, 14 % of them women.
func (c *Carana) addStrength() {
	for i, u := range c.units {
		total := int64(90 + i*37%130)
		women := total * 14 / 100
		officers := total / 10
		s := &host.StrengthSnapshot{Unit: value.Ref{Kind: "unit", ID: u.ID}, AsOf: "2026-09-30", Authorised: ptr(total + total/8),
			ByRank: []host.RankStrength{
				{RankCode: "INSP", SexCount: value.SexCount{Female: 1, Male: officers - 1}},
				{RankCode: "CST", SexCount: value.SexCount{Female: women - 1, Male: total - officers - women + 1}}},
			ByStatus: host.Presence{Present: total - 6, Sick: 4, Absent: 2}, Source: "host_return"}
		s.State = host.Unverified
		c.add("strength_snapshot/"+string(u.Code), s)
	}
}
