package mentoring

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// OwnerSide is who owes an action.
type OwnerSide string

// The sides. An action of a partner, such as another agency, is in the UN's
// hands.
const (
	HostSide    OwnerSide = "host"
	UNSide      OwnerSide = "un"
	JointSide   OwnerSide = "joint"
	PartnerSide OwnerSide = "partner"
)

// Values lists the sides (domain.md §2.7).
func (OwnerSide) Values() []string {
	return []string{string(HostSide), string(UNSide), string(JointSide), string(PartnerSide)}
}

// Other is the side across the table.
func (o OwnerSide) Other() OwnerSide {
	if o == HostSide {
		return UNSide
	}
	return HostSide
}

// Priority of an action.
type Priority string

// Values lists the priorities (domain.md §2.7).
func (Priority) Values() []string { return []string{"low", "normal", "high", "critical"} }

// Verification is how it was seen that an action is done.
type Verification string

// Values lists the verifications (domain.md §2.7).
func (Verification) Values() []string {
	return []string{"seen_on_site", "document", "third_party", "host_report_only"}
}

// Blocker is what an action waits for.
type Blocker string

// Values lists the blockers (domain.md §2.7).
func (Blocker) Values() []string {
	return []string{"budget", "staff", "equipment", "political", "security", "legal", "un_support_late", "other"}
}

// CancelReason is why an action is no longer to be done.
type CancelReason string

// Reasons that rules name.
const (
	CancelExpired      CancelReason = "expired"       // nobody answered before it was due
	CancelOriginVoided CancelReason = "origin_voided" // given by the void of the session
	CancelOther        CancelReason = "other"
)

// Values lists the reasons.
func (CancelReason) Values() []string {
	return []string{"no_longer_needed", "superseded", "done_otherwise", string(CancelExpired), string(CancelOriginVoided),
		string(CancelOther)}
}

// Extension moved the due date of an action.
type Extension struct {
	From   value.Date `f:"from,required"`
	To     value.Date `f:"to,required"`
	Reason value.Text `f:"reason,required,max=500"`
	On     value.Date `f:"on,required"`
}

// Action is one thing that somebody agreed to do (domain.md §2.7). The UN
// proposes an action to the host; only the host accepts it. What the UN owes
// stands in the same lists and is overdue by the same rule. It is never
// deleted: a mistake is cancelled with a reason.
type Action struct {
	kind.Head
	Code      value.Code `f:"code,server,unique,filter"`
	Text      value.Text `f:"text,required,max=500,search,title"` // one verb, one deliverable
	Origin    value.Ref  `f:"origin,required,filter" to:"session"`
	Unit      value.Ref  `f:"unit,required,filter" to:"unit"` // the origin's
	OwnerSide OwnerSide  `f:"owner_side,required,filter"`
	// Owner is the host's owner, UNOwner the UN's, whom the host knows as
	// UNOwnerText. A joint action has both.
	Owner       value.Ref    `f:"owner,filter,owner" to:"counterpart,unit"`
	UNOwner     value.Ref    `f:"un_owner,filter,owner" to:"person" class:"MIS"`
	UNOwnerText NamedAdviser `f:"un_owner_text,server"`
	Partner     string       `f:"partner,max=160"`
	Due         value.Date   `f:"due,required,filter,sort"`
	OriginalDue value.Date   `f:"original_due,server"`
	Priority    Priority     `f:"priority,required,filter"`
	BlockedBy   Blocker      `f:"blocked_by,filter"`

	// SessionType and Counterparts are the origin's: who may read the session
	// may read its actions.
	SessionType  SessionType `f:"session_type,server"`
	Counterparts []value.Ref `f:"counterparts,server,owner,max=10" to:"counterpart"`
	Pending      bool        `f:"pending,server" class:"MIS"`                 // hidden with its draft
	CarriedTo    value.Ref   `f:"carried_to,server" to:"session" class:"MIS"` // reviewed there, still open

	ProposedSide       OwnerSide    `f:"proposed_side,server"`
	AskedOn            value.Date   `f:"asked_on,server"` // an answer is awaited since
	CounterSide        OwnerSide    `f:"counter_side,server"`
	CounterDue         value.Date   `f:"counter_due,server"`
	CounterText        value.Text   `f:"counter_text,server,max=500"`
	CounterReason      value.Text   `f:"counter_reason,server,max=500"`
	DeclinedReason     value.Text   `f:"declined_reason,server,max=500"`
	AcceptedOn         value.Date   `f:"accepted_on,server"`
	AcceptedOffline    bool         `f:"accepted_offline,server,filter"`
	AcceptanceEvidence value.Text   `f:"acceptance_evidence,server,max=500"`
	Extensions         int64        `f:"extensions,server"`
	Extended           []Extension  `f:"extended,server,max=50"`
	ReportedOn         value.Date   `f:"reported_on,server"`
	ReportedSide       OwnerSide    `f:"reported_side,server"`
	ReportedBy         string       `f:"reported_by,server" class:"MIS"`
	Report             value.Text   `f:"report,server,max=1000"`
	Verification       Verification `f:"verification,server,filter"`
	VerifiedOn         value.Date   `f:"verified_on,server"`
	VerifiedBy         string       `f:"verified_by,server" class:"MIS"`
	ReopenedReason     value.Text   `f:"reopened_reason,server,max=500"`
	CancelReason       CancelReason `f:"cancel_reason,server"`
	CancelNote         value.Text   `f:"cancel_note,server,max=500"`
}

