package record_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"colocate/app/authz"
	"colocate/app/record"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/domain/kind"
	"colocate/policies"
)

var key32 = bytes.Repeat([]byte{7}, 32)

// place is a mission with three stations under one region, one apart, and the
// people who work there.
type place struct {
	t      testing.TB
	ctx    context.Context
	e      *record.Engine
	s      store.Store
	dir    string
	region string
	north  string // below region
	south  string // below region
	apart  string

	admin, ann, bob, lead, chief kind.Actor // ann and bob advise in the north
	host, other, commander       kind.Actor // host counterparts in the north; commander of the region
}

const missionID = "11111111-1111-4111-8111-111111111111"

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func registry(t testing.TB) *kind.Registry {
	t.Helper()
	reg, err := kind.Compile(toys)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func policy(t testing.TB, reg *kind.Registry, text string) *authz.Policy {
	t.Helper()
	perms := slices.DeleteFunc(authz.Permissions(reg), func(p authz.Permission) bool { return reg.Get(p.Object) == nil })
	granted := slices.DeleteFunc(perms, func(p authz.Permission) bool { return !grants(text, p) })
	pol, err := authz.New(policies.Model, text, granted)
	if err != nil {
		t.Fatal(err)
	}
	return pol
}

func grants(text string, p authz.Permission) bool {
	return slices.ContainsFunc(strings.Split(text, "\n"), func(l string) bool {
		f := strings.Split(strings.ReplaceAll(l, " ", ""), ",")
		return len(f) == 5 && f[2] == p.Object && f[3] == p.Action
	})
}

func openAt(t testing.TB, dir string, reg *kind.Registry) store.Store {
	t.Helper()
	s, err := sqlitestore.OpenStore(context.Background(), dir, store.Options{Shelves: record.Shelves(reg), Key: key32,
		Damaged: func(j string, err error) { t.Errorf("journal %s: %v", j, err) }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newPlace(t testing.TB) *place {
	t.Helper()
	reg := registry(t)
	p := &place{t: t, ctx: context.Background(), dir: t.TempDir()}
	p.s = openAt(t, p.dir, reg)
	t.Cleanup(func() {
		if err := p.s.Close(); err != nil {
			t.Error(err)
		}
	})
	p.e = p.engine(p.s, reg)
	p.people()
	p.fill()
	return p
}

func (p *place) engine(s store.Store, reg *kind.Registry) *record.Engine {
	return &record.Engine{Store: s, Kinds: reg, Policy: policy(p.t, reg, toyPolicy), Key: key32, Log: zerolog.Nop(),
		Now: func() time.Time { return noon }}
}

func id() string { return uuid.NewString() }

func actor(person string, grants ...kind.Grant) kind.Actor {
	return kind.Actor{Account: "account-" + person, Person: person, Name: person, Mission: missionID, Grants: grants,
		Device: "d1", Request: "r1", Lang: "en"}
}

func (p *place) people() {
	p.region, p.north, p.south, p.apart = id(), id(), id(), id()
	p.admin = actor(id(), kind.Grant{Role: kind.Administrator})
	p.ann = actor(id(), kind.Grant{Role: kind.Adviser})
	p.bob = actor(id(), kind.Grant{Role: kind.Adviser, Units: []string{p.north}})
	p.lead = actor(id(), kind.Grant{Role: kind.TeamLeader, Units: []string{p.region}})
	p.chief = actor(id(), kind.Grant{Role: kind.Leader})
	p.host = actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.north}})
	p.other = actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.north}})
	p.commander = actor(id(), kind.Grant{Role: kind.Commander, Units: []string{p.region}})
}

func (p *place) fill() {
	p.admin.Mission = "" // reference data is the service's administrator's
	p.make("mission", missionID, kind.Doc{{Name: "code", Value: "UNAC"}, {Name: "tz", Value: "Africa/Maputo"}})
	for _, code := range []string{"T01", "T02"} {
		p.make("reference_item", id(), kind.Doc{{Name: "list", Value: "theme"}, {Name: "code", Value: code}})
	}
	p.admin.Mission = missionID
	p.make("unit", p.region, kind.Doc{{Name: "code", Value: "REGION"}})
	p.make("unit", p.north, kind.Doc{{Name: "code", Value: "NORTH"}, {Name: "parent", Value: ref("unit", p.region)}, {Name: "tier", Value: "A"}})
	p.make("unit", p.south, kind.Doc{{Name: "code", Value: "SOUTH"}, {Name: "parent", Value: ref("unit", p.region)}})
	p.make("unit", p.apart, kind.Doc{{Name: "code", Value: "APART"}})
	for _, a := range []kind.Actor{p.ann, p.bob, p.host, p.other} {
		p.make("person", a.Person, kind.Doc{{Name: "name", Value: "N"}})
	}
	p.post(p.ann, p.north, "2026-01-01", "2026-12-31")
}

