package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"colocate/app/store"
)

// numbered is a store with things 000.. in order of n.
func numbered(t *testing.T, open Opener, count int) *suite {
	s := fresh(t, open)
	c := store.Commit{}
	for i := range count {
		c.Put = append(c.Put, store.Put{Key: key(fmt.Sprintf("%03d", i)), Doc: thing("n", int64(i), "v", []string{"x", "y"}[i%2])})
	}
	s.commit(c)
	return s
}

func (s *suite) page(q store.Query) store.Page {
	s.Helper()
	p, err := s.Find(s.Context(), "thing", q)
	if err != nil {
		s.Fatalf("find: %v", err)
	}
	return p
}

func pages(t *testing.T, open Opener) {
	s := numbered(t, open, 60)
	t.Run("every limit sees everything once", func(t *testing.T) {
		t.Parallel()
		s := s.with(t)
		want := s.each(store.D{wide}, "n")
		for _, limit := range []int{1, 2, 7, 59, 60, 61, 200} {
			s.same(fmt.Sprint("limit ", limit), ids(s.walk(store.D{wide}, "n", limit)), want)
			s.same(fmt.Sprint("or, limit ", limit), ids(s.walk(store.D{wide, store.In("v", store.A{"x", "y"})}, "n", limit)), want)
		}
	})
	t.Run("the last page has no next", func(t *testing.T) {
		t.Parallel()
		s := s.with(t)
		if p := s.page(store.Query{Filter: store.D{wide}, Sort: "n", Limit: 60}); len(p.Docs) != 60 || p.Next != "" {
			s.Errorf("%d documents, next %q", len(p.Docs), p.Next)
		}
		if p := s.page(store.Query{Filter: store.D{wide}, Sort: "n", Limit: 59}); len(p.Docs) != 59 || p.Next == "" {
			s.Errorf("%d documents, next %q", len(p.Docs), p.Next)
		}
		if p := s.page(store.Query{Filter: store.D{wide, store.Eq("v", "none")}, Sort: "n", Limit: 5}); len(p.Docs) != 0 || p.Next != "" {
			s.Errorf("%d documents, next %q", len(p.Docs), p.Next)
		}
	})
	foreign(t, s)
	stable(t, open)
}

// foreign are cursors that do not belong to the query.
func foreign(t *testing.T, s *suite) {
	q := store.Query{Filter: store.D{wide}, Sort: "n", Limit: 5}
	cursor := s.page(q).Next
	refuse := func(name string, change func(*store.Query)) {
		t.Run("cursor "+name, func(t *testing.T) {
			t.Parallel()
			q := q
			q.Cursor = cursor
			change(&q)
			if p, err := s.Find(t.Context(), "thing", q); !errors.Is(err, store.ErrCursor) || p.Docs != nil {
				t.Errorf("%v %v, want ErrCursor", ids(p.Docs), err)
			}
		})
	}
	refuse("of another filter", func(q *store.Query) { q.Filter = store.D{wide, store.Eq("v", "x")} })
	refuse("of another value", func(q *store.Query) { q.Filter = store.D{store.Eq("mission_id", there)} })
	refuse("of another sort", func(q *store.Query) { q.Sort = "v" })
	refuse("of another direction", func(q *store.Query) { q.Sort = "-n" })
	refuse("cut", func(q *store.Query) { q.Cursor = cursor[:len(cursor)-2] })
	refuse("longer", func(q *store.Query) { q.Cursor += "AAAA" })
	refuse("of nothing", func(q *store.Query) { q.Cursor = "AAAA" })
	refuse("not one at all", func(q *store.Query) { q.Cursor = "../../etc" })
	t.Run("cursor with one character changed", func(t *testing.T) {
		t.Parallel()
		for i := range len(cursor) - 1 { // the last may hold bits that say nothing
			b := []byte(cursor)
			b[i] = "AB"[strings.IndexByte("A", b[i])+1]
			q := q
			q.Cursor = string(b)
			if _, err := s.Find(t.Context(), "thing", q); !errors.Is(err, store.ErrCursor) {
				t.Errorf("character %d: %v, want ErrCursor", i, err)
			}
		}
	})
	t.Run("cursor of the same filter in another order", func(t *testing.T) {
		t.Parallel()
		s := s.with(t)
		a := store.Query{Filter: store.D{wide, store.Eq("v", "x")}, Sort: "n", Limit: 5}
		p := s.page(a)
		a.Cursor = p.Next
		s.same("goes on", ids(s.page(a).Docs), []string{"010", "012", "014", "016", "018"})
	})
	t.Run("cursor says nothing", func(t *testing.T) {
		t.Parallel()
		if strings.Contains(cursor, "004") || strings.Contains(cursor, here) {
			t.Errorf("cursor %q", cursor)
		}
		if again := s.with(t).page(q).Next; again == "" {
			t.Error("no cursor")
		}
	})
}

