package kind_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

const (
	idA = "0b0e7f52-0a3c-4d4e-9a55-0d6a1f7b0001"
	idB = "0b0e7f52-0a3c-4d4e-9a55-0d6a1f7b0002"
)

type doc = kind.Doc

func ref(k, id string) doc { return doc{{"kind", k}, {"id", id}} }

// minimal is an input without faults.
func minimal() doc {
	return doc{
		{"id", idA}, {"lang", "fr"},
		{"title", doc{{"lang", "fr"}, {"text", "Visite"}}},
		{"weather", "wet"}, {"unit", ref("unit", idA)}, {"advisers", []any{ref("person", idB)}},
		{"minutes", kind.Number("90")}, {"asked", true},
	}
}

// put returns d with name set to v.
func put(d doc, name string, v any) doc {
	d = slices.Clone(d)
	for i := range d {
		if d[i].Name == name {
			d[i].Value = v
			return d
		}
	}
	return append(d, kind.Elem{Name: name, Value: v})
}

// faults are the paths and keys of an error; the prefix of the keys left out.
func faults(t *testing.T, err error) map[string]string {
	t.Helper()
	if err == nil {
		return map[string]string{}
	}
	e, ok := err.(*kind.Error)
	if !ok || e.Code != kind.CodeInvalid {
		t.Fatalf("%v is not CodeInvalid", err)
	}
	m := map[string]string{}
	for p, f := range e.Fields {
		m[p] = strings.TrimPrefix(f.Key, "error.field.")
	}
	return m
}

func TestDecodeMinimal(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rec := &visit{}
	if err := d.Decode(minimal(), rec, kind.DecodeBy{Class: kind.SHR, Side: kind.Host}); err != nil {
		t.Fatal(faults(t, err))
	}
	yes := true
	want := &visit{Head: kind.Head{ID: idA, Lang: "fr"}, Title: value.Text{Lang: "fr", Text: "Visite"}, Kind: "wet",
		Unit: value.Ref{Kind: "unit", ID: idA}, Advisers: []value.Ref{{Kind: "person", ID: idB}}, Minutes: 90, Asked: &yes}
	if !reflect.DeepEqual(rec, want) {
		t.Fatalf("%+v", rec)
	}
}

