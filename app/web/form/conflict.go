package form

import (
	"context"
	"encoding/json"
	"slices"
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

// versions is how far back the version is looked for that a form was made from.
const versions = 50

// Untouched lists the fields that are typed as the version of the record id with
// that ETag has them. Where it is not found, every field counts as touched.
func (f *Form) Untouched(ctx context.Context, s *ui.Site, id, etag string) ([]string, error) {
	all, err := s.Records.History(ctx, f.p.Actor, f.kind, id, "", versions)
	if err != nil {
		return nil, err
	}
	for _, one := range all.Items {
		if one.View.ETag != etag {
			continue
		}
		rec, err := ui.Parse(f.kind, one.View)
		if err != nil {
			return nil, err
		}
		changed := f.Against(rec)
		var out []string
		for _, x := range f.fields {
			if !slices.Contains(changed, x.Name) {
				out = append(out, x.Name)
			}
		}
		return out, nil
	}
	return nil, nil
}

// Adopt takes over what another form of the kind holds in the field called name.
func (f *Form) Adopt(name string, of *Form) {
	if n := of.root.part(name); n != nil {
		f.root.put(name, n.clone())
	} else {
		delete(f.root.parts, name)
	}
}

// Against is Differ against another version than the loaded one.
func (f *Form) Against(r ui.Rec) []string {
	other := &Form{p: f.p, kind: f.kind, verb: f.verb, by: f.by, fields: f.fields}
	other.Load(r)
	other.root = f.root
	return other.Differ()
}
