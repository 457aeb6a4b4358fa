package locale

import (
	"cmp"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// instead are tags, or languages, whose name and script the tables of CLDR have
// under another tag only, or have wrong.
var instead = map[string]string{
	"prs":     "fa-AF", // Dari
	"apd":     "ar-SD", // Sudanese Arabic
	"sr-Latn": "sr",    // CLDR: Serbo-Croatian
}

// selfNames are the names of languages of missions and their hosts in these
// languages where CLDR lacks them.
var selfNames = map[string]string{
	"apd": "عربي سوداني", "din": "Thuɔŋjäŋ", "dv": "ދިވެހި", "ff-Adlm": "𞤆𞤵𞤤𞤢𞤪", "ht": "Kreyòl ayisyen", "kg": "Kikongo",
	"lua": "Tshiluba", "nqo": "ߒߞߏ", "pga": "Arabi Juba", "prs": "دری", "sr-Latn": "srpski", "tet": "Tetun", "zne": "Pazande",
}

// LangName is the name of the language that tag stands for, in the language of
// t; its own name where that is unknown, else the tag.
func (t *Texts) LangName(tag string) string {
	lang, ok := parseTag(tag)
	if !ok {
		return tag
	}
	return cmp.Or(t.names.Name(lang), SelfName(tag))
}

// SelfName is the name of the language that tag stands for in that language,
// else the tag.
func SelfName(tag string) string {
	if name, ok := selfNames[tag]; ok {
		return name
	}
	for _, l := range languages {
		if l.Tag == tag {
			return l.Name
		}
	}
	lang, ok := parseTag(tag)
	if !ok {
		return tag
	}
	return cmp.Or(display.Self.Name(lang), tag)
}

// parseTag reads a tag that there are names and a script for.
func parseTag(tag string) (language.Tag, bool) {
	base, _, _ := strings.Cut(tag, "-")
	lang, err := language.Parse(cmp.Or(instead[tag], instead[base], tag))
	return lang, err == nil && lang != language.Und
}

// rightToLeft are the scripts that are written from right to left.
var rightToLeft = map[string]bool{
	"Adlm": true, "Arab": true, "Hebr": true, "Mand": true, "Nkoo": true, "Rohg": true, "Samr": true, "Syrc": true, "Thaa": true,
}

// Dir is the direction of language tag, "ltr" or "rtl", by the script that it
// is written in; "ltr" if there is no such language.
func Dir(tag string) string {
	if lang, ok := parseTag(tag); ok {
		if script, _ := lang.Script(); rightToLeft[script.String()] {
			return "rtl"
		}
	}
	return "ltr"
}
