package store

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"colocate/domain/kind"
)

type doc = kind.Doc

func el(name string, v any) kind.Elem { return kind.Elem{Name: name, Value: v} }

func TestMatchFollowsMongoDB(t *testing.T) {
	t.Parallel()
	// The documents and answers of the null rows are those that MongoDB's own
	// documentation of null queries gives.
	docs := map[string]doc{
		"empty_sub":  {el("a", doc{})},
		"null":       {el("a", nil)},
		"number":     {el("a", int64(4))},
		"double":     {el("a", 4.0)},
		"half":       {el("a", 4.5)},
		"sub_set":    {el("a", doc{el("b", "hi")})},
		"sub_null":   {el("a", doc{el("b", nil)})},
		"none":       {},
		"nested":     {el("a", []any{[]any{}})},
		"empty":      {el("a", []any{})},
		"objs_null":  {el("a", []any{doc{el("b", nil)}, doc{}})},
		"objs_set":   {el("a", []any{doc{el("b", int64(1))}, doc{el("b", "string")}})},
		"objs_some":  {el("a", []any{doc{el("b", int64(3))}, doc{}})},
		"vals":       {el("a", []any{int64(1), "string", int64(4)})},
		"vals_null":  {el("a", []any{int64(1), nil})},
		"text":       {el("a", "hi")},
		"yes":        {el("a", true)},
		"date":       {el("a", testTime)},
		"deep":       {el("a", []any{[]any{int64(4)}})},
		"objs_lists": {el("a", []any{doc{el("b", []any{int64(7), int64(8)})}})},
	}
	all := func(not ...string) string {
		var out []string
		for name := range docs {
			if !slices.Contains(not, name) {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	names := func(s ...string) string { slices.Sort(s); return strings.Join(s, " ") }
	isNull := []string{"null", "none", "vals_null"}
	dotted := []string{"empty_sub", "null", "number", "double", "half", "sub_null", "none", "objs_null", "objs_some", "text", "yes", "date"}
	four := []string{"number", "double", "vals"}
	for name, tc := range map[string]struct {
		f    D
		want string
	}{
		"nothing said":                         {nil, all()},
		"null":                                 {D{Eq("a", nil)}, names(isNull...)},
		"plain value":                          {D{{Key: "a", Value: int64(4)}}, names(four...)},
		"not null":                             {D{Ne("a", nil)}, all(isNull...)},
		"dotted null":                          {D{Eq("a.b", nil)}, names(dotted...)},
		"dotted not":                           {D{Ne("a.b", nil)}, all(dotted...)},
		"in null, four":                        {D{In("a", A{nil, 4})}, names(append(isNull, four...)...)},
		"nin":                                  {D{NotIn("a", A{nil, 4})}, all(append(isNull, four...)...)},
		"nin nothing":                          {D{NotIn("a", A{})}, all()},
		"in nothing":                           {D{In("a", []string{})}, ""},
		"exists":                               {D{Exists("a", true)}, all("none")},
		"exists not":                           {D{Exists("a", false)}, "none"},
		"dotted exists":                        {D{Exists("a.b", true)}, names("sub_set", "sub_null", "objs_null", "objs_set", "objs_some", "objs_lists")},
		"double is int":                        {D{Eq("a", 4.0)}, names(four...)},
		"gt, numbers":                          {D{Gt("a", int32(4))}, "half"},
		"gte, numbers":                         {D{Gte("a", 4)}, names("number", "double", "half", "vals")},
		"lt, numbers":                          {D{Lt("a", 4)}, names("vals", "vals_null")},
		"lte, text":                            {D{Lte("a", "hi")}, "text"},
		"gt false":                             {D{Gt("a", false)}, "yes"},
		"dates":                                {D{Gte("a", testTime), Lt("a", testTime.Add(1e6))}, "date"},
		"other type":                           {D{Lt("a", testTime.Add(-1e6))}, ""},
		"through arrays":                       {D{Eq("a.b", 8)}, "objs_lists"},
		"and, both ends on different elements": {D{Gt("a", 3), Lt("a", 2)}, "vals"},
		"or":                                   {D{Or(D{Eq("a", "hi")}, D{Eq("a", true)})}, names("text", "yes")},
		"and in or":                            {D{Or(D{And(D{Gte("a", 4)}, D{Lt("a", 4.2)})}, D{Eq("a.b", "hi")})}, names("number", "double", "vals", "sub_set")},
		"ne is not any":                        {D{Ne("a", 4)}, all(four...)},
		"many values":                          {D{In("a", A{"a", "hi", "zz", 4.5, true, testTime, 99})}, names("text", "half", "yes", "date")},
		"operators of one field":               {D{{Key: "a", Value: D{{Key: "$gte", Value: 4}, {Key: "$ne", Value: 4.5}}}}, names("number", "double", "vals")},
	} {
		x, err := ParseFilter(tc.f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for n, d := range docs {
			if Match(x, Encode(d)) {
				got = append(got, n)
			}
		}
		slices.Sort(got)
		if g := strings.Join(got, " "); g != tc.want {
			t.Errorf("%s: matches %q\nwant %q", name, g, tc.want)
		}
	}
}

// naive is a second, slow reading of the language over decoded documents.
func naive(f D, d doc) bool {
	for _, e := range f {
		ok := false
		switch e.Key {
		case "$and", "$or":
			all, one := true, false
			for _, x := range e.Value.(A) {
				m := naive(x.(D), d)
				all, one = all && m, one || m
			}
			ok = e.Key == "$and" && all || e.Key == "$or" && one
		default:
			ok = true
			for _, o := range e.Value.(D) {
				ok = ok && naiveOp(o, naiveReach(d, strings.Split(e.Key, ".")))
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// absent stands where a path ends early, wholeArray beside an array's elements.
type (
	absent     struct{}
	wholeArray struct{}
)

// naiveReach lists what stands at the path; absent{} where it ends early.
func naiveReach(v any, path []string) (out []any) {
	if len(path) == 0 {
		if l, ok := v.([]any); ok {
			return append(append(out, l...), wholeArray{})
		}
		return []any{v}
	}
	switch x := v.(type) {
	case doc:
		c, ok := x.Get(path[0])
		if l, is := c.([]any); is && len(path) > 1 {
			for _, e := range l {
				if sub, is := e.(doc); is {
					out = append(out, naiveReach(sub, path[1:])...)
				}
			}
			return out
		}
		if !ok {
			return []any{absent{}}
		}
		return naiveReach(c, path[1:])
	}
	return []any{absent{}}
}

func naiveOp(o E, vs []any) bool {
	any1 := func(f func(any) bool) bool { return slices.ContainsFunc(vs, f) }
	in := func(l A) bool {
		return any1(func(v any) bool {
			return slices.ContainsFunc(l, func(x any) bool {
				if x == nil {
					return v == nil || v == absent{}
				}
				return naiveRank(v) == naiveRank(x) && Compare(v, x) == 0
			})
		})
	}
	ord := func(f func(int) bool) bool {
		return any1(func(v any) bool { return naiveRank(v) == naiveRank(o.Value) && f(Compare(v, o.Value)) })
	}
	switch o.Key {
	case "$eq":
		return in(A{o.Value})
	case "$ne":
		return !in(A{o.Value})
	case "$in":
		return in(o.Value.(A))
	case "$nin":
		return !in(o.Value.(A))
	case "$gt":
		return ord(func(c int) bool { return c > 0 })
	case "$gte":
		return ord(func(c int) bool { return c >= 0 })
	case "$lt":
		return ord(func(c int) bool { return c < 0 })
	case "$lte":
		return ord(func(c int) bool { return c <= 0 })
	}
	return any1(func(v any) bool { return v != absent{} }) == o.Value.(bool)
}

func naiveRank(v any) string {
	switch v.(type) {
	case int64, float64, int:
		return "number"
	}
	return fmt.Sprintf("%T", v)
}

func drawScalar(t *rapid.T) any {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) any { return int64(rapid.IntRange(0, 4).Draw(t, "i")) }),
		rapid.Custom(func(t *rapid.T) any { return rapid.SampledFrom([]float64{0, 1, 1.5, 4}).Draw(t, "f") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.SampledFrom([]string{"", "a", "b", "ab"}).Draw(t, "s") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Bool().Draw(t, "b") }),
		rapid.Custom(func(t *rapid.T) any {
			return testTime.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "t")) * time.Hour)
		}),
		rapid.Just[any](nil),
	).Draw(t, "scalar")
}

func drawValue(t *rapid.T, depth int) any {
	switch n := rapid.IntRange(0, 9).Draw(t, "shape"); {
	case n > 7 && depth > 0:
		return drawDoc(t, depth-1)
	case n > 5 && depth > 0:
		l := make([]any, rapid.IntRange(0, 3).Draw(t, "len"))
		for i := range l {
			l[i] = drawValue(t, depth-1)
		}
		return l
	}
	return drawScalar(t)
}

func drawDoc(t *rapid.T, depth int) doc {
	d := doc{}
	for _, f := range []string{"a", "b", "c"} {
		if rapid.Bool().Draw(t, "has") {
			d = append(d, el(f, drawValue(t, depth)))
		}
	}
	return d
}

func drawFilter(t *rapid.T, depth int) D {
	f := D{}
	for range rapid.IntRange(0, 2).Draw(t, "elements") {
		if depth > 0 && rapid.IntRange(0, 3).Draw(t, "nest") == 0 {
			l := A{}
			for range rapid.IntRange(1, 3).Draw(t, "filters") {
				l = append(l, drawFilter(t, depth-1))
			}
			f = append(f, E{Key: rapid.SampledFrom([]string{"$and", "$or"}).Draw(t, "op"), Value: l})
			continue
		}
		f = append(f, drawLeaf(t, rapid.SampledFrom([]string{"a", "b", "a.b", "a.b.c", "b.a"}).Draw(t, "path")))
	}
	return f
}

func drawLeaf(t *rapid.T, path string) E {
	op := rapid.SampledFrom([]string{"$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists"}).Draw(t, "op")
	var v any
	switch op {
	case "$exists":
		v = rapid.Bool().Draw(t, "yes")
	case "$in", "$nin":
		l := A{}
		for range rapid.IntRange(0, 4).Draw(t, "values") {
			l = append(l, drawScalar(t))
		}
		v = l
	default:
		if v = drawScalar(t); v == nil && op != "$eq" && op != "$ne" {
			v = int64(1)
		}
	}
	return E{Key: path, Value: D{{Key: op, Value: v}}}
}

func TestMatchEqualsASlowReading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d, f := drawDoc(rt, 3), drawFilter(rt, 2)
		x, err := ParseFilter(f)
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := Match(x, Encode(d)), naive(f, d); got != want {
			rt.Errorf("%v on %v: %v, want %v", f, d, got, want)
		}
	})
}

