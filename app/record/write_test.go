package record_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"colocate/app/record"
	"colocate/app/store"
	"colocate/domain/kind"
)

func TestCreateIsIdempotent(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	w := record.Write{ID: id(), In: p.note(p.north)}
	first, repeated, err := p.e.Create(p.ctx, p.bob, p.kind("note"), w)
	if err != nil || repeated {
		t.Fatal(repeated, err)
	}
	if _, err := p.e.Replace(p.ctx, p.bob, p.kind("note"), record.Write{ID: w.ID, IfMatch: first.ETag, In: p.note(p.north, kind.Elem{Name: "memo", Value: "later"})}); err != nil {
		t.Fatal(err)
	}
	before := p.head()
	again, repeated, err := p.e.Create(p.ctx, p.bob, p.kind("note"), w)
	if err != nil || !repeated || again.ETag != first.ETag || !bytes.Equal(again.JSON, first.JSON) {
		t.Errorf("the repeat answered %v %s, not as the first time: %v", repeated, again.JSON, err)
	}
	other := w
	other.In = p.note(p.north, kind.Elem{Name: "memo", Value: "x"})
	_, _, err = p.e.Create(p.ctx, p.bob, p.kind("note"), other)
	p.want(err, kind.CodeConflict, "error.id_taken")
	_, _, sameByOther := p.e.Create(p.ctx, p.ann, p.kind("note"), w)
	p.same(sameByOther, err)
	p.want(sameByOther, kind.CodeConflict, "error.id_taken")
	if p.head() != before {
		t.Error("a repeat or a conflict was written")
	}
}

// TestCreateOnceUnderFire: 50 parallel sends make one record (trust.md O1).
func TestCreateOnceUnderFire(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	w := record.Write{ID: id(), In: p.visit(p.north)}
	before := p.head()
	var wg sync.WaitGroup
	views := make([]record.View, 50)
	for i := range views {
		wg.Go(func() {
			v, _, err := p.e.Create(p.ctx, p.ann, p.kind("visit"), w)
			if err != nil {
				t.Error(err)
			}
			views[i] = v
		})
	}
	wg.Wait()
	for _, v := range views {
		if !bytes.Equal(v.JSON, views[0].JSON) || v.ETag != views[0].ETag {
			t.Errorf("answers differ: %s, %s", v.JSON, views[0].JSON)
		}
	}
	if l := p.list(p.ann, "visit", record.ListQuery{}); len(l.Items) != 1 {
		t.Errorf("%d visits", len(l.Items))
	}
	if p.head() != before+2 { // the block of reference numbers, and the visit
		t.Errorf("%d commits", p.head()-before)
	}
}

// TestRepeatOutlivesTheState: a repeat is answered before anything that has
// moved on is looked at.
func TestRepeatOutlivesTheState(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.create(p.ann, "visit", id(), p.visit(p.north))
	w := record.Write{ID: v.ID, IfMatch: v.ETag, Key: "submit-1", In: kind.Doc{why("ready")}}
	first, err := p.e.Do(p.ctx, p.ann, p.kind("visit"), "submit", w)
	if err != nil {
		t.Fatal(err)
	}
	p.do(p.lead, "visit", v.ID, "approve")
	before := p.head()
	again, err := p.e.Do(p.ctx, p.ann, p.kind("visit"), "submit", w)
	if err != nil || !bytes.Equal(again.JSON, first.JSON) || again.ETag != first.ETag {
		t.Errorf("got %s %v, want %s", again.JSON, err, first.JSON)
	}
	w.In = kind.Doc{why("other")}
	_, err = p.e.Do(p.ctx, p.ann, p.kind("visit"), "submit", w)
	p.want(err, kind.CodeConflict, "error.key_taken")
	w.Key = ""
	_, err = p.e.Do(p.ctx, p.ann, p.kind("visit"), "submit", w)
	p.want(err, kind.CodeStale, "error.stale")
	stolen := record.Write{ID: v.ID, IfMatch: p.etag(p.lead, "visit", v.ID), Key: "submit-1"}
	if _, err := p.e.Do(p.ctx, p.lead, p.kind("visit"), "release", stolen); err != nil {
		t.Errorf("another caller's key is not theirs: %v", err)
	}
	if p.head() != before+1 {
		t.Error("a repeat or a refusal was written")
	}
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.create(p.ann, "visit", id(), p.visit(p.north))
	before := p.head()
	d := p.kind("visit")
	_, err := p.e.Do(p.ctx, p.ann, d, "submit", record.Write{ID: v.ID, In: kind.Doc{why("x")}})
	p.want(err, kind.CodePrecondition, "error.precondition")
	_, err = p.e.Replace(p.ctx, p.ann, d, record.Write{ID: v.ID, In: p.visit(p.north)})
	p.want(err, kind.CodePrecondition, "error.precondition")
	for _, tag := range []string{"*", "W/" + v.ETag, `"x"`, v.ETag + ", " + v.ETag} {
		_, err = p.e.Replace(p.ctx, p.ann, d, record.Write{ID: v.ID, IfMatch: tag, In: p.visit(p.north)})
		p.want(err, kind.CodeStale, "error.stale")
		if e, _ := asError(err); !bytes.Equal(e.Current, v.JSON) {
			t.Errorf("the answer carries %s, not the current version", e.Current)
		}
	}
	if p.head() != before {
		t.Error("something was written")
	}
}

