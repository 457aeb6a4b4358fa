package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"
)

// sample is a record of about 1.5 KB, as a session is.
func sample() doc {
	text := strings.Repeat("The shift handover book was filled in for nine of ten shifts. ", 8)
	ar := strings.Repeat("تقرير زيارة التوجيه رقم ", 8)
	d := doc{el("id", "0d9cbb1e-6f0f-4b7e-9d39-1c6b1d0e8f11"), el("mission_id", "m1"), el("rev", int64(3)), el("state", "draft"), el("lang", "fr"),
		el("created_by", "p-1"), el("created_at", testTime), el("updated_at", testTime.Add(time.Millisecond)),
		el("start", testTime), el("minutes", int64(90)), el("share", 0.25), el("urgent", true),
		el("unit", doc{el("kind", "unit"), el("id", "u1")}),
		el("name", doc{el("lang", "fr"), el("text", text), el("tr", doc{el("ar", doc{el("text", ar), el("method", "human")})})}),
		el("_own", []any{"p-1", "p-2"})}
	for _, f := range []string{"themes", "advisers", "places"} {
		d = append(d, el(f, []any{doc{el("kind", "x"), el("id", "0d9cbb1e-6f0f")}, doc{el("kind", "x"), el("id", "0d9cbb1e-6f10")}}))
	}
	return d
}

func TestEncodeIsBSONAndComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := drawDoc(rt, 4)
		raw := Encode(d)
		if err := bson.Raw(raw).Validate(); err != nil {
			rt.Fatalf("not BSON: %v", err)
		}
		back, err := Decode(raw)
		if err != nil || !reflect.DeepEqual(d, back) {
			rt.Errorf("%v came back as %v, %v", d, back, err)
		}
	})
}

func TestEncodeTypesAreTheDrivers(t *testing.T) {
	t.Parallel()
	d := doc{el("s", "x"), el("i", int64(1)), el("n", int64(2)), el("f", 1.5), el("b", true), el("t", testTime), el("z", nil),
		el("d", doc{el("x", "y")}), el("a", []any{int64(1), "b"}), el("y", []byte{1, 2})}
	want, err := bson.Marshal(bson.D{{Key: "s", Value: "x"}, {Key: "i", Value: int64(1)}, {Key: "n", Value: int64(2)}, {Key: "f", Value: 1.5},
		{Key: "b", Value: true}, {Key: "t", Value: testTime}, {Key: "z", Value: nil}, {Key: "d", Value: bson.D{{Key: "x", Value: "y"}}},
		{Key: "a", Value: bson.A{int64(1), "b"}}, {Key: "y", Value: []byte{1, 2}}})
	if err != nil || !bytes.Equal(Encode(d), want) {
		t.Errorf("%x\nwant %x, %v", Encode(d), want, err)
	}
}

func TestEncodePanicsOnWhatIsNotStored(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]doc{"type": {el("a", uint8(1))}, "name": {el("a\x00b", "x")}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			Encode(d)
		}()
	}
}

