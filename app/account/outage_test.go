package account_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"colocate/app/account"
	"colocate/app/store"
	"colocate/domain/kind"
)

// faulty is a store that fails when told to.
type faulty struct {
	store.Store
	heads             atomic.Int64
	head, write, read atomic.Pointer[error]
}

func (s *faulty) Head(ctx context.Context, journal string) (int64, error) {
	s.heads.Add(1)
	if err := s.head.Load(); err != nil {
		return 0, *err
	}
	return s.Store.Head(ctx, journal)
}

func (s *faulty) Commit(ctx context.Context, c store.Commit) (store.Receipt, error) {
	if err := s.write.Load(); err != nil {
		return store.Receipt{}, *err
	}
	return s.Store.Commit(ctx, c)
}

func (s *faulty) Get(ctx context.Context, k store.Key, filter store.D) (store.Raw, error) {
	if err := s.read.Load(); err != nil {
		return nil, *err
	}
	return s.Store.Get(ctx, k, filter)
}

func (s *faulty) Each(ctx context.Context, shelf string, q store.Query, fn func(store.Raw) error) error {
	if err := s.read.Load(); err != nil {
		return *err
	}
	return s.Store.Each(ctx, shelf, q, fn)
}

func spoil(f *fixture) *faulty {
	f.t.Helper()
	s := &faulty{Store: f.store}
	f.cfg.Store = s
	f.Service = f.another()
	return s
}

func TestHeadIsAskedOnceASecond(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	s := spoil(f)
	bearer := f.token(f.user("elin", account.NewGrant{Role: kind.Adviser})).Bearer
	for range 20 {
		f.actor(bearer)
	}
	if n := s.heads.Load(); n != 1 {
		t.Errorf("asked %d times within a second", n)
	}
	f.clock.pass(time.Second)
	f.actor(bearer)
	f.actor(bearer)
	if n := s.heads.Load(); n != 2 {
		t.Errorf("asked %d times in two seconds", n)
	}
	f.clock.pass(-time.Hour) // a clock that was set back
	f.actor(bearer)
	if n := s.heads.Load(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

// TestOutageIsNotARefusal: while the store cannot be asked nobody is let in on
// what may have changed, and nobody is told that a token is bad.
func TestOutageIsNotARefusal(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	s := spoil(f)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	bearer := f.token(u).Bearer
	f.actor(bearer)
	busy := fmt.Errorf("disk: %w", store.ErrBusy)
	s.head.Store(&busy)
	f.clock.pass(time.Second)
	for range 2 {
		_, err := f.Authenticate(f.ctx, bearer)
		wantError(t, "head", err, kind.CodeBusy, "error.busy")
	}
	s.head.Store(nil)
	f.actor(bearer)
	s.read.Store(&busy)
	f.Service = f.another()
	_, err := f.Authenticate(f.ctx, bearer)
	wantError(t, "authenticate", err, kind.CodeBusy, "error.busy")
	_, err = f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good})
	wantError(t, "sign in", err, kind.CodeBusy, "error.busy")
	_, err = f.Find(f.ctx, f.op, "elin")
	wantError(t, "find", err, kind.CodeBusy, "error.busy")
	_, err = f.AddUser(f.ctx, f.op, account.NewUser{Name: "ruth", Grant: &account.NewGrant{Mission: carana, Role: kind.Commander, Units: []string{station}}})
	wantError(t, "a unit that cannot be looked up", err, kind.CodeBusy, "error.busy")
	s.read.Store(nil)
	s.write.Store(&busy)
	_, err = f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good})
	wantError(t, "sign in", err, kind.CodeBusy, "error.busy")
	wantError(t, "disable", f.Disable(f.ctx, f.op, u.ID, ""), kind.CodeBusy, "error.busy")
}

// TestCrossedForEver: a change that others cross again and again gives up and
// says that it is safe to repeat.
func TestCrossedForEver(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	s := spoil(f)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	stale := error(store.ErrStale)
	s.write.Store(&stale)
	wantError(t, "disable", f.Disable(f.ctx, f.op, u.ID, ""), kind.CodeBusy, "error.busy")
	s.write.Store(nil)
	if err := f.Disable(f.ctx, f.op, u.ID, ""); err != nil {
		t.Error(err)
	}
}

// TestPasswordIsStrengthened: a password kept by weaker means is kept by
// today's after the next sign-in, once.
func TestPasswordIsStrengthened(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	weak, err := argon2id.CreateHash(good, &argon2id.Params{Memory: 8 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	k := store.Key{Shelf: "account", Journal: store.Service, ID: u.ID}
	doc, rev := f.document(k)
	for i := range doc {
		if doc[i].Name == "password" {
			doc[i].Value = weak
		}
	}
	if _, err := f.store.Commit(f.ctx, store.Commit{Journal: store.Service, Put: []store.Put{{Key: k, Rev: rev, Doc: store.Encode(doc)}}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := f.SignIn(f.ctx, account.SignIn{Name: "elin", Password: good}); err != nil {
			t.Fatal(err)
		}
	}
	doc, now := f.document(k)
	if p, _ := doc.Get("password"); !strings.HasPrefix(p.(string), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("still %v", p)
	}
	if now != rev+2 {
		t.Errorf("revision %d, want %d: strengthened once", now, rev+2)
	}
}

func (f *fixture) document(k store.Key) (kind.Doc, int64) {
	f.t.Helper()
	raw, err := f.store.Get(f.ctx, k, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	doc, err := store.Decode(raw)
	if err != nil {
		f.t.Fatal(err)
	}
	rev, _ := doc.Get("rev")
	return doc, rev.(int64)
}

// TestAuthenticateBesideChanges: while an account is disabled and enabled, no
// answer is older than the change that was acknowledged before it was asked.
func TestAuthenticateBesideChanges(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	u := f.user("elin", account.NewGrant{Role: kind.Adviser})
	bearer := f.token(u).Bearer
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = f.Authenticate(f.ctx, bearer)
				}
			}
		})
	}
	for range 10 {
		if err := f.Disable(f.ctx, f.op, u.ID, ""); err != nil {
			t.Fatal(err)
		}
		f.refused("disabled", bearer)
		if err := f.Enable(f.ctx, f.op, u.ID, ""); err != nil {
			t.Fatal(err)
		}
		f.actor(bearer)
	}
	close(stop)
	wg.Wait()
}
