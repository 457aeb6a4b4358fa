package kind_test

import (
	"reflect"
	"slices"
	"testing"

	"colocate/domain/kind"
	"colocate/domain/value"
)

func full() *visit {
	v := valid()
	v.CreatedBy, v.UpdatedBy, v.RefNo = idA, "", "R-1"
	v.Advisers = []value.Ref{{Kind: "person", ID: idB}, {Kind: "person", ID: idA}}
	v.Theme, v.Themes = "T01", []value.Code{"T02", "T03"}
	v.Parties = []party{{Who: value.Ref{Kind: "person", ID: idB}}, {}}
	return v
}

func TestRefs(t *testing.T) {
	t.Parallel()
	got := registry(t).Get("visit").Refs(full())
	want := []kind.RefIn{
		{Path: "unit", Ref: value.Ref{Kind: "unit", ID: idA}, To: []string{"unit"}},
		{Path: "advisers/0", Ref: value.Ref{Kind: "person", ID: idB}, To: []string{"person"}},
		{Path: "advisers/1", Ref: value.Ref{Kind: "person", ID: idA}, To: []string{"person"}},
		{Path: "parties/0/who", Ref: value.Ref{Kind: "person", ID: idB}, To: []string{"unit", "person"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatal(got)
	}
	if refs := registry(t).Get("unit").Refs(&place{}); refs != nil {
		t.Fatal(refs)
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	got := registry(t).Get("visit").Codes(full())
	want := []kind.CodeIn{{"theme", "theme", "T01"}, {"themes/0", "theme", "T02"}, {"themes/1", "theme", "T03"}}
	if !slices.Equal(got, want) {
		t.Fatal(got)
	}
}

func TestOwners(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	if got := d.Owners(full()); !slices.Equal(got, []string{idA, idB}) {
		t.Fatal(got)
	}
	own, _ := d.Encode(full()).Get("_own")
	if !reflect.DeepEqual(own, []any{idA, idB}) {
		t.Fatal(own)
	}
	if got := d.Owners(&visit{}); got != nil {
		t.Fatal(got)
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	for name, want := range map[string][]string{"created_by": {idA}, "updated_by": {}, "advisers": {idB, idA},
		"unit": {idA}, "ref_no": {"R-1"}, "nope": nil, "host": nil} {
		if got := d.People(full(), name); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	r := registry(t)
	for name, want := range map[string]string{"visit": "unit.id", "unit": "id", "person": "id"} {
		if got := r.Get(name).ScopePath(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r.Get("visit").UnitOf(full()) != idA || r.Get("unit").UnitOf(&place{Head: kind.Head{ID: idB}}) != idB ||
		r.Get("person").UnitOf(&human{Head: kind.Head{ID: idB}}) != "" {
		t.Error("UnitOf")
	}
	var k kind.Kinds
	kind.Declare[struct {
		kind.Head
		Unit *value.Ref `f:"unit" to:"unit"`
	}](&k, with(func(s *kind.Spec) { s.Scope = kind.ByUnit("unit") }))
	kind.Declare[human](&k, with(func(s *kind.Spec) { s.Name = "other"; s.Scope = kind.Own() }))
	r, err := kind.Compile(k, kind.Elsewhere("unit"))
	if err != nil {
		t.Fatal(err)
	}
	d := r.Get("thing")
	rec := d.New()
	if got := d.UnitOf(rec); got != "" {
		t.Error(got)
	}
	if err := d.Load(kind.Doc{{"unit", ref("unit", idA)}}, rec); err != nil || d.UnitOf(rec) != idA || len(d.Refs(rec)) != 1 {
		t.Error(err, d.UnitOf(rec))
	}
	if r.Get("other").ScopePath() != "" {
		t.Error("a scope by author has a path")
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	got := kind.Labels(registry(t))
	for _, want := range []string{"kind.visit.name", "kind.visit.plural", "field.visit.parties.who.label",
		"field.visit.approve.why.label", "state.visit.approved.label", "verb.visit.send.label", "enum.weather.dry.label",
		"role.team_leader.label", "field.visit.host.quiet.label"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Error("not sorted, or one twice")
	}
	for _, no := range []string{"field.visit.state.label", "state.unit..label", "field.visit.send.label"} {
		if slices.Contains(got, no) {
			t.Errorf("%s is asked for", no)
		}
	}
}
