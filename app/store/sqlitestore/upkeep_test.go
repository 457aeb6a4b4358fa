package sqlitestore

import (
	"path/filepath"
	"testing"

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
