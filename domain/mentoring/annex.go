package mentoring

import (
	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// Annex is what the UN keeps to itself about a session: judgement, obstacles,
// context (domain.md §2.6 B). The host side must not learn that there is one.
type Annex struct {
	kind.Head
	Session      value.Ref  `f:"session,required,filter" to:"session"`
	Unit         value.Ref  `f:"unit,server,filter" to:"unit"`
	Observations value.Text `f:"confidential_observations,max=4000"`
	Assessment   value.Text `f:"adviser_assessment,max=4000"` // evaluative, unlike the session
	Climate      int64      `f:"relationship_climate,min=1,max=5"`
	Commitment   int64      `f:"counterpart_commitment,min=1,max=5"`
	Obstacles    []string   `f:"obstacles,max=15" list:"obstacle"`
	Context      value.Text `f:"security_context,max=4000"` // political or security
	Requests     value.Text `f:"support_requests,max=2000"`
	Lessons      value.Text `f:"lessons,max=2000"`
	RiskUpdate   value.Text `f:"risk_update,max=2000"`
	// Pending hides the annex with the draft that it belongs to.
	Pending bool `f:"pending,server"`
}

var _ = kind.Declare[Annex](&Kinds, kind.Spec{
	Name:    "session_annex",
	Class:   kind.CON,
	Scope:   kind.ByUnit("unit"),
	Lists:   kind.Lists{{By: "session"}, {By: "unit"}},
	Draft:   []kind.Cond{kind.Is("pending", true)},
	OnePer:  "session",
	Create:  kind.On(createAnnex),
	Replace: kind.On(replaceAnnex),
	Example: `{"session":{"kind":"session","id":"@session"},"adviser_assessment":{"lang":"en",
"text":"Willing but unsure of her authority; the station commander rarely checks the register."},
"relationship_climate":4,"obstacles":["low_interest"]}`,
})

// Validate reports every broken rule of n that its tags cannot say.
func (n *Annex) Validate(kind.Now) error {
	var c kind.Check
	noTwice(&c, "obstacles", n.Obstacles)
	return c.Err()
}

// createAnnex ties an annex to a session of the writer's own. Any other session
// is none for him.
func createAnnex(w kind.World, n *Annex) error {
	var s Session
	ok, err := mission.Known(w, n.Session, &s, "session")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(s.of(w.Actor()) && s.State != Voided, "session", "error.field.reference")
	n.Follow(&s)
	return c.Err()
}

// replaceAnnex keeps an annex at its session.
func replaceAnnex(w kind.World, n *Annex) error {
	var old Annex
	ok, err := mission.Known(w, value.Ref{Kind: "session_annex", ID: n.ID}, &old, "session_annex")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(old.Session == n.Session, "session", "error.field.fixed")
	return c.Err()
}

// Follow brings what n copies from its session up to date.
func (n *Annex) Follow(s *Session) { n.Unit, n.Pending = s.Unit, s.State == Draft }
