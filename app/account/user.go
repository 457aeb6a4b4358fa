package account

import (
	"context"
	"errors"
	"regexp"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"

	"golang.org/x/text/unicode/norm"
)

// User is an account as administrators see it.
type User struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Lang     value.Lang `json:"lang,omitempty"`
	Disabled bool       `json:"disabled"`
}

func (a *account) user() User {
	return User{ID: a.ID, Name: a.Name, Lang: a.Lang, Disabled: a.Disabled}
}

// NewUser is what an account is made of. Without a password there is no
// sign-in by password, only tokens. Grant, if set, is made with the account;
// Record, if set, is the person or counterpart in the grant's mission that the
// account belongs to, as for Link.
type NewUser struct {
	Name     string
	Password string
	Lang     value.Lang
	Grant    *NewGrant
	Record   value.Ref
}

// nameShape is what an account may be called: letters and digits of any
// script, with . _ - and @ within.
var nameShape = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]{2,63}$`)

func (in *NewUser) check() error {
	var c kind.Check
	in.Name = norm.NFC.String(in.Name)
	c.Must(in.Name != "", "name", "error.field.required")
	c.Must(nameShape.MatchString(in.Name) && len(fold(in.Name)) <= maxNameKey, "name", "error.field.pattern")
	c.Must(in.Lang == "" || in.Lang.Valid(), "lang", "error.field.pattern")
	if in.Password != "" {
		if f := judge(in.Password, in.Name); f != nil {
			c.Add("password", *f)
		}
	}
	return c.Err()
}

// AddUser makes an account, with its first grant if one is given, in one
// commit. CodeInvalid names every wrong field; CodeConflict says that the name
// is taken, in whatever spelling of its letters.
func (s *Service) AddUser(ctx context.Context, by kind.Actor, in NewUser) (User, error) {
	role, err := s.allow(by, "account", "create")
	if err != nil {
		return User{}, err
	}
	if err := in.check(); err != nil {
		return User{}, err
	}
	if in.Grant != nil {
		if err := s.mayGrant(ctx, by, in.Grant); err != nil {
			return User{}, err
		}
	}
	if !in.Record.IsZero() {
		if in.Grant == nil {
			return User{}, fault("record", kind.Fault{Key: "error.field.reference"})
		}
		if err := s.linkable(ctx, in.Record, in.Grant.Mission); err != nil {
			return User{}, err
		}
	}
	return s.create(ctx, in, s.act(by, role, "create"), nil)
}

// create commits a checked account. rely is what must be so besides the free
// name.
func (s *Service) create(ctx context.Context, in NewUser, act store.Act, rely []store.Reliance) (User, error) {
	a := &account{Realm: local, Name: in.Name, NameKey: fold(in.Name)}
	a.ID, a.Lang = newID(), in.Lang
	var err error
	if in.Password != "" {
		if a.Password, err = s.hasher.hash(ctx, in.Password); err != nil {
			return User{}, err
		}
	}
	act.Kind, act.ID = "account", a.ID
	if act.By == "" { // the first administrator makes himself
		act.By, act.Account = a.ID, a.ID
	}
	c := &store.Commit{Act: act, Rely: append(rely, freeName(a))}
	if in.Grant != nil {
		g := in.Grant.grant(a.ID)
		a.joins(g)
		if !in.Record.IsZero() {
			a.Links = []link{{Mission: g.Mission, Kind: in.Record.Kind, ID: in.Record.ID}}
		}
		s.put(c, s.of.grant, g)
	}
	s.put(c, s.of.account, a)
	err = s.commit(ctx, c)
	if errors.Is(err, store.ErrTaken) {
		return User{}, kind.E(kind.CodeConflict, "error.account.name_taken", err)
	}
	return a.user(), outage(err)
}

func freeName(a *account) store.Reliance {
	return store.Reliance{Shelf: "account", Filter: store.D{{Key: "name_key", Value: a.NameKey}}, Except: a.ID, Unique: true}
}

// Find returns the account called name. CodeNotFound if there is none.
func (s *Service) Find(ctx context.Context, by kind.Actor, name string) (User, error) {
	if _, err := s.allow(by, "account", "read"); err != nil {
		return User{}, err
	}
	a, err := s.byKey(ctx, fold(name))
	if err != nil {
		return User{}, err
	}
	if a == nil {
		return User{}, absent(nil)
	}
	return a.user(), nil
}

// change loads the account id, lets f change it and commits that; f may add to
// the commit. It runs again if another change crossed it.
func (s *Service) change(ctx context.Context, id string, act store.Act, f func(a *account, c *store.Commit) error) error {
	act.Kind, act.ID = "account", id
	return s.again(ctx, func() error {
		var a account
		if err := s.get(ctx, s.of.account, id, &a); err != nil {
			return err
		}
		c := &store.Commit{Act: act}
		if err := f(&a, c); err != nil {
			return err
		}
		s.put(c, s.of.account, &a)
		return s.commit(ctx, c)
	})
}

// Disable ends every sign-in and token of an account, at once and until Enable,
// and its invitation for good. Nobody disables himself: somebody must be left who can enable.
func (s *Service) Disable(ctx context.Context, by kind.Actor, id, why string) error {
	return s.setDisabled(ctx, by, id, why, "disable")
}

// Enable lets an account in again. Sign-ins from before it was disabled stay
// ended; API tokens that were not revoked work again.
func (s *Service) Enable(ctx context.Context, by kind.Actor, id, why string) error {
	return s.setDisabled(ctx, by, id, why, "enable")
}

func (s *Service) setDisabled(ctx context.Context, by kind.Actor, id, why, verb string) error {
	role, err := s.allow(by, "account", "disable")
	if err != nil {
		return err
	}
	if by.Account == id {
		return kind.E(kind.CodeConflict, "error.account.self", nil)
	}
	if _, _, err := s.sees(ctx, by, id); err != nil {
		return err
	}
	if err := s.mayAdministerAll(ctx, by, id); err != nil {
		return err
	}
	act := s.act(by, role, verb)
	act.Why = why
	return s.change(ctx, id, act, func(a *account, _ *store.Commit) error {
		a.Disabled = verb == "disable"
		if a.Disabled {
			a.Epoch++
		}
		return nil
	})
}

// Link binds an account to the record of the person or counterpart that it
// belongs to in mission; what is "own" is measured by it, and four eyes counts
// persons by it. A second link in one mission replaces the first. CodeInvalid
// if there is no such record.
func (s *Service) Link(ctx context.Context, by kind.Actor, id, mission string, record value.Ref) error {
	role, err := s.allow(by, "account", "update")
	if err != nil {
		return err
	}
	if err := s.administers(ctx, by, id, mission); err != nil {
		return err
	}
	if err := s.linkable(ctx, record, mission); err != nil {
		return err
	}
	return s.change(ctx, id, s.act(by, role, "link"), func(a *account, _ *store.Commit) error {
		a.Links = append(without(a.Links, mission), link{Mission: mission, Kind: record.Kind, ID: record.ID})
		return nil
	})
}

// linkable refuses a record that is no person or counterpart of mission.
func (s *Service) linkable(ctx context.Context, record value.Ref, mission string) error {
	ok, err := s.exists(ctx, record, mission, "person", "counterpart")
	if err == nil && !ok {
		err = fault("record", kind.Fault{Key: "error.field.reference"})
	}
	return err
}

func without(links []link, mission string) []link {
	var out []link
	for _, l := range links {
		if l.Mission != mission {
			out = append(out, l)
		}
	}
	return out
}

// person is who the account is in mission: the linked record, else itself.
func (a *account) person(mission string) string {
	for _, l := range a.Links {
		if l.Mission == mission {
			return l.ID
		}
	}
	return a.ID
}

// exists reports whether ref leads to a record of one of kinds in mission.
func (s *Service) exists(ctx context.Context, ref value.Ref, mission string, kinds ...string) (bool, error) {
	if ref.IsZero() || !ref.Is(kinds...) {
		return false, nil
	}
	_, err := s.cfg.Store.Get(ctx, store.Key{Shelf: ref.Kind, Journal: mission, ID: ref.ID}, nil)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, outage(err)
}

// SetPassword replaces an account's own password, of which it must know the
// old one, and ends its sign-ins, the caller's too. The operator may set
// anybody's without.
func (s *Service) SetPassword(ctx context.Context, by kind.Actor, id, old, password string) error {
	if by.Account != id && by.Account != operator {
		return absent(nil)
	}
	var a account
	if err := s.get(ctx, s.of.account, id, &a); err != nil {
		return err
	}
	if by.Account == id {
		if err := s.prove(ctx, &a, by, old); err != nil {
			return err
		}
	}
	if f := judge(password, a.Name); f != nil {
		return fault("password", *f)
	}
	made, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, id, s.act(by, "", "set_password"), func(a *account, _ *store.Commit) error {
		a.Password = made
		a.Epoch++
		return nil
	})
}

// prove checks the password that the account had until now. A stolen token
// does not get to guess it freely.
func (s *Service) prove(ctx context.Context, a *account, by kind.Actor, old string) error {
	if wait := s.throttle.take(a.NameKey, "token:"+by.Token, s.now()); wait > 0 {
		return tooMany(wait)
	}
	ok, _, err := s.hasher.check(ctx, old, a.Password)
	if err != nil {
		return err
	}
	if !ok {
		return fault("old", kind.Fault{Key: "error.password.wrong"})
	}
	s.throttle.passed(a.NameKey, "token:"+by.Token, s.now())
	return nil
}
