package account

import (
	"context"
	"slices"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Grant is one role of one account, as administrators and its holder see it.
type Grant struct {
	ID      string     `json:"id"`
	Account string     `json:"account"`
	Mission string     `json:"mission,omitempty"` // empty: the service itself
	Role    kind.Role  `json:"role"`
	Units   []string   `json:"units,omitempty"`
	Remit   []string   `json:"remit,omitempty"`
	From    value.Date `json:"from"`
	To      value.Date `json:"to,omitempty"` // the last day of duty
}

func (g *grant) view() Grant {
	return Grant{ID: g.ID, Account: g.Account, Mission: g.Mission, Role: kind.Role(g.Role),
		Units: g.Units, Remit: g.Remit, From: g.From, To: g.To}
}

// NewGrant is what a grant is made of. Days are days of the mission. An empty
// From is today, an empty To open; an empty Mission is the service itself and
// only for administrators.
type NewGrant struct {
	Account string
	Mission string
	Role    kind.Role
	Units   []string // ids; counterparts and commanders must have one
	Remit   []string // names of kinds; ministries and oversight must have one
	From    value.Date
	To      value.Date
}

func (in *NewGrant) grant(account string) *grant {
	g := &grant{Account: account, Mission: in.Mission, Role: string(in.Role),
		Units: in.Units, Remit: in.Remit, From: in.From, To: in.To}
	g.ID = newID()
	return g
}

// AddGrant gives a role. CodeInvalid names every wrong field; CodeConflict if
// the account may not hold it beside what it holds, or if somebody would give
// a role to himself (domain.md §5.5).
func (s *Service) AddGrant(ctx context.Context, by kind.Actor, in NewGrant) (Grant, error) {
	role, err := s.allow(by, "account", "update")
	if err != nil {
		return Grant{}, err
	}
	if by.Account == in.Account {
		return Grant{}, kind.E(kind.CodeConflict, "error.account.self", nil)
	}
	if err := s.mayGrant(ctx, by, &in); err != nil {
		return Grant{}, err
	}
	g := in.grant(in.Account)
	err = s.change(ctx, in.Account, s.act(by, role, "grant"), func(a *account, c *store.Commit) error {
		held, err := s.grantsOf(ctx, in.Account)
		if err != nil {
			return err
		}
		if err := clash(held, g); err != nil {
			return err
		}
		g.Rev = 0
		a.joins(g)
		s.put(c, s.of.grant, g) // the account moves with it, so that two grants cannot cross
		return nil
	})
	return g.view(), err
}

// mayGrant checks in and completes it, and that by administers its mission.
func (s *Service) mayGrant(ctx context.Context, by kind.Actor, in *NewGrant) error {
	if err := s.mayAdminister(ctx, by, in.Mission); err != nil {
		return err
	}
	day, _, found := s.today(in.Mission, s.now())
	if in.From == "" {
		in.From = day
	}
	var c kind.Check
	c.Must(slices.Contains(kind.Roles, in.Role), "role", "error.field.enum", "Allowed", roleNames())
	c.Must(found && (in.Mission != "" || in.Role == kind.Administrator), "mission", "error.field.reference")
	c.Must(!found || in.From.Valid(), "from", "error.field.type", "Want", "date")
	c.Must(in.To == "" || in.To.Valid(), "to", "error.field.type", "Want", "date")
	c.Must(in.To == "" || in.From <= in.To, "to", "error.field.order")
	if err := s.checkBounds(ctx, &c, in); err != nil {
		return err
	}
	return c.Err()
}

// maxUnits is the most units that one grant is bound to.
const maxUnits = 50

// checkBounds holds units and remit to what the role needs and to what exists.
func (s *Service) checkBounds(ctx context.Context, c *kind.Check, in *NewGrant) error {
	c.Must(needs(in.Role) != "units" || len(in.Units) > 0, "units", "error.field.required")
	c.Must(needs(in.Role) != "remit" || len(in.Remit) > 0, "remit", "error.field.required")
	c.Must(needs(in.Role) == "remit" || len(in.Remit) == 0, "remit", "error.grant.no_remit")
	for _, name := range in.Remit {
		d := s.cfg.Kinds.Get(name)
		c.Must(d != nil && !d.Unlisted, "remit", "error.field.reference")
	}
	c.Must(len(in.Units) <= maxUnits, "units", "error.field.too_many", "Max", int64(maxUnits))
	for _, id := range in.Units[:min(len(in.Units), maxUnits)] {
		known, err := s.exists(ctx, value.Ref{Kind: "unit", ID: id}, in.Mission, "unit")
		if err != nil {
			return err
		}
		c.Must(known, "units", "error.field.reference")
	}
	return nil
}

// Units finds the units of a mission that have codes, in their order, for an
// administrator who writes them down: he knows units by name and code alone.
// CodeInvalid names, at units, the first code that no unit has.
func (s *Service) Units(ctx context.Context, by kind.Actor, mission string, codes []string) ([]string, error) {
	if _, err := s.allow(by, "account", "update"); err != nil {
		return nil, err
	}
	if err := s.mayAdminister(ctx, by, mission); err != nil {
		return nil, err
	}
	var ids []string
	for _, code := range codes[:min(len(codes), maxUnits+1)] {
		page, err := s.cfg.Store.Find(ctx, "unit", store.Query{Filter: store.D{store.Eq("mission_id", mission), store.Eq("code", code)}, Sort: "code", Limit: 1})
		if err != nil {
			return nil, outage(err)
		}
		if len(page.Docs) == 0 {
			return nil, fault("units", kind.Fault{Key: "error.grant.unit", Args: map[string]any{"Code": code}})
		}
		ids = append(ids, store.TextAt(page.Docs[0], "id"))
	}
	return ids, nil
}

func roleNames() []string {
	var names []string
	for _, r := range kind.Roles {
		names = append(names, string(r))
	}
	return names
}

// joins notes that g is a's.
func (a *account) joins(g *grant) {
	if g.Mission != "" && !slices.Contains(a.Missions, g.Mission) {
		a.Missions = append(a.Missions, g.Mission)
	}
}

// administered tells in which missions by is an administrator today: one of a
// mission in it, one of the service everywhere and in the service itself.
func (s *Service) administered(ctx context.Context, by kind.Actor) (func(mission string) bool, error) {
	return s.acts(ctx, by, func(r kind.Role) bool { return r == kind.Administrator })
}

// overseen tells in which missions by holds a role today that may read accounts.
func (s *Service) overseen(ctx context.Context, by kind.Actor) (func(mission string) bool, error) {
	return s.acts(ctx, by, func(r kind.Role) bool {
		one := kind.Actor{Grants: []kind.Grant{{Role: r}}}
		return s.cfg.Policy.Authorize(&one, authz.Permission{Object: "account", Action: "read"}).Any
	})
}

// acts tells in which missions by holds, today, a role that which accepts.
func (s *Service) acts(ctx context.Context, by kind.Actor, which func(kind.Role) bool) (func(mission string) bool, error) {
	if by.Account == operator {
		return func(string) bool { return true }, nil
	}
	held, err := s.grantsOf(ctx, by.Account)
	if err != nil {
		return nil, err
	}
	held = slices.DeleteFunc(held, func(g *grant) bool {
		day, _, ok := s.today(g.Mission, s.now())
		return !ok || !which(kind.Role(g.Role)) || !g.on(day)
	})
	return func(mission string) bool {
		return slices.ContainsFunc(held, func(g *grant) bool { return g.at(mission) })
	}, nil
}

// mayAdminister refuses by outside the missions that he administers, as if
// there were no such mission.
func (s *Service) mayAdminister(ctx context.Context, by kind.Actor, mission string) error {
	may, err := s.administered(ctx, by)
	if err == nil && !may(mission) {
		err = fault("mission", kind.Fault{Key: "error.field.reference"})
	}
	return err
}

// mayAdministerAll refuses by what concerns the whole account id, unless he
// administers wherever it holds a role now or later.
func (s *Service) mayAdministerAll(ctx context.Context, by kind.Actor, id string) error {
	may, err := s.administered(ctx, by)
	if err != nil {
		return err
	}
	held, err := s.grantsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, g := range held {
		day, _, _ := s.today(g.Mission, s.now())
		if over := g.To != "" && g.To < day; !over && !may(g.Mission) {
			return kind.E(kind.CodeForbidden, "error.forbidden", nil)
		}
	}
	return nil
}

// administers is mayAdminister for what is done to the account id, which must
// not be by's own.
func (s *Service) administers(ctx context.Context, by kind.Actor, id, mission string) error {
	if by.Account == id {
		return kind.E(kind.CodeConflict, "error.account.self", nil)
	}
	return s.mayAdminister(ctx, by, mission)
}

// EndGrant makes last the last day of a grant, which must be before the last
// day it has; a day before its first makes it never have been in force. A
// longer tour is another grant.
func (s *Service) EndGrant(ctx context.Context, by kind.Actor, id string, last value.Date) error {
	role, err := s.allow(by, "account", "update")
	if err != nil {
		return err
	}
	var g grant
	if err := s.get(ctx, s.of.grant, id, &g); err != nil {
		return err
	}
	if err := s.administers(ctx, by, g.Account, g.Mission); err != nil {
		return hideMission(err)
	}
	act := s.act(by, role, "end_grant")
	return s.change(ctx, g.Account, act, func(_ *account, c *store.Commit) error {
		var g grant
		if err := s.get(ctx, s.of.grant, id, &g); err != nil {
			return err
		}
		var faults kind.Check
		faults.Must(last.Valid(), "to", "error.field.type", "Want", "date")
		faults.Must(g.To == "" || last <= g.To, "to", "error.field.order")
		if err := faults.Err(); err != nil {
			return err
		}
		g.To = last
		s.put(c, s.of.grant, &g)
		return nil
	})
}

// hideMission answers for a grant of a mission that the caller does not
// administer as for one that is not there.
func hideMission(err error) error {
	if kind.CodeOf(err) == kind.CodeInvalid {
		return absent(err)
	}
	return err
}

// Grants lists the grants that an account ever had, earliest first: its own,
// and for those who may read accounts those of anybody in the missions that
// they oversee.
func (s *Service) Grants(ctx context.Context, by kind.Actor, id string) ([]Grant, error) {
	sees := func(string) bool { return true }
	if by.Account != id {
		var err error
		if _, err = s.allow(by, "account", "read"); err != nil {
			return nil, err
		}
		if sees, err = s.overseen(ctx, by); err != nil {
			return nil, err
		}
	}
	all, err := s.grantsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	return views(all, sees), nil
}

// views are the grants of all in missions that sees accepts.
func views(all []*grant, sees func(mission string) bool) []Grant {
	out := []Grant{}
	for _, g := range all {
		if sees(g.Mission) {
			out = append(out, g.view())
		}
	}
	return out
}
