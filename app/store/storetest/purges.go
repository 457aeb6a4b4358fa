package storetest

import (
	"strings"
	"testing"

	"colocate/app/store"
)

func purge(ids ...string) store.Commit {
	c := store.Commit{Act: store.Act{By: "officer", Verb: "purge"}}
	for _, id := range ids {
		c.Purge = append(c.Purge, key(id))
	}
	return c
}

// purged is a store with a document "a" of two versions that was purged, and
// one, "b", that was not.
func purged(t *testing.T, open Opener) *suite {
	s := fresh(t, open)
	s.commit(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", "secret-1", "n", int64(1), "tags", store.A{"secret-tag"})}}, Act: store.Act{Kind: "thing", ID: "a", Why: "secret-why"}})
	s.commit(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 1, Doc: thing("v", "secret-2", "n", int64(1))}, {Key: key("b"), Doc: thing("v", "kept")}},
		Act: store.Act{Kind: "thing", ID: "a", Why: "secret-why"}})
	r := s.commit(purge("a"))
	if r.Number != 3 || len(r.Docs) != 1 || r.Docs[0].Rev != 2 || !r.Docs[0].Blank {
		s.Errorf("receipt %+v", r)
	}
	return s
}

func purges(t *testing.T, open Opener) {
	examples(t, after(open, purged), purgeCases)
	examples(t, open, morePurgeCases)
}

// purgeCases run on the store of purged.
var purgeCases = []example{
	{"no query sees it", func(s *suite) {
		s.lacks("a")
		s.sees("b", 1, "kept")
		for _, f := range []store.D{{wide, store.Eq("v", "secret-2")}, {wide, store.Eq("tags", "secret-tag")}, {wide, store.Gte("v", "secret")}} {
			s.same("nothing", s.list(f, "n"), nil)
		}
		s.sound()
	}},
	{"nothing tells its content", func(s *suite) {
		if all := s.snapshot(); strings.Contains(all, "secret") {
			s.Errorf("told:\n%s", all)
		}
	}},
	{"nothing revives it", func(s *suite) {
		for rev := range int64(4) {
			s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: rev, Doc: thing("v", "back")}}}, store.ErrGone)
		}
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 2}}}, store.ErrGone)
		s.refuse(purge("a"), store.ErrGone)
		s.refuse(purge("b", "a"), store.ErrGone)
		s.sees("b", 1, "kept")
	}},
	{"history and feed show it blank", func(s *suite) {
		vs, err := s.History(s.Context(), key("a"), 0, 10)
		if err != nil || len(vs) != 3 {
			s.Fatalf("%v %v", vs, err)
		}
		for i, v := range vs {
			if !v.Blank || v.Doc != nil || v.Number != int64(3-i) || v.Act.Why != "" {
				s.Errorf("version %+v", v)
			}
		}
		vs, err = s.Changes(s.Context(), here, []string{"thing"}, 0, 10)
		if err != nil || len(vs) != 4 {
			s.Fatalf("%v %v", vs, err)
		}
		for _, v := range vs {
			if v.Blank != (v.Key.ID == "a") {
				s.Errorf("version %+v", v)
			}
		}
	}},
	{"the acts stay, without their words", func(s *suite) {
		acts, err := s.Acts(s.Context(), here, 0, 10)
		if err != nil || len(acts) != 3 || acts[2].Act.Verb != "purge" || acts[2].Act.By != "officer" {
			s.Errorf("%+v %v", acts, err)
		}
		for _, a := range acts {
			if a.Act.Why != "" {
				s.Errorf("act %+v", a.Act)
			}
		}
	}},
	{"its place stays taken after a rebuild", func(s *suite) {
		before := s.snapshot()
		if err := s.Rebuild(s.Context()); err != nil {
			s.Fatal(err)
		}
		s.lacks("a")
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", "back")}}}, store.ErrGone)
		if s.snapshot() != before {
			s.Error("the rebuild changed something")
		}
		s.sound()
	}},
}

// morePurgeCases are purges of other documents.
var morePurgeCases = []example{
	{"of what is not there", func(s *suite) {
		s.refuse(purge("a"), store.ErrNotFound)
		s.put("b", 0, thing("v", "kept"))
		s.refuse(purge("b", "a"), store.ErrNotFound)
		s.sees("b", 1, "kept")
		s.put("a", 0, thing("v", "x"))
		s.sees("a", 1, "x")
	}},
	{"of a document of one version", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.commit(purge("a"))
		s.lacks("a")
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", "y")}}}, store.ErrGone)
		s.sound()
	}},
	{"of a removed document", func(s *suite) {
		s.put("a", 0, thing("v", "secret"))
		s.commit(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 1}}})
		s.commit(purge("a"))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 2, Doc: thing("v", "back")}}}, store.ErrGone)
		if all := s.snapshot(); strings.Contains(all, "secret") {
			s.Errorf("told:\n%s", all)
		}
		s.sound()
	}},
	{"of several, with puts", func(s *suite) {
		for _, id := range []string{"a", "b", "c"} {
			s.put(id, 0, thing("v", id))
		}
		c := purge("a", "b")
		c.Put = []store.Put{{Key: key("c"), Rev: 1, Doc: thing("v", "c2")}, {Key: key("d"), Doc: thing("v", "d")}}
		s.commit(c)
		s.lacks("a")
		s.lacks("b")
		s.sees("c", 2, "c2")
		s.sees("d", 1, "d")
		s.sound()
	}},
	{"refused with a stale put: nothing is purged", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.put("b", 0, thing("v", "y"))
		c := purge("a")
		c.Put = []store.Put{{Key: key("b"), Rev: 9, Doc: thing()}}
		s.refuse(c, store.ErrStale)
		s.sees("a", 1, "x")
	}},
	{"with a key, repeated", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		c := purge("a")
		c.Key = "k"
		s.commit(c)
		if r := s.commit(c); !r.Repeat || r.Number != 2 {
			s.Errorf("receipt %+v", r)
		}
	}},
	{"against editors: whoever comes after hears that it is gone", func(s *suite) {
		s.put("a", 0, thing("v", int64(0)))
		s.race(20, func(i int) error {
			if i == 10 {
				_, err := s.try(purge("a"))
				return err
			}
			_, err := s.try(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 1, Doc: thing("v", int64(i))}}})
			return err
		}, store.ErrStale, store.ErrGone)
		s.lacks("a")
		s.sound()
	}},
}
