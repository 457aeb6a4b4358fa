package seeds

import (
	"encoding/json"
	"reflect"
	"testing"

	"colocate/domain"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/mission"
	"colocate/domain/value"
)

func registry(t *testing.T) *kind.Registry {
	t.Helper()
	reg, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// sound holds every record to its own rules, its references to records that
// came before it, and its codes to the lists.
type sound struct {
	t     *testing.T
	reg   *kind.Registry
	ids   map[value.Ref]bool
	codes map[[2]string]bool
}

var now = kind.Now{Time: lastDay.AddDate(0, 0, 4), Today: "2026-11-24"}

func (s *sound) hold(rec kind.Record) {
	s.t.Helper()
	d, err := s.reg.Of(rec)
	if err != nil {
		s.t.Fatal(err)
	}
	h := rec.Meta()
	if !value.ValidID(h.ID) || h.CreatedBy == "" || h.CreatedAt.IsZero() {
		s.t.Errorf("%s %s: not signed", d.Name, h.ID)
	}
	if err := d.Validate(rec, now); err != nil {
		s.t.Errorf("%s %s: %v %v", d.Name, h.ID, err, err.(*kind.Error).Fields)
	}
	for _, x := range d.Codes(rec) {
		if !s.codes[[2]string{x.List, x.Code}] {
			s.t.Errorf("%s %s: no code %s in %s", d.Name, h.ID, x.Code, x.List)
		}
	}
	for _, x := range d.Refs(rec) {
		if !s.ids[x.Ref] && x.Ref.Kind != "counterpart" { // units name their commanders, who come after them
			s.t.Errorf("%s %s: %s leads to nothing before it", d.Name, h.ID, x.Path)
		}
	}
	at := value.Ref{Kind: d.Name, ID: h.ID}
	if s.ids[at] {
		s.t.Errorf("%s %s comes twice", d.Name, h.ID)
	}
	s.ids[at] = true
	if r, ok := rec.(*mission.ReferenceItem); ok {
		s.codes[[2]string{r.List, r.Code}] = true
	}
}

// decode reads of a mission what the seeds themselves look at; app/server's
// tests read all of it.
func decode(_ string, in json.RawMessage) (kind.Record, error) {
	var m struct{ Code value.Code }
	err := json.Unmarshal(in, &m)
	return &mission.Mission{Code: m.Code}, err
}

// TestCarana: whoever reads the demonstration finds every record sound, each
// state and each language in it, and the same again for the same number.
func TestCarana(t *testing.T) {
	t.Parallel()
	reg := registry(t)
	s := &sound{t: t, reg: reg, ids: map[value.Ref]bool{}, codes: map[[2]string]bool{}}
	recs, err := lists()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recs {
		stamp(r)
		s.hold(r)
	}
	c, err := NewCarana()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Base() {
		s.hold(r)
	}
	states, langs, actions := map[kind.State]int{}, map[value.Lang]int{}, map[kind.State]int{}
	contests, sides := map[kind.State]int{}, map[mentoring.OwnerSide]int{}
	count := func(items []Item) error {
		for _, it := range items {
			s.hold(it.Rec)
			switch x := it.Rec.(type) {
			case *mentoring.Session:
				states[x.State]++
				langs[x.Lang]++
				if it.Released == x.ReleasedAt.IsZero() {
					t.Errorf("session %s: released %v at %v", x.ID, it.Released, x.ReleasedAt)
				}
			case *mentoring.Contest:
				contests[x.State]++
			case *mentoring.Comment:
				sides[x.Side]++
			case *mentoring.Action:
				actions[x.State]++
			}
		}
		return nil
	}
	if _, err := c.Sessions(1000, count); err != nil {
		t.Fatal(err)
	}
	if len(contests) != 2 || len(sides) != 2 {
		t.Errorf("contests %v, comments %v", contests, sides)
	}
	if len(states) != 9 || len(langs) != 4 || len(actions) < 8 {
		t.Errorf("states %v, languages %v, actions %v", states, langs, actions)
	}
}

func TestTheSameAgain(t *testing.T) {
	t.Parallel()
	run := func() (all []Item, last map[string]int64) {
		c, err := NewCarana()
		if err != nil {
			t.Fatal(err)
		}
		last, err = c.Sessions(120, func(items []Item) error { all = append(all, items...); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return all, last
	}
	a, numbers := run()
	b, again := run()
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(numbers, again) || len(a) < 120 {
		t.Error("twice the same number, and not the same records")
	}
	if SessionID(120, 7) == SessionID(121, 7) || !value.ValidID(SessionID(120, 119)) {
		t.Error("ids")
	}
}

// TestReference: thirteen missions, every one marked unverified until its
// administrator confirms it, and lists without a code twice.
func TestReference(t *testing.T) {
	t.Parallel()
	recs, err := Reference(decode)
	if err != nil {
		t.Fatal(err)
	}
	missions, seen := 0, map[string]bool{}
	for _, r := range recs {
		switch x := r.(type) {
		case *mission.Mission:
			missions++
		case *mission.ReferenceItem:
			if seen[x.List+"/"+x.Code] {
				t.Errorf("%s %s twice", x.List, x.Code)
			}
			seen[x.List+"/"+x.Code] = true
		}
	}
	if missions != 13 || !seen["theme/T25"] || !seen["rank_pnh/R12"] || !seen["harm_topic/illegal_roadblocks"] {
		t.Errorf("%d missions, %d codes", missions, len(seen))
	}
}
