package browser_test

import (
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Bars of weight, in bytes on the line for headers and bodies, and of speed on a
// line of 32 kbit/s and 600 ms.
const (
	firstPage   = 40 << 10
	furtherPage = 20 << 10
	coldForm    = 15 * time.Second
	warmForm    = 5 * time.Second
	slowRate    = 32_000 / 8 // bytes a second
	slowLatency = 600        // milliseconds, there and back
)

// meter counts what comes over the line.
type meter struct {
	mu    sync.Mutex
	bytes float64
	urls  []string
}

func (m *meter) take() (int, []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, urls := int(m.bytes), m.urls
	m.bytes, m.urls = 0, nil
	return n, urls
}

// metered counts what a tab loads; what comes from its cache is nothing.
func (b *tab) metered() *meter {
	m := &meter{}
	chromedp.ListenTarget(b.ctx, func(ev any) {
		m.mu.Lock()
		defer m.mu.Unlock()
		switch e := ev.(type) {
		case *network.EventLoadingFinished:
			m.bytes += e.EncodedDataLength
		case *network.EventRequestWillBeSent:
			m.urls = append(m.urls, e.Request.URL)
		}
	})
	return m
}

// slow makes the line a bad one.
func (b *tab) slow() {
	b.t.Helper()
	b.run("slow", network.EmulateNetworkConditions(false, slowLatency, slowRate, slowRate))
}

// usable is how long it takes until the form at path can be filled in, as it
// looks: its style sheet is there, and so are its controls.
func (b *tab) usable(path string) time.Duration {
	b.t.Helper()
	began := time.Now()
	b.see(path)
	b.want(`[name="s.summary.text"]:enabled`)
	if !eval[bool](b, `[...document.styleSheets].some(s => s.href && s.cssRules.length > 0) && getComputedStyle(document.querySelector(".btn-primary")).borderRadius !== "0px"`) {
		b.t.Errorf("%s has no style", path)
	}
	return time.Since(began)
}

// TestSlowLine: the form of a session on 32 kbit/s, with nothing kept and with
// what an earlier page left.
func TestSlowLine(t *testing.T) {
	s := serve(t) // alone: it measures time
	b := s.open(t, 360)
	b.as(elin)
	m := b.metered()
	b.slow()
	cold := b.usable("/sessions/new")
	n, urls := m.take()
	t.Logf("the session form is usable in %v cold, with %d bytes in %d requests", cold.Round(10*time.Millisecond), n, len(urls))
	if cold > coldForm || n > firstPage {
		t.Errorf("the bars are %v and %d bytes: %v", coldForm, firstPage, urls)
	}
	if least := time.Duration(n) * time.Second / slowRate; cold < least/2 {
		t.Errorf("%d bytes in %v: the line is not slow", n, cold)
	}
	warm := b.usable("/sessions/new")
	n, urls = m.take()
	t.Logf("and in %v warm, with %d bytes in %d requests", warm.Round(10*time.Millisecond), n, len(urls))
	if warm > warmForm || n > furtherPage {
		t.Errorf("the bars are %v and %d bytes: %v", warmForm, furtherPage, urls)
	}
}

// TestWeight: the first page that somebody opens, and the pages after it.
func TestWeight(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, who := range []string{"", elin, aminata, ruth, admin} {
		b := s.open(t, 360)
		b.sign(who)
		b.language("ar")
		m := b.metered()
		paths := []string{"/", "/sign-in", "/docs"}
		switch who {
		case elin:
			paths = []string{"/", "/sessions/new", "/sessions", "/actions", "/units", "/units/" + unitID, "/account", "/records"}
		case aminata, ruth:
			paths = []string{"/", "/sessions", "/actions", "/counterparts"}
		case admin:
			paths = []string{"/", "/admin/people", "/missions/" + missionID, "/records"}
		}
		most := firstPage
		for _, path := range paths {
			b.see(path)
			b.until(`document.readyState === "complete"`)
			n, urls := m.take()
			t.Logf("%-16s %-50s %6d bytes, %d requests", who, path, n, len(urls))
			if n > most {
				t.Errorf("%s as %s weighs %d bytes, the bar is %d: %v", path, who, n, most, urls)
			}
			most = furtherPage
		}
	}
}
