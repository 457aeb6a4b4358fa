package sqlitestore

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"colocate/app/store"

	"github.com/google/uuid"
)

// session answers the reads of store.Backend on one connection; the writer's
// sees what its batch wrote.
type session struct {
	e       *Engine
	c       *conn
	writing bool
	stuck   bool // a transaction did not end: the connection is of no more use
}

var codes = [...]store.Gone{store.Live, store.Removed, store.Purged}

func goneCode(g store.Gone) int64 {
	for i, c := range codes {
		if c == g {
			return int64(i)
		}
	}
	return 0
}

func goneOf(n int64) store.Gone {
	if n < 0 || int(n) >= len(codes) {
		return store.Live
	}
	return codes[n]
}

// shelf finds a declared shelf; asking for another is a mistake of the caller.
func (e *Engine) shelf(name string) (*shelf, error) {
	if s := e.shelves[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("%w: no shelf %q is declared", store.ErrUnsupported, name)
}

func packID(k store.Key) []byte { return pack(make([]byte, 0, 48), k.DocID(), 0) }

func (s *session) doc(k store.Key) (store.Stored, error) {
	sh, err := s.e.shelf(k.Shelf)
	if err != nil {
		return store.Stored{}, err
	}
	v, err := s.c.row(sh.get, packID(k))
	if err != nil {
		return store.Stored{}, err
	}
	if v == nil {
		return store.Stored{}, store.ErrNotFound
	}
	return store.Stored{Key: k, Rev: asInt(v[0]), Seq: asInt(v[1]), Gone: goneOf(asInt(v[2])), Raw: asBytes(v[3])}, nil
}

// documents walks a shelf from behind after. It ends at until, if that is set,
// and says where; the next walk goes on from there with a snapshot of its own.
func (s *session) documents(ctx context.Context, name, after string, until time.Time, fn func(store.Stored) bool) (last string, more bool, err error) {
	sh, err := s.e.shelf(name)
	if err != nil {
		return "", false, err
	}
	from := []byte{}
	if after != "" {
		from = pack(nil, after, 0)
	}
	err = s.each(ctx, func(v []any) (bool, error) {
		last = unpack(asBytes(v[0]), 0)
		journal, id, _ := strings.Cut(last, "/")
		wants := fn(store.Stored{
			Key: store.Key{Shelf: name, Journal: journal, ID: id},
			Rev: asInt(v[1]), Seq: asInt(v[2]), Gone: goneOf(asInt(v[3])), Raw: asBytes(v[4]),
		})
		more = wants && over(until)
		return wants && !more, nil
	}, sh.all, from)
	return last, more, err
}

// over reports whether a walk has lasted long enough; without an end it may last.
func over(until time.Time) bool { return !until.IsZero() && time.Now().After(until) }

// each calls fn with the rows of an answer until it answers false or an error,
// or ctx ends.
func (s *session) each(ctx context.Context, fn func([]any) (bool, error), text string, args ...any) (err error) {
	r, err := s.c.query(context.Background(), text, args...)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, r.close()) }()
	vals := make([]any, len(r.vals))
	for r.next() {
		for i, v := range r.vals {
			vals[i] = v
		}
		if more, err := fn(vals); err != nil || !more {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) head(journal string) (store.Head, error) {
	v, err := s.c.row("SELECT first, count, hash FROM entries WHERE journal = ? ORDER BY first DESC LIMIT 1",
		s.number(journal))
	if err != nil || v == nil {
		return store.Head{}, err
	}
	first := asInt(v[0])
	return store.Head{Number: first + asInt(v[1]) - 1, First: first, Hash: asBytes(v[2])}, nil
}

func (s *session) number(name string) int64 { return s.e.names.number(name, s.writing) }

func (s *session) journals(ctx context.Context) ([]string, error) {
	var out []string
	err := s.each(ctx, func(v []any) (bool, error) {
		out = append(out, asText(v[0]))
		return true, nil
	}, `SELECT name FROM names WHERE EXISTS (SELECT 1 FROM entries WHERE journal = names.n)
		OR EXISTS (SELECT 1 FROM marks WHERE journal = names.n) ORDER BY name`)
	return out, err
}

// containing is the first number of the entry that covers n+1, or n+1.
const containing = `ifnull((SELECT max(first) FROM entries WHERE journal = ?1 AND first <= ?2 + 1), ?2 + 1)`

// entries walks a journal from behind after; see documents.
func (s *session) entries(ctx context.Context, journal string, after int64, contents bool, until time.Time, fn func(store.Entry) bool) (last int64, more bool, err error) {
	err = s.each(ctx, func(v []any) (bool, error) {
		e := store.Entry{
			Journal: journal, First: asInt(v[0]), Count: asInt(v[1]), Facts: asBytes(v[2]), Hash: asBytes(v[3]),
		}
		if last = e.First + e.Count - 1; last <= after {
			return true, nil
		}
		if contents {
			var err error
			if e.Contents, err = s.contentsOf(ctx, journal, asInt(v[4]), asInt(v[5])); err != nil {
				return false, err
			}
		}
		wants := fn(e)
		more = wants && over(until)
		return wants && !more, nil
	}, "SELECT first, count, facts, hash, at, n_versions FROM entries WHERE journal = ?1 AND first >= "+containing+" ORDER BY first",
		s.number(journal), after)
	return last, more, err
}

const contentColumns = "v.number, v.shelf, v.id, v.rev, v.gone, v.blank, v.salt, v.body"

func (s *session) contentsOf(ctx context.Context, journal string, at, n int64) ([]store.Content, error) {
	var out []store.Content
	err := s.each(ctx, func(v []any) (bool, error) {
		out = append(out, s.content(journal, v))
		return true, nil
	}, "SELECT "+contentColumns+" FROM versions v WHERE v.n >= ? AND v.n < ? ORDER BY v.n", at, at+n)
	return out, err
}

func (s *session) content(journal string, v []any) store.Content {
	return store.Content{
		Key:    store.Key{Shelf: s.e.names.text(asInt(v[1]), s.writing), Journal: journal, ID: idText(v[2])},
		Number: asInt(v[0]), Rev: asInt(v[3]), Gone: goneOf(asInt(v[4])), Blank: asInt(v[5]) != 0,
		Salt: asBytes(v[6]), Body: asBytes(v[7]),
	}
}

// idColumn is an id as versions keep it: a UUID as its bytes, other text as it is.
func idColumn(id string) any {
	if u, err := uuid.Parse(id); err == nil && u.String() == id {
		return u[:]
	}
	return id
}

func idText(v any) string {
	if b, ok := v.([]byte); ok && len(b) == 16 {
		return uuid.UUID(b).String()
	}
	return asText(v)
}

func (s *session) byKey(journal string, key []byte) (int64, error) {
	return s.c.number("SELECT number FROM keys WHERE journal = ? AND key = ?", s.number(journal), key)
}