// States of an action (domain.md §2.7). Overdue and unanswered are computed.
const (
	Proposed        kind.State = "proposed"
	Accepted        kind.State = "accepted"
	Declined        kind.State = "declined"
	CounterProposed kind.State = "counter_proposed"
	InProgress      kind.State = "in_progress"
	ReportedDone    kind.State = "reported_done"
	VerifiedClosed  kind.State = "verified_closed"
	Reopened        kind.State = "reopened"
	Cancelled       kind.State = "cancelled"
	Expired         kind.State = "expired"
)

var _ = kind.Declare[Action](&Kinds, kind.Spec{
	Name:  "action",
	Class: kind.SHR,
	Scope: kind.ByUnit("unit"),
	Lists: kind.Lists{{Sort: "due"}, {By: "unit", Sort: "due"}, {By: "owner", Sort: "due"}, {By: "un_owner", Sort: "due"},
		{By: "state", Sort: "due"}, {By: "origin", Sort: "due"}, {By: "unit,state", Sort: "due"},
		// What each side owes, of the mission and of one's own units: the first thing that everybody reads.
		{By: "owner_side,state", Sort: "due"}, {By: "unit,owner_side,state", Sort: "due"}},
	Releasable: true,
	Sensitive:  sensitive,
	Draft:      []kind.Cond{kind.Is("pending", true)},
	Narrow: map[kind.Role][]kind.Cond{
		kind.Counterpart: {kind.NoneOf("session_type", string(Mentoring), string(Coaching))},
	},
	Questions: map[string]func(kind.Now) []kind.Cond{"overdue": overdue, "unanswered": unanswered, "owed": owed, "to_answer": toAnswer},
	Create:    kind.On(createAction),
	Replace:   kind.On(replaceAction),
	Flow: kind.Flow{
		States: []kind.State{Proposed, Accepted, Declined, CounterProposed, InProgress, ReportedDone, VerifiedClosed,
			Reopened, Cancelled, Expired},
		Edit:  []kind.State{Proposed},
		Verbs: actionVerbs,
	},
	Example: `{"text":{"lang":"fr","text":"Ajouter la colonne au registre"},"origin":{"kind":"session","id":"@session"},
"unit":{"kind":"unit","id":"@unit"},"owner_side":"host","owner":{"kind":"counterpart","id":"@counterpart"},
"due":"2026-12-01","priority":"normal"}`,
})

// Limits of the actions of one session.
const (
	maxActions     = 3  // new ones that stand (domain.md §1.5)
	maxActionsEver = 50 // with those that were cancelled
)

