package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"colocate/app/store"
)

// told is all content of a journal, to compare two stores by.
func told(t *testing.T, s store.Store, upTo int64) string {
	t.Helper()
	vs, err := s.Changes(t.Context(), "m", nil, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, v := range vs {
		if v.Number <= upTo {
			fmt.Fprintln(&b, v.Number, v.Key, v.Rev, v.Doc, v.Blank)
		}
	}
	return b.String()
}

func TestBackupWhileWritingIsRestored(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), visits())
	keys := fill(t, s, "m", 500)
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				done <- n
				return
			default:
				k, d := visit(t, "m", n)
				put(t, s, k, 0, d)
			}
		}
	}()
	path := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	close(stop)
	if n := <-done; n == 0 {
		t.Error("nothing was written meanwhile")
	}
	if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", i.Mode(), err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	if err := Restore(t.Context(), path, dir, visits(), testKey); err != nil {
		t.Fatal(err)
	}
	back := open(t, dir, visits())
	head, err := back.Head(t.Context(), "m")
	if err != nil || head < 5 {
		t.Fatalf("head %d %v", head, err)
	}
	if told(t, back, head) != told(t, s, head) {
		t.Error("the restored store differs")
	}
	if f := findings(t, back); f != nil {
		t.Error(f)
	}
	_, d := visit(t, "m", 1)
	put(t, back, keys[0], 1, d)
}

// backup is a good backup of a small store, and the store's folder.
func backup(t *testing.T) (path, dir string) {
	t.Helper()
	dir, _ = filled(t, 30)
	s := open(t, dir, visits())
	path = filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Fatalf("beside the backup: %v", list)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, dir
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	good, _ := backup(t)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string]func() []byte{
		"nothing":        func() []byte { return nil },
		"another file":   func() []byte { return []byte(strings.Repeat("text ", 5000)) },
		"half":           func() []byte { return whole[:len(whole)/2] },
		"a page short":   func() []byte { return whole[:len(whole)-pageSize] },
		"the first page": func() []byte { return whole[:pageSize] },
		"half a page":    func() []byte { return whole[:pageSize/2] },
		"empty pages at the end": func() []byte {
			return append(bytes.Clone(whole[:len(whole)/2]), make([]byte, len(whole)-len(whole)/2)...)
		},
		"a byte of a row changed": func() []byte {
			return bytes.Replace(bytes.Clone(whole), []byte("Paragraph 7 of"), []byte("Paragraph 8 of"), 1)
		},
	}
	for name, make := range damage {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, dir := filepath.Join(t.TempDir(), "copy"), t.TempDir()
			if err := os.WriteFile(from, make(), 0o600); err != nil {
				t.Fatal(err)
			}
			err := Restore(t.Context(), from, dir, visits(), testKey)
			if !errors.Is(err, ErrBackup) && !errors.Is(err, ErrDamaged) {
				t.Errorf("error: %v", err)
			}
			untouched(t, dir)
		})
	}
	t.Run("another key", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := Restore(t.Context(), good, dir, visits(), bytes.Repeat([]byte("x"), 32)); !errors.Is(err, ErrBackup) {
			t.Errorf("error: %v", err)
		}
		untouched(t, dir)
	})
	t.Run("no file", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := Restore(t.Context(), good+"-not", dir, visits(), testKey); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("error: %v", err)
		}
		untouched(t, dir)
	})
	t.Run("cut off", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := Restore(ctx, good, dir, visits(), testKey); !errors.Is(err, context.Canceled) {
			t.Errorf("error: %v", err)
		}
		untouched(t, dir)
	})
}

// untouched requires a folder with nothing but the lock.
func untouched(t *testing.T, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil || len(list) > 1 || len(list) == 1 && list[0].Name() != LockName {
		t.Errorf("left: %v %v", list, err)
	}
}

func TestRestoreOnlyIntoAnEmptyFolder(t *testing.T) {
	t.Parallel()
	path, used := backup(t)
	before, err := os.ReadFile(filepath.Join(used, FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), path, used, visits(), testKey); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("error: %v", err)
	}
	if after, _ := os.ReadFile(filepath.Join(used, FileName)); !bytes.Equal(after, before) {
		t.Error("the store was changed")
	}
	withKey := t.TempDir()
	if err := os.WriteFile(filepath.Join(withKey, keyName), testKey, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), path, withKey, visits(), testKey); err != nil {
		t.Errorf("beside the key: %v", err)
	}
	s := open(t, withKey, visits())
	if err := Restore(t.Context(), path, withKey, visits(), testKey); !errors.Is(err, ErrLocked) {
		t.Errorf("while it runs: %v", err)
	}
	if n, err := s.Head(t.Context(), "m"); err != nil || n != 30 {
		t.Errorf("head %d %v", n, err)
	}
}

func TestBackupReplacesNothingAndLeavesNothing(t *testing.T) {
	t.Parallel()
	path, dir := backup(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(before, testKey) {
		t.Error("the backup holds the key")
	}
	s := open(t, dir, visits())
	if err := s.Backup(t.Context(), path); err == nil {
		t.Error("a backup was replaced")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, path+"2"); !errors.Is(err, context.Canceled) {
		t.Errorf("cut off: %v", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(path, "below")); err == nil {
		t.Error("a backup below a file")
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Errorf("left: %v", list)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
		t.Error("the backup was changed")
	}
}

// A store that is damaged makes no backup that looks good.
func TestBackupOfADamagedStoreIsRefused(t *testing.T) {
	t.Parallel()
	dir, _ := damaged(t)
	edit(t, dir, "UPDATE docs_1 SET "+flip("doc")+" WHERE n = 3")
	s := open(t, dir, visits())
	path := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), path); !errors.Is(err, ErrBackup) {
		t.Errorf("error: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("there is a backup")
	}
}
