package mission

import (
	"fmt"
	"time"
	_ "time/tzdata" // a time zone must mean the same on every machine

	"colocate/domain/kind"
	"colocate/domain/value"
)

// MissionType is the kind of UN presence a mission is.
type MissionType string

// Values lists the types of missions (domain.md §2.1).
func (MissionType) Values() []string {
	return []string{"peacekeeping", "special_political", "support_office", "regional_office", "non_mission_setting"}
}

// Department is the Secretariat department that leads a mission.
type Department string

// Values lists the departments (domain.md §2.1).
func (Department) Values() []string { return []string{"DPO", "DPPA", "DOS"} }

// PoliceMandate is what a mandate asks of a mission's police.
type PoliceMandate string

// Values lists the police mandates (domain.md §2.1).
func (PoliceMandate) Values() []string {
	return []string{"capacity_building", "operational_support", "interim_executive", "poc",
		"monitoring_verification", "advisory_only"}
}

// Weekday is the day a reporting week starts on.
type Weekday string

// Values lists the days that weeks start on where there are missions.
func (Weekday) Values() []string { return []string{"monday", "saturday", "sunday"} }

// Calendar tells when a mission reports.
type Calendar struct {
	FiscalYearStart string       `f:"fiscal_year_start,max=5,re=month_day"` // "07-01": month and day
	WeekStart       Weekday      `f:"week_start"`
	SGReports       []value.Date `f:"sg_reports,max=24"`
}

// Mission is a UN presence with police (domain.md §2.1). It is reference data:
// its record lies in the service's journal, and its id names the journal of
// everything that happens in it. A mission with a ClosedOn is closed.
type Mission struct {
	kind.Head
	Code              value.Code      `f:"code,required,unique,filter,sort"`
	Name              value.Text      `f:"name,required,max=200,search,title"`
	Type              MissionType     `f:"type,required,filter"`
	LeadDepartment    Department      `f:"lead_department,filter"`
	HostStates        []string        `f:"host_states,required,min=1,max=5,each=2,re=country"`
	Area              value.Text      `f:"area,max=500"`
	EstablishedBy     string          `f:"established_resolution,required,max=20,re=resolution"`
	EstablishedOn     value.Date      `f:"established_on,required"`
	CurrentResolution string          `f:"current_resolution,required,max=20,re=resolution"`
	MandateFrom       value.Date      `f:"mandate_from,required"`
	MandateUntil      value.Date      `f:"mandate_until"` // none: open-ended
	Unverified        bool            `f:"unverified,filter"`
	OperationalFrom   value.Date      `f:"operational_from,required"`
	ClosedOn          value.Date      `f:"closed_on"`
	PoliceMandates    []PoliceMandate `f:"mandate_type_police,required,min=1,max=6"`
	AuthorisedIPO     *int64          `f:"authorised_ipo,min=0,max=100000"`
	AuthorisedFPU     *int64          `f:"authorised_fpu_personnel,min=0,max=100000"`
	OfficialLangs     []value.Lang    `f:"official_langs,required,min=1,max=10"`
	WorkingLangs      []value.Lang    `f:"working_langs,required,min=1,max=10"`
	LocalLangs        []value.Lang    `f:"local_langs,max=20"`
	TZ                string          `f:"tz,required,max=60"`
	Terms             []Term          `f:"terms,max=200"`
	ReportingCalendar Calendar        `f:"reporting_calendar" class:"MIS"`
}

// Term is what the mission calls something in one language in place of the
// product's own word: Haiti says "police communautaire" (domain.md §6
// "Localisation rules"). Both sides read it.
type Term struct {
	Key  string     `f:"key,required,max=120,re=term_key"` // a message that names something
	Lang value.Lang `f:"lang,required"`
	Text string     `f:"text,required,max=120"`
}

var _ = kind.Declare[Mission](&Kinds, kind.Spec{
	Name:    "mission",
	Steady:  true,
	Class:   kind.PUB,
	Scope:   kind.Service(),
	Lists:   kind.Lists{{Sort: "code"}, {By: "type", Sort: "code"}},
	Replace: kind.On(replaceMission),
	Example: `{"code":"UNAC","name":{"lang":"en","text":"UN Assistance Mission in Carana"},"type":"peacekeeping",
"lead_department":"DPO","host_states":["XC"],"established_resolution":"S/RES/9999 (2024)","established_on":"2024-03-01",
"current_resolution":"S/RES/9999 (2024)","mandate_from":"2024-03-01","operational_from":"2024-04-01",
"mandate_type_police":["capacity_building","poc"],"official_langs":["fr"],"working_langs":["en","fr"],
"local_langs":["pt","sw"],"tz":"Africa/Maputo","terms":[{"key":"term.cop","lang":"fr","text":"police de proximité"}]}`,
})

// The forms of a Council resolution (domain.md §2.1), of an ISO 3166 code, which
// is XA to XZ for a fictional state, and of a day of any year.
var (
	_ = kind.Pattern(&Kinds, "resolution", `^S/RES/\d{1,4} \(\d{4}\)$`)
	_ = kind.Pattern(&Kinds, "term_key", `^(kind|field|state|verb|enum|role|term)(\.[A-Za-z0-9_]+)+$`)
	_ = kind.Pattern(&Kinds, "country", `^[A-Z]{2}$`)
	_ = kind.Pattern(&Kinds, "month_day", `^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
)

// Validate reports every broken rule of m that its tags cannot say.
func (m *Mission) Validate(kind.Now) error {
	var c kind.Check
	c.Must(m.MandateUntil == "" || m.MandateUntil >= m.MandateFrom, "mandate_until", "error.field.order")
	c.Must(m.ClosedOn == "" || m.ClosedOn >= m.OperationalFrom, "closed_on", "error.field.order")
	c.Must(m.TZ == "" || zone(m.TZ), "tz", "error.mission.time_zone")
	type word struct {
		key  string
		lang value.Lang
	}
	seen := map[word]bool{}
	for i, t := range m.Terms {
		c.Must(!seen[word{t.Key, t.Lang}], fmt.Sprintf("terms/%d", i), "error.field.duplicate")
		seen[word{t.Key, t.Lang}] = true
	}
	return c.Err()
}

// zone reports whether name is an IANA time zone; "Local" and "" are whatever
// the machine says, and so are none.
func zone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

func replaceMission(w kind.World, m *Mission) error {
	return fixedCode(w, value.Ref{Kind: "mission", ID: m.ID}, m.Code, func(o *Mission) value.Code { return o.Code })
}
