package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"colocate/app/account"
	"colocate/app/api"
	"colocate/app/record"
	"colocate/app/server"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/domain/kind"
	"colocate/seeds"
)

// folder is a data folder with the demonstration in it, ready to be measured.
type folder struct {
	n       int    // sessions that were seeded
	dir     string // data folder
	seed    cost   // zero where the folder was there already
	size    int64  // bytes of the database after seeding
	tokens  map[string]string
	signed  map[string]string // sign-ins, as a browser has them
	ids     []string          // sessions that the leader may read
	plurals map[string]string // of kinds, as they stand in addresses
	conf    bareConfig
	exact   map[string]bool // lists in which the store's plan says all
}

// program is how a program of that account calls.
func (f *folder) program(name string) caller { return caller{token: f.tokens[name]} }

// Accounts that the load acts as, and the mission and unit of the demonstration.
const (
	adviser   = "bench.adviser"
	commander = "bench.commander"
	leader    = "bench.leader"
	lead      = "bench.team.leader"
	mission   = "UNAC"
	unit      = "CRN-ST-014"
)

// accounts are the arguments that make each account.
func accounts() map[string][]string {
	return map[string][]string{
		adviser:   {"--role", "adviser", "--person", seeds.ID("unac/person/01")},
		commander: {"--role", "commander", "--unit", unit, "--counterpart", seeds.ID("unac/counterpart/" + unit + "/1")},
		leader:    {"--role", "leader", "--person", seeds.ID("unac/person/04")},
		lead:      {"--role", "team_leader", "--person", seeds.ID("unac/person/03")},
	}
}

// prepare makes a data folder with n sessions below dir, or takes the one that
// an earlier run left there, and gives it accounts.
func prepare(ctx context.Context, program, dir string, n int) (*folder, error) {
	f := &folder{n: n, dir: filepath.Join(dir, fmt.Sprint(n)), tokens: map[string]string{}, signed: map[string]string{}, exact: map[string]bool{}}
	if _, err := os.Stat(f.database()); err != nil {
		if _, f.seed, err = runProgram(ctx, program, "seed", "demo", "--sessions", fmt.Sprint(n), "--data", f.dir); err != nil {
			return nil, err
		}
	}
	f.size = f.bytes()
	for name, args := range accounts() {
		token, _, err := runProgram(ctx, program, "token", "add", name, "--data", f.dir)
		if err != nil { // a new folder
			if _, _, err = runProgram(ctx, program, append([]string{"user", "add", name, "--mission", mission, "--data", f.dir}, args...)...); err != nil {
				return nil, err
			}
			if token, _, err = runProgram(ctx, program, "token", "add", name, "--data", f.dir); err != nil {
				return nil, err
			}
		}
		f.tokens[name] = token
	}
	return f, f.look(ctx)
}

func (f *folder) database() string { return filepath.Join(f.dir, sqlitestore.FileName) }

// bytes is the size of the database with its log.
func (f *folder) bytes() (n int64) {
	files, _ := filepath.Glob(f.database() + "*")
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			n += info.Size()
		}
	}
	return n
}

// sampled is how many different sessions are read.
const sampled = 2000

// look works out what the bare server is told: which statements answer what the
// service would be asked, and what a new session is as a document.
func (f *folder) look(ctx context.Context) error {
	core, err := server.Open(ctx, f.dir, time.Now, zerolog.Nop())
	if err != nil {
		return err
	}
	plans, err := f.plans(ctx, core)
	if err == nil {
		err = f.sample(ctx, core)
	}
	if err == nil {
		err = f.signIn(ctx, core)
	}
	if err == nil {
		f.conf.Body, err = f.trial(ctx, core)
	}
	if e := core.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return f.statements(ctx, core.Kinds, plans)
}

// signIn signs every account in, as a browser does, without a password.
func (f *folder) signIn(ctx context.Context, core *server.Core) error {
	core.Accounts.OpenDemo(slices.Collect(maps.Keys(accounts()))...)
	for name := range accounts() {
		in, err := core.Accounts.SignInDemo(ctx, account.SignIn{Name: name, Device: "bench"})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		f.signed[name] = in.Bearer
	}
	return nil
}

// spy is a store that remembers the first page it was asked for.
type spy struct {
	store.Store
	shelf string
	query store.Query
}