// Validate reports every broken rule of a that its tags cannot say.
func (a *Action) Validate(kind.Now) error {
	var c kind.Check
	is := func(sides ...OwnerSide) bool { return slices.Contains(sides, a.OwnerSide) }
	known := a.OwnerSide != ""
	c.Must(!is(HostSide, JointSide) || !a.Owner.IsZero(), "owner", "error.action.host_owner")
	c.Must(!known || is(HostSide, JointSide) || a.Owner.IsZero(), "owner", "error.action.not_the_owner")
	c.Must(!is(UNSide, JointSide) || !a.UNOwner.IsZero(), "un_owner", "error.action.un_owner")
	c.Must(!known || is(UNSide, JointSide) || a.UNOwner.IsZero(), "un_owner", "error.action.not_the_owner")
	c.Must(!is(PartnerSide) || a.Partner != "", "partner", "error.field.required")
	c.Must(!known || is(PartnerSide) || a.Partner == "", "partner", "error.action.not_the_owner")
	return c.Err()
}

// Overdue reports whether a is late on today, a day in the mission's time zone.
// It is the same rule for what the host owes and for what the UN owes.
func Overdue(a *Action, today value.Date) bool {
	return a.Due < today && (a.State == Accepted || a.State == InProgress)
}

// answerWithin is how many days a proposal may wait for its answer.
const answerWithin = 14

// Unanswered reports whether a proposal, or a counter-proposal, has waited for
// its answer too long on today, a day in the mission's time zone. It is the
// same rule whoever has to answer.
func Unanswered(a *Action, today value.Date) bool {
	waits := a.State == Proposed || a.State == CounterProposed
	return waits && a.AskedOn != "" && today > a.AskedOn.AddDays(answerWithin)
}

// overdue and unanswered ask the same of the store, for lists.
func overdue(now kind.Now) []kind.Cond {
	return []kind.Cond{kind.OneOf("state", string(Accepted), string(InProgress)),
		{Field: "due", Op: kind.Lt, Value: string(now.Today)}}
}

func unanswered(now kind.Now) []kind.Cond {
	return []kind.Cond{kind.OneOf("state", string(Proposed), string(CounterProposed)),
		{Field: "asked_on", Op: kind.Lt, Value: string(now.Today.AddDays(-answerWithin))}}
}

// owed asks for what was agreed and is still to be done: by its due date, what
// is overdue comes first.
func owed(kind.Now) []kind.Cond {
	return []kind.Cond{kind.OneOf("state", string(Accepted), string(InProgress), string(Reopened))}
}

// toAnswer asks for the proposals, and counter-proposals, that await an answer.
func toAnswer(kind.Now) []kind.Cond {
	return []kind.Cond{kind.OneOf("state", string(Proposed), string(CounterProposed))}
}

// Open reports whether something is still to come of a.
func (a *Action) Open() bool {
	return !slices.Contains([]kind.State{Declined, VerifiedClosed, Cancelled, Expired}, a.State)
}

// createAction gives a new action its code and ties it to its session. Of a
// session that the host reads, it goes to the host at once: an answer is awaited.
func createAction(w kind.World, a *Action) error {
	a.Code, a.ProposedSide, a.AskedOn = ActionCode(a.ID), sideOf(w), w.Today()
	s, err := fitAction(w, a)
	if err != nil || s == nil {
		return err
	}
	out, err := w.Released(s)
	if err != nil || !out {
		return err
	}
	var c kind.Check
	c.Must(!scanText(a.Text), "text", "error.action.scan")
	if err := c.Err(); err != nil {
		return err
	}
	a.ReleasedAt = w.Now()
	return w.Release(a)
}

