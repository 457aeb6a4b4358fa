package record_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

func TestReadMany(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	near, far, heavy := p.create(p.bob, "note", id(), p.note(p.north)), p.create(p.lead, "note", id(), p.note(p.south)),
		p.create(p.bob, "note", id(), append(p.note(p.north), kind.Elem{Name: "weight", Value: int64(8)}))
	asked := []string{far.ID, id(), near.ID, far.ID, heavy.ID, "no id"}
	many := func(a kind.Actor) []string {
		vs, err := p.e.ReadMany(p.ctx, a, p.kind("note"), asked)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, v := range vs {
			if one := p.read(a, "note", v.ID); !bytes.Equal(one.JSON, v.JSON) || one.ETag != v.ETag {
				t.Errorf("%s is another among many: %s", one.JSON, v.JSON)
			}
			got = append(got, v.ID)
		}
		return got
	}
	if got := many(p.chief); !slices.Equal(got, []string{far.ID, near.ID, heavy.ID}) {
		t.Errorf("the leader reads %v", got)
	}
	if got := many(p.host); !slices.Equal(got, []string{near.ID}) {
		t.Errorf("the counterpart reads %v", got)
	}
	if vs, err := p.e.ReadMany(p.ctx, p.host, p.kind("booking"), asked); err != nil || len(vs) > 0 {
		t.Errorf("a kind never read: %v %v", vs, err)
	}
	_, err := p.e.ReadMany(p.ctx, p.chief, p.kind("note"), make([]string, 201))
	p.want(err, kind.CodeMalformed, "error.limit")
}

// TestRightsAreWhatListAndCreateTake: whatever is offered works, whatever is
// not is refused.
func TestRightsAreWhatListAndCreateTake(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, d := range p.e.Kinds.All() {
		for who, a := range map[string]kind.Actor{"admin": p.admin, "ann": p.ann, "lead": p.lead, "chief": p.chief, "host": p.host, "nobody": actor(id())} {
			r, err := p.e.Rights(p.ctx, a, d)
			if err != nil {
				t.Fatal(err)
			}
			_, listErr := p.e.List(p.ctx, a, d, record.ListQuery{})
			if r.Read != (listErr == nil) {
				t.Errorf("%s %s: may read is %v, the list says %v", who, d.Name, r.Read, listErr)
			}
			if !r.Read {
				if fmt.Sprint(r) != fmt.Sprint(record.Rights{}) {
					t.Errorf("%s %s: %+v of a kind that he does not know", who, d.Name, r)
				}
				continue
			}
			for _, f := range slices.Concat(d.Fields, d.Envelope) {
				_, err := p.e.List(p.ctx, a, d, record.ListQuery{Filter: map[string]string{f.Name: sample(f)}})
				if slices.Contains(r.Filters, f.Name) != (err == nil) {
					t.Errorf("%s %s: filter %s is offered or not, the list says %v", who, d.Name, f.Name, err)
				}
				_, err = p.e.List(p.ctx, a, d, record.ListQuery{Sort: "-" + f.Name})
				if slices.Contains(r.Sorts, f.Name) != (err == nil) {
					t.Errorf("%s %s: sort %s is offered or not, the list says %v", who, d.Name, f.Name, err)
				}
			}
			_, _, err = p.e.Create(p.ctx, a, d, record.Write{In: kind.Doc{}})
			if e, _ := asError(err); r.Create == (e.Key == "error.forbidden") { // where it may lie is another question
				t.Errorf("%s %s: may create is %v, creating says %v", who, d.Name, r.Create, err)
			}
		}
	}
	if r, _ := p.e.Rights(p.ctx, p.bob, p.kind("note")); r.By != (kind.DecodeBy{Class: kind.CON, Side: kind.UN}) {
		t.Errorf("bob writes by %+v", r.By)
	}
	if r, _ := p.e.Rights(p.ctx, p.commander, p.kind("note")); r.By != (kind.DecodeBy{Class: kind.SHR, Side: kind.Host}) {
		t.Errorf("the commander writes by %+v", r.By)
	}
}