// TestHostMatchesWhatItReads: the host side's version is the released copy's.
func TestHostMatchesWhatItReads(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.released(p.host)
	host := p.etag(p.host, "visit", v)
	edit := record.Write{ID: v, IfMatch: p.etag(p.lead, "visit", v), In: p.visit(p.north, hosts(p.host), kind.Elem{Name: "memo", Value: "other"})}
	if _, err := p.e.Replace(p.ctx, p.lead, p.kind("visit"), edit); err != nil {
		t.Fatal(err)
	}
	if _, err := p.e.Do(p.ctx, p.host, p.kind("visit"), "see", record.Write{ID: v, IfMatch: host}); err != nil {
		t.Errorf("an edit that the host does not see stands in its way: %v", err)
	}
	_, err := p.e.Do(p.ctx, p.host, p.kind("visit"), "see", record.Write{ID: v, IfMatch: host})
	p.want(err, kind.CodeStale, "error.stale")
	if e, _ := asError(err); strings.Contains(string(e.Current), "memo") || !strings.Contains(string(e.Current), `"seen":true`) {
		t.Errorf("the host's current version is %s", e.Current)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north))
	apart := p.create(actor(id(), kind.Grant{Role: kind.TeamLeader}), "note", id(), p.note(p.apart))
	before := p.head()
	_, err := p.e.Replace(p.ctx, p.chief, p.kind("note"), record.Write{ID: n.ID, IfMatch: n.ETag, In: p.note(p.north)})
	p.want(err, kind.CodeForbidden, "error.forbidden")
	_, err = p.e.Replace(p.ctx, p.ann, p.kind("note"), record.Write{ID: apart.ID, IfMatch: "x", In: p.note(p.apart)})
	p.want(err, kind.CodeForbidden, "error.out_of_scope")
	_, err = p.e.Replace(p.ctx, p.bob, p.kind("note"), record.Write{ID: n.ID, IfMatch: p.etag(p.bob, "note", n.ID), In: p.note(p.apart)})
	p.want(err, kind.CodeForbidden, "error.out_of_scope")
	for _, unit := range []string{p.apart, id()} { // hidden or absent, the same
		_, _, err = p.e.Create(p.ctx, p.commander, p.kind("note"), record.Write{ID: id(), In: p.note(unit)})
		p.want(err, kind.CodeInvalid, "error.invalid")
		if e, _ := asError(err); e.Fields["unit"].Key != "error.field.reference" {
			t.Errorf("%v", e.Fields)
		}
	}
	_, _, err = p.e.Create(p.ctx, p.chief, p.kind("note"), record.Write{ID: id(), In: p.note(p.north)})
	p.want(err, kind.CodeForbidden, "error.forbidden")
	_, _, err = p.e.Create(p.ctx, p.host, p.kind("booking"), record.Write{ID: id(), In: kind.Doc{}})
	p.want(err, kind.CodeNotFound, "error.not_found")
	if p.head() != before {
		t.Error("something was written")
	}
	if _, _, err := p.e.Create(p.ctx, p.commander, p.kind("note"), record.Write{ID: id(), In: p.note(p.south)}); err != nil {
		t.Errorf("a unit below the commander's: %v", err)
	}
	if v, _, err := p.e.Create(p.ctx, p.ann, p.kind("note"), record.Write{In: p.note(p.north)}); err != nil || len(v.ID) != 36 {
		t.Errorf("an id is made where none was sent: %v %v", v, err)
	}
	if _, _, err := p.e.Create(p.ctx, p.host, p.kind("card"), record.Write{ID: id(), In: kind.Doc{{Name: "person", Value: ref("person", p.other.Person)}}}); kind.CodeOf(err) != kind.CodeInvalid {
		t.Errorf("a card of somebody else, whom the host does not read: %v", err)
	}
}

