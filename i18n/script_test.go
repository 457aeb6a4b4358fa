package i18n_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// scripts are what each language is written in. Latin is beside the others for
// names and for what people type to the API.
var scripts = map[string][]*unicode.RangeTable{
	"en": {unicode.Latin}, "fr": {unicode.Latin}, "es": {unicode.Latin},
	"ar": {unicode.Arabic, unicode.Latin}, "ru": {unicode.Cyrillic, unicode.Latin}, "zh": {unicode.Han, unicode.Latin},
}

// words are runs of letters, of Latin ones here.
var (
	word      = regexp.MustCompile(`\p{L}+`)
	latinWord = regexp.MustCompile(`\p{Latin}{2,}`)
)

// each calls check with every text of the language.
func each(t *testing.T, lang string, check func(key, text string)) {
	t.Helper()
	for key, m := range catalogue(t, lang) {
		for _, text := range m {
			check(key, action.ReplaceAllString(text, " "))
		}
	}
}

// in reports whether some letter of text is of script.
func in(text string, script *unicode.RangeTable) bool {
	return slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.Is(script, r) })
}

func TestTextsAreInTheScriptOfTheirLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range languages() {
		own := scripts[lang]
		if own == nil {
			t.Fatalf("%s is written in no script", lang)
		}
		each(t, lang, func(key, text string) {
			if !in(text, own[0]) && !alike(text) {
				t.Errorf("%s: %s has no letter of its own: %q", lang, key, text)
			}
			for _, r := range text {
				if unicode.IsLetter(r) && !unicode.In(r, own...) && !unicode.In(r, unicode.Common, unicode.Inherited) {
					t.Errorf("%s: %s has the letter %q of another script: %q", lang, key, r, text)
				}
			}
		})
	}
}

// TestForeignWordsAreThoseOfTheEnglishText finds French or Spanish pasted into a
// language of another script, and words that were left out of translation, save
// where the English text has them as a name.
func TestForeignWordsAreThoseOfTheEnglishText(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	for _, lang := range languages() {
		if scripts[lang][0] == unicode.Latin {
			continue
		}
		each(t, lang, func(key, text string) {
			source := strings.ToLower(en[key]["other"] + " " + en[key]["one"] + " " + en[key][""])
			for _, w := range latinWord.FindAllString(text, -1) {
				if !strings.Contains(source, strings.ToLower(w)) {
					t.Errorf("%s: %s has %q, which the English text has not: %q", lang, key, w, text)
				}
			}
		})
	}
}

// TestRussianWordsHaveNoLatinLetters finds the letters that look alike.
func TestRussianWordsHaveNoLatinLetters(t *testing.T) {
	t.Parallel()
	each(t, "ru", func(key, text string) {
		for _, w := range word.FindAllString(text, -1) {
			if in(w, unicode.Cyrillic) && in(w, unicode.Latin) {
				t.Errorf("%s mixes letters in %q", key, w)
			}
		}
	})
}
