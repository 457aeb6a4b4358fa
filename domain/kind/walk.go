package kind

import (
	"reflect"
	"slices"
	"time"

	"colocate/domain/value"
)

// walk calls fn with every value of s, or below it, that holds any of want;
// elements of lists one by one.
func (s *structCodec) walk(t *trail, v reflect.Value, want holds, fn func(f *Field, v reflect.Value)) {
	if s.holds&want == 0 {
		return
	}
	for _, f := range s.fields {
		if f.holds&want == 0 {
			continue
		}
		t.in(f.Name)
		switch fv := v.Field(f.index); {
		case f.List:
			for i := range fv.Len() {
				t.at(i)
				f.visit(t, fv.Index(i), want, fn)
				t.out()
			}
		case f.Pointer && fv.IsNil():
		case f.Pointer:
			f.visit(t, fv.Elem(), want, fn)
		default:
			f.visit(t, fv, want, fn)
		}
		t.out()
	}
}

func (f *Field) visit(t *trail, v reflect.Value, want holds, fn func(f *Field, v reflect.Value)) {
	if f.sub != nil {
		f.sub.walk(t, v, want, fn)
		return
	}
	fn(f, v)
}

// Refs lists the references in rec, with where each stands; empty ones left out.
func (d *Descriptor) Refs(rec Record) []RefIn { return d.codec.refs(d.value(rec)) }

// Refs lists the references in the input of v.
func (v *VerbDescriptor) Refs(input any) []RefIn {
	if v.codec == nil {
		return nil
	}
	return v.codec.refs(v.value(input))
}

func (s *structCodec) refs(v reflect.Value) []RefIn {
	var found []RefIn
	t := make(trail, 0, 8)
	s.walk(&t, v, holdsRefs, func(f *Field, v reflect.Value) {
		if r := v.Addr().Interface().(*value.Ref); !r.IsZero() {
			found = append(found, RefIn{Path: t.path(""), Ref: *r, To: f.To})
		}
	})
	return found
}

// Codes lists the codes of reference lists in rec, with the list of each.
func (d *Descriptor) Codes(rec Record) []CodeIn { return d.codec.codes(d.value(rec)) }

// Codes lists the codes of reference lists in the input of v.
func (v *VerbDescriptor) Codes(input any) []CodeIn {
	if v.codec == nil {
		return nil
	}
	return v.codec.codes(v.value(input))
}

func (s *structCodec) codes(v reflect.Value) []CodeIn {
	var found []CodeIn
	t := make(trail, 0, 8)
	s.walk(&t, v, holdsCodes, func(f *Field, v reflect.Value) {
		if v.Len() > 0 {
			found = append(found, CodeIn{Path: t.path(""), List: f.CodeList, Code: v.String()})
		}
	})
	return found
}

// Owners lists the ids that a record is the own of: who created it, and whoever
// a field tagged owner names. None twice.
func (d *Descriptor) Owners(rec Record) []string {
	var ids []string
	if by := rec.Meta().CreatedBy; by != "" {
		ids = append(ids, by)
	}
	t := make(trail, 0, 8)
	d.codec.walk(&t, d.value(rec), holdsOwners, func(_ *Field, v reflect.Value) {
		if r := v.Addr().Interface().(*value.Ref); !r.IsZero() && !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	})
	return ids
}

// People lists the ids of the people that the field or envelope field called
// name names in rec (Verb.Unlike).
func (d *Descriptor) People(rec Record, name string) []string {
	var ids []string
	switch name {
	case "created_by":
		ids = []string{rec.Meta().CreatedBy}
	case "updated_by":
		ids = []string{rec.Meta().UpdatedBy}
	default:
		ids = d.named(rec, name)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

func (d *Descriptor) named(rec Record, name string) []string {
	i, ok := d.codec.byName[name]
	if !ok {
		return nil
	}
	f := d.Fields[i]
	v := d.value(rec).Field(f.index)
	if f.Type == String {
		return []string{v.String()}
	}
	var ids []string
	one := structCodec{fields: []*Field{f}, holds: f.holds}
	t := make(trail, 0, 4)
	one.walk(&t, d.value(rec), holdsRefs, func(_ *Field, v reflect.Value) {
		ids = append(ids, v.Addr().Interface().(*value.Ref).ID)
	})
	return ids
}

// Stamp notes who made those translations in rec that Decode left without a
// name, and when: call it between Decode and the commit.
func (d *Descriptor) Stamp(rec Record, by string, now time.Time) {
	d.codec.stamp(d.value(rec), by, now)
}

// Stamp does the same for the input of v.
func (v *VerbDescriptor) Stamp(input any, by string, now time.Time) {
	if v.codec != nil {
		v.codec.stamp(v.value(input), by, now)
	}
}

func (s *structCodec) stamp(v reflect.Value, by string, now time.Time) {
	at := Milli(now).Format(time.RFC3339Nano)
	t := make(trail, 0, 8)
	s.walk(&t, v, holdsTexts, func(_ *Field, v reflect.Value) {
		for l, tr := range v.Addr().Interface().(*value.Text).Tr {
			if tr.By == "" {
				tr.By, tr.At = by, at
				v.Addr().Interface().(*value.Text).Tr[l] = tr
			}
		}
	})
}

// ScopePath is the stored path of the unit or the person that a reach is
// measured against, "" where the scope is none of them.
func (d *Descriptor) ScopePath() string {
	switch {
	case d.Scope.By != InUnit && d.Scope.By != OfPerson:
		return ""
	case d.Scope.Field == "":
		return "id"
	}
	return d.fields[d.Scope.Field].path
}

// UnitOf is the id of the unit that rec is bound to, "" for a kind that is not
// bound to one.
func (d *Descriptor) UnitOf(rec Record) string {
	switch {
	case d.Scope.By != InUnit:
		return ""
	case d.Scope.Field == "":
		return rec.Meta().ID
	}
	f := d.fields[d.Scope.Field]
	v := d.value(rec).Field(f.index)
	if f.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	return v.Addr().Interface().(*value.Ref).ID
}
