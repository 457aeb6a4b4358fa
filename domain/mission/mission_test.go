package mission_test

import (
	"slices"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mission"
	"colocate/domain/value"
)

func newWorld(t testing.TB) *kindtest.World {
	t.Helper()
	w := kindtest.New(t, time.Date(2026, 10, 7, 10, 0, 0, 0, time.UTC), time.UTC, mission.Kinds, kind.Elsewhere("unit"))
	w.Who = kind.Actor{Person: kindtest.ID("admin"), Mission: kindtest.ID("unac"), Grants: []kind.Grant{{Role: kind.Administrator}}}
	return w
}

func head(name string) kind.Head { return kind.Head{ID: kindtest.ID(name)} }

func text(s string) value.Text { return value.Text{Lang: "en", Text: s} }

func unac() *mission.Mission {
	return &mission.Mission{Head: head("unac"), Code: "UNAC", Name: text("UN Assistance Mission in Carana"), Type: "peacekeeping",
		HostStates: []string{"XC"}, EstablishedBy: "S/RES/9999 (2024)", EstablishedOn: "2024-03-01", CurrentResolution: "S/RES/1 (2026)",
		MandateFrom: "2026-03-01", MandateUntil: "2027-02-28", OperationalFrom: "2024-04-01",
		PoliceMandates: []mission.PoliceMandate{"poc"}, OfficialLangs: []value.Lang{"fr"}, WorkingLangs: []value.Lang{"en"},
		LocalLangs: []value.Lang{"sw"}, TZ: "Africa/Maputo"}
}

// check wants err to be nil where fault is "", else to name that fault.
func check(t testing.TB, err error, fault string) {
	t.Helper()
	if fault == "" {
		if err != nil {
			t.Fatalf("refused: %v %v", err, faults(err))
		}
		return
	}
	if kind.CodeOf(err) != kind.CodeInvalid || !slices.Contains(faults(err), fault) {
		t.Fatalf("got %v %v, want %s", err, faults(err), fault)
	}
}

func faults(err error) []string {
	e, ok := err.(*kind.Error)
	if !ok {
		return nil
	}
	var list []string
	for _, f := range e.FieldNames() {
		list = append(list, f+": "+e.Fields[f].Key)
	}
	return list
}

func TestMission(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(m *mission.Mission)
		fault  string
	}{
		"as it is":            {func(m *mission.Mission) {}, ""},
		"open-ended":          {func(m *mission.Mission) { m.MandateUntil = "" }, ""},
		"resolution":          {func(m *mission.Mission) { m.EstablishedBy = "SCR 1244" }, "established_resolution: error.field.pattern"},
		"resolution tail":     {func(m *mission.Mission) { m.CurrentResolution = "S/RES/1 (2026)x" }, "current_resolution: error.field.pattern"},
		"country":             {func(m *mission.Mission) { m.HostStates = []string{"xc"} }, "host_states/0: error.field.pattern"},
		"no country":          {func(m *mission.Mission) { m.HostStates = nil }, "host_states: error.field.required"},
		"mandate backwards":   {func(m *mission.Mission) { m.MandateUntil = "2026-02-28" }, "mandate_until: error.field.order"},
		"closed before start": {func(m *mission.Mission) { m.ClosedOn = "2024-03-31" }, "closed_on: error.field.order"},
		"zone":                {func(m *mission.Mission) { m.TZ = "Africa/Galasi" }, "tz: error.mission.time_zone"},
		"zone of the machine": {func(m *mission.Mission) { m.TZ = "Local" }, "tz: error.mission.time_zone"},
		"no zone":             {func(m *mission.Mission) { m.TZ = "" }, "tz: error.field.required"},
		"fiscal year":         {func(m *mission.Mission) { m.ReportingCalendar.FiscalYearStart = "13-01" }, "reporting_calendar/fiscal_year_start: error.field.pattern"},
		"mandate twice":       {func(m *mission.Mission) { m.PoliceMandates = []mission.PoliceMandate{"poc", "poc"} }, "mandate_type_police/1: error.field.duplicate"},
		"own words": {func(m *mission.Mission) {
			m.Terms = []mission.Term{called("kind.unit.name", "fr"), called("kind.unit.name", "en")}
		}, ""},
		"words twice": {func(m *mission.Mission) { m.Terms = []mission.Term{called("term.cop", "fr"), called("term.cop", "fr")} }, "terms/1: error.field.duplicate"},
		"no error's":  {func(m *mission.Mission) { m.Terms = []mission.Term{called("error.state", "fr")} }, "terms/0/key: error.field.pattern"},
		"no key":      {func(m *mission.Mission) { m.Terms = []mission.Term{called("term", "fr")} }, "terms/0/key: error.field.pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, m := newWorld(t), unac()
			c.change(m)
			check(t, w.Create(m), c.fault)
			if want := map[bool]int{true: 1}[c.fault == ""]; w.Count("mission") != want {
				t.Errorf("%d missions written", w.Count("mission"))
			}
		})
	}
}