// TestMassAssignment: whatever the server owns is refused by name, and nothing
// of it is taken (trust.md Z6).
// TestRolesActWhereTheyReach: who leads one team and advises in another acts in
// each as what he is there, for the rules and in the journal.
func TestRolesActWhereTheyReach(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	two := actor(id(), kind.Grant{Role: kind.TeamLeader, Units: []string{p.south}}, kind.Grant{Role: kind.Adviser, Units: []string{p.north}})
	asLead := kind.Elem{Name: "title", Value: "As lead"}
	in := func(unit string) kind.Doc { return kind.Doc{{Name: "unit", Value: ref("unit", unit)}, asLead} }
	before := p.head()
	_, _, err := p.e.Create(p.ctx, two, p.kind("visit"), record.Write{ID: id(), In: in(p.north)})
	if e, _ := asError(err); e == nil || e.Fields["title"].Key != "error.visit.lead" || p.head() != before {
		t.Errorf("a team leader where he leads nobody: %v %s", err, faults(err))
	}
	south := p.create(two, "visit", id(), in(p.south))
	north := p.create(two, "visit", id(), p.visit(p.north))
	p.do(two, "visit", north.ID, "void")
	for v, want := range map[string]string{south.ID: "[team_leader]", north.ID: "[adviser adviser]"} {
		h, err := p.e.History(p.ctx, two, p.kind("visit"), v, "", 0)
		var roles []kind.Role
		for _, x := range h.Items {
			roles = append(roles, x.Role)
		}
		if err != nil || fmt.Sprint(roles) != want {
			t.Errorf("the journal says %v, want %s: %v", roles, want, err)
		}
	}
	// what is one's own and lies where no role reaches is done in any that may
	moved := actor(two.Person, kind.Grant{Role: kind.TeamLeader, Units: []string{p.apart}}, kind.Grant{Role: kind.Leader})
	p.do(moved, "visit", south.ID, "submit", why("x"))
}

func TestMassAssignment(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	owned := []string{"mission_id", "rev", "state", "created_by", "created_at", "updated_by", "updated_at", "released_at", "voided_reason",
		"kind", "vis", "made"}
	in := p.note(p.north)
	for _, n := range owned {
		in = append(in, kind.Elem{Name: n, Value: "x"})
	}
	for _, n := range []string{"_own", "_id", "seq", "Weight", "etag"} {
		in = append(in, kind.Elem{Name: n, Value: "x"})
	}
	before := p.head()
	_, _, err := p.e.Create(p.ctx, p.bob, p.kind("note"), record.Write{ID: id(), In: in})
	p.want(err, kind.CodeInvalid, "error.invalid")
	e, _ := asError(err)
	for _, n := range owned {
		if e.Fields[n].Key != "error.field.server_owned" {
			t.Errorf("%s: %v", n, e.Fields[n])
		}
	}
	for _, n := range []string{"_own", "_id", "seq", "Weight", "etag"} {
		if e.Fields[n].Key != "error.field.unknown" {
			t.Errorf("%s: %v", n, e.Fields[n])
		}
	}
	_, _, err = p.e.Create(p.ctx, p.commander, p.kind("note"), record.Write{ID: id(), In: p.note(p.south, kind.Elem{Name: "memo", Value: "x"})})
	if e, _ := asError(err); e == nil || e.Fields["memo"].Key != "error.field.unknown" {
		t.Errorf("a field above the host's class: %v", err)
	}
	if p.head() != before {
		t.Error("something was written")
	}
	n := p.create(p.bob, "note", id(), p.note(p.north))
	if m := object(t, n); m["created_by"] != p.bob.Person || m["mission_id"] != missionID || m["rev"] != 1.0 {
		t.Errorf("envelope %v", m)
	}
}

