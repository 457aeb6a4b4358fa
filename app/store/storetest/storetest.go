// Package storetest is the conformance suite of store: what every engine must
// do, through the public interface alone. An engine's test calls [Run]; each
// case says what must be stored afterwards and what must not.
package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/app/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Opener opens an empty store with these shelves, to be closed by t.
type Opener func(t *testing.T, shelves []store.Shelf) store.Store

// Run runs every case against stores that open makes.
func Run(t *testing.T, open func(t *testing.T, shelves []store.Shelf) store.Store) {
	for name, group := range map[string]func(*testing.T, Opener){
		"Filter":   filters,
		"Array":    arrays,
		"Refused":  refused,
		"Sort":     sorts,
		"Page":     pages,
		"Group":    groups,
		"Commit":   commits,
		"Reliance": reliances,
		"Key":      keys,
		"Purge":    purges,
		"Removal":  removals,
		"History":  histories,
		"Limit":    limits,
		"Upkeep":   upkeep,
		"Random":   random,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			group(t, open)
		})
	}
}

// The journals of the suite; ids repeat across them.
const (
	here  = "mission-a"
	there = "mission-b"
)

var (
	day  = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	wide = store.Eq("mission_id", here) // the filter of everything here
)

// shelves is what most cases run on.
func shelves() []store.Shelf {
	ix := func(fields ...string) store.Index { return store.Index{Fields: fields} }
	return []store.Shelf{
		{Name: "thing", Indexes: []store.Index{
			ix("mission_id"), ix("mission_id", "v"), ix("mission_id", "n"), ix("mission_id", "v", "n"),
			ix("mission_id", "unit.id", "n"), ix("mission_id", "state", "theme", "n"), ix("mission_id", "n", "v"),
			{Fields: []string{"mission_id", "tags", "n"}, Multi: "tags"},
			{Fields: []string{"mission_id", "people.id", "n"}, Multi: "people.id"},
		}},
		{Name: "other", Indexes: []store.Index{ix("mission_id"), ix("mission_id", "name"), ix("name")}},
	}
}

// suite is one store under test with the helpers that cases are written in.
type suite struct {
	*testing.T
	store.Store
}

func fresh(t *testing.T, open Opener) *suite {
	t.Helper()
	return &suite{t, open(t, shelves())}
}

// with is the same store for a case within t.
func (s *suite) with(t *testing.T) *suite { return &suite{t, s.Store} }

// example is one case.
type example struct {
	name string
	run  func(*suite)
}

// examples runs cases, each on a store of its own.
func examples(t *testing.T, open Opener, list []example) {
	for _, x := range list {
		one(t, open, x.name, x.run)
	}
}

// shared runs cases on one store, which they only read.
func (s *suite) shared(t *testing.T, list []example) {
	for _, x := range list {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			x.run(s.with(t))
		})
	}
}

// after opens stores on which scene was played.
func after(open Opener, scene func(*testing.T, Opener) *suite) Opener {
	return func(t *testing.T, _ []store.Shelf) store.Store { return scene(t, open).Store }
}

// one starts a case with a store of its own.
func one(t *testing.T, open Opener, name string, fn func(*suite)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		fn(fresh(t, open))
	})
}

// doc makes a document from pairs of name and value.
func doc(pairs ...any) store.Raw {
	d := store.D{}
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, store.E{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		panic(err) // a mistake in the suite
	}
	return raw
}

func key(id string) store.Key { return store.Key{Shelf: "thing", Journal: here, ID: id} }

// thing is a document of this mission with more fields.
func thing(pairs ...any) store.Raw { return doc(append([]any{"mission_id", here}, pairs...)...) }

// put writes one document and answers its receipt.
func (s *suite) put(id string, rev int64, d store.Raw) store.Receipt {
	s.Helper()
	return s.commit(store.Commit{Put: []store.Put{{Key: key(id), Rev: rev, Doc: d}}})
}

// commit commits to this mission and must succeed.
func (s *suite) commit(c store.Commit) store.Receipt {
	s.Helper()
	r, err := s.try(c)
	if err != nil {
		s.Fatalf("commit: %v", err)
	}
	return r
}

func (s *suite) try(c store.Commit) (store.Receipt, error) {
	if c.Journal == "" {
		c.Journal = here
	}
	return s.Commit(s.Context(), c)
}

