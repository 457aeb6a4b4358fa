package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// active is what has the focus, and whether a reader sees that it has.
const active = `(() => {
	const el = document.activeElement;
	if (!el || el === document.body) return {Is: ""};
	let shown = el, s = getComputedStyle(el);
	const visible = s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none";
	if (!visible(s) && el.closest("label")) { shown = el.closest("label"); s = getComputedStyle(shown); }
	const r = shown.getBoundingClientRect();
	return {Is: el.localName + (el.id ? "#" + el.id : "") + (el.name ? "[name=" + el.name + "]" : "") + (el.value && el.type !== "text" && el.localName !== "textarea" ? "=" + el.value : ""),
		Text: (el.innerText || "").trim().slice(0, 60), Outline: visible(s), Seen: r.width > 0 && r.bottom > 0 && r.top < innerHeight};
})()`

type focus struct {
	Is, Text      string
	Outline, Seen bool
}

// tabTo presses Tab until what has the focus matches sel. On the way the focus
// must always be seen.
func (b *tab) tabTo(sel string) {
	b.t.Helper()
	b.want(sel)
	var way []string
	for range 200 {
		b.keys(kb.Tab)
		f := eval[focus](b, active)
		if f.Is != "" && (!f.Outline || !f.Seen) {
			b.t.Errorf("on %s the focus on %s %q cannot be seen (outline %v, in the window %v)", b.path(), f.Is, f.Text, f.Outline, f.Seen)
		}
		way = append(way, f.Is)
		if eval[bool](b, "document.activeElement.matches("+quoted(sel)+")") {
			return
		}
	}
	b.t.Fatalf("Tab never comes to %s on %s: %s", sel, b.path(), strings.Join(way, " "))
}

// enter presses a key on what has the focus, and waits for the page it leads to.
func (b *tab) enter(key string) {
	b.t.Helper()
	if status := b.going("press a key", keyAction(key)); status != 200 {
		b.t.Fatalf("the key leads to %d: %s", status, b.describe())
	}
}

// TestKeyboardOnly signs in, records a session and submits it without a mouse.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 1280)
	b.see("/")
	b.keys(kb.Tab)
	if f := eval[focus](b, active); !strings.HasPrefix(f.Is, "a") || !f.Seen || !f.Outline {
		t.Errorf("first Tab comes to %+v, want the way to the content", f)
	}
	if got := eval[string](b, `document.activeElement.getAttribute("href")`); got != "#main" {
		t.Errorf("the first link of the page leads to %q", got)
	}
	b.keys(kb.Enter)
	b.until(`location.hash === "#main"`)
	b.keys(kb.Tab)
	if !eval[bool](b, `document.querySelector("main").contains(document.activeElement)`) {
		t.Errorf("after the way to the content, Tab comes to %+v", eval[focus](b, active))
	}
	b.see("/sign-in")
	b.tabTo(`button[name="demo"][value="` + elin + `"]`)
	b.enter(kb.Enter)
	menu(t, b)
	b.see("/")
	b.tabTo(`main a[href^="/sessions/new"]`)
	b.enter(kb.Enter)
	b.tabTo(`input[name="s.counterparts"]`)
	b.keys(" ")
	b.tabTo(`input[name="s.themes"]`)
	b.keys(" ")
	b.tabTo(`[name="s.summary.text"]`)
	b.keys(told)
	b.tabTo(`[name="_submit"]`)
	b.enter(kb.Enter)
	b.says(told, "Submitted")
	if n := b.count(`main [autofocus]`); n > 0 {
		t.Errorf("%d controls take the focus away", n)
	}
}

// menu: a menu opens with Enter and closes with Escape, which keeps the focus.
func menu(t *testing.T, b *tab) {
	t.Helper()
	b.see("/")
	const summary = `details.menu.wide > summary`
	b.tabTo(summary)
	b.keys(kb.Enter)
	b.until(`document.querySelector("details.menu.wide").open`)
	b.keys(kb.Tab)
	b.keys(kb.Escape)
	b.until(`!document.querySelector("details.menu.wide").open`)
	if !eval[bool](b, `document.activeElement.matches("`+summary+`")`) {
		t.Errorf("closed with Escape, the menu leaves the focus on %+v", eval[focus](b, active))
	}
}

// TestErrorsTakeTheFocus: after a mistake one is where the mistakes are told,
// and each of them leads to its control.
func TestErrorsTakeTheFocus(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.open(t, 360)
	b.as(elin)
	b.see("/sessions/new")
	if status := b.follow(`[name="_submit"]`); status != 422 {
		t.Fatalf("an empty session is answered with %d", status)
	}
	b.until(`document.activeElement && document.activeElement.matches(".errors")`)
	for _, href := range eval[[]string](b, `[...document.querySelectorAll(".errors a")].map(a => a.getAttribute("href"))`) {
		b.click(`.errors a[href="` + href + `"]`)
		b.until(`document.activeElement === document.getElementById(` + quoted(strings.TrimPrefix(href, "#")) + `) || location.hash === ` + quoted(href))
	}
	if b.count(".errors a") == 0 {
		t.Error("no mistake leads to its control")
	}
	if n, m := b.count(`[aria-invalid="true"]`), b.count(`.errors a`); n == 0 {
		t.Errorf("%d controls are marked as wrong, of %d", n, m)
	}
}
