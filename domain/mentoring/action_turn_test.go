package mentoring_test

import (
	"testing"

	"colocate/domain/mentoring"
)

// TestTurnOf: what a page offers to a side is what the rule lets that side do.
func TestTurnOf(t *testing.T) {
	t.Parallel()
	const un, host, joint, partner = mentoring.UNSide, mentoring.HostSide, mentoring.JointSide, mentoring.PartnerSide
	for _, c := range []struct {
		name     string
		a        mentoring.Action
		verb     string
		un, host bool
	}{
		{"asked of its owner", mentoring.Action{OwnerSide: host, ProposedSide: un}, "accept", false, true},
		{"the UN's own", mentoring.Action{OwnerSide: un, ProposedSide: un}, "decline", true, false},
		{"a counter-proposal goes back", mentoring.Action{OwnerSide: host, ProposedSide: un, CounterSide: host}, "accept", true, false},
		{"joint, asked of the other", mentoring.Action{OwnerSide: joint, ProposedSide: un}, "counter_propose", false, true},
		{"joint, owed by both", mentoring.Action{OwnerSide: joint}, "report_done", true, true},
		{"a partner is in the UN's hands", mentoring.Action{OwnerSide: partner}, "start", true, false},
		{"judged by the other side", mentoring.Action{OwnerSide: host, ReportedSide: host}, "verify", true, false},
		{"the UN's work judged by the host", mentoring.Action{OwnerSide: un, ReportedSide: un}, "reopen", false, true},
		{"a partner's by the UN", mentoring.Action{OwnerSide: partner, ReportedSide: un}, "verify", true, false},
		{"taken back by who proposed", mentoring.Action{OwnerSide: host, ProposedSide: un}, "cancel", true, false},
	} {
		if u, h := c.a.TurnOf(c.verb, un), c.a.TurnOf(c.verb, host); u != c.un || h != c.host {
			t.Errorf("%s: %s: un %v, host %v", c.name, c.verb, u, h)
		}
	}
}
