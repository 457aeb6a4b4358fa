package account_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"colocate/app/account"
	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("Elin", account.NewGrant{Role: kind.Adviser, Units: []string{station}})
	issued := f.token(u)
	if !strings.HasPrefix(issued.Bearer, "clc_") || len(issued.Bearer) != 47 {
		t.Errorf("token %q", issued.Bearer)
	}
	want := kind.Actor{Account: u.ID, Person: u.ID, Name: "Elin", Mission: carana, Token: issued.ID, Lang: "fr",
		Grants: []kind.Grant{{Role: kind.Adviser, Units: []string{station}}}}
	for range 2 { // from the store, then from memory
		if got := f.actor(issued.Bearer); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	flipped := []byte(issued.Bearer)
	flipped[20] ^= 1
	for what, bearer := range map[string]string{"nothing": "", "one letter off": string(flipped), "without prefix": issued.Bearer[4:],
		"longer": issued.Bearer + "A", "another": "clc_" + strings.Repeat("A", 43), "its id": issued.ID} {
		f.refused(what, bearer)
	}
}

func TestTokenEnds(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	end := f.clock.Now().Add(time.Hour)
	short, err := f.AddToken(f.ctx, f.op, account.NewToken{Account: u.ID, Name: "an hour", Expires: end})
	if err != nil || !short.Expires.Equal(end) {
		t.Fatalf("got %v, %v", short, err)
	}
	long := f.token(u)
	if !long.Expires.Equal(f.clock.Now().Add(account.DefaultTokenLife)) {
		t.Errorf("ends %v", long.Expires)
	}
	f.clock.pass(time.Hour - time.Second)
	by := f.actor(short.Bearer)
	if all, err := f.ListTokens(f.ctx, by, u.ID); err != nil || len(all) != 2 {
		t.Errorf("got %v, %v", all, err)
	}
	f.clock.pass(time.Second)
	f.refused("expired", short.Bearer)
	f.actor(long.Bearer)
	all, err := f.ListTokens(f.ctx, by, u.ID)
	if err != nil || len(all) != 1 || all[0].ID != long.ID || all[0].Name != "laptop" || all[0].Use != "api" {
		t.Errorf("got %v, %v", all, err)
	}
	if err := f.RevokeToken(f.ctx, by, long.ID); err != nil {
		t.Fatal(err)
	}
	f.refused("revoked", long.Bearer)
	f.unchanged("again", func() {
		if err := f.RevokeToken(f.ctx, by, long.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestAddTokenRefuses(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	other := f.user("other", account.NewGrant{Role: kind.Administrator})
	by := f.actor(f.token(u).Bearer)
	admin := f.actor(f.token(other).Bearer)
	now := f.clock.Now()
	f.unchanged("refusals", func() {
		for _, c := range []struct {
			what       string
			in         account.NewToken
			field, key string
		}{
			{"no name", account.NewToken{Account: u.ID}, "name", "error.field.required"},
			{"long name", account.NewToken{Account: u.ID, Name: strings.Repeat("é", 81)}, "name", "error.field.too_long"},
			{"broken name", account.NewToken{Account: u.ID, Name: "\xff"}, "name", "error.field.characters"},
			{"past", account.NewToken{Account: u.ID, Name: "x", Expires: now}, "expires_at", "error.token.past"},
			{"too far", account.NewToken{Account: u.ID, Name: "x", Expires: now.Add(367 * 24 * time.Hour)}, "expires_at", "error.token.too_long"},
			{"mission without a role", account.NewToken{Account: u.ID, Name: "x", Mission: sumora}, "mission", "error.field.reference"},
			{"no such mission", account.NewToken{Account: u.ID, Name: "x", Mission: station}, "mission", "error.field.reference"},
		} {
			_, err := f.AddToken(f.ctx, by, c.in)
			wantFault(t, c.what, err, c.field, c.key)
		}
		for what, in := range map[string]account.NewToken{"an administrator's": {Account: other.ID, Name: "x"}, "nobody's": {Account: station, Name: "x"}} {
			_, err := f.AddToken(f.ctx, by, in)
			wantError(t, what, err, kind.CodeNotFound, "error.not_found")
		}
		_, err := f.AddToken(f.ctx, admin, account.NewToken{Account: u.ID, Name: "impersonation"})
		wantError(t, "by an administrator", err, kind.CodeNotFound, "error.not_found")
		_, err = f.AddToken(f.ctx, kind.Actor{}, account.NewToken{Account: u.ID, Name: "x"})
		wantError(t, "by nobody", err, kind.CodeNotFound, "error.not_found")
		_, err = f.ListTokens(f.ctx, admin, u.ID)
		wantError(t, "list of another", err, kind.CodeNotFound, "error.not_found")
		wantError(t, "revoke another's", f.RevokeToken(f.ctx, admin, by.Token), kind.CodeNotFound, "error.not_found")
		wantError(t, "revoke nothing", f.RevokeToken(f.ctx, by, station), kind.CodeNotFound, "error.not_found")
	})
	f.actor(f.token(u).Bearer)
}

// TestMidnight: grants begin and end at midnight of the mission, not of UTC;
// the end date is the last day of duty.
func TestMidnight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mission, before, first, last, after string }{
		{carana, "2026-10-09T21:59:59Z", "2026-10-09T22:00:00Z", "2026-10-20T21:59:59Z", "2026-10-20T22:00:00Z"},
		{sumora, "2026-10-10T03:59:59Z", "2026-10-10T04:00:00Z", "2026-10-21T03:59:59Z", "2026-10-21T04:00:00Z"},
	} {
		f := setUp(t)
		u := f.user("elin", account.NewGrant{Mission: c.mission, Role: kind.Trainer})
		bearer := f.token(u).Bearer
		if err := f.EndGrant(f.ctx, f.op, grantOf(f, u), "2026-10-05"); err != nil {
			t.Fatal(err)
		}
		if _, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: c.mission, Role: kind.Adviser, From: "2026-10-10", To: "2026-10-20"}); err != nil {
			t.Fatal(err)
		}
		f.clock.set(c.before)
		f.refused("the day before", bearer)
		f.clock.set(c.first)
		if a := f.actor(bearer); len(a.Grants) != 1 || a.Grants[0].Role != kind.Adviser {
			t.Errorf("on the first day: %v", a)
		}
		f.clock.set(c.last)
		f.actor(bearer)
		f.clock.set(c.after)
		f.refused("the day after", bearer)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("Elin", account.NewGrant{Role: kind.Adviser})
	if err := f.Link(f.ctx, f.op, u.ID, carana, value.Ref{Kind: "person", ID: elin}); err != nil {
		t.Fatal(err)
	}
	before := f.head()
	in, err := f.SignIn(f.ctx, account.SignIn{Name: " elin ", Password: good, Address: "192.0.2.1", Device: "phone", Request: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	if in.Account != u.ID || in.Mission != carana || in.Use != "sign_in" || !in.Expires.Equal(f.clock.Now().Add(account.SignInLife)) ||
		fmt.Sprint(in.Missions) != "["+carana+"]" {
		t.Errorf("got %+v", in)
	}
	acts, err := f.store.Acts(f.ctx, store.Service, before, 10)
	if err != nil || len(acts) != 1 {
		t.Fatalf("got %v, %v", acts, err)
	}
	if a := acts[0].Act; a.Verb != "sign_in" || a.By != elin || a.Account != u.ID || a.Device != "phone" || a.Request != "r1" {
		t.Errorf("the journal says %+v", a)
	}
	by := f.actor(in.Bearer)
	me, err := f.Me(f.ctx, by)
	if err != nil || me.ID != u.ID || me.Person != elin || me.Mission != carana || len(me.Grants) != 1 || me.Grants[0].Role != kind.Adviser || len(me.Missions) != 1 {
		t.Errorf("me: %+v, %v", me, err)
	}
	f.clock.pass(account.SignInLife)
	f.refused("after its time", in.Bearer)
}

func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("elin", account.NewGrant{Role: kind.Adviser})
	f.user("ended", account.NewGrant{Role: kind.Adviser, From: "2026-01-01", To: "2026-10-05"})
	f.user("later", account.NewGrant{Role: kind.Adviser, From: "2026-10-07"})
	for name, password := range map[string]string{"bare": good, "robot": ""} {
		if _, err := f.AddUser(f.ctx, f.op, account.NewUser{Name: name, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	var answers []string
	f.unchanged("refusals", func() {
		for what, in := range map[string]account.SignIn{
			"wrong password":        {Name: "elin", Password: good + "."},
			"no password":           {Name: "elin"},
			"unknown name":          {Name: "nobody", Password: good},
			"no name":               {Password: good},
			"a name without end":    {Name: strings.Repeat("x", 100_000), Password: good},
			"tour over":             {Name: "ended", Password: good},
			"tour to come":          {Name: "later", Password: good},
			"no role anywhere":      {Name: "bare", Password: good},
			"tokens only":           {Name: "robot", Password: ""},
			"another mission":       {Name: "elin", Password: good, Mission: sumora},
			"a mission that is not": {Name: "elin", Password: good, Mission: station},
		} {
			in.Address = what
			got, err := f.SignIn(f.ctx, in)
			wantError(t, what, err, kind.CodeUnauthenticated, "error.unauthenticated")
			if got.Bearer != "" || got.Account != "" {
				t.Errorf("%s: got %+v", what, got)
			}
			if e, ok := errors.AsType[*kind.Error](err); ok {
				answers = append(answers, fmt.Sprint(e.Code, e.Key, e.Args, e.Fields))
			}
		}
	})
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("answers differ: %s and %s", a, answers[0])
		}
	}
}

func TestSignInLifetimes(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	for role, life := range map[kind.Role]time.Duration{kind.Adviser: 12 * time.Hour, kind.TeamLeader: 12 * time.Hour,
		kind.Counterpart: 8 * time.Hour, kind.Commander: 8 * time.Hour, kind.Ministry: 8 * time.Hour, kind.Leader: 8 * time.Hour, kind.Administrator: 8 * time.Hour} {
		g := account.NewGrant{Mission: carana, Role: role}
		switch role {
		case kind.Counterpart, kind.Commander:
			g.Units = []string{station}
		case kind.Ministry:
			g.Remit = []string{"unit"}
		}
		f.user("u-"+string(role), g)
		in, err := f.SignIn(f.ctx, account.SignIn{Name: "u-" + string(role), Password: good})
		if err != nil || in.Expires.Sub(f.clock.Now()) != life {
			t.Errorf("%s: %v, %v", role, in.Expires.Sub(f.clock.Now()), err)
		}
	}
}

func TestSignInToOneOfMissions(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser, From: "2026-10-01"})
	if _, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: sumora, Role: kind.Trainer}); err != nil {
		t.Fatal(err)
	}
	for want, role := range map[string]kind.Role{"": kind.Adviser, carana: kind.Adviser, sumora: kind.Trainer} {
		in, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good, Mission: want})
		if err != nil || len(in.Missions) != 2 {
			t.Fatalf("%q: %v, %v", want, in, err)
		}
		a := f.actor(in.Bearer)
		if want != "" && a.Mission != want || len(a.Grants) != 1 || a.Grants[0].Role != role {
			t.Errorf("%q: got %v", want, a)
		}
	}
}

