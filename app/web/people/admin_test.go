package people_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"colocate/app/account"
	"colocate/domain/kind"
	"colocate/seeds"
)

var station = seeds.ID("unac/unit/CRN-ST-014")

func TestListOfAccounts(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("admin", account.NewGrant{Mission: unac, Role: kind.Administrator})
	s.user("elin", account.NewGrant{Role: kind.Adviser, To: "2027-03-01"})
	s.user("far", account.NewGrant{Mission: seeds.ID("mission/UNMISS"), Role: kind.Adviser})
	gone := s.user("gone", account.NewGrant{Role: kind.Trainer})
	must(t, s.accounts.Disable(t.Context(), s.op, gone.ID, ""))
	b := s.enter("admin")
	a := b.get("/admin/people")
	a.wants(t, "all", http.StatusOK, "admin", "elin", "UN police adviser", "until 1 March 2027", "gone", "Disabled")
	if strings.Contains(a.body, ">far<") {
		t.Error("an account of another mission is listed")
	}
	if a := b.get("/admin/people?name=EL"); !strings.Contains(a.body, ">elin<") || strings.Contains(a.body, ">gone<") || !strings.Contains(a.body, `value="EL"`) {
		t.Errorf("by name: %s", text(a.body))
	}
	if a := b.get("/admin/people?state=disabled"); strings.Contains(a.body, ">elin<") || !strings.Contains(a.body, ">gone<") {
		t.Errorf("by state: %s", text(a.body))
	}
	b.get("/admin/people?name=zzz").wants(t, "none", http.StatusOK, "No account fits")
	b.get("/admin/people?cursor=forged").wants(t, "a cursor made up", http.StatusBadRequest)
	s.enter("elin").get("/admin/people").wants(t, "an adviser", http.StatusNotFound)
}

func TestListGoesOn(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.user("admin", account.NewGrant{Mission: unac, Role: kind.Administrator})
	for i := range 51 {
		_, err := s.accounts.AddUser(t.Context(), s.op, account.NewUser{Name: "user-" + string(rune('a'+i/26)) + string(rune('a'+i%26)),
			Grant: &account.NewGrant{Mission: unac, Role: kind.Adviser}})
		must(t, err)
	}
	b := s.enter("admin")
	next := regexp.MustCompile(`href="([^"]*cursor=[^"]*)"`).FindStringSubmatch(b.get("/admin/people").body)
	if next == nil {
		t.Fatal("no way on")
	}
	b.get(unescape(next[1])).wants(t, "the second page", http.StatusOK, "user-by")
	b.get("/admin/people?name=user&"+strings.SplitN(unescape(next[1]), "?", 2)[1]).wants(t, "another list's cursor", http.StatusBadRequest)
}

// TestNewAccount makes one as an administrator would, invites it, and lets its
// holder in.
func TestNewAccount(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.carana()
	s.user("admin", account.NewGrant{Mission: unac, Role: kind.Administrator})
	b := s.enter("admin")
	b.get("/admin/people/new").wants(t, "the form", http.StatusOK, "Who it is for", "Units")
	person := "http://127.0.0.1/persons/" + seeds.ID("unac/person/01")
	form := func(change ...string) answer {
		v := map[string]string{"name": "new.one", "lang": "fr", "mission": unac, "role": "adviser", "units": "CRN-ST-014", "from": "2026-01-01", "to": "2027-01-01", "record": person}
		for i := 0; i < len(change); i += 2 {
			v[change[i]] = change[i+1]
		}
		q := url.Values{}
		for k, x := range v {
			q.Set(k, x)
		}
		return b.do("POST", "/admin/people/new", q.Encode())
	}
	s.unchanged("mistakes", func() {
		form("name", "x", "record", "").wants(t, "name", http.StatusUnprocessableEntity, "User name")
		form("units", "CRN-ST-014, NO-WHERE").wants(t, "units", http.StatusUnprocessableEntity, "NO-WHERE")
		form("record", "elin").wants(t, "record", http.StatusUnprocessableEntity, "Copy the address")
		form("record", "/persons/"+station).wants(t, "no such person", http.StatusUnprocessableEntity, "Person or counterpart")
		form("role", "commander", "units", "").wants(t, "a commander of nothing", http.StatusUnprocessableEntity, "Units")
		form("role", "root").wants(t, "no such role", http.StatusUnprocessableEntity)
		form("mission", seeds.ID("mission/UNMISS")).wants(t, "another mission", http.StatusUnprocessableEntity, "Mission")
		form("to", "2025-01-01").wants(t, "ends before it begins", http.StatusUnprocessableEntity, "Last day")
		a := form("name", "admin")
		a.wants(t, "taken", http.StatusConflict, "This account name is taken")
		if !strings.Contains(a.body, `value="CRN-ST-014"`) || !strings.Contains(a.body, `value="2027-01-01"`) {
			t.Error("what was typed is gone")
		}
	})
	a := form()
	if a.status != http.StatusSeeOther {
		t.Fatalf("not made: %d %s", a.status, text(a.body))
	}
	b.get(a.to).wants(t, "the account", http.StatusOK, "The account is created.", "UN police adviser", "From 1 January 2026 to 1 January 2027", "CRN-ST-014", "Elin Strand", "no password yet")
	b.get(a.to+"/invite").wants(t, "an invitation", http.StatusOK, "chooses a password")
	link := regexp.MustCompile(`http://[^<\s]*/invite\?code=[\w-]+`).FindString(b.post(a.to + "/invite").body)
	if link == "" {
		t.Fatal("no link")
	}
	if strings.Contains(b.get(a.to).body, "code=") {
		t.Error("the link is shown again")
	}
	u, err := url.Parse(link)
	must(t, err)
	b.get(a.to).wants(t, "after it", http.StatusOK, "An invitation is open until")
	s.browser().post("/invite", "code", u.Query().Get("code"), "password", good).goes(t, "accepted", "/sign-in")
	s.enter("new.one").get("/account").wants(t, "in", http.StatusOK, "new.one")
}

