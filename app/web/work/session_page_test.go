package work_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"colocate/app/web/form"
	"colocate/seeds"
)

// pressed are the hidden values of the page's form that does a verb.
func pressed(t testing.TB, body, action string) url.Values {
	t.Helper()
	_, rest, ok := strings.Cut(body, `action="`+action+`"`)
	if !ok {
		t.Fatalf("no form for %s in\n%s", action, main(body))
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(rest, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	return out
}

// do presses a button of the session's page, with more values.
func (h *host) do(who, path, verb string, more url.Values) {
	h.t.Helper()
	v := pressed(h.t, h.get(who, path).body, path+"/"+verb)
	for name, vals := range more {
		v[name] = vals
	}
	a := h.send(who, "en", "POST", path+"/"+verb, v)
	if a.status != http.StatusSeeOther {
		h.t.Fatalf("%s by %s: %d\n%s", verb, who, a.status, main(a.body))
	}
}

// submitted is the path of a session that waits for its review.
func submitted(t *testing.T, h *host) string {
	t.Helper()
	v := told(t, h)
	v.Set("s.advice_given.text", "<img src=x onerror=alert(1)>")
	v.Set("s.advice_given.lang", "fr")
	v.Set("_submit", "1")
	if a := h.send("elin", "en", "POST", "/sessions/new", v); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, main(a.body))
	}
	return "/sessions/" + v.Get("s._id")
}

func TestSessionFromReviewToAnswer(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.has(h.get("aminata", path), canary, "Ajouter la colonne", "Commissariat de Kivuli Lac</h1>", "Paul Ndiru", "&lt;img src=x", "not", "<img src=x")
	if a := h.send("ruth", "en", "GET", path, nil); a.status != http.StatusNotFound {
		t.Fatalf("before its release, the host is answered %d", a.status)
	}
	h.do("aminata", path, "do/return", url.Values{"reason": {"judgement"}, "note.text": {"Plus neutre."}, "note.lang": {"fr"}})
	h.has(h.get("elin", path), "Returned for revision", "Plus neutre.")
	e := filled(t, h.get("elin", path+"/edit").body)
	e.Set("s.summary.text", "Revue du registre, faite.")
	e.Set("_submit", "1")
	if a := h.send("elin", "en", "POST", path+"/edit", e); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, main(a.body))
	}
	h.do("aminata", path, "do/approve", nil)
	h.has(h.get("aminata", path), "conditions are met", "not", "disabled")
	h.do("aminata", path, "do/release", nil)

	read := h.get("ruth", path)
	h.has(read, "Revue du registre, faite.", "Ajouter la colonne", "Acknowledging means", "mark-shr", "not", canary, "annex", "Annex",
		"Plus neutre", seeds.ID("unac/person/01"), "UNAC-2026-")
	h.do("ruth", path, "do/acknowledge", nil)
	h.do("ruth", path, "comment", url.Values{"text.text": {"<b>نص</b>"}, "text.lang": {"ar"}})
	h.do("elin", path, "comment", url.Values{"text.text": {"Merci."}, "text.lang": {"fr"}})
	for _, who := range []string{"ruth", "elin"} {
		h.has(h.get(who, path), "&lt;b&gt;نص", `lang="ar" dir="rtl"`, "Merci.", "not", "<b>نص")
	}
}

func TestSessionOnPaper(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.has(h.get("elin", path), canary, "mark-con")
	h.has(h.get("elin", path+"?print=1"), "mark-mis", "Revue du registre", "With the UN annex", "not", canary, "UNAC-2026-")
	if strings.Contains(main(h.get("elin", path+"?print=1").body), "<form") {
		t.Error("a sheet has a form")
	}
	h.has(h.get("elin", path+"?print=annex"), "mark-con", canary)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	h.has(h.get("aminata", path+"?print=1"), "mark-shr", "CRN-ST-014/", "not", canary, "UNAC-2026-", "Entered late")
	h.has(h.get("ruth", path+"?print=annex"), "mark-shr", "not", canary, "annex", "Annex")
}

