package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func planned(t *testing.T, f D, sort string) (*Plan, error) {
	t.Helper()
	sh := testShelves()[0]
	return sh.plan(f, sort)
}

// show writes a plan's branches as text.
func show(p *Plan) string {
	var out []string
	for _, b := range p.Branches {
		s := fmt.Sprint(strings.Join(b.Index.Fields, ","), b.Equal)
		if b.Lower != nil {
			s += fmt.Sprintf(" from %v %v", b.Lower.Value, b.Lower.Open)
		}
		if b.Upper != nil {
			s += fmt.Sprintf(" to %v %v", b.Upper.Value, b.Upper.Open)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestPlans(t *testing.T) {
	t.Parallel()
	m := Eq("mission_id", "m1")
	ids := func(n int) A {
		a := A{}
		for i := range n {
			a = append(a, fmt.Sprintf("u%03d", i))
		}
		return a
	}
	for name, tc := range map[string]struct {
		f               D
		sort            string
		want            string // branches, or how many
		exact, disjoint bool
	}{
		"equality, then sort":           {D{m}, "-start", "mission_id,start[m1]", true, true},
		"the longer equality":           {D{m, Eq("state", "x")}, "start", "mission_id,state,start[m1 x]", true, true},
		"in branches":                   {D{m, In("state", A{"y", "x", "x"})}, "start", "mission_id,state,start[m1 x]; mission_id,state,start[m1 y]", true, true},
		"in on the multi field overlap": {D{m, In("_own", A{"p", "q"})}, "start", "mission_id,_own,start[m1 p]; mission_id,_own,start[m1 q]", true, false},
		"too many values stay behind":   {D{m, In("unit.id", ids(maxBranches+1))}, "start", "mission_id,start[m1]", false, true},
		"as many as may be":             {D{m, In("unit.id", ids(maxBranches))}, "start", "64", true, true},
		"range on the sort":             {D{m, Gte("start", int64(1)), Lt("start", int64(5))}, "start", "mission_id,start[m1] from 1 false to 5 true", true, true},
		"half a range is checked again": {D{m, Gt("start", int64(1))}, "-start", "mission_id,start[m1] from 1 true", false, true},
		"equality on the sort":          {D{m, Eq("start", int64(3))}, "start", "mission_id,start[m1] from 3 false to 3 false", true, true},
		"two lower ends":                {D{m, Gt("start", int64(1)), Gt("start", int64(2)), Lt("start", int64(9))}, "start", "mission_id,start[m1] from 1 true to 9 true", false, true},
		"ends of two types":             {D{m, Gt("start", int64(1)), Lt("start", "x")}, "start", "mission_id,start[m1] from 1 true", false, true},
		"rest is checked":               {D{m, Eq("x", "y")}, "start", "mission_id,start[m1]", false, true},
		"negation is checked":           {D{m, Ne("state", "y")}, "start", "mission_id,start[m1]", false, true},
		"null is checked":               {D{m, Eq("state", nil)}, "start", "mission_id,state,start[m1 <nil>]", false, true},
		"null on the multi field":       {D{m, Eq("_own", nil)}, "start", "mission_id,start[m1]", false, true},
		"no sort ends in _id":           {D{m, Eq("code", "c")}, "", "mission_id,code[m1 c]", true, true},
		"_id named":                     {D{m, Eq("code", "c")}, "-_id", "mission_id,code[m1 c]", true, true},
		"or branches": {D{m, Or(D{Eq("_own", "p")}, D{In("unit.id", A{"u", "v"})})}, "start",
			"mission_id,_own,start[m1 p]; mission_id,unit.id,start[m1 u]; mission_id,unit.id,start[m1 v]", true, false},
		"or with a rest in one branch": {D{m, Or(D{Eq("_own", "p")}, D{Eq("unit.id", "u"), Ne("state", "draft")})}, "start",
			"mission_id,_own,start[m1 p]; mission_id,unit.id,start[m1 u]", false, false},
		"or that no index helps":  {D{m, Or(D{Eq("x", "p")}, D{Eq("_own", "u")})}, "start", "mission_id,start[m1]", false, true},
		"or, but the leaf better": {D{m, Eq("state", "s"), Or(D{Eq("x", "p")}, D{Eq("y", "u")})}, "start", "mission_id,state,start[m1 s]", false, true},
		"or at the top":           {D{Or(D{m, Eq("_own", "p")}, D{m, Eq("state", "s")})}, "start", "mission_id,_own,start[m1 p]; mission_id,state,start[m1 s]", true, false},
		"nested or": {D{m, Or(D{Eq("_own", "p")}, D{Or(D{Eq("state", "a")}, D{Eq("unit.id", "u")})})}, "start",
			"mission_id,_own,start[m1 p]; mission_id,state,start[m1 a]; mission_id,unit.id,start[m1 u]", true, false},
		"two ors":                 {D{m, Or(D{Eq("_own", "p")}, D{Eq("unit.id", "u")}), Or(D{Eq("x", 1)}, D{Eq("x", 2)})}, "start", "mission_id,_own,start[m1 p]; mission_id,unit.id,start[m1 u]", false, false},
		"nothing":                 {D{m, In("state", A{})}, "start", "", true, true},
		"nothing in one branch":   {D{m, Or(D{In("unit.id", A{})}, D{Eq("_own", "p")})}, "start", "mission_id,_own,start[m1 p]", true, true},
		"nothing, and no index":   {D{In("_id", A{})}, "x", "", true, true},
		"contradiction":           {D{m, Eq("state", "a"), Eq("state", "b")}, "start", "mission_id,state,start[m1 a]", false, true},
		"not in nothing is all":   {D{m, NotIn("state", A{})}, "start", "mission_id,start[m1]", false, true},
		"smaller in of two":       {D{m, In("state", A{"a", "b"}), Eq("state", "a")}, "start", "mission_id,state,start[m1 a]", false, true},
		"in of one field, in and": {D{And(D{m}, D{Eq("state", "a")})}, "start", "mission_id,state,start[m1 a]", true, true},
	} {
		p, err := planned(t, tc.f, tc.sort)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := show(p)
		if tc.want == "64" {
			got = fmt.Sprint(len(p.Branches))
		}
		if got != tc.want || p.Exact != tc.exact || p.Disjoint != tc.disjoint || p.Desc != strings.HasPrefix(tc.sort, "-") {
			t.Errorf("%s: %s, exact %v, disjoint %v", name, got, p.Exact, p.Disjoint)
		}
	}
}

func TestQueriesWithoutAPlanFail(t *testing.T) {
	t.Parallel()
	m := Eq("mission_id", "m1")
	for name, tc := range map[string]struct {
		f    D
		sort string
		want error
	}{
		"no equality":              {D{}, "start", ErrNoPlan},
		"only a range":             {D{Gt("start", 1)}, "start", ErrNoPlan},
		"sort that no index has":   {D{m}, "state", nil},
		"sort of an unknown field": {D{m}, "x", ErrNoPlan},
		"a longer sort":            {D{m}, "start,code", ErrNoPlan},
		"by _id, of many":          {D{m}, "", ErrNoPlan},
		"one branch without":       {D{Or(D{m}, D{Eq("state", "a")})}, "start", ErrNoPlan},
		"sort on the multi field":  {D{m}, "_own", ErrNoPlan},
		"two directions":           {D{m}, "start,-code", ErrUnsupported},
		"twice":                    {D{m}, "start,start", ErrUnsupported},
		"after _id":                {D{m}, "_id,start", ErrUnsupported},
		"bad path":                 {D{m}, "start.0", ErrUnsupported},
		"bad filter":               {D{{Key: "$nor", Value: A{}}}, "start", ErrUnsupported},
	} {
		if _, err := planned(t, tc.f, tc.sort); !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

func TestPlanOfHugeFiltersEnds(t *testing.T) {
	t.Parallel()
	f := D{Eq("mission_id", "m1")}
	for i := range 12 {
		f = append(f, Or(D{Eq("state", i)}, D{Eq("unit.id", i)}, D{Eq("_own", i)}))
	}
	start := time.Now()
	if _, err := planned(t, f, "start"); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
}

// fill puts n things straight into a mem, drawn with few values so that many tie.
func fill(rt *rapid.T, m *mem, n int) (ds []doc) {
	docs := map[string]Stored{}
	for i := range n {
		d := doc{el("mission_id", rapid.SampledFrom([]string{"m1", "m1", "m2"}).Draw(rt, "mission")), el("n", int64(i))}
		if rapid.Bool().Draw(rt, "has start") {
			d = append(d, el("start", rapid.OneOf(rapid.Just[any](nil), rapid.Custom(func(t *rapid.T) any { return int64(rapid.IntRange(0, 3).Draw(t, "start")) }),
				rapid.Just[any]("x"), rapid.Just[any](testTime)).Draw(rt, "start")))
		}
		d = append(d, el("state", rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "state")), el("unit", doc{el("id", rapid.SampledFrom([]string{"u", "v"}).Draw(rt, "unit"))}),
			el("_own", []any{rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "own"), rapid.SampledFrom([]string{"p", "r"}).Draw(rt, "own")}))
		k := thing(fmt.Sprintf("%03d", rapid.IntRange(0, 999).Draw(rt, "id")))
		docs[k.DocID()] = Stored{Key: k, Rev: 1, Seq: 1, Raw: stamp(k, 1, Encode(d))}
	}
	m.st.docs["thing"] = docs
	for _, s := range docs {
		d, _ := Decode(s.Raw)
		ds = append(ds, d)
	}
	return ds
}

func drawQuery(rt *rapid.T) Query {
	leaf := func() E {
		return rapid.SampledFrom([]E{Eq("state", "a"), In("state", A{"a", "b"}), Ne("state", "b"), Eq("unit.id", "u"), In("unit.id", []string{"u", "v"}),
			Eq("_own", "p"), In("_own", A{"p", "q", "r"}), Gt("start", int64(0)), Lte("start", int64(2)), Lt("start", "y"), Eq("start", int64(1)),
			Eq("start", nil), Gte("n", int64(3)), Exists("start", true), In("state", A{}), Or(D{Eq("_own", "p")}, D{Eq("unit.id", "u"), Ne("state", "a")}),
			Or(D{Eq("state", "a")}, D{In("_own", A{"q", "r"})}, D{Gt("n", int64(9))})}).Draw(rt, "leaf")
	}
	f := D{Eq("mission_id", "m1")}
	for range rapid.IntRange(0, 3).Draw(rt, "leaves") {
		f = append(f, leaf())
	}
	return Query{Filter: f, Sort: rapid.SampledFrom([]string{"start", "-start"}).Draw(rt, "sort"), Limit: rapid.IntRange(1, 7).Draw(rt, "limit")}
}

// TestPagesEqualAFilteredSort reads every page of random queries: together
// they are what filtering and sorting everything gives, each document once.
func TestPagesEqualAFilteredSort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newMem(true)
		s := openMem(t, m)
		defer s.Close()
		ds, q := fill(rt, m, rapid.IntRange(0, 40).Draw(rt, "n")), drawQuery(rt)
		var want []string
		slices.SortFunc(ds, func(a, b doc) int {
			x, _ := a.Get("start")
			y, _ := b.Get("start")
			i, _ := a.Get("_id")
			j, _ := b.Get("_id")
			c := Compare(x, y)
			if c == 0 {
				c = Compare(i, j)
			}
			if q.Sort[0] == '-' {
				return -c
			}
			return c
		})
		for _, d := range ds {
			if naive(q.Filter, d) {
				id, _ := d.Get("_id")
				want = append(want, id.(string))
			}
		}
		var got []string
		for q.Cursor = ""; ; {
			p, err := s.Find(context.Background(), "thing", q)
			if err != nil {
				rt.Fatal(err)
			}
			for _, d := range p.Docs {
				got = append(got, docID(d))
			}
			if q.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			rt.Errorf("%v by %s: %v, want %v", q.Filter, q.Sort, got, want)
		}
		var each []string
		_ = s.Each(context.Background(), "thing", q, func(d Raw) error { each = append(each, docID(d)); return nil })
		if !slices.Equal(each, want) {
			rt.Errorf("each: %v, want %v", each, want)
		}
		groupsAgree(rt, s, ds, q)
	})
}

