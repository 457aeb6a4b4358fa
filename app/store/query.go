package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

const (
	maxLimit = 200
	// A page passes over at most this many documents, or that many times its
	// limit if it is more.
	maxExamined   = 2000
	examinedTimes = 20
	// eachPage is how many documents Each reads at a time, so that no read of
	// the engine lasts as long as its caller.
	eachPage = 500
)

// errLimit is a programming error of the caller.
var errLimit = errors.New("store: limit is not within 1..200")

// Get returns one document if filter matches it, or ErrNotFound.
func (s *store) Get(ctx context.Context, k Key, filter D) (Raw, error) {
	x, err := ParseFilter(filter)
	if err != nil {
		return nil, err
	}
	if _, err := s.shelf(k.Shelf); err != nil {
		return nil, err
	}
	d, err := s.b.Doc(ctx, k)
	if err != nil {
		return nil, err
	}
	if d.Gone != Live || !Match(x, d.Raw) {
		return nil, ErrNotFound
	}
	return d.Raw, nil
}

// Explain returns the plan of a query, or ErrNoPlan or ErrUnsupported.
func (s *store) Explain(shelf string, q Query) (*Plan, error) {
	sh, err := s.shelf(shelf)
	if err != nil {
		return nil, err
	}
	return sh.plan(q.Filter, q.Sort)
}

// Find returns a page; its work is bounded, see maxExamined.
func (s *store) Find(ctx context.Context, shelf string, q Query) (Page, error) {
	p, err := s.Explain(shelf, q)
	if err != nil {
		return Page{}, err
	}
	if q.Limit < 1 || q.Limit > maxLimit {
		return Page{}, errLimit
	}
	var pos *Position
	if q.Cursor != "" {
		if pos, err = s.cursors.open(p, q.Cursor); err != nil {
			return Page{}, err
		}
	}
	docs, next, err := page(ctx, s.b, p, pos, q.Limit)
	if err != nil || next == nil {
		return Page{Docs: docs}, err
	}
	return Page{Docs: docs, Next: s.cursors.seal(p, next)}, nil
}

// reader is what Backend and Writer have in common.
type reader interface {
	Doc(ctx context.Context, k Key) (Stored, error)
	Scan(ctx context.Context, p *Plan, pos *Position, limit int, fn func(Raw) bool) error
	Head(ctx context.Context, journal string) (Head, error)
	Entries(ctx context.Context, journal string, after int64, contents bool, fn func(Entry) bool) error
	ByKey(ctx context.Context, journal string, key []byte) (int64, error)
	Contents(ctx context.Context, q ContentQuery) ([]Content, error)
}

// page collects at most limit matches after pos, and where to go on, nil at
// the end.
func page(ctx context.Context, r reader, p *Plan, pos *Position, limit int) (docs []Raw, next *Position, err error) {
	if len(p.Branches) == 0 {
		return nil, nil, nil
	}
	bound := max(maxExamined, examinedTimes*limit)
	ask := bound + 1
	if p.Exact && p.Disjoint {
		ask = limit + 1
	}
	var lastID []byte
	var last Raw
	n := 0
	err = r.Scan(ctx, p, pos, ask, func(d Raw) bool {
		if n++; n > bound {
			next = PositionOf(p, last)
			return false
		}
		id := rawID(d)
		if len(id) > 0 && bytes.Equal(id, lastID) {
			return true
		}
		if !p.Exact && !p.Match.match(d) {
			last, lastID = d, id
			return true
		}
		if len(docs) == limit {
			next = PositionOf(p, docs[limit-1])
			return false
		}
		last, lastID = d, id
		docs = append(docs, d)
		return true
	})
	return docs, next, err
}

func rawID(d Raw) []byte {
	t, v, ok := find(d, "_id")
	if !ok || t != TypeString {
		return nil
	}
	return Text(v)
}

// Each streams every match in the plan's order.
func (s *store) Each(ctx context.Context, shelf string, q Query, fn func(Raw) error) error {
	p, err := s.Explain(shelf, q)
	if err != nil {
		return err
	}
	var pos *Position
	for {
		docs, next, err := page(ctx, s.b, p, pos, eachPage)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if err := fn(d); err != nil {
				return err
			}
		}
		if next == nil {
			return nil
		}
		pos = next
	}
}

// Group counts and sums; see Grouping.
func (s *store) Group(ctx context.Context, shelf string, g Grouping) ([]Group, error) {
	sh, err := s.shelf(shelf)
	if err != nil {
		return nil, err
	}
	fields := append(append([]string{}, g.By...), g.Sum...)
	for _, f := range fields {
		if !sh.indexed(f) {
			return nil, unsupported("grouping by %s, which no index of %s declares", f, shelf)
		}
	}
	p, err := sh.loosePlan(g.Filter, fields...)
	if err != nil {
		return nil, err
	}
	if len(p.Branches) == 0 {
		return nil, nil
	}
	return s.b.Group(ctx, p, g)
}

// indexed reports whether an index declares field and no array meets it there.
func (s *Shelf) indexed(field string) bool {
	for i := range s.Indexes {
		for _, f := range s.Indexes[i].Fields {
			if f == field {
				return s.Indexes[i].Multi != field
			}
		}
	}
	return false
}

// Head is the number of the journal's last commit, 0 if it has none.
func (s *store) Head(ctx context.Context, journal string) (int64, error) {
	h, err := s.b.Head(ctx, journal)
	return h.Number, err
}

func (s *store) shelf(name string) (*Shelf, error) {
	if sh, ok := s.shelves[name]; ok {
		return sh, nil
	}
	return nil, fmt.Errorf("%w: no shelf %q", ErrNoPlan, name)
}
