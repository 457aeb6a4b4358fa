package authz_test

import (
	"slices"
	"sync"
	"testing"

	"colocate/app/authz"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/policies"
)

// perms are the permissions of every kind that the program knows.
var perms = sync.OnceValue(func() []authz.Permission {
	reg, err := kind.Compile(domain.Kinds())
	if err != nil {
		panic(err)
	}
	return authz.Permissions(reg)
})

func shipped(t testing.TB) *authz.Policy {
	t.Helper()
	p, err := authz.New(policies.Model, policies.Policy, perms())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sides are written out: kind.SideOf is not asked.
var (
	hostRoles     = []kind.Role{kind.Counterpart, kind.Commander, kind.Ministry, kind.Oversight}
	externalRoles = []kind.Role{kind.Donor, kind.Community, kind.LocalAuthority, kind.Interpreter}
)

// want says what one sentence of domain.md demands of some roles.
type want struct {
	rule    string
	roles   []kind.Role
	object  string
	actions []string // nil: every action of the object
	reach   authz.Reach
}

func roles(r ...kind.Role) []kind.Role { return r }
func acts(a ...string) []string        { return a }

// The sentences of domain.md §5.3 to §5.7 that matter most, by hand and not
// from the policy.
var sentences = []want{
	{"§5.3 N1: no annex for the host", hostRoles, "session_annex", nil, authz.NoReach},
	{"§5.3 N1: nor for outsiders", externalRoles, "session_annex", nil, authz.NoReach},
	{"§5.3 N6: no staff data for the host", hostRoles, "person", nil, authz.NoReach},
	{"§5.7 UN person, posting: 404 for every host role", hostRoles, "posting", nil, authz.NoReach},
	{"§5.3 N6: nor for outsiders", externalRoles, "person", nil, authz.NoReach},
	{"§5.3 N6: nor for outsiders", externalRoles, "posting", nil, authz.NoReach},
	{"§5.3 N9: no audit log of UN readers", hostRoles, "journal", nil, authz.NoReach},
	{"§5.3 N9: nor for outsiders", externalRoles, "journal", nil, authz.NoReach},
	{"§5.1 ADM: no content", roles(kind.Administrator), "session", nil, authz.NoReach},
	{"§5.1 ADM: no content", roles(kind.Administrator), "session_annex", nil, authz.NoReach},
	{"§5.1 ADM: no content", roles(kind.Administrator), "action", nil, authz.NoReach},
	{"§5.1 ADM: no content", roles(kind.Administrator), "counterpart", nil, authz.NoReach},
	{"§5.7 unit, strength: ADM does neither", roles(kind.Administrator), "unit", nil, authz.NoReach},
	{"§5.7 unit, strength: ADM does neither", roles(kind.Administrator), "strength_snapshot", nil, authz.NoReach},
	{"§5.6-18: ADM reads config", roles(kind.Administrator), "reference_item", acts("read", "update"), authz.Mission},
	{"§5.7 annex, LDR: only by break-glass", roles(kind.Leader), "session_annex", nil, authz.NoReach},
	{"§5.7 AUD: annex when assigned", roles(kind.Auditor), "session_annex", nil, authz.NoReach},
	{"§5.2 annex: TRN, HRO none", roles(kind.Trainer, kind.HROfficer, kind.GrantsOfficer), "session_annex", nil, authz.NoReach},
	{"§5.7 annex: TL of the team as of right", roles(kind.TeamLeader), "session_annex", acts("read", "read_con"), authz.Team},
	{"§5.2 annex: ADV his own", roles(kind.Adviser), "session_annex", acts("create", "read", "update"), authz.Own},
	{"§5.7 ADV reads sessions of the unit", roles(kind.Adviser), "session", acts("read"), authz.Team},
	{"§5.5 author is not approver", roles(kind.Adviser), "session", acts("approve", "return", "release", "close"), authz.NoReach},
	{"§5.7 an author voids his own", roles(kind.Adviser), "session", acts("void"), authz.Own},
	{"§5.7 TL what is not his own", roles(kind.TeamLeader), "session", acts("void"), authz.Team},
	{"§5.2 session: LDR R m", roles(kind.Leader), "session", acts("read"), authz.Mission},
	{"§5.7 another TL or LDR approves and releases", roles(kind.Leader), "session", acts("approve", "release"), authz.Mission},
	{"§5.7 contest: decided by a TL above or LDR", roles(kind.Leader), "contest", acts("decide"), authz.Mission},
	{"§5.5 author is no contest decider", roles(kind.Adviser, kind.Trainer), "contest", acts("decide"), authz.NoReach},
	{"§5.7 contest: the host does not decide", hostRoles, "contest", acts("decide"), authz.NoReach},
	{"§5.4 H7: the UN does not contest", roles(kind.Adviser, kind.Trainer, kind.TeamLeader, kind.Leader), "contest", acts("create", "escalate", "withdraw"), authz.NoReach},
	{"§5.4 H7: the counterpart can", roles(kind.Counterpart), "contest", acts("create", "read", "escalate", "withdraw"), authz.Own},
	{"§5.7 CMD sees and contests his unit's", roles(kind.Commander), "contest", acts("create", "read", "escalate", "withdraw"), authz.UnitTree},
	{"§5.4 H3: the host comments", roles(kind.Counterpart), "session_comment", acts("create"), authz.Own},
	{"§5.4 H3: the host comments", roles(kind.Commander), "session_comment", acts("create", "read"), authz.UnitTree},
	{"§5.2 session: LDR reads", roles(kind.Leader), "session_comment", acts("create"), authz.NoReach},
	{"§5.3 N2: the host adds nothing to the UN's words", hostRoles, "session", acts("translate"), authz.NoReach},
	{"§0 translations are the UN's work", roles(kind.Adviser, kind.TeamLeader), "session", acts("translate"), authz.Team},
	{"§5.1 ADM: no content", roles(kind.Administrator), "session_comment", nil, authz.NoReach},
	{"§5.1 ADM: no content", roles(kind.Administrator), "contest", nil, authz.NoReach},
	{"§5 H2: UN roles cannot acknowledge", roles(kind.Adviser, kind.Trainer, kind.TeamLeader, kind.Leader), "session", acts("acknowledge", "refuse"), authz.NoReach},
	{"§5.4 H2: the counterpart can", roles(kind.Counterpart), "session", acts("acknowledge", "refuse"), authz.Own},
	{"§5.4 H2: CMD answers for his units", roles(kind.Commander), "session", acts("read", "acknowledge", "refuse"), authz.UnitTree},
	{"§5.3 N2: the host writes no session", hostRoles, "session", acts("create", "update", "submit", "approve", "release", "void", "close"), authz.NoReach},
	{"§5.7 MIN: what the remit lists", roles(kind.Ministry, kind.Oversight), "session", acts("read"), authz.Remit},
	{"§5.7 MIN: what the remit lists", roles(kind.Ministry, kind.Oversight), "action", acts("read"), authz.Remit},
	{"§5.7 MIN: what the remit lists", roles(kind.Ministry, kind.Oversight), "unit", acts("read"), authz.Remit},
	{"§1: the host does not propose for the UN", hostRoles, "action", acts("create", "update", "cancel"), authz.NoReach},
	{"§5.4 H4, H5: own actions", roles(kind.Counterpart), "action", acts("accept", "decline", "counter_propose", "report_done"), authz.Own},
	{"§5.7 CPT: those of his unit, narrowed by the kind", roles(kind.Counterpart), "session", acts("read"), authz.UnitTree},
	{"§5.7 CPT: actions follow the session", roles(kind.Counterpart), "action", acts("read"), authz.UnitTree},
	{"§5.2 action: CMD n", roles(kind.Commander), "action", acts("read", "accept", "decline", "counter_propose", "report_done"), authz.UnitTree},
	{"§5.7 the host verifies the UN's", roles(kind.Commander), "action", acts("verify"), authz.UnitTree},
	{"§5.7 the UN verifies the host's", roles(kind.Adviser, kind.TeamLeader), "action", acts("verify"), authz.Team},
	{"§5.2 action: LDR only reads", roles(kind.Leader), "action", acts("create", "update", "accept", "verify", "cancel"), authz.NoReach},
	{"§5.7 strength: verified by TL", roles(kind.TeamLeader), "strength_snapshot", acts("verify"), authz.Team},
	{"§5.7 strength: or the ministry", roles(kind.Ministry, kind.Oversight), "strength_snapshot", acts("verify"), authz.Remit},
	{"§5.5 collector is not verifier", roles(kind.Adviser, kind.Commander, kind.Counterpart), "strength_snapshot", acts("verify"), authz.NoReach},
	{"§5.7 CMD own tree creates and changes", roles(kind.Commander), "unit", acts("create", "update"), authz.UnitTree},
	{"§5.7 a letter without suffix: read", roles(kind.Adviser, kind.Trainer, kind.TeamLeader), "unit", acts("read"), authz.Mission},
	{"§5.7 but change in the default scope", roles(kind.Adviser, kind.TeamLeader), "unit", acts("create", "update"), authz.Team},
	{"§5.2 counterpart: R self", roles(kind.Counterpart), "counterpart", acts("read"), authz.Self},
	{"§5.2 counterpart: HRO none", roles(kind.HROfficer), "counterpart", nil, authz.NoReach},
	{"§5.2 person: R o", roles(kind.Adviser, kind.Trainer), "person", acts("read"), authz.Self},
	{"§5.2 person: R t", roles(kind.TeamLeader), "person", acts("read"), authz.Team},
	{"§5.2 person: HRO none", roles(kind.HROfficer), "person", nil, authz.NoReach},
	{"§5.2 users: ADM", roles(kind.Administrator), "account", acts("create", "update", "disable"), authz.Mission},
	{"trust.md A16: tokens are one's own", kind.Roles, "token", acts("create", "read", "revoke"), authz.Own},
	{"§5.7 no role but PUB", kind.Roles, "mission", acts("read"), authz.Mission},
}

func TestSentences(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	for _, w := range sentences {
		for _, perm := range of(w) {
			for _, r := range w.roles {
				if got := p.Reach(r, perm); got != w.reach {
					t.Errorf("%s: %s %s reaches %s, want %s", w.rule, r, perm, got, w.reach)
				}
			}
		}
	}
}

func of(w want) []authz.Permission {
	var out []authz.Permission
	for _, p := range perms() {
		if p.Object == w.object && (w.actions == nil && p.Action != "name" || slices.Contains(w.actions, p.Action)) {
			out = append(out, p)
		}
	}
	if len(out) == 0 || len(out) < len(w.actions) {
		panic("authz: the sentence " + w.rule + " names a permission that is not there")
	}
	return out
}

// public are the kinds of class PUB of these subjects (domain.md §9).
var public = []string{"mission", "office", "police_service", "reference_item"}

// TestNarrowRoles: PRG, DON, COM, LOC and INT have PUB, and what a sentence
// names, nothing else: INT the sessions they interpret (§5.7). Their own tokens
// are not records.
func TestNarrowRoles(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	for _, r := range append([]kind.Role{kind.GrantsOfficer}, externalRoles...) {
		for _, perm := range perms() {
			allowed := perm.Object == "token" || perm.Action == "read" && slices.Contains(public, perm.Object)
			if r == kind.Interpreter && perm == (authz.Permission{Object: "session", Action: "read"}) {
				if got := p.Reach(r, perm); got != authz.Own {
					t.Errorf("%s %s reaches %s", r, perm, got)
				}
				continue
			}
			if got := p.Reach(r, perm); (got != authz.NoReach) != allowed {
				t.Errorf("%s %s reaches %s", r, perm, got)
			}
		}
	}
}

// TestAuditorOnlyReads: whoever audits changes nothing (§5.1 AUD).
func TestAuditorOnlyReads(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	for _, perm := range perms() {
		got := p.Reach(kind.Auditor, perm)
		if perm.Object == "token" || perm.Object == "session_annex" {
			continue
		}
		if reads := perm.Action == "read"; (got == authz.Mission) != reads || !reads && got != authz.NoReach {
			t.Errorf("%s reaches %s", perm, got)
		}
	}
}

// TestHostReach: no host role reaches a whole mission, but for what is PUB
// (§5.1: self, own unit, own tree, remit).
func TestHostReach(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	for _, r := range append(hostRoles, externalRoles...) {
		for _, perm := range perms() {
			got := p.Reach(r, perm)
			if (got == authz.Mission || got == authz.Team) && !slices.Contains(public, perm.Object) {
				t.Errorf("%s %s reaches %s", r, perm, got)
			}
		}
	}
}

// TestWhoChangesMayRead: a change needs the etag of what was read, so a change
// that stretches further than reading cannot be made (style.md §2.2, 428).
func TestWhoChangesMayRead(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	for _, perm := range perms() {
		if perm.Action == "create" || perm.Action == "name" || slices.Contains(authz.Service, perm) {
			continue
		}
		for _, r := range kind.Roles {
			read := p.Reach(r, authz.Permission{Object: perm.Object, Action: "read"})
			if got := p.Reach(r, perm); got > read {
				t.Errorf("%s %s reaches %s, read only %s", r, perm, got, read)
			}
		}
	}
}
