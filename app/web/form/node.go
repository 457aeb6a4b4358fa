package form

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"colocate/domain/kind"
)

// node is what stands in one control, or in the parts or rows of a field.
type node struct {
	text  string
	parts map[string]*node
	rows  []*node
}

// part is the part called name, nil if there is none.
func (n *node) part(name string) *node {
	if n == nil {
		return nil
	}
	return n.parts[name]
}

// word is the text of the part called name.
func (n *node) word(name string) string {
	if p := n.part(name); p != nil {
		return p.text
	}
	return ""
}

func (n *node) set(name, text string) { n.put(name, &node{text: text}) }

func (n *node) put(name string, child *node) {
	if n.parts == nil {
		n.parts = map[string]*node{}
	}
	n.parts[name] = child
}

// at is the node at a dotted path, nil if there is none.
func (n *node) at(path string) *node {
	for seg := range strings.SplitSeq(path, ".") {
		if n == nil {
			return nil
		}
		if i, ok := index(seg); ok && n.parts[seg] == nil {
			if i >= len(n.rows) {
				return nil
			}
			n = n.rows[i]
			continue
		}
		n = n.parts[seg]
	}
	return n
}

// maxRows bounds the rows that a form makes; no list takes more.
const maxRows = 200

// make is at, with what is missing on the way made.
func (n *node) make(path string) *node {
	for seg := range strings.SplitSeq(path, ".") {
		if i, ok := index(seg); ok && i < maxRows {
			for len(n.rows) <= i {
				n.rows = append(n.rows, &node{})
			}
			n = n.rows[i]
			continue
		}
		if n.part(seg) == nil {
			n.put(seg, &node{})
		}
		n = n.parts[seg]
	}
	return n
}

func index(seg string) (int, bool) {
	i, err := strconv.ParseUint(seg, 10, 16)
	return int(i), err == nil
}

// same reports whether two nodes hold the same words; what is the form's own
// does not count.
func (n *node) same(o *node) bool {
	if n == nil || o == nil {
		return n.empty() && o.empty()
	}
	if n.text != o.text || len(n.rows) != len(o.rows) {
		return false
	}
	for i := range n.rows {
		if !n.rows[i].same(o.rows[i]) || n.rows[i].word(rowOf) != o.rows[i].word(rowOf) {
			return false
		}
	}
	for _, name := range n.names(o) {
		if !n.part(name).same(o.part(name)) {
			return false
		}
	}
	return true
}

// names are the names of the parts of n and o.
func (n *node) names(o *node) []string {
	all := slices.Collect(maps.Keys(n.parts))
	for name := range o.parts {
		if n.parts[name] == nil {
			all = append(all, name)
		}
	}
	return slices.DeleteFunc(all, own)
}

// all are the names of the parts of n, in a stable order.
func (n *node) all() []string { return slices.Sorted(maps.Keys(n.parts)) }

// empty reports whether there is no word in n at all.
func (n *node) empty() bool {
	if n == nil {
		return true
	}
	if n.text != "" {
		return false
	}
	for name, p := range n.parts {
		if !own(name) && !p.empty() {
			return false
		}
	}
	return !slices.ContainsFunc(n.rows, func(r *node) bool { return !r.empty() })
}

func (n *node) clone() *node {
	if n == nil {
		return nil
	}
	c := &node{text: n.text}
	for name, p := range n.parts {
		c.put(name, p.clone())
	}
	for _, r := range n.rows {
		c.rows = append(c.rows, r.clone())
	}
	return c
}

// own reports whether a name is the form's own.
func own(name string) bool { return strings.HasPrefix(name, "_") }

// blank reports whether nobody filled in x: a language that was offered, and a
// box that was not ticked, say nothing.
func blank(x *kind.Field, n *node) bool {
	switch {
	case n == nil:
		return true
	case x.List:
		one := *x
		one.List = false
		return !slices.ContainsFunc(n.rows, func(r *node) bool { return !blank(&one, r) })
	case x.Type == kind.TextType:
		return strings.TrimSpace(n.word("text")) == ""
	case x.Type == kind.MoneyType:
		return strings.TrimSpace(n.word("amount")) == ""
	case x.Type == kind.Struct:
		return !slices.ContainsFunc(x.Fields, func(sub *kind.Field) bool { return !blank(sub, n.part(sub.Name)) })
	case x.Type == kind.Bool:
		return n.text == "" || (n.text == "false" && !x.Pointer)
	}
	return n.empty()
}
