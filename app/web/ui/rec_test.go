package ui

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

// TestParseReadsInPlace: the values of a record are right whatever was read of
// it before, though they lie in the view, and the view stays as it was.
func TestParseReadsInPlace(t *testing.T) {
	t.Parallel()
	var parts []string
	for i := range 60 {
		parts = append(parts, fmt.Sprintf(`"f%d":{"a":"x%d \u00e9","n":[1,2,%d]},"s%d":"%d","t%d":true`, i, i, i, i, i, i))
	}
	view := []byte("{" + strings.Join(parts, ",") + "}")
	kept := bytes.Clone(view)
	r, err := Parse(&kind.Descriptor{}, record.View{ID: "x", JSON: view})
	if err != nil {
		t.Fatal(err)
	}
	for i := 59; i >= 0; i-- {
		at := func(format string) string { return fmt.Sprintf(format, i) }
		if r.Str(at("f%d.a")) != at("x%d é") || r.Int(at("f%d.n.2")) != int64(i) || r.Str(at("s%d")) != at("%d") || !r.Bool(at("t%d")) {
			t.Errorf("field %d is %v", i, r.Raw(at("f%d")))
		}
	}
	if !bytes.Equal(view, kept) {
		t.Errorf("the view is now %s", view)
	}
	for _, wrong := range []string{"", "[]", `{"a":`, `{"a" 1}`} {
		if _, err := Parse(&kind.Descriptor{}, record.View{JSON: []byte(wrong)}); err == nil {
			t.Errorf("%q is a record", wrong)
		}
	}
}
