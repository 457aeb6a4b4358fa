package crash_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// command is the program with an environment of its own: none of our variables
// is a setting of its.
func command(ctx context.Context, bin string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, bin, args...)
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "COLOCATE_") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	return cmd
}

// result is what a command that ran to its end said.
type result struct {
	code           int
	stdout, stderr string
	took           time.Duration
}

// run runs a command to its end, which must come within a minute.
func run(t *testing.T, bin string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return finish(t, command(ctx, bin, args...))
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	start := time.Now()
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), wrong.String(), time.Since(start)}
}

// refusal fails the test unless the program gave up with one plain sentence
// that has says in it.
func (r result) refusal(t *testing.T, says string) {
	t.Helper()
	line, rest, _ := strings.Cut(r.stderr, "\n")
	if r.code <= 0 || rest != "" || !strings.HasPrefix(line, "colocate: ") || !strings.Contains(line, says) || strings.Contains(line, "goroutine") {
		t.Errorf("exit code %d: %q, want one sentence that says %q", r.code, r.stderr, says)
	}
}

// verified runs verify on a folder and fails the test unless all is well.
func verified(t *testing.T, dir string) {
	t.Helper()
	if r := run(t, program(t, sound), "--data", dir, "verify"); r.code != 0 {
		t.Errorf("verify: exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

// service is the program as it serves.
type service struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	log  string        // file
	took time.Duration // from its start until it was ready
}

// serve starts the program on a folder, on a port of its own.
func serve(t *testing.T, bin, dir string, args ...string) *service {
	t.Helper()
	s := &service{t: t, log: filepath.Join(t.TempDir(), "log")}
	s.cmd = command(context.Background(), bin, append([]string{"--data", dir, "--log-level", "error", "serve",
		"--addr", "127.0.0.1:0", "--rate", "0", "--notice", "0s"}, args...)...)
	log, err := os.Create(s.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.kill()
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if url, ok := strings.CutPrefix(lines.Text(), "Colocate is at "); ok {
			s.url = url
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	s.await()
	s.took = time.Since(start)
	return s
}

// await waits until the service is ready.
func (s *service) await() {
	s.t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	for until := time.Now().Add(30 * time.Second); s.url != "" && time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		res, err := client.Get(s.url + "/readyz")
		if err != nil {
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
	}
	s.t.Fatalf("the program does not serve: %s", s.said())
}

// said is what the program logged.
func (s *service) said() string {
	b, _ := os.ReadFile(s.log)
	return string(b)
}

// kill ends the program as a power cut would, and waits until it is gone.
func (s *service) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // says that it was killed
}

// stop ends the program in order.
func (s *service) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the program stopped with %v: %s", err, s.said())
	}
}
