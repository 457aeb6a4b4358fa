package kind_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// Generators of valid values.

func genID(t *rapid.T) string {
	return rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`).Draw(t, "id")
}

func maybe[T any](t *rapid.T, gen func(*rapid.T) T) (v T) {
	if rapid.Bool().Draw(t, "there") {
		v = gen(t)
	}
	return v
}

func genText(t *rapid.T) value.Text {
	text := value.Text{Lang: "fr", Text: rapid.StringMatching(`[a-zé]{1,20}`).Draw(t, "text")}
	for _, l := range []value.Lang{"en", "ar", "sr-Latn"} {
		if rapid.Bool().Draw(t, "tr") {
			if text.Tr == nil {
				text.Tr = map[value.Lang]value.Translation{}
			}
			text.Tr[l] = value.Translation{Text: "ت", Method: value.Machine, State: value.DraftTranslation, By: genID(t), At: "2026-10-06T00:00:00Z"}
		}
	}
	return text
}

func genTime(t *rapid.T) time.Time {
	return time.UnixMilli(rapid.Int64Range(1, 1_700_000_000_000).Draw(t, "ms")).UTC()
}

func genDate(t *rapid.T) value.Date { return value.DateOf(genTime(t)) }

func genCode(t *rapid.T) value.Code {
	return value.Code(rapid.StringMatching(`[A-Z0-9][A-Z0-9-]{1,9}`).Draw(t, "code"))
}

func genCount(t *rapid.T) value.SexCount {
	n := rapid.Int64Range(0, 9)
	return value.SexCount{Female: n.Draw(t, "f"), Male: n.Draw(t, "m"), Other: n.Draw(t, "o")}
}

func genRef(kind string) func(*rapid.T) value.Ref {
	return func(t *rapid.T) value.Ref { return value.Ref{Kind: kind, ID: genID(t)} }
}

func distinct[T comparable](t *rapid.T, least, most int, gen func(*rapid.T) T) []T {
	list := rapid.SliceOfNDistinct(rapid.Custom(gen), least, most, rapid.ID[T]).Draw(t, "list")
	if len(list) == 0 {
		return nil
	}
	return list
}

func genParty(t *rapid.T) party {
	return party{Who: genRef("unit")(t), Role: rapid.StringMatching(`[a-z]{0,10}`).Draw(t, "role"),
		Count: genCount(t), Note: maybe(t, genText)}
}

func genHost(t *rapid.T) host {
	return host{Said: rapid.Bool().Draw(t, "said"), On: maybe(t, genDate), By: maybe(t, genID), Quiet: "q"}
}

func genHead(t *rapid.T) kind.Head {
	return kind.Head{ID: genID(t), Mission: genID(t), Rev: rapid.Int64Range(0, 9).Draw(t, "rev"), State: "draft", Lang: "fr",
		CreatedBy: genID(t), CreatedAt: genTime(t), UpdatedBy: maybe(t, genID), UpdatedAt: maybe(t, genTime),
		ReleasedAt: maybe(t, genTime), VoidedReason: maybe(t, func(*rapid.T) string { return "mistake" })}
}

// genVisit draws a visit that breaks no rule.
func genVisit(t *rapid.T) *visit {
	yes := rapid.Bool().Draw(t, "asked")
	v := &visit{
		Head: genHead(t), RefNo: maybe(t, genID), Title: genText(t), Summary: maybe(t, genText), Kind: "wet",
		Sorts: distinct(t, 0, 2, func(t *rapid.T) weather { return rapid.SampledFrom([]weather{"dry", "wet"}).Draw(t, "w") }),
		Unit:  genRef("unit")(t), Advisers: distinct(t, 1, 3, genRef("person")), Theme: maybe(t, genCode),
		Themes: distinct(t, 0, 4, genCode), Tongue: "ar", Name: rapid.StringMatching(`[a-z]{2,12}`).Draw(t, "name"),
		Names: distinct(t, 0, 3, func(t *rapid.T) string { return rapid.StringMatching(`[a-z]{1,5}`).Draw(t, "n") }),
		Start: maybe(t, genTime), Day: maybe(t, genDate), Since: value.PartialDate(genDate(t)[:7]),
		Cost: value.Money{Amount: "12.50", Ccy: "XAF"}, Share: value.Percent{Num: 0, Den: 3},
		Cells: rapid.IntRange(0, 500).Draw(t, "cells"), Minutes: rapid.Int64Range(14, 720).Draw(t, "minutes"),
		PerWeek: rapid.Int64Range(0, 7).Draw(t, "week"), Area: float64(rapid.IntRange(0, 8).Draw(t, "area")) / 4,
		Asked: &yes, Late: rapid.Bool().Draw(t, "late"), Heads: maybe(t, genCount),
		Inner: maybe(t, genHost), Secret: maybe(t, genText), Private: maybe(t, func(*rapid.T) string { return "p" }),
	}
	if start := genDate(t); rapid.Bool().Draw(t, "span") {
		v.Span = value.Period{Start: start, End: start.AddDays(rapid.IntRange(0, 400).Draw(t, "days"))}
	}
	if rapid.Bool().Draw(t, "place") {
		v.Place = &value.Point{Lat: 4.5, Lon: -18.25, PrecisionM: 100}
	}
	if rapid.Bool().Draw(t, "maybe") {
		n := rapid.Int64Range(-2, 2).Draw(t, "n")
		v.Maybe = &n
	}
	if rapid.Bool().Draw(t, "host") {
		h := genHost(t)
		v.Host = &h
	}
	if n := rapid.IntRange(0, 3).Draw(t, "parties"); n > 0 {
		v.Parties = rapid.SliceOfN(rapid.Custom(genParty), n, n).Draw(t, "party")
	}
	return v
}

var clock = kind.Now{Time: time.Date(2026, 10, 6, 9, 0, 0, 0, time.UTC), Today: "2026-10-06"}

func TestLoadIsInverseOfEncode(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rapid.Check(t, func(t *rapid.T) {
		want := genVisit(t)
		doc := d.Encode(want)
		got := &visit{Head: kind.Head{ID: "old", Rev: 9}, Names: []string{"old"}}
		if err := d.Load(doc, got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
		if again := d.Encode(got); !reflect.DeepEqual(again, doc) {
			t.Fatalf("%v\n%v", again, doc)
		}
		if err := d.Validate(want, clock); err != nil {
			t.Fatal(err, err.(*kind.Error).Fields)
		}
		if path := hollow(doc); path != "" {
			t.Fatalf("%s is stored although empty", path)
		}
	})
}

// hollow finds a null or an empty list in what is stored.
func hollow(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case kind.Doc:
		for _, e := range v {
			if p := hollow(e.Value); p != "" {
				return e.Name + "/" + p
			}
		}
	case []any:
		if len(v) == 0 {
			return "list"
		}
		for i, e := range v {
			if p := hollow(e); p != "" {
				return fmt.Sprintf("%d/%s", i, p)
			}
		}
	}
	return ""
}

// sent is what a client that sees everything would send to make rec: its stored
// form without what the server owns, numbers and times as JSON has them.
func sent(doc kind.Doc) kind.Doc {
	owned := map[string]bool{"mission_id": true, "rev": true, "state": true, "created_by": true, "created_at": true,
		"updated_by": true, "updated_at": true, "released_at": true, "voided_reason": true, "_own": true,
		"ref_no": true, "late": true, "by": true, "at": true}
	var out kind.Doc
	for _, e := range doc {
		if !owned[e.Name] {
			out = append(out, kind.Elem{Name: e.Name, Value: asJSON(e.Value)})
		}
	}
	return out
}

func asJSON(v any) any {
	switch v := v.(type) {
	case kind.Doc:
		if out := sent(v); out != nil {
			return out
		}
		return kind.Doc{}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = asJSON(v[i])
		}
		return out
	case int64:
		return kind.Number(fmt.Sprint(v))
	case float64:
		return kind.Number(fmt.Sprint(v))
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return v
}

var all = kind.DecodeBy{Class: kind.STR, Side: kind.UN}

func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rapid.Check(t, func(t *rapid.T) {
		want := genVisit(t)
		got := &visit{}
		if err := d.Load(d.Encode(want), got); err != nil {
			t.Fatal(err)
		}
		if err := d.Decode(sent(d.Encode(want)), got, all); err != nil {
			t.Fatal(err, err.(*kind.Error).Fields)
		}
		if !reflect.DeepEqual(got, want) { // what the server owns was kept, translators too
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

// TestDecodeKeepsWhatIsNotSeen replaces a record with nothing, as each viewer.
func TestDecodeKeepsWhatIsNotSeen(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rapid.Check(t, func(t *rapid.T) {
		old := genVisit(t)
		old.Host = &host{Said: true, By: "judge", Quiet: "hush"}
		for _, by := range []kind.DecodeBy{{Class: kind.SHR, Side: kind.Host}, {Class: kind.STR, Side: kind.Host},
			{Class: kind.MIS, Side: kind.UN}, {Class: kind.CON, Side: kind.UN}, all} {
			rec := &visit{}
			if err := d.Load(d.Encode(old), rec); err != nil {
				t.Fatal(err)
			}
			if err := d.Decode(nil, rec, by); kind.CodeOf(err) != kind.CodeInvalid {
				t.Fatal(err) // required fields are missing, but what was kept can be seen
			}
			checkKept(t, by, old, rec)
		}
	})
}

func checkKept(t *rapid.T, by kind.DecodeBy, old, rec *visit) {
	sees := func(c kind.Class) bool { return c <= by.Class && (by.Side == kind.UN || c <= kind.SHR) }
	if rec.RefNo != old.RefNo || rec.Late != old.Late || rec.Head != old.Head {
		t.Fatal("the server's fields changed")
	}
	if !rec.Title.IsZero() || rec.Advisers != nil || rec.Minutes != 0 || rec.Parties != nil {
		t.Fatalf("%+v was not emptied", rec)
	}
	if kept := reflect.DeepEqual(rec.Place, old.Place); kept != (!sees(kind.MIS) || old.Place == nil) {
		t.Fatalf("%v: place %v of %v", by, rec.Place, old.Place)
	}
	if kept := rec.Private == old.Private; kept != (!sees(kind.CON) || old.Private == "") {
		t.Fatalf("%v: private %q of %q", by, rec.Private, old.Private)
	}
	if kept := reflect.DeepEqual(rec.Secret, old.Secret); kept != (!sees(kind.STR) || old.Secret.IsZero()) {
		t.Fatalf("%v: secret", by)
	}
	want := host{By: "judge"}
	if !sees(kind.CON) {
		want.Quiet = "hush"
	}
	if rec.Host == nil || *rec.Host != want {
		t.Fatalf("%v: host %+v, want %+v", by, rec.Host, want)
	}
}

func TestEmptyPointerIsGone(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rec := &visit{Host: &host{Said: true}, Place: &value.Point{}}
	_ = d.Decode(nil, rec, all)
	if rec.Host != nil || rec.Place != nil {
		t.Fatalf("%+v %+v", rec.Host, rec.Place)
	}
}

func TestZeroThatIsAValue(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	no, none := false, int64(0)
	doc := d.Encode(&visit{Asked: &no, Maybe: &none, Place: &value.Point{}, Parties: []party{{}}, Host: &host{}})
	for name, want := range map[string]any{"rev": int64(0), "cells": int64(0), "minutes": int64(0), "area": 0.0,
		"late": false, "asked": false, "maybe": int64(0)} {
		if got, _ := doc.Get(name); got != want {
			t.Errorf("%s is stored as %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{"place", "parties", "host"} {
		if _, ok := doc.Get(name); !ok {
			t.Errorf("%s is left out", name)
		}
	}
	for _, name := range []string{"per_week", "heads", "inner", "title", "names", "start", "_own", "cost"} {
		if v, ok := doc.Get(name); ok {
			t.Errorf("%s is stored as %v", name, v)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	for _, doc := range []kind.Doc{
		{{"nonsense", "x"}},
		{{"rev", "one"}}, {{"id", int64(1)}}, {{"created_at", "2026-10-06"}}, {{"state", int64(1)}}, {{"lang", true}},
		{{"title", "x"}}, {{"title", kind.Doc{{"tr", kind.Doc{{"en", "x"}}}}}},
		{{"title", kind.Doc{{"tr", kind.Doc{{"en", kind.Doc{{"by", int64(1)}}}}}}}},
		{{"start", "2026-10-06T00:00:00Z"}}, {{"cells", "1"}}, {{"cells", 1.5}}, {{"area", "1"}}, {{"late", "no"}},
		{{"names", "x"}}, {{"names", []any{int64(1)}}}, {{"unit", "x"}}, {{"unit", kind.Doc{{"id", int64(4)}}}},
		{{"parties", []any{kind.Doc{{"old", "x"}}}}}, {{"host", "x"}}, {{"place", kind.Doc{{"lat", "x"}}}},
		{{"maybe", nil}}, {{"day", time.Now()}},
	} {
		if err := d.Load(doc, &visit{}); err == nil {
			t.Errorf("%v was loaded", doc)
		}
	}
	rec := &visit{}
	if err := d.Load(kind.Doc{{"_id", "m/1"}, {"seq", int64(4)}, {"_own", []any{"x"}}, {"names", []any{}}}, rec); err != nil || rec.Names != nil {
		t.Fatal(err, rec.Names)
	}
}

func TestTimesAreWholeMilliseconds(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	east := time.FixedZone("", 2*3600)
	doc := d.Encode(&visit{Start: time.Date(2026, 10, 6, 9, 30, 0, 1_999_999, east)})
	got, _ := doc.Get("start")
	if want := time.Date(2026, 10, 6, 7, 30, 0, 1_000_000, time.UTC); got != want {
		t.Fatalf("%v, want %v", got, want)
	}
}

// big is a record of about 2 KB.
func big(t testing.TB) (*kind.Descriptor, kind.Doc) {
	d := registry(t).Get("visit")
	v := rapid.Custom(genVisit).Example(7)
	v.Summary = value.Text{Lang: "fr", Text: string(make([]byte, 0, 1))}
	for range 60 {
		v.Summary.Text += "Revue du registre. "
	}
	v.Summary.Tr = map[value.Lang]value.Translation{"en": {Text: "Review of the register of custody.", Method: "human", State: "verified"}}
	v.Parties = nil
	for range 4 {
		v.Parties = append(v.Parties, party{Who: v.Unit, Role: "shift", Count: value.SexCount{Male: 2}, Note: value.Text{Lang: "fr", Text: "note"}})
	}
	return d, sent(d.Encode(v))
}

func BenchmarkDecodeValidateEncode(b *testing.B) {
	d, in := big(b)
	b.ReportAllocs()
	for b.Loop() {
		rec := d.New()
		if err := d.Decode(in, rec, all); err != nil {
			b.Fatal(err)
		}
		if err := d.Validate(rec, clock); err != nil {
			b.Fatal(err)
		}
		if len(d.Encode(rec)) == 0 {
			b.Fatal("nothing")
		}
	}
}
