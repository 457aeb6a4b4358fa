package kind

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Compile makes a Registry of declarations. It is the only place that looks at
// types. Every mistake in the declarations is named, all of them in one error:
// a Mistakes.
func Compile(list ...Part) (*Registry, error) {
	c := &compiler{known: map[string]bool{}, patterns: map[string]*regexp.Regexp{}, enums: map[string][]string{}}
	for _, p := range list {
		p.join(c)
	}
	c.parts = parts{text: cleaner(c.norm, Clean), name: cleaner(c.norm, CleanName)}
	for _, d := range c.declared {
		if d.typ == nil {
			c.pattern(d)
		} else {
			c.known[d.spec.Name] = true
		}
	}
	r := &Registry{byName: map[string]*Descriptor{}, byPath: map[string]*Descriptor{}, byType: map[reflect.Type]*Descriptor{}}
	for _, d := range c.declared {
		if d.typ != nil {
			c.add(r, d)
		}
	}
	if len(c.mistakes) > 0 {
		return nil, c.mistakes
	}
	return r, nil
}

// Mistakes are what is wrong with declarations, one a line: "kind.field: what".
type Mistakes []string

// Error implements error.
func (m Mistakes) Error() string { return "kind: " + strings.Join(m, "\nkind: ") }

type compiler struct {
	declared []declaration
	known    map[string]bool // names of kinds that references may point at
	patterns map[string]*regexp.Regexp
	enums    map[string][]string
	norm     func(string) string
	parts    parts
	mistakes Mistakes
}

// wrong notes a mistake at where, "kind" or "kind.field".
func (c *compiler) wrong(where, format string, args ...any) {
	c.mistakes = append(c.mistakes, where+": "+fmt.Sprintf(format, args...))
}

func (c *compiler) pattern(d declaration) {
	re, err := regexp.Compile(d.expr)
	switch old := c.patterns[d.name]; {
	case err != nil:
		c.wrong("re="+d.name, "%v", err)
	case old != nil && old.String() != d.expr:
		c.wrong("re="+d.name, "is two expressions")
	default:
		c.patterns[d.name] = re
	}
}

var (
	nameForm  = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	pathForm  = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	valueForm = regexp.MustCompile(`^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$`)
)

// add compiles one declaration into r.
func (c *compiler) add(r *Registry, decl declaration) {
	d := &Descriptor{Spec: decl.spec, typ: decl.typ, verbs: map[string]*VerbDescriptor{}, fields: map[string]*Field{}}
	if d.Plural == "" {
		d.Plural = plural(d.Name)
	}
	c.names(r, d)
	if d.typ.Kind() != reflect.Struct || !embedsHead(d.typ) {
		c.wrong(d.Name, "%s must be a struct that embeds kind.Head", d.typ)
		return
	}
	d.Envelope = envelope(d)
	for _, f := range d.Envelope {
		d.fields[f.Name] = f
	}
	d.Fields, d.codec = c.structFields(d.typ, place{kind: d.Name, class: d.Class, top: true})
	for _, f := range d.Fields {
		d.fields[f.Name] = f
	}
	c.whole(d)
	c.flow(d)
	r.all = append(r.all, d)
	r.byName[d.Name], r.byPath[d.Plural], r.byType[d.typ] = d, d, d
}

// names checks what a kind is called, and that nothing else is called so.
func (c *compiler) names(r *Registry, d *Descriptor) {
	switch {
	case d.Name == "":
		c.wrong(d.typ.String(), "the kind has no name")
	case !nameForm.MatchString(d.Name):
		c.wrong(d.Name, "the name is not snake_case")
	case r.byName[d.Name] != nil:
		c.wrong(d.Name, "declared twice")
	}
	switch {
	case !pathForm.MatchString(d.Plural):
		c.wrong(d.Name, "the plural %q is not a path segment", d.Plural)
	case r.byPath[d.Plural] != nil:
		c.wrong(d.Name, "the plural %q is that of %s", d.Plural, r.byPath[d.Plural].Name)
	}
	if r.byType[d.typ] != nil {
		c.wrong(d.Name, "%s is also the struct of %s", d.typ, r.byType[d.typ].Name)
	}
}

func embedsHead(t reflect.Type) bool {
	for sf := range t.Fields() {
		if isHead(sf) {
			return true
		}
	}
	return false
}

