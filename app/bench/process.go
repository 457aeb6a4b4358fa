package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// addressLine begins the line with which a server says where it is.
const addressLine = "Colocate is at "

// process is a server that runs as a child.
type process struct {
	cmd  *exec.Cmd
	addr string // host:port
	log  *os.File
}

// startServer starts a server and waits until it says where it is. What it logs
// goes to a file, and is quoted where it fails.
func startServer(ctx context.Context, log string, env []string, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, name, args...)}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 30 * time.Second
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.log, err = os.Create(log); err != nil {
		return nil, err
	}
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, p.log.Close())
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), addressLine+"http://"); ok {
			p.addr = url
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p, nil
		}
	}
	err = errors.Join(fmt.Errorf("%s did not start", filepath.Base(name)), p.stop())
	said, _ := os.ReadFile(log)
	return nil, fmt.Errorf("%w: %s", err, said)
}

// stop ends the server and waits until it is gone.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already; Wait says
	return errors.Join(p.cmd.Wait(), p.log.Close())
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// usage is what a process took so far. Where the system has no /proc it is zero.
type usage struct {
	cpu  time.Duration // of all threads that run, user and system
	peak int64         // bytes of memory at most, from its start
}

func usageOf(pid int) (u usage) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, t := range threads {
		data, _ := os.ReadFile(t) // a thread may end meanwhile
		if f := strings.Fields(string(data)); len(f) > 0 {
			ns, _ := strconv.ParseInt(f[0], 10, 64)
			u.cpu += time.Duration(ns)
		}
	}
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			u.peak = n << 10
		}
	}
	return u
}

// cost is what a command took from its start to its end.
type cost struct {
	took time.Duration
	peak int64 // bytes of memory
}

// runProgram runs a command to its end and answers what it printed.
func runProgram(ctx context.Context, name string, args ...string) (string, cost, error) {
	start := time.Now()
	cmd := exec.CommandContext(ctx, name, args...)
	var said, wrong strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &wrong
	if err := cmd.Start(); err != nil {
		return "", cost{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var c cost
	for {
		select {
		case err := <-ended:
			c.took = time.Since(start)
			if err != nil {
				err = fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, wrong.String())
			}
			return strings.TrimSpace(said.String()), c, err
		case <-time.After(20 * time.Millisecond):
			c.peak = max(c.peak, usageOf(cmd.Process.Pid).peak)
		}
	}
}

// loadAverage is how many processes the system had to run in the last one, five
// and fifteen minutes, "" where it does not say.
func loadAverage() string {
	data, _ := os.ReadFile("/proc/loadavg")
	f := strings.Fields(string(data))
	return strings.Join(f[:min(3, len(f))], ", ")
}