func (p *place) post(a kind.Actor, unit, start, end string) {
	p.make("posting", id(), kind.Doc{{Name: "person", Value: ref("person", a.Person)}, {Name: "unit", Value: ref("unit", unit)},
		{Name: "period", Value: kind.Doc{{Name: "start", Value: start}, {Name: "end", Value: end}}}})
}

func (p *place) make(name, id string, in kind.Doc) record.View {
	p.t.Helper()
	return p.create(p.admin, name, id, in)
}

func ref(k, id string) kind.Doc { return kind.Doc{{Name: "kind", Value: k}, {Name: "id", Value: id}} }

func text(s string) kind.Doc { return kind.Doc{{Name: "lang", Value: "en"}, {Name: "text", Value: s}} }

func (p *place) kind(name string) *kind.Descriptor { return p.e.Kinds.Get(name) }

func (p *place) create(a kind.Actor, name, id string, in kind.Doc) record.View {
	p.t.Helper()
	v, _, err := p.e.Create(p.ctx, a, p.kind(name), record.Write{ID: id, In: in})
	if err != nil {
		p.t.Fatalf("create %s: %v %v", name, err, faults(err))
	}
	return v
}

// note is a complete note about a unit.
func (p *place) note(unit string, more ...kind.Elem) kind.Doc {
	return append(kind.Doc{{Name: "unit", Value: ref("unit", unit)}, {Name: "text", Value: text("Hello")},
		{Name: "weight", Value: int64(1)}}, more...)
}

func (p *place) visit(unit string, more ...kind.Elem) kind.Doc {
	return append(kind.Doc{{Name: "unit", Value: ref("unit", unit)}, {Name: "title", Value: "Register"}}, more...)
}

func hosts(as ...kind.Actor) kind.Elem {
	var list []any
	for _, a := range as {
		list = append(list, ref("person", a.Person))
	}
	return kind.Elem{Name: "hosts", Value: list}
}

func (p *place) read(a kind.Actor, name, id string) record.View {
	p.t.Helper()
	v, err := p.e.Read(p.ctx, a, p.kind(name), id)
	if err != nil {
		p.t.Fatalf("read %s: %v", name, err)
	}
	return v
}

// do runs a verb with the version that a reads now.
func (p *place) do(a kind.Actor, name, id, verb string, in ...kind.Elem) record.View {
	p.t.Helper()
	v, err := p.try(a, name, id, verb, in...)
	if err != nil {
		p.t.Fatalf("%s %s: %v %v", verb, name, err, faults(err))
	}
	return v
}

func (p *place) try(a kind.Actor, name, id, verb string, in ...kind.Elem) (record.View, error) {
	p.t.Helper()
	return p.e.Do(p.ctx, a, p.kind(name), verb, record.Write{ID: id, IfMatch: p.etag(a, name, id), In: in})
}

// etag is what a reads now, "" if nothing.
func (p *place) etag(a kind.Actor, name, id string) string {
	v, err := p.e.Read(p.ctx, a, p.kind(name), id)
	if err != nil {
		return ""
	}
	return v.ETag
}

func why(s string) kind.Elem { return kind.Elem{Name: "why", Value: s} }

// released makes a visit of ann's that the host side reads.
func (p *place) released(hostSide ...kind.Actor) string {
	p.t.Helper()
	v := p.create(p.ann, "visit", id(), p.visit(p.north, hosts(hostSide...), kind.Elem{Name: "memo", Value: "inner"}))
	p.do(p.ann, "visit", v.ID, "submit", why("ready"))
	p.do(p.lead, "visit", v.ID, "approve")
	p.do(p.lead, "visit", v.ID, "release")
	return v.ID
}

func faults(err error) string {
	if e, ok := asError(err); ok {
		var b strings.Builder
		for _, n := range e.FieldNames() {
			fmt.Fprintf(&b, " %s=%s", n, e.Fields[n].Key)
		}
		return b.String()
	}
	return ""
}

// same fails unless two errors are told apart by nothing that a caller sees.
func (p *place) same(a, b error) {
	p.t.Helper()
	x, ok1 := asError(a)
	y, ok2 := asError(b)
	if !ok1 || !ok2 {
		p.t.Fatalf("not the caller's errors: %v, %v", a, b)
	}
	one, two := fmt.Sprint(x.Code, x.Key, x.Args, x.Fields, x.Current, x.State, x.Possible), fmt.Sprint(y.Code, y.Key, y.Args, y.Fields, y.Current, y.State, y.Possible)
	if one != two {
		p.t.Errorf("%s differs from %s", one, two)
	}
}

func (p *place) want(err error, code kind.Code, key string) {
	p.t.Helper()
	e, ok := asError(err)
	if !ok || e.Code != code || (key != "" && e.Key != key) {
		p.t.Errorf("got %v %s, want %s %s", err, faults(err), code, key)
	}
}

// head is the number of the mission's last commit: what was not written.
func (p *place) head() int64 {
	p.t.Helper()
	n, err := p.s.Head(p.ctx, missionID)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}