func TestChangingAnAccount(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	s.carana()
	admin := s.user("admin", account.NewGrant{Mission: unac, Role: kind.Administrator})
	s.user("auditor", account.NewGrant{Role: kind.Auditor})
	u := s.user("elin", account.NewGrant{Role: kind.Adviser})
	far := s.user("far", account.NewGrant{Mission: seeds.ID("mission/UNMISS"), Role: kind.Adviser})
	b, audit := s.enter("admin"), s.enter("auditor")
	at := "/admin/people/" + u.ID
	grants, err := s.accounts.Grants(t.Context(), s.op, u.ID)
	must(t, err)
	end := at + "/roles/" + grants[0].ID + "/end"

	s.unchanged("looking and mistakes", func() {
		for _, path := range []string{"/roles/new", "/link", "/disable", "/enable", "/invite"} {
			b.get(at+path).wants(t, path, http.StatusOK, "elin")
			audit.get(at+path).wants(t, "auditor "+path, http.StatusForbidden)
			audit.post(at+path, "why", "x", "mission", unac, "role", "trainer").wants(t, "auditor "+path, http.StatusForbidden)
			b.get("/admin/people/"+far.ID+path).wants(t, "far "+path, http.StatusNotFound)
			b.post("/admin/people/"+far.ID+path, "why", "x").wants(t, "far "+path, http.StatusNotFound)
			b.get("/admin/people/nonsense"+path).wants(t, "nonsense "+path, http.StatusNotFound)
		}
		audit.get(at).wants(t, "auditor", http.StatusOK, "elin")
		b.get(end).wants(t, "end", http.StatusOK, "through its last day")
		b.post(at+"/roles/new", "mission", unac, "role", "administrator", "from", "2026-01-01").wants(t, "exclusive", http.StatusConflict, "cannot be held together")
		b.post(end, "to", "").wants(t, "no day", http.StatusUnprocessableEntity, "Last day")
		b.post(at+"/disable", "why", "").wants(t, "no reason", http.StatusUnprocessableEntity, "Reason")
		b.post(at+"/link", "mission", unac, "record", "").wants(t, "no record", http.StatusUnprocessableEntity)
		own := "/admin/people/" + admin.ID
		b.post(own+"/disable", "why", "x").wants(t, "oneself", http.StatusConflict, "your own account")
		b.get(own).wants(t, "oneself", http.StatusOK, "Another administrator changes its roles.")
	})

	b.post(at+"/roles/new", "mission", unac, "role", "ministry", "from", "2026-01-01").wants(t, "no remit", http.StatusUnprocessableEntity, "Remit")
	b.post(at+"/roles/new", "mission", unac, "role", "trainer", "from", "2026-01-01", "to", "2027-05-01").goes(t, "a role", at)
	b.post(at+"/link", "mission", unac, "record", "/counterparts/"+seeds.ID("unac/counterpart/CRN-ST-014/1")).goes(t, "linked", at)
	b.get(at).wants(t, "after both", http.StatusOK, "UN trainer", "Counterpart")
	b.post(end, "to", "2026-01-01").goes(t, "ended", at)
	b.post(at+"/disable", "why", "lost phone").goes(t, "disabled", at)
	b.get(at).wants(t, "disabled", http.StatusOK, "Disabled", "Enable the account")
	b.post(at+"/invite").wants(t, "an invitation to nobody", http.StatusConflict, "This account is disabled.")
	b.post(at+"/enable", "why", "found").goes(t, "enabled", at)
	b.get(at).wants(t, "enabled", http.StatusOK, "Active")
}
