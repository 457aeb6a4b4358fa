package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"colocate/app/store"
)

func commits(t *testing.T, open Opener) {
	examples(t, open, commitCases)
	refusedCommits(t, open)
	examples(t, open, journalCases)
	examples(t, open, contentCases)
	examples(t, open, meetingCases)
}

// commitCases are what one commit does.
var commitCases = []example{
	{"create", func(s *suite) {
		r := s.put("a", 0, thing("v", "x", "n", int64(1)))
		s.sees("a", 1, "x")
		if r.Number != 1 || r.Journal != here || r.Repeat || len(r.Docs) != 1 || r.Docs[0].Rev != 1 || r.Docs[0].Key != key("a") || r.Docs[0].Doc != nil {
			s.Errorf("receipt %+v", r)
		}
		d, _ := s.Get(s.Context(), key("a"), nil)
		if d.Lookup("_id").StringValue() != here+"/a" || d.Lookup("seq").AsInt64() != 1 || d.Lookup("mission_id").StringValue() != here {
			s.Errorf("stored %v", d)
		}
		s.sound()
	}},
	{"replace", func(s *suite) {
		s.put("a", 0, thing("v", "x", "old", "kept?"))
		s.put("a", 1, thing("v", "y"))
		s.sees("a", 2, "y")
		d, _ := s.Get(s.Context(), key("a"), nil)
		if _, err := d.LookupErr("old"); err == nil {
			s.Error("a field of the former version is there")
		}
		s.same("found by the new value", s.list(store.D{wide, store.Eq("v", "y")}, "n"), []string{"a"})
		s.same("not by the old", s.list(store.D{wide, store.Eq("v", "x")}, "n"), nil)
		s.sound()
	}},
	{"create over what is there", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", "y")}}}, store.ErrTaken)
		s.sees("a", 1, "x")
	}},
	{"stale revision", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.put("a", 1, thing("v", "y"))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 1, Doc: thing("v", "z")}}}, store.ErrStale)
		s.sees("a", 2, "y")
	}},
	{"revision of the future", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 2, Doc: thing("v", "z")}}}, store.ErrStale)
		s.refuse(store.Commit{Put: []store.Put{{Key: key("new"), Rev: 1, Doc: thing("v", "z")}}}, store.ErrStale)
		s.lacks("new")
	}},
	{"one of several is stale: none is written", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		s.put("b", 0, thing("v", "x"))
		s.refuse(store.Commit{Put: []store.Put{{Key: key("b"), Rev: 1, Doc: thing("v", "y")}, {Key: key("a"), Rev: 7, Doc: thing("v", "y")},
			{Key: key("c"), Doc: thing("v", "y")}}}, store.ErrStale)
		s.sees("a", 1, "x")
		s.sees("b", 1, "x")
		s.lacks("c")
	}},
	{"several documents on several shelves", func(s *suite) {
		o := store.Key{Shelf: "other", Journal: here, ID: "a"}
		r := s.commit(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", "x")}, {Key: o, Doc: thing("name", "n")}}})
		s.sees("a", 1, "x")
		if d, err := s.Get(s.Context(), o, nil); err != nil || d.Lookup("name").StringValue() != "n" {
			s.Errorf("%v %v", d, err)
		}
		if len(r.Docs) != 2 || r.Docs[1].Key != o {
			s.Errorf("receipt %+v", r)
		}
	}},
	{"an act without documents", func(s *suite) {
		r := s.commit(store.Commit{Act: store.Act{Verb: "read", Kind: "thing", ID: "a"}})
		n, err := s.Head(s.Context(), here)
		if err != nil || n != 1 || r.Number != 1 || len(r.Docs) != 0 {
			s.Errorf("head %d %v, receipt %+v", n, err, r)
		}
		s.lacks("a")
	}},
}

