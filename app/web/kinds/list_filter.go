package kinds

import (
	"cmp"
	"context"
	"slices"

	"colocate/app/locale"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Types of controls that filter a list.
const (
	choice   = "choice"   // one of Options
	question = "question" // a box: what depends on the day, or what is one's own
	unseen   = "hidden"   // not offered, but kept where an address has it
	typed    = "text"
	day      = "date"
	number   = "number"
)

// filter is one control of a list's filters.
type filter struct {
	Name, Label, Type, Value string
	On                       string // what the box of a question sends
	Options                  []option
}

type option struct{ Value, Text string }

// set reports whether the list is narrowed by f.
func (f filter) set() bool { return f.Value != "" }

// says is what f narrows the list to, in words.
func (f filter) says(p ui.Page) string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Text
		}
	}
	switch f.Type {
	case day:
		return p.Date(f.Value)
	case question:
		return p.Say("page.value.yes")
	}
	return f.Value
}

// order is the order in which filters are offered: the state, what the kind is
// listed by, what one chooses from, then the rest as declared.
func (l *listing) order() []string {
	place := func(name string) int {
		f := l.d.Field(name)
		switch {
		case name == "state":
			return 0
		case l.listedBy(name):
			return 1
		case f.Type == kind.Enum || f.Type == kind.RefType || f.CodeList != "":
			return 2
		}
		return 3
	}
	names := slices.Clone(l.rights.Filters)
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	return names
}

// filter is the control for a field that the reader may narrow the list by.
func (h *pages) filter(ctx context.Context, p ui.Page, l *listing, f *kind.Field) (filter, error) {
	out := filter{Name: f.Name, Label: p.FieldLabel(h.d, f.Name), Value: l.query.Filter[f.Name], Type: choice}
	switch {
	case f.CodeList != "":
		codes, err := h.s.Codes(ctx, p, f.CodeList)
		if err != nil {
			return out, err
		}
		for _, c := range codes {
			out.Options = append(out.Options, option{c.Code, c.Name})
		}
		return out, nil
	case f.Type == kind.RefType:
		return h.references(ctx, p, l, f, out)
	case f.Name == "created_by":
		return mine(p, out), nil
	case f.Name == "updated_by":
		out.Type = unseen
		return out, nil
	}
	return plain(p, h.d, f, out), nil
}

// plain is the control for a field whose values need no looking up.
func plain(p ui.Page, d *kind.Descriptor, f *kind.Field, out filter) filter {
	switch f.Type {
	case kind.Bool:
		out.Options = []option{{"true", p.Say("page.value.yes")}, {"false", p.Say("page.value.no")}}
	case kind.Enum:
		for _, v := range f.Values {
			out.Options = append(out.Options, option{v, p.Word(nil, d, f.Name, v)})
		}
	case kind.LangType:
		for _, l := range p.Writes() {
			out.Options = append(out.Options, option{string(l), p.LangName(string(l))})
		}
	case kind.DateType, kind.PeriodType:
		out.Type = day
	case kind.Int:
		out.Type = number
	case kind.Time:
		out.Type = unseen
	default:
		out.Type = typed
	}
	return out
}

// mine makes of the field that names the author a box for one's own records.
func mine(p ui.Page, out filter) filter {
	out.Type, out.On = question, cmp.Or(p.Actor.Person, p.Actor.Account)
	out.Label = p.Say("page.list.mine")
	if out.set() && out.Value != out.On {
		out.Type = unseen
	}
	return out
}

// maxChoices is how many records a filter offers: with more, those of the page
// and the one that is chosen.
const maxChoices = 50

// references offers the records that a reference field can be narrowed to. Only
// what the list is bound to, such as the unit, is looked up; of other fields it
// offers what stands on the page, so that a list costs no more reads than it
// has to.
func (h *pages) references(ctx context.Context, p ui.Page, l *listing, f *kind.Field, out filter) (filter, error) {
	seen := map[value.Ref]bool{}
	add := func(r value.Ref, text string) {
		if !seen[r] && text != "" {
			seen[r] = true
			out.Options = append(out.Options, option{r.ID, text})
		}
	}
	sorted := false
	if to := h.s.Kinds.Get(f.To[0]); h.d.Scope.Field == f.Name && to != nil && p.Can(to.Name, "read") {
		all, more, err := h.s.Choices(ctx, p, to, maxChoices)
		if err != nil {
			return out, err
		}
		for _, c := range all {
			add(c.Ref, c.Text)
		}
		sorted = !more
	}
	if !sorted {
		for _, r := range l.recs {
			for _, ref := range append(r.ToAll(f.Name), r.To(f.Name)) {
				add(ref, l.names[ref])
			}
		}
	}
	if out.set() && !slices.ContainsFunc(out.Options, func(o option) bool { return o.Value == out.Value }) {
		if err := h.chosen(ctx, p, f, out.Value, add); err != nil {
			return out, err
		}
	}
	if !sorted {
		locale.Sort(p.Texts, out.Options, func(o option) string { return o.Text })
	}
	return out, nil
}

// chosen adds the record that the address names. One that does not exist for
// the reader is shown by its id, as it was given.
func (h *pages) chosen(ctx context.Context, p ui.Page, f *kind.Field, id string, add func(value.Ref, string)) error {
	var refs []value.Ref
	for _, to := range f.To {
		refs = append(refs, value.Ref{Kind: to, ID: id})
	}
	names, err := h.s.Names(ctx, p, refs)
	if err != nil {
		return err
	}
	for ref, name := range names {
		add(ref, name)
	}
	if len(names) == 0 {
		add(refs[0], id)
	}
	return nil
}

// narrowed are the filters that are set.
func (l *listing) narrowed() []filter {
	return slices.DeleteFunc(slices.Clone(l.filters), func(f filter) bool { return !f.set() })
}

// kept are the filters that the form keeps without offering them.
func (l *listing) kept() []filter {
	return slices.DeleteFunc(slices.Clone(l.filters), func(f filter) bool { return f.Type != unseen || !f.set() })
}

// atHand is how many filters stand open; the others are folded away.
const atHand = 4

// offered are the filters with a control: those at hand, and the others.
func (l *listing) offered() (near, far []filter) {
	for _, f := range l.filters {
		switch {
		case f.Type == unseen || f.Type == question || f.Type == choice && len(f.Options) == 0:
		case len(near) < atHand:
			near = append(near, f)
		default:
			far = append(far, f)
		}
	}
	return near, far
}

// boxes are the questions.
func (l *listing) boxes() []filter {
	return slices.DeleteFunc(slices.Clone(l.filters), func(f filter) bool { return f.Type != question })
}

// anySet reports whether one of fs narrows the list.
func anySet(fs []filter) bool { return slices.ContainsFunc(fs, filter.set) }
