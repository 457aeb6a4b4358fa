package people_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"colocate/app/account"
	"colocate/domain/kind"
)

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin.strand", account.NewGrant{Role: kind.Adviser})
	b := s.browser()
	b.get("/account").goes(t, "a page without a sign-in", "/sign-in?to=%2Faccount")
	a := b.get("/sign-in?to=%2Faccount")
	a.wants(t, "the form", http.StatusOK, "User name", "Password")
	if strings.Contains(a.body, "Demonstration") {
		t.Error("the demonstration is offered")
	}
	s.unchanged("refusals", func() {
		a := b.post("/sign-in", "name", "elin.strand", "password", "wrong canary password", "to", "/account")
		a.wants(t, "wrong password", http.StatusUnauthorized, "The user name or the password is wrong")
		if strings.Contains(a.body, "canary") || !strings.Contains(a.body, `value="elin.strand"`) || !strings.Contains(a.body, `value="/account"`) {
			t.Errorf("what is typed is not kept, or the password is shown: %s", a.body)
		}
		b.post("/sign-in", "demo", "elin.strand").wants(t, "no demonstration", http.StatusNotFound)
	})
	b.post("/sign-in", "name", " Elin.Strand", "password", good, "to", "/account").goes(t, "right", "/account")
	b.get("/sign-in").goes(t, "signed in already", "/")
	first := b.cookies["colocate"]
	b.post("/sign-in", "name", "elin.strand", "password", good).goes(t, "again", "/")
	if _, err := s.accounts.Authenticate(t.Context(), first); kind.CodeOf(err) != kind.CodeUnauthenticated {
		t.Errorf("the sign-in that the browser forgot still works: %v", err)
	}
	bearer := b.cookies["colocate"]
	b.get("/account").wants(t, "the account", http.StatusOK, "elin.strand", "UN police adviser", "This one")
	b.post("/sign-out").goes(t, "out", "/sign-in")
	if b.cookies["colocate"] != "" {
		t.Error("the browser keeps the cookie")
	}
	if _, err := s.accounts.Authenticate(t.Context(), bearer); kind.CodeOf(err) != kind.CodeUnauthenticated {
		t.Errorf("the sign-in still works: %v", err)
	}
	b.get("/sign-in").wants(t, "after it", http.StatusOK, "You are signed out.")
}

func TestSignInGoesNowhereElse(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "evil", "",
		"http:evil.example", "/%0d%0aSet-Cookie:x=1\r\n", "///evil.example", `\\evil.example`, "https:/\\evil"} {
		b := s.enter("elin")
		for what, a := range map[string]answer{"signed in": b.get("/sign-in?to=" + url.QueryEscape(to)), "signing in": b.post("/sign-in", "name", "elin", "password", good, "to", to)} {
			u, err := url.Parse(a.to)
			if a.status != http.StatusSeeOther || err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(a.to, "/") || strings.HasPrefix(a.to, "//") {
				t.Errorf("%s, to %q: %d %q", what, to, a.status, a.to)
			}
		}
	}
}

func TestThrottledSignInSaysSo(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	b := s.browser()
	for range 5 {
		b.post("/sign-in", "name", "elin", "password", "guess")
	}
	b.post("/sign-in", "name", "elin", "password", good).wants(t, "the sixth", http.StatusTooManyRequests, "second")
	if b.cookies["colocate"] != "" {
		t.Error("let in")
	}
}