func TestDecodeFaults(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	text := func(more ...kind.Elem) doc { return append(doc{{"lang", "fr"}, {"text", "x"}}, more...) }
	tr := func(lang string, parts ...kind.Elem) doc {
		return text(kind.Elem{Name: "tr", Value: doc{{lang, doc(parts)}}})
	}
	for _, c := range []struct {
		name  string
		value any
		want  map[string]string
	}{
		{"nope", 1, map[string]string{"nope": "unknown"}},
		{"Title", "x", map[string]string{"Title": "unknown"}},
		{"a/b~c", "x", map[string]string{"a~1b~0c": "unknown"}},
		{"rev", kind.Number("1"), map[string]string{"rev": "server_owned"}},
		{"kind", "visit", map[string]string{"kind": "server_owned"}},
		{"vis", "PUB", map[string]string{"vis": "server_owned"}},
		{"state", "approved", map[string]string{"state": "server_owned"}},
		{"created_by", idA, map[string]string{"created_by": "server_owned"}},
		{"_own", []any{}, map[string]string{"_own": "unknown"}},
		{"ref_no", "x", map[string]string{"ref_no": "server_owned"}},
		{"id", "42", map[string]string{"id": "type"}},
		{"id", strings.ToUpper(idA), map[string]string{"id": "type"}},
		{"id", kind.Number("4"), map[string]string{"id": "type"}},
		{"lang", "Français", map[string]string{"lang": "pattern"}},
		{"lang", true, map[string]string{"lang": "type"}},
		{"title", nil, map[string]string{"title": "required"}},
		{"title", "x", map[string]string{"title": "type"}},
		{"title", doc{{"lang", "fr"}, {"text", "  "}}, map[string]string{"title": "required"}},
		{"title", doc{{"text", "x"}}, map[string]string{"title/lang": "required"}},
		{"title", doc{{"lang", "f"}, {"text", "x"}}, map[string]string{"title/lang": "pattern"}},
		{"title", doc{{"lang", "fr"}, {"text", kind.Number("1")}}, map[string]string{"title/text": "type"}},
		{"title", doc{{"lang", "fr"}, {"text", "\xff"}}, map[string]string{"title/text": "characters"}},
		{"title", doc{{"lang", "fr"}, {"text", strings.Repeat("é", 41)}}, map[string]string{"title/text": "too_long"}},
		{"title", text(kind.Elem{Name: "color", Value: "x"}), map[string]string{"title/color": "unknown"}},
		{"title", text(kind.Elem{Name: "tr", Value: "x"}), map[string]string{"title/tr": "type"}},
		{"title", text(kind.Elem{Name: "tr", Value: doc{{"en", "x"}}}), map[string]string{"title/tr/en": "type"}},
		{"title", tr("en", kind.Elem{Name: "text", Value: "x"}), map[string]string{"title/tr/en/method": "enum"}},
		{"title", tr("fr", kind.Elem{Name: "text", Value: "x"}, kind.Elem{Name: "method", Value: "human"}), map[string]string{"title/tr/fr": "duplicate"}},
		{"title", tr("e/", kind.Elem{Name: "text", Value: "x"}, kind.Elem{Name: "method", Value: "human"}), map[string]string{"title/tr/e~1": "pattern"}},
		{"title", tr("e/", kind.Elem{Name: "text", Value: true}, kind.Elem{Name: "method", Value: "human"}), map[string]string{"title/tr/e~1/text": "type"}},
		{"title", tr("en", kind.Elem{Name: "text", Value: strings.Repeat("x", 41)}, kind.Elem{Name: "method", Value: "human"}), map[string]string{"title/tr/en/text": "too_long"}},
		{"title", tr("en", kind.Elem{Name: "text", Value: "x"}, kind.Elem{Name: "method", Value: "human"}, kind.Elem{Name: "by", Value: idA}, kind.Elem{Name: "at", Value: "x"}),
			map[string]string{"title/tr/en/by": "server_owned", "title/tr/en/at": "server_owned"}},
		{"weather", "hot", map[string]string{"weather": "enum"}},
		{"weather", "Wet", map[string]string{"weather": "enum"}},
		{"weather", "", map[string]string{"weather": "required"}},
		{"weather", true, map[string]string{"weather": "type"}},
		{"sorts", []any{"wet", "wet"}, map[string]string{"sorts/1": "duplicate"}},
		{"sorts", []any{"wet", "hot"}, map[string]string{"sorts/1": "enum"}},
		{"sorts", []any{nil}, map[string]string{"sorts/0": "type"}},
		{"sorts", []any{""}, map[string]string{"sorts/0": "required"}},
		{"sorts", "wet", map[string]string{"sorts": "type"}},
		{"unit", idA, map[string]string{"unit": "type"}},
		{"unit", ref("person", idA), map[string]string{"unit": "reference"}},
		{"unit", ref("unit", "x"), map[string]string{"unit": "reference"}},
		{"unit", doc{{"kind", "unit"}}, map[string]string{"unit": "reference"}},
		{"unit", append(ref("unit", idA), kind.Elem{Name: "name", Value: "x"}), map[string]string{"unit/name": "unknown"}},
		{"advisers", []any{}, map[string]string{"advisers": "required"}},
		{"advisers", []any{ref("person", idA), ref("person", idA)}, map[string]string{"advisers/1": "duplicate"}},
		{"advisers", []any{1, 2, 3, 4}, map[string]string{"advisers": "too_many"}},
		{"theme", "t07", map[string]string{"theme": "pattern"}},
		{"theme", "T07\u202e", map[string]string{"theme": "characters"}},
		{"theme", "T\u200b07", map[string]string{"theme": "characters"}},
		{"themes", []any{"T01", "T02", "T03", "T04", "T05"}, map[string]string{"themes": "too_many"}},
		{"tongues", []any{"fr", "x"}, map[string]string{"tongues/1": "pattern"}},
		{"name", "a", map[string]string{"name": "too_short"}},
		{"name", "thirteenchars", map[string]string{"name": "too_long"}},
		{"name", "a1", map[string]string{"name": "pattern"}},
		{"names", []any{"abcdef"}, map[string]string{"names/0": "too_long"}},
		{"start", "2026-10-06", map[string]string{"start": "type"}},
		{"start", "2026-10-06T25:00:00Z", map[string]string{"start": "type"}},
		{"day", "2026-02-29", map[string]string{"day": "type"}},
		{"since", "2026-1", map[string]string{"since": "type"}},
		{"span", doc{{"start", "2026-02-02"}, {"end", "2026-02-01"}}, map[string]string{"span/end": "order"}},
		{"span", doc{{"end", "2026-02-01"}}, map[string]string{"span/start": "required"}},
		{"cost", doc{{"amount", kind.Number("12")}, {"ccy", "XAF"}}, map[string]string{"cost/amount": "type"}},
		{"cost", doc{{"amount", "1e3"}, {"ccy", "xaf"}}, map[string]string{"cost/amount": "type", "cost/ccy": "pattern"}},
		{"cost", doc{{"amount", "-1"}, {"ccy", "XAF"}}, map[string]string{"cost/amount": "range"}},
		{"share", doc{{"num", kind.Number("1")}, {"den", kind.Number("0")}}, map[string]string{"share/den": "range", "share/num": "range"}},
		{"share", doc{{"num", "1"}, {"den", kind.Number("2")}}, map[string]string{"share/num": "type"}},
		{"place", doc{{"lat", kind.Number("91")}, {"lon", kind.Number("-181")}}, map[string]string{"place/lat": "range", "place/lon": "range"}},
		{"place", doc{{"lat", kind.Number("1")}}, map[string]string{"place/lon": "required"}},
		{"place", doc{{"lat", kind.Number("1e999")}, {"lon", kind.Number("1")}}, map[string]string{"place/lat": "type"}},
		{"cells", kind.Number("501"), map[string]string{"cells": "range"}},
		{"cells", kind.Number("-1"), map[string]string{"cells": "range"}},
		{"cells", kind.Number("1.5"), map[string]string{"cells": "type"}},
		{"cells", kind.Number("9223372036854775808"), map[string]string{"cells": "type"}},
		{"cells", "4", map[string]string{"cells": "type"}},
		{"minutes", nil, map[string]string{"minutes": "required"}},
		{"per_week", kind.Number("8"), map[string]string{"per_week": "range"}},
		{"area", kind.Number("-0.5"), map[string]string{"area": "range"}},
		{"area", "x", map[string]string{"area": "type"}},
		{"asked", nil, map[string]string{"asked": "required"}},
		{"asked", "yes", map[string]string{"asked": "type"}},
		{"late", true, map[string]string{"late": "server_owned"}},
		{"heads", doc{{"female", kind.Number("-1")}}, map[string]string{"heads/female": "range"}},
		{"heads", doc{{"other", kind.Number("1")}}, map[string]string{"heads/other": "unknown"}},
		{"parties", []any{doc{}}, map[string]string{"parties/0/who": "required", "parties/0/sexcount": "required"}},
		{"parties", []any{doc{{"who", ref("unit", idA)}, {"sexcount", doc{}}, {"role", "elevenchars"}, {"x", 1}}},
			map[string]string{"parties/0/role": "too_long", "parties/0/x": "unknown"}},
		{"host", doc{{"by", idA}, {"on", "x"}}, map[string]string{"host/by": "server_owned", "host/on": "type"}},
		{"inner", []any{}, map[string]string{"inner": "type"}},
	} {
		got := faults(t, d.Decode(put(minimal(), c.name, c.value), &visit{}, all))
		if !maps.Equal(got, c.want) {
			t.Errorf("%s = %v: %v, want %v", c.name, c.value, got, c.want)
		}
	}
}

