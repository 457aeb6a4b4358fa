package storetest

import (
	"math"
	"slices"
	"testing"
	"time"

	"colocate/app/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

const uuidText = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

// scalars is a document for each value that a field may have; the id says which.
var scalars = []struct {
	id string
	v  any
}{
	{"null", nil}, {"missing", missing}, {"doc", store.D{{Key: "x", Value: int64(1)}}},
	{"neg", int64(-3)}, {"zero32", int32(0)}, {"one", int64(1)}, {"one32", int32(1)}, {"onef", 1.0}, {"half", 1.5},
	{"big", int64(1<<53 + 1)}, {"bigf", float64(1 << 53)}, {"max", int64(math.MaxInt64)}, {"tiny", 5e-324},
	{"empty", ""}, {"A", "A"}, {"a", "a"}, {"ab", "ab"}, {"b", "b"}, {"e-acute", "é"}, {"e-combining", "e\u0301"},
	{"arabic", "قسم"}, {"chinese", "警察"}, {"emoji", "👮"}, {"uuid", uuidText}, {"digits", "10"}, {"datelike", "2026-07-01"},
	{"true", true}, {"false", false},
	{"d1", day}, {"d2", day.Add(time.Millisecond)}, {"d0", time.Date(1948, 6, 1, 0, 0, 0, 0, time.UTC)},
}

type missingValue struct{}

var missing missingValue

func scalarStore(t *testing.T, open Opener) *suite {
	s := fresh(t, open)
	c := store.Commit{}
	for i, x := range scalars {
		pairs := []any{"n", int64(i), "unit", store.D{{Key: "id", Value: []string{"u1", "u2"}[i%2]}}}
		if x.v != missing {
			pairs = append(pairs, "v", x.v, "u", x.v)
		}
		c.Put = append(c.Put, store.Put{Key: key(x.id), Doc: thing(pairs...)})
	}
	// What lies in another journal, or on another shelf, is in no answer.
	s.commit(c)
	s.commit(store.Commit{Journal: there, Put: []store.Put{{Key: store.Key{Shelf: "thing", Journal: there, ID: "a"},
		Doc: doc("mission_id", there, "v", "a")}}})
	s.commit(store.Commit{Put: []store.Put{{Key: store.Key{Shelf: "other", Journal: here, ID: "a"}, Doc: thing("v", "a")}}})
	return s
}

// filterCase is a condition on a field and the ids it must find.
type filterCase struct {
	name string
	cond any
	want []string
}

var (
	texts   = []string{"empty", "A", "a", "ab", "b", "e-acute", "e-combining", "arabic", "chinese", "emoji", "uuid", "digits", "datelike"}
	numbers = []string{"neg", "zero32", "one", "one32", "onef", "half", "big", "bigf", "max", "tiny"}
	dates   = []string{"d0", "d1", "d2"}
	flags   = []string{"true", "false"}
	all     = slices.Concat(texts, numbers, dates, flags, []string{"null", "missing", "doc"})
)

// but is all without some.
func but(out ...string) []string { return without(all, out...) }

func without(list []string, out ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(out, id) })
}

