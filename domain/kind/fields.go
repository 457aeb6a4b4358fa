package kind

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// place is where in a declaration a struct stands.
type place struct {
	kind   string // "session", or "session.approve" for a verb's input
	path   string // of names: "participants", "" at the top
	stored string // of stored paths
	class  Class
	top    bool // of the kind itself
	input  bool
	list   bool // within a list
	server bool // within a struct that the server owns
	depth  int
}

func (p place) of(name string) string {
	if p.path != "" {
		name = p.path + "." + name
	}
	return p.kind + "." + name
}

// maxDepth is how deep structs may nest; it also ends those that hold themselves.
const maxDepth = 4

// structFields compiles the fields of t.
func (c *compiler) structFields(t reflect.Type, p place) ([]*Field, *structCodec) {
	if p.depth > maxDepth {
		c.wrong(p.kind+"."+p.path, "structs nest deeper than %d", maxDepth)
		return nil, newStructCodec(nil)
	}
	var fields []*Field
	for sf := range t.Fields() {
		if p.top && isHead(sf) {
			continue
		}
		f := c.field(sf, p)
		if f == nil {
			continue
		}
		if slices.ContainsFunc(fields, func(g *Field) bool { return g.Name == f.Name }) {
			c.wrong(p.of(f.Name), "two fields have this name")
			continue
		}
		fields = append(fields, f)
	}
	if len(fields) == 0 && !p.top {
		c.wrong(strings.TrimSuffix(p.kind+"."+p.path, "."), "%s has no fields", t)
	}
	return fields, newStructCodec(fields)
}

// field compiles one field; nil where it is no field at all.
func (c *compiler) field(sf reflect.StructField, p place) *Field {
	tag, ok := sf.Tag.Lookup("f")
	switch {
	case sf.Anonymous:
		c.wrong(p.of(sf.Name), "only kind.Head is embedded, and once")
		return nil
	case !sf.IsExported():
		c.wrong(p.of(sf.Name), "an unexported field is not stored")
		return nil
	case !ok:
		c.wrong(p.of(sf.Name), "no tag f")
		return nil
	}
	name, options, _ := strings.Cut(tag, ",")
	f := &Field{Name: name, index: sf.Index[0], Class: p.class}
	c.fieldName(f, p)
	c.options(f, options, p)
	c.tags(f, sf, p)
	c.shape(f, sf.Type, p)
	c.fits(f, p)
	c.kept(f, p)
	return f
}

// reserved are the names of a stored document and of an answer that no field
// may have, beside those of the envelope.
var reserved = []string{"kind", "vis", "etag", "seq"}

func (c *compiler) fieldName(f *Field, p place) {
	switch {
	case !nameForm.MatchString(f.Name):
		c.wrong(p.of(f.Name), "the name is not snake_case")
	case p.top && (slices.Contains(reserved, f.Name) || slices.Contains(headNames, f.Name)):
		c.wrong(p.of(f.Name), "the name belongs to the envelope")
	}
}

// flags are the options without a value.
var flags = map[string]func(*Field) *bool{
	"required": func(f *Field) *bool { return &f.Required },
	"filter":   func(f *Field) *bool { return &f.Filter },
	"sort":     func(f *Field) *bool { return &f.Sort },
	"search":   func(f *Field) *bool { return &f.Search },
	"title":    func(f *Field) *bool { return &f.Title },
	"server":   func(f *Field) *bool { return &f.Server },
	"unique":   func(f *Field) *bool { return &f.Unique },
	"owner":    func(f *Field) *bool { return &f.Owner },
	"past":     func(f *Field) *bool { return &f.Past },
}

func (c *compiler) options(f *Field, options string, p place) {
	if options == "" {
		return
	}
	seen := map[string]bool{}
	for _, o := range strings.Split(options, ",") {
		name, val, valued := strings.Cut(o, "=")
		if seen[name] {
			c.wrong(p.of(f.Name), "option %s is given twice", name)
		}
		seen[name] = true
		if flag := flags[name]; flag != nil && !valued {
			*flag(f) = true
			continue
		}
		c.option(f, name, val, p)
	}
}

