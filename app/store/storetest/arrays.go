package storetest

import (
	"testing"

	"colocate/app/store"
)

// lists is a document for each shape that a field of several values may have.
var lists = []struct {
	id string
	v  any
}{
	{"none", missing}, {"null", nil}, {"empty", store.A{}}, {"single", "a"}, {"a", store.A{"a"}}, {"ab", store.A{"a", "b"}},
	{"ba", store.A{"b", "a"}}, {"aa", store.A{"a", "a"}}, {"mixed", store.A{"a", int64(1), true, day}}, {"doubles", store.A{int32(1), 1.0, 1.5}},
	{"withnull", store.A{nil, "b"}}, {"nested", store.A{store.A{"a"}}}, {"docs", store.A{store.D{{Key: "x", Value: "a"}}}},
}

func listStore(t *testing.T, open Opener) *suite {
	s := fresh(t, open)
	for i, x := range lists {
		pairs := []any{"n", int64(i)}
		if x.v != any(missing) {
			pairs = append(pairs, "tags", x.v, "loose", x.v)
		}
		s.put(x.id, 0, thing(pairs...))
	}
	return s
}

// arrays are filters on a field of several values: any element counts.
func arrays(t *testing.T, open Opener) {
	s := listStore(t, open)
	for _, c := range arrayCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := s.with(t)
			for _, sort := range []string{"", "n", "-n"} {
				s.equal("indexed by "+sort, s.list(store.D{wide, {Key: "tags", Value: c.cond}}, sort), c.want)
				s.equal("other by "+sort, s.list(store.D{wide, {Key: "loose", Value: c.cond}}, sort), c.want)
				s.equal("streamed by "+sort, s.each(store.D{wide, {Key: "tags", Value: c.cond}}, sort), c.want)
			}
		})
	}
	t.Run("each document once, in order", func(t *testing.T) {
		t.Parallel()
		s := s.with(t)
		f := store.D{wide, store.In("tags", store.A{"a", "b", 1, true})}
		s.same("up", s.list(f, "n"), []string{"single", "a", "ab", "ba", "aa", "mixed", "doubles", "withnull"})
		s.same("down", s.list(f, "-n"), []string{"withnull", "doubles", "mixed", "aa", "ba", "ab", "a", "single"})
	})
	elements(t, open)
	examples(t, open, moveCases)
}

// elements are filters on a field of documents within an array.
func elements(t *testing.T, open Opener) {
	s := fresh(t, open)
	p := func(ids ...string) store.A {
		a := store.A{}
		for _, id := range ids {
			a = append(a, store.D{{Key: "id", Value: id}, {Key: "role", Value: "r-" + id}})
		}
		return a
	}
	s.put("p1", 0, thing("n", int64(1), "people", p("x")))
	s.put("p2", 0, thing("n", int64(2), "people", p("x", "y")))
	s.put("p3", 0, thing("n", int64(3), "people", p("y", "y")))
	s.put("p4", 0, thing("n", int64(4), "people", store.D{{Key: "id", Value: "x"}}))
	s.put("p5", 0, thing("n", int64(5), "people", store.A{store.D{{Key: "role", Value: "none"}}, "text"}))
	s.put("p6", 0, thing("n", int64(6), "people", store.A{}))
	s.put("p7", 0, thing("n", int64(7)))
	for _, c := range []struct {
		name string
		cond store.E
		want []string
	}{
		{"element's field", store.Eq("people.id", "x"), []string{"p1", "p2", "p4"}},
		{"either of two", store.In("people.id", store.A{"x", "y"}), []string{"p1", "p2", "p3", "p4"}},
		{"element's field is null", store.Eq("people.id", nil), []string{"p5", "p7"}},
		{"element's field is not", store.Ne("people.id", "x"), []string{"p3", "p5", "p6", "p7"}},
		{"element has the field", store.Exists("people.id", true), []string{"p1", "p2", "p3", "p4"}},
		{"another field of an element", store.Eq("people.role", "r-y"), []string{"p2", "p3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := s.with(t)
			s.same("by n", s.list(store.D{wide, c.cond}, "n"), c.want)
			s.equal("any", s.each(store.D{wide, c.cond}, ""), c.want)
		})
	}
}

// moveCases change values under an index and look for them at both places.
var moveCases = []example{
	{"elements come and go", func(s *suite) {
		s.put("x", 0, thing("n", int64(1), "tags", store.A{"a", "b"}))
		s.put("x", 1, thing("n", int64(1), "tags", store.A{"b", "c"}))
		s.same("gone", s.list(store.D{wide, store.Eq("tags", "a")}, "n"), nil)
		s.same("kept", s.list(store.D{wide, store.Eq("tags", "b")}, "n"), []string{"x"})
		s.same("new", s.list(store.D{wide, store.Eq("tags", "c")}, "n"), []string{"x"})
		s.put("x", 2, thing("n", int64(1)))
		s.same("none left", s.list(store.D{wide, store.In("tags", store.A{"a", "b", "c"})}, "n"), nil)
	}},
	{"an array where an index expects one value is refused", func(s *suite) {
		before := s.snapshot()
		if _, err := s.try(store.Commit{Put: []store.Put{{Key: key("x"), Doc: thing("v", store.A{"a"})}}}); err == nil {
			s.Error("accepted")
		}
		if s.snapshot() != before {
			s.Error("something was written")
		}
	}},
}

// arrayCases are conditions on a field of several values.
var arrayCases = []filterCase{
	{"eq", "a", []string{"single", "a", "ab", "ba", "aa", "mixed"}},
	{"eq another type", op("$eq", 1), []string{"mixed", "doubles"}},
	{"eq bool", op("$eq", true), []string{"mixed"}},
	{"eq date", op("$eq", day), []string{"mixed"}},
	{"eq null", nil, []string{"none", "null", "withnull"}},
	{"eq what none has", "z", nil},
	{"ne", op("$ne", "a"), []string{"none", "null", "empty", "doubles", "withnull", "nested", "docs"}},
	{"ne null", op("$ne", nil), []string{"empty", "single", "a", "ab", "ba", "aa", "mixed", "doubles", "nested", "docs"}},
	{"in", op("$in", store.A{"b", 1.5}), []string{"ab", "ba", "withnull", "doubles"}},
	{"in, both in one", op("$in", store.A{"a", "b"}), []string{"single", "a", "ab", "ba", "aa", "mixed", "withnull"}},
	{"nin", op("$nin", store.A{"a", 1}), []string{"none", "null", "empty", "withnull", "nested", "docs"}},
	{"gt", op("$gt", "a"), []string{"ab", "ba", "withnull"}},
	{"gte number", op("$gte", 1.5), []string{"doubles"}},
	{"prefix", op("$gte", "a", "$lt", "b"), []string{"single", "a", "ab", "ba", "aa", "mixed"}},
	{"ends met by two elements", op("$gt", "a", "$lt", "b"), []string{"ab", "ba"}},
	{"exists", op("$exists", true), []string{"null", "empty", "single", "a", "ab", "ba", "aa", "mixed", "doubles", "withnull", "nested", "docs"}},
	{"exists not", op("$exists", false), []string{"none"}},
	{"two values at once", op("$eq", "a", "$in", store.A{"b"}), []string{"ab", "ba"}},
}
