package people_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"colocate/app/account"
	"colocate/app/middleware"
	"colocate/domain/kind"
	"colocate/seeds"
)

func TestPreferencesPage(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	b := s.enter("elin")
	s.unchanged("mistakes", func() {
		a := b.post("/account", "lang", "fr", "digits", "latn", "zone", "Mars/Olympus", "theme", "dark")
		a.wants(t, "a zone that is not", http.StatusUnprocessableEntity, "1 entry needs correcting", "There is no time zone of this name")
		for _, kept := range []string{`value="Mars/Olympus"`, `aria-describedby="zone-h zone-e"`, `href="#zone"`, `value="dark" checked`} {
			if !strings.Contains(a.body, kept) {
				t.Errorf("the page lacks %s", kept)
			}
		}
		b.post("/account", "lang", "fr", "digits", "roman", "zone", "", "theme", "").wants(t, "digits", http.StatusUnprocessableEntity)
		b.post("/account", "lang", `"><script>`, "zone", `"><script>`).wants(t, "script", http.StatusUnprocessableEntity)
	})
	b.post("/account", "lang", "ar", "digits", "native", "zone", "Asia/Kathmandu", "theme", "dark").goes(t, "right", "/account")
	a := b.get("/account")
	for _, want := range []string{`<html lang="ar" dir="rtl" data-theme="dark">`, `value="Asia/Kathmandu"`, `value="native" checked`, "٢٠٢"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %s: %.300s", want, a.body)
		}
	}
	if b.cookies[middleware.LangCookie] != "ar" {
		t.Error("the language is gone once one signs out")
	}
	b.post("/account/language", "lang", "en", "to", "/account?x=1").goes(t, "by the menu", "/account?x=1")
	b.post("/account/language", "lang", "en", "to", "//evil.example").goes(t, "elsewhere", "/")
	b.get("/account").wants(t, "English", http.StatusOK, "Your account")
	b.post("/account", "lang", "", "digits", "latn", "zone", "", "theme", "").goes(t, "taken back", "/account")
	if b.cookies[middleware.LangCookie] != "" {
		t.Error("the browser goes on asking for a language that was taken back")
	}
}

func TestPasswordPage(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	b, other := s.enter("elin"), s.enter("elin")
	s.unchanged("mistakes", func() {
		a := b.post("/account/password", "old", "canary wrong one", "password", better)
		a.wants(t, "wrong old one", http.StatusUnprocessableEntity, "This is not the current password.")
		if strings.Contains(a.body, "canary") || strings.Contains(a.body, better) {
			t.Error("a password is shown")
		}
		b.post("/account/password", "old", good, "password", "short").wants(t, "short", http.StatusUnprocessableEntity, "New password")
	})
	b.post("/account/password", "old", good, "password", better).goes(t, "right", "/account")
	b.get("/account").wants(t, "still in", http.StatusOK, "The password is changed.")
	other.get("/account").goes(t, "another browser", "/sign-in?to=%2Faccount")
	if a := s.browser().post("/sign-in", "name", "elin", "password", better); a.status != http.StatusSeeOther {
		t.Errorf("the new one does not work: %d", a.status)
	}
}

var bearer = regexp.MustCompile(`clc_[\w-]{43}`)

func TestTokensPage(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	u := s.user("elin", account.NewGrant{Role: kind.Adviser})
	stranger := s.user("jonas", account.NewGrant{Role: kind.Adviser})
	b := s.enter("elin")
	s.unchanged("no name", func() {
		b.post("/account/tokens", "name", "", "days", "30").wants(t, "no name", http.StatusUnprocessableEntity, "What it is for")
	})
	a := b.post("/account/tokens", "name", "ledger", "days", "30")
	a.wants(t, "made", http.StatusOK, "The token is made")
	token := bearer.FindString(a.body)
	by, err := s.accounts.Authenticate(t.Context(), token)
	if err != nil || by.Account != u.ID || by.Mission != unac {
		t.Fatalf("the token shown is %+v, %v", by, err)
	}
	page := b.get("/account")
	page.wants(t, "listed", http.StatusOK, "ledger")
	if bearer.MatchString(page.body) {
		t.Error("the token is shown again")
	}
	theirs, err := s.accounts.AddToken(t.Context(), s.op, account.NewToken{Account: stranger.ID, Name: "x"})
	must(t, err)
	s.unchanged("others'", func() {
		b.post("/account/tokens/"+theirs.ID+"/revoke").wants(t, "another's token", http.StatusNotFound)
		b.post("/account/tokens/nonsense/revoke").wants(t, "no id", http.StatusNotFound)
	})
	b.post("/account/tokens/"+by.Token+"/revoke").goes(t, "ended", "/account")
	if _, err := s.accounts.Authenticate(t.Context(), token); kind.CodeOf(err) != kind.CodeUnauthenticated {
		t.Errorf("it still works: %v", err)
	}
}

