package storetest

import (
	"fmt"
	"testing"
	"time"

	"colocate/app/store"
)

// told is one version as text: number, id, revision, v of its document.
func told(vs []store.Version) []string {
	out := make([]string, len(vs))
	for i, v := range vs {
		text := "-"
		if v.Doc != nil {
			text = fmt.Sprint(store.Values(v.Doc, "v")[0])
		}
		out[i] = fmt.Sprint(v.Number, v.Key.ID, v.Rev, text)
	}
	return out
}

// written is a store with four commits: a1 b1 | a2 o1 | an act alone | a3, out b2.
func written(t *testing.T, open Opener) *suite {
	s := fresh(t, open)
	o := store.Key{Shelf: "other", Journal: here, ID: "o"}
	act := func(verb string) store.Act {
		return store.Act{By: "person", Account: "account", Role: "adviser", Verb: verb, Kind: "thing", ID: "a", At: day.Add(time.Hour),
			Device: "device", Request: "request", Why: "why " + verb}
	}
	s.commit(store.Commit{Act: act("create"), Put: []store.Put{{Key: key("a"), Doc: thing("v", "x")}, {Key: key("b"), Doc: thing("v", "y")}}})
	s.commit(store.Commit{Act: act("edit"), Put: []store.Put{{Key: key("a"), Rev: 1, Doc: thing("v", "x2"), Count: doc("hours", int64(3))}, {Key: o, Doc: thing("v", "o")}}})
	s.commit(store.Commit{Act: act("look")})
	s.commit(store.Commit{Act: act("end"), Put: []store.Put{{Key: key("a"), Rev: 2, Doc: thing("v", "x3")}, {Key: key("b"), Rev: 1}}})
	s.commit(store.Commit{Journal: there, Put: []store.Put{{Key: store.Key{Shelf: "thing", Journal: there, ID: "a"}, Doc: doc("mission_id", there, "v", "z")}}})
	return s
}

func histories(t *testing.T, open Opener) {
	s := written(t, open)
	s.shared(t, historyCases)
	s.shared(t, feedCases)
	s.shared(t, actCases)
}

