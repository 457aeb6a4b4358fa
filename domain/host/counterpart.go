package host

import (
	"fmt"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// States of a counterpart (domain.md §2.4).
const (
	Active      kind.State = "active"
	Transferred kind.State = "transferred"
	Retired     kind.State = "retired"
	Suspended   kind.State = "suspended"
	Deceased    kind.State = "deceased"
)

// Consent is an officer's consent to be named in the record, to the text of
// Version as read in Lang.
type Consent struct {
	Given   bool       `f:"given"`
	On      value.Date `f:"date,past"`
	Version string     `f:"version,max=20"`
	Lang    value.Lang `f:"lang"`
}

// FormerPost is a post that a counterpart held before.
type FormerPost struct {
	Unit     value.Ref  `f:"unit,required" to:"unit"`
	Function string     `f:"function,max=120"`
	Since    value.Date `f:"since"`
	Until    value.Date `f:"until"`
}

// Counterpart is an officer of the host police whom the UN works with (domain.md
// §2.4). The host side sees the official data; the rest is the UN police's.
// Ethnicity, religion, politics, clan, health, family and the result of a
// vetting have no place here.
type Counterpart struct {
	kind.Head
	RefNo           string       `f:"ref_no,server,filter" class:"MIS"`
	Name            string       `f:"name,required,max=120,search,title,sort" class:"SHR"`
	Sex             mission.Sex  `f:"sex,required,filter" class:"SHR"`
	Service         value.Ref    `f:"service,required,filter" to:"police_service" class:"SHR"`
	RankCode        value.Code   `f:"rank_code,required,filter" class:"SHR"`
	RankText        string       `f:"rank_text,max=80" class:"SHR"`
	Unit            value.Ref    `f:"unit,required,filter" to:"unit" class:"SHR"`
	Function        string       `f:"function,required,max=120,search" class:"SHR"`
	Since           value.Date   `f:"since,past" class:"SHR"`
	OfficialContact string       `f:"official_contact,max=160" class:"SHR"`
	Languages       []value.Lang `f:"languages,max=12"`
	Consent         Consent      `f:"consent"`
	History         []FormerPost `f:"history,server,max=50"`
}

var _ = kind.Declare[Counterpart](&Kinds, kind.Spec{
	Name:   "counterpart",
	Steady: true,
	Class:  kind.MIS,
	Scope:  kind.ByPerson(""),
	Lists: kind.Lists{{By: "unit", Sort: "name"}, {By: "service", Sort: "name"}, {By: "state", Sort: "name"},
		{Sort: "name"}},
	Create:  kind.On(createCounterpart),
	Replace: kind.On(replaceCounterpart),
	Flow: kind.Flow{
		States: []kind.State{Active, Transferred, Retired, Suspended, Deceased},
		Edit:   []kind.State{Active, Suspended},
		Verbs: kind.Verbs{
			{Name: "transfer", From: kind.From(Active, Transferred), To: Active, Do: kind.Do(transfer), Destructive: true,
				Example: `{"unit":{"kind":"unit","id":"@unit"},"function":"Shift supervisor","since":"2026-10-01"}`},
			{Name: "retire", From: kind.From(Active, Transferred, Suspended), To: Retired, Do: kind.Do(retire), Destructive: true,
				Example: `{"on":"2026-10-31"}`},
			{Name: "suspend", From: kind.From(Active), To: Suspended, Destructive: true},
			{Name: "reinstate", From: kind.From(Suspended, Retired), To: Active},
		},
	},
	Example: `{"name":"Ruth Maseko","sex":"female","service":{"kind":"police_service","id":"@police_service"},
"rank_code":"INSP","unit":{"kind":"unit","id":"@unit"},"function":"Custody officer","since":"2025-03-01",
"languages":["fr","pt"],"consent":{"given":true,"date":"2026-02-10","version":"1","lang":"fr"}}`,
})

// Validate reports every broken rule of p that its tags cannot say.
func (p *Counterpart) Validate(kind.Now) error {
	var c kind.Check
	given := p.Consent.Given
	c.Must(!given || p.Consent.On != "", "consent/date", "error.field.required")
	c.Must(!given || p.Consent.Version != "", "consent/version", "error.field.required")
	c.Must(!given || p.Consent.Lang != "", "consent/lang", "error.field.required")
	return c.Err()
}

func createCounterpart(w kind.World, p *Counterpart) error {
	m, err := mission.Own(w)
	if err != nil {
		return err
	}
	n, err := w.Number("counterpart")
	if err != nil {
		return err
	}
	p.RefNo = fmt.Sprintf("%s-CP-%06d", m.Code, n)
	return knownRank(w, p)
}

// replaceCounterpart keeps the unit: only the verb transfer moves somebody, so
// that no post is lost from the history.
func replaceCounterpart(w kind.World, p *Counterpart) error {
	var old Counterpart
	ok, err := mission.Known(w, value.Ref{Kind: "counterpart", ID: p.ID}, &old, "counterpart")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(old.Unit == p.Unit, "unit", "error.counterpart.transfer")
	if err := c.Merge(knownRank(w, p)); err != nil {
		return err
	}
	return c.Err()
}

func knownRank(w kind.World, p *Counterpart) error {
	var s PoliceService
	ok, err := mission.Known(w, p.Service, &s, "police_service")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(p.RankCode == "" || s.HasRank(p.RankCode), "rank_code", "error.police_service.rank")
	return c.Err()
}

// TransferInput says where an officer went. Without a unit he left the units
// that the mission knows.
type TransferInput struct {
	Unit     value.Ref  `f:"unit" to:"unit"`
	Function string     `f:"function,max=120"`
	Since    value.Date `f:"since,required,past"`
}

// transfer moves an officer to another unit and keeps the post he left.
func transfer(w kind.World, p *Counterpart, in *TransferInput) error {
	var c kind.Check
	c.Must(in.Unit != p.Unit, "unit", "error.counterpart.same_unit")
	c.Must(in.Unit.IsZero() || in.Function != "", "function", "error.field.required")
	c.Must(in.Since >= p.Since, "since", "error.field.order")
	if err := c.Err(); err != nil {
		return err
	}
	p.History = append(p.History, FormerPost{Unit: p.Unit, Function: p.Function, Since: p.Since, Until: in.Since})
	if in.Unit.IsZero() {
		p.State = Transferred
		return nil
	}
	p.Unit, p.Function, p.Since = in.Unit, in.Function, in.Since
	return nil
}

// RetireInput says when an officer left the service, and whether he died.
type RetireInput struct {
	On       value.Date `f:"on,required,past"`
	Deceased bool       `f:"deceased"`
}

// retire ends an officer's service.
func retire(_ kind.World, p *Counterpart, in *RetireInput) error {
	var c kind.Check
	c.Must(in.On >= p.Since, "on", "error.field.order")
	if in.Deceased {
		p.State = Deceased
	}
	return c.Err()
}
