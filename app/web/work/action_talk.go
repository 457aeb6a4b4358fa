package work

import (
	"colocate/app/web/ui"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// turn is one thing that a side did to an action, in a sentence, with the words
// that it wrote to it.
type turn struct {
	what          string
	words, reason value.Text
}

// spokenBy are the turns of one side, in the order in which they came: proposal,
// answer, report, judgement. What was overwritten since is in the history.
func spokenBy(p ui.Page, r ui.Rec, side mentoring.OwnerSide) []turn {
	var out []turn
	say := func(by mentoring.OwnerSide, key, day string, words, reason value.Text) {
		if by == side {
			out = append(out, turn{p.T(key, map[string]any{"Date": p.Date(day)}), words, reason})
		}
	}
	a := facts(r)
	say(a.ProposedSide, "page.action.turn_proposed", r.Str("original_due"), value.Text{}, value.Text{})
	if a.CounterSide != "" {
		say(a.CounterSide, counterKey(r), r.Str("counter_due"), r.Said("counter_text"), r.Said("counter_reason"))
	}
	if day := r.Str("accepted_on"); day != "" {
		say(a.Answering(), acceptKey(r), day, r.Said("acceptance_evidence"), value.Text{})
	}
	if r.State() == string(mentoring.Declined) {
		say(a.Answering(), "page.action.turn_declined", "", r.Said("declined_reason"), value.Text{})
	}
	if day := r.Str("reported_on"); day != "" {
		say(a.ReportedSide, "page.action.turn_reported", day, r.Said("report"), value.Text{})
	}
	judge := a.Judging()
	if day := r.Str("verified_on"); day != "" {
		say(judge, "page.action.turn_verified", day, value.Text{}, value.Text{})
	}
	if r.Has("reopened_reason") {
		say(judge, "page.action.turn_reopened", "", r.Said("reopened_reason"), value.Text{})
	}
	if r.Has("cancel_reason") {
		say(a.ProposedSide, "page.action.turn_cancelled", "", r.Said("cancel_note"), value.Text{})
	}
	return out
}

// counterKey says whether another date was proposed.
func counterKey(r ui.Rec) string {
	if r.Has("counter_due") {
		return "page.action.turn_countered"
	}
	return "page.action.turn_reworded"
}

// acceptKey says whether an action was accepted here or on paper.
func acceptKey(r ui.Rec) string {
	if r.Bool("accepted_offline") {
		return "page.action.turn_accepted_paper"
	}
	return "page.action.turn_accepted"
}

// turnText says for whom an action waits, where that is not the reader; "" where
// he has something to do himself.
func (v actionView) turnText(p ui.Page) string {
	a := facts(v.rec)
	switch {
	case asked(v.rec) && !a.TurnOf("accept", own(p)):
		return p.Say(waitsKey(own(p).Other()))
	case v.rec.State() == string(mentoring.ReportedDone) && !a.TurnOf("verify", own(p)):
		return p.Say("page.action.waits_judge")
	case len(answers(v.verbs)) == 0:
		return p.Say("page.action.waits_none")
	}
	return ""
}

func waitsKey(side mentoring.OwnerSide) string {
	if side == mentoring.HostSide {
		return "page.action.waits_host"
	}
	return "page.action.waits_un"
}
