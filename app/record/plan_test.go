package record_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"colocate/app/authz"
	"colocate/app/record"
	"colocate/app/store"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/policies"
)

// planner asks for the plan of every query that passes through it.
type planner struct {
	store.Store
	mu    sync.Mutex
	asked map[string]int // shelf -> queries
	bad   []error
	last  *store.Plan
}

func (s *planner) ask(shelf string, q store.Query) {
	plan, err := s.Explain(shelf, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[shelf]++
	s.last = plan
	if err != nil {
		s.bad = append(s.bad, err)
	}
}

func (s *planner) Find(ctx context.Context, shelf string, q store.Query) (store.Page, error) {
	s.ask(shelf, q)
	return s.Store.Find(ctx, shelf, q)
}

func (s *planner) Each(ctx context.Context, shelf string, q store.Query, fn func(store.Raw) error) error {
	s.ask(shelf, q)
	return s.Store.Each(ctx, shelf, q, fn)
}

// TestEveryListHasAPlan: every kind x list x sort x reach is served by an index
// (design.md §4 "no query may scan").
func TestEveryListHasAPlan(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	s := &planner{Store: p.s, asked: map[string]int{}}
	p.e = p.engine(s, p.e.Kinds)
	actors := []kind.Actor{p.admin, p.ann, p.bob, p.lead, p.chief, p.host, p.commander,
		actor(id(), kind.Grant{Role: kind.TeamLeader}), actor(id(), kind.Grant{Role: kind.Commander}),
		actor(id(), kind.Grant{Role: kind.Auditor, Remit: []string{"note"}}),
		actor(id(), kind.Grant{Role: kind.Adviser, Units: []string{p.north, p.south}}, kind.Grant{Role: kind.TeamLeader, Units: []string{p.apart}})}
	for _, d := range p.e.Kinds.All() {
		for _, a := range actors {
			p.everyList(a, d)
		}
	}
	for _, err := range s.bad {
		t.Error(err)
	}
	for _, sh := range record.Shelves(p.e.Kinds) {
		if sh.Name != record.Counter && s.asked[sh.Name] == 0 {
			t.Errorf("no query on %s was tried", sh.Name)
		}
	}
}

// TestShippedKindsHavePlans does the same for the kinds and the policy that are
// shipped, each role with no unit, with some and with more than branches can hold.
func TestShippedKindsHavePlans(t *testing.T) {
	t.Parallel()
	reg, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	s := &planner{Store: openAt(t, t.TempDir(), reg), asked: map[string]int{}}
	t.Cleanup(func() { _ = s.Close() })
	pol, err := authz.New(policies.Model, policies.Policy, authz.Permissions(reg))
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, ctx: t.Context(), s: s, e: &record.Engine{Store: s, Kinds: reg, Policy: pol, Key: key32, Now: func() time.Time { return noon }}}
	many := make([]string, 2500)
	for i := range many {
		many[i] = id()
	}
	for _, role := range kind.Roles {
		for _, units := range [][]string{nil, many[:3], many[:70], many} {
			for _, d := range reg.All() {
				p.everyList(actor(id(), kind.Grant{Role: role, Units: units}), d)
			}
		}
	}
	for _, err := range s.bad {
		t.Error(err)
	}
	for _, sh := range record.Shelves(reg) {
		if sh.Name != record.Counter && s.asked[sh.Name] == 0 {
			t.Errorf("no query on %s was tried", sh.Name)
		}
	}
}

// sample is a value of a filter parameter.
func sample(f *kind.Field) string {
	if len(f.Values) > 0 {
		return f.Values[0]
	}
	return map[kind.Type]string{kind.RefType: id(), kind.CodeType: "T01", kind.Int: "1", kind.Bool: "true", kind.LangType: "fr",
		kind.DateType: "2026-01-01", kind.PeriodType: "2026-01-01", kind.PartialDate: "2026", kind.String: "x", kind.TextType: "x", kind.Time: "2026-01-01T00:00:00Z"}[f.Type]
}

func (p *place) everyList(a kind.Actor, d *kind.Descriptor) {
	p.t.Helper()
	qs := []record.ListQuery{{Total: true}, {Own: true}, {Filter: map[string]string{"created_by": "x"}}}
	for _, f := range append(d.Fields, d.Envelope...) {
		if f.Filter {
			qs = append(qs, record.ListQuery{Filter: map[string]string{f.Name: sample(f)}})
		}
		if f.Sort {
			qs = append(qs, record.ListQuery{Sort: f.Name}, record.ListQuery{Sort: "-" + f.Name})
		}
	}
	for name := range d.Questions {
		qs = append(qs, record.ListQuery{Filter: map[string]string{name: "true"}})
	}
	for _, l := range d.Lists {
		q := record.ListQuery{Filter: map[string]string{}}
		for _, n := range strings.FieldsFunc(l.By, func(r rune) bool { return r == ',' }) {
			q.Filter[n] = sample(d.Field(n))
		}
		qs = append(qs, q)
	}
	for _, q := range qs {
		_, err := p.e.List(p.ctx, a, d, q)
		switch kind.CodeOf(err) {
		case kind.CodeNotFound:
			return // a kind that the role never reads
		case kind.CodeMalformed: // a field above the role's class; the planner knows of no other fault
		case "":
			if err != nil {
				p.t.Errorf("%s %+v: %v", d.Name, q, err)
			}
		default:
			p.t.Errorf("%s %+v: %v", d.Name, q, err)
		}
	}
}

