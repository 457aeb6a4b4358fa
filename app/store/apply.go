package store

import (
	"bytes"
	"context"
	"fmt"
)

// readMost bounds how many entries one attempt reads on.
const readMost = 256

// applyOwn writes the documents of a commit that was just inserted as n.
func applyOwn(ctx context.Context, w Writer, p *pending, n int64) error {
	for i := range p.docs {
		d := &p.docs[i]
		if d.raw != nil {
			restamp(d.Key, d.raw, n)
		}
		if err := applyDoc(ctx, w, &d.docFact, n, d.raw); err != nil {
			return err
		}
	}
	return nil
}

// applyDoc writes one version. A purge blanks the older ones after its marker
// is there, and does it again whenever its entry is applied.
func applyDoc(ctx context.Context, w Writer, d *docFact, n int64, raw Raw) error {
	if d.note() {
		return nil
	}
	if err := w.Apply(ctx, Stored{Key: d.Key, Rev: d.Rev, Seq: n, Gone: d.Gone, Raw: raw}); err != nil {
		return fmt.Errorf("store: applying %v: %w", d.Key, err)
	}
	if d.Gone != Purged {
		return nil
	}
	return w.Blank(ctx, d.Key, n)
}

// readOn applies what the journal has beyond head and returns the new head;
// more if it stopped half way. Where head is unknown, or the entry at head is
// another than it was, it begins at the mark.
func (j *journal) readOn(ctx context.Context, w Writer, head Head, known bool) (h Head, more bool, err error) {
	last, err := w.Head(ctx, j.name)
	if err != nil {
		return head, false, err
	}
	es, head, err := j.unread(ctx, w, head, last, known)
	if err != nil || len(es) == 0 {
		return head, false, err
	}
	for i := range es {
		if !j.chain.follows(&es[i], head) {
			return head, false, fmt.Errorf("%w: journal %s: number %d does not continue %d", ErrDamaged, j.name, es[i].First, head.Number)
		}
		if err := applyEntry(ctx, w, &es[i]); err != nil {
			return head, false, err
		}
		head = headOf(&es[i])
	}
	more = len(es) == readMost || head.Number < last.Number
	return head, more, w.RaiseMark(ctx, j.name, head.Number)
}

// unread are entries beyond head, none if it is the last, and the head they
// are beyond: the one given, or the one at the mark where that is not to be
// relied on.
func (j *journal) unread(ctx context.Context, w Writer, head, last Head, known bool) ([]Entry, Head, error) {
	atMark := !known || last.Number < head.Number || last.Number == head.Number && !bytes.Equal(last.Hash, head.Hash)
	for {
		if atMark {
			var err error
			if head, err = j.fromMark(ctx, w); err != nil {
				return nil, head, err
			}
		}
		if head.Number == last.Number {
			return nil, head, nil
		}
		es, err := entriesAfter(ctx, w, j.name, head.Number, readMost)
		if err == nil && len(es) == 0 { // the last entry is not to be seen yet
			err = errMoreCame
		}
		if err != nil || atMark || j.chain.follows(&es[0], head) {
			return es, head, err
		}
		atMark = true
	}
}

func headOf(e *Entry) Head {
	return Head{Number: e.First + e.Count - 1, First: e.First, Hash: e.Hash}
}

// follows reports whether e continues the chain at head.
func (c *chain) follows(e *Entry, head Head) bool {
	return e.First == head.Number+1 && bytes.Equal(e.Hash, c.link(head.Hash, e.Facts))
}

// fromMark is the head at the mark: what lies before it is known to be applied.
func (j *journal) fromMark(ctx context.Context, w Writer) (Head, error) {
	n, err := w.Mark(ctx, j.name)
	if err != nil || n == 0 {
		return Head{}, err
	}
	e, _, err := entryAt(ctx, w, j.name, n, false)
	if err != nil {
		return Head{}, fmt.Errorf("%w: journal %s ends before its mark %d", err, j.name, n)
	}
	return headOf(&e), nil
}

