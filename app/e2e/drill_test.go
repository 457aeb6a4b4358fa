package e2e_test

import (
	"colocate/domain/kind"
	"colocate/domain/value"
)

// drill is a toy kind: an exercise that the UN prepares for a unit and announces,
// and whose commander counts who came. This file is all that it takes.
type drill struct {
	kind.Head
	Unit   value.Ref  `f:"unit,required,filter" to:"unit"`
	Title  value.Text `f:"title,required,max=80,title"`
	Day    value.Date `f:"day,required,filter,sort"`
	Places int64      `f:"places,min=1,max=500"`
	Theme  value.Code `f:"theme,filter" list:"theme"`
	Budget string     `f:"budget,max=80,filter" class:"MIS"`
	Came   int64      `f:"came,server"`
}

type attendance struct {
	Came int64 `f:"came,required,min=1"`
}

func attend(w kind.World, d *drill, in *attendance) error {
	var c kind.Check
	c.Must(in.Came <= d.Places, "came", "error.field.range", "Min", 1, "Max", d.Places)
	if err := c.Err(); err != nil {
		return err
	}
	d.Came = in.Came
	return w.Release(d)
}

func announce(w kind.World, d *drill) error { return w.Release(d) }

var drills kind.Kinds

var _ = kind.Declare[drill](&drills, kind.Spec{
	Name:       "drill",
	Class:      kind.SHR,
	Scope:      kind.ByUnit("unit"),
	Lists:      kind.Lists{{Sort: "-day"}, {By: "unit", Sort: "-day"}},
	Releasable: true,
	Draft:      []kind.Cond{kind.Is("state", "draft")},
	Flow: kind.Flow{
		States: kind.From("draft", "announced", "held"),
		Edit:   kind.From("draft", "announced"),
		Verbs: kind.Verbs{
			{Name: "announce", From: kind.From("draft", "announced"), To: "announced", Do: kind.On(announce)},
			{Name: "attend", From: kind.From("announced"), To: "held", Unlike: []string{"created_by"}, Do: kind.Do(attend)},
		},
	},
	Example: `{"unit":{"kind":"unit","id":"@unit"},"title":{"lang":"fr","text":"Contrôle routier"},"day":"2026-12-04","places":20}`,
})

const drillPolicy = `
p, adviser,     drill, create,   team
p, adviser,     drill, read,     team
p, adviser,     drill, update,   own
p, adviser,     drill, announce, own
p, adviser,     drill, translate, own
p, team_leader, drill, read,     team
p, team_leader, drill, attend,   team
p, commander,   drill, read,     unit
p, commander,   drill, attend,   unit
`
