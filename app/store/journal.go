package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

const (
	// maxRounds is how often a batch is tried before its callers are told ErrBusy.
	maxRounds = 5
	// firstPause is waited after the first round; each later one is four times
	// as long.
	firstPause  = 4 * time.Millisecond
	millisecond = time.Millisecond
)

// journal commits to one journal: callers queue, one goroutine at a time takes
// what has gathered and makes one entry of it. The goroutine ends when the
// queue is empty, so that idle journals cost nothing.
type journal struct {
	s     *store
	name  string
	chain *chain // of the committing goroutine

	mu      sync.Mutex
	queue   []*pending
	running bool
	head    Head // applied up to here
	known   bool // head was read since the start
	hurt    bool // damage was told
}

func (j *journal) enqueue(p *pending) error {
	j.s.mu.Lock() // Close waits for goroutines started before it, and no others
	defer j.s.mu.Unlock()
	if j.s.isClosed {
		return ErrClosed
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.queue = append(j.queue, p)
	if !j.running {
		j.running = true
		j.s.wait.Go(j.run)
	}
	return nil
}

func (j *journal) run() {
	for {
		batch := j.take()
		if batch == nil {
			return
		}
		if len(batch) > 0 {
			j.commit(batch)
		}
	}
}

// take removes the next batch from the queue, in order: who touches what an
// earlier one touches stays for a later batch. nil means that the queue is
// empty and the goroutine must end.
func (j *journal) take() []*pending {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.queue) == 0 {
		j.running = false
		return nil
	}
	batch, rest := []*pending{}, []*pending{}
	t, docs, size, full := newTouched(), 0, 0, false
	for _, p := range j.queue {
		if err := p.ctx.Err(); err != nil {
			p.answer(Receipt{}, fmt.Errorf("store: not committed: %w", err))
			continue
		}
		full = full || len(batch) > 0 && (len(batch) >= maxCommits || docs+len(p.docs) > maxDocs || size+p.size > maxBytes)
		if full || t.by(p) {
			rest = append(rest, p)
		} else {
			batch = append(batch, p)
			docs, size = docs+len(p.docs), size+p.size
		}
		if !full {
			t.add(p)
		}
	}
	j.queue = rest
	return batch
}

func (p *pending) answer(r Receipt, err error) { p.done <- outcome{r, err} }

// commit sees a batch through. A batch that fails for a reason of its own, not
// of the engine's, is tried one by one, so that nobody pays for another's.
func (j *journal) commit(batch []*pending) {
	var last error
	for round := 0; round < maxRounds; {
		more, err := j.attempt(batch)
		switch {
		case err == nil && more:
			continue // read on; that is no round of ours
		case err == nil:
			return
		case errors.Is(err, ErrDamaged) && !errors.Is(err, ErrBusy):
			j.damaged(err)
			answerAll(batch, err)
			return
		case len(batch) > 1 && !errors.Is(err, ErrTaken) && !errors.Is(err, ErrBusy) && j.s.ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded):
			for i := range batch {
				j.commit(batch[i : i+1])
			}
			return
		}
		last = err
		if round++; round < maxRounds {
			j.pause(round)
		}
	}
	answerAll(batch, fmt.Errorf("%w: %s: %w", ErrBusy, j.name, hide(last)))
}

// hide keeps ErrTaken, which here says "another process was faster", from
// being read as an answer about the commit.
func hide(err error) error {
	if refusal(err) {
		return errors.New(err.Error())
	}
	return err
}

func answerAll(batch []*pending, err error) {
	for _, p := range batch {
		p.answer(Receipt{}, err)
	}
}

// pause waits longer each time, by chance, so that two processes part.
func (j *journal) pause(round int) {
	d := j.s.pause << (2 * (round - 1))
	t := time.NewTimer(d/2 + rand.N(d))
	defer t.Stop()
	select {
	case <-t.C:
	case <-j.s.ctx.Done():
	}
}

// damaged tells, once, that this journal is not written any more.
func (j *journal) damaged(err error) {
	j.mu.Lock()
	first := !j.hurt
	j.hurt = true
	j.mu.Unlock()
	if first && j.s.damaged != nil {
		j.s.damaged(j.name, err)
	}
}

