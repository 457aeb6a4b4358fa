package record_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/app/store"
	"colocate/domain/kind"
)

// TestReleasedCopy: the host side knows the copy and nothing else (design.md §3).
func TestReleasedCopy(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.kind("visit")
	v := p.released(p.host)
	host := p.read(p.host, "visit", v)
	m := object(t, host)
	if m["title"] != "Register" || m["state"] != "released" || m["release_no"] != 1.0 || m["released_at"] == nil {
		t.Errorf("the host reads %s", host.JSON)
	}
	for _, f := range []string{"memo", "ref_no", "rev", "created_by", "created_at", "updated_at", "mission_id", "lang", "kind", "vis"} {
		if _, ok := m[f]; ok {
			t.Errorf("the host reads %s", f)
		}
	}
	edit := record.Write{ID: v, IfMatch: p.etag(p.ann, "visit", v), In: kind.Doc{{Name: "unit", Value: ref("unit", p.north)}, {Name: "title", Value: "Edited"}, hosts(p.host, p.other)}}
	if _, err := p.e.Replace(p.ctx, p.ann, d, edit); err != nil {
		t.Fatal(err, faults(err))
	}
	if got := p.read(p.host, "visit", v); !bytes.Equal(got.JSON, host.JSON) || got.ETag != host.ETag {
		t.Errorf("an edit reached the host before its release: %s", got.JSON)
	}
	if l := p.list(p.other, "visit", record.ListQuery{Total: true}); len(l.Items) != 0 || l.Total != 0 {
		t.Error("named since, but not released to him")
	}
	p.do(p.lead, "visit", v, "release")
	if m := object(t, p.read(p.other, "visit", v)); m["title"] != "Edited" || m["release_no"] != 1.0 {
		t.Errorf("released again: %v", m)
	}
	p.do(p.lead, "visit", v, "void")
	_, err := p.e.Read(p.ctx, p.host, d, v)
	_, absent := p.e.Read(p.ctx, p.host, d, id())
	p.same(err, absent)
	if l := p.list(p.host, "visit", record.ListQuery{Total: true}); len(l.Items) != 0 || l.Total != 0 {
		t.Error("withdrawn, but listed")
	}
	p.do(p.lead, "visit", v, "reopen")
	p.do(p.lead, "visit", v, "release")
	if m := object(t, p.read(p.host, "visit", v)); m["title"] != "Edited" {
		t.Errorf("brought back: %v", m)
	}
}

// TestStoredCopy: what is above SHR is not on the released shelf at all.
func TestStoredCopy(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.released(p.host)
	raw, err := p.s.Get(p.ctx, store.Key{Shelf: "visit.released", Journal: missionID, ID: v}, nil)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := store.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range doc {
		names = append(names, e.Name)
	}
	want := []string{"_id", "seq", "id", "mission_id", "state", "released_at", "rev", "unit", "title", "hosts", "release_no", "seen", "_own"}
	if !slices.Equal(names, want) {
		t.Errorf("the copy holds %v, want %v", names, want)
	}
}

// TestStoredCopyNamesNoStaff: whoever translated a text is on the record, not on
// the copy, whatever the language is called.
func TestStoredCopyNamesNoStaff(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	word := func(s string) kind.Doc {
		return kind.Doc{{Name: "text", Value: s}, {Name: "method", Value: "human"}, {Name: "state", Value: "verified"}}
	}
	words := append(text("Hello"), kind.Elem{Name: "tr", Value: kind.Doc{{Name: "by", Value: word("Privet")}, {Name: "fr", Value: word("Salut")}}})
	v := p.create(p.ann, "visit", id(), p.visit(p.north, hosts(p.host), kind.Elem{Name: "words", Value: words})).ID
	p.do(p.ann, "visit", v, "submit", why("ready"))
	p.do(p.lead, "visit", v, "approve")
	p.do(p.lead, "visit", v, "release")
	for shelf, signed := range map[string]bool{"visit": true, "visit.released": false} {
		raw, err := p.s.Get(p.ctx, store.Key{Shelf: shelf, Journal: missionID, ID: v}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"by", "fr"} {
			by, at := store.TextAt(raw, "words", "tr", lang, "by"), store.TextAt(raw, "words", "tr", lang, "at")
			if (by == p.ann.Person) != signed || (at != "") != signed {
				t.Errorf("%s %s: by %q at %q", shelf, lang, by, at)
			}
			if store.TextAt(raw, "words", "tr", lang, "text") == "" || store.TextAt(raw, "words", "text") != "Hello" {
				t.Errorf("%s %s lost its text", shelf, lang)
			}
		}
	}
}

