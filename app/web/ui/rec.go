package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Rec is a record as its reader sees it, read from the view of the engine.
// What the reader does not see is not in it.
type Rec struct {
	Kind *kind.Descriptor
	ID   string
	ETag string
	doc  map[string]any // by field; what nobody has asked for yet is unread
}

// unread is a value as JSON: a list shows some fields of many records, and
// reading the others costs more than finding the record.
type unread []byte

// Parse reads a view of a record of d. The record goes on to use the bytes of
// the view, which nobody may change. They are the engine's own JSON, an object
// without space between its parts, so it is enough to find where fields begin
// and end; anything else is an error.
func Parse(d *kind.Descriptor, v record.View) (Rec, error) {
	r := Rec{Kind: d, ID: v.ID, ETag: v.ETag, doc: make(map[string]any, len(d.Fields))}
	rest, ok := bytes.CutPrefix(v.JSON, []byte("{"))
	for ok && len(rest) > 1 {
		n := span(rest)
		if ok = n > 2 && n < len(rest) && rest[0] == '"' && rest[n] == ':'; !ok {
			break
		}
		name := string(rest[1 : n-1])
		rest = rest[n+1:]
		n = span(rest)
		if ok = n > 0 && n < len(rest) && (rest[n] == ',' || rest[n] == '}'); ok {
			r.doc[name] = unread(rest[:n:n])
			rest = rest[n+1:]
		}
	}
	end := "" // the last field took it along
	if len(r.doc) == 0 {
		end = "}"
	}
	if !ok || string(rest) != end {
		return r, fmt.Errorf("web: view of %s %s is not what the engine writes", d.Name, v.ID)
	}
	return r, nil
}

