package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/zerolog"

	"colocate/app/account"
	"colocate/domain/kind"
)

// running is a server on loopback, with a copy of the demonstration.
type running struct {
	*Server
	dir    string
	bearer map[string]string
	log    *lines
	stop   context.CancelFunc
	ended  chan error
}

// start starts a server; the test's end stops it.
func start(t *testing.T, change func(*Config)) *running {
	t.Helper()
	f, err := template()
	if err != nil {
		t.Fatal(err)
	}
	r := &running{dir: copyFolder(t, f.dir), bearer: f.bearer, log: &lines{}, ended: make(chan error, 1)}
	core, err := Open(t.Context(), r.dir, clock(), zerolog.New(r.log))
	if err != nil {
		t.Fatal(err)
	}
	cfg := Defaults()
	cfg.Data, cfg.Addr, cfg.MetricsAddr, cfg.Notice = r.dir, "127.0.0.1:0", "127.0.0.1:0", 0
	if change != nil {
		change(&cfg)
	}
	if r.Server, err = New(cfg, core); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- r.Serve(ctx) }()
	t.Cleanup(func() { stop(); r.wait(t) })
	return r
}

// wait waits for Serve to return, and returns how.
func (r *running) wait(t *testing.T) {
	t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			t.Error(err)
		}
		r.ended <- nil // for the next who waits
	case <-time.After(10 * time.Second):
		t.Error("the server does not end")
	}
}

func (r *running) url(path string) string { return "http://" + r.Addr().String() + path }

// slow begins a request with a body and returns how to send the rest of it.
func (r *running) slow(t *testing.T, body string) (finish func() (*http.Response, error)) {
	t.Helper()
	conn, err := net.Dial("tcp", r.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	half := len(body) / 2
	fmt.Fprintf(conn, "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		r.bearer["elin.strand"], len(body), body[:half])
	time.Sleep(100 * time.Millisecond) // until the server reads it
	return func() (*http.Response, error) {
		if _, err := io.WriteString(conn, body[half:]); err != nil {
			return nil, err
		}
		return http.ReadResponse(bufio.NewReader(conn), nil)
	}
}

// TestDrain is trust.md R1: what was begun is finished, readiness is denied
// first, nothing new is let in, and the folder is free afterwards.
func TestDrain(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.Notice = 300 * time.Millisecond })
	idle, err := net.Dial("tcp", r.Addr().String()) // a connection that asks nothing holds nobody up
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	keep := &http.Client{Transport: &http.Transport{}}
	if res, err := keep.Get(r.url("/readyz")); err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	finish := r.slow(t, session(freshID))
	r.stop()
	time.Sleep(100 * time.Millisecond)
	if res, err := http.Get(r.url("/readyz")); err != nil || res.StatusCode != 503 {
		t.Errorf("ready while draining: %v %v", res, err)
	}
	if res, err := http.Get(r.url("/healthz")); err != nil || res.StatusCode != 200 {
		t.Errorf("alive while draining: %v %v", res, err)
	}
	if err := Ready(t.Context(), r.dir); err == nil || err.Error() != "draining" {
		t.Errorf("by the control socket: %v", err)
	}
	time.Sleep(400 * time.Millisecond)
	if conn, err := net.Dial("tcp", r.Addr().String()); err == nil {
		conn.Close()
		t.Error("a new connection is let in")
	}
	res, err := finish()
	if err != nil || res.StatusCode != 201 {
		t.Fatal("what was begun was cut off:", res, err)
	}
	r.wait(t)
	core, err := Open(t.Context(), r.dir, clock(), zerolog.Nop())
	if err != nil {
		t.Fatal("the folder is not free:", err)
	}
	defer core.Close()
	actor := kind.Actor{Account: "x", Person: "x", Mission: missionID, Grants: []kind.Grant{{Role: kind.Auditor}}}
	if _, err := core.Records.Read(t.Context(), actor, core.Kinds.Get("session"), freshID); kind.CodeOf(err) != "" && kind.CodeOf(err) != kind.CodeNotFound {
		t.Error(err)
	}
}

// TestDrainEnds: a request that never finishes does not keep the server.
func TestDrainEnds(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.Drain = 300 * time.Millisecond })
	r.slow(t, session(freshID))
	began := time.Now()
	r.stop()
	r.wait(t)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if !strings.Contains(r.log.String(), "requests still ran") {
		t.Error(r.log)
	}
}

