package record_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

func asError(err error) (*kind.Error, bool) { return errors.AsType[*kind.Error](err) }

func object(t testing.TB, v record.View) map[string]any {
	t.Helper()
	m := map[string]any{}
	if err := json.Unmarshal(v.JSON, &m); err != nil {
		t.Fatalf("%v: %s", err, v.JSON)
	}
	return m
}

// TestHiddenIsAbsent: what a caller may not see answers as an id that was never
// given, for reads and for every change (trust.md Z3).
func TestHiddenIsAbsent(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north))
	heavy := p.create(p.bob, "note", id(), append(p.note(p.north), kind.Elem{Name: "weight", Value: int64(8)}))
	mine := p.create(p.ann, "visit", id(), p.visit(p.north, hosts(p.host)))
	there := p.released()
	cases := []struct {
		what string
		a    kind.Actor
		kind string
		id   string
	}{
		{"a unit outside the reach", actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.south}}), "note", n.ID},
		{"narrowed away", p.host, "note", heavy.ID},
		{"another's draft", p.bob, "visit", mine.ID},
		{"a draft, to who approves it", p.lead, "visit", mine.ID},
		{"not released", p.host, "visit", mine.ID},
		{"released, not naming him", p.host, "visit", there},
		{"a kind never read", p.host, "booking", n.ID},
		{"another mission", kind.Actor{Account: "x", Person: "x", Mission: "other", Grants: p.chief.Grants}, "note", n.ID},
		{"no role", actor(id()), "note", n.ID},
	}
	for _, c := range cases {
		d, absent, before := p.kind(c.kind), id(), p.head()
		_, got := p.e.Read(p.ctx, c.a, d, c.id)
		_, want := p.e.Read(p.ctx, c.a, d, absent)
		p.same(got, want)
		p.want(got, kind.CodeNotFound, "error.not_found")
		for _, m := range []string{"", `"x"`} {
			_, got = p.e.Replace(p.ctx, c.a, d, record.Write{ID: c.id, IfMatch: m, In: kind.Doc{{Name: "nonsense", Value: true}}})
			p.same(got, want)
			for _, vd := range d.Verbs() {
				_, got = p.e.Do(p.ctx, c.a, d, vd.Name, record.Write{ID: c.id, IfMatch: m, Key: "k" + c.id + vd.Name})
				p.same(got, want)
			}
		}
		_, got = p.e.History(p.ctx, c.a, d, c.id, "", 0)
		p.same(got, want)
		_, got = p.e.May(p.ctx, c.a, d, c.id)
		p.same(got, want)
		_, got = p.e.Translate(p.ctx, c.a, d, record.Write{ID: c.id, IfMatch: `"x"`, In: kind.Doc{{Name: "path", Value: "text"}}})
		p.same(got, want)
		_, got = p.e.Version(p.ctx, c.a, d, c.id, "x")
		p.same(got, want)
		for _, vd := range d.Verbs() {
			_, got = p.e.Checks(p.ctx, c.a, d, vd.Name, c.id)
			p.same(got, want)
		}
		if many, err := p.e.ReadMany(p.ctx, c.a, d, []string{c.id}); err != nil || len(many) > 0 {
			t.Errorf("%s: read among many: %v %v", c.what, many, err)
		}
		if p.head() != before {
			t.Errorf("%s: something was written", c.what)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rows := kind.Elem{Name: "rows", Value: []any{kind.Doc{{Name: "open", Value: "o"}}}}
	inner := kind.Elem{Name: "inner", Value: kind.Doc{{Name: "closed", Value: "c"}}}
	tr := kind.Doc{{Name: "lang", Value: "en"}, {Name: "text", Value: "Hi"}, {Name: "tr", Value: kind.Doc{
		{Name: "fr", Value: kind.Doc{{Name: "text", Value: "Salut"}, {Name: "method", Value: "human"}, {Name: "state", Value: "draft"}}}}}}
	in := kind.Doc{{Name: "unit", Value: ref("unit", p.north)}, {Name: "text", Value: tr}, {Name: "weight", Value: int64(0)},
		{Name: "memo", Value: "m"}, {Name: "deep", Value: "d"}, rows, inner}
	n := p.create(p.bob, "note", id(), in)

	un := object(t, p.read(p.bob, "note", n.ID))
	for _, f := range []string{"kind", "vis", "id", "mission_id", "rev", "created_by", "created_at", "updated_at", "memo", "deep", "rows", "inner", "text"} {
		if _, ok := un[f]; !ok {
			t.Errorf("the adviser of the unit misses %s", f)
		}
	}
	if un["kind"] != "note" || un["vis"] != "SHR" || un["deep"] != "d" {
		t.Errorf("got %v", un)
	}
	far := object(t, p.read(p.chief, "note", n.ID))
	if _, ok := far["deep"]; ok || far["memo"] != "m" {
		t.Errorf("without read_con: %v", far)
	}
	host := string(p.read(p.host, "note", n.ID).JSON)
	want := `{"id":"` + n.ID + `","unit":{"kind":"unit","id":"` + p.north + `"},"text":{"lang":"en","text":"Hi","tr":{"fr":{"text":"Salut","method":"human","state":"draft"}}},"weight":0,"rows":[{"open":"o"}]}`
	if host != want {
		t.Errorf("host reads\n%s\nwant\n%s", host, want)
	}
	for _, v := range []record.View{n, p.read(p.bob, "note", n.ID), p.read(p.chief, "note", n.ID)} {
		for _, f := range []string{"_own", `"_id"`, `"seq"`} {
			if strings.Contains(string(v.JSON), f) {
				t.Errorf("%s leaves: %s", f, v.JSON)
			}
		}
	}
}

// TestETagsAreTheReadersOwn: a change above the host side's class moves nothing
// that it sees (domain.md §5.3, §5.6 test 3).
func TestETagsAreTheReadersOwn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north))
	un, host := p.etag(p.bob, "note", n.ID), p.etag(p.host, "note", n.ID)
	in := p.note(p.north, kind.Elem{Name: "memo", Value: "secret"})
	if _, err := p.e.Replace(p.ctx, p.bob, p.kind("note"), record.Write{ID: n.ID, IfMatch: un, In: in}); err != nil {
		t.Fatal(err)
	}
	if p.etag(p.host, "note", n.ID) != host {
		t.Error("a MIS field moved the host's ETag")
	}
	if p.etag(p.bob, "note", n.ID) == un {
		t.Error("the ETag of who sees the field stood still")
	}
	if len(host) != 24 || host[0] != '"' || host[23] != '"' {
		t.Errorf("ETag %s", host)
	}
}

