package storetest

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"colocate/app/store"
)

func limits(t *testing.T, open Opener) { examples(t, open, limitCases) }

func upkeep(t *testing.T, open Opener) { examples(t, open, upkeepCases) }

// many is a commit of n documents of that size in bytes, and a little.
func many(n, size int) store.Commit {
	c := store.Commit{}
	for i := range n {
		c.Put = append(c.Put, store.Put{Key: key(fmt.Sprintf("%04d", i)), Doc: thing("n", int64(i), "bytes", make([]byte, size))})
	}
	return c
}

// limitCases are the sizes of a commit.
var limitCases = []example{
	{"a thousand documents", func(s *suite) {
		r := s.commit(many(1000, 10))
		if r.Number != 1 || len(r.Docs) != 1000 || len(s.each(store.D{wide}, "n")) != 1000 {
			s.Errorf("number %d, %d documents", r.Number, len(r.Docs))
		}
		s.sound()
	}},
	{"a thousand and one", func(s *suite) { s.refuse(many(1001, 10), store.ErrTooLarge) }},
	{"a thousand and one with purges", func(s *suite) {
		s.put("x", 0, thing())
		c := many(1000, 10)
		c.Purge = []store.Key{key("x")}
		s.refuse(c, store.ErrTooLarge)
		s.put("x", 1, thing("v", "still there"))
	}},
	{"nearly four megabytes", func(s *suite) {
		s.commit(many(39, 100_000))
		if n := len(s.each(store.D{wide}, "n")); n != 39 {
			s.Errorf("%d documents", n)
		}
		s.sound()
	}},
	{"more than four megabytes", func(s *suite) { s.refuse(many(42, 100_000), store.ErrTooLarge) }},
	{"more than four megabytes in one document", func(s *suite) { s.refuse(many(1, 4<<20), store.ErrTooLarge) }},
	{"content that does not compress", func(s *suite) {
		b := make([]byte, 3<<20)
		_, _ = rand.Read(b)
		s.put("a", 0, thing("bytes", b))
		vs, err := s.History(s.Context(), key("a"), 0, 1)
		s.must(err)
		if _, got := vs[0].Doc.Lookup("bytes").Binary(); !bytes.Equal(got, b) {
			s.Error("another content")
		}
	}},
	{"big commits at once", func(s *suite) {
		won := s.race(8, func(i int) error {
			c := store.Commit{}
			for k := range 30 {
				c.Put = append(c.Put, store.Put{Key: key(fmt.Sprint(i, "-", k)), Doc: thing("n", int64(i), "bytes", make([]byte, 100_000))})
			}
			_, err := s.try(c)
			return err
		})
		if n := len(s.each(store.D{wide}, "n")); len(won) != 8 || n != 240 {
			s.Errorf("%d won, %d documents", len(won), n)
		}
		s.sound()
	}},
}

// upkeepCases are Verify, Rebuild and Close.
var upkeepCases = []example{
	{"an empty store is sound", func(s *suite) {
		s.sound()
		s.must(s.Rebuild(s.Context()))
		s.sound()
	}},
	{"a rebuild changes nothing", func(s *suite) {
		for i := range 30 {
			s.put(fmt.Sprint(i), 0, thing("n", int64(i), "v", fmt.Sprint(i%5), "tags", store.A{fmt.Sprint(i % 3)}))
		}
		for i := range 10 {
			s.put(fmt.Sprint(i), 1, thing("n", int64(-i), "v", "new"))
		}
		s.commit(purge("3", "4"))
		s.commit(store.Commit{Journal: there, Put: []store.Put{{Key: store.Key{Shelf: "other", Journal: there, ID: "o"}, Doc: doc("mission_id", there, "name", "x")}}})
		before, lists := s.snapshot(), fmt.Sprint(s.list(store.D{wide}, "v"), s.list(store.D{wide, store.Eq("tags", "1")}, "n"))
		s.must(s.Rebuild(s.Context()))
		if s.snapshot() != before || fmt.Sprint(s.list(store.D{wide}, "v"), s.list(store.D{wide, store.Eq("tags", "1")}, "n")) != lists {
			s.Error("something changed")
		}
		s.put("0", 2, thing("v", "goes on"))
		s.sees("0", 3, "goes on")
		s.sound()
	}},
	{"verify while others write", func(s *suite) {
		s.race(3, func(i int) error {
			if i == 0 {
				s.sound()
				return nil
			}
			for k := range 40 {
				if _, err := s.try(store.Commit{Put: []store.Put{{Key: key(fmt.Sprint(i, "-", k)), Doc: thing("n", int64(k))}}}); err != nil {
					return err
				}
			}
			return nil
		})
		s.sound()
	}},
	{"closed", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.must(s.Close())
		s.must(s.Close())
		if _, err := s.try(store.Commit{}); !errors.Is(err, store.ErrClosed) {
			s.Errorf("commit: %v, want ErrClosed", err)
		}
		for what, err := range s.reads(s.Context()) {
			if err == nil {
				s.Errorf("%s answers", what)
			}
		}
	}},
}