func groupsAgree(rt *rapid.T, s *store, ds []doc, q Query) {
	want := map[string]int64{}
	for _, d := range ds {
		if naive(q.Filter, d) {
			st, _ := d.Get("state")
			want[st.(string)]++
		}
	}
	gs, err := s.Group(context.Background(), "thing", Grouping{Filter: q.Filter, By: []string{"state"}})
	if err != nil {
		rt.Fatal(err)
	}
	if len(gs) != len(want) {
		rt.Errorf("groups %+v, want %v", gs, want)
	}
	for _, g := range gs {
		if g.Count != want[g.By[0].(string)] {
			rt.Errorf("groups %+v, want %v", gs, want)
		}
	}
}

func TestPageWorkIsBounded(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	docs := map[string]Stored{}
	const total = 2*maxExamined + 500
	for i := range total {
		k := thing(fmt.Sprintf("%05d", i))
		docs[k.DocID()] = Stored{Key: k, Rev: 1, Seq: 1, Raw: stamp(k, 1, thingDoc("start", int64(i), "last", i == total-1))}
	}
	m.st.docs["thing"] = docs
	q := Query{Filter: D{Eq("mission_id", "m1"), Eq("last", true)}, Sort: "start", Limit: 10}
	var sizes []int
	for {
		p, err := s.Find(context.Background(), "thing", q)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(p.Docs))
		if q.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	if !slices.Equal(sizes, []int{0, 0, 1}) {
		t.Errorf("pages of %v", sizes)
	}
}

