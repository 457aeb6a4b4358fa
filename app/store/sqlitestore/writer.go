package sqlitestore

import (
	"context"
	"fmt"
	"time"

	"colocate/app/store"
)

// writer is the session of a batch, within its transaction.
type writer struct {
	session
	blanked bool // content went: the log must not keep it
}

var _ store.Writer = (*writer)(nil)

// do runs one call of a batch: not after ctx ended, and with the store's errors.
func (w *writer) do(ctx context.Context, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fail(ctx, w.e.path, fn())
}

func (w *writer) Doc(ctx context.Context, k store.Key) (d store.Stored, err error) {
	err = w.do(ctx, func() error { d, err = w.doc(k); return err })
	return d, err
}

func (w *writer) Scan(ctx context.Context, p *store.Plan, pos *store.Position, limit int, fn func(store.Raw) bool) error {
	return w.do(ctx, func() error { return w.scan(ctx, p, pos, limit, fn) })
}

func (w *writer) Head(ctx context.Context, journal string) (h store.Head, err error) {
	err = w.do(ctx, func() error { h, err = w.head(journal); return err })
	return h, err
}

func (w *writer) Entries(ctx context.Context, journal string, after int64, contents bool, fn func(store.Entry) bool) error {
	return w.do(ctx, func() error {
		_, _, err := w.entries(ctx, journal, after, contents, time.Time{}, fn)
		return err
	})
}

func (w *writer) ByKey(ctx context.Context, journal string, key []byte) (n int64, err error) {
	err = w.do(ctx, func() error { n, err = w.byKey(journal, key); return err })
	return n, err
}

func (w *writer) Contents(ctx context.Context, q store.ContentQuery) (list []store.Content, err error) {
	err = w.do(ctx, func() error { list, err = w.contents(ctx, q); return err })
	return list, err
}

// Insert puts an entry behind all others of its journal; a number that is used
// is store.ErrTaken.
func (w *writer) Insert(ctx context.Context, e store.Entry) error {
	return w.do(ctx, func() error { return w.insert(e) })
}

func (w *writer) insert(e store.Entry) error {
	journal, err := w.e.names.intern(w.c, e.Journal)
	if err != nil {
		return err
	}
	last, err := w.head(e.Journal)
	if err != nil {
		return err
	}
	if e.First <= last.Number {
		return fmt.Errorf("%w: number %d of journal %s", store.ErrTaken, e.First, e.Journal)
	}
	at, err := w.insertContents(journal, e.Contents)
	if err != nil {
		return err
	}
	if err := w.insertKeys(journal, e.Keys); err != nil {
		return err
	}
	return w.run("INSERT INTO entries (journal, first, count, at, n_versions, hash, facts) VALUES (?, ?, ?, ?, ?, ?, ?)",
		journal, e.First, e.Count, at, int64(len(e.Contents)), e.Hash, e.Facts)
}

// insertContents puts the versions of an entry one behind the other and
// answers the first one's row.
func (w *writer) insertContents(journal int64, list []store.Content) (int64, error) {
	first, err := w.c.number("SELECT max(n) FROM versions")
	if err != nil {
		return 0, err
	}
	first++
	for i := range list {
		c := &list[i]
		shelf, err := w.e.names.intern(w.c, c.Key.Shelf)
		if err != nil {
			return 0, err
		}
		err = w.run("INSERT INTO versions (n, journal, number, shelf, id, rev, gone, blank, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			first+int64(i), journal, c.Number, shelf, idColumn(c.Key.ID), c.Rev, goneCode(c.Gone), flag(c.Blank), c.Salt, c.Body)
		if err != nil {
			return 0, err
		}
	}
	return first, nil
}

func (w *writer) insertKeys(journal int64, keys []store.KeyRow) error {
	for _, k := range keys {
		if err := w.run("INSERT INTO keys (journal, key, number) VALUES (?, ?, ?)", journal, k.Key, k.Number); err != nil {
			return err
		}
	}
	return nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (w *writer) run(text string, args ...any) error {
	_, err := w.c.exec(context.Background(), text, args...)
	return err
}

// Apply writes a document version and its index rows; see store.Writer. A
// purge leaves its marker also where there is no document.
func (w *writer) Apply(ctx context.Context, s store.Stored) error {
	return w.do(ctx, func() error { return w.apply(s) })
}

func (w *writer) apply(s store.Stored) error {
	sh, err := w.e.shelf(s.Key.Shelf)
	if err != nil {
		return err
	}
	id := packID(s.Key)
	v, err := w.c.row(sh.find, id)
	if err != nil {
		return err
	}
	if v == nil {
		return w.create(sh, id, s)
	}
	if asInt(v[2]) >= s.Seq || s.Rev == 1 && s.Gone != store.Purged { // a purge keeps the revision it found
		return nil
	}
	n := asInt(v[0])
	w.blanked = w.blanked || s.Gone == store.Purged
	if err := w.run(sh.set, s.Rev, s.Seq, goneCode(s.Gone), []byte(s.Raw), n); err != nil {
		return err
	}
	return sh.reindex(w.c, id, n, asBytes(v[4]), s.Raw)
}

func (w *writer) create(sh *shelf, id []byte, s store.Stored) error {
	if s.Rev != 1 && s.Gone != store.Purged {
		return nil
	}
	n, err := w.c.number(sh.put, id, s.Rev, s.Seq, goneCode(s.Gone), []byte(s.Raw))
	if err != nil || s.Raw == nil {
		return err
	}
	return sh.reindex(w.c, id, n, nil, s.Raw)
}

// Blank empties content and salt of every version of k below number.
func (w *writer) Blank(ctx context.Context, k store.Key, number int64) error {
	w.blanked = true
	return w.do(ctx, func() error {
		return w.run(`UPDATE versions SET salt = NULL, body = NULL, blank = 1
			WHERE journal = ? AND shelf = ? AND id = ? AND number < ? AND blank = 0`,
			w.number(k.Journal), w.number(k.Shelf), idColumn(k.ID), number)
	})
}

// Mark is the number up to which documents are known to be applied.
func (w *writer) Mark(ctx context.Context, journal string) (n int64, err error) {
	err = w.do(ctx, func() error {
		n, err = w.c.number("SELECT number FROM marks WHERE journal = ?", w.number(journal))
		return err
	})
	return n, err
}

// RaiseMark raises the mark and never lowers it.
func (w *writer) RaiseMark(ctx context.Context, journal string, number int64) error {
	return w.do(ctx, func() error {
		n, err := w.e.names.intern(w.c, journal)
		if err != nil {
			return err
		}
		return w.run(`INSERT INTO marks (journal, number) VALUES (?, ?)
			ON CONFLICT (journal) DO UPDATE SET number = max(number, excluded.number)`, n, number)
	})
}

// Clear removes every document, index row and mark.
func (w *writer) Clear(ctx context.Context) error {
	w.blanked = true
	return w.do(ctx, func() error {
		for _, sh := range w.e.shelves {
			for _, x := range sh.indexes {
				if err := w.run("DELETE FROM " + x.table); err != nil {
					return err
				}
			}
			if err := w.run(sh.del); err != nil {
				return err
			}
		}
		return w.run("DELETE FROM marks")
	})
}
