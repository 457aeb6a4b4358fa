package storetest

import (
	"fmt"
	"math"
	"testing"

	"colocate/app/store"
)

// groups counts and sums over a small set: state, theme, n.
func groups(t *testing.T, open Opener) {
	s := fresh(t, open)
	for i, x := range []struct {
		state string
		theme any
		n     any
	}{
		{"open", "a", int64(1)}, {"open", "a", 2.5}, {"open", "b", 10.0}, {"done", "a", int32(100)}, {"done", nil, int64(1000)},
		{"open", int64(2), nil}, {"open", 2.0, "text"}, {"open", missing, missing},
	} {
		pairs := []any{"state", x.state, "unit", store.D{{Key: "id", Value: []string{"u1", "u2"}[i%2]}}, "tags", store.A{"t", x.state, "t"}}
		if x.theme != any(missing) {
			pairs = append(pairs, "theme", x.theme, "n", x.n)
		}
		s.put(fmt.Sprint(i), 0, thing(pairs...))
	}
	s.put("gone", 0, thing("state", "open", "theme", "a", "n", int64(5000)))
	s.commit(store.Commit{Purge: []store.Key{key("gone")}})
	s.commit(store.Commit{Journal: there, Put: []store.Put{{Key: store.Key{Shelf: "thing", Journal: there, ID: "0"},
		Doc: doc("mission_id", there, "state", "open", "n", int64(7000))}}})
	t.Run("where an index of elements is the only one", func(t *testing.T) {
		t.Parallel()
		onlyElements(t, open)
	})
	for _, c := range groupCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := s.Group(t.Context(), "thing", c.g)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range got {
				for _, v := range g.By { // 10.0 is in the group of 10
					if f, ok := v.(float64); ok && f == math.Trunc(f) {
						t.Errorf("group of the float %v", f)
					}
				}
			}
			if text := fmt.Sprint(got); text != c.want && !(len(got) == 0 && c.want == "[]") {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}

var openThings = store.D{wide, store.Eq("state", "open")}

// groupCases are groupings of the set above, answers as text.
var groupCases = []struct {
	name string
	g    store.Grouping
	want string
}{
	{"count", store.Grouping{Filter: store.D{wide}}, "[{[] 8 []}]"},
	{"count of none", store.Grouping{Filter: store.D{wide, store.Eq("state", "none")}}, "[]"},
	{"by state", store.Grouping{Filter: store.D{wide}, By: []string{"state"}}, "[{[done] 2 []} {[open] 6 []}]"},
	{"by theme", store.Grouping{Filter: openThings, By: []string{"theme"}}, "[{[<nil>] 1 []} {[2] 2 []} {[a] 2 []} {[b] 1 []}]"},
	{"sum", store.Grouping{Filter: openThings, By: []string{"state"}, Sum: []string{"n"}}, "[{[open] 6 [13.5]}]"},
	{"by two, sum", store.Grouping{Filter: store.D{wide}, By: []string{"state", "theme"}, Sum: []string{"n"}},
		"[{[done <nil>] 1 [1000]} {[done a] 1 [100]} {[open <nil>] 1 [0]} {[open 2] 2 [0]} {[open a] 2 [3.5]} {[open b] 1 [10]}]"},
	{"of several values", store.Grouping{Filter: store.D{wide, store.In("state", store.A{"open", "done"})}, By: []string{"theme"}},
		"[{[<nil>] 2 []} {[2] 2 []} {[a] 3 []} {[b] 1 []}]"},
	{"of an or that overlaps", store.Grouping{Filter: store.D{wide, store.Or(store.D{store.Eq("state", "open")}, store.D{store.Eq("unit.id", "u1")})}, By: []string{"state"}},
		"[{[done] 1 []} {[open] 6 []}]"},
	{"of elements, once each", store.Grouping{Filter: store.D{wide, store.In("tags", store.A{"t", "open"})}, By: []string{"state"}},
		"[{[done] 2 []} {[open] 6 []}]"},
	{"of elements, by a field beside them", store.Grouping{Filter: store.D{wide, store.In("tags", store.A{"t", "open"})}, By: []string{"n"}},
		"[{[<nil>] 2 []} {[1] 1 []} {[2.5] 1 []} {[10] 1 []} {[100] 1 []} {[1000] 1 []} {[text] 1 []}]"},
	{"of a filter that no index says", store.Grouping{Filter: store.D{wide, store.Ne("theme", "a")}, By: []string{"state"}, Sum: []string{"n"}},
		"[{[done] 1 [1000]} {[open] 4 [10]}]"},
	{"of a range", store.Grouping{Filter: store.D{wide, store.Gt("n", 2)}, By: []string{"state"}}, "[{[done] 2 []} {[open] 2 []}]"},
	{"by a number", store.Grouping{Filter: store.D{wide}, By: []string{"n"}},
		"[{[<nil>] 2 []} {[1] 1 []} {[2.5] 1 []} {[10] 1 []} {[100] 1 []} {[1000] 1 []} {[text] 1 []}]"},
	{"by a nested field", store.Grouping{Filter: store.D{wide}, By: []string{"unit.id"}, Sum: []string{"n"}}, "[{[u1] 4 [1011]} {[u2] 4 [102.5]}]"},
}

// onlyElements counts and relies on documents of several, one and no element
// where no other index could serve: each counts once, those of none too.
func onlyElements(t *testing.T, open Opener) {
	s := &suite{t, open(t, []store.Shelf{{Name: "thing", Indexes: []store.Index{{Fields: []string{"mission_id", "tags", "n"}, Multi: "tags"}}}})}
	for i, tags := range []any{store.A{"a", "b", "c"}, store.A{}, "a", nil, store.A{store.D{}}} {
		s.put(fmt.Sprint(i), 0, thing("n", int64(i), "tags", tags, "v", "x"))
	}
	rows, err := s.Group(t.Context(), "thing", store.Grouping{Filter: store.D{wide}, Sum: []string{"n"}})
	if text := fmt.Sprint(rows); err != nil || text != "[{[] 5 [10]}]" {
		t.Errorf("got %s %v", text, err)
	}
	rely := []store.Reliance{{Shelf: "thing", Filter: store.D{wide, store.Eq("n", 1)}}}
	if ok, err := s.Holds(t.Context(), here, rely); err != nil || ok {
		t.Errorf("nothing of n 1: %v %v", ok, err)
	}
}
