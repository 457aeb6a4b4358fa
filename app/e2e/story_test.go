//go:build unix

package e2e_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// step is one block of commands of the walk, and what stands below it as what
// they print: nothing, unless the page says something.
type step struct{ code, prints string }

var block = regexp.MustCompile("(?ms)^```sh\n(.*?)^```\n(?:\n^```text\n(.*?)^```\n)?")

func steps(t *testing.T, page string) []step {
	t.Helper()
	var all []step
	texts := 0
	for _, m := range block.FindAllStringSubmatch(page, -1) {
		all = append(all, step{m[1], m[2]})
		if m[2] != "" {
			texts++
		}
	}
	if fences := strings.Count(page, "```"); fences != 2*(len(all)+texts) {
		t.Fatalf("the page has %d marks of blocks, but %d blocks of commands and %d of what they print", fences, len(all), texts)
	}
	return all
}

// releaseNo is the one thing on the page that the day of the walk changes, and
// what else the demonstration has released.
var releaseNo = regexp.MustCompile(`\b20\d\d-\d+\b`)

func normal(s string) string { return releaseNo.ReplaceAllString(s, "YEAR-NUMBER") }

// TestFirstSession walks docs/first-session.md as somebody new would, and asks
// after every step whether the host side could tell that there is an annex.
func TestFirstSession(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the walk needs %s, which is not installed", tool)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "curl", "-sS", "-o", os.DevNull, "-w", "%{header_json}", "file:///dev/null").Output(); err != nil || len(out) == 0 || out[0] != '{' {
		t.Skip("the walk needs curl 7.84 or newer; this one is older")
	}
	page, err := os.ReadFile("../../docs/first-session.md")
	if err != nil {
		t.Fatal(err)
	}
	sh := newShell(t)
	asked := 0
	for i, s := range steps(t, string(page)) {
		if got := sh.run(s.code); normal(got) != normal(s.prints) {
			t.Fatalf("step %d:\n%s\nprints\n%s\nbut the page says\n%s", i+1, s.code, got, s.prints)
		}
		if sh.hidesAnnex() {
			asked++
		}
	}
	if asked < 8 {
		t.Errorf("the annex was there after %d steps only", asked)
	}
	if err := sh.end(); err != nil {
		t.Errorf("%v\n%s", err, sh.errs)
	}
	if sh.errs.Len() > 0 {
		t.Errorf("the walk complained: %s", sh.errs)
	}
}

// shell is a bash that goes on from step to step, in the folder of the clone,
// and ends at the first command that fails.
type shell struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  io.Reader
	errs *bytes.Buffer
}

// patience is how long the whole walk may take on a slow and busy machine.
const patience = 5 * time.Minute

func newShell(t *testing.T) *shell {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	s := &shell{t: t, cmd: exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eu"), errs: &bytes.Buffer{}}
	s.cmd.Dir, s.cmd.Stderr = root, s.errs
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "COLOCATE_") {
			s.cmd.Env = append(s.cmd.Env, kv)
		}
	}
	s.cmd.Env = append(s.cmd.Env, "TMPDIR="+t.TempDir(), "no_proxy=127.0.0.1", "PWD="+root)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with the server that it starts
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if s.out, err = s.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { _ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) }
	late := time.AfterFunc(patience, kill)
	t.Cleanup(func() { late.Stop(); kill() })
	return s
}

// mark ends the output of a step.
const mark = "--- end of the step ---\n"

// run is what code prints.
func (s *shell) run(code string) string {
	s.t.Helper()
	if _, err := io.WriteString(s.in, code+"\nprintf -- '"+strings.TrimSpace(mark)+"\\n'\n"); err != nil {
		s.t.Fatalf("the shell has ended: %v\n%s", err, s.errs)
	}
	var got bytes.Buffer
	for chunk := make([]byte, 4096); ; {
		n, err := s.out.Read(chunk)
		got.Write(chunk[:n])
		if text, ok := strings.CutSuffix(got.String(), mark); ok {
			return text
		}
		if err != nil {
			_ = s.cmd.Wait() // for all of what it complained
			s.t.Fatalf("a command failed:\n%s\nit printed\n%s\n%s", code, got.String(), s.errs)
		}
	}
}

// end lets the shell end, as it does when its input ends.
func (s *shell) end() error {
	if err := s.in.Close(); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// hidesAnnex reports whether the annex is there yet and the service still runs.
// Then nothing that either commander can ask may tell it from an id that nobody
// ever used.
func (s *shell) hidesAnnex() bool {
	s.t.Helper()
	v := strings.Split(s.run(`printf '%s\n' "${base-}" "${elin-}" "${ruth-}" "${other-}" "${annex-}"
kill -0 "${server-}" 2>/dev/null && echo runs || echo stopped`), "\n")
	base, author, annex := v[0], v[1], v[4]
	if annex == "" || v[5] != "runs" {
		return false
	}
	path := "/api/v1/session-annexes/"
	if call(s.t, base, author, "GET", path+annex, "").status != http.StatusOK {
		return false // not written yet
	}
	for who, bearer := range map[string]string{"ruth": v[2], "the other": v[3]} {
		for _, q := range [][2]string{{"GET", ""}, {"HEAD", ""}, {"GET", "/history"}, {"PUT", ""}, {"POST", "/approve"}, {"DELETE", ""}} {
			hidden := call(s.t, base, bearer, q[0], path+annex+q[1], "", "If-Match", `"x"`)
			absent := call(s.t, base, bearer, q[0], path+nothing+q[1], "", "If-Match", `"x"`)
			if hidden.whole != absent.whole || q[0] == "GET" && hidden.status != http.StatusNotFound {
				s.t.Errorf("%s: %s %s\n%s\nof an id that is none:\n%s", who, q[0], path+annex+q[1], hidden.whole, absent.whole)
			}
		}
	}
	return true
}
