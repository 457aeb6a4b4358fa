package locale_test

import (
	"strings"
	"testing"
	"time"

	"colocate/app/locale"
)

// each compares what write makes in every language with want, in which the
// spaces that do not break are plain ones.
func each(t *testing.T, want map[string][]string, write func(x *locale.Texts) []string) {
	t.Helper()
	c := catalogue(t)
	for _, tag := range c.Tags() {
		got := write(c.Texts(tag))
		if strings.ReplaceAll(strings.Join(got, "|"), "\u00a0", " ") != strings.Join(want[tag], "|") {
			t.Errorf("%s:\n got %q\nwant %q", tag, got, want[tag])
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	each(t, map[string][]string{
		"en": {"23 November 2026", "1 Sept 2026", "23 November", "Monday 23 November", "Monday 23 November 2026", "March 2026", "2026"},
		"fr": {"23 novembre 2026", "1er sept. 2026", "23 novembre", "lundi 23 novembre", "lundi 23 novembre 2026", "mars 2026", "2026"},
		"es": {"23 de noviembre de 2026", "1 sept 2026", "23 de noviembre", "lunes 23 de noviembre", "lunes 23 de noviembre de 2026", "marzo de 2026", "2026"},
		"ar": {"23 تشرين الثاني/نوفمبر 2026", "1 أيلول/سبتمبر 2026", "23 تشرين الثاني/نوفمبر", "الاثنين، 23 تشرين الثاني/نوفمبر", "الاثنين، 23 تشرين الثاني/نوفمبر 2026", "آذار/مارس 2026", "2026"},
		"ru": {"23 ноября 2026 г.", "1 сент. 2026 г.", "23 ноября", "понедельник, 23 ноября", "понедельник, 23 ноября 2026 г.", "март 2026 г.", "2026 г."},
		"zh": {"2026年11月23日", "2026年9月1日", "11月23日", "11月23日星期一", "2026年11月23日星期一", "2026年3月", "2026年"},
	}, func(x *locale.Texts) []string {
		const day = "2026-11-23"
		return []string{x.Date(day), x.DateShort("2026-09-01"), x.DayMonth(day), x.Weekday(day), x.FullDate(day), x.Date("2026-03"), x.Date("2026")}
	})
}

func TestRanges(t *testing.T) {
	t.Parallel()
	each(t, map[string][]string{
		"en": {"6–9 June 2026", "30 May – 2 June 2026", "30 December 2025 – 2 January 2026", "June 2025 – 9 June 2026", "9 June 2026", "9 June 2026 –"},
		"fr": {"6–9 juin 2026", "30 mai – 2 juin 2026", "30 décembre 2025 – 2 janvier 2026", "juin 2025 – 9 juin 2026", "9 juin 2026", "9 juin 2026 –"},
		"es": {"6–9 de junio de 2026", "30 de mayo – 2 de junio de 2026", "30 de diciembre de 2025 – 2 de enero de 2026", "junio de 2025 – 9 de junio de 2026", "9 de junio de 2026", "9 de junio de 2026 –"},
		"ar": {"6–9 حزيران/يونيو 2026", "30 أيار/مايو – 2 حزيران/يونيو 2026", "30 كانون الأول/ديسمبر 2025 – 2 كانون الثاني/يناير 2026", "حزيران/يونيو 2025 – 9 حزيران/يونيو 2026", "9 حزيران/يونيو 2026", "9 حزيران/يونيو 2026 –"},
		"ru": {"6–9 июня 2026 г.", "30 мая – 2 июня 2026 г.", "30 декабря 2025 г. – 2 января 2026 г.", "июнь 2025 г. – 9 июня 2026 г.", "9 июня 2026 г.", "9 июня 2026 г. –"},
		"zh": {"2026年6月6日至9日", "2026年5月30日至6月2日", "2025年12月30日至2026年1月2日", "2025年6月至2026年6月9日", "2026年6月9日", "2026年6月9日至"},
	}, func(x *locale.Texts) []string {
		return []string{
			x.Range("2026-06-06", "2026-06-09"), x.Range("2026-05-30", "2026-06-02"), x.Range("2025-12-30", "2026-01-02"),
			x.Range("2025-06", "2026-06-09"), x.Range("2026-06-09", "2026-06-09"), x.Range("2026-06-09", ""),
		}
	})
}

func TestTimesAreInTheReadersZone(t *testing.T) {
	t.Parallel()
	kinshasa := time.FixedZone("WAT", 3600)
	at := time.Date(2026, 11, 30, 23, 5, 59, 0, time.UTC)
	each(t, map[string][]string{
		"en": {"23:05", "00:05", "1 December 2026, 00:05"},
		"fr": {"23 h 05", "0 h 05", "1er décembre 2026, 0 h 05"},
		"es": {"23:05", "0:05", "1 de diciembre de 2026, 0:05"},
		"ar": {"23:05", "00:05", "1 كانون الأول/ديسمبر 2026، 00:05"},
		"ru": {"23:05", "00:05", "1 декабря 2026 г., 00:05"},
		"zh": {"23:05", "00:05", "2026年12月1日 00:05"},
	}, func(x *locale.Texts) []string {
		there := x.For(locale.Prefs{Zone: kinshasa})
		if got := x.Day(at) + " " + there.Day(at); got != "2026-11-30 2026-12-01" {
			t.Errorf("days %s", got)
		}
		return []string{x.Time(at), there.Time(at), there.DateTime(at)}
	})
}

func TestEveryMonthAndDayHasAName(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for _, tag := range c.Tags() {
		x, seen := c.Texts(tag), map[string]bool{}
		for m := range 12 {
			day := time.Date(2026, time.Month(m+1), 15, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			for _, text := range []string{x.DayMonth(day), x.DateShort(day), x.Date(day[:7])} {
				seen[text] = true
			}
		}
		for d := range 7 {
			seen[x.Weekday(time.Date(2026, 11, 22+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))] = true
		}
		if len(seen) != 12*3+7 {
			t.Errorf("%s: two dates read alike: %d of %d", tag, len(seen), 12*3+7)
		}
	}
}

func TestWhatIsNoDateIsGivenBack(t *testing.T) {
	t.Parallel()
	x := catalogue(t).Texts("fr")
	for _, bad := range []string{"", "soon", "2026-02-30", "2026-1", "20261123", "2026-11-23T10:00:00Z", "٢٠٢٦"} {
		if got := x.Date(bad); got != bad {
			t.Errorf("Date(%q) = %q", bad, got)
		}
	}
}

func TestNativeDigits(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	at := time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)
	write := func(x *locale.Texts) string {
		return strings.Join([]string{x.Num(1234567), x.Decimal(0.5, 1), x.Date("2026-11-23"), x.Time(at), x.Duration(90),
			x.N("error.retry_after", 11, nil), x.T("error.field.too_long", map[string]any{"Max": 2000})}, "|")
	}
	for _, tag := range c.Tags() {
		x := c.Texts(tag)
		western, native := write(x), write(x.For(locale.Prefs{Digits: locale.Native}))
		switch {
		case tag != "ar" && native != western:
			t.Errorf("%s: %q, though its digits are Western", tag, native)
		case tag == "ar" && strings.ContainsAny(native, "0123456789"):
			t.Errorf("Western digits in %q", native)
		case strings.ContainsAny(western, "٠١٢٣٤٥٦٧٨٩"):
			t.Errorf("%s: %q, though nobody asked for it", tag, western)
		}
		if other := write(x.For(locale.Prefs{Digits: "latn"})); other != western {
			t.Errorf("%s: latn is %q, nothing is %q", tag, other, western)
		}
	}
	if got := c.Texts("ar").For(locale.Prefs{Digits: locale.Native}).Num(1234567); got != "١٬٢٣٤٬٥٦٧" {
		t.Errorf("Num: %q", got)
	}
}
