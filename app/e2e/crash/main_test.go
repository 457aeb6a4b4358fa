// Package crash_test holds the program to what it acknowledged, through its
// public door only: the built program as a child process, its HTTP interface
// and its command line (trust.md D1, D4, D15, L1, B2). Every test that destroys
// something has a control that must fail.
//
// COLOCATE_CRASH_KILLS says how often the program is killed (5 unless told),
// COLOCATE_CRASH_SEED from which number the operations are chosen (by chance
// unless told; each run says its own).
package crash_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"colocate/app/server"
)

// base is the folder of everything that all tests share: the programs and the
// seeded data folder. Others than its owner may look in, for the test that runs
// the program as somebody else.
var base string

func TestMain(m *testing.M) {
	os.Exit(within(m))
}

func within(m *testing.M) int {
	var err error
	if base, err = os.MkdirTemp("", "colocate-crash"); err == nil {
		defer os.RemoveAll(base)
		err = os.Chmod(base, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// The program as it is released, and the control that answers before a commit
// is durable.
var (
	sound    = sync.OnceValues(func() (string, error) { return build("colocate", "") })
	careless = sync.OnceValues(func() (string, error) { return build("careless", "unsafe_ack") })
)

func build(name, tags string) (string, error) {
	path := filepath.Join(base, name)
	cmd := exec.CommandContext(context.Background(), "go", "build", "-tags="+tags, "-o", path, "colocate/cmd/colocate")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w: %s", err, out)
	}
	return path, nil
}

func program(t *testing.T, made func() (string, error)) string {
	t.Helper()
	path, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Each writer acts as one of these; both lead the team of the whole mission.
const accounts = 2

// folder is a seeded data folder that no program has open.
type folder struct {
	dir     string
	bearers []string // of the accounts
}

// seeded is made once; tests work on copies.
var seeded = sync.OnceValues(func() (folder, error) {
	f := folder{dir: filepath.Join(base, "seeded")}
	bin, err := sound()
	if err != nil {
		return f, err
	}
	say := func(args ...string) string {
		var out string
		if err == nil {
			out, err = output(bin, append([]string{"--data", f.dir}, args...)...)
		}
		return strings.TrimSpace(out)
	}
	say("seed", "demo", "--sessions", "10")
	for i := range accounts {
		name := fmt.Sprintf("writer.%c", 'a'+i)
		say("user", "add", name, "--role", "team_leader", "--mission", "UNAC")
		f.bearers = append(f.bearers, say("token", "add", name))
	}
	return f, err
})

func output(bin string, args ...string) (string, error) {
	cmd := command(context.Background(), bin, args...)
	out, err := cmd.Output()
	if x, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, x.Stderr)
	}
	return string(out), err
}

// fresh is a copy of the seeded folder.
func fresh(t *testing.T) folder {
	t.Helper()
	from, err := seeded()
	if err != nil {
		t.Fatal(err)
	}
	return folder{dir: copied(t, from.dir), bearers: from.bearers}
}

// copied copies a data folder that is closed.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{os.Chmod(to, 0o700), os.Chmod(filepath.Join(to, server.KeyName), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// files are the contents of all files of a folder, by name.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range list {
		if !f.Type().IsRegular() {
			continue // the socket of a program that runs, or was killed
		}
		if all[f.Name()], err = os.ReadFile(filepath.Join(dir, f.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// unchanged fails the test if a file of dir is not as it was.
func unchanged(t *testing.T, dir string, before map[string][]byte) {
	t.Helper()
	if after := files(t, dir); !maps.EqualFunc(before, after, bytes.Equal) {
		for name := range after {
			if was, ok := before[name]; !ok || !bytes.Equal(was, after[name]) {
				t.Errorf("%s was changed", name)
			}
		}
		if len(after) < len(before) {
			t.Errorf("%d files are left of %d", len(after), len(before))
		}
	}
}
