package i18n_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"unicode"

	"colocate/app/locale"
	"colocate/i18n"
)

// forms are the plural forms of CLDR for whole numbers and fractions, by
// language: all those of a language that we may come to have.
var forms = map[string][]string{
	"en": {"one", "other"},
	"fr": {"one", "many", "other"},
	"es": {"one", "many", "other"},
	"ar": {"zero", "one", "two", "few", "many", "other"},
	"ru": {"one", "few", "many", "other"},
	"zh": {"other"},
}

// reserved are the words that go-i18n takes for parts of a message (style.md I6).
var reserved = []string{"id", "hash", "description", "leftdelim", "rightdelim", "zero", "one", "two", "few", "many", "other"}

// message is one text, or one for each plural form; a plain text is under "".
type message map[string]string

// catalogue reads one file, in which no key may come twice.
func catalogue(t *testing.T, lang string) map[string]message {
	t.Helper()
	data, err := fs.ReadFile(i18n.Files, "active."+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	out, err := parse(data)
	if err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	return out
}

func parse(data []byte) (map[string]message, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	out := map[string]message{}
	err := object(d, func(key string) error {
		if _, twice := out[key]; twice {
			return fmt.Errorf("key %s comes twice", key)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		m, err := parseMessage(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		out[key] = m
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the object: %v", err)
	}
	return out, nil
}

func parseMessage(raw json.RawMessage) (message, error) {
	var plain string
	if json.Unmarshal(raw, &plain) == nil {
		return message{"": plain}, nil
	}
	m := message{}
	d := json.NewDecoder(bytes.NewReader(raw))
	return m, object(d, func(form string) error {
		if _, twice := m[form]; twice {
			return fmt.Errorf("form %s comes twice", form)
		}
		var text string
		err := d.Decode(&text)
		m[form] = text
		return err
	})
}

// object calls member with each name of the next object of d, whose value
// member reads.
func object(d *json.Decoder, member func(name string) error) error {
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return fmt.Errorf("no object: %v %v", open, err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		if err := member(name.(string)); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func languages() []string {
	var out []string
	for _, l := range locale.Languages() {
		out = append(out, l.Tag)
	}
	return out
}

func TestEveryFileIsALanguageAndTheOtherWayRound(t *testing.T) {
	t.Parallel()
	var want []string
	for _, l := range languages() {
		want = append(want, "active."+l+".json")
	}
	got, err := fs.Glob(i18n.Files, "*")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("files %v, languages %v", got, want)
	}
}

func TestSameKeysEverywhere(t *testing.T) {
	t.Parallel()
	en := slices.Sorted(maps.Keys(catalogue(t, "en")))
	for _, lang := range languages() {
		got := catalogue(t, lang)
		for _, key := range en {
			if _, ok := got[key]; !ok {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key := range got {
			if !slices.Contains(en, key) {
				t.Errorf("%s has %s, which English has not", lang, key)
			}
		}
	}
}

var keyShape = regexp.MustCompile(`^[a-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+$`)

func TestKeys(t *testing.T) {
	t.Parallel()
	for key := range catalogue(t, "en") {
		last := key[strings.LastIndexByte(key, '.')+1:]
		if !keyShape.MatchString(key) || slices.Contains(reserved, strings.ToLower(last)) {
			t.Errorf("key %q is malformed or ends in a reserved word", key)
		}
	}
}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	for _, lang := range languages() {
		for key, m := range catalogue(t, lang) {
			_, plain := m[""]
			if _, want := en[key][""]; plain != want {
				t.Errorf("%s: %s is plural in one language only", lang, key)
			}
			if plain {
				if strings.Contains(m[""], "{{.Count}}") {
					t.Errorf("%s: %s counts but has no plural forms", lang, key)
				}
				continue
			}
			got := slices.Sorted(maps.Keys(m))
			if want := slices.Sorted(slices.Values(forms[lang])); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the forms %v, want %v", lang, key, got, want)
			}
		}
	}
}

var (
	markup = regexp.MustCompile(`<[A-Za-z/!]|&[a-z#]+[0-9]*;|\*\*|\]\(`)
	action = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

// fits are the forms of one number: they may spell it out.
var fits = []string{"zero", "one", "two"}

// placeholders are the template actions of a text, in whatever order.
func placeholders(text string) []string {
	return slices.Sorted(slices.Values(action.FindAllString(text, -1)))
}

func TestTexts(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	for _, lang := range languages() {
		for key, m := range catalogue(t, lang) {
			for form, text := range m {
				at := lang + ": " + key + " " + form
				if strings.TrimSpace(text) != text || text == "" {
					t.Errorf("%s is empty or padded: %q", at, text)
				}
				if markup.MatchString(text) {
					t.Errorf("%s holds markup: %q", at, text)
				}
				if _, err := template.New("").Option("missingkey=error").Parse(text); err != nil {
					t.Errorf("%s: %v", at, err)
				}
				source := en[key]["other"] + en[key][""]
				got, want := placeholders(text), placeholders(source)
				if slices.Contains(fits, form) && !slices.Contains(got, "{{.Count}}") {
					want = slices.DeleteFunc(want, func(a string) bool { return a == "{{.Count}}" })
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s takes %v, English takes %v", at, got, want)
				}
			}
		}
	}
}

// alike reports whether a text may read the same in English and another
// language: it has no words beside placeholders and the product's name.
func alike(text string) bool {
	return !strings.ContainsFunc(strings.ReplaceAll(action.ReplaceAllString(text, ""), "Colocate", ""), unicode.IsLetter)
}

// sameWord are texts that are the same word in English and in another language.
var sameWord = map[string][]string{
	"fr": {"Action", "Budget", "Code", "Description", "Latitude", "Longitude", "Menu", "Mission", "Missions", "Source", "Total", "Type"},
	"es": {"Auditor", "No", "Normal", "Roles", "Sector", "Total"},
}

func TestNothingIsLeftUntranslated(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	for _, lang := range languages() {
		if lang == "en" {
			continue
		}
		for key, m := range catalogue(t, lang) {
			for form, text := range m {
				source := en[key]["other"] + en[key][""]
				if form != "" && form != "other" || text != source || alike(text) || slices.Contains(sameWord[lang], text) {
					continue
				}
				t.Errorf("%s: %s reads as in English: %q", lang, key, text)
			}
		}
	}
}

// TestDuplicatesAreFound breaks a catalogue and sees it refused.
func TestDuplicatesAreFound(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		`{"a.b":"x","a.b":"y"}`, `{"a.b":{"one":"x","one":"y"}}`, `{"a.b":{"one":1}}`, `{"a.b":"x"} {}`, `["a"]`, `{"a.b":`,
	} {
		if m, err := parse([]byte(bad)); err == nil {
			t.Errorf("%s was read as %v", bad, m)
		}
	}
}
