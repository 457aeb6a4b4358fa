package server

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"colocate/app/store/sqlitestore"
)

// admin attaches to a data folder as the program's commands do.
func admin(t *testing.T, dir string) *Admin {
	t.Helper()
	a, err := Attach(t.Context(), dir, func() (*Core, error) { return Open(t.Context(), dir, clock(), zerolog.Nop()) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// TestAdmin: accounts and tokens work alike through a running server and on a
// folder that no server has open.
func TestAdmin(t *testing.T) {
	t.Parallel()
	f, err := template()
	if err != nil {
		t.Fatal(err)
	}
	for name, folder := range map[string]func(*testing.T) string{
		"through a server": func(t *testing.T) string { return start(t, nil).dir },
		"on the folder":    func(t *testing.T) string { return copyFolder(t, f.dir) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := admin(t, folder(t))
			ctx := t.Context()
			made, err := a.AddUser(ctx, UserToAdd{Name: "nadia", Role: "commander", Mission: "UNAC", Units: []string{demoUnit}})
			if err != nil || made.Name != "nadia" {
				t.Fatal(made, err)
			}
			issued, err := a.AddToken(ctx, TokenToAdd{User: "nadia", Mission: "UNAC", Name: "test", Days: 7})
			if err != nil || !strings.HasPrefix(issued.Bearer, "clc_") {
				t.Fatal(issued, err)
			}
			if days := issued.Expires.Sub(story).Hours() / 24; days < 6.9 || days > 7.1 {
				t.Errorf("until %v", issued.Expires)
			}
			all, err := a.Tokens(ctx, "nadia")
			if err != nil || len(all) != 1 || all[0].ID != issued.ID {
				t.Error(all, err)
			}
			if err := a.RevokeToken(ctx, issued.ID); err != nil {
				t.Error(err)
			}
			if all, err := a.Tokens(ctx, "nadia"); err != nil || len(all) != 0 {
				t.Error(all, err)
			}
			if found, err := a.Verify(ctx); err != nil || len(found) != 0 {
				t.Error(found, err)
			}
			refused(t, a)
		})
	}
}

// refused are wrong commands: each is told in words, and names what is wrong.
func refused(t *testing.T, a *Admin) {
	t.Helper()
	ctx := t.Context()
	add := func(u UserToAdd) error { _, err := a.AddUser(ctx, u); return err }
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"taken":      {add(UserToAdd{Name: "NADIA", Role: "leader", Mission: "UNAC"}), "name"},
		"no mission": {add(UserToAdd{Name: "olga", Role: "leader", Mission: "NOWHERE"}), `no mission with the code "NOWHERE"`},
		"no unit":    {add(UserToAdd{Name: "olga", Role: "commander", Mission: "UNAC", Units: []string{"X"}}), `no unit with the code "X"`},
		"no role":    {add(UserToAdd{Name: "olga", Role: "king", Mission: "UNAC"}), "role: "},
		"bound":      {add(UserToAdd{Name: "olga", Role: "commander", Mission: "UNAC"}), "units: "},
		"password":   {add(UserToAdd{Name: "olga", Password: "short", Role: "leader", Mission: "UNAC"}), "password: "},
		"no user":    {func() error { _, err := a.AddToken(ctx, TokenToAdd{User: "nobody", Name: "x"}); return err }(), `no account called "nobody"`},
		"list":       {func() error { _, err := a.Tokens(ctx, "nobody"); return err }(), `no account called "nobody"`},
		"no token":   {a.RevokeToken(ctx, freshID), "no token"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) || strings.Contains(c.err.Error(), "error.") {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

// TestOneProcess: a second process on the folder is told so, at once, and the
// first is not disturbed (trust.md D10).
func TestOneProcess(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	began := time.Now()
	if _, err := Open(t.Context(), r.dir, clock(), zerolog.Nop()); !errors.Is(err, sqlitestore.ErrLocked) || time.Since(began) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if err := Ready(t.Context(), r.dir); err != nil {
		t.Error(err)
	}
}

// TestReadyWithoutServer says that there is none.
func TestReadyWithoutServer(t *testing.T) {
	t.Parallel()
	if err := Ready(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no server answers") {
		t.Error(err)
	}
}

// TestSocket is for the folder's owner only, replaces what a killed process left
// and works under a path longer than sockets may have.
func TestSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, SocketName), []byte("left behind"), 0o600); err != nil {
		t.Fatal(err)
	}
	ln, err := listenControl(dir)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, SocketName))
	if err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != os.ModeSocket {
		t.Error(info, err)
	}
	go func() {
		if c, err := ln.Accept(); err == nil {
			c.Close()
		}
	}()
	conn, err := dialControl(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := ln.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, SocketName)); !os.IsNotExist(err) {
		t.Error("the socket is left behind")
	}
}