func TestThrottleOfSignIn(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("elin", account.NewGrant{Role: kind.Adviser})
	for _, name := range []string{"elin", "nobody"} { // a name that is not there waits alike
		try := account.SignIn{Name: name, Password: "guess " + name, Address: "192.0.2.1"}
		for range 5 {
			_, err := f.SignIn(f.ctx, try)
			wantError(t, name, err, kind.CodeUnauthenticated, "error.unauthenticated")
		}
		_, err := f.SignIn(f.ctx, try)
		wantError(t, name, err, kind.CodeTooMany, "error.too_many")
		if e, ok := errors.AsType[*kind.Error](err); !ok || e.Args["RetryAfter"] != int64(1) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good, Address: "192.0.2.1"})
	wantError(t, "the right password, too early", err, kind.CodeTooMany, "error.too_many")
	f.clock.pass(time.Second)
	if _, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good, Address: "192.0.2.1"}); err != nil {
		t.Errorf("in time: %v", err)
	}
}

// TestSignInForgivesTries: who proves himself starts with all his free tries.
func TestSignInForgivesTries(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("elin", account.NewGrant{Role: kind.Adviser})
	for range 2 {
		for range 4 {
			_, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: "mistyped", Address: "192.0.2.1"})
			wantError(t, "mistyped", err, kind.CodeUnauthenticated, "error.unauthenticated")
		}
		if _, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good, Address: "192.0.2.1"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSetUp(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	old, err := f.NewSetUp(f.ctx)
	if err != nil || len(old) != 43 {
		t.Fatalf("got %q, %v", old, err)
	}
	code, err := f.NewSetUp(f.ctx)
	if err != nil || code == old {
		t.Fatalf("got %q, %v", code, err)
	}
	first := account.NewUser{Name: "first", Password: good}
	f.unchanged("refusals", func() {
		for what, c := range map[string]string{"none": "", "wrong": old[:42] + "!", "void": old} {
			_, err := f.SetUp(f.ctx, c, first)
			wantError(t, what, err, kind.CodeNotFound, "error.not_found")
			if f.SetUpOpen(c) {
				t.Errorf("%s: open", what)
			}
		}
		_, err := f.SetUp(f.ctx, code, account.NewUser{Name: "first"})
		wantFault(t, "no password", err, "password", "error.field.required")
		_, err = f.SetUp(f.ctx, code, account.NewUser{Name: "first", Password: "password"})
		wantFault(t, "weak password", err, "password", "error.field.too_short")
	})
	if !f.SetUpOpen(code) {
		t.Error("a mistake has used the code up")
	}
	u, err := f.SetUp(f.ctx, code, first)
	if err != nil {
		t.Fatal(err)
	}
	in, err := f.SignIn(f.ctx, account.SignIn{Name: "first", Password: good})
	if err != nil || in.Account != u.ID || in.Mission != "" {
		t.Fatalf("got %+v, %v", in, err)
	}
	by := f.actor(in.Bearer)
	if !by.Has(kind.Administrator) || len(by.Grants) != 1 {
		t.Errorf("got %v", by)
	}
	if me, err := f.Me(f.ctx, by); err != nil || len(me.Grants) != 1 || len(me.Missions) != 0 {
		t.Errorf("me: %+v, %v", me, err)
	}
	if _, err := f.AddUser(f.ctx, by, account.NewUser{Name: "second", Grant: &account.NewGrant{Mission: sumora, Role: kind.Leader}}); err != nil {
		t.Errorf("the administrator of the service: %v", err)
	}
	_, err = f.SetUp(f.ctx, code, account.NewUser{Name: "again", Password: good})
	wantError(t, "used", err, kind.CodeNotFound, "error.not_found")
	if again, err := f.NewSetUp(f.ctx); err != nil || again != "" {
		t.Errorf("another code: %q, %v", again, err)
	}
	if in, err := f.SignIn(f.ctx, account.SignIn{Name: "first", Password: good, Mission: carana}); err != nil || in.Mission != carana {
		t.Errorf("into a mission: %v, %v", in, err)
	}
}

