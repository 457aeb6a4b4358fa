package record_test

import (
	"strings"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// The toy kinds: what the engine itself reads (mission, unit, person, posting,
// reference_item), a flat kind (note), one with a life and a released copy
// (visit), one with a rule about others (booking), one for each person (card).
var toys kind.Kinds

type mission struct {
	kind.Head
	Code value.Code `f:"code,required,unique,filter,sort"`
	TZ   string     `f:"tz,required"`
}

type item struct {
	kind.Head
	List string `f:"list,required,filter"`
	Code string `f:"code,required,filter"`
}

type unit struct {
	kind.Head
	Code   value.Code `f:"code,required,unique,filter,sort"`
	Parent value.Ref  `f:"parent,filter" to:"unit"`
	Tier   string     `f:"tier,filter" class:"MIS"`
}

type person struct {
	kind.Head
	Name string `f:"name,required"`
}

type posting struct {
	kind.Head
	Person value.Ref    `f:"person,required,filter,owner" to:"person"`
	Unit   value.Ref    `f:"unit,required,filter" to:"unit"`
	Period value.Period `f:"period,required"`
}

type row struct {
	Open   string `f:"open"`
	Closed string `f:"closed" class:"MIS"`
}

type open struct {
	Open string `f:"open"`
}

type note struct {
	kind.Head
	Unit   value.Ref  `f:"unit,required,filter" to:"unit"`
	Text   value.Text `f:"text,required,max=100,title"`
	Theme  value.Code `f:"theme,filter" list:"theme"`
	Weight int64      `f:"weight,min=0,max=9,filter,sort"`
	Memo   string     `f:"memo,max=50,filter" class:"MIS"`
	Deep   string     `f:"deep,max=50,filter" class:"CON"`
	Inside value.Text `f:"inside,max=50" class:"MIS"`
	Rows   []open     `f:"rows"`
	Inner  row        `f:"inner"`
	Made   string     `f:"made,server"`
}

func (n *note) Validate(kind.Now) error {
	var c kind.Check
	c.Must(n.Weight != 7, "weight", "error.note.seven")
	return c.Err()
}

type visit struct {
	kind.Head
	Unit      value.Ref   `f:"unit,required,filter" to:"unit"`
	Title     string      `f:"title,required,max=40,title"`
	Hosts     []value.Ref `f:"hosts,owner,filter" to:"person"`
	Memo      string      `f:"memo,max=50" class:"MIS"`
	Inner     row         `f:"inner"`
	Words     value.Text  `f:"words,max=50"`
	RefNo     int64       `f:"ref_no,server" class:"MIS"`
	ReleaseNo int64       `f:"release_no,server"`
	Seen      bool        `f:"seen,server"`
}

type remark struct {
	Why   string     `f:"why,required,max=20"`
	Theme value.Code `f:"theme" list:"theme"`
	About value.Ref  `f:"about" to:"unit"`
}

type booking struct {
	kind.Head
	Room string `f:"room,required,filter"`
	Day  string `f:"day,required,filter"`
}

type card struct {
	kind.Head
	Person value.Ref `f:"person,required,filter" to:"person"`
	Text   string    `f:"text,max=50,sort"` // no list is by it
}

func numberVisit(w kind.World, v *visit) error {
	var c kind.Check
	for _, h := range v.Hosts { // a rule that tells what another record holds
		var who person
		if err := w.Get(h, &who); err == nil && who.Name == "Away" {
			c.Must(false, "title", "error.visit.away")
		}
	}
	c.Must(v.Title != "As lead" || w.Actor().Has(kind.TeamLeader), "title", "error.visit.lead")
	if err := c.Err(); err != nil {
		return err
	}
	var err error
	v.RefNo, err = w.Number("visit")
	return err
}

func submit(w kind.World, v *visit, in *remark) error {
	var c kind.Check
	c.Must(in.Why != "bad", "why", "error.visit.bad")
	return c.Err()
}

// unnamed is a condition that the verb holds to as well.
func unnamed(_ kind.World, v *visit) ([]kind.Condition, error) {
	return []kind.Condition{kind.Holds("check.visit.unnamed", v.Title != "Named", kind.E(kind.CodeConflict, "error.visit.named", nil))}, nil
}

func releaseVisit(w kind.World, v *visit) error {
	checks, err := unnamed(w, v)
	if err == nil {
		err = kind.Unmet(checks)
	}
	if err != nil {
		return err
	}
	if v.ReleaseNo == 0 {
		v.ReleaseNo, err = w.Next("release/" + v.Unit.ID)
	}
	if err != nil {
		return err
	}
	return w.Release(v)
}

func seeVisit(w kind.World, v *visit) error {
	v.Seen = true
	return w.Release(v)
}

// reopen is for what the host side reads no more.
func reopen(w kind.World, v *visit) error {
	there, err := w.Released(v)
	if err == nil && there {
		err = kind.E(kind.CodeConflict, "error.visit.released", nil)
	}
	return err
}

func book(w kind.World, b *booking) error {
	free, err := w.None("booking", kind.Is("room", b.Room), kind.Is("day", b.Day), kind.Cond{Field: "id", Op: kind.Ne, Value: b.ID})
	if err != nil {
		return err
	}
	if !free {
		return kind.E(kind.CodeConflict, "error.booking.full", nil)
	}
	return nil
}

// swap moves a booking to the room of another, and that one to its own.
func swap(w kind.World, b *booking, in *swapInput) error {
	var o booking
	if err := w.Get(in.With, &o); err != nil {
		return err
	}
	o.Room, b.Room = b.Room, o.Room
	return w.Put(&o)
}

type swapInput struct {
	With value.Ref `f:"with,required" to:"booking"`
}

// recount writes down how many bookings there are.
func recount(w kind.World, b *booking) error {
	n := 0
	err := w.Find("booking", []kind.Cond{kind.Is("day", b.Day)}, 500, func(any) error { n++; return nil })
	b.Room = "seen-" + string(rune('0'+n))
	return err
}

const (
	draft     kind.State = "draft"
	submitted kind.State = "submitted"
	approved  kind.State = "approved"
	released  kind.State = "released"
	voided    kind.State = "voided"
)

func init() {
	kind.Declare[mission](&toys, kind.Spec{Name: "mission", Class: kind.PUB, Scope: kind.Service(), Lists: kind.Lists{{Sort: "code"}}})
	kind.Declare[item](&toys, kind.Spec{Name: "reference_item", Class: kind.PUB, Scope: kind.Service(), Lists: kind.Lists{{By: "list"}}})
	kind.Declare[unit](&toys, kind.Spec{Name: "unit", Steady: true, Class: kind.SHR, Scope: kind.ByUnit(""), Lists: kind.Lists{{By: "parent", Sort: "code"}}})
	kind.Declare[person](&toys, kind.Spec{Name: "person", Class: kind.MIS, Scope: kind.ByPerson("")})
	kind.Declare[posting](&toys, kind.Spec{Name: "posting", Class: kind.MIS, Scope: kind.ByPerson("person"), Lists: kind.Lists{{By: "person"}}})
	kind.Declare[note](&toys, kind.Spec{Name: "note", Steady: true, Class: kind.SHR, Scope: kind.ByUnit("unit"),
		Lists:  kind.Lists{{By: "unit"}, {By: "theme", Sort: "weight"}},
		Narrow: map[kind.Role][]kind.Cond{kind.Counterpart: {{Field: "weight", Op: kind.Lt, Value: int64(5)}}}})
	kind.Declare[card](&toys, kind.Spec{Name: "card", Class: kind.SHR, Scope: kind.ByPerson("person"), OnePer: "person"})
	kind.Declare[booking](&toys, kind.Spec{Name: "booking", Class: kind.MIS, Scope: kind.Mission(), Lists: kind.Lists{{By: "room,day"}},
		Create: kind.On(book), Flow: kind.Flow{States: kind.From(draft, voided), Edit: kind.From(draft), Verbs: kind.Verbs{
			{Name: "swap", Do: kind.Do(swap)}, {Name: "recount", Do: kind.On(recount)}, {Name: "void", To: voided},
		}}})
	kind.Declare[visit](&toys, kind.Spec{Name: "visit", Class: kind.SHR, Scope: kind.ByUnit("unit"), Releasable: true,
		Sensitive: func(s string) bool { return strings.Contains(s, "555") },
		Lists:     kind.Lists{{By: "unit"}, {By: "state"}}, Draft: []kind.Cond{kind.Is("state", string(draft))},
		Create: kind.On(numberVisit),
		Flow: kind.Flow{States: kind.From(draft, submitted, approved, released, voided), Aside: kind.From(voided), Still: kind.From(voided), Edit: kind.From(draft, approved, released),
			Verbs: kind.Verbs{
				{Name: "submit", From: kind.From(draft), To: submitted, Do: kind.Do(submit)},
				{Name: "approve", From: kind.From(submitted), To: approved, Unlike: []string{"created_by"}},
				{Name: "release", From: kind.From(approved, released), To: released, Do: kind.On(releaseVisit), Checks: kind.Checks(unnamed)},
				{Name: "see", From: kind.From(released), Do: kind.On(seeVisit)},
				{Name: "void", Never: kind.From(voided), To: voided, Do: kind.On(func(w kind.World, v *visit) error { return w.Withdraw(v) })},
				{Name: "reopen", From: kind.From(voided), To: approved, Do: kind.On(reopen)},
			}}})
}

const toyPolicy = `
p, administrator, mission,        create,   mission
p, administrator, mission,        read,     mission
p, administrator, mission,        update,   mission
p, adviser,       mission,        read,     mission
p, counterpart,   mission,        read,     mission
p, administrator, reference_item, create,   mission
p, administrator, reference_item, read,     mission
p, administrator, reference_item, update,   mission
p, adviser,       reference_item, read,     mission

p, administrator, unit,    create,  mission
p, administrator, unit,    update,  mission
p, administrator, unit,    read,    mission
p, adviser,       unit,    read,    mission
p, team_leader,   unit,    read,    mission
p, team_leader,   unit,    create,  team
p, leader,        unit,    read,    mission
p, counterpart,   unit,    read,    unit
p, commander,     unit,    read,    unit
p, administrator, person,  create,  mission
p, administrator, person,  update,  mission
p, administrator, person,  read,    mission
p, adviser,       person,  read,    mission
p, team_leader,   person,  read,    team
p, commander,     person,  read,    self
p, administrator, posting, create,  mission
p, administrator, posting, update,  mission
p, administrator, posting, read,    mission
p, team_leader,   posting, read,    team
p, adviser,       posting, read,    own

p, adviser,       note,    create,  team
p, adviser,       note,    read,    mission
p, adviser,       note,    update,  team
p, adviser,       note,    read_con, team
p, team_leader,   note,    create,  team
p, team_leader,   note,    read,    team
p, leader,        note,    read,    mission
p, auditor,       note,    read,    remit
p, commander,     note,    read,    unit
p, commander,     note,    create,  unit
p, commander,     note,    update,  unit
p, counterpart,   note,    read,    team

p, counterpart,   card,    read,    self
p, counterpart,   card,    create,  self
p, adviser,       card,    read,    own
p, adviser,       card,    create,  own
p, adviser,       card,    update,  own
p, team_leader,   card,    read,    team

p, leader,        booking, create,  mission
p, leader,        booking, read,    mission
p, leader,        booking, update,  mission
p, leader,        booking, swap,    mission
p, leader,        booking, recount, mission
p, leader,        booking, void,    mission

p, adviser,       visit,   create,  team
p, adviser,       visit,   read,    team
p, adviser,       visit,   update,  own
p, adviser,       visit,   submit,  own
p, adviser,       visit,   translate, team
p, team_leader,   visit,   translate, team
p, adviser,       note,    translate, team
p, commander,     note,    translate, unit
p, adviser,       visit,   void,    own
p, team_leader,   visit,   create,  team
p, team_leader,   visit,   read,    team
p, team_leader,   visit,   update,  team
p, team_leader,   visit,   submit,  own
p, team_leader,   visit,   approve, team
p, team_leader,   visit,   release, team
p, team_leader,   visit,   reopen,  team
p, team_leader,   visit,   void,    team
p, leader,        visit,   read,    mission
p, counterpart,   visit,   read,    own
p, counterpart,   visit,   see,     own
p, commander,     visit,   read,    unit
p, commander,     visit,   create,  unit
`
