package mentoring

import (
	"slices"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// ContestField is the part of a session that is contested.
type ContestField string

// Values lists the parts.
func (ContestField) Values() []string {
	return []string{"summary", "observations", "advice_given", "participants", "outcome", "time", "place", "host_position", "other"}
}

// Grounds is why something is contested.
type Grounds string

// Values lists the grounds.
func (Grounds) Values() []string {
	return []string{"factual_error", "incomplete", "unfair", "not_discussed", "mistranslated", "personal_data", "other"}
}

// ContestOutcome is what a decision says: the record is upheld or amended.
type ContestOutcome string

// The outcomes of a contest.
const (
	Upheld  ContestOutcome = "upheld"
	Amended ContestOutcome = "amended"
)

// Values lists the outcomes.
func (ContestOutcome) Values() []string { return []string{string(Upheld), string(Amended)} }

// DecidingOffice signs a decision in place of the person who took it (domain.md §5.7).
type DecidingOffice string

// The offices that decide.
const (
	ByTeamLeader DecidingOffice = "team_leader"
	ByLeader     DecidingOffice = "leader"
)

// Values lists the offices that decide.
func (DecidingOffice) Values() []string { return []string{string(ByTeamLeader), string(ByLeader)} }

// Decision is one reasoned answer to a contest.
type Decision struct {
	Outcome ContestOutcome `f:"outcome,required"`
	Reasons value.Text     `f:"reasons,required,max=2000"`
	On      value.Date     `f:"on,required"`
	Office  DecidingOffice `f:"office,required"`
}

// Contest is a host objection to a released session, and what came of it
// (domain.md §2.6, §5.4 H7, §5.7). It is answered with reasons that the host
// reads, signed by the office; once, the host may take the answer further.
type Contest struct {
	kind.Head
	Session     value.Ref    `f:"session,required,filter" to:"session"`
	Field       ContestField `f:"field,required,filter"`
	Grounds     Grounds      `f:"grounds,required,filter"`
	Statement   value.Text   `f:"statement,required,max=2000,title"`
	AuthorText  Author       `f:"author_text,server"`
	FiledOn     value.Date   `f:"filed_on,server,sort"`
	Due         value.Date   `f:"due,server,filter,sort"` // of the answer that is awaited
	Decisions   []Decision   `f:"decisions,server,max=2"`
	EscalatedOn value.Date   `f:"escalated_on,server"`
	Escalation  value.Text   `f:"escalation,server,max=2000"` // why the answer did not satisfy
	WithdrawnOn value.Date   `f:"withdrawn_on,server"`

	// Copies of the session's: who may read the contest, and who may not decide it.
	Unit         value.Ref   `f:"unit,server,filter" to:"unit"`
	Counterparts []value.Ref `f:"counterparts,server,owner,max=10" to:"counterpart"`
	Advisers     []value.Ref `f:"advisers,server,owner,max=6" to:"person" class:"MIS"`
	RecordedBy   string      `f:"recorded_by,server" class:"MIS"`
	ApprovedBy   string      `f:"approved_by,server" class:"MIS"`
	ReleasedBy   string      `f:"released_by,server" class:"MIS"`
	DecidedBy    string      `f:"decided_by,server" class:"MIS"`
}

// States of a contest. Upheld and amended may be escalated, final may not.
const (
	ContestOpen      kind.State = "open"
	ContestUpheld    kind.State = "upheld"
	ContestAmended   kind.State = "amended"
	ContestEscalated kind.State = "escalated"
	ContestFinal     kind.State = "final"
	ContestWithdrawn kind.State = "withdrawn"
)

var _ = kind.Declare[Contest](&Kinds, kind.Spec{
	Name:       "contest",
	Class:      kind.SHR,
	Scope:      kind.ByUnit("unit"),
	Lists:      kind.Lists{{Sort: "due"}, {By: "session", Sort: "-filed_on"}, {By: "state", Sort: "due"}, {By: "unit", Sort: "due"}},
	Releasable: true,
	Sensitive:  sensitive,
	Questions:  map[string]func(kind.Now) []kind.Cond{"overdue": contestOverdue},
	Fixed:      true,
	Create:     kind.On(createContest),
	Flow: kind.Flow{
		States: []kind.State{ContestOpen, ContestUpheld, ContestAmended, ContestEscalated, ContestFinal, ContestWithdrawn},
		Verbs: kind.Verbs{
			{Name: "decide", From: kind.From(ContestOpen, ContestEscalated), Do: kind.Do(decide), Destructive: true,
				Unlike:  []string{"recorded_by", "advisers", "approved_by", "released_by", "decided_by"},
				Example: `{"outcome":"upheld","reasons":{"lang":"fr","text":"Le registre a été relu."}}`},
			{Name: "escalate", From: kind.From(ContestUpheld, ContestAmended), To: ContestEscalated, Do: kind.Do(escalate),
				Example: `{"reason":{"lang":"fr","text":"La réponse ne dit rien des deux dernières fiches."}}`},
			{Name: "withdraw", From: kind.From(ContestOpen, ContestEscalated), To: ContestWithdrawn, Do: kind.On(takeBack), Destructive: true},
		},
	},
	Example: `{"session":{"kind":"session","id":"@session"},"field":"observations","grounds":"factual_error",
"statement":{"lang":"fr","text":"Le registre était complet."}}`,
})

// Working days within which the host contests after the release, and within
// which the UN answers (domain.md §5.4 H7).
const (
	contestWithin = answerDays
	decideWithin  = 10
)

// pending are the states in which an answer is awaited.
var pending = []kind.State{ContestOpen, ContestEscalated}

// Awaited reports whether c awaits an answer.
func (c *Contest) Awaited() bool { return slices.Contains(pending, c.State) }

// contestOverdue asks for the contests whose answer is late.
func contestOverdue(now kind.Now) []kind.Cond {
	return []kind.Cond{kind.OneOf("state", string(ContestOpen), string(ContestEscalated)),
		{Field: "due", Op: kind.Lt, Value: string(now.Today)}}
}

// ContestOverdue reports whether the answer to c is late on today, a day in the
// mission's time zone.
func ContestOverdue(c *Contest, today value.Date) bool {
	return c.Awaited() && c.Due < today
}

// createContest files an objection within 15 working days of the release,
// whether the session was acknowledged or not. A counterpart contests what
// names him, a commander what concerns his units.
func createContest(w kind.World, c *Contest) error {
	if err := hostOnly(w); err != nil {
		return err
	}
	var s Session
	ok, err := mission.Known(w, c.Session, &s, "session")
	if err != nil || !ok {
		return err
	}
	if err := contestable(w, &s); err != nil {
		return err
	}
	full, err := full(w, "contest", &s, maxContested)
	if err != nil {
		return err
	}
	if full {
		return kind.E(kind.CodeConflict, "error.contest.too_many", nil)
	}
	if c.AuthorText, err = authorOf(w, &s); err != nil {
		return err
	}
	c.FiledOn, c.Due, c.ReleasedAt = w.Today(), addWorkingDays(w.Today(), decideWithin), w.Now()
	c.follow(&s)
	if err := w.Release(c); err != nil {
		return err
	}
	return s.become(w, Contested)
}

func (c *Contest) follow(s *Session) {
	c.Unit, c.Counterparts, c.Advisers = s.Unit, s.Counterparts, s.Advisers
	c.RecordedBy, c.ApprovedBy, c.ReleasedBy = s.CreatedBy, s.ApprovedBy, s.ReleasedBy
}

// Concerns reports whether what is said to counterparts is for a of the host
// side to answer: a commander answers for his units, a counterpart for what names
// him (domain.md §5.7).
func Concerns(a kind.Actor, counterparts []value.Ref) bool {
	return a.Has(kind.Commander) || names(counterparts, a.Person)
}

// ContestUntil is the last day on which a session may be contested that was
// released on a day; both are days in the mission's time zone.
func ContestUntil(released value.Date) value.Date {
	return addWorkingDays(released, contestWithin+1).AddDays(-1)
}

// contestable refuses who may not contest s, and when it is too late.
func contestable(w kind.World, s *Session) error {
	if !Concerns(w.Actor(), s.Counterparts) {
		return kind.E(kind.CodeForbidden, "error.session.contest_not_named", nil)
	}
	if err := s.discussable(w); err != nil {
		return err
	}
	released, err := releasedOn(w, s)
	if err != nil {
		return err
	}
	if w.Today() > ContestUntil(released) {
		return kind.E(kind.CodeConflict, "error.session.contest_late", nil)
	}
	return nil
}

// releasedOn is the day in the mission on which s was released.
func releasedOn(w kind.World, s *Session) (value.Date, error) {
	m, err := mission.Own(w)
	if err != nil {
		return "", err
	}
	loc, err := m.Location()
	if err != nil {
		return "", err
	}
	return value.DateOf(s.ReleasedAt.In(loc)), nil
}

// become writes a state of s that a contest brings, on both shelves.
func (s *Session) become(w kind.World, to kind.State) error {
	s.State = to
	if err := w.Put(s); err != nil {
		return err
	}
	return w.Release(s)
}

// EscalateInput says why the answer does not satisfy.
type EscalateInput struct {
	Reason value.Text `f:"reason,required,max=2000"`
}

// escalate takes an answer further, once.
func escalate(w kind.World, c *Contest, in *EscalateInput) error {
	s, err := c.contested(w)
	if err != nil {
		return err
	}
	if err := s.discussable(w); err != nil {
		return err
	}
	c.EscalatedOn, c.Escalation, c.Due = w.Today(), in.Reason, addWorkingDays(w.Today(), decideWithin)
	if err := w.Release(c); err != nil {
		return err
	}
	return s.become(w, Contested)
}

// takeBack ends a contest that its side no longer wants answered.
func takeBack(w kind.World, c *Contest) error {
	s, err := c.contested(w)
	if err != nil {
		return err
	}
	c.WithdrawnOn = w.Today()
	if err := w.Release(c); err != nil {
		return err
	}
	to, err := s.after(w, c)
	if err != nil {
		return err
	}
	return s.become(w, to)
}

// contested is the session of c, for the host's own verbs: those of who filed
// the contest and of the commander.
func (c *Contest) contested(w kind.World) (*Session, error) {
	a := w.Actor()
	if a.Side() != kind.Host {
		return nil, kind.E(kind.CodeForbidden, "error.session.host_only", nil)
	}
	if !a.Has(kind.Commander) && c.CreatedBy != a.Person {
		return nil, kind.E(kind.CodeForbidden, "error.contest.not_yours", nil)
	}
	var s Session
	return &s, w.Get(c.Session, &s)
}

// after is the state of s once c awaits no answer any more: contested while
// another one does; what was acknowledged, and not amended since, still is.
func (s *Session) after(w kind.World, c *Contest) (kind.State, error) {
	none, err := w.None("contest", kind.Is("session.id", s.ID), kind.OneOf("state", string(ContestOpen), string(ContestEscalated)),
		kind.Cond{Field: "id", Op: kind.Ne, Value: c.ID})
	switch {
	case err != nil:
		return "", err
	case !none:
		return Contested, nil
	case s.AcknowledgedOn != "":
		return Acknowledged, nil
	}
	return Released, nil
}

// DecideInput decides a contest. An amendment brings the new content of what it
// amends; the old stays in the history.
type DecideInput struct {
	Outcome      ContestOutcome `f:"outcome,required"`
	Reasons      value.Text     `f:"reasons,required,max=2000"`
	Summary      value.Text     `f:"summary,max=2000"`
	Advice       value.Text     `f:"advice_given,max=1500"`
	Observations []Observation  `f:"observations,max=10"`
	Participants []Participants `f:"participants,max=12"`
	HostPosition HostPosition   `f:"host_position"`
	Place        value.Text     `f:"place,max=120"`
	ScanResolved bool           `f:"scan_resolved"`
}

// decide answers a contest with reasons that the host reads, signed by the
// office. Nobody decides who recorded, held, approved or released the session,
// or decided before. What was amended waits for a new acknowledgement;
// otherwise an earlier one still holds.
func decide(w kind.World, c *Contest, in *DecideInput) error {
	if c.above(w) {
		return kind.E(kind.CodeForbidden, "error.contest.leader_only", nil)
	}
	var s Session
	if err := w.Get(c.Session, &s); err != nil {
		return err
	}
	if err := in.amend(&s); err != nil {
		return err
	}
	if in.Outcome == Amended {
		checks, err := presentable(w, &s, nil)
		if err != nil {
			return err
		}
		if err := kind.Unmet(checks, resolved(in.ScanResolved)); err != nil {
			return err
		}
		s.AcknowledgedOn, s.AcknowledgedBy = "", ""
	}
	in.answer(w, c)
	if err := w.Release(c); err != nil {
		return err
	}
	to, err := s.after(w, c)
	if err != nil {
		return err
	}
	if err := share(w, &s); err != nil {
		return err
	}
	return s.become(w, to)
}

// above reports whether c is for another office than the actor's: what a team
// leader decided and the host escalated is decided by the leader.
func (c *Contest) above(w kind.World) bool {
	n := len(c.Decisions)
	return n > 0 && c.Decisions[n-1].Office == ByTeamLeader && !w.Actor().Has(kind.Leader)
}

// amend puts the new content into s. Only an amendment brings any.
func (in *DecideInput) amend(s *Session) error {
	changed := 0
	set := func(given bool, do func()) {
		if given {
			changed++
			do()
		}
	}
	set(in.Summary.Text != "", func() { s.Summary = in.Summary })
	set(in.Advice.Text != "", func() { s.Advice = in.Advice })
	set(len(in.Observations) > 0, func() { s.Observations = in.Observations })
	set(len(in.Participants) > 0, func() { s.Participants = in.Participants })
	set(in.HostPosition != "", func() { s.HostPosition = in.HostPosition })
	set(in.Place.Text != "", func() { s.Place = in.Place })
	var c kind.Check
	c.Must((in.Outcome == Amended) == (changed > 0), "outcome", "error.session.amendment")
	return c.Err()
}

// answer writes the decision down.
func (in *DecideInput) answer(w kind.World, c *Contest) {
	d := Decision{Outcome: in.Outcome, Reasons: in.Reasons, On: w.Today(), Office: ByTeamLeader}
	if w.Actor().Has(kind.Leader) {
		d.Office = ByLeader
	}
	c.Decisions = append(c.Decisions[:len(c.Decisions):len(c.Decisions)], d)
	c.DecidedBy = w.Actor().Person
	switch {
	case c.EscalatedOn != "":
		c.State = ContestFinal
	case in.Outcome == Amended:
		c.State = ContestAmended
	default:
		c.State = ContestUpheld
	}
}

// dropSaid takes what was said about a voided session off the host's shelf, and
// ends what was still to be answered.
func dropSaid(w kind.World, s *Session) error {
	of := []kind.Cond{kind.Is("session.id", s.ID)}
	if err := w.Find("session_comment", of, maxSaid, func(rec any) error { return withdraw(w, rec) }); err != nil {
		return err
	}
	return w.Find("contest", of, maxSaid, func(rec any) error {
		c := rec.(*Contest)
		if slices.Contains(pending, c.State) {
			c.State, c.WithdrawnOn = ContestWithdrawn, w.Today()
			if err := w.Put(c); err != nil {
				return err
			}
		}
		return withdraw(w, c)
	})
}