// option reads an option with a value.
func (c *compiler) option(f *Field, name, val string, p place) {
	n, err := strconv.ParseInt(val, 10, 64)
	switch name {
	case "max":
		f.Max = &n
	case "min":
		f.Min = &n
	case "each":
		f.Each = n
	case "re":
		f.Pattern = val
		if c.patterns[val] == nil {
			c.wrong(p.of(f.Name), "no expression is registered as %q", val)
		}
		return
	default:
		c.wrong(p.of(f.Name), "unknown option %q", name)
		return
	}
	if err != nil {
		c.wrong(p.of(f.Name), "%s=%q is not a number", name, val)
	}
	if name == "each" && n < 1 {
		c.wrong(p.of(f.Name), "each must be above zero")
	}
}

var classes = map[string]Class{"PUB": PUB, "SHR": SHR, "MIS": MIS, "CON": CON, "STR": STR}

// tags reads the tags beside f.
func (c *compiler) tags(f *Field, sf reflect.StructField, p place) {
	if class, ok := sf.Tag.Lookup("class"); ok {
		f.Class = classes[class]
		switch {
		case f.Class == NoClass:
			c.wrong(p.of(f.Name), "unknown class %q", class)
		case !p.top && f.Class < p.class:
			c.wrong(p.of(f.Name), "its class is below that of what it is in")
		case p.list && f.Class > p.class:
			c.wrong(p.of(f.Name), "its class is above that of its list: who does not see it could not replace the list")
		}
	}
	if to, ok := sf.Tag.Lookup("to"); ok {
		f.To = strings.Split(to, ",")
		for _, k := range f.To {
			if !c.known[k] {
				c.wrong(p.of(f.Name), "refers to the unknown kind %q", k)
			}
		}
	}
	f.CodeList = sf.Tag.Get("list")
	if list, ok := sf.Tag.Lookup("list"); ok && !nameForm.MatchString(list) {
		c.wrong(p.of(f.Name), "the list %q is not snake_case", list)
	}
}

// shape finds the type of f, and makes its codec.
func (c *compiler) shape(f *Field, t reflect.Type, p place) {
	whole := t
	if t.Kind() == reflect.Slice {
		f.List = true
		t = t.Elem()
	} else if t.Kind() == reflect.Pointer {
		f.Pointer = true
		t = t.Elem()
	}
	s, ok := c.shapeOf(f, t, p)
	if !ok {
		c.wrong(p.of(f.Name), "a field cannot be a %s", whole)
		s = shape{String, false, stringCodec}
	}
	f.Type = s.typ
	if f.Type == String {
		f.clean = c.parts.name
	}
	c.defaults(f)
	f.path = p.stored + f.Name
	if f.Type == Struct {
		c.nested(f, t, p)
	}
	need := c.parts
	if need.pattern = c.patterns[f.Pattern]; need.pattern != nil {
		f.Pattern = need.pattern.String()
	}
	single := s.codec(f, &need)
	belowZero := f.Min != nil && *f.Min > 0 // then a zero can only mean that there is nothing
	zero := s.zero && (f.Type != SexCountType || f.Required) && (f.List || !belowZero)
	switch {
	case f.List:
		f.codec = listed(f, single, whole, s.zero || f.Type == Struct)
	case f.Pointer:
		f.codec = pointed(single, t, !isWord(f.Type))
	default:
		f.codec, f.zero = single, zero
	}
	f.path = f.storedPath()
}

// isWord reports whether a zero of t can never be a value.
func isWord(t Type) bool {
	switch t {
	case String, CodeType, LangType, Enum, TextType, Time, DateType, PartialDate, RefType:
		return true
	}
	return false
}

// storedPath is where queries find f.
func (f *Field) storedPath() string {
	switch f.Type {
	case RefType:
		return f.path + ".id"
	case PeriodType:
		return f.path + ".start"
	}
	return f.path
}

