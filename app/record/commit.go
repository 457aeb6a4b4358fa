package record

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"colocate/app/store"
	"colocate/domain/kind"
)

// commit makes one commit of what a verb did.
func (w *world) commit(act store.Act) (store.Commit, error) {
	c := store.Commit{Journal: w.journal, Act: act}
	for _, p := range w.puts {
		if err := w.addPut(&c, p); err != nil {
			return c, err
		}
	}
	for _, p := range w.puts {
		if err := w.addCopy(&c, p); err != nil {
			return c, err
		}
	}
	for _, sequence := range slices.Sorted(maps.Keys(w.next)) {
		c.Put = append(c.Put, w.next[sequence].put(counterKey(w.journal, sequence), w.a.Mission))
	}
	c.Rely = append(c.Rely, w.rely...)
	return c, nil
}

// addPut writes the record itself.
func (w *world) addPut(c *store.Commit, p *pending) error {
	if !p.put {
		return nil
	}
	h := p.rec.Meta()
	if h.ID == "" {
		return fmt.Errorf("record: a %s without an id", p.sh.Name)
	}
	h.Rev++
	if !p.beside {
		h.UpdatedBy, h.UpdatedAt = w.a.Person, w.Now()
	}
	doc := p.sh.Encode(p.rec)
	put := store.Put{Key: w.key(p.sh.Name, h.ID), Rev: h.Rev - 1, Doc: store.Encode(doc)}
	for _, u := range p.sh.uniques {
		if v := at(put.Doc, u.path); v != "" {
			c.Rely = append(c.Rely, store.Reliance{Shelf: p.sh.Name, Except: h.ID, Unique: true,
				Filter: throughout(p.sh, w.a.Mission, kind.Is(u.path, v))})
		}
	}
	c.Put = append(c.Put, put)
	return nil
}

func (w *world) key(shelf, id string) store.Key {
	return store.Key{Shelf: shelf, Journal: w.journal, ID: id}
}

// addCopy writes or removes the released copy.
func (w *world) addCopy(c *store.Commit, p *pending) error {
	if !p.release && !p.withdraw {
		return nil
	}
	k := w.key(p.sh.released, p.rec.Meta().ID)
	rev, live, err := w.e.revision(w.ctx, k)
	if err != nil {
		return err
	}
	if p.withdraw {
		if live {
			c.Put = append(c.Put, store.Put{Key: k, Rev: rev})
		}
		return nil
	}
	doc, err := p.sh.copy(p.rec, rev+1)
	if err != nil {
		return err
	}
	c.Put = append(c.Put, store.Put{Key: k, Rev: rev, Doc: store.Encode(doc)})
	return nil
}

// copied are the fields of the envelope that a released copy has: what the host
// side sees, and the mission that its indexes begin with.
var copied = []string{"id", missionField, "state", "released_at"}

// copy is the released copy of rec: the PUB and SHR fields, and as "own" those
// whom these fields name and the author. rev is the copy's own, so that it does
// not tell how often the record was edited.
func (sh *shape) copy(rec kind.Record, rev int64) (kind.Doc, error) {
	var doc kind.Doc
	for _, e := range sh.Encode(rec) {
		if slices.Contains(copied, e.Name) {
			doc = append(doc, e)
		}
	}
	doc = append(doc, kind.Elem{Name: "rev", Value: rev})
	doc = append(doc, shared(sh.Encode(rec), sh.Fields)...)
	twin := sh.New()
	if err := sh.Load(doc, twin); err != nil {
		return nil, err
	}
	twin.Meta().CreatedBy = rec.Meta().CreatedBy
	var own []any
	for _, id := range sh.Owners(twin) {
		own = append(own, id)
	}
	return append(doc, kind.Elem{Name: ownField, Value: own}), nil
}

// shared keeps of doc the fields that are PUB or SHR, nested ones too.
func shared(doc kind.Doc, fields []*kind.Field) kind.Doc {
	var out kind.Doc
	for _, e := range doc {
		i := slices.IndexFunc(fields, func(f *kind.Field) bool { return f.Name == e.Name })
		if i < 0 || fields[i].Class > kind.SHR {
			continue
		}
		switch fields[i].Type {
		case kind.Struct:
			e.Value = sharedIn(e.Value, fields[i].Fields)
		case kind.TextType:
			e.Value = unsigned(e.Value)
		}
		if d, nested := e.Value.(kind.Doc); !nested || len(d) > 0 {
			out = append(out, e)
		}
	}
	return out
}

func sharedIn(v any, fields []*kind.Field) any {
	switch x := v.(type) {
	case kind.Doc:
		return shared(x, fields)
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = sharedIn(x[i], fields)
		}
		return out
	}
	return v
}

// unsigned is a text, or a list of them, without who translated it, and when: a
// copy for the host names no staff, not even where only a mask would keep them
// in (domain.md §5.3 N6).
func unsigned(v any) any {
	return eachDoc(v, func(text kind.Elem) (kind.Elem, bool) {
		if text.Name == "tr" {
			text.Value = eachDoc(text.Value, func(lang kind.Elem) (kind.Elem, bool) {
				lang.Value = eachDoc(lang.Value, func(e kind.Elem) (kind.Elem, bool) { return e, e.Name != "by" && e.Name != "at" })
				return lang, true
			})
		}
		return text, true
	})
}

// eachDoc is v, a document or a list of documents, with each member as keep
// makes it, or without.
func eachDoc(v any, keep func(kind.Elem) (kind.Elem, bool)) any {
	switch x := v.(type) {
	case kind.Doc:
		out := make(kind.Doc, 0, len(x))
		for _, e := range x {
			if e, ok := keep(e); ok {
				out = append(out, e)
			}
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = eachDoc(x[i], keep)
		}
		return out
	}
	return v
}

// at is the string at a dotted path of a stored document.
func at(raw store.Raw, path string) string { return text(raw, strings.Split(path, ".")...) }

// committed notes an own commit, so that the next request knows of it.
func (e *Engine) committed(r store.Receipt) {
	shelves := make([]string, len(r.Docs))
	for i, v := range r.Docs {
		shelves[i] = v.Key.Shelf
	}
	e.memory().heads.raise(r.Journal, r.Number, shelves)
}
