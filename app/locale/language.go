package locale

import (
	"golang.org/x/text/language"
)

// Language is one language of the interface.
type Language struct {
	Tag  string // as accounts, cookies and pages name it
	Name string // in the language itself
	Dir  string // "ltr" or "rtl"

	file    string // active.<file>.json; go-i18n must have plural rules for it
	numbers string // locale of digits and grouping
	comma   string // between the items of a list
}

// languages is the closed list (style.md I8). A further language is one row
// here and one file in i18n; the first row is what everybody gets who asks for
// none of them. Bare languages only: a regional tag would upset the matcher.
// Digits are Western by default in every language (libs.md §14).
var languages = []Language{
	{Tag: "en", Name: "English", Dir: "ltr", file: "en", numbers: "en", comma: ", "},
	{Tag: "fr", Name: "Français", Dir: "ltr", file: "fr", numbers: "fr", comma: ", "},
	{Tag: "ar", Name: "العربية", Dir: "rtl", file: "ar", numbers: "ar-u-nu-latn", comma: "، "},
}

// Languages lists the languages of the interface, the default first.
func Languages() []Language { return append([]Language(nil), languages...) }

// Dir is the direction of language tag, "ltr" or "rtl"; "ltr" if it is not one
// of the interface's.
func Dir(tag string) string {
	for _, l := range languages {
		if l.Tag == tag {
			return l.Dir
		}
	}
	return "ltr"
}

var matcher = newMatcher()

func newMatcher() language.Matcher {
	tags := make([]language.Tag, len(languages))
	for i, l := range languages {
		tags[i] = language.MustParse(l.Tag)
	}
	return language.NewMatcher(tags)
}

// maxHeader bounds what is parsed of a client's wishes, in bytes: browsers send
// under a hundred, and parsing takes time in the length.
const maxHeader = 512

// Negotiate gives the tag of the language to answer in: the account's setting,
// else the cookie's, else the best of an Accept-Language header, else English.
// A wish for a language that there is no catalogue of counts as none.
func Negotiate(account, cookie, header string) string {
	for _, wish := range []string{account, cookie, header} {
		if tag, ok := match(wish); ok {
			return tag
		}
	}
	return languages[0].Tag
}

// match finds the first wish that there is a catalogue for. Each is matched by
// itself and only its own language counts: left alone, the matcher gives
// English to whoever asks for Somali and then French.
func match(wish string) (string, bool) {
	if wish == "" || len(wish) > maxHeader {
		return "", false
	}
	tags, _, err := language.ParseAcceptLanguage(wish)
	if err != nil {
		return "", false
	}
	for _, tag := range tags {
		best, i, confidence := matcher.Match(tag)
		wanted, _ := tag.Base()
		given, _ := best.Base()
		if confidence >= language.High || wanted == given {
			return languages[i].Tag, true
		}
	}
	return "", false
}
