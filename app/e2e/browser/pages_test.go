package browser_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"colocate/app/problem"
	"colocate/app/web"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// visit is one page as somebody sees it; "" is who is not signed in.
type visit struct {
	who, route, path string
	status           int
}

func (v visit) String() string { return cmp.Or(v.who, "nobody") + " " + v.path }

// none are the routes that have no page of their own, each with its reason.
// What can be opened may not stand here.
var none = map[string]string{
	"/account/password": "leads to the account's page, which has its form",
	"/account/tokens":   "leads to the account's page, which has its form",
}

// routes are the addresses of the pages, as the service mounts them.
func routes(s *site) []ui.Route {
	h := &web.Handler{Site: &ui.Site{Texts: s.core.Texts, Records: s.core.Records, Accounts: s.core.Accounts, Kinds: s.core.Kinds,
		Policy: s.core.Policy, Now: s.core.Now}}
	return h.Routes()
}

// visits lists every page that can be opened: of each route, as each account of
// the demonstration, with a record of each state for the page of a record and
// each verb that is possible for the page of a verb. A route that nobody can
// open fails the test unless it is among none.
func visits(t *testing.T, s *site) []visit {
	t.Helper()
	f := &finder{t: t, s: s, cookie: map[string]string{}}
	for _, who := range s.names {
		f.cookie[who] = s.cookieName() + "=" + s.bearer(t, who)
	}
	var all []visit
	for _, r := range routes(s) {
		if r.Method != http.MethodGet {
			continue
		}
		found := f.open(r)
		if why := f.impossible(r.Path); (why != "") == (len(found) > 0) {
			t.Errorf("%s can be opened in %d ways; why it should not: %q", r.Path, len(found), why)
		}
		all = append(all, found...)
	}
	for path := range none {
		if !slices.ContainsFunc(routes(s), func(r ui.Route) bool { return r.Path == path }) {
			t.Errorf("%s is listed as impossible, but there is no such route", path)
		}
	}
	return append(all, errorPages...)
}

// impossible says why a route has no page, "" if it must have one.
func (f *finder) impossible(route string) string {
	if why, ok := none[route]; ok {
		return why
	}
	first, _, _ := strings.Cut(route[1:], "/")
	if d := f.kind(first); d != nil && strings.HasSuffix(route, "/do/:verb") && len(d.Verbs()) == 0 {
		return "nothing can be done to a " + d.Name
	}
	return ""
}

// kind is the kind whose plural is name, nil if there is none.
func (f *finder) kind(name string) *kind.Descriptor {
	for _, d := range f.s.core.Kinds.All() {
		if d.Plural == name {
			return d
		}
	}
	return nil
}

// errorPages are the pages of errors that a reader can run into by an address.
var errorPages = []visit{
	{"", "error", "/nowhere", 404}, {elin, "error", "/nowhere", 404}, {ruth, "error", "/nowhere", 404},
	{elin, "error", "/sessions?sort=nothing", 400}, {"", "error", "/sign-out", 405},
}

// finder fills the parameters of routes.
type finder struct {
	t      *testing.T
	s      *site
	cookie map[string]string
}

// open are the pages of a route that are there, for each who may see them.
func (f *finder) open(r ui.Route) []visit {
	f.t.Helper()
	var all []visit
	readers := f.s.names
	switch {
	case r.Path == "/":
		readers = append([]string{""}, readers...)
	case r.Open: // what everybody sees differs by its frame alone
		readers = []string{"", elin, ruth}
	}
	for _, who := range readers {
		seen := map[string]bool{}
		for _, c := range f.fill(who, r.Path) {
			status, _ := f.s.get(f.t, c.path, "Cookie", f.cookie[who])
			why := c.why + " " + strconv.Itoa(status)
			if seen[why] || status != http.StatusOK && status != http.StatusConflict {
				continue // there is one of this sort already, or none for them
			}
			seen[why] = true
			all = append(all, visit{who, r.Path, c.path, status})
		}
	}
	return all
}

// candidate is an address that may be there; of those with the same why, one is
// enough.
type candidate struct{ path, why string }

