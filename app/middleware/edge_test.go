package middleware_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/domain/kind"
)

// headers are trust.md W1 and W6, written by hand.
var headers = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=()",
	"Cache-Control":                "no-store",
	"Content-Security-Policy":      "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'",
	"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
}

func checkHeaders(t *testing.T, name string, res *http.Response) {
	t.Helper()
	for h, want := range headers {
		if got := res.Header.Values(h); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s (%d): %s is %q", name, res.StatusCode, h, got)
		}
	}
	if got := res.Header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("%s: CORS is granted to %q", name, got)
	}
}

// listen serves s on loopback until the test ends.
func (s *server) listen(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.app.Listener(ln) }()
	t.Cleanup(func() { _ = s.app.ShutdownWithTimeout(time.Second) })
	return ln.Addr().String()
}

// raw sends request as it is and reads one answer.
func raw(t *testing.T, addr, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(conn, request) }()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: strings.Fields(request)[0]})
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

func TestHeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{TLS: true}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/ok", ok)
		app.Get("/moved", func(c *fiber.Ctx) error { return c.Redirect("/ok") })
		app.Get("/broken", func(*fiber.Ctx) error { return io.ErrUnexpectedEOF })
		app.Get("/panic", func(*fiber.Ctx) error { panic(1) })
		app.Get("/mine", stack.Authenticate(tokens{}), ok)
		app.Post("/ok", ok)
	})
	addr := s.listen(t)
	long := strings.Repeat("canary", 60_000)
	for _, c := range []struct {
		name, request string
		status        int
	}{
		{"ok", "GET /ok HTTP/1.1\r\nHost: x\r\n\r\n", 200},
		{"head", "HEAD /ok HTTP/1.1\r\nHost: x\r\n\r\n", 200},
		{"moved", "GET /moved HTTP/1.1\r\nHost: x\r\n\r\n", 302},
		{"absent", "GET /none HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"method", "DELETE /ok HTTP/1.1\r\nHost: x\r\n\r\n", 405},
		{"made-up method", "CANARY /ok HTTP/1.1\r\nHost: x\r\n\r\n", 405},
		{"stranger", "GET /mine HTTP/1.1\r\nHost: x\r\n\r\n", 401},
		{"outage", "GET /mine HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer outage\r\n\r\n", 500},
		{"broken", "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n", 500},
		{"panic", "GET /panic HTTP/1.1\r\nHost: x\r\n\r\n", 500},
		{"foreign", "POST /ok HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\nContent-Length: 0\r\n\r\n", 403},
		{"body", "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: " + fmt.Sprint(len(long)) + "\r\n\r\n" + long, 413},
		{"headers", "GET /ok?canary HTTP/1.1\r\nHost: x\r\nX-A: " + long[:20_000] + "\r\n\r\n", 431},
		{"nonsense", "GET\r\ncanary\r\n\r\n", 400},
	} {
		res, body := raw(t, addr, c.request)
		if res.StatusCode != c.status || strings.Contains(strings.ToLower(body), "canary") {
			t.Errorf("%s: %d %q", c.name, res.StatusCode, body)
		}
		checkHeaders(t, c.name, res)
		if c.status >= 400 && res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: content type %q", c.name, res.Header.Get("Content-Type"))
		}
		if res.Header.Get("X-Request-ID") == "" {
			t.Errorf("%s: no request id", c.name)
		}
	}
	if n := len(s.lines(t)); n != 14 || strings.Contains(strings.ToLower(s.log.String()), "canary") {
		t.Errorf("%d lines for 14 requests:\n%s", n, s.log)
	}
}

func TestNoHSTSWithoutTLS(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) { app.Get("/", ok) })
	if res, _ := s.do(t, "GET", "/", ""); res.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS would lock a trial out of its own address")
	}
}

