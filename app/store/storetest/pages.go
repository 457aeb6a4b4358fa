package storetest

import (
	"errors"
	"fmt"
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
	examples(t, after(open, thirty), stableCases)
	one(t, open, "long passes over what does not match still end", longPasses)
}

// strange are changes that part a cursor from its query.
var strange = map[string]func(*store.Query){
	"of another filter":    func(q *store.Query) { q.Filter = store.D{wide, store.Eq("v", "x")} },
	"of another value":     func(q *store.Query) { q.Filter = store.D{store.Eq("mission_id", there)} },
	"of another sort":      func(q *store.Query) { q.Sort = "v" },
	"of another direction": func(q *store.Query) { q.Sort = "-n" },
	"cut":                  func(q *store.Query) { q.Cursor = q.Cursor[:len(q.Cursor)-2] },
	"longer":               func(q *store.Query) { q.Cursor += "AAAA" },
	"of nothing":           func(q *store.Query) { q.Cursor = "AAAA" },
	"not one at all":       func(q *store.Query) { q.Cursor = "../../etc" },
}

// foreign are cursors that do not belong to the query.
func foreign(t *testing.T, s *suite) {
	q := store.Query{Filter: store.D{wide}, Sort: "n", Limit: 5}
	q.Cursor = s.page(q).Next
	for name, change := range strange {
		t.Run("cursor "+name, func(t *testing.T) {
			t.Parallel()
			q := q
			change(&q)
			if p, err := s.Find(t.Context(), "thing", q); !errors.Is(err, store.ErrCursor) || p.Docs != nil {
				t.Errorf("%v %v, want ErrCursor", ids(p.Docs), err)
			}
		})
	}
	t.Run("cursor with one character changed", func(t *testing.T) {
		t.Parallel()
		for i := range len(q.Cursor) - 1 { // the last may hold bits that say nothing
			b := []byte(q.Cursor)
			b[i] = "AB"[strings.IndexByte("A", b[i])+1]
			q := q
			q.Cursor = string(b)
			if _, err := s.Find(t.Context(), "thing", q); !errors.Is(err, store.ErrCursor) {
				t.Errorf("character %d: %v, want ErrCursor", i, err)
			}
		}
	})
	t.Run("cursor goes on, and says nothing", func(t *testing.T) {
		t.Parallel()
		s := s.with(t)
		s.same("second page", ids(s.page(q).Docs), []string{"005", "006", "007", "008", "009"})
		if strings.Contains(q.Cursor, "004") || strings.Contains(q.Cursor, here) {
			t.Errorf("cursor %q", q.Cursor)
		}
		first := q
		first.Cursor = ""
		if again := s.page(first).Next; again != q.Cursor {
			t.Errorf("the same page ends at %q and at %q", q.Cursor, again)
		}
	})
}

// thirty is a store with things 000 to 029.
func thirty(t *testing.T, open Opener) *suite { return numbered(t, open, 30) }

// across walks the list by n, ten at a time, with something done after the
// first page.
func (s *suite) across(between func()) []string {
	s.Helper()
	q := store.Query{Filter: store.D{wide}, Sort: "n", Limit: 10}
	p := s.page(q)
	got := ids(p.Docs)
	between()
	for q.Cursor = p.Next; q.Cursor != ""; q.Cursor = p.Next {
		p = s.page(q)
		got = append(got, ids(p.Docs)...)
	}
	return got
}

// stableCases change the list between two pages, or while it is streamed.
var stableCases = []example{
	{"inserts before and behind", func(s *suite) {
		want := append(s.list(store.D{wide}, "n"), "later")
		got := s.across(func() {
			s.put("earlier", 0, thing("n", int64(3)))
			s.put("later", 0, thing("n", int64(29)))
		})
		s.same("nothing twice, nothing left out", got, want)
	}},
	{"the document at the cursor goes", func(s *suite) {
		want := s.list(store.D{wide}, "n")
		got := s.across(func() { s.commit(store.Commit{Purge: []store.Key{key("009")}}) })
		s.same("goes on behind it", got, want)
	}},
	{"a document moves ahead", func(s *suite) {
		got := s.across(func() { s.put("005", 1, thing("n", int64(99))) })
		if n := len(got); n != 31 || got[n-1] != "005" {
			s.Errorf("got %v", got)
		}
	}},
	{"each stops at an error", func(s *suite) {
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
	}},
	{"each may read and write within", func(s *suite) {
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
	}},
}

// longPasses reads over much that does not match.
func longPasses(s *suite) {
	for n := 0; n < 6000; n += 1000 {
		c := store.Commit{}
		for i := n; i < n+1000; i++ {
			c.Put = append(c.Put, store.Put{Key: key(fmt.Sprint(i)), Doc: thing("n", int64(i), "u", i%3000)})
		}
		s.commit(c)
	}
	f := store.D{wide, store.Eq("u", 2999)}
	s.same("found", s.list(f, "n"), []string{"2999", "5999"})
	s.same("streamed", s.each(f, "-n"), []string{"5999", "2999"})
}
