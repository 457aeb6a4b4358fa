package account_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"colocate/app/account"
	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

func TestNewNeedsAll(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	for what, spoil := range map[string]func(*account.Config){
		"store": func(c *account.Config) { c.Store = nil }, "kinds": func(c *account.Config) { c.Kinds = nil },
		"policy": func(c *account.Config) { c.Policy = nil }, "zone": func(c *account.Config) { c.Zone = nil },
		"now": func(c *account.Config) { c.Now = nil }, "key": func(c *account.Config) { c.Key = c.Key[:31] },
	} {
		c := f.cfg
		spoil(&c)
		if _, err := account.New(c); err == nil {
			t.Errorf("made without %s", what)
		}
	}
}

func TestAddUser(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	before := f.head()
	u, err := f.AddUser(f.ctx, f.op, account.NewUser{Name: "Elin.Strand", Password: good, Lang: "nb",
		Grant: &account.NewGrant{Mission: carana, Role: kind.Adviser, Units: []string{station}}})
	if err != nil {
		t.Fatal(err)
	}
	if u.Name != "Elin.Strand" || u.Lang != "nb" || u.Disabled || len(u.ID) != 36 {
		t.Errorf("got %+v", u)
	}
	if n := f.head(); n != before+1 {
		t.Errorf("%d commits, want one", n-before)
	}
	grants, err := f.Grants(f.ctx, f.op, u.ID)
	want := account.Grant{Account: u.ID, Mission: carana, Role: kind.Adviser, Units: []string{station}, From: "2026-10-06"}
	if err != nil || len(grants) != 1 || grants[0].ID == "" {
		t.Fatalf("got %v, %v", grants, err)
	}
	if want.ID = grants[0].ID; fmt.Sprint(grants[0]) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", grants[0], want)
	}
	for _, spelling := range []string{"elin.strand", " ELIN.strand ", "Elin.Strand", "ｅｌｉｎ.strand"} {
		if found, err := f.Find(f.ctx, f.op, spelling); err != nil || found != u {
			t.Errorf("%q finds %v, %v", spelling, found, err)
		}
	}
	_, err = f.Find(f.ctx, f.op, "nobody")
	wantError(t, "nobody", err, kind.CodeNotFound, "error.not_found")
	acts, err := f.store.Acts(f.ctx, store.Service, before, 10)
	if err != nil || len(acts) != 1 {
		t.Fatalf("got %v, %v", acts, err)
	}
	if a := acts[0].Act; a.Kind != "account" || a.ID != u.ID || a.Verb != "create" || a.Account != "operator" || a.Role != "administrator" || !a.At.Equal(f.clock.Now()) {
		t.Errorf("the journal says %+v", a)
	}
}

func TestAddUserRefuses(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("elin", account.NewGrant{Role: kind.Adviser})
	ok := func() account.NewUser {
		return account.NewUser{Name: "ruth", Password: good, Grant: &account.NewGrant{Mission: carana, Role: kind.Counterpart, Units: []string{station}}}
	}
	for _, c := range []struct {
		what       string
		spoil      func(*account.NewUser)
		field, key string
	}{
		{"no name", func(u *account.NewUser) { u.Name = "" }, "name", "error.field.required"},
		{"two letters", func(u *account.NewUser) { u.Name = "ab" }, "name", "error.field.pattern"},
		{"a space", func(u *account.NewUser) { u.Name = "ruth maseko" }, "name", "error.field.pattern"},
		{"a direction mark", func(u *account.NewUser) { u.Name = "ruth\u202e" }, "name", "error.field.pattern"},
		{"65 letters", func(u *account.NewUser) { u.Name = strings.Repeat("a", 65) }, "name", "error.field.pattern"},
		{"a name that folds to a book", func(u *account.NewUser) { u.Name = strings.Repeat("ﷺ", 64) }, "name", "error.field.pattern"},
		{"short password", func(u *account.NewUser) { u.Password = "short" }, "password", "error.field.too_short"},
		{"common password", func(u *account.NewUser) { u.Password = "passwordpassword" }, "password", "error.password.common"},
		{"language", func(u *account.NewUser) { u.Lang = "EN us" }, "lang", "error.field.pattern"},
		{"role", func(u *account.NewUser) { u.Grant.Role = "root" }, "role", "error.field.enum"},
		{"mission", func(u *account.NewUser) { u.Grant.Mission = station }, "mission", "error.field.reference"},
		{"no mission", func(u *account.NewUser) { u.Grant.Mission = "" }, "mission", "error.field.reference"},
		{"no unit", func(u *account.NewUser) { u.Grant.Units = nil }, "units", "error.field.required"},
		{"unit of another mission", func(u *account.NewUser) { u.Grant.Mission = sumora }, "units", "error.field.reference"},
		{"person as unit", func(u *account.NewUser) { u.Grant.Units = []string{elin} }, "units", "error.field.reference"},
		{"too many units", func(u *account.NewUser) { u.Grant.Units = slices.Repeat([]string{station}, 51) }, "units", "error.field.too_many"},
		{"remit", func(u *account.NewUser) { u.Grant.Remit = []string{"unit"} }, "remit", "error.grant.no_remit"},
		{"no remit", func(u *account.NewUser) { u.Grant.Role = kind.Ministry }, "remit", "error.field.required"},
		{"remit of nothing", func(u *account.NewUser) { u.Grant.Role, u.Grant.Remit = kind.Ministry, []string{"moon"} }, "remit", "error.field.reference"},
		{"remit of accounts", func(u *account.NewUser) { u.Grant.Role, u.Grant.Remit = kind.Ministry, []string{"account"} }, "remit", "error.field.reference"},
		{"from", func(u *account.NewUser) { u.Grant.From = "tomorrow" }, "from", "error.field.type"},
		{"to", func(u *account.NewUser) { u.Grant.To = "2026-13-01" }, "to", "error.field.type"},
		{"to before from", func(u *account.NewUser) { u.Grant.To = "2026-10-05" }, "to", "error.field.order"},
	} {
		in := ok()
		c.spoil(&in)
		f.unchanged(c.what, func() {
			_, err := f.AddUser(f.ctx, f.op, in)
			wantFault(t, c.what, err, c.field, c.key)
		})
	}
	f.unchanged("taken name", func() {
		in := ok()
		in.Name = "ELIN"
		_, err := f.AddUser(f.ctx, f.op, in)
		wantError(t, "taken name", err, kind.CodeConflict, "error.account.name_taken")
	})
	if _, err := f.AddUser(f.ctx, f.op, ok()); err != nil {
		t.Errorf("what is right is refused: %v", err)
	}
}

