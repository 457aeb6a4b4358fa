package value_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"colocate/domain/value"
)

// broken writes rules as "part key", the prefix of the keys left out.
func broken(list []value.Broken) string {
	var out []string
	for _, b := range list {
		out = append(out, strings.TrimSpace(b.Part+" "+strings.TrimPrefix(b.Key, "error.field.")))
	}
	return strings.Join(out, ", ")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	if len(value.Keys) != 17 || len(slices.Compact(slices.Sorted(slices.Values(value.Keys)))) != 17 {
		t.Fatal(value.Keys)
	}
	for _, k := range value.Keys {
		if !strings.HasPrefix(k, "error.field.") {
			t.Error(k)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[value.Code]string{
		"T07": "", "A1": "", "CRN-ST-014": "", "0A": "", value.Code(strings.Repeat("A", 32)): "",
		"": "pattern", "A": "pattern", "-A": "pattern", "a1": "pattern", "A_1": "pattern", "É1": "pattern",
		value.Code(strings.Repeat("A", 33)): "pattern", "T0\u202e7": "characters", "T0\u20667": "characters",
		"T0\x007": "characters", "T0\n7": "characters", "T0\u200b7": "characters", "٣٤": "pattern",
	} {
		if got := broken(code.Check()); got != want || code.Valid() != (want == "") {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

func TestLang(t *testing.T) {
	t.Parallel()
	for _, l := range []value.Lang{"fr", "swc", "sr-Latn", "pt-BR", "es-419", "art-x-ht", "zh-Hans-CN", "de-1901", "fr-x-a-b"} {
		if l.Check() != nil {
			t.Errorf("%q is refused", l)
		}
	}
	for _, l := range []value.Lang{"", "f", "FR", "fran", "fr-", "fr--FR", "fr-a", "fr-x", "fr_FR", "fr-123456789", "fr é", "-fr", "fr-x-x-", "x-a",
		value.Lang("fr" + strings.Repeat("-abcdefgh", 5))} {
		if broken(l.Check()) != "pattern" {
			t.Errorf("%q is accepted", l)
		}
	}
	if value.Lang("sr-Latn").Base() != "sr" || value.Lang("fr").Base() != "fr" {
		t.Error("Base")
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	tr := func(l value.Lang, x value.Translation) value.Text {
		return value.Text{Lang: "fr", Text: "x", Tr: map[value.Lang]value.Translation{l: x}}
	}
	ok := value.Translation{Text: "x", Method: value.Human, State: value.DraftTranslation}
	for _, c := range []struct {
		text value.Text
		want string
	}{
		{value.Text{Lang: "fr", Text: "x"}, ""},
		{tr("en", ok), ""},
		{value.Text{}, "lang required, text required"},
		{value.Text{Lang: "?", Text: " \n"}, "lang pattern, text required"},
		{tr("fr", ok), "tr/fr duplicate"},
		{tr("a~/", ok), "tr/a~0~1 pattern"},
		{tr("en", value.Translation{}), "tr/en/text required, tr/en/method enum, tr/en/state enum"},
	} {
		if got := broken(c.text.Check()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.text, got, c.want)
		}
	}
	if !(value.Text{}).IsZero() || (value.Text{Lang: "fr"}).IsZero() || (value.Text{Text: "é¶"}).Runes() != 2 {
		t.Error("IsZero or Runes")
	}
}

func TestTextIn(t *testing.T) {
	t.Parallel()
	text := value.Text{Lang: "sr-Latn", Text: "original", Tr: map[value.Lang]value.Translation{
		"en": {Text: "english"}, "pt-BR": {Text: "brasil"}, "fr": {Text: "français"}}}
	for _, c := range []struct {
		want []value.Lang
		text string
		lang value.Lang
	}{
		{nil, "original", "sr-Latn"},
		{[]value.Lang{"sr-Latn"}, "original", "sr-Latn"},
		{[]value.Lang{"sr"}, "original", "sr-Latn"},
		{[]value.Lang{"sr", "en"}, "original", "sr-Latn"},
		{[]value.Lang{"en"}, "english", "en"},
		{[]value.Lang{"en-GB"}, "english", "en"},
		{[]value.Lang{"pt"}, "brasil", "pt-BR"},
		{[]value.Lang{"ar", "fr", "en"}, "français", "fr"},
		{[]value.Lang{"ar"}, "original", "sr-Latn"},
	} {
		if s, l := text.In(c.want...); s != c.text || l != c.lang {
			t.Errorf("%v: %q in %q", c.want, s, l)
		}
	}
	if got := text.Languages(); !slices.Equal(got, []value.Lang{"en", "fr", "pt-BR"}) {
		t.Error(got)
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	for _, d := range []value.Date{"2026-10-06", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"} {
		if d.Check() != nil {
			t.Errorf("%s is refused", d)
		}
	}
	for _, d := range []value.Date{"", "2026-10-6", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "2026-02-29", "1900-02-29", "0000-01-01",
		"2026/10/06", "20261006", "2026-10-06T", "2026-1a-06", "-026-10-06", "٢٠٢٦-١٠-٠٦"} {
		if broken(d.Check()) != "type" {
			t.Errorf("%q is accepted", d)
		}
		if _, err := value.ParseDate(string(d)); err == nil {
			t.Errorf("%q is parsed", d)
		}
	}
	day := value.Date("2024-02-28")
	if day.AddDays(2) != "2024-03-01" || day.DaysUntil("2024-03-01") != 2 || day.AddDays(-366) != "2023-02-27" {
		t.Error("arithmetic")
	}
	if !day.Before("2024-02-29") || !day.After("") || day.Compare(day) != 0 || day.IsZero() || !value.Date("").IsZero() {
		t.Error("order")
	}
	late := time.Date(2026, 10, 6, 23, 30, 0, 0, time.UTC)
	if value.DateOf(late) != "2026-10-06" || value.DateOf(late.In(time.FixedZone("", 3600))) != "2026-10-07" {
		t.Error("DateOf asks for the location")
	}
	if !value.Date("x").Time().IsZero() {
		t.Error("a time of no day")
	}
}

func TestDateIsTimes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y, m, d := rapid.IntRange(1, 9999).Draw(t, "y"), rapid.IntRange(0, 13).Draw(t, "m"), rapid.IntRange(0, 32).Draw(t, "d")
		text := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006") + "-" + two(m) + "-" + two(d)
		at, err := time.Parse(time.DateOnly, text)
		if date := value.Date(text); date.Valid() != (err == nil) || (err == nil && (date.Time() != at || value.DateOf(at) != date)) {
			t.Fatal(text, err)
		}
	})
}

func two(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func TestPartialDate(t *testing.T) {
	t.Parallel()
	for p, want := range map[value.PartialDate][2]value.Date{
		"2024": {"2024-01-01", "2024-12-31"}, "2024-02": {"2024-02-01", "2024-02-29"}, "2023-02": {"2023-02-01", "2023-02-28"},
		"2024-02-03": {"2024-02-03", "2024-02-03"}, "": {}, "2024-2": {}, "24": {}, "2024-13": {}, "0000": {}, "2024-02-30": {},
	} {
		if p.First() != want[0] || p.Last() != want[1] || p.Valid() != (want[0] != "") || (p.Check() == nil) != p.Valid() {
			t.Errorf("%q: %s to %s", p, p.First(), p.Last())
		}
	}
	order := []value.PartialDate{"2023-12-31", "2024", "2024-01", "2024-01-01", "2024-01-02", "2024-02"}
	if !slices.IsSortedFunc(order, value.PartialDate.Compare) || order[1].Compare("2024") != 0 || !value.PartialDate("").IsZero() {
		t.Error("order")
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	for p, want := range map[value.Period]string{
		{"2026-01-01", "2026-01-01"}: "", {"2026-01-01", ""}: "",
		{"2026-01-02", "2026-01-01"}: "end order", {"", "2026-01-01"}: "start required", {}: "start required",
		{"x", "y"}: "start type, end type",
	} {
		if got := broken(p.Check()); got != want {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
	may := value.Period{Start: "2026-05-01", End: "2026-05-31"}
	open := value.Period{Start: "2026-05-10"}
	if !may.Contains("2026-05-01") || !may.Contains("2026-05-31") || may.Contains("2026-06-01") || !open.Contains("2099-01-01") || (value.Period{}).Contains("2026-01-01") {
		t.Error("Contains")
	}
	if !may.Overlaps(open) || !open.Overlaps(may) || may.Overlaps(value.Period{Start: "2026-06-01"}) || may.Overlaps(value.Period{}) {
		t.Error("Overlaps")
	}
	if !may.Covers(value.Period{Start: "2026-05-02", End: "2026-05-31"}) || may.Covers(open) || !open.Covers(value.Period{Start: "2026-05-10"}) || may.Covers(value.Period{Start: "2026-04-30", End: "2026-05-02"}) {
		t.Error("Covers")
	}
	if may.Days() != 31 || open.Days() != 0 || (value.Period{Start: "x", End: "y"}).Days() != 0 || !(value.Period{}).IsZero() {
		t.Error("Days")
	}
	order := []value.Period{{"2026-01-01", "2026-01-02"}, {"2026-01-01", "2026-01-03"}, {"2026-01-01", ""}, {"2026-01-02", "2026-01-02"}}
	if !slices.IsSortedFunc(order, value.Period.Compare) || order[2].Compare(order[1]) <= 0 || order[0].Compare(order[0]) != 0 {
		t.Error("order")
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"0", "0.00", "1", "12.5", "999999999999999.9999", "0.0001"} {
		if got := (value.Money{Amount: a, Ccy: "XAF"}).Check(); got != nil {
			t.Errorf("%q: %s", a, broken(got))
		}
	}
	for a, want := range map[string]string{"": "required", "-1": "range", "-0": "type", "01": "type", "1.": "type", ".5": "type",
		"1e3": "type", "+1": "type", "1,5": "type", "1.23456": "type", "1000000000000000": "range", "10000000000000000000000000000000000000000000000": "type", "٥": "type", "NaN": "type", " 1": "type", "--1": "type"} {
		if got := broken((value.Money{Amount: a, Ccy: "XAF"}).Check()); got != "amount "+want {
			t.Errorf("%q: %q, want %q", a, got, want)
		}
	}
	for ccy, want := range map[string]string{"": "ccy required", "xaf": "ccy pattern", "XA": "ccy pattern", "XAFX": "ccy pattern", "X1F": "ccy pattern"} {
		if got := broken((value.Money{Amount: "1", Ccy: ccy}).Check()); got != want {
			t.Errorf("%q: %q, want %q", ccy, got, want)
		}
	}
}

func TestMoneyArithmetic(t *testing.T) {
	t.Parallel()
	m := func(a string) value.Money { return value.Money{Amount: a, Ccy: "EUR"} }
	for _, c := range [][4]string{{"0.1", "0.2", "0.3", "-0.1"}, {"1.50", "2", "3.50", "-0.50"}, {"10", "0.0001", "10.0001", "9.9999"},
		{"999999999999999", "1", "1000000000000000", "999999999999998"}, {"0", "0", "0", "0"}, {"5", "5", "10", "0"}} {
		sum, err := m(c[0]).Add(m(c[1]))
		less, err2 := m(c[0]).Sub(m(c[1]))
		if err != nil || err2 != nil || sum != m(c[2]) || less != m(c[3]) {
			t.Errorf("%s and %s: %v %v", c[0], c[1], sum, less)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"1", "1.00", 0}, {"2", "10", -1}, {"0.5", "0.25", 1}} {
		if got, err := m(c.a).Cmp(m(c.b)); err != nil || got != c.want {
			t.Errorf("%s, %s: %d %v", c.a, c.b, got, err)
		}
	}
	for _, bad := range []value.Money{{Amount: "1", Ccy: "USD"}, {Amount: "x", Ccy: "EUR"}, {}} {
		_, e1 := m("1").Add(bad)
		_, e2 := m("1").Sub(bad)
		_, e3 := m("1").Cmp(bad)
		if e1 == nil || e2 == nil || e3 == nil {
			t.Errorf("%v was reckoned with", bad)
		}
	}
	if !(value.Money{}).IsZero() || m("0").IsZero() {
		t.Error("IsZero")
	}
}

func TestMoneyAddsBack(t *testing.T) {
	t.Parallel()
	amount := rapid.StringMatching(`(0|[1-9][0-9]{0,10})(\.[0-9]{1,4})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := value.Money{Amount: amount.Draw(t, "a"), Ccy: "XAF"}, value.Money{Amount: amount.Draw(t, "b"), Ccy: "XAF"}
		sum, err := a.Add(b)
		if err != nil || sum.Check() != nil {
			t.Fatal(err, broken(sum.Check()))
		}
		back, err := sum.Sub(b)
		if c, err2 := back.Cmp(a); err != nil || err2 != nil || c != 0 {
			t.Fatalf("%s + %s - %s = %s", a.Amount, b.Amount, b.Amount, back.Amount)
		}
	})
}

func TestSexCount(t *testing.T) {
	t.Parallel()
	c := value.SexCount{Female: 1, Male: 2, Other: 3}
	if c.Total() != 6 || c.Add(c) != (value.SexCount{Female: 2, Male: 4, Other: 6}) || c.Check() != nil {
		t.Error("sums")
	}
	bad := value.SexCount{Female: -1, Male: math.MaxInt64, Other: -1}
	if got := broken(bad.Check()); got != "female range, male range, other_undisclosed range" {
		t.Error(got)
	}
}

func TestPoint(t *testing.T) {
	t.Parallel()
	for p, want := range map[value.Point]string{
		{Lat: 90, Lon: -180, PrecisionM: 0}:          "",
		{Lat: -90.1, Lon: 180.1, PrecisionM: -1}:     "lat range, lon range, precision_m range",
		{Lat: math.Inf(1)}:                           "lat range",
		{Lat: 1, Lon: 1, PrecisionM: 20_000_001}:     "precision_m range",
		{Lat: 4.36, Lon: 18.55, PrecisionM: 1_000}:   "",
		{Lat: math.NaN(), Lon: 1, PrecisionM: 1_000}: "lat range",
	} {
		if got := broken(p.Check()); got != want {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
}

func TestPointCoarse(t *testing.T) {
	t.Parallel()
	exact := value.Point{Lat: 4.361234, Lon: 18.555012, PrecisionM: 10}
	near := value.Point{Lat: 4.3611, Lon: 18.5552, PrecisionM: 5}
	if c := exact.Coarse(1000); c != near.Coarse(1000) || c.PrecisionM != 1000 || c == exact {
		t.Error("neighbours can be told apart", exact.Coarse(1000), near.Coarse(1000))
	}
	if c := (value.Point{PrecisionM: 5000}).Coarse(1000); c.PrecisionM != 5000 {
		t.Error("it became more exact")
	}
	rapid.Check(t, func(t *rapid.T) {
		p := value.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
		if c := p.Coarse(1000); c.Check() != nil || math.Abs(c.Lat-p.Lat) > 0.0046 {
			t.Fatal(p, c)
		}
	})
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for p, want := range map[value.Percent]string{{1, 3}: "33.3", {2, 3}: "66.7", {0, 5}: "0.0", {5, 5}: "100.0", {1, 2000}: "0.1",
		{1, 2001}: "0.0", {999, 1_000_000_000_000}: "0.0", {1, 0}: "", {}: "", {-1, 2}: "", {3, 2}: ""} {
		if got := p.Value(); got != want || (p.Check() == nil) != (want != "") {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
	if got := broken((value.Percent{Num: 1}).Check()); got != "den range, num range" {
		t.Error(got)
	}
	if (value.Percent{1, 3}).Compare(value.Percent{2, 6}) != 0 || (value.Percent{1, 3}).Compare(value.Percent{1, 2}) >= 0 || !(value.Percent{}).IsZero() {
		t.Error("order")
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	const id = "0b0e7f52-0a3c-4d4e-9a55-0d6a1f7b0001"
	r := value.Ref{Kind: "unit", ID: id}
	if !r.Is("person", "unit") || r.Is("person") || r.Is() || r.IsZero() || !(value.Ref{Kind: "unit"}).IsZero() || r.Check() != nil {
		t.Error("a reference")
	}
	for _, bad := range []string{"", "x", strings.ToUpper(id), id + "0", id[:35], strings.Replace(id, "-", "0", 1), "0-0e7f52-0a3c-4d4e-9a55-0d6a1f7b0001",
		"{" + id[1:35] + "}", "g" + id[1:]} {
		if value.ValidID(bad) || broken(value.Ref{Kind: "unit", ID: bad}.Check()) != "reference" {
			t.Errorf("%q is an id", bad)
		}
	}
	if broken(value.Ref{ID: id}.Check()) != "reference" {
		t.Error("a reference without a kind")
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2026-10-06", "2024-02-29", "2023-02-29", "0000-00-00", "", "9999-12-31", "٢٠٢٦"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := time.Parse(time.DateOnly, s)
		want := err == nil && at.Year() > 0
		if d, err := value.ParseDate(s); (err == nil) != want || (want && (value.DateOf(at) != d || d.Time() != at)) {
			t.Fatalf("%q: %v", s, err)
		}
		if p := value.PartialDate(s); p.Valid() && p.Last() < p.First() {
			t.Fatalf("%q ends before it starts", s)
		}
	})
}

func FuzzMoney(f *testing.F) {
	for _, s := range []string{"0", "12.50", "-1", "1e9", "999999999999999.9999", ".", "-0.0", "00"} {
		f.Add(s, "0.01")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		m, n := value.Money{Amount: a, Ccy: "XAF"}, value.Money{Amount: b, Ccy: "XAF"}
		sum, err := m.Add(n)
		if m.Check() != nil || n.Check() != nil {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, err := sum.Cmp(m); err != nil || c < 0 {
			t.Fatalf("%q + %q = %q", a, b, sum.Amount)
		}
	})
}
