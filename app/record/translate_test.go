package record_test

import (
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

func (p *place) translate(a kind.Actor, name, id, path, lang, said string, more ...kind.Elem) (record.View, error) {
	in := append(kind.Doc{{Name: "path", Value: path}, {Name: "text", Value: kind.Doc{{Name: "lang", Value: lang}, {Name: "text", Value: said}}},
		{Name: "method", Value: "machine"}}, more...)
	return p.e.Translate(p.ctx, a, p.kind(name), record.Write{ID: id, IfMatch: p.etag(a, name, id), In: in})
}

func (p *place) verify(a kind.Actor, name, id, path, lang string) (record.View, error) {
	in := kind.Doc{{Name: "path", Value: path}, {Name: "verify", Value: lang}}
	return p.e.Translate(p.ctx, a, p.kind(name), record.Write{ID: id, IfMatch: p.etag(a, name, id), In: in})
}

// worded is a visit of ann's with words in English, released to host.
func (p *place) worded() string {
	v := p.create(p.ann, "visit", id(), p.visit(p.north, hosts(p.host), kind.Elem{Name: "words", Value: text("Register")}))
	p.do(p.ann, "visit", v.ID, "submit", why("ready"))
	return v.ID
}

// TestTranslationsStandBeside: labelled, by whom and when for the UN side only,
// verified by another than who made them, the original as it was.
func TestTranslationsStandBeside(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.worded()
	if _, err := p.translate(p.lead, "visit", v, "words", "fr", "Registre"); err != nil {
		t.Fatal(err, faults(err))
	}
	got := object(t, p.read(p.ann, "visit", v))
	if got["updated_by"] != p.ann.Person || got["rev"] != 3.0 {
		t.Errorf("a translation is no change of the content: %v", got)
	}
	words := got["words"].(map[string]any)
	fr := words["tr"].(map[string]any)["fr"].(map[string]any)
	if words["text"] != "Register" || fr["text"] != "Registre" || fr["method"] != "machine" || fr["state"] != "draft" || fr["by"] != p.lead.Person || fr["at"] == "" {
		t.Errorf("%v", words)
	}
	_, err := p.verify(p.lead, "visit", v, "words", "fr")
	p.want(err, kind.CodeConflict, "error.translation.own")
	if _, err := p.verify(p.ann, "visit", v, "words", "fr"); err != nil {
		t.Fatal(err)
	}
	if said := string(p.read(p.lead, "visit", v).JSON); !strings.Contains(said, `"state":"verified"`) {
		t.Errorf("not verified: %s", said)
	}
	if _, err := p.translate(p.ann, "visit", v, "words", "fr", "Le registre"); err != nil {
		t.Fatal(err)
	}
	if said := string(p.read(p.lead, "visit", v).JSON); !strings.Contains(said, `"Le registre"`) || strings.Contains(said, `"state":"verified"`) {
		t.Errorf("a new translation is verified already: %s", said)
	}
	h, err := p.e.History(p.ctx, p.lead, p.kind("visit"), v, "", 0)
	if err != nil || h.Items[0].Verb != "translate" || h.Items[0].By != p.ann.Person {
		t.Errorf("%+v %v", h.Items[0], err)
	}
}

// TestTranslationsReachTheHost: of what the host side reads, at once; of what it
// does not read, never.
func TestTranslationsReachTheHost(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.worded()
	_, err := p.translate(p.lead, "visit", v, "words", "fr", "Registre 555")
	if err != nil {
		t.Fatal(err)
	}
	if p.etag(p.host, "visit", v) != "" {
		t.Error("a translation released the record")
	}
	p.do(p.lead, "visit", v, "approve")
	p.do(p.lead, "visit", v, "release")
	before := p.head()
	_, err = p.translate(p.ann, "visit", v, "words", "ar", "555")
	p.want(err, kind.CodeInvalid, "")
	if p.head() != before || !strings.Contains(faults(err), "text/text=error.translation.scan") {
		t.Errorf("something was written, or %s", faults(err))
	}
	if _, err := p.translate(p.ann, "visit", v, "words", "ar", "555", kind.Elem{Name: "scan_resolved", Value: true}); err != nil {
		t.Fatal(err, faults(err))
	}
	said := string(p.read(p.host, "visit", v).JSON)
	if !strings.Contains(said, `"ar":{"text":"555","method":"machine","state":"draft"}`) || strings.Contains(said, p.ann.Person) {
		t.Errorf("the host reads %s", said)
	}
	_, err = p.translate(p.host, "visit", v, "words", "pt", "Registo")
	p.want(err, kind.CodeForbidden, "error.forbidden")
}

func TestTranslationsThatAreNone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.worded()
	before := p.head()
	for want, do := range map[string]func() (record.View, error){
		" path=error.translation.no_text":       func() (record.View, error) { return p.translate(p.lead, "visit", v, "memo", "fr", "x") },
		" text/lang=error.translation.original": func() (record.View, error) { return p.translate(p.lead, "visit", v, "words", "en", "x") },
		" text/text=error.field.too_long": func() (record.View, error) {
			return p.translate(p.lead, "visit", v, "words", "fr", strings.Repeat("x", 51))
		},
		" verify=error.translation.none": func() (record.View, error) { return p.verify(p.lead, "visit", v, "words", "fr") },
		" text=error.translation.one_of": func() (record.View, error) {
			return p.translate(p.lead, "visit", v, "words", "fr", "x", kind.Elem{Name: "verify", Value: "fr"})
		},
	} {
		if _, err := do(); faults(err) != want {
			t.Errorf("got %v %s, want %s", err, faults(err), want)
		}
	}
	_, err := p.e.Translate(p.ctx, p.lead, p.kind("visit"), record.Write{ID: v})
	p.want(err, kind.CodePrecondition, "")
	_, err = p.e.Translate(p.ctx, p.lead, p.kind("booking"), record.Write{ID: v})
	p.want(err, kind.CodeNotFound, "")
	_, err = p.translate(p.bob, "visit", p.create(p.ann, "visit", id(), p.visit(p.north)).ID, "words", "fr", "x")
	p.want(err, kind.CodeNotFound, "error.not_found") // another's draft
	before++                                          // that draft
	if may, err := p.e.May(p.ctx, p.lead, p.kind("visit"), v); err != nil || !may.Translate {
		t.Errorf("%+v %v", may, err)
	}
	p.do(p.lead, "visit", v, "void")
	before++
	_, err = p.translate(p.lead, "visit", v, "words", "fr", "x")
	p.want(err, kind.CodeConflict, "error.state")
	if may, err := p.e.May(p.ctx, p.lead, p.kind("visit"), v); err != nil || may.Translate {
		t.Errorf("voided: %+v %v", may, err)
	}
	if p.head() != before {
		t.Errorf("%d commits more than expected", p.head()-before)
	}
}

// TestTextsOfAnotherClassAreNone: who does not see a text cannot tell that it is
// there by translating it.
func TestTextsOfAnotherClassAreNone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	n := p.create(p.bob, "note", id(), p.note(p.north, kind.Elem{Name: "inside", Value: text("Judgement")}))
	_, seen := p.translate(p.commander, "note", n.ID, "inside", "fr", "x")
	_, none := p.translate(p.commander, "note", n.ID, "nothing", "fr", "x")
	p.same(seen, none)
	if _, err := p.translate(p.bob, "note", n.ID, "inside", "fr", "x"); err != nil {
		t.Error(err, faults(err))
	}
	if _, err := p.translate(p.commander, "note", n.ID, "text", "fr", "x"); err != nil {
		t.Error(err, faults(err))
	}
}
