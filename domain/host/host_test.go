package host_test

import (
	"slices"
	"testing"
	"time"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mission"
	"colocate/domain/value"
)

var (
	adviser = actor("elin", kind.Adviser)
	lead    = actor("aminata", kind.TeamLeader)
	command = actor("samira", kind.Commander)
)

func actor(name string, r kind.Role) kind.Actor {
	return kind.Actor{Person: kindtest.ID(name), Mission: kindtest.ID("unac"), Grants: []kind.Grant{{Role: r}}}
}

// newWorld is a mission with one police service: a headquarters, a region and
// a station.
func newWorld(t testing.TB) *kindtest.World {
	t.Helper()
	w := kindtest.New(t, time.Date(2026, 10, 7, 10, 0, 0, 0, time.UTC), time.UTC, mission.Kinds, host.Kinds)
	w.Who = lead
	w.Set(&mission.Mission{Head: head("unac"), Code: "UNAC", TZ: "Africa/Maputo"}, service())
	for _, u := range []*host.Unit{unit("HQ", host.NationalHQ, ""), unit("R1", "region", "HQ"), unit("S1", "station", "R1")} {
		check(t, w.Create(u), "")
	}
	return w
}

func head(name string) kind.Head { return kind.Head{ID: kindtest.ID(name)} }

func text(s string) value.Text { return value.Text{Lang: "fr", Text: s} }

func service() *host.PoliceService {
	return &host.PoliceService{Head: head("police"), Code: "CRN-POL", Name: text("Police de Carana"), Type: "national_police",
		Ranks: []host.Rank{{Code: "INSP", Name: text("Inspecteur"), RankBand: "junior_officer"},
			{Code: "CST", Name: text("Agent"), RankBand: "constable"}}}
}

func unit(name string, level host.UnitLevel, parent string) *host.Unit {
	u := &host.Unit{Head: head(name), Code: value.Code("CRN-" + name), Name: text(name), Service: kindtest.To("police_service", "police"),
		Level: level, Tier: "A", OperatingStatus: "open_24h"}
	if parent != "" {
		u.Parent = kindtest.To("unit", parent)
	}
	return u
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

// refused wants a refusal of a code and a key.
func refused(t testing.TB, err error, code kind.Code, key string) {
	t.Helper()
	e, ok := err.(*kind.Error)
	if !ok || e.Code != code || e.Key != key {
		t.Fatalf("got %v, want %s %s", err, code, key)
	}
}

func TestPoliceService(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := service()
	s.Ranks = append(s.Ranks, s.Ranks[0])
	check(t, w.Replace(s), "ranks/2/code: error.field.duplicate")
	s = service()
	s.Ranks = nil
	check(t, w.Replace(s), "ranks: error.field.required")
	s = service()
	s.Code = "CRN-POX"
	check(t, w.Replace(s), "code: error.field.fixed")
	if !service().HasRank("CST") || service().HasRank("COL") {
		t.Error("ranks are those of the list")
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	const order, required = "parent: error.unit.level_order", "parent: error.field.required"
	for _, c := range []struct {
		level  host.UnitLevel
		parent string
		fault  string
	}{
		{host.Ministry, "", ""}, {host.Ministry, "HQ", order}, {host.NationalHQ, "", ""}, {host.NationalHQ, "R1", order},
		{"region", "", required}, {"region", "R1", order}, {"region", "S1", order}, {"district", "R1", ""}, {"post", "HQ", ""},
		{"post", "S1", ""}, {"academy", "", required}, {"academy", "HQ", ""}, {"academy", "S1", ""}, {"inspectorate", "HQ", ""},
		{"station", "AC", order}, {"academy", "AC", ""}, {"joint_centre", "AC", order},
	} {
		w := newWorld(t)
		check(t, w.Create(unit("AC", "academy", "HQ")), "")
		err := w.Create(unit("NEW", c.level, c.parent))
		check(t, err, c.fault)
	}
}

func TestUnitTreeHasNoCycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check(t, w.Create(unit("SELF", "academy", "SELF")), "parent: error.unit.cycle")
	check(t, w.Create(unit("A", "academy", "HQ")), "")
	check(t, w.Create(unit("B", "academy", "A")), "")
	check(t, w.Replace(unit("A", "academy", "B")), "parent: error.unit.cycle") // alike levels pass the order
	check(t, w.Replace(unit("R1", "region", "S1")), "parent: error.unit.level_order")
	if w.Count("unit") != 5 {
		t.Errorf("%d units", w.Count("unit"))
	}
}

func TestLevelFitsTheUnitsBelow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check(t, w.Replace(unit("R1", "station", "HQ")), "level: error.unit.level_order")
	check(t, w.Replace(unit("R1", "district", "HQ")), "")
}

