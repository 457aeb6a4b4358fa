package account

import (
	"context"
	"errors"
	"slices"
)

// OpenDemo lets the accounts called so sign in without a password. It is for
// the demonstration on a loopback listener alone, and must be called before the
// service is used.
func (s *Service) OpenDemo(names ...string) {
	s.demo = nil
	for _, n := range names {
		s.demo = append(s.demo, fold(n))
	}
}

// DemoUsers are the accounts that OpenDemo opened, in its order, with the grants
// that are in force; those that are gone or disabled are left out.
func (s *Service) DemoUsers(ctx context.Context) ([]UserRow, error) {
	var out []UserRow
	for _, name := range s.demo {
		a, err := s.byKey(ctx, name)
		if err != nil {
			return nil, err
		}
		if a == nil || a.Disabled {
			continue
		}
		held, err := s.grantsOf(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, UserRow{User: a.user(), Grants: views(held, func(string) bool { return true })})
	}
	return out, nil
}

// SignInDemo signs in as somebody of the demonstration, whose password it does
// not ask for. CodeNotFound if that was not opened, or not for this name.
func (s *Service) SignInDemo(ctx context.Context, in SignIn) (SignedIn, error) {
	name := fold(in.Name)
	if !slices.Contains(s.demo, name) {
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
