package work_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"colocate/app/locale"
	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/app/web/webtest"
	"colocate/app/web/work"
	"colocate/domain/kind"
	"colocate/i18n"
	"colocate/seeds"
)

// More people than the stories of sessions need.
func init() {
	unit := []string{unitID}
	for name, a := range map[string]kind.Actor{
		"joao":     {Person: seeds.ID("unac/counterpart/CRN-ST-014/2"), Grants: []kind.Grant{{Role: kind.Counterpart, Units: unit}}},
		"ministry": {Person: "ministry", Grants: []kind.Grant{{Role: kind.Ministry, Remit: []string{"session"}}}},
		"second":   {Person: seeds.ID("unac/person/06"), Grants: []kind.Grant{{Role: kind.Leader}}},
		"trainer":  {Person: seeds.ID("unac/person/09"), Grants: []kind.Grant{{Role: kind.Trainer}}},
		"auditor":  {Person: "auditor", Grants: []kind.Grant{{Role: kind.Auditor}}},
		"donor":    {Person: "donor", Grants: []kind.Grant{{Role: kind.Donor}}},
		"new":      {Person: seeds.ID("nobody"), Grants: []kind.Grant{{Role: kind.Adviser}}},
		"newhost": {Person: seeds.ID("nobody"), Grants: []kind.Grant{{Role: kind.Commander,
			Units: []string{seeds.ID("nowhere")}}}},
		"sector": {Person: seeds.ID("unac/person/05"), Grants: []kind.Grant{{Role: kind.TeamLeader, Units: unit}}},
		"none":   {Person: "none"},
	} {
		people[name] = a
	}
}

func TestHomesOfTheOthers(t *testing.T) {
	t.Parallel()
	h := start(t)
	for who, want := range map[string][]string{
		"joao":     {"Awaiting your answer", "Sessions released to you", "We owe", "not", "Record a session", "Not visited lately"},
		"ministry": {"Sessions released to you", "CRN-", "not", "await your answer", "Acknowledging means", "We owe", "Write a comment"},
		"trainer":  {"Agreed actions, both sides", "not", "Record a session", "To review", "Yours to finish"},
		"auditor":  {"Latest sessions", "not", "Record a session", "To review", "Read and answer</a><a"},
		"donor":    {"What you can read", "Offices", "not", "Sessions", "Agreed actions"},
		"none":     {"No records are open to your role yet.", "not", "/sessions"},
	} {
		a := h.get(who, "/")
		webtest.Check(t, a.body)
		h.has(page{body: main(a.body)}, want...)
	}
}

// TestEmptyHomes: who has nothing yet is told what comes here and what to do,
// never that something is hidden.
func TestEmptyHomes(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.has(h.get("new", "/"), "No draft of yours is waiting. Record a session when it has taken place.", "Nothing is owed at present.",
		"Nothing yet. What the host police write about released sessions appears here.", "not", "Next sessions", "Not visited lately")
	h.has(h.get("newhost", "/"), "Nothing awaits your answer.", "Nothing has been released yet. Sessions appear here once the UN police release them.",
		"Nothing is owed at present.", "not", "Acknowledge</button>")
}

// TestTeamLeaderOfOneUnit: what a team leader finds is his team's.
func TestTeamLeaderOfOneUnit(t *testing.T) {
	t.Parallel()
	h := start(t)
	a := h.get("sector", "/")
	webtest.Check(t, a.body)
	for _, s := range h.of("aminata", "session", map[string]string{"state": "submitted"}) {
		if ref := s["unit"].(map[string]any); ref["id"] != unitID {
			h.has(a, "not", "/sessions/"+s["id"].(string))
		}
	}
	h.has(h.get("sector", "/units/"+unitID), "Record a session here")
	h.has(h.get("sector", "/units/"+seeds.ID("unac/unit/CRN-HQ")), "not", "Record a session here")
}

