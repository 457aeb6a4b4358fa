package storetest

import (
	"fmt"
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
		{"open", "a", int64(1)}, {"open", "a", 2.5}, {"open", "b", int64(10)}, {"done", "a", int32(100)}, {"done", nil, int64(1000)},
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
	for _, c := range groupCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := s.Group(t.Context(), "thing", c.g)
			if err != nil {
				t.Fatal(err)
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
	{"by a nested field", store.Grouping{Filter: store.D{wide}, By: []string{"unit.id"}, Sum: []string{"n"}}, "[{[u1] 4 [1011]} {[u2] 4 [102.5]}]"},
}
