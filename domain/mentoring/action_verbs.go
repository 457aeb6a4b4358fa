package mentoring

import (
	"colocate/domain/kind"
	"colocate/domain/value"
)

// actionVerbs is the life of an action (domain.md §2.7, §5.7 "action"). Whose
// turn it is, each verb asks by side; which persons of a side, the policy.
var actionVerbs = kind.Verbs{
	{Name: "accept", From: kind.From(Proposed, CounterProposed), To: Accepted, Do: act(accept),
		Example: `{"accepted_offline":true,"evidence":{"lang":"fr","text":"Lettre du commissaire du 12 octobre"}}`},
	{Name: "decline", From: kind.From(Proposed, CounterProposed), To: Declined, Do: act(decline), Destructive: true,
		Example: `{"reason":{"lang":"fr","text":"Le budget est épuisé."}}`},
	{Name: "counter_propose", From: kind.From(Proposed), To: CounterProposed, Do: act(counterPropose),
		Example: `{"due":"2026-12-15"}`},
	{Name: "start", From: kind.From(Accepted, Reopened), To: InProgress, Do: act(start), Example: `{}`},
	{Name: "report_done", From: kind.From(Accepted, InProgress, Reopened), To: ReportedDone, Do: act(reportDone),
		Example: `{"report":{"lang":"fr","text":"La colonne est en service."}}`},
	{Name: "verify", From: kind.From(ReportedDone), To: VerifiedClosed, Do: act(verify),
		Example: `{"verification":"seen_on_site"}`},
	{Name: "reopen", From: kind.From(ReportedDone), To: Reopened, Do: act(reopen),
		Example: `{"reason":{"lang":"fr","text":"Deux fiches sur vingt sont vides."}}`},
	{Name: "extend", From: kind.From(Accepted, InProgress, Reopened), Do: act(extend),
		Example: `{"due":"2026-12-20","reason":{"lang":"fr","text":"Registre en réimpression"}}`},
	{Name: "cancel", From: kind.From(Proposed, CounterProposed, Accepted, InProgress, Reopened), To: Cancelled,
		Do: act(cancel), Destructive: true, Example: `{"reason":"superseded"}`},
}

// act makes a verb's Action of f: who read the action before reads it as it is
// now.
func act[In any](f func(w kind.World, a *Action, in *In) error) kind.Action {
	return kind.Do(func(w kind.World, a *Action, in *In) error {
		if err := f(w, a, in); err != nil {
			return err
		}
		out, err := w.Released(a)
		if err != nil || !out {
			return err
		}
		return w.Release(a)
	})
}

// Answering is the side whose answer a waits for.
func (a *Action) Answering() OwnerSide {
	switch {
	case a.CounterSide != "":
		return a.CounterSide.Other()
	case a.OwnerSide == JointSide:
		return a.ProposedSide.Other()
	case a.OwnerSide == PartnerSide:
		return UNSide
	}
	return a.OwnerSide
}

// TurnOf reports whether verb is for side to say of a: an answer for the side
// that is asked, the work for the side that owes it, the judgement of it for
// the other side, taking back for the side that proposed. It is what a page asks
// before it offers the verb; that the state and the policy allow it, the engine
// knows. That the UN may record the host's written acceptance is left out.
func (a *Action) TurnOf(verb string, side OwnerSide) bool {
	switch verb {
	case "accept", "decline", "counter_propose":
		return side == a.Answering()
	case "start", "report_done", "extend":
		return a.owedBy(side)
	case "verify", "reopen":
		return side == a.Judging()
	case "cancel":
		return side == a.ProposedSide
	}
	return true
}

// owedBy reports whether side owns a: either side owns a joint action, and the
// UN speaks for a partner.
func (a *Action) owedBy(side OwnerSide) bool {
	return a.OwnerSide == JointSide || a.OwnerSide == side || (a.OwnerSide == PartnerSide && side == UNSide)
}

// owes refuses whoever is not on the side that owns a.
func (a *Action) owes(w kind.World) error {
	if !a.owedBy(sideOf(w)) {
		return kind.E(kind.CodeForbidden, "error.action.owner_side", nil)
	}
	return nil
}

// AcceptInput records a written acceptance, where the host gave one on paper.
type AcceptInput struct {
	AcceptedOffline bool       `f:"accepted_offline"`
	Evidence        value.Text `f:"evidence,max=500"` // which paper, where it is kept
}

// accept takes an action on, or agrees to a counter-proposal. For the host a UN
// account may do so only on the host's written acceptance (domain.md §2.7).
func accept(w kind.World, a *Action, in *AcceptInput) error {
	offline := in.AcceptedOffline && in.Evidence.Text != ""
	if turn := a.Answering(); sideOf(w) != turn {
		if turn != HostSide || !offline {
			return kind.E(kind.CodeForbidden, "error.action.not_your_answer", nil)
		}
		a.AcceptedOffline, a.AcceptanceEvidence = true, in.Evidence
	}
	a.AcceptedOn = w.Today()
	if a.CounterSide == "" {
		return nil
	}
	if a.CounterDue != "" {
		a.Due, a.OriginalDue = a.CounterDue, a.CounterDue
	}
	if a.CounterText.Text != "" {
		a.Text = a.CounterText
	}
	a.dropCounter()
	return nil
}

func (a *Action) dropCounter() {
	a.CounterSide, a.CounterDue, a.CounterText, a.CounterReason = "", "", value.Text{}, value.Text{}
}

// DeclineInput says why not.
type DeclineInput struct {
	Reason value.Text `f:"reason,required,max=500"`
}

