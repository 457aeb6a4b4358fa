package account

import (
	"context"
	"errors"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
)

// InviteLife is how long an invitation can be used.
const InviteLife = 7 * 24 * time.Hour

// Invitation is what lets somebody choose the password of an account. Code is
// shown this once: no administrator ever knows a password.
type Invitation struct {
	Code    string
	Expires time.Time
}

// Invite makes an invitation for an account, its first or, for a password that
// was forgotten, another; those before it are void, and so is this one once the
// account is disabled or its password is set. Who invites must administer all
// that the account may do. CodeConflict for oneself and for an account that is
// disabled; CodeNotFound if there is none or the caller does not see it.
func (s *Service) Invite(ctx context.Context, by kind.Actor, id string) (made Invitation, err error) {
	role, err := s.mayInvite(ctx, by, id)
	if err != nil {
		return Invitation{}, err
	}
	err = s.change(ctx, id, s.act(by, role, "invite"), func(a *account, c *store.Commit) error {
		if a.Disabled {
			return kind.E(kind.CodeConflict, "error.account.disabled", nil)
		}
		open, err := s.invites(ctx, a)
		if err != nil {
			return err
		}
		for _, t := range open {
			t.Revoked = true
			s.put(c, s.of.token, t)
		}
		t, code := s.newInvite(a)
		s.put(c, s.of.token, t)
		made = Invitation{Code: code, Expires: t.Expires}
		return nil
	})
	if err != nil {
		return Invitation{}, err
	}
	return made, nil
}

func (s *Service) mayInvite(ctx context.Context, by kind.Actor, id string) (kind.Role, error) {
	role, err := s.allow(by, "account", "update")
	if err != nil {
		return "", err
	}
	if by.Account == id {
		return "", kind.E(kind.CodeConflict, "error.account.self", nil)
	}
	if _, _, err := s.sees(ctx, by, id); err != nil {
		return "", err
	}
	return role, s.mayAdministerAll(ctx, by, id)
}

// newInvite makes an invitation of a. Its code has no prefix of a token, and is
// never taken for one.
func (s *Service) newInvite(a *account) (*token, string) {
	t, _ := s.newToken(a, useInvite, "", "", s.now().Add(InviteLife))
	code := newSecret()
	t.Hash = s.digestOf(code).text()
	return t, code
}

// invites are the invitations of a that can be used.
func (s *Service) invites(ctx context.Context, a *account) ([]*token, error) {
	all, err := find[token](ctx, s, s.of.token, store.D{{Key: "account", Value: a.ID}})
	if err != nil {
		return nil, err
	}
	var open []*token
	for _, t := range all {
		if t.Use == useInvite && t.works(a, s.now()) {
			open = append(open, t)
		}
	}
	return open, nil
}

// Invited tells whose password code lets one choose. CodeNotFound if the code is
// wrong, used, void or too old.
func (s *Service) Invited(ctx context.Context, code string) (User, error) {
	a, _, err := s.invited(ctx, code)
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

func (s *Service) invited(ctx context.Context, code string) (*account, *token, error) {
	found, err := find[token](ctx, s, s.of.token, store.D{{Key: "hash", Value: s.digestOf(code).text()}})
	if err != nil {
		return nil, nil, err
	}
	if len(found) != 1 || found[0].Use != useInvite {
		return nil, nil, absent(errors.New("no such invitation"))
	}
	var a account
	if err := s.get(ctx, s.of.account, found[0].Account, &a); err != nil {
		return nil, nil, err
	}
	if !found[0].works(&a, s.now()) {
		return nil, nil, absent(errors.New("invitation is void"))
	}
	return &a, found[0], nil
}

// AcceptInvite sets the password of the account that code invites, once, and
// ends its sign-ins. CodeNotFound as for Invited; CodeInvalid says what is wrong
// with the password, and leaves the code as it was.
func (s *Service) AcceptInvite(ctx context.Context, code, password, request string) (User, error) {
	a, _, err := s.invited(ctx, code)
	if err != nil {
		return User{}, err
	}
	if f := judge(password, a.Name); f != nil {
		return User{}, fault("password", *f)
	}
	made, err := s.hasher.hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	by := kind.Actor{Account: a.ID, Person: a.ID, Request: request}
	err = s.change(ctx, a.ID, s.act(by, "", "accept_invite"), func(a *account, c *store.Commit) error {
		_, t, err := s.invited(ctx, code) // again: it works once
		if err != nil {
			return err
		}
		t.Revoked = true
		s.put(c, s.of.token, t)
		a.Password = made
		a.Epoch++
		return nil
	})
	return a.user(), err
}
