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
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
	"colocate/seeds"
)

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
		a := h.Get(who, "/")
		webtest.Check(t, a.Body)
		h.Has(webtest.Page{Body: webtest.Main(a.Body)}, want...)
	}
}

// TestEmptyHomes: who has nothing yet is told what comes here and what to do,
// never that something is hidden.
func TestEmptyHomes(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.Has(h.Get("new", "/"), "No draft of yours is waiting. Record a session when it has taken place.", "Nothing is owed at present.",
		"Nothing yet. What the host police write about released sessions appears here.", "not", "Next sessions", "Not visited lately")
	h.Has(h.Get("newhost", "/"), "Nothing awaits your answer.", "Nothing has been released yet. Sessions appear here once the UN police release them.",
		"Nothing is owed at present.", "not", "Acknowledge</button>")
}

// TestTeamLeaderOfOneUnit: what a team leader finds is his team's.
func TestTeamLeaderOfOneUnit(t *testing.T) {
	t.Parallel()
	h := start(t)
	a := h.Get("sector", "/")
	webtest.Check(t, a.Body)
	for _, s := range h.of("aminata", "session", map[string]string{"state": "submitted"}) {
		if ref := s["unit"].(map[string]any); ref["id"] != webtest.Unit {
			h.Has(a, "not", "/sessions/"+s["id"].(string))
		}
	}
	h.Has(h.Get("sector", "/units/"+webtest.Unit), "Record a session here")
	h.Has(h.Get("sector", "/units/"+seeds.ID("unac/unit/CRN-HQ")), "not", "Record a session here")
}

// TestCaptions: a record is called by what its reader sees of it.
func TestCaptions(t *testing.T) {
	t.Parallel()
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	reg, err := kind.Compile(domain.Kinds())
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
		r, err := ui.Parse(reg.Get(c.kind), record.View{ID: "x", JSON: []byte(c.json)})
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
	at := "/units/" + webtest.Unit
	for who, mark := range map[string]string{"elin": "mark-mis", "ruth": "mark-shr"} {
		h.Has(h.Get(who, at), `href="`+at+`?print=1"`, mark)
		a := h.Get(who, at+"?print=1")
		webtest.Check(t, a.Body)
		h.Has(a, mark, "voice-un", "voice-host", "Strength by rank and sex", "CRN-ST-014", "not", "Change this unit", "Record a session here")
	}
	h.Has(h.Get("elin", at), "/strength-snapshots?unit="+webtest.Unit)
	h.Has(h.Get("elin", "/strength-snapshots?unit="+webtest.Unit), "Strength on ")
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
		open := s["state"] != "closed" && webtest.Story.Before(d.AddDate(0, 0, 15))
		late := s["state"] == "closed" || webtest.Story.After(d.AddDate(0, 0, 23))
		link := strings.Contains(h.Get("ruth", "/sessions/"+s["id"].(string)).Body, "/contests/new?session=")
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
	v := webtest.Sends(t, h.Get("ruth", "/contests/new?session="+strings.TrimPrefix(path, "/sessions/")).Body, "/contests/new")
	v.Set("session", strings.TrimPrefix(path, "/sessions/"))
	v.Set("field", "summary")
	v.Set("grounds", "incomplete")
	v.Set("statement.text", "Deux fiches manquent.")
	if a := h.Send("ruth", "en", "POST", "/contests/new", v); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%.900s", a.Status, webtest.Main(a.Body))
	}
	at := "/contests/" + v.Get("_id")
	waitsFor := func(want map[string]bool) {
		t.Helper()
		for who, waits := range want {
			if strings.Contains(h.Get(who, "/").Body, `href="`+at+`"`) != waits {
				t.Errorf("waits for %s: %v, want %v", who, !waits, waits)
			}
		}
	}
	say := func(who, verb, field string) {
		t.Helper()
		v := webtest.Sends(t, h.Get(who, at+"/do/"+verb).Body, at+"/do/"+verb)
		v.Set(field+".text", "Le registre a été relu.")
		if verb == "decide" {
			v.Set("outcome", "upheld")
		}
		if a := h.Send(who, "en", "POST", at+"/do/"+verb, v); a.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%.900s", verb, a.Status, webtest.Main(a.Body))
		}
	}
	waitsFor(map[string]bool{"aminata": false, "priya": true, "second": true})
	say("priya", "decide", "reasons")
	waitsFor(map[string]bool{"aminata": false, "priya": false, "second": false})
	say("ruth", "escalate", "reason")
	waitsFor(map[string]bool{"aminata": false, "priya": false, "second": true})
}
