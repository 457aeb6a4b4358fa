package store

import (
	"context"
	"fmt"
)

// Rebuild makes documents and indexes anew from the journal. Until it is done
// readers see what is there so far, so nobody else should use the store; a
// rebuild that was cut off is finished by the next start. A journal that would
// not give all of its documents back is ErrDamaged, and nothing was touched:
// the documents are what is left of its content.
func (s *store) Rebuild(ctx context.Context) error {
	names, err := s.b.Journals(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.replayable(ctx, name); err != nil {
			return err
		}
	}
	if err := s.clear(ctx); err != nil {
		return err
	}
	for _, name := range names {
		if err := s.journal(name).heal(ctx); err != nil {
			return err
		}
	}
	return nil
}

// clear empties the shelves and makes every journal begin at its mark, which
// is zero now. No attempt runs meanwhile.
func (s *store) clear(ctx context.Context) error {
	s.gate.Lock()
	defer s.gate.Unlock()
	err := s.b.Batch(ctx, func(w Writer) error { return w.Clear(ctx) })
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.journals {
		j.mu.Lock()
		j.known, j.hurt = false, false
		j.mu.Unlock()
	}
	return err
}

// replayable reads a journal as a replay would, up to its mark at least.
func (s *store) replayable(ctx context.Context, journal string) error {
	mark, err := s.mark(ctx, journal)
	if err != nil {
		return err
	}
	c, head := newChain(s.key), Head{}
	for {
		es, err := entriesAfter(ctx, s.b, journal, head.Number, readMost)
		if err != nil {
			return err
		}
		if len(es) == 0 {
			break
		}
		for i := range es {
			if !c.follows(&es[i], head) {
				return fmt.Errorf("%w: journal %s: number %d does not continue %d", ErrDamaged, journal, es[i].First, head.Number)
			}
			head = headOf(&es[i])
			if err := eachVersion(ctx, s.b, &es[i], func(*docFact, int64, Raw) error { return nil }); err != nil {
				return err
			}
		}
	}
	if mark > head.Number {
		return fmt.Errorf("%w: journal %s ends at %d, before its mark %d", ErrDamaged, journal, head.Number, mark)
	}
	return nil
}
