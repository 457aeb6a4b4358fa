package storetest

import (
	"math"
	"slices"
	"testing"

	"colocate/app/store"
)

// sorts holds every order to store.Compare, ties to the _id, and both
// directions to each other.
func sorts(t *testing.T, open Opener) {
	s := scalarStore(t, open)
	for _, by := range [][]string{nil, {"n"}, {"v"}, {"v", "n"}, {"n", "v"}} {
		name := ""
		for _, f := range by {
			name += "," + f
		}
		t.Run("by"+name, func(t *testing.T) {
			t.Parallel()
			s := s.with(t)
			up := s.walk(store.D{wide}, trim(name), 4)
			s.ordered(up, by)
			if len(by) == 0 {
				return
			}
			down := ids(s.walk(store.D{wide}, "-"+by[0]+minus(by[1:]), 5))
			slices.Reverse(down)
			s.same("down is up the other way", down, ids(up))
			s.same("streamed", s.each(store.D{wide}, trim(name)), ids(up))
		})
	}
	examples(t, open, tieCases)
	examples(t, open, extremeCases)
}

func trim(name string) string {
	if name == "" {
		return ""
	}
	return name[1:]
}

func minus(fields []string) (out string) {
	for _, f := range fields {
		out += ",-" + f
	}
	return out
}

// ordered requires ascending order by fields, then by _id.
func (s *suite) ordered(docs []store.Raw, by []string) {
	s.Helper()
	if len(docs) != len(scalars) {
		s.Errorf("%d documents, want %d", len(docs), len(scalars))
	}
	value := func(d store.Raw, f string) any {
		if vs := store.Values(d, f); len(vs) > 0 {
			return vs[0]
		}
		return nil
	}
	for i := 1; i < len(docs); i++ {
		c := 0
		for _, f := range append(slices.Clone(by), "_id") {
			if c == 0 {
				c = store.Compare(value(docs[i-1], f), value(docs[i], f))
			}
		}
		if c >= 0 {
			s.Errorf("%v stands before %v", docs[i-1], docs[i])
		}
	}
}

// tieCases are orders of what sorts alike.
var tieCases = []example{
	{"ties go by _id, both ways", func(s *suite) {
		for _, id := range []string{"b", "a", uuidText, "B", "é", "aa", "7c9e6679", "10", "9"} {
			s.put(id, 0, thing("v", "same", "n", int64(1)))
		}
		want := []string{"10", "7c9e6679", uuidText, "9", "B", "a", "aa", "b", "é"}
		s.same("up", s.list(store.D{wide, store.Eq("v", "same")}, "n"), want)
		slices.Reverse(want)
		s.same("down", s.list(store.D{wide, store.Eq("v", "same")}, "-n"), want)
	}},
	{"journals go by name where no filter parts them", func(s *suite) {
		for _, j := range []string{there, here, store.Service} {
			for _, id := range []string{"2", "1"} {
				k := store.Key{Shelf: "other", Journal: j, ID: id}
				s.commit(store.Commit{Journal: j, Put: []store.Put{{Key: k, Doc: doc("name", "x", "mission_id", j)}}})
			}
		}
		p, err := s.Find(s.Context(), "other", store.Query{Filter: store.D{store.Eq("name", "x")}, Limit: 10})
		if err != nil {
			s.Fatal(err)
		}
		var got []string
		for _, d := range p.Docs {
			got = append(got, d.Lookup("_id").StringValue())
		}
		s.same("_id", got, []string{here + "/1", here + "/2", there + "/1", there + "/2", "service/1", "service/2"})
	}},
	{"branches are merged in order", func(s *suite) {
		for i, v := range []string{"a", "b", "c", "b", "a", "c", "b"} {
			s.put(string(rune('p'+i)), 0, thing("v", v, "n", int64(i/2)))
		}
		f := store.D{wide, store.In("v", store.A{"a", "b"})}
		s.same("up", s.list(f, "n"), []string{"p", "q", "s", "t", "v"})
		s.same("down", s.list(f, "-n"), []string{"v", "t", "s", "q", "p"})
		s.same("by the field itself", s.list(f, "v,n"), []string{"p", "t", "q", "s", "v"})
	}},
}

// extremeCases are orders of unusual values.
var extremeCases = []example{
	{"the ends of numbers", func(s *suite) {
		for id, v := range map[string]any{"nan": math.NaN(), "neginf": math.Inf(-1), "min": int64(math.MinInt64), "neg": -1.5,
			"max": int64(math.MaxInt64), "inf": math.Inf(1), "nil": nil} {
			s.put(id, 0, thing("v", v, "n", int64(0)))
		}
		want := []string{"nil", "nan", "neginf", "min", "neg", "max", "inf"}
		s.same("up", s.list(store.D{wide}, "v"), want)
		slices.Reverse(want)
		s.same("down", s.list(store.D{wide}, "-v"), want)
		for _, sort := range []string{"n", "v"} {
			s.same("only not a number", s.list(store.D{wide, store.Eq("v", math.NaN())}, sort), []string{"nan"})
			s.same("only infinity", s.list(store.D{wide, store.Eq("v", math.Inf(-1))}, sort), []string{"neginf"})
			s.same("only null", s.list(store.D{wide, store.Eq("v", nil)}, sort), []string{"nil"})
		}
	}},
	{"text of any kind", func(s *suite) {
		want := []string{"", "\t", " ", "-", "/", "0", "0/", "7c9e6679-7425-40de-944b-e07fc1f90ae6", uuidText,
			uuidText + "/" + uuidText, uuidText + "0", "7c9e6679-x", ":", "A", "a", "a\x00", "a\x00b", "ab", "f", "ff", "g", "é", "ﬀ", "👮"}
		for i := range want {
			s.put(string(rune('a'+(i*7)%len(want))), 0, thing("v", want[(i*7)%len(want)]))
		}
		for _, desc := range []string{"", "-"} {
			var got []string
			for _, d := range s.walk(store.D{wide}, desc+"v", 3) {
				got = append(got, d.Lookup("v").StringValue())
			}
			s.same("by "+desc+"v", got, want)
			slices.Reverse(want)
		}
	}},
}
