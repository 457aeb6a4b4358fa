package sqlitestore

import (
	"cmp"
	"context"

	"colocate/app/store"
)

// scan answers a plan: one SELECT on the index of each branch, in index order,
// merged here. (A compound SELECT would do the same merge in SQLite, but its
// text would be another for each number of branches.)
func (s *session) scan(ctx context.Context, p *store.Plan, pos *store.Position, limit int, fn func(store.Raw) bool) error {
	q, err := s.e.translate(p, pos)
	if err != nil {
		return err
	}
	given := 0
	pass := func(v []any) bool {
		given++
		return fn(asBytes(v[0])) && (limit <= 0 || given < limit)
	}
	streams := q.streams(limit)
	switch {
	case len(streams) == 0:
		return nil
	case len(streams) == 1:
		return s.each(ctx, func(v []any) (bool, error) { return pass(v), nil }, streams[0].text, streams[0].args...)
	case !q.ordered:
		return s.snapshot(func() error { return s.inTurn(ctx, streams, pass) })
	}
	return s.snapshot(func() error { return s.merge(ctx, streams, q.keys(), p.Desc, pass) })
}

// inTurn answers one stream after the other, for plans without an order.
func (s *session) inTurn(ctx context.Context, streams []stream, fn func([]any) bool) error {
	more := true
	for i := 0; i < len(streams) && more; i++ {
		err := s.each(ctx, func(v []any) (bool, error) {
			more = fn(v)
			return more, nil
		}, streams[i].text, streams[i].args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// snapshot runs fn so that several statements see the same commits.
func (s *session) snapshot(fn func() error) error {
	if s.writing {
		return fn()
	}
	if _, err := s.c.exec(context.Background(), "BEGIN DEFERRED"); err != nil {
		return err
	}
	s.stuck = true
	err := fn()
	_, end := s.c.exec(context.Background(), "COMMIT")
	s.stuck = end != nil
	return cmp.Or(err, end)
}
