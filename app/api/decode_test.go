package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"colocate/domain/kind"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	got, err := Decode([]byte(` {"a":1,"b":[true,null,"x",-2.50],"c":{"d":{}},"big":9007199254740993} `))
	if err != nil {
		t.Fatal(err)
	}
	want := kind.Doc{
		{Name: "a", Value: kind.Number("1")},
		{Name: "b", Value: []any{true, nil, "x", kind.Number("-2.50")}},
		{Name: "c", Value: kind.Doc{{Name: "d", Value: kind.Doc{}}}},
		{Name: "big", Value: kind.Number("9007199254740993")},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestDecodeRefuses is trust.md I2, I3 and I4 for the decoder.
func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for name, in := range map[string]string{
		"empty": "", "blank": "  ", "array": "[]", "text": `"x"`, "null": "null", "number": "1",
		"unfinished": `{"a":`, "no value": `{"a"}`, "comma": `{"a":1,}`, "single quotes": `{'a':1}`,
		"duplicate": `{"a":1,"a":2}`, "deep duplicate": `{"x":[{"a":1,"\u0061":2}]}`,
		"trailing object": `{}{}`, "trailing text": `{} x`, "comment": `{} // x`,
		"NaN": `{"a":NaN}`, "infinity": `{"a":Infinity}`, "too large": `{"a":1e999}`, "plus": `{"a":+1}`, "leading zero": `{"a":01}`,
		"byte order mark": "\ufeff{}", "invalid UTF-8": "{\"a\":\"\xff\"}", "overlong": "{\"a\":\"\xc0\xaf\"}",
		"lone surrogate": `{"a":"\ud800"}`, "truncated sequence": "{\"a\":\"\xe4\xb8\"}", "bad name": "{\"\xff\":1}",
		"33 deep": deep(33), "1000 deep": deep(1000), "9999 deep": deep(9999), "open arrays": strings.Repeat("[", 100000),
		"arrays in an object": `{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + "}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if doc, err := Decode([]byte(in)); kind.CodeOf(err) != kind.CodeMalformed {
				t.Errorf("Decode(%.40q) = %v, %v; want malformed", in, doc, err)
			}
		})
	}
	if _, err := Decode([]byte(deep(32))); err != nil {
		t.Errorf("32 levels: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}]}`))
	f.Add([]byte(`{"a":"\ud83d\ude00"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Decode(data)
		if err != nil && kind.CodeOf(err) != kind.CodeMalformed {
			t.Errorf("%q: %v", data, err)
		}
		if err != nil && doc != nil {
			t.Errorf("%q: a document beside an error", data)
		}
	})
}
