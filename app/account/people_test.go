package account_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"colocate/app/account"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// enter signs in with the good password.
func (f *fixture) enter(name, mission string) account.SignedIn {
	f.t.Helper()
	in, err := f.SignIn(f.ctx, account.SignIn{Name: name, Password: good, Mission: mission, Device: "Firefox, Android"})
	if err != nil {
		f.t.Fatal(err)
	}
	return in
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("elin", account.NewGrant{Role: kind.Adviser})
	in := f.enter("elin", "")
	by := f.actor(in.Bearer)
	want := account.Preferences{Lang: "ar", Content: "fr", Digits: "native", Zone: "Asia/Kathmandu", Theme: "dark"}
	if err := f.SetPreferences(f.ctx, by, want); err != nil {
		t.Fatal(err)
	}
	got, err := f.Session(f.ctx, in.Bearer)
	if err != nil || got.Prefs != want || got.Actor.Lang != "ar" || got.Zone.String() != want.Zone || !got.Expires.Equal(in.Expires) {
		t.Errorf("got %+v, %v", got, err)
	}
	f.unchanged("refusals", func() {
		for field, p := range map[string]account.Preferences{"lang": {Lang: "EN us"}, "digits": {Digits: "roman"},
			"content": {Content: "no language"}, "zone": {Zone: "Local"}, "theme": {Theme: "pink"}} {
			e := f.SetPreferences(f.ctx, by, p)
			key := map[string]string{"lang": "error.field.pattern", "content": "error.field.pattern", "zone": "error.mission.time_zone"}[field]
			if key == "" {
				key = "error.field.enum"
			}
			wantFault(t, field, e, field, key)
		}
		for _, z := range []string{"../../etc/passwd", "Mars/Olympus", "/etc/localtime"} {
			wantFault(t, z, f.SetPreferences(f.ctx, by, account.Preferences{Zone: z}), "zone", "error.mission.time_zone")
		}
		wantError(t, "nobody", f.SetPreferences(f.ctx, kind.Actor{}, account.Preferences{}), kind.CodeNotFound, "error.not_found")
	})
	if err := f.SetPreferences(f.ctx, by, account.Preferences{}); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Session(f.ctx, in.Bearer); err != nil || got.Prefs != (account.Preferences{}) || got.Zone != nil {
		t.Errorf("taken back: %+v, %v", got, err)
	}
}

// TestSessionIsASignIn: neither an API token nor an invitation opens a page.
func TestSessionIsASignIn(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	api := f.token(u).Bearer
	f.actor(api)
	for what, bearer := range map[string]string{"API token": api, "nothing": "", "nonsense": "clc_x"} {
		got, err := f.Session(f.ctx, bearer)
		wantError(t, what, err, kind.CodeUnauthenticated, "error.unauthenticated")
		if got.Actor.Account != "" {
			t.Errorf("%s: got %+v", what, got)
		}
	}
	if _, err := f.Session(f.ctx, f.enter("elin", "").Bearer); err != nil {
		t.Error(err)
	}
}

func TestWhereIAmSignedIn(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	api := f.token(u)
	one, two := f.enter("elin", ""), f.enter("elin", "")
	by := f.actor(one.Bearer)
	all, err := f.ListTokens(f.ctx, by, u.ID)
	if err != nil || len(all) != 3 {
		t.Fatalf("got %v, %v", all, err)
	}
	for _, i := range all {
		device := map[string]string{api.ID: "", one.ID: "Firefox, Android", two.ID: "Firefox, Android"}[i.ID]
		if i.Device != device || i.Current != (i.ID == one.ID) {
			t.Errorf("got %+v", i)
		}
	}
	if err := f.SignOutEverywhere(f.ctx, by, true); err != nil {
		t.Fatal(err)
	}
	f.actor(one.Bearer)
	f.actor(api.Bearer)
	f.refused("the other sign-in", two.Bearer)
	if err := f.SignOutEverywhere(f.ctx, by, false); err != nil {
		t.Fatal(err)
	}
	f.refused("every sign-in", one.Bearer)
	f.actor(api.Bearer)
	three := f.enter("elin", "")
	if err := f.SignOutEverywhere(f.ctx, f.actor(api.Bearer), true); err != nil {
		t.Fatal(err)
	}
	f.refused("a sign-in, by an API token", three.Bearer)
	wantError(t, "nobody", f.SignOutEverywhere(f.ctx, kind.Actor{}, false), kind.CodeNotFound, "error.not_found")
}

