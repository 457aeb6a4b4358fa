package sqlitestore

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"colocate/app/store"
)

// TestShelfThatIsNoLongerDeclared: a program that dropped a kind still verifies,
// copies, restores and rebuilds what the journal tells of it, and one that has
// the kind again finds its documents.
func TestShelfThatIsNoLongerDeclared(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	both := append(visits(), store.Shelf{Name: "tour", Indexes: []store.Index{{Fields: []string{"mission_id"}}}})
	s := open(t, dir, both)
	k, d := visit(t, "m", 1)
	put(t, s, k, 0, d)
	tour := store.Key{Shelf: "tour", Journal: "m", ID: "x"}
	put(t, s, tour, 0, doc(t, "id", "x", "mission_id", "m"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, visits())
	if f := findings(t, s); f != nil {
		t.Error(f)
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "copy")); err != nil {
		t.Error(err)
	}
	if err := s.Rebuild(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(t.Context(), tour, nil); err == nil {
		t.Error("a shelf that is not declared is read")
	}
	if _, err := s.Get(t.Context(), k, nil); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, both)
	q := store.Query{Filter: store.D{store.Eq("mission_id", "m")}, Sort: "_id", Limit: 9}
	if p, err := s.Find(t.Context(), "tour", q); err != nil || len(p.Docs) != 1 {
		t.Errorf("%d documents %v", len(p.Docs), err)
	}
}

// TestJournalThatIsGone: of a journal without documents nothing is left but its
// mark, and that is told.
func TestJournalThatIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, visits())
	if _, err := s.Commit(t.Context(), store.Commit{Journal: "reads", Act: store.Act{By: "x", Verb: "read"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	harm(t, dir, "DELETE FROM entries")
	s = open(t, dir, visits())
	if f := findings(t, s); len(f) != 1 || f[0].Journal != "reads" || f[0].Number != 1 {
		t.Errorf("%v", f)
	}
}

// harm runs a statement on the closed database of dir, as somebody would who
// can write the file, and must change something.
func harm(t *testing.T, dir, text string) {
	t.Helper()
	c, err := connect(filepath.Join(dir, FileName), settings{cacheKB: readerKB})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := c.exec(t.Context(), text); err != nil || n == 0 {
		t.Fatalf("%s: %d %v", text, n, err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyHoldsIndexesToDocuments: an index that was changed is told, document
// by document, although every document is as it was.
func TestVerifyHoldsIndexesToDocuments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm string
		says []string
	}{
		"row gone":      {"DELETE FROM index_1 WHERE n = 3", []string{"does not lead"}},
		"row bent":      {"UPDATE index_4 SET n = 5 WHERE n = 6", []string{"does not lead"}},
		"value changed": {"UPDATE index_4 SET c1 = x'00' WHERE n = 6", []string{"does not lead"}},
		"row more":      {"INSERT INTO index_4 SELECT c0, x'00', c2, id, n FROM index_4 WHERE n = 6", []string{"no document"}},
		"row of none":   {"INSERT INTO index_8 SELECT c0, c1, c2, id, 99 FROM (SELECT c0, x'00' AS c1, c2, id FROM index_8 LIMIT 1)", []string{"no document"}},
		"all gone":      {"DELETE FROM index_6 WHERE n < 3", []string{"does not lead", "does not lead"}},
	} {
		dir := t.TempDir()
		s := open(t, dir, visits())
		for i := range 8 {
			k, d := visit(t, "m", i)
			put(t, s, k, 0, d)
		}
		if f := findings(t, s); f != nil {
			t.Errorf("%s: %v before", name, f)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		harm(t, dir, c.harm)
		s = open(t, dir, visits())
		f := findings(t, s)
		if len(f) != len(c.says) {
			t.Errorf("%s: %v", name, f)
		}
		for i := range min(len(f), len(c.says)) {
			if !strings.Contains(f[i].What, c.says[i]) || f[i].Key.Shelf != "visit" || f[i].Key.Journal != "m" || f[i].Key.ID == "" {
				t.Errorf("%s: %+v", name, f[i])
			}
		}
		if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "copy")); !errors.Is(err, ErrBackup) {
			t.Errorf("%s: a backup is made: %v", name, err)
		}
		if err := s.Rebuild(t.Context()); err != nil {
			t.Error(err)
		}
		if f := findings(t, s); f != nil {
			t.Errorf("%s: %v after a rebuild", name, f)
		}
	}
}

// TestVerifyOfIndexesWhileOthersWrite finds nothing, in many short snapshots.
func TestVerifyOfIndexesWhileOthersWrite(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	e.readFor = time.Microsecond
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	fill(t, s, "m", 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 30 {
			k, d := visit(t, "n", i)
			put(t, s, k, 0, d)
			if _, err := s.Commit(t.Context(), store.Commit{Journal: "n", Purge: []store.Key{k}}); err != nil {
				t.Error(err)
			}
			k, d = visit(t, "l", i)
			put(t, s, k, 0, d)
		}
	}()
	for range 5 {
		if f := findings(t, s); f != nil {
			t.Error(f)
		}
	}
	<-done
}
