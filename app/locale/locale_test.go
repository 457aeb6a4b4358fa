package locale_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/rs/zerolog"
	"pgregory.net/rapid"

	"colocate/app/locale"
	"colocate/i18n"
)

func catalogue(t testing.TB) *locale.Catalogue {
	t.Helper()
	c, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, account, cookie, header, want string }{
		{"nothing", "", "", "", "en"},
		{"header", "", "", "fr", "fr"},
		{"region", "", "", "ar-SD", "ar"},
		{"regions of others", "", "", "fr-CA,en;q=0.5", "fr"},
		{"Traditional Chinese", "", "", "zh-Hant-TW", "zh"},
		{"region with quality", "", "", "so, fr-CA;q=0.8, en;q=0.5", "fr"},
		{"other regions", "", "", "es-419", "es"},
		{"other scripts", "", "", "ru-Cyrl-KG", "ru"},
		{"quality", "", "", "en;q=0.3, ar;q=0.9", "ar"},
		{"first that we have", "", "", "so, rw;q=0.9, fr;q=0.5", "fr"},
		{"none that we have", "", "", "so", "en"},
		{"a neighbour's", "", "", "ln", "fr"},
		{"another name", "", "", "arb", "ar"},
		{"any", "", "", "*", "en"},
		{"cookie before header", "", "ar", "fr", "ar"},
		{"account before cookie", "fr", "ar", "en", "fr"},
		{"account we lack", "so", "ar", "fr", "ar"},
		{"broken cookie", "", "\x00;;q=", "fr", "fr"},
		{"broken header", "", "", "fr;q=abc;;", "en"},
		{"long header", "", "", strings.Repeat("fr,", 100_000), "en"},
	} {
		if got := locale.Negotiate(c.account, c.cookie, c.header); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNegotiateAlwaysAnswersALanguageOfTheList(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, l := range locale.Languages() {
		known[l.Tag] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		wish := rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-z]{2,3}(-[A-Z]{2})?(;q=0\.\d)?,?){0,6}`))
		got := locale.Negotiate(wish.Draw(t, "account"), wish.Draw(t, "cookie"), wish.Draw(t, "header"))
		if !known[got] {
			t.Fatalf("negotiated %q", got)
		}
	})
}

func TestDir(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"en": "ltr", "fr": "ltr", "ar": "rtl", "": "ltr", "xx": "ltr", "fa": "rtl", "prs": "rtl", "ur": "rtl", "ps": "rtl",
		"he": "rtl", "dv": "rtl", "apd": "rtl", "ar-SD": "rtl", "nqo": "rtl", "ff": "ltr", "ff-Adlm": "rtl", "ku": "ltr", "ckb": "rtl", "ru": "ltr",
		"zh-Hant": "ltr", "am": "ltr", "ha": "ltr", "ha-Arab": "rtl", "ar-Latn": "ltr", "din": "ltr", "not a tag": "ltr"} {
		if got := locale.Dir(tag); got != want {
			t.Errorf("Dir(%q) = %q, want %q", tag, got, want)
		}
	}
	if got := catalogue(t).Texts("ar").Dir(); got != "rtl" {
		t.Errorf("Texts(ar).Dir() = %q", got)
	}
}

func TestArgumentsAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	args := map[string]any{"Max": int64(2000), "Allowed": []string{"a", "b"}}
	for lang, want := range map[string][2]string{
		"en": {"2,000", "a, b"},
		"fr": {"2\u00a0000", "a, b"},
		"ar": {"2,000", "a، b"},
	} {
		if got := c.Texts(lang).T("error.field.too_long", args); !strings.Contains(got, want[0]) {
			t.Errorf("%s: %q lacks %q", lang, got, want[0])
		}
		if got := c.Texts(lang).T("error.field.enum", args); !strings.Contains(got, want[1]) {
			t.Errorf("%s: %q lacks %q", lang, got, want[1])
		}
	}
}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for _, e := range []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 1, "1 second."}, {"en", 5, "5 seconds."}, {"en", 0, "0 seconds."},
		{"fr", 0, "0 seconde."}, {"fr", 1, "1 seconde."}, {"fr", 2, "2 secondes."},
		{"fr", 1_000_000, "1\u00a0000\u00a0000 de secondes."},
		{"ar", 1, "ثانية واحدة."}, {"ar", 2, "ثانيتين."}, {"ar", 5, "5 ثوان."},
		{"ar", 11, "11 ثانية."}, {"ar", 100, "100 ثانية."}, {"ar", -1, "ثانية واحدة."},
	} {
		if got := c.Texts(e.lang).N("error.retry_after", e.n, nil); !strings.HasSuffix(got, e.want) {
			t.Errorf("%s %d: %q, want …%q", e.lang, e.n, got, e.want)
		}
		for _, count := range []any{e.n, int(e.n)} {
			if got := c.Texts(e.lang).T("error.retry_after", map[string]any{"Count": count}); !strings.HasSuffix(got, e.want) {
				t.Errorf("%s Count %d: %q, want …%q", e.lang, count, got, e.want)
			}
		}
	}
}

func TestUnknownLanguageIsTheDefault(t *testing.T) {
	t.Parallel()
	if got := catalogue(t).Texts("xx").Lang(); got != "en" {
		t.Errorf("Texts(xx) is %q", got)
	}
}

func TestMissingTextsAreSaidOnceAndNeverPanic(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for _, l := range locale.Languages() {
		files["active."+l.Tag+".json"] = &fstest.MapFile{Data: []byte(`{"a.label":"A {{.X}}"}`)}
	}
	files["active.en.json"].Data = []byte(`{"a.label":"A {{.X}}","b.label":"B","c.label":{"one":"one","other":"many"}}`)
	var log bytes.Buffer
	c, err := locale.New(files, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	fr := c.Texts("fr")
	for range 3 {
		if got := fr.T("no.such.key", nil); got != "no.such.key" {
			t.Errorf("missing everywhere: %q", got)
		}
		if got := fr.T("b.label", nil); got != "B" {
			t.Errorf("missing in French: %q, want the English text", got)
		}
		if got := fr.N("c.label", 5, nil); got != "many" {
			t.Errorf("missing plural in French: %q, want the English text", got)
		}
		fr.T("a.label", nil)
		if got := fr.T("a.label", map[string]any{"X": "x"}); got != "A x" {
			t.Errorf("complete: %q", got)
		}
	}
	for _, key := range []string{"no.such.key", "b.label", "c.label", "a.label"} {
		if n := strings.Count(log.String(), `"`+key+`"`); n != 1 {
			t.Errorf("%s was logged %d times:\n%s", key, n, log.String())
		}
	}
}

func TestNewRefusesAMissingOrBrokenCatalogue(t *testing.T) {
	t.Parallel()
	if _, err := locale.New(fstest.MapFS{}, zerolog.Nop()); err == nil {
		t.Error("no catalogue at all was accepted")
	}
	broken := fstest.MapFS{"active.en.json": {Data: []byte(`{"a":`)}}
	if _, err := locale.New(broken, zerolog.Nop()); err == nil {
		t.Error("broken JSON was accepted")
	}
}

func TestTextsAreSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			tag := locale.Languages()[i%6].Tag
			want := c.Texts(tag).N("error.retry_after", int64(i), nil)
			for range 20 {
				if got := c.Texts(tag).N("error.retry_after", int64(i), nil); got != want {
					t.Errorf("%s %d: %q, want %q", tag, i, got, want)
				}
				c.Texts(tag).T(fmt.Sprintf("missing.%d", i), nil)
			}
		})
	}
	wg.Wait()
}
