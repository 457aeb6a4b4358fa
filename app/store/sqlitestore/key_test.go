package sqlitestore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"colocate/app/store"
)

// TestKeyOfAnother: a store is not opened, nor changed, with a key that nothing
// in it was written with; what one entry says of it is enough to go on.
func TestKeyOfAnother(t *testing.T) {
	t.Parallel()
	dir, _ := filled(t, 3)
	path := filepath.Join(dir, FileName)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	another := bytes.Repeat([]byte("x"), 32)
	if _, err := OpenStore(t.Context(), dir, store.Options{Shelves: visits(), Key: another}); !errors.Is(err, store.ErrKey) {
		t.Errorf("error: %v", err)
	}
	s := open(t, dir, visits()) // its own key; the folder is free again
	if f := findings(t, s); f != nil {
		t.Error(f)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("opening changed the file: %v", err)
	}
	edit(t, dir, "UPDATE entries SET "+flip("facts")+" WHERE first <> 3")
	if f := findings(t, open(t, dir, visits())); len(f) == 0 {
		t.Error("nothing was found")
	}
}
