// Package browser_test meets the pages as people do: in Chromium, on a running
// service with the data of the demonstration. Where there is no Chromium its
// tests skip and say so. COLOCATE_TEST_CHROMIUM names one, and then it must be
// there; "none" turns these tests off.
package browser_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take on a slow and busy machine.
const patience = 60 * time.Second

// chromium is the browser that all tests share, each in a context of its own:
// no cookie and no cache of one is another's.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := findChromium()
	if path == "" {
		return nil, err
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("lang", "en-US"), chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.WSURLReadTimeout(patience))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	endBrowser = func() { cancel(); stop() }
	return ctx, chromedp.Run(ctx)
})

// endBrowser ends the browser, if one was started.
var endBrowser = func() {}

// findChromium is the path of a Chromium, "" if there is none.
func findChromium() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	want := os.Getenv("COLOCATE_TEST_CHROMIUM")
	switch want {
	case "":
	case "none":
		return "", nil
	default:
		names = []string{want}
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path, nil
		}
	}
	if want != "" {
		return "", fmt.Errorf("COLOCATE_TEST_CHROMIUM names %s, which is not there", want)
	}
	return "", nil
}

func TestMain(m *testing.M) {
	code := m.Run()
	endBrowser()
	removeTemplate()
	os.Exit(code)
}

// needBrowser skips the test where there is no browser.
func needBrowser(t testing.TB) context.Context {
	t.Helper()
	ctx, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	if ctx == nil {
		t.Skip("there is no chromium, chromium-browser or google-chrome here, or COLOCATE_TEST_CHROMIUM turns the browser off")
	}
	return ctx
}

// tab is one person's browser: a page, with cookies of its own.
type tab struct {
	t    testing.TB
	ctx  context.Context
	site *site

	// acts counts what a person did beyond typing: clicks, choices, submits.
	acts int

	mu     sync.Mutex
	faults []string // what the browser complained of
	boxes  []string // what dialogs said
}

// open opens a browser for somebody who is not signed in. A page that breaks
// the content security policy or whose script fails, fails the test.
func (s *site) open(t testing.TB, width int) *tab {
	t.Helper()
	b := s.bare(t)
	b.resize(width)
	return b
}

func (s *site) bare(t testing.TB) *tab {
	t.Helper()
	ctx, cancel := window(t, s.browser)
	b := &tab{t: t, ctx: ctx, site: s}
	t.Cleanup(func() {
		for _, f := range b.complaints() {
			t.Errorf("the browser complains: %s", f)
		}
		cancel()
	})
	chromedp.ListenTarget(ctx, b.hear)
	if err := chromedp.Run(ctx, log.Enable(), runtime.Enable(), network.Enable(), page.Enable()); err != nil {
		t.Fatal(err)
	}
	return b
}

// window opens a window of its own, which a browser without a head asks for
// wherever cookies are apart.
func window(t testing.TB, browser context.Context) (context.Context, func()) {
	t.Helper()
	exec := cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser)
	apart, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(exec)
	if err != nil {
		t.Fatal(err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(apart).WithNewWindow(true).Do(exec)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(id))
	return ctx, func() {
		cancel()
		_ = target.DisposeBrowserContext(apart).Do(exec)
	}
}

// hear notes what goes wrong in a page.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		// An answer that is an error is the test's to judge.
		if e.Entry.Source != log.SourceNetwork && (e.Entry.Level == log.LevelError || e.Entry.Source == log.SourceSecurity || e.Entry.Source == log.SourceViolation) {
			b.faults = append(b.faults, fmt.Sprintf("%s %s: %s", e.Entry.Source, e.Entry.Level, e.Entry.Text))
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeAssert {
			b.faults = append(b.faults, fmt.Sprintf("console: %s", e.Type))
		}
	case *page.EventJavascriptDialogOpening:
		b.boxes = append(b.boxes, string(e.Type)+": "+e.Message)
		if e.Type != page.DialogTypeBeforeunload {
			b.faults = append(b.faults, "a dialog: "+e.Message)
		}
		go func() { _ = chromedp.Run(b.ctx, page.HandleJavaScriptDialog(true)) }()
	}
}

