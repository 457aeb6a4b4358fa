package browser_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"colocate/app/server"
)

// TestSignInEndsWhileOneTypes: who signs in again over a form finds it as it was.
func TestSignInEndsWhileOneTypes(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 360)
	b.as(elin)
	b.scripts(false)
	b.see("/sessions/new")
	before := len(list[record](t, s, elin, "sessions?limit=200"))
	b.click(`input[name="s.counterparts"]`)
	b.write(`[name="s.summary.text"]`, told)
	b.write(`[name="a0.text.text"]`, hostTask)
	s.later(13 * time.Hour)
	if status := b.follow(`[name="_submit"]`); status != http.StatusUnauthorized {
		t.Errorf("the form is answered with %d", status)
	}
	b.press(`button[name="_demo"][value="` + elin + `"]`)
	if got := b.value(`[name="s.summary.text"]`) + b.value(`[name="a0.text.text"]`); got != told+hostTask {
		t.Errorf("of what was typed there is %q", got)
	}
	if n := b.count(`input[name="s.counterparts"]:checked`); n != 1 {
		t.Errorf("%d counterparts are chosen, want 1", n)
	}
	if n := len(list[record](t, s, admin, "sessions?limit=200")); n > before {
		t.Errorf("%d sessions were made by signing in", n-before)
	}
	b.click(`[name="s.themes"]`)
	b.press(`[name="_submit"]`)
	if got := b.path(); !strings.HasPrefix(got, "/sessions/") || got == "/sessions/new" {
		t.Errorf("the form leads to %s", b.describe())
	}
}

// TestFormOfAnotherVersion: a form that was opened before an upgrade says what
// of it is no longer asked, with what was typed there; and sends what it has
// where nothing is missing.
func TestFormOfAnotherVersion(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 1280)
	b.scripts(false)
	b.as(elin)
	b.see("/sessions/new")
	b.write(`[name="s.summary.text"]`, told)
	b.write(`[name="s.advice_given.text"]`, "words of an old form")
	b.run("an older form", chromedp.Evaluate(`document.querySelector('[name="s.advice_given.text"]').name = "s.guidance"; document.querySelector('[name="s.advice_given.lang"]').remove()`, nil))
	if status := b.follow(`[name="_keep"]`); status != http.StatusUnprocessableEntity {
		t.Errorf("a field that there is no more is answered with %d", status)
	}
	b.says("guidance")
	if got := b.value(`main form .field-bad textarea[readonly]`); got != "words of an old form" {
		t.Errorf("what was typed there is %q", got)
	}
	if got := b.value(`[name="s.summary.text"]`); got != told {
		t.Errorf("the summary is %q", got)
	}
	b.see("/sessions/new")
	b.write(`[name="s.summary.text"]`, told)
	b.run("an older form", chromedp.Evaluate(`document.querySelectorAll('[name^="s.place"], [name^="x."]').forEach(e => e.remove())`, nil))
	b.press(`[name="_keep"]`)
	b.says(told)
}

// TestOtherSite: another site can neither post to this one in somebody's name,
// nor frame it, nor plant a sign-in.
func TestOtherSite(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 1280)
	b.as(elin)
	b.see("/sessions/new")
	token := b.value(`[name="_by"]`)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/frame":
			fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>Frame</title><iframe src="%s/"></iframe>`, s.base)
		default:
			fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>Post</title><main>other</main><form method="post" action="%s%s"><input name="_by" value="%s">`+
				`<input name="s.summary.text" value="forged"><input name="_keep" value="1"><button>go</button></form>`, s.base, r.URL.Path, token)
		}
	}))
	t.Cleanup(other.Close)
	before := len(list[record](t, s, elin, "sessions?limit=200"))
	for _, host := range []string{other.URL, strings.Replace(other.URL, "127.0.0.1", "localhost", 1)} {
		for _, path := range []string{"/sessions/new", "/account/language", "/sign-out", "/sign-in"} {
			b.going("the other site", chromedp.Navigate(host+path))
			if status := b.follow("button"); status != http.StatusForbidden {
				t.Errorf("a post to %s from %s is answered with %d", path, host, status)
			}
		}
	}
	b.see("/")
	b.want(`form[action="/sign-out"]`)
	if n := len(list[record](t, s, elin, "sessions?limit=200")); n != before {
		t.Errorf("the other site made %d sessions", n-before)
	}
	b.complaints()
	b.going("a frame", chromedp.Navigate(other.URL+"/frame"))
	b.until(`document.readyState === "complete"`)
	if got := strings.Join(b.complaints(), "\n"); !strings.Contains(got, "frame-ancestors") && !strings.Contains(got, "X-Frame-Options") {
		t.Errorf("the frame is not refused: %q", got)
	}
}

