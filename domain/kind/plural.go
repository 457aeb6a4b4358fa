package kind

import "strings"

// plurals are the words that have no regular plural; mass nouns keep their
// form (domain.md §9).
var plurals = map[string]string{
	"guidance":   "guidance",
	"attendance": "attendance",
	"feedback":   "feedback",
	"curriculum": "curricula",
}

// plural derives the path segment of a kind from its name.
func plural(name string) string {
	words := strings.Split(name, "_")
	last := words[len(words)-1]
	words[len(words)-1] = pluralWord(last)
	return strings.Join(words, "-")
}

func pluralWord(w string) string {
	if p, ok := plurals[w]; ok {
		return p
	}
	for _, end := range []string{"s", "x", "z", "ch", "sh"} {
		if strings.HasSuffix(w, end) {
			return w + "es"
		}
	}
	if stem, ok := strings.CutSuffix(w, "y"); ok && stem != "" && !strings.ContainsAny(stem[len(stem)-1:], "aeiou") {
		return stem + "ies"
	}
	return w + "s"
}
