package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"colocate/app/web/webtest"
)

// browser is somebody of the demonstration who is signed in to the pages.
type browser struct {
	s      *service
	cookie string
}

func (s *service) signIn(who string) *browser {
	s.t.Helper()
	b := &browser{s: s}
	a := b.send("POST", "/sign-in", url.Values{"demo": {who}})
	if a.status != http.StatusSeeOther {
		s.t.Fatalf("sign-in of %s: %d\n%s", who, a.status, a.body)
	}
	for _, set := range a.header.Values("Set-Cookie") {
		if cookie, _, _ := strings.Cut(set, ";"); strings.HasPrefix(cookie, "colocate=") {
			b.cookie = cookie
		}
	}
	return b
}

func (b *browser) send(method, path string, form url.Values) reply {
	b.s.t.Helper()
	return call(b.s.t, b.s.base, "", method, path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded",
		"Cookie", b.cookie, "Sec-Fetch-Site", "same-origin", "Accept-Language", "en")
}

// see is a page that must be there and be sound.
func (b *browser) see(path string, texts ...string) reply {
	b.s.t.Helper()
	a := b.send("GET", path, nil)
	if a.status != http.StatusOK {
		b.s.t.Fatalf("GET %s: %d\n%s", path, a.status, a.body)
	}
	webtest.Check(b.s.t, a.body)
	for _, s := range texts {
		if !strings.Contains(a.body, s) {
			b.s.t.Errorf("%s does not say %q:\n%s", path, s, a.body)
		}
	}
	return a
}

// fill sends the form of the page at path with changes, which must work, and is
// where it leads.
func (b *browser) fill(path string, pairs ...string) string {
	b.s.t.Helper()
	form := webtest.Sends(b.s.t, b.see(path).body, path)
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	a := b.send("POST", path, form)
	if a.status != http.StatusSeeOther {
		b.s.t.Fatalf("POST %s %v: %d\n%s", path, form, a.status, a.body)
	}
	return a.header.Get("Location")
}

// TestToyPages: the toy kind has a list, a form, a page of its own, verbs, a
// history and translations in the browser, with nothing written for them.
func TestToyPages(t *testing.T) {
	t.Parallel()
	s := start(t, drills, drillPolicy)
	b := s.signIn(elin)
	b.see("/records", `href="/drills"`, `href="/drills/new"`)
	b.see("/drills", `href="/drills/new"`, "Nothing recorded yet")
	at := b.fill("/drills/new", "unit", unitID, "title.text", "Contrôle routier", "title.lang", "fr", "day", "2026-12-04", "places", "20",
		"theme", "T07", "budget", "2,000 of the fund")
	b.see(at, "Contrôle routier", "4 December 2026", "Arrest, custody and detention procedure", "2,000 of the fund", at+"/do/announce")
	b.see("/drills", `href="`+at+`"`, "Contrôle routier")
	b.see("/drills?unit="+unitID+"&theme=T07&sort=day", `href="`+at+`"`)
	b.fill(at+"/edit", "places", "30")
	b.fill(at+"/translate", "lang", "en", "text", "Road check")
	b.fill(at + "/do/announce")
	b.see(at+"/history", "verb.drill.announce.label", "Add a translation", "Changed", "Recorded", "Elin Strand")
	b.see(at, "Road check", "30")

	host := s.signIn(ruth)
	page := host.see(at, "Contrôle routier", "30")
	if strings.Contains(page.body, "2,000") || strings.Contains(page.body, "Elin") {
		t.Errorf("the host side reads %s", page.body)
	}
	host.fill(at+"/do/attend", "came", "17")
	host.see("/drills", "state.drill.held.label")
	absent := strings.Replace(at, at[len(at)-2:], "zz", 1)
	hidden, none := s.signIn(jonas).send("GET", at, nil), s.signIn(jonas).send("GET", absent, nil)
	if hidden.status != http.StatusNotFound || none.status != http.StatusNotFound {
		t.Errorf("another adviser: %d, %d", hidden.status, none.status)
	}
}
