package authz_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"colocate/app/authz"
	"colocate/domain/kind"
	"colocate/policies"
)

var toy = []authz.Permission{{Object: "unit", Action: "read"}, {Object: "unit", Action: "update"}}

const toyPolicy = `# Toys.
p, adviser, unit, read, team

# --- Who changes.
# Second line.
p, team_leader, unit, update, mission
`

func TestStrict(t *testing.T) {
	t.Parallel()
	bad := map[string]string{
		"p, adviser, unit, read":                                 "line 1: want p, role",
		"p, adviser, unit, read, own, x":                         "line 1: want p, role",
		"g, adviser, unit, read, own":                            "line 1: want p, role",
		"p, advisor, unit, read, own":                            `line 1: unknown role "advisor"`,
		"p, Adviser, unit, read, own":                            `unknown role "Adviser"`,
		"\n\np, adviser, unti, read, own":                        `line 3: unknown object "unti"`,
		"p, adviser, unit, raed, own":                            `unknown action "raed" of unit`,
		"p, adviser, unit, *, own":                               `unknown action "*"`,
		"p, adviser, unit, read, tree":                           `unknown reach "tree"`,
		"p, adviser, unit, read, -":                              `unknown reach "-"`,
		"p, adviser, unit, read, ":                               `unknown reach ""`,
		`p, "adviser", unit, read, own`:                          "unknown role",
		"p, adviser, unit, read, own # why":                      "unknown reach",
		"p, adviser, unit, read, own\np, adviser,unit,read,team": "line 2: adviser unit read is granted on line 1 already",
		"p, adviser, unit, read, own":                            "unit update is granted to nobody",
		"":                                                       "unit read is granted to nobody",
	}
	for text, want := range bad {
		p, err := authz.New(policies.Model, text, toy)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
		if p != nil {
			t.Errorf("%q: got a policy too", text)
		}
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	t.Parallel()
	_, err := authz.New(policies.Model, "p, x, unit, read, own\np, adviser, y, read, own", toy)
	if err == nil || !strings.Contains(err.Error(), "line 1") || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
	if _, err := authz.New(policies.Model, toyPolicy, append(toy, toy[0])); err == nil {
		t.Error("a permission listed twice was taken")
	}
}

func TestBrokenModel(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "[matchers]\nm = 1", strings.Replace(policies.Model, "r.role == p.role", "r.nobody == p.role", 1),
		strings.Replace(policies.Model, "p = role, object, action, reach", "p = role, object, action", 1)} {
		if _, err := authz.New(text, toyPolicy, toy); err == nil {
			t.Errorf("took the model %q", text)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	p, err := authz.New(policies.Model, toyPolicy, toy)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		role kind.Role
		perm authz.Permission
		want string
	}{
		{kind.Adviser, toy[0], "allow  adviser, unit, read, team  policy.csv:2  # Toys."},
		{kind.TeamLeader, toy[1], "allow  team_leader, unit, update, mission  policy.csv:6  # Who changes. Second line."},
		{kind.TeamLeader, toy[0], "deny   team_leader, unit, read"},
		{"root", toy[0], "deny   root, unit, read"},
		{kind.Adviser, authz.Permission{Object: "moon", Action: "read"}, "deny   adviser, moon, read"},
	} {
		if got := p.Explain(c.role, c.perm).String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestEveryLineNamesItsRule(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	for _, perm := range perms() {
		for _, r := range kind.Roles {
			e := p.Explain(r, perm)
			if e.Reach != authz.NoReach && (e.Line == 0 || !strings.Contains(e.Source, "§5")) {
				t.Errorf("%s: no paragraph in its block's comment", e)
			}
		}
	}
}

// TestWholePolicy: Casbin given the whole policy at once answers as the table,
// which is made object by object.
func TestWholePolicy(t *testing.T) {
	t.Parallel()
	m, err := model.NewModelFromString(policies.Model)
	if err != nil {
		t.Fatal(err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(policies.Policy) {
		if col := strings.Split(strings.TrimSpace(line), ","); len(col) == 5 {
			if _, err := e.AddPolicy(strings.TrimSpace(col[1]), strings.TrimSpace(col[2]), strings.TrimSpace(col[3]), strings.TrimSpace(col[4])); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := shipped(t)
	for _, perm := range p.Permissions() {
		for _, r := range kind.Roles {
			ok, why, err := e.EnforceEx(string(r), perm.Object, perm.Action)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Reach(r, perm); ok != (got != authz.NoReach) || ok && why[3] != got.String() {
				t.Errorf("%s %s: table %s, Casbin %v %v", r, perm, got, ok, why)
			}
		}
	}
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	read := authz.Permission{Object: "session", Action: "read"}
	a := kind.Actor{Grants: []kind.Grant{{Role: "root"}, {Role: kind.Administrator}, {Role: kind.Adviser},
		{Role: kind.Ministry}, {Role: kind.Oversight, Remit: []string{"unit", "session"}}, {Role: kind.Leader}}}
	got := p.Authorize(&a, read)
	want := authz.Scope{Any: true, Reaches: [authz.MaxGrants]authz.Reach{2: authz.Team, 4: authz.Remit, 5: authz.Mission}}
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, none := range []kind.Actor{{}, {Grants: []kind.Grant{{Role: kind.Administrator}}}, {Grants: []kind.Grant{{Role: kind.Ministry}}}} {
		if s := p.Authorize(&none, read); s != (authz.Scope{}) {
			t.Errorf("%v reaches %v", none, s)
		}
	}
	if s := p.Authorize(&a, authz.Permission{Object: "session", Action: "raed"}); s.Any {
		t.Error("an unknown permission is granted")
	}
	a.Grants = append(make([]kind.Grant, authz.MaxGrants), kind.Grant{Role: kind.Leader})
	if p.Authorize(&a, read).Any {
		t.Error("a grant beyond the room for grants counts")
	}
}

func TestAuthorizeAllocates(t *testing.T) {
	p := shipped(t)
	a := kind.Actor{Grants: []kind.Grant{{Role: kind.Adviser}, {Role: kind.Ministry, Remit: []string{"unit", "session"}}}}
	perm := authz.Permission{Object: "session", Action: "read"}
	if n := testing.AllocsPerRun(1000, func() { _ = p.Authorize(&a, perm) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAuthorize(b *testing.B) {
	p := shipped(b)
	a := kind.Actor{Grants: []kind.Grant{{Role: kind.Adviser}, {Role: kind.TeamLeader}}}
	perm := authz.Permission{Object: "session", Action: "read"}
	b.ReportAllocs()
	for b.Loop() {
		_ = p.Authorize(&a, perm)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		_ = shipped(b)
	}
}

// gadget and its kinds are toys that show what Permissions makes of a kind.
type gadget struct {
	kind.Head
	Name  string `f:"name,required,max=9"`
	Price part   `f:"price"`
}

type part struct {
	Secret string `f:"secret,max=9" class:"CON"`
}

type plain struct {
	kind.Head
	Name string `f:"name,required,max=9"`
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	var kinds kind.Kinds
	kind.Declare[gadget](&kinds, kind.Spec{Name: "gadget", Class: kind.SHR, Scope: kind.Mission(), Flow: kind.Flow{
		States: kind.From("new", "old"), Verbs: kind.Verbs{{Name: "age", From: kind.From("new"), To: "old"}}}})
	kind.Declare[plain](&kinds, kind.Spec{Name: "plain", Class: kind.CON, Scope: kind.Mission()})
	reg, err := kind.Compile(kinds)
	if err != nil {
		t.Fatal(err)
	}
	want := []authz.Permission{{"gadget", "create"}, {"gadget", "read"}, {"gadget", "read_con"}, {"gadget", "update"}, {"gadget", "age"},
		{"plain", "create"}, {"plain", "read"}, {"plain", "read_con"}, {"plain", "update"}}
	if got := authz.Permissions(reg); !slices.Equal(got, append(want, authz.Service...)) {
		t.Errorf("got %v", got)
	}
}

func TestUnlistedKindsHaveNoPermissions(t *testing.T) {
	t.Parallel()
	var kinds kind.Kinds
	kind.Declare[plain](&kinds, kind.Spec{Name: "plain", Class: kind.MIS, Scope: kind.Service(), Unlisted: true})
	reg, err := kind.Compile(kinds)
	if err != nil {
		t.Fatal(err)
	}
	if got := authz.Permissions(reg); !slices.Equal(got, authz.Service) {
		t.Errorf("got %v", got)
	}
}