// TestReplaceKeepsWhatIsAbove: a writer does not empty what they do not see.
func TestReplaceKeepsWhatIsAbove(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	inner := kind.Elem{Name: "inner", Value: kind.Doc{{Name: "open", Value: "o"}, {Name: "closed", Value: "c"}}}
	n := p.create(p.bob, "note", id(), p.note(p.north, kind.Elem{Name: "memo", Value: "m"}, kind.Elem{Name: "deep", Value: "d"}, inner))
	w := record.Write{ID: n.ID, IfMatch: p.etag(p.commander, "note", n.ID), In: p.note(p.south)}
	if _, err := p.e.Replace(p.ctx, p.commander, p.kind("note"), w); err != nil {
		t.Fatal(err, faults(err))
	}
	m := object(t, p.read(p.bob, "note", n.ID))
	if m["memo"] != "m" || m["deep"] != "d" || m["rev"] != 2.0 || m["updated_by"] != p.commander.Person || m["created_by"] != p.bob.Person {
		t.Errorf("after the host's edit: %v", m)
	}
	if i, _ := m["inner"].(map[string]any); i["closed"] != "c" || i["open"] != nil {
		t.Errorf("nested: %v", m["inner"])
	}
}

func TestEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := kind.Doc{{Name: "unit", Value: ref("unit", p.north)}, {Name: "weight", Value: int64(7)}, {Name: "theme", Value: "T99"},
		{Name: "rows", Value: "x"}, {Name: "nonsense", Value: true}}
	before := p.head()
	_, _, err := p.e.Create(p.ctx, p.bob, p.kind("note"), record.Write{ID: "not-an-id", In: in})
	p.want(err, kind.CodeInvalid, "error.invalid")
	e, _ := asError(err)
	want := map[string]string{"id": "error.field.type", "weight": "error.note.seven", "theme": "error.field.code",
		"rows": "error.field.type", "nonsense": "error.field.unknown", "text": "error.field.required"}
	if len(e.Fields) != len(want) {
		t.Errorf("got%s", faults(err))
	}
	for f, key := range want {
		if e.Fields[f].Key != key {
			t.Errorf("%s: %q, want %q", f, e.Fields[f].Key, key)
		}
	}
	if p.head() != before {
		t.Error("something was written")
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	gone := ref("unit", id())
	wrongKind := ref("person", p.ann.Person)
	for _, r := range []kind.Doc{gone, wrongKind} {
		_, _, err := p.e.Create(p.ctx, actor(id(), kind.Grant{Role: kind.TeamLeader}), p.kind("note"),
			record.Write{ID: id(), In: kind.Doc{{Name: "unit", Value: r}, {Name: "text", Value: text("x")}, {Name: "weight", Value: int64(1)}}})
		p.want(err, kind.CodeInvalid, "")
		if e, _ := asError(err); e == nil || e.Fields["unit"].Key != "error.field.reference" {
			t.Errorf("%v: %s", r, faults(err))
		}
	}
	// a person whom the team leader may not read answers as one who is not there
	stranger := actor(id())
	p.make("person", stranger.Person, kind.Doc{{Name: "name", Value: "S"}})
	_, _, hidden := p.e.Create(p.ctx, p.lead, p.kind("visit"), record.Write{ID: id(), In: p.visit(p.north, hosts(stranger))})
	_, _, absent := p.e.Create(p.ctx, p.lead, p.kind("visit"), record.Write{ID: id(), In: p.visit(p.north, hosts(actor(id())))})
	p.same(hidden, absent)
	if e, _ := asError(hidden); e == nil || e.Fields["hosts/0"].Key != "error.field.reference" {
		t.Errorf("hidden: %v", hidden)
	}
	p.rulesSeeNothingHidden()
	// what stood there before may stay, though the writer does not read it
	v := p.released(stranger)
	w := record.Write{ID: v, IfMatch: p.etag(p.lead, "visit", v), In: p.visit(p.north, hosts(stranger))}
	if _, err := p.e.Replace(p.ctx, p.lead, p.kind("visit"), w); err != nil {
		t.Error(err, faults(err))
	}
	x := p.create(p.ann, "visit", id(), p.visit(p.north))
	_, err := p.try(p.ann, "visit", x.ID, "submit", why("x"), kind.Elem{Name: "theme", Value: "T99"}, kind.Elem{Name: "about", Value: gone})
	if e, _ := asError(err); e == nil || e.Fields["theme"].Key != "error.field.code" || e.Fields["about"].Key != "error.field.reference" {
		t.Errorf("a verb's input: %v %s", err, faults(err))
	}
	p.admin.Mission = ""
	p.make("reference_item", id(), kind.Doc{{Name: "list", Value: "theme"}, {Name: "code", Value: "T99"}})
	p.do(p.ann, "visit", x.ID, "submit", why("x"), kind.Elem{Name: "theme", Value: "T99"}) // known at once
}

