package problem_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/zerolog"

	"colocate/app/locale"
	"colocate/app/problem"
	"colocate/domain/kind"
	"colocate/i18n"
)

func texts(t *testing.T) *locale.Catalogue {
	t.Helper()
	c, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// status is style.md §2.2, written by hand.
var status = map[kind.Code]int{
	"malformed": 400, "unauthenticated": 401, "forbidden": 403, "not_found": 404, "conflict": 409, "stale": 412,
	"too_large": 413, "unsupported": 415, "invalid": 422, "precondition": 428, "too_many": 429, "internal": 500, "busy": 503,
}

func TestEveryCodeHasAStatusAndTextsInEveryLanguage(t *testing.T) {
	t.Parallel()
	c := texts(t)
	if len(status) != len(kind.Codes) {
		t.Fatalf("%d codes, %d expected", len(kind.Codes), len(status))
	}
	for _, code := range kind.Codes {
		for _, l := range locale.Languages() {
			d := problem.Of(kind.E(code, "error."+string(code), nil), c.Texts(l.Tag), "ref")
			if d.Status != status[code] || d.Type != "/problems/"+string(code) {
				t.Errorf("%s: status %d, type %s", code, d.Status, d.Type)
			}
			for _, text := range []string{d.Title, d.Detail} {
				if text == "" || strings.HasPrefix(text, "problem.") || strings.HasPrefix(text, "error.") {
					t.Errorf("%s in %s has no text: %q", code, l.Tag, text)
				}
			}
		}
	}
}

func TestInvalidNamesEveryField(t *testing.T) {
	t.Parallel()
	var check kind.Check
	check.Must(false, "participants/0/sexcount", "error.field.required")
	check.Must(false, "modality", "error.field.enum", "Allowed", []string{"in_person", "phone"})
	check.Must(false, "odd~0na~1me", "error.field.unknown")
	check.Must(false, "", "error.field.too_long", "Max", int64(2000))
	check.Must(false, "start", "error.field.type", "Want", "date")
	check.Must(false, "skills/2", "error.field.code", "List", "skill")
	d := problem.Of(check.Err(), texts(t).Texts("fr"), "ref")
	want := []struct{ pointer, code, detail string }{
		{"", "too_long", "2\u00a0000"},
		{"/modality", "enum", "in_person, phone"},
		{"/odd~0na~1me", "unknown", "Aucun champ"},
		{"/participants/0/sexcount", "required", "Remplissez"},
		{"/skills/2", "code", "compétence"},
		{"/start", "type", "une date"},
	}
	if len(d.Errors) != len(want) {
		t.Fatalf("%d fields: %+v", len(d.Errors), d.Errors)
	}
	for i, w := range want {
		got := d.Errors[i]
		if got.Pointer != w.pointer || got.Code != w.code || !strings.Contains(got.Detail, w.detail) {
			t.Errorf("field %d: %+v, want %+v", i, got, w)
		}
	}
	if got := d.Errors[1].Allowed; len(got) != 2 || got[0] != "in_person" {
		t.Errorf("allowed: %v", got)
	}
}

func TestExtensionsBelongToTheirCode(t *testing.T) {
	t.Parallel()
	en := texts(t).Texts("en")
	for _, code := range kind.Codes {
		e := kind.E(code, "error."+string(code), nil)
		e.Current, e.State, e.Possible = []byte(`{"a":1}`), "submitted", []string{"approve"}
		e.Fields = map[string]kind.Fault{"f": {Key: "error.field.required"}}
		d := problem.Of(e, en, "ref")
		if got := d.Current != nil; got != (code == kind.CodeStale) {
			t.Errorf("%s: current %s", code, d.Current)
		}
		if got := d.State != "" || d.Possible != nil; got != (code == kind.CodeConflict) {
			t.Errorf("%s: state %q, possible %v", code, d.State, d.Possible)
		}
		if got := d.Errors == nil; got != (code == kind.CodeNotFound || code == kind.CodeInternal) {
			t.Errorf("%s: errors %v", code, d.Errors)
		}
		if got := d.RetryAfter > 0; got != (code == kind.CodeBusy || code == kind.CodeTooMany) {
			t.Errorf("%s: retry after %d", code, d.RetryAfter)
		}
		if got := d.Instance != ""; got != (d.Status >= 500) {
			t.Errorf("%s: instance %q", code, d.Instance)
		}
	}
}

func TestWhatIsHiddenAnswersLikeWhatIsAbsent(t *testing.T) {
	t.Parallel()
	en := texts(t).Texts("en")
	var bodies []string
	for i, err := range []error{
		kind.E(kind.CodeNotFound, "error.not_found", nil),
		kind.E(kind.CodeNotFound, "error.session.scan", errors.New("annex 7 is hidden")),
		fmt.Errorf("read: %w", kind.E(kind.CodeNotFound, "", nil)),
		fiber.NewError(404, "Cannot GET /secret"),
	} {
		b, _ := json.Marshal(problem.Of(err, en, fmt.Sprint("reference ", i)))
		bodies = append(bodies, string(b))
	}
	for _, b := range bodies[1:] {
		if b != bodies[0] {
			t.Errorf("answers differ:\n%s\n%s", bodies[0], b)
		}
	}
}

func TestErrorsTellNothingOfTheInside(t *testing.T) {
	t.Parallel()
	en := texts(t).Texts("en")
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"foreign":       {errors.New("canary: /var/lib/colocate.db"), 500},
		"wrapped":       {fmt.Errorf("canary: %w", io.ErrUnexpectedEOF), 500},
		"ours, inside":  {kind.E(kind.CodeInternal, "canary", errors.New("canary")), 500},
		"no such code":  {kind.E("canary", "canary", nil), 500},
		"cause":         {kind.E(kind.CodeConflict, "error.conflict", errors.New("canary")), 409},
		"deadline":      {fmt.Errorf("canary: %w", context.DeadlineExceeded), 503},
		"shutdown":      {fmt.Errorf("canary: %w", context.Canceled), 503},
		"deadline, own": {kind.E(kind.CodeBusy, "error.busy", context.DeadlineExceeded), 503},
		"Fiber 400":     {fiber.NewError(400, "canary"), 400},
		"Fiber 418":     {fiber.NewError(418, "canary"), 400},
		"Fiber 502":     {fiber.NewError(502, "canary"), 500},
		"Fiber 405":     {fiber.ErrMethodNotAllowed, 405},
		"Fiber 408":     {fiber.ErrRequestTimeout, 408},
		"Fiber 413":     {fiber.ErrRequestEntityTooLarge, 413},
		"Fiber 431":     {fiber.ErrRequestHeaderFieldsTooLarge, 431},
	} {
		d := problem.Of(c.err, en, "ref")
		b, _ := json.Marshal(d)
		if d.Status != c.status || strings.Contains(string(b), "canary") {
			t.Errorf("%s: %s", name, b)
		}
		if strings.Contains(d.Title+d.Detail, "problem.") || strings.Contains(d.Detail, "error.") {
			t.Errorf("%s has no text: %s", name, b)
		}
	}
}

