package locale

import (
	"golang.org/x/text/language"
)

// Language is one language of the interface.
type Language struct {
	Tag  string // as accounts, cookies and pages name it
	Name string // in the language itself
	Dir  string // "ltr" or "rtl"

	file           string // active.<file>.json; go-i18n must have plural rules for it
	western        string // locale of numbers in Western digits
	native         string // and in the language's own, where it has some
	comma          string // between the items of a list
	group, decimal string // signs within a number, in ASCII where there is one
	units          units
	calendar       *calendar
}

// units are the short names of lengths of time, with what stands before them.
type units struct{ hour, minute, between string }

// languages is the closed list (style.md I8). A further language is one row
// here and one file in i18n; the first row is what everybody gets who asks for
// none of them. Bare languages only: a regional tag would upset the matcher.
// Digits are Western by default in every language (libs.md §14).
var languages = []Language{
	{
		Tag: "en", Name: "English", Dir: "ltr", file: "en", western: "en",
		comma: ", ", group: ",", decimal: ".", units: units{"\u00a0h", "\u00a0min", " "}, calendar: &english,
	},
	{
		Tag: "fr", Name: "Français", Dir: "ltr", file: "fr", western: "fr",
		comma: ", ", group: " ", decimal: ",", units: units{"\u00a0h", "\u00a0min", " "}, calendar: &french,
	},
	{
		Tag: "es", Name: "Español", Dir: "ltr", file: "es", western: "es",
		comma: ", ", group: ".", decimal: ",", units: units{"\u00a0h", "\u00a0min", " "}, calendar: &spanish,
	},
	{
		Tag: "ar", Name: "العربية", Dir: "rtl", file: "ar", western: "ar-u-nu-latn", native: "ar-u-nu-arab",
		comma: "، ", group: ",", decimal: ".", units: units{"\u00a0س", "\u00a0د", " "}, calendar: &arabic,
	},
	{
		Tag: "ru", Name: "Русский", Dir: "ltr", file: "ru", western: "ru",
		comma: ", ", group: " ", decimal: ",", units: units{"\u00a0ч", "\u00a0мин", " "}, calendar: &russian,
	},
	{
		Tag: "zh", Name: "中文", Dir: "ltr", file: "zh", western: "zh",
		comma: "、", group: ",", decimal: ".", units: units{"小时", "分钟", ""}, calendar: &chinese,
	},
}

// Languages lists the languages of the interface, the default first.
func Languages() []Language { return append([]Language(nil), languages...) }

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
// else the cookie's, else the best of an Accept-Language header. A wish for a
// language that there is no catalogue of counts as none; where all do, it is
// the language of ours that speakers of the header's first most often read
// (French for Lingala), else English.
func Negotiate(account, cookie, header string) string {
	for _, wish := range []string{account, cookie, header} {
		for _, tag := range parse(wish) {
			if own, ok := match(tag); ok {
				return own
			}
		}
	}
	_, i, _ := matcher.Match(parse(header)...)
	return languages[i].Tag
}

func parse(wish string) []language.Tag {
	if wish == "" || len(wish) > maxHeader {
		return nil
	}
	tags, _, err := language.ParseAcceptLanguage(wish)
	if err != nil {
		return nil
	}
	return tags
}

// match finds the catalogue of a wish's own language. The matcher alone would
// give English to whoever asks for Somali and then French, being sure of it.
func match(wish language.Tag) (string, bool) {
	best, i, confidence := matcher.Match(wish)
	wanted, _ := wish.Base()
	given, _ := best.Base()
	return languages[i].Tag, confidence == language.Exact || wanted == given && confidence != language.No
}