// span is how many bytes the JSON value at the beginning of b takes, 0 if it
// does not end.
func span(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = quoted(b, i); i < 0 {
				return 0
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return 0
}

// quoted is where the string that begins at i ends, -1 if it does not.
func quoted(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// read is u as Raw gives values. It is sound JSON, being the engine's.
func (u unread) read() any {
	switch u[0] {
	case '"':
		text, _ := jsontext.AppendUnquote(nil, u)
		return string(text)
	case 't', 'f':
		return u[0] == 't'
	case 'n':
		return nil
	case '{', '[':
		var v any
		dec := json.NewDecoder(bytes.NewReader(u))
		dec.UseNumber()
		_ = dec.Decode(&v)
		return v
	}
	return json.Number(u)
}

// field is the value of a field.
func (r Rec) field(name string) any {
	v := r.doc[name]
	if u, ok := v.(unread); ok {
		v = u.read()
		r.doc[name] = v
	}
	return v
}

// whole is the record with every field read.
func (r Rec) whole() map[string]any {
	for name := range r.doc {
		r.field(name)
	}
	return r.doc
}

// ParseAll reads the views of a list.
func ParseAll(d *kind.Descriptor, vs []record.View) ([]Rec, error) {
	out := make([]Rec, 0, len(vs))
	for _, v := range vs {
		r, err := Parse(d, v)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Raw is the value at a dotted path ("participants.0.party"), nil if there is
// none: a string, json.Number, bool, map[string]any or []any.
func (r Rec) Raw(path string) any {
	if path == "" {
		return r.whole()
	}
	name, rest, _ := strings.Cut(path, ".")
	return At(r.field(name), rest)
}

// At is Raw for a value that is not a whole record.
func At(v any, path string) any {
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, ".")
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// Has reports whether there is a value at path.
func (r Rec) Has(path string) bool { return r.Raw(path) != nil }

// Str is the text at path, "" if there is none.
func (r Rec) Str(path string) string {
	switch v := r.Raw(path).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// Int is the whole number at path, 0 if there is none.
func (r Rec) Int(path string) int64 { return asInt(r.Raw(path)) }

// asInt is v as a whole number, 0 if it is none.
func asInt(v any) int64 {
	n, _ := v.(json.Number)
	i, _ := n.Int64()
	return i
}

// Bool is the truth at path.
func (r Rec) Bool(path string) bool { b, _ := r.Raw(path).(bool); return b }

// Time is the instant at path, zero if there is none.
func (r Rec) Time(path string) time.Time {
	t, _ := time.Parse(time.RFC3339, r.Str(path))
	return t
}

// Len is how many elements the list at path has.
func (r Rec) Len(path string) int { l, _ := r.Raw(path).([]any); return len(l) }

// Strs are the texts of the list at path.
func (r Rec) Strs(path string) []string {
	l, _ := r.Raw(path).([]any)
	var out []string
	for _, v := range l {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// State is the state of the record.
func (r Rec) State() string { return r.Str("state") }

// Ref points at the record.
func (r Rec) Ref() value.Ref { return value.Ref{Kind: r.Kind.Name, ID: r.ID} }

// To is the reference at path, zero if there is none.
func (r Rec) To(path string) value.Ref { return AsRef(r.Raw(path)) }

// ToAll are the references of the list at path.
func (r Rec) ToAll(path string) []value.Ref {
	l, _ := r.Raw(path).([]any)
	out := make([]value.Ref, 0, len(l))
	for _, v := range l {
		out = append(out, AsRef(v))
	}
	return out
}

// AsRef is v as a reference, zero if it is none.
func AsRef(v any) value.Ref {
	m, _ := v.(map[string]any)
	k, _ := m["kind"].(string)
	id, _ := m["id"].(string)
	return value.Ref{Kind: k, ID: id}
}

// Said is what somebody wrote, at path; zero if there is nothing.
func (r Rec) Said(path string) value.Text { return AsText(r.Raw(path)) }

// AsText is v as what somebody wrote.
func AsText(v any) value.Text {
	m, ok := v.(map[string]any)
	if !ok {
		return value.Text{}
	}
	str := func(m map[string]any, name string) string { s, _ := m[name].(string); return s }
	t := value.Text{Lang: value.Lang(str(m, "lang")), Text: str(m, "text")}
	trs, _ := m["tr"].(map[string]any)
	for lang, raw := range trs {
		one, _ := raw.(map[string]any)
		if t.Tr == nil {
			t.Tr = map[value.Lang]value.Translation{}
		}
		t.Tr[value.Lang(lang)] = value.Translation{Text: str(one, "text"), Method: value.Method(str(one, "method")),
			State: value.TranslationState(str(one, "state")), By: str(one, "by"), At: str(one, "at")}
	}
	return t
}

// Refs are the references of r, wherever they stand.
func (r Rec) Refs() []value.Ref {
	var out []value.Ref
	for _, v := range r.whole() { // the record has a kind and an id itself
		out = gather(out, v)
	}
	return out
}

func gather(out []value.Ref, v any) []value.Ref {
	switch x := v.(type) {
	case map[string]any:
		if ref := AsRef(x); ref.ID != "" && ref.Kind != "" {
			return append(out, ref)
		}
		for _, e := range x {
			out = gather(out, e)
		}
	case []any:
		for _, e := range x {
			out = gather(out, e)
		}
	}
	return out
}

// Names are what records are called, by reference; who is not in it does not
// exist for the reader.
type Names map[value.Ref]string

// namesAtOnce is how many records the engine reads at once.
const namesAtOnce = 200

// Names looks up what the records behind refs are called, for the reader of p.
func (s *Site) Names(ctx context.Context, p Page, refs []value.Ref) (Names, error) {
	byKind := map[string][]string{}
	names := Names{}
	for _, r := range refs {
		if _, seen := names[r]; !seen && r.ID != "" && s.Kinds.Get(r.Kind) != nil {
			names[r] = ""
			byKind[r.Kind] = append(byKind[r.Kind], r.ID)
		}
	}
	for name, ids := range byKind {
		for some := range slices.Chunk(ids, namesAtOnce) {
			if err := s.nameSome(ctx, p, s.Kinds.Get(name), some, names); err != nil {
				return nil, err
			}
		}
	}
	for r, n := range names {
		if n == "" {
			delete(names, r)
		}
	}
	return names, nil
}

func (s *Site) nameSome(ctx context.Context, p Page, d *kind.Descriptor, ids []string, names Names) error {
	views, err := s.Records.ReadMany(ctx, p.Actor, d, ids)
	if err != nil && kind.CodeOf(err) != kind.CodeNotFound {
		return err
	}
	for _, v := range views {
		r, err := Parse(d, v)
		if err != nil {
			return err
		}
		names[r.Ref()] = p.Caption(r)
	}
	return nil
}

// Read reads one record for the reader of p.
func (s *Site) Read(ctx context.Context, p Page, d *kind.Descriptor, id string) (Rec, error) {
	v, err := s.Records.Read(ctx, p.Actor, d, id)
	if err != nil {
		return Rec{}, err
	}
	return Parse(d, v)
}

// List reads a page of a list for the reader of p.
func (s *Site) List(ctx context.Context, p Page, d *kind.Descriptor, q record.ListQuery) (recs []Rec, next string, err error) {
	l, err := s.Records.List(ctx, p.Actor, d, q)
	if err != nil {
		return nil, "", err
	}
	recs, err = ParseAll(d, l.Items)
	return recs, l.Next, err
}

// bare leaves the indexes out of a dotted path: "participants.0.party" is
// "participants.party".
func bare(path string) string {
	parts := strings.Split(path, ".")
	out := parts[:0]
	for _, s := range parts {
		if s == "" || s[0] >= '0' && s[0] <= '9' {
			continue
		}
		out = append(out, s)
	}
	return strings.Join(out, ".")
}
