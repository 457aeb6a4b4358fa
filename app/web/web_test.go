package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/zerolog"

	"colocate/app/api"
	"colocate/app/locale"
	"colocate/app/middleware"
	"colocate/app/web"
	"colocate/app/web/assets"
	"colocate/app/web/ui"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
)

// site is the pages on an application of their own. setUp is what the form asks.
func site(t *testing.T, setUp func(code, name, password string) error) *fiber.App {
	t.Helper()
	return logged(t, zerolog.Nop(), setUp)
}

// logged is site with a log.
func logged(t *testing.T, log zerolog.Logger, setUp func(code, name, password string) error) *fiber.App {
	t.Helper()
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	reg, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	files, err := assets.Load(texts)
	if err != nil {
		t.Fatal(err)
	}
	docs := api.NewDocuments(&api.Handler{Kinds: reg}, texts)
	stack := middleware.New(middleware.Options{Log: log, Texts: texts})
	pages := &web.Handler{Site: &ui.Site{Texts: texts, Kinds: reg, Assets: files, Now: time.Now, Key: []byte("key")}, Session: stack.Session, Spec: docs.In,
		SetUp: func(_ context.Context, code, name, password string) error { return setUp(code, name, password) }}
	app := fiber.New(fiber.Config{Immutable: true, StrictRouting: true, CaseSensitive: true, ErrorHandler: stack.ErrorHandler(pages.Fail)})
	stack.Install(app)
	pages.Mount(app)
	return app
}

func ask(t *testing.T, app *fiber.App, method, path, lang, body string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept-Language", lang)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

func nobody(_, _, _ string) error { return kind.E(kind.CodeNotFound, "error.not_found", nil) }

var pagesToTry = []string{"/", "/docs", "/docs/sessions", "/docs/actions", "/docs/account", "/docs/changes", "/set-up?code=x", "/problems/stale", "/nothing"}

// TestPages: every page in every language says its language and direction, has
// one h1, and holds nothing that the content security policy forbids.
func TestPages(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	forbidden := regexp.MustCompile(`(?i)<script[^ ]|<script [^>]*>[^<]|\sstyle=|\son[a-z]+=|javascript:|<no value>|>(page|error|problem)\.[a-z_.]+<`)
	for _, l := range locale.Languages() {
		for _, path := range pagesToTry {
			res, body := ask(t, app, "GET", path, l.Tag, "")
			want := 200
			if path == "/nothing" {
				want = 404
			}
			if res.StatusCode != want || res.Header.Get("Content-Language") != l.Tag || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%s in %s: %d %v", path, l.Tag, res.StatusCode, res.Header)
			}
			if !strings.Contains(body, `<html lang="`+l.Tag+`" dir="`+l.Dir+`">`) || strings.Count(body, "<h1") != 1 || !strings.Contains(body, `<main class="page" id="main">`) {
				t.Errorf("%s in %s:\n%.600s", path, l.Tag, body)
			}
			if bad := forbidden.FindString(body); bad != "" {
				t.Errorf("%s in %s holds %q", path, l.Tag, bad)
			}
		}
	}
}

// TestParallelLanguages: requests side by side do not get each other's language.
func TestParallelLanguages(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	said := map[string]string{"en": "The record two police services keep together", "fr": "Le registre que deux polices tiennent ensemble", "ar": "السجل الذي تمسكه شرطتان معا"}
	for range 20 {
		for lang, text := range said {
			t.Run(lang, func(t *testing.T) {
				t.Parallel()
				_, body := ask(t, app, "GET", "/", lang, "")
				for other, theirs := range said {
					if strings.Contains(body, theirs) != (other == lang) {
						t.Errorf("a page in %s, text of %s: %v", lang, other, theirs == text)
					}
				}
			})
		}
	}
}

