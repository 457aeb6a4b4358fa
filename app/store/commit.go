package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Limits of a commit, and of a batch of commits that travel as one entry.
const (
	maxDocs    = 1000
	maxBytes   = 4 << 20
	maxCommits = 64
)

// pending is a commit on its way: all that can be prepared without the store.
type pending struct {
	ctx     context.Context
	act     Act // without its words
	why     string
	key     []byte
	request []byte
	named   bool // the caller gave the key
	docs    []pendingDoc
	rely    []pendingRely
	size    int
	heal    bool // no commit: bring the documents up to the head

	sent [][]byte // hashes of the entries it travelled in
	done chan outcome
}

// pendingDoc is a version to write.
type pendingDoc struct {
	docFact
	was  int64 // revision it was read at
	raw  Raw   // stored form, number to be set; nil if gone
	salt []byte
	body []byte
}

type pendingRely struct {
	Reliance
	plan *Plan // nil for a document at a revision
}

type outcome struct {
	receipt Receipt
	err     error
}

// Commit does what Store says. The work that needs no lock is done here, on
// the caller's goroutine; the rest by the journal's own.
func (s *store) Commit(ctx context.Context, c Commit) (Receipt, error) {
	p, err := s.prepare(ctx, &c)
	if err != nil {
		return Receipt{}, err
	}
	if err := s.journal(c.Journal).enqueue(p); err != nil {
		return Receipt{}, err
	}
	select {
	case o := <-p.done:
		return o.receipt, o.err
	case <-ctx.Done():
		return Receipt{}, fmt.Errorf("store: the outcome is unknown, the key tells: %w", ctx.Err())
	}
}

func (s *store) prepare(ctx context.Context, c *Commit) (*pending, error) {
	if c.Journal == "" || strings.ContainsAny(c.Journal, "/\x00") {
		return nil, fmt.Errorf("store: journal %q", c.Journal)
	}
	if len(c.Put)+len(c.Purge) > maxDocs {
		return nil, ErrTooLarge
	}
	p := &pending{ctx: ctx, act: c.Act, named: c.Key != "", done: make(chan outcome, 1)}
	key := []byte(c.Key)
	if !p.named {
		key = make([]byte, 16)
		rand.Read(key) // never fails
	}
	p.key, p.request = keyed(s.key, 'k', c.Journal, key), keyed(s.key, 'r', c.Journal, c.Request)
	if p.act.At.IsZero() {
		p.act.At = s.now()
	}
	p.act.At = p.act.At.UTC().Truncate(millisecond)
	p.why, p.act.Why = c.Act.Why, ""
	if err := s.prepareDocs(p, c); err != nil {
		return nil, err
	}
	return p, s.prepareRely(p, c)
}

func (s *store) prepareDocs(p *pending, c *Commit) error {
	p.docs = make([]pendingDoc, 0, len(c.Put)+len(c.Purge)+1)
	for i := range c.Put {
		if err := s.addPut(p, c.Journal, &c.Put[i]); err != nil {
			return err
		}
	}
	for _, k := range c.Purge {
		if err := s.add(p, c.Journal, pendingDoc{docFact: docFact{Key: k, Gone: Purged}}); err != nil {
			return err
		}
	}
	if len(p.docs) == 0 && c.Act.Why != "" {
		p.docs = append(p.docs, pendingDoc{docFact: docFact{Key: Key{Journal: c.Journal}}})
	}
	told := max(0, slices.IndexFunc(p.docs, func(d pendingDoc) bool {
		return d.Key.ID == c.Act.ID && d.Key.Shelf == c.Act.Kind
	}))
	for i := range p.docs {
		d := &p.docs[i]
		why := ""
		if i == told {
			why = c.Act.Why
		}
		plain := joinContent(why, d.raw)
		d.salt = newSalt()
		d.Hash, d.body = contentHash(d.salt, plain), pack(plain)
		p.size += len(plain) + len(d.Count)
	}
	if p.size > maxBytes {
		return ErrTooLarge
	}
	for i := range p.docs {
		if d := &p.docs[i]; d.raw != nil {
			d.raw = stamp(d.Key, 0, d.raw)
		}
	}
	return nil
}

func (s *store) addPut(p *pending, journal string, put *Put) error {
	d := pendingDoc{docFact: docFact{Key: put.Key, Rev: put.Rev + 1, Count: put.Count}, was: put.Rev}
	if put.Rev < 0 || put.Doc == nil && put.Rev == 0 {
		return fmt.Errorf("store: put of %v at revision %d", put.Key, put.Rev)
	}
	if put.Count != nil {
		if err := Walk(put.Count, func([]byte, Type, []byte) error { return nil }); err != nil {
			return fmt.Errorf("store: counted fields of %v: %w", put.Key, err)
		}
	}
	if put.Doc == nil {
		d.Gone = Removed
		return s.add(p, journal, d)
	}
	var err error
	if d.raw, err = normalise(put.Doc, d.Rev); err != nil {
		return err
	}
	for _, segs := range s.indexed[put.Key.Shelf] {
		if meetsArray(d.raw, segs) {
			return fmt.Errorf("store: an array at %s of %v, where an index expects none", strings.Join(segs, "."), put.Key)
		}
	}
	return s.add(p, journal, d)
}

func (s *store) add(p *pending, journal string, d pendingDoc) error {
	if d.Key.Journal != journal || d.Key.ID == "" || strings.IndexByte(d.Key.ID, 0) >= 0 || s.shelves[d.Key.Shelf] == nil {
		return fmt.Errorf("store: %v is not a document of journal %s", d.Key, journal)
	}
	for i := range p.docs {
		if p.docs[i].Key == d.Key {
			return fmt.Errorf("store: %v twice in one commit", d.Key)
		}
	}
	p.docs = append(p.docs, d)
	return nil
}

// meetsArray reports whether an array stands on the path.
func meetsArray(doc []byte, segs []string) bool {
	t, v, ok := find(doc, segs[0])
	switch {
	case !ok:
		return false
	case t == TypeArray:
		return true
	}
	return t == TypeDocument && len(segs) > 1 && meetsArray(v, segs[1:])
}

func (s *store) prepareRely(p *pending, c *Commit) error {
	for _, r := range c.Rely {
		pr := pendingRely{Reliance: r}
		if r.Filter == nil {
			if r.Key.Journal != c.Journal {
				return fmt.Errorf("store: reliance on %v outside journal %s", r.Key, c.Journal)
			}
		} else {
			sh, err := s.shelf(r.Shelf)
			if err != nil {
				return err
			}
			if pr.plan, err = sh.loosePlan(r.Filter); err != nil {
				return err
			}
		}
		p.rely = append(p.rely, pr)
	}
	return nil
}

// refusal reports whether err is an answer to one commit and not an outage.
func refusal(err error) bool {
	for _, e := range []error{ErrNotFound, ErrTaken, ErrStale, ErrGone, ErrMoved} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
