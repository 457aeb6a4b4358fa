package record

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"sync"

	"colocate/app/store"
	"colocate/domain/kind"
)

// classNames are the values of "vis" (domain.md §2).
var classNames = map[kind.Class]string{kind.PUB: "PUB", kind.SHR: "SHR", kind.MIS: "MIS", kind.CON: "CON", kind.STR: "STR"}

// mask says what of a document, or of a document nested in one, a class of
// readers sees. A name that it does not list does not leave.
type mask struct {
	open  string         // constants that every document begins with: "kind":"unit","vis":"SHR"
	slots []slot         // what may leave, in the order in which it is stored
	at    map[string]int // of each name in slots
	each  *mask          // for names that are data, such as languages
}

// slot is a field that may leave.
type slot struct {
	name string
	json []byte // the name as JSON, with its colon
	sub  *mask  // nil: the value as a whole
}

// whole lets a value out as it is.
var whole *mask

// newMask compiles what readers of class see of d's documents.
func newMask(d *kind.Descriptor, class kind.Class) *mask {
	m := &mask{}
	m.let(d.Envelope, class)
	m.let(d.Fields, class)
	if class >= kind.MIS {
		m.open = `"kind":"` + d.Name + `","vis":"` + classNames[d.Class] + `"`
	}
	return m
}

func (m *mask) let(fields []*kind.Field, class kind.Class) {
	for _, f := range fields {
		if f.Class <= class && f.Class < kind.STR {
			m.add(f.Name, fieldMask(f, class))
		}
	}
}

func (m *mask) add(name string, sub *mask) *mask {
	if m.at == nil {
		m.at = map[string]int{}
	}
	m.at[name] = len(m.slots)
	m.slots = append(m.slots, slot{name, append(store.AppendJSONString(nil, []byte(name)), ':'), sub})
	return m
}

func fieldMask(f *kind.Field, class kind.Class) *mask {
	switch {
	case f.Type == kind.Struct:
		m := &mask{}
		m.let(f.Fields, class)
		return m
	case f.Type == kind.TextType && class < kind.MIS:
		return sharedText
	}
	return whole
}

// sharedText leaves out who translated, and when: staff are not named to the
// host side (domain.md §5.3 N6, §5.7 "UN person, posting").
var sharedText = new(mask).add("lang", whole).add("text", whole).
	add("tr", &mask{each: new(mask).add("text", whole).add("method", whole).add("state", whole)})

// ahead is how many slots are compared before the map is asked: documents are
// stored in the order of the slots, so the next name is mostly among the next
// few, empty fields being left out.
const ahead = 4

// find is the place of name in m.slots, -1 if it may not leave; next is where it
// is expected.
func (m *mask) find(name []byte, next int) int {
	for i := next; i < min(next+ahead, len(m.slots)); i++ {
		if m.slots[i].name == string(name) {
			return i
		}
	}
	if i, ok := m.at[string(name)]; ok {
		return i
	}
	return -1
}

// append appends what m lets out of raw, as one JSON object. Where nothing of
// a nested document may leave, neither does its name: an empty object would
// tell that there is something.
func (m *mask) append(dst []byte, raw []byte) ([]byte, bool, error) {
	dst = append(dst, '{')
	dst = append(dst, m.open...)
	some := m.open != ""
	next := 0
	err := store.Walk(raw, func(name []byte, t store.Type, v []byte) error {
		at, sub := len(dst), m.each
		if sub == nil {
			i := m.find(name, next)
			if i < 0 {
				return nil
			}
			next, sub = i+1, m.slots[i].sub
			dst = append(comma(dst, some), m.slots[i].json...)
		} else {
			dst = append(store.AppendJSONString(comma(dst, some), name), ':')
		}
		var ok bool
		var err error
		if dst, ok, err = sub.appendValue(dst, t, v); !ok {
			dst = dst[:at]
			return err
		}
		some = true
		return err
	})
	return append(dst, '}'), some, err
}

func comma(dst []byte, needed bool) []byte {
	if needed {
		return append(dst, ',')
	}
	return dst
}

func (m *mask) appendValue(dst []byte, t store.Type, v []byte) ([]byte, bool, error) {
	switch {
	case m == nil:
		return store.AppendJSON(dst, t, v), true, nil
	case t == store.TypeDocument:
		return m.append(dst, v)
	case t == store.TypeArray:
		return m.appendList(dst, v)
	}
	return dst, false, nil // a value where the declaration has a document: nobody's to see
}

func (m *mask) appendList(dst, raw []byte) ([]byte, bool, error) {
	dst = append(dst, '[')
	some := false
	err := store.Walk(raw, func(_ []byte, t store.Type, v []byte) error {
		at := len(dst)
		dst = comma(dst, some)
		var ok bool
		var err error
		if dst, ok, err = m.appendValue(dst, t, v); !ok {
			dst = dst[:at]
			return err
		}
		some = true
		return err
	})
	return append(dst, ']'), some, err
}

// tagger makes ETags: keyed, so that nobody can tell from one what a masked
// field holds by trying values.
type tagger struct{ pool sync.Pool }

func newTagger(key []byte) *tagger {
	return &tagger{pool: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

const tagBytes = 16

// tag is the strong ETag of what a caller reads, quotes included.
func (t *tagger) tag(json []byte) string {
	h := t.pool.Get().(hash.Hash)
	defer t.pool.Put(h)
	h.Reset()
	h.Write(json)
	var sum [sha256.Size]byte
	var out [2 + (tagBytes*8+5)/6]byte
	h.Sum(sum[:0])
	out[0], out[len(out)-1] = '"', '"'
	base64.RawURLEncoding.Encode(out[1:len(out)-1], sum[:tagBytes])
	return string(out[:])
}