// refusedCommits are calls that no program should make.
func refusedCommits(t *testing.T, open Opener) {
	put := func(k store.Key, rev int64, d store.Raw) store.Commit {
		return store.Commit{Put: []store.Put{{Key: k, Rev: rev, Doc: d}}}
	}
	for name, c := range map[string]store.Commit{
		"a document of another journal":    put(store.Key{Shelf: "thing", Journal: there, ID: "a"}, 0, thing()),
		"a shelf that is not declared":     put(store.Key{Shelf: "nothing", Journal: here, ID: "a"}, 0, thing()),
		"no id":                            put(key(""), 0, thing()),
		"an id with a zero":                put(key("a\x00"), 0, thing()),
		"a negative revision":              put(key("a"), -1, thing()),
		"a removal of nothing":             put(key("a"), 0, nil),
		"bytes that are no document":       put(key("a"), 0, store.Raw("nonsense")),
		"a document cut short":             put(key("a"), 0, thing("v", "x")[:10]),
		"one document twice":               {Put: []store.Put{{Key: key("a"), Doc: thing()}, {Key: key("a"), Doc: thing()}}},
		"a document put and purged":        {Put: []store.Put{{Key: key("a"), Doc: thing()}}, Purge: []store.Key{key("a")}},
		"a reliance outside the journal":   {Rely: []store.Reliance{{Key: store.Key{Shelf: "thing", Journal: there, ID: "a"}}}},
		"counted fields of no document":    {Put: []store.Put{{Key: key("a"), Doc: thing(), Count: store.Raw("x")}}},
		"a journal with a slash":           {Journal: "a/b"},
		"a filter without a plan to serve": {Rely: []store.Reliance{{Shelf: "thing", Filter: store.D{store.Eq("v", "x")}}}},
	} {
		one(t, open, "refused: "+name, func(s *suite) {
			before := s.snapshot()
			if _, err := s.try(c); err == nil {
				s.Error("accepted")
			}
			if s.snapshot() != before {
				s.Error("something was written")
			}
		})
	}
}

// journalCases are what journals do not share.
var journalCases = []example{
	{"journals count by themselves", func(s *suite) {
		for _, j := range []string{here, there, here, store.Service} {
			s.commit(store.Commit{Journal: j})
		}
		for j, want := range map[string]int64{here: 2, there: 1, store.Service: 1, "none": 0} {
			if n, err := s.Head(s.Context(), j); err != nil || n != want {
				s.Errorf("head of %s: %d %v, want %d", j, n, err, want)
			}
		}
	}},
	{"an id of two journals is two documents", func(s *suite) {
		k := store.Key{Shelf: "thing", Journal: there, ID: "a"}
		s.put("a", 0, thing("v", "x"))
		s.commit(store.Commit{Journal: there, Put: []store.Put{{Key: k, Doc: doc("mission_id", there, "v", "y")}}})
		s.sees("a", 1, "x")
		s.same("one here", s.list(store.D{wide}, "v"), []string{"a"})
		s.commit(store.Commit{Journal: there, Purge: []store.Key{k}})
		s.sees("a", 1, "x")
		if _, err := s.Get(s.Context(), k, nil); !errors.Is(err, store.ErrNotFound) {
			s.Errorf("the purged one: %v", err)
		}
	}},
	{"numbers have no hole", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		for range 5 {
			s.refuse(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing()}}}, store.ErrTaken)
		}
		if r := s.put("b", 0, thing()); r.Number != 2 {
			s.Errorf("number %d after refusals, want 2", r.Number)
		}
		s.sound()
	}},
}