// replaceAction holds a changed proposal to the same rules; the host reads the
// new text as soon as it read the old one.
func replaceAction(w kind.World, a *Action) error {
	var old Action
	ok, err := mission.Known(w, value.Ref{Kind: "action", ID: a.ID}, &old, "action")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(old.Origin == a.Origin, "origin", "error.field.fixed")
	_, err = fitAction(w, a)
	if err := c.Merge(err); err != nil {
		return err
	}
	out, err := w.Released(a)
	if err != nil {
		return err
	}
	c.Must(!out || !scanText(a.Text), "text", "error.action.scan")
	if err := c.Err(); err != nil || !out {
		return err
	}
	return w.Release(a)
}

// fitAction holds a to its session and answers it; nil if there is none for
// this writer.
func fitAction(w kind.World, a *Action) (*Session, error) {
	a.OriginalDue = a.Due
	if err := a.nameOwner(w); err != nil {
		return nil, err
	}
	var s Session
	ok, err := mission.Known(w, a.Origin, &s, "session")
	if err != nil || !ok {
		return nil, err
	}
	var c kind.Check
	if s.State == Voided || (s.State == Draft && !s.of(w.Actor())) {
		c.Must(false, "origin", "error.field.reference") // hidden reads as absent
		return nil, c.Err()
	}
	day, err := dayOf(w, &s)
	if err != nil {
		return nil, err
	}
	c.Must(s.State != Closed, "origin", "error.action.origin_closed")
	c.Must(a.Unit.IsZero() || a.Unit == s.Unit, "unit", "error.action.unit_of_origin")
	c.Must(a.Due == "" || a.Due >= day, "due", "error.action.before_origin")
	others, err := a.siblings(w, &s)
	if err != nil {
		return nil, err
	}
	c.Must(others < maxActions, "origin", "error.action.too_many", "Max", maxActions)
	a.Follow(&s)
	return &s, c.Err()
}

// siblings counts the other actions of s that stand.
func (a *Action) siblings(w kind.World, s *Session) (int, error) {
	acts, err := actionsOf(w, s)
	n := 0
	for _, o := range acts {
		if o.ID != a.ID && o.State != Cancelled {
			n++
		}
	}
	if len(acts) >= maxActionsEver {
		n = maxActions
	}
	return n, err
}

// Follow brings what a copies from its session up to date.
func (a *Action) Follow(s *Session) {
	a.Unit, a.SessionType, a.Counterparts, a.Pending = s.Unit, s.Type, s.Counterparts, s.State == Draft
}

// nameOwner writes down the UN's owner as the host may know him.
func (a *Action) nameOwner(w kind.World) error {
	a.UNOwnerText = NamedAdviser{}
	var p mission.Person
	ok, err := mission.Known(w, a.UNOwner, &p, "person")
	if err != nil || !ok {
		return err
	}
	a.UNOwnerText, err = namedAdviser(w, a.UNOwner, a.Unit, w.Today())
	return err
}

// publish puts a on the released shelf with the session it comes from. What was
// cancelled before is nobody's business there.
func (a *Action) publish(w kind.World) error {
	if a.State == Cancelled {
		return nil
	}
	a.ReleasedAt, a.AskedOn = w.Now(), w.Today() // the host can answer from now on
	if err := w.Put(a); err != nil {
		return err
	}
	return w.Release(a)
}

// dropWith ends an action whose session is voided.
func (a *Action) dropWith(w kind.World) error {
	if err := withdraw(w, a); err != nil {
		return err
	}
	if !a.Open() {
		return nil
	}
	a.State, a.CancelReason = Cancelled, CancelOriginVoided
	return w.Put(a)
}

// sideOf is the side that the actor speaks for.
func sideOf(w kind.World) OwnerSide {
	if w.Actor().Side() == kind.Host {
		return HostSide
	}
	return UNSide
}

// ActionCode makes an action's code from its id, so that a code tells neither
// how many actions there are nor which are hidden (domain.md §5.3), and an
// action that is sent twice keeps it. It is a hash, since ids made by others
// may be alike in part: 48 bits leave one chance in 50,000 that two of 100,000
// actions meet.
func ActionCode(id string) value.Code {
	sum := sha256.Sum256([]byte(id))
	return value.Code(fmt.Sprintf("A-%X-%X-%X", sum[:2], sum[2:4], sum[4:6]))
}
