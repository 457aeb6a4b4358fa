package work_test

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/app/web/webtest"
	"colocate/seeds"
)

var (
	tags    = regexp.MustCompile(`(?s)<input [^>]*>|<select [^>]*>.*?</select>|<textarea [^>]*>.*?</textarea>`)
	attrs   = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	options = regexp.MustCompile(`<option value="([^"]*)"([^>]*)>`)
)

// filled are the values that a browser would send of the page's form for a
// session, without any button.
func filled(t *testing.T, body string) url.Values {
	t.Helper()
	_, rest, ok := strings.Cut(body, `id="session-form"`)
	if !ok {
		t.Fatalf("no form in %s", webtest.Main(body))
	}
	out := url.Values{}
	for _, tag := range tags.FindAllString(rest, -1) {
		head, inner, _ := strings.Cut(tag, ">")
		a := map[string]string{}
		for _, m := range attrs.FindAllStringSubmatch(head, -1) {
			a[m[1]] = html.UnescapeString(m[2])
		}
		checked := strings.Contains(head, " checked")
		switch {
		case a["name"] == "" || strings.Contains(a["name"], "__N__"):
		case strings.HasPrefix(tag, "<textarea"):
			out.Add(a["name"], html.UnescapeString(strings.TrimSuffix(inner, "</textarea>")))
		case strings.HasPrefix(tag, "<select"):
			all := options.FindAllStringSubmatch(inner, -1)
			i := max(0, slices.IndexFunc(all, func(m []string) bool { return strings.Contains(m[2], "selected") }))
			out.Add(a["name"], html.UnescapeString(all[i][1]))
		case a["type"] == "checkbox" || a["type"] == "radio":
			if checked {
				out.Add(a["name"], a["value"])
			}
		default:
			out.Add(a["name"], a["value"])
		}
	}
	return out
}

// canary is a text that stands in one place only.
const canary = "canary-of-the-annex"

// told is a session as an adviser fills it in: an officer of the unit and one
// who is added, an action of each side, and an annex.
func told(t *testing.T, h *host) url.Values {
	t.Helper()
	v := filled(t, h.Get("elin", "/sessions/new").Body)
	v.Set("s.counterparts", seeds.ID("unac/counterpart/CRN-ST-014/1"))
	v.Set("c0.name", "Paul Ndiru")
	v.Set("c0.rank_code", "SGT")
	v.Set("c0.function", "Chef de poste")
	v.Set("c0.sex", "male")
	v.Set("c0._consent", "1")
	v.Set("s.themes", "T07")
	v.Set("s.observations.0.text.text", "7 fiches sur 20 sans heure.")
	v.Set("s.observations.0.text.lang", "fr")
	v.Set("s.summary.text", "Revue du registre de garde à vue.")
	v.Set("s.summary.lang", "fr")
	v.Set("a0.text.text", "Ajouter la colonne au registre")
	v.Set("a0._who", "host/"+v.Get("c0._id"))
	v.Set("a1.text.text", "Envoyer le registre modèle")
	v.Set("a0.text.lang", "fr")
	v.Set("a1.text.lang", "fr")
	v.Set("x.adviser_assessment.text", canary)
	return v
}

