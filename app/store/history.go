package store

import (
	"context"
	"errors"
	"slices"
)

// receiptOf is what a commit left, without its words.
func receiptOf(journal string, n int64, c *fact) Receipt {
	r := Receipt{Journal: journal, Number: n, Act: c.Act}
	for i := range c.Docs {
		if d := &c.Docs[i]; !d.note() {
			r.Docs = append(r.Docs, Version{Number: n, Key: d.Key, Rev: d.Rev, Act: c.Act, Blank: d.Gone == Purged, Count: d.Count})
		}
	}
	return r
}

// whyOf finds the words of a commit in its contents; blanked ones are "".
func whyOf(c *fact, n int64, at map[contentID]*Content) (string, error) {
	for i := range c.Docs {
		d := &c.Docs[i]
		if x := at[contentID{d.Key, n}]; x != nil && !x.blanked() {
			if why, _, err := openContent(x, d.Hash); why != "" || err != nil {
				return why, err
			}
		}
	}
	return "", nil
}

// Acts returns the acts of a journal after number after, in order, at most limit.
func (s *store) Acts(ctx context.Context, journal string, after int64, limit int) ([]Receipt, error) {
	var out []Receipt
	var inner error
	err := s.b.Entries(ctx, journal, after, true, func(e Entry) bool {
		f, err := parseFacts(e.Facts)
		if inner = err; err != nil {
			return false
		}
		at := contentsOf(&e)
		for i := range f.Acts {
			n := e.First + int64(i)
			if n <= after || len(out) >= limit {
				continue
			}
			r := receiptOf(journal, n, &f.Acts[i])
			if r.Act.Why, inner = whyOf(&f.Acts[i], n, at); inner != nil {
				return false
			}
			out = append(out, r)
		}
		return len(out) < limit
	})
	return out, errors.Join(err, inner)
}

// Changes returns what commits after number after did; a commit is never cut,
// so that a reader may go on from the last number: where one has more
// documents than limit, it comes whole.
func (s *store) Changes(ctx context.Context, journal string, shelves []string, after int64, limit int) ([]Version, error) {
	if shelves == nil {
		for name := range s.shelves {
			shelves = append(shelves, name)
		}
	}
	if len(shelves) == 0 || limit < 1 {
		return nil, nil
	}
	q := ContentQuery{Journal: journal, Shelves: shelves, After: after, Limit: limit}
	cs, err := s.b.Contents(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(cs) == limit {
		last := cs[limit-1].Number
		if first := slices.IndexFunc(cs, func(c Content) bool { return c.Number == last }); first > 0 {
			cs = cs[:first]
		} else {
			q.After, q.Before, q.Limit = last-1, last+1, 0
			if cs, err = s.b.Contents(ctx, q); err != nil {
				return nil, err
			}
		}
	}
	return s.versions(ctx, journal, cs)
}

// History returns the versions of one document, newest first, with numbers
// before before (0: all), at most limit.
func (s *store) History(ctx context.Context, k Key, before int64, limit int) ([]Version, error) {
	if limit < 1 {
		return nil, nil
	}
	cs, err := s.b.Contents(ctx, ContentQuery{Journal: k.Journal, Key: k, Before: before, Newest: true, Limit: limit})
	if err != nil {
		return nil, err
	}
	return s.versions(ctx, k.Journal, cs)
}

// versions tells contents with what their entries' facts say of them. Whether
// a document was purged is asked after its contents were read, so that none is
// shown that a purge was acknowledged for.
func (s *store) versions(ctx context.Context, journal string, cs []Content) ([]Version, error) {
	gone := map[Key]bool{}
	for i := range cs {
		k := cs[i].Key
		if _, asked := gone[k]; !asked {
			d, err := s.b.Doc(ctx, k)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			gone[k] = d.Gone == Purged
		}
	}
	out := make([]Version, 0, len(cs))
	var e Entry
	var f *facts
	for i := range cs {
		n := cs[i].Number
		if f == nil || n < e.First || n >= e.First+e.Count {
			var err error
			if e, f, err = entryAt(ctx, s.b, journal, n, false); err != nil {
				return nil, err
			}
		}
		v, err := version(&f.Acts[n-e.First], &cs[i], gone[cs[i].Key])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func version(c *fact, x *Content, purged bool) (Version, error) {
	i := slices.IndexFunc(c.Docs, func(d docFact) bool { return d.Key == x.Key })
	if i < 0 {
		return Version{}, ErrDamaged
	}
	d := &c.Docs[i]
	v := Version{Number: x.Number, Key: d.Key, Rev: d.Rev, Act: c.Act, Count: d.Count}
	v.Blank = d.Gone == Purged || purged || x.blanked()
	if v.Blank && d.Gone != Purged || x.blanked() {
		return v, nil
	}
	why, doc, err := openContent(x, d.Hash)
	v.Act.Why = why
	if err == nil && d.Gone == Live {
		v.Doc = stamp(d.Key, x.Number, doc)
	}
	return v, err
}