// TestRepeatAfterWithdrawal: a key does not bring back what was taken off the
// shelf since, while the act itself stays done.
func TestRepeatAfterWithdrawal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.released(p.host)
	w := record.Write{ID: v, IfMatch: p.etag(p.host, "visit", v), Key: "see-1"}
	first, err := p.e.Do(p.ctx, p.host, p.kind("visit"), "see", w)
	if err != nil || !bytes.Contains(first.JSON, []byte("Register")) {
		t.Fatalf("%s %v", first.JSON, err)
	}
	p.do(p.lead, "visit", v, "void")
	before := p.head()
	again, err := p.e.Do(p.ctx, p.host, p.kind("visit"), "see", w)
	if err != nil || string(again.JSON) != `{"id":"`+v+`"}` {
		t.Errorf("got %s %v", again.JSON, err)
	}
	w.Key = ""
	_, err = p.e.Do(p.ctx, p.host, p.kind("visit"), "see", w)
	p.want(err, kind.CodeNotFound, "error.not_found")
	if p.head() != before {
		t.Error("something was written")
	}
}

// TestMakerWhoMayNotRead: who makes a record for the other side to take up is
// told its id, the same each time.
func TestMakerWhoMayNotRead(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	w := record.Write{ID: id(), In: p.visit(p.south)}
	v, _, err := p.e.Create(p.ctx, p.commander, p.kind("visit"), w)
	if err != nil || string(v.JSON) != `{"id":"`+w.ID+`"}` || v.ID != w.ID {
		t.Errorf("got %s %v", v.JSON, err)
	}
	again, repeated, err := p.e.Create(p.ctx, p.commander, p.kind("visit"), w)
	if err != nil || !repeated || again.ETag != v.ETag || !bytes.Equal(again.JSON, v.JSON) {
		t.Errorf("again %s %v", again.JSON, err)
	}
	_, err = p.e.Read(p.ctx, p.commander, p.kind("visit"), w.ID)
	p.want(err, kind.CodeNotFound, "error.not_found")
}

func TestHistory(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.kind("visit")
	v := p.released(p.host)
	h, err := p.e.History(p.ctx, p.ann, d, v, "", 2)
	if err != nil || len(h.Items) != 2 || h.Next == "" {
		t.Fatalf("%v %v", h, err)
	}
	if top := h.Items[0]; top.Verb != "release" || top.Role != kind.TeamLeader || top.By != p.lead.Person || !top.At.Equal(noon) {
		t.Errorf("newest: %+v", top)
	}
	rest, err := p.e.History(p.ctx, p.ann, d, v, h.Next, 2)
	if err != nil || len(rest.Items) != 2 || rest.Next != "" || rest.Items[1].Verb != "create" || rest.Items[0].Verb != "submit" {
		t.Errorf("older: %d of them, next %q, %v", len(rest.Items), rest.Next, err)
	}
	for _, bad := range []string{"x", h.Next + "A", strings.ToUpper(h.Next)} {
		_, err = p.e.History(p.ctx, p.ann, d, v, bad, 2)
		p.want(err, kind.CodeMalformed, "error.cursor")
	}
	_, err = p.e.History(p.ctx, p.lead, d, v, h.Next, 2)
	p.want(err, kind.CodeMalformed, "error.cursor") // bound to its reader
	lead, err := p.e.History(p.ctx, p.lead, d, v, "", 0)
	if err != nil || len(lead.Items) != 3 {
		t.Errorf("a draft stays its author's: the team leader reads %d versions, %v", len(lead.Items), err)
	}
	if lead, err = p.e.History(p.ctx, p.lead, d, v, "", 3); err != nil || len(lead.Items) != 3 || lead.Next != "" {
		t.Errorf("the draft behind the last version shows: %d, %q, %v", len(lead.Items), lead.Next, err)
	}
	edit := record.Write{ID: v, IfMatch: p.etag(p.lead, "visit", v), In: p.visit(p.north, hosts(p.host), kind.Elem{Name: "memo", Value: "other"})}
	if _, err := p.e.Replace(p.ctx, p.lead, d, edit); err != nil {
		t.Fatal(err)
	}
	p.do(p.lead, "visit", v, "release") // nothing new for the host
	p.do(p.host, "visit", v, "see")
	host, err := p.e.History(p.ctx, p.host, d, v, "", 0)
	if err != nil || len(host.Items) != 2 {
		t.Fatalf("the host reads %d versions, %v", len(host.Items), err)
	}
	for _, x := range host.Items {
		if x.By != "" || x.Verb != "" || !x.At.IsZero() || x.Role != "" || x.Why != "" || strings.Contains(string(x.View.JSON), "memo") {
			t.Errorf("the host reads %+v %s", x, x.View.JSON)
		}
	}
}