// op writes a condition from pairs of operator and value.
func op(pairs ...any) store.D {
	d := store.D{}
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, store.E{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return d
}

var equalities = []filterCase{
	{"plain text", "a", []string{"a"}},
	{"eq text", op("$eq", "a"), []string{"a"}},
	{"eq capital", op("$eq", "A"), []string{"A"}},
	{"eq empty text", op("$eq", ""), []string{"empty"}},
	{"eq accent", op("$eq", "é"), []string{"e-acute"}},
	{"eq combining accent", op("$eq", "e\u0301"), []string{"e-combining"}},
	{"eq arabic", op("$eq", "قسم"), []string{"arabic"}},
	{"eq chinese", op("$eq", "警察"), []string{"chinese"}},
	{"eq emoji", op("$eq", "👮"), []string{"emoji"}},
	{"eq uuid", op("$eq", uuidText), []string{"uuid"}},
	{"eq text that looks like a number", op("$eq", "10"), []string{"digits"}},
	{"eq text that nothing has", op("$eq", "nothing"), nil},
	{"eq text with a wildcard", op("$eq", "%"), nil},
	{"eq int64", op("$eq", int64(1)), []string{"one", "one32", "onef"}},
	{"eq int32", op("$eq", int32(1)), []string{"one", "one32", "onef"}},
	{"eq int", op("$eq", 1), []string{"one", "one32", "onef"}},
	{"eq double", op("$eq", 1.0), []string{"one", "one32", "onef"}},
	{"eq fraction", op("$eq", 1.5), []string{"half"}},
	{"eq negative", op("$eq", -3.0), []string{"neg"}},
	{"eq negative zero", op("$eq", math.Copysign(0, -1)), []string{"zero32"}},
	{"eq integer beyond doubles", op("$eq", int64(1<<53+1)), []string{"big"}},
	{"eq double beyond exact integers", op("$eq", float64(1<<53)), []string{"bigf"}},
	{"eq greatest integer", op("$eq", int64(math.MaxInt64)), []string{"max"}},
	{"eq least double", op("$eq", 5e-324), []string{"tiny"}},
	{"eq true", op("$eq", true), []string{"true"}},
	{"eq false", op("$eq", false), []string{"false"}},
	{"eq date", op("$eq", day), []string{"d1"}},
	{"eq date of the driver", op("$eq", bson.NewDateTimeFromTime(day)), []string{"d1"}},
	{"eq date in another zone", op("$eq", day.In(time.FixedZone("", 3600))), []string{"d1"}},
	{"eq date before 1970", op("$eq", time.Date(1948, 6, 1, 0, 0, 0, 0, time.UTC)), []string{"d0"}},
	{"plain null", nil, []string{"null", "missing"}},
	{"eq null", op("$eq", nil), []string{"null", "missing"}},
	{"ne text", op("$ne", "a"), but("a")},
	{"ne number", op("$ne", 1), but("one", "one32", "onef")},
	{"ne true", op("$ne", true), but("true")},
	{"ne date", op("$ne", day), but("d1")},
	{"ne null", op("$ne", nil), but("null", "missing")},
	{"ne what nothing has", op("$ne", "nothing"), all},
	{"in of one", op("$in", store.A{"a"}), []string{"a"}},
	{"in of several types", op("$in", store.A{"a", 1, true, day}), []string{"a", "one", "one32", "onef", "true", "d1"}},
	{"in with a repeat", op("$in", store.A{"a", "a", 1, 1.0}), []string{"a", "one", "one32", "onef"}},
	{"in with null", op("$in", store.A{nil, "b"}), []string{"null", "missing", "b"}},
	{"in of nothing", op("$in", store.A{}), nil},
	{"in of texts", op("$in", []string{"a", "b", "c"}), []string{"a", "b"}},
	{"nin", op("$nin", store.A{"a", 1}), but("a", "one", "one32", "onef")},
	{"nin with null", op("$nin", store.A{nil, true}), but("null", "missing", "true")},
	{"nin of nothing", op("$nin", store.A{}), all},
	{"exists", op("$exists", true), but("missing")},
	{"exists not", op("$exists", false), []string{"missing"}},
}

var ranges = []filterCase{
	{"gt number", op("$gt", 1), []string{"half", "big", "bigf", "max"}},
	{"gte number", op("$gte", 1.0), []string{"one", "one32", "onef", "half", "big", "bigf", "max"}},
	{"lt number", op("$lt", 1), []string{"neg", "zero32", "tiny"}},
	{"lte number", op("$lte", int32(1)), []string{"neg", "zero32", "tiny", "one", "one32", "onef"}},
	{"gt zero", op("$gt", 0), without(numbers, "neg", "zero32")},
	{"gt double beyond exact integers", op("$gt", float64(1<<53)), []string{"big", "max"}},
	{"lt integer beyond doubles", op("$lt", int64(1<<53+1)), without(numbers, "big", "max")},
	{"gte greatest integer", op("$gte", int64(math.MaxInt64)), []string{"max"}},
	{"gt greatest double", op("$gt", math.MaxFloat64), nil},
	{"lt every number", op("$lt", -math.MaxFloat64), nil},
	{"gt infinity", op("$gt", math.Inf(1)), nil},
	{"lt infinity", op("$lt", math.Inf(1)), numbers},
	{"gt text", op("$gt", "a"), []string{"ab", "b", "e-combining", "e-acute", "arabic", "chinese", "emoji"}},
	{"gte text", op("$gte", "a"), []string{"a", "ab", "b", "e-combining", "e-acute", "arabic", "chinese", "emoji"}},
	{"lt text", op("$lt", "a"), []string{"empty", "A", "uuid", "digits", "datelike"}},
	{"lte text", op("$lte", "A"), []string{"empty", "A", "uuid", "digits", "datelike"}},
	{"gte empty text", op("$gte", ""), texts},
	{"gt empty text", op("$gt", ""), without(texts, "empty")},
	{"lt empty text", op("$lt", ""), nil},
	{"gte part of a uuid", op("$gte", "7c9e6679-"), []string{"uuid", "A", "a", "ab", "b", "e-combining", "e-acute", "arabic", "chinese", "emoji"}},
	{"gt false", op("$gt", false), []string{"true"}},
	{"gte false", op("$gte", false), flags},
	{"lt true", op("$lt", true), []string{"false"}},
	{"lte false", op("$lte", false), []string{"false"}},
	{"gt date", op("$gt", day), []string{"d2"}},
	{"gte date", op("$gte", day), []string{"d1", "d2"}},
	{"lt date", op("$lt", day), []string{"d0"}},
	{"lte date", op("$lte", day), []string{"d0", "d1"}},
	{"lt date before 1970", op("$lt", time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)), nil},
	{"between numbers", op("$gt", 0, "$lt", 1.5), []string{"tiny", "one", "one32", "onef"}},
	{"between texts", op("$gte", "a", "$lt", "b"), []string{"a", "ab"}},
	{"between dates", op("$gte", day, "$lt", day.Add(time.Millisecond)), []string{"d1"}},
	{"prefix", op("$gte", "2026-07", "$lt", "2026-08"), []string{"datelike"}},
	{"between, ends the wrong way round", op("$gt", 5, "$lt", 1), nil},
	{"between, ends of two types", op("$gt", "a", "$lt", 5), nil},
	{"two lower ends", op("$gt", 0, "$gte", 1), []string{"one", "one32", "onef", "half", "big", "bigf", "max"}},
	{"range and ne", op("$gte", "a", "$lt", "c", "$ne", "ab"), []string{"a", "b"}},
	{"range and in", op("$gt", "a", "$in", store.A{"a", "b", "ab", 5}), []string{"ab", "b"}},
	{"range and exists", op("$lt", 1, "$exists", true), []string{"neg", "zero32", "tiny"}},
	{"eq and eq", op("$eq", "a", "$in", store.A{"b"}), nil},
}

