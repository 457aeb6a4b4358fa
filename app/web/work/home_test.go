package work_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"colocate/app/api"
	"colocate/app/record"
	"colocate/app/store"
	"colocate/app/web/webtest"
	"colocate/seeds"
)

// homes are who has a home in these tests.
var homes = []string{"elin", "jonas", "aminata", "priya", "ruth", "admin"}

func TestHomesAreWellFormed(t *testing.T) {
	t.Parallel()
	h := start(t)
	keys := regexp.MustCompile(`[> "](page|field|enum|state|verb|kind|error)\.[a-z_]+\.[a-z_.]+[< "]`)
	for _, who := range homes {
		a := h.Get(who, "/")
		webtest.Check(t, a.Body)
		if strings.Count(a.Body, "<h1") != 1 {
			t.Errorf("%s: not one h1", who)
		}
		if m := keys.FindString(webtest.Main(a.Body)); m != "" {
			t.Errorf("%s: a key is shown: %s", who, m)
		}
	}
}

func TestHomesByRole(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.Has(h.Get("elin", "/"), "Monday 23 November", "Record a session", "Yours to finish", "The UN owes", "The host police owe",
		"From the host police", "not", "To review", "To release", "Sessions released to you", "Acknowledging means")
	h.Has(h.Get("aminata", "/"), "To review", "To release", "Contests to decide", "Not acknowledged in time", "The UN owes")
	h.Has(h.Get("priya", "/"), "To review", "To release", "not", "Record a session", "Yours to finish")
	h.Has(h.Get("ruth", "/"), "Awaiting your answer", "Sessions released to you", "We owe", "The UN owes us",
		"Acknowledging means that you have read the text, not that you agree with it.",
		"not", "Record a session", "Not visited lately", "To review", "Yours to finish", "visited weekly")
	h.Has(h.Get("admin", "/"), "What the mission is set up with", "/missions", "not", "Agreed actions, both sides", "/sessions/")
}

// TestHomesHideWhatIsNotTheirs: what a reader may not read is on his home
// neither by its id nor by anything that only it has.
func TestHomesHideWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	h := start(t)
	var hidden []string
	for _, s := range h.of("aminata", "session", nil) {
		if s["released_at"] == nil {
			hidden = append(hidden, s["id"].(string), s["ref_no"].(string))
		}
	}
	var drafts []string
	for _, who := range []string{"elin", "jonas"} {
		for _, s := range h.of(who, "session", map[string]string{"state": "draft"}) {
			drafts = append(drafts, s["id"].(string))
		}
	}
	if len(hidden) == 0 || len(drafts) == 0 {
		t.Fatal("nothing to hide")
	}
	host := h.Get("ruth", "/").Body
	for _, s := range append(slices.Concat(hidden, drafts), seeds.ID("unac/person/01"), "support_status", "ref_no") {
		if strings.Contains(host, s) {
			t.Errorf("the host's home shows %s", s)
		}
	}
	for _, who := range []string{"aminata", "priya"} {
		body := h.Get(who, "/").Body
		for _, s := range drafts {
			if strings.Contains(body, s) {
				t.Errorf("%s's home shows the draft %s of another", who, s)
			}
		}
	}
}

// counting counts what a page asks of the store.
type counting struct {
	store.Store
	finds, eaches atomic.Int64
}

func (c *counting) Find(ctx context.Context, shelf string, q store.Query) (store.Page, error) {
	c.finds.Add(1)
	return c.Store.Find(ctx, shelf, q)
}

func (c *counting) Each(ctx context.Context, shelf string, q store.Query, fn func(store.Raw) error) error {
	c.eaches.Add(1)
	return c.Store.Each(ctx, shelf, q, fn)
}

// TestHomesAskLittle: the number of lists that a home asks for depends on
// nothing but its role; that of units not visited on at most 30 units.
func TestHomesAskLittle(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := &counting{Store: h.Records.Store}
	h.Records.Store = c
	for who, most := range map[string]int64{"elin": 18, "jonas": 18, "aminata": 48, "priya": 14, "ruth": 18, "admin": 8} {
		h.Get(who, "/") // the first call reads what later ones remember
		c.finds.Store(0)
		h.Get(who, "/")
		if n := c.finds.Load(); n > most {
			t.Errorf("%s: %d lists, at most %d", who, n, most)
		}
	}
}