func TestDeviceIsCut(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	if _, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good, Device: strings.Repeat("é", 200)}); err != nil {
		t.Fatal(err)
	}
	all, err := f.ListTokens(f.ctx, f.op, u.ID)
	if err != nil || len(all) != 1 || all[0].Device != strings.Repeat("é", 80) {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestSwitchMission(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser, From: "2026-10-01"})
	if _, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: sumora, Role: kind.Leader}); err != nil {
		t.Fatal(err)
	}
	api := f.token(u).Bearer
	in := f.enter("elin", carana)
	by := f.actor(in.Bearer)
	f.unchanged("refusals", func() {
		for what, m := range map[string]string{"no such": station, "the service": ""} {
			_, err := f.SwitchMission(f.ctx, by, m)
			wantFault(t, what, err, "mission", "error.field.reference")
		}
		_, err := f.SwitchMission(f.ctx, f.actor(api), sumora)
		wantError(t, "API token", err, kind.CodeForbidden, "error.forbidden")
	})
	f.clock.pass(5 * time.Hour)
	made, err := f.SwitchMission(f.ctx, by, sumora)
	if err != nil {
		t.Fatal(err)
	}
	f.refused("the old sign-in", in.Bearer)
	a := f.actor(made.Bearer)
	if a.Mission != sumora || len(a.Grants) != 1 || a.Grants[0].Role != kind.Leader || made.Device != "Firefox, Android" {
		t.Errorf("got %+v, %+v", a, made)
	}
	if !made.Expires.Equal(in.Expires) { // 7 of 12 hours were left, a leader gets 8
		t.Errorf("ends at %v, the old one at %v", made.Expires, in.Expires)
	}
	_, err = f.SwitchMission(f.ctx, by, carana)
	wantError(t, "the old actor", err, kind.CodeForbidden, "error.forbidden")
	f.clock.pass(7 * time.Hour)
	f.refused("prolonged by switching", made.Bearer)
}

// TestAdministratorOfTheServiceSwitches into any mission and back.
func TestAdministratorOfTheServiceSwitches(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("admin", account.NewGrant{Role: kind.Administrator})
	bearer := f.enter("admin", "").Bearer
	for _, m := range []string{carana, sumora, ""} {
		made, err := f.SwitchMission(f.ctx, f.actor(bearer), m)
		if err != nil || made.Mission != m {
			t.Fatalf("%q: %+v, %v", m, made, err)
		}
		bearer = made.Bearer
	}
}

func names(p account.UserPage) string {
	var out []string
	for _, u := range p.Users {
		out = append(out, u.Name)
	}
	return strings.Join(out, " ")
}

