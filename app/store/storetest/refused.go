package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"colocate/app/store"
)

// refused are queries that every engine refuses alike.
func refused(t *testing.T, open Opener) {
	s := fresh(t, open)
	s.put("a", 0, thing("v", "a", "n", int64(1)))
	before := s.snapshot()
	t.Run("alike", func(t *testing.T) {
		unsupportedFilters(t, s)
		unsupportedQueries(t, s)
		plans(t, s)
	})
	if s.snapshot() != before {
		t.Error("a query wrote something")
	}
}

func unsupportedFilters(t *testing.T, s *suite) {
	for name, f := range outside {
		t.Run("filter "+name, func(t *testing.T) {
			t.Parallel()
			s.with(t).unsupported(f)
		})
	}
}

// unsupported asks in every way that a filter can be given.
func (s *suite) unsupported(f store.D) {
	s.Helper()
	ctx, scoped := s.Context(), append(store.D{wide}, f...)
	q := store.Query{Filter: scoped, Limit: 10}
	_, findErr := s.Find(ctx, "thing", q)
	_, getErr := s.Get(ctx, key("a"), f)
	_, planErr := s.Explain("thing", q)
	_, groupErr := s.Group(ctx, "thing", store.Grouping{Filter: scoped, By: []string{"v"}})
	_, holdsErr := s.Holds(ctx, here, []store.Reliance{{Shelf: "thing", Filter: scoped}})
	_, commitErr := s.try(store.Commit{Put: []store.Put{{Key: key("z"), Doc: thing()}}, Rely: []store.Reliance{{Shelf: "thing", Filter: scoped}}})
	eachErr := s.Each(ctx, "thing", q, func(store.Raw) error { return errors.New("was called") })
	for what, err := range map[string]error{"find": findErr, "get": getErr, "explain": planErr, "group": groupErr,
		"holds": holdsErr, "commit": commitErr, "each": eachErr} {
		if !errors.Is(err, store.ErrUnsupported) {
			s.Errorf("%s: %v, want ErrUnsupported", what, err)
		}
	}
	s.lacks("z")
}

func unsupportedQueries(t *testing.T, s *suite) {
	for name, c := range map[string]struct {
		q    store.Query
		want error
	}{
		"sort in two directions":  {store.Query{Sort: "n,-v", Limit: 10}, store.ErrUnsupported},
		"sort by one field twice": {store.Query{Sort: "n,n", Limit: 10}, store.ErrUnsupported},
		"sort goes on after _id":  {store.Query{Sort: "_id,n", Limit: 10}, store.ErrUnsupported},
		"sort by a place":         {store.Query{Sort: "tags.0", Limit: 10}, store.ErrUnsupported},
		"no limit":                {store.Query{Sort: "n"}, nil},
		"limit below":             {store.Query{Sort: "n", Limit: -1}, nil},
		"limit above":             {store.Query{Sort: "n", Limit: 201}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.q.Filter = store.D{wide}
			p, err := s.Find(t.Context(), "thing", c.q)
			if err == nil || c.want != nil && !errors.Is(err, c.want) || p.Docs != nil {
				t.Errorf("%v %v, want %v", p, err, c.want)
			}
		})
	}
	t.Run("group by a field that no index declares", func(t *testing.T) {
		t.Parallel()
		for _, g := range []store.Grouping{{By: []string{"u"}}, {Sum: []string{"u"}}, {By: []string{"tags"}}} {
			g.Filter = store.D{wide}
			if _, err := s.Group(t.Context(), "thing", g); !errors.Is(err, store.ErrUnsupported) {
				t.Errorf("%v: %v, want ErrUnsupported", g, err)
			}
		}
	})
}

