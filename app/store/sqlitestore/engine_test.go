package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/app/store"
)

// engine opens an engine without a store over it.
func engine(t testing.TB, dir string, shelves []store.Shelf) *Engine {
	t.Helper()
	e, err := Open(t.Context(), dir, shelves, testKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func TestPragmasOfEveryConnection(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	var lent []*conn
	for range 12 { // more than the pool keeps
		c, err := e.readers.get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lent = append(lent, c)
	}
	w := <-e.writer
	for _, c := range append(lent, w) {
		readOnly, cache := int64(1), int64(-readerKB)
		if c == w {
			readOnly, cache = 0, -writerKB
		}
		for pragma, want := range map[string]any{
			"busy_timeout": int64(busyMS), "journal_mode": "wal", "synchronous": int64(2), "secure_delete": int64(1), "foreign_keys": int64(1),
			"query_only": readOnly, "page_size": int64(pageSize), "temp_store": int64(2), "mmap_size": int64(0), "cache_size": cache,
			"cell_size_check": int64(1), "trusted_schema": int64(0), "wal_autocheckpoint": int64(walPages), "journal_size_limit": int64(walRemain),
			"application_id": int64(appID), "user_version": int64(format),
		} {
			if v, err := c.row("PRAGMA " + pragma); err != nil || v[0] != want {
				t.Errorf("%s is %v %v, want %v", pragma, v, err, want)
			}
		}
	}
	if _, err := lent[0].exec(t.Context(), "DELETE FROM marks"); err == nil {
		t.Error("a reader wrote")
	}
	e.writer <- w
	for _, c := range lent {
		e.readers.put(c)
	}
	if n := len(e.readers.idle); n != cap(e.readers.idle) {
		t.Errorf("%d connections kept, want %d", n, cap(e.readers.idle))
	}
}

func TestLibraryIsNewEnough(t *testing.T) {
	t.Parallel()
	if err := checkLibrary(memory(t)); err != nil {
		t.Error(err)
	}
}

// The driver works with one version of its C library only (style.md S3).
func TestLibcIsThePair(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"modernc.org/sqlite v1.62.0", "modernc.org/libc v1.80.1"} {
		if !strings.Contains(string(mod), want) {
			t.Errorf("go.mod does not name %s; raise both as the driver's own go.mod pairs them", want)
		}
	}
}

func TestFilesAreForTheirUserOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, dir, visits())
	k, d := visit(t, "m", 1)
	put(t, s, k, 0, d)
	for name, want := range map[string]os.FileMode{".": 0o700, FileName: 0o600, FileName + "-wal": 0o600, FileName + "-shm": 0o600, LockName: 0o600} {
		if i, err := os.Stat(filepath.Join(dir, name)); err != nil || i.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, i.Mode().Perm(), err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 2 {
		t.Errorf("after Close: %v", list)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, visits())
	_, err := Open(t.Context(), dir, visits(), testKey)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
		t.Errorf("second: %v", err)
	}
	k, d := visit(t, "m", 1)
	put(t, s, k, 0, d)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, visits())
	if _, err := again.Get(t.Context(), k, nil); err != nil {
		t.Error(err)
	}
}

// refusedOpen opens dir, which must be refused as want with every byte kept.
func refusedOpen(t *testing.T, dir string, want error) {
	t.Helper()
	path := filepath.Join(dir, FileName)
	before, _ := os.ReadFile(path)
	e, err := Open(t.Context(), dir, visits(), testKey)
	if !errors.Is(err, want) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
		t.Errorf("open: %v, want %v", err, want)
	}
	if err == nil {
		_ = e.Close()
	}
	if after, _ := os.ReadFile(path); !slices.Equal(after, before) {
		t.Error("the file was changed")
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("a log was left")
	}
}

// filled is a folder with a closed store of n visits.
func filled(t *testing.T, n int) (dir string, keys []store.Key) {
	t.Helper()
	dir = t.TempDir()
	s := open(t, dir, visits())
	for i := range n {
		k, d := visit(t, "m", i)
		put(t, s, k, 0, d)
		keys = append(keys, k)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, keys
}

// edit changes the closed database in dir by SQL.
func edit(t *testing.T, dir, text string, args ...any) {
	t.Helper()
	c, err := connect(filepath.Join(dir, FileName), settings{cacheKB: readerKB})
	if err != nil {
		t.Fatal(err)
	}
	n, err := c.exec(t.Context(), text, args...)
	_, cut := c.row("PRAGMA wal_checkpoint(TRUNCATE)")
	if err := errors.Join(err, cut, c.close()); err != nil {
		t.Fatal(err)
	}
	if n == 0 && !strings.HasPrefix(text, "PRAGMA") {
		t.Fatalf("%s changed nothing", text)
	}
}

func TestNewerStoreIsRefused(t *testing.T) {
	t.Parallel()
	dir, _ := filled(t, 3)
	edit(t, dir, fmt.Sprint("PRAGMA user_version = ", format+1))
	refusedOpen(t, dir, ErrNewer)
}

func TestForeignFileIsRefused(t *testing.T) {
	t.Parallel()
	dir, _ := filled(t, 1)
	edit(t, dir, "PRAGMA application_id = 7")
	refusedOpen(t, dir, ErrForeign)
}

func TestForeignTablesAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := connect(filepath.Join(dir, FileName), settings{cacheKB: readerKB})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.exec(t.Context(), "CREATE TABLE theirs (a)"); err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	refusedOpen(t, dir, ErrForeign)
}

func TestDamagedFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"text":          func([]byte) []byte { return []byte(strings.Repeat("no database ", 1000)) },
		"a few bytes":   func(b []byte) []byte { return b[:50] },
		"header gone":   func(b []byte) []byte { clear(b[:16]); return b },
		"schema broken": func(b []byte) []byte { clear(b[100:pageSize]); return b },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := filled(t, 3)
			path := filepath.Join(dir, FileName)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
			refusedOpen(t, dir, ErrDamaged)
		})
	}
}

func TestFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, err := Open(t.Context(), dir, visits(), testKey); !errors.Is(err, ErrFolder) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestFullDiskIsSurvived(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	limit := func(text string) {
		w := <-e.writer
		if _, err := w.row(text); err != nil {
			t.Error(err)
		}
		e.writer <- w
	}
	limit("PRAGMA max_page_count = 200")
	var kept []store.Key
	var full error
	for i := 0; full == nil && i < 2000; i++ {
		k, d := visit(t, "m", i)
		if _, full = s.Commit(t.Context(), store.Commit{Journal: "m", Put: []store.Put{{Key: k, Doc: d}}}); full == nil {
			kept = append(kept, k)
		}
	}
	if !errors.Is(full, store.ErrBusy) || len(kept) == 0 {
		t.Fatalf("after %d commits: %v, want ErrBusy", len(kept), full)
	}
	if n, err := s.Head(t.Context(), "m"); err != nil || n != int64(len(kept)) {
		t.Errorf("head %d %v, %d acknowledged", n, err, len(kept))
	}
	limit("PRAGMA max_page_count = 1000000")
	k, d := visit(t, "m", 9999)
	put(t, s, k, 0, d)
	for _, k := range kept {
		if _, err := s.Get(t.Context(), k, nil); err != nil {
			t.Error(err)
		}
	}
	if f := findings(t, s); f != nil {
		t.Error(f)
	}
}

func TestBatchThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	own := errors.New("own")
	write := func(w store.Writer) error {
		return w.Insert(t.Context(), store.Entry{Journal: "new", First: 1, Count: 1, Facts: []byte("f"), Hash: []byte("h"),
			Contents: []store.Content{{Key: store.Key{Shelf: "visit", Journal: "new", ID: "a"}, Rev: 1, Number: 1, Body: []byte("b")}}})
	}
	if err := e.Batch(t.Context(), func(w store.Writer) error { return errors.Join(write(w), own) }); !errors.Is(err, own) {
		t.Errorf("error: %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = e.Batch(t.Context(), func(w store.Writer) error { _ = write(w); panic("mine") })
	}()
	ctx, cancel := context.WithCancel(t.Context())
	err := e.Batch(ctx, func(w store.Writer) error {
		cancel()
		_, err := w.Head(ctx, "new")
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if h, err := e.Head(t.Context(), "new"); err != nil || h.Number != 0 {
		t.Errorf("head %v %v", h, err)
	}
	if js, err := e.Journals(t.Context()); err != nil || len(js) != 0 || e.names.number("new", false) != 0 {
		t.Errorf("journals %v %v", js, err)
	}
	if err := e.Batch(t.Context(), write); err != nil {
		t.Error(err)
	}
	if err := e.Batch(t.Context(), write); !errors.Is(err, store.ErrTaken) {
		t.Errorf("the number again: %v, want ErrTaken", err)
	}
	if js, err := e.Journals(t.Context()); err != nil || !slices.Equal(js, []string{"new"}) {
		t.Errorf("journals %v %v", js, err)
	}
}

func TestBatchesWaitInTurnAndGiveUp(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- e.Batch(context.Background(), func(store.Writer) error { close(inside); <-leave; return nil })
	}()
	<-inside
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := e.Batch(ctx, func(store.Writer) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("second: %v", err)
	}
	if _, err := e.Head(t.Context(), "m"); err != nil { // readers do not wait
		t.Error(err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if err := e.Batch(t.Context(), func(store.Writer) error { return nil }); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := e.Head(t.Context(), "m"); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestReadsWithinReadsDoNotWait(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k, d := visit(t, "m", 1)
	put(t, s, k, 0, d)
	depth := 0
	var down func(store.Stored) bool
	down = func(store.Stored) bool {
		if depth++; depth < 30 {
			if err := e.Documents(t.Context(), "visit", "", down); err != nil {
				t.Error(err)
			}
		}
		return true
	}
	if err := e.Documents(t.Context(), "visit", "", down); err != nil || depth != 30 {
		t.Errorf("%v at depth %d", err, depth)
	}
}

func TestLogStaysShort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, visits())
	most := int64(0)
	for i := range 1500 {
		k, d := visit(t, "m", i)
		put(t, s, k, 0, d)
		if st, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err == nil {
			most = max(most, st.Size())
		}
	}
	if most > 2*walPages*pageSize {
		t.Errorf("the log grew to %d bytes", most)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err == nil {
		t.Error("a log is left after Close")
	}
}

// A callback that panics costs its connection, and nothing that others see.
func TestPanicInACallback(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := engine(t, dir, visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k, d := visit(t, "m", 1)
	put(t, s, k, 0, d)
	for range 3 * maxReaders {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = e.Entries(t.Context(), "m", 0, true, func(store.Entry) bool { panic("mine") })
		}()
	}
	// the store's own upkeep reads now and then, for a moment
	cut, lent := false, 1
	for until := time.Now().Add(10 * time.Second); (!cut || lent > 0) && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if lent = len(e.readers.lent); lent > 0 {
			continue
		}
		w := <-e.writer
		cut = e.truncate(w, walSoon)
		e.writer <- w
	}
	if lent > 0 {
		t.Errorf("%d connections are still lent", lent)
	}
	if !cut {
		t.Error("a snapshot is still held")
	}
	if _, err := s.Get(t.Context(), k, nil); err != nil {
		t.Error(err)
	}
}
