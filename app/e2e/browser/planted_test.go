package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// planted is a page with one fault of each sort that the checks look for.
const planted = `<!DOCTYPE html><html lang="en"><head><title>Planted</title></head><body><main><h1 id="a">Planted</h1><h1 id="a">Twice</h1>
<p style="color:red">inline</p><a href="#nowhere" onclick="x()">on</a><a href="/"></a><input><p>kind.session.name</p>
<div class="long"></div><script>window.ran = true</script></main><link rel="stylesheet" href="/s.css"></body></html>`

// TestPlanted: every check finds the fault that it is for, and an alert of a
// page is noticed.
func TestPlanted(t *testing.T) {
	t.Parallel()
	browser := needBrowser(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/s.css":
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, ".long { width: 500px; height: 10px; }")
		case "/free":
			fmt.Fprint(w, `<!DOCTYPE html><title>Free</title><script>console.error("x"); alert("hello"); throw new Error("thrown")</script>`)
		default:
			w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'self'")
			fmt.Fprint(w, planted)
		}
	}))
	t.Cleanup(srv.Close)
	b := (&site{base: srv.URL, browser: browser}).open(t, 360)
	b.see("/")
	found := strings.Join(append(append(append(eval[[]string](b, inline), eval[[]string](b, frame)...), eval[[]string](b, "("+wide+")(360)")...), b.complaints()...), "\n")
	for _, f := range b.axe() {
		found += "\n" + f.String()
	}
	b.complaints()
	for _, want := range []string{"p style=", "a onclick=", "inline script", "2 h1", "ids twice: a", "no label: <input>", `no name: <a href="/">`, "#nowhere", "a key: kind.session.name",
		"scrollWidth", "div.long", "security error", "label (critical)"} {
		if !strings.Contains(found, want) {
			t.Errorf("no check finds %q in\n%s", want, found)
		}
	}
	if eval[bool](b, "window.ran === true") {
		t.Error("the policy did not stop the inline script")
	}
	b.see("/free")
	if got := strings.Join(b.complaints(), "\n"); !strings.Contains(got, "a dialog: hello") || !strings.Contains(got, "thrown") || !strings.Contains(got, "console: error") {
		t.Errorf("the browser complains only: %s", got)
	}
}