func TestOneNameWins(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	other := f.another()
	const tries = 8
	errs := make([]error, tries)
	var wg sync.WaitGroup
	for i := range tries {
		wg.Go(func() {
			s := f.Service
			if i%2 == 1 {
				s = other
			}
			_, errs[i] = s.AddUser(f.ctx, f.op, account.NewUser{Name: []string{"Amadou", "amadou"}[i/2%2]})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantError(t, "the others", err, kind.CodeConflict, "error.account.name_taken")
	}
	if won != 1 {
		t.Errorf("%d accounts of one name", won)
	}
}

func TestWhoMayKeepAccounts(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	target := f.user("target", account.NewGrant{Role: kind.Adviser})
	grants, err := f.Grants(f.ctx, f.op, target.ID)
	if err != nil {
		t.Fatal(err)
	}
	try := func(by kind.Actor) map[string]error {
		out := map[string]error{}
		_, out["add user"] = f.AddUser(f.ctx, by, account.NewUser{Name: "sneaky"})
		_, out["add grant"] = f.AddGrant(f.ctx, by, account.NewGrant{Account: target.ID, Mission: carana, Role: kind.Leader})
		out["end grant"] = f.EndGrant(f.ctx, by, grants[0].ID, "2026-10-05")
		out["disable"] = f.Disable(f.ctx, by, target.ID, "")
		out["link"] = f.Link(f.ctx, by, target.ID, carana, value.Ref{Kind: "person", ID: elin})
		return out
	}
	for _, role := range kind.Roles {
		if role == kind.Administrator {
			continue
		}
		by := kind.Actor{Account: "x", Mission: carana, Grants: []kind.Grant{{Role: role, Units: []string{station}, Remit: []string{"unit"}}}}
		want, key := kind.CodeNotFound, "error.not_found"
		if role == kind.Auditor {
			want, key = kind.CodeForbidden, "error.forbidden"
		}
		f.unchanged(string(role), func() {
			for what, err := range try(by) {
				wantError(t, string(role)+" "+what, err, want, key)
			}
		})
		_, err := f.Find(f.ctx, by, "target")
		if (err == nil) != (role == kind.Auditor) {
			t.Errorf("%s finds: %v", role, err)
		}
	}
	f.unchanged("nobody", func() {
		for what, err := range try(kind.Actor{}) {
			wantError(t, "nobody "+what, err, kind.CodeNotFound, "error.not_found")
		}
	})
}

func TestAdministratorsOfOneMission(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("local-admin", account.NewGrant{Mission: carana, Role: kind.Administrator})
	admin, _ := f.Find(f.ctx, f.op, "local-admin")
	by := f.actor(f.token(admin).Bearer)
	u, err := f.AddUser(f.ctx, by, account.NewUser{Name: "new", Grant: &account.NewGrant{Mission: carana, Role: kind.Trainer}})
	if err != nil {
		t.Fatal(err)
	}
	f.unchanged("beyond his mission", func() {
		_, err := f.AddGrant(f.ctx, by, account.NewGrant{Account: u.ID, Mission: sumora, Role: kind.Trainer})
		wantFault(t, "another mission", err, "mission", "error.field.reference")
		_, err = f.AddGrant(f.ctx, by, account.NewGrant{Account: u.ID, Role: kind.Administrator})
		wantFault(t, "the service", err, "mission", "error.field.reference")
		_, err = f.AddUser(f.ctx, by, account.NewUser{Name: "other", Grant: &account.NewGrant{Role: kind.Administrator}})
		wantFault(t, "an administrator of the service", err, "mission", "error.field.reference")
	})
	far, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: sumora, Role: kind.Trainer})
	if err != nil {
		t.Fatal(err)
	}
	f.unchanged("who also serves elsewhere", func() {
		wantError(t, "disable", f.Disable(f.ctx, by, u.ID, ""), kind.CodeForbidden, "error.forbidden")
		wantError(t, "end", f.EndGrant(f.ctx, by, far.ID, "2026-10-05"), kind.CodeNotFound, "error.not_found")
		wantFault(t, "link", f.Link(f.ctx, by, u.ID, sumora, value.Ref{Kind: "person", ID: elin}), "mission", "error.field.reference")
	})
	if err := f.EndGrant(f.ctx, f.op, far.ID, "2026-10-05"); err != nil {
		t.Fatal(err)
	}
	if err := f.Disable(f.ctx, by, u.ID, "left"); err != nil {
		t.Errorf("his own: %v", err)
	}
	f.clock.pass(24 * 3600 * 1e9)
	if err := f.EndGrant(f.ctx, f.op, grantOf(f, admin), "2026-10-06"); err != nil {
		t.Fatal(err)
	}
	_, err = f.AddUser(f.ctx, by, account.NewUser{Name: "late", Grant: &account.NewGrant{Mission: carana, Role: kind.Trainer}})
	wantFault(t, "an actor from before his role ended", err, "mission", "error.field.reference")
}

