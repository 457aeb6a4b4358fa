package record_test

import (
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

// TestConfidentialFilter: a confidential field finds the records of which the
// reader sees it, and tells nothing of the others, though he reads them too.
func TestConfidentialFilter(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	deep := func(a kind.Actor, unit string) string {
		return p.create(a, "note", id(), kind.Doc{{Name: "unit", Value: ref("unit", unit)}, {Name: "deep", Value: "d"},
			{Name: "text", Value: kind.Doc{{Name: "lang", Value: "en"}, {Name: "text", Value: "Hi"}}}}).ID
	}
	mine := deep(p.bob, p.north)
	if far := deep(actor(id(), kind.Grant{Role: kind.Adviser, Units: []string{p.south}}), p.south); string(p.read(p.bob, "note", far).JSON) == "" {
		t.Fatal("the other note is to be one that its reader sees in part")
	}
	for who, want := range map[string]struct {
		a    kind.Actor
		n    int
		code kind.Code
	}{"its author": {p.bob, 1, ""}, "who reads it": {p.chief, 0, kind.CodeMalformed}, "host side": {p.host, 0, kind.CodeMalformed}} {
		l, err := p.e.List(p.ctx, want.a, p.kind("note"), record.ListQuery{Filter: map[string]string{"deep": "d"}})
		if kind.CodeOf(err) != want.code || len(l.Items) != want.n {
			t.Errorf("%s: %d records, %v", who, len(l.Items), err)
		}
		if want.n == 1 && l.Items[0].ID != mine {
			t.Errorf("%s: found %s", who, l.Items[0].ID)
		}
	}
}