// stable changes the list between two pages.
func stable(t *testing.T, open Opener) {
	q := store.Query{Filter: store.D{wide}, Sort: "n", Limit: 10}
	walk := func(s *suite, between func()) []string {
		got := ids(s.page(q).Docs)
		next := q
		next.Cursor = s.page(q).Next
		between()
		for next.Cursor != "" {
			p := s.page(next)
			got = append(got, ids(p.Docs)...)
			next.Cursor = p.Next
		}
		return got
	}
	t.Run("inserts before and behind", func(t *testing.T) {
		t.Parallel()
		s := numbered(t, open, 30)
		want := append(s.list(store.D{wide}, "n"), "later")
		got := walk(s, func() {
			s.put("earlier", 0, thing("n", int64(3)))
			s.put("later", 0, thing("n", int64(29)))
		})
		s.same("nothing twice, nothing left out", got, want)
	})
	t.Run("the document at the cursor goes", func(t *testing.T) {
		t.Parallel()
		s := numbered(t, open, 30)
		want := s.list(store.D{wide}, "n")
		got := walk(s, func() { s.commit(store.Commit{Purge: []store.Key{key("009")}}) })
		s.same("goes on behind it", got, want)
	})
	t.Run("a document moves ahead", func(t *testing.T) {
		t.Parallel()
		s := numbered(t, open, 30)
		got := walk(s, func() { s.put("005", 1, thing("n", int64(99))) })
		if n := len(got); n != 31 || got[n-1] != "005" {
			s.Errorf("got %v", got)
		}
	})
	t.Run("long passes over what does not match still end", func(t *testing.T) {
		t.Parallel()
		s := fresh(t, open)
		for n := 0; n < 6000; n += 1000 {
			c := store.Commit{}
			for i := n; i < n+1000; i++ {
				c.Put = append(c.Put, store.Put{Key: key(fmt.Sprint(i)), Doc: thing("n", int64(i), "u", i%3000)})
			}
			s.commit(c)
		}
		got := s.list(store.D{wide, store.Eq("u", 2999)}, "n")
		s.same("found", got, []string{"2999", "5999"})
		if !slices.Equal(s.each(store.D{wide, store.Eq("u", 2999)}, "-n"), []string{"5999", "2999"}) {
			s.Error("streamed otherwise")
		}
	})
	t.Run("each stops at an error and when the context ends", func(t *testing.T) {
		t.Parallel()
		s := numbered(t, open, 30)
		stop, n := errors.New("stop"), 0
		err := s.Each(s.Context(), "thing", store.Query{Filter: store.D{wide}, Sort: "n"}, func(store.Raw) error {
			if n++; n == 7 {
				return stop
			}
			return nil
		})
		if !errors.Is(err, stop) || n != 7 {
			s.Errorf("%v after %d", err, n)
		}
	})
	t.Run("each may read and write within", func(t *testing.T) {
		t.Parallel()
		s := numbered(t, open, 30)
		n := 0
		err := s.Each(s.Context(), "thing", store.Query{Filter: store.D{wide}, Sort: "n"}, func(d store.Raw) error {
			n++
			id := ids([]store.Raw{d})[0]
			s.put(id, 1, thing("n", d.Lookup("n").AsInt64(), "v", "seen"))
			s.sees(id, 2, "seen")
			return nil
		})
		if err != nil || n != 30 {
			s.Errorf("%v after %d", err, n)
		}
	})
}
