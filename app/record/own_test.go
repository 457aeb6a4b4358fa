package record_test

import (
	"slices"
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

// TestOwnIsWithinReach: what is one's own is asked for by itself, and is never
// more than what one reads.
func TestOwnIsWithinReach(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	mine := p.create(p.bob, "note", id(), p.note(p.north)).ID
	p.create(p.lead, "note", id(), append(p.note(p.south), kind.Elem{Name: "weight", Value: int64(6)}))
	for _, c := range []struct {
		a    kind.Actor
		want []string
	}{{p.bob, []string{mine}}, {p.chief, []string{}}, {kind.Actor{Account: "x", Person: p.bob.Person, Mission: "m2", Grants: p.bob.Grants}, []string{}}} {
		l := p.list(c.a, "note", record.ListQuery{Own: true, Total: true})
		if !slices.Equal(ids(l), c.want) || l.Total != int64(len(c.want)) {
			t.Errorf("own of %v: %v of %d, want %v", c.a.Grants, ids(l), l.Total, c.want)
		}
	}
}