func TestARefusedBodyIsAnsweredInTheCallersLanguage(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) { app.Post("/", ok) })
	addr := s.listen(t)
	body := strings.Repeat("x", 300<<10)
	res, text := raw(t, addr, "POST / HTTP/1.1\r\nHost: x\r\nAccept-Language: ar-SD\r\nContent-Length: "+
		fmt.Sprint(len(body))+"\r\n\r\n"+body)
	if res.StatusCode != 413 || res.Header.Get("Content-Language") != "ar" || !strings.Contains(text, "الحجم كبير") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/mine", stack.Authenticate(tokens{}), func(c *fiber.Ctx) error {
			a := middleware.Actor(c)
			if a.Request != middleware.RequestID(c) || a.Lang != middleware.Lang(c) {
				return fmt.Errorf("actor %+v", a)
			}
			return c.SendString(a.Account + " " + a.Lang)
		})
		app.Get("/open", func(c *fiber.Ctx) error { return c.SendString("<" + middleware.Actor(c).Account + ">") })
	})
	for _, c := range []struct {
		auth   string
		status int
		body   string
	}{
		{"", 401, ""}, {"Bearer", 401, ""}, {"Bearer ", 401, ""}, {"Bearer wrong", 401, ""}, {"good-fr", 401, ""},
		{"Basic good-fr", 401, ""}, {"Bearer " + strings.Repeat("x", 513), 401, ""}, {"Bearer good-fr x", 200, "account-1 ar"},
		{"Bearer outage", 500, ""},
		{"Bearer good-fr", 200, "account-1 fr"}, {"bearer good-", 200, "account-1 ar"}, {"BEARER  good-so", 200, "account-1 ar"},
	} {
		res, body := s.do(t, "GET", "/mine", "", "Authorization", c.auth, "Accept-Language", "ar")
		if res.StatusCode != c.status || (c.status == 200 && body != c.body) {
			t.Errorf("%q: %d %q", c.auth, res.StatusCode, body)
		}
		if got := res.Header.Get("WWW-Authenticate"); (c.status == 401) != (got == `Bearer realm="colocate"`) {
			t.Errorf("%q: WWW-Authenticate %q", c.auth, got)
		}
	}
	if _, body := s.do(t, "GET", "/open", "", "Authorization", "Bearer good-fr"); body != "<>" {
		t.Errorf("an open route knows the caller: %s", body)
	}
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	writes := 0
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) {
		app.All("/x", func(c *fiber.Ctx) error {
			if c.Method() != "GET" {
				writes++
			}
			return nil
		})
	})
	for _, c := range []struct {
		method, site, origin string
		status               int
	}{
		{"POST", "", "", 200}, {"POST", "same-origin", "", 200}, {"POST", "none", "", 200},
		{"POST", "same-origin", "http://example.com", 200}, {"POST", "", "http://example.com", 200},
		{"POST", "cross-site", "", 403}, {"POST", "same-site", "", 403}, {"POST", "", "null", 403},
		{"POST", "", "http://evil.example", 403}, {"POST", "cross-site", "http://example.com", 403},
		{"POST", "", "http://example.com.evil.example", 403}, {"POST", "", "http://example.com:81", 403},
		{"PUT", "cross-site", "", 403}, {"DELETE", "cross-site", "", 403}, {"PATCH", "cross-site", "", 403},
		{"GET", "cross-site", "http://evil.example", 200},
	} {
		before := writes
		headers := []string{"Cookie", "colocate=x", "Accept-Language", "fr"}
		if c.site != "" {
			headers = append(headers, "Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			headers = append(headers, "Origin", c.origin)
		}
		res, body := s.do(t, c.method, "/x", "a=b", headers...)
		if res.StatusCode != c.status {
			t.Errorf("%+v: %d %s", c, res.StatusCode, body)
		}
		if c.status == 403 && (writes != before || !strings.Contains(body, "autre site")) {
			t.Errorf("%+v: %d writes, %s", c, writes-before, body)
		}
	}
}

func TestRateIsKeptForEachAccount(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{Rate: 1, Burst: 3}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/:account", func(c *fiber.Ctx) error {
			id := c.Params("account")
			return stack.Authenticate(account(&id))(c)
		})
		app.Get("/:account", ok)
	})
	for i := range 3 {
		if res, _ := s.do(t, "GET", "/a", "", "Authorization", "Bearer x"); res.StatusCode != 200 {
			t.Errorf("request %d: %d", i, res.StatusCode)
		}
	}
	res, body := s.do(t, "GET", "/a", "", "Authorization", "Bearer x", "Accept-Language", "fr")
	if res.StatusCode != 429 || res.Header.Get("Retry-After") != "1" || !strings.Contains(body, "1 seconde.") {
		t.Errorf("%d, Retry-After %q: %s", res.StatusCode, res.Header.Get("Retry-After"), body)
	}
	if res, _ := s.do(t, "GET", "/b", "", "Authorization", "Bearer x"); res.StatusCode != 200 {
		t.Errorf("another account: %d", res.StatusCode)
	}
}

// TestLanguagesDoNotBleed asks in three languages at once, by account, cookie
// and header, and expects each answer whole in its own.
func TestLanguagesDoNotBleed(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, stack *middleware.Stack) {
		app.Post("/:n", stack.Authenticate(tokens{}), func(c *fiber.Ctx) error {
			var check kind.Check
			check.Must(false, c.Params("n"), "error.field.required")
			return check.Err()
		})
	})
	want := map[string]string{"en": "Fill this in.", "fr": "Remplissez ce champ.", "ar": "املؤوا هذا الحقل."}
	var wg sync.WaitGroup
	for lang, text := range want {
		for i := range 20 {
			wg.Go(func() {
				headers := []string{"Authorization", "Bearer good-" + lang, "Accept-Language", "en"}
				if i%3 == 1 {
					headers = []string{"Authorization", "Bearer good-", "Cookie", middleware.LangCookie + "=" + lang}
				} else if i%3 == 2 {
					headers = []string{"Authorization", "Bearer good-", "Accept-Language", lang}
				}
				for range 10 {
					res, body := s.do(t, "POST", fmt.Sprintf("/n%d", i), "", headers...)
					if res.Header.Get("Content-Language") != lang || !strings.Contains(body, text) ||
						!strings.Contains(body, fmt.Sprintf(`"/n%d"`, i)) {
						t.Errorf("%s %d: %s", lang, i, body)
					}
				}
			})
		}
	}
	wg.Wait()
}