func isHead(sf reflect.StructField) bool { return sf.Anonymous && sf.Type == reflect.TypeFor[Head]() }

// whole checks what concerns a kind as a whole.
func (c *compiler) whole(d *Descriptor) {
	if d.Class == NoClass || d.Class > STR {
		c.wrong(d.Name, "the class is not stated")
	}
	c.scope(d)
	c.lists(d)
	if d.OnePer != "" {
		if f := d.fields[d.OnePer]; f == nil || f.Type != RefType || f.List {
			c.wrong(d.Name, "OnePer %q is not a reference field", d.OnePer)
		}
	}
	shared := slices.ContainsFunc(d.Fields, func(f *Field) bool { return f.Class <= SHR })
	if d.Releasable && !shared {
		c.wrong(d.Name, "releasable, but no field is PUB or SHR")
	}
	titles := 0
	for _, f := range d.Fields {
		if f.Title {
			titles++
		}
	}
	if titles > 1 {
		c.wrong(d.Name, "more than one title")
	}
	if f := d.fields[d.Scope.Field]; d.Releasable && f != nil && f.Class > SHR {
		c.wrong(d.Name+"."+f.Name, "the scope of a releasable kind must be on the released copy: PUB or SHR")
	}
	d.Draft = c.conds(d, "Draft", d.Draft)
	for _, name := range slices.Sorted(maps.Keys(d.Questions)) {
		c.question(d, name)
	}
	narrow := d.Narrow
	d.Narrow = make(map[Role][]Cond, len(narrow))
	for role, conds := range narrow {
		if !slices.Contains(Roles, role) {
			c.wrong(d.Name, "Narrow names the unknown role %q", role)
		}
		d.Narrow[role] = c.conds(d, "Narrow of "+string(role), conds)
		c.narrowHost(d, role)
	}
	c.example(d.Name, d.Example)
}

// scope checks that the field a reach is measured against is one reference to
// what it should be.
func (c *compiler) scope(d *Descriptor) {
	want := map[ScopeBy][]string{InUnit: {"unit"}, OfPerson: {"person", "counterpart"}}[d.Scope.By]
	switch {
	case d.Scope.By == 0 || d.Scope.By > OfAuthor:
		c.wrong(d.Name, "the scope is not stated")
		return
	case d.Scope.Field == "":
		return
	case want == nil:
		c.wrong(d.Name, "a scope of this sort has no field")
		return
	}
	f := d.fields[d.Scope.Field]
	switch {
	case f == nil:
		c.wrong(d.Name, "the scope names the unknown field %q", d.Scope.Field)
	case f.Type != RefType || f.List:
		c.wrong(d.Name+"."+f.Name, "the scope needs one reference")
	case !subset(f.To, want):
		c.wrong(d.Name+"."+f.Name, "the scope needs a reference to %s", strings.Join(want, " or "))
	}
}

func subset(list, allowed []string) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(allowed, s) })
}

// lists checks that lists filter and sort by fields made for it.
func (c *compiler) lists(d *Descriptor) {
	for i := range d.Lists {
		many := 0
		for _, name := range d.Lists[i].by() {
			f := d.fields[name]
			switch {
			case f == nil:
				c.wrong(d.Name, "a list is by the unknown field %q", name)
			case !f.Filter:
				c.wrong(d.Name+"."+name, "a list is by it, but it is not tagged filter")
			case f.List:
				many++
			}
		}
		if many > 1 {
			c.wrong(d.Name, "the list by %q is by more than one list field", d.Lists[i].By)
		}
		name, _ := d.Lists[i].sort()
		switch f := d.fields[name]; {
		case f == nil:
			c.wrong(d.Name, "a list is sorted by the unknown field %q", name)
		case !f.Sort:
			c.wrong(d.Name+"."+name, "a list is sorted by it, but it is not tagged sort")
		}
	}
}