// get asks an app that answers every request with err, and no middleware.
func get(t *testing.T, err error, lang string) (*http.Response, string) {
	t.Helper()
	app := fiber.New(fiber.Config{ErrorHandler: problem.ErrorHandler(texts(t))})
	app.Get("/", func(*fiber.Ctx) error { return err })
	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("Accept-Language", lang)
	res, terr := app.Test(req, -1)
	if terr != nil {
		t.Fatal(terr)
	}
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	res, body := get(t, kind.E(kind.CodeUnauthenticated, "error.unauthenticated", nil), "ar")
	for name, want := range map[string]string{
		"Content-Type": problem.ContentType, "Content-Language": "ar", "Cache-Control": "no-store",
		"WWW-Authenticate": `Bearer realm="colocate"`, "Retry-After": "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if res.StatusCode != 401 || !strings.Contains(body, "سجِّلوا الدخول") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	busy := kind.E(kind.CodeBusy, "error.busy", nil)
	busy.Args = map[string]any{"RetryAfter": int64(7)}
	res, body = get(t, busy, "fr")
	if res.StatusCode != 503 || res.Header.Get("Retry-After") != "7" || !strings.Contains(body, "7 secondes") {
		t.Errorf("%d %q %s", res.StatusCode, res.Header.Get("Retry-After"), body)
	}
	res, _ = get(t, kind.E(kind.CodeBusy, "error.busy", nil), "fr")
	if res.Header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
}

func TestStaleCarriesTheCurrentVersion(t *testing.T) {
	t.Parallel()
	stale := kind.E(kind.CodeStale, "error.stale", nil)
	stale.Current = []byte(`{"id":"x","text":"<b>&"}`)
	_, body := get(t, stale, "en")
	var got struct{ Current struct{ ID, Text string } }
	if err := json.Unmarshal([]byte(body), &got); err != nil || got.Current.Text != "<b>&" {
		t.Errorf("%v: %s", err, body)
	}
	if strings.Contains(body, "<b>") {
		t.Errorf("markup is not escaped: %s", body)
	}
}

// TestRefusedBeforeRouting sends what Fiber refuses before any middleware runs.
func TestRefusedBeforeRouting(t *testing.T) {
	t.Parallel()
	app := fiber.New(fiber.Config{ErrorHandler: problem.ErrorHandler(texts(t)), BodyLimit: 1 << 10,
		DisableStartupMessage: true, ReadTimeout: 5 * time.Second})
	app.Post("/", func(c *fiber.Ctx) error { return c.SendStatus(200) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	t.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
	for _, c := range []struct {
		name, request string
		status        int
		want          string
	}{
		{"body", "POST / HTTP/1.1\r\nHost: x\r\nAccept-Language: fr\r\nContent-Length: 5000\r\n\r\n" + strings.Repeat("x", 5000),
			413, "Trop volumineux"},
		{"headers", "GET / HTTP/1.1\r\nHost: x\r\nX-Canary: " + strings.Repeat("canary", 2000) + "\r\n\r\n", 431, "Headers too large"},
	} {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.WriteString(conn, c.request) }()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = conn.Close()
		if res.StatusCode != c.status || !strings.Contains(string(body), c.want) || strings.Contains(string(body), "canary") ||
			res.Header.Get("Content-Type") != problem.ContentType {
			t.Errorf("%s: %d %s", c.name, res.StatusCode, body)
		}
	}
}
