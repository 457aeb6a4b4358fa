package locale_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"colocate/app/locale"
	"colocate/i18n"
)

func TestTermsOfTheMission(t *testing.T) {
	t.Parallel()
	fr := catalogue(t).Texts("fr")
	own := fr.For(locale.Prefs{Terms: map[string]string{
		"kind.session.name": "Entretien", "error.conflict": "Non.", "page.title": "Oui", "role.adviser.label": "",
	}})
	for key, want := range map[string]string{
		"kind.session.name":  "Entretien",
		"error.conflict":     fr.T("error.conflict", nil), // no term: a sentence
		"page.title":         fr.T("page.title", map[string]any{"Title": "x", "Product": "y"}),
		"role.adviser.label": fr.T("role.adviser.label", nil), // empty: as if not there
		"kind.unit.name":     fr.T("kind.unit.name", nil),
	} {
		if got := own.T(key, map[string]any{"Title": "x", "Product": "y"}); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if got := fr.T("kind.session.name", nil); got == "Entretien" {
		t.Error("one mission's term reached everybody")
	}
}

func TestTermKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"kind.session.name": true, "field.session.held_on.label": true, "state.action.open.label": true, "verb.session.submit.label": true,
		"enum.sex.f.label": true, "role.adviser.label": true, "term.host_police": true,
		"": false, "kind": false, "kinds.x": false, "error.conflict": false, "page.home.title": false, "problem.404": false, "list.rank.label": false,
	} {
		if got := locale.TermKey(key); got != want {
			t.Errorf("TermKey(%q) = %v", key, got)
		}
	}
}

