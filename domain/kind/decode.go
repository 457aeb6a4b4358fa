package kind

import (
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"colocate/domain/value"
)

// DecodeBy says for whom an input is read. The zero DecodeBy may send nothing.
type DecodeBy struct {
	Class Class // the highest class that the sender sees
	Side  Side  // whoever is not the UN never sees more than SHR, whatever Class says
}

func (b DecodeBy) sees(c Class) bool { return c <= b.Class && (c <= SHR || b.Side == UN) }

// Decode puts what a client sent into rec, a record of d: a new one, or the one
// that is replaced. Fields that in leaves out, or gives as null, are emptied;
// those that the server owns or that are above the sender's class are kept. Of
// the envelope a client sends id (of a new record) and lang only.
//
// All faults come as one CodeInvalid: unknown and other-case names, fields of
// the server or above the sender's class (those answer as if unknown), wrong
// types and every rule of the tags that needs no clock. After one, the content
// of rec is of no use.
func (d *Descriptor) Decode(in Doc, rec Record, by DecodeBy) error {
	g := decoding{by: by, trail: make(trail, 0, 8)}
	v := d.value(rec)
	d.codec.decode(&g, in, v, func(e Elem) bool { return g.envelope(d, rec.Meta(), e) })
	return g.finish(d.codec, v)
}

// Decode puts what a client sent into input, made by NewInput, with the rules
// of Descriptor.Decode. A verb without an input accepts an empty Doc only.
func (v *VerbDescriptor) Decode(in Doc, input any, by DecodeBy) error {
	g := decoding{by: by, trail: make(trail, 0, 8)}
	if v.codec == nil {
		for _, e := range in {
			g.faultIn(e.Name, keyUnknown)
		}
		return g.check.Err()
	}
	rv := v.value(input)
	v.codec.decode(&g, in, rv, nil)
	return g.finish(v.codec, rv)
}

// decoding is the reading of one input.
type decoding struct {
	trail
	by    DecodeBy
	check Check
}

func (d *decoding) fault(key string, args ...any) {
	d.check.Add(d.path(""), Fault{Key: key, Args: pairs(args)})
}

func (d *decoding) faultIn(name, key string, args ...any) {
	d.check.Add(d.path(escape(name)), Fault{Key: key, Args: pairs(args)})
}

// finish adds the rules of the tags to the faults of reading and answers all.
func (d *decoding) finish(s *structCodec, v reflect.Value) error {
	k := checking{trail: d.trail[:0], c: &d.check, by: &d.by}
	for p := range d.check.fields {
		k.faulty = append(k.faulty, p)
	}
	s.check(&k, v)
	return d.check.Err()
}

// envelope reads a field of the envelope, and reports whether e is one.
func (d *decoding) envelope(desc *Descriptor, h *Head, e Elem) bool {
	switch e.Name {
	case "id":
		d.id(h, e.Value)
		return true
	case "lang":
		d.language(h, e.Value)
		return true
	case "kind", "vis":
		return d.owned(e.Name, MIS)
	}
	f := desc.fields[e.Name]
	return f != nil && d.owned(e.Name, f.Class)
}

// owned refuses a field of the server, to who may know of it.
func (d *decoding) owned(name string, c Class) bool {
	if !d.by.sees(c) {
		return false
	}
	d.faultIn(name, keyServerOwned)
	return true
}

func (d *decoding) id(h *Head, raw any) {
	switch s, ok := raw.(string); {
	case !ok || !value.ValidID(s):
		d.faultIn("id", keyType, "Want", "uuid")
	case h.ID != "" && h.ID != s:
		d.faultIn("id", keyServerOwned)
	default:
		h.ID = s
	}
}

func (d *decoding) language(h *Head, raw any) {
	switch s, ok := raw.(string); {
	case !ok:
		d.faultIn("lang", keyType, "Want", "string")
	case !value.Lang(s).Valid():
		d.faultIn("lang", keyPattern)
	default:
		h.Lang = value.Lang(s)
	}
}

