package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
)

// mostFindings bounds what Verify keeps in order to report the worst first.
const mostFindings = 1000

// How bad a finding is, worst first.
const (
	badChain = iota
	badContent
	badDocument
	badRest
)

// verifier looks through a store. Its memory does not grow with the store: a
// document is held to the journal version by version, and that no document is
// without one is seen from a sum over both.
type verifier struct {
	s     *store
	chain *chain
	seed  maphash.Seed
	found []finding
	more  int

	// sums of id and number over the versions that documents are at, by shelf
	sums  map[string]uint64
	heads map[string]int64
}

type finding struct {
	bad int
	Finding
}

// Verify checks, for every journal, that its numbers have no hole and its
// chain holds, that each content matches its hash, that blanks are only where
// a later entry purges the document, that every key is found, that every
// document equals its last version, that the engine's indexes lead to the
// documents, and that neither a mark nor a document is beyond the head, which is
// how a cut tail shows. It reads while others write.
func (s *store) Verify(ctx context.Context, report func(Finding)) error {
	v := &verifier{s: s, chain: newChain(s.key), seed: maphash.MakeSeed(),
		sums: map[string]uint64{}, heads: map[string]int64{}}
	names, err := s.b.Journals(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := v.journal(ctx, name); err != nil {
			return err
		}
	}
	shelves := make([]string, 0, len(s.shelves))
	for name := range s.shelves {
		shelves = append(shelves, name)
	}
	slices.Sort(shelves)
	for _, name := range shelves {
		if err := v.shelf(ctx, name); err != nil {
			return err
		}
		if err := v.indexes(ctx, name); err != nil {
			return err
		}
	}
	slices.SortStableFunc(v.found, func(a, b finding) int { return cmp.Compare(a.bad, b.bad) })
	for i := range v.found {
		report(v.found[i].Finding)
	}
	if v.more > 0 {
		report(Finding{What: fmt.Sprintf("%d more findings", v.more)})
	}
	return nil
}

func (v *verifier) report(bad int, journal string, n int64, k Key, format string, args ...any) {
	if len(v.found) >= mostFindings {
		v.more++
		return
	}
	v.found = append(v.found, finding{bad, Finding{Journal: journal, Number: n, Key: k, What: fmt.Sprintf(format, args...)}})
}

func (v *verifier) journal(ctx context.Context, name string) error {
	head := Head{}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for page := range v.pages(ctx, name) {
		if page.err != nil {
			return page.err
		}
		for i := range page.es {
			if err := v.entry(ctx, name, &head, &page.es[i]); err != nil {
				return err
			}
		}
	}
	v.heads[name] = head.Number
	mark, err := v.s.mark(ctx, name)
	if err == nil && mark > head.Number {
		if h, headErr := v.s.b.Head(ctx, name); headErr != nil || mark > h.Number {
			v.report(badChain, name, mark, Key{}, "the journal ends at %d, before its mark: its tail was cut", head.Number)
			err = headErr
		}
	}
	return err
}

type entryPage struct {
	es  []Entry
	err error
}