// filters runs each condition on a field that indexes serve and on one that
// they do not, by every sort, page by page and streamed.
func filters(t *testing.T, open Opener) {
	s := scalarStore(t, open)
	for _, c := range slices.Concat(equalities, ranges) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := s.with(t)
			for _, sort := range []string{"", "n", "-n", "v", "-v", "n,v"} {
				s.equal("indexed field by "+sort, s.list(store.D{wide, {Key: "v", Value: c.cond}}, sort), c.want)
				s.equal("other field by "+sort, s.list(store.D{wide, {Key: "u", Value: c.cond}}, sort), c.want)
				s.equal("streamed by "+sort, s.each(store.D{wide, {Key: "v", Value: c.cond}}, sort), c.want)
			}
			s.gets(store.D{{Key: "v", Value: c.cond}}, c.want)
			s.equal("within and", s.list(store.D{store.And(store.D{wide}, store.D{{Key: "v", Value: c.cond}})}, "n"), c.want)
			s.equal("within or", s.list(store.D{wide, store.Or(store.D{{Key: "v", Value: c.cond}})}, "n"), c.want)
		})
	}
	combinations(t, s)
}

// gets asks for each document by itself with the filter.
func (s *suite) gets(f store.D, want []string) {
	s.Helper()
	var got []string
	for _, x := range scalars {
		if _, err := s.Get(s.Context(), key(x.id), f); err == nil {
			got = append(got, x.id)
		}
	}
	s.equal("one by one", got, want)
}

// combinations are filters over several fields.
func combinations(t *testing.T, s *suite) {
	odd := func(list []string) (out []string) { // the documents of unit u2
		for i, x := range scalars {
			if i%2 == 1 && slices.Contains(list, x.id) {
				out = append(out, x.id)
			}
		}
		return out
	}
	u2 := store.Eq("unit.id", "u2")
	for _, c := range []struct {
		name string
		f    store.D
		want []string
	}{
		{"nested field", store.D{wide, u2}, odd(all)},
		{"two fields", store.D{wide, u2, store.Gte("v", "")}, odd(texts)},
		{"or over one field", store.D{wide, store.Or(store.D{store.Eq("v", "a")}, store.D{store.Eq("v", "b")})}, []string{"a", "b"}},
		{"or that overlaps", store.D{wide, store.Or(store.D{store.Gte("v", "a")}, store.D{store.Lt("v", "b")})}, texts},
		{"or over two fields", store.D{wide, store.Or(store.D{store.Eq("v", "a")}, store.D{u2})}, union(odd(all), "a")},
		{"or within and", store.D{wide, store.And(store.D{store.Or(store.D{store.Eq("v", 1)}, store.D{store.Eq("v", true)})}, store.D{store.Ne("v", true)})}, []string{"one", "one32", "onef"}},
		{"and within or", store.D{wide, store.Or(store.D{store.And(store.D{u2}, store.D{store.Gte("v", "")})}, store.D{store.Eq("v", day)})}, union(odd(texts), "d1")},
		{"two ors", store.D{wide, store.Or(store.D{store.Eq("v", "a")}, store.D{store.Eq("v", "b")}), store.Or(store.D{store.Eq("v", "b")}, store.D{store.Eq("v", 1)})}, []string{"b"}},
		{"or of everything", store.D{wide, store.Or(store.D{store.Exists("v", true)}, store.D{store.Exists("v", false)})}, all},
		{"or of nothing that matches", store.D{wide, store.Or(store.D{store.Eq("v", "no")}, store.D{store.In("v", store.A{})})}, nil},
		{"field under a scalar", store.D{wide, store.Exists("v.x", true)}, []string{"doc"}},
		{"field under a scalar is missing", store.D{wide, store.Eq("v.x", nil)}, but("doc")},
		{"the _id", store.D{wide, store.Eq("_id", here+"/a")}, []string{"a"}},
		{"the revision", store.D{wide, store.Gt("rev", 1)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := s.with(t)
			for _, sort := range []string{"n", "-n", "v"} {
				s.equal("by "+sort, s.list(c.f, sort), c.want)
				s.equal("streamed by "+sort, s.each(c.f, sort), c.want)
			}
		})
	}
}

func union(list []string, more ...string) []string {
	out := slices.Sorted(slices.Values(slices.Concat(list, more)))
	return slices.Compact(out)
}