func ids(l record.List) []string {
	out := []string{}
	for _, v := range l.Items {
		out = append(out, v.ID)
	}
	slices.Sort(out)
	return out
}

func (p *place) list(a kind.Actor, name string, q record.ListQuery) record.List {
	p.t.Helper()
	l, err := p.e.List(p.ctx, a, p.kind(name), q)
	if err != nil {
		p.t.Fatalf("list %s as %v: %v", name, a.Grants, err)
	}
	return l
}

func TestListIsWithinReach(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	north := p.create(p.bob, "note", id(), p.note(p.north)).ID
	south := p.create(p.lead, "note", id(), append(p.note(p.south), kind.Elem{Name: "weight", Value: int64(6)})).ID
	mine := actor(id(), kind.Grant{Role: kind.TeamLeader, Units: []string{p.apart}})
	apart := p.create(mine, "note", id(), p.note(p.apart)).ID
	all := []string{north, south, apart}
	slices.Sort(all)
	pair := []string{north, south}
	slices.Sort(pair)
	both := actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.north}}, kind.Grant{Role: kind.Counterpart, Units: []string{p.apart}})
	two := []string{north, apart}
	slices.Sort(two)
	for _, c := range []struct {
		what string
		a    kind.Actor
		want []string
	}{
		{"whole mission", p.chief, all},
		{"adviser reads the mission", p.ann, all},
		{"team leader: the tree", p.lead, pair},
		{"team leader without a unit: the mission", actor(id(), kind.Grant{Role: kind.TeamLeader}), all},
		{"commander: the tree", p.commander, pair},
		{"commander without a unit: nothing", actor(id(), kind.Grant{Role: kind.Commander}), []string{}},
		{"counterpart: exactly the unit", actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.region}}), []string{}},
		{"counterpart, narrowed", actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.south}}), []string{}},
		{"rights add up", both, two},
		{"remit", actor(id(), kind.Grant{Role: kind.Auditor, Remit: []string{"note"}}), all},
		{"another mission", kind.Actor{Account: "x", Person: "x", Mission: "m2", Grants: p.chief.Grants}, []string{}},
	} {
		l := p.list(c.a, "note", record.ListQuery{Total: true})
		if !slices.Equal(ids(l), c.want) || l.Total != int64(len(c.want)) || l.Next != "" {
			t.Errorf("%s: got %v of %d, want %v", c.what, ids(l), l.Total, c.want)
		}
	}
}