// decline refuses a proposal or a counter-proposal, whoever's turn it is.
func decline(w kind.World, a *Action, in *DeclineInput) error {
	if sideOf(w) != a.Answering() {
		return kind.E(kind.CodeForbidden, "error.action.not_your_answer", nil)
	}
	a.DeclinedReason = in.Reason
	return nil
}

// CounterInput proposes another date, other words, or both.
type CounterInput struct {
	Due    value.Date `f:"due"`
	Text   value.Text `f:"text,max=500"`
	Reason value.Text `f:"reason,max=500"`
}

// counterPropose answers a proposal with another one, which waits for the side
// that proposed.
func counterPropose(w kind.World, a *Action, in *CounterInput) error {
	side := sideOf(w)
	if side != a.Answering() {
		return kind.E(kind.CodeForbidden, "error.action.not_your_answer", nil)
	}
	var c kind.Check
	c.Must(in.Due != "" || in.Text.Text != "", "due", "error.action.counter_empty")
	c.Must(in.Due == "" || in.Due >= w.Today(), "due", "error.action.due_past")
	a.CounterSide, a.CounterDue, a.CounterText, a.CounterReason = side, in.Due, in.Text, in.Reason
	a.AskedOn = w.Today()
	return c.Err()
}

// StartInput may name what the action waits for.
type StartInput struct {
	BlockedBy Blocker `f:"blocked_by"`
}

// start records that the owner is at it.
func start(w kind.World, a *Action, in *StartInput) error {
	a.BlockedBy = in.BlockedBy
	return a.owes(w)
}

// ReportInput may say what was done.
type ReportInput struct {
	Report value.Text `f:"report,max=1000"`
}

// reportDone is the owner's word that it is done.
func reportDone(w kind.World, a *Action, in *ReportInput) error {
	a.ReportedOn, a.ReportedSide, a.ReportedBy = w.Today(), sideOf(w), w.Actor().Person
	a.Report, a.BlockedBy = in.Report, ""
	return a.owes(w)
}

// judges refuses whoever may not say whether a reported action is done: the
// other side says so, for a partner's another person of the UN (V6).
func (a *Action) judges(w kind.World) error {
	if w.Actor().Person == a.ReportedBy {
		return kind.E(kind.CodeConflict, "error.action.four_eyes", nil)
	}
	if sideOf(w) != a.Judging() {
		return kind.E(kind.CodeForbidden, "error.action.other_side", nil)
	}
	return nil
}

// Judging is the side that says whether a reported action is done.
func (a *Action) Judging() OwnerSide {
	if a.OwnerSide == PartnerSide {
		return UNSide
	}
	return a.ReportedSide.Other()
}

// VerifyInput says how it was seen.
type VerifyInput struct {
	Verification Verification `f:"verification,required"`
}

// verify closes a reported action: the UN what the host did, the host what the
// UN did.
func verify(w kind.World, a *Action, in *VerifyInput) error {
	a.Verification, a.VerifiedOn, a.VerifiedBy = in.Verification, w.Today(), w.Actor().Person
	return a.judges(w)
}

// ReopenInput says what is missing.
type ReopenInput struct {
	Reason value.Text `f:"reason,required,max=500"`
}

// reopen gives a reported action back.
func reopen(w kind.World, a *Action, in *ReopenInput) error {
	a.ReopenedReason = in.Reason
	return a.judges(w)
}

// ExtendInput moves the due date.
type ExtendInput struct {
	Due       value.Date `f:"due,required"`
	Reason    value.Text `f:"reason,required,max=500"`
	BlockedBy Blocker    `f:"blocked_by"`
}

// freeExtensions is how often an owner may move the date himself.
const freeExtensions = 2

// extend moves the due date. From the third time on it takes the team leader or
// the commander of the owner's side.
func extend(w kind.World, a *Action, in *ExtendInput) error {
	if err := a.owes(w); err != nil {
		return err
	}
	lead := w.Actor().Has(kind.TeamLeader) || w.Actor().Has(kind.Commander)
	if a.Extensions >= freeExtensions && !lead {
		return kind.E(kind.CodeForbidden, "error.action.third_extension", nil)
	}
	var c kind.Check
	c.Must(in.Due > a.Due, "due", "error.field.order")
	a.Extensions++
	a.Extended = append(a.Extended[:len(a.Extended):len(a.Extended)], Extension{From: a.Due, To: in.Due, Reason: in.Reason, On: w.Today()})
	a.Due, a.BlockedBy = in.Due, in.BlockedBy
	return c.Err()
}

// CancelInput says why.
type CancelInput struct {
	Reason CancelReason `f:"reason,required"`
	Note   value.Text   `f:"note,max=500"`
}

// cancel takes a proposal back. One that nobody answered before it was due has
// expired.
func cancel(w kind.World, a *Action, in *CancelInput) error {
	if sideOf(w) != a.ProposedSide {
		return kind.E(kind.CodeForbidden, "error.action.proposing_side", nil)
	}
	var c kind.Check
	c.Must(in.Reason != CancelOriginVoided, "reason", "error.action.only_by_void")
	c.Must(in.Reason != CancelOther || in.Note.Text != "", "note", "error.field.required")
	if in.Reason == CancelExpired {
		c.Must(a.AcceptedOn == "" && a.Due < w.Today(), "reason", "error.action.not_expired")
		a.State = Expired
	}
	a.CancelReason, a.CancelNote = in.Reason, in.Note
	a.dropCounter()
	return c.Err()
}
