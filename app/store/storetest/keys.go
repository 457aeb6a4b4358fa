package storetest

import (
	"fmt"
	"testing"

	"colocate/app/store"
)

func keyed(id, k, request string) store.Commit {
	return store.Commit{Put: []store.Put{{Key: key(id), Doc: thing("v", request)}}, Key: k, Request: []byte(request),
		Act: store.Act{By: "person", Verb: "create", Kind: "thing", ID: id, Why: "because " + request}}
}

func keys(t *testing.T, open Opener) { examples(t, open, keyCases) }

// keyCases are the rules of idempotency.
var keyCases = []example{
	{"the same again answers the first", func(s *suite) {
		first := s.commit(keyed("a", "k", "x"))
		s.put("a", 1, thing("v", "moved on"))
		before := s.snapshot()
		again := s.commit(keyed("a", "k", "x"))
		if !again.Repeat || first.Repeat || again.Number != first.Number || again.Act != first.Act || len(again.Docs) != 1 || again.Docs[0].Rev != 1 {
			s.Errorf("first %+v, again %+v", first, again)
		}
		if s.snapshot() != before {
			s.Error("the repeat wrote")
		}
		s.sees("a", 2, "moved on")
	}},
	{"another request under the key", func(s *suite) {
		s.commit(keyed("a", "k", "x"))
		s.refuse(keyed("a", "k", "y"), store.ErrTaken)
		s.refuse(keyed("b", "k", "y"), store.ErrTaken)
		s.sees("a", 1, "x")
		s.lacks("b")
	}},
	{"the request decides, not what is put", func(s *suite) {
		s.commit(keyed("a", "k", "x"))
		c := keyed("b", "k", "x")
		if r := s.commit(c); !r.Repeat || r.Docs[0].Key != key("a") {
			s.Errorf("receipt %+v", r)
		}
		s.lacks("b")
	}},
	{"another key creates anew", func(s *suite) {
		s.commit(keyed("a", "k", "x"))
		s.commit(keyed("b", "l", "x"))
		s.sees("b", 1, "x")
	}},
	{"a key of another journal is another key", func(s *suite) {
		s.commit(keyed("a", "k", "x"))
		c := store.Commit{Journal: there, Key: "k", Request: []byte("y"), Put: []store.Put{{Key: store.Key{Shelf: "thing", Journal: there, ID: "a"}, Doc: doc("mission_id", there)}}}
		if r := s.commit(c); r.Repeat || r.Number != 1 {
			s.Errorf("receipt %+v", r)
		}
	}},
	{"no key is never a repeat", func(s *suite) {
		for i := range 3 {
			if r := s.commit(store.Commit{}); r.Repeat || r.Number != int64(i+1) {
				s.Errorf("receipt %+v", r)
			}
		}
	}},
	{"a refused commit leaves its key free", func(s *suite) {
		s.put("a", 0, thing("v", "there"))
		s.refuse(keyed("a", "k", "x"), store.ErrTaken)
		if r := s.commit(keyed("b", "k", "other")); r.Repeat {
			s.Errorf("receipt %+v", r)
		}
		s.sees("b", 1, "other")
	}},
	{"a repeat does not ask reliances again", func(s *suite) {
		c := keyed("a", "k", "x")
		c.Rely = []store.Reliance{{Shelf: "thing", Filter: store.D{wide, store.Eq("v", "x")}, Unique: true}}
		s.commit(c)
		if r := s.commit(c); !r.Repeat {
			s.Errorf("receipt %+v", r)
		}
	}},
	{"a repeat of what was purged since", func(s *suite) {
		s.commit(keyed("a", "k", "secret"))
		s.commit(store.Commit{Purge: []store.Key{key("a")}})
		r := s.commit(keyed("a", "k", "secret"))
		if !r.Repeat || r.Number != 1 || r.Act.Why != "" {
			s.Errorf("receipt %+v", r)
		}
		s.lacks("a")
	}},
	{"a hundred at once create one", func(s *suite) {
		repeats := make([]bool, 100)
		won := s.race(100, func(i int) error {
			r, err := s.try(keyed("a", "k", "x"))
			if err == nil && r.Number != 1 {
				err = fmt.Errorf("number %d", r.Number)
			}
			repeats[i] = r.Repeat
			return err
		})
		created := 0
		for _, repeat := range repeats {
			if !repeat {
				created++
			}
		}
		if n, _ := s.Head(s.Context(), here); n != 1 || created != 1 || len(won) != 100 {
			s.Errorf("head %d, %d created, %d answered", n, created, len(won))
		}
		s.sees("a", 1, "x")
		s.sound()
	}},
	{"a hundred requests under one key: one stands", func(s *suite) {
		won := s.race(100, func(i int) error {
			_, err := s.try(keyed(fmt.Sprint(i), "k", fmt.Sprint(i)))
			return err
		}, store.ErrTaken)
		if n, _ := s.Head(s.Context(), here); n != 1 || len(won) != 1 || len(s.list(store.D{wide}, "v")) != 1 {
			s.Errorf("head %d, %d won", n, len(won))
		}
	}},
	{"keys of any text", func(s *suite) {
		for i, k := range []string{" ", "\x00", "k", "K", "é", "a/b", string(make([]byte, 5000))} {
			if r := s.commit(keyed(fmt.Sprint(i), k, k)); r.Repeat {
				s.Errorf("key %q: %+v", k, r)
			}
		}
	}},
}