// TestCounterpartHasOneUnit: a tree is for commanders; to a counterpart it is
// the unit of the grant.
func TestCounterpartHasOneUnit(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	host := actor(id(), kind.Grant{Role: kind.Counterpart, Units: []string{p.region}})
	if l := p.list(host, "unit", record.ListQuery{}); len(l.Items) != 1 || l.Items[0].ID != p.region {
		t.Errorf("a counterpart of the region reads %v", ids(l))
	}
	if l := p.list(p.commander, "unit", record.ListQuery{}); len(l.Items) != 3 {
		t.Errorf("its commander reads %v", ids(l))
	}
}

// TestPeopleByPosting: a team's people are those who serve at its units today.
func TestPeopleByPosting(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if l := p.list(p.lead, "person", record.ListQuery{}); len(l.Items) != 1 || l.Items[0].ID != p.ann.Person {
		t.Errorf("the leader of the region reads %v", ids(l))
	}
	if l := p.list(p.lead, "posting", record.ListQuery{}); len(l.Items) != 1 {
		t.Errorf("postings by their own unit: %v", ids(l))
	}
	self := p.commander
	p.make("person", self.Person, kind.Doc{{Name: "name", Value: "C"}})
	if l := p.list(self, "person", record.ListQuery{}); len(l.Items) != 1 || l.Items[0].ID != self.Person {
		t.Errorf("the commander reads of himself %v", ids(l))
	}
}

// TestRemitOfAnotherKind: what a remit does not list is a kind never read.
func TestRemitOfAnotherKind(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := p.e.List(p.ctx, actor(id(), kind.Grant{Role: kind.Auditor, Remit: []string{"visit"}}), p.kind("note"), record.ListQuery{})
	p.want(err, kind.CodeNotFound, "error.not_found")
}

// TestChangesBiteAtOnce: a posting or a unit moved in this moment decides the
// next request (trust.md Z8).
func TestChangesBiteAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.create(p.ann, "visit", id(), p.visit(p.north))
	p.do(p.ann, "visit", v.ID, "submit", why("ready"))
	carl := actor(id(), kind.Grant{Role: kind.Adviser})
	p.make("person", carl.Person, kind.Doc{{Name: "name", Value: "Carl"}})
	count := func(a kind.Actor) int { return len(p.list(a, "visit", record.ListQuery{}).Items) }
	if count(carl) != 0 {
		t.Fatal("Carl is posted nowhere")
	}
	p.post(carl, p.north, "2026-03-11", "2026-06-01")
	p.post(carl, p.north, "2026-01-01", "2026-03-09")
	if count(carl) != 0 {
		t.Error("a posting of yesterday or tomorrow counts")
	}
	p.post(carl, p.north, "2026-03-10", "2026-03-10")
	if count(carl) != 1 {
		t.Error("the posting of today does not count")
	}
	boss := actor(id(), kind.Grant{Role: kind.TeamLeader, Units: []string{p.apart}})
	if count(boss) != 0 {
		t.Fatal("the north is not below apart yet")
	}
	etag := p.etag(p.admin, "unit", p.north)
	in := kind.Doc{{Name: "code", Value: "NORTH"}, {Name: "parent", Value: ref("unit", p.apart)}}
	if _, err := p.e.Replace(p.ctx, p.admin, p.kind("unit"), record.Write{ID: p.north, IfMatch: etag, In: in}); err != nil {
		t.Fatal(err)
	}
	if count(boss) != 1 || count(p.lead) != 0 {
		t.Errorf("after the move the new leader reads %d, the old %d", count(boss), count(p.lead))
	}
}

