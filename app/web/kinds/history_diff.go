package kinds

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// change is a field that differs between two versions.
type change struct {
	Label string
	Lang  value.Lang // of the words in it; "" where they are the system's own
	Parts []part
}

// part is a run of words that both versions have, or one of them.
type part struct {
	Op   op
	Text string
}

type op int

const (
	same op = iota
	gone
	added
)

// differences are the fields in which a record differs from an earlier version
// of it, as far as its reader sees both.
func differences(p ui.Page, names ui.Names, before, after ui.Rec) []change {
	d := after.Kind
	var out []change
	for _, f := range slices.Concat([]*kind.Field{d.Field("state")}, d.Fields) {
		a, b := before.Raw(f.Name), after.Raw(f.Name)
		if reflect.DeepEqual(a, b) {
			continue
		}
		out = append(out, fieldChanges(p, names, d, f.Name, f, a, b)...)
	}
	return out
}

// fieldChanges are the changes of one field: of a list or a structure, those of
// its elements and parts.
func fieldChanges(p ui.Page, names ui.Names, d *kind.Descriptor, path string, f *kind.Field, a, b any) []change {
	switch {
	case f.Type == kind.TextType && !f.List:
		return textChanges(p, p.FieldLabel(d, path), ui.AsText(a), ui.AsText(b))
	case f.Type == kind.Struct && !f.List:
		return partChanges(p, names, d, path, f, a, b)
	case f.List && (f.Type == kind.Struct || f.Type == kind.TextType):
		return listChanges(p, names, d, path, f, a, b)
	}
	was, is := p.Word(names, d, path, a), p.Word(names, d, path, b)
	if was == is {
		return nil
	}
	return []change{{Label: p.FieldLabel(d, path), Parts: replaced(was, is)}}
}

func partChanges(p ui.Page, names ui.Names, d *kind.Descriptor, path string, f *kind.Field, a, b any) []change {
	var out []change
	for _, sub := range f.Fields {
		x, y := ui.At(a, sub.Name), ui.At(b, sub.Name)
		if !reflect.DeepEqual(x, y) {
			out = append(out, fieldChanges(p, names, d, path+"."+sub.Name, sub, x, y)...)
		}
	}
	return out
}

// listChanges compares elements place by place, and says which place.
func listChanges(p ui.Page, names ui.Names, d *kind.Descriptor, path string, f *kind.Field, a, b any) []change {
	x, _ := a.([]any)
	y, _ := b.([]any)
	one := *f
	one.List = false
	var out []change
	for i := range max(len(x), len(y)) {
		was, is := element(x, i), element(y, i)
		if reflect.DeepEqual(was, is) {
			continue
		}
		for _, c := range fieldChanges(p, names, d, path, &one, was, is) {
			c.Label = p.T("page.history.place", map[string]any{"Label": p.FieldLabel(d, path), "Place": i + 1, "Part": c.Label})
			out = append(out, c)
		}
	}
	return out
}

func element(l []any, i int) any {
	if i < len(l) {
		return l[i]
	}
	return nil
}

// textChanges compares what somebody wrote, and each translation of it.
func textChanges(p ui.Page, label string, a, b value.Text) []change {
	var out []change
	switch {
	case a.Text == b.Text && a.Lang == b.Lang:
	case a.Lang != b.Lang && a.Text != "" && b.Text != "":
		out = append(out, change{Label: label, Lang: b.Lang, Parts: replaced(a.Text, b.Text)})
	default:
		lang := b.Lang
		if b.Text == "" {
			lang = a.Lang
		}
		out = append(out, change{Label: label, Lang: lang, Parts: words(a.Text, b.Text)})
	}
	langs := slices.Compact(slices.Sorted(slices.Values(append(a.Languages(), b.Languages()...))))
	for _, l := range langs {
		if was, is := a.Tr[l].Text, b.Tr[l].Text; was != is {
			in := p.T("page.history.translation", map[string]any{"Label": label, "Lang": p.LangName(string(l))})
			out = append(out, change{Label: in, Lang: l, Parts: words(was, is)})
		}
	}
	return out
}

// replaced are the parts where nothing is worth comparing word by word.
func replaced(was, is string) []part {
	var out []part
	if was != "" {
		out = append(out, part{gone, was})
	}
	if is != "" {
		out = append(out, part{added, is})
	}
	return out
}

// maxCells bounds the work of a comparison word by word: the longest text of a
// record is some hundreds of words.
const maxCells = 1 << 21

// words compares two texts word by word, those without spaces between words
// sign by sign.
func words(was, is string) []part {
	a, b := tokens(was), tokens(is)
	if was == "" || is == "" || len(a)*len(b) > maxCells {
		return replaced(was, is)
	}
	return joined(walk(a, b, common(a, b)))
}

// tokens are the words of s, each with the space after it, and each Chinese or
// Japanese sign for itself.
func tokens(s string) []string {
	var out []string
	start, space := 0, false
	for i, r := range s {
		alone := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		if i > start && (alone || space && !unicode.IsSpace(r)) {
			out = append(out, s[start:i])
			start = i
		}
		space = unicode.IsSpace(r) || alone
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// common is the table of the lengths of the longest common subsequences of the
// ends of a and b.
func common(a, b []string) [][]int32 {
	table := make([][]int32, len(a)+1)
	cells := make([]int32, (len(a)+1)*(len(b)+1))
	for i := range table {
		table[i] = cells[i*(len(b)+1) : (i+1)*(len(b)+1)]
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// walk reads from the table what stays, goes and comes.
func walk(a, b []string, table [][]int32) []part {
	var out []part
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, part{same, a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && table[i+1][j] >= table[i][j+1]:
			out = append(out, part{gone, a[i]})
			i++
		default:
			out = append(out, part{added, b[j]})
			j++
		}
	}
	return out
}

// joined puts neighbours of one kind together.
func joined(parts []part) []part {
	var out []part
	for _, p := range parts {
		if n := len(out); n > 0 && out[n-1].Op == p.Op {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

// side is a change as one of the two versions has it.
func (c change) side(not op) []part {
	return slices.DeleteFunc(slices.Clone(c.Parts), func(p part) bool { return p.Op == not || strings.TrimSpace(p.Text) == "" && p.Op != same })
}
