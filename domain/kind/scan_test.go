package kind_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"colocate/domain/kind"
)

func TestScanFinds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		kind kind.HitKind
		what string
	}{
		"call +236 72 12 34 56 tonight":       {kind.PhoneHit, "+236 72 12 34 56"},
		"appeler le 72 12 34 56":              {kind.PhoneHit, "72 12 34 56"},
		"(021) 555-12-34":                     {kind.PhoneHit, "(021) 555-12-34"},
		"tel. 072.123.4567":                   {kind.PhoneHit, "072.123.4567"},
		"(0236) - 721234":                     {kind.PhoneHit, "(0236) - 721234"},
		"00243812345678":                      {kind.PhoneHit, "00243812345678"},
		"tel72123456":                         {kind.IdentityHit, "72123456"},
		"his number is 1986021500123.":        {kind.IdentityHit, "1986021500123"},
		"passport AB1234567 seen":             {kind.IdentityHit, "AB1234567"},
		"card A123456":                        {kind.IdentityHit, "A123456"},
		"code RSSMRA85T10A562S":               {kind.IdentityHit, "RSSMRA85T10A562S"},
		"اتصل على ٠٧١٢٣٤٥٦٧٨ غدا":             {kind.PhoneHit, "٠٧١٢٣٤٥٦٧٨"},
		"رقم ۹۱۲۳۴۵۶۷۸۹":                      {kind.IdentityHit, "۹۱۲۳۴۵۶۷۸۹"},
		"फ़ोन ९८ ७६ ५४ ३२ १०":                 {kind.PhoneHit, "९८ ७६ ५४ ३२ १०"},
		"电话 +86 138 0013 8000":                {kind.PhoneHit, "+86 138 0013 8000"},
		"номер 8 (912) 345-67-89":             {kind.PhoneHit, "8 (912) 345-67-89"},
		"met on 2026-10-06, phone 72 123 456": {kind.PhoneHit, "72 123 456"},
		"\u2067+961\u200f 71 123 456\u2069":   {kind.PhoneHit, "+961\u200f 71 123 456"},
		"USD 5, then 72123456":                {kind.IdentityHit, "72123456"},
		"+2362026":                            {kind.PhoneHit, "+2362026"},
	} {
		hits := kind.Scan(text)
		if len(hits) != 1 {
			t.Errorf("%q: %v", text, hits)
			continue
		}
		if got := text[hits[0].Start:hits[0].End]; got != want.what || hits[0].Kind != want.kind {
			t.Errorf("%q: %s %q, want %s %q", text, hits[0].Kind, got, want.kind, want.what)
		}
	}
}

func TestScanFindsAll(t *testing.T) {
	t.Parallel()
	text := "Ask 72 12 34 56 or\n+236 75 00 11 22; card B9876543"
	hits := kind.Scan(text)
	if len(hits) != 3 || text[hits[2].Start:hits[2].End] != "B9876543" {
		t.Fatal(hits)
	}
}

func TestScanPassesOver(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"",
		"2026-10-06",
		"on 06.10.2026 and 6-10-2026",
		"from 2026-10-06 - 2026-10-09",
		"2026-10-06 14:30",
		"2026-10-06T09:30:00Z",
		"06/10/2026",
		"٢٠٢٦-١٠-٠٦",
		"years 2019-2020 and 2021 2022 2023",
		"S/RES/2594 (2021) and A/67/775–S/2013/110",
		"ref MINUSCA-2026-000123, CRN-ST-014/2026-07",
		"7 of 20 files, 3 women, 12 men",
		"1,250,000 people",
		"1 250 000 people",
		"12500000 XAF", "XAF 12500000", "12 500 000,50 EUR", "$12500000", "12500000 €",
		"4.361234, 18.555012",
		"CRN-ST-014, T07, MP-014-02",
		"09:30 to 17:45, 24/7",
		"room 101, floor 3",
		"8f3c2a10",
		"MINUSCA2026",
		"10 %",
		"+ 5",
		"(", "+", "1 -",
	} {
		if hits := kind.Scan(text); len(hits) != 0 {
			t.Errorf("%q: %q", text, text[hits[0].Start:hits[0].End])
		}
	}
}

func TestScanAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("0129٣۴ +-().,AbS/\n\u200f€X")), 0, 40, -1).Draw(t, "text")
		last := 0
		for _, h := range kind.Scan(text) {
			if h.Start < last || h.End <= h.Start || !utf8.ValidString(text[h.Start:h.End]) {
				t.Fatalf("%q: %+v", text, h)
			}
			last = h.End
		}
		long := text + "\nof " + strings.Repeat("7", 12)
		if len(kind.Scan(long)) == 0 {
			t.Fatalf("%q hides twelve digits", long)
		}
	})
}