// contentCases hold documents to what was put, byte by byte.
var contentCases = []example{
	{"every type comes back as it was", func(s *suite) {
		full := thing("text", "é 👮 قسم \x01", "empty", "", "i32", int32(-7), "i64", int64(1)<<60, "f", 0.1, "yes", true, "no", false,
			"null", nil, "at", day, "sub", store.D{{Key: "deep", Value: store.D{{Key: "er", Value: store.A{int64(1), "x", store.D{}}}}}},
			"list", store.A{}, "bytes", []byte{0, 1, 255})
		s.put("a", 0, full)
		d, err := s.Get(s.Context(), key("a"), nil)
		if err != nil {
			s.Fatal(err)
		}
		want, _ := full.Elements()
		for _, e := range want {
			if got, err := d.LookupErr(e.Key()); err != nil || !got.Equal(e.Value()) {
				s.Errorf("%s: %v %v, want %v", e.Key(), got, err, e.Value())
			}
		}
		s.sound()
	}},
	{"_id, rev and seq are the store's", func(s *suite) {
		s.put("a", 0, doc("_id", "mission-b/b", "seq", int64(99), "rev", int64(99), "mission_id", here, "v", "x"))
		s.sees("a", 1, "x")
		d, _ := s.Get(s.Context(), key("a"), nil)
		if d.Lookup("_id").StringValue() != here+"/a" || d.Lookup("seq").AsInt64() != 1 {
			s.Errorf("stored %v", d)
		}
	}},
	{"what is put and got belongs to the caller", func(s *suite) {
		mine := thing("v", "xxxxxxxx")
		s.put("a", 0, mine)
		copy(mine[len(mine)-12:], "zzzzzzzz")
		s.sees("a", 1, "xxxxxxxx")
		got, _ := s.Get(s.Context(), key("a"), nil)
		clear(got)
		s.sees("a", 1, "xxxxxxxx")
	}},
	{"ids of any text", func(s *suite) {
		list := []string{uuidText, strings.ToUpper(uuidText), "{" + uuidText + "}", "urn:uuid:" + uuidText, strings.ReplaceAll(uuidText, "-", ""),
			"sixteen letters.", "é", "a/b", " ", "%", strings.Repeat("long", 100)}
		for i, id := range list {
			s.put(id, 0, thing("v", id, "n", int64(i)))
		}
		s.same("listed", s.list(store.D{wide}, "n"), list)
		for _, id := range list {
			s.sees(id, 1, id)
			vs, err := s.History(s.Context(), key(id), 0, 10)
			if err != nil || len(vs) != 1 || vs[0].Key != key(id) || first(vs[0].Doc, "v") != id {
				s.Errorf("history of %q: %+v %v", id, vs, err)
			}
		}
		vs, err := s.Changes(s.Context(), here, nil, 0, 100)
		s.must(err)
		for i, v := range vs {
			if v.Key != key(list[i]) {
				s.Errorf("change %d is of %q, want %q", i, v.Key.ID, list[i])
			}
		}
		s.sound()
	}},
	{"a big document", func(s *suite) {
		s.put("a", 0, thing("v", "x", "text", strings.Repeat("abc", 1_000_000)))
		d, err := s.Get(s.Context(), key("a"), nil)
		if err != nil || len(d.Lookup("text").StringValue()) != 3_000_000 {
			s.Errorf("%d bytes, %v", len(d), err)
		}
		s.put("a", 1, thing("v", "y"))
		s.sees("a", 2, "y")
		s.sound()
	}},
	{"a long value under an index", func(s *suite) {
		long := strings.Repeat("long ", 4000)
		s.put("a", 0, thing("v", long+"a", "n", int64(1)))
		s.put("b", 0, thing("v", long+"b", "n", int64(2)))
		s.same("found", s.list(store.D{wide, store.Eq("v", long+"b")}, "n"), []string{"b"})
		s.same("sorted", s.list(store.D{wide}, "-v"), []string{"b", "a"})
	}},
}