func pseudoCatalogue(t testing.TB) *locale.Catalogue {
	t.Helper()
	c, err := locale.NewWithPseudo(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPseudoIsEnglishLongerAndMarked(t *testing.T) {
	t.Parallel()
	c := pseudoCatalogue(t)
	en, made := c.Texts("en"), c.Texts(locale.Pseudo)
	if made.Lang() != locale.Pseudo || made.Dir() != "ltr" {
		t.Errorf("it is %q, %q", made.Lang(), made.Dir())
	}
	for _, e := range []struct {
		key  string
		args map[string]any
	}{
		{"kind.session.name", nil}, {"error.conflict", nil}, {"error.field.too_long", map[string]any{"Max": 2000}},
		{"error.retry_after", map[string]any{"Count": 1}}, {"error.retry_after", map[string]any{"Count": 1234}},
	} {
		plain, got := en.T(e.key, e.args), made.T(e.key, e.args)
		if !strings.HasPrefix(got, "\u2066") || !strings.HasSuffix(got, "\u2069") || strings.Contains(got, plain) {
			t.Errorf("%s: %q of %q", e.key, got, plain)
		}
		if long, short := utf8.RuneCountInString(got), utf8.RuneCountInString(plain); long < short*7/5 {
			t.Errorf("%s: %d characters of %d", e.key, long, short)
		}
		for _, number := range regexp.MustCompile(`[0-9,]{2,}`).FindAllString(plain, -1) {
			if !strings.Contains(got, number) {
				t.Errorf("%s: %q lacks %s", e.key, got, number)
			}
		}
	}
}

func TestPseudoIsOfferedToNobody(t *testing.T) {
	t.Parallel()
	c, without := pseudoCatalogue(t), catalogue(t)
	for _, l := range locale.Languages() {
		if l.Tag == locale.Pseudo {
			t.Error("it is among the languages")
		}
	}
	for _, e := range []struct {
		c                             *locale.Catalogue
		account, cookie, header, want string
	}{
		{c, "", locale.Pseudo, "", locale.Pseudo}, {c, "fr", locale.Pseudo, "ar", locale.Pseudo},
		{c, "", "", locale.Pseudo, "en"}, {c, locale.Pseudo, "", "", "en"}, {c, "fr", "ar", "", "fr"},
		{without, "", locale.Pseudo, "", "en"}, {without, "fr", locale.Pseudo, "", "fr"},
	} {
		if got := e.c.Negotiate(e.account, e.cookie, e.header); got != e.want {
			t.Errorf("account %q, cookie %q, header %q: %q, want %q", e.account, e.cookie, e.header, got, e.want)
		}
	}
	if got := without.Texts(locale.Pseudo).Lang(); got != "en" {
		t.Errorf("without it, it is %q", got)
	}
	if !slices.Equal(c.Tags(), append(without.Tags(), locale.Pseudo)) {
		t.Errorf("tags %v", c.Tags())
	}
}

func TestNewWithPseudoRefusesABrokenCatalogue(t *testing.T) {
	t.Parallel()
	if _, err := locale.NewWithPseudo(fstest.MapFS{}, zerolog.Nop()); err == nil {
		t.Error("no catalogue at all was accepted")
	}
}

func TestNamesOfLanguages(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for tag, want := range map[string][3]string{ // in English, in French, in itself
		"fr": {"French", "français", "Français"}, "ar": {"Arabic", "arabe", "العربية"}, "sw": {"Swahili", "swahili", "Kiswahili"},
		"ht": {"Haitian Creole", "créole haïtien", "Kreyòl ayisyen"}, "din": {"Dinka", "dinka", "Thuɔŋjäŋ"},
		"rn": {"Rundi", "roundi", "Ikirundi"}, "prs": {"Dari", "persan (Afghanistan)", "دری"}, "apd": {"Arabic (Sudan)", "arabe (Soudan)", "عربي سوداني"},
		"zne": {"Pazande", "Pazande", "Pazande"}, "sr-Latn": {"Serbian", "serbe", "srpski"},
		"xx": {"xx", "xx", "xx"}, "": {"", "", ""}, "not a tag": {"not a tag", "not a tag", "not a tag"}, "und": {"und", "und", "und"},
	} {
		got := [3]string{c.Texts("en").LangName(tag), c.Texts("fr").LangName(tag), locale.SelfName(tag)}
		if got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for tag, want := range map[string][]string{
		"fr": {"cote", "coté", "côte", "côté", "Zone 2", "Zone 10"},
		"en": {"Abyei", "éclair", "Elder", "Unit 2", "Unit 10", "zebra"},
		"es": {"nube", "ñandú", "oso"},
		"ru": {"Елена", "Ёлка", "Яна"},
		"ar": {"أحمد", "باسم", "يوسف"},
		"zh": {"阿", "北京", "上海"}, // by sound
	} {
		x := c.Texts(tag)
		got := slices.Clone(want)
		slices.Reverse(got)
		locale.Sort(x, got, func(s string) string { return s })
		if !slices.Equal(got, want) || x.Compare(want[0], want[1]) >= 0 || x.Compare(want[0], want[0]) != 0 {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

func TestReadersDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			x := c.Texts("ar").For(locale.Prefs{Digits: []string{locale.Native, ""}[i%2]})
			want := []string{"٢٬٠٠٠", "2,000"}[i%2]
			for range 20 {
				if got := x.Num(2000); got != want || x.Compare("أ", "ب") >= 0 {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestPlainTextsAreThoseOfTheBundle(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for _, tag := range catalogue(t).Tags() {
		files["active."+tag+".json"] = &fstest.MapFile{Data: []byte(`{"a.b":"B","a.c":"","a.d":"D {{.X}}","a.e":{"one":"1","other":"{{.Count}}"}}`)}
	}
	var log bytes.Buffer
	c, err := locale.New(files, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	x := c.Texts("en")
	got := []string{x.T("a.b", map[string]any{"X": "x"}), x.T("a.c", nil), x.T("a.d", map[string]any{"X": 1000}), x.N("a.e", 2, nil)}
	if want := []string{"B", "a.c", "D 1,000", "2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if !strings.Contains(log.String(), "a.c") || strings.Contains(log.String(), "a.b") {
		t.Errorf("log: %s", &log)
	}
}

func BenchmarkT(b *testing.B) {
	x := catalogue(b).Texts("ar").For(locale.Prefs{Terms: map[string]string{"kind.session.name": "x"}})
	for name, call := range map[string]func(){
		"plain":    func() { x.T("kind.unit.name", nil) },
		"template": func() { x.T("error.field.too_long", map[string]any{"Max": 2000}) },
		"plural":   func() { x.N("error.retry_after", 5, nil) },
		"for":      func() { x.For(locale.Prefs{}) },
		"date":     func() { x.Date("2026-11-23") },
		"dir":      func() { locale.Dir("prs") },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}
