// Package kindtest is a World in memory, in which the rules and verbs of kinds
// are tested without a store. It goes through the real descriptors: records are
// kept as Encode makes them, a refused act leaves nothing behind, and a released
// copy holds only what the host side may see. It asks no policy and knows no
// concurrency: those are the engine's, and tested there.
package kindtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// World is a mission in memory. Its exported fields may be set between acts.
type World struct {
	Kinds *kind.Registry
	Who   kind.Actor
	At    time.Time      // the time of the act
	Zone  *time.Location // the mission's
	t     testing.TB
	now   data
}

// data is what a World holds.
type data struct {
	live, out map[value.Ref]kind.Doc
	order     []value.Ref
	numbers   map[string]int64
}

func (d data) clone() data {
	return data{maps.Clone(d.live), maps.Clone(d.out), slices.Clone(d.order), maps.Clone(d.numbers)}
}

// New returns an empty world of kinds at a time in a zone.
func New(t testing.TB, at time.Time, zone *time.Location, parts ...kind.Part) *World {
	t.Helper()
	r, err := kind.Compile(parts...)
	if err != nil {
		t.Fatal(err)
	}
	return &World{Kinds: r, At: at, Zone: zone, t: t,
		now: data{map[value.Ref]kind.Doc{}, map[value.Ref]kind.Doc{}, nil, map[string]int64{}}}
}

// ID makes a UUID out of a short name, the same each time.
func ID(name string) string {
	hex := fmt.Sprintf("%x", name+"................")[:32]
	return hex[:8] + "-" + hex[8:12] + "-4" + hex[13:16] + "-8" + hex[17:20] + "-" + hex[20:32]
}

// To points at the record of a kind that is called name.
func To(kindName, name string) value.Ref { return value.Ref{Kind: kindName, ID: ID(name)} }

func (w *World) desc(rec any) *kind.Descriptor {
	d, err := w.Kinds.Of(rec)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *World) ref(rec any) (*kind.Descriptor, value.Ref) {
	d := w.desc(rec)
	return d, value.Ref{Kind: d.Name, ID: rec.(kind.Record).Meta().ID}
}

// Set puts records into the world as they are, with no rule asked.
func (w *World) Set(recs ...kind.Record) {
	for _, rec := range recs {
		if err := w.Put(rec); err != nil {
			w.t.Fatal(err)
		}
	}
}

// Load reads the record at rec's id into rec; it must be there.
func (w *World) Load(rec kind.Record) {
	w.t.Helper()
	_, ref := w.ref(rec)
	if err := w.Get(ref, rec); err != nil {
		w.t.Fatal(err)
	}
}

// Shared returns what the host side reads of a record, nil if nothing.
func (w *World) Shared(ref value.Ref) kind.Doc { return w.now.out[ref] }

// Count is the number of records of a kind.
func (w *World) Count(name string) int {
	n := 0
	for ref := range w.now.live {
		if ref.Kind == name {
			n++
		}
	}
	return n
}

// Create runs the creation of rec: hook, rules of tags and kind, then the write.
func (w *World) Create(rec kind.Record) error {
	d, h := w.desc(rec), rec.Meta()
	h.State, h.CreatedBy, h.CreatedAt = d.Initial(), w.Who.Person, w.At
	return w.commit(d, rec, func() error { return d.Create.Run(w, rec, nil) })
}

// Replace runs the replacement of a record by rec, which holds the new content
// and, in its server-owned fields, the old.
func (w *World) Replace(rec kind.Record) error {
	d := w.desc(rec)
	if !d.MayEdit(rec.Meta().State) {
		return kind.E(kind.CodeConflict, "error.state", nil)
	}
	return w.commit(d, rec, func() error { return d.Replace.Run(w, rec, nil) })
}

