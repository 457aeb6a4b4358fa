package crash_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"colocate/app/server"
	"colocate/app/store/sqlitestore"
)

// TestRefusedFolders: a folder that cannot be served as it is is refused in one
// sentence, and not a byte of it is changed, whatever is asked of it.
func TestRefusedFolders(t *testing.T) {
	t.Parallel()
	file := func(t *testing.T, dir, name string, change func(b []byte) []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, change(b), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	database := func(change func(b []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) { file(t, dir, sqlitestore.FileName, change) }
	}
	key := func(change func(b []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) { file(t, dir, server.KeyName, change) }
	}
	for _, c := range []struct {
		name string
		do   func(t *testing.T, dir string)
		says string
	}{
		{"another key", key(func(b []byte) []byte { return bytes.Repeat([]byte{'k'}, len(b)) }), "the key is not the one"},
		{"a key cut short", key(func(b []byte) []byte { return b[:20] }), "is not a key"},
		{"a key for everybody", func(t *testing.T, dir string) { chmod(t, filepath.Join(dir, server.KeyName), 0o644) }, "can be read by others"},
		{"no key", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, server.KeyName)); err != nil {
				t.Fatal(err)
			}
		}, "is missing beside the database"},
		{"a damaged header", database(func(b []byte) []byte { b[3] ^= 1; return b }), "is damaged"},
		{"a header cut short", database(func(b []byte) []byte { return b[:50] }), "is damaged"},
		{"half a database", database(func(b []byte) []byte { return b[:len(b)/2] }), "is damaged"},
		{"a newer store", database(func(b []byte) []byte { binary.BigEndian.PutUint32(b[60:], 99); return b }), "a newer colocate"},
		{"another program's database", database(func(b []byte) []byte { binary.BigEndian.PutUint32(b[68:], 7); return b }), "is not a store of colocate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := fresh(t).dir
			c.do(t, dir)
			before := files(t, dir)
			for _, asked := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"verify"}, {"seed", "reference"}} {
				run(t, program(t, sound), append([]string{"--data", dir}, asked...)...).refusal(t, c.says)
				unchanged(t, dir, before)
			}
		})
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// TestSecondProcess: a folder has one server. Another one gives up at once, and
// the first does not notice.
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	f := fresh(t)
	first := serve(t, program(t, sound), f.dir)
	c := newClient(first.url, f.bearers[0])
	c.must(t, request{method: http.MethodPost, path: "sessions", body: sessionBody("7d0f4c1e-5b7a-4c55-9d6a-3f1f4e6a9b01", "Avant")})
	for _, asked := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"seed", "reference"}, {"rebuild"}} {
		r := run(t, program(t, sound), append([]string{"--data", f.dir}, asked...)...)
		r.refusal(t, "is used by another colocate process")
		if r.took > 2*time.Second {
			t.Errorf("%v took %v to give up", asked, r.took)
		}
	}
	c.must(t, request{method: http.MethodPost, path: "sessions", body: sessionBody("0b5a2f6e-93c1-4d7c-8a55-1c2d3e4f5a02", "Après")})
	c.must(t, request{method: http.MethodGet, path: "sessions/7d0f4c1e-5b7a-4c55-9d6a-3f1f4e6a9b01"})
	for _, asked := range []string{"health", "verify"} { // through the first, by its socket
		if r := run(t, program(t, sound), "--data", f.dir, asked); r.code != 0 {
			t.Errorf("%s: %s%s", asked, r.stdout, r.stderr)
		}
	}
	first.stop()
	verified(t, f.dir)
}

// TestPortTaken: a port that somebody listens on is refused, and nothing was
// written for it.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	dir := fresh(t).dir
	before := files(t, dir)
	run(t, program(t, sound), "--data", dir, "serve", "--addr", ln.Addr().String()).refusal(t, "is used by another program")
	unchanged(t, dir, before)
	run(t, program(t, sound), "--data", dir, "serve", "--addr", "127.0.0.1:0", "--metrics-addr", ln.Addr().String()).refusal(t, "is used by another program")
	unchanged(t, dir, before)
}

// nobody is the user that the program runs as where a folder is not to be
// written and this process could write everything.
const nobody = 65534

// TestUnwritableFolder: a folder that may not be written, files and all, and
// one that cannot be made, are refused and left alone.
func TestUnwritableFolder(t *testing.T) {
	t.Parallel()
	f := fresh(t)
	for dir := f.dir; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		chmod(t, dir, 0o755)
	}
	before := files(t, f.dir)
	t.Cleanup(func() { _ = os.Chmod(f.dir, 0o700) })
	give(t, f.dir)
	for name := range before {
		give(t, filepath.Join(f.dir, name))
	}
	refuse := func(dir string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for _, asked := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"verify"}} {
			cmd := command(ctx, program(t, sound), append([]string{"--data", dir}, asked...)...)
			cmd.Dir = "/"
			if os.Getuid() == 0 {
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			}
			finish(t, cmd).refusal(t, "cannot be")
		}
		unchanged(t, f.dir, before)
	}
	chmod(t, f.dir, 0o500)
	refuse(f.dir)
	refuse(filepath.Join(f.dir, "new"))
	for name := range before {
		chmod(t, filepath.Join(f.dir, name), 0o400)
	}
	refuse(f.dir)
}

// give makes the user that runs the program the owner of path.
func give(t *testing.T, path string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	if err := os.Chown(path, nobody, nobody); err != nil {
		t.Fatal(err)
	}
}
