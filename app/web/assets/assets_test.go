package assets_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/molecule-man/go-brrr"
	"github.com/rs/zerolog"

	"colocate/app/locale"
	"colocate/app/web/assets"
	"colocate/i18n"
)

func load(t *testing.T) *assets.Set {
	t.Helper()
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	set, err := assets.Load(texts)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// ask sends a request to an application that serves the set, and returns the
// answer and its body as it came.
func ask(t *testing.T, set *assets.Set, method, path string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, StrictRouting: true, CaseSensitive: true})
	app.Add(fiber.MethodGet, "/assets/:name", set.Serve)
	app.Add(fiber.MethodHead, "/assets/:name", set.Serve)
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

var names = map[string]string{
	assets.Screen: "text/css; charset=utf-8",
	assets.Print:  "text/css; charset=utf-8",
	assets.Script: "text/javascript; charset=utf-8",
	assets.Sprite: "image/svg+xml",
	assets.Mark:   "image/svg+xml",
}

// unpack undoes a content coding.
func unpack(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	switch coding {
	case "br":
		out, err := brrr.Decompress(body)
		if err != nil {
			t.Fatal(err)
		}
		return out
	case "gzip":
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	return body
}

// TestForms: every file says the same in each form, with a tag of its own, and
// may be kept for good.
func TestForms(t *testing.T) {
	t.Parallel()
	set := load(t)
	for name, mime := range names {
		_, plain := ask(t, set, "GET", set.Path(name))
		tags := map[string]bool{}
		for accept, coding := range map[string]string{"gzip, deflate, br, zstd": "br", "gzip": "gzip", "identity": ""} {
			res, body := ask(t, set, "GET", set.Path(name), "Accept-Encoding", accept)
			h := res.Header
			if res.StatusCode != 200 || h.Get("Content-Type") != mime || h.Get("Content-Encoding") != coding || h.Get("Vary") != "Accept-Encoding" ||
				h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("Last-Modified") != "" {
				t.Errorf("%s as %q: %d %v", name, coding, res.StatusCode, h)
			}
			if got := unpack(t, coding, body); len(got) == 0 || !bytes.Equal(got, plain) {
				t.Errorf("%s as %q is something else", name, coding)
			}
			tags[h.Get("ETag")] = true
		}
		if len(tags) != 3 || tags[""] {
			t.Errorf("%s: tags %v", name, tags)
		}
	}
}

func TestNegotiation(t *testing.T) {
	t.Parallel()
	set := load(t)
	for accept, want := range map[string]string{
		"": "", "*": "br", "br;q=0, *": "gzip", "BR": "br", "gzip;q=0.5, br;q=0": "gzip", "*;q=0": "", "gzip;q=0,br;q=0.0": "",
		"brotli": "", "br;q=x": "", " gzip ; q=1 ": "gzip", "deflate": "",
	} {
		res, _ := ask(t, set, "GET", set.Path(assets.Screen), "Accept-Encoding", accept)
		if got := res.Header.Get("Content-Encoding"); res.StatusCode != 200 || got != want {
			t.Errorf("Accept-Encoding %q: %d %q, want %q", accept, res.StatusCode, got, want)
		}
	}
}

// TestHeld: who has the file gets no body, but only under the tag of the same form.
func TestHeld(t *testing.T) {
	t.Parallel()
	set := load(t)
	path := set.Path(assets.Script)
	first, _ := ask(t, set, "GET", path, "Accept-Encoding", "gzip")
	tag := first.Header.Get("ETag")
	for given, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200} {
		res, body := ask(t, set, "GET", path, "Accept-Encoding", "gzip", "If-None-Match", given)
		if res.StatusCode != want || want == 304 && (len(body) > 0 || res.Header.Get("ETag") != tag) {
			t.Errorf("If-None-Match %q: %d, %d bytes, %v", given, res.StatusCode, len(body), res.Header)
		}
	}
	if res, _ := ask(t, set, "GET", path, "Accept-Encoding", "br", "If-None-Match", tag); res.StatusCode != 200 {
		t.Errorf("the tag of another form: %d", res.StatusCode)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	set := load(t)
	get, full := ask(t, set, "GET", set.Path(assets.Screen), "Accept-Encoding", "br")
	head, body := ask(t, set, "HEAD", set.Path(assets.Screen), "Accept-Encoding", "br")
	if head.StatusCode != 200 || len(body) > 0 || head.ContentLength != int64(len(full)) || head.Header.Get("ETag") != get.Header.Get("ETag") {
		t.Errorf("%d, %d bytes, length %d, %v", head.StatusCode, len(body), head.ContentLength, head.Header)
	}
}

// TestUnknown: only what is served today is found, by its whole name.
func TestUnknown(t *testing.T) {
	t.Parallel()
	set := load(t)
	for _, path := range []string{"/assets/colocate.css", "/assets/tokens.css", "/assets/built", "/assets/..%2fembed.go",
		strings.ToUpper(set.Path(assets.Mark)), set.Path(assets.Mark) + "x"} {
		if res, _ := ask(t, set, "GET", path); res.StatusCode != 404 || strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, res.StatusCode, res.Header)
		}
	}
	if p := set.Path("nothing.css"); p != "" {
		t.Errorf("a path of nothing: %q", p)
	}
	if p := set.Icon("nothing"); p != "" || set.Icon("clock") != set.Path(assets.Sprite)+"#clock" {
		t.Errorf("icons: %q, %q", p, set.Icon("clock"))
	}
}