// decode reads doc into v. other is asked about names that s does not know.
func (s *structCodec) decode(d *decoding, doc Doc, v reflect.Value, other func(Elem) bool) {
	var room [48]any
	raw := room[:]
	if len(s.fields) > len(room) {
		raw = make([]any, len(s.fields))
	}
	for _, e := range doc {
		i, ok := s.byName[e.Name]
		switch {
		case !ok && other != nil && other(e):
		case !ok || !d.by.sees(s.fields[i].Class):
			d.faultIn(e.Name, keyUnknown)
		case s.fields[i].Server:
			d.faultIn(e.Name, keyServerOwned)
		default:
			raw[i] = e.Value
		}
	}
	for i, f := range s.fields {
		if d.by.kept(f) {
			continue
		}
		d.in(f.Name)
		f.decode(d, raw[i], v.Field(f.index))
		d.out()
	}
}

// kept reports whether an input leaves f as it is.
func (b DecodeBy) kept(f *Field) bool { return f.Server || !b.sees(f.Class) }

func (f *Field) decode(d *decoding, raw any, v reflect.Value) {
	if raw != nil {
		f.codec.decode(d, raw, v)
		return
	}
	if f.Required && f.zero && !f.List {
		d.fault(keyRequired) // here alone can an absent zero be told from one sent
	}
	f.clear(d.by, v)
}

// clear empties v, but for what is kept inside it.
func (f *Field) clear(by DecodeBy, v reflect.Value) {
	if f.Type != Struct || f.List || (f.Pointer && v.IsNil()) {
		v.SetZero()
		return
	}
	target := v
	if f.Pointer {
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(v.Elem())
		target = p.Elem()
		v.Set(p)
	}
	for _, sub := range f.sub.fields {
		if !by.kept(sub) {
			sub.clear(by, target.Field(sub.index))
		}
	}
	if f.Pointer && f.sub.empty(target) {
		v.SetZero()
	}
}

// doc takes raw as a JSON object.
func (d *decoding) doc(raw any) (Doc, bool) {
	doc, ok := raw.(Doc)
	if !ok {
		d.fault(keyType, "Want", "object")
	}
	return doc, ok
}

// only refuses the parts of a composite value that are not among names.
func (d *decoding) only(doc Doc, names ...string) {
next:
	for _, e := range doc {
		for _, n := range names {
			if e.Name == n {
				continue next
			}
		}
		d.faultIn(e.Name, keyUnknown)
	}
}

// str is the text part of a composite value called name, "" if it is left out.
func (d *decoding) str(doc Doc, name string) string {
	raw, _ := doc.Get(name)
	if raw == nil {
		return ""
	}
	s, ok := raw.(string)
	if !ok {
		d.faultIn(name, keyType, "Want", "string")
	} else if !utf8.ValidString(s) {
		d.faultIn(name, keyCharacters)
		return ""
	}
	return s
}

// int is the whole number called name, 0 if it is left out.
func (d *decoding) int(doc Doc, name string) int64 {
	raw, _ := doc.Get(name)
	if raw == nil {
		return 0
	}
	n, ok := integer(raw)
	if !ok {
		d.faultIn(name, keyType, "Want", "integer")
	}
	return n
}

// float is the number called name; it may not be left out.
func (d *decoding) float(doc Doc, name string) float64 {
	raw, _ := doc.Get(name)
	if raw == nil {
		d.faultIn(name, keyRequired)
		return 0
	}
	x, ok := decimal(raw)
	if !ok {
		d.faultIn(name, keyType, "Want", "number")
	}
	return x
}

// integer takes a JSON number that is written as a whole one, or a Go one.
func integer(raw any) (int64, bool) {
	switch n := raw.(type) {
	case Number:
		i, err := strconv.ParseInt(string(n), 10, 64)
		return i, err == nil
	case int64:
		return n, true
	case int:
		return int64(n), true
	}
	return 0, false
}

// decimal takes any finite number.
func decimal(raw any) (float64, bool) {
	switch n := raw.(type) {
	case Number:
		x, err := strconv.ParseFloat(string(n), 64)
		return x + 0, err == nil // + 0: a minus zero is a zero
	case float64:
		return n + 0, !math.IsNaN(n) && !math.IsInf(n, 0)
	}
	i, ok := integer(raw)
	return float64(i), ok
}

// instant takes RFC 3339 with any offset, or a Go time.
func instant(raw any) (time.Time, bool) {
	switch t := raw.(type) {
	case time.Time:
		return Milli(t), true
	case string:
		at, err := time.Parse(time.RFC3339, t)
		return Milli(at), err == nil
	}
	return time.Time{}, false
}

// Milli is t as it is kept: UTC, whole milliseconds.
func Milli(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
