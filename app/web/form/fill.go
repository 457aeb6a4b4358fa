package form

import (
	"context"
	"slices"
	"strings"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Limits of what is looked through for choices.
const (
	offered  = 50  // records that are offered before a search
	looked   = 200 // records of one page of a search
	searches = 5   // pages that a search looks through
	nearby   = 3   // units of the reader that are asked for their records first
)

// Fill loads what can be chosen: for references the records that the reader may
// read, those of his own units first, and what a search asked for; for codes of
// reference lists their names in his language.
func (f *Form) Fill(ctx context.Context, s *ui.Site) error {
	l := filler{f: f, ctx: ctx, s: s, byKind: map[string]*choices{}}
	if err := l.all(f.fields, ""); err != nil {
		return err
	}
	return l.nameChosen()
}

// filler loads choices for one form; each kind is asked for once.
type filler struct {
	f      *Form
	ctx    context.Context
	s      *ui.Site
	byKind map[string]*choices
	units  []string
	asked  bool
}

func (l *filler) all(fs []*kind.Field, at string) error {
	for _, x := range fs {
		path := join(at, x.Name)
		if err := l.field(x, path); err != nil {
			return err
		}
		if x.Type == kind.Struct {
			if err := l.all(l.f.open(x.Fields), path); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *filler) field(x *kind.Field, path string) error {
	if l.f.choices[path] != nil {
		return nil
	}
	switch {
	case x.CodeList != "":
		return l.codes(x, path)
	case x.Type == kind.RefType:
		return l.refs(x, path)
	case x.Name == rankField:
		return l.ranks(path)
	}
	return nil
}

func (l *filler) codes(x *kind.Field, path string) error {
	codes, err := l.s.Codes(l.ctx, l.f.p, x.CodeList)
	if err != nil {
		return err
	}
	c := &choices{}
	for _, one := range codes {
		c.list = append(c.list, Choice{Value: one.Code, Label: one.Name, Lang: string(one.Lang)})
	}
	l.f.choices[path] = c
	return nil
}

// refs offers records of every kind that x leads to.
func (l *filler) refs(x *kind.Field, path string) error {
	out := &choices{}
	for _, name := range x.To {
		d := l.f.p.Kind(name)
		if d == nil {
			continue
		}
		c, err := l.records(d, l.f.question(path))
		if err != nil {
			return err
		}
		for _, one := range c.list {
			one.Value = refValue(x, name, one.Value)
			out.list = append(out.list, one)
		}
		out.more = out.more || c.more
	}
	l.f.choices[path] = out
	return nil
}

// question is what was searched for in the field at path, in whichever row.
func (f *Form) question(path string) string {
	found := ""
	f.root.each("", func(at, text string) {
		if bare(at) == path+"._q" && text != "" {
			found = text
		}
	})
	return found
}

// each calls do with every word below n and its path.
func (n *node) each(at string, do func(path, text string)) {
	if n == nil {
		return
	}
	if n.text != "" {
		do(at, n.text)
	}
	for name, p := range n.parts {
		p.each(join(at, name), do)
	}
	for _, r := range n.rows {
		r.each(join(at, "0"), do)
	}
}

func (l *filler) records(d *kind.Descriptor, question string) (*choices, error) {
	key := d.Name + "\n" + question
	if c := l.byKind[key]; c != nil {
		return c, nil
	}
	var c *choices
	var err error
	if question != "" {
		c, err = l.search(d, question)
	} else {
		c, err = l.first(d)
	}
	if kind.CodeOf(err) == kind.CodeNotFound {
		c, err = &choices{}, nil // a kind that the reader reads nothing of
	}
	l.byKind[key] = c
	return c, err
}

// first are the records of the reader's own units, then the first of all.
func (l *filler) first(d *kind.Descriptor) (*choices, error) {
	c := &choices{}
	units, err := l.own()
	if err != nil {
		return nil, err
	}
	if f := d.Field("unit"); f != nil && f.Filter && f.Type == kind.RefType {
		for _, id := range units {
			recs, _, err := l.s.List(l.ctx, l.f.p, d, record.ListQuery{Filter: map[string]string{"unit": id}, Limit: offered})
			if err != nil {
				return nil, err
			}
			l.offer(c, recs)
		}
	}
	recs, next, err := l.s.List(l.ctx, l.f.p, d, record.ListQuery{Limit: offered})
	if err != nil {
		return nil, err
	}
	l.offer(c, recs)
	c.more = next != ""
	if d.Name == "unit" {
		err = l.unitsFirst(d, c, units)
	}
	return c, err
}

// unitsFirst puts the reader's own units at the head.
func (l *filler) unitsFirst(d *kind.Descriptor, c *choices, ids []string) error {
	views, err := l.s.Records.ReadMany(l.ctx, l.f.p.Actor, d, ids)
	if err != nil {
		return err
	}
	recs, err := ui.ParseAll(d, views)
	if err != nil {
		return err
	}
	mine := &choices{}
	l.offer(mine, recs)
	for _, one := range c.list {
		if !has(mine.list, one.Value) {
			mine.list = append(mine.list, one)
		}
	}
	c.list = mine.list
	return nil
}

// search looks through the records for those whose name or code holds the text.
func (l *filler) search(d *kind.Descriptor, question string) (*choices, error) {
	c := &choices{more: true}
	want := strings.ToLower(strings.TrimSpace(question))
	q := record.ListQuery{Limit: looked}
	for range searches {
		recs, next, err := l.s.List(l.ctx, l.f.p, d, q)
		if err != nil {
			return nil, err
		}
		recs = slices.DeleteFunc(recs, func(r ui.Rec) bool { return !strings.Contains(strings.ToLower(l.haystack(r)), want) })
		l.offer(c, recs)
		if q.Cursor = next; next == "" || len(c.list) >= offered {
			break
		}
	}
	return c, nil
}

func (l *filler) haystack(r ui.Rec) string {
	t := r.Said("name")
	all := []string{l.f.p.Caption(r), r.Str("code"), r.Str("ref_no"), r.Str("release_no"), t.Text}
	for _, lang := range t.Languages() {
		all = append(all, t.Tr[lang].Text)
	}
	return strings.Join(all, "\n")
}

func (l *filler) offer(c *choices, recs []ui.Rec) {
	for _, r := range recs {
		if !has(c.list, r.ID) {
			c.list = append(c.list, Choice{Value: r.ID, Label: l.f.p.Caption(r), Sub: r.Str("code")})
		}
	}
}

// own are some units where the reader works.
func (l *filler) own() ([]string, error) {
	if l.asked {
		return l.units, nil
	}
	l.asked = true
	units, err := l.s.OwnUnits(l.ctx, l.f.p)
	l.units = units[:min(len(units), nearby)]
	return l.units, err
}

// nameChosen looks up what the chosen records are called that are not among the
// choices.
func (l *filler) nameChosen() error {
	var refs []value.Ref
	add := func(x *kind.Field, path, v string) {
		if c := l.f.choices[bare(path)]; c == nil || v == "" || has(c.list, v) {
			return
		}
		refs = append(refs, refOf(x, v))
	}
	l.f.root.each("", func(path, text string) {
		if x := l.f.field(path); x != nil && x.Type == kind.RefType && l.f.knows(path) && !strings.HasSuffix(path, "._q") {
			add(x, path, text)
		}
	})
	names, err := l.s.Names(l.ctx, l.f.p, refs)
	if err != nil {
		return err
	}
	l.f.names = names
	return nil
}
