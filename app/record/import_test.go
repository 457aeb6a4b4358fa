package record_test

import (
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// TestImport: records come in as they are, once, with their released copies,
// and are held to their own rules and lists; what is refused leaves nothing.
func TestImport(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	made := func(theme value.Code) []record.Imported {
		n := &note{Unit: value.Ref{Kind: "unit", ID: p.north}, Theme: theme, Text: value.Text{Lang: "fr", Text: "x"}}
		n.ID, n.Mission = importedID, missionID
		return []record.Imported{{Rec: n}}
	}
	before := p.head()
	if err := p.e.Import(p.ctx, p.admin, made("T99"), nil); kind.CodeOf(err) != kind.CodeInvalid || p.head() != before {
		t.Errorf("a code that is in no list: %v", err)
	}
	elsewhere := made("T01")
	elsewhere[0].Rec.Meta().Mission = id()
	if err := p.e.Import(p.ctx, p.admin, elsewhere, nil); err == nil || p.head() != before {
		t.Error("a record of another mission came in")
	}
	for range 2 { // the second time changes nothing
		if err := p.e.Import(p.ctx, p.admin, made("T01"), map[string]int64{"notes": 7}); err != nil {
			t.Fatal(err)
		}
		if p.head() != before+1 {
			t.Errorf("%d commits", p.head()-before)
		}
	}
	if err := p.e.Import(p.ctx, p.admin, made("T02"), nil); kind.CodeOf(err) != kind.CodeConflict || p.head() != before+1 {
		t.Errorf("other content under the same id: %v", err)
	}
	if v, err := p.e.Read(p.ctx, p.chief, p.kind("note"), importedID); err != nil || v.ID != importedID {
		t.Errorf("read back: %v", err)
	}
	if err := p.e.Raise(p.ctx, p.admin, map[string]int64{"notes": 3}); err != nil {
		t.Fatal(err)
	}
	if n, err := p.e.Sequence(p.ctx, p.admin, "notes"); err != nil || n != 7 {
		t.Errorf("the sequence stands at %d, %v", n, err)
	}
}

const importedID = "7f3f7f1c-2a75-4a53-9d0e-5b1c6a6f0a99"