// rulesSeeNothingHidden: no rule of a kind tells what is in a record that the
// sender may not read, nor that there is one.
func (p *place) rulesSeeNothingHidden() {
	p.t.Helper()
	away := actor(id())
	p.make("person", away.Person, kind.Doc{{Name: "name", Value: "Away"}})
	_, _, hidden := p.e.Create(p.ctx, p.lead, p.kind("visit"), record.Write{ID: id(), In: p.visit(p.north, hosts(away))})
	_, _, absent := p.e.Create(p.ctx, p.lead, p.kind("visit"), record.Write{ID: id(), In: p.visit(p.north, hosts(actor(id())))})
	p.same(hidden, absent)
	_, _, read := p.e.Create(p.ctx, p.ann, p.kind("visit"), record.Write{ID: id(), In: p.visit(p.north, hosts(away))})
	if e, _ := asError(read); e == nil || e.Fields["title"].Key != "error.visit.away" {
		p.t.Errorf("who reads the person is told the rule: %v %s", read, faults(read))
	}
}

func TestUniqueAndOnePer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	before := p.head()
	_, _, err := p.e.Create(p.ctx, p.admin, p.kind("unit"), record.Write{ID: id(), In: kind.Doc{{Name: "code", Value: "NORTH"}}})
	p.want(err, kind.CodeConflict, "error.duplicate")
	if e, _ := asError(err); e.Fields["code"].Key != "error.field.duplicate" {
		t.Errorf("which field: %s", faults(err))
	}
	if p.head() != before {
		t.Error("something was written")
	}
	card := kind.Doc{{Name: "person", Value: ref("person", p.ann.Person)}}
	p.create(p.ann, "card", id(), card)
	_, _, err = p.e.Create(p.ctx, p.bob, p.kind("card"), record.Write{ID: id(), In: card})
	p.want(err, kind.CodeConflict, "error.duplicate")
	w := record.Write{ID: p.north, IfMatch: p.etag(p.admin, "unit", p.north), In: kind.Doc{{Name: "code", Value: "NORTH"}, {Name: "tier", Value: "B"}}}
	if _, err := p.e.Replace(p.ctx, p.admin, p.kind("unit"), w); err != nil {
		t.Errorf("its own value stands in its way: %v", err)
	}
}

