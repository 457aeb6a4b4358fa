package server

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/text/unicode/norm"

	"colocate/app/account"
	"colocate/app/authz"
	"colocate/app/locale"
	"colocate/app/record"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
	"colocate/policies"
)

// Core is the service without its listeners: what a server serves, and what the
// program works with on a data folder that no server has open.
type Core struct {
	Store    store.Store
	Kinds    *kind.Registry
	Policy   *authz.Policy
	Accounts *account.Service
	Records  *record.Engine
	Texts    *locale.Catalogue
	Now      func() time.Time
	Log      zerolog.Logger

	formKey []byte // seals what forms carry
}

// Registry compiles every kind of the subject.
func Registry() (*kind.Registry, error) { return compile(domain.Kinds()) }

func compile(ks kind.Kinds) (*kind.Registry, error) {
	return kind.Compile(ks, kind.WithNormaliser(norm.NFC.String))
}

// Rights compiles the policy for the kinds of reg.
func Rights(reg *kind.Registry) (*authz.Policy, error) { return rights(policies.Policy, reg) }

func rights(policy string, reg *kind.Registry) (*authz.Policy, error) {
	return authz.New(policies.Model, policy, authz.Permissions(reg))
}

// Shelves are the shelves of reg's kinds and of the service itself.
func Shelves(reg *kind.Registry) []store.Shelf {
	return slices.Concat(record.Shelves(reg), account.Shelves)
}

// Options are what a data folder is opened with.
type Options struct {
	Now func() time.Time
	Log zerolog.Logger
	// Kinds are what the service keeps records of, Policy who may do what with
	// them, in the text of policies/.
	Kinds  kind.Kinds
	Policy string
	// Pseudo puts locale.Pseudo beside the languages. It is for tests.
	Pseudo bool
}

// Open opens the data folder dir, making it where there is none. An error is
// one sentence that says what to do; nothing was changed then.
func Open(ctx context.Context, dir string, now func() time.Time, log zerolog.Logger) (*Core, error) {
	return OpenWith(ctx, dir, Options{Now: now, Log: log, Kinds: domain.Kinds(), Policy: policies.Policy})
}

// OpenWith is Open for the kinds and the policy of o.
func OpenWith(ctx context.Context, dir string, o Options) (*Core, error) {
	now, log := o.Now, o.Log
	c := &Core{Now: now, Log: log}
	var err error
	if c.Kinds, err = compile(o.Kinds); err != nil {
		return nil, err
	}
	if c.Policy, err = rights(o.Policy, c.Kinds); err != nil {
		return nil, err
	}
	if c.Texts, err = texts(o); err != nil {
		return nil, err
	}
	key, err := readKey(dir)
	if err != nil {
		return nil, err
	}
	c.Store, err = sqlitestore.OpenStore(ctx, dir, store.Options{Shelves: Shelves(c.Kinds), Key: key, Now: now, Damaged: c.damaged})
	if err != nil {
		return nil, err
	}
	c.formKey = store.SubKey(key, "form")
	c.Records = &record.Engine{Store: c.Store, Kinds: c.Kinds, Policy: c.Policy, Now: now, Key: key, Log: log}
	c.Accounts, err = account.New(account.Config{Store: c.Store, Kinds: c.Kinds, Policy: c.Policy, Zone: c.zone, Now: now, Key: store.SubKey(key, "token")})
	if err != nil {
		return nil, errors.Join(err, c.Store.Close())
	}
	return c, nil
}

func texts(o Options) (*locale.Catalogue, error) {
	if o.Pseudo {
		return locale.NewWithPseudo(i18n.Files, o.Log)
	}
	return locale.New(i18n.Files, o.Log)
}

// Close closes the store.
func (c *Core) Close() error { return c.Store.Close() }

func (c *Core) damaged(journal string, err error) {
	c.Log.Error().Str("journal", journal).Err(err).Msg("journal is damaged: it can be read, not written")
}

// zone is the time zone of a mission, nil if there is no such mission.
func (c *Core) zone(mission string) *time.Location {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	raw, err := c.Store.Get(ctx, store.Key{Shelf: "mission", Journal: store.Service, ID: mission}, nil)
	if err != nil {
		return nil
	}
	name, _ := raw.Lookup("tz").StringValueOK()
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // one bad name must not lock a mission out
	}
	return zone
}
