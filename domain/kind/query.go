package kind

import (
	"slices"
	"strconv"

	"colocate/domain/value"
)

// Path is where queries find f in a stored document: "unit.id" of a reference,
// "period.start" of a period, else its name.
func (f *Field) Path() string { return f.path }

// ParseFilter gives the value that a query parameter of f stands for, typed as
// f is stored: the plain id of a reference. A value that no record can have is
// a Fault, not an empty list, so that nobody mistakes a slip for an answer.
func (d *Descriptor) ParseFilter(f *Field, s string) (any, *Fault) {
	switch f.Type {
	case Bool:
		if s != "true" && s != "false" {
			return nil, &Fault{Key: keyType, Args: pairs([]any{"Want", "boolean"})}
		}
		return s == "true", nil
	case Int:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, &Fault{Key: keyType, Args: pairs([]any{"Want", "integer"})}
		}
		return n, nil
	case Time:
		t, ok := instant(s)
		if !ok {
			return nil, &Fault{Key: keyType, Args: pairs([]any{"Want", "time"})}
		}
		return t, nil
	}
	if f.clean != nil {
		s = f.clean(s)
	}
	if bad := f.word(s); bad != nil {
		return nil, bad
	}
	return s, nil
}

// word checks a parameter that is stored as a string.
func (f *Field) word(s string) *Fault {
	var bad []value.Broken
	switch f.Type {
	case Enum:
		if !slices.Contains(f.Values, s) {
			return &Fault{Key: keyEnum, Args: pairs([]any{"Allowed", f.Values})}
		}
	case RefType:
		if !value.ValidID(s) {
			return &Fault{Key: keyType, Args: pairs([]any{"Want", "uuid"})}
		}
	case CodeType:
		bad = value.Code(s).Check()
	case LangType:
		bad = value.Lang(s).Check()
	case DateType:
		bad = value.Date(s).Check()
	case PartialDate:
		bad = value.PartialDate(s).Check()
	default:
		if s == "" || longer(s, maxText) {
			return &Fault{Key: keyPattern}
		}
	}
	if bad != nil {
		return &Fault{Key: bad[0].Key, Args: bad[0].Args}
	}
	return nil
}

// Index is an index that a kind needs, by stored paths. Multi names the path
// that meets a list, "" if none does.
type Index struct {
	Fields []string
	Multi  string
}

// Indexes lists the indexes of the kind's working shelf, none twice: one for
// each declared list, and for each sort in use those of a whole list, of what
// is one's own and of the units or persons within reach. A list by the scope and
// something more has a twin by what is one's own and the same: whoever reads
// both reads each by its index.
func (d *Descriptor) Indexes() []Index {
	return d.indexes(func(f *Field) bool { return true }, "created_at")
}

// ReleasedIndexes lists those of the released shelf: what needs a field above
// SHR, which is not there, is left out or sorted by released_at.
func (d *Descriptor) ReleasedIndexes() []Index {
	if !d.Releasable {
		return nil
	}
	return d.indexes(func(f *Field) bool { return f.Class <= SHR }, "released_at")
}

// sorts lists the fields by which lists of d are sorted, the one of the whole
// list first; fallback stands in where a list names none that is there.
func (d *Descriptor) sorts(there func(*Field) bool, fallback string) []string {
	home, rest := fallback, []string{}
	for _, l := range d.Lists {
		name, _ := l.sort()
		if !there(d.fields[name]) {
			name = fallback
		}
		if len(l.by()) == 0 {
			home = name
		}
		rest = append(rest, name)
	}
	names := []string{home}
	for _, name := range rest {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (d *Descriptor) indexes(there func(*Field) bool, fallback string) []Index {
	var list indexList
	if d.Scope.By != InService {
		list.first = []string{"mission_id"}
	}
	own := &Field{path: "_own", List: true}
	for _, l := range d.Lists {
		fields, ok := d.pick(l.by(), there)
		if !ok {
			continue
		}
		name, _ := l.sort()
		if !there(d.fields[name]) {
			name = fallback
		}
		list.add(append(fields, d.fields[name])...)
		if by := l.by(); len(by) > 1 && by[0] == d.Scope.Field { // what is one's own lies anywhere
			list.add(slices.Concat([]*Field{own}, fields[1:], []*Field{d.fields[name]})...)
		}
	}
	for _, name := range d.sorts(there, fallback) {
		sort := d.fields[name]
		list.add(sort)
		list.add(own, sort)
		if d.ScopePath() != "" {
			list.add(&Field{path: d.ScopePath()}, sort)
		}
	}
	for _, f := range d.Fields {
		if there(f) && (f.Unique || f.Name == d.OnePer) {
			list.add(f)
		}
	}
	return list.all
}

func (d *Descriptor) pick(names []string, there func(*Field) bool) ([]*Field, bool) {
	var fields []*Field
	for _, n := range names {
		f := d.fields[n]
		if !there(f) {
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, true
}

// indexList gathers indexes, each once.
type indexList struct {
	first []string
	all   []Index
}

func (l *indexList) add(fields ...*Field) {
	ix := Index{Fields: slices.Clone(l.first)}
	for _, f := range fields {
		if slices.Contains(ix.Fields, f.path) {
			continue
		}
		ix.Fields = append(ix.Fields, f.path)
		if f.List {
			ix.Multi = f.path
		}
	}
	if !slices.ContainsFunc(l.all, func(have Index) bool { return slices.Equal(have.Fields, ix.Fields) }) {
		l.all = append(l.all, ix)
	}
}