// of lists what a reader finds of a kind, narrowed by a filter.
func (h *host) of(who, name string, filter map[string]string) []map[string]any {
	h.T.Helper()
	l, err := h.Records.List(context.Background(), h.As(who), h.Kinds.Get(name), record.ListQuery{Filter: filter, Limit: 200})
	if err != nil {
		h.T.Fatal(err)
	}
	var out []map[string]any
	for _, v := range l.Items {
		m := map[string]any{}
		if err := json.Unmarshal(v.JSON, &m); err != nil {
			h.T.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func TestSessionFormWritesEachOnce(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	id := v.Get("s._id")
	before := len(h.of("elin", "counterpart", nil))
	v.Set("_submit", "1")
	for i := range 2 { // sent twice
		a := h.Send("elin", "en", "POST", "/sessions/new", v)
		if a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/sessions/"+id {
			t.Fatalf("sending %d: %d %s\n%s", i, a.Status, a.Header.Get("Location"), webtest.Main(a.Body))
		}
	}
	s := h.of("elin", "session", map[string]string{"state": "submitted", "unit": webtest.Unit})
	i := slices.IndexFunc(s, func(m map[string]any) bool { return m["id"] == id })
	if i < 0 {
		t.Fatal("the session was not submitted")
	}
	if got := s[i]["participants"].([]any)[0].(map[string]any)["sexcount"]; got.(map[string]any)["male"] != 1.0 || got.(map[string]any)["female"] != 1.0 {
		t.Errorf("participants %v, want the two who are named", got)
	}
	acts := h.of("elin", "action", map[string]string{"origin": id})
	if len(acts) != 2 || acts[0]["owner_side"] == acts[1]["owner_side"] {
		t.Errorf("actions %v", acts)
	}
	if n := len(h.of("elin", "session_annex", map[string]string{"session": id})); n != 1 {
		t.Errorf("%d annexes", n)
	}
	if n := len(h.of("elin", "counterpart", nil)); n != before+1 {
		t.Errorf("%d counterparts more, want 1", n-before)
	}
}

func TestSessionFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	before := len(h.of("elin", "counterpart", nil))
	v.Set("s.start.date", "2026-11-27")
	v.Set("a0.due", "2026-11-20")
	v.Set("c0.sex", "")
	v.Set("s.duration_min", "an hour")
	v.Set("s.advice_given.text", "<script>alert(1)</script>")
	v.Set("_submit", "1")
	a := h.Send("elin", "en", "POST", "/sessions/new", v)
	if a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.Status)
	}
	h.Has(a, `href="#f-s-start-date"`, `href="#f-a0-due"`, `href="#f-c0-sex"`, `href="#f-s-duration_min"`,
		"&lt;script&gt;alert(1)", "not", "<script>alert(1)", `value="`+v.Get("c0._id")+`" checked`)
	again := filled(t, a.Body)
	for name, want := range v {
		box := want[0] == "" && again[name] == nil // nothing chosen sends nothing
		unsaid := strings.HasSuffix(name, ".lang") && v.Get(strings.TrimSuffix(name, "lang")+"text") == ""
		if name != "_submit" && !box && !unsaid && !slices.Contains(again[name], want[0]) {
			t.Errorf("%s: typed %q, shown %q", name, want, again[name])
		}
	}
	if n := len(h.of("elin", "counterpart", nil)); n != before {
		t.Errorf("%d counterparts more, want none", n-before)
	}
	if n := len(h.of("elin", "action", map[string]string{"origin": v.Get("s._id")})); n != 0 {
		t.Errorf("%d actions, want none", n)
	}
}

func TestSessionFormDraftAndEdit(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	path := "/sessions/" + v.Get("s._id")
	if a := h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	if a := h.Send("aminata", "en", "GET", path, nil); a.Status != http.StatusNotFound {
		t.Errorf("a draft answers its team leader %d", a.Status)
	}
	e := filled(t, h.Get("elin", path+"/edit").Body)
	if e.Get("a0.text.text") != "Ajouter la colonne au registre" && e.Get("a1.text.text") != "Ajouter la colonne au registre" {
		t.Errorf("actions of the draft: %q, %q", e.Get("a0.text.text"), e.Get("a1.text.text"))
	}
	if e.Get("x.adviser_assessment.text") != canary || e.Get("s.summary.text") != "Revue du registre de garde à vue." {
		t.Errorf("texts of the draft: %q, %q", e.Get("x.adviser_assessment.text"), e.Get("s.summary.text"))
	}
	stale := url.Values{}
	for name, vals := range e {
		stale[name] = slices.Clone(vals)
	}
	e.Set("a1.text.text", "") // one action is dropped
	e.Set("s.summary.text", "Revue faite.")
	e.Set("_submit", "1")
	for range 2 {
		if a := h.Send("elin", "en", "POST", path+"/edit", e); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
		}
	}
	states := map[any]int{}
	for _, a := range h.of("elin", "action", map[string]string{"origin": v.Get("s._id")}) {
		states[a["state"]]++
	}
	if states["proposed"] != 1 || states["cancelled"] != 1 {
		t.Errorf("actions by state: %v", states)
	}
	stale.Set("s.summary.text", "Autre version.")
	a := h.Send("elin", "en", "POST", path+"/edit", stale) // from before the submission
	if h.Has(a, "Autre version.", "cannot be edited now", "to be copied", "not", "data-draft", `name="_submit"`, `name="_keep"`); a.Status != http.StatusConflict {
		t.Errorf("a form from before the submission: %d", a.Status)
	}
	stale.Set("_save", "draft")
	if a := h.Send("elin", "en", "POST", path+"/edit", stale); a.Status != http.StatusConflict || !strings.Contains(a.Body, "cannot be edited now") {
		t.Errorf("a draft from before the submission: %d\n%s", a.Status, a.Body)
	}
	stale.Del("_save")
	first := h.Send("elin", "en", "POST", "/sessions/new", stale) // as a browser that went back sends it
	if h.Has(first, "Autre version.", "cannot be edited now"); first.Status != http.StatusConflict {
		t.Errorf("a new form from before the submission: %d", first.Status)
	}
	h.Has(h.Get("elin", path), "not", "Autre version.")
}