// TestSameNames: two starts of one version serve the same addresses.
func TestSameNames(t *testing.T) {
	t.Parallel()
	a, b := load(t), load(t)
	for name := range names {
		if a.Path(name) != b.Path(name) || a.Path(name) == "" {
			t.Errorf("%s: %q and %q", name, a.Path(name), b.Path(name))
		}
	}
}

// TestSizes: what a phone on a bad line waits for, compressed by gzip.
func TestSizes(t *testing.T) {
	t.Parallel()
	set := load(t)
	size := func(name string) int {
		_, body := ask(t, set, "GET", set.Path(name), "Accept-Encoding", "gzip")
		_, br := ask(t, set, "GET", set.Path(name), "Accept-Encoding", "br")
		t.Logf("%s: %d bytes, %d by brotli", name, len(body), len(br))
		if len(br) > len(body) {
			t.Errorf("%s: brotli makes it larger", name)
		}
		return len(body)
	}
	if css := size(assets.Screen) + size(assets.Print); css > 12<<10 {
		t.Errorf("style sheets of %d bytes", css)
	}
	if js := size(assets.Script); js > 10<<10 {
		t.Errorf("script of %d bytes", js)
	}
	if svg := size(assets.Sprite) + size(assets.Mark); svg > 4<<10 {
		t.Errorf("icons of %d bytes", svg)
	}
}

// TestMarks: paper carries the mark of each class in each language, where its
// lines begin.
func TestMarks(t *testing.T) {
	t.Parallel()
	set := load(t)
	_, sheet := ask(t, set, "GET", set.Path(assets.Print))
	css := string(sheet)
	for _, l := range locale.Languages() {
		for _, class := range []string{"pub", "shr", "mis", "con", "str"} {
			if !strings.Contains(css, ".mark-"+class+":lang("+l.Tag+"){page:"+class+"-"+l.Tag+"}") {
				t.Errorf("%s in %s has no page", class, l.Tag)
			}
			corner := map[string]string{"ltr": "top-left", "rtl": "top-right"}[l.Dir]
			rule := regexp.MustCompile(`@page ` + class + `-` + l.Tag + `\{@` + corner + `\{content:"[^"\\]+";`)
			if !rule.MatchString(css) {
				t.Errorf("%s in %s has no mark", class, l.Tag)
			}
		}
	}
	if !strings.Contains(css, `@page mis-en{@top-left{content:"UN internal"`) || strings.Contains(css, "page.mark.") {
		t.Errorf("%s", css)
	}
	if strings.Count(css, "{") != strings.Count(css, "}") {
		t.Error("the sheet is not whole")
	}
}

// read is the text of files of app/web by a pattern.
func read(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pattern)))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v, %v", pattern, paths, err)
		}
		for _, p := range paths {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			out[p] = string(data)
		}
	}
	return out
}

// TestPolicy: nothing asks for what the content security policy forbids, and
// nothing comes from elsewhere.
func TestPolicy(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)\bstyle=|\son[a-z]+=["']|(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b|javascript:|srcdoc|@import url|url\(|https?://`)
	for name, text := range read(t, "static/*.css", "static/*.svg", "static/built/*", "ts/*.ts") {
		text = strings.ReplaceAll(text, `xmlns="http://www.w3.org/2000/svg"`, "")
		if found := forbidden.FindAllString(text, -1); found != nil {
			t.Errorf("%s holds %q", name, found)
		}
	}
}

// TestColours stand in the tokens and the sheet of paper only, and sides are
// those of the text, so that dir on html is the whole switch (style.md R33).
func TestColours(t *testing.T) {
	t.Parallel()
	colour := regexp.MustCompile(`(?i)#[0-9a-f]{3,8}\b|\b(rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix)\(|[:\s](white|black|red|green|blue|gr[ae]y)[\s,;})]`)
	side := regexp.MustCompile(`\b(margin|padding|border|inset)-(left|right|top|bottom)|[^-\w](left|right|top|bottom|width|height|(min|max)-(width|height)):`)
	breakpoint := regexp.MustCompile(`@media[^{]*`)
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	for name, text := range read(t, "static/base.css", "static/components.css") {
		text = breakpoint.ReplaceAllString(comment.ReplaceAllString(text, ""), "")
		if found := colour.FindAllString(text, -1); found != nil {
			t.Errorf("%s holds colours: %q", name, found)
		}
		if found := side.FindAllString(text, -1); found != nil {
			t.Errorf("%s holds sides: %q", name, found)
		}
	}
}

// TestBuilt: the built sheets have the classes and tokens of their sources. That
// they are byte for byte what the sources make, .ci/run finds out.
func TestBuilt(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`\.[a-z][a-z0-9-]*|--[a-z0-9-]+`)
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	words := func(patterns ...string) (all []string) {
		for _, text := range read(t, patterns...) {
			all = append(all, word.FindAllString(comment.ReplaceAllString(text, ""), -1)...)
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	for built, sources := range map[string][]string{
		"static/built/colocate.css": {"static/tokens.css", "static/base.css", "static/components.css"},
		"static/built/print.css":    {"static/print.css"},
	} {
		have := words(built)
		if len(have) < 20 {
			t.Errorf("%s has %d words", built, len(have))
		}
		for _, w := range words(sources...) {
			if _, ok := slices.BinarySearch(have, w); !ok {
				t.Errorf("%s lacks %s: run go generate ./app/web/static", built, w)
			}
		}
	}
}