// TestTooLarge: bodies and headers over the limit are refused, with the headers
// of every answer, and nothing is read into memory for them.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	big := strings.Repeat("x", bodyLimit+1)
	for name, q := range map[string]struct {
		body, header string
		status       int
	}{
		"body":         {big, "", 413},
		"headers":      {"", strings.Repeat("y", headerBuffer), 431},
		"at the limit": {`{"x":"` + strings.Repeat("y", bodyLimit-8) + `"}`, "", 422},
	} {
		req, err := http.NewRequest("POST", r.url("/api/v1/sessions"), strings.NewReader(q.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+r.bearer["elin.strand"])
		if q.header != "" {
			req.Header.Set("X-Large", q.header)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != q.status || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
		secure(t, name, res.Header)
	}
}

// TestChunkedTooLarge: a body without a length is counted too.
func TestChunkedTooLarge(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	req, err := http.NewRequest("POST", r.url("/api/v1/sessions"), io.MultiReader(strings.NewReader(strings.Repeat("x", bodyLimit)), strings.NewReader("xx")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 413 {
		t.Error(res.StatusCode)
	}
}

// secure checks the headers of every answer (trust.md W6).
func secure(t *testing.T, where string, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "camera=()", "Content-Security-Policy": "default-src 'self'", "X-Request-Id": "",
	} {
		if got := h.Get(name); got == "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s is %q", where, name, got)
		}
	}
	if h.Get("Server") != "" || h.Get("X-Powered-By") != "" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s: %v", where, h)
	}
	if cache := h.Get("Cache-Control"); cache != "no-store" && !strings.HasPrefix(where, "/assets/") {
		t.Errorf("%s: Cache-Control is %q", where, cache)
	}
}

// TestHeaders: on answers of every kind.
func TestHeaders(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	css := r.get("", "/").body
	css = css[strings.Index(css, "/assets/"):]
	css = css[:strings.IndexByte(css, '"')]
	for _, q := range []request{
		{method: "GET", path: "/"}, {method: "GET", path: "/docs"}, {method: "GET", path: "/docs/sessions"}, {method: "GET", path: "/openapi.json"},
		{method: "GET", path: "/healthz"}, {method: "GET", path: "/readyz"}, {method: "GET", path: css}, {method: "GET", path: "/assets/nothing"},
		{method: "GET", path: "/?lang=fr"}, {method: "GET", path: "/nothing"}, {method: "GET", path: "/set-up"}, {method: "POST", path: "/set-up"},
		{method: "HEAD", path: "/api/v1/missions", who: "elin.strand"}, {method: "GET", path: "/api/v1/missions", who: "elin.strand"},
		{method: "GET", path: "/api/v1/missions"}, {method: "GET", path: "/api/v1/missions?x=1", who: "elin.strand"},
		{method: "POST", path: "/api/v1/sessions", who: "elin.strand", body: "x"}, {method: "POST", path: "/api/v1/sessions", who: "priya.raman", body: "{}"},
		{method: "DELETE", path: "/api/v1/sessions"}, {method: "OPTIONS", path: "/api/v1/sessions"}, {method: "TRACE", path: "/"}, {method: "BREW", path: "/"},
		{method: "GET", path: "/api/v1/nothing"}, {method: "GET", path: "/problems/stale"}, {method: "GET", path: "/problems/nothing"},
	} {
		a := r.do(q)
		secure(t, q.path, a.header)
		if a.status >= 500 {
			t.Errorf("%s %s: %d", q.method, q.path, a.status)
		}
		if q.method == "HEAD" && a.body != "" {
			t.Error("HEAD has a body")
		}
	}
	if a := r.do(request{method: "DELETE", path: "/api/v1/sessions"}); !strings.Contains(a.header.Get("Allow"), "POST") {
		t.Errorf("Allow is %q", a.header.Get("Allow"))
	}
	if a := r.do(request{method: "GET", path: css}); !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Errorf("asset: %v", a.header)
	}
}

// TestImmutable: what a handler keeps of a request stays what it was (style.md
// F1): otherwise one person's text lands in another's record.
func TestImmutable(t *testing.T) {
	t.Parallel()
	cfg := fiberConfig(Defaults(), nil)
	if !cfg.CaseSensitive || !cfg.StrictRouting || cfg.Prefork || cfg.StreamRequestBody || cfg.BodyLimit != 256<<10 ||
		cfg.ReadTimeout != 120*time.Second || cfg.WriteTimeout != 120*time.Second || cfg.IdleTimeout != 90*time.Second || cfg.ReadBufferSize != 8<<10 {
		t.Errorf("%+v", cfg)
	}
	if got := kept(t, cfg); !slices.Equal(got, []string{"AAAAAAAA", "BBBBBBBB", "CCCCCCCC"}) {
		t.Errorf("kept %v", got)
	}
	cfg.Immutable = false // the control: the test can fail
	for range 50 {        // buffers are not used again every time
		if !slices.Equal(kept(t, cfg), []string{"AAAAAAAA", "BBBBBBBB", "CCCCCCCC"}) {
			return
		}
	}
	t.Error("without Immutable nothing changes")
}

