package sqlitestore

import (
	"bytes"
	"crypto/rand"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"colocate/app/store"

	"github.com/google/uuid"
)

// secret is a document of which nothing may be left, with what to look for.
type secret struct {
	key   store.Key
	rev   int64
	marks [][]byte
}

// version makes a version with text of its own under indexes and without, and
// of a size that moves rows between pages.
func (x *secret) version(t *testing.T) store.Raw {
	word, unit, theme := "CANARY"+rand.Text(), uuid.NewString(), rand.Text()
	blob := make([]byte, 100+mrand.IntN(5000))
	_, _ = rand.Read(blob)
	x.marks = append(x.marks, []byte(word), blob[:40], blob[len(blob)-40:], pack(nil, word, 1)[2:], []byte(unit), pack(nil, unit, 1)[2:], pack(nil, theme, 1)[2:])
	return doc(t, "id", x.key.ID, "mission_id", x.key.Journal, "state", "draft", "unit", store.D{{Key: "id", Value: unit}}, "theme", theme,
		"start", began.Add(time.Duration(mrand.IntN(1e6))*time.Second), "words", store.A{word, "x"}, "text", word, "blob", blob)
}

// hits counts marks in all files of a folder.
func hits(t *testing.T, dir string, list []*secret) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	n := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			for _, m := range x.marks {
				if bytes.Contains(b, m) {
					n++
				}
			}
		}
	}
	return n
}

// tell writes count documents, then edits them three times as often.
func tell(t *testing.T, s store.Store, count int) []*secret {
	t.Helper()
	mission := uuid.NewString()
	list := make([]*secret, count)
	for i := range 4 * count {
		at := i
		if i >= count {
			at = mrand.IntN(count)
		} else {
			list[i] = &secret{key: store.Key{Shelf: "visit", Journal: mission, ID: uuid.NewString()}}
		}
		x := list[at]
		_, err := s.Commit(t.Context(), store.Commit{Journal: mission, Put: []store.Put{{Key: x.key, Rev: x.rev, Doc: x.version(t)}},
			Act: store.Act{Kind: "visit", ID: x.key.ID, Why: string(x.marks[0])}})
		if err != nil {
			t.Fatal(err)
		}
		x.rev++
	}
	return list
}

// purgeAll purges the documents; their ids stay in the facts.
func purgeAll(t *testing.T, s store.Store, list []*secret) {
	t.Helper()
	for len(list) > 0 {
		n := min(len(list), 7)
		c := store.Commit{Journal: list[0].key.Journal}
		for _, x := range list[:n] {
			c.Purge = append(c.Purge, x.key)
		}
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		list = list[n:]
	}
}

func TestPurgedIsNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, visits())
	list := tell(t, s, 100)
	gone, kept := list[:60], list[60:]
	if n := hits(t, dir, gone); n < 300 { // the control: without the purge it is found
		t.Fatalf("%d marks before the purge", n)
	}
	purgeAll(t, s, gone)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := hits(t, dir, gone); n != 0 {
		t.Errorf("%d marks of purged documents are left", n)
	}
	if n := hits(t, dir, kept); n < 100 {
		t.Errorf("%d marks of the other documents", n)
	}
	again := open(t, dir, visits())
	if f := findings(t, again); f != nil {
		t.Error(f)
	}
	sameRowsOf(t, again, kept)
}

func sameRowsOf(t *testing.T, s store.Store, kept []*secret) {
	t.Helper()
	for _, x := range kept {
		if d, err := s.Get(t.Context(), x.key, nil); err != nil || d.Lookup("rev").AsInt64() != x.rev {
			t.Errorf("%v: %v", x.key, err)
		}
	}
}

// While the service runs the sweep gets there by itself, also past a reader
// that was in the way.
func TestPurgedIsNowhereWhileRunning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := engine(t, dir, visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	list := tell(t, s, 40)
	reading, leave, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- e.Documents(t.Context(), "visit", "", func(store.Stored) bool { close(reading); <-leave; return false })
	}()
	<-reading
	purgeAll(t, s, list)
	if n := hits(t, dir, list); n == 0 { // the control: what a reader still reads is kept
		t.Error("a reader's snapshot was cut away")
	}
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	for until := time.Now().Add(20 * time.Second); e.dirty.Load() && time.Now().Before(until); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := hits(t, dir, list); n != 0 || e.dirty.Load() {
		t.Errorf("%d marks of purged documents are left, dirty %v", n, e.dirty.Load())
	}
}

// A scrub that a stop cut short goes on at the next start.
func TestScrubGoesOnAfterAStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := engine(t, dir, visits())
	e.stop() // nobody sweeps
	e.wait.Wait()
	s, err := store.Open(t.Context(), store.Options{Backend: keep{e}, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	purgeAll(t, s, tell(t, s, 10))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	e.dirty.Store(false) // as if the process had died
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again := engine(t, dir, visits())
	for until := time.Now().Add(20 * time.Second); again.dirty.Load() && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
	w := <-again.writer
	defer func() { again.writer <- w }()
	if n, err := w.number("SELECT count(*) FROM chores"); err != nil || n != 0 {
		t.Errorf("%d chores %v", n, err)
	}
}

func TestZeroMiddle(t *testing.T) {
	t.Parallel()
	page := func(kind byte, cells, start int) []byte {
		b := bytes.Repeat([]byte{0xaa}, pageSize)
		b[0], b[3], b[4], b[5], b[6] = kind, 0, byte(cells), byte(start>>8), byte(start)
		return b
	}
	for _, c := range []struct {
		name       string
		page       []byte
		from, to   int
		wantChange bool
	}{
		{"leaf", page(13, 3, 4000), 8 + 6, 4000, true},
		{"leaf of an index", page(10, 0, pageSize), 8, pageSize, true},
		{"inner", page(5, 2, 5000), 12 + 4, 5000, true},
		{"inner of an index", page(2, 200, 5000), 12 + 400, 5000, true},
		{"full", page(13, 100, 208), 208, 208, false},
		{"no page of a tree", page(0, 3, 4000), 0, 0, false},
		{"cells before their pointers", page(13, 200, 100), 0, 0, false},
		{"start beyond the page", page(13, 3, pageSize+1), 0, 0, false},
		{"too short", []byte{13}, 0, 0, false},
	} {
		before := bytes.Clone(c.page)
		if got := zeroMiddle(c.page, false); got != c.wantChange {
			t.Errorf("%s: changed %v", c.name, got)
		}
		want := before
		clear(want[c.from:c.to])
		if !bytes.Equal(c.page, want) {
			t.Errorf("%s: other bytes were touched", c.name)
		}
	}
}
