package record

import (
	"context"
	"testing"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// oneDocument is a store that counts how often it is read.
type oneDocument struct {
	store.Store
	raw   store.Raw
	reads int
}

func (o *oneDocument) Get(_ context.Context, k store.Key, _ store.D) (store.Raw, error) {
	o.reads++
	if k.ID != "i" {
		return nil, store.ErrNotFound
	}
	return o.raw, nil
}

// TestARoundReadsADocumentOnce: what a verb reads twice is the same both times,
// whatever it did to its copy, and the commit is held to it once; the next round
// reads anew.
func TestARoundReadsADocumentOnce(t *testing.T) {
	t.Parallel()
	var ks kind.Kinds
	kind.Declare[masked](&ks, kind.Spec{Name: "masked", Class: kind.SHR, Scope: kind.Mission()})
	reg, err := kind.Compile(ks)
	if err != nil {
		t.Fatal(err)
	}
	d := reg.Get("masked")
	s := &oneDocument{raw: store.Encode(d.Encode(&masked{Head: kind.Head{ID: "i", Mission: "m", Rev: 3}, Shr: "as stored"}))}
	e := &Engine{Store: s, Kinds: reg}
	for round := 1; round <= 2; round++ {
		w := &world{ctx: t.Context(), e: e, a: &kind.Actor{Mission: "m"}, journal: "m", got: map[store.Key]store.Raw{}}
		for range 2 {
			rec := &masked{}
			if err := w.Get(value.Ref{Kind: "masked", ID: "i"}, rec); err != nil || rec.Shr != "as stored" {
				t.Fatalf("%q, %v", rec.Shr, err)
			}
			rec.Shr = "changed"
		}
		if s.reads != round || len(w.rely) != 1 || w.rely[0].Rev != 3 {
			t.Errorf("round %d: %d reads, held to %v", round, s.reads, w.rely)
		}
	}
	w := &world{ctx: t.Context(), e: e, a: &kind.Actor{Mission: "m"}, journal: "m", got: map[store.Key]store.Raw{}}
	if err := w.Get(value.Ref{Kind: "masked", ID: "none"}, &masked{}); kind.CodeOf(err) != kind.CodeNotFound || len(w.rely) != 1 || w.rely[0].Rev != 0 {
		t.Errorf("%v, held to %v", err, w.rely)
	}
}