func TestDecodeNamesEveryFault(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	got := faults(t, d.Decode(doc{{"nope", 1}, {"weather", "hot"}, {"rev", 1}, {"cells", "x"}, {"title", doc{{"lang", 1}}}}, &visit{}, all))
	want := map[string]string{"nope": "unknown", "weather": "enum", "rev": "server_owned", "cells": "type", "title/lang": "type",
		"unit": "required", "advisers": "required", "minutes": "required", "asked": "required"}
	if !maps.Equal(got, want) {
		t.Fatal(got)
	}
}

// A fault of reading hides rules of the same place, not of one whose name
// begins alike.
func TestFaultsOfNamesAlike(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	got := faults(t, d.Decode(put(put(minimal(), "name", true), "names", []any{"abcdef"}), &visit{}, all))
	if !maps.Equal(got, map[string]string{"name": "type", "names/0": "too_long"}) {
		t.Fatal(got)
	}
}

func TestFaultArguments(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	in := put(put(put(minimal(), "weather", "hot"), "cells", kind.Number("900")), "names", []any{"abcdef"})
	in = put(put(in, "per_week", kind.Number("9")), "unit", ref("person", idA))
	err := d.Decode(in, &visit{}, all).(*kind.Error)
	for path, want := range map[string]map[string]any{
		"weather": {"Allowed": []string{"dry", "wet"}}, "cells": {"Min": int64(0), "Max": int64(500)},
		"names/0": {"Max": int64(5)}, "per_week": {"Min": int64(1), "Max": int64(7)}, "unit": {"Allowed": []string{"unit"}},
	} {
		if got := err.Fields[path].Args; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	if !slices.Equal(err.FieldNames(), []string{"cells", "names/0", "per_week", "unit", "weather"}) {
		t.Error(err.FieldNames())
	}
}

// A field that the sender does not see answers as one that does not exist.
func TestDecodeHidesWhatIsNotSeen(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	hidden := map[string]any{"place": doc{{"lat", "x"}}, "private": "x", "secret": "x", "ref_no": "x", "rev": "x",
		"created_by": "x", "kind": "x", "vis": "x", "voided_reason": "x"}
	for _, by := range []kind.DecodeBy{{Class: kind.SHR, Side: kind.Host}, {Class: kind.STR, Side: kind.Host}, {Class: kind.STR, Side: kind.External}, {Class: kind.STR}} {
		for name, v := range hidden {
			got := d.Decode(put(minimal(), name, v), &visit{}, by)
			none := d.Decode(put(minimal(), "nope", v), &visit{}, by)
			if !reflect.DeepEqual(got.(*kind.Error).Fields[name], none.(*kind.Error).Fields["nope"]) || len(faults(t, got)) != 1 {
				t.Errorf("%v: %s answers %v", by, name, got.(*kind.Error).Fields)
			}
		}
		for _, name := range []string{"state", "released_at", "late"} {
			if got := faults(t, d.Decode(put(minimal(), name, "x"), &visit{}, by)); got[name] != "server_owned" {
				t.Errorf("%v: %s: %v", by, name, got)
			}
		}
	}
	if err := d.Decode(minimal(), &visit{}, kind.DecodeBy{}); err == nil {
		t.Error("the zero DecodeBy may send")
	}
}

func TestDecodeID(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rec := &visit{Head: kind.Head{ID: idB, Lang: "ar"}}
	if got := faults(t, d.Decode(minimal(), rec, all)); got["id"] != "server_owned" || rec.ID != idB {
		t.Fatal(got, rec.ID)
	}
	in := slices.DeleteFunc(minimal(), func(e kind.Elem) bool { return e.Name == "id" || e.Name == "lang" })
	rec = &visit{Head: kind.Head{ID: idB, Lang: "ar"}}
	if err := d.Decode(in, rec, all); err != nil || rec.ID != idB || rec.Lang != "ar" {
		t.Fatal(err, rec.Head)
	}
}

func TestDecodeCleans(t *testing.T) {
	t.Parallel()
	norm := func(s string) string { return strings.ReplaceAll(s, "e\u0301", "é") }
	r, err := kind.Compile(toys, kind.WithNormaliser(norm))
	if err != nil {
		t.Fatal(err)
	}
	in := put(minimal(), "title", doc{{"lang", "fr"}, {"text", " Cafe\u0301\u202e\nnoir\x00 "}})
	in = put(in, "summary", doc{{"lang", "ar"}, {"text", "\tسطر\r\nثان\u200f\u2067x\u2069\a\r "},
		{"tr", doc{{"en", doc{{"text", " e\u0301 "}, {"method", "human"}}}}}})
	in = put(in, "name", "  abc  ")
	rec := &visit{}
	if err := r.Get("visit").Decode(in, rec, all); err != nil {
		t.Fatal(faults(t, err))
	}
	if rec.Title.Text != "Café noir" || rec.Name != "abc" || rec.Summary.Text != "سطر\nثان\u200f\u2067x\u2069" {
		t.Fatalf("%q %q %q", rec.Title.Text, rec.Name, rec.Summary.Text)
	}
	if tr := rec.Summary.Tr["en"]; tr.Text != "é" || tr.State != value.DraftTranslation {
		t.Fatalf("%+v", tr)
	}
}

func TestTranslatorIsKeptOfWhatDidNotChange(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	old := value.Translation{Text: "Visit", Method: "human", State: "verified", By: idA, At: "2026-01-01T00:00:00Z"}
	send := func(text, state string) (*visit, error) {
		rec := &visit{Title: value.Text{Lang: "fr", Text: "Visite", Tr: map[value.Lang]value.Translation{"en": old, "es": old}}}
		before := rec.Title.Tr
		err := d.Decode(put(minimal(), "title", doc{{"lang", "fr"}, {"text", "Visite"},
			{"tr", doc{{"en", doc{{"text", text}, {"method", "human"}, {"state", state}}}}}}), rec, all)
		if before["en"] != old || len(before) != 2 {
			t.Error("the old record's map was written to")
		}
		return rec, err
	}
	same, err := send("Visit", "verified")
	if err != nil || same.Title.Tr["en"] != old || len(same.Title.Tr) != 1 {
		t.Fatal(err, same.Title)
	}
	now := time.Date(2026, 10, 6, 9, 0, 0, 5_999_999, time.UTC)
	for _, c := range [][2]string{{"Visits", "verified"}, {"Visit", "draft"}} {
		rec, err := send(c[0], c[1])
		if err != nil || rec.Title.Tr["en"].By != "" {
			t.Fatal(err, rec.Title)
		}
		d.Stamp(rec, idB, now)
		if tr := rec.Title.Tr["en"]; tr.By != idB || tr.At != "2026-10-06T09:00:00.005Z" {
			t.Fatal(tr)
		}
	}
	d.Stamp(same, idB, now)
	if same.Title.Tr["en"] != old {
		t.Fatal("a stamped translation was stamped anew")
	}
}

func TestDecodeDoesNotShare(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	one := int64(1)
	old := &visit{Names: []string{"old"}, Maybe: &one, Host: &host{By: "judge"}, Parties: []party{{Role: "old"}}}
	rec := *old
	in := put(put(put(minimal(), "names", []any{"new"}), "maybe", kind.Number("2")), "host", doc{{"said", true}})
	in = put(in, "parties", []any{doc{{"who", ref("unit", idA)}, {"sexcount", doc{}}}})
	if err := d.Decode(in, &rec, all); err != nil {
		t.Fatal(faults(t, err))
	}
	if old.Names[0] != "old" || *old.Maybe != 1 || old.Host.Said || old.Parties[0].Role != "old" {
		t.Fatal("the old record changed with the new one")
	}
	if rec.Names[0] != "new" || *rec.Maybe != 2 || !rec.Host.Said || rec.Host.By != "judge" || rec.Parties[0].Role != "" {
		t.Fatalf("%+v", rec)
	}
}

func TestVerbDecode(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	v := d.Verb("approve")
	in := v.NewInput()
	why := doc{{"lang", "fr"}, {"text", "bon"}}
	if err := v.Decode(doc{{"why", why}, {"mark", "GOOD"}, {"score", kind.Number("3")}, {"proof", []any{ref("unit", idA)}}}, in, all); err != nil {
		t.Fatal(faults(t, err))
	}
	want := &approveInput{Why: value.Text{Lang: "fr", Text: "bon"}, Mark: "GOOD", Score: 3, Proof: []value.Ref{{Kind: "unit", ID: idA}}}
	if !reflect.DeepEqual(in, want) {
		t.Fatalf("%+v", in)
	}
	if refs := v.Refs(in); len(refs) != 1 || refs[0].Path != "proof/0" {
		t.Error(refs)
	}
	if codes := v.Codes(in); len(codes) != 1 || codes[0] != (kind.CodeIn{Path: "mark", List: "mark", Code: "GOOD"}) {
		t.Error(codes)
	}
	want.Why.Tr = map[value.Lang]value.Translation{"en": {Text: "good"}}
	v.Stamp(want, idA, time.Now())
	if want.Why.Tr["en"].By != idA {
		t.Error("not stamped")
	}
	got := faults(t, v.Decode(doc{{"id", idA}, {"score", kind.Number("0")}, {"why", why}}, v.NewInput(), all))
	if !maps.Equal(got, map[string]string{"id": "unknown", "score": "required"}) {
		t.Error(got)
	}
	send := d.Verb("send")
	if got := faults(t, send.Decode(doc{{"x", 1}}, nil, all)); got["x"] != "unknown" {
		t.Error(got)
	}
	if err := send.Decode(nil, nil, all); err != nil || send.Refs(nil) != nil || send.Codes(nil) != nil {
		t.Error(err)
	}
	send.Stamp(nil, idA, time.Now())
}

func TestWrongRecordPanics(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	for name, f := range map[string]func(){
		"encode": func() { d.Encode(&place{}) },
		"decode": func() { _ = d.Decode(nil, &place{}, all) },
		"verb":   func() { _ = d.Verb("approve").Decode(nil, &place{}, all) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error(name, "took a record of another kind")
				}
			}()
			f()
		}()
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"title", "weather", "unit", "advisers", "start", "span", "cost", "place", "parties", "host", "nope"} {
		f.Add(name, "text", "fr", "1", true)
		f.Add(name, "female", "\xff\u202e", "1e400", false)
	}
	d := registry(f).Get("visit")
	f.Fuzz(func(t *testing.T, name, part, text, number string, list bool) {
		var v any = doc{{part, text}, {text, kind.Number(number)}, {part, doc{{text, doc{{part, nil}}}}}}
		if list {
			v = []any{v, text, kind.Number(number), nil, part}
		}
		for _, v := range []any{v, text, kind.Number(number), list, nil} {
			rec := &visit{}
			if err := d.Decode(put(minimal(), name, v), rec, all); err != nil {
				if kind.CodeOf(err) != kind.CodeInvalid {
					t.Fatal(err)
				}
				continue
			}
			again := &visit{}
			if err := d.Load(d.Encode(rec), again); err != nil || !reflect.DeepEqual(rec, again) {
				t.Fatalf("%v: %+v\n%+v", err, rec, again)
			}
		}
	})
}
