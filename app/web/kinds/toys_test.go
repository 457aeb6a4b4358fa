package kinds_test

import (
	"encoding/json"
	"testing"
	"time"

	"colocate/app/api"
	"colocate/app/record"
	"colocate/app/web/webtest"
	"colocate/domain/kind"
	"colocate/domain/value"
)

type level string

func (level) Values() []string { return []string{"low", "high"} }

type party struct {
	Side  side           `f:"side,required"`
	Count value.SexCount `f:"count,required"`
	Said  value.Text     `f:"said"`
}

type side string

func (side) Values() []string { return []string{"host", "un", "joint"} }

type rank struct {
	Name string `f:"name,required"`
	Men  int64  `f:"men"`
}

// exhibit is a toy kind with a field of every type.
type exhibit struct {
	kind.Head
	Unit   value.Ref         `f:"unit,required,filter" to:"unit"`
	Title  value.Text        `f:"title,required,max=80,title"`
	Body   value.Text        `f:"body,max=2000"`
	Day    value.Date        `f:"day,filter,sort"`
	Since  value.PartialDate `f:"since"`
	Span   value.Period      `f:"span"`
	At     time.Time         `f:"at,sort"`
	Cost   value.Money       `f:"cost"`
	Share  value.Percent     `f:"share"`
	Place  *value.Point      `f:"place"`
	Came   value.SexCount    `f:"came"`
	Level  level             `f:"level,filter"`
	Theme  value.Code        `f:"theme,filter" list:"theme"`
	Year   int64             `f:"year,min=1900,max=2100"`
	Cells  int64             `f:"cells,filter"`
	Open   bool              `f:"open,filter"`
	Tongue value.Lang        `f:"tongue,filter"`
	Tags   []string          `f:"tags"`
	Tables []rank            `f:"tables"`
	Voices []party           `f:"voices"`
	Budget string            `f:"budget,filter" class:"MIS"`
	Secret value.Text        `f:"secret" class:"CON"`
}

var exhibits kind.Kinds

var _ = kind.Declare[exhibit](&exhibits, kind.Spec{
	Name:       "exhibit",
	Class:      kind.SHR,
	Scope:      kind.ByUnit("unit"),
	Lists:      kind.Lists{{Sort: "-day"}, {By: "unit", Sort: "-day"}},
	Releasable: true,
	Draft:      []kind.Cond{kind.Is("state", "draft")},
	Flow: kind.Flow{
		States: kind.From("draft", "checked", "shown", "closed", "dropped"),
		Edit:   kind.From("draft"),
		Aside:  kind.From("dropped"),
		Verbs: kind.Verbs{
			{Name: "drop", From: kind.From("draft", "checked"), To: "dropped", Destructive: true},
			{Name: "check", From: kind.From("draft"), To: "checked"},
			{Name: "present", From: kind.From("checked"), To: "shown", Do: kind.On(func(w kind.World, e *exhibit) error { return w.Release(e) })},
			{Name: "close", From: kind.From("shown"), To: "closed"},
		},
	},
	Example: `{}`,
})

const exhibitPolicy = `
p, adviser,     exhibit, create,    team
p, adviser,     exhibit, read,      team
p, adviser,     exhibit, update,    own
p, adviser,     exhibit, check,     own
p, adviser,     exhibit, present,   own
p, adviser,     exhibit, drop,      own
p, adviser,     exhibit, translate, team
p, team_leader, exhibit, read,      team
p, team_leader, exhibit, read_con,  team
p, team_leader, exhibit, translate, team
p, team_leader, exhibit, close,     team
p, commander,   exhibit, read,      unit
`

const exhibitID = "6a1f0c52-9d3b-4f7e-8c21-5e4d3b2a1f01"

// full is an exhibit with a value of every type.
var full = `{"id":"` + exhibitID + `","unit":{"kind":"unit","id":"` + webtest.Unit + `"},"title":{"lang":"fr","text":"Registre de nuit"},
"body":{"lang":"fr","text":"Le registre est complet.","tr":{"ar":{"text":"السجل كامل","method":"machine","state":"draft"}}},
"day":"2026-11-18","since":"1998-03","span":{"start":"2026-11-06","end":"2026-11-09"},"at":"2026-11-18T07:30:00Z",
"cost":{"amount":"14200.50","ccy":"USD"},"share":{"num":2,"den":3},"place":{"lat":-14.8312,"lon":38.2071,"precision_m":50},
"came":{"female":1,"male":2,"other_undisclosed":0},"level":"high","theme":"T07","year":1998,"cells":12000,"open":true,"tongue":"ar",
"tags":["<script>alert(1)</script>","b"],"tables":[{"name":"Sergeant","men":7}],
"voices":[{"side":"host","count":{"female":0,"male":1,"other_undisclosed":0},"said":{"lang":"fr","text":"Oui."}}],
"budget":"two thousand"}`

// put makes an exhibit as somebody, from JSON.
func (h *host) put(who, body string) record.View {
	h.T.Helper()
	doc, err := api.Decode([]byte(body))
	if err != nil {
		h.T.Fatal(err)
	}
	var id struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(body), &id); err != nil {
		h.T.Fatal(err)
	}
	v, _, err := h.Records.Create(h.T.Context(), h.As(who), h.Kinds.Get("exhibit"), record.Write{ID: id.ID, In: doc})
	if err != nil {
		h.T.Fatal(err)
	}
	return v
}

// rewrite replaces it.
func (h *host) rewrite(who, body string) {
	h.T.Helper()
	doc, err := api.Decode([]byte(body))
	if err != nil {
		h.T.Fatal(err)
	}
	v := h.view(who)
	if _, err := h.Records.Replace(h.T.Context(), h.As(who), h.Kinds.Get("exhibit"), record.Write{ID: v.ID, IfMatch: v.ETag, In: doc}); err != nil {
		h.T.Fatal(err)
	}
}

// act does a verb.
func (h *host) act(who, verb string) {
	h.T.Helper()
	v := h.view(who)
	if _, err := h.Records.Do(h.T.Context(), h.As(who), h.Kinds.Get("exhibit"), verb, record.Write{ID: v.ID, IfMatch: v.ETag}); err != nil {
		h.T.Fatal(err)
	}
}

// view is the exhibit as somebody reads it.
func (h *host) view(who string) record.View {
	h.T.Helper()
	v, err := h.Records.Read(h.T.Context(), h.As(who), h.Kinds.Get("exhibit"), exhibitID)
	if err != nil {
		h.T.Fatal(err)
	}
	return v
}

func withExhibit(t *testing.T) *host {
	t.Helper()
	h := start(t, exhibits, exhibitPolicy)
	h.put("elin", full)
	return h
}