func TestStatesAndFourEyes(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.kind("visit")
	v := p.create(p.lead, "visit", id(), p.visit(p.north))
	_, err := p.try(p.lead, "visit", v.ID, "release")
	p.want(err, kind.CodeConflict, "error.state")
	if e, _ := asError(err); e.State != draft || !slices.Equal(e.Possible, []string{"submit", "void"}) {
		t.Errorf("state %s, possible %v", e.State, e.Possible)
	}
	_, err = p.try(p.lead, "visit", v.ID, "submit", why("bad"), kind.Elem{Name: "nonsense", Value: true})
	if e, _ := asError(err); e == nil || e.Fields["nonsense"].Key == "" {
		t.Errorf("input: %v", err)
	}
	_, err = p.try(p.lead, "visit", v.ID, "submit", why("bad"))
	if e, _ := asError(err); e == nil || e.Fields["why"].Key != "error.visit.bad" {
		t.Errorf("the verb's own rule: %v", err)
	}
	p.do(p.lead, "visit", v.ID, "submit", why("ok"))
	_, err = p.try(p.lead, "visit", v.ID, "approve")
	p.want(err, kind.CodeConflict, "error.four_eyes")
	if e, _ := asError(err); e.State == "" || len(e.Possible) == 0 || slices.Contains(e.Possible, "approve") {
		t.Errorf("four eyes: state %s, possible %v", e.State, e.Possible)
	}
	second := p.lead
	second.Account = "his-other-account"
	_, err = p.try(second, "visit", v.ID, "approve")
	p.want(err, kind.CodeConflict, "error.four_eyes")
	w := record.Write{ID: v.ID, IfMatch: p.etag(p.lead, "visit", v.ID), In: p.visit(p.north)}
	_, err = p.e.Replace(p.ctx, p.lead, d, w)
	p.want(err, kind.CodeConflict, "error.state")
	_, err = p.e.Do(p.ctx, p.lead, d, "nonsense", w)
	p.want(err, kind.CodeNotFound, "error.not_found")
	third := actor(id(), kind.Grant{Role: kind.TeamLeader, Units: []string{p.region}})
	if got, err := p.e.May(p.ctx, third, d, v.ID); err != nil || !slices.Equal(got.Verbs, []string{"approve", "void"}) {
		t.Errorf("possible: %v %v", got, err)
	}
	p.do(third, "visit", v.ID, "approve")
}

