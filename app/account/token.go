package account

import (
	"cmp"
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Lifetimes of an API token.
const (
	DefaultTokenLife = 90 * 24 * time.Hour
	MaxTokenLife     = 366 * 24 * time.Hour
)

// TokenInfo is a token without what proves it, which is not kept.
type TokenInfo struct {
	ID      string    `json:"id"`
	Use     string    `json:"use"` // "api" or "sign_in"
	Name    string    `json:"name,omitempty"`
	Mission string    `json:"mission,omitempty"`
	Created time.Time `json:"created_at"`
	Expires time.Time `json:"expires_at"`
	// Device is where a sign-in was made, in a few words; Current says that the
	// caller uses it now. Pages show them.
	Device  string `json:"-"`
	Current bool   `json:"-"`
}

func (t *token) info() TokenInfo {
	return TokenInfo{ID: t.ID, Use: t.Use, Name: t.Name, Mission: t.Mission, Created: t.CreatedAt, Expires: t.Expires, Device: t.Device}
}

// Issued is a token that was just made. Bearer is shown this once.
type Issued struct {
	TokenInfo
	Bearer string `json:"token"`
}

// NewToken is what an API token is made of. Account is its holder. An empty
// Mission is the caller's own, for the operator the account's only one. A zero
// Expires is DefaultTokenLife from now.
type NewToken struct {
	Account string
	Mission string
	Name    string
	Expires time.Time
}

// AddToken makes an API token of the caller, or by the operator of anybody. It
// can do what its holder can do on the day, and no more. CodeInvalid names
// every wrong field; CodeNotFound if the account is not there or not the
// caller's.
func (s *Service) AddToken(ctx context.Context, by kind.Actor, in NewToken) (Issued, error) {
	role, err := s.ownToken(by, in.Account, "create")
	if err != nil {
		return Issued{}, err
	}
	var a account
	if err := s.get(ctx, s.of.account, in.Account, &a); err != nil {
		return Issued{}, err
	}
	if in.Mission == "" {
		in.Mission = by.Mission
	}
	held, err := s.grantsOf(ctx, a.ID)
	if err != nil {
		return Issued{}, err
	}
	now := s.now()
	if in.Expires.IsZero() {
		in.Expires = now.Add(DefaultTokenLife)
	}
	mission, ok := s.choose(held, in.Mission, now)
	var c kind.Check
	within := by.Account == operator || by.Mission == "" || mission == by.Mission // no token reaches further than the one it is made with
	c.Must(ok && within, "mission", "error.field.reference")
	checkToken(&c, in, now)
	if err := c.Err(); err != nil {
		return Issued{}, err
	}
	t, bearer := s.newToken(&a, useAPI, in.Name, mission, in.Expires)
	return s.issue(ctx, s.act(by, role, "create"), t, bearer, nil)
}

func checkToken(c *kind.Check, in NewToken, now time.Time) {
	const maxName = 80
	c.Must(in.Name != "", "name", "error.field.required")
	c.Must(utf8.RuneCountInString(in.Name) <= maxName, "name", "error.field.too_long", "Max", int64(maxName))
	c.Must(utf8.ValidString(in.Name), "name", "error.field.characters")
	c.Must(in.Expires.After(now), "expires_at", "error.token.past")
	c.Must(!in.Expires.After(now.Add(MaxTokenLife)), "expires_at", "error.token.too_long", "Days", int64(MaxTokenLife/(24*time.Hour)))
}

// ownToken allows what by does to tokens of account: his own, or as operator.
func (s *Service) ownToken(by kind.Actor, account, action string) (kind.Role, error) {
	role, err := s.allow(by, "token", action)
	if err == nil && by.Account != account && by.Account != operator {
		err = absent(nil)
	}
	return role, err
}

// newToken makes a token of a and what proves it.
func (s *Service) newToken(a *account, use, name, mission string, expires time.Time) (*token, string) {
	bearer := Prefix + newSecret()
	t := &token{Account: a.ID, Mission: mission, Use: use, Name: name, Hash: s.digestOf(bearer).text(),
		Expires: expires.UTC().Truncate(time.Millisecond)}
	t.ID = newID()
	if use != useAPI {
		t.Epoch = a.Epoch
	}
	return t, bearer
}

// issue commits t; change, if not nil, is an account to be put with it.
func (s *Service) issue(ctx context.Context, act store.Act, t *token, bearer string, change *account) (Issued, error) {
	act.Kind, act.ID = "token", t.ID
	c := &store.Commit{Act: act}
	s.put(c, s.of.token, t)
	if change != nil {
		s.put(c, s.of.account, change)
	}
	if err := s.commit(ctx, c); err != nil {
		return Issued{}, outage(err)
	}
	return Issued{TokenInfo: t.info(), Bearer: bearer}, nil
}

// ListTokens lists the tokens and sign-ins of an account that work, newest
// first, the caller's own marked. CodeNotFound if the account is not the caller's.
func (s *Service) ListTokens(ctx context.Context, by kind.Actor, id string) ([]TokenInfo, error) {
	if _, err := s.ownToken(by, id, "read"); err != nil {
		return nil, err
	}
	var a account
	if err := s.get(ctx, s.of.account, id, &a); err != nil {
		return nil, err
	}
	all, err := find[token](ctx, s, s.of.token, store.D{{Key: "account", Value: id}})
	if err != nil {
		return nil, err
	}
	out := []TokenInfo{}
	for _, t := range all {
		if t.Use != useInvite && t.works(&a, s.now()) {
			i := t.info()
			i.Current = t.ID == by.Token
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b TokenInfo) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// works reports whether t still proves to be a.
func (t *token) works(a *account, now time.Time) bool {
	return !t.Revoked && now.Before(t.Expires) && !a.Disabled && (t.Use == useAPI || t.Epoch == a.Epoch)
}

// RevokeToken ends a token or a sign-in at once; one that has ended stays so.
// CodeNotFound if there is none or it is not the caller's.
func (s *Service) RevokeToken(ctx context.Context, by kind.Actor, id string) error {
	return s.again(ctx, func() error {
		var t token
		if err := s.get(ctx, s.of.token, id, &t); err != nil {
			return err
		}
		role, err := s.ownToken(by, t.Account, "revoke")
		if err != nil || t.Revoked {
			return err
		}
		t.Revoked = true
		act := s.act(by, role, "revoke")
		act.Kind, act.ID = "token", id
		c := &store.Commit{Act: act}
		s.put(c, s.of.token, &t)
		return s.commit(ctx, c)
	})
}