// TestCookieFromElsewhere: what is no sign-in of this service signs nobody in.
func TestCookieFromElsewhere(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, v := range []string{"x", strings.Repeat("a", 3000), "col_" + strings.Repeat("b", 43), s.tokens[elin]} {
		b := s.open(t, 360)
		b.cookie(s.cookieName(), v)
		b.see("/sign-in")
		b.want(`form[action="/sign-in"]`)
		if b.visit("/sessions/new"); !strings.HasPrefix(b.path(), "/sign-in") {
			t.Errorf("the cookie %.20q opens %s", v, b.path())
		}
	}
}

// payloads are texts that would run, break out or turn a page around where they
// were not taken as text.
var payloads = []string{
	`<script>window.owned = 1</script>`, `"><img src=x onerror="window.owned=1">`, `'><svg/onload=window.owned=1>`,
	`</textarea><script>window.owned=1</script>`, `</title><script>window.owned=1</script>`, `<iframe srcdoc="<script>top.owned=1</script>"></iframe>`,
	`javascript:window.owned=1`, `{{.}}${window.owned=1}#{1}<%= 1 %>`, `<a href="javascript:window.owned=1">x</a>`, `<style>*{display:none}</style>`,
	`<details open ontoggle=window.owned=1>`, `<math><mi xlink:href="javascript:window.owned=1">`, "\u202Egnp.exe\u202C", `<!--<img src="--><img src=x onerror=window.owned=1//">`,
	`&lt;script&gt;window.owned=1&lt;/script&gt;`, `<base href="https://example.org/">`, `<form action="https://example.org/"><button name=_submit>`,
}

// TestScriptInEveryText: what is typed into every text of a session is shown as
// it was typed, and nothing of it becomes part of the page.
func TestScriptInEveryText(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 360)
	b.scripts(false)
	b.as(elin)
	b.see("/sessions/new")
	b.run("unfold", chromedp.Evaluate(unfold, nil))
	names := eval[[]string](b, `[...document.querySelectorAll("main textarea, main input:not([type])")].filter(e => e.dir === "auto" && e.name).map(e => e.name)`)
	if len(names) < 8 {
		t.Fatalf("the form has the texts %v only", names)
	}
	for i, name := range names {
		text := payloads[i%len(payloads)] + payloads[(i+5)%len(payloads)]
		if name == "c0.name" {
			text = "Paul \u202E\u2067<b>Ndiru</b>"
		}
		b.paste(`[name="`+name+`"]`, text)
	}
	b.click(`input[name="s.counterparts"]`)
	b.click(`[name="s.themes"]`)
	for _, c := range []string{"c0", "c1"} {
		b.choose(`[name="`+c+`.rank_code"]`, "SGT")
		b.click(`[name="` + c + `.sex"][value="male"]`)
		b.click(`[name="` + c + `._consent"]`)
	}
	b.scripts(true)
	status := b.follow(`[name="_keep"]`)
	if status != http.StatusOK && status != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", status, b.describe())
	}
	harmless(t, b)
	if status != http.StatusOK {
		t.Fatalf("it was not saved: %s", b.describe())
	}
	at := b.path()
	for _, path := range []string{at, at + "/edit", at + "/history", at + "/translate", "/", "/sessions", "/actions", "/counterparts"} {
		b.see(path)
		harmless(t, b)
	}
	b.see(at)
	b.says(payloads[0])
}

