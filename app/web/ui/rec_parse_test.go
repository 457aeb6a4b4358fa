package ui

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"colocate/app/record"
	"colocate/domain/kind"
)

// TestParseReadsWhatJSONSays: of any object, the same as the library reads.
func TestParseReadsWhatJSONSays(t *testing.T) {
	t.Parallel()
	d := &kind.Descriptor{}
	texts := rapid.SampledFrom([]any{"", `a"b\`, "{", "]},:", `\\"`, "سجل", "x\ny", true, false, 12.5, -3.0, map[string]any{}, []any{},
		map[string]any{"a": "}", "b": []any{"]", map[string]any{`"`: nil}}}, []any{[]any{","}, ":"}})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MapOf(rapid.StringMatching(`[a-z_]{1,12}`), texts).Draw(t, "object")
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Parse(d, record.View{ID: "x", JSON: data})
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		got, err := json.Marshal(r.whole())
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(got, &back); err != nil || !reflect.DeepEqual(back, want) {
			t.Fatalf("%s was read as %s", data, got)
		}
	})
	for _, bad := range []string{"", "[]", "{", `{"a"`, `{"a":`, `{"a":1`, `{"a":"x`, `{"a":1}}`, `{"a":1} `, `{a:1}`} {
		if _, err := Parse(d, record.View{JSON: []byte(bad)}); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