func TestDemonstration(t *testing.T) {
	t.Parallel()
	s := open(t, true)
	s.user("elin.strand", account.NewGrant{Role: kind.Adviser})
	s.user("other", account.NewGrant{Role: kind.Adviser})
	s.accounts.OpenDemo("elin.strand")
	b := s.browser()
	for host, offered := range map[string]bool{"127.0.0.1:8080": true, "localhost": true, "[::1]:8080": true, "evil.example": false, "192.0.2.1": false} {
		b.host = host
		if a := b.get("/sign-in"); strings.Contains(a.body, "Sign in as elin.strand") != offered {
			t.Errorf("%s: offered or not: %s", host, text(a.body))
		}
		if !offered {
			s.unchanged(host, func() { b.post("/sign-in", "demo", "elin.strand").wants(t, host, http.StatusNotFound) })
		}
	}
	b.host = "127.0.0.1:8080"
	b.post("/sign-in", "demo", "other").wants(t, "not one of it", http.StatusNotFound)
	b.post("/sign-in", "demo", "elin.strand").goes(t, "one of it", "/")
	b.get("/account").wants(t, "in", http.StatusOK, "elin.strand")
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// TestSignInAmidAForm: a form that is sent after the sign-in ended comes back
// filled in, is not saved, and can then be.
func TestSignInAmidAForm(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	b := s.enter("elin")
	by := strings.TrimPrefix(b.get("/form").body, "by=")
	s.expire("elin")

	fields := []string{"_by", by, "note.text", "première ligne\r\nseconde <b>\"ligne\"</b>", "who", "a", "who", "b", "password", "canary"}
	a := b.post("/form?from=1", fields...)
	a.wants(t, "without a sign-in", http.StatusUnauthorized, "Your sign-in has ended.", "everything you typed is still here")
	if strings.Contains(a.body, "canary") {
		t.Error("a password is carried through a page")
	}
	if !strings.Contains(a.body, `action="/form?from=1"`) {
		t.Errorf("the form goes elsewhere: %s", a.body)
	}
	got := carriedBy(a.body)
	if want := encode(fields[:8]...); got != want {
		t.Errorf("carried %s, want %s", got, want)
	}
	b.do("POST", "/form?from=1", got+"&"+encode("_name", "elin", "_password", "wrong")).wants(t, "a wrong password", http.StatusUnauthorized, "The user name or the password is wrong")
	if a := b.do("POST", "/form?from=1", got+"&"+encode("_name", "elin", "_password", good)); a.body != "again: "+got+" for elin" {
		t.Errorf("resumed as %d %s", a.status, a.body)
	}
	if len(s.saved.bodies) != 0 {
		t.Fatalf("saved %q before the person saw it", s.saved.bodies)
	}
	if a := b.do("POST", "/form?from=1", got); a.body != "saved" || len(s.saved.bodies) != 1 || s.saved.bodies[0] != got {
		t.Errorf("not saved afterwards: %s %q", a.body, s.saved.bodies)
	}
}

// carriedBy is what the hidden fields of a page send.
func carriedBy(page string) string {
	var fields []string
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		fields = append(fields, unescape(m[1]), unescape(m[2]))
	}
	return encode(fields...)
}

// TestAnotherAccountGetsNothing of what was typed under the first.
func TestAnotherAccountGetsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	s.user("jonas", account.NewGrant{Role: kind.Adviser})
	b := s.enter("elin")
	by := strings.TrimPrefix(b.get("/form").body, "by=")
	for what, fields := range map[string][]string{
		"another account":  {"_by", by, "note", "canary", "_name", "jonas", "_password", good},
		"no mark":          {"note", "canary", "_name", "elin", "_password", good},
		"a mark made up":   {"_by", "AAAAAAAAAAAAAAAA", "note", "canary", "_name", "elin", "_password", good},
		"too many to keep": append(strings.Split(strings.Repeat("x,y,", 2000), ",")[:4000], "_by", by, "_name", "elin", "_password", good),
	} {
		b := s.browser()
		a := b.post("/form", fields...)
		if what == "too many to keep" {
			a.wants(t, what, http.StatusUnauthorized)
			if n := strings.Count(a.body, `type="hidden"`); n > 2000 {
				t.Errorf("%d fields are carried", n)
			}
			continue
		}
		a.goes(t, what, "/")
		b.get("/account").wants(t, what, http.StatusOK, "What you sent before was not done")
	}
	if len(s.saved.bodies) != 0 {
		t.Errorf("saved %q", s.saved.bodies)
	}
}