// follow reads the feed to its end and folds it into what a client holds.
func (p *place) follow(a kind.Actor, after string, held map[string]string) string {
	p.t.Helper()
	for {
		f, err := p.e.Changes(p.ctx, a, after, 3)
		if err != nil {
			p.t.Fatal(err)
		}
		if f.Reset {
			clear(held)
		}
		for _, c := range f.Items {
			if c.Gone {
				delete(held, c.Kind+"/"+c.ID)
			} else {
				held[c.Kind+"/"+c.ID] = c.View.ETag
			}
		}
		if after = f.Next; !f.More {
			return after
		}
	}
}

// seen is what a client that lists everything holds.
func (p *place) seen(a kind.Actor, kinds ...string) map[string]string {
	p.t.Helper()
	all := map[string]string{}
	for _, k := range kinds {
		filters := []map[string]string{nil}
		for _, s := range p.kind(k).Flow.Aside {
			filters = append(filters, map[string]string{"state": string(s)})
		}
		for _, f := range filters {
			for _, v := range p.list(a, k, record.ListQuery{Limit: 200, Filter: f}).Items {
				all[k+"/"+v.ID] = v.ETag
			}
		}
	}
	return all
}

func (p *place) equal(what string, got, want map[string]string) {
	p.t.Helper()
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if !bytes.Equal(a, b) {
		p.t.Errorf("%s: the feed gave\n%s\nlists give\n%s", what, a, b)
	}
}

// TestFeedFollows: whoever follows the feed holds what whoever lists sees.
func TestFeedFollows(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	hostKinds, unKinds := []string{"mission", "unit", "note", "visit", "card"}, []string{"mission", "reference_item", "unit", "note", "visit", "person", "posting", "card"}
	host, un := map[string]string{}, map[string]string{}
	hostAt, unAt := p.follow(p.host, "", host), p.follow(p.ann, "", un)
	step := func(what string) {
		t.Helper()
		hostAt, unAt = p.follow(p.host, hostAt, host), p.follow(p.ann, unAt, un)
		p.equal(what+", host", host, p.seen(p.host, hostKinds...))
		p.equal(what+", UN", un, p.seen(p.ann, unKinds...))
	}
	step("at first")
	v := p.released(p.host)
	step("released")
	n := p.create(p.bob, "note", id(), p.note(p.north))
	step("a note")
	heavier := p.note(p.north)
	heavier[2].Value = int64(9)
	if _, err := p.e.Replace(p.ctx, p.bob, p.kind("note"), record.Write{ID: n.ID, IfMatch: n.ETag, In: heavier}); err != nil {
		t.Fatal(err)
	}
	step("narrowed away")
	p.do(p.lead, "visit", v, "void")
	step("withdrawn")
	p.do(p.lead, "visit", v, "reopen")
	p.do(p.lead, "visit", v, "release")
	step("brought back")
}

// TestFeedHidesWhatIsHidden: what a reader may not see leaves the answer of
// the feed as it is, byte for byte (trust.md Z5).
func TestFeedHidesWhatIsHidden(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north))
	at := p.follow(p.host, "", map[string]string{})
	before, err := p.e.Changes(p.ctx, p.host, at, 50)
	if err != nil || len(before.Items) != 0 || before.Next != at {
		t.Fatalf("%+v %v", before, err)
	}
	p.released(p.other)                                                                                 // another's visit
	p.create(p.ann, "visit", id(), p.visit(p.north, hosts(p.host)))                                     // not released
	p.create(p.lead, "note", id(), p.note(p.south))                                                     // another unit
	p.create(p.chief, "booking", id(), kind.Doc{{Name: "room", Value: "1"}, {Name: "day", Value: "x"}}) // a kind never read
	in := p.note(p.north, kind.Elem{Name: "memo", Value: "secret"})
	if _, err := p.e.Replace(p.ctx, p.bob, p.kind("note"), record.Write{ID: n.ID, IfMatch: n.ETag, In: in}); err != nil {
		t.Fatal(err)
	}
	secret := p.create(p.lead, "note", id(), p.note(p.south))
	if err := p.e.Purge(p.ctx, p.admin, p.kind("note"), secret.ID, "retention"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // with and without what is remembered
		after, err := p.e.Changes(p.ctx, p.host, at, 50)
		if err != nil || len(after.Items) != 0 || after.Next != before.Next || after.More || after.Reset {
			t.Errorf("hidden changes show: %+v %v", after, err)
		}
		p.e = p.engine(p.s, p.e.Kinds)
	}
	v := p.released(p.host)
	after, err := p.e.Changes(p.ctx, p.host, at, 50)
	if err != nil || len(after.Items) != 1 || after.Items[0].ID != v {
		t.Errorf("%+v %v", after, err)
	}
}

