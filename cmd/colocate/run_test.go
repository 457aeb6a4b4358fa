package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output gathers what a command prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// colocate runs the program with args; env are its variables.
func colocate(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs output
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs, env)
	return code, out.String(), errs.String()
}

// ok runs the program and fails the test unless it succeeds.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := colocate(t, nil, args...)
	if code != 0 {
		t.Fatalf("colocate %s: %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// served is a running "colocate serve".
type served struct {
	out, log output
	url      string
	stop     context.CancelFunc
	code     chan int
}

// serve starts the program on a free port and waits until it says where it is.
func serve(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &served{stop: stop, code: make(chan int, 1)}
	go func() {
		s.code <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--notice", "0s"}, args...), strings.NewReader(""), &s.out, &s.log, nil)
	}()
	t.Cleanup(func() { s.end(t) })
	said := regexp.MustCompile(`Colocate is at (\S+)\n`)
	for range 200 {
		if m := said.FindStringSubmatch(s.out.String()); m != nil {
			s.url = m[1]
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the server does not start: %s%s", &s.out, &s.log)
	return nil
}

func (s *served) end(t *testing.T) {
	t.Helper()
	s.stop()
	select {
	case code := <-s.code:
		if code != 0 {
			t.Errorf("exit code %d: %s", code, &s.log)
		}
		s.code <- code
	case <-time.After(20 * time.Second):
		t.Error("the server does not end")
	}
}

func (s *served) call(t *testing.T, method, path, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(got)
}

// TestStory runs the program as somebody would who has just built it: start,
// set up by the link, sign in, add a user by command, stop, look after the data,
// start again.
func TestStory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := serve(t, "--data", dir)
	link := regexp.MustCompile(`/set-up\?code=(\S+)`).FindStringSubmatch(waitFor(t, &s.out, "/set-up?code="))
	if status, page := s.call(t, "GET", link[0], "", ""); status != 200 || !strings.Contains(page, link[1]) {
		t.Errorf("the link leads to %d %s", status, page)
	}
	const password = "a long sentence of mine"
	if status, body := s.call(t, "POST", "/api/v1/set-up", "", `{"code":"wrong","name":"amina","password":"`+password+`"}`); status != 404 {
		t.Errorf("a wrong code: %d %s", status, body)
	}
	if status, body := s.call(t, "POST", "/api/v1/set-up", "", `{"code":"`+link[1]+`","name":"amina","password":"`+password+`"}`); status != 201 {
		t.Fatalf("set-up: %d %s", status, body)
	}
	if status, _ := s.call(t, "POST", "/api/v1/set-up", "", `{"code":"`+link[1]+`","name":"second","password":"`+password+`"}`); status != 404 {
		t.Errorf("the link works twice: %d", status)
	}
	status, body := s.call(t, "POST", "/api/v1/sign-ins", "", `{"name":"amina","password":"`+password+`"}`)
	token := regexp.MustCompile(`"token":"(clc_[^"]+)"`).FindStringSubmatch(body)
	if status != 201 || token == nil {
		t.Fatalf("sign-in: %d %s", status, body)
	}
	if status, body := s.call(t, "GET", "/api/v1/me", token[1], ""); status != 200 || !strings.Contains(body, `"role":"administrator"`) || !strings.Contains(body, `"missions":[]`) {
		t.Errorf("me: %d %s", status, body)
	}
	if out := ok(t, "health", "--data", dir); out != "ready\n" {
		t.Errorf("health: %q", out)
	}
	ok(t, "user", "add", "omar", "--role", "administrator", "--data", dir)
	omar := strings.TrimSpace(ok(t, "token", "add", "omar", "--data", dir))
	if status, _ := s.call(t, "GET", "/api/v1/me", omar, ""); status != 200 {
		t.Errorf("a token made by command: %d", status)
	}
	backup := filepath.Join(t.TempDir(), "copy")
	ok(t, "backup", backup, "--data", dir)
	if code, _, errs := colocate(t, nil, "serve", "--addr", "127.0.0.1:0", "--data", dir); code == 0 || !sentence(errs, "is used by another colocate process") {
		t.Errorf("a second server: %d %s", code, errs)
	}
	s.end(t)
	if code, _, _ := colocate(t, nil, "health", "--data", dir); code == 0 {
		t.Error("healthy without a server")
	}
	after(t, dir, omar)
}

// after looks after the data of a server that was stopped, and starts it again.
func after(t *testing.T, dir, token string) {
	t.Helper()
	if out := ok(t, "verify", "--data", dir); !strings.Contains(out, "agree") {
		t.Errorf("verify: %s", out)
	}
	ok(t, "rebuild", "--data", dir)
	ok(t, "seed", "reference", "--data", dir)
	ok(t, "seed", "reference", "--data", dir)
	listed := ok(t, "token", "list", "omar", "--data", dir)
	id, _, _ := strings.Cut(listed, " ")
	s := serve(t, "--data", dir)
	if strings.Contains(s.out.String(), "set-up") {
		t.Errorf("set-up is offered again: %s", &s.out)
	}
	if status, body := s.call(t, "GET", "/api/v1/missions?total=true", token, ""); status != 200 || strings.Contains(body, `"items":[]`) {
		t.Errorf("missions: %d %s", status, body)
	}
	ok(t, "token", "revoke", id, "--data", dir)
	if status, _ := s.call(t, "GET", "/api/v1/me", token, ""); status != 401 {
		t.Errorf("a revoked token: %d", status)
	}
}

// waitFor waits until o holds text.
func waitFor(t *testing.T, o *output, text string) string {
	t.Helper()
	for range 400 {
		if s := o.String(); strings.Contains(s, text) && strings.HasSuffix(s, "\n") {
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no %q in %s", text, o)
	return ""
}

// TestDemo: a new folder becomes the demonstration, everybody in it can act, and
// a second start keeps the data and replaces the tokens.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, "--demo", "--data", dir)
	elin := regexp.MustCompile(`adviser +elin\.strand +(clc_\S+)`)
	out := waitFor(t, &s.out, "administrator   administrator")
	token := elin.FindStringSubmatch(out)
	if token == nil {
		t.Fatal(out)
	}
	status, body := s.call(t, "GET", "/api/v1/sessions?total=true&limit=1", token[1], "")
	if status != 200 || strings.Contains(body, `"total":0`) {
		t.Errorf("%d %s", status, body)
	}
	if _, page := s.call(t, "GET", "/", "", ""); !strings.Contains(page, "This is a demonstration.") {
		t.Error("the first page does not say that it is a demonstration")
	}
	s.end(t)
	again := serve(t, "--demo", "--data", dir)
	out = waitFor(t, &again.out, "administrator   administrator")
	if status, _ := again.call(t, "GET", "/api/v1/me", token[1], ""); status != 401 {
		t.Errorf("the token of the first start: %d", status)
	}
	if status, _ := again.call(t, "GET", "/api/v1/me", elin.FindStringSubmatch(out)[1], ""); status != 200 {
		t.Errorf("the new token: %d", status)
	}
}

// sentence reports whether errs is one plain line of the program that says text.
func sentence(errs, text string) bool {
	lines := strings.Split(strings.TrimSpace(errs), "\n")
	last := lines[len(lines)-1]
	return strings.HasPrefix(last, "colocate: ") && strings.Contains(last, text) && !strings.Contains(errs, "goroutine")
}

// TestCannot: what cannot be is one sentence and a code that is not 0, and
// nothing is touched.
func TestCannot(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	root := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := strings.Repeat("k", 32)
	write("damaged/colocate.key", key)
	damaged := write("damaged/colocate.db", "not a database, and longer than the hundred bytes of a header, so that nothing can be taken for a file that was just made")
	newer := write("newer/colocate.db", "SQLite format 3\x00"+strings.Repeat("\x00", 44)+"\x7f\xff\xff\xff"+strings.Repeat("\x00", 4)+"Colo"+strings.Repeat("\x00", 28))
	write("newer/colocate.key", key)
	file := write("file", "x")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"port taken":       {[]string{"serve", "--addr", taken.Addr().String(), "--data", filepath.Join(root, "free")}, "is used by another program"},
		"folder is a file": {[]string{"serve", "--data", file}, file},
		"damaged":          {[]string{"serve", "--data", filepath.Dir(damaged)}, "is damaged"},
		"newer":            {[]string{"serve", "--data", filepath.Dir(newer)}, "newer colocate"},
		"demo elsewhere":   {[]string{"serve", "--demo", "--addr", "0.0.0.0:0", "--data", filepath.Join(root, "none")}, "on loopback only"},
		"no backup":        {[]string{"restore", filepath.Join(root, "nothing"), "--data", filepath.Join(root, "none")}, "put the key"},
		"password file":    {[]string{"user", "add", "x", "--role", "leader", "--password-file", filepath.Join(root, "nothing")}, "password file"},
		"negative":         {[]string{"seed", "demo", "--sessions=-1"}, "negative"},
		"no such role":     {[]string{"authz", "explain", "king"}, `no role "king"`},
		"no such right":    {[]string{"authz", "explain", "adviser", "session", "eat"}, "no permission"},
		"no command":       {[]string{"fly"}, "fly"},
		"no flag":          {[]string{"serve", "--wings"}, "--wings"},
	} {
		code, out, errs := colocate(t, nil, c.args...)
		if code == 0 || !sentence(errs, c.says) {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	for path, want := range map[string]string{damaged: "not a database", newer: "SQLite format 3"} {
		if data, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(data), want) {
			t.Errorf("%s was touched", path)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "none")); err == nil {
		t.Error("a folder was made for a server that may not start")
	}
}

// TestExplain says what a role may do, by which line.
func TestExplain(t *testing.T) {
	t.Parallel()
	if out := ok(t, "authz", "explain", "team_leader", "session", "approve"); !strings.HasPrefix(out, "allow") || !strings.Contains(out, "policy.csv:") {
		t.Error(out)
	}
	if out := ok(t, "authz", "explain", "commander", "session_annex"); strings.Contains(out, "allow") || !strings.Contains(out, "deny") {
		t.Error(out)
	}
}

// TestHelp names every command, and is no error.
func TestHelp(t *testing.T) {
	t.Parallel()
	out := ok(t, "--help")
	for _, c := range []string{"serve", "health", "user add", "token add", "token revoke", "seed reference", "seed demo", "backup", "restore", "verify", "rebuild", "authz explain"} {
		if !strings.Contains(out, c) {
			t.Errorf("no %s in\n%s", c, out)
		}
	}
}