func TestSetUpExpires(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	code, err := f.NewSetUp(f.ctx)
	if err != nil {
		t.Fatal(err)
	}
	f.clock.pass(account.SetUpLife - time.Second)
	if !f.SetUpOpen(code) {
		t.Error("closed too early")
	}
	f.clock.pass(time.Second)
	_, err = f.SetUp(f.ctx, code, account.NewUser{Name: "late", Password: good})
	wantError(t, "too late", err, kind.CodeNotFound, "error.not_found")
}

func TestSetUpOnce(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	code, err := f.NewSetUp(f.ctx)
	if err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = f.SetUp(f.ctx, code, account.NewUser{Name: fmt.Sprintf("first%d", i), Password: good})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantError(t, "the others", err, kind.CodeNotFound, "error.not_found")
		}
	}
	if won != 1 {
		t.Errorf("%d first administrators", won)
	}
	other := setUp(t)
	if code, err = other.NewSetUp(f.ctx); err != nil {
		t.Fatal(err)
	}
	other.user("by-hand", account.NewGrant{Role: kind.Administrator})
	_, err = other.SetUp(f.ctx, code, account.NewUser{Name: "late", Password: good})
	wantError(t, "an account was made meanwhile", err, kind.CodeNotFound, "error.not_found")
}

// TestOtherProcess: what another process changes bites within a second.
func TestOtherProcess(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	bearer := f.token(u).Bearer
	other := f.another()
	f.actor(bearer)
	if err := other.Disable(f.ctx, f.op, u.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Authenticate(f.ctx, bearer); kind.CodeOf(err) != kind.CodeUnauthenticated {
		t.Errorf("the process that did it: %v", err)
	}
	f.clock.pass(time.Second)
	f.refused("the other, a second later", bearer)
}

// TestNothingInClear: neither a password nor a token nor a set-up code lies in
// the data folder, in any version of any document.
func TestNothingInClear(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	code, err := f.NewSetUp(f.ctx)
	if err != nil {
		t.Fatal(err)
	}
	first, err := f.SetUp(f.ctx, code, account.NewUser{Name: "canary-name", Password: good})
	if err != nil {
		t.Fatal(err)
	}
	const next = "quatre oeufs dans un nid"
	if err := f.SetPassword(f.ctx, f.op, first.ID, "", next); err != nil {
		t.Fatal(err)
	}
	in, err := f.SignIn(f.ctx, account.SignIn{Name: "canary-name", Password: next})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.SignIn(f.ctx, account.SignIn{Name: "canary-name", Password: "a wrong guess of mine"})
	api, err := f.AddToken(f.ctx, f.actor(in.Bearer), account.NewToken{Account: first.ID, Name: "canary-token"})
	if err != nil {
		t.Fatal(err)
	}
	inv, err := f.Invite(f.ctx, f.op, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	data := stored(f)
	for _, control := range []string{"canary-name", "canary-token", "$argon2id$"} {
		if !bytes.Contains(data, []byte(control)) {
			t.Fatalf("the search finds nothing, not even %q", control)
		}
	}
	secrets := []string{good, next, "a wrong guess of mine", code, inv.Code}
	for _, bearer := range []string{in.Bearer, api.Bearer} {
		raw, err := base64.RawURLEncoding.DecodeString(bearer[4:])
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, bearer, bearer[4:], string(raw))
	}
	for _, s := range secrets {
		if bytes.Contains(data, []byte(s)) {
			t.Errorf("%q is stored", s)
		}
	}
}

// stored is every byte of the data folder, and every version that the journal
// keeps, which is compressed there.
func stored(f *fixture) []byte {
	f.t.Helper()
	var all bytes.Buffer
	versions, err := f.store.Changes(f.ctx, store.Service, nil, 0, 1000)
	if err != nil || len(versions) < 5 {
		f.t.Fatalf("%d versions, %v", len(versions), err)
	}
	for _, v := range versions {
		all.Write(v.Doc)
	}
	if err := f.store.Close(); err != nil {
		f.t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(f.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files++
		all.Write(b)
		return err
	})
	if err != nil || files == 0 {
		f.t.Fatalf("%d files, %v", files, err)
	}
	return all.Bytes()
}

func BenchmarkAuthenticate(b *testing.B) {
	f := setUp(b)
	u, err := f.AddUser(f.ctx, f.op, account.NewUser{Name: "elin", Grant: &account.NewGrant{Mission: carana, Role: kind.Adviser}})
	if err != nil {
		b.Fatal(err)
	}
	issued, err := f.AddToken(f.ctx, f.op, account.NewToken{Account: u.ID, Name: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Authenticate(f.ctx, issued.Bearer); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTokensStayInTheirMission: who holds a token for one mission makes none for
// another, although its holder serves in both (trust.md A16).
func TestTokensStayInTheirMission(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser, Units: []string{station}})
	if _, err := f.AddGrant(f.ctx, f.op, account.NewGrant{Account: u.ID, Mission: sumora, Role: kind.Trainer}); err != nil {
		t.Fatal(err)
	}
	issued, err := f.AddToken(f.ctx, f.op, account.NewToken{Account: u.ID, Name: "first", Mission: carana})
	if err != nil {
		t.Fatal(err)
	}
	by := f.actor(issued.Bearer)
	for mission, want := range map[string]kind.Code{sumora: kind.CodeInvalid, carana: "", "": ""} {
		if _, err := f.AddToken(f.ctx, by, account.NewToken{Account: u.ID, Name: "n", Mission: mission}); kind.CodeOf(err) != want {
			t.Errorf("for %q: %v", mission, err)
		}
	}
	if all, err := f.ListTokens(f.ctx, f.op, u.ID); err != nil || len(all) != 3 {
		t.Errorf("%d tokens, %v", len(all), err)
	}
}