// newAction proposes an action of side to the session at id, as who.
func (h *host) newAction(who, session, side, owner, text string) string {
	h.T.Helper()
	id := uuid.NewString()
	in, err := api.Decode([]byte(`{"id":"` + id + `","text":{"lang":"fr","text":"` + text + `"},"origin":{"kind":"session","id":"` + session + `"},
"unit":{"kind":"unit","id":"` + webtest.Unit + `"},"owner_side":"` + side + `",` + owner + `,"due":"2026-12-01","priority":"normal"}`))
	if err != nil {
		h.T.Fatal(err)
	}
	if _, _, err := h.Records.Create(context.Background(), h.As(who), h.Kinds.Get("action"), record.Write{ID: id, In: in}); err != nil {
		h.T.Fatal(err)
	}
	return id
}

// released is a session of the unit that the host reads, and that takes actions.
func (h *host) released() string {
	h.T.Helper()
	for _, state := range []string{"released", "acknowledged"} {
		for _, s := range h.of("aminata", "session", map[string]string{"state": state, "unit": webtest.Unit}) {
			if acts := h.of("aminata", "action", map[string]string{"origin": s["id"].(string)}); len(acts) == 0 {
				return s["id"].(string)
			}
		}
	}
	h.T.Fatal("no session is released")
	return ""
}

// ofHost is the commander as the owner of an action.
var ofHost = `"owner":{"kind":"counterpart","id":"` + seeds.ID("unac/counterpart/CRN-ST-014/1") + `"}`

// action reads an action as who sees it.
func (h *host) action(who, id string) map[string]any {
	h.T.Helper()
	v, err := h.Records.Read(context.Background(), h.As(who), h.Kinds.Get("action"), id)
	if err != nil {
		h.T.Fatal(err)
	}
	m := map[string]any{}
	if err := json.Unmarshal(v.JSON, &m); err != nil {
		h.T.Fatal(err)
	}
	return m
}

// answered sends the form of a verb on a webtest.Page, with what is typed into it.
func (h *host) answered(who, from, id, verb string, typed ...string) webtest.Page {
	h.T.Helper()
	at := "/actions/" + id + "/do/" + verb
	v := webtest.Sends(h.T, h.Get(who, from).Body, at)
	for i := 0; i < len(typed); i += 2 {
		v.Set(typed[i], typed[i+1])
	}
	return h.Send(who, "en", http.MethodPost, at, v)
}

// TestAnswersFromTheHome: the host accepts, counter-proposes and declines where
// it reads, comes back there, and the adviser finds the answer on his home.
func TestAnswersFromTheHome(t *testing.T) {
	t.Parallel()
	h := start(t)
	s := h.released()
	yes, other, no := h.newAction("elin", s, "host", ofHost, "Premier"), h.newAction("elin", s, "host", ofHost, "Deuxieme"),
		h.newAction("elin", s, "host", ofHost, "Troisieme")
	from := "/actions/" + yes
	h.Has(h.Get("ruth", from), "Accept", "Make a counter-proposal", "Decline", "To decline is your right.")
	for _, a := range []webtest.Page{h.answered("ruth", from, yes, "accept"),
		h.answered("ruth", "/actions/"+other, other, "counter_propose", "due", "2027-01-15", "reason.text", "Nous attendons le registre"),
		h.answered("ruth", "/actions/"+no, no, "decline", "reason.text", "Pas de budget", "reason.lang", "fr")} {
		if a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/actions/") {
			t.Fatalf("%d %s\n%s", a.Status, a.Header.Get("Location"), webtest.Main(a.Body))
		}
	}
	for id, want := range map[string]string{yes: "accepted", other: "counter_proposed", no: "declined"} {
		if got := h.action("ruth", id)["state"]; got != want {
			t.Errorf("state %v, want %s", got, want)
		}
	}
	if a := h.action("ruth", other); a["counter_due"] != "2027-01-15" || a["counter_text"] != nil {
		t.Errorf("counter-proposal %v", a)
	}
	h.Has(h.Get("elin", "/actions/"+other), "Proposed 15 January 2027 instead", "Nous attendons le registre", "Accept")
	h.Has(h.Get("elin", "/actions/"+no), "Declined", "Pas de budget")
	h.Has(h.Get("elin", "/actions?to_answer=true"), "Deuxieme")
	// Who was asked declines: after a counter-proposal that is the other side.
	if a := h.answered("elin", "/actions/"+other, other, "decline", "reason.text", "Too late for the count"); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	un, host, _ := strings.Cut(webtest.Main(h.Get("elin", "/actions/"+other).Body), `<section class="voice voice-host"`)
	if !strings.Contains(un, "Too late for the count") || strings.Contains(host, "Too late for the count") {
		t.Errorf("the words of the UN stand with the host:\n%s", host)
	}
}

