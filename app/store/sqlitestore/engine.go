// Package sqlitestore is the embedded engine of store: one SQLite file in a
// data folder, opened by one process at a time (design.md §4). A batch is one
// transaction on the only writing connection, synced to the disk before it is
// acknowledged; readers have connections of their own and each read sees one
// snapshot.
//
// A shelf is a table of documents as BSON, an index a table of its own beside
// it, kept in the same transaction; the journal has four tables. What a purge
// removes is overwritten with zeros (secure_delete) and the write-ahead log is
// cut, so that no file of the folder holds it.
package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"colocate/app/store"

	"github.com/gofrs/flock"
)

// FileName is the database's name in the data folder; LockName that of the
// file that a running process holds.
const (
	FileName = "colocate.db"
	LockName = "lock"
)

// Engine is a store.Backend on one SQLite file.
type Engine struct {
	path    string
	lock    *flock.Flock // nil for a copy under check
	key     []byte
	decl    []store.Shelf
	shelves map[string]*shelf
	names   *names
	texts   sync.Map // shape -> text of a SELECT

	readers *pool
	readFor time.Duration // how long a walk keeps one snapshot
	writer  chan *conn    // holds the writing connection while nobody writes
	stop    context.CancelFunc
	wait    sync.WaitGroup
	closed  sync.Once
	wake    chan struct{} // a purge was committed
	batches atomic.Int64
	swept   int64       // batches when the sweep last looked
	dirty   atomic.Bool // purged content may still be in the log or between rows
}

var (
	_ store.Backend = (*Engine)(nil)
	_ store.Copier  = (*Engine)(nil)
	_ store.Checker = (*Engine)(nil)
)

// Open opens the data folder, making it (mode 0700, files 0600) where there is
// none, and declares the shelves: tables and indexes that are missing are made,
// indexes that are no longer declared are dropped. key is what store.Open gets;
// Backup verifies its copy with it. The errors of opening are ErrLocked,
// ErrNewer, ErrDamaged, ErrForeign and ErrFolder.
func Open(ctx context.Context, dir string, shelves []store.Shelf, key []byte) (*Engine, error) {
	lock, err := enter(dir)
	if err != nil {
		return nil, err
	}
	e, err := openFile(ctx, dir, shelves, key)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	e.lock = lock
	return e, nil
}

// OpenStore is Open and store.Open over it; o.Backend is set here. Closing the
// store closes the folder.
func OpenStore(ctx context.Context, dir string, o store.Options) (store.Store, error) {
	e, err := Open(ctx, dir, o.Shelves, o.Key)
	if err != nil {
		return nil, err
	}
	o.Backend = e
	s, err := store.Open(ctx, o)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}

// openFile opens the database of a folder that this process holds.
func openFile(ctx context.Context, dir string, shelves []store.Shelf, key []byte) (*Engine, error) {
	path, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	e := &Engine{path: path, key: key, decl: shelves, shelves: map[string]*shelf{}, readFor: time.Second,
		writer: make(chan *conn, 1), wake: make(chan struct{}, 1)}
	w, err := connect(path, settings{cacheKB: writerKB})
	if err != nil {
		return nil, opening(ctx, path, err)
	}
	if err := e.start(ctx, w); err != nil {
		return nil, errors.Join(opening(ctx, path, err), w.close())
	}
	e.writer <- w
	e.readers = newPool(max(4, min(8, runtime.NumCPU())), func() (*conn, error) {
		return connect(path, settings{readOnly: true, cacheKB: readerKB})
	})
	ctx, e.stop = context.WithCancel(context.WithoutCancel(ctx))
	e.wait.Go(func() { e.sweep(ctx) })
	return e, nil
}

