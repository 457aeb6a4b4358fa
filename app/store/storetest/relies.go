package storetest

import (
	"errors"
	"fmt"
	"testing"

	"colocate/app/store"
)

// relied is a reliance, whether it holds in the scene of relyStore, and what a
// commit with it answers where it does not.
type relied struct {
	name  string
	rely  store.Reliance
	holds bool
	want  error
}

func relyStore(t *testing.T, open Opener) *suite {
	s := fresh(t, open)
	s.put("a", 0, thing("v", "x", "n", int64(1)))
	s.put("b", 0, thing("v", "y", "n", int64(2)))
	s.put("b", 1, thing("v", "y2", "n", int64(2)))
	s.put("out", 0, thing("v", "out"))
	s.commit(store.Commit{Put: []store.Put{{Key: key("out"), Rev: 1}}})
	s.put("purged", 0, thing("v", "purged"))
	s.commit(store.Commit{Purge: []store.Key{key("purged")}})
	s.commit(store.Commit{Journal: there, Put: []store.Put{{Key: store.Key{Shelf: "other", Journal: there, ID: "o"},
		Doc: doc("mission_id", there, "name", "elsewhere")}}})
	return s
}

func relieds() []relied {
	at := func(id string, rev int64) store.Reliance { return store.Reliance{Key: key(id), Rev: rev} }
	none := func(except string, f ...store.E) store.Reliance {
		return store.Reliance{Shelf: "thing", Filter: append(store.D{wide}, f...), Except: except}
	}
	unique := func(r store.Reliance) store.Reliance { r.Unique = true; return r }
	return []relied{
		{"a document at its revision", at("a", 1), true, nil},
		{"a document at a later revision", at("b", 2), true, nil},
		{"a document that moved on", at("b", 1), false, store.ErrMoved},
		{"a document before its time", at("a", 2), false, store.ErrMoved},
		{"an absent document", at("z", 0), true, nil},
		{"an absent document thought there", at("z", 1), false, store.ErrMoved},
		{"a document thought absent", at("a", 0), false, store.ErrMoved},
		{"a removed document is absent", at("out", 0), true, nil},
		{"a removed document thought there", at("out", 2), false, store.ErrMoved},
		{"a purged document is absent", at("purged", 0), true, nil},
		{"a purged document thought there", at("purged", 1), false, store.ErrMoved},
		{"nothing matches", none("", store.Eq("v", "nobody")), true, nil},
		{"something matches", none("", store.Eq("v", "x")), false, store.ErrMoved},
		{"something matches a range", none("", store.Gte("v", "x")), false, store.ErrMoved},
		{"something matches one of several", none("", store.In("v", store.A{"nobody", "x"})), false, store.ErrMoved},
		{"something matches what no index says", none("", store.Ne("v", "nobody")), false, store.ErrMoved},
		{"only the exception matches", none("a", store.Eq("v", "x")), true, nil},
		{"the exception and another match", none("a", store.Gte("v", "x")), false, store.ErrMoved},
		{"what a former version said", none("", store.Eq("v", "y")), true, nil},
		{"what a removed document said", none("", store.Eq("v", "out")), true, nil},
		{"what a purged document said", none("", store.Eq("v", "purged")), true, nil},
		{"a filter that nothing can match", none("", store.In("v", store.A{})), true, nil},
		{"a match in another journal", store.Reliance{Shelf: "other", Filter: store.D{store.Eq("name", "elsewhere")}}, true, nil},
		{"a unique value that is free", unique(none("", store.Eq("v", "free"))), true, nil},
		{"a unique value that is taken", unique(none("", store.Eq("v", "x"))), false, store.ErrTaken},
		{"a unique value of its own", unique(none("a", store.Eq("v", "x"))), true, nil},
	}
}

func reliances(t *testing.T, open Opener) {
	for _, r := range relieds() {
		one(t, after(open, relyStore), r.name, func(s *suite) {
			if ok, err := s.Holds(s.Context(), here, []store.Reliance{r.rely}); err != nil || ok != r.holds {
				s.Errorf("holds: %v %v, want %v", ok, err, r.holds)
			}
			c := store.Commit{Put: []store.Put{{Key: key("new"), Doc: thing("v", "new", "n", int64(9))}}, Rely: []store.Reliance{r.rely}}
			if r.want != nil {
				s.refuse(c, r.want)
				s.lacks("new")
				return
			}
			s.commit(c)
			s.sees("new", 1, "new")
		})
	}
	one(t, open, "all of several must hold", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		ok := store.Reliance{Key: key("a"), Rev: 1}
		not := store.Reliance{Shelf: "thing", Filter: store.D{wide, store.Eq("v", "x")}}
		s.refuse(store.Commit{Rely: []store.Reliance{ok, not}}, store.ErrMoved)
		s.commit(store.Commit{Rely: []store.Reliance{ok, ok}})
		if holds, err := s.Holds(s.Context(), here, []store.Reliance{ok, not}); holds || err != nil {
			s.Errorf("holds: %v %v", holds, err)
		}
	})
	one(t, open, "a revision is told before a reliance", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 7, Doc: thing()}}, Rely: []store.Reliance{{Key: key("a"), Rev: 5}}}, store.ErrStale)
	})
	examples(t, open, skewCases)
}

// skewCases are races that only a reliance decides.
var skewCases = []example{
	{"of two that rely on each other one wins", func(s *suite) {
		s.put("a", 0, thing("v", "on"))
		s.put("b", 0, thing("v", "on"))
		won := s.race(2, func(i int) error {
			mine, yours := key([]string{"a", "b"}[i]), key([]string{"b", "a"}[i])
			_, err := s.try(store.Commit{Put: []store.Put{{Key: mine, Rev: 1, Doc: thing("v", "off")}}, Rely: []store.Reliance{{Key: yours, Rev: 1}}})
			return err
		}, store.ErrMoved)
		if len(won) != 1 || len(s.list(store.D{wide, store.Eq("v", "on")}, "n")) != 1 {
			s.Errorf("%v won", won)
		}
	}},
	{"a unique value is given once", func(s *suite) {
		won := s.race(40, func(i int) error {
			_, err := s.try(store.Commit{Put: []store.Put{{Key: key(fmt.Sprint(i)), Doc: thing("v", "name")}},
				Rely: []store.Reliance{{Shelf: "thing", Filter: store.D{wide, store.Eq("v", "name")}, Unique: true}}})
			return err
		}, store.ErrTaken)
		if got := s.list(store.D{wide, store.Eq("v", "name")}, "n"); len(won) != 1 || len(got) != 1 {
			s.Errorf("%d won, %v have it", len(won), got)
		}
		s.sound()
	}},
	{"at most so many", func(s *suite) {
		for i := range 3 {
			s.put(fmt.Sprint("seat", i), 0, thing("v", "free", "n", int64(i)))
		}
		won := s.race(12, func(i int) error {
			for seat := range 3 {
				_, err := s.try(store.Commit{Put: []store.Put{{Key: key(fmt.Sprint("seat", seat)), Rev: 1, Doc: thing("v", int64(i))}}})
				if err == nil || !errors.Is(err, store.ErrStale) {
					return err
				}
			}
			return store.ErrStale
		}, store.ErrStale)
		if len(won) != 3 {
			s.Errorf("%d found one of three seats", len(won))
		}
	}},
}
