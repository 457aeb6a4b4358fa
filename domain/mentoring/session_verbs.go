package mentoring

import (
	"colocate/domain/kind"
	"colocate/domain/value"
)

// sessionVerbs is the life of a session (domain.md §2.6). Unlike holds the four
// eyes of V6; of what is submitted, updated_by is who submitted it: whoever is
// named on a session may finish it for its author, and then has had a hand in it.
var sessionVerbs = kind.Verbs{
	{Name: "submit", From: kind.From(Draft, Returned), To: Submitted, Do: kind.On(submit)},
	{Name: "return", From: kind.From(Submitted), To: Returned, Unlike: []string{"created_by"}, Do: kind.Do(giveBack),
		Example: `{"reason":"judgement"}`},
	{Name: "approve", From: kind.From(Submitted), To: Approved, Unlike: []string{"created_by", "advisers", "updated_by"},
		Do: kind.On(approve)},
	{Name: "close_internal", From: kind.From(Approved), To: Closed, Destructive: true},
	{Name: "release", From: kind.From(Approved), To: Released, Unlike: []string{"created_by"}, Do: kind.Do(release),
		Checks: kind.Checks(releaseChecks), Destructive: true, Example: `{"scan_resolved":true}`},
	{Name: "acknowledge", From: kind.From(Released), To: Acknowledged, Do: kind.On(acknowledge)},
	{Name: "refuse", From: kind.From(Released), Do: kind.Do(refuse), Destructive: true,
		Example: `{"reason":{"lang":"fr","text":"La date est inexacte."}}`},
	{Name: "close", From: kind.From(Acknowledged), To: Closed, Do: kind.On(closeSession)},
	{Name: "void", Never: []kind.State{Closed, Voided}, To: Voided, Do: kind.Do(void), Destructive: true,
		Example: `{"reason":"Recorded twice"}`},
}

// ReturnReason is why a session goes back to its author.
type ReturnReason string

// ReturnOther is the reason that needs a note.
const ReturnOther ReturnReason = "other"

// Values lists the reasons.
func (ReturnReason) Values() []string {
	return []string{"personal_data", "judgement", "action_incomplete", "objective_missing", "incomplete", string(ReturnOther)}
}

// submit hands a finished session in. What hung on the draft, hidden with it,
// comes to light, and what it reviewed of earlier sessions is carried on by it.
func submit(w kind.World, s *Session) error {
	var c kind.Check
	s.complete(&c)
	if err := c.Err(); err != nil {
		return err
	}
	if err := uncover(w, s); err != nil {
		return err
	}
	return carry(w, s)
}

// uncover ends the hiding of the actions and the annex of a draft, and brings
// what they copy from the session up to date.
func uncover(w kind.World, s *Session) error {
	acts, err := actionsOf(w, s)
	if err != nil {
		return err
	}
	for _, a := range acts {
		a.Follow(s)
		if err := w.Put(a); err != nil {
			return err
		}
	}
	n, err := annexOf(w, s)
	if err != nil || n == nil {
		return err
	}
	n.Follow(s)
	return w.Put(n)
}

// carry marks the open actions that s reviewed as carried on by it, so that the
// sessions they come from can be closed.
func carry(w kind.World, s *Session) error {
	for _, ref := range s.PriorActions {
		var a Action
		if err := w.Get(ref, &a); err != nil {
			return err
		}
		if !a.Open() || a.Origin == s.ref() {
			continue
		}
		a.CarriedTo = s.ref()
		if err := w.Put(&a); err != nil {
			return err
		}
	}
	return nil
}

// actionsOf lists the actions that come from s.
func actionsOf(w kind.World, s *Session) ([]*Action, error) {
	var acts []*Action
	err := w.Find("action", []kind.Cond{kind.Is("origin.id", s.ID)}, maxActionsEver, func(rec any) error {
		acts = append(acts, rec.(*Action))
		return nil
	})
	return acts, err
}

// annexOf is the annex of s, nil if it has none.
func annexOf(w kind.World, s *Session) (*Annex, error) {
	var n *Annex
	err := w.Find("session_annex", []kind.Cond{kind.Is("session.id", s.ID)}, 1, func(rec any) error {
		n = rec.(*Annex)
		return nil
	})
	return n, err
}

// ReturnInput says why a session goes back.
type ReturnInput struct {
	Reason ReturnReason `f:"reason,required"`
	Note   value.Text   `f:"note,max=500"`
}

// giveBack returns a session to its author.
func giveBack(_ kind.World, s *Session, in *ReturnInput) error {
	var c kind.Check
	c.Must(in.Reason != ReturnOther || in.Note.Text != "", "note", "error.field.required")
	s.ReturnReason, s.ReturnNote = in.Reason, in.Note
	return c.Err()
}

// approve accepts a session as a true record.
func approve(w kind.World, s *Session) error {
	s.ApprovedBy = w.Actor().Person
	s.ReturnReason, s.ReturnNote = "", value.Text{}
	return nil
}

// closeSession ends a session of which nothing is open any more: every action
// is closed, or carried on by a later session.
func closeSession(w kind.World, s *Session) error {
	acts, err := actionsOf(w, s)
	if err != nil {
		return err
	}
	left := 0
	for _, a := range acts {
		if a.Open() && a.CarriedTo.IsZero() {
			left++
		}
	}
	if left > 0 {
		return &kind.Error{Code: kind.CodeConflict, Key: "error.session.open_actions", Args: map[string]any{"Count": left}}
	}
	return w.Release(s)
}

// VoidInput says why a record should never have been.
type VoidInput struct {
	Reason string `f:"reason,required,max=500"`
}

// void takes a session out of every list and off every host shelf, with the
// open actions that come from it. An author voids a draft of his own, a team
// leader what is not his own (domain.md §5.7, "voided"): who held a session is
// its author too.
func void(w kind.World, s *Session, in *VoidInput) error {
	var was Session
	if err := w.Get(s.ref(), &was); err != nil { // the state it comes from
		return err
	}
	switch a := w.Actor(); {
	case s.of(a) && was.State != Draft:
		return kind.E(kind.CodeConflict, "error.session.void_own", nil)
	case a.Person != s.CreatedBy && !a.Has(kind.TeamLeader):
		return kind.E(kind.CodeForbidden, "error.session.void_other", nil)
	}
	s.VoidedReason = in.Reason
	if err := withdraw(w, s); err != nil {
		return err
	}
	if err := dropSaid(w, s); err != nil {
		return err
	}
	if err := uncarry(w, s); err != nil {
		return err
	}
	acts, err := actionsOf(w, s)
	if err != nil {
		return err
	}
	for _, a := range acts {
		if err := a.dropWith(w); err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes rec off the released shelf if it is there.
func withdraw(w kind.World, rec any) error {
	out, err := w.Released(rec)
	if err != nil || !out {
		return err
	}
	return w.Withdraw(rec)
}

// uncarry gives the actions that s carried on back to their own sessions.
func uncarry(w kind.World, s *Session) error {
	for _, ref := range s.PriorActions {
		var a Action
		if err := w.Get(ref, &a); err != nil {
			return err
		}
		if a.CarriedTo != s.ref() {
			continue
		}
		a.CarriedTo = value.Ref{}
		if err := w.Put(&a); err != nil {
			return err
		}
	}
	return nil
}