// Do runs a verb on the record at rec's id and leaves it in rec as it is then,
// which is as it was if the verb was refused.
// in is a pointer to the verb's input, nil for an empty one.
func (w *World) Do(verb string, rec kind.Record, in any) error {
	w.t.Helper()
	w.Load(rec)
	d := w.desc(rec)
	v := d.Verb(verb)
	if v == nil {
		w.t.Fatalf("%s has no verb %s", d.Name, verb)
	}
	if in == nil {
		in = v.NewInput()
	}
	if !v.Starts(rec.Meta().State) {
		return kind.E(kind.CodeConflict, "error.state", nil)
	}
	for _, field := range v.Unlike {
		if slices.Contains(d.People(rec, field), w.Who.Person) {
			return kind.E(kind.CodeConflict, "error.four_eyes", nil)
		}
	}
	now := kind.Now{Time: w.Now(), Today: w.Today()}
	if in != nil {
		if err := v.Validate(in, now); err != nil {
			return err
		}
	}
	if v.To != "" {
		rec.Meta().State = v.To
	}
	err := w.commit(d, rec, func() error { return v.Do.Run(w, rec, in) })
	if err != nil {
		w.Load(rec)
	}
	return err
}

// commit runs act and then the rules of rec, and keeps all of it or nothing.
func (w *World) commit(d *kind.Descriptor, rec kind.Record, act func() error) error {
	before := w.now
	w.now = before.clone()
	err := act()
	if err == nil {
		err = d.Validate(rec, kind.Now{Time: w.Now(), Today: w.Today()})
	}
	if err == nil {
		err = w.Put(rec)
	}
	if err != nil {
		w.now = before
	}
	return err
}

// Actor implements kind.World.
func (w *World) Actor() kind.Actor { return w.Who }

// Now implements kind.World.
func (w *World) Now() time.Time { return kind.Milli(w.At) }

// Today implements kind.World.
func (w *World) Today() value.Date { return value.DateOf(w.At.In(w.Zone)) }

// Get implements kind.World.
func (w *World) Get(ref value.Ref, rec any) error {
	doc, ok := w.now.live[ref]
	if !ok {
		return kind.E(kind.CodeNotFound, "error.not_found", nil)
	}
	return w.desc(rec).Load(doc, rec.(kind.Record))
}

// Find implements kind.World, in the order in which records came.
func (w *World) Find(name string, conds []kind.Cond, limit int, fn func(rec any) error) error {
	d := w.Kinds.Get(name)
	for _, ref := range slices.Clone(w.now.order) {
		doc := w.now.live[ref]
		if ref.Kind != name || !matches(doc, conds) || limit == 0 {
			continue
		}
		limit--
		rec := d.New()
		if err := d.Load(doc, rec); err != nil {
			return err
		}
		if err := fn(rec); err != nil {
			return err
		}
	}
	return nil
}

// None implements kind.World.
func (w *World) None(name string, conds ...kind.Cond) (bool, error) {
	none := true
	err := w.Find(name, conds, 1, func(any) error { none = false; return nil })
	return none, err
}

// Put implements kind.World.
func (w *World) Put(rec any) error {
	d, ref := w.ref(rec)
	if _, old := w.now.live[ref]; !old {
		w.now.order = append(w.now.order, ref)
	}
	h := rec.(kind.Record).Meta()
	h.Mission, h.Rev = w.Who.Mission, h.Rev+1
	h.UpdatedBy, h.UpdatedAt = w.Who.Person, w.Now()
	w.now.live[ref] = d.Encode(rec.(kind.Record))
	return nil
}

// Release implements kind.World.
func (w *World) Release(rec any) error {
	d, ref := w.ref(rec)
	if !d.Releasable {
		return fmt.Errorf("%s is not releasable", d.Name)
	}
	fields := slices.Concat(d.Envelope, d.Fields)
	w.now.out[ref] = shared(d.Encode(rec.(kind.Record)), fields)
	return nil
}

// Withdraw implements kind.World.
func (w *World) Withdraw(rec any) error {
	_, ref := w.ref(rec)
	delete(w.now.out, ref)
	return nil
}

// Released implements kind.World.
func (w *World) Released(rec any) (bool, error) {
	_, ref := w.ref(rec)
	return w.now.out[ref] != nil, nil
}