// historyCases are the journal as readers see it.
var historyCases = []example{
	{"of one document, newest first", func(s *suite) {
		vs, err := s.History(s.Context(), key("a"), 0, 10)
		s.must(err)
		s.same("all", told(vs), []string{"4a3x3", "2a2x2", "1a1x"})
		vs, err = s.History(s.Context(), key("b"), 0, 10)
		s.must(err)
		s.same("with its removal", told(vs), []string{"4b2-", "1b1y"})
	}},
	{"of one document, in pieces", func(s *suite) {
		vs, err := s.History(s.Context(), key("a"), 0, 1)
		s.must(err)
		s.same("first", told(vs), []string{"4a3x3"})
		vs, err = s.History(s.Context(), key("a"), 4, 1)
		s.must(err)
		s.same("before 4", told(vs), []string{"2a2x2"})
		vs, err = s.History(s.Context(), key("a"), 1, 1)
		s.must(err)
		s.same("before 1", told(vs), nil)
	}},
	{"of none", func(s *suite) {
		for _, k := range []store.Key{key("z"), {Shelf: "other", Journal: here, ID: "a"}, {Shelf: "thing", Journal: "none", ID: "a"}} {
			vs, err := s.History(s.Context(), k, 0, 10)
			if err != nil || len(vs) != 0 {
				s.Errorf("%v: %v %v", k, vs, err)
			}
		}
	}},
	{"a version has its act, words and counts", func(s *suite) {
		vs, err := s.History(s.Context(), key("a"), 4, 1)
		s.must(err)
		want := store.Act{By: "person", Account: "account", Role: "adviser", Verb: "edit", Kind: "thing", ID: "a", At: day.Add(time.Hour),
			Device: "device", Request: "request", Why: "why edit"}
		if len(vs) != 1 || vs[0].Act != want || vs[0].Count.Lookup("hours").AsInt64() != 3 {
			s.Errorf("%+v", vs)
		}
	}},
	{"a version has the stored document of its time", func(s *suite) {
		vs, err := s.History(s.Context(), key("a"), 0, 1)
		s.must(err)
		now, err := s.Get(s.Context(), key("a"), nil)
		s.must(err)
		if string(vs[0].Doc) != string(now) {
			s.Errorf("%v, stored %v", vs[0].Doc, now)
		}
	}},
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// feeds requires these changes, in the order of their numbers.
func (s *suite) feeds(shelves []string, after int64, limit int, want ...string) {
	s.Helper()
	vs, err := s.Changes(s.Context(), here, shelves, after, limit)
	s.must(err)
	got := told(vs)
	s.equal(fmt.Sprint(shelves, " after ", after), got, want)
	for i := 1; i < len(vs); i++ {
		if vs[i-1].Number > vs[i].Number {
			s.Errorf("out of order: %v", got)
		}
	}
}

// feedCases are the changes of a journal.
var feedCases = []example{
	{"feed of all", func(s *suite) {
		s.feeds(nil, 0, 100, "1a1x", "1b1y", "2a2x2", "2o1o", "4a3x3", "4b2-")
	}},
	{"feed of one shelf", func(s *suite) {
		s.feeds([]string{"thing"}, 0, 100, "1a1x", "1b1y", "2a2x2", "4a3x3", "4b2-")
		s.feeds([]string{"other"}, 0, 100, "2o1o")
		s.feeds([]string{"other", "thing", "other"}, 1, 100, "2a2x2", "2o1o", "4a3x3", "4b2-")
		s.feeds([]string{}, 0, 100)
	}},
	{"feed after a number", func(s *suite) {
		s.feeds(nil, 1, 100, "2a2x2", "2o1o", "4a3x3", "4b2-")
		s.feeds(nil, 2, 100, "4a3x3", "4b2-")
		s.feeds(nil, 4, 100)
		s.feeds(nil, 99, 100)
	}},
	{"feed in pieces never cuts a commit", func(s *suite) {
		s.feeds(nil, 0, 1, "1a1x", "1b1y")
		s.feeds(nil, 0, 3, "1a1x", "1b1y")
		s.feeds(nil, 1, 3, "2a2x2", "2o1o")
		s.feeds(nil, 0, 0)
	}},
	{"feed resumed from its last number sees everything once", func(s *suite) {
		var got []string
		for after := int64(0); ; {
			vs, err := s.Changes(s.Context(), here, nil, after, 2)
			s.must(err)
			if len(vs) == 0 {
				break
			}
			got, after = append(got, told(vs)...), vs[len(vs)-1].Number
		}
		s.equal("all", got, []string{"1a1x", "1b1y", "2a2x2", "2o1o", "4a3x3", "4b2-"})
	}},
	{"feed of a journal that has none", func(s *suite) {
		if vs, err := s.Changes(s.Context(), "none", nil, 0, 10); err != nil || len(vs) != 0 {
			s.Errorf("%v %v", vs, err)
		}
	}},
}

// verbs tells acts as text: number, verb, documents, words.
func (s *suite) verbs(after int64, limit int) (out []string) {
	s.Helper()
	acts, err := s.Acts(s.Context(), here, after, limit)
	s.must(err)
	for _, a := range acts {
		out = append(out, fmt.Sprint(a.Number, a.Act.Verb, len(a.Docs), a.Act.Why))
	}
	return out
}

// actCases are the acts of a journal.
var actCases = []example{
	{"acts, in order", func(s *suite) {
		s.same("all", s.verbs(0, 10), []string{"1create2why create", "2edit2why edit", "3look0why look", "4end2why end"})
		s.same("after 2", s.verbs(2, 10), []string{"3look0why look", "4end2why end"})
		s.same("two", s.verbs(1, 2), []string{"2edit2why edit", "3look0why look"})
		s.same("after the last", s.verbs(4, 10), nil)
	}},
	{"acts name their documents without content", func(s *suite) {
		acts, err := s.Acts(s.Context(), here, 3, 1)
		s.must(err)
		docs := acts[0].Docs
		if len(docs) != 2 || docs[0].Key != key("a") || docs[0].Rev != 3 || docs[0].Doc != nil || docs[1].Key != key("b") || docs[1].Rev != 2 {
			s.Errorf("%+v", docs)
		}
	}},
	{"acts of many at once", func(s *suite) {
		s.race(50, func(i int) error {
			_, err := s.Commit(s.Context(), store.Commit{Journal: store.Service, Act: store.Act{Verb: fmt.Sprint(i)}})
			return err
		})
		acts, err := s.Acts(s.Context(), store.Service, 0, 100)
		s.must(err)
		seen := map[string]bool{}
		for i, a := range acts {
			if a.Number != int64(i+1) {
				s.Errorf("number %d in place %d", a.Number, i)
			}
			seen[a.Act.Verb] = true
		}
		if len(seen) != 50 {
			s.Errorf("%d verbs", len(seen))
		}
	}},
}