// refuse commits and must be refused as want, with nothing written.
func (s *suite) refuse(c store.Commit, want error) {
	s.Helper()
	before := s.snapshot()
	if _, err := s.try(c); !errors.Is(err, want) {
		s.Errorf("commit: %v, want %v", err, want)
	}
	if after := s.snapshot(); after != before {
		s.Errorf("a refused commit wrote:\n%s\nbefore:\n%s", after, before)
	}
}

// snapshot is all that can be read of both journals, as text.
func (s *suite) snapshot() string {
	s.Helper()
	var b strings.Builder
	for _, journal := range []string{here, there, store.Service} {
		acts, err := s.Acts(s.Context(), journal, 0, 1<<20)
		if err != nil {
			s.Fatal(err)
		}
		vs, err := s.Changes(s.Context(), journal, nil, 0, 1<<20)
		if err != nil {
			s.Fatal(err)
		}
		fmt.Fprintln(&b, journal, len(acts))
		for _, v := range vs {
			now, err := s.Get(s.Context(), v.Key, nil)
			fmt.Fprintln(&b, v.Number, v.Key, v.Rev, v.Doc, v.Blank, now, err)
		}
	}
	return b.String()
}

// sees requires that the document is there with that revision and field v.
func (s *suite) sees(id string, rev int64, v any) {
	s.Helper()
	d, err := s.Get(s.Context(), key(id), nil)
	if err != nil {
		s.Errorf("get %s: %v", id, err)
		return
	}
	if got := d.Lookup("rev").AsInt64(); got != rev {
		s.Errorf("%s is at revision %d, want %d", id, got, rev)
	}
	if got := store.Values(d, "v"); len(got) != 1 || store.Compare(got[0], v) != 0 {
		s.Errorf("%s has v %v, want %v", id, got, v)
	}
}

// lacks requires that neither Get nor a list shows the document.
func (s *suite) lacks(id string) {
	s.Helper()
	if d, err := s.Get(s.Context(), key(id), nil); !errors.Is(err, store.ErrNotFound) {
		s.Errorf("get %s: %v %v, want ErrNotFound", id, d, err)
	}
	for _, sort := range []string{"", "v", "-n"} {
		if got := s.list(store.D{wide}, sort); slices.Contains(got, id) {
			s.Errorf("%s is listed by %q", id, sort)
		}
	}
}

// list walks all pages of a query on things and answers the ids.
func (s *suite) list(f store.D, sort string) []string {
	s.Helper()
	return ids(s.walk(f, sort, 3))
}

// walk answers the documents of all pages of a query on things.
func (s *suite) walk(f store.D, sort string, limit int) []store.Raw {
	s.Helper()
	var out []store.Raw
	q := store.Query{Filter: f, Sort: sort, Limit: limit}
	for range 10_000 {
		p, err := s.Find(s.Context(), "thing", q)
		if err != nil {
			s.Fatalf("find %v by %q: %v", f, sort, err)
		}
		if len(p.Docs) > limit {
			s.Fatalf("a page of %d documents, limit %d", len(p.Docs), limit)
		}
		out = append(out, p.Docs...)
		if q.Cursor = p.Next; q.Cursor == "" {
			return out
		}
	}
	s.Fatal("pages do not end")
	return nil
}

// each answers the ids that Each streams.
func (s *suite) each(f store.D, sort string) []string {
	s.Helper()
	var out []store.Raw
	err := s.Each(s.Context(), "thing", store.Query{Filter: f, Sort: sort}, func(d store.Raw) error {
		out = append(out, d)
		return nil
	})
	if err != nil {
		s.Fatalf("each %v by %q: %v", f, sort, err)
	}
	return ids(out)
}

// ids are the documents' ids, from _id.
func ids(docs []store.Raw) []string {
	out := make([]string, len(docs))
	for i, d := range docs {
		_, out[i], _ = strings.Cut(d.Lookup("_id").StringValue(), "/")
	}
	return out
}

// equal requires the same ids, in any order.
func (s *suite) equal(what string, got, want []string) {
	s.Helper()
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(g, w) {
		s.Errorf("%s: got %v, want %v", what, g, w)
	}
}

// same requires the same ids in the same order.
func (s *suite) same(what string, got, want []string) {
	s.Helper()
	if !slices.Equal(got, want) {
		s.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// sound requires that Verify finds nothing.
func (s *suite) sound() {
	s.Helper()
	if err := s.Verify(s.Context(), func(f store.Finding) { s.Errorf("verify: %+v", f) }); err != nil {
		s.Errorf("verify: %v", err)
	}
}
