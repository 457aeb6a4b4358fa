package storetest

import (
	"testing"

	"colocate/app/store"
)

func removals(t *testing.T, open Opener) { examples(t, open, removalCases) }

// out is the removal of a document.
func out(id string, rev int64) store.Commit {
	return store.Commit{Put: []store.Put{{Key: key(id), Rev: rev}}}
}

// removalCases take a document out of every query and may bring it back.
var removalCases = []example{
	{"out", func(s *suite) {
		s.put("a", 0, thing("v", "x", "n", int64(1), "tags", store.A{"t"}))
		r := s.commit(out("a", 1))
		s.lacks("a")
		s.same("by an element", s.list(store.D{wide, store.Eq("tags", "t")}, "n"), nil)
		if r.Docs[0].Rev != 2 || r.Docs[0].Blank {
			s.Errorf("receipt %+v", r)
		}
		s.sound()
	}},
	{"and back", func(s *suite) {
		s.put("a", 0, thing("v", "x", "n", int64(1), "tags", store.A{"t"}))
		s.commit(out("a", 1))
		s.put("a", 2, thing("v", "y", "n", int64(1), "tags", store.A{"t"}))
		s.sees("a", 3, "y")
		s.same("by an element", s.list(store.D{wide, store.Eq("tags", "t")}, "n"), []string{"a"})
		s.sound()
	}},
	{"its place stays taken", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.commit(out("a", 1))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", "new")}}}, store.ErrTaken)
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 1, Doc: thing("v", "late")}}}, store.ErrStale)
		s.lacks("a")
	}},
	{"at a stale revision", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.put("a", 1, thing("v", "y"))
		s.refuse(out("a", 1), store.ErrStale)
		s.sees("a", 2, "y")
	}},
	{"of what is not there", func(s *suite) {
		s.refuse(out("a", 1), store.ErrStale)
		s.lacks("a")
	}},
	{"in history", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.commit(out("a", 1))
		s.put("a", 2, thing("v", "y"))
		vs, err := s.History(s.Context(), key("a"), 0, 10)
		if err != nil || len(vs) != 3 || vs[0].Doc == nil || vs[1].Doc != nil || vs[1].Blank || vs[2].Doc == nil {
			s.Errorf("%+v %v", vs, err)
		}
	}},
	{"kept over a rebuild", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.commit(out("a", 1))
		s.put("b", 0, thing("v", "y"))
		before := s.snapshot()
		if err := s.Rebuild(s.Context()); err != nil {
			s.Fatal(err)
		}
		s.lacks("a")
		if s.snapshot() != before {
			s.Error("the rebuild changed something")
		}
	}},
}
