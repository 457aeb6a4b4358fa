package record

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Imported is a record that was made elsewhere, such as a seed, with its
// envelope as it shall be. Released asks for a copy on the released shelf.
type Imported struct {
	Rec      kind.Record
	Released bool
}

// Import writes records in one commit, as they are: first revisions in a's
// mission, or in the service's journal if they are reference data; never both.
// Each is held to its tags, to its own Validate and to the reference lists, not
// to the rules of its verbs: what is imported has happened. The same records
// again, in the same order, change nothing; other content under their ids is
// CodeConflict. Sequences are raised to the numbers given, never lowered. A
// commit has its bounds (store.ErrTooLarge); the caller cuts.
func (e *Engine) Import(ctx context.Context, a kind.Actor, recs []Imported, sequences map[string]int64) error {
	if len(recs) == 0 {
		return nil
	}
	sh, _, err := (&world{e: e}).record(recs[0].Rec)
	if err != nil {
		return err
	}
	w, err := e.world(ctx, &a, sh.journal(&a))
	if err != nil {
		return err
	}
	c := store.Commit{Journal: w.journal, Key: "import:" + sh.Name + ":" + recs[0].Rec.Meta().ID,
		Act: store.Act{By: a.Person, Account: a.Account, Verb: "import", Kind: sh.Name, ID: recs[0].Rec.Meta().ID, At: w.Now()}}
	for i := range recs {
		if err := w.imported(&c, &recs[i]); err != nil {
			return err
		}
	}
	if err := w.raise(&c, sequences); err != nil {
		return err
	}
	return e.put(ctx, c)
}

// put commits what no rule is left to run for.
func (e *Engine) put(ctx context.Context, c store.Commit) error {
	r, err := e.Store.Commit(ctx, c)
	if err != nil {
		return wrap(err)
	}
	e.committed(r)
	return nil
}

// imported adds one record, and its released copy, to c.
func (w *world) imported(c *store.Commit, in *Imported) error {
	sh, rec, err := w.record(in.Rec)
	if err != nil {
		return err
	}
	h := rec.Meta()
	if sh.journal(w.a) != w.journal || (!sh.service() && h.Mission != w.a.Mission) {
		return fmt.Errorf("record: %s %s belongs to another journal", sh.Name, h.ID)
	}
	if h.CreatedBy == "" {
		h.CreatedBy, h.CreatedAt = w.a.Person, w.Now()
		h.UpdatedBy, h.UpdatedAt = h.CreatedBy, h.CreatedAt
	}
	h.Rev = 1
	if h.State == "" {
		h.State = sh.Initial()
	}
	if err := w.sound(sh, rec); err != nil {
		return fmt.Errorf("record: %s %s: %w", sh.Name, h.ID, err)
	}
	raw := store.Encode(sh.Encode(rec))
	c.Put = append(c.Put, store.Put{Key: w.key(sh.Name, h.ID), Doc: raw})
	c.Request = append(c.Request, raw...)
	if !in.Released || sh.released == "" {
		return nil
	}
	doc, err := sh.copy(rec, 1)
	if err != nil {
		return err
	}
	c.Put = append(c.Put, store.Put{Key: w.key(sh.released, h.ID), Doc: store.Encode(doc)})
	return nil
}

// sound holds a record to its own rules and to the reference lists. Reference
// data is not held to the lists that it makes.
func (w *world) sound(sh *shape, rec kind.Record) error {
	if err := sh.Validate(rec, w.clock); err != nil || sh.service() {
		return err
	}
	var c kind.Check
	if err := w.e.listed(w.ctx, &c, sh.Codes(rec)); err != nil {
		return err
	}
	return c.Err()
}

// raise adds the sequences to c that stand lower than they shall.
func (w *world) raise(c *store.Commit, sequences map[string]int64) error {
	for _, name := range slices.Sorted(maps.Keys(sequences)) {
		k := counterKey(w.journal, name)
		at, err := w.e.counter(w.ctx, k)
		if err != nil {
			return err
		}
		if at.n < sequences[name] {
			at.n = sequences[name]
			c.Put = append(c.Put, at.put(k, w.a.Mission))
		}
	}
	return nil
}

// Raise raises sequences of a's mission to the numbers given, never lower.
func (e *Engine) Raise(ctx context.Context, a kind.Actor, sequences map[string]int64) error {
	w, err := e.world(ctx, &a, a.Mission)
	if err != nil {
		return err
	}
	c := store.Commit{Journal: a.Mission, Act: store.Act{By: a.Person, Account: a.Account, Verb: "raise", Kind: Counter, At: w.Now()}}
	if err := w.raise(&c, sequences); err != nil || len(c.Put) == 0 {
		return err
	}
	return e.put(ctx, c)
}

// Sequence tells where a sequence of a's mission stands, 0 before its first number.
func (e *Engine) Sequence(ctx context.Context, a kind.Actor, name string) (int64, error) {
	c, err := e.counter(ctx, counterKey(a.Mission, name))
	if err != nil {
		return 0, err
	}
	return c.n, nil
}
