package locale

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// LangName is the name of the language that tag stands for, in the language of
// t; its own name where that is unknown, else the tag.
func (t *Texts) LangName(tag string) string {
	lang, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if t.names != nil {
		if name := t.names.Name(lang); name != "" {
			return name
		}
	}
	return SelfName(tag)
}

// SelfName is the name of the language that tag stands for in that language,
// else the tag.
func SelfName(tag string) string {
	for _, l := range languages {
		if l.Tag == tag {
			return l.Name
		}
	}
	lang, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Self.Name(lang); name != "" {
		return name
	}
	return tag
}
