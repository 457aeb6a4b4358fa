package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"colocate/app/store"

	"pgregory.net/rapid"
)

// random draws documents, filters and commits.
func random(t *testing.T, open Opener) {
	t.Run("filters answer as Match does", func(t *testing.T) {
		t.Parallel()
		s := fresh(t, open)
		var journals atomic.Int64
		rapid.Check(t, func(rt *rapid.T) {
			journal := fmt.Sprint("r", journals.Add(1))
			docs := s.draw(rt, journal)
			for range 8 {
				s.asMatch(rt, journal, docs)
			}
		})
	})
	t.Run("commits at once are commits one by one", func(t *testing.T) {
		t.Parallel()
		s := fresh(t, open)
		var journals atomic.Int64
		rapid.Check(t, func(rt *rapid.T) {
			newRun(s, rt, fmt.Sprint("r", journals.Add(1))).check(rt)
		})
		s.sound()
	})
}

var (
	anyScalar = rapid.SampledFrom([]any{nil, "", "a", "ab", "b", "A", "é", "10", uuidText, int64(0), int64(1), int32(1), 1.0, 0.5, int64(-2),
		int64(1 << 60), float64(1 << 60), true, false, day, day.Add(time.Second), day.AddDate(-80, 0, 0)})
	anyField = rapid.SampledFrom([]string{"v", "n", "tags", "unit.id", "state", "theme", "u", "people.id"})
	anySort  = rapid.SampledFrom([]string{"", "n", "-n", "v", "-v", "v,n", "-v,-n", "n,v"})
)

// anyThing draws a document of the suite's shelf; only tags, people and u may
// hold arrays.
func anyThing(rt *rapid.T, journal string) store.Raw {
	pairs := []any{"mission_id", journal}
	for _, f := range []string{"v", "n", "state", "theme"} {
		if rapid.IntRange(0, 9).Draw(rt, "has") > 0 {
			pairs = append(pairs, f, anyScalar.Draw(rt, f))
		}
	}
	list := func(name string) any {
		if rapid.Bool().Draw(rt, "one") {
			return anyScalar.Draw(rt, name)
		}
		return store.A(rapid.SliceOfN(anyScalar, 0, 4).Draw(rt, name))
	}
	if rapid.Bool().Draw(rt, "listed") {
		pairs = append(pairs, "tags", list("tags"), "u", list("u"), "unit", store.D{{Key: "id", Value: anyScalar.Draw(rt, "unit")}})
	}
	people := store.A{}
	for range rapid.IntRange(0, 3).Draw(rt, "people") {
		people = append(people, store.D{{Key: "id", Value: anyScalar.Draw(rt, "person")}})
	}
	return doc(append(pairs, "people", people)...)
}

// draw commits documents to a journal of their own, changes, removes and purges
// some, and answers what is left.
func (s *suite) draw(rt *rapid.T, journal string) []store.Raw {
	at := func(i int) store.Key {
		return store.Key{Shelf: "thing", Journal: journal, ID: []string{"a", "B", "é", "7c9e", "z"}[i%5] + fmt.Sprint(i)}
	}
	n := rapid.IntRange(1, 25).Draw(rt, "documents")
	first, second := store.Commit{Journal: journal}, store.Commit{Journal: journal}
	for i := range n {
		first.Put = append(first.Put, store.Put{Key: at(i), Doc: anyThing(rt, journal)})
		switch rapid.IntRange(0, 5).Draw(rt, "then") {
		case 0:
			second.Put = append(second.Put, store.Put{Key: at(i), Rev: 1, Doc: anyThing(rt, journal)})
		case 1:
			second.Put = append(second.Put, store.Put{Key: at(i), Rev: 1})
		case 2:
			second.Purge = append(second.Purge, at(i))
		}
	}
	s.commit(first)
	s.commit(second)
	var left []store.Raw
	for i := range n {
		d, err := s.Get(s.Context(), at(i), nil)
		if err == nil {
			left = append(left, d)
		} else if !errors.Is(err, store.ErrNotFound) {
			rt.Fatal(err)
		}
	}
	return left
}

func anyCondition(rt *rapid.T) store.E {
	f, v := anyField.Draw(rt, "field"), anyScalar.Draw(rt, "value")
	vs := store.A(rapid.SliceOfN(anyScalar, 0, 4).Draw(rt, "values"))
	if v == nil && rapid.Bool().Draw(rt, "null") {
		return store.Eq(f, nil)
	}
	if v == nil {
		v = "a"
	}
	return rapid.SampledFrom([]store.E{store.Eq(f, v), store.Eq(f, v), store.Ne(f, v), store.Gt(f, v), store.Gte(f, v), store.Lt(f, v), store.Lte(f, v),
		store.In(f, vs), store.In(f, vs), store.NotIn(f, vs), store.Exists(f, true), store.Exists(f, false)}).Draw(rt, "condition")
}

func anyFilter(rt *rapid.T, depth int) store.D {
	f := store.D{}
	for range rapid.IntRange(1, 3).Draw(rt, "conditions") {
		f = append(f, anyCondition(rt))
	}
	if depth > 0 && rapid.Bool().Draw(rt, "or") {
		f = append(f, store.Or(anyFilter(rt, depth-1), anyFilter(rt, depth-1)))
	}
	return f
}

// asMatch draws a filter and a sort and holds Find, Each and Group to Match
// over all documents.
func (s *suite) asMatch(rt *rapid.T, journal string, docs []store.Raw) {
	f := append(store.D{store.Eq("mission_id", journal)}, anyFilter(rt, 2)...)
	sort, limit := anySort.Draw(rt, "sort"), rapid.IntRange(1, 9).Draw(rt, "limit")
	x, err := store.ParseFilter(f)
	if err != nil {
		rt.Fatal(err)
	}
	var want []store.Raw
	for _, d := range docs {
		if store.Match(x, d) {
			want = append(want, d)
		}
	}
	slices.SortFunc(want, func(a, b store.Raw) int { return compareBy(sort, a, b) })
	got := s.walk(f, sort, limit)
	if !slices.Equal(ids(got), ids(want)) {
		rt.Fatalf("find %v by %q: got %v, want %v", f, sort, ids(got), ids(want))
	}
	if streamed := s.each(f, sort); !slices.Equal(streamed, ids(want)) {
		rt.Fatalf("each %v by %q: got %v, want %v", f, sort, streamed, ids(want))
	}
	g := store.Grouping{Filter: f, By: []string{"state"}, Sum: []string{"n"}}
	tally := store.NewTally(g)
	for _, d := range want {
		tally.Add(d)
	}
	rows, err := s.Group(s.Context(), "thing", g)
	if want := tally.Rows(); err != nil || len(rows)+len(want) > 0 && !reflect.DeepEqual(rows, want) {
		rt.Fatalf("group %v: got %#v %v, want %#v", f, rows, err, want)
	}
}

// compareBy orders two documents as a sort does.
func compareBy(sort string, a, b store.Raw) int {
	c := 0
	for _, f := range strings.Split(strings.ReplaceAll(sort, "-", ""), ",") {
		if f != "" && c == 0 {
			c = store.Compare(first(a, f), first(b, f))
		}
	}
	if c == 0 {
		c = cmp.Compare(a.Lookup("_id").StringValue(), b.Lookup("_id").StringValue())
	}
	if strings.HasPrefix(sort, "-") {
		return -c
	}
	return c
}

func first(d store.Raw, f string) any {
	if vs := store.Values(d, f); len(vs) > 0 {
		return vs[0]
	}
	return nil
}
