package record_test

import (
	"testing"
	"time"

	"colocate/app/record"
	"colocate/domain/kind"
)

// TestSteadyKindsAreAsTheyAreNow: what is remembered of a kind is gone with the
// next change of it, in this process at once and in another within a second, and
// nobody reads by it what he may not see. (Notes are steady in all the tests.)
func TestSteadyKindsAreAsTheyAreNow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	other := &record.Engine{Store: p.e.Store, Kinds: p.e.Kinds, Policy: p.e.Policy, Now: p.e.Now, Key: p.e.Key, Log: p.e.Log}
	first := p.create(p.bob, "note", id(), p.note(p.north))
	text := func(e *record.Engine, a kind.Actor) string {
		v, err := e.Read(p.ctx, a, p.kind("note"), first.ID)
		if err != nil {
			return string(kind.CodeOf(err))
		}
		return string(v.JSON)
	}
	count := func(e *record.Engine, a kind.Actor) int {
		l, err := e.List(p.ctx, a, p.kind("note"), record.ListQuery{})
		if err != nil {
			t.Fatal(err)
		}
		return len(l.Items)
	}
	for range 2 { // made, then remembered
		if count(p.e, p.chief) != 1 || count(other, p.chief) != 1 {
			t.Error("not one note")
		}
	}
	before, theirs := text(p.e, p.chief), text(other, p.chief)
	w := record.Write{ID: first.ID, IfMatch: first.ETag, In: append(p.note(p.north), kind.Elem{Name: "weight", Value: int64(5)})}
	if _, err := p.e.Replace(p.ctx, p.bob, p.kind("note"), w); err != nil {
		t.Fatal(err)
	}
	p.create(p.bob, "note", id(), p.note(p.north))
	if text(p.e, p.chief) == before || count(p.e, p.chief) != 2 {
		t.Error("a change did not bite at once")
	}
	until := time.Now().Add(5 * time.Second)
	for text(other, p.chief) == theirs || count(other, p.chief) != 2 {
		if time.Now().After(until) {
			t.Fatal("a change of another process did not bite")
		}
		time.Sleep(50 * time.Millisecond)
	}
}
