package kinds

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		was, is string
		want    []part
	}{
		{"one two three", "one four three", []part{{same, "one "}, {gone, "two "}, {added, "four "}, {same, "three"}}},
		{"登记册完整。", "登记册不完整。", []part{{same, "登记册"}, {added, "不"}, {same, "完整。"}}},
		{"", "new", []part{{added, "new"}}},
		{"old", "", []part{{gone, "old"}}},
		{"same", "same", []part{{same, "same"}}},
		{"السجل كامل اليوم", "السجل ناقص اليوم", []part{{same, "السجل "}, {gone, "كامل "}, {added, "ناقص "}, {same, "اليوم"}}},
	} {
		if got := words(x.was, x.is); !reflect.DeepEqual(got, x.want) {
			t.Errorf("%q to %q: %+v", x.was, x.is, got)
		}
	}
}

// TestWordsLoseNothing: the parts of each side are that side's text.
func TestWordsLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.StringOfN(rapid.SampledFrom([]rune("ab 登记\n\t。")), 0, 40, -1)
		was, is := gen.Draw(t, "was"), gen.Draw(t, "is")
		var before, after strings.Builder
		for _, p := range words(was, is) {
			if p.Op != added {
				before.WriteString(p.Text)
			}
			if p.Op != gone {
				after.WriteString(p.Text)
			}
		}
		if before.String() != was || after.String() != is {
			t.Fatalf("%q to %q: %q and %q", was, is, before.String(), after.String())
		}
	})
}

func TestWordsOfLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("字", 4000)
	if got := words(long, long+"改"); len(got) != 2 || got[0].Op != gone {
		t.Errorf("%d parts", len(got))
	}
}