func TestCursorsBelongToTheirQuery(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	for i := range 5 {
		mustCommit(t, s, commitOf("", putOf(fmt.Sprint(i), 0, "start", testTime.Add(time.Duration(i)), "state", "a")))
	}
	ctx, m1 := context.Background(), Eq("mission_id", "m1")
	q := Query{Filter: D{m1}, Sort: "start", Limit: 2}
	p, err := s.Find(ctx, "thing", q)
	if err != nil || p.Next == "" {
		t.Fatal(err)
	}
	if strings.Contains(p.Next, "=") {
		t.Error("not for a URL")
	}
	with := func(c string) Query { x := q; x.Cursor = c; return x }
	other := with(p.Next)
	other.Filter = D{m1, Eq("state", "a")}
	back := with(p.Next)
	back.Sort = "-start"
	bad := []byte(p.Next)
	bad[len(bad)/2] ^= 1
	for name, x := range map[string]Query{"other filter": other, "other sort": back, "changed": with(string(bad)), "cut": with(p.Next[:20]), "no base64": with("!"), "short": with("AA")} {
		if _, err := s.Find(ctx, "thing", x); !errors.Is(err, ErrCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Find(ctx, "thing.released", with(p.Next)); !errors.Is(err, ErrCursor) {
		t.Errorf("other shelf: %v", err)
	}
	foreign, err := Open(ctx, Options{Backend: newMem(true), Shelves: testShelves(), Key: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	if _, err := foreign.Find(ctx, "thing", with(p.Next)); !errors.Is(err, ErrCursor) {
		t.Errorf("other key: %v", err)
	}
	if p, err := s.Find(ctx, "thing", with(p.Next)); err != nil || len(p.Docs) != 2 {
		t.Errorf("its own: %v %v", p, err)
	}
}

func TestReadersRefuse(t *testing.T) {
	t.Parallel()
	s := openMem(t, newMem(true))
	mustCommit(t, s, commitOf("", putOf("t1", 0, "state", "a")))
	ctx, f := context.Background(), D{Eq("mission_id", "m1")}
	for _, n := range []int{0, -1, maxLimit + 1} {
		if _, err := s.Find(ctx, "thing", Query{Filter: f, Sort: "start", Limit: n}); err == nil {
			t.Errorf("limit %d", n)
		}
	}
	if _, err := s.Find(ctx, "nowhere", Query{Filter: f, Limit: 1}); !errors.Is(err, ErrNoPlan) {
		t.Error(err)
	}
	if _, err := s.Get(ctx, thing("t1"), D{Eq("state", "b")}); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := s.Get(ctx, thing("t1"), D{Eq("state", "a")}); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(ctx, Key{"x", "m1", "t1"}, nil); err == nil {
		t.Error("a shelf that is not declared")
	}
	if _, err := s.Get(ctx, thing("t1"), D{{Key: "$nor", Value: A{}}}); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
	for _, g := range []Grouping{{Filter: f, By: []string{"x"}}, {Filter: f, By: []string{"_own"}}, {Filter: f, Sum: []string{"x"}}} {
		if _, err := s.Group(ctx, "thing", g); !errors.Is(err, ErrUnsupported) {
			t.Error(err)
		}
	}
	stop := errors.New("stop")
	if err := s.Each(ctx, "thing", Query{Filter: f, Sort: "start"}, func(Raw) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	if vs, err := s.History(ctx, thing("none"), 0, 5); err != nil || len(vs) != 0 {
		t.Errorf("%v %v", vs, err)
	}
}

func TestTallyCountsSumsAndSorts(t *testing.T) {
	t.Parallel()
	ta := NewTally(Grouping{By: []string{"state", "n"}, Sum: []string{"n", "x"}})
	for _, d := range []doc{{el("state", "b"), el("n", int64(2))}, {el("state", "a"), el("n", 2.0)}, {el("state", "a"), el("n", int64(2)), el("x", "no number")}, {el("n", 1.5)}} {
		ta.Add(Encode(d))
	}
	got := fmt.Sprint(ta.Rows())
	if want := "[{[<nil> 1.5] 1 [1.5 0]} {[a 2] 2 [4 0]} {[b 2] 1 [2 0]}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOpenRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"short key":  {Key: []byte("short")},
		"no name":    {Key: testKey, Shelves: []Shelf{{}}},
		"twice":      {Key: testKey, Shelves: []Shelf{{Name: "a"}, {Name: "a"}}},
		"no fields":  {Key: testKey, Shelves: []Shelf{{Name: "a", Indexes: []Index{{}}}}},
		"bad fields": {Key: testKey, Shelves: []Shelf{{Name: "a", Indexes: []Index{{Fields: []string{"a.0"}}}}}},
	} {
		o.Backend = newMem(true)
		if _, err := Open(context.Background(), o); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	sh := testShelves()[0]
	f := D{Eq("mission_id", "m1"), Or(D{Eq("_own", "p")}, D{In("unit.id", []string{"u", "v", "w"}), Ne("state", "draft")})}
	for b.Loop() {
		if _, err := sh.plan(f, "-start"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOverlappingBranchesFillPages has every document come from two branches:
// they take no room on a page.
func TestOverlappingBranchesFillPages(t *testing.T) {
	t.Parallel()
	s := openMem(t, newMem(true))
	for i := range 6 {
		mustCommit(t, s, commitOf("", putOf(fmt.Sprint(i), 0, "start", int64(i), "_own", []any{"p", "q"})))
	}
	q := Query{Filter: D{Eq("mission_id", "m1"), In("_own", A{"p", "q"})}, Sort: "start", Limit: 4}
	p, err := s.Find(context.Background(), "thing", q)
	if err != nil || len(p.Docs) != 4 || p.Next == "" {
		t.Fatalf("%d documents, next %q, %v", len(p.Docs), p.Next, err)
	}
	q.Cursor = p.Next
	if p, err = s.Find(context.Background(), "thing", q); err != nil || len(p.Docs) != 2 || p.Next != "" {
		t.Errorf("%d documents, next %q, %v", len(p.Docs), p.Next, err)
	}
}

func TestLoosePlans(t *testing.T) {
	t.Parallel()
	sh := Shelf{Name: "s", Indexes: []Index{
		{Fields: []string{"m", "own", "a"}, Multi: "own"},
		{Fields: []string{"m", "a", "b"}},
		{Fields: []string{"m", "c", "d"}},
	}}
	for name, tc := range map[string]struct {
		f     D
		wants []string
		want  string
		exact bool
	}{
		"prefix":                 {D{Eq("m", 1)}, nil, "m,own,a[1]", true},
		"holds what is counted":  {D{Eq("m", 1)}, []string{"d"}, "m,c,d[1]", true},
		"range after equality":   {D{Eq("m", 1), Gte("a", 1), Lt("a", 3)}, []string{"b"}, "m,a,b[1] from 1 false to 3 true", true},
		"no range on many":       {D{Eq("m", 1), Gte("own", "a"), Lt("own", "b")}, []string{"own"}, "m,own,a[1]", false},
		"equality on all of one": {D{Eq("m", 1), Eq("c", 1), Eq("d", 2)}, nil, "m,c,d[1 1 2]", true},
	} {
		p, err := sh.loosePlan(tc.f, tc.wants...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := show(p); got != tc.want || p.Exact != tc.exact || !p.Unordered {
			t.Errorf("%s: %s, exact %v", name, got, p.Exact)
		}
	}
	if _, err := sh.loosePlan(D{Eq("a", 1)}); !errors.Is(err, ErrNoPlan) {
		t.Error(err)
	}
}