// complaints takes what the browser complained of so far.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.faults
	b.faults = nil
	return out
}

// run does actions in the page and ends the test if one of them cannot be done.
func (b *tab) run(what string, actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v\nthe page is %s", what, err, b.describe())
	}
}

// going is run for what leads to another page, whose status it gives.
func (b *tab) going(what string, actions ...chromedp.Action) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, actions...)
	if err != nil {
		b.t.Fatalf("%s: %v\nthe page is %s", what, err, b.describe())
	}
	if res == nil {
		return 0
	}
	return int(res.Status)
}

// describe is where the browser is, and the beginning of what it shows.
func (b *tab) describe() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	var at string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.href + "\n" + (document.querySelector("main") || document.body).innerText.slice(0, 1500)`, &at)); err != nil {
		return "gone: " + err.Error()
	}
	return at
}

// resize sets the size of the window, in CSS pixels.
func (b *tab) resize(width int) {
	b.t.Helper()
	height := int64(800)
	if width > 1000 {
		height = 900
	}
	b.run("resize", emulation.SetDeviceMetricsOverride(int64(width), height, 1, false), emulation.SetScrollbarsHidden(true))
}

// whole makes the window as high as the page: what sticks to its edge covers
// nothing then.
func (b *tab) whole(width int) {
	b.t.Helper()
	b.resize(width)
	height := eval[int64](b, "Math.max(document.documentElement.scrollHeight, innerHeight)")
	b.run("resize", emulation.SetDeviceMetricsOverride(int64(width), height, 1, false))
}

// theme emulates a device that prefers "light" or "dark".
func (b *tab) theme(name string) {
	b.t.Helper()
	b.run("theme", emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}))
}

// scripts turns the scripts of pages on or off.
func (b *tab) scripts(on bool) {
	b.t.Helper()
	b.run("scripts", emulation.SetScriptExecutionDisabled(!on))
}

// cookie keeps a cookie for the service.
func (b *tab) cookie(name, v string) {
	b.t.Helper()
	b.run("cookie "+name, network.SetCookie(name, v).WithURL(b.site.base))
}

// language asks for pages in a language, as the choice on the first page does.
func (b *tab) language(tag string) { b.t.Helper(); b.cookie("colocate-lang", tag) }

// as signs somebody of the demonstration in.
func (b *tab) as(who string) {
	b.t.Helper()
	b.cookie(b.site.cookieName(), b.site.bearer(b.t, who))
}

// sign is as, or signs out for "".
func (b *tab) sign(who string) {
	b.t.Helper()
	b.run("forget", network.ClearBrowserCookies())
	if who != "" {
		b.as(who)
	}
}

// visit opens an address of the service and gives the status of the answer.
func (b *tab) visit(path string) int {
	b.t.Helper()
	return b.going("visit "+path, chromedp.Navigate(b.site.base+path))
}

// see is visit for a page that must be there.
func (b *tab) see(path string) {
	b.t.Helper()
	if status := b.visit(path); status != 200 {
		b.t.Fatalf("GET %s: %d\n%s", path, status, b.describe())
	}
}

// eval reads a value of the page.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	var v T
	b.run(js, chromedp.Evaluate(js, &v))
	return v
}

// path is where the browser is.
func (b *tab) path() string {
	b.t.Helper()
	return eval[string](b, "location.pathname + location.search")
}

// text is what the page says to a reader, without its frame.
func (b *tab) text() string {
	b.t.Helper()
	return eval[string](b, `document.querySelector("main").innerText`)
}

// says fails the test unless the page has all of these texts.
func (b *tab) says(texts ...string) {
	b.t.Helper()
	got := b.text()
	for _, s := range texts {
		if !strings.Contains(got, s) {
			b.t.Fatalf("the page %s does not say %q:\n%s", b.path(), s, got)
		}
	}
}

// silent fails the test if the page, as it was sent, has one of these texts.
func (b *tab) silent(texts ...string) {
	b.t.Helper()
	got := eval[string](b, `document.documentElement.outerHTML`)
	for _, s := range texts {
		if strings.Contains(got, s) {
			b.t.Errorf("the page %s has %q", b.path(), s)
		}
	}
}