// TestDocs: a stranger finds every operation, its fields and an example.
func TestDocs(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	_, body := ask(t, app, "GET", "/docs", "en", "")
	for _, want := range []string{"/api/v1/sessions/{id}/approve", "POST /api/v1/sign-ins", "If-Match", `href="/docs/sessions"`, "/openapi.json"} {
		if !strings.Contains(body, want) {
			t.Errorf("the overview lacks %s", want)
		}
	}
	_, body = ask(t, app, "GET", "/docs/sessions", "en", "")
	for _, want := range []string{`id="createSession"`, `id="releaseSession"`, "participants[].sexcount", "in_person · phone · video · written", "≤ ", "Idempotency-Key",
		"outcome_of_visit&#34;: &#34;held&#34;", ">MIS<", ">422<", "The same fields as above"} {
		if !strings.Contains(body, want) {
			t.Errorf("sessions lack %s", want)
		}
	}
	if res, _ := ask(t, app, "GET", "/docs/nothing", "en", ""); res.StatusCode != 404 {
		t.Error(res.StatusCode)
	}
}

// TestWeight: pages are light enough for a slow line (design.md §7).
func TestWeight(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	total := 0
	for path, most := range map[string]int{"/": 10 << 10, "/docs": 20 << 10, "/docs/sessions": 20 << 10} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		res, err := app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if len(body) > most || res.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d bytes, %s", path, len(body), res.Header.Get("Content-Encoding"))
		}
		total += len(body)
	}
	res, css := stylesheet(t, app, "gzip")
	if len(css) > 8<<10 || res.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("the style sheet: %d bytes", len(css))
	}
}