// Find implements store.Reader.
func (s *spy) Find(ctx context.Context, shelf string, q store.Query) (store.Page, error) {
	if s.shelf == "" {
		s.shelf, s.query = shelf, q
	}
	return s.Store.Find(ctx, shelf, q)
}

// plans asks the service's own engine for each list, and keeps the plan of the
// query that came of it.
func (f *folder) plans(ctx context.Context, core *server.Core) (map[string]*store.Plan, error) {
	plans := map[string]*store.Plan{}
	for _, l := range lists {
		actor, err := core.Accounts.Authenticate(ctx, f.tokens[l.who])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.who, err)
		}
		s := &spy{Store: core.Store}
		e := &record.Engine{Store: s, Kinds: core.Kinds, Policy: core.Policy, Now: time.Now, Key: make([]byte, 32), Log: core.Log}
		if _, err := e.List(ctx, actor, core.Kinds.Get("session"), record.ListQuery{Filter: l.filter}); err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		if plans[l.name], err = core.Store.Explain(s.shelf, s.query); err != nil {
			return nil, err
		}
		f.exact[l.name] = plans[l.name].Exact
	}
	return plans, nil
}

// sample chooses sessions evenly that the leader may read.
func (f *folder) sample(ctx context.Context, core *server.Core) error {
	actor, err := core.Accounts.Authenticate(ctx, f.tokens[leader])
	if err != nil {
		return err
	}
	step := max(1, f.n/sampled)
	for i := 0; i < f.n; i += step {
		id := seeds.SessionID(f.n, i)
		_, err := core.Records.Read(ctx, actor, core.Kinds.Get("session"), id)
		if kind.CodeOf(err) == kind.CodeNotFound {
			continue // somebody's draft
		}
		if err != nil {
			return err
		}
		f.ids = append(f.ids, id)
	}
	if len(f.ids) < f.n/step/2 {
		return fmt.Errorf("the leader may read only %d of the sessions that were looked for", len(f.ids))
	}
	return nil
}

// trial records one session as the load will, and returns it as it is stored.
func (f *folder) trial(ctx context.Context, core *server.Core) (store.Raw, error) {
	actor, err := core.Accounts.Authenticate(ctx, f.tokens[adviser])
	if err != nil {
		return nil, err
	}
	id := uuid.NewString()
	in, err := api.Decode(newSession(id))
	if err != nil {
		return nil, err
	}
	if _, _, err := core.Records.Create(ctx, actor, core.Kinds.Get("session"), record.Write{ID: id, In: in}); err != nil {
		return nil, err
	}
	return core.Store.Get(ctx, key(id), nil)
}

func key(id string) store.Key {
	return store.Key{Shelf: "session", Journal: seeds.ID("mission/" + mission), ID: id}
}

// statements asks the engine how it would answer.
func (f *folder) statements(ctx context.Context, reg *kind.Registry, plans map[string]*store.Plan) error {
	e, err := sqlitestore.Open(ctx, f.dir, server.Shelves(reg), nil)
	if err != nil {
		return err
	}
	defer e.Close()
	f.conf.Data, f.conf.Docs, f.conf.Lists = f.database(), map[string]sqlitestore.Statement{}, map[string][]sqlitestore.Statement{}
	f.conf.Where, f.plurals = map[string]map[string]string{}, map[string]string{}
	for _, d := range reg.All() {
		f.plurals[d.Name] = d.Plural
	}
	for _, l := range lists {
		f.conf.Where[l.name] = l.filter
	}
	for name, p := range plans {
		if f.conf.Lists[name], err = e.Statements(p, asked(p)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, id := range f.ids {
		if f.conf.Docs[id], err = e.DocStatement(key(id)); err != nil {
			return err
		}
	}
	return nil
}

// asked is the limit that the store gives a statement of p for a page.
func asked(p *store.Plan) int {
	if p.Exact && p.Disjoint {
		return listRows + 1
	}
	return 2000 + 1
}

// write puts the configuration of the bare server into a file below dir, with a
// new database of its own beside it.
func (f *folder) write(dir string) (string, error) {
	f.conf.Own = filepath.Join(dir, "bare-"+uuid.NewString()+".db")
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(f.conf); err != nil {
		return "", err
	}
	file := strings.TrimSuffix(f.conf.Own, ".db") + ".conf"
	return file, os.WriteFile(file, b.Bytes(), 0o600)
}