// TestCaptions: a record is called by what its reader sees of it.
func TestCaptions(t *testing.T) {
	t.Parallel()
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	s, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	p := ui.Page{Texts: texts.Texts("en")}
	for _, c := range []struct{ kind, json, want string }{
		{"session", `{"type":"mentoring","start":"2026-10-06T07:30:00Z"}`, "Mentoring session, 6 October 2026"},
		{"session", `{"type":"follow_up","start":"2026-10-06T07:30:00Z"}`, "Follow-up visit, 6 October 2026"},
		{"counterpart", `{"name":"Ruth Maseko","rank_code":"SUPT"}`, "SUPT Ruth Maseko"},
		{"counterpart", `{"name":"Ruth Maseko","rank_code":"SUPT","rank_text":"Superintendent"}`, "Superintendent Ruth Maseko"},
		{"counterpart", `{"name":"Ruth Maseko"}`, "Ruth Maseko"},
		{"counterpart", `{"rank_code":"SUPT"}`, ""},
		{"posting", `{"function":"mentor","period":{"start":"2026-03-01","end":"2026-12-31"}}`, "Mentor, 1 March – 31 December 2026"},
		{"strength_snapshot", `{"as_of":"2026-09-30"}`, "Strength on 30 September 2026"},
		{"session_annex", `{}`, "Session annex"},
		{"session_comment", `{"side":"host","written_at":"2026-10-06T07:30:00Z"}`, "Comment, 6 October 2026"},
		{"session_comment", `{"side":"un","author_text":{"name":"Elin Strand"},"written_at":"2026-10-06T07:30:00Z"}`, "Comment by Elin Strand, 6 October 2026"},
		{"contest", `{"field":"observations","filed_on":"2026-10-06"}`, "Contest of 6 October 2026: Observations"},
	} {
		r, err := ui.Parse(s.kinds.Get(c.kind), record.View{ID: "x", JSON: []byte(c.json)})
		if err != nil {
			t.Fatal(err)
		}
		if got := work.Captions()[c.kind](p, r); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.kind, c.json, got, c.want)
		}
	}
}

// TestUnitOnPaper: a unit prints with both voices, its mark and no control; and
// what its page leads to is there.
func TestUnitOnPaper(t *testing.T) {
	t.Parallel()
	h := start(t)
	at := "/units/" + unitID
	for who, mark := range map[string]string{"elin": "mark-mis", "ruth": "mark-shr"} {
		h.has(h.get(who, at), `href="`+at+`?print=1"`, mark)
		a := h.get(who, at+"?print=1")
		webtest.Check(t, a.body)
		h.has(a, mark, "voice-un", "voice-host", "Strength by rank and sex", "CRN-ST-014", "not", "Change this unit", "Record a session here")
	}
	h.has(h.get("elin", at), "/strength-snapshots?unit="+unitID)
	h.has(h.get("elin", "/strength-snapshots?unit="+unitID), "Strength on ")
}

// TestContestOfferedInTime: the page of a session offers to contest it as long as
// that is possible, and to whom it concerns.
func TestContestOfferedInTime(t *testing.T) {
	t.Parallel()
	h := start(t)
	all := h.of("ruth", "session", nil)
	offered := 0
	for _, s := range all {
		d, err := time.Parse(time.RFC3339, s["released_at"].(string))
		if err != nil {
			t.Fatal(err)
		}
		open := s["state"] != "closed" && story.Before(d.AddDate(0, 0, 15))
		late := s["state"] == "closed" || story.After(d.AddDate(0, 0, 23))
		link := strings.Contains(h.get("ruth", "/sessions/"+s["id"].(string)).body, "/contests/new?session=")
		if open && !link || late && link {
			t.Errorf("released on %s, now %s: offered is %v", d.Format(time.DateOnly), s["state"], link)
		}
		if link {
			offered++
		}
	}
	if offered == 0 || offered == len(all) {
		t.Errorf("%d of %d can be contested", offered, len(all))
	}
}

// TestDisputesOfLeadership: what is taken further waits for leadership, and for
// nobody who had a part in it.
func TestDisputesOfLeadership(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	v := webtest.Sends(t, h.get("ruth", "/contests/new?session="+strings.TrimPrefix(path, "/sessions/")).body, "/contests/new")
	v.Set("session", strings.TrimPrefix(path, "/sessions/"))
	v.Set("field", "summary")
	v.Set("grounds", "incomplete")
	v.Set("statement.text", "Deux fiches manquent.")
	if a := h.send("ruth", "en", "POST", "/contests/new", v); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%.900s", a.status, main(a.body))
	}
	at := "/contests/" + v.Get("_id")
	waitsFor := func(want map[string]bool) {
		t.Helper()
		for who, waits := range want {
			if strings.Contains(h.get(who, "/").body, `href="`+at+`"`) != waits {
				t.Errorf("waits for %s: %v, want %v", who, !waits, waits)
			}
		}
	}
	say := func(who, verb, field string) {
		t.Helper()
		v := webtest.Sends(t, h.get(who, at+"/do/"+verb).body, at+"/do/"+verb)
		v.Set(field+".text", "Le registre a été relu.")
		if verb == "decide" {
			v.Set("outcome", "upheld")
		}
		if a := h.send(who, "en", "POST", at+"/do/"+verb, v); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%.900s", verb, a.status, main(a.body))
		}
	}
	waitsFor(map[string]bool{"aminata": false, "priya": true, "second": true})
	say("priya", "decide", "reasons")
	waitsFor(map[string]bool{"aminata": false, "priya": false, "second": false})
	say("ruth", "escalate", "reason")
	waitsFor(map[string]bool{"aminata": false, "priya": false, "second": true})
}
