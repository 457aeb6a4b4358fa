package sqlitestore

import (
	"context"
	"time"

	"colocate/app/store"
)

// read runs fn on a reading connection.
func (e *Engine) read(ctx context.Context, fn func(*session) error) error {
	c, err := e.readers.get(ctx)
	if err != nil {
		return fail(ctx, e.path, err)
	}
	s := &session{e: e, c: c}
	whole := false
	defer func() {
		if whole && !s.stuck {
			e.readers.put(c)
		} else { // fn panicked
			e.readers.drop(c)
		}
	}()
	err = fn(s)
	whole = true
	return fail(ctx, e.path, err)
}

// Doc returns the document at k; see store.Backend.
func (e *Engine) Doc(ctx context.Context, k store.Key) (d store.Stored, err error) {
	err = e.read(ctx, func(s *session) error { d, err = s.doc(k); return err })
	return d, err
}

// Scan walks a plan; see store.Backend. A document comes twice only where two
// branches hold it.
func (e *Engine) Scan(ctx context.Context, p *store.Plan, pos *store.Position, limit int, fn func(store.Raw) bool) error {
	return e.read(ctx, func(s *session) error { return s.scan(ctx, p, pos, limit, fn) })
}

// Group answers a grouping, on the index alone where that holds every field.
func (e *Engine) Group(ctx context.Context, p *store.Plan, g store.Grouping) (out []store.Group, err error) {
	err = e.read(ctx, func(s *session) error { out, err = s.group(ctx, p, g); return err })
	return out, err
}

// Head is the last entry of a journal.
func (e *Engine) Head(ctx context.Context, journal string) (h store.Head, err error) {
	err = e.read(ctx, func(s *session) error { h, err = s.head(journal); return err })
	return h, err
}

// Journals lists the journals that have entries or a mark, by name.
func (e *Engine) Journals(ctx context.Context) (out []string, err error) {
	err = e.read(ctx, func(s *session) error { out, err = s.journals(ctx); return err })
	return out, err
}

// Entries walks a journal; see store.Backend. A walk that lasts takes a new
// snapshot now and then, so that it does not hold up the log.
func (e *Engine) Entries(ctx context.Context, journal string, after int64, contents bool, fn func(store.Entry) bool) error {
	for more := true; more; {
		err := e.read(ctx, func(s *session) error {
			return s.snapshot(func() (err error) {
				after, more, err = s.entries(ctx, journal, after, contents, time.Now().Add(e.readFor), fn)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ByKey finds the number committed under a hashed key, or 0.
func (e *Engine) ByKey(ctx context.Context, journal string, key []byte) (n int64, err error) {
	err = e.read(ctx, func(s *session) error { n, err = s.byKey(journal, key); return err })
	return n, err
}

// Contents returns version contents; see store.Backend.
func (e *Engine) Contents(ctx context.Context, q store.ContentQuery) (out []store.Content, err error) {
	err = e.read(ctx, func(s *session) error {
		return s.snapshot(func() error { out, err = s.contents(ctx, q); return err })
	})
	return out, err
}

// Documents walks a shelf, gone documents too, in the order of _id, taking new
// snapshots as Entries does.
func (e *Engine) Documents(ctx context.Context, shelf, after string, fn func(store.Stored) bool) error {
	for more := true; more; {
		err := e.read(ctx, func(s *session) (err error) {
			after, more, err = s.documents(ctx, shelf, after, time.Now().Add(e.readFor), fn)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
