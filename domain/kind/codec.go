package kind

import (
	"fmt"
	"reflect"
)

// codec is what can be done to the value of a field. It is made once, at
// start, for the field's exact type; nothing analyses types later.
type codec struct {
	// empty reports whether v says nothing and is left out of a document.
	empty func(v reflect.Value) bool
	// decode puts what a client sent into v, or notes a fault. v holds the old
	// value, whose memory is not touched: it may be shared.
	decode func(d *decoding, raw any, v reflect.Value)
	// load puts what encode made into v.
	load func(raw any, v reflect.Value) error
	// encode makes a Doc's value of v.
	encode func(v reflect.Value) any
	// check notes the rules of the field's tags that v, which is not empty, breaks.
	check func(k *checking, v reflect.Value)
	// key tells elements of a list apart, where they may not repeat.
	key func(v reflect.Value) string
}

// structCodec is the codec of a struct's fields.
type structCodec struct {
	fields []*Field
	byName map[string]int
	holds  holds
}

// holds says what is found in a field or below it.
type holds uint8

const (
	holdsRefs holds = 1 << iota
	holdsCodes
	holdsOwners
	holdsTexts
	holdsServer // fields that the server owns
)

func newStructCodec(fields []*Field) *structCodec {
	s := &structCodec{fields: fields, byName: make(map[string]int, len(fields))}
	for i, f := range fields {
		s.byName[f.Name] = i
		s.holds |= f.holds
	}
	return s
}

func (s *structCodec) empty(v reflect.Value) bool {
	for _, f := range s.fields {
		if !f.codec.empty(v.Field(f.index)) {
			return false
		}
	}
	return true
}

func (s *structCodec) encode(doc Doc, v reflect.Value) Doc {
	for _, f := range s.fields {
		fv := v.Field(f.index)
		if !f.zero && f.codec.empty(fv) {
			continue
		}
		doc = append(doc, Elem{f.Name, f.codec.encode(fv)})
	}
	return doc
}

// load sets every field of v; those that doc leaves out become zero.
func (s *structCodec) load(doc Doc, v reflect.Value, other func(Elem) error) error {
	for _, f := range s.fields {
		v.Field(f.index).SetZero()
	}
	for _, e := range doc {
		i, ok := s.byName[e.Name]
		if !ok {
			if err := other(e); err != nil {
				return err
			}
			continue
		}
		f := s.fields[i]
		if err := f.codec.load(e.Value, v.Field(f.index)); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func undeclared(e Elem) error { return fmt.Errorf("%q is not declared", e.Name) }

// codec makes a field's codec of s.
func (s *structCodec) codec() codec {
	return codec{
		empty: s.empty,
		decode: func(d *decoding, raw any, v reflect.Value) {
			if doc, ok := d.doc(raw); ok {
				s.decode(d, doc, v, nil)
			}
		},
		load: func(raw any, v reflect.Value) error {
			doc, ok := raw.(Doc)
			if !ok {
				return unlike("a document", raw)
			}
			return s.load(doc, v, undeclared)
		},
		encode: func(v reflect.Value) any { return s.encode(make(Doc, 0, len(s.fields)), v) },
		check:  s.check,
	}
}

// pointed makes the codec of a pointer to what c is for. Where a zero says
// nothing, a pointer to it says nothing either.
func pointed(c codec, t reflect.Type, zeroIsValue bool) codec {
	return codec{
		empty: func(v reflect.Value) bool {
			return v.IsNil() || (!zeroIsValue && c.empty(v.Elem()))
		},
		decode: func(d *decoding, raw any, v reflect.Value) {
			p := reflect.New(t)
			if !v.IsNil() {
				p.Elem().Set(v.Elem())
			}
			c.decode(d, raw, p.Elem())
			v.Set(p)
		},
		load: func(raw any, v reflect.Value) error {
			v.Set(reflect.New(t))
			return c.load(raw, v.Elem())
		},
		encode: func(v reflect.Value) any { return c.encode(v.Elem()) },
		check:  func(k *checking, v reflect.Value) { c.check(k, v.Elem()) },
	}
}

// listed makes the codec of a list, of type t, of what c is for.
func listed(f *Field, c codec, t reflect.Type, zeroIsValue bool) codec {
	return codec{
		empty:  func(v reflect.Value) bool { return v.Len() == 0 },
		decode: func(d *decoding, raw any, v reflect.Value) { decodeList(d, f, c, t, raw, v) },
		load: func(raw any, v reflect.Value) error {
			list, ok := raw.([]any)
			if !ok {
				return unlike("a list", raw)
			}
			if len(list) == 0 {
				v.SetZero()
				return nil
			}
			v.Set(reflect.MakeSlice(t, len(list), len(list)))
			for i, e := range list {
				if err := c.load(e, v.Index(i)); err != nil {
					return fmt.Errorf("%d: %w", i, err)
				}
			}
			return nil
		},
		encode: func(v reflect.Value) any {
			list := make([]any, v.Len())
			for i := range list {
				list[i] = c.encode(v.Index(i))
			}
			return list
		},
		check: func(k *checking, v reflect.Value) { checkList(k, f, c, zeroIsValue, v) },
	}
}

// maxList is how many elements a list may have where its tag says nothing; it
// also bounds what is read of a longer one.
const maxList = 100

func decodeList(d *decoding, f *Field, c codec, t reflect.Type, raw any, v reflect.Value) {
	list, ok := raw.([]any)
	if !ok {
		d.fault(keyType, "Want", "list")
		return
	}
	if len(list) == 0 {
		v.SetZero()
		return
	}
	if int64(len(list)) > *f.Max {
		d.fault(keyTooMany, "Max", *f.Max)
		return
	}
	fresh := reflect.MakeSlice(t, len(list), len(list))
	reflect.Copy(fresh, v) // the old elements: who translated a text stays known
	for i, e := range list {
		d.trail.at(i)
		c.decode(d, e, fresh.Index(i))
		d.out()
	}
	v.Set(fresh)
}

func checkList(k *checking, f *Field, c codec, zeroIsValue bool, v reflect.Value) {
	n := int64(v.Len())
	if f.Max != nil && n > *f.Max {
		k.fault(keyTooMany, "Max", *f.Max)
		return
	}
	if f.Min != nil && n < *f.Min {
		k.fault(keyTooFew, "Min", *f.Min)
	}
	var seen map[string]bool
	if c.key != nil {
		seen = make(map[string]bool, v.Len())
	}
	for i := range v.Len() {
		e := v.Index(i)
		k.trail.at(i)
		if !zeroIsValue && c.empty(e) {
			k.fault(keyRequired)
		} else {
			c.check(k, e)
		}
		if seen != nil {
			key := c.key(e)
			if seen[key] {
				k.fault(keyDuplicate)
			}
			seen[key] = true
		}
		k.out()
	}
}

func unlike(want string, got any) error { return fmt.Errorf("stored as %T, want %s", got, want) }