func TestListParameters(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range 5 {
		p.create(p.bob, "note", id(), kind.Doc{{Name: "unit", Value: ref("unit", p.north)}, {Name: "text", Value: text("x")},
			{Name: "weight", Value: int64(i)}, {Name: "memo", Value: "m"}, {Name: "theme", Value: "T01"}})
	}
	first := p.list(p.bob, "note", record.ListQuery{Sort: "-weight", Limit: 2, Filter: map[string]string{"unit": p.north}})
	second := p.list(p.bob, "note", record.ListQuery{Sort: "-weight", Limit: 2, Filter: map[string]string{"unit": p.north}, Cursor: first.Next})
	if w := object(t, second.Items[0])["weight"]; w != 2.0 || len(second.Items) != 2 {
		t.Errorf("second page begins with %v", w)
	}
	if l := p.list(p.bob, "note", record.ListQuery{Filter: map[string]string{"theme": "T01"}}); object(t, l.Items[0])["weight"] != 0.0 {
		t.Error("the declared list's own sort was not taken")
	}
	bad := []struct {
		a   kind.Actor
		q   record.ListQuery
		key string
	}{
		{p.bob, record.ListQuery{Limit: -1}, "error.limit"},
		{p.bob, record.ListQuery{Limit: 201}, "error.limit"},
		{p.bob, record.ListQuery{Sort: "memo"}, "error.parameter_value"},
		{p.bob, record.ListQuery{Sort: "weight,-id"}, "error.parameter_value"},
		{p.bob, record.ListQuery{Cursor: "AAAA"}, "error.cursor"},
		{p.chief, record.ListQuery{Sort: "-weight", Limit: 2, Filter: map[string]string{"unit": p.south}, Cursor: first.Next}, "error.cursor"},
		{p.bob, record.ListQuery{Filter: map[string]string{"weight": "x"}}, "error.parameter_value"},
		{p.bob, record.ListQuery{Filter: map[string]string{"unit": "{\"$ne\":1}"}}, "error.parameter_value"},
		{p.bob, record.ListQuery{Filter: map[string]string{"text": "x"}}, "error.parameter_unknown"},
		{p.bob, record.ListQuery{Filter: map[string]string{"_own": p.bob.Person}}, "error.parameter_unknown"},
		{p.bob, record.ListQuery{Filter: map[string]string{"mission_id": missionID}}, "error.parameter_unknown"},
	}
	for _, c := range bad {
		_, err := p.e.List(p.ctx, c.a, p.kind("note"), c.q)
		p.want(err, kind.CodeMalformed, c.key)
	}
	_, hidden := p.e.List(p.ctx, p.host, p.kind("note"), record.ListQuery{Filter: map[string]string{"memo": "m"}})
	_, unknown := p.e.List(p.ctx, p.host, p.kind("note"), record.ListQuery{Filter: map[string]string{"nemo": "m"}})
	p.want(hidden, kind.CodeMalformed, "error.parameter_unknown")
	p.want(unknown, kind.CodeMalformed, "error.parameter_unknown")
	_, err := p.e.List(p.ctx, p.host, p.kind("note"), record.ListQuery{Sort: "created_at"})
	p.want(err, kind.CodeMalformed, "error.parameter_value")
}

// TestAside: a voided record is still there for who asks for that state, and for
// who knows its id; other lists leave it out, and their totals too.
func TestAside(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.kind("visit")
	kept, gone := p.create(p.ann, "visit", id(), p.visit(p.north)), p.create(p.ann, "visit", id(), p.visit(p.north))
	p.do(p.ann, "visit", gone.ID, "void")
	for state, want := range map[string]string{"": kept.ID, "voided": gone.ID} {
		q := record.ListQuery{Total: true, Filter: map[string]string{}}
		if state != "" {
			q.Filter["state"] = state
		}
		l, err := p.e.List(p.ctx, p.ann, d, q)
		if err != nil || len(l.Items) != 1 || l.Items[0].ID != want || l.Total != 1 {
			t.Errorf("state %q: %d of %d, %v", state, len(l.Items), l.Total, err)
		}
	}
	if v, err := p.e.Read(p.ctx, p.ann, d, gone.ID); err != nil || v.ID != gone.ID {
		t.Errorf("by id: %v", err)
	}
}
