package sqlitestore

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"colocate/app/store"

	"modernc.org/sqlite"
)

// ErrBackup says that a backup is not whole, or is not of the key it was
// checked with; nothing was put in its place.
var ErrBackup = errors.New("is not a whole backup made with this key; take another one")

// partial marks a file that is not yet what its name says.
const partial = ".partial"

// stepPages is how many pages a backup copies between two looks at ctx.
const stepPages = 512

// Backup writes a copy to path, one file, while the store is in use: what was
// committed when it began, checked page by page and against the journal's chain
// before it gets its name. A file that is there already is not touched. The key
// is not in the copy: without it the copy restores nothing (keep both, apart).
func (e *Engine) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("store: %s exists; a backup never replaces a file", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+partial)
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := e.copyTo(ctx, filepath.Join(dir, FileName)); err != nil {
		return fmt.Errorf("store: backup: %w", fail(ctx, e.path, err))
	}
	if err := check(ctx, dir, e.decl, e.key); err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	return publish(filepath.Join(dir, FileName), path)
}

// copyTo copies the database within one read transaction, so that writers do
// not make it start again. It is synced when it is whole.
func (e *Engine) copyTo(ctx context.Context, path string) error {
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return err
	}
	return e.read(ctx, func(s *session) error {
		return s.snapshot(func() error {
			if _, err := s.c.number("SELECT count(*) FROM marks"); err != nil { // the snapshot begins here
				return err
			}
			b, err := s.c.raw.(interface {
				NewBackup(string) (*sqlite.Backup, error)
			}).NewBackup((&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "_pragma=synchronous(OFF)"}).String())
			if err != nil {
				return err
			}
			return steps(ctx, b)
		})
	})
}

func steps(ctx context.Context, b *sqlite.Backup) error {
	more := true
	var err error
	for more && err == nil {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(stepPages)
		}
	}
	return errors.Join(err, b.Finish())
}

// check opens the copy in dir as a store would and holds it to everything that
// is known of a whole one. Afterwards it is one file, without a log.
func check(ctx context.Context, dir string, shelves []store.Shelf, key []byte) error {
	if err := begun(filepath.Join(dir, FileName)); err != nil {
		return err
	}
	e, err := openFile(ctx, dir, shelves, key)
	if err != nil {
		return err
	}
	if err = e.integrity(ctx); err == nil {
		err = verify(ctx, e, shelves, key)
	}
	if err := cmp.Or(err, e.Close()); err != nil {
		return err
	}
	return single(filepath.Join(dir, FileName))
}

// begun refuses a file without our header, which openFile would take for new,
// and one that is not as long as its header says: SQLite fills up what a cut
// took from the last page, and does not look at what lies behind it.
func begun(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var h [100]byte
	if _, err := io.ReadFull(f, h[:]); err != nil || binary.BigEndian.Uint32(h[68:]) != appID {
		return about(path, ErrBackup, err)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if whole := int64(binary.BigEndian.Uint32(h[28:])) * pageSize; info.Size() != whole {
		return about(path, ErrBackup, fmt.Errorf("it has %d bytes of %d", info.Size(), whole))
	}
	return nil
}

// integrity lets SQLite look at every page and index.
func (e *Engine) integrity(ctx context.Context) error {
	return e.read(ctx, func(s *session) error {
		r, err := s.c.query(ctx, "PRAGMA integrity_check(1)")
		if err != nil {
			return err
		}
		word := ""
		if r.next() {
			word = asText(r.vals[0])
		}
		if err := r.close(); err != nil {
			return err
		}
		if word != "ok" {
			return about(e.path, ErrDamaged, errors.New(strings.Join(strings.Fields(word), " "))) // on one line
		}
		return nil
	})
}

// verify runs the store's own check; a finding is an error.
func verify(ctx context.Context, e *Engine, shelves []store.Shelf, key []byte) error {
	s, err := store.Open(ctx, store.Options{Backend: keep{e}, Shelves: shelves, Key: key})
	if err != nil {
		return about(e.path, ErrBackup, err)
	}
	var first *store.Finding
	err = s.Verify(ctx, func(f store.Finding) {
		if first == nil {
			first = &f
		}
	})
	if first != nil {
		err = about(e.path, ErrBackup, fmt.Errorf("%s: journal %s, number %d, %s", first.What, first.Journal, first.Number, first.Key.DocID()))
	}
	return errors.Join(err, s.Close())
}

// keep is an engine that the store over it does not close.
type keep struct{ *Engine }

func (keep) Close() error { return nil }

// single turns the log off, so that the database is one file, and syncs it.
func single(path string) error {
	c, err := connect(path, settings{cacheKB: readerKB})
	if err != nil {
		return err
	}
	_, err = c.row("PRAGMA journal_mode = DELETE")
	if err := errors.Join(err, c.close()); err != nil {
		return err
	}
	return syncFile(path)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// publish gives a checked file its name for good.
func publish(from, to string) error {
	if err := os.Link(from, to); err != nil { // fails where to exists, as a rename would not
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("store: %s exists; a backup never replaces a file", to)
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(to))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Restore puts the backup from into the data folder dir, which must be empty
// but for the key file that a person puts there first: key is its content. The
// backup is checked as Backup does, in dir, before it gets its name; one that
// is not whole, or was made with another key, is ErrBackup or ErrDamaged and
// leaves dir as it was.
func Restore(ctx context.Context, from, dir string, shelves []store.Shelf, key []byte) (err error) {
	lock, err := enter(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := vacant(dir); err != nil {
		return err
	}
	work, err := os.MkdirTemp(dir, "restore"+partial)
	if err != nil {
		return about(dir, ErrFolder, err)
	}
	defer os.RemoveAll(work)
	if err := copyFile(ctx, from, filepath.Join(work, FileName)); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	if err := check(ctx, work, shelves, key); err != nil {
		return fmt.Errorf("store: %s: %w", from, err)
	}
	return publish(filepath.Join(work, FileName), filepath.Join(dir, FileName))
}

// keyName is the key's file, which the program keeps (docs/operating guide).
const keyName = "colocate.key"

func vacant(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return about(dir, ErrFolder, err)
	}
	for _, f := range list {
		if f.Name() != keyName && f.Name() != LockName {
			return fmt.Errorf("store: %s is not empty (%s); restore into a new folder that holds only %s", dir, f.Name(), keyName)
		}
	}
	return nil
}

func copyFile(ctx context.Context, from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, readUntil{ctx, src})
	return errors.Join(err, dst.Sync(), dst.Close())
}

// readUntil stops a copy when its context ends.
type readUntil struct {
	ctx context.Context
	r   io.Reader
}

func (r readUntil) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}
