package sqlitestore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"colocate/app/store"
)

// Pages that SQLite cannot read are told as damage, by file, and end the
// writing of the journal; what lies elsewhere is still read.
func TestDamageWhileRunning(t *testing.T) {
	t.Parallel()
	dir, keys := filled(t, 300)
	path := filepath.Join(dir, FileName)
	c, err := connect(path, settings{cacheKB: readerKB})
	if err != nil {
		t.Fatal(err)
	}
	root, err := c.number("SELECT rootpage FROM sqlite_schema WHERE name = 'docs_1'")
	if err := errors.Join(err, c.close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(make([]byte, pageSize), (root-1)*pageSize)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, visits())
	if _, err := s.Get(t.Context(), keys[0], nil); !errors.Is(err, ErrDamaged) || !errors.Is(err, store.ErrDamaged) {
		t.Errorf("get: %v, want ErrDamaged", err)
	}
	_, d := visit(t, "m", 1)
	_, err = s.Commit(t.Context(), store.Commit{Journal: "m", Put: []store.Put{{Key: keys[0], Rev: 1, Doc: d}}})
	if !errors.Is(err, ErrDamaged) || errors.Is(err, store.ErrBusy) {
		t.Errorf("commit: %v, want ErrDamaged", err)
	}
	if n, err := s.Head(t.Context(), "m"); err != nil || n != 300 {
		t.Errorf("head %d %v", n, err)
	}
	if acts, err := s.Acts(t.Context(), "m", 290, 20); err != nil || len(acts) != 10 {
		t.Errorf("%d acts %v", len(acts), err)
	}
}
