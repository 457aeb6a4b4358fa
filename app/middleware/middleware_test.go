package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"colocate/app/locale"
	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/domain/kind"
	"colocate/i18n"
)

// server is a stack with the error handler and the settings of the service.
type server struct {
	app *fiber.App
	log *buffer
}

// buffer is a log that several requests may write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// tokens authenticates "good-<lang>", fails for "outage" and refuses the rest.
type tokens struct{}

func (tokens) Authenticate(_ context.Context, bearer string) (kind.Actor, error) {
	if bearer == "outage" {
		return kind.Actor{}, errors.New("store is gone")
	}
	lang, ok := strings.CutPrefix(bearer, "good-")
	if !ok {
		return kind.Actor{}, kind.E(kind.CodeUnauthenticated, "error.unauthenticated", nil)
	}
	return kind.Actor{Account: "account-1", Name: "canary-name", Token: "canary-token", Lang: lang}, nil
}

// newServer makes a server of o, whose log and texts it provides. routes adds
// the routes, which may not come before the stack.
func newServer(t *testing.T, o middleware.Options, routes func(app *fiber.App, s *middleware.Stack)) *server {
	t.Helper()
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	log := &buffer{}
	o.Log, o.Texts = zerolog.New(log), texts
	stack := middleware.New(o)
	app := fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, DisableStartupMessage: true,
		BodyLimit: 256 << 10, ReadBufferSize: 8 << 10,
		ErrorHandler: stack.ErrorHandler(problem.ErrorHandler(texts)),
	})
	stack.Install(app)
	routes(app, stack)
	return &server{app: app, log: log}
}

// do sends a request with headers, given as names and values in turn.
func (s *server) do(t *testing.T, method, target, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.app.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// lines parses the log: one JSON object a line, as every reader counts lines.
func (s *server) lines(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	split := func(r rune) bool { return strings.ContainsRune("\n\r\u0085\u2028\u2029\v\f", r) }
	for _, l := range strings.FieldsFunc(s.log.String(), split) {
		var m map[string]any
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatalf("%v in line %q", err, l)
		}
		out = append(out, m)
	}
	return out
}

func ok(c *fiber.Ctx) error { return c.SendString("fine") }

func TestRequestID(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) {
		app.Get("/", func(c *fiber.Ctx) error { return c.SendString(middleware.RequestID(c)) })
	})
	res, first := s.do(t, "GET", "/", "", "X-Request-ID", "mine")
	if _, err := uuid.Parse(first); err != nil || first == "mine" || res.Header.Get("X-Request-ID") != first {
		t.Errorf("id %q, header %q", first, res.Header.Get("X-Request-ID"))
	}
	if _, second := s.do(t, "GET", "/", ""); second == first {
		t.Errorf("two requests share the id %q", first)
	}
	if got := s.lines(t)[0]["request"]; got != first {
		t.Errorf("logged id %v, want %v", got, first)
	}
}

func TestOneLineForEachRequest(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/api/v1/units/:id", stack.Authenticate(tokens{}), ok)
		app.Get("/conflict", func(*fiber.Ctx) error {
			return kind.E(kind.CodeConflict, "error.id_taken", errors.New("canary-cause"))
		})
		app.Get("/outage", func(*fiber.Ctx) error { return fmt.Errorf("read units: %w", io.ErrUnexpectedEOF) })
		app.Get("/late", func(c *fiber.Ctx) error { return fmt.Errorf("read: %w", context.DeadlineExceeded) })
	})
	for _, c := range []struct {
		target string
		status int
		want   map[string]any
		absent []string
	}{
		{"/api/v1/units/canary-id?q=canary-query", 200,
			map[string]any{"route": "/api/v1/units/:id", "account": "account-1", "level": "info"}, []string{"code", "cause"}},
		{"/no/canary-path", 404, map[string]any{"route": "unmatched"}, []string{"cause"}},
		{"/conflict", 409, map[string]any{"code": "conflict", "key": "error.id_taken", "level": "info"}, []string{"cause"}},
		{"/outage", 500, map[string]any{"code": "internal", "cause": "read units: unexpected EOF", "level": "error"}, nil},
		{"/late", 503, map[string]any{"code": "busy", "level": "error"}, nil},
	} {
		before := len(s.lines(t))
		res, _ := s.do(t, "GET", c.target, "", "Authorization", "Bearer good-fr")
		lines := s.lines(t)
		if res.StatusCode != c.status || len(lines) != before+1 {
			t.Fatalf("%s: status %d, %d lines", c.target, res.StatusCode, len(lines)-before)
		}
		line := lines[before]
		c.want["status"], c.want["method"], c.want["message"] = float64(c.status), "GET", "request"
		for k, v := range c.want {
			if line[k] != v {
				t.Errorf("%s: %s is %v, want %v", c.target, k, line[k], v)
			}
		}
		for _, k := range append(c.absent, "stack") {
			if v, there := line[k]; there {
				t.Errorf("%s: %s is logged: %v", c.target, k, v)
			}
		}
	}
	if strings.Contains(s.log.String(), "canary") {
		t.Errorf("what a client or a cause says is logged:\n%s", s.log)
	}
}

func TestPanicsEndOneRequestOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) {
		app.Get("/runtime", func(c *fiber.Ctx) error { return c.SendString(os.Args[len(c.Path())*1000]) })
		app.Get("/value", func(c *fiber.Ctx) error { panic("canary " + c.Get("X-Note")) })
		app.Get("/error", func(c *fiber.Ctx) error { panic(errors.New("canary")) })
	})
	for path, cause := range map[string]string{
		"/runtime": "panic: runtime error: index out of range [8000] with length " + fmt.Sprint(len(os.Args)), "/value": "panic: string", "/error": "panic: *errors.errorString",
	} {
		before := len(s.lines(t))
		res, body := s.do(t, "GET", path, "", "X-Note", "canary")
		lines := s.lines(t)
		if res.StatusCode != 500 || len(lines) != before+1 || lines[before]["cause"] != cause {
			t.Fatalf("%s: status %d, log %v", path, res.StatusCode, lines)
		}
		if stack, _ := lines[before]["stack"].(string); !strings.Contains(stack, "middleware_test.go") {
			t.Errorf("%s: the stack is not logged: %q", path, stack)
		}
		var d problem.Details
		if err := json.Unmarshal([]byte(body), &d); err != nil || d.Instance != lines[before]["request"] {
			t.Errorf("%s: reference %q, logged %v", path, d.Instance, lines[before]["request"])
		}
		for _, secret := range []string{"canary", "goroutine", ".go:", "panic"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: the answer shows %q: %s", path, secret, body)
			}
		}
	}
	if strings.Contains(s.log.String(), "canary") {
		t.Errorf("a panic's own text is logged:\n%s", s.log)
	}
}

func TestPanicInTheErrorHandler(t *testing.T) {
	t.Parallel()
	log := &buffer{}
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	stack := middleware.New(middleware.Options{Log: zerolog.New(log), Texts: texts})
	app := fiber.New(fiber.Config{ErrorHandler: stack.ErrorHandler(func(*fiber.Ctx, error) error { panic("canary") })})
	stack.Install(app)
	s := &server{app: app, log: log}
	res, body := s.do(t, "GET", "/", "")
	if res.StatusCode != 500 || body != "" || len(s.lines(t)) != 1 {
		t.Errorf("%d %q, log %s", res.StatusCode, body, log)
	}
}

func TestLogInjection(t *testing.T) {
	t.Parallel()
	evil := []string{"a\r\nb", "\x1b[31mred", "\u2028sep\u2029", "nul\x00", "\u202etrick", "\x85", "bad \xff utf8",
		`"}{"level":"fake`, strings.Repeat("x", 1<<20), strings.Repeat("é", 1<<20)}
	var current string
	s := newServer(t, middleware.Options{}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/cause", func(*fiber.Ctx) error { return errors.New(current) })
		app.Get("/key", func(*fiber.Ctx) error { return kind.E(kind.CodeBusy, current, errors.New(current)) })
		app.Get("/account", stack.Authenticate(account(&current)), ok)
	})
	for _, e := range evil {
		current = e
		for _, path := range []string{"/cause", "/key", "/account"} {
			s.do(t, "GET", path, "", "Authorization", "Bearer x")
		}
	}
	lines := s.lines(t)
	if len(lines) != 3*len(evil) {
		t.Errorf("%d lines for %d requests", len(lines), 3*len(evil))
	}
	for _, l := range lines {
		if l["message"] != "request" || l["level"] == "fake" {
			t.Errorf("forged line: %v", l)
		}
		for k, v := range l {
			if text, _ := v.(string); len(text) > 5000 || strings.ContainsAny(text, "\r\n\x1b\x00\u2028\u202e") {
				t.Errorf("%s holds %.60q (%d bytes)", k, text, len(text))
			}
		}
	}
}

