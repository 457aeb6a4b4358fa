package sqlitestore

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// enter makes the data folder where there is none and takes its lock.
func enter(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, about(dir, ErrFolder, err)
	}
	lock := flock.New(filepath.Join(dir, LockName), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, about(dir, ErrFolder, err)
	}
	if !held {
		return nil, about(dir, ErrLocked, nil)
	}
	return lock, nil
}

// prepare answers the path of the database, after a look at what is there; the
// file is made here so that it, and the log beside it, are for this user only.
func prepare(dir string) (string, error) {
	path, err := filepath.Abs(filepath.Join(dir, FileName))
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", about(path, ErrFolder, err)
	}
	defer f.Close()
	return path, inspect(path, f)
}

// inspect reads the header, so that a file which is not ours is refused before
// SQLite opens, and perhaps recovers, it.
func inspect(path string, f io.Reader) error {
	var h [100]byte
	switch n, err := io.ReadFull(f, h[:]); {
	case n == 0 && errors.Is(err, io.EOF):
		return nil // new
	case errors.Is(err, io.ErrUnexpectedEOF):
		return about(path, ErrDamaged, nil)
	case err != nil:
		return about(path, ErrDamaged, err)
	}
	id, version := binary.BigEndian.Uint32(h[68:]), binary.BigEndian.Uint32(h[60:])
	switch {
	case string(h[:16]) != "SQLite format 3\x00":
		return about(path, ErrDamaged, nil)
	case id != appID && id != 0:
		return about(path, ErrForeign, nil)
	case version > format:
		return about(path, ErrNewer, nil)
	}
	return nil
}

// opening gives an error of opening the sentence that says what to do.
func opening(ctx context.Context, path string, err error) error {
	x, ok := errors.AsType[*sqlite.Error](err)
	if errors.Is(err, fs.ErrPermission) {
		return about(path, ErrFolder, err)
	}
	if ok {
		switch x.Code() & 0xff {
		case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
			return about(filepath.Dir(path), ErrFolder, err)
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
			return about(filepath.Dir(path), ErrLocked, err)
		}
	}
	return fail(ctx, path, err)
}