func called(key string, lang value.Lang) mission.Term {
	return mission.Term{Key: key, Lang: lang, Text: "police de proximité"}
}

func TestMissionKeepsItsCode(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t), unac()
	check(t, w.Create(m), "")
	m.Name = text("UNAC")
	check(t, w.Replace(m), "")
	m.Code = "UNAX"
	check(t, w.Replace(m), "code: error.field.fixed")
}

func TestOwnMission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := mission.Own(w); err == nil {
		t.Error("there is no mission yet")
	}
	w.Set(unac())
	m, err := mission.Own(w)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.HostLanguages(); !slices.Equal(got, []value.Lang{"fr", "sw"}) {
		t.Errorf("the host reads %v", got)
	}
	loc, err := m.Location()
	if err != nil || loc.String() != "Africa/Maputo" {
		t.Errorf("%v, %v", loc, err)
	}
	m.TZ = "nowhere"
	if _, err := m.Location(); err == nil {
		t.Error("a zone that is none was taken")
	}
}

func office(name string, typ mission.OfficeType, parent string) *mission.Office {
	o := &mission.Office{Head: head(name), Code: value.Code("UNAC-" + name), Name: text(name), Type: typ}
	if parent != "" {
		o.Parent = kindtest.To("office", parent)
	}
	return o
}

func TestOffices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check(t, w.Create(office("HQ", mission.MissionHQ, "")), "")
	check(t, w.Create(office("S1", mission.Sector, "HQ")), "")
	check(t, w.Create(office("T1", mission.TeamSite, "S1")), "")
	check(t, w.Create(office("T2", mission.TeamSite, "")), "parent: error.field.required")
	check(t, w.Create(office("HQ2", mission.MissionHQ, "S1")), "parent: error.office.top")
	check(t, w.Create(office("SELF", mission.Sector, "SELF")), "parent: error.office.cycle")
	s1 := office("S1", mission.Sector, "T1")
	check(t, w.Replace(s1), "parent: error.office.cycle")
	s1 = office("S1", mission.Sector, "HQ")
	s1.Code = "UNAC-S2"
	check(t, w.Replace(s1), "code: error.field.fixed")
	s1.Code = "UNAC-S1"
	s1.Geo = &value.Point{Lat: -12.9, Lon: 40.5, PrecisionM: 999}
	check(t, w.Replace(s1), "geo/precision_m: error.office.precise")
	s1.Geo.PrecisionM = 1000
	check(t, w.Replace(s1), "")
	s1.Components = []mission.Component{"police", "police"}
	check(t, w.Replace(s1), "components/1: error.field.duplicate")
}

func TestAccommodationIsNotPublic(t *testing.T) {
	t.Parallel()
	d := newWorld(t).Kinds.Get("office")
	if d.Field("accommodation").Class != kind.MIS || d.Field("name").Class != kind.PUB {
		t.Error("where people live is for the UN police alone, the office for everybody")
	}
}

func elin() *mission.Person {
	return &mission.Person{Head: head("elin"), IndexNo: "CP-104233", Name: "Elin Strand", Sex: "female", Nationality: "NO",
		HomeRank: "Politioverbetjent", Category: "IPO", Languages: []mission.SpokenLanguage{{Lang: "en", Level: "fluent"}},
		Tour: value.Period{Start: "2026-02-01", End: "2027-01-31"}}
}

func TestPerson(t *testing.T) {
	t.Parallel()
	ext := func(until ...value.Date) (x []mission.TourExtension) {
		for _, d := range until {
			x = append(x, mission.TourExtension{Until: d})
		}
		return x
	}
	for name, c := range map[string]struct {
		change func(p *mission.Person)
		fault  string
	}{
		"as it is":           {func(p *mission.Person) {}, ""},
		"nationality":        {func(p *mission.Person) { p.Nationality = "no" }, "nationality: error.field.pattern"},
		"open tour":          {func(p *mission.Person) { p.Tour.End = "" }, "tour/end: error.field.required"},
		"tour backwards":     {func(p *mission.Person) { p.Tour.End = "2026-01-31" }, "tour/end: error.field.order"},
		"one day":            {func(p *mission.Person) { p.Tour.End = "2026-02-01" }, ""},
		"extended":           {func(p *mission.Person) { p.Extensions = ext("2027-06-30", "2027-07-31") }, ""},
		"extended backwards": {func(p *mission.Person) { p.Extensions = ext("2027-06-30", "2027-06-30") }, "tour_extensions/1/until: error.field.order"},
		"shortened":          {func(p *mission.Person) { p.Extensions = ext("2027-01-31") }, "tour_extensions/0/until: error.field.order"},
		"language twice": {func(p *mission.Person) {
			p.Languages = append(p.Languages, mission.SpokenLanguage{Lang: "en", Level: "C2"})
		}, "languages/1/lang: error.field.duplicate"},
		"no language": {func(p *mission.Person) { p.Languages = nil }, "languages: error.field.required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := elin()
			c.change(p)
			check(t, newWorld(t).Create(p), c.fault)
		})
	}
	p := elin()
	p.Extensions = ext("2027-06-30", "2027-07-31")
	if got := p.Serves(); got != (value.Period{Start: "2026-02-01", End: "2027-07-31"}) {
		t.Errorf("serves %v", got)
	}
}

