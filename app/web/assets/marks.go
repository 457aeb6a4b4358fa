package assets

import (
	"bytes"
	"fmt"
	"strings"

	"colocate/app/locale"
)

// classes are the levels of confidentiality (domain.md §0) as the pages name
// them in a class of their main part, "mark-mis", with what paper says of each.
var classes = []struct{ name, key string }{
	{"pub", "page.mark.pub"},
	{"shr", "page.mark.shr"},
	{"mis", "page.mark.mis"},
	{"con", "page.mark.con"},
	{"str", "page.mark.str"},
}

// marks are the rules that put the mark into the margin of every sheet of paper:
// one named page per class and language, in the corner where its lines begin.
func marks(texts *locale.Catalogue) []byte {
	var b bytes.Buffer
	for _, l := range locale.Languages() {
		corner := "top-left"
		if l.Dir == "rtl" {
			corner = "top-right"
		}
		for _, c := range classes {
			text := quote(texts.Texts(l.Tag).T(c.key, nil))
			fmt.Fprintf(&b, "@page %[1]s-%[2]s{@%[3]s{content:%[4]s;font:bold 8pt sans-serif}}.mark-%[1]s:lang(%[2]s){page:%[1]s-%[2]s}\n",
				c.name, l.Tag, corner, text)
		}
	}
	return b.Bytes()
}

// quote writes text as a CSS string: what could end it is written by its number.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		if r < ' ' || strings.ContainsRune(`"\<`, r) {
			fmt.Fprintf(&b, `\%x `, r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}