func grantOf(f *fixture, u account.User) string {
	f.t.Helper()
	all, err := f.Grants(f.ctx, f.op, u.ID)
	if err != nil || len(all) == 0 {
		f.t.Fatalf("no grants: %v", err)
	}
	return all[0].ID
}

// TestNobodyRaisesHimself: an administrator cannot give himself a role, end
// one, link or disable himself (domain.md §5.5).
func TestNobodyRaisesHimself(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	admin := f.user("admin", account.NewGrant{Role: kind.Administrator})
	by := f.actor(f.token(admin).Bearer)
	f.unchanged("oneself", func() {
		_, err := f.AddGrant(f.ctx, by, account.NewGrant{Account: admin.ID, Mission: carana, Role: kind.Leader})
		wantError(t, "grant", err, kind.CodeConflict, "error.account.self")
		wantError(t, "disable", f.Disable(f.ctx, by, admin.ID, ""), kind.CodeConflict, "error.account.self")
		wantError(t, "link", f.Link(f.ctx, by, admin.ID, carana, value.Ref{Kind: "person", ID: elin}), kind.CodeConflict, "error.account.self")
		wantError(t, "end", f.EndGrant(f.ctx, by, grantOf(f, admin), "2026-10-05"), kind.CodeConflict, "error.account.self")
		_, err = f.AddGrant(f.ctx, f.op, account.NewGrant{Account: admin.ID, Mission: carana, Role: kind.Leader})
		wantError(t, "content role by another", err, kind.CodeConflict, "error.grant.exclusive")
	})
}

// TestGrantsDoNotCross: of two roles that exclude one another, given at the
// same moment, one is refused.
func TestGrantsDoNotCross(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	other := f.another()
	for i := range 5 {
		u, err := f.AddUser(f.ctx, f.op, account.NewUser{Name: fmt.Sprintf("user%d", i)})
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, errs[0] = f.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: carana, Role: kind.Auditor})
		})
		wg.Go(func() {
			_, errs[1] = other.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: carana, Role: kind.Adviser})
		})
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("got %v", errs)
		}
		for _, err := range errs {
			if err != nil {
				wantError(t, "the other", err, kind.CodeConflict, "error.grant.exclusive")
			}
		}
		if all, err := f.Grants(f.ctx, f.op, u.ID); err != nil || len(all) != 1 {
			t.Errorf("%d grants, %v", len(all), err)
		}
	}
}

