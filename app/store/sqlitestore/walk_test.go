package sqlitestore

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"colocate/app/store"
)

// A walk in many snapshots sees what one in a single snapshot does.
func TestLongWalksTakeNewSnapshots(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	fill(t, s, "m", 300)
	for i := range 20 {
		k, d := visit(t, "m", i)
		put(t, s, k, 0, d)
	}
	walk := func(readFor time.Duration) (out []string) {
		e.readFor = readFor
		err := e.Documents(t.Context(), "visit", "", func(d store.Stored) bool {
			out = append(out, fmt.Sprint(d.Key.DocID(), d.Rev, d.Seq, len(d.Raw)))
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		err = e.Entries(t.Context(), "m", 0, true, func(x store.Entry) bool {
			out = append(out, fmt.Sprint(x.First, x.Count, len(x.Contents), x.Hash))
			return x.First < 15
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	long, short := walk(time.Hour), walk(-1)
	if !slices.Equal(long, short) || len(long) != 320+15 {
		t.Errorf("%d steps in one snapshot, %d in many", len(long), len(short))
	}
}

// A slow walk must not keep the log from being cut (trust.md D14).
func TestLogIsCutBesideASlowWalk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := engine(t, dir, visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	fill(t, s, "m", 300)
	e.readFor = 50 * time.Millisecond
	stop, done, most := make(chan struct{}), make(chan int), int64(0)
	go func() {
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				done <- n
				return
			default:
				fill(t, s, "n", 100)
			}
		}
	}()
	for range 2 { // there is always one that walks
		err := e.Documents(t.Context(), "visit", "m/", func(d store.Stored) bool {
			time.Sleep(10 * time.Millisecond)
			if i, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err == nil {
				most = max(most, i.Size())
			}
			return d.Key.Journal == "m"
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	n := <-done
	if most > 2*walMost || n < 10 {
		t.Errorf("the log had %d bytes, %d commits", most, n)
	}
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if i, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err == nil && i.Size() <= walRemain {
			return
		}
	}
	t.Error("the log is still long when nobody writes any more")
}