func TestSessionCommentKept(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	v := pressed(t, h.get("ruth", path).body, path+"/comment")
	v.Set("text.lang", "fr")
	v.Set("text.text", strings.Repeat("é", 2001))
	a := h.send("ruth", "en", "POST", path+"/comment", v)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.status)
	}
	h.has(a, strings.Repeat("é", 2001), `id="say-e"`)
	if n := len(h.of("ruth", "session_comment", map[string]string{"session": strings.TrimPrefix(path, "/sessions/")})); n != 0 {
		t.Errorf("%d comments, want none", n)
	}
	v.Set("text.text", "Merci.")
	for range 2 {
		if a := h.send("ruth", "en", "POST", path+"/comment", v); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, main(a.body))
		}
	}
	if n := len(h.of("ruth", "session_comment", map[string]string{"session": strings.TrimPrefix(path, "/sessions/")})); n != 1 {
		t.Errorf("%d comments, want 1", n)
	}
}

// TestSessionCommentsAreForGood: no comment is made by signing in, nor of what
// somebody else typed, nor of a body that is no form; and what a session does not
// take any more is kept to be copied.
func TestSessionCommentsAreForGood(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	v := pressed(t, h.get("ruth", path).body, path+"/comment")
	v.Set("text.lang", "en")
	v.Set("text.text", "Seven of the sheets are older.")
	count := func() int {
		return len(h.of("ruth", "session_comment", map[string]string{"session": strings.TrimPrefix(path, "/sessions/")}))
	}
	if a := h.send("aminata", "en", "POST", path+"/comment", v); a.status != http.StatusForbidden || strings.Contains(a.body, "Seven") {
		t.Errorf("of somebody else: %d\n%s", a.status, main(a.body))
	}
	if a := h.send("ruth", "en", "POST", path+"/comment?"+v.Encode(), url.Values{}); a.status != http.StatusForbidden {
		t.Errorf("in the address: %d", a.status)
	}
	for _, kind := range []string{"text/plain", "application/json", ""} {
		if a := h.sendAs("ruth", path+"/comment", kind, v.Encode()); a.status != http.StatusUnsupportedMediaType {
			t.Errorf("as %q: %d", kind, a.status)
		}
	}
	a := h.sendResumed("ruth", path+"/comment", v)
	if h.has(a, "Seven of the sheets are older."); a.status != http.StatusOK || count() != 0 {
		t.Errorf("after a sign-in: %d, %d comments", a.status, count())
	}
	if a := h.send("ruth", "en", "POST", path+"/comment", v); a.status != http.StatusSeeOther || count() != 1 {
		t.Errorf("%d, %d comments", a.status, count())
	}
	v.Set("text.text", "Eight of the sheets are older.")
	a = h.send("ruth", "en", "POST", path+"/comment", v) // the same form with other words
	if h.has(a, "Eight of the sheets are older."); a.status != http.StatusConflict || count() != 1 {
		t.Errorf("changed and sent again: %d, %d comments", a.status, count())
	}
	again := pressed(t, a.body, path+"/comment")
	again.Set("text.lang", "en")
	again.Set("text.text", "Eight of the sheets are older.")
	if a := h.send("ruth", "en", "POST", path+"/comment", again); a.status != http.StatusSeeOther || count() != 2 {
		t.Errorf("sent as it came back: %d, %d comments", a.status, count())
	}
	closed := "/sessions/" + h.of("aminata", "session", map[string]string{"state": "closed"})[0]["id"].(string)
	v.Set("_id", form.NewID())
	v.Set("_by", pressed(t, h.get("aminata", path).body, path+"/comment").Get("_by"))
	a = h.send("aminata", "en", "POST", closed+"/comment", v)
	if h.has(a, "Eight of the sheets are older.", "readonly", "not", "Send the comment"); a.status != http.StatusConflict {
		t.Errorf("closed: %d", a.status)
	}
}
