package mentoring

import (
	"regexp"
	"strings"

	"colocate/domain/value"
)

// The scan of shared texts (V13, R3) looks for what could tell who a private
// person is. It is meant to stop an oversight, not a will: who releases decides.
var (
	mail   = regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w+`)
	digits = regexp.MustCompile(`\+?\d[\d ().\-/]{6,}\d`)
	day    = regexp.MustCompile(`^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$`)
	ident  = regexp.MustCompile(`\b[A-Z]{1,3}[- ]?\d{6,}\b`)
	// A word for somebody to be protected, and a name or a title soon after it.
	roleWord = regexp.MustCompile(`(?i)\b(victims?|victimes?|víctimas?|vítimas?|witness(es)?|témoins?|testigos?|testemunhas?|` +
		`suspects?|suspecte?s?|sospechos[oa]s?|suspeit[oa]s?|survivors?|survivante?s?|complainants?|plaignante?s?|denunciantes?|` +
		`minors?|mineure?s?)|(потерпевш|жертв|свидетел|подозреваем)\p{L}*|ضحية|شاهد|مشتبه|受害人|证人|嫌疑人`)
	name  = regexp.MustCompile(`\p{Lu}\p{Ll}+ +\p{Lu}[\p{L}.]+`)
	title = regexp.MustCompile(`\b(Mr|Mrs|Ms|Mme|Mlle|M|Sr|Sra|Dr)\.? +\p{Lu}`)
)

// near is how far behind a word a name still belongs to it, in bytes.
const near = 40

// sensitive reports whether text may tell who a private person is: an address,
// a telephone or identity number, or a name beside a word such as "victim".
func sensitive(text string) bool {
	if mail.MatchString(text) || ident.MatchString(text) {
		return true
	}
	for _, d := range digits.FindAllString(text, -1) {
		if !day.MatchString(d) && len(onlyDigits(d)) >= 8 {
			return true
		}
	}
	for _, at := range roleWord.FindAllStringIndex(text, -1) {
		rest := text[at[1]:min(len(text), at[1]+near)]
		rest, _, _ = strings.Cut(rest, ". ")
		if name.MatchString(rest) || title.MatchString(rest) {
			return true
		}
	}
	return false
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
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