func TestUnit(t *testing.T) {
	t.Parallel()
	n, zero, area := int64(42000), int64(0), -1.5
	for name, c := range map[string]struct {
		change func(u *host.Unit)
		fault  string
	}{
		"as it is":           {func(u *host.Unit) {}, ""},
		"specialised":        {func(u *host.Unit) { u.Level, u.Specialities = host.SpecialisedUnit, []host.Speciality{"sgbv"} }, ""},
		"specialised in nil": {func(u *host.Unit) { u.Level = host.SpecialisedUnit }, "speciality: error.field.required"},
		"not specialised":    {func(u *host.Unit) { u.Specialities = []host.Speciality{"sgbv"} }, "speciality: error.unit.not_specialised"},
		"population":         {func(u *host.Unit) { u.Population = &n }, "catchment_source: error.field.required"},
		"nobody, said who":   {func(u *host.Unit) { u.Population, u.PopulationSource = &zero, "Census" }, ""},
		"area":               {func(u *host.Unit) { u.AreaKM2 = &area }, "catchment_area_km2: error.unit.area"},
		"support undated":    {func(u *host.Unit) { u.Support = host.Possible }, "support_status_on: error.unit.support_date"},
		"support of the day": {func(u *host.Unit) { u.Support, u.SupportOn = host.Possible, "2026-10-07" }, ""},
		"support tomorrow":   {func(u *host.Unit) { u.Support, u.SupportOn = host.Possible, "2026-10-08" }, "support_status_on: error.field.future"},
		"tier":               {func(u *host.Unit) { u.Tier = "" }, "mentored_tier: error.field.required"},
		"level":              {func(u *host.Unit) { u.Level = "camp" }, "level: error.field.enum"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := unit("NEW", "station", "R1")
			c.change(u)
			check(t, newWorld(t).Create(u), c.fault)
		})
	}
	w := newWorld(t)
	u := unit("S1", "station", "R1")
	u.Code = "CRN-S2"
	check(t, w.Replace(u), "code: error.field.fixed")
}

func TestUnitsOfOthersWaitForTheTeamLeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, who := range map[string]kind.Actor{"BY-UN": adviser, "BY-HOST": command} {
		w.Who = who
		u := unit(name, "station", "R1")
		if who.Side() == kind.Host {
			u.Tier = ""
		}
		check(t, w.Create(u), "")
		if !u.Unverified {
			t.Errorf("%s: not marked", name)
		}
		w.Who = lead
		check(t, w.Replace(u), "")
		if u.Unverified {
			t.Error("the team leader's save verifies it")
		}
		w.Who = who
		check(t, w.Replace(u), "")
		if !u.Unverified {
			t.Error("a change waits again")
		}
	}
}

func TestVisitDays(t *testing.T) {
	t.Parallel()
	for tier, want := range map[host.MentoredTier]int{"A": 7, "B": 31, "C": 92, "D": 0} {
		if tier.VisitDays() != want {
			t.Errorf("%s: %d days", tier, tier.VisitDays())
		}
	}
}

func TestWhatOfAUnitTheHostSees(t *testing.T) {
	t.Parallel()
	d := newWorld(t).Kinds.Get("unit")
	for _, name := range []string{"mentored_tier", "vehicles_working", "radios_working", "support_status", "support_status_on"} {
		if d.Field(name).Class != kind.MIS {
			t.Errorf("%s is not MIS", name)
		}
	}
}

func strength() *host.StrengthSnapshot {
	return &host.StrengthSnapshot{Head: head("strength"), Unit: kindtest.To("unit", "S1"), AsOf: "2026-09-30",
		ByRank: []host.RankStrength{{RankCode: "INSP", SexCount: value.SexCount{Female: 1, Male: 2}},
			{RankCode: "CST", SexCount: value.SexCount{Female: 5, Male: 21, Other: 1}}},
		ByStatus: host.Presence{Present: 24, Detached: 1, Sick: 3, Suspended: 1, Absent: 1}, Source: "host_return"}
}