// fill are the addresses that a route can have for somebody.
func (f *finder) fill(who, route string) []candidate {
	f.t.Helper()
	switch parts := strings.Split(strings.TrimPrefix(route, "/"), "/"); {
	case route == "/invite":
		return []candidate{{"/invite?code=" + f.s.invite, ""}}
	case !strings.Contains(route, ":"):
		return []candidate{{route, ""}}
	case route == "/docs/:tag":
		return f.links("/docs", `href="(/docs/[^"/?#]+)"`)
	case route == "/problems/:slug":
		return f.problems()
	case parts[0] == "admin":
		return f.people(route)
	default:
		return f.records(who, route, parts)
	}
}

// pattern finds the addresses of a route in links.
func pattern(route string) string {
	return `(?:href|action)="(` + regexp.MustCompile(`:[a-z]+`).ReplaceAllString(route, `[^"/?#]+`) + `)["?#]`
}

// links are the addresses that a page of the administrator's links to.
func (f *finder) links(from, pattern string) []candidate {
	f.t.Helper()
	_, body := f.s.get(f.t, from, "Cookie", f.cookie[admin])
	var all []candidate
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(body, -1) {
		all = append(all, candidate{m[1], m[1]})
	}
	slices.SortFunc(all, func(a, b candidate) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(all)
}

// people are the addresses of a route about an account.
func (f *finder) people(route string) []candidate {
	f.t.Helper()
	all := f.links("/admin/people", pattern("/admin/people/:id"))
	if route == "/admin/people/:id" {
		return all
	}
	var deeper []candidate
	for _, c := range all {
		for _, d := range f.links(c.path, pattern(route)) {
			deeper = append(deeper, candidate{d.path, ""})
		}
	}
	return deeper
}

// problems are the pages of every type of problem.
func (f *finder) problems() []candidate {
	slugs := map[string]bool{}
	errs := []error{fiber.ErrMethodNotAllowed, fiber.ErrRequestTimeout, fiber.ErrRequestHeaderFieldsTooLarge}
	for _, code := range kind.Codes {
		errs = append(errs, kind.E(code, "error."+string(code), nil))
	}
	for _, err := range errs {
		slugs[problem.Of(err, f.s.core.Texts.Texts("en"), "").Type] = true
	}
	var all []candidate
	for _, path := range slices.Sorted(maps.Keys(slugs)) {
		all = append(all, candidate{path, path})
	}
	return all
}

// records are a route of a kind with the records that somebody can read.
func (f *finder) records(who, route string, parts []string) []candidate {
	f.t.Helper()
	d := f.kind(parts[0])
	if d == nil {
		f.t.Errorf("%s is a route of nothing that these tests know", route)
		return nil
	}
	verbs := []string{""}
	if strings.Contains(route, ":verb") {
		verbs = nil
		for _, v := range d.Verbs() {
			verbs = append(verbs, v.Name)
		}
	}
	var all []candidate
	for _, verb := range verbs {
		for _, r := range f.some(who, d) {
			why := verb
			if len(parts) == 2 {
				why = r.State // the page of a record differs by its state
			}
			all = append(all, candidate{strings.NewReplacer(":id", r.ID, ":verb", verb).Replace(route), why})
		}
	}
	return all
}

// perState is how many records of one state are tried for a page.
const perState = 4

// some are a few records of each state of a kind, as somebody reads it.
func (f *finder) some(who string, d *kind.Descriptor) []record {
	f.t.Helper()
	if who == "" {
		return nil
	}
	n := map[string]int{}
	var out []record
	for _, r := range list[record](f.t, f.s, who, d.Plural+"?limit=200") {
		if n[r.State]++; n[r.State] <= perState {
			out = append(out, r)
		}
	}
	return out
}

// structure is what a page is made of, as one number for each sort of element:
// its name, classes and attributes, and those of all that it stands in. Texts,
// addresses and ids do not count. To axe two elements of one sort in one
// language and theme are alike; what it judges across elements, frame holds on
// every page.
const structure = `(() => {
	const named = new Set(["id", "href", "value", "for", "name", "d", "x", "y", "x1", "x2", "y1", "y2", "points", "title", "datetime", "src", "action",
		"aria-label", "aria-labelledby", "aria-describedby", "maxlength", "min", "max", "rows", "form"]);
	const all = new Set();
	const walk = (el, above) => {
		let own = el.localName + ([...el.childNodes].some(n => n.nodeType === 3 && n.data.trim()) ? " text" : "");
		for (const a of [...el.attributes].map(a => named.has(a.name) || a.name.startsWith("data-") ? a.name : a.name + "=" + a.value).sort()) own += " " + a;
		let h = above;
		for (let i = 0; i < own.length; i++) h = Math.imul(h ^ own.charCodeAt(i), 16777619);
		all.add(h);
		for (const c of el.children) walk(c, h);
	};
	walk(document.body, 2166136261 | 0);
	return [...all];
})()`

// wide is what sticks out of a window that is width wide.
const wide = `(width => {
	if (document.scrollingElement.scrollWidth <= width) return [];
	const out = ["scrollWidth " + document.scrollingElement.scrollWidth];
	const sticks = el => { const r = el.getBoundingClientRect(); return r.width > 0 && (r.right > width + 0.5 || r.left < -0.5) && el.checkVisibility(); };
	for (const el of document.querySelectorAll("body *"))
		if (sticks(el) && ![...el.children].some(sticks))
			out.push(el.localName + "." + [...el.classList].join(".") + " " + Math.round(el.getBoundingClientRect().left) + ".." + Math.round(el.getBoundingClientRect().right) + " " + el.outerHTML.slice(0, 160));
	return out.slice(0, 6);
})`

// unfold opens what is folded up in a page.
const unfold = `document.querySelectorAll("main details:not([open])").forEach(d => { d.removeAttribute("name"); d.open = true; })`

// inline is what the content security policy forbids in a page.
const inline = `(() => {
	const out = [];
	for (const el of document.querySelectorAll("*")) {
		for (const a of el.attributes)
			if (a.name === "style" || a.name.startsWith("on") || /^\s*javascript:/i.test(a.value)) out.push(el.localName + " " + a.name + "=" + a.value);
		if (el.localName === "style" || (el.localName === "script" && !el.src)) out.push("inline " + el.localName);
	}
	return out;
})()`

// frame is what every page must have (look, §6).
const frame = `(() => {
	const out = [];
	const h = document.querySelectorAll("h1").length;
	if (h !== 1) out.push(h + " h1");
	if (!document.title.trim()) out.push("no title");
	if (document.querySelectorAll("main").length !== 1) out.push("not one main");
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	const twice = ids.filter((x, i) => ids.indexOf(x) !== i);
	if (twice.length) out.push("ids twice: " + [...new Set(twice)].join(" "));
	for (const a of document.querySelectorAll("main a[href^='#'], label[for], [aria-describedby], [aria-labelledby]"))
		for (const id of (a.getAttribute("href") ? [a.getAttribute("href").slice(1)] : ((a.getAttribute("for") || "") + " " + (a.getAttribute("aria-describedby") || "") + " " + (a.getAttribute("aria-labelledby") || "")).split(/\s+/)))
			if (id && !document.getElementById(id)) out.push(a.localName + " points at #" + id + ", which is not there");
	const label = el => (el.getAttribute("aria-label") || el.textContent).trim() || el.hasAttribute("aria-labelledby");
	for (const el of document.querySelectorAll("input:not([type=hidden], [hidden]), select, textarea"))
		if (![...el.labels].some(label) && !el.getAttribute("aria-label") && !el.hasAttribute("aria-labelledby")) out.push("no label: " + el.outerHTML.slice(0, 160));
	for (const el of document.querySelectorAll("a[href], button, summary"))
		if (!label(el)) out.push("no name: " + el.outerHTML.slice(0, 160));
	if (/(^|\s)[a-z][a-z_]*(\.[a-z0-9_]+){2,}(\s|$)/.test(document.body.innerText)) out.push("a key: " + document.body.innerText.match(/(^|\s)([a-z][a-z_]*(\.[a-z0-9_]+){2,})(\s|$)/)[2]);
	return out;
})()`

func (v visit) fault(t testing.TB, lang, what string, found []string) {
	t.Helper()
	for _, f := range found {
		t.Errorf("%s, as %s in %s: %s: %s", v.path, cmp.Or(v.who, "nobody"), lang, what, fmt.Sprint(f))
	}
}