func TestSessionFormConflict(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	path := "/sessions/" + v.Get("s._id")
	h.Send("elin", "en", "POST", "/sessions/new", v)
	mine, theirs := filled(t, h.Get("elin", path+"/edit").Body), filled(t, h.Get("elin", path+"/edit").Body)
	theirs.Set("s.summary.text", "Leur version.")
	if a := h.Send("elin", "en", "POST", path+"/edit", theirs); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	mine.Set("s.summary.text", "Ma version.")
	a := h.Send("elin", "en", "POST", path+"/edit", mine)
	if a.Status != http.StatusPreconditionFailed {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.Has(a, "Ma version.", "Leur version.")
	if a := h.Send("elin", "en", "POST", path+"/edit", filled(t, a.Body)); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.Has(h.Get("elin", path), "Ma version.", "not", "Leur version.")
}

// TestSessionFormConflictOfEveryPart: what somebody else saved in a part that one
// did not touch stays as it is; what both touched stands side by side, in the
// actions and the annex too.
func TestSessionFormConflictOfEveryPart(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	path := "/sessions/" + v.Get("s._id")
	h.Send("elin", "en", "POST", "/sessions/new", v)
	mine, theirs := filled(t, h.Get("elin", path+"/edit").Body), filled(t, h.Get("elin", path+"/edit").Body)
	theirs.Set("s.advice_given.text", "Leur conseil.")
	theirs.Set("s.advice_given.lang", "fr")
	theirs.Set("a0.text.text", "Leur premier point.")
	theirs.Set("a1.text.text", "Leur second point.")
	theirs.Set("x.adviser_assessment.text", "Leur avis.")
	if a := h.Send("elin", "en", "POST", path+"/edit", theirs); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	mine.Set("s.summary.text", "Ma version.")
	mine.Set("a1.text.text", "Mon second point.")
	mine.Set("x.adviser_assessment.text", "Mon avis.")
	a := h.Send("elin", "en", "POST", path+"/edit", mine)
	if a.Status != http.StatusPreconditionFailed {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	table, _, _ := strings.Cut(a.Body, "</table>")
	for _, text := range []string{"Ma version.", "Mon second point.", "Leur second point.", "Mon avis.", "Leur avis."} {
		if !strings.Contains(table, text) {
			t.Errorf("%q does not stand beside the other", text)
		}
	}
	for _, text := range []string{"Leur conseil.", "Leur premier point."} {
		if strings.Contains(table, text) {
			t.Errorf("%q was touched by one alone", text)
		}
	}
	if a := h.Send("elin", "en", "POST", path+"/edit", filled(t, a.Body)); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.Has(h.Get("elin", path), "Ma version.", "Leur conseil.", "Leur premier point.", "Mon second point.", "Mon avis.",
		"not", "Leur second point.", "Leur avis.")
}

func TestSessionFormAutosave(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	v.Set("_save", "draft")
	for i, address := range []string{"/sessions/new", "/sessions/" + v.Get("s._id") + "/edit"} {
		v.Set("s.summary.text", strings.Repeat("Mot. ", i+1))
		a := h.Send("elin", "en", "POST", address, v)
		var saved struct{ ETag, Action, Text string }
		if err := json.Unmarshal([]byte(a.Body), &saved); err != nil || a.Status != http.StatusOK {
			t.Fatalf("%d %v\n%s", a.Status, err, a.Body)
		}
		if saved.Action != "/sessions/"+v.Get("s._id")+"/edit" || saved.Text == "" {
			t.Errorf("%+v", saved)
		}
		v.Set("_etag", saved.ETag)
	}
	if got := h.of("elin", "session", map[string]string{"state": "draft"}); len(got) == 0 {
		t.Error("no draft was kept")
	}
	for _, r := range h.of("elin", "counterpart", nil) {
		if r["name"] == "Paul Ndiru" {
			t.Error("a half-typed officer was written down")
		}
	}
}

func TestSessionFormOtherUnit(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	v.Set("s.unit", seeds.ID("unac/unit/CRN-ST-001"))
	v.Set("_find", "s.unit")
	a := h.Send("elin", "en", "POST", "/sessions/new", v)
	if a.Status != http.StatusOK {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.Has(a, "Revue du registre de garde à vue.", "not", seeds.ID("unac/counterpart/CRN-ST-014/2"))
	v.Del("_find")
	if a = h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("a unit out of reach: %d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.Has(a, `href="#f-s-unit"`, "Revue du registre de garde à vue.")
	if n := len(h.of("elin", "action", map[string]string{"origin": v.Get("s._id")})); n != 0 {
		t.Errorf("%d actions, want none", n)
	}
}

func TestSessionFormFailedVisit(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := filled(t, h.Get("elin", "/sessions/new").Body)
	v.Set("_held", "no")
	v.Set("_submit", "1")
	a := h.Send("elin", "en", "POST", "/sessions/new", v)
	if a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("without a reason: %d", a.Status)
	}
	h.Has(a, `href="#why"`)
	v.Set("_why", "weather")
	if a := h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	for _, s := range h.of("elin", "session", map[string]string{"state": "submitted"}) {
		if s["id"] == v.Get("s._id") && (s["participants"] != nil || s["outcome_of_visit"] != "weather") {
			t.Errorf("recorded %v", s)
		}
	}
}

func TestSessionFormBadInput(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	v.Set("_by", "somebody else")
	if a := h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusForbidden {
		t.Errorf("a form of somebody else: %d", a.Status)
	}
	v = told(t, h)
	v.Set("s.released_by", "me")
	if a := h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a forged field: %d", a.Status)
	}
	v = told(t, h)
	v.Set("_etag", "- - -")
	v.Set("a0._who", "host/"+seeds.ID("no such officer"))
	v.Set("s.counterparts", "'; --")
	v.Set("_submit", "1")
	if a := h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("forged references: %d", a.Status)
	}
	for _, who := range []string{"ruth", "admin"} {
		if a := h.Send(who, "en", "GET", "/sessions/new", nil); a.Status != http.StatusForbidden && a.Status != http.StatusNotFound {
			t.Errorf("%s is answered %d", who, a.Status)
		}
	}
	if n := len(h.of("elin", "action", map[string]string{"origin": v.Get("s._id")})); n != 0 {
		t.Errorf("%d actions, want none", n)
	}
}

func TestSessionFormUnchangedWritesNothing(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := told(t, h)
	path := "/sessions/" + v.Get("s._id")
	h.Send("elin", "en", "POST", "/sessions/new", v)
	e := filled(t, h.Get("elin", path+"/edit").Body)
	for range 2 {
		if a := h.Send("elin", "en", "POST", path+"/edit", e); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
		}
	}
	for _, name := range []string{"session", "action", "session_annex"} {
		of := map[string]string{"session": "id", "action": "origin", "session_annex": "session"}[name]
		filter := map[string]string{of: v.Get("s._id")}
		if name == "session" {
			filter = map[string]string{"state": "draft"}
		}
		for _, r := range h.of("elin", name, filter) {
			if (name != "session" || r["id"] == v.Get("s._id")) && r["rev"] != 1.0 {
				t.Errorf("%s is at revision %v", name, r["rev"])
			}
		}
	}
}