func TestStrength(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *host.StrengthSnapshot)
		fault  string
	}{
		"as it is":    {func(s *host.StrengthSnapshot) {}, ""},
		"sums":        {func(s *host.StrengthSnapshot) { s.ByStatus.Sick++ }, "by_status: error.strength_snapshot.totals"},
		"future":      {func(s *host.StrengthSnapshot) { s.AsOf = "2026-10-08" }, "as_of: error.field.future"},
		"rank twice":  {func(s *host.StrengthSnapshot) { s.ByRank[1].RankCode = "INSP" }, "by_rank/1/rank_code: error.field.duplicate"},
		"strange one": {func(s *host.StrengthSnapshot) { s.ByRank[1].RankCode = "COL" }, "by_rank/1/rank_code: error.police_service.rank"},
		"below zero":  {func(s *host.StrengthSnapshot) { s.ByStatus.Sick = -1 }, "by_status/sick: error.field.range"},
		"UN count":    {func(s *host.StrengthSnapshot) { s.Source = host.UNCount }, "source: error.strength_snapshot.un_count"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s := newWorld(t), strength()
			w.Who = command
			c.change(s)
			check(t, w.Create(s), c.fault)
			if c.fault == "" && s.State != host.Unverified {
				t.Errorf("state is %s", s.State)
			}
		})
	}
	w, s := newWorld(t), strength()
	s.Source, w.Who = host.UNCount, adviser
	check(t, w.Create(s), "")
}

func TestStrengthIsVerifiedByAnother(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		author, who kind.Actor
		code        kind.Code
		key         string
	}{
		{command, lead, "", ""}, {command, actor("min", kind.Ministry), "", ""}, {adviser, actor("ig", kind.Oversight), "", ""},
		{lead, lead, kind.CodeConflict, "error.four_eyes"}, {command, adviser, kind.CodeForbidden, "error.strength_snapshot.verifier"},
		{command, actor("other", kind.Commander), kind.CodeForbidden, "error.strength_snapshot.verifier"},
	} {
		w, s := newWorld(t), strength()
		w.Who = c.author
		check(t, w.Create(s), "")
		w.Who = c.who
		err := w.Do("verify", s, nil)
		if c.key != "" {
			refused(t, err, c.code, c.key)
			if s.State != host.Unverified || s.VerifiedBy != "" {
				t.Errorf("%s by %q after a refusal", s.State, s.VerifiedBy)
			}
			continue
		}
		check(t, err, "")
		if s.State != host.Verified || s.VerifiedBy != c.who.Person || s.VerifiedOn != "2026-10-07" {
			t.Errorf("%s by %s on %s", s.State, s.VerifiedBy, s.VerifiedOn)
		}
		refused(t, w.Do("verify", s, nil), kind.CodeConflict, "error.state")
		refused(t, w.Replace(s), kind.CodeConflict, "error.state")
	}
}

// TestWhoChangedAStrengthDoesNotVerifyIt: the numbers are then his own, whoever
// sent the first ones.
func TestWhoChangedAStrengthDoesNotVerifyIt(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t), strength()
	w.Who = command
	check(t, w.Create(s), "")
	w.Who = lead
	s.Source = "payroll"
	check(t, w.Replace(s), "")
	refused(t, w.Do("verify", s, nil), kind.CodeConflict, "error.four_eyes")
	if s.State != host.Unverified {
		t.Errorf("state is %s", s.State)
	}
	w.Who = actor("ig", kind.Oversight)
	check(t, w.Do("verify", s, nil), "")
}

func ruth() *host.Counterpart {
	return &host.Counterpart{Head: head("ruth"), Name: "Ruth Maseko", Sex: "female", Service: kindtest.To("police_service", "police"),
		RankCode: "INSP", Unit: kindtest.To("unit", "S1"), Function: "Custody officer", Since: "2025-03-01"}
}