// pages reads a journal a page ahead of who checks it, until ctx ends.
func (v *verifier) pages(ctx context.Context, journal string) <-chan entryPage {
	out := make(chan entryPage, 1)
	go func() {
		defer close(out)
		for after := int64(0); ; {
			es, err := entriesAfter(ctx, v.s.b, journal, after, readMost)
			if len(es) == 0 && err == nil {
				return
			}
			select {
			case out <- entryPage{es, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
			after = max(after+1, headOf(&es[len(es)-1]).Number) // on, whatever they say
		}
	}()
	return out
}

func (s *store) mark(ctx context.Context, journal string) (n int64, err error) {
	err = s.b.Batch(ctx, func(w Writer) error {
		n, err = w.Mark(ctx, journal)
		return err
	})
	return n, err
}

// entry checks one entry and moves head over it. After a hole the chain is
// taken up from the entry's own hash, so that one fault is one finding.
func (v *verifier) entry(ctx context.Context, journal string, head *Head, e *Entry) error {
	hole := e.First != head.Number+1
	if hole {
		v.report(badChain, journal, head.Number+1, Key{}, "numbers up to %d are missing", e.First-1)
	}
	if !hole && !bytes.Equal(e.Hash, v.chain.link(head.Hash, e.Facts)) {
		v.report(badChain, journal, e.First, Key{}, "the entry does not continue the chain")
	}
	*head = headOf(e)
	f, err := parseFacts(e.Facts)
	if err != nil || f.Journal != journal || f.First != e.First || int64(len(f.Acts)) != e.Count {
		v.report(badChain, journal, e.First, Key{}, "the facts are not of this entry")
		return nil
	}
	at := contentsOf(e)
	for i := range f.Acts {
		if err := v.act(ctx, journal, e.First+int64(i), &f.Acts[i], at); err != nil {
			return err
		}
	}
	for id := range at {
		v.report(badContent, journal, id.number, id.key, "content that the facts do not know")
	}
	return nil
}

// act checks one commit and takes its contents out of at.
func (v *verifier) act(ctx context.Context, journal string, n int64, c *fact, at map[contentID]*Content) error {
	found, err := v.s.b.ByKey(ctx, journal, c.Key)
	if err != nil {
		return err
	}
	if found != n {
		v.report(badRest, journal, n, Key{}, "its key leads to number %d", found)
	}
	for i := range c.Docs {
		d := &c.Docs[i]
		id := contentID{d.Key, n}
		if err := v.version(ctx, n, d, at[id]); err != nil {
			return err
		}
		delete(at, id)
	}
	return nil
}

// version checks the content of a version, and the document if it is at it.
func (v *verifier) version(ctx context.Context, n int64, d *docFact, c *Content) error {
	var now Stored
	var err error
	if !d.note() {
		if now, err = v.s.b.Doc(ctx, d.Key); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	doc, whole, err := v.content(ctx, n, d, c, &now)
	if err != nil || d.note() {
		return err
	}
	if now.Seq < n {
		if whole || !v.purged(ctx, d.Key, n) {
			v.report(badDocument, d.Key.Journal, n, d.Key, "the document is at number %d, without this version", now.Seq)
		}
		return nil
	}
	if now.Seq > n {
		return nil
	}
	v.sums[d.Key.Shelf] += v.sum(d.Key.DocID(), n)
	switch {
	case now.Rev != d.Rev || now.Gone != d.Gone:
		v.report(badDocument, d.Key.Journal, n, d.Key, "the document is at revision %d %s, not %d %s", now.Rev, now.Gone, d.Rev, d.Gone)
	case whole && d.Gone == Live && !bytes.Equal(now.Raw, stamp(d.Key, n, doc)):
		v.report(badDocument, d.Key.Journal, n, d.Key, "the document differs from this version, its last")
	}
	return nil
}

// content checks a version's content; whole if it is there and sound.
func (v *verifier) content(ctx context.Context, n int64, d *docFact, c *Content, now *Stored) (doc Raw, whole bool, err error) {
	j := d.Key.Journal
	switch {
	case c == nil:
		v.report(badContent, j, n, d.Key, "the content is missing")
	case c.blanked():
		if len(c.Salt) > 0 {
			v.report(badContent, j, n, d.Key, "the content is blank, its salt is not")
		}
		purged, err := purgedAfter(ctx, v.s.b, d.Key, n)
		if err != nil && !errors.Is(err, ErrDamaged) {
			return nil, false, err
		}
		if !purged {
			v.report(badContent, j, n, d.Key, "the content is blank and nothing purged it")
		}
	default:
		if _, doc, err = openContent(c, d.Hash); err != nil {
			v.report(badContent, j, n, d.Key, "the content does not match its hash")
			return nil, false, nil
		}
		if c.Rev != d.Rev || c.Gone != d.Gone {
			v.report(badContent, j, n, d.Key, "the content is filed at revision %d %s, not %d %s", c.Rev, c.Gone, d.Rev, d.Gone)
		}
		if now.Gone == Purged && now.Seq > n {
			return doc, true, v.kept(ctx, n, d.Key)
		}
		return doc, true, nil
	}
	return nil, false, nil
}

// kept reads a content of a purged document again: the purge may have come
// between the reading of the entry and that of the document.
func (v *verifier) kept(ctx context.Context, n int64, k Key) error {
	cs, err := v.s.b.Contents(ctx, ContentQuery{Journal: k.Journal, Key: k, After: n - 1, Before: n + 1, Limit: 1})
	if err == nil && len(cs) > 0 && !cs[0].blanked() {
		v.report(badContent, k.Journal, n, k, "the document was purged and this content is still there")
	}
	return err
}

func (v *verifier) purged(ctx context.Context, k Key, n int64) bool {
	ok, err := purgedAfter(ctx, v.s.b, k, n)
	return ok && err == nil
}

func (v *verifier) sum(id string, seq int64) uint64 {
	var h maphash.Hash
	h.SetSeed(v.seed)
	h.WriteString(id)
	return h.Sum64() * uint64(seq*2+1)
}

// shelf adds up the documents of a shelf. If the sum is another than the
// journals', each document is looked up; it may be that others wrote meanwhile.
func (v *verifier) shelf(ctx context.Context, name string) error {
	var sum uint64
	var ahead []Stored
	err := v.s.b.Documents(ctx, name, "", func(d Stored) bool {
		sum += v.sum(d.Key.DocID(), d.Seq)
		if d.Seq > v.heads[d.Key.Journal] && len(ahead) < mostFindings {
			d.Raw = nil
			ahead = append(ahead, d)
		}
		return ctx.Err() == nil
	})
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	for _, d := range ahead {
		h, err := v.s.b.Head(ctx, d.Key.Journal)
		if err != nil {
			return err
		}
		if d.Seq > h.Number {
			v.report(badChain, d.Key.Journal, d.Seq, d.Key, "the document is of number %d, the journal ends at %d: its tail was cut", d.Seq, h.Number)
		}
	}
	if sum == v.sums[name] {
		return nil
	}
	return v.strays(ctx, name)
}

// indexes asks the engine, where it has any, whether they lead to the documents.
func (v *verifier) indexes(ctx context.Context, shelf string) error {
	c, ok := v.s.b.(Checker)
	if !ok {
		return nil
	}
	return c.Check(ctx, shelf, func(k Key, what string) { v.report(badRest, k.Journal, 0, k, "%s", what) })
}

// strays looks for documents that no entry made.
func (v *verifier) strays(ctx context.Context, shelf string) error {
	for after := ""; ; {
		var page []Stored
		err := v.s.b.Documents(ctx, shelf, after, func(d Stored) bool {
			d.Raw = nil
			page = append(page, d)
			return len(page) < eachPage
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, d := range page {
			if err := v.stray(ctx, d); err != nil {
				return err
			}
		}
		after = page[len(page)-1].Key.DocID()
	}
}

func (v *verifier) stray(ctx context.Context, d Stored) error {
	h, err := v.s.b.Head(ctx, d.Key.Journal)
	if err != nil || d.Seq > h.Number {
		return err // a cut tail, reported
	}
	e, f, err := entryAt(ctx, v.s.b, d.Key.Journal, d.Seq, false)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	if err == nil && slices.ContainsFunc(f.Acts[d.Seq-e.First].Docs, func(x docFact) bool { return x.Key == d.Key }) {
		return nil
	}
	v.report(badDocument, d.Key.Journal, d.Seq, d.Key, "no entry made this document")
	return nil
}