func TestMay(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north))
	for who, c := range map[string]struct {
		a       kind.Actor
		replace bool
		class   kind.Class
	}{"its author": {p.bob, true, kind.CON}, "who reads it": {p.chief, false, kind.MIS}, "host side": {p.commander, true, kind.SHR}} {
		got, err := p.e.May(p.ctx, c.a, p.kind("note"), n.ID)
		if err != nil || got.Replace != c.replace || got.By.Class != c.class || got.By.Side != c.a.Side() {
			t.Errorf("%s: %+v %v", who, got, err)
		}
	}
	v := p.create(p.ann, "visit", id(), p.visit(p.north))
	if got, _ := p.e.May(p.ctx, p.ann, p.kind("visit"), v.ID); !got.Replace || !slices.Equal(got.Verbs, []string{"submit", "void"}) {
		t.Errorf("a draft: %+v", got)
	}
	p.do(p.ann, "visit", v.ID, "submit", why("ready"))
	if got, _ := p.e.May(p.ctx, p.ann, p.kind("visit"), v.ID); got.Replace || !slices.Equal(got.Verbs, []string{"void"}) {
		t.Errorf("submitted: %+v", got)
	}
}

func TestChecksAreTheRules(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.kind("visit")
	in := p.visit(p.north)
	in[1].Value = "Named"
	v := p.create(p.lead, "visit", id(), in)
	p.do(p.lead, "visit", v.ID, "submit", why("ready"))
	before := p.head()
	list := func(a kind.Actor, verb string) string {
		cs, err := p.e.Checks(p.ctx, a, d, verb, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, c := range cs {
			out += fmt.Sprintf("%s %v;", c.Key, c.OK)
			if c.OK == (c.Refusal != nil) {
				t.Errorf("%s: %v, refused with %v", c.Key, c.OK, c.Refusal)
			}
		}
		return out
	}
	if got := list(p.lead, "approve"); got != "check.state true;check.four_eyes false;" {
		t.Errorf("approve by its author: %s", got)
	}
	if got := list(p.lead, "release"); got != "check.state false;check.visit.unnamed false;" {
		t.Errorf("release: %s", got)
	}
	_, err := p.e.Checks(p.ctx, p.ann, d, "approve", v.ID)
	p.want(err, kind.CodeForbidden, "error.forbidden")
	_, err = p.e.Checks(p.ctx, p.lead, d, "nonsense", v.ID)
	p.want(err, kind.CodeNotFound, "")
	if p.head() != before {
		t.Error("looking wrote something")
	}
	second := actor(id(), kind.Grant{Role: kind.TeamLeader, Units: []string{p.region}})
	p.do(second, "visit", v.ID, "approve")
	_, err = p.try(p.lead, "visit", v.ID, "release")
	p.want(err, kind.CodeConflict, "error.visit.named")
}

func TestVersionByItsRef(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v, other := p.released(p.host), p.released(p.host)
	p.do(p.host, "visit", v, "see")
	d := p.kind("visit")
	for who, c := range map[string]struct {
		a kind.Actor
		n int
	}{"un": {p.lead, 4}, "host": {p.host, 2}} {
		h, err := p.e.History(p.ctx, c.a, d, v, "", 0)
		if err != nil || len(h.Items) != c.n {
			t.Fatalf("%s: %d versions, %v", who, len(h.Items), err)
		}
		for _, x := range h.Items {
			got, err := p.e.Version(p.ctx, c.a, d, v, x.Ref)
			if err != nil || !bytes.Equal(got.View.JSON, x.View.JSON) || got.Verb != x.Verb || got.By != x.By || !got.At.Equal(x.At) || got.Ref != x.Ref {
				t.Errorf("%s: %+v is %+v, %v", who, x, got, err)
			}
			for _, wrong := range []func() (record.Version, error){
				func() (record.Version, error) { return p.e.Version(p.ctx, c.a, d, other, x.Ref) },
				func() (record.Version, error) { return p.e.Version(p.ctx, p.chief, d, v, x.Ref) },
				func() (record.Version, error) { return p.e.Version(p.ctx, c.a, d, v, x.Ref[1:]) },
			} {
				_, err := wrong()
				p.want(err, kind.CodeNotFound, "error.not_found")
			}
		}
	}
}
