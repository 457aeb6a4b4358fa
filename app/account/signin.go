package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Lifetimes of a sign-in (trust.md A9).
const (
	SignInLife      = 12 * time.Hour
	ShortSignInLife = 8 * time.Hour // host side, leadership, administrators
)

// maxNameKey bounds a folded name, in bytes.
const maxNameKey = 512

// SignIn is a try to sign in. An empty Mission is the only one, or else the
// first, in which the account holds a role today. Address is where it comes
// from, for the throttle; Device says in a few words on what it is made, for
// the list of sign-ins and the journal.
type SignIn struct {
	Name     string
	Password string
	Mission  string
	Address  string
	Device   string
	Request  string
}

// SignedIn is a sign-in that was accepted.
type SignedIn struct {
	Issued
	Account  string   `json:"account"`
	Missions []string `json:"missions"` // in which the account holds a role today
}

// SignIn checks a name and a password and answers with a token. CodeTooMany
// says, as "RetryAfter" in seconds, how long to wait; everything else that is
// wrong is one CodeUnauthenticated: no such name, another password, an account
// that is disabled or holds no role today.
func (s *Service) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	name := fold(in.Name)
	if len(name) > maxNameKey {
		name = "" // nobody is called so, and the throttle need not remember it
	}
	if wait := s.throttle.take(name, in.Address, s.now()); wait > 0 {
		return SignedIn{}, tooMany(wait)
	}
	a, weak, err := s.proved(ctx, name, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	made, err := s.enter(ctx, a, in, weak)
	if err == nil {
		s.throttle.passed(name, in.Address, s.now())
	}
	return made, err
}

// enter signs a in, who proved to be it.
func (s *Service) enter(ctx context.Context, a *account, in SignIn, weak bool) (SignedIn, error) {
	held, err := s.grantsOf(ctx, a.ID)
	if err != nil {
		return SignedIn{}, err
	}
	mission, ok := s.choose(held, in.Mission, s.now())
	if !ok {
		return SignedIn{}, unauthenticated("no role today")
	}
	issued, err := s.admit(ctx, a, in, held, mission, weak)
	return SignedIn{Issued: issued, Account: a.ID, Missions: s.missions(held, s.now())}, err
}

// proved returns the account whose folded name is nameKey, if the password is its. It takes as
// long where there is no such account.
func (s *Service) proved(ctx context.Context, nameKey, password string) (a *account, weak bool, err error) {
	if a, err = s.byKey(ctx, nameKey); err != nil {
		return nil, false, err
	}
	stored := ""
	if a != nil {
		stored = a.Password
	}
	ok, weak, err := s.hasher.check(ctx, password, stored)
	switch {
	case err != nil:
		return nil, false, err
	case !ok:
		return nil, false, unauthenticated("wrong name or password")
	case a.Disabled:
		return nil, false, unauthenticated("account is disabled")
	}
	return a, weak, nil
}

// admit makes the token of a sign-in. A password kept by weaker means than
// today's is hashed anew, as only now it is known; if something crosses that,
// the next sign-in will do it.
func (s *Service) admit(ctx context.Context, a *account, in SignIn, held []*grant, mission string, weak bool) (Issued, error) {
	now := s.now()
	day, _, _ := s.today(mission, now)
	t, bearer := s.newToken(a, useSignIn, "", mission, now.Add(life(inForce(held, mission, day))))
	t.Device = atMost(in.Device, maxDevice)
	by := kind.Actor{Account: a.ID, Person: a.person(mission), Device: in.Device, Request: in.Request}
	act := s.act(by, "", "sign_in")
	if weak {
		made, err := s.hasher.hash(ctx, in.Password)
		if err != nil {
			return Issued{}, err
		}
		better := *a
		better.Password = made
		issued, err := s.issue(ctx, act, t, bearer, &better)
		if !errors.Is(err, store.ErrStale) {
			return issued, err
		}
		t.Rev = 0
	}
	return s.issue(ctx, act, t, bearer, nil)
}

// life is how long a sign-in lasts for who holds grants.
func life(grants []kind.Grant) time.Duration {
	for _, g := range grants {
		if g.Role == kind.Leader || g.Role == kind.Administrator || kind.SideOf(g.Role) == kind.Host {
			return ShortSignInLife
		}
	}
	return SignInLife
}

// choose tells in which mission somebody who holds these grants acts: in want,
// if he holds a role there today; without a want in the first such mission,
// or in none if only the service itself gave him a role.
func (s *Service) choose(held []*grant, want string, now time.Time) (mission string, ok bool) {
	all := s.missions(held, now)
	switch {
	case want == "" && len(all) > 0:
		return all[0], true
	case slices.Contains(all, want):
		return want, true
	}
	day, _, found := s.today(want, now)
	return want, found && len(inForce(held, want, day)) > 0
}

// tooMany says in whole seconds how long to wait.
func tooMany(wait time.Duration) error {
	err := kind.E(kind.CodeTooMany, "error.too_many", nil)
	err.Args = map[string]any{"RetryAfter": int64((wait + time.Second - 1) / time.Second)}
	return err
}

// maxDevice bounds the words about a device, in runes.
const maxDevice = 80

// atMost cuts s after n runes.
func atMost(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
