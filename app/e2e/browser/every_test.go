package browser_test

import (
	_ "embed"
	"fmt"
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

// looks are how a page is looked at: for its width, for what the browser says
// about it, and by axe where axe is set.
var looks = []struct {
	lang, theme string
	width       int
	axe         bool
}{
	{"en-XA", "light", 360, false},
	{"en", "light", 1280, true},
	{"en", "dark", 360, true},
	{"ar", "dark", 1280, true},
	{"ar", "light", 360, true},
}

// tabs is how many browsers walk the pages at once.
const tabs = 3

// TestEveryPage opens every page of every role and looks at it in the languages
// and themes of looks. No page may be wider than a phone; none may break the
// content security policy or hold anything inline; axe finds nothing in any; and
// each says in which language it is.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	all := visits(t, s)
	began := time.Now()
	w := &walk{seen: map[string]bool{}}
	queue := make(chan visit)
	var done sync.WaitGroup
	for range tabs {
		b := s.bare(t)
		done.Go(func() {
			for v := range queue {
				w.look(t, b, v)
			}
		})
	}
	for _, v := range all {
		queue <- v
	}
	close(queue)
	done.Wait()
	t.Logf("%d pages looked at %d times, by axe %d times, in %v", len(all), w.looks, w.axes, time.Since(began).Round(time.Second))
}

// walk remembers which structures axe has seen.
type walk struct {
	mu          sync.Mutex
	seen        map[string]bool
	looks, axes int
}

// isNew reports whether a structure was not seen yet.
func (w *walk) isNew(structure string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	if w.seen[structure] {
		return false
	}
	w.seen[structure] = true
	w.axes++
	return true
}

func (w *walk) look(t *testing.T, b *tab, v visit) {
	t.Helper()
	b.sign(v.who)
	was := ""
	for _, l := range looks {
		b.resize(l.width)
		b.theme(l.theme)
		b.language(l.lang)
		as := fmt.Sprintf("%s %s %d", l.lang, l.theme, l.width)
		if l.lang != was {
			if status := b.visit(v.path); status != v.status {
				t.Errorf("%v: %d", v, status)
				return
			}
			v.fault(t, as, "inline", eval[[]string](b, inline))
			v.fault(t, as, "frame", eval[[]string](b, frame))
			if got := eval[string](b, "document.documentElement.lang"); got != l.lang {
				t.Errorf("%v is in %q, want %q", v, got, l.lang)
			}
		}
		was = l.lang
		if l.width == 360 {
			v.fault(t, as, "sticks out", eval[[]string](b, "("+wide+")(360)"))
		}
		v.fault(t, as, "complaint", b.complaints())
		if fresh := w.isNew(as + eval[string](b, structure)); fresh && l.axe {
			for _, f := range b.axe() {
				t.Errorf("%v, %s: %v", v, as, f)
			}
		}
		b.complaints() // those are axe's own
	}
}
