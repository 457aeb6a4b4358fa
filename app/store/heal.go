package store

import (
	"context"
	"errors"
	"time"
)

// healer applies, while the store runs, what other processes committed, or
// left half done.
func (s *store) healer() {
	tick := time.NewTicker(healEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-s.closed:
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(s.ctx, attemptTime)
		if n%listEvery == 0 {
			_ = s.healAll(ctx) // told to Damaged, or tried again
		} else {
			_ = s.healKnown(ctx)
		}
		cancel()
	}
}

// healAll brings every journal up to its head. Damage is told and is no error.
func (s *store) healAll(ctx context.Context) error {
	names, err := s.b.Journals(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		s.journal(name)
	}
	return s.healKnown(ctx)
}

func (s *store) healKnown(ctx context.Context) error {
	s.mu.Lock()
	js := make([]*journal, 0, len(s.journals))
	for _, j := range s.journals {
		js = append(js, j)
	}
	s.mu.Unlock()
	var errs []error
	for _, j := range js {
		if j.isHurt() {
			continue
		}
		h, err := s.b.Head(ctx, j.name)
		if err == nil && !j.at(h) {
			err = j.heal(ctx)
		}
		if err != nil && !errors.Is(err, ErrDamaged) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (j *journal) isHurt() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.hurt
}

// heal brings the journal's documents up to its head, in the committing
// goroutine's turn.
func (j *journal) heal(ctx context.Context) error {
	p := &pending{ctx: ctx, heal: true, done: make(chan outcome, 1)}
	if err := j.enqueue(p); err != nil {
		return err
	}
	select {
	case o := <-p.done:
		return o.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
