package store

import (
	"fmt"
	"strconv"
	"time"
)

// facts are what an entry says for ever: ids, revisions, codes and keyed
// hashes, nothing a purge would have to take back (design.md §4).
type facts struct {
	Journal string
	First   int64
	Acts    []fact // of number First, First+1, ...
}

// fact is one commit.
type fact struct {
	Key     []byte // keyed hash of the idempotency key
	Request []byte // keyed hash of what the key came with
	Act     Act    // without Why
	Docs    []docFact
}

// docFact is one version of one document. A note has no shelf and no id: it is
// where the words of a commit without documents lie.
type docFact struct {
	Key   Key
	Rev   int64
	Gone  Gone
	Hash  []byte // of salt and content
	Count Raw    // fields that figures count; nil if none
}

func (d *docFact) note() bool { return d.Key.Shelf == "" }

// encode writes the facts as BSON. Names are short because every commit keeps
// them: j journal, n first number, c commits; of a commit k key, q request, a
// act, d documents; of a document s shelf, i id, r revision, g gone, h hash,
// f counted fields.
func (f *facts) encode() []byte {
	dst, at := open(make([]byte, 0, 512*len(f.Acts)))
	dst = appendString(dst, "j", f.Journal)
	dst = appendInt(dst, "n", f.First)
	dst, list := open(appendName(dst, TypeArray, "c"))
	for i := range f.Acts {
		dst = f.Acts[i].encode(appendName(dst, TypeDocument, strconv.Itoa(i)))
	}
	return shut(shut(dst, list), at)
}

func (c *fact) encode(dst []byte) []byte {
	dst, at := open(dst)
	dst = appendBinary(dst, "k", c.Key)
	dst = appendBinary(dst, "q", c.Request)
	dst = c.Act.encode(appendName(dst, TypeDocument, "a"))
	dst, list := open(appendName(dst, TypeArray, "d"))
	for i := range c.Docs {
		dst = c.Docs[i].encode(appendName(dst, TypeDocument, strconv.Itoa(i)))
	}
	return shut(shut(dst, list), at)
}

func (d *docFact) encode(dst []byte) []byte {
	dst, at := open(dst)
	dst = appendString(dst, "s", d.Key.Shelf)
	dst = appendString(dst, "i", d.Key.ID)
	dst = appendInt(dst, "r", d.Rev)
	if d.Gone != Live {
		dst = appendString(dst, "g", string(d.Gone))
	}
	dst = appendBinary(dst, "h", d.Hash)
	if d.Count != nil {
		dst = append(appendName(dst, TypeDocument, "f"), d.Count...)
	}
	return shut(dst, at)
}

// word is a text field of an act and its short name.
type word struct {
	name string
	at   *string
}

func (a *Act) words() [8]word {
	return [8]word{{"by", &a.By}, {"acc", &a.Account}, {"role", &a.Role}, {"verb", &a.Verb},
		{"kind", &a.Kind}, {"id", &a.ID}, {"dev", &a.Device}, {"req", &a.Request}}
}

func (a *Act) encode(dst []byte) []byte {
	dst, at := open(dst)
	for _, w := range a.words() {
		if *w.at != "" {
			dst = appendString(dst, w.name, *w.at)
		}
	}
	return shut(appendTime(dst, "at", a.At), at)
}

// parseFacts reads what encode wrote. It copies what it keeps.
func parseFacts(raw []byte) (*facts, error) {
	f := &facts{}
	err := Walk(raw, func(name []byte, t Type, v []byte) error {
		switch {
		case string(name) == "j" && t == TypeString:
			f.Journal = string(Text(v))
		case string(name) == "n" && t == TypeInt64:
			f.First = Int(t, v)
		case string(name) == "c" && t == TypeArray:
			return f.parseActs(v)
		}
		return nil
	})
	if err == nil && len(f.Acts) == 0 {
		err = ErrDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return f, nil
}

func (f *facts) parseActs(list []byte) error {
	return Walk(list, func(_ []byte, _ Type, v []byte) error {
		f.Acts = append(f.Acts, fact{})
		return f.Acts[len(f.Acts)-1].parse(v, f.Journal)
	})
}

func (c *fact) parse(raw []byte, journal string) error {
	return Walk(raw, func(name []byte, t Type, v []byte) error {
		switch {
		case string(name) == "k" && t == TypeBinary:
			c.Key = copied(v[5:])
		case string(name) == "q" && t == TypeBinary:
			c.Request = copied(v[5:])
		case string(name) == "a" && t == TypeDocument:
			return c.Act.parse(v)
		case string(name) == "d" && t == TypeArray:
			return Walk(v, func(_ []byte, _ Type, v []byte) error {
				d := docFact{Key: Key{Journal: journal}}
				err := d.parse(v)
				c.Docs = append(c.Docs, d)
				return err
			})
		}
		return nil
	})
}

func (d *docFact) parse(raw []byte) error {
	return Walk(raw, func(name []byte, t Type, v []byte) error {
		switch {
		case string(name) == "s" && t == TypeString:
			d.Key.Shelf = string(Text(v))
		case string(name) == "i" && t == TypeString:
			d.Key.ID = string(Text(v))
		case string(name) == "r" && t == TypeInt64:
			d.Rev = Int(t, v)
		case string(name) == "g" && t == TypeString:
			d.Gone = Gone(Text(v))
		case string(name) == "h" && t == TypeBinary:
			d.Hash = copied(v[5:])
		case string(name) == "f" && t == TypeDocument:
			d.Count = copied(v)
		}
		return nil
	})
}

func (a *Act) parse(raw []byte) error {
	words := a.words()
	return Walk(raw, func(name []byte, t Type, v []byte) error {
		if t == TypeDateTime {
			a.At = time.UnixMilli(Int(t, v)).UTC()
			return nil
		}
		for _, w := range words {
			if t == TypeString && w.name == string(name) {
				*w.at = string(Text(v))
			}
		}
		return nil
	})
}

func copied(b []byte) []byte { return append([]byte{}, b...) }