// by splits the fields of l.
func (l List) by() []string {
	if l.By == "" {
		return nil
	}
	names := strings.Split(l.By, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// sort tells the field l is sorted by and whether it descends.
func (l List) sort() (field string, desc bool) {
	if l.Sort == "" {
		return "created_at", true
	}
	return strings.CutPrefix(l.Sort, "-")
}

// conds checks conditions and brings their values to the types that are stored.
func (c *compiler) conds(d *Descriptor, what string, conds []Cond) []Cond {
	plain := make([]Cond, len(conds))
	for i, cond := range conds {
		plain[i] = Cond{Field: cond.Field, Op: cond.Op, Value: Plain(cond.Value)}
		f := d.byStored(cond.Field)
		if f == nil {
			c.wrong(d.Name, "%s names the unknown path %q", what, cond.Field)
			continue
		}
		if f.Class == STR {
			c.wrong(d.Name, "%s asks for %q, which is stored encrypted", what, cond.Field)
		}
		c.cond(d.Name, what, f, plain[i])
	}
	return plain
}

// listParameters are what a list is asked beside its fields.
var listParameters = []string{"limit", "cursor", "sort", "total"}

// question checks what a question asks, on any day, and its name.
func (c *compiler) question(d *Descriptor, name string) {
	if d.fields[name] != nil || slices.Contains(listParameters, name) {
		c.wrong(d.Name, "Questions: %q is a parameter already", name)
	}
	c.conds(d, "question "+name, d.Questions[name](Now{Time: time.Unix(0, 0), Today: "1970-01-01"}))
}

// narrowHost checks that what narrows a role of the host side, which reads the
// released copy, asks only for what is there.
func (c *compiler) narrowHost(d *Descriptor, role Role) {
	if !d.Releasable || SideOf(role) != Host {
		return
	}
	for _, cond := range d.Narrow[role] {
		if f := d.byStored(cond.Field); f != nil && f.Class > SHR {
			c.wrong(d.Name, "Narrow of %s asks for %q, which is not on the released copy", role, cond.Field)
		}
	}
}

func (c *compiler) cond(where, what string, f *Field, cond Cond) {
	list, many := cond.Value.([]string)
	switch cond.Op {
	case In, NotIn:
		if !many {
			c.wrong(where, "%s: %s of %q needs a []string", what, cond.Op, cond.Field)
		}
	case Absent:
		if cond.Value != nil {
			c.wrong(where, "%s: %s of %q takes no value", what, cond.Op, cond.Field)
		}
		if what == "Draft" {
			c.wrong(where, "Draft: what is not there tells no draft: %q", cond.Field)
		}
	case Eq, Ne, Gt, Gte, Lt, Lte:
		if many {
			c.wrong(where, "%s: %s of %q needs one value", what, cond.Op, cond.Field)
		}
		if s, ok := cond.Value.(string); ok {
			list = []string{s}
		}
	default:
		c.wrong(where, "%s has the unknown operator %q", what, cond.Op)
	}
	for _, v := range list {
		if f.Type == Enum && !slices.Contains(f.Values, v) {
			c.wrong(where, "%s compares %q with the unknown value %q", what, cond.Field, v)
		}
	}
}

// Plain brings the value of a condition to the type that is stored: a State or
// a value of an enumeration to string, a list of them to []string, any integer
// to int64.
func Plain(v any) any {
	rv := reflect.ValueOf(v)
	switch {
	case v == nil:
		return nil
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.CanInt():
		return rv.Int()
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.String:
		list := make([]string, rv.Len())
		for i := range list {
			list[i] = rv.Index(i).String()
		}
		return list
	}
	return v
}

// byStored finds the field of a stored path: "unit.id", "period.start", "state".
func (d *Descriptor) byStored(path string) *Field {
	if f := d.fields[path]; f != nil && f.Type != RefType {
		return f
	}
	name, rest, _ := strings.Cut(path, ".")
	f := d.fields[name]
	for f != nil && f.Type == Struct {
		name, rest, _ = strings.Cut(rest, ".")
		i := slices.IndexFunc(f.Fields, func(sub *Field) bool { return sub.Name == name })
		if i < 0 {
			return nil
		}
		f = f.Fields[i]
	}
	if f == nil || !slices.Contains(inside[f.Type], rest) {
		return nil
	}
	return f
}

// inside lists the paths below a field of a type that are stored; "" is the
// value itself. Types that are not listed are stored as one value.
var inside = map[Type][]string{
	Bool: {""}, Int: {""}, Float: {""}, String: {""}, CodeType: {""}, LangType: {""}, Enum: {""}, Time: {""},
	DateType: {""}, PartialDate: {""},
	RefType:      {"id", "kind"},
	PeriodType:   {"start", "end"},
	TextType:     {"lang"},
	PercentType:  {"num", "den"},
	MoneyType:    {"ccy"},
	SexCountType: {"female", "male", "other_undisclosed"},
	PointType:    {"precision_m"},
}
