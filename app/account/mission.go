package account

import (
	"context"

	"colocate/app/store"
	"colocate/domain/kind"
)

// SwitchMission gives the caller a new sign-in for another mission in which he
// holds a role today, and ends the one he came with; an empty mission is the
// service itself. It lasts no longer than the old one would have. CodeInvalid
// names the field mission; CodeForbidden says that he came with an API token,
// which reaches no further than it was made for.
func (s *Service) SwitchMission(ctx context.Context, by kind.Actor, mission string) (made Issued, err error) {
	err = s.again(ctx, func() error {
		made, err = s.switchMission(ctx, by, mission)
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	return made, nil
}

func (s *Service) switchMission(ctx context.Context, by kind.Actor, mission string) (Issued, error) {
	a, old, err := s.signIn(ctx, by)
	if err != nil {
		return Issued{}, err
	}
	held, err := s.grantsOf(ctx, a.ID)
	if err != nil {
		return Issued{}, err
	}
	now := s.now()
	day, _, ok := s.today(mission, now)
	grants := inForce(held, mission, day)
	if !ok || len(grants) == 0 {
		return Issued{}, fault("mission", kind.Fault{Key: "error.field.reference"})
	}
	ends := now.Add(life(grants))
	if old.Expires.Before(ends) {
		ends = old.Expires
	}
	t, bearer := s.newToken(a, useSignIn, "", mission, ends)
	t.Device = old.Device
	old.Revoked = true
	act := s.act(by, "", "switch_mission")
	act.Kind, act.ID = "token", t.ID
	c := &store.Commit{Act: act}
	s.put(c, s.of.token, t)
	s.put(c, s.of.token, old)
	return Issued{TokenInfo: t.info(), Bearer: bearer}, s.commit(ctx, c)
}

// signIn reads the account and the sign-in that by came with. CodeForbidden if
// it was none.
func (s *Service) signIn(ctx context.Context, by kind.Actor) (*account, *token, error) {
	var a account
	if err := s.get(ctx, s.of.account, by.Account, &a); err != nil {
		return nil, nil, err
	}
	var t token
	if err := s.get(ctx, s.of.token, by.Token, &t); err != nil {
		return nil, nil, err
	}
	if t.Use != useSignIn || t.Account != a.ID || !t.works(&a, s.now()) {
		return nil, nil, kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	return &a, &t, nil
}

// SignOutEverywhere ends every sign-in of the caller at once; with keep, all but
// the one he came with. API tokens go on.
func (s *Service) SignOutEverywhere(ctx context.Context, by kind.Actor, keep bool) error {
	if _, err := s.ownToken(by, by.Account, "revoke"); err != nil {
		return err
	}
	return s.change(ctx, by.Account, s.act(by, "", "sign_out"), func(a *account, c *store.Commit) error {
		a.Epoch++
		if !keep {
			return nil
		}
		_, t, err := s.signIn(ctx, by)
		if kind.CodeOf(err) == kind.CodeForbidden {
			return nil // he came with an API token
		}
		if err != nil {
			return err
		}
		t.Epoch = a.Epoch
		s.put(c, s.of.token, t)
		return nil
	})
}
