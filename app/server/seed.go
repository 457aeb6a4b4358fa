package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"colocate/app/account"
	"colocate/app/api"
	"colocate/app/transfer"
	"colocate/domain/kind"
	"colocate/domain/value"
	"colocate/seeds"
)

// SeedReference writes the reference data: missions and code lists. Doing it
// again changes nothing.
func SeedReference(ctx context.Context, c *Core) error { return c.seeder().Reference(ctx) }

// SeedDemo writes the reference data and Carana with n sessions: the same for
// the same n. Doing it again changes nothing; another n is
// transfer.ErrOtherSize. progress is told how many sessions are written; nil is
// nobody.
func SeedDemo(ctx context.Context, c *Core, n int, progress func(done int)) error {
	if err := SeedReference(ctx, c); err != nil {
		return err
	}
	return c.seeder().Demo(ctx, n, progress)
}

func (c *Core) seeder() *transfer.Seeder {
	return &transfer.Seeder{Records: c.Records, Decode: func(d *kind.Descriptor, in []byte, rec kind.Record) error {
		doc, err := api.Decode(in)
		if err != nil {
			return err
		}
		return d.Decode(doc, rec, kind.DecodeBy{Class: kind.STR, Side: kind.UN})
	}}
}

// Demo is SeedDemo for a folder that is new; one that holds the demonstration
// is left as it is by now, and one with other accounts is refused.
func Demo(ctx context.Context, c *Core, n int) error {
	unused, err := c.Accounts.NewSetUp(ctx) // "" once there is an account
	if err != nil {
		return err
	}
	if unused != "" {
		return SeedDemo(ctx, c, n, nil)
	}
	if _, err := c.Accounts.Find(ctx, account.Operator(), demoSeeds[0].name); err != nil {
		return errors.New("the data folder holds other data than the demonstration's; choose another one with --data")
	}
	return nil
}

// DemoSessions is how many sessions the demonstration has unless told.
const DemoSessions = 500

// DemoAccount is somebody of the demonstration, and how to act as them.
type DemoAccount struct {
	Name   string
	Role   kind.Role
	Bearer string
}

// demoSeed says who there is in the demonstration. Record is the seed that the
// account belongs to; Unit the code of the unit that its role is bound to.
type demoSeed struct {
	name   string
	role   kind.Role
	unit   string
	record string
	remit  []string
}

// demoUnit is where the demonstration's story happens (domain.md §3.2).
const demoUnit = "CRN-ST-014"

var demoSeeds = []demoSeed{
	{name: "elin.strand", role: kind.Adviser, record: "person/01"},
	{name: "jonas.weber", role: kind.Adviser, record: "person/02"},
	{name: "aminata.diallo", role: kind.TeamLeader, record: "person/03"},
	{name: "priya.raman", role: kind.Leader, record: "person/04"},
	{name: "ruth.maseko", role: kind.Commander, unit: demoUnit, record: "counterpart/" + demoUnit + "/1"},
	{name: "joao.machel", role: kind.Counterpart, unit: demoUnit, record: "counterpart/" + demoUnit + "/2"},
	{name: "amina.saidi", role: kind.Counterpart, unit: demoUnit, record: "counterpart/" + demoUnit + "/3"}, // reads Arabic
	{name: "ministry", role: kind.Ministry, remit: []string{"strength_snapshot", "session"}},
	{name: "human.rights", role: kind.HROfficer, record: "person/05"},
	{name: "auditor", role: kind.Auditor},
	{name: "administrator", role: kind.Administrator},
}

// demoToken is the name of the demonstration's tokens, and how long they work.
const (
	demoToken     = "demonstration"
	demoTokenLife = 30 * 24 * time.Hour
)

// DemoAccounts makes the accounts of the demonstration where they are not there
// yet, and a new token for each; the tokens of an earlier start end.
func DemoAccounts(ctx context.Context, c *Core) ([]DemoAccount, error) {
	var all []DemoAccount
	for _, s := range demoSeeds {
		id, err := s.account(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("the demonstration's account %s: %w", s.name, err)
		}
		bearer, err := freshToken(ctx, c, id)
		if err != nil {
			return nil, fmt.Errorf("the demonstration's account %s: %w", s.name, err)
		}
		all = append(all, DemoAccount{s.name, s.role, bearer})
	}
	return all, nil
}

// demoNames are the names of the demonstration's accounts.
func demoNames() []string {
	names := make([]string, len(demoSeeds))
	for i, s := range demoSeeds {
		names[i] = s.name
	}
	return names
}

// account is the id of the account of s.
func (s demoSeed) account(ctx context.Context, c *Core) (string, error) {
	op := account.Operator()
	if u, err := c.Accounts.Find(ctx, op, s.name); err == nil || kind.CodeOf(err) != kind.CodeNotFound {
		return u.ID, err
	}
	grant := &account.NewGrant{Role: s.role, Mission: seeds.ID("mission/UNAC"), Remit: s.remit}
	if s.unit != "" {
		grant.Units = []string{seeds.ID("unac/unit/" + s.unit)}
	}
	u, err := c.Accounts.AddUser(ctx, op, account.NewUser{Name: s.name, Grant: grant})
	if err != nil || s.record == "" {
		return u.ID, err
	}
	who := value.Ref{Kind: "person", ID: seeds.ID("unac/" + s.record)}
	if kind.SideOf(s.role) == kind.Host {
		who.Kind = "counterpart"
	}
	return u.ID, c.Accounts.Link(ctx, op, u.ID, grant.Mission, who)
}

func freshToken(ctx context.Context, c *Core, id string) (string, error) {
	op := account.Operator()
	old, err := c.Accounts.ListTokens(ctx, op, id)
	if err != nil {
		return "", err
	}
	for _, t := range old {
		if t.Name == demoToken {
			if err := c.Accounts.RevokeToken(ctx, op, t.ID); err != nil {
				return "", err
			}
		}
	}
	made, err := c.Accounts.AddToken(ctx, op, account.NewToken{Account: id, Mission: seeds.ID("mission/UNAC"), Name: demoToken,
		Expires: c.Now().Add(demoTokenLife)})
	return made.Bearer, err
}

// demoRecords are the seeds that the examples of the API document refer to: in
// the demonstration they work as they stand.
var demoRecords = map[string]string{
	"mission": "mission/UNAC", "person": "unac/person/01", "unit": "unac/unit/" + demoUnit,
	"counterpart": "unac/counterpart/" + demoUnit + "/1", "police_service": "unac/police_service/CRN-POL",
	"office": "unac/office/UNAC-LEPPKO", "posting": "unac/posting/01", "unit" + api.Above: "unac/unit/CRN-DS-05",
}

// exampleID is the id of the record of a kind that examples refer to.
func exampleID(name string) string {
	if name == "session" {
		return seeds.SessionID(DemoSessions, 0)
	}
	if seed, ok := demoRecords[name]; ok {
		return seeds.ID(seed)
	}
	return api.ExampleID(name)
}