// people is carana with four accounts, sumora with two, one of them in both, and
// one without a role; and the administrators of each and of the service.
func people(f *fixture) map[string]account.User {
	all := map[string]account.User{}
	for name, g := range map[string]account.NewGrant{
		"Élodie": {Role: kind.Adviser}, "elin": {Role: kind.Adviser}, "ruth": {Role: kind.Counterpart, Units: []string{station}},
		"carana-admin": {Mission: carana, Role: kind.Administrator}, "carana-auditor": {Role: kind.Auditor},
		"sumora-admin": {Mission: sumora, Role: kind.Administrator}, "far": {Mission: sumora, Role: kind.Trainer},
		"admin": {Role: kind.Administrator},
	} {
		all[name] = f.user(name, g)
	}
	if _, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: all["elin"].ID, Mission: sumora, Role: kind.Trainer}); err != nil {
		f.t.Fatal(err)
	}
	bare, err := f.AddUser(f.ctx, f.op, account.NewUser{Name: "bare"})
	if err != nil {
		f.t.Fatal(err)
	}
	all["bare"] = bare
	return all
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	all := people(f)
	if err := f.Disable(f.ctx, f.op, all["ruth"].ID, ""); err != nil {
		t.Fatal(err)
	}
	yes, no := true, false
	as := func(name, mission string) kind.Actor { return f.actor(f.enter(name, mission).Bearer) }
	for _, c := range []struct {
		by     kind.Actor
		filter account.UserFilter
		want   string
	}{
		{as("carana-admin", ""), account.UserFilter{}, "carana-admin carana-auditor elin ruth Élodie"},
		{as("carana-auditor", ""), account.UserFilter{}, "carana-admin carana-auditor elin ruth Élodie"},
		{as("carana-admin", ""), account.UserFilter{Prefix: "CARANA-"}, "carana-admin carana-auditor"},
		{as("carana-admin", ""), account.UserFilter{Prefix: "e\u0301LO"}, "Élodie"},
		{as("carana-admin", ""), account.UserFilter{Prefix: "far"}, ""},
		{as("carana-admin", ""), account.UserFilter{Disabled: &yes}, "ruth"},
		{as("carana-admin", ""), account.UserFilter{Disabled: &no, Prefix: "r"}, ""},
		{as("sumora-admin", ""), account.UserFilter{}, "elin far sumora-admin"},
		{as("admin", ""), account.UserFilter{}, "admin bare carana-admin carana-auditor elin far ruth sumora-admin Élodie"},
		{as("admin", ""), account.UserFilter{Mission: sumora}, "elin far sumora-admin"},
		{as("admin", sumora), account.UserFilter{}, "elin far sumora-admin"},
	} {
		got, err := f.ListUsers(f.ctx, c.by, c.filter, 50, "")
		if err != nil || names(got) != c.want || got.Next != "" {
			t.Errorf("%s %+v: %s, %v; want %s", c.by.Name, c.filter, names(got), err, c.want)
		}
	}
	_, err := f.ListUsers(f.ctx, as("carana-admin", ""), account.UserFilter{Mission: sumora}, 50, "")
	wantFault(t, "another mission", err, "mission", "error.field.reference")
	_, err = f.ListUsers(f.ctx, as("elin", carana), account.UserFilter{}, 50, "")
	wantError(t, "an adviser", err, kind.CodeNotFound, "error.not_found")
}

func TestListUsersByPages(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	people(f)
	by := f.actor(f.enter("carana-admin", "").Bearer)
	var got []string
	cursor := ""
	for range 5 {
		p, err := f.ListUsers(f.ctx, by, account.UserFilter{}, 2, cursor)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, names(p))
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if want := "carana-admin carana-auditor,elin ruth,Élodie"; strings.Join(got, ",") != want {
		t.Errorf("got %q", got)
	}
	p, err := f.ListUsers(f.ctx, by, account.UserFilter{}, 2, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.ListUsers(f.ctx, by, account.UserFilter{Prefix: "e"}, 2, p.Next)
	wantError(t, "another list's cursor", err, kind.CodeMalformed, "error.cursor")
}

// TestRowsShowRolesOfOneMission: what somebody is elsewhere, or was, is not in
// the list.
func TestRowsShowRolesOfOneMission(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	all := people(f)
	if _, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: all["elin"].ID, Mission: carana, Role: kind.TeamLeader, From: "2026-01-01", To: "2026-02-01"}); err != nil {
		t.Fatal(err)
	}
	roles := func(by kind.Actor) string {
		p, err := f.ListUsers(f.ctx, by, account.UserFilter{Prefix: "elin"}, 50, "")
		if err != nil || len(p.Users) != 1 {
			t.Fatalf("%v, %v", p, err)
		}
		var out []string
		for _, g := range p.Users[0].Grants {
			out = append(out, string(g.Role))
		}
		slices.Sort(out)
		return fmt.Sprint(out)
	}
	for name, want := range map[string]string{"carana-admin": "[adviser]", "sumora-admin": "[trainer]", "admin": "[adviser trainer]"} {
		if got := roles(f.actor(f.enter(name, "").Bearer)); got != want {
			t.Errorf("%s sees %s, want %s", name, got, want)
		}
	}
}

