package sqlitestore

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"colocate/app/store"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Errors of opening a data folder; each is told in one sentence that says what
// to do, and nothing in the folder was changed.
var (
	ErrLocked  = errors.New("is used by another colocate process; stop that one or choose another folder with --data")
	ErrNewer   = errors.New("was written by a newer colocate; start that version, or restore a backup made by this one")
	ErrDamaged = error(damage{}) // also store.ErrDamaged
	ErrForeign = errors.New("is not a store of colocate; choose another folder with --data")
	ErrFolder  = errors.New("cannot be written; give the user that runs colocate the right to, or choose another folder with --data")
)

// damage is the error of a file that SQLite cannot read; the store stops writing
// a journal that answers with it.
type damage struct{}

func (damage) Error() string { return "is damaged; restore it from a backup (colocate restore)" }

func (damage) Is(target error) bool { return target == store.ErrDamaged }

func about(path string, why, cause error) error {
	if cause == nil {
		return fmt.Errorf("store: %s %w", path, why)
	}
	return fmt.Errorf("store: %s %w (%w)", path, why, cause)
}

// fail turns the driver's errors into the store's; path names the file. A disk
// that is full, read-only or broken is an outage: nothing was acknowledged, and
// the next batch starts afresh.
func fail(ctx context.Context, path string, err error) error {
	x, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch x.Code() & 0xff {
	case lib.SQLITE_INTERRUPT:
		return cmp.Or(ctx.Err(), err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return about(path, ErrDamaged, err)
	case lib.SQLITE_FULL, lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_NOMEM, lib.SQLITE_IOERR:
		return fmt.Errorf("%w: %w", store.ErrBusy, err)
	}
	return err
}
