package sqlitestore

import (
	"context"
	"errors"
	"sync"
	"time"
)

// pool lends reading connections. It keeps some and opens more where all are
// lent, so that a read within a long one does not wait for it; at maxReaders
// the next waits.
type pool struct {
	open func() (*conn, error)
	idle chan *conn
	lent chan struct{}

	mu     sync.Mutex
	closed bool
	done   chan struct{}
}

const maxReaders = 64

// patience is how long a read waits for a connection that is kept before it
// opens another: opening one costs as much as several short reads, and with as
// many at work as are kept one is mostly back before a new one were ready.
const patience = 10 * time.Millisecond

func newPool(keep int, open func() (*conn, error)) *pool {
	return &pool{open: open, idle: make(chan *conn, keep), lent: make(chan struct{}, maxReaders), done: make(chan struct{})}
}

func (p *pool) get(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.lent <- struct{}{}:
	case <-p.done:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-p.done:
		<-p.lent
		return nil, errClosed
	case c := <-p.idle:
		return c, nil
	default:
	}
	if c := p.await(ctx); c != nil {
		return c, nil
	}
	c, err := p.open()
	if err != nil {
		<-p.lent
	}
	return c, err
}

// await waits a little for a connection where as many are lent as are kept;
// nil is none.
func (p *pool) await(ctx context.Context) *conn {
	if len(p.lent) <= cap(p.idle) {
		return nil
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case c := <-p.idle:
		return c
	case <-wait.C:
	case <-ctx.Done():
	}
	return nil
}

func (p *pool) put(c *conn) {
	select {
	case p.idle <- c:
		<-p.lent
	default:
		p.drop(c)
	}
}

// drop takes back a connection that is not to be lent again.
func (p *pool) drop(c *conn) {
	_ = c.close() // it only read
	<-p.lent
}

// close waits for the reads in progress.
func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	close(p.done)
	for range maxReaders {
		p.lent <- struct{}{}
	}
	var err error
	for {
		select {
		case c := <-p.idle:
			err = errors.Join(err, c.close())
		default:
			return err
		}
	}
}