func TestCounterpart(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t), ruth()
	check(t, w.Create(p), "")
	if p.RefNo != "UNAC-CP-000001" || p.State != host.Active {
		t.Errorf("%s, %s", p.RefNo, p.State)
	}
	p.RankCode = "COL"
	check(t, w.Replace(p), "rank_code: error.police_service.rank")
	p.RankCode, p.Unit = "CST", kindtest.To("unit", "R1")
	check(t, w.Replace(p), "unit: error.counterpart.transfer")
	p.Unit, p.Consent.Given = kindtest.To("unit", "S1"), true
	for _, part := range []string{"date", "version", "lang"} {
		check(t, w.Replace(p), "consent/"+part+": error.field.required")
	}
	p.Consent = host.Consent{Given: true, On: "2026-02-10", Version: "1", Lang: "fr"}
	check(t, w.Replace(p), "")
}

func TestWhatOfACounterpartTheHostSees(t *testing.T) {
	t.Parallel()
	var official []string
	for _, f := range newWorld(t).Kinds.Get("counterpart").Fields {
		if f.Class <= kind.SHR {
			official = append(official, f.Name)
		}
	}
	want := []string{"name", "sex", "service", "rank_code", "rank_text", "unit", "function", "since", "official_contact"}
	if !slices.Equal(official, want) {
		t.Errorf("official data are %v", official)
	}
}

// counterpartMoves says where each verb leads from each state.
var counterpartMoves = map[string]struct {
	in any
	to map[kind.State]kind.State
}{
	"transfer": {&host.TransferInput{Unit: kindtest.To("unit", "R1"), Function: "Trainer", Since: "2026-10-01"},
		map[kind.State]kind.State{host.Active: host.Active, host.Transferred: host.Active}},
	"retire": {&host.RetireInput{On: "2026-10-01"}, map[kind.State]kind.State{host.Active: host.Retired,
		host.Transferred: host.Retired, host.Suspended: host.Retired}},
	"suspend":   {nil, map[kind.State]kind.State{host.Active: host.Suspended}},
	"reinstate": {nil, map[kind.State]kind.State{host.Suspended: host.Active, host.Retired: host.Active}},
}

func TestEveryCounterpartVerbFromEveryState(t *testing.T) {
	t.Parallel()
	for verb, move := range counterpartMoves {
		for _, from := range []kind.State{host.Active, host.Transferred, host.Retired, host.Suspended, host.Deceased} {
			w, p := newWorld(t), ruth()
			check(t, w.Create(p), "")
			p.State = from
			w.Set(p)
			err := w.Do(verb, p, move.in)
			to, possible := move.to[from]
			if !possible {
				refused(t, err, kind.CodeConflict, "error.state")
				to = from
			} else {
				check(t, err, "")
			}
			if p.State != to {
				t.Errorf("%s from %s: %s, want %s", verb, from, p.State, to)
			}
		}
	}
}

func TestTransferKeepsThePostThatWasLeft(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t), ruth()
	check(t, w.Create(p), "")
	move := func(in host.TransferInput) error { return w.Do("transfer", p, &in) }
	r1 := kindtest.To("unit", "R1")
	check(t, move(host.TransferInput{Unit: p.Unit, Function: "x", Since: "2026-10-01"}), "unit: error.counterpart.same_unit")
	check(t, move(host.TransferInput{Unit: r1, Since: "2026-10-01"}), "function: error.field.required")
	check(t, move(host.TransferInput{Unit: r1, Function: "x", Since: "2025-02-28"}), "since: error.field.order")
	check(t, move(host.TransferInput{Unit: r1, Function: "x", Since: "2026-10-08"}), "since: error.field.future")
	check(t, move(host.TransferInput{Unit: r1, Function: "Trainer", Since: "2026-10-01"}), "")
	left := host.FormerPost{Unit: kindtest.To("unit", "S1"), Function: "Custody officer", Since: "2025-03-01", Until: "2026-10-01"}
	if len(p.History) != 1 || p.History[0] != left || p.Unit != r1 || p.Function != "Trainer" || p.Since != "2026-10-01" {
		t.Errorf("%+v", p)
	}
	check(t, move(host.TransferInput{Since: "2026-10-05"}), "")
	if p.State != host.Transferred || len(p.History) != 2 {
		t.Errorf("left the units we know: %s, %d posts", p.State, len(p.History))
	}
}

func TestRetire(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t), ruth()
	check(t, w.Create(p), "")
	check(t, w.Do("retire", p, &host.RetireInput{On: "2025-02-28"}), "on: error.field.order")
	check(t, w.Do("retire", p, &host.RetireInput{On: "2026-10-01", Deceased: true}), "")
	if p.State != host.Deceased {
		t.Errorf("state is %s", p.State)
	}
}