func TestGetUser(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	all := people(f)
	if err := f.Link(f.ctx, f.op, all["elin"].ID, carana, value.Ref{Kind: "person", ID: elin}); err != nil {
		t.Fatal(err)
	}
	as := func(name string) kind.Actor { return f.actor(f.enter(name, "").Bearer) }
	got, err := f.GetUser(f.ctx, as("carana-admin"), all["elin"].ID)
	if err != nil || got.Name != "elin" || !got.HasPassword || len(got.Grants) != 1 || got.Grants[0].Mission != carana || got.Whole ||
		len(got.Links) != 1 || got.Links[0] != (account.UserLink{Mission: carana, Record: value.Ref{Kind: "person", ID: elin}}) {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = f.GetUser(f.ctx, as("sumora-admin"), all["elin"].ID)
	if err != nil || len(got.Links) != 0 || len(got.Grants) != 1 || got.Grants[0].Mission != sumora {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = f.GetUser(f.ctx, as("carana-admin"), all["Élodie"].ID); err != nil || !got.Whole {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = f.GetUser(f.ctx, as("carana-admin"), all["ruth"].ID); err != nil || got.UnitCodes[station] != "C-3333" {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = f.GetUser(f.ctx, as("admin"), all["bare"].ID); err != nil || got.HasPassword || !got.Whole {
		t.Errorf("got %+v, %v", got, err)
	}
	for what, id := range map[string]string{"of another mission": all["far"].ID, "without a role": all["bare"].ID, "none": station} {
		_, err := f.GetUser(f.ctx, as("carana-admin"), id)
		wantError(t, what, err, kind.CodeNotFound, "error.not_found")
		f.unchanged(what, func() {
			wantError(t, what, f.Disable(f.ctx, as2(f, "carana-admin"), id, ""), kind.CodeNotFound, "error.not_found")
		})
	}
	_, err = f.GetUser(f.ctx, as("elin"), all["ruth"].ID)
	wantError(t, "an adviser", err, kind.CodeNotFound, "error.not_found")
}

// as2 acts with an API token, so that acting writes nothing.
func as2(f *fixture, name string) kind.Actor {
	u, err := f.Find(f.ctx, f.op, name)
	if err != nil {
		f.t.Fatal(err)
	}
	return kind.Actor{Account: u.ID, Person: u.ID, Mission: carana, Grants: []kind.Grant{{Role: kind.Administrator}}}
}

func TestInvite(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	all := people(f)
	by := as2(f, "carana-admin")
	u, err := f.AddUser(f.ctx, by, account.NewUser{Name: "new", Grant: &account.NewGrant{Mission: carana, Role: kind.Adviser}})
	if err != nil {
		t.Fatal(err)
	}
	void, err := f.Invite(f.ctx, by, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	inv, err := f.Invite(f.ctx, by, u.ID)
	if err != nil || !inv.Expires.Equal(f.clock.Now().Add(account.InviteLife)) {
		t.Fatalf("%v, %v", inv, err)
	}
	if r, err := f.GetUser(f.ctx, by, u.ID); err != nil || !r.Invited.Equal(inv.Expires) || r.HasPassword {
		t.Errorf("got %+v, %v", r, err)
	}
	if all, err := f.ListTokens(f.ctx, f.op, u.ID); err != nil || len(all) != 0 {
		t.Errorf("an invitation is listed as a token: %v, %v", all, err)
	}
	adviser := f.actor(f.token(all["elin"]).Bearer)
	f.unchanged("refusals", func() {
		for what, code := range map[string]string{"replaced": void.Code, "wrong": "x", "none": "", "as a token": account.Prefix + inv.Code} {
			_, err := f.Invited(f.ctx, code)
			wantError(t, what, err, kind.CodeNotFound, "error.not_found")
			_, err = f.AcceptInvite(f.ctx, code, good, "")
			wantError(t, what, err, kind.CodeNotFound, "error.not_found")
		}
		f.refused("the code as a bearer", inv.Code)
		_, err := f.AcceptInvite(f.ctx, inv.Code, "short", "")
		wantFault(t, "short", err, "password", "error.field.too_short")
		_, err = f.Invite(f.ctx, by, all["elin"].ID)
		wantError(t, "who serves elsewhere too", err, kind.CodeForbidden, "error.forbidden")
		_, err = f.Invite(f.ctx, by, all["far"].ID)
		wantError(t, "of another mission", err, kind.CodeNotFound, "error.not_found")
		_, err = f.Invite(f.ctx, by, by.Account)
		wantError(t, "oneself", err, kind.CodeConflict, "error.account.self")
		_, err = f.Invite(f.ctx, adviser, u.ID)
		wantError(t, "an adviser", err, kind.CodeNotFound, "error.not_found")
	})
	if who, err := f.Invited(f.ctx, inv.Code); err != nil || who.Name != "new" {
		t.Errorf("invited %v, %v", who, err)
	}
	if _, err := f.AcceptInvite(f.ctx, inv.Code, good, "r1"); err != nil {
		t.Fatal(err)
	}
	f.enter("new", "")
	_, err = f.AcceptInvite(f.ctx, inv.Code, good, "")
	wantError(t, "a second time", err, kind.CodeNotFound, "error.not_found")
}

// TestInviteIsVoid: once its time is over, the account is disabled, or its
// password was set otherwise.
func TestInviteIsVoid(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	for what, spoil := range map[string]func(u account.User) error{
		"expired":  func(account.User) error { f.clock.pass(account.InviteLife); return nil },
		"disabled": func(u account.User) error { return f.Disable(f.ctx, f.op, u.ID, "") },
		"enabled again": func(u account.User) error {
			if err := f.Disable(f.ctx, f.op, u.ID, ""); err != nil {
				return err
			}
			return f.Enable(f.ctx, f.op, u.ID, "")
		},
		"password set": func(u account.User) error { return f.SetPassword(f.ctx, f.op, u.ID, "", good) },
	} {
		u := f.user("u-"+strings.ReplaceAll(what, " ", "-"), account.NewGrant{Role: kind.Adviser})
		inv, err := f.Invite(f.ctx, f.op, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Invited(f.ctx, inv.Code); err != nil {
			t.Fatal(err)
		}
		if err := spoil(u); err != nil {
			t.Fatal(err)
		}
		f.unchanged(what, func() {
			_, err := f.AcceptInvite(f.ctx, inv.Code, "quatre oeufs dans un nid", "")
			wantError(t, what, err, kind.CodeNotFound, "error.not_found")
		})
	}
	u, err := f.Find(f.ctx, f.op, "u-disabled")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Invite(f.ctx, f.op, u.ID)
	wantError(t, "to an account that is disabled", err, kind.CodeConflict, "error.account.disabled")
}

// TestInviteAgain: a forgotten password is replaced, and the sign-ins made with
// it end.
func TestInviteAgain(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	in := f.enter("elin", "")
	inv, err := f.Invite(f.ctx, f.op, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.actor(in.Bearer) // an invitation alone ends nothing
	if _, err := f.AcceptInvite(f.ctx, inv.Code, "quatre oeufs dans un nid", ""); err != nil {
		t.Fatal(err)
	}
	f.refused("a sign-in from before", in.Bearer)
	_, err = f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good})
	wantError(t, "the forgotten one", err, kind.CodeUnauthenticated, "error.unauthenticated")
}

// TestInviteOnce: of many who use a code at once, one sets the password.
func TestInviteOnce(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	inv, err := f.Invite(f.ctx, f.op, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	other := f.another()
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		s := []*account.Service{f.Service, other}[i%2]
		wg.Go(func() { _, errs[i] = s.AcceptInvite(f.ctx, inv.Code, fmt.Sprint("vier bunte eier, nest ", i), "") })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if kind.CodeOf(err) != kind.CodeNotFound {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

func TestSignInDemo(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("real", account.NewGrant{Role: kind.Adviser})
	u := f.user("elin.strand", account.NewGrant{Role: kind.Adviser})
	try := func(name string) error {
		_, err := f.SignInDemo(f.ctx, account.SignIn{Name: name})
		return err
	}
	f.unchanged("closed", func() {
		wantError(t, "not opened", try("elin.strand"), kind.CodeNotFound, "error.not_found")
	})
	f.OpenDemo("elin.strand", "gone")
	if all, err := f.DemoUsers(f.ctx); err != nil || len(all) != 1 || all[0].ID != u.ID || len(all[0].Grants) != 1 {
		t.Errorf("opened %+v, %v", all, err)
	}
	in, err := f.SignInDemo(f.ctx, account.SignIn{Name: "Elin.Strand", Device: "Chromium, Linux"})
	if err != nil || in.Account != u.ID || in.Use != "sign_in" || in.Device != "Chromium, Linux" || f.actor(in.Bearer).Mission != carana {
		t.Errorf("got %+v, %v", in, err)
	}
	f.unchanged("others", func() {
		for _, name := range []string{"real", "gone", ""} {
			wantError(t, name, try(name), kind.CodeNotFound, "error.not_found")
		}
	})
	if err := f.Disable(f.ctx, f.op, u.ID, ""); err != nil {
		t.Fatal(err)
	}
	wantError(t, "disabled", try("elin.strand"), kind.CodeNotFound, "error.not_found")
}

func TestUnitsByCode(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	people(f)
	by := as2(f, "carana-admin")
	got, err := f.Units(f.ctx, by, carana, []string{"C-3333"})
	if err != nil || fmt.Sprint(got) != "["+station+"]" {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = f.Units(f.ctx, by, carana, []string{"C-3333", "C-0000"})
	wantFault(t, "no such code", err, "units", "error.grant.unit")
	_, err = f.Units(f.ctx, by, sumora, []string{"C-3333"})
	wantFault(t, "another mission", err, "mission", "error.field.reference")
	_, err = f.Units(f.ctx, f.actor(f.enter("elin", carana).Bearer), carana, []string{"C-3333"})
	wantError(t, "an adviser", err, kind.CodeNotFound, "error.not_found")
}

// TestAddUserWithRecord: the account is somebody from its first moment, or is
// not made.
func TestAddUserWithRecord(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	in := account.NewUser{Name: "elin", Password: good, Record: value.Ref{Kind: "person", ID: elin}}
	f.unchanged("refusals", func() {
		_, err := f.AddUser(f.ctx, f.op, in)
		wantFault(t, "without a mission", err, "record", "error.field.reference")
		in.Grant = &account.NewGrant{Mission: carana, Role: kind.Adviser}
		in.Record.ID = ruth
		_, err = f.AddUser(f.ctx, f.op, in)
		wantFault(t, "no such person", err, "record", "error.field.reference")
	})
	in.Record.ID = elin
	if _, err := f.AddUser(f.ctx, f.op, in); err != nil {
		t.Fatal(err)
	}
	if a := f.actor(f.enter("elin", "").Bearer); a.Person != elin {
		t.Errorf("got %+v", a)
	}
}