// start checks the file and brings its layout up to the declaration.
func (e *Engine) start(ctx context.Context, w *conn) error {
	if err := checkLibrary(w); err != nil {
		return err
	}
	if err := e.checkFormat(w); err != nil {
		return err
	}
	err := transact(w, func() error { return e.migrate(ctx, w, e.decl) })
	if err != nil {
		return err
	}
	e.names.settle(true)
	owed, err := w.number("SELECT count(*) FROM chores")
	if err != nil {
		return err
	}
	e.dirty.Store(owed > 0)
	// The version must be in the file itself, where another program looks first.
	_, err = w.row("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// checkFormat refuses what inspect could not see in the file alone.
func (e *Engine) checkFormat(w *conn) error {
	version, err := w.number("PRAGMA user_version")
	if err != nil {
		return err
	}
	if version > format {
		return about(e.path, ErrNewer, nil)
	}
	others, err := w.number("SELECT count(*) FROM sqlite_schema")
	if err == nil && version == 0 && others > 0 {
		err = about(e.path, ErrForeign, nil)
	}
	return err
}

// minLibrary is the SQLite version that has the fix for the loss of commits in
// WAL mode with several connections (libs.md §9).
const minLibrary = 3053002

func checkLibrary(c *conn) error {
	v, err := c.row("SELECT sqlite_version()")
	if err != nil {
		return err
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(asText(v[0]), "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("store: SQLite %v: %w", v[0], err)
	}
	if major*1_000_000+minor*1000+patch < minLibrary {
		return fmt.Errorf("store: SQLite %v is older than 3.53.2, which may lose data", v[0])
	}
	return nil
}

// transact runs fn within a transaction of the writing connection. Its own
// statements know no context: one that ends just then would leave open whether
// they were done.
func transact(c *conn, fn func() error) error {
	if _, err := c.exec(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked, or the disk is full
			_, _ = c.exec(context.Background(), "ROLLBACK") // SQLite may have done it itself
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	if _, err := c.exec(context.Background(), "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// Batch runs fn within one transaction. A full disk, a lock that stays and an
// error of the disk are store.ErrBusy; the next batch starts afresh.
func (e *Engine) Batch(ctx context.Context, fn func(store.Writer) error) error {
	var c *conn
	select {
	case c = <-e.writer:
	case <-ctx.Done():
		return ctx.Err()
	}
	if c == nil {
		return errClosed
	}
	defer func() { e.writer <- c }()
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &writer{session: session{e: e, c: c, writing: true}}
	committed := false
	defer func() { e.names.settle(committed) }()
	err := transact(c, func() error {
		if err := fn(w); err != nil || !w.blanked {
			return err
		}
		return w.owe()
	})
	if err != nil {
		return fail(ctx, e.path, err)
	}
	committed = true
	e.batches.Add(1)
	if w.blanked {
		e.dirty.Store(true)
		e.truncate(c, walSoon)
	}
	if w.blanked || e.logSize() > walMost { // a log that grows faster than the sweep comes round
		select {
		case e.wake <- struct{}{}:
		default:
		}
	}
	return nil
}

// logSize is the length of the write-ahead log in bytes.
func (e *Engine) logSize() int64 {
	i, err := os.Stat(e.path + "-wal")
	if err != nil {
		return 0
	}
	return i.Size()
}

var errClosed = errors.New("store: closed")

// Close waits for the batch and the reads in progress, empties the write-ahead
// log into the file and lets go of the folder.
func (e *Engine) Close() error {
	var err error
	e.closed.Do(func() {
		e.stop()
		e.wait.Wait()
		err = e.readers.close()
		w := <-e.writer
		close(e.writer)
		if e.dirty.Load() {
			_, _ = e.scrub(w, time.Now().Add(closeWait)) // the next start goes on
		}
		_, cut := w.row("PRAGMA wal_checkpoint(TRUNCATE)")
		err = errors.Join(err, fail(context.Background(), e.path, cut), w.close())
		if e.lock != nil {
			err = errors.Join(err, e.lock.Close())
		}
	})
	return err
}

const (
	sweepEvery = time.Second
	// sliceEvery leaves the writer to others between two slices of a scrub,
	// retryEvery after one that came to nothing.
	sliceEvery = 5 * time.Millisecond
	retryEvery = 500 * time.Millisecond
	closeWait  = 2 * time.Second

	// walMost bytes of the log are more than checkpoints by the way leave where
	// there is always a reader; then writers wait until those of now are done,
	// at most walWait, which is longer than a walk keeps a snapshot.
	walMost = 2 * walPages * pageSize
	walWait = 2 * time.Second
	walSoon = 10 * time.Millisecond
)

// sweep keeps the write-ahead log short, which a reader may have held back, and
// sees to what a purge must not leave behind.
func (e *Engine) sweep(ctx context.Context) {
	wait := sweepEvery
	if e.dirty.Load() {
		wait = sliceEvery
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		case <-time.After(wait):
		}
		select {
		case <-ctx.Done():
			return
		case c := <-e.writer:
			wait = e.tidy(c)
			e.writer <- c
		}
	}
}

// tidy does a little and says when to go on; what failed is tried again.
func (e *Engine) tidy(c *conn) time.Duration {
	if !e.dirty.Load() {
		e.shorten(c)
		return sweepEvery
	}
	switch more, err := e.scrub(c, time.Time{}); {
	case more && err == nil:
		return sliceEvery
	case e.dirty.Load():
		return retryEvery
	}
	return sweepEvery
}

// shorten cuts the log where it is long, or where nobody wrote since last time.
func (e *Engine) shorten(c *conn) {
	n := e.batches.Load()
	idle := n == e.swept
	e.swept = n
	switch size := e.logSize(); {
	case size > walMost:
		e.truncate(c, walWait)
	case idle && size > walRemain:
		e.truncate(c, walSoon)
	}
}

// truncate moves the log into the file and cuts it to nothing, unless a reader
// still needs it after wait; then the sweep tries again.
func (e *Engine) truncate(c *conn, wait time.Duration) bool {
	_, _ = c.row(fmt.Sprintf("PRAGMA busy_timeout(%d)", wait.Milliseconds()))
	v, err := c.row("PRAGMA wal_checkpoint(TRUNCATE)")
	_, _ = c.row(fmt.Sprintf("PRAGMA busy_timeout(%d)", busyMS))
	return err == nil && v != nil && asInt(v[0]) == 0
}
