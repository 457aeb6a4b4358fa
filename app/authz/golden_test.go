package authz_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"colocate/app/authz"
	"colocate/domain/kind"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden anew")

// TestMatrix: the whole matrix, role by permission, so that a change of rights
// is seen where it is reviewed (style.md R37). go test ./app/authz -update
func TestMatrix(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "matrix.golden")
	got := matrix(shipped(t))
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	was := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(was) || was[i] != line {
			t.Errorf("line %d is now\n%s", i+1, line)
		}
	}
	t.Error("rights differ from testdata/matrix.golden; if that is meant, run with -update")
}

// matrix is a row for each permission with a column for each role.
func matrix(p *authz.Policy) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-32s", "")
	for _, r := range kind.Roles {
		fmt.Fprintf(&b, " %-15s", r)
	}
	for _, perm := range p.Permissions() {
		fmt.Fprintf(&b, "\n%-32s", perm)
		for _, r := range kind.Roles {
			fmt.Fprintf(&b, " %-15s", p.Reach(r, perm))
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