// meetingCases are commits that meet.
var meetingCases = []example{
	{"one of many creators wins", func(s *suite) {
		won := s.race(20, func(i int) error {
			_, err := s.try(store.Commit{Put: []store.Put{{Key: key("a"), Doc: thing("v", int64(i))}}})
			return err
		}, store.ErrTaken)
		s.sees("a", 1, int64(won[0]))
		if len(won) != 1 {
			s.Errorf("%d created it", len(won))
		}
		s.sound()
	}},
	{"one of many editors wins", func(s *suite) {
		s.put("a", 0, thing("v", "x"))
		won := s.race(20, func(i int) error {
			_, err := s.try(store.Commit{Put: []store.Put{{Key: key("a"), Rev: 1, Doc: thing("v", int64(i))}}})
			return err
		}, store.ErrStale)
		s.sees("a", 2, int64(won[0]))
		if len(won) != 1 {
			s.Errorf("%d replaced it", len(won))
		}
	}},
	{"many creators of different things all win", func(s *suite) {
		won := s.race(100, func(i int) error {
			_, err := s.try(store.Commit{Put: []store.Put{{Key: key(fmt.Sprint(i)), Doc: thing("n", int64(i))}}})
			return err
		})
		if n, _ := s.Head(s.Context(), here); len(won) != 100 || n != 100 || len(s.list(store.D{wide}, "n")) != 100 {
			s.Errorf("%d won, head %d", len(won), n)
		}
		s.sound()
	}},
	{"a context that has ended", func(s *suite) {
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		_, err := s.Commit(ctx, store.Commit{Journal: here, Put: []store.Put{{Key: key("a"), Doc: thing()}}})
		if !errors.Is(err, context.Canceled) {
			s.Errorf("commit: %v", err)
		}
		for what, err := range s.reads(ctx) {
			if !errors.Is(err, context.Canceled) {
				s.Errorf("%s: %v", what, err)
			}
		}
		s.put("b", 0, thing("v", "x"))
		s.sees("b", 1, "x")
		s.sound()
	}},
	{"contexts that end in between leave whole commits", func(s *suite) {
		s.race(60, func(i int) error {
			ctx, cancel := context.WithTimeout(s.Context(), time.Duration(i*100)*time.Microsecond)
			defer cancel()
			_, err := s.Commit(ctx, store.Commit{Journal: here, Key: fmt.Sprint(i), Put: []store.Put{
				{Key: key(fmt.Sprint("a", i)), Doc: thing("n", int64(i))}, {Key: key(fmt.Sprint("b", i)), Doc: thing("n", int64(i))}}})
			return err
		}, context.DeadlineExceeded)
		s.commit(store.Commit{}) // whatever was on its way is done
		got := s.list(store.D{wide}, "n")
		if len(got)%2 != 0 {
			s.Errorf("half a commit: %v", got)
		}
		s.sound()
	}},
}

// reads asks everything that a reader has.
func (s *suite) reads(ctx context.Context) map[string]error {
	q := store.Query{Filter: store.D{wide}, Sort: "n", Limit: 10}
	_, get := s.Get(ctx, key("a"), nil)
	_, find := s.Find(ctx, "thing", q)
	_, group := s.Group(ctx, "thing", store.Grouping{Filter: store.D{wide}})
	_, head := s.Head(ctx, here)
	_, changes := s.Changes(ctx, here, nil, 0, 10)
	_, history := s.History(ctx, key("a"), 0, 10)
	_, acts := s.Acts(ctx, here, 0, 10)
	each := s.Each(ctx, "thing", q, func(store.Raw) error { return nil })
	verify := s.Verify(ctx, func(store.Finding) {})
	return map[string]error{"get": get, "find": find, "group": group, "head": head, "changes": changes,
		"history": history, "acts": acts, "each": each, "verify": verify}
}

// race runs fn n times at once and answers who got no error; other errors must
// be of want.
func (s *suite) race(n int, fn func(i int) error, want ...error) []int {
	s.Helper()
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = fn(i) })
	}
	wait.Wait()
	var won []int
	for i, err := range errs {
		if err == nil {
			won = append(won, i)
			continue
		}
		known := false
		for _, w := range want {
			known = known || errors.Is(err, w)
		}
		if !known {
			s.Errorf("%d: %v", i, err)
		}
	}
	return won
}