func TestEndGrant(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser, To: "2026-12-31"})
	id := grantOf(f, u)
	bearer := f.token(u).Bearer
	f.unchanged("not later, not nonsense", func() {
		wantFault(t, "later", f.EndGrant(f.ctx, f.op, id, "2027-01-01"), "to", "error.field.order")
		wantFault(t, "nonsense", f.EndGrant(f.ctx, f.op, id, "never"), "to", "error.field.type")
		wantError(t, "no such", f.EndGrant(f.ctx, f.op, station, "2026-10-06"), kind.CodeNotFound, "error.not_found")
	})
	if err := f.EndGrant(f.ctx, f.op, id, "2026-10-06"); err != nil {
		t.Fatal(err)
	}
	f.actor(bearer) // the last day is a day of duty
	if err := f.EndGrant(f.ctx, f.op, id, "2026-10-05"); err != nil {
		t.Fatal(err)
	}
	f.refused("ended yesterday", bearer)
	if u, err := f.Find(f.ctx, f.op, "elin"); err != nil || u.Disabled {
		t.Errorf("the account itself: %v, %v", u, err)
	}
}

func TestDisable(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	api := f.token(u).Bearer
	in, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good})
	if err != nil {
		t.Fatal(err)
	}
	f.actor(api)
	f.actor(in.Bearer)
	if err := f.Disable(f.ctx, f.op, u.ID, "lost phone"); err != nil {
		t.Fatal(err)
	}
	f.refused("API token", api)
	f.refused("sign-in", in.Bearer)
	_, err = f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good})
	wantError(t, "right password", err, kind.CodeUnauthenticated, "error.unauthenticated")
	if err := f.Enable(f.ctx, f.op, u.ID, "found"); err != nil {
		t.Fatal(err)
	}
	f.actor(api)
	f.refused("sign-in from before", in.Bearer)
	wantError(t, "no such", f.Disable(f.ctx, f.op, station, ""), kind.CodeNotFound, "error.not_found")
}

func TestLink(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	bearer := f.token(u).Bearer
	if a := f.actor(bearer); a.Person != u.ID {
		t.Errorf("unlinked, the person is %q", a.Person)
	}
	f.unchanged("to nothing", func() {
		for _, ref := range []value.Ref{{}, {Kind: "person", ID: ruth}, {Kind: "unit", ID: station}} {
			wantFault(t, ref.Kind, f.Link(f.ctx, f.op, u.ID, carana, ref), "record", "error.field.reference")
		}
		wantFault(t, "another mission", f.Link(f.ctx, f.op, u.ID, sumora, value.Ref{Kind: "person", ID: elin}), "record", "error.field.reference")
	})
	for _, ref := range []value.Ref{{Kind: "counterpart", ID: ruth}, {Kind: "person", ID: elin}} {
		if err := f.Link(f.ctx, f.op, u.ID, carana, ref); err != nil {
			t.Fatal(err)
		}
		if a := f.actor(bearer); a.Person != ref.ID || a.Account != u.ID {
			t.Errorf("linked to %v, got %+v", ref, a)
		}
	}
}

func TestSetPassword(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	other := f.user("other", account.NewGrant{Role: kind.Adviser})
	api := f.token(u).Bearer
	in, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good})
	if err != nil {
		t.Fatal(err)
	}
	by := f.actor(in.Bearer)
	const next = "quatre oeufs dans un nid"
	f.unchanged("refusals", func() {
		wantFault(t, "wrong old one", f.SetPassword(f.ctx, by, u.ID, "not my password at all", next), "old", "error.password.wrong")
		wantFault(t, "too short", f.SetPassword(f.ctx, by, u.ID, good, "short"), "password", "error.field.too_short")
		wantFault(t, "own name", f.SetPassword(f.ctx, by, u.ID, good, "elin elin elin 12"), "password", "error.password.name")
		wantError(t, "another's", f.SetPassword(f.ctx, by, other.ID, good, next), kind.CodeNotFound, "error.not_found")
	})
	if err := f.SetPassword(f.ctx, by, u.ID, good, next); err != nil {
		t.Fatal(err)
	}
	f.refused("sign-in with the old one", in.Bearer)
	f.actor(api)
	if _, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good}); kind.CodeOf(err) != kind.CodeUnauthenticated {
		t.Errorf("the old one still works: %v", err)
	}
	if _, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: next}); err != nil {
		t.Error(err)
	}
	if err := f.SetPassword(f.ctx, f.op, u.ID, "", good); err != nil {
		t.Errorf("the operator: %v", err)
	}
	for range 6 {
		err = f.SetPassword(f.ctx, by, u.ID, "guessing with a stolen token", next)
	}
	wantError(t, "guessing", err, kind.CodeTooMany, "error.too_many")
}