// TestBack: a form comes back to where it stood, and to nowhere else.
func TestBack(t *testing.T) {
	t.Parallel()
	h := start(t)
	s := h.released()
	for back, want := range map[string]string{"/": "/", "/units/" + webtest.Unit: "/units/" + webtest.Unit, "//evil.example/x": "/", "https://evil.example": "/", `/\evil`: "/"} {
		id := h.newAction("elin", s, "host", ofHost, "Action")
		a := h.answered("ruth", "/actions/"+id, id, "accept", "_back", back)
		if a.Status != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("back to %q: %d %q", back, a.Status, a.Header.Get("Location"))
		}
		h.cancelled(id)
	}
	id := h.newAction("elin", s, "host", ofHost, "Action")
	a := h.answered("ruth", "/actions/"+id, id, "decline") // no reason
	if a.Status != http.StatusUnprocessableEntity || h.action("ruth", id)["state"] != "proposed" {
		t.Fatalf("declined without a reason: %d", a.Status)
	}
	if back := webtest.Sends(t, a.Body, "/actions/"+id+"/do/decline").Get("_back"); back != "/actions/"+id {
		t.Errorf("the form that is shown again goes back to %q", back)
	}
}

// cancelled takes an action out of the way: a session has few of them.
func (h *host) cancelled(id string) {
	h.T.Helper()
	in, err := api.Decode([]byte(`{"reason":"superseded"}`))
	if err != nil {
		h.T.Fatal(err)
	}
	d := h.Kinds.Get("action")
	v, err := h.Records.Read(context.Background(), h.As("elin"), d, id)
	if err == nil {
		_, err = h.Records.Do(context.Background(), h.As("elin"), d, "cancel", record.Write{ID: id, IfMatch: v.ETag, In: in})
	}
	if err != nil {
		h.T.Fatal(err)
	}
}

// TestTurns: a page offers an answer only to the side that is asked.
func TestTurns(t *testing.T) {
	t.Parallel()
	h := start(t)
	s := h.released()
	theirs := h.newAction("elin", s, "host", ofHost, "Du cote hote")
	ours := h.newAction("elin", s, "un", `"un_owner":{"kind":"person","id":"`+seeds.ID("unac/person/01")+`"}`, "Du cote ONU")
	h.Has(h.Get("elin", "/actions/"+theirs), "The host police have not answered yet.", "Record a written acceptance", "not", "/do/accept\" method", "/do/decline")
	h.Has(h.Get("ruth", "/actions/"+theirs), "/do/accept", "/do/decline", "not", "Record a written acceptance")
	h.Has(h.Get("elin", "/actions/"+ours), "/do/accept")
	h.Has(h.Get("ruth", "/actions/"+ours), "The UN police have not answered yet.", "Elin Strand", "not", "/do/accept", "/do/decline", seeds.ID("unac/person/01"))
}

// TestCommentReachesTheAdviser: what the host writes on its home stands on the
// home of the adviser, in its own words.
func TestCommentReachesTheAdviser(t *testing.T) {
	t.Parallel()
	h := start(t)
	body := h.Get("ruth", "/").Body
	m := regexp.MustCompile(`action="(/sessions/[^/"]+/comment)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("the host's home has no form for a comment")
	}
	v := webtest.Sends(t, body, m[1])
	v.Set("text.text", "كلمة <b>أولى</b>")
	v.Set("text.lang", "ar")
	if a := h.Send("ruth", "en", http.MethodPost, m[1], v); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.Has(h.Get("elin", "/"), "كلمة &lt;b&gt;أولى&lt;/b&gt;", `lang="ar" dir="rtl"`, "SUPT Ruth Maseko", "Read and answer", "not", "<b>أولى")
}

// TestAcknowledgeFromTheHome: it means read, and comes back.
func TestAcknowledgeFromTheHome(t *testing.T) {
	t.Parallel()
	h := start(t)
	body := h.Get("ruth", "/").Body
	m := regexp.MustCompile(`action="(/sessions/([^/"]+)/do/acknowledge)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("nothing to acknowledge")
	}
	v := webtest.Sends(t, body, m[1])
	a := h.Send("ruth", "en", http.MethodPost, m[1], v)
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/" {
		t.Fatalf("%d %s\n%s", a.Status, a.Header.Get("Location"), webtest.Main(a.Body))
	}
	if strings.Contains(h.Get("ruth", "/").Body, m[1]) {
		t.Error("it can still be acknowledged")
	}
	if len(h.of("elin", "session", map[string]string{"state": "acknowledged", "unit": webtest.Unit})) == 0 {
		t.Error("it was not acknowledged")
	}
	if a := h.Send("ruth", "en", http.MethodPost, m[1], v); a.Status >= 500 || a.Status == http.StatusOK {
		t.Errorf("sent twice: %d", a.Status)
	}
}