// harmless holds that nothing that was typed became part of the page.
func harmless(t *testing.T, b *tab) {
	t.Helper()
	if eval[bool](b, `"owned" in window`) {
		t.Errorf("a script ran on %s", b.path())
	}
	if n := b.count(`main script, main iframe, main style, main img, main base, main math, main a[href^="javascript"], main form[action^="https"], main [onload], main [onerror], main [ontoggle], main b:not(:only-child) ~ x`); n > 0 {
		t.Errorf("%d elements of %s were typed", n, b.path())
	}
	if got := eval[[]string](b, inline); len(got) > 0 {
		t.Errorf("%s: %v", b.path(), got)
	}
	if b.count(".shell") != 1 || !eval[bool](b, `document.querySelector("h1").checkVisibility()`) {
		t.Errorf("the page %s fell apart", b.path())
	}
}

// TestLargePaste: a text far over its limit is refused with everything that was
// typed; one that no request may be as large as is refused too.
func TestLargePaste(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 1280)
	b.scripts(false)
	b.as(elin)
	b.see("/sessions/new")
	b.write(`[name="s.advice_given.text"]`, "beside it")
	large := strings.Repeat("x", 200<<10)
	b.run("a browser without limits", chromedp.Evaluate(`document.querySelectorAll("[maxlength]").forEach(e => e.removeAttribute("maxlength"))`, nil))
	b.paste(`[name="s.summary.text"]`, large)
	if status := b.follow(`[name="_keep"]`); status != http.StatusUnprocessableEntity {
		t.Fatalf("200 KB are answered with %d: %s", status, b.describe())
	}
	if len(b.value(`[name="s.summary.text"]`)) != len(large) || b.value(`[name="s.advice_given.text"]`) != "beside it" {
		t.Error("what was typed is gone")
	}
	b.want(`.errors a[href="#f-s-summary-text"]`)
	if sticks := eval[[]string](b, "("+wide+")(1280)"); len(sticks) > 0 {
		t.Errorf("the page is wider than the window: %v", sticks)
	}
}

// TestUploadToAForm: a file where none is asked is refused, and nothing is made.
func TestUploadToAForm(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 1280)
	b.as(elin)
	before := len(list[record](t, s, elin, "sessions?limit=200"))
	b.see("/sessions/new")
	b.scripts(false)
	b.run("a form for files", chromedp.Evaluate(`document.querySelector("#session-form").enctype = "multipart/form-data"`, nil))
	if status := b.follow(`[name="_keep"]`); status != http.StatusUnsupportedMediaType {
		t.Errorf("a file is answered with %d", status)
	}
	b.want("h1")
	if n := len(list[record](t, s, elin, "sessions?limit=200")); n != before {
		t.Errorf("%d sessions were made", n-before)
	}
}

// TestCookieOverTLS: over TLS the cookie of a sign-in is for this host alone, for
// TLS alone, and for no script.
func TestCookieOverTLS(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	s := serve(t, func(c *server.Config) { c.TLSCert, c.TLSKey = cert, key })
	b := s.open(t, 360)
	b.see("/sign-in")
	b.press(`button[name="demo"][value="` + elin + `"]`)
	b.want(`form[action="/sign-out"]`)
	var all []*network.Cookie
	b.run("cookies", chromedp.ActionFunc(func(ctx context.Context) (err error) { all, err = network.GetCookies().Do(ctx); return err }))
	found := 0
	for _, c := range all {
		if c.Name == "__Host-colocate" {
			found++
			if !c.Secure || !c.HTTPOnly || c.SameSite != network.CookieSameSiteLax || c.Path != "/" || strings.HasPrefix(c.Domain, ".") {
				t.Errorf("the cookie is %+v", c)
			}
		} else if !c.Secure {
			t.Errorf("the cookie %s goes over any line", c.Name)
		}
	}
	if found != 1 {
		t.Errorf("there are %d cookies of a sign-in: %v", found, all)
	}
	if got := eval[string](b, "document.cookie"); strings.Contains(got, "__Host") {
		t.Errorf("a script reads %q", got)
	}
	b.click(`.menu-nav > summary`)
	b.press(`.menu-nav form[action="/sign-out"] button`)
	if b.visit("/sessions/new"); !strings.HasPrefix(b.path(), "/sign-in") {
		t.Errorf("signed out, one is at %s", b.path())
	}
}