// TestNoneUnderFire: a rule that nobody else has it lets exactly one through.
func TestNoneUnderFire(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	before := p.head()
	var wg sync.WaitGroup
	var mu sync.Mutex
	won, full := 0, 0
	for range 50 {
		wg.Go(func() {
			in := kind.Doc{{Name: "room", Value: "1"}, {Name: "day", Value: "monday"}}
			_, _, err := p.e.Create(p.ctx, p.chief, p.kind("booking"), record.Write{ID: id(), In: in})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case kind.CodeOf(err) == kind.CodeConflict:
				full++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 || full != 49 || p.head() != before+1 {
		t.Errorf("%d won, %d were told it is full, %d commits", won, full, p.head()-before)
	}
}

// meddler changes something, once, when the store is asked whether what was
// read still holds.
type meddler struct {
	store.Store
	once sync.Once
	act  func()
}

func (m *meddler) Holds(ctx context.Context, journal string, rely []store.Reliance) (bool, error) {
	m.once.Do(m.act)
	return m.Store.Holds(ctx, journal, rely)
}

// TestRefusalsAreCurrent: a refusal is an answer only while what it rests on
// holds; else the verb runs again.
func TestRefusalsAreCurrent(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := kind.Doc{{Name: "room", Value: "1"}, {Name: "day", Value: "monday"}}
	first := p.create(p.chief, "booking", id(), in)
	other := p.engine(p.s, p.e.Kinds)
	m := &meddler{Store: p.s, act: func() {
		w := record.Write{ID: first.ID, IfMatch: first.ETag, In: kind.Doc{{Name: "room", Value: "2"}, {Name: "day", Value: "monday"}}}
		if _, err := other.Replace(p.ctx, p.chief, p.kind("booking"), w); err != nil {
			t.Error(err)
		}
	}}
	e := p.engine(m, p.e.Kinds)
	if _, _, err := e.Create(p.ctx, p.chief, p.kind("booking"), record.Write{ID: id(), In: in}); err != nil {
		t.Errorf("the room was free when the answer was given: %v", err)
	}
	_, _, err := e.Create(p.ctx, p.chief, p.kind("booking"), record.Write{ID: id(), In: in})
	p.want(err, kind.CodeConflict, "error.booking.full")
}

// TestRefusalOfAnOldVersion: whoever is refused for the state of a version that
// is gone meanwhile is told that it is gone.
func TestRefusalOfAnOldVersion(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.create(p.ann, "visit", id(), p.visit(p.north))
	p.do(p.ann, "visit", v.ID, "submit", why("ready"))
	other := p.engine(p.s, p.e.Kinds)
	etag := p.etag(p.lead, "visit", v.ID)
	p.e = p.engine(&meddler{Store: p.s, act: func() {
		if _, err := other.Do(p.ctx, p.lead, p.kind("visit"), "approve", record.Write{ID: v.ID, IfMatch: etag}); err != nil {
			t.Error(err)
		}
	}}, p.e.Kinds)
	_, err := p.e.Do(p.ctx, p.lead, p.kind("visit"), "release", record.Write{ID: v.ID, IfMatch: etag})
	p.want(err, kind.CodeStale, "error.stale")
}

// restless moves the head of every change's world until it gives up.
type restless struct{ store.Store }

func (restless) Commit(context.Context, store.Commit) (store.Receipt, error) {
	return store.Receipt{}, fmt.Errorf("test: %w", store.ErrMoved)
}

func TestGivesUpAfterFiveRounds(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	e := p.engine(restless{p.s}, p.e.Kinds)
	_, _, err := e.Create(p.ctx, p.bob, p.kind("note"), record.Write{ID: id(), In: p.note(p.north)})
	p.want(err, kind.CodeBusy, "error.busy")
}

// TestVerbsRace: of two verbs on one version one is done, the other is told
// that it is stale.
func TestVerbsRace(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for range 10 {
		v := p.create(p.ann, "visit", id(), p.visit(p.north))
		p.do(p.ann, "visit", v.ID, "submit", why("ok"))
		etag := p.etag(p.lead, "visit", v.ID)
		verbs := []string{"approve", "void"}
		errs := make([]error, len(verbs))
		var wg sync.WaitGroup
		for i, verb := range verbs {
			wg.Go(func() {
				_, errs[i] = p.e.Do(p.ctx, p.lead, p.kind("visit"), verb, record.Write{ID: v.ID, IfMatch: etag})
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or neither: %v", errs)
		}
		for _, err := range errs {
			if err != nil {
				p.want(err, kind.CodeStale, "error.stale")
			}
		}
	}
}

// TestWorld: verbs read and change other records in the same commit.
func TestWorld(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	book := func(room string) string {
		return p.create(p.chief, "booking", id(), kind.Doc{{Name: "room", Value: room}, {Name: "day", Value: "friday"}}).ID
	}
	a, b := book("1"), book("2")
	before := p.head()
	p.do(p.chief, "booking", a, "swap", kind.Elem{Name: "with", Value: ref("booking", b)})
	if p.head() != before+1 {
		t.Errorf("%d commits", p.head()-before)
	}
	if x, y := object(t, p.read(p.chief, "booking", a)), object(t, p.read(p.chief, "booking", b)); x["room"] != "2" || y["room"] != "1" || y["rev"] != 2.0 {
		t.Errorf("after the swap: %v, %v", x, y)
	}
	if v := p.do(p.chief, "booking", a, "recount"); object(t, v)["room"] != "seen-2" {
		t.Errorf("recount: %s", v.JSON)
	}
	_, err := p.try(p.chief, "booking", a, "swap", kind.Elem{Name: "with", Value: ref("booking", id())})
	if e, _ := asError(err); e == nil || e.Fields["with"].Key != "error.field.reference" {
		t.Errorf("swap with nothing: %v", err)
	}
}

// TestSwapsUnderFire: many verbs that write the same two records all get
// through, one after the other, and lose nothing.
func TestSwapsUnderFire(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rooms := map[string]bool{}
	var bs []string
	for i := range 4 {
		room := fmt.Sprint("r", i)
		bs = append(bs, p.create(p.chief, "booking", id(), kind.Doc{{Name: "room", Value: room}, {Name: "day", Value: "friday"}}).ID)
		rooms[room] = true
	}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			_, err := p.try(p.chief, "booking", bs[i%4], "swap", kind.Elem{Name: "with", Value: ref("booking", bs[(i+1)%4])})
			if c := kind.CodeOf(err); err != nil && c != kind.CodeStale && c != kind.CodeBusy {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, b := range bs {
		delete(rooms, object(t, p.read(p.chief, "booking", b))["room"].(string))
	}
	if len(rooms) > 0 {
		t.Errorf("rooms lost: %v", rooms)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	seen := map[float64]bool{}
	for i := range 3 {
		v := p.released(p.host)
		m := object(t, p.read(p.lead, "visit", v))
		if m["release_no"] != float64(i+1) {
			t.Errorf("release %d has the number %v", i, m["release_no"])
		}
		seen[m["ref_no"].(float64)] = true
	}
	other := p.engine(p.s, p.e.Kinds) // as after a restart
	v, _, err := other.Create(p.ctx, p.ann, p.kind("visit"), record.Write{ID: id(), In: p.visit(p.north)})
	if err != nil {
		t.Fatal(err)
	}
	if n := object(t, v)["ref_no"].(float64); seen[n] || n != 101 {
		t.Errorf("after a restart the number is %v", n)
	}
}

// TestReferenceDataIsTheServices: who administers one mission changes neither
// the lists that all missions share nor another mission, only his own record.
func TestReferenceDataIsTheServices(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.e.Kinds.Get("reference_item")
	in := kind.Doc{{Name: "list", Value: "theme"}, {Name: "code", Value: "T99"}}
	_, _, err := p.e.Create(p.ctx, p.admin, d, record.Write{In: in})
	if kind.CodeOf(err) != kind.CodeForbidden {
		t.Errorf("a mission's administrator makes a shared code: %v", err)
	}
	l, err := p.e.List(p.ctx, p.admin, d, record.ListQuery{Filter: map[string]string{"list": "theme"}})
	if err != nil || len(l.Items) != 2 {
		t.Errorf("the list has %d items (%v), want the 2 of before", len(l.Items), err)
	}
	m := p.e.Kinds.Get("mission")
	v, err := p.e.Read(p.ctx, p.admin, m, missionID)
	if err != nil {
		t.Fatal(err)
	}
	own := kind.Doc{{Name: "code", Value: "UNAC"}, {Name: "tz", Value: "Africa/Maputo"}}
	if _, err := p.e.Replace(p.ctx, p.admin, m, record.Write{ID: missionID, IfMatch: v.ETag, In: own}); err != nil {
		t.Errorf("his own mission: %v", err)
	}
	elsewhere := p.admin
	elsewhere.Mission = id()
	if _, err := p.e.Replace(p.ctx, elsewhere, m, record.Write{ID: missionID, IfMatch: v.ETag, In: own}); kind.CodeOf(err) != kind.CodeForbidden {
		t.Errorf("another's mission: %v", err)
	}
}

// TestMovingOnesOwn: who may change only what is his own moves it no further
// than he could have made it.
func TestMovingOnesOwn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	who := actor(id(), kind.Grant{Role: kind.Adviser, Units: []string{p.north, p.south}})
	v := p.create(who, "visit", id(), p.visit(p.north))
	before := p.head()
	_, err := p.e.Replace(p.ctx, who, p.kind("visit"), record.Write{ID: v.ID, IfMatch: v.ETag, In: p.visit(p.apart)})
	p.want(err, kind.CodeForbidden, "error.out_of_scope")
	if p.head() != before {
		t.Error("something was written")
	}
	w, err := p.e.Replace(p.ctx, who, p.kind("visit"), record.Write{ID: v.ID, IfMatch: v.ETag, In: p.visit(p.north, kind.Elem{Name: "memo", Value: "here"})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.e.Replace(p.ctx, who, p.kind("visit"), record.Write{ID: v.ID, IfMatch: w.ETag, In: p.visit(p.south)}); err != nil {
		t.Errorf("a unit of his grant: %v", err)
	}
}

// TestNewUnitsLieUnderTheirParent: a unit that is not in the tree yet is
// measured by where it is put, and so is one that is moved.
func TestNewUnitsLieUnderTheirParent(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.make("unit", id(), kind.Doc{{Name: "code", Value: "FAR"}})
	under := func(parent, code string) error {
		_, _, err := p.e.Create(p.ctx, p.lead, p.kind("unit"), record.Write{In: kind.Doc{{Name: "code", Value: code},
			{Name: "parent", Value: ref("unit", parent)}}})
		return err
	}
	if err := under(p.north, "NEW"); err != nil {
		t.Errorf("under a unit within reach: %v", err)
	}
	p.want(under(p.apart, "ELSEWHERE"), kind.CodeForbidden, "error.out_of_scope")
	_, _, err := p.e.Create(p.ctx, p.lead, p.kind("unit"), record.Write{In: kind.Doc{{Name: "code", Value: "TOP"}}})
	p.want(err, kind.CodeForbidden, "error.out_of_scope")
}