// plans are queries that no declared index serves.
func plans(t *testing.T, s *suite) {
	for i, q := range []store.Query{
		{},
		{Filter: store.D{store.Eq("v", "a")}},
		{Filter: store.D{store.Ne("mission_id", here)}},
		{Filter: store.D{store.Gt("mission_id", "")}},
		{Filter: store.D{store.Exists("mission_id", true)}},
		{Filter: store.D{store.Eq("_id", here+"/a")}},
		{Filter: store.D{wide}, Sort: "u"},
		{Filter: store.D{wide}, Sort: "v,u"},
		{Filter: store.D{wide}, Sort: "tags"},
		{Filter: store.D{wide}, Sort: "theme"},
		{Filter: store.D{store.Or(store.D{wide}, store.D{store.Eq("v", "a")})}},
	} {
		t.Run(fmt.Sprint("no plan ", i), func(t *testing.T) {
			t.Parallel()
			q.Limit = 10
			if p, err := s.Explain("thing", q); !errors.Is(err, store.ErrNoPlan) {
				t.Errorf("explain: %v %v, want ErrNoPlan", p, err)
			}
			if p, err := s.Find(t.Context(), "thing", q); !errors.Is(err, store.ErrNoPlan) {
				t.Errorf("find: %v %v, want ErrNoPlan", p, err)
			}
			err := s.Each(t.Context(), "thing", q, func(store.Raw) error { return errors.New("was called") })
			if !errors.Is(err, store.ErrNoPlan) {
				t.Errorf("each: %v, want ErrNoPlan", err)
			}
		})
	}
	t.Run("no such shelf", func(t *testing.T) {
		t.Parallel()
		if _, err := s.Find(t.Context(), "nothing", store.Query{Limit: 1}); !errors.Is(err, store.ErrNoPlan) {
			t.Errorf("find: %v, want ErrNoPlan", err)
		}
		if _, err := s.Get(t.Context(), store.Key{Shelf: "nothing", Journal: here, ID: "a"}, nil); err == nil {
			t.Error("get answers")
		}
	})
}

// nested wraps a condition so many times.
func nested(depth int) store.D {
	d := store.D{store.Eq("v", "a")}
	for range depth {
		d = store.D{store.And(d)}
	}
	return d
}

// times is a list of n.
func times(n int, make func(i int) any) store.A {
	a := store.A{}
	for i := range n {
		a = append(a, make(i))
	}
	return a
}

// outside are filters that are not of the language.
var outside = map[string]store.D{
	"regex":              {{Key: "v", Value: op("$regex", "a")}},
	"not":                {{Key: "v", Value: op("$not", op("$eq", "a"))}},
	"elemMatch":          {{Key: "v", Value: op("$elemMatch", op("$eq", "a"))}},
	"size":               {{Key: "v", Value: op("$size", 1)}},
	"all":                {{Key: "v", Value: op("$all", store.A{"a"})}},
	"mod":                {{Key: "v", Value: op("$mod", store.A{2, 0})}},
	"type":               {{Key: "v", Value: op("$type", "string")}},
	"where":              {{Key: "$where", Value: "true"}},
	"nor":                {{Key: "$nor", Value: store.A{store.D{store.Eq("v", "a")}}}},
	"expr":               {{Key: "$expr", Value: true}},
	"text":               {{Key: "$text", Value: op("$search", "a")}},
	"capital operator":   {{Key: "v", Value: op("$EQ", "a")}},
	"operator and field": {{Key: "v", Value: op("$eq", "a", "x", 1)}},
	"empty or":           {{Key: "$or", Value: store.A{}}},
	"or of no list":      {{Key: "$or", Value: "a"}},
	"and of texts":       {{Key: "$and", Value: store.A{"a"}}},
	"in of no list":      {{Key: "v", Value: op("$in", "a")}},
	"in of documents":    {{Key: "v", Value: op("$in", store.A{store.D{}})}},
	"exists of no bool":  {{Key: "v", Value: op("$exists", 1)}},
	"gt null":            {{Key: "v", Value: op("$gt", nil)}},
	"eq document":        {{Key: "v", Value: op("$eq", store.D{{Key: "x", Value: 1}})}},
	"plain document":     {{Key: "v", Value: store.D{{Key: "x", Value: 1}}}},
	"empty document":     {{Key: "v", Value: store.D{}}},
	"eq array":           {{Key: "v", Value: op("$eq", store.A{"a"})}},
	"eq bytes":           {{Key: "v", Value: op("$eq", []byte("a"))}},
	"path of nothing":    {{Key: "", Value: 1}},
	"path with a hole":   {{Key: "v..x", Value: 1}},
	"path of a place":    {{Key: "tags.0", Value: 1}},
	"path of operators":  {{Key: "v.$x", Value: 1}},
	"path with a zero":   {{Key: "v\x00x", Value: 1}},
	"path too long":      {{Key: strings.Repeat("x.", 20) + "x", Value: 1}},
	"too deep":           nested(12),
	"too many":           {{Key: "$or", Value: times(300, func(i int) any { return store.D{store.Eq("v", i)} })}},
	"in of too many":     {store.In("v", times(2001, func(i int) any { return i }))},
}