// attempt is one round: read on, check, insert at the head, apply. With more
// set nothing was decided, because there is more to read on. ErrTaken means
// that somebody else has the number, or that something new is there.
func (j *journal) attempt(batch []*pending) (more bool, err error) {
	j.s.gate.RLock()
	defer j.s.gate.RUnlock()
	ctx, cancel := context.WithTimeout(j.s.ctx, attemptTime)
	defer cancel()
	j.mu.Lock()
	head, known := j.head, j.known
	j.mu.Unlock()
	var out map[*pending]outcome
	var end Head
	err = j.s.b.Batch(ctx, func(w Writer) error {
		out = make(map[*pending]outcome, len(batch))
		var err error
		if end, more, err = j.readOn(ctx, w, head, known); err != nil || more {
			return err
		}
		end, err = j.decide(ctx, w, end, batch, out)
		if answersEarly && err == nil { // never in a build that is released; see ack.go
			answerEarly(batch, out)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	j.mu.Lock()
	j.head, j.known = end, true
	j.mu.Unlock()
	if more {
		return true, nil
	}
	for _, p := range batch {
		o := out[p]
		p.answer(o.receipt, o.err)
	}
	return false, nil
}

// decide answers each of batch at head, or commits it.
func (j *journal) decide(ctx context.Context, w Writer, head Head, batch []*pending, out map[*pending]outcome) (Head, error) {
	var put []*pending
	refused := false
	for _, p := range batch {
		if p.heal {
			out[p] = outcome{}
			continue
		}
		r, done, err := j.repeat(ctx, w, p, head)
		if err == nil && !done {
			err = p.check(ctx, w, j.name)
		}
		switch {
		case err != nil && !refusal(err):
			return head, err
		case err != nil:
			out[p], refused = outcome{err: err}, true
		case done:
			out[p] = outcome{receipt: r}
		default:
			put = append(put, p)
		}
	}
	if len(put) > 0 { // the free number proves that nothing newer was there
		return j.insert(ctx, w, head, put, out)
	}
	if !refused {
		return head, nil
	}
	now, err := w.Head(ctx, j.name)
	if err == nil && now.Number != head.Number {
		err = errMoreCame
	}
	return head, err
}

// errMoreCame says that the journal grew while a refusal was made.
var errMoreCame = fmt.Errorf("%w: the journal went on", ErrBusy)

// repeat answers p from the entry that holds its key, if there is one. A key
// that the store made is looked for only where an outcome was unknown.
func (j *journal) repeat(ctx context.Context, w Writer, p *pending, head Head) (r Receipt, done bool, err error) {
	if !p.named && p.sent == nil {
		return r, false, nil
	}
	n, err := w.ByKey(ctx, j.name, p.key)
	switch {
	case err != nil || n == 0:
		return r, false, err
	case n > head.Number:
		return r, false, errMoreCame
	}
	e, f, err := entryAt(ctx, w, j.name, n, true)
	if err != nil {
		return r, false, err
	}
	c := &f.Acts[n-e.First]
	if !bytes.Equal(c.Request, p.request) {
		return r, false, fmt.Errorf("%w: the key came with another request before", ErrTaken)
	}
	r = receiptOf(j.name, n, c)
	if r.Act.Why, err = whyOf(c, n, contentsOf(&e)); err != nil {
		return r, false, err
	}
	r.Repeat = !slices.ContainsFunc(p.sent, func(h []byte) bool { return bytes.Equal(h, e.Hash) })
	return r, true, nil
}

// insert is the commit point, then the documents, then the mark.
func (j *journal) insert(ctx context.Context, w Writer, head Head, put []*pending, out map[*pending]outcome) (Head, error) {
	e, f := j.entry(head, put)
	for _, p := range put {
		p.sent = append(p.sent, e.Hash)
	}
	if err := w.Insert(ctx, e); err != nil {
		if errors.Is(err, ErrTaken) {
			return head, errMoreCame
		}
		return head, err
	}
	for i, p := range put {
		n := e.First + int64(i)
		if err := applyOwn(ctx, w, p, n); err != nil {
			return head, err
		}
		r := receiptOf(j.name, n, &f.Acts[i])
		r.Act.Why = p.why
		out[p] = outcome{receipt: r}
	}
	end := Head{Number: e.First + e.Count - 1, First: e.First, Hash: e.Hash}
	return end, w.RaiseMark(ctx, j.name, end.Number)
}

// entry makes the entry of commits at the number after head.
func (j *journal) entry(head Head, put []*pending) (Entry, *facts) {
	f := &facts{Journal: j.name, First: head.Number + 1}
	e := Entry{Journal: j.name, First: f.First, Count: int64(len(put))}
	for i, p := range put {
		n := f.First + int64(i)
		c := fact{Key: p.key, Request: p.request, Act: p.act}
		for k := range p.docs {
			d := &p.docs[k]
			c.Docs = append(c.Docs, d.docFact)
			e.Contents = append(e.Contents, Content{Key: d.Key, Rev: d.Rev, Number: n, Gone: d.Gone, Salt: d.salt, Body: d.body})
		}
		f.Acts = append(f.Acts, c)
		e.Keys = append(e.Keys, KeyRow{Key: p.key, Number: n})
	}
	e.Facts = f.encode()
	e.Hash = j.chain.link(head.Hash, e.Facts)
	return e, f
}

// at reports whether everything up to h is applied here.
func (j *journal) at(h Head) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return (j.known || h.Number == 0) && j.head.Number == h.Number && bytes.Equal(j.head.Hash, h.Hash)
}
