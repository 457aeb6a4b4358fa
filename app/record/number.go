package record

import (
	"context"
	"errors"

	"colocate/app/store"
	"colocate/domain/kind"
)

// reserve is how many numbers of a sequence with gaps a process takes at once.
const reserve = 100

// counter is where a sequence stands, and the revision that was read of it.
type counter struct{ n, rev int64 }

func counterKey(journal, sequence string) store.Key {
	return store.Key{Shelf: Counter, Journal: journal, ID: sequence}
}

func (e *Engine) counter(ctx context.Context, k store.Key) (*counter, error) {
	raw, err := e.Store.Get(ctx, k, nil)
	if errors.Is(err, store.ErrNotFound) {
		return &counter{}, nil
	}
	if err != nil {
		return nil, wrap(err)
	}
	n, _ := raw.Lookup("n").AsInt64OK()
	return &counter{n: n, rev: revOf(raw)}, nil
}

// put writes the counter at its next revision.
func (c *counter) put(k store.Key, mission string) store.Put {
	doc := kind.Doc{{Name: "id", Value: k.ID}}
	if k.Journal != store.Service {
		doc = append(doc, kind.Elem{Name: missionField, Value: mission})
	}
	doc = append(doc, kind.Elem{Name: "rev", Value: c.rev + 1}, kind.Elem{Name: "n", Value: c.n})
	return store.Put{Key: k, Rev: c.rev, Doc: store.Encode(doc)}
}

// Next implements kind.World: the counter is a document of the same commit, so
// a number is used or was never taken.
func (w *world) Next(sequence string) (int64, error) {
	c := w.next[sequence]
	if c == nil {
		var err error
		if c, err = w.e.counter(w.ctx, counterKey(w.journal, sequence)); err != nil {
			return 0, err
		}
		w.next[sequence] = c
	}
	c.n++
	return c.n, nil
}

// Number implements kind.World: from a block that this process reserved by a
// commit of its own.
func (w *world) Number(sequence string) (int64, error) {
	b := w.e.memory().numbers.of(w.journal, sequence)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == b.end {
		if err := w.reserve(b, sequence); err != nil {
			return 0, err
		}
	}
	b.next++
	return b.next, nil
}

// reserve takes the next block. Another process may be doing the same.
func (w *world) reserve(b *block, sequence string) error {
	k := counterKey(w.journal, sequence)
	for range maxRounds {
		c, err := w.e.counter(w.ctx, k)
		if err != nil {
			return err
		}
		from := c.n
		c.n += reserve
		act := store.Act{By: w.a.Person, Account: w.a.Account, Verb: "reserve", Kind: Counter, At: w.Now(), Request: w.a.Request}
		r, err := w.e.Store.Commit(w.ctx, store.Commit{Journal: w.journal, Put: []store.Put{c.put(k, w.a.Mission)}, Act: act})
		if moved(err) {
			continue
		}
		if err != nil {
			return wrap(err)
		}
		w.e.committed(r)
		b.next, b.end = from, from+reserve
		return nil
	}
	return busy(nil)
}

// moved reports whether err says that something else was committed first.
func moved(err error) bool {
	return errors.Is(err, store.ErrMoved) || errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrTaken)
}
