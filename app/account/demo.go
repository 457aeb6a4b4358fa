package account

import (
	"context"
	"errors"
)

// OpenDemo lets the accounts called so sign in without a password. It is for
// the demonstration on a loopback listener alone, and must be called before the
// service is used.
func (s *Service) OpenDemo(names ...string) {
	s.demo = map[string]bool{}
	for _, n := range names {
		s.demo[fold(n)] = true
	}
}

// SignInDemo signs in as somebody of the demonstration, whose password it does
// not ask for. CodeNotFound if that was not opened, or not for this name.
func (s *Service) SignInDemo(ctx context.Context, in SignIn) (SignedIn, error) {
	name := fold(in.Name)
	if !s.demo[name] {
		return SignedIn{}, absent(errors.New("not an account of the demonstration"))
	}
	a, err := s.byKey(ctx, name)
	if err != nil {
		return SignedIn{}, err
	}
	if a == nil || a.Disabled {
		return SignedIn{}, absent(errors.New("the demonstration's account is gone or disabled"))
	}
	return s.enter(ctx, a, in, false)
}