// TestBackup: a copy made while the server runs restores to the same data, with
// its key and not without (trust.md B1).
func TestBackup(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	file := filepath.Join(t.TempDir(), "copy")
	a := admin(t, r.dir)
	if err := a.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := a.Backup(t.Context(), file); err == nil {
		t.Error("a backup replaced a file")
	}
	to := t.TempDir()
	if err := Restore(t.Context(), file, to); err == nil || !strings.Contains(err.Error(), KeyName) {
		t.Errorf("without the key: %v", err)
	}
	key, err := os.ReadFile(filepath.Join(r.dir, KeyName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, KeyName), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), file, to); err != nil {
		t.Fatal(err)
	}
	back := openRig(t, to, r.bearer)
	live := &rig{t: t, core: r.core, app: r.app, bearer: r.bearer}
	for _, path := range []string{"/api/v1/sessions?limit=200", "/api/v1/units?limit=200", "/api/v1/missions"} {
		if got, want := back.get("aminata.diallo", path).body, live.get("aminata.diallo", path).body; got != want {
			t.Errorf("%s differs", path)
		}
	}
}

// TestKey: made once, whole, for its owner only; refused where others can read
// it, where it is not one, and where it is missing beside a database (S11).
func TestKey(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	key, err := readKey(dir)
	if err != nil || len(key) != keySize {
		t.Fatal(key, err)
	}
	path := filepath.Join(dir, KeyName)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if again, err := readKey(dir); err != nil || string(again) != string(key) {
		t.Error("another key:", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".key-*")); len(left) > 0 {
		t.Error(left)
	}
	steps := []struct {
		do   func() error
		says string
	}{
		{func() error { return os.Chmod(path, 0o644) }, "can be read by others"},
		{func() error { return errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, key[:31], 0o600)) }, "is not a key"},
		{func() error {
			return errors.Join(os.Remove(path), os.WriteFile(filepath.Join(dir, sqlitestore.FileName), nil, 0o600))
		}, "is missing beside the database"},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(err)
		}
		if _, err := readKey(dir); err == nil || !strings.Contains(err.Error(), s.says) {
			t.Errorf("%v, want %q", err, s.says)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a key was made beside a database")
	}
}

// TestSeedingAgain changes nothing, and other data is not taken for the
// demonstration.
func TestSeedingAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	before := r.written()
	if err := SeedDemo(t.Context(), r.core, 30, nil); err != nil {
		t.Fatal(err)
	}
	if n := r.written(); n != before {
		t.Errorf("%d versions were written", n-before)
	}
	if err := Demo(t.Context(), r.core, 30); err != nil || r.written() != before {
		t.Error("the demonstration was made again", err)
	}
	other, err := Open(context.Background(), t.TempDir(), clock(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := addUser(t.Context(), other, UserToAdd{Name: "olga", Role: "administrator"}); err != nil {
		t.Fatal(err)
	}
	if err := Demo(t.Context(), other, 1); err == nil || !strings.Contains(err.Error(), "other data") {
		t.Error(err)
	}
}