func entriesAfter(ctx context.Context, r reader, journal string, after int64, most int) ([]Entry, error) {
	var es []Entry
	size := 0
	err := r.Entries(ctx, journal, after, true, func(e Entry) bool {
		es = append(es, e)
		for i := range e.Contents {
			size += len(e.Contents[i].Body)
		}
		return len(es) < most && size < maxBytes
	})
	return es, err
}

// entryAt reads the entry that covers number n.
func entryAt(ctx context.Context, r reader, journal string, n int64, contents bool) (Entry, *facts, error) {
	var e Entry
	err := r.Entries(ctx, journal, n-1, contents, func(x Entry) bool {
		e = x
		return false
	})
	if err != nil {
		return e, nil, err
	}
	if n < e.First || n >= e.First+e.Count {
		return e, nil, fmt.Errorf("%w: journal %s has no number %d", ErrDamaged, journal, n)
	}
	f, err := parseFacts(e.Facts)
	if err == nil && int64(len(f.Acts)) != e.Count {
		err = fmt.Errorf("%w: journal %s, number %d", ErrDamaged, journal, n)
	}
	return e, f, err
}

// applyEntry applies an entry as it was read, its own process's or another's.
func applyEntry(ctx context.Context, w Writer, e *Entry) error {
	return eachVersion(ctx, w, e, func(d *docFact, n int64, raw Raw) error { return applyDoc(ctx, w, d, n, raw) })
}

// eachVersion calls fn with the versions of an entry that are to be applied.
func eachVersion(ctx context.Context, r reader, e *Entry, fn func(d *docFact, n int64, raw Raw) error) error {
	f, err := parseFacts(e.Facts)
	if err != nil {
		return err
	}
	at := contentsOf(e)
	for i := range f.Acts {
		n := e.First + int64(i)
		for k := range f.Acts[i].Docs {
			d := &f.Acts[i].Docs[k]
			raw, skip, err := restored(ctx, r, d, n, at[contentID{d.Key, n}])
			if err == nil && !skip {
				err = fn(d, n, raw)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

type contentID struct {
	key    Key
	number int64
}

func contentsOf(e *Entry) map[contentID]*Content {
	at := make(map[contentID]*Content, len(e.Contents))
	for i := range e.Contents {
		at[contentID{e.Contents[i].Key, e.Contents[i].Number}] = &e.Contents[i]
	}
	return at
}

// restored is the stored document of a version read from the journal. A blank
// one is left out if a later entry purges the document; else nothing may be
// written any more (design.md §4).
func restored(ctx context.Context, r reader, d *docFact, n int64, c *Content) (raw Raw, skip bool, err error) {
	if d.Gone != Live || d.note() {
		return nil, false, nil
	}
	if c == nil || c.blanked() {
		purged, err := purgedAfter(ctx, r, d.Key, n)
		if err == nil && !purged {
			err = fmt.Errorf("%w: content of %v in number %d is blank and nothing purged it", ErrDamaged, d.Key, n)
		}
		return nil, true, err
	}
	_, doc, err := openContent(c, d.Hash)
	if err != nil {
		return nil, false, fmt.Errorf("%v in number %d: %w", d.Key, n, err)
	}
	return stamp(d.Key, n, doc), false, nil
}

// purgedAfter asks the journal, not the document, whether a later entry purges k.
func purgedAfter(ctx context.Context, r reader, k Key, n int64) (bool, error) {
	cs, err := r.Contents(ctx, ContentQuery{Journal: k.Journal, Key: k, After: n, Newest: true, Limit: 1, NoBody: true})
	if err != nil || len(cs) == 0 || cs[0].Gone != Purged {
		return false, err
	}
	e, f, err := entryAt(ctx, r, k.Journal, cs[0].Number, false)
	if err != nil {
		return false, err
	}
	for _, d := range f.Acts[cs[0].Number-e.First].Docs {
		if d.Key == k {
			return d.Gone == Purged, nil
		}
	}
	return false, nil
}
