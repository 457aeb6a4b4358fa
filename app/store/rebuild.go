package store

import "context"

// Rebuild makes documents and indexes anew from the journal. Until it is done
// readers see what is there so far, so nobody else should use the store; a
// rebuild that was cut off is finished by the next start.
func (s *store) Rebuild(ctx context.Context) error {
	if err := s.clear(ctx); err != nil {
		return err
	}
	names, err := s.b.Journals(ctx)
	if err != nil {
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
