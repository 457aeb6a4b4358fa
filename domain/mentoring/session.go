package mentoring

import (
	"fmt"
	"slices"
	"time"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// SessionType is what a session is for (domain.md §1.3).
type SessionType string

// Types that rules name.
const (
	Monitoring SessionType = "monitoring"
	Mentoring  SessionType = "mentoring"
	Advising   SessionType = "advising"
	Coaching   SessionType = "coaching"
	FollowUp   SessionType = "follow_up"
)

// Values lists the types of sessions.
func (SessionType) Values() []string {
	return []string{string(Monitoring), string(Mentoring), string(Advising), string(Coaching), "training",
		"operational_support", "coordination", string(FollowUp)}
}

// Modality is how people met.
type Modality string

// Values lists the modalities (domain.md §2.6).
func (Modality) Values() []string { return []string{"in_person", "phone", "video", "written"} }

// VisitOutcome tells whether a session took place, and why not. The host side
// reads a SharedOutcome instead.
type VisitOutcome string

// Outcomes that rules name.
const (
	Held          VisitOutcome = "held"
	PartlyHeld    VisitOutcome = "partly_held"
	CancelledByUN VisitOutcome = "cancelled_by_un"
	Security      VisitOutcome = "security"
	Transport     VisitOutcome = "transport"
)

// Values lists the outcomes (domain.md §2.6).
func (VisitOutcome) Values() []string {
	return []string{string(Held), string(PartlyHeld), "cancelled_by_host", string(CancelledByUN), "access_denied",
		string(Security), "weather", string(Transport), "counterpart_absent"}
}

// TookPlace reports whether both sides met.
func (o VisitOutcome) TookPlace() bool { return o == Held || o == PartlyHeld }

// shared is what the host side reads: a visit that failed for the UN's own
// reasons shows none of them (domain.md §5.7, "visit outcome, host side").
func (o VisitOutcome) shared() SharedOutcome {
	switch o {
	case CancelledByUN, Security, Transport:
		return UNCouldNotCome
	}
	return SharedOutcome(o)
}

// SharedOutcome is a visit's outcome as the host side reads it.
type SharedOutcome string

// UNCouldNotCome stands for every reason that is the UN's own.
const UNCouldNotCome SharedOutcome = "un_could_not_come"

// Values lists the outcomes that are shared.
func (SharedOutcome) Values() []string {
	return []string{string(Held), string(PartlyHeld), "cancelled_by_host", "access_denied", "weather",
		"counterpart_absent", string(UNCouldNotCome)}
}

// Party is whom a participant belongs to.
type Party string

// Parties of the host side.
const (
	HostPolice   Party = "host_police"
	HostMinistry Party = "host_ministry"
)

// Values lists the parties (domain.md §2.6).
func (Party) Values() []string {
	return []string{string(HostPolice), string(HostMinistry), "un", "community", "other"}
}

// InterpretationMode is how people understood each other.
type InterpretationMode string

// Values lists the modes (domain.md §2.6).
func (InterpretationMode) Values() []string {
	return []string{"none_needed", "un_interpreter", "host_interpreter", "colleague", "phone", "none_available"}
}

// AgendaSetter is who set the agenda.
type AgendaSetter string

// Values lists who can set an agenda.
func (AgendaSetter) Values() []string { return []string{"host", "un", "joint"} }

// ObservationKind tells a strength from a gap; it judges no person.
type ObservationKind string

// Values lists the kinds of observations.
func (ObservationKind) Values() []string { return []string{"strength", "gap", "neutral"} }

// Basis is what an observation rests on.
type Basis string

// Values lists the bases.
func (Basis) Values() []string { return []string{"seen", "told", "document"} }

// HostPosition is what the host made of an advice.
type HostPosition string

// Values lists the positions.
func (HostPosition) Values() []string {
	return []string{"agreed", "agreed_with_changes", "will_consider", "declined"}
}

// Participants counts people of one party, band and role. Nobody is named.
type Participants struct {
	Party    Party          `f:"party,required"`
	RankBand host.RankBand  `f:"rank_band"`
	Role     string         `f:"role,max=80"`
	SexCount value.SexCount `f:"sexcount,required"`
}

// Interpretation tells how well a session was understood.
type Interpretation struct {
	Mode    InterpretationMode `f:"mode,required"`
	Quality int64              `f:"quality,min=1,max=3"`
	Checked bool               `f:"comprehension_checked"`
}

// Observation is something seen, told or read, without judgement.
type Observation struct {
	Kind  ObservationKind `f:"kind,required"`
	Basis Basis           `f:"basis,required"`
	Text  value.Text      `f:"text,required,max=800"`
}

// NamedAdviser is an adviser as the host side may know one: in words, never as
// a reference (domain.md §5.7, "UN person, posting").
type NamedAdviser struct {
	Name     string                  `f:"name,required,max=120"`
	Function mission.PostingFunction `f:"function"`
}

// Session is one contact between UN police and a host unit: the shared record
// that the host reads once it is released (domain.md §2.6 A). Write it as if
// the counterpart will read it. A visit that failed is a session too.
type Session struct {
	kind.Head
	RefNo           string         `f:"ref_no,server,filter" class:"MIS"`
	ReleaseNo       string         `f:"release_no,server,filter,title"`
	Type            SessionType    `f:"type,required,filter"`
	Modality        Modality       `f:"modality,required,filter"`
	Outcome         VisitOutcome   `f:"outcome_of_visit,required,filter" class:"MIS"`
	OutcomeShared   SharedOutcome  `f:"outcome_shared,server,filter"`
	Start           time.Time      `f:"start,required,past,sort"`
	DurationMin     int64          `f:"duration_min,min=0,max=720"`
	EnteredAt       time.Time      `f:"entered_at,server" class:"MIS"`
	EnteredLate     bool           `f:"entered_late,server,filter" class:"MIS"`
	Unit            value.Ref      `f:"unit,required,filter" to:"unit"`
	Place           value.Text     `f:"place,max=120"`
	Geo             *value.Point   `f:"geo"`
	Advisers        []value.Ref    `f:"advisers,required,min=1,max=6,filter,owner" to:"person" class:"MIS"` // lead first
	AdvisersText    []NamedAdviser `f:"advisers_text,server,max=6"`
	Interpreter     value.Ref      `f:"interpreter,owner" to:"person" class:"MIS"`
	Counterparts    []value.Ref    `f:"counterparts,max=10,filter,owner" to:"counterpart"`
	Participants    []Participants `f:"participants,max=12"`
	Languages       []value.Lang   `f:"languages,max=5"` // actually spoken
	Interpretation  Interpretation `f:"interpretation"`
	Themes          []string       `f:"themes,max=4,filter" list:"theme"` // the first is the main one
	AgendaSetBy     AgendaSetter   `f:"agenda_set_by,filter"`
	Summary         value.Text     `f:"summary,max=2000,search"`
	Observations    []Observation  `f:"observations,max=10"`
	Advice          value.Text     `f:"advice_given,max=1500,search"`
	HostPosition    HostPosition   `f:"host_position,filter"`
	FeedbackGivenAt time.Time      `f:"feedback_given_at,past"`
	PriorActions    []value.Ref    `f:"prior_actions_reviewed,max=20" to:"action" class:"MIS"`
	PriorShared     []value.Ref    `f:"prior_actions_shared,server,max=20" to:"action"` // those of them that the host reads
	NextOn          value.Date     `f:"next_session_on" class:"MIS"`
	NextAgreed      bool           `f:"next_session_agreed" class:"MIS"`
	NextShared      value.Date     `f:"next_session_shared,server"` // NextOn, where the host agreed to it

	ReturnReason   ReturnReason `f:"return_reason,server" class:"MIS"`
	ReturnNote     value.Text   `f:"return_note,server,max=500" class:"MIS"`
	ApprovedBy     string       `f:"approved_by,server" class:"MIS"`
	ReleasedBy     string       `f:"released_by,server" class:"MIS"`
	AcknowledgedOn value.Date   `f:"acknowledged_on,server"`
	AcknowledgedBy string       `f:"acknowledged_by,server" class:"MIS"`
	RefusedOn      value.Date   `f:"refused_on,server"` // acknowledging was refused
	RefusedReason  value.Text   `f:"refused_reason,server,max=1000"`
}

// States of a session (domain.md §2.6).
const (
	Draft        kind.State = "draft"
	Submitted    kind.State = "submitted"
	Returned     kind.State = "returned"
	Approved     kind.State = "approved"
	Released     kind.State = "released"
	Acknowledged kind.State = "acknowledged"
	Contested    kind.State = "contested"
	Closed       kind.State = "closed"
	Voided       kind.State = "voided"
)

var _ = kind.Declare[Session](&Kinds, kind.Spec{
	Name:  "session",
	Class: kind.SHR,
	Scope: kind.ByUnit("unit"),
	Lists: kind.Lists{{Sort: "-start"}, {By: "unit", Sort: "-start"}, {By: "state", Sort: "-start"},
		{By: "unit,state", Sort: "-start"}},
	Releasable: true,
	Sensitive:  sensitive,
	Draft:      []kind.Cond{kind.Is("state", string(Draft))},
	Narrow: map[kind.Role][]kind.Cond{
		kind.Counterpart: {kind.NoneOf("type", string(Mentoring), string(Coaching))},
	},
	Questions: map[string]func(kind.Now) []kind.Cond{"ack_overdue": ackOverdue},
	Create:    kind.On(createSession),
	Replace:   kind.On(fitSession),
	Flow: kind.Flow{
		States: []kind.State{Draft, Submitted, Returned, Approved, Released, Acknowledged, Contested, Closed, Voided},
		Edit:   []kind.State{Draft, Returned},
		Aside:  []kind.State{Voided},
		Still:  []kind.State{Closed, Voided},
		Verbs:  sessionVerbs,
	},
	Example: `{"type":"mentoring","modality":"in_person","outcome_of_visit":"held","start":"2026-10-06T07:30:00Z",
"duration_min":90,"unit":{"kind":"unit","id":"@unit"},"advisers":[{"kind":"person","id":"@person"}],
"counterparts":[{"kind":"counterpart","id":"@counterpart"}],"participants":[{"party":"host_police",
"rank_band":"junior_officer","role":"shift supervisor","sexcount":{"female":1,"male":2,"other_undisclosed":0}}],
"languages":["fr"],"interpretation":{"mode":"none_needed"},"themes":["T07"],"agenda_set_by":"joint",
"summary":{"lang":"fr","text":"Revue du registre de garde à vue.","tr":{"en":{"text":"Review of the custody register.",
"method":"human","state":"verified"}}},"observations":[{"kind":"gap","basis":"document","text":{"lang":"fr",
"text":"Heure de notification des droits absente dans 7 des 20 fiches."}}]}`,
})

// Validate reports every broken rule of s that its tags cannot say. A draft may
// be unfinished; what a session must have, it must have from submitted on.
func (s *Session) Validate(kind.Now) error {
	var c kind.Check
	s.consistent(&c)
	if !slices.Contains([]kind.State{"", Draft, Returned, Voided}, s.State) {
		s.complete(&c)
	}
	return c.Err()
}

// consistent notes what contradicts itself.
func (s *Session) consistent(c *kind.Check) {
	var named int64
	for _, p := range s.Participants {
		if p.Party == HostPolice || p.Party == HostMinistry {
			named += p.SexCount.Total()
		}
	}
	enough := len(s.Participants) == 0 || named >= int64(len(s.Counterparts))
	c.Must(enough, "participants", "error.session.fewer_than_named", "Named", len(s.Counterparts))
	c.Must(s.DurationMin == 0 || s.DurationMin >= minDuration, "duration_min", "error.field.range", "Min", minDuration, "Max", 720)
	noTwice(c, "themes", s.Themes)
	c.Must(s.NextOn != "" || !s.NextAgreed, "next_session_on", "error.field.required")
}

// minDuration is the shortest session, in minutes.
const minDuration = 5

// complete notes what a session lacks, by its type and by whether it was held.
func (s *Session) complete(c *kind.Check) {
	if !s.Outcome.TookPlace() {
		return // the visit itself is the record (domain.md §1.5)
	}
	need := func(ok bool, field string) { c.Must(ok, field, "error.field.required") }
	need(s.DurationMin > 0, "duration_min")
	need(len(s.Participants) > 0, "participants")
	need(len(s.Languages) > 0, "languages")
	need(s.Interpretation.Mode != "", "interpretation")
	need(len(s.Themes) > 0, "themes")
	need(s.AgendaSetBy != "", "agenda_set_by")
	need(s.Summary.Text != "", "summary")
	switch s.Type {
	case Mentoring, Coaching, Advising:
		need(len(s.Counterparts) > 0, "counterparts")
	case Monitoring:
		need(len(s.Observations) > 0, "observations")
	case FollowUp:
		need(len(s.PriorActions) > 0, "prior_actions_reviewed")
	}
	need(s.Type != Advising || s.Advice.Text != "", "advice_given")
}

// ref points at s.
func (s *Session) ref() value.Ref { return value.Ref{Kind: "session", ID: s.ID} }

// of reports whether a is an author of s: who wrote it down or held it.
func (s *Session) of(a kind.Actor) bool {
	return a.Person != "" && (s.CreatedBy == a.Person || names(s.Advisers, a.Person))
}

// noTwice refuses a code that is listed twice.
func noTwice(c *kind.Check, field string, codes []string) {
	for i, code := range codes {
		c.Must(!slices.Contains(codes[:i], code), fmt.Sprintf("%s/%d", field, i), "error.field.duplicate")
	}
}

func names(refs []value.Ref, id string) bool {
	return slices.ContainsFunc(refs, func(r value.Ref) bool { return r.ID == id })
}