// TestButtonsAreNotPressedBySigningIn: what changes something without a form is
// not done by the sign-in that it was sent without.
func TestButtonsAreNotPressedBySigningIn(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	u := s.user("elin", account.NewGrant{Role: kind.Adviser})
	tok, err := s.accounts.AddToken(t.Context(), s.op, account.NewToken{Account: u.ID, Name: "x"})
	must(t, err)
	b := s.enter("elin")
	by := strings.TrimPrefix(b.get("/form").body, "by=")
	for _, path := range []string{"/account/tokens/" + tok.ID + "/revoke", "/account/sign-out-everywhere", "/account/mission"} {
		s.browser().post(path, "_by", by, "which", "all", "_name", "elin", "_password", good)
	}
	if _, err := s.accounts.Authenticate(t.Context(), tok.Bearer); err != nil {
		t.Errorf("the token was ended: %v", err)
	}
	if _, err := s.accounts.Session(t.Context(), b.cookies["colocate"]); err != nil {
		t.Errorf("the sign-in was ended: %v", err)
	}
}

// TestHostileBodies: what is no form is refused, or asks for a sign-in; nothing
// breaks.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	for _, body := range []string{"", "&&&&", "%zz=%zz", "=x", strings.Repeat("a&", 50_000), "_name=", "_by=%00&x=%ff%fe", "<script>=<script>"} {
		a := s.browser().do("POST", "/form", body)
		a.wants(t, body[:min(len(body), 20)], http.StatusUnauthorized)
		if strings.Contains(a.body, "<script>=") || strings.Contains(a.body, `name="<script>"`) {
			t.Errorf("%q stands in the page as it came", body)
		}
	}
	if len(s.saved.bodies) != 0 {
		t.Errorf("saved %q", s.saved.bodies)
	}
}

// TestOwnFormsComeBack: the forms of this package are shown again after a
// sign-in amid them, filled in, and do nothing yet.
func TestOwnFormsComeBack(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	u := s.user("elin", account.NewGrant{Role: kind.Adviser})
	s.user("admin", account.NewGrant{Mission: unac, Role: kind.Administrator})
	by := func(name string) string {
		return strings.TrimPrefix(s.enter(name).get("/form").body, "by=")
	}
	at := "/admin/people/" + u.ID
	for _, c := range []struct {
		who, path, keeps string
		fields           []string
	}{
		{"elin", "/account", `value="Asia/Kathmandu"`, []string{"zone", "Asia/Kathmandu", "lang", "fr"}},
		{"elin", "/account/tokens", `value="ledger"`, []string{"name", "ledger", "days", "30"}},
		{"elin", "/account/password", "Current password", []string{"old", good, "password", better}},
		{"admin", "/admin/people/new", `value="new.one"`, []string{"name", "new.one", "mission", unac, "role", "adviser"}},
		{"admin", at + "/roles/new", `value="trainer" selected`, []string{"mission", unac, "role", "trainer"}},
		{"admin", at + "/disable", `value="lost phone"`, []string{"why", "lost phone"}},
		{"admin", at + "/invite", "Make the link", nil},
	} {
		mark := by(c.who)
		before := s.head()
		a := s.browser().post(c.path, append(c.fields, "_by", mark, "_name", c.who, "_password", good)...)
		a.wants(t, c.path, http.StatusOK, "Nothing is saved yet")
		if !strings.Contains(a.body, c.keeps) {
			t.Errorf("%s: the page lacks %s", c.path, c.keeps)
		}
		if n := s.head() - before; n != 1 { // the sign-in itself
			t.Errorf("%s: wrote %d commits", c.path, n)
		}
	}
}

// TestFormsOfSomebodyElse: on a browser that several share, a form that one
// opened does nothing for the next.
func TestFormsOfSomebodyElse(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	s.user("jonas", account.NewGrant{Role: kind.Adviser})
	by := strings.TrimPrefix(s.enter("elin").get("/form").body, "by=")
	b := s.enter("jonas")
	for _, path := range []string{"/account", "/account/tokens", "/account/password", "/account/sign-out-everywhere"} {
		s.unchanged(path, func() {
			b.post(path, "_by", by, "lang", "fr", "name", "x", "days", "30", "old", good, "password", good+good).wants(t, path, http.StatusForbidden)
		})
	}
	s.unchanged("in the address", func() {
		b.post("/account/tokens?name=x&days=30").wants(t, "in the address", http.StatusUnprocessableEntity)
	})
}