func TestParseFilterRefusesTheRest(t *testing.T) {
	t.Parallel()
	deep := D{Eq("a", 1)}
	for range maxDepth + 1 {
		deep = D{And(deep)}
	}
	wide := D{}
	for range maxLeaves + 1 {
		wide = append(wide, Eq("a", 1))
	}
	for name, f := range map[string]D{
		"regex":            {{Key: "a", Value: D{{Key: "$regex", Value: "x"}}}},
		"not":              {{Key: "a", Value: D{{Key: "$not", Value: D{{Key: "$gt", Value: 1}}}}}},
		"nor":              {{Key: "$nor", Value: A{D{}}}},
		"expr":             {{Key: "$expr", Value: D{}}},
		"where":            {{Key: "$where", Value: "1"}},
		"text":             {{Key: "$text", Value: D{}}},
		"array value":      {Eq("a", A{1})},
		"document value":   {Eq("a", D{{Key: "b", Value: 1}})},
		"document implied": {{Key: "a", Value: D{{Key: "b", Value: 1}}}},
		"empty document":   {{Key: "a", Value: D{}}},
		"in of no list":    {{Key: "a", Value: D{{Key: "$in", Value: "x"}}}},
		"in too long":      {In("a", make(A, maxIn+1))},
		"exists of 1":      {{Key: "a", Value: D{{Key: "$exists", Value: 1}}}},
		"gt null":          {Gt("a", nil)},
		"empty or":         {Or()},
		"or of no list":    {{Key: "$or", Value: D{}}},
		"or of values":     {{Key: "$or", Value: A{1}}},
		"empty path":       {Eq("", 1)},
		"empty part":       {Eq("a..b", 1)},
		"number in path":   {Eq("a.0", 1)},
		"dollar in path":   {Eq("a.$", 1)},
		"NUL in path":      {Eq("a\x00", 1)},
		"long path":        {Eq("a.b.c.d.e.f.g.h.i", 1)},
		"bytes":            {Eq("a", []byte{1})},
		"deep":             deep,
		"wide":             wide,
		"uint":             {Eq("a", uint(1))},
	} {
		if _, err := ParseFilter(f); err == nil || !strings.Contains(err.Error(), ErrUnsupported.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, f := range map[string]D{"[]D": {{Key: "$or", Value: []D{{Eq("a", 1)}}}}, "[]any": {In("a", []any{1})}} {
		if _, err := ParseFilter(f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompareOrdersTypesAndNumbers(t *testing.T) {
	t.Parallel()
	in := []any{nil, math.NaN(), math.Inf(-1), int64(math.MinInt64), -1.5, int64(-1), int64(0), 0.5, int64(1 << 53), int64(1<<53 + 1),
		float64(1<<53 + 2), int64(math.MaxInt64), float64(1 << 63), math.Inf(1), "", "a", "b", false, true, testTime, testTime.Add(1e6)}
	for i, a := range in {
		for k, b := range in {
			want := 0
			if i < k {
				want = -1
			} else if i > k {
				want = 1
			}
			if got := Compare(a, b); got != want {
				t.Errorf("%v to %v: %d, want %d", a, b, got, want)
			}
		}
	}
	if Compare(int64(2), 2.0) != 0 || Compare(2.0, int32(2)) != 0 {
		t.Error("2 and 2.0 differ")
	}
}

func TestValuesAreWhatAnIndexHolds(t *testing.T) {
	t.Parallel()
	d := Encode(doc{el("a", []any{"y", "x", "y", doc{}, []any{"z"}}), el("b", []any{doc{el("c", int64(1))}, doc{}, "s"}), el("e", []any{}), el("n", nil)})
	for path, want := range map[string][]any{
		"a": {"x", "y"}, "b.c": {nil, int64(1)}, "e": {}, "n": {nil}, "none": {nil}, "n.x": {nil}, "b": {"s"}, "": {nil},
	} {
		if got := Values(d, path); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", path, got, want)
		}
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	d := Encode(sample())
	x, _ := ParseFilter(D{Eq("mission_id", "m1"), In("state", A{"draft", "open"}), Gte("start", testTime), Ne("unit.id", "x"), Lt("name.text", "z")})
	if !Match(x, d) {
		t.Fatal("no match")
	}
	if n := testing.AllocsPerRun(100, func() { Match(x, d) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMatch(b *testing.B) {
	d := Encode(sample())
	x, _ := ParseFilter(D{Eq("mission_id", "m1"), In("state", A{"draft", "open"}), Gte("start", testTime), Ne("unit.id", "x")})
	for b.Loop() {
		Match(x, d)
	}
}