// TestPlanControl: a query that no index serves is told apart.
func TestPlanControl(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, q := range []store.Query{
		{Sort: "-created_at"},
		{Filter: store.D{store.Eq("memo", "x")}, Sort: "-created_at"},
		{Filter: store.D{store.Eq("mission_id", missionID)}, Sort: "memo"},
	} {
		if _, err := p.s.Explain("note", q); !errors.Is(err, store.ErrNoPlan) {
			t.Errorf("%v: %v", q, err)
		}
	}
}

// TestReferenceDataIsPlanned: a list of reference data is one range of an index.
func TestReferenceDataIsPlanned(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	s := &planner{Store: p.s, asked: map[string]int{}}
	p.e = p.engine(s, p.e.Kinds)
	p.list(p.admin, "reference_item", record.ListQuery{Filter: map[string]string{"list": "theme"}})
	if plan := s.last; !plan.Exact && len(plan.Branches) == 1 && len(plan.Branches[0].Equal) == 2 {
		return // null is checked again, document by document
	}
	t.Errorf("plan %+v", s.last)
}

// TestFiltersBeginInScope: no file but scope.go makes a filter of the store.
func TestFiltersBeginInScope(t *testing.T) {
	t.Parallel()
	if n := len(filters(t, "scope.go")); n == 0 {
		t.Error("the test does not see the filters of scope.go")
	}
	for _, name := range goFiles(t) {
		if name == "scope.go" {
			continue
		}
		for _, at := range filters(t, name) {
			t.Errorf("%s begins a filter", at)
		}
	}
}

func goFiles(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.go")
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return slices.DeleteFunc(all, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
}

// filters finds the literals and helpers of package store that make a filter.
func filters(t *testing.T, name string) []string {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	makers := map[string]bool{"E": true, "A": true, "Eq": true, "Ne": true, "In": true, "NotIn": true, "Gt": true, "Gte": true,
		"Lt": true, "Lte": true, "Exists": true, "And": true, "Or": true}
	var found []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CompositeLit:
			if sel, ok := x.Type.(*ast.SelectorExpr); ok && ofStore(sel) && (sel.Sel.Name == "D" || makers[sel.Sel.Name]) {
				found = append(found, set.Position(n.Pos()).String())
			}
		case *ast.CallExpr:
			if sel, ok := x.Fun.(*ast.SelectorExpr); ok && ofStore(sel) && makers[sel.Sel.Name] {
				found = append(found, set.Position(n.Pos()).String())
			}
		}
		return true
	})
	return found
}

func ofStore(s *ast.SelectorExpr) bool {
	id, ok := s.X.(*ast.Ident)
	return ok && id.Name == "store"
}

// TestNothingStoredLeaves: what the engine hands out holds no stored document
// and no record, so that nobody above it can marshal one (trust.md Z4).
func TestNothingStoredLeaves(t *testing.T) {
	t.Parallel()
	sealed := []reflect.Type{reflect.TypeFor[store.Raw](), reflect.TypeFor[kind.Doc](), reflect.TypeFor[kind.Head](), reflect.TypeFor[kind.Record]()}
	var holds func(ty reflect.Type, seen map[reflect.Type]bool) bool
	holds = func(ty reflect.Type, seen map[reflect.Type]bool) bool {
		if seen[ty] {
			return false
		}
		seen[ty] = true
		if slices.Contains(sealed, ty) {
			return true
		}
		switch ty.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
			return holds(ty.Elem(), seen)
		case reflect.Struct:
			for i := range ty.NumField() {
				if holds(ty.Field(i).Type, seen) {
					return true
				}
			}
		}
		return false
	}
	e := reflect.TypeFor[*record.Engine]()
	for i := range e.NumMethod() {
		m := e.Method(i)
		for o := range m.Type.NumOut() {
			if out := m.Type.Out(o); out != reflect.TypeFor[error]() && holds(out, map[reflect.Type]bool{}) {
				t.Errorf("%s answers a %s", m.Name, out)
			}
		}
	}
	if !holds(reflect.TypeFor[struct{ X []*record.Imported }](), map[reflect.Type]bool{}) {
		t.Error("the test does not see records")
	}
}