// kept are path values of three requests on one connection, looked at later.
func kept(t *testing.T, cfg fiber.Config) []string {
	t.Helper()
	var values []string
	app := fiber.New(cfg)
	app.Get("/o/:x", func(c *fiber.Ctx) error { values = append(values, c.Params("x")); return nil })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	defer app.Shutdown()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for _, x := range []string{"AAAAAAAA", "BBBBBBBB", "CCCCCCCC"} {
		fmt.Fprintf(conn, "GET /o/%s HTTP/1.1\r\nHost: x\r\n\r\n", x)
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	return values
}

// TestForwarded: what a stranger says of where he comes from is not believed
// (trust.md W9); what a trusted proxy says is.
func TestForwarded(t *testing.T) {
	t.Parallel()
	cfg := Defaults()
	for _, trusted := range [][]string{nil, {"0.0.0.0"}} { // app.Test calls from 0.0.0.0
		cfg.Trusted = trusted
		app := fiber.New(fiberConfig(cfg, nil))
		app.Get("/", func(c *fiber.Ctx) error { return c.SendString(c.IP() + " " + c.Hostname() + " " + c.Protocol()) })
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Real-IP", "10.1.2.3")
		r.Header.Set("X-Forwarded-For", "10.9.9.9")
		r.Header.Set("X-Forwarded-Host", "elsewhere")
		res, err := app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		want := "0.0.0.0 example.com http"
		if trusted != nil {
			want = "10.1.2.3 elsewhere http"
		}
		if string(body) != want {
			t.Errorf("trusting %v: %s, want %s", trusted, body, want)
		}
	}
}

// TestMetrics are on a listener of their own.
func TestMetrics(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	if res, err := http.Get(r.url("/healthz")); err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	res, err := http.Get("http://" + r.MetricsAddr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	for _, want := range []string{`colocate_http_request_seconds_count{method="GET",route="/healthz",status="2xx"} 1`, "go_goroutines"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s", want)
		}
	}
	if res, err := http.Get(r.url("/metrics")); err != nil || res.StatusCode != 404 {
		t.Error("metrics are on the main listener", res, err)
	}
}

// TestAddressTaken, and what else cannot be: one sentence, and the folder free.
func TestCannotStart(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	f, err := template()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"address taken":     {func(c *Config) { c.Addr = taken.Addr().String() }, "is used by another program"},
		"metrics taken":     {func(c *Config) { c.Addr, c.MetricsAddr = "127.0.0.1:0", taken.Addr().String() }, "is used by another program"},
		"no address":        {func(c *Config) { c.Addr = "nonsense" }, "is not host:port"},
		"demo for everyone": {func(c *Config) { c.Addr, c.Demo = "0.0.0.0:0", true }, "on loopback only"},
		"half a TLS":        {func(c *Config) { c.TLSCert = "x" }, "needs its key"},
		"no certificate":    {func(c *Config) { c.Addr, c.TLSCert, c.TLSKey = "127.0.0.1:0", "/nothing", "/nothing" }, "cannot be used"},
		"proxy":             {func(c *Config) { c.Trusted = []string{"somewhere"} }, "trusted proxy"},
		"negative":          {func(c *Config) { c.Conns = -1 }, "may not be negative"},
	} {
		dir := copyFolder(t, f.dir)
		core, err := Open(t.Context(), dir, clock(), zerolog.Nop())
		if err != nil {
			t.Fatal(err)
		}
		cfg := Defaults()
		cfg.Data = dir
		c.change(&cfg)
		if s, err := New(cfg, core); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, %v", name, s, err)
		}
		if err := core.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, SocketName)); err == nil {
			t.Errorf("%s: the socket is left", name)
		}
	}
}

// TestErrorsKnowTheReader: who is signed in keeps the way back on every page of
// an error, also of an address that no route has.
func TestErrorsKnowTheReader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.core.Accounts.OpenDemo("elin.strand")
	in, err := r.core.Accounts.SignInDemo(t.Context(), account.SignIn{Name: "elin.strand"})
	if err != nil {
		t.Fatal(err)
	}
	cookie := map[string]string{"Cookie": "colocate=" + in.Bearer}
	for _, path := range []string{"/nothing-here", "/sessions/x", "/units/" + missionID} {
		a := r.do(request{method: "GET", path: path, header: cookie})
		if a.status != 404 || !strings.Contains(a.body, `href="/sessions"`) || strings.Contains(a.body, `href="/sign-in`) {
			t.Errorf("%s: %d\n%.900s", path, a.status, a.body)
		}
	}
	if a := r.do(request{method: "GET", path: "/nothing-here"}); a.status != 404 || strings.Contains(a.body, `href="/sessions"`) {
		t.Errorf("nobody: %d", a.status)
	}
}
