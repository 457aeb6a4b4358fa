package server

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"colocate/app/account"
	"colocate/app/api"
	"colocate/app/authz"
	"colocate/domain/kind"
)

// writers may create records, tried in this order; administrators last, who see
// no content.
var writers = []string{"elin.strand", "aminata.diallo", "ruth.maseko", "administrator", serviceAdmin}

// serviceAdmin keeps what all missions share, such as the reference lists.
const serviceAdmin = "service.administrator"

func (r *rig) addServiceAdmin() {
	r.t.Helper()
	op := account.Operator()
	u, err := r.core.Accounts.AddUser(r.t.Context(), op, account.NewUser{Name: serviceAdmin, Grant: &account.NewGrant{Role: kind.Administrator}})
	if err != nil {
		r.t.Fatal(err)
	}
	made, err := r.core.Accounts.AddToken(r.t.Context(), op, account.NewToken{Account: u.ID, Name: "test"})
	if err != nil {
		r.t.Fatal(err)
	}
	r.bearer = maps.Clone(r.bearer)
	r.bearer[serviceAdmin] = made.Bearer
}

// TestExamplesWork posts the example of every kind to a service that holds the
// demonstration, and reads back what was sent.
func TestExamplesWork(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.addServiceAdmin()
	made := map[string]string{}
	kinds := slices.Clone(r.core.Kinds.All())
	slices.SortStableFunc(kinds, func(a, b *kind.Descriptor) int { return order(a) - order(b) })
	for _, d := range kinds {
		if d.Fixed {
			r.release(made["session"])
		}
		body := exampleFor(d, made)
		path := api.Prefix + "/" + d.Plural
		who, got := "", reply{}
		for _, who = range writers {
			if got = r.do(request{who: who, method: "POST", path: path, body: body}); got.status != 403 && got.status != 404 {
				break
			}
		}
		if got.status != 201 {
			t.Errorf("%s as %s: %d %s\n%s", d.Name, who, got.status, got.body, body)
			continue
		}
		made[d.Name] = parse[struct{ ID string }](t, got.body).ID
		if read := r.get(who, got.header.Get("Location")); read.body != got.body || read.header.Get("ETag") != got.header.Get("ETag") {
			t.Errorf("%s: read %s, made %s", d.Name, read.body, got.body)
		}
		contains(t, d.Name, parse[any](t, got.body), parse[any](t, body))
	}
	if len(made) < 13 {
		t.Errorf("only %v", made)
	}
}

// order is when a kind's example is posted: after what it refers to, and what
// is said of a session when it is released.
func order(d *kind.Descriptor) int {
	if d.Fixed {
		return 2
	}
	return strings.Count(d.Example, "@session")
}

// release leads a draft of Elin's to the host, where it is none yet.
func (r *rig) release(session string) {
	r.t.Helper()
	path := api.Prefix + "/sessions/" + session
	for _, step := range [][2]string{{"elin.strand", "submit"}, {"aminata.diallo", "approve"}, {"aminata.diallo", "release"}} {
		seen := r.get("elin.strand", path)
		if parse[struct{ State string }](r.t, seen.body).State == "released" {
			return
		}
		got := r.do(request{who: step[0], method: "POST", path: path + "/" + step[1], header: map[string]string{"If-Match": seen.header.Get("ETag")}})
		if got.status != 200 {
			r.t.Fatalf("%s: %d %s", step[1], got.status, got.body)
		}
	}
}

// known are the codes of examples that the demonstration has already.
var known = strings.NewReplacer(`"code":"UNAC"`, `"code":"UNEX"`, `"code":"CRN-POL"`, `"code":"EX-POL"`, `"code":"CRN-ST-014"`, `"code":"CRN-ST-900"`,
	`"code":"UNAC-HQ"`, `"code":"UNAC-EX"`, `"code":"T07"`, `"code":"T97"`, "CP-104233", "CP-999999")

