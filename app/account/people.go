package account

import (
	"context"
	"errors"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// MaxUsers is the most accounts that one page of a list holds.
const MaxUsers = 200

// UserFilter chooses accounts: those that ever held a role in Mission, whose
// name begins with Prefix in whatever spelling, that are disabled or are not.
// An empty Mission is the caller's own; for an administrator of the service who
// acts in none, everywhere.
type UserFilter struct {
	Mission  string
	Prefix   string
	Disabled *bool
}

// UserRow is an account in a list, with the grants in force today or later that
// the caller oversees.
type UserRow struct {
	User
	Grants []Grant
}

// UserPage is one page of a list, by name. An empty Next is the last.
type UserPage struct {
	Users []UserRow
	Next  string
}

// ListUsers lists accounts, for those who may read them: an administrator or an
// auditor of a mission those that ever held a role there, one of the service
// all, those without a role among them. CodeInvalid names the field mission if
// the caller oversees none such; CodeMalformed is a cursor of another list.
func (s *Service) ListUsers(ctx context.Context, by kind.Actor, f UserFilter, limit int, cursor string) (UserPage, error) {
	if _, err := s.allow(by, "account", "read"); err != nil {
		return UserPage{}, err
	}
	if f.Mission == "" {
		f.Mission = by.Mission
	}
	sees, err := s.overseen(ctx, by)
	if err != nil {
		return UserPage{}, err
	}
	if !sees(f.Mission) {
		return UserPage{}, fault("mission", kind.Fault{Key: "error.field.reference"})
	}
	limit = min(max(limit, 1), MaxUsers)
	page, err := s.cfg.Store.Find(ctx, "account", store.Query{Filter: f.filter(), Sort: "name_key", Limit: limit, Cursor: cursor})
	if errors.Is(err, store.ErrCursor) {
		return UserPage{}, kind.E(kind.CodeMalformed, "error.cursor", err)
	}
	if err != nil {
		return UserPage{}, outage(err)
	}
	rows, err := s.rows(ctx, page.Docs, sees)
	return UserPage{Users: rows, Next: page.Next}, err
}

func (f UserFilter) filter() store.D {
	d := store.D{store.Eq("realm", local)}
	if f.Mission != "" {
		d = store.D{store.Eq("missions", f.Mission)}
	}
	if p := fold(f.Prefix); p != "" && len(p) <= maxNameKey {
		const last = "\U0010FFFF" // after every text that begins with p
		d = append(d, store.E{Key: "name_key", Value: store.D{{Key: "$gte", Value: p}, {Key: "$lt", Value: p + last}}})
	}
	if f.Disabled != nil {
		d = append(d, store.Eq("disabled", *f.Disabled))
	}
	return d
}

// rows reads the accounts docs and, at once, the grants of them all.
func (s *Service) rows(ctx context.Context, docs []store.Raw, sees func(mission string) bool) ([]UserRow, error) {
	rows := make([]UserRow, len(docs))
	at, ids := map[string]int{}, store.A{}
	for i, raw := range docs {
		var a account
		if err := load(s.of.account, raw, &a); err != nil {
			return nil, err
		}
		rows[i].User, at[a.ID] = a.user(), i
		ids = append(ids, a.ID)
	}
	if len(ids) == 0 {
		return rows, nil
	}
	held, err := find[grant](ctx, s, s.of.grant, store.D{{Key: "account", Value: store.D{{Key: "$in", Value: ids}}}})
	if err != nil {
		return nil, err
	}
	for _, g := range held {
		day, _, _ := s.today(g.Mission, s.now())
		if sees(g.Mission) && g.lasts() && (g.To == "" || g.To >= day) {
			row := &rows[at[g.Account]]
			row.Grants = append(row.Grants, g.view())
		}
	}
	return rows, nil
}

// UserLink says which record of a mission an account belongs to.
type UserLink struct {
	Mission string
	Record  value.Ref
}

// UserRecord is all that an administrator sees of an account: no password, no
// token. Invited is until when an invitation that was made can be used, zero if
// there is none. Grants and Links are those of missions that the caller
// oversees, grants that are over too, the earliest first; UnitCodes are the codes
// of their units, which is all that an administrator knows of those. Whole says that there
// are none in other missions today or later, so that the caller may do what
// concerns the whole account.
type UserRecord struct {
	User
	Created     time.Time
	HasPassword bool
	Invited     time.Time
	Links       []UserLink
	Grants      []Grant
	UnitCodes   map[string]string
	Whole       bool
}

// GetUser reads an account. CodeNotFound if there is none or it never held a
// role in a mission that the caller oversees.
func (s *Service) GetUser(ctx context.Context, by kind.Actor, id string) (UserRecord, error) {
	a, sees, err := s.sees(ctx, by, id)
	if err != nil {
		return UserRecord{}, err
	}
	held, err := s.grantsOf(ctx, id)
	if err != nil {
		return UserRecord{}, err
	}
	invites, err := s.invites(ctx, a)
	if err != nil {
		return UserRecord{}, err
	}
	r := UserRecord{User: a.user(), Created: a.CreatedAt, HasPassword: a.Password != "", Grants: views(held, sees)}
	for _, t := range invites {
		r.Invited = t.Expires
	}
	for _, l := range a.Links {
		if sees(l.Mission) {
			r.Links = append(r.Links, UserLink{l.Mission, value.Ref{Kind: l.Kind, ID: l.ID}})
		}
	}
	if r.UnitCodes, err = s.unitCodes(ctx, r.Grants); err != nil {
		return UserRecord{}, err
	}
	err = s.mayAdministerAll(ctx, by, id)
	r.Whole = err == nil && by.Account != id
	if kind.CodeOf(err) == kind.CodeForbidden {
		err = nil
	}
	return r, err
}

// unitCodes are the codes of the units that grants are bound to, by id.
func (s *Service) unitCodes(ctx context.Context, grants []Grant) (map[string]string, error) {
	codes := map[string]string{}
	for _, g := range grants {
		for _, id := range g.Units {
			raw, err := s.cfg.Store.Get(ctx, store.Key{Shelf: "unit", Journal: g.Mission, ID: id}, nil)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, outage(err)
			}
			codes[id] = store.TextAt(raw, "code")
		}
	}
	return codes, nil
}

// sees reads the account id if by may, and tells in which missions he oversees.
func (s *Service) sees(ctx context.Context, by kind.Actor, id string) (*account, func(mission string) bool, error) {
	if _, err := s.allow(by, "account", "read"); err != nil {
		return nil, nil, err
	}
	var a account
	if err := s.get(ctx, s.of.account, id, &a); err != nil {
		return nil, nil, err
	}
	sees, err := s.overseen(ctx, by)
	if err != nil {
		return nil, nil, err
	}
	if sees("") {
		return &a, sees, nil
	}
	for _, m := range a.Missions {
		if sees(m) {
			return &a, sees, nil
		}
	}
	return nil, nil, absent(errors.New("no role in a mission that the caller oversees"))
}
