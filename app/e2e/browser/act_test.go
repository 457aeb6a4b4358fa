package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// quoted is s as a literal of JavaScript.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always can
	return string(b)
}

// has reports whether the page has an element that matches a selector.
func (b *tab) has(sel string) bool {
	b.t.Helper()
	return eval[bool](b, "document.querySelector("+quoted(sel)+") !== null")
}

// count is how many elements match a selector.
func (b *tab) count(sel string) int {
	b.t.Helper()
	return eval[int](b, "document.querySelectorAll("+quoted(sel)+").length")
}

// want fails the test unless the page has an element that matches.
func (b *tab) want(sel string) {
	b.t.Helper()
	if !b.has(sel) {
		b.t.Fatalf("there is no %s on %s", sel, b.describe())
	}
}

// spot is where to click an element: it is scrolled to the middle, and must be
// what lies there on top. Of a label that holds a hidden control the label is
// what one clicks.
const spot = `(sel => {
	const el = document.querySelector(sel);
	if (!el) return {why: "there is none"};
	for (let d = el.closest("details"); d; d = d.parentElement && d.parentElement.closest("details"))
		if (!d.open && !(el.closest("summary") && el.closest("summary").parentElement === d)) return {why: "it lies in a closed part"};
	let at = el;
	const small = el.getBoundingClientRect();
	if ((small.width < 8 || small.height < 8) && el.closest("label")) at = el.closest("label");
	at.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
	const r = at.getClientRects()[0]; // of a link over two lines, the first
	if (!r || r.width === 0 || r.height === 0) return {why: "it cannot be seen"};
	const x = r.left + Math.min(r.width / 2, r.width - 1), y = r.top + r.height / 2;
	const top = document.elementFromPoint(x, y);
	if (!top || !(at.contains(top) || (el.labels && [...el.labels].some(l => l.contains(top)))))
		return {why: "something lies on top of it: " + (top && top.outerHTML.slice(0, 200))};
	if (el.disabled) return {why: "it is disabled"};
	return {x, y, why: ""};
})`

// click is a click of a mouse on what matches sel.
func (b *tab) click(sel string) {
	b.t.Helper()
	b.run("click "+sel, b.mouse(sel))
}

// mouse counts as one act.
func (b *tab) mouse(sel string) chromedp.Action {
	b.acts++
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var at struct {
			X, Y float64
			Why  string
		}
		if err := chromedp.Evaluate(spot+"("+quoted(sel)+")", &at).Do(ctx); err != nil {
			return err
		}
		if at.Why != "" {
			return fmt.Errorf("%s: %s", sel, at.Why)
		}
		return chromedp.MouseClickXY(at.X, at.Y).Do(ctx)
	})
}

// follow is a click that leads to another page, whose status it gives.
func (b *tab) follow(sel string) int {
	b.t.Helper()
	return b.going("follow "+sel, b.mouse(sel))
}

// press is follow for a page that must be there.
func (b *tab) press(sel string) {
	b.t.Helper()
	if status := b.follow(sel); status != 200 {
		b.t.Fatalf("%s leads to %d\n%s", sel, status, b.describe())
	}
}

// focus moves the focus as a finger on a field does, without counting: to go on
// to the next field while typing is typing.
func (b *tab) focus(sel string) {
	b.t.Helper()
	b.want(sel)
	b.run("focus "+sel, chromedp.Evaluate("(el => { el.focus(); if (el.select) el.select(); })(document.querySelector("+quoted(sel)+"))", nil))
}

// write types a text into a field, key by key, instead of what it holds.
func (b *tab) write(sel, text string) {
	b.t.Helper()
	b.focus(sel)
	if eval[string](b, "document.querySelector("+quoted(sel)+").type") == "date" {
		p := strings.Split(text, "-") // the browser speaks American English
		text = p[1] + p[2] + p[0]
	}
	b.keys(text)
}

// keys types a text where the focus is.
func (b *tab) keys(text string) { b.t.Helper(); b.run("type", chromedp.KeyEvent(text)) }

// paste puts a text where the focus is at once, as the clipboard does.
func (b *tab) paste(sel, text string) {
	b.t.Helper()
	b.focus(sel)
	b.run("paste", input.InsertText(text))
}

// choose chooses the option of a select by its value. It counts as one act.
func (b *tab) choose(sel, value string) {
	b.t.Helper()
	b.acts++
	b.want(sel)
	if !eval[bool](b, `((el, v) => { el.focus(); el.value = v; el.dispatchEvent(new Event("input", {bubbles: true}));
		el.dispatchEvent(new Event("change", {bubbles: true})); return el.value === v; })(document.querySelector(`+quoted(sel)+`), `+quoted(value)+`)`) {
		b.t.Fatalf("%s has no option %q: %s", sel, value, eval[string](b, "document.querySelector("+quoted(sel)+").outerHTML.slice(0, 2000)"))
	}
}

// value is what stands in a field.
func (b *tab) value(sel string) string {
	b.t.Helper()
	b.want(sel)
	return eval[string](b, "document.querySelector("+quoted(sel)+").value")
}

// until waits until an expression of the page is true.
func (b *tab) until(js string) {
	b.t.Helper()
	b.run("wait for "+js, chromedp.Poll(js, nil, chromedp.WithPollingTimeout(patience)))
}

// twice is a double click.
func twice(b *tab, sel string) func(context.Context) error {
	return func(ctx context.Context) error {
		var at struct {
			X, Y float64
			Why  string
		}
		if err := chromedp.Evaluate(spot+"("+quoted(sel)+")", &at).Do(ctx); err != nil {
			return err
		}
		if at.Why != "" {
			return fmt.Errorf("%s: %s", sel, at.Why)
		}
		if err := chromedp.MouseClickXY(at.X, at.Y).Do(ctx); err != nil {
			return err
		}
		return chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(2)).Do(ctx)
	}
}

// keyAction presses keys where the focus is.
func keyAction(keys string) chromedp.Action { return chromedp.KeyEvent(keys) }
