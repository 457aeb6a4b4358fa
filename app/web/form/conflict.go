package form

import (
	"encoding/json"
	"strconv"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// theirs is the value of a pick that leaves a field as the record has it.
const theirs = "theirs"

// Pick is the name of the choice, in the page of a conflict, between what was
// typed into the field called name ("mine") and what the record has ("theirs").
// Read obeys it.
func (f *Form) Pick(name string) string { return "_pick." + f.prefix + name }

// Differ lists the fields in which what was typed is not what the loaded record
// has.
func (f *Form) Differ() []string {
	var out []string
	for _, x := range f.fields {
		n, was := f.root.part(x.Name), f.shown.part(x.Name)
		if blank(x, n) && blank(x, was) {
			continue
		}
		if !f.clean(n).same(f.clean(was)) {
			out = append(out, x.Name)
		}
	}
	return out
}

// clean is n as words are kept: white space around them says nothing.
func (f *Form) clean(n *node) *node {
	if n == nil {
		return nil
	}
	c := &node{text: kind.Clean(n.text)}
	for name, p := range n.parts {
		c.put(name, f.clean(p))
	}
	for _, r := range n.rows {
		c.rows = append(c.rows, f.clean(r))
	}
	return c
}

// Typed is what was typed, as a record with these values would be read. What
// cannot be read is not in it.
func (f *Form) Typed() (ui.Rec, error) {
	doc, _ := f.Doc()
	data, err := json.Marshal(object(doc))
	if err != nil {
		return ui.Rec{}, err
	}
	return ui.Parse(f.kind, record.View{ID: f.ID, ETag: f.ETag, JSON: data})
}

// object is a document as JSON writes it.
func object(v any) any {
	switch x := v.(type) {
	case kind.Doc:
		m := make(map[string]any, len(x))
		for _, e := range x {
			m[e.Name] = object(e.Value)
		}
		return m
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = object(x[i])
		}
		return out
	case kind.Number:
		return json.Number(x)
	}
	return v
}

// pair is one hidden value.
type pair struct{ name, value string }

// pairs are the typed values, by the names of their controls.
func (f *Form) pairs() []pair {
	var out []pair
	for _, x := range f.fields {
		if n := f.root.part(x.Name); n != nil {
			out = append(out, pair{"_in", f.Name(x.Name)})
			out = f.pairsOf(out, x.Name, n)
		}
	}
	return out
}

func (f *Form) pairsOf(out []pair, path string, n *node) []pair {
	if n.text != "" {
		out = append(out, pair{f.Name(path), n.text})
	}
	for _, name := range n.all() {
		if name != "_q" {
			out = f.pairsOf(out, join(path, name), n.parts[name])
		}
	}
	for i, r := range n.rows {
		out = f.pairsOf(out, join(path, strconv.Itoa(i)), r)
	}
	return out
}

// Against is Differ against another version than the loaded one.
func (f *Form) Against(r ui.Rec) []string {
	other := &Form{p: f.p, kind: f.kind, verb: f.verb, by: f.by, fields: f.fields}
	other.Load(r)
	other.root = f.root
	return other.Differ()
}