// exampleFor is d's example as the document shows it, with codes that are free
// and the session that this test made.
func exampleFor(d *kind.Descriptor, made map[string]string) string {
	at := regexp.MustCompile(`"@([a-z_]+)"`)
	return known.Replace(at.ReplaceAllStringFunc(d.Example, func(s string) string {
		name := strings.Trim(s, `"@`)
		if name == "session" { // the one that was made just now
			return `"` + made[name] + `"`
		}
		if name == d.Name {
			name += api.Above
		}
		return `"` + exampleID(name) + `"`
	}))
}

// contains checks that got holds all of want, member by member.
func contains(t *testing.T, where string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		m, _ := got.(map[string]any)
		for name, v := range want {
			contains(t, where+"/"+name, m[name], v)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			t.Errorf("%s: %v, want %v", where, got, want)
			return
		}
		for i := range want {
			contains(t, where, list[i], want[i])
		}
	default:
		if a, b := text(got), text(want); a != b {
			t.Errorf("%s: %s, want %s", where, a, b)
		}
	}
}

func text(v any) string { b, _ := json.Marshal(v); return string(b) }

// TestRouterServesTheTable: what the router serves under the API's prefix is
// the table, and nothing else.
func TestRouterServesTheTable(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := &api.Handler{Records: r.core.Records, Accounts: r.core.Accounts, Kinds: r.core.Kinds, Policy: r.core.Policy}
	var table, served []string
	perms := authz.Permissions(r.core.Kinds)
	for _, x := range h.Routes() {
		table = append(table, x.Method+" "+x.Path)
		if x.Method == fiber.MethodGet {
			table = append(table, "HEAD "+x.Path)
		}
		if x.Kind != nil && !slices.Contains(perms, x.Perm) {
			t.Errorf("%s %s: the policy knows no permission %v", x.Method, x.Path, x.Perm)
		}
		if x.Open != (x.Path == api.Prefix+"/set-up" || x.Path == api.Prefix+"/sign-ins") {
			t.Errorf("%s is open: %v", x.Path, x.Open)
		}
	}
	for _, routes := range r.app.Stack() {
		for _, x := range routes {
			if strings.HasPrefix(x.Path, "/api") {
				served = append(served, x.Method+" "+x.Path)
			}
		}
	}
	slices.Sort(table)
	slices.Sort(served)
	if !slices.Equal(table, slices.Compact(served)) {
		t.Errorf("table %v\nserved %v", table, served)
	}
}

// TestNoRouteWithoutToken: every route of the table but the open ones refuses
// whoever brings no token, before it looks at anything else.
func TestNoRouteWithoutToken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := &api.Handler{Kinds: r.core.Kinds}
	before := r.written()
	for _, x := range h.Routes() {
		if x.Open {
			continue
		}
		path := strings.ReplaceAll(x.Path, ":id", freshID)
		if got := r.do(request{method: x.Method, path: path, body: "nonsense"}); got.status != 401 || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s %s: %d %s", x.Method, path, got.status, got.body)
		}
	}
	if r.written() != before {
		t.Error("something was written")
	}
}

// TestSortsOfTheDocument: every order that the document names is served.
func TestSortsOfTheDocument(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := &api.Handler{Kinds: r.core.Kinds}
	doc := h.Document(r.core.Texts.Texts("en"))
	asked := 0
	for _, d := range r.core.Kinds.All() {
		who := "aminata.diallo"
		if r.do(request{who: who, method: "GET", path: api.Prefix + "/" + d.Plural}).status == 404 {
			who = "administrator"
		}
		for _, p := range doc.Paths[api.Prefix+"/"+d.Plural]["get"].Parameters {
			if p.Name != "sort" {
				continue
			}
			for _, sort := range p.Schema.Enum {
				asked++
				got := r.do(request{who: who, method: "GET", path: api.Prefix + "/" + d.Plural + "?limit=1&sort=" + sort})
				if got.status != 200 {
					t.Errorf("%s sorted by %s as %s: %d %s", d.Name, sort, who, got.status, got.body)
				}
			}
		}
	}
	if asked < 20 {
		t.Errorf("only %d orders", asked)
	}
}
