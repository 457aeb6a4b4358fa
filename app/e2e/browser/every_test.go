package browser_test

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe-core/axe.min.js
var axe string

// rules are WCAG 2.0 to 2.2, A and AA.
const rules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]`

// finding is a violation that axe found.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target  []any
		HTML    string
		Summary string
	}
}

func (f finding) String() string {
	out := fmt.Sprintf("%s (%s): %s", f.ID, f.Impact, f.Help)
	for _, n := range f.Nodes {
		out += fmt.Sprintf("\n\t%v %s\n\t\t%s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", " "))
	}
	return out
}

// axe runs axe in the page, when nothing in it moves any more.
func (b *tab) axe() []finding {
	b.t.Helper()
	if !eval[bool](b, `document.getAnimations().forEach(a => a.finish()), typeof window.axe === "object"`) {
		b.run("axe", chromedp.Evaluate(axe+"; true", nil))
	}
	var found []finding
	b.run("axe", chromedp.Evaluate(`axe.run(document, {runOnly: {type: "tag", values: `+rules+`}, resultTypes: ["violations"], elementRef: false}).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help,
		Nodes: v.nodes.slice(0, 4).map(n => ({Target: n.target, HTML: n.html.slice(0, 200), Summary: n.failureSummary}))})))`,
		&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return found
}

// looks are how axe looks at a page in each language.
var looks = []struct {
	lang, theme string
	width       int
}{
	{"en", "light", 1280}, {"en", "dark", phone}, {"ar", "dark", 1280}, {"ar", "light", phone},
}

// phone is the width of a small one, in CSS pixels.
const phone = 360

// tabs is how many browsers walk the pages at once.
const tabs = 3

// TestEveryPage opens every page of every role, on a phone, in the longest
// language and from right to left. No page may be wider than the phone, folded
// or not; none may break the content security policy or hold anything inline;
// each says in which language it is. Axe finds nothing in any, in English and
// Arabic, light and dark, with everything unfolded; it looks at pages with
// elements of a sort that it has not seen, and leaves out the others.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	all := visits(t, s)
	began := time.Now()
	w := &walk{seen: map[sort]bool{}}
	queue := make(chan visit, len(all))
	for _, v := range all {
		queue <- v
	}
	close(queue)
	t.Run("pages", func(t *testing.T) { // ends when all of them have
		for i := range tabs {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				b := s.open(t, phone)
				for v := range queue {
					w.page(b, v)
				}
			})
		}
	})
	t.Logf("%d pages in two languages, axe at %d of them, in %v", len(all), w.axes, time.Since(began).Round(time.Second))
}

// walk remembers which sorts of elements axe has seen.
type walk struct {
	mu   sync.Mutex
	seen map[sort]bool
	axes int
}

// sort is a sort of element in a language.
type sort struct {
	lang string
	of   int64
}

// isNew reports whether a page has an element of a sort that was not seen yet.
func (w *walk) isNew(lang string, structure []int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	fresh := false
	for _, of := range structure {
		fresh = fresh || !w.seen[sort{lang, of}]
		w.seen[sort{lang, of}] = true
	}
	if fresh {
		w.axes++
	}
	return fresh
}

func (w *walk) page(b *tab, v visit) {
	b.t.Helper()
	b.sign(v.who)
	if w.load(b, v, "en-XA") {
		w.axe(b, v, "en")
	}
	if w.load(b, v, "ar") {
		w.axe(b, v, "ar")
	}
}

// load opens the page on a phone in a language and holds what every page must
// hold. It reports whether axe has not seen such a page yet.
func (w *walk) load(b *tab, v visit, lang string) bool {
	b.t.Helper()
	b.language(lang)
	if status := b.visit(v.path); status != v.status {
		b.t.Errorf("%v: %d", v, status)
		return false
	}
	var got struct {
		Lang                       string
		Structure                  []int64
		Inline, Frame, Wide, Wider []string
	}
	b.run("look", chromedp.Evaluate(`(() => {
		const out = {Lang: document.documentElement.lang, Inline: `+inline+`, Frame: `+frame+`, Wide: (`+wide+`)(`+strconv.Itoa(phone)+`)};
		`+unfold+`;
		out.Wider = (`+wide+`)(`+strconv.Itoa(phone)+`);
		out.Structure = `+structure+`;
		return out;
	})()`, &got))
	if got.Lang != lang {
		b.t.Errorf("%v is in %q, want %q", v, got.Lang, lang)
	}
	v.fault(b.t, lang, "inline", got.Inline)
	v.fault(b.t, lang, "frame", got.Frame)
	v.fault(b.t, lang, "sticks out", got.Wide)
	v.fault(b.t, lang, "sticks out when unfolded", got.Wider)
	v.fault(b.t, lang, "the browser complains", b.complaints())
	return w.isNew(lang, got.Structure)
}

func (w *walk) axe(b *tab, v visit, lang string) {
	b.t.Helper()
	b.language(lang)
	b.visit(v.path)
	b.run("unfold", chromedp.Evaluate(unfold, nil))
	for _, l := range looks {
		if l.lang != lang {
			continue
		}
		b.whole(l.width)
		b.theme(l.theme)
		for _, f := range b.axe() {
			b.t.Errorf("%v, %s %s %d: %v", v, l.lang, l.theme, l.width, f)
		}
	}
	b.complaints() // what axe itself may not do
	b.resize(phone)
	b.theme("light")
}
