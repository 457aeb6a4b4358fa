package work_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"colocate/app/web/form"
	"colocate/app/web/webtest"
	"colocate/seeds"
)

// pressed are the hidden values of the page's form that does a verb.
func pressed(t testing.TB, body, action string) url.Values {
	t.Helper()
	_, rest, ok := strings.Cut(body, `action="`+action+`"`)
	if !ok {
		t.Fatalf("no form for %s in\n%s", action, webtest.Main(body))
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(rest, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	return out
}

// do presses a button of the session's webtest.Page, with more values.
func (h *host) do(who, path, verb string, more url.Values) {
	h.T.Helper()
	v := pressed(h.T, h.Get(who, path).Body, path+"/"+verb)
	for name, vals := range more {
		v[name] = vals
	}
	a := h.Send(who, "en", "POST", path+"/"+verb, v)
	if a.Status != http.StatusSeeOther {
		h.T.Fatalf("%s by %s: %d\n%s", verb, who, a.Status, webtest.Main(a.Body))
	}
}

// submitted is the path of a session that waits for its review.
func submitted(t *testing.T, h *host) string {
	t.Helper()
	v := told(t, h)
	v.Set("s.advice_given.text", "<img src=x onerror=alert(1)>")
	v.Set("s.advice_given.lang", "fr")
	v.Set("_submit", "1")
	if a := h.Send("elin", "en", "POST", "/sessions/new", v); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	return "/sessions/" + v.Get("s._id")
}

func TestSessionFromReviewToAnswer(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.Has(h.Get("aminata", path), canary, "Ajouter la colonne", "Commissariat de Kivuli Lac</h1>", "Paul Ndiru", "&lt;img src=x", "not", "<img src=x")
	if a := h.Send("ruth", "en", "GET", path, nil); a.Status != http.StatusNotFound {
		t.Fatalf("before its release, the host is answered %d", a.Status)
	}
	h.do("aminata", path, "do/return", url.Values{"reason": {"judgement"}, "note.text": {"Plus neutre."}, "note.lang": {"fr"}})
	h.Has(h.Get("elin", path), "Returned for revision", "Plus neutre.")
	e := filled(t, h.Get("elin", path+"/edit").Body)
	e.Set("s.summary.text", "Revue du registre, faite.")
	e.Set("_submit", "1")
	if a := h.Send("elin", "en", "POST", path+"/edit", e); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
	}
	h.do("aminata", path, "do/approve", nil)
	h.Has(h.Get("aminata", path), "conditions are met", "not", "disabled")
	h.do("aminata", path, "do/release", nil)

	read := h.Get("ruth", path)
	h.Has(read, "Revue du registre, faite.", "Ajouter la colonne", "Acknowledging means", "mark-shr", "not", canary, "annex", "Annex",
		"Plus neutre", seeds.ID("unac/person/01"), "UNAC-2026-")
	h.do("ruth", path, "do/acknowledge", nil)
	h.do("ruth", path, "comment", url.Values{"text.text": {"<b>نص</b>"}, "text.lang": {"ar"}})
	h.do("elin", path, "comment", url.Values{"text.text": {"Merci."}, "text.lang": {"fr"}})
	for _, who := range []string{"ruth", "elin"} {
		h.Has(h.Get(who, path), "&lt;b&gt;نص", `lang="ar" dir="rtl"`, "Merci.", "not", "<b>نص")
	}
}

func TestSessionOnPaper(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.Has(h.Get("elin", path), canary, "mark-con")
	h.Has(h.Get("elin", path+"?print=1"), "mark-mis", "Revue du registre", "With the UN annex", "not", canary, "UNAC-2026-")
	if strings.Contains(webtest.Main(h.Get("elin", path+"?print=1").Body), "<form") {
		t.Error("a sheet has a form")
	}
	h.Has(h.Get("elin", path+"?print=annex"), "mark-con", canary)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	h.Has(h.Get("aminata", path+"?print=1"), "mark-shr", "CRN-ST-014/", "not", canary, "UNAC-2026-", "Entered late")
	h.Has(h.Get("ruth", path+"?print=annex"), "mark-shr", "not", canary, "annex", "Annex")
}

func TestSessionCommentKept(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	v := pressed(t, h.Get("ruth", path).Body, path+"/comment")
	v.Set("text.lang", "fr")
	v.Set("text.text", strings.Repeat("é", 2001))
	a := h.Send("ruth", "en", "POST", path+"/comment", v)
	if a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.Status)
	}
	h.Has(a, strings.Repeat("é", 2001), `id="say-e"`)
	if n := len(h.of("ruth", "session_comment", map[string]string{"session": strings.TrimPrefix(path, "/sessions/")})); n != 0 {
		t.Errorf("%d comments, want none", n)
	}
	v.Set("text.text", "Merci.")
	for range 2 {
		if a := h.Send("ruth", "en", "POST", path+"/comment", v); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, webtest.Main(a.Body))
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
	v := pressed(t, h.Get("ruth", path).Body, path+"/comment")
	v.Set("text.lang", "en")
	v.Set("text.text", "Seven of the sheets are older.")
	count := func() int {
		return len(h.of("ruth", "session_comment", map[string]string{"session": strings.TrimPrefix(path, "/sessions/")}))
	}
	if a := h.Send("aminata", "en", "POST", path+"/comment", v); a.Status != http.StatusForbidden || strings.Contains(a.Body, "Seven") {
		t.Errorf("of somebody else: %d\n%s", a.Status, webtest.Main(a.Body))
	}
	if a := h.Send("ruth", "en", "POST", path+"/comment?"+v.Encode(), url.Values{}); a.Status != http.StatusForbidden {
		t.Errorf("in the address: %d", a.Status)
	}
	for _, kind := range []string{"text/plain", "application/json", ""} {
		if a := h.SendAs("ruth", path+"/comment", kind, v.Encode()); a.Status != http.StatusUnsupportedMediaType {
			t.Errorf("as %q: %d", kind, a.Status)
		}
	}
	a := h.SendResumed("ruth", path+"/comment", v)
	if h.Has(a, "Seven of the sheets are older."); a.Status != http.StatusOK || count() != 0 {
		t.Errorf("after a sign-in: %d, %d comments", a.Status, count())
	}
	if a := h.Send("ruth", "en", "POST", path+"/comment", v); a.Status != http.StatusSeeOther || count() != 1 {
		t.Errorf("%d, %d comments", a.Status, count())
	}
	v.Set("text.text", "Eight of the sheets are older.")
	a = h.Send("ruth", "en", "POST", path+"/comment", v) // the same form with other words
	if h.Has(a, "Eight of the sheets are older.", `name="_back" value="`+path+`"`, "not", `name="_back" value="`+path+`/comment"`); a.Status != http.StatusConflict || count() != 1 {
		t.Errorf("changed and sent again: %d, %d comments", a.Status, count())
	}
	again := pressed(t, a.Body, path+"/comment")
	again.Set("text.lang", "en")
	again.Set("text.text", "Eight of the sheets are older.")
	if a := h.Send("ruth", "en", "POST", path+"/comment", again); a.Status != http.StatusSeeOther || count() != 2 {
		t.Errorf("sent as it came back: %d, %d comments", a.Status, count())
	}
	closed := "/sessions/" + h.of("aminata", "session", map[string]string{"state": "closed"})[0]["id"].(string)
	v.Set("_id", form.NewID())
	v.Set("_by", pressed(t, h.Get("aminata", path).Body, path+"/comment").Get("_by"))
	a = h.Send("aminata", "en", "POST", closed+"/comment", v)
	if h.Has(a, "Eight of the sheets are older.", "readonly", "not", "Send the comment"); a.Status != http.StatusConflict {
		t.Errorf("closed: %d", a.Status)
	}
}
