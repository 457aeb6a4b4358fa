package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"sync"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
)

// SetUpLife is how long a set-up code can be used (trust.md A15).
const SetUpLife = 30 * time.Minute

// setUp is the code that was handed out last. It is not stored: a restart
// prints a new one.
type setUp struct {
	mu      sync.Mutex
	code    digest
	expires time.Time
}

// anybody matches every account there is.
var anybody = store.D{{Key: "realm", Value: local}}

// NewSetUp makes the code with which the first administrator is made, good for
// SetUpLife and once; the code before it is void. It answers "" once there is
// an account.
func (s *Service) NewSetUp(ctx context.Context) (string, error) {
	some, err := s.anyAccount(ctx)
	if err != nil || some {
		return "", err
	}
	code := newSecret()
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	s.setUp.code, s.setUp.expires = s.digestOf(code), s.now().Add(SetUpLife)
	return code, nil
}

func (s *Service) anyAccount(ctx context.Context) (bool, error) {
	page, err := s.cfg.Store.Find(ctx, "account", store.Query{Filter: anybody, Sort: "name_key", Limit: 1})
	return len(page.Docs) > 0, outage(err)
}

// SetUpOpen reports whether code can be used now, so that a page may ask for a
// name and a password.
func (s *Service) SetUpOpen(code string) bool {
	given := s.digestOf(code)
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	return s.now().Before(s.setUp.expires) && subtle.ConstantTimeCompare(given[:], s.setUp.code[:]) == 1
}

// SetUp makes the first account, an administrator of the service, with the
// code that NewSetUp gave. CodeNotFound if the code is wrong, used or too old,
// or if an account is there by now.
func (s *Service) SetUp(ctx context.Context, code string, in NewUser) (User, error) {
	if !s.SetUpOpen(code) {
		return User{}, absent(errors.New("set-up code is wrong or void"))
	}
	in.Grant = &NewGrant{Role: kind.Administrator}
	in.Grant.From, _, _ = s.today("", s.now())
	if err := in.check(); err != nil {
		return User{}, err
	}
	if in.Password == "" {
		return User{}, fault("password", kind.Fault{Key: "error.field.required"})
	}
	u, err := s.create(ctx, in, s.act(kind.Actor{}, kind.Administrator, "set_up"), []store.Reliance{{Shelf: "account", Filter: anybody}})
	if errors.Is(err, store.ErrMoved) || kind.CodeOf(err) == kind.CodeConflict {
		return User{}, absent(err)
	}
	if err == nil {
		s.closeSetUp()
	}
	return u, err
}

func (s *Service) closeSetUp() {
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	s.setUp.code, s.setUp.expires = digest{}, time.Time{}
}