func posting(name string, mode mission.PostingMode, start, end value.Date) *mission.Posting {
	return &mission.Posting{Head: head(name), Person: kindtest.To("person", "elin"), Unit: kindtest.To("unit", "faron"),
		Function: "mentor", Mode: mode, DaysPerWeek: 5, Period: value.Period{Start: start, End: end}}
}

func TestPosting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(p *mission.Posting)
		fault  string
	}{
		"as it is": {func(p *mission.Posting) {}, ""},
		"whole tour": {func(p *mission.Posting) {
			p.Mode, p.Period = "remote", value.Period{Start: "2026-02-01", End: "2027-01-31"}
		}, ""},
		"office":           {func(p *mission.Posting) { p.Unit, p.Office = value.Ref{}, kindtest.To("office", "hq") }, ""},
		"both":             {func(p *mission.Posting) { p.Office = kindtest.To("office", "hq") }, "unit: error.posting.one_place"},
		"neither":          {func(p *mission.Posting) { p.Unit = value.Ref{} }, "unit: error.posting.one_place"},
		"days missing":     {func(p *mission.Posting) { p.DaysPerWeek = 0 }, "days_per_week: error.field.required"},
		"visiting":         {func(p *mission.Posting) { p.Mode, p.DaysPerWeek = "visiting", 0 }, ""},
		"eight days":       {func(p *mission.Posting) { p.DaysPerWeek = 8 }, "days_per_week: error.field.range"},
		"open":             {func(p *mission.Posting) { p.Period.End = "" }, "period/end: error.field.required"},
		"before the tour":  {func(p *mission.Posting) { p.Period.Start = "2026-01-31" }, "period/start: error.posting.outside_tour"},
		"after the tour":   {func(p *mission.Posting) { p.Period.End = "2027-02-01" }, "period/end: error.posting.outside_tour"},
		"overlap":          {func(p *mission.Posting) { p.Period.End = "2026-06-01" }, "period: error.posting.overlap"},
		"overlap on a day": {func(p *mission.Posting) { p.Period = value.Period{Start: "2026-06-30", End: "2026-07-31"} }, "period: error.posting.overlap"},
		"the day after":    {func(p *mission.Posting) { p.Period = value.Period{Start: "2026-07-01", End: "2026-07-31"} }, ""},
		"overlap within":   {func(p *mission.Posting) { p.Period = value.Period{Start: "2026-06-10", End: "2026-06-11"} }, "period: error.posting.overlap"},
		"overlap, in part": {func(p *mission.Posting) { p.Period.End, p.Mode = "2026-06-01", mission.PartTime }, ""},
		"somebody else":    {func(p *mission.Posting) { p.Period.End, p.Person = "2026-06-01", kindtest.To("person", "bruno") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Set(elin())
			check(t, w.Create(posting("first", mission.FullTime, "2026-06-01", "2026-06-30")), "")
			check(t, w.Create(posting("part", mission.PartTime, "2026-03-01", "2026-08-31")), "")
			p := posting("second", mission.FullTime, "2026-03-01", "2026-05-31")
			c.change(p)
			check(t, w.Create(p), c.fault)
		})
	}
}

func TestPostingMayBeChangedInPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Set(elin())
	p := posting("p", mission.FullTime, "2026-03-01", "2026-05-31")
	check(t, w.Create(p), "")
	p.Period.End = "2026-06-30" // it overlaps nothing but itself
	check(t, w.Replace(p), "")
}

func TestReferenceItem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	item := func(name, list, code string) *mission.ReferenceItem {
		return &mission.ReferenceItem{Head: head(name), List: list, Code: code, Name: text(code)}
	}
	check(t, w.Create(item("a", "theme", "T07")), "")
	check(t, w.Create(item("b", "obstacle", "no_vehicle")), "")
	check(t, w.Create(item("c", "other_list", "T07")), "")
	check(t, w.Create(item("d", "theme", "T07")), "code: error.field.duplicate")
	check(t, w.Create(item("e", "Theme", "T08")), "list: error.field.pattern")
	check(t, w.Create(item("f", "theme", "T 8")), "code: error.field.pattern")
	a := item("a", "theme", "T07")
	a.Name = text("Arrest, custody and detention")
	check(t, w.Replace(a), "")
	a.Code = "T08"
	check(t, w.Replace(a), "code: error.field.fixed")
	a.Code, a.List = "T07", "theme_2"
	check(t, w.Replace(a), "list: error.field.fixed")
}
