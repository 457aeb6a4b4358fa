package kind

import (
	"fmt"
	"reflect"
	"time"

	"colocate/domain/value"
)

// headNames are the fields of the envelope as they are stored, in their order.
var headNames = []string{"id", "mission_id", "rev", "state", "lang", "created_by", "created_at", "updated_by",
	"updated_at", "released_at", "voided_reason"}

// envelope describes the envelope of d. The host side sees of it what
// domain.md §5.7 says: id, state, released_at.
func envelope(d *Descriptor) []*Field {
	limit := int64(maxText)
	fields := []*Field{
		{Name: "id", Type: String, Class: SHR},
		{Name: "mission_id", Type: String, Class: MIS, Server: true},
		{Name: "rev", Type: Int, Class: MIS, Server: true},
		{Name: "state", Type: String, Class: SHR, Server: true},
		{Name: "lang", Type: LangType, Class: MIS},
		{Name: "created_by", Type: String, Class: MIS, Server: true, Filter: true},
		{Name: "created_at", Type: Time, Class: MIS, Server: true, Sort: true},
		{Name: "updated_by", Type: String, Class: MIS, Server: true, Filter: true},
		{Name: "updated_at", Type: Time, Class: MIS, Server: true, Sort: true},
		{Name: "released_at", Type: Time, Class: SHR, Server: true, Sort: true},
		{Name: "voided_reason", Type: String, Class: MIS, Server: true, Max: &limit},
	}
	for _, f := range fields {
		f.path = f.Name
		if f.Name == "state" && len(d.Flow.States) > 0 {
			f.Type, f.Filter = Enum, true
			for _, s := range d.Flow.States {
				f.Values = append(f.Values, string(s))
			}
		}
	}
	return fields
}

// value is the struct that rec points at.
func (d *Descriptor) value(rec Record) reflect.Value {
	v := reflect.ValueOf(rec)
	if v.Kind() != reflect.Pointer || v.Type().Elem() != d.typ {
		panic(fmt.Sprintf("kind: %T is not a record of %s", rec, d.Name)) // a mistake of the program, not of a caller
	}
	return v.Elem()
}

func (v *VerbDescriptor) value(input any) reflect.Value {
	rv := reflect.ValueOf(input)
	if rv.Kind() != reflect.Pointer || rv.Type().Elem() != v.in {
		panic(fmt.Sprintf("kind: %T is not the input of %s", input, v.Name))
	}
	return rv.Elem()
}

// Encode returns rec as it is stored: the envelope, the kind's fields in their
// order, and _own, the ids of the people it is their own. What is empty is left
// out; _id and seq are the store's to add.
func (d *Descriptor) Encode(rec Record) Doc {
	v := d.value(rec)
	doc := make(Doc, 0, len(headNames)+len(d.Fields)+1)
	doc = d.codec.encode(encodeHead(doc, rec.Meta()), v)
	if own := d.Owners(rec); len(own) > 0 {
		list := make([]any, len(own))
		for i, id := range own {
			list[i] = id
		}
		doc = append(doc, Elem{"_own", list})
	}
	return doc
}

func encodeHead(doc Doc, h *Head) Doc {
	doc = word(doc, "id", h.ID)
	doc = word(doc, "mission_id", h.Mission)
	doc = append(doc, Elem{"rev", h.Rev})
	doc = word(doc, "state", string(h.State))
	doc = word(doc, "lang", string(h.Lang))
	doc = word(doc, "created_by", h.CreatedBy)
	doc = moment(doc, "created_at", h.CreatedAt)
	doc = word(doc, "updated_by", h.UpdatedBy)
	doc = moment(doc, "updated_at", h.UpdatedAt)
	doc = moment(doc, "released_at", h.ReleasedAt)
	return word(doc, "voided_reason", h.VoidedReason)
}

// moment adds a time that is left out where it is zero.
func moment(doc Doc, name string, t time.Time) Doc {
	if t.IsZero() {
		return doc
	}
	return append(doc, Elem{name, Milli(t)})
}

// Load is the inverse of Encode: it sets all of rec to what doc says, and to
// zero what doc leaves out. Names with a leading underscore, and seq, are the
// store's and are passed over; any other that is not declared is an error, as
// is a value of another type than Encode makes.
func (d *Descriptor) Load(doc Doc, rec Record) error {
	h := rec.Meta()
	*h = Head{}
	if err := d.codec.load(doc, d.value(rec), func(e Elem) error { return loadHead(h, e) }); err != nil {
		return fmt.Errorf("kind: stored %s %s: %w", d.Name, h.ID, err)
	}
	return nil
}

func loadHead(h *Head, e Elem) error {
	if e.Name == "" || e.Name[0] == '_' || e.Name == "seq" {
		return nil
	}
	var ok bool
	switch e.Name {
	case "id":
		h.ID, ok = e.Value.(string)
	case "mission_id":
		h.Mission, ok = e.Value.(string)
	case "rev":
		h.Rev, ok = integer(e.Value)
	case "state":
		var s string
		s, ok = e.Value.(string)
		h.State = State(s)
	case "lang":
		var s string
		s, ok = e.Value.(string)
		h.Lang = value.Lang(s)
	case "created_by":
		h.CreatedBy, ok = e.Value.(string)
	case "created_at":
		h.CreatedAt, ok = stamp(e.Value)
	case "updated_by":
		h.UpdatedBy, ok = e.Value.(string)
	case "updated_at":
		h.UpdatedAt, ok = stamp(e.Value)
	case "released_at":
		h.ReleasedAt, ok = stamp(e.Value)
	case "voided_reason":
		h.VoidedReason, ok = e.Value.(string)
	default:
		return undeclared(e)
	}
	if !ok {
		return fmt.Errorf("%s: %w", e.Name, unlike("another type", e.Value))
	}
	return nil
}

func stamp(raw any) (time.Time, bool) {
	t, ok := raw.(time.Time)
	return Milli(t), ok
}