// stylesheet fetches the style sheet that the first page names.
func stylesheet(t *testing.T, app *fiber.App, encoding string) (*http.Response, string) {
	t.Helper()
	_, page := ask(t, app, "GET", "/", "en", "")
	path := regexp.MustCompile(`/assets/colocate\.[^"]+\.css`).FindString(page)
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	res, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// TestAssets may be kept for good, and are served plain to whoever wants that.
func TestAssets(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	res, css := stylesheet(t, app, "identity")
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Content-Encoding") != "" ||
		!strings.Contains(css, "--accent:") || !strings.Contains(css, ".btn-primary") {
		t.Errorf("%v %.200s", res.Header, css)
	}
	for _, path := range []string{"/assets/colocate.css", "/assets/..%2fweb.go", "/assets/tokens.css"} {
		if res, _ := ask(t, app, "GET", path, "en", ""); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// TestLanguageChoice is kept in a cookie and leads back to the same page, and
// never to another site.
func TestLanguageChoice(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	res, _ := ask(t, app, "GET", "/docs?lang=ar", "en", "")
	cookie := res.Header.Get("Set-Cookie")
	if res.StatusCode != 303 || res.Header.Get("Location") != "/docs" || !strings.HasPrefix(cookie, "colocate-lang=ar;") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if res, _ := ask(t, app, "GET", "/set-up?code=a%26b&lang=fr", "en", ""); res.Header.Get("Location") != "/set-up?code=a%26b" {
		t.Errorf("%v", res.Header)
	}
	if res, _ := ask(t, app, "GET", "/?lang=xx%0d%0aX:1", "en", ""); res.Header.Get("Set-Cookie") != "" || res.Header.Get("X") != "" {
		t.Errorf("%v", res.Header)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", "colocate-lang=ar")
	r.Header.Set("Accept-Language", "fr")
	if res, err := app.Test(r, -1); err != nil || res.Header.Get("Content-Language") != "ar" {
		t.Error(res, err)
	}
}

// TestSetUpForm: what was typed is kept through a mistake, but for the password;
// each fault stands at its field and in the summary.
func TestSetUpForm(t *testing.T) {
	t.Parallel()
	var got []string
	app := site(t, func(code, name, password string) error {
		got = append(got, code+"|"+name+"|"+password)
		var c kind.Check
		c.Must(len(password) >= 15, "password", "error.field.too_short", "Min", int64(15))
		return c.Err()
	})
	form := url.Values{"code": {"c0de"}, "name": {`am"<i>na`}, "password": {"short"}}
	res, body := ask(t, app, "POST", "/set-up", "en", form.Encode())
	if res.StatusCode != 422 || !strings.Contains(body, `value="c0de"`) || !strings.Contains(body, `value="am&#34;&lt;i&gt;na"`) || strings.Contains(body, "short\"") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if !strings.Contains(body, `role="alert"`) || !strings.Contains(body, `href="#password"`) || !strings.Contains(body, `aria-describedby="password-hint password-err"`) ||
		!strings.Contains(body, "1 entry needs correcting<") {
		t.Error(body)
	}
	form.Set("password", "a long sentence of mine")
	res, body = ask(t, app, "POST", "/set-up", "fr", form.Encode())
	if res.StatusCode != 200 || !strings.Contains(body, "L’administrateur existe") || got[1] != `c0de|am"<i>na|a long sentence of mine` {
		t.Errorf("%d %v %s", res.StatusCode, got, body)
	}
}

// TestSetUpClosed: a link that is used or too old leads to a page like any that
// is not there.
func TestSetUpClosed(t *testing.T) {
	t.Parallel()
	app := site(t, nobody)
	res, body := ask(t, app, "POST", "/set-up", "en", "code=x&name=a&password=b")
	if res.StatusCode != 404 || !strings.Contains(body, "<h1>Not found</h1>") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestHostileForms: no page takes a body that is no form of a page, be somebody
// signed in or not.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	asked := false
	app := site(t, func(_, _, _ string) error { asked = true; return nil })
	upload := "--x\r\nContent-Disposition: form-data; name=\"code\"; filename=\"a\"\r\n\r\nwords\r\n--x--\r\n"
	n := 0
	for _, r := range app.GetRoutes(true) {
		if r.Method != fiber.MethodPost {
			continue
		}
		n++
		for _, c := range []struct {
			contentType, body string
			want              int
		}{
			{"multipart/form-data; boundary=x", upload, http.StatusUnsupportedMediaType},
			{"application/json", "{}", http.StatusUnsupportedMediaType},
			{"text/plain", "code=1", http.StatusUnsupportedMediaType},
			{"", "code=1", http.StatusUnsupportedMediaType},
			{fiber.MIMEApplicationForm, "code=%ff", http.StatusBadRequest},
			{fiber.MIMEApplicationForm, strings.Repeat("a=1&", 2001), http.StatusRequestEntityTooLarge},
		} {
			req := httptest.NewRequest(http.MethodPost, strings.NewReplacer(":id", "1", ":grant", "1", ":verb", "submit").Replace(r.Path), strings.NewReader(c.body))
			req.Header.Set("Content-Type", c.contentType)
			res, err := app.Test(req, -1)
			if err != nil || res.StatusCode != c.want {
				t.Errorf("POST %s with %q: %v %v, want %d", r.Path, c.contentType, res, err, c.want)
			}
		}
	}
	if n < 20 || asked {
		t.Errorf("%d pages take forms; set up: %v", n, asked)
	}
}

// TestIncident: what went wrong inside has a page in the reader's language with
// the reference that the log has, and tells nothing of the inside.
func TestIncident(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	app := logged(t, zerolog.New(&out), func(_, _, _ string) error { return errors.New("canary of the inside") })
	for lang, said := range map[string]string{"en": "Something went wrong", "ar": "dir=\"rtl\""} {
		out.Reset()
		res, body := ask(t, app, "POST", "/set-up", lang, "code=x&name=a&password=b")
		reference := regexp.MustCompile(`<bdi class="code">([0-9a-f-]{36})</bdi>`).FindStringSubmatch(body)
		if res.StatusCode != 500 || !strings.Contains(body, said) || strings.Contains(body, "canary") || len(reference) != 2 {
			t.Fatalf("%s: %d %s", lang, res.StatusCode, body)
		}
		if !strings.Contains(out.String(), reference[1]) || !strings.Contains(out.String(), "canary of the inside") {
			t.Errorf("%s is not in the log: %s", reference[1], out.String())
		}
	}
}