// Next implements kind.World.
func (w *World) Next(sequence string) (int64, error) {
	w.now.numbers[sequence]++
	return w.now.numbers[sequence], nil
}

// Number implements kind.World.
func (w *World) Number(sequence string) (int64, error) { return w.Next("gaps/" + sequence) }

// shared keeps the fields that the host side may see.
func shared(doc kind.Doc, fields []*kind.Field) kind.Doc {
	var seen kind.Doc
	for _, f := range fields {
		v, ok := doc.Get(f.Name)
		if !ok || f.Class > kind.SHR {
			continue
		}
		seen = append(seen, kind.Elem{Name: f.Name, Value: v})
	}
	return seen
}

// matches reports whether doc meets every condition.
func matches(doc kind.Doc, conds []kind.Cond) bool {
	return !slices.ContainsFunc(conds, func(c kind.Cond) bool {
		return !meets(values(doc, strings.Split(c.Field, ".")), c)
	})
}

// values are those at a path; a list on the way stands for all its elements.
func values(v any, path []string) []any {
	switch v := v.(type) {
	case []any:
		var all []any
		for _, e := range v {
			all = append(all, values(e, path)...)
		}
		return all
	case kind.Doc:
		if len(path) > 0 {
			at, ok := v.Get(path[0])
			if ok {
				return values(at, path[1:])
			}
			return nil
		}
	}
	if len(path) > 0 {
		return nil
	}
	return []any{v}
}

// meets reports whether any of vs meets c; for Ne and NotIn, whether all do.
func meets(vs []any, c kind.Cond) bool {
	want := kind.Plain(c.Value)
	list, _ := want.([]string)
	in := func(v any) bool { s, ok := v.(string); return ok && slices.Contains(list, s) }
	switch c.Op {
	case kind.Eq:
		return slices.Contains(vs, want)
	case kind.Absent:
		return len(vs) == 0
	case kind.Ne:
		return !slices.Contains(vs, want)
	case kind.In:
		return slices.ContainsFunc(vs, in)
	case kind.NotIn:
		return !slices.ContainsFunc(vs, in)
	}
	return slices.ContainsFunc(vs, func(v any) bool { return ordered(v, want, c.Op) })
}

func ordered(v, want any, op kind.Op) bool {
	var n int
	switch v := v.(type) {
	case string:
		s, ok := want.(string)
		if !ok {
			return false
		}
		n = strings.Compare(v, s)
	case int64:
		i, ok := want.(int64)
		if !ok {
			return false
		}
		n = int(v - i)
	case time.Time:
		at, ok := want.(time.Time)
		if !ok {
			return false
		}
		n = v.Compare(at)
	default:
		return false
	}
	switch op {
	case kind.Gt:
		return n > 0
	case kind.Gte:
		return n >= 0
	case kind.Lt:
		return n < 0
	}
	return n <= 0
}

// JSON reads text into a Doc; "@name" becomes the id that ID makes of name.
func JSON(t testing.TB, text string) kind.Doc {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	v, err := read(dec)
	doc, ok := v.(kind.Doc)
	if err != nil || !ok {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

func read(dec *json.Decoder) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok := tok.(type) {
	case json.Number:
		return kind.Number(tok), nil
	case string:
		if name, at := strings.CutPrefix(tok, "@"); at {
			return ID(name), nil
		}
		return tok, nil
	case json.Delim:
		return readMany(dec, tok)
	}
	return tok, nil
}

// readMany reads the object or the list that open began.
func readMany(dec *json.Decoder, open json.Delim) (any, error) {
	var doc kind.Doc
	list := []any{}
	for dec.More() {
		var name any
		var err error
		if open == '{' {
			if name, err = dec.Token(); err != nil {
				return nil, err
			}
		}
		v, err := read(dec)
		if err != nil {
			return nil, err
		}
		if open == '{' {
			doc = append(doc, kind.Elem{Name: name.(string), Value: v})
		} else {
			list = append(list, v)
		}
	}
	if _, err := dec.Token(); err != nil && err != io.EOF {
		return nil, err
	}
	if open == '{' {
		return doc, nil
	}
	return list, nil
}
