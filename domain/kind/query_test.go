package kind_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

func TestParseFilter(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	for _, c := range []struct {
		field, in string
		want      any
	}{
		{"late", "true", true}, {"late", "false", false}, {"cells", "-3", int64(-3)}, {"weather", "dry", "dry"},
		{"unit", idA, idA}, {"advisers", idB, idB}, {"theme", "T07", "T07"}, {"tongue", "sr-Latn", "sr-Latn"},
		{"day", "2026-02-28", "2026-02-28"}, {"since", "2026", "2026"}, {"name", " abc ", "abc"}, {"state", "sent", "sent"},
		{"start", "2026-10-06T09:30:00+02:00", time.Date(2026, 10, 6, 7, 30, 0, 0, time.UTC)}, {"created_by", idA, idA},
	} {
		got, fault := d.ParseFilter(d.Field(c.field), c.in)
		if fault != nil || got != c.want {
			t.Errorf("%s=%s: %v %v", c.field, c.in, got, fault)
		}
	}
	for _, c := range [][3]string{
		{"late", "yes", "type"}, {"cells", "1.5", "type"}, {"weather", "hot", "enum"}, {"unit", "x", "type"}, {"theme", "t", "pattern"},
		{"theme", "T1\u202e", "characters"}, {"tongue", "?", "pattern"}, {"day", "2026", "type"}, {"since", "26", "type"},
		{"name", "", "pattern"}, {"name", strings.Repeat("x", 5000), "pattern"}, {"state", "", "enum"}, {"start", "now", "type"},
	} {
		got, fault := d.ParseFilter(d.Field(c[0]), c[1])
		if fault == nil || got != nil || fault.Key != "error.field."+c[2] {
			t.Errorf("%s=%s: %v %v, want %s", c[0], c[1], got, fault, c[2])
		}
	}
}

func spell(list []kind.Index) []string {
	var out []string
	for _, ix := range list {
		s := strings.Join(ix.Fields, " ")
		if ix.Multi != "" {
			s += " *" + ix.Multi
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func TestIndexes(t *testing.T) {
	t.Parallel()
	r := registry(t)
	want := []string{
		"mission_id _own created_at *_own", "mission_id _own span.start *_own", "mission_id _own start *_own",
		"mission_id created_at", "mission_id name", "mission_id span.start", "mission_id start",
		"mission_id state span.start", "mission_id unit.id created_at", "mission_id unit.id span.start",
		"mission_id unit.id start", "mission_id weather sorts created_at *sorts",
	}
	if got := spell(r.Get("visit").Indexes()); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for i := range want {
		want[i] = strings.Replace(want[i], "created_at", "released_at", 1)
	}
	slices.Sort(want)
	if got := spell(r.Get("visit").ReleasedIndexes()); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := r.Get("unit").ReleasedIndexes(); got != nil {
		t.Error(got)
	}
	if got := spell(r.Get("unit").Indexes()); !slices.Equal(got, []string{"mission_id _own created_at *_own", "mission_id code", "mission_id created_at", "mission_id id created_at"}) {
		t.Errorf("%q", got)
	}
}

// What the released copy does not hold is not indexed there; reference data has
// no mission.
func TestIndexesLeaveOut(t *testing.T) {
	t.Parallel()
	type shared struct {
		kind.Head
		Open   string    `f:"open,filter,sort"`
		Closed string    `f:"closed,filter,sort" class:"MIS"`
		One    value.Ref `f:"one" to:"thing"`
	}
	var k kind.Kinds
	kind.Declare[shared](&k, with(func(s *kind.Spec) {
		s.Releasable, s.Scope, s.OnePer = true, kind.Service(), "one"
		s.Lists = kind.Lists{{By: "closed"}, {By: "open", Sort: "-closed"}, {By: "open", Sort: "closed"}, {By: "open", Sort: "open"}}
	}))
	r, err := kind.Compile(k)
	if err != nil {
		t.Fatal(err)
	}
	d := r.Get("thing")
	if got := spell(d.Indexes()); !slices.Equal(got, []string{"_own closed *_own", "_own created_at *_own", "_own open *_own", "closed",
		"closed created_at", "created_at", "one.id", "open", "open closed"}) {
		t.Errorf("%q", got)
	}
	if got := spell(d.ReleasedIndexes()); !slices.Equal(got, []string{"_own open *_own", "_own released_at *_own", "one.id", "open", "open released_at", "released_at"}) {
		t.Errorf("%q", got)
	}
}

// A list by the unit and something more has a twin for what is one's own.
func TestAListWithinAReachHasATwin(t *testing.T) {
	t.Parallel()
	type placed struct {
		kind.Head
		Unit value.Ref `f:"unit,filter" to:"unit"`
		Mood weather   `f:"mood,filter"`
		Name string    `f:"name,sort"`
	}
	var k kind.Kinds
	kind.Declare[placed](&k, with(func(s *kind.Spec) {
		s.Scope, s.Lists = kind.ByUnit("unit"), kind.Lists{{By: "unit,mood", Sort: "name"}, {By: "mood,unit", Sort: "name"}}
	}))
	r, err := kind.Compile(k, kind.Elsewhere("unit"))
	if err != nil {
		t.Fatal(err)
	}
	got := spell(r.Get("thing").Indexes())
	for want, there := range map[string]bool{"mission_id unit.id mood name": true, "mission_id _own mood name *_own": true, "mission_id _own unit.id name *_own": false} {
		if slices.Contains(got, want) != there {
			t.Errorf("%q in %q", want, got)
		}
	}
}
