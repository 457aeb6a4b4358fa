package kind

import (
	"fmt"
	"reflect"

	"colocate/domain/value"
)

// Action is a function of a kind, with its input's fields where it has an input.
// The zero Action does nothing.
type Action struct {
	rec, in reflect.Type
	run     func(w World, rec, in any) error
}

// Do makes a verb's Action of f, whose input is the struct In with field tags.
func Do[T, In any](f func(w World, rec *T, in *In) error) Action {
	return Action{rec: reflect.TypeFor[T](), in: reflect.TypeFor[In](),
		run: func(w World, rec, in any) error { return f(w, rec.(*T), in.(*In)) }}
}

// On makes an Action of f for what needs no input.
func On[T any](f func(w World, rec *T) error) Action {
	return Action{rec: reflect.TypeFor[T](), run: func(w World, rec, _ any) error { return f(w, rec.(*T)) }}
}

// IsZero reports whether a does nothing.
func (a Action) IsZero() bool { return a.run == nil }

// Run runs a on rec. in is what NewInput made, or nil.
func (a Action) Run(w World, rec Record, in any) error {
	if a.run == nil {
		return nil
	}
	if a.in == nil {
		return a.run(w, rec, nil)
	}
	return a.run(w, rec, in)
}

// Type is the type of a field.
type Type uint8

// Types of fields.
const (
	Bool         Type = iota + 1
	Int               // int64 on the wire
	Float             // a measured number such as square kilometres
	String            // plain text without a language
	CodeType          // value.Code
	LangType          // value.Lang
	Enum              // one of Field.Values
	TextType          // value.Text
	Time              // an instant, RFC 3339 in UTC, whole milliseconds
	DateType          // value.Date
	PartialDate       // value.PartialDate
	PeriodType        // value.Period
	MoneyType         // value.Money
	SexCountType      // value.SexCount
	PointType         // value.Point
	PercentType       // value.Percent
	RefType           // value.Ref
	Struct            // Field.Fields
)

// Field describes one field of a kind, of a verb's input or of a nested struct.
type Field struct {
	Name     string
	Type     Type
	List     bool  // a list of Type
	Pointer  bool  // may be absent (nil)
	Class    Class // never NoClass once compiled
	Required bool
	Filter   bool
	Sort     bool
	Search   bool
	Title    bool
	Server   bool
	Unique   bool
	Owner    bool
	Past     bool
	Max, Min *int64 // runes, elements or value, by Type and List
	Each     int64  // runes of each element of a list of texts; 0 = unlimited
	Pattern  string // regular expression of a String
	To       []string
	CodeList string   // reference list whose codes are the values
	EnumName string   // snake_case name of the enumeration: labels are "enum.<name>.<value>"
	Values   []string // of an Enum
	Fields   []*Field // of a Struct

	codec codec
	index int    // in its struct
	path  string // of the stored value, from the record: "participants.unit.id"
	holds holds
	zero  bool                // a zero is a value like any other, and stored
	sub   *structCodec        // of a Struct
	clean func(string) string // of a String: as it is kept
}

// Descriptor is a compiled declaration. It is immutable and safe for
// concurrent use.
type Descriptor struct {
	Spec
	Fields []*Field // the kind's own, in the order of the struct
	// Envelope describes the fields of Head, in the order in which they are stored.
	Envelope []*Field

	typ         reflect.Type
	verbs       map[string]*VerbDescriptor
	order       []*VerbDescriptor
	translation *VerbDescriptor // nil: no texts
	fields      map[string]*Field
	codec       *structCodec
}

// VerbDescriptor is a compiled verb.
type VerbDescriptor struct {
	Verb
	Fields []*Field // of its input

	in    reflect.Type
	codec *structCodec
}

// Registry holds the descriptors of a program.
type Registry struct {
	all    []*Descriptor
	byName map[string]*Descriptor
	byPath map[string]*Descriptor
	byType map[reflect.Type]*Descriptor
}

// All lists the descriptors in the order of their declaration.
func (r *Registry) All() []*Descriptor { return r.all }

// Get returns the descriptor of kind name, or nil.
func (r *Registry) Get(name string) *Descriptor { return r.byName[name] }

// ByPath returns the descriptor whose path segment is plural, or nil.
func (r *Registry) ByPath(plural string) *Descriptor { return r.byPath[plural] }

// Of returns the descriptor of rec, a pointer to a declared struct.
func (r *Registry) Of(rec any) (*Descriptor, error) {
	t := reflect.TypeOf(rec)
	if t == nil || t.Kind() != reflect.Pointer || r.byType[t.Elem()] == nil {
		return nil, fmt.Errorf("kind: %T is not a declared kind", rec)
	}
	return r.byType[t.Elem()], nil
}

// New returns a pointer to an empty record of d.
func (d *Descriptor) New() Record { return reflect.New(d.typ).Interface().(Record) }

// Verb returns the verb called name, or nil.
func (d *Descriptor) Verb(name string) *VerbDescriptor { return d.verbs[name] }

// Field returns the field called name, or nil; envelope fields too.
func (d *Descriptor) Field(name string) *Field { return d.fields[name] }

// NewInput returns a pointer to an empty input of v, nil if v takes none.
func (v *VerbDescriptor) NewInput() any {
	if v.in == nil {
		return nil
	}
	return reflect.New(v.in).Interface()
}

// RefIn is one reference found in a record.
type RefIn struct {
	Path string // "participants/0/unit"
	Ref  value.Ref
	To   []string
}

// CodeIn is one code of a reference list found in a record.
type CodeIn struct{ Path, List, Code string }