// TestBothSides: the page of both sides is narrowed by its address, and shows
// each reader's own side first.
func TestBothSides(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, who := range []string{"elin", "aminata", "priya", "ruth"} {
		for _, q := range []string{"", "?overdue=true", "?unit=" + webtest.Unit, "?overdue=true&unit=" + webtest.Unit, "?unit=%22%3E%3Cscript%3E"} {
			a := h.Get(who, "/actions/owed"+q)
			webtest.Check(t, a.Body)
			h.Has(a, "What both sides owe", "not", "<script>")
		}
	}
	late := webtest.Main(h.Get("aminata", "/actions/owed?overdue=true").Body)
	if !strings.Contains(late, "Overdue") || strings.Contains(late, "pill-info") {
		t.Error("not only what is overdue")
	}
	host, un := webtest.Main(h.Get("ruth", "/actions/owed").Body), webtest.Main(h.Get("elin", "/actions/owed").Body)
	if strings.Index(host, "We owe") > strings.Index(host, "The UN owes us") || strings.Index(un, "The UN owes") > strings.Index(un, "The host police owe") {
		t.Error("the other side comes first")
	}
	if a := h.Send("admin", "en", http.MethodGet, "/actions/owed", nil); a.Status != http.StatusNotFound {
		t.Errorf("an administrator reads actions: %d", a.Status)
	}
}

func TestUnitPage(t *testing.T) {
	t.Parallel()
	h := start(t)
	at := "/units/" + webtest.Unit
	for _, who := range []string{"elin", "jonas", "aminata", "priya", "ruth"} {
		webtest.Check(t, h.Get(who, at).Body)
	}
	h.Has(h.Get("elin", at), "CRN-ST-014", "Record a session here", "/sessions/new?unit="+webtest.Unit, ", visited ", "mark-mis", "Strength by rank and sex", "The UN owes")
	h.Has(h.Get("jonas", at), "CRN-ST-014", "not", "Record a session here")
	h.Has(h.Get("ruth", at), "CRN-ST-014", "We owe", "not", "Record a session here", "visited weekly", "visited monthly", "Support possible", "Working radios", "mark-mis")
	if a := h.Send("ruth", "en", http.MethodGet, "/units/"+seeds.ID("unac/unit/CRN-HQ"), nil); a.Status != http.StatusNotFound {
		t.Errorf("a unit out of reach: %d", a.Status)
	}
	for _, path := range []string{"/units/x", "/actions/x", "/actions/" + uuid.NewString()} {
		if a := h.Send("elin", "en", http.MethodGet, path, nil); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
}

// TestActionPageOnTheHostSide: the host reads who owes it in words, and none of
// what is the UN's own.
func TestActionPageOnTheHostSide(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, a := range h.of("ruth", "action", nil) {
		body := h.Get("ruth", "/actions/"+a["id"].(string)).Body
		webtest.Check(t, body)
		for _, s := range []string{"un_owner", "verified_by", "/persons/", "Carried on"} {
			if strings.Contains(webtest.Main(body), s) {
				t.Errorf("action %v shows %q", a["code"], s)
			}
		}
	}
}

// TestForgedAnswer: a field that the form does not have changes nothing.
func TestForgedAnswer(t *testing.T) {
	t.Parallel()
	h := start(t)
	id := h.newAction("elin", h.released(), "host", ofHost, "Action")
	a := h.answered("ruth", "/actions/"+id, id, "accept", "state", "verified_closed", "due", "2030-01-01")
	if got := h.action("ruth", id); got["due"] != "2026-12-01" || got["state"] == "verified_closed" {
		t.Errorf("%d: a forged field was taken: %v", a.Status, got)
	}
	v := url.Values{"_etag": {`"x"`}, "_key": {uuid.NewString()}}
	if a := h.Send("elin", "en", http.MethodPost, "/actions/"+id+"/do/decline", v); a.Status < 400 {
		t.Errorf("the UN declined for the host: %d", a.Status)
	}
}