func TestSignedInElsewhere(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("elin", account.NewGrant{Role: kind.Adviser})
	b, second, third := s.enter("elin"), s.enter("elin"), s.enter("elin")
	page := b.get("/account").body
	revoke := regexp.MustCompile(`action="(/account/tokens/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(revoke) != 2 {
		t.Fatalf("%d sign-ins can be ended, want the two others", len(revoke))
	}
	b.post(revoke[0][1]).goes(t, "one", "/account")
	left := 0
	for _, o := range []*browser{second, third} {
		if o.get("/account").status == http.StatusOK {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d of two are left", left)
	}
	fourth := s.enter("elin")
	b.post("/account/sign-out-everywhere", "which", "others").goes(t, "others", "/account")
	fourth.get("/account").goes(t, "the other", "/sign-in?to=%2Faccount")
	b.get("/account").wants(t, "this", http.StatusOK, "Every other sign-in has ended.")
	fifth := s.enter("elin")
	b.post("/account/sign-out-everywhere", "which", "all").goes(t, "all", "/sign-in")
	fifth.get("/account").goes(t, "all", "/sign-in?to=%2Faccount")
}

func TestSwitchingMissions(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.carana()
	other := seeds.ID("mission/UNMISS")
	u := s.user("elin", account.NewGrant{Role: kind.Adviser, From: "2026-01-01"})
	b := s.enter("elin")
	if strings.Contains(b.get("/account").body, `id="missions"`) {
		t.Error("missions to choose from, but there is one")
	}
	if _, err := s.accounts.AddGrant(t.Context(), s.op, account.NewGrant{Account: u.ID, Mission: other, Role: kind.Trainer}); err != nil {
		t.Fatal(err)
	}
	b.get("/account").wants(t, "two", http.StatusOK, "Your missions", "You are here", "Switch", "Carana")
	s.unchanged("another", func() {
		b.post("/account/mission", "mission", seeds.ID("mission/MONUSCO")).wants(t, "no role there", http.StatusUnprocessableEntity)
	})
	old := b.cookies["colocate"]
	b.post("/account/mission", "mission", other).goes(t, "there", "/")
	by, err := s.accounts.Authenticate(t.Context(), b.cookies["colocate"])
	if err != nil || by.Mission != other || b.cookies["colocate"] == old {
		t.Errorf("acts as %+v, %v", by, err)
	}
	b.get("/account").wants(t, "there", http.StatusOK, "You act in this mission now.", "UN trainer")
}

func TestInvitePage(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	u, err := s.accounts.AddUser(t.Context(), s.op, account.NewUser{Name: "elin", Grant: &account.NewGrant{Mission: unac, Role: kind.Adviser}})
	must(t, err)
	inv, err := s.accounts.Invite(t.Context(), s.op, u.ID)
	must(t, err)
	b := s.browser()
	link := "/invite?" + url.Values{"code": {inv.Code}}.Encode()
	b.get(link).wants(t, "the link", http.StatusOK, "For the account elin.")
	s.unchanged("mistakes", func() {
		b.post("/invite", "code", inv.Code, "password", "short").wants(t, "short", http.StatusUnprocessableEntity, "For the account elin.")
		b.post("/invite", "code", "wrong", "password", better).wants(t, "wrong code", http.StatusNotFound, "This link works no longer")
		b.get("/invite").wants(t, "no code", http.StatusNotFound, "This link works no longer")
	})
	b.post("/invite", "code", inv.Code, "password", better).goes(t, "right", "/sign-in")
	b.post("/invite", "code", inv.Code, "password", good).wants(t, "twice", http.StatusNotFound)
	if a := b.post("/sign-in", "name", "elin", "password", better); a.status != http.StatusSeeOther {
		t.Errorf("the password does not work: %d", a.status)
	}
}