// TestFeedFullPage: a page that is just full says that more follows only if the
// reader will be told of it.
func TestFeedFullPage(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north))
	all, err := p.e.Changes(p.ctx, p.host, "", 200)
	if err != nil || all.More {
		t.Fatal(all, err)
	}
	full := len(all.Items)
	p.create(p.lead, "note", id(), p.note(p.south)) // another unit
	in := p.note(p.north, kind.Elem{Name: "memo", Value: "secret"})
	if _, err := p.e.Replace(p.ctx, p.bob, p.kind("note"), record.Write{ID: n.ID, IfMatch: n.ETag, In: in}); err != nil {
		t.Fatal(err)
	}
	page := func(want bool) {
		t.Helper()
		f, err := p.e.Changes(p.ctx, p.host, "", full)
		if err != nil || len(f.Items) != full || f.More != want || f.Next != all.Next {
			t.Errorf("%d of %d items, more %v, want %v, next as before: %v, %v", len(f.Items), full, f.More, want, f.Next == all.Next, err)
		}
	}
	page(false)
	visible := p.create(p.bob, "note", id(), p.note(p.north))
	page(true)
	rest, err := p.e.Changes(p.ctx, p.host, all.Next, full)
	if err != nil || len(rest.Items) != 1 || rest.Items[0].ID != visible.ID || rest.More {
		t.Errorf("then %+v %v", rest, err)
	}
}

func TestFeedCursor(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.create(p.bob, "note", id(), p.note(p.north))
	f, err := p.e.Changes(p.ctx, p.host, "", 1)
	if err != nil || !f.More {
		t.Fatal(f, err)
	}
	for _, bad := range []string{"x", f.Next[1:], f.Next + "A"} {
		_, err = p.e.Changes(p.ctx, p.host, bad, 1)
		p.want(err, kind.CodeMalformed, "error.cursor")
	}
	_, err = p.e.Changes(p.ctx, p.other, f.Next, 1)
	p.want(err, kind.CodeMalformed, "error.cursor")
	_, err = p.e.Changes(p.ctx, p.host, "", 201)
	p.want(err, kind.CodeMalformed, "error.limit")
	moved := p.host // the same account, another unit since
	moved.Grants = []kind.Grant{{Role: kind.Counterpart, Units: []string{p.south}}}
	g, err := p.e.Changes(p.ctx, moved, f.Next, 50)
	if err != nil || !g.Reset {
		t.Errorf("what he may see has changed, and he is not told: %+v %v", g, err)
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := p.kind("visit")
	w := record.Write{ID: id(), In: p.visit(p.north, hosts(p.host))}
	if _, _, err := p.e.Create(p.ctx, p.ann, d, w); err != nil {
		t.Fatal(err)
	}
	p.do(p.ann, "visit", w.ID, "submit", why("ready"))
	p.do(p.lead, "visit", w.ID, "approve")
	p.do(p.lead, "visit", w.ID, "release")
	if err := p.e.Purge(p.ctx, p.admin, d, w.ID, "retention"); err != nil {
		t.Fatal(err)
	}
	for _, a := range []kind.Actor{p.ann, p.lead, p.host} {
		_, err := p.e.Read(p.ctx, a, d, w.ID)
		p.want(err, kind.CodeNotFound, "error.not_found")
		_, err = p.e.History(p.ctx, a, d, w.ID, "", 0)
		p.want(err, kind.CodeNotFound, "error.not_found")
	}
	v, repeated, err := p.e.Create(p.ctx, p.ann, d, w)
	if err != nil || !repeated || string(v.JSON) != `{"id":"`+w.ID+`"}` {
		t.Errorf("a repeat of what was purged: %s %v", v.JSON, err)
	}
	_, _, err = p.e.Create(p.ctx, p.bob, d, w)
	p.want(err, kind.CodeConflict, "error.id_taken")
	err = p.e.Purge(p.ctx, p.admin, d, id(), "retention")
	p.want(err, kind.CodeNotFound, "error.not_found")
	if err := p.s.Verify(context.Background(), func(f store.Finding) { t.Errorf("%+v", f) }); err != nil {
		t.Error(err)
	}
}
