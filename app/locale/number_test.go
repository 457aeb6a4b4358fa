package locale_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"colocate/app/locale"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	each(t, map[string][]string{
		"en": {"1,234,567", "-12", "12.5", "0.33", "12.5%", "33%", "a, b", "1 h 30 min", "2 h", "0 min", "45 min"},
		"fr": {"1 234 567", "-12", "12,5", "0,33", "12,5 %", "33 %", "a, b", "1 h 30 min", "2 h", "0 min", "45 min"},
		"es": {"1.234.567", "-12", "12,5", "0,33", "12,5 %", "33 %", "a, b", "1 h 30 min", "2 h", "0 min", "45 min"},
		"ar": {"1,234,567", "-12", "12.5", "0.33", "12.5%", "33%", "a، b", "1 س 30 د", "2 س", "0 د", "45 د"},
		"ru": {"1 234 567", "-12", "12,5", "0,33", "12,5 %", "33 %", "a, b", "1 ч 30 мин", "2 ч", "0 мин", "45 мин"},
		"zh": {"1,234,567", "-12", "12.5", "0.33", "12.5%", "33%", "a、b", "1小时30分钟", "2小时", "0分钟", "45分钟"},
	}, func(x *locale.Texts) []string {
		out := []string{x.Num(1234567), x.Num(-12), x.Decimal(12.5, 2), x.Decimal(1.0/3, 2), x.Percent(0.125, 1), x.Percent(0.333, 0),
			x.List([]string{"a", "b"}), x.Duration(90), x.Duration(120), x.Duration(-3), x.Duration(45)}
		for i := range out {
			out[i] = marks.Replace(out[i])
		}
		return out
	})
}

// marks are of direction, which Arabic puts beside signs.
var marks = strings.NewReplacer("\u200e", "", "\u200f", "", "\u061c", "")

func TestNumberReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for _, e := range []struct{ lang, typed, want string }{
		{"en", "12", "12"}, {"en", " 012 ", "12"}, {"en", "1,234", "1234"}, {"en", "1,234,567.50", "1234567.5"}, {"en", "-0", "0"},
		{"en", "-3.0", "-3"}, {"en", ".5", "0.5"}, {"en", "1 234", "1234"}, {"en", "\u22125", "-5"}, {"en", "1.234", "1.234"},
		{"en", "１２．５", "12.5"},
		{"fr", "12,5", "12.5"}, {"fr", "12.5", "12.5"}, {"fr", "1 234,5", "1234.5"}, {"fr", "1\u202f234", "1234"}, {"fr", "1\u00a0234", "1234"},
		{"fr", "1,234", "1.234"},
		{"es", "1.234", "1234"}, {"es", "1,5", "1.5"}, {"es", "1.5", "1.5"}, {"es", "1.234,5", "1234.5"}, {"es", "0.125", "0.125"},
		{"ar", "١٢٣٤", "1234"}, {"ar", "١٬٢٣٤٫٥", "1234.5"}, {"ar", "1,234.5", "1234.5"}, {"ar", "۱۲۳", "123"}, {"ar", "\u200f-٧", "-7"},
		{"ru", "1 234,5", "1234.5"}, {"fr", "١٬٢٣٤", "1234"}, {"es", "١٫٢٣٤", "1.234"}, {"ru", "0,5", "0.5"}, {"zh", "1,234.5", "1234.5"}, {"zh", "１，２３４", "1234"},
	} {
		if got, ok := c.Texts(e.lang).Number(e.typed); got != e.want || !ok {
			t.Errorf("%s: %q is %q %v, want %q", e.lang, e.typed, got, ok, e.want)
		}
	}
	for _, e := range []struct{ lang, typed string }{
		{"en", ""}, {"en", "-"}, {"en", "."}, {"en", "1,5"}, {"en", "1,23,456"}, {"en", "1e5"}, {"en", "0x10"}, {"en", "--1"}, {"en", "1-"},
		{"en", "1,234 567"}, {"en", "1 2"}, {"en", "1.2.3"}, {"en", ",123"}, {"en", "0,123"}, {"en", "NaN"}, {"en", "twelve"}, {"en", "1.234,5"},
		{"fr", "1,2,3"}, {"fr", "1,234,567"}, {"fr", "1.234.567"}, {"es", "1,234.5"}, {"ar", "1,5"}, {"en", "½"}, {"en", "५"},
		{"en", strings.Repeat("1", 65)},
	} {
		if got, ok := c.Texts(e.lang).Number(e.typed); ok || got != "" {
			t.Errorf("%s: %q was read as %q", e.lang, e.typed, got)
		}
	}
}

func TestNumberReadsWhatTheLanguageWrites(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	rapid.Check(t, func(r *rapid.T) {
		tag := rapid.SampledFrom(c.Tags()).Draw(r, "language")
		x := c.Texts(tag).For(locale.Prefs{Digits: rapid.SampledFrom([]string{"", locale.Native}).Draw(r, "digits")})
		n := rapid.Int64Range(-1e15, 1e15).Draw(r, "n")
		if got, ok := x.Number(x.Num(n)); !ok || got != strconv.FormatInt(n, 10) {
			r.Fatalf("%s: %d is written %q and read %q %v", tag, n, x.Num(n), got, ok)
		}
		f := math.Round(rapid.Float64Range(-1e6, 1e6).Draw(r, "f")*100) / 100
		text, ok := x.Number(x.Decimal(f, 2))
		if got, err := strconv.ParseFloat(text, 64); !ok || err != nil || math.Abs(got-f) > 0.001 {
			r.Fatalf("%s: %v is written %q and read %q %v", tag, f, x.Decimal(f, 2), text, ok)
		}
	})
}

var canonical = regexp.MustCompile(`^(0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)\.[0-9]*[1-9])$`)

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"", "1,234.5", "١٬٢٣٤٫٥", "-0.0", "1 234", "1.234,5", "۱", "１，２３４", "--", "\x80", "\u202e12"} {
		f.Add(s)
	}
	c := catalogue(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, tag := range c.Tags() {
			x := c.Texts(tag)
			got, ok := x.Number(s)
			if !ok {
				if got != "" {
					t.Errorf("%s: %q is no number, and %q", tag, s, got)
				}
				continue
			}
			if !canonical.MatchString(got) {
				t.Errorf("%s: %q was read as %q", tag, s, got)
			}
			if again, ok := c.Texts("en").Number(got); !ok || again != got {
				t.Errorf("%s: %q was read as %q, and that as %q", tag, s, got, again)
			}
		}
	})
}