func TestDamagedBytesAreToldAndNeverPanic(t *testing.T) {
	t.Parallel()
	raw := Encode(sample())
	for n := range raw {
		if _, err := Decode(raw[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	x, _ := ParseFilter(D{Ne("name.tr.ar.text", "x"), Ne("themes.id", 1)})
	for i := range raw {
		for bit := range 8 {
			b := bytes.Clone(raw)
			b[i] ^= 1 << bit
			_, _ = Decode(b)
			Match(x, b)
			if out := AppendJSON(nil, TypeDocument, b); !json.Valid(out) {
				t.Fatalf("byte %d bit %d: not JSON: %s", i, bit, out)
			}
		}
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte(Encode(sample())))
	f.Add([]byte{5, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := Decode(b)
		if err == nil && bson.Raw(b).Validate() != nil {
			t.Errorf("Decode took what the driver refuses: %x", b)
		}
		if !json.Valid(AppendJSON(nil, TypeDocument, b)) {
			t.Errorf("no JSON of %x", b)
		}
	})
}

func asJSON(v any) string {
	t, val, _ := find(Encode(doc{el("x", v)}), "x")
	return string(AppendJSON(nil, t, val))
}

func TestAppendJSON(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		v    any
		want string
	}{
		{nil, "null"}, {true, "true"}, {false, "false"}, {int64(-12), "-12"}, {int64(math.MaxInt64), "9223372036854775807"},
		{0.25, "0.25"}, {3.0, "3"}, {1e21, "1e+21"}, {1e-7, "1e-07"}, {math.NaN(), "null"}, {math.Inf(1), "null"},
		{testTime, `"2026-03-07T08:09:10Z"`}, {testTime.Add(7 * time.Millisecond), `"2026-03-07T08:09:10.007Z"`},
		{time.Date(1969, 12, 31, 23, 59, 59, 5e8, time.UTC), `"1969-12-31T23:59:59.500Z"`},
		{time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), "null"},
		{"plain", `"plain"`}, {"a\"b\\c\n\r\t\x01\x7f", `"a\"b\\c\n\r\t\u0001\u007f"`}, {"<&>", `"<&>"`},
		{"l\u2028p\u2029", `"l\u2028p\u2029"`}, {"bad\xff\xc3", "\"bad\ufffd\ufffd\""}, {"fine \ufffd", "\"fine \ufffd\""}, {"表 تقرير 🙂", `"表 تقرير 🙂"`},
		{doc{}, "{}"}, {[]any{}, "[]"}, {doc{el("a", []any{int64(1), doc{el("b", nil)}}), el("q\"", "x")}, `{"a":[1,{"b":null}],"q\"":"x"}`},
		{[]byte("hi"), `"aGk="`},
	} {
		if got := asJSON(tc.v); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.v, got, tc.want)
		}
	}
	if got := string(AppendJSON(nil, TypeInt32, []byte{255, 255, 255, 255})); got != "-1" {
		t.Errorf("int32: %s", got)
	}
}

func TestAppendJSONStringComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.String().Draw(rt, "s")
		var back string
		if err := json.Unmarshal(AppendJSONString(nil, []byte(s)), &back); err != nil || back != strings.ToValidUTF8(s, "\ufffd") {
			rt.Errorf("%q came back as %q, %v", s, back, err)
		}
	})
}

func TestAppendJSONTimeIsRFC3339(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		ms := rapid.Int64Range(-62135596800000, 253402300799999).Draw(rt, "ms")
		want := time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
		want = strings.Replace(want, ".000Z", "Z", 1)
		if got := string(appendJSONTime(nil, ms)); got != `"`+want+`"` {
			rt.Errorf("%s, want %s", got, want)
		}
	})
}

func TestJSONAllocatesNothing(t *testing.T) {
	raw, buf := Encode(sample()), make([]byte, 0, 8192)
	if n := testing.AllocsPerRun(100, func() { buf = AppendJSON(buf[:0], TypeDocument, raw) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkJSONOfAList is a list of 50 records (the bar: well under 200 µs).
func BenchmarkJSONOfAList(b *testing.B) {
	raw, buf := Encode(sample()), make([]byte, 0, 200<<10)
	b.Logf("a record has %d bytes", len(raw))
	for b.Loop() {
		buf = buf[:0]
		for range 50 {
			buf = AppendJSON(buf, TypeDocument, raw)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	d := sample()
	for b.Loop() {
		Encode(d)
	}
}

func TestEveryByteAtEveryPlaceIsEscapedRight(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		for at := range 20 {
			s := bytes.Repeat([]byte("x"), 20)
			s[at] = byte(b)
			var back string
			if err := json.Unmarshal(AppendJSONString(nil, s), &back); err != nil || back != strings.ToValidUTF8(string(s), "\ufffd") {
				t.Fatalf("byte %#x at %d: %q, %v", b, at, back, err)
			}
		}
	}
}
