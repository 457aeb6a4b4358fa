package kind_test

import (
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// The toy kinds hold a field of every type and option.
var toys kind.Kinds

type weather string

func (weather) Values() []weather { return []weather{"dry", "wet"} }

type party struct {
	Who   value.Ref      `f:"who,required" to:"unit,person"`
	Role  string         `f:"role,max=10"`
	Count value.SexCount `f:"sexcount,required"`
	Note  value.Text     `f:"note,max=20"`
}

type host struct {
	Said  bool       `f:"said"`
	On    value.Date `f:"on,past"`
	By    string     `f:"by,server"`
	Quiet string     `f:"quiet" class:"CON"`
}

type visit struct {
	kind.Head
	RefNo    string            `f:"ref_no,server" class:"MIS"`
	Title    value.Text        `f:"title,required,max=40,search,title"`
	Summary  value.Text        `f:"summary,max=2000,search"`
	Kind     weather           `f:"weather,required,filter,sort"`
	Sorts    []weather         `f:"sorts,filter"`
	Unit     value.Ref         `f:"unit,required,filter" to:"unit"`
	Advisers []value.Ref       `f:"advisers,required,max=3,owner,filter" to:"person"`
	Theme    value.Code        `f:"theme,filter" list:"theme"`
	Themes   []value.Code      `f:"themes,min=1,max=4" list:"theme"`
	Tongue   value.Lang        `f:"tongue"`
	Tongues  []value.Lang      `f:"tongues"`
	Name     string            `f:"name,max=12,min=2,re=word,unique"`
	Names    []string          `f:"names,each=5,max=3"`
	Start    time.Time         `f:"start,past,sort"`
	Day      value.Date        `f:"day,past,filter,sort"`
	Since    value.PartialDate `f:"since,past"`
	Span     value.Period      `f:"span,sort"`
	Cost     value.Money       `f:"cost"`
	Share    value.Percent     `f:"share"`
	Place    *value.Point      `f:"place" class:"MIS"`
	Cells    int               `f:"cells,min=0,max=500"`
	Minutes  int64             `f:"minutes,required,min=0,max=720"`
	PerWeek  int64             `f:"per_week,min=1,max=7"`
	Area     float64           `f:"area,min=0"`
	Maybe    *int64            `f:"maybe"`
	Asked    *bool             `f:"asked,required"`
	Late     bool              `f:"late,server,filter"`
	Heads    value.SexCount    `f:"heads"`
	Parties  []party           `f:"parties,max=5"`
	Host     *host             `f:"host"`
	Inner    host              `f:"inner"`
	Secret   value.Text        `f:"secret" class:"STR"`
	Private  string            `f:"private,max=50" class:"CON"`
}

func (v *visit) Validate(kind.Now) error {
	var c kind.Check
	c.Must(v.Minutes != 13, "minutes", "error.visit.unlucky")
	return c.Err()
}

type approveInput struct {
	Why   value.Text  `f:"why,required,max=30"`
	Proof []value.Ref `f:"proof" to:"unit"`
	Mark  value.Code  `f:"mark" list:"mark"`
	Score int         `f:"score,required,min=1,max=5"`
}

type place struct {
	kind.Head
	Code value.Code `f:"code,required,unique"`
}

type human struct {
	kind.Head
	Name string `f:"name,required,title"`
}

func approve(_ kind.World, v *visit, in *approveInput) error {
	v.RefNo = string(in.Mark)
	return nil
}

var (
	_ = kind.Pattern(&toys, "word", `^\pL+$`)
	_ = kind.Declare[visit](&toys, kind.Spec{
		Name: "visit", Class: kind.SHR, Scope: kind.ByUnit("unit"), Releasable: true,
		Lists: kind.Lists{{By: "unit", Sort: "-start"}, {By: "weather,sorts"}, {By: "state", Sort: "span"}},
		Draft: []kind.Cond{kind.Is("state", kind.State("draft"))},
		Narrow: map[kind.Role][]kind.Cond{
			kind.Counterpart: {kind.NoneOf("weather", "wet"), kind.Is("unit.id", "x")},
		},
		Flow: kind.Flow{
			States: kind.From("draft", "sent", "approved", "void"),
			Edit:   kind.From("draft"),
			Verbs: kind.Verbs{
				{Name: "send", From: kind.From("draft"), To: "sent"},
				{Name: "approve", From: kind.From("sent"), To: "approved", Unlike: []string{"created_by", "advisers"}, Do: kind.Do(approve), Example: `{}`},
				{Name: "void", Never: kind.From("void"), To: "void"},
			},
		},
	})
	_ = kind.Declare[place](&toys, kind.Spec{Name: "unit", Class: kind.SHR, Scope: kind.ByUnit("")})
	_ = kind.Declare[human](&toys, kind.Spec{Name: "person", Class: kind.MIS, Scope: kind.ByPerson("")})
)

// registry compiles the toys.
func registry(t testing.TB) *kind.Registry {
	t.Helper()
	r, err := kind.Compile(toys)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
