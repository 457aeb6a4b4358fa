package account

import (
	"context"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Preferences are how somebody wants pages shown (design.md §6). Lang is the
// language of the interface, empty to go by cookie and header; Content the
// language in which the reader would rather read what people wrote, empty for
// that of the interface; Digits "latn" or
// "native", empty as "latn"; Zone the IANA name of a time zone, empty for the
// mission's; Theme "light" or "dark", empty for the device's.
type Preferences struct {
	Lang    value.Lang
	Content value.Lang
	Digits  string
	Zone    string
	Theme   string
}

func (a *account) preferences() Preferences {
	return Preferences{Lang: a.Lang, Content: a.Content, Digits: a.Digits, Zone: a.Zone, Theme: a.Theme}
}

func (p Preferences) check() error {
	var c kind.Check
	c.Must(p.Lang == "" || p.Lang.Valid(), "lang", "error.field.pattern")
	c.Must(p.Content == "" || p.Content.Valid(), "content", "error.field.pattern")
	one := func(field, v string, allowed ...string) {
		for _, a := range allowed {
			if v == "" || v == a {
				return
			}
		}
		c.Must(false, field, "error.field.enum", "Allowed", allowed)
	}
	one("digits", p.Digits, "latn", "native")
	one("theme", p.Theme, "light", "dark")
	c.Must(p.Zone == "" || zone(p.Zone), "zone", "error.mission.time_zone")
	return c.Err()
}

// zone reports whether name is an IANA time zone. "Local" is whatever the
// machine says, and so is none.
func zone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}

// Preferences are the caller's own, as stored.
func (s *Service) Preferences(ctx context.Context, by kind.Actor) (Preferences, error) {
	var a account
	if err := s.get(ctx, s.of.account, by.Account, &a); err != nil {
		return Preferences{}, err
	}
	return a.preferences(), nil
}

// SetPreferences replaces the caller's own. CodeInvalid names every wrong field.
func (s *Service) SetPreferences(ctx context.Context, by kind.Actor, p Preferences) error {
	if err := p.check(); err != nil {
		return err
	}
	return s.change(ctx, by.Account, s.act(by, "", "set_preferences"), func(a *account, _ *store.Commit) error {
		a.Lang, a.Content, a.Digits, a.Zone, a.Theme = p.Lang, p.Content, p.Digits, p.Zone, p.Theme
		return nil
	})
}

// location is the time zone called name; nil for none, and for one that is
// known no more.
func location(name string) *time.Location {
	if name == "" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}
