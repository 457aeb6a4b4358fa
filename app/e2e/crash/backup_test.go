package crash_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"colocate/app/server"
)

// backedUp writes with all writers, takes a backup in the middle of it, and
// answers the backup and when its command was given.
func (l *lab) backedUp() (file string, from time.Time) {
	l.t.Helper()
	file = filepath.Join(l.t.TempDir(), "backup")
	s := l.start()
	var enough atomic.Bool
	var wait sync.WaitGroup
	for _, w := range l.writers {
		wait.Go(func() {
			for !enough.Load() && w.do(w.choose()) {
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	from = time.Now()
	r := run(l.t, l.bin, "--data", l.f.dir, "backup", file)
	took := time.Since(from)
	time.Sleep(100 * time.Millisecond)
	enough.Store(true)
	wait.Wait()
	s.stop()
	if r.code != 0 {
		l.t.Fatalf("backup: %s%s", r.stdout, r.stderr)
	}
	l.t.Logf("the backup took %v", took.Round(time.Millisecond))
	return file, from
}

// emptyFolder is a new folder with nothing but the key of another one.
func emptyFolder(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	key, err := os.ReadFile(filepath.Join(from, server.KeyName))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, server.KeyName), key, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestBackupWhileWriting: a backup that is taken while others write has what
// was acknowledged before it, each record at one moment, and can be worked with
// (trust.md B1, B2).
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	l := newLab(t, program(t, sound))
	file, from := l.backedUp()
	dir := emptyFolder(t, l.f.dir)
	if r := run(t, l.bin, "--data", dir, "restore", file); r.code != 0 {
		t.Fatalf("restore: %s%s", r.stdout, r.stderr)
	}
	verified(t, dir)
	whole(t, dir)
	verified(t, l.f.dir)
	l.f.dir = dir
	s := l.start()
	before, after := 0, 0
	for _, w := range l.writers {
		for _, x := range w.items {
			due, later := w.restored(t, x, from)
			before, after = before+due, after+later
		}
		for _, what := range w.faults {
			t.Error(what)
		}
	}
	s.stop()
	t.Logf("%d versions were acknowledged before the backup and are in it, %d after it and are not", before, after)
	if before < 20 || after < 1 { // the control: there were writes on both sides
		t.Error("too little was written")
	}
}

// restored compares a record with the restored one: all that was acknowledged
// before from, perhaps more of it, and nothing else. It counts the versions that
// had to be there, and those that are not.
func (w *writer) restored(t *testing.T, x *item, from time.Time) (due, missing int) {
	t.Helper()
	due = len(x.versions)
	if at := slices.IndexFunc(x.versions, func(v version) bool { return !v.at.Before(from) }); at >= 0 {
		due = at
	}
	past, err := w.past(x)
	if err != nil && due > 0 {
		t.Errorf("%s: %v", x.path, err)
	}
	if len(past) < due || len(past) > len(x.versions) {
		t.Errorf("%s has %d versions, %d were acknowledged before the backup, %d in all", x.path, len(past), due, len(x.versions))
	}
	for i := range min(len(past), len(x.versions)) {
		if v := x.versions[i]; v.op != nil && v.body != past[i] {
			t.Errorf("%s: version %d is not that of %s", x.path, i+1, v.op.what)
		}
	}
	return due, len(x.versions) - len(past)
}

// TestBackupsThatAreNone: what is not a whole backup is not restored, and leaves
// the folder as it was; nor does a backup or a restore write over anything.
func TestBackupsThatAreNone(t *testing.T) {
	t.Parallel()
	f := fresh(t)
	bin := program(t, sound)
	good := filepath.Join(t.TempDir(), "backup")
	if r := run(t, bin, "--data", f.dir, "backup", good); r.code != 0 {
		t.Fatal(r.stderr)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	const page = 8192
	flipped := slices.Clone(data)
	at := bytes.Index(flipped, []byte("Commissariat de")) // in the document of a unit
	if at < 0 {
		t.Fatal("no unit lies in the backup as it is")
	}
	flipped[at] ^= 1
	for name, bad := range map[string][]byte{"empty": nil, "a header": data[:100], "half": data[:len(data)/2], "a page short": data[:len(data)-page],
		"a byte short": data[:len(data)-1], "a byte more": append(slices.Clone(data), 0), "a byte changed": flipped, "no database": []byte("Not a backup.\n")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "bad")
			if err := os.WriteFile(file, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			refusedRestore(t, file, emptyFolder(t, f.dir))
		})
	}
	t.Run("another key", func(t *testing.T) {
		t.Parallel()
		dir := emptyFolder(t, f.dir)
		if err := os.WriteFile(filepath.Join(dir, server.KeyName), make([]byte, 32), 0o600); err != nil {
			t.Fatal(err)
		}
		refusedRestore(t, good, dir)
	})
	t.Run("a folder in use", func(t *testing.T) {
		t.Parallel()
		refusedRestore(t, good, copied(t, f.dir))
	})
	before := files(t, filepath.Dir(good))
	run(t, bin, "--data", f.dir, "backup", good).refusal(t, "never replaces a file")
	unchanged(t, filepath.Dir(good), before)
	dir := emptyFolder(t, f.dir) // the control
	if r := run(t, bin, "--data", dir, "restore", good); r.code != 0 {
		t.Fatal(r.stderr)
	}
	verified(t, dir)
}

func refusedRestore(t *testing.T, file, dir string) {
	t.Helper()
	before := files(t, dir)
	run(t, program(t, sound), "--data", dir, "restore", file).refusal(t, "")
	after := files(t, dir)
	delete(after, "lock") // made to keep others out; it is empty
	delete(before, "lock")
	if len(after) != len(before) {
		t.Errorf("%d files were left, %d were there", len(after), len(before))
	}
	for name, b := range before {
		if string(after[name]) != string(b) {
			t.Errorf("%s was changed", name)
		}
	}
}