// TestSessionNamesTheTeam: who may name the others who are posted at the unit can
// add them, himself first; of nobody else anything is asked.
func TestSessionNamesTheTeam(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.Has(h.Get("elin", "/sessions/new"), "not", "Who else of the UN was there")
	if strings.Contains(h.Get("aminata", "/sessions/new?unit=zqxjkvw").Body, "zqxjkvw") {
		t.Error("words of the address are repeated in the page")
	}
	at := h.Get("aminata", "/sessions/new?unit="+webtest.Unit)
	h.Has(at, "Who else of the UN was there", "Elin Strand")
	v := filled(t, at.Body)
	v.Add("s.advisers", seeds.ID("unac/person/01"))
	v.Set("_keep", "1")
	if a := h.Send("aminata", "en", http.MethodPost, "/sessions/new", v); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%.900s", a.Status, webtest.Main(a.Body))
	}
	path := "/sessions/" + v.Get("s._id")
	h.Has(h.Get("aminata", path), "Aminata Diallo", "Elin Strand")
	e := filled(t, h.Get("elin", path+"/edit").Body) // who cannot name the other keeps him
	e.Set("_keep", "1")
	if a := h.Send("elin", "en", http.MethodPost, path+"/edit", e); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%.900s", a.Status, webtest.Main(a.Body))
	}
	h.Has(h.Get("aminata", path), "Aminata Diallo", "Elin Strand")
}

// TestSessionFaultsAreCalledAsAsked: the summary of what is wrong calls each
// entry as the form does, and says of each one thing.
func TestSessionFaultsAreCalledAsAsked(t *testing.T) {
	t.Parallel()
	h := start(t)
	v := filled(t, h.Get("elin", "/sessions/new").Body)
	v.Set("s.start.date", "2026-12-45")
	v.Set("a0.text.text", "Ajouter la colonne")
	v.Set("a0.due", "2026-12-01")
	v.Set("_submit", "1")
	a := h.Send("elin", "en", http.MethodPost, "/sessions/new", v)
	_, list, _ := strings.Cut(a.Body, `class="errors`)
	list, _, _ = strings.Cut(list, "</ul>")
	h.Has(webtest.Page{Body: list}, "How many took part", "What was agreed, in one or two sentences: Fill this in.", "Enter a day and a time",
		"not", "Participants", "Summary", "Start: Fill this in", "before the session")
}