// account authenticates everybody as the account whose id it points at.
func account(id *string) middleware.Authenticator { return named{id} }

type named struct{ id *string }

func (n named) Authenticate(context.Context, string) (kind.Actor, error) {
	return kind.Actor{Account: *n.id}, nil
}

// TestNoSecretsInTheLog puts a canary wherever a client can put one.
func TestNoSecretsInTheLog(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, stack *middleware.Stack) {
		app.Post("/api/v1/units", stack.Authenticate(tokens{}), func(c *fiber.Ctx) error {
			e := kind.E(kind.CodeInvalid, "error.invalid", fmt.Errorf("body was %s", c.Body()))
			e.Fields = map[string]kind.Fault{"canary": {Key: "error.field.unknown"}}
			return e
		})
	})
	headers := []string{"Cookie", "session=canary", "User-Agent", "canary", "Referer", "https://x/canary", "Origin", "http://example.com"}
	for _, auth := range []string{"Bearer canary", "Bearer good-canary", "Basic canary", "Bearer outage", "canary"} {
		for _, target := range []string{"/api/v1/units?token=canary", "/api/v1/canary", "/canary"} {
			s.do(t, "POST", target, `{"note":"canary"}`, append(headers, "Authorization", auth)...)
		}
	}
	s.do(t, "CANARY", "/api/v1/units", "")
	if got := strings.ToLower(s.log.String()); strings.Contains(got, "canary") {
		t.Errorf("a secret is logged:\n%s", got)
	}
	if n := len(s.lines(t)); n != 16 {
		t.Errorf("%d lines for 16 requests", n)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	base, stop := context.WithCancel(context.Background())
	s := newServer(t, middleware.Options{Base: base, Deadline: 20 * time.Millisecond}, func(app *fiber.App, _ *middleware.Stack) {
		app.Get("/", func(c *fiber.Ctx) error {
			<-c.UserContext().Done()
			return c.UserContext().Err()
		})
	})
	res, _ := s.do(t, "GET", "/", "")
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("late: %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	stop()
	if res, _ := s.do(t, "GET", "/", ""); res.StatusCode != 503 {
		t.Errorf("after the base has ended: %d", res.StatusCode)
	}
}

func TestDefaultDeadline(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) {
		app.Get("/", func(c *fiber.Ctx) error {
			at, there := c.UserContext().Deadline()
			if left := time.Until(at); !there || left > 5*time.Second || left < 4*time.Second {
				return fmt.Errorf("deadline in %s", left)
			}
			return nil
		})
	})
	if res, _ := s.do(t, "GET", "/", ""); res.StatusCode != 200 {
		t.Errorf("%d: %s", res.StatusCode, s.log)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	s := newServer(t, middleware.Options{Metrics: registry}, func(app *fiber.App, _ *middleware.Stack) {
		app.Get("/units/:id", ok)
	})
	for _, path := range []string{"/units/1", "/units/2", "/none"} {
		s.do(t, "GET", path, "")
	}
	s.do(t, "POST", "/units/1", "")
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || families[0].GetName() != "colocate_http_request_seconds" {
		t.Fatalf("%v %v", err, families)
	}
	got := map[string]uint64{}
	for _, m := range families[0].GetMetric() {
		var labels []string
		for _, l := range m.GetLabel() {
			labels = append(labels, l.GetValue())
		}
		got[strings.Join(labels, " ")] = m.GetHistogram().GetSampleCount()
	}
	want := map[string]uint64{"GET /units/:id 2xx": 2, "GET unmatched 4xx": 1, "POST unmatched 4xx": 1}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}