func (c *compiler) shapeOf(f *Field, t reflect.Type, p place) (shape, bool) {
	if s, ok := shapes[t]; ok {
		return s, true
	}
	switch t.Kind() {
	case reflect.Bool:
		return shape{Bool, true, boolCodec}, true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return shape{Int, true, intCodec}, true
	case reflect.Float64:
		return shape{Float, true, floatCodec}, true
	case reflect.Struct:
		return shape{Struct, false, func(f *Field, _ *parts) codec { return f.sub.codec() }}, true
	case reflect.String:
		if t.PkgPath() == "" {
			return shape{String, false, stringCodec}, true
		}
		return shape{Enum, false, enumCodec}, c.enum(f, t, p)
	}
	return shape{}, false
}

// nested compiles the struct that f is, or is a list of.
func (c *compiler) nested(f *Field, t reflect.Type, p place) {
	path := f.Name
	if p.path != "" {
		path = p.path + "." + f.Name
	}
	f.Fields, f.sub = c.structFields(t, place{kind: p.kind, path: path, stored: f.path + ".", class: f.Class,
		input: p.input, list: p.list || f.List, server: p.server || f.Server, depth: p.depth + 1})
}

// Limits where a tag gives none, so that everything has one: runes of a string
// and of a text, elements of a list.
const (
	maxString = 200
	maxText   = 4000
)

func (c *compiler) defaults(f *Field) {
	limit := int64(0)
	switch f.Type {
	case String:
		limit = maxString
	case TextType:
		limit = maxText
	}
	if f.List {
		if f.Each == 0 {
			f.Each = limit
		}
		limit = maxList
	}
	if f.Max == nil && limit > 0 {
		f.Max = &limit
	}
}

// enum reads the values of an enumeration: a string type whose method Values
// returns a list of strings, or of itself.
func (c *compiler) enum(f *Field, t reflect.Type, p place) bool {
	m, ok := t.MethodByName("Values")
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Slice ||
		m.Type.Out(0).Elem().Kind() != reflect.String {
		c.wrong(p.of(f.Name), "%s has no method Values that lists its values", t)
		return true
	}
	f.EnumName = snake(t.Name())
	f.Values, _ = Plain(m.Func.Call([]reflect.Value{reflect.Zero(t)})[0].Interface()).([]string)
	if len(f.Values) == 0 {
		c.wrong(p.of(f.Name), "%s has no values", t)
	}
	for i, v := range f.Values {
		if !valueForm.MatchString(v) {
			c.wrong(p.of(f.Name), "the value %q of %s is not letters, digits and single underscores", v, t)
		}
		if slices.Contains(f.Values[:i], v) {
			c.wrong(p.of(f.Name), "%s has the value %q twice", t, v)
		}
	}
	if old, seen := c.enums[f.EnumName]; seen && !slices.Equal(old, f.Values) {
		c.wrong(p.of(f.Name), "two enumerations called %s differ in their values: their labels would mix", f.EnumName)
	}
	c.enums[f.EnumName] = f.Values
	return true
}

// snake writes a Go name as it is written in message keys.
func snake(name string) string {
	var b strings.Builder
	rs := []rune(name)
	for i, r := range rs {
		starts := i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(rs[i-1]) || (i+1 < len(rs) && unicode.IsLower(rs[i+1])))
		if starts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// kept notes what f holds, for walks that look for it.
func (c *compiler) kept(f *Field, p place) {
	if f.Type == RefType {
		f.holds |= holdsRefs
	}
	if f.CodeList != "" {
		f.holds |= holdsCodes
	}
	if f.Owner {
		f.holds |= holdsOwners
	}
	if f.Type == TextType {
		f.holds |= holdsTexts
	}
	if f.sub != nil {
		f.holds |= f.sub.holds
	}
	if f.Server && p.list && !p.server {
		c.wrong(p.of(f.Name), "the server owns it, but it is in a list that a client replaces")
	}
}
