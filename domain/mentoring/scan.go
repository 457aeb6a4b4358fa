package mentoring

import (
	"regexp"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// The scan of shared texts (V13, R3) looks for what could tell who a private
// person is. It is meant to stop an oversight, not a will: who releases decides.
// What kind.Scan finds, telephone and identity numbers, needs no language; the
// rest is here.
var (
	mail = regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w+`)
	// A word for somebody to be protected, in the languages that have names in
	// capitals, and a name or a title soon after it.
	roleWord = regexp.MustCompile(`(?i)\b(victims?|victimes?|víctimas?|vítimas?|witness(es)?|témoins?|testigos?|testemunhas?|` +
		`suspects?|suspecte?s?|sospechos[oa]s?|suspeit[oa]s?|survivors?|survivante?s?|complainants?|plaignante?s?|denunciantes?|` +
		`minors?|mineure?s?|mwathirika|shahidi|mtuhumiwa)\b|(?i)(потерпевш|жертв|свидетел|подозреваем)\p{L}*`)
	name  = regexp.MustCompile(`\p{Lu}\p{Ll}+ +\p{Lu}[\p{L}.]+`)
	title = regexp.MustCompile(`(^|[^\p{L}])(Mr|Mrs|Ms|Mme|Mlle|M|Sr|Sra|Dr|Bw|Bi)\.? +\p{Lu}`)
)

// near is how far behind a word a name still belongs to it, in bytes.
const near = 40

// sensitive reports whether text may tell who a private person is: a telephone
// or identity number, an address, or a name beside a word such as "victim".
func sensitive(text string) bool {
	if len(kind.Scan(text)) > 0 || mail.MatchString(text) {
		return true
	}
	for _, at := range roleWord.FindAllStringIndex(text, -1) {
		rest := text[at[1]:min(len(text), at[1]+near)]
		if name.MatchString(rest) || title.MatchString(rest) {
			return true
		}
	}
	return false
}

// scanText reports whether t or a translation of it is sensitive.
func scanText(t value.Text) bool {
	if sensitive(t.Text) {
		return true
	}
	for _, tr := range t.Tr {
		if sensitive(tr.Text) {
			return true
		}
	}
	return false
}
