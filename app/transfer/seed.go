// Package transfer brings records into a store and takes them out again, many
// at a time: seeds now. Everything passes through record.Engine, so that what
// comes in is held to the same rules as what is typed.
package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/seeds"
)

// perCommit is how many documents fill a commit, released copies counted: one
// more session with what belongs to it still fits (design.md §4: 1,000 documents
// and 4 MB; these are some 1.5 KB each).
const perCommit = 950

// sized is the sequence that tells of how many sessions a demonstration is.
const sized = "seed/sessions"

// ErrOtherSize is returned where a demonstration of another size is there.
var ErrOtherSize = errors.New("the data folder holds a demonstration of another size; use an empty one")

// Seeder writes seeds. Decode reads the JSON form of a kind strictly.
type Seeder struct {
	Records *record.Engine
	Decode  func(d *kind.Descriptor, in []byte, rec kind.Record) error
}

// author is who writes seeds, in a mission or in none.
func author(mission string) kind.Actor {
	return kind.Actor{Account: "seed", Person: "seed", Name: "seed", Device: "terminal", Mission: mission}
}

// Reference writes the reference data of domain.md §3; again, it does nothing.
func (s *Seeder) Reference(ctx context.Context) error {
	recs, err := seeds.Reference(func(name string, in json.RawMessage) (kind.Record, error) {
		d := s.Records.Kinds.Get(name)
		rec := d.New()
		return rec, s.Decode(d, in, rec)
	})
	if err != nil {
		return err
	}
	return s.write(ctx, "", recs)
}

// write imports records that are not released, in the order given.
func (s *Seeder) write(ctx context.Context, mission string, recs []kind.Record) error {
	b := batch{s: s, mission: mission}
	for _, r := range recs {
		b.items = append(b.items, record.Imported{Rec: r})
		if err := b.flush(ctx, perCommit, nil); err != nil {
			return err
		}
	}
	return b.flush(ctx, 1, nil)
}

// batch collects records until there are enough for a commit.
type batch struct {
	s       *Seeder
	mission string
	items   []record.Imported
}

func (b *batch) flush(ctx context.Context, least int, sequences map[string]int64) error {
	if len(b.items) < least {
		return nil
	}
	err := b.s.Records.Import(ctx, author(b.mission), b.items, sequences)
	b.items = nil
	return err
}

// Demo writes Carana with n sessions, over reference data that is there
// already. The same n again does nothing, and goes on where an earlier run was
// cut short; another n is ErrOtherSize. progress is told how many sessions are
// written; nil is nobody.
func (s *Seeder) Demo(ctx context.Context, n int, progress func(done int)) error {
	c, err := seeds.NewCarana()
	if err != nil {
		return err
	}
	at, err := s.Records.Sequence(ctx, author(c.Mission.ID), sized)
	if err != nil {
		return err
	}
	if at != 0 && at != int64(n) {
		return fmt.Errorf("%w (%d sessions)", ErrOtherSize, at)
	}
	if err := s.write(ctx, "", c.Base()[:1]); err != nil {
		return err
	}
	if err := s.base(ctx, c, n); err != nil {
		return err
	}
	return s.sessions(ctx, c, n, progress)
}

// base writes what the sessions refer to, and notes how many they will be.
func (s *Seeder) base(ctx context.Context, c *seeds.Carana, n int) error {
	b := batch{s: s, mission: c.Mission.ID}
	for _, r := range c.Base()[1:] {
		b.items = append(b.items, record.Imported{Rec: r})
	}
	return b.flush(ctx, 1, map[string]int64{sized: int64(n), "counterpart": int64(len(b.items))})
}

// sessions writes the sessions while the next are being made.
func (s *Seeder) sessions(ctx context.Context, c *seeds.Carana, n int, progress func(int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	full := make(chan []record.Imported, 2)
	var last map[string]int64
	go func() {
		defer close(full)
		var err error
		if last, err = made(ctx, c, n, full); err != nil {
			cancel(err)
		}
	}()
	done := 0
	for items := range full {
		b := batch{s: s, mission: c.Mission.ID, items: items}
		if err := b.flush(ctx, 1, nil); err != nil {
			return err
		}
		for _, it := range items {
			if _, ok := it.Rec.(*mentoring.Session); ok {
				done++
			}
		}
		if progress != nil {
			progress(done)
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return s.Records.Raise(ctx, author(c.Mission.ID), last)
}

// made hands out the sessions of c in lots for one commit each, and returns the
// sequences after them.
func made(ctx context.Context, c *seeds.Carana, n int, full chan<- []record.Imported) (map[string]int64, error) {
	var lot []record.Imported
	docs := 0
	send := func() error {
		select {
		case full <- lot:
			lot, docs = nil, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	last, err := c.Sessions(n, func(items []seeds.Item) error {
		for _, it := range items {
			lot = append(lot, record.Imported{Rec: it.Rec, Released: it.Released})
			docs++
			if it.Released {
				docs++
			}
		}
		if docs < perCommit {
			return nil
		}
		return send()
	})
	if err == nil && len(lot) > 0 {
		err = send()
	}
	return last, err
}
