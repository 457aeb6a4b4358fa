package account_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"colocate/app/account"
	"colocate/app/authz"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/policies"
)

// Ids of the missions, and of what lies in them.
const (
	carana  = "11111111-1111-4111-8111-111111111111" // UTC+2 all year
	sumora  = "22222222-2222-4222-8222-222222222222" // UTC-5, with daylight saving
	station = "33333333-3333-4333-8333-333333333333"
	elin    = "44444444-4444-4444-8444-444444444444" // a person
	ruth    = "55555555-5555-4555-8555-555555555555" // a counterpart
)

const good = "vier bunte eier im nest"

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(s string) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a service over a real store in a folder of its own.
type fixture struct {
	*account.Service
	t     testing.TB
	ctx   context.Context
	store store.Store
	clock *clock
	dir   string
	op    kind.Actor
	cfg   account.Config
}

var subject = sync.OnceValues(func() (*kind.Registry, error) { return kind.Compile(domain.Kinds()) })

var rights = sync.OnceValues(func() (*authz.Policy, error) {
	reg, err := subject()
	if err != nil {
		return nil, err
	}
	return authz.New(policies.Model, policies.Policy, authz.Permissions(reg))
})

var storeKey, tokenKey = []byte("0123456789abcdef0123456789abcdef"), []byte("fedcba9876543210fedcba9876543210")

func setUp(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, ctx: t.Context(), clock: &clock{}, dir: filepath.Join(t.TempDir(), "data"), op: account.Operator()}
	f.clock.set("2026-10-06T09:00:00Z")
	shelves := append([]store.Shelf{{Name: "unit", Indexes: []store.Index{{Fields: []string{"mission_id", "code"}}}}, {Name: "person"}, {Name: "counterpart"}}, account.Shelves...)
	var err error
	if f.store, err = sqlitestore.OpenStore(f.ctx, f.dir, store.Options{Shelves: shelves, Key: storeKey, Now: f.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close() })
	reg, err := subject()
	if err != nil {
		t.Fatal(err)
	}
	policy, err := rights()
	if err != nil {
		t.Fatal(err)
	}
	f.cfg = account.Config{Store: f.store, Kinds: reg, Policy: policy, Zone: zone, Now: f.clock.Now, Key: tokenKey}
	f.Service = f.another()
	f.record("unit", station)
	f.record("person", elin)
	f.record("counterpart", ruth)
	return f
}

// another is a second process over the same store.
func (f *fixture) another() *account.Service {
	f.t.Helper()
	s, err := account.New(f.cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

func zone(mission string) *time.Location {
	name := map[string]string{carana: "Africa/Maputo", sumora: "America/New_York"}[mission]
	if name == "" {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func (f *fixture) record(shelf, id string) {
	f.t.Helper()
	k := store.Key{Shelf: shelf, Journal: carana, ID: id}
	_, err := f.store.Commit(f.ctx, store.Commit{Journal: carana, Put: []store.Put{{Key: k, Doc: store.Encode(kind.Doc{{Name: "id", Value: id}, {Name: "mission_id", Value: carana}, {Name: "code", Value: "C-" + id[:4]}})}}})
	if err != nil {
		f.t.Fatal(err)
	}
}

// user makes an account with a role in carana.
func (f *fixture) user(name string, g account.NewGrant) account.User {
	f.t.Helper()
	if g.Mission == "" && g.Role != kind.Administrator {
		g.Mission = carana
	}
	u, err := f.AddUser(f.ctx, f.op, account.NewUser{Name: name, Password: good, Lang: "fr", Grant: &g})
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

func (f *fixture) token(u account.User) account.Issued {
	f.t.Helper()
	i, err := f.AddToken(f.ctx, f.op, account.NewToken{Account: u.ID, Name: "laptop"})
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

// actor is who bears a token.
func (f *fixture) actor(bearer string) kind.Actor {
	f.t.Helper()
	a, err := f.Authenticate(f.ctx, bearer)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

// refused checks that bearer is not let in, with the answer that all get.
func (f *fixture) refused(what, bearer string) {
	f.t.Helper()
	a, err := f.Authenticate(f.ctx, bearer)
	wantError(f.t, what, err, kind.CodeUnauthenticated, "error.unauthenticated")
	if a.Account != "" || len(a.Grants) > 0 {
		f.t.Errorf("%s: got an actor %v", what, a)
	}
}

func (f *fixture) head() int64 {
	f.t.Helper()
	n, err := f.store.Head(f.ctx, store.Service)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// unchanged runs do and checks that it wrote nothing.
func (f *fixture) unchanged(what string, do func()) {
	f.t.Helper()
	before := f.head()
	do()
	if after := f.head(); after != before {
		f.t.Errorf("%s: wrote %d commits", what, after-before)
	}
}

// wantError checks code, key and that nothing else would be shown.
func wantError(t testing.TB, what string, err error, code kind.Code, key string) {
	t.Helper()
	e, ok := errors.AsType[*kind.Error](err)
	if !ok || e.Code != code || e.Key != key {
		t.Errorf("%s: got %v, want %s %s", what, err, code, key)
		return
	}
	if code == kind.CodeUnauthenticated && (e.Args != nil || e.Fields != nil || e.State != "") {
		t.Errorf("%s: the answer tells more than that: %+v", what, e)
	}
}

// wantFault checks the fault of one field.
func wantFault(t testing.TB, what string, err error, field, key string) {
	t.Helper()
	e, ok := errors.AsType[*kind.Error](err)
	if !ok || e.Code != kind.CodeInvalid || e.Fields[field].Key != key {
		t.Errorf("%s: got %v, want %s at %s", what, err, key, field)
	}
}
