package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// check holds p to what it was made of: revisions first, then what it relied
// on. It fills in the revisions of purges. A refusal is one of ErrStale,
// ErrTaken, ErrGone, ErrMoved and ErrNotFound.
func (p *pending) check(ctx context.Context, r reader, journal string) error {
	for i := range p.docs {
		if d := &p.docs[i]; !d.note() {
			if err := d.check(ctx, r); err != nil {
				return err
			}
		}
	}
	for i := range p.rely {
		ok, err := p.rely[i].holds(ctx, r, journal)
		switch {
		case err != nil:
			return err
		case !ok && p.rely[i].Unique:
			return fmt.Errorf("%w: a unique value on %s", ErrTaken, p.rely[i].Shelf)
		case !ok:
			return ErrMoved
		}
	}
	return nil
}

func (d *pendingDoc) check(ctx context.Context, r reader) error {
	now, err := r.Doc(ctx, d.Key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	absent := err != nil
	switch {
	case now.Gone == Purged:
		return fmt.Errorf("%w: %v", ErrGone, d.Key)
	case d.Gone == Purged:
		if d.Rev = now.Rev; absent {
			return fmt.Errorf("%w: %v", ErrNotFound, d.Key)
		}
	case d.was == 0 && !absent:
		return fmt.Errorf("%w: %v", ErrTaken, d.Key)
	case d.was != now.Rev:
		return fmt.Errorf("%w: %v", ErrStale, d.Key)
	}
	return nil
}

// holds reports whether a reliance is so now, in journal.
func (p *pendingRely) holds(ctx context.Context, r reader, journal string) (bool, error) {
	if p.plan == nil {
		now, err := r.Doc(ctx, p.Key)
		if errors.Is(err, ErrNotFound) {
			return p.Rev == 0, nil
		}
		if now.Gone != Live {
			return p.Rev == 0, err
		}
		return now.Rev == p.Rev, err
	}
	if len(p.plan.Branches) == 0 {
		return true, nil
	}
	none := true
	within, except := []byte(journal+"/"), []byte(journal+"/"+p.Except)
	err := r.Scan(ctx, p.plan, nil, 0, func(doc Raw) bool {
		id := rawID(doc)
		if !bytes.HasPrefix(id, within) || bytes.Equal(id, except) || !p.plan.Match.match(doc) {
			return true
		}
		none = false
		return false
	})
	return none, err
}

// touched is what the members of a batch, and those that wait for the next
// one, read or write.
type touched struct {
	keys map[string]bool
	docs map[Key]bool
	puts []*pendingDoc
}

func newTouched() *touched { return &touched{keys: map[string]bool{}, docs: map[Key]bool{}} }

func (t *touched) add(p *pending) {
	t.keys[string(p.key)] = true
	for i := range p.docs {
		t.docs[p.docs[i].Key] = true
		if p.docs[i].raw != nil {
			t.puts = append(t.puts, &p.docs[i])
		}
	}
}

// by reports whether p must be checked after what was touched is applied: its
// key, a document it writes or relies on, or one that its filters would find.
func (t *touched) by(p *pending) bool {
	if t.keys[string(p.key)] {
		return true
	}
	for i := range p.docs {
		if d := &p.docs[i]; !d.note() && t.docs[d.Key] {
			return true
		}
	}
	for i := range p.rely {
		if r := &p.rely[i]; r.plan == nil && t.docs[r.Key] || r.plan != nil && t.matches(r) {
			return true
		}
	}
	return false
}

func (t *touched) matches(r *pendingRely) bool {
	for _, d := range t.puts {
		if d.Key.Shelf == r.Shelf && r.plan.Match.match(d.raw) {
			return true
		}
	}
	return false
}

// Holds reports whether all of rely is so now, in one snapshot: the head is
// the same before and after, and everything up to it is applied.
func (s *store) Holds(ctx context.Context, journal string, rely []Reliance) (bool, error) {
	if journal == "" || strings.Contains(journal, "/") {
		return false, fmt.Errorf("store: journal %q", journal)
	}
	var p pending
	if err := s.prepareRely(&p, &Commit{Journal: journal, Rely: rely}); err != nil {
		return false, err
	}
	j := s.journal(journal)
	for range maxRounds {
		before, err := s.b.Head(ctx, journal)
		if err != nil {
			return false, err
		}
		if !j.at(before) {
			if err := j.heal(ctx); err != nil {
				return false, err
			}
			continue
		}
		err = p.check(ctx, s.b, journal)
		if err != nil && !refusal(err) {
			return false, err
		}
		after, headErr := s.b.Head(ctx, journal)
		if headErr != nil {
			return false, headErr
		}
		if after.Number == before.Number {
			return err == nil, nil
		}
	}
	return false, ErrBusy
}
