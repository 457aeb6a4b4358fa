package browser_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// What is typed in the story.
const (
	told     = "Revue du registre de garde à vue avec la commandante et le chef de poste."
	seenText = "Sept fiches sur vingt n’indiquent pas l’heure de notification des droits."
	hostTask = "Ajouter au registre la colonne de l’heure de notification des droits"
	unTask   = "Envoyer le modèle de registre en français"
	officer  = "Paul Ndiru-Okello"
	canary   = "zebra-of-the-annex"
	place    = "Bureau de la garde à vue"
	placeAr  = "مكتب الحجز"
	toldAr   = "مراجعة سجل الحجز مع القائدة ورئيس المركز."
	seenAr   = "سبع استمارات من عشرين لا تذكر وقت الإبلاغ بالحقوق."
	hostAr   = "إضافة عمود وقت الإبلاغ بالحقوق إلى السجل"
	unAr     = "إرسال نموذج السجل بالفرنسية"
	reply    = "اطلعت على المحضر وأضيف أن السجل الجديد قيد الطباعة."
)

// bars of the story, of the recording of the session.
const (
	mostActs = 12
	mostTime = 60 * time.Second
)

func TestStory(t *testing.T) {
	t.Parallel()
	tell(t, true)
}

// TestStoryWithoutScript is the same story where no script runs.
func TestStoryWithoutScript(t *testing.T) {
	t.Parallel()
	tell(t, false)
}

// somebody opens a phone and signs in by the button of the demonstration.
func somebody(t *testing.T, s *site, who, lang string, script bool) *tab {
	t.Helper()
	b := s.open(t, 360)
	b.scripts(script)
	b.language(lang)
	b.see("/")
	b.press(`a[href^="/sign-in"]`)
	b.press(`button[name="demo"][value="` + who + `"]`)
	if got := b.path(); got != "/" {
		t.Fatalf("signed in, one is at %s", got)
	}
	return b
}

// tell tells the main story of the product, from the first visit to the answer
// that the adviser finds.
func tell(t *testing.T, script bool) {
	s := serve(t)
	adviser := somebody(t, s, elin, "en", script)
	id := recorded(t, adviser, script)
	lead := somebody(t, s, aminata, "en", script)
	commander := somebody(t, s, ruth, "ar", script)
	at := "/sessions/" + id

	hidden(t, commander, at, "a submitted session")
	returned(t, lead, at)
	corrected(t, adviser, at)
	approved(t, lead, at)
	hidden(t, commander, at, "an approved session")
	translated(t, lead, at)
	released(t, lead, at)
	answered(t, commander, id)
	found(t, adviser, id)
}

// recorded records a session on a phone and submits it; it gives its id.
func recorded(t *testing.T, b *tab, script bool) string {
	t.Helper()
	b.acts = 0
	began := time.Now()
	b.press(`main a[href^="/sessions/new"]`)
	b.click(`input[name="s.counterparts"]`)
	b.click(`details.fold:has([name="c0.name"]) > summary`)
	b.write(`[name="c0.name"]`, officer)
	b.choose(`[name="c0.rank_code"]`, "SGT")
	b.write(`[name="c0.function"]`, "Chef de poste")
	b.click(`[name="c0.sex"][value="male"]`)
	b.click(`[name="c0._consent"]`)
	b.click(`[name="s.themes"]`)
	for _, x := range []struct{ name, text string }{
		{"s.observations.0.text", seenText}, {"s.summary", told}, {"a0.text", hostTask}, {"a1.text", unTask},
	} {
		b.choose(`[name="`+x.name+`.lang"]`, "fr")
		b.write(`[name="`+x.name+`.text"]`, x.text)
	}
	b.write(`[name="x.adviser_assessment.text"]`, canary)
	counted := eval[string](b, `document.querySelector('.field:has([name="s.summary.text"]) [data-count]').innerText`)
	if want := strconv.Itoa(utf8.RuneCountInString(told)); strings.HasPrefix(counted, want+" ") != script {
		t.Errorf("scripts should run: %v, but %s characters are counted as %q", script, want, counted)
	}
	b.press(`[name="_submit"]`)
	took := time.Since(began)
	t.Logf("the session was recorded in %v, with %d acts beyond typing", took.Round(100*time.Millisecond), b.acts)
	if b.acts > mostActs || took > mostTime {
		t.Errorf("the bars are %d acts and %v", mostActs, mostTime)
	}
	id, ok := strings.CutPrefix(b.path(), "/sessions/")
	if !ok {
		t.Fatalf("the session was not recorded: %s", b.describe())
	}
	b.want(`.pill-info`)
	b.says(told, seenText, hostTask, unTask, officer, canary, "Submitted")
	if got := one[record](t, b.site, elin, "sessions/"+id).State; got != "submitted" {
		t.Errorf("the session is %s", got)
	}
	return id
}

// hidden holds that the host finds nothing of the session: not on the first
// page, not in the list, not at its address.
func hidden(t *testing.T, b *tab, at, what string) {
	t.Helper()
	for _, path := range []string{"/", "/sessions", "/actions", "/records"} {
		b.see(path)
		b.silent(at[len("/sessions/"):], told, hostTask, canary, "session-annex")
	}
	if status := b.visit(at); status != 404 {
		t.Errorf("%s answers the host with %d", what, status)
	}
	b.silent(told, canary)
}

func returned(t *testing.T, b *tab, at string) {
	t.Helper()
	b.see("/")
	b.press(`main a[href="` + at + `"]`)
	b.says(told, canary)
	b.choose(`form[action$="/do/return"] [name="reason"]`, "incomplete")
	b.choose(`form[action$="/do/return"] [name="note.lang"]`, "fr")
	b.write(`form[action$="/do/return"] [name="note.text"]`, "Où s’est tenue la séance ?")
	b.press(`form[action$="/do/return"] button`)
	b.says("Returned", "Où s’est tenue la séance ?")
}

func corrected(t *testing.T, b *tab, at string) {
	t.Helper()
	b.see("/")
	b.says("Returned")
	b.press(`main a[href^="` + at + `"]`)
	if !strings.HasSuffix(b.path(), "/edit") {
		b.says("Où s’est tenue la séance ?")
		b.press(`main a[href="` + at + `/edit"]`)
	}
	if got := b.value(`[name="s.summary.text"]`); got != told {
		t.Errorf("the summary of the form is %q", got)
	}
	b.click(`details.fold:has([name="s.place.text"]) > summary`)
	b.choose(`[name="s.place.lang"]`, "fr")
	b.write(`[name="s.place.text"]`, place)
	b.press(`[name="_submit"]`)
	b.says("Submitted", place, told, seenText, hostTask, unTask, officer)
	if n := len(list[record](t, b.site, elin, "actions?origin="+at[len("/sessions/"):])); n != 2 {
		t.Errorf("there are %d actions of the session, want 2", n)
	}
}

func approved(t *testing.T, b *tab, at string) {
	t.Helper()
	b.see(at)
	b.press(`form[action$="/do/approve"] button`)
	b.says("Approved")
}

// translated adds an Arabic translation to each text that the host will read.
func translated(t *testing.T, b *tab, at string) {
	t.Helper()
	host, un := ownAction(t, b.site, at[len("/sessions/"):], "host"), ownAction(t, b.site, at[len("/sessions/"):], "un")
	for _, x := range []struct{ at, text, tr string }{
		{at, place, placeAr}, {at, told, toldAr}, {at, seenText, seenAr}, {"/actions/" + host, hostTask, hostAr}, {"/actions/" + un, unTask, unAr},
	} {
		b.see(x.at + "/translate")
		part := ""
		for i := range b.count("main section.panel") {
			sel := "main section.panel:nth-of-type(" + strconv.Itoa(i+1) + ")"
			if strings.Contains(eval[string](b, "document.querySelector("+quoted(sel)+").innerText"), x.text) {
				part = sel
			}
		}
		if !b.has(part + " details.fold[open]") {
			b.click(part + " details.fold > summary")
		}
		b.choose(part+` details select[name="lang"]`, "ar")
		b.write(part+` details textarea[name="text"]`, x.tr)
		b.press(part + ` details form button.btn`)
		b.says(x.text, x.tr) // the original stays
	}
}

func released(t *testing.T, b *tab, at string) {
	t.Helper()
	b.see(at)
	if b.has(`[name="scan_resolved"]`) {
		b.click(`[name="scan_resolved"]`)
	}
	b.press(`form[action$="/do/release"] button`)
	b.says("Released")
}

// answered: the commander reads in Arabic, acknowledges, accepts an action with
// another date, and comments.
func answered(t *testing.T, b *tab, id string) {
	t.Helper()
	at := "/sessions/" + id
	b.see("/")
	if got := eval[string](b, `document.documentElement.lang + " " + document.documentElement.dir`); got != "ar rtl" {
		t.Errorf("the host's page is %s", got)
	}
	b.says(told, toldAr, seenAr, hostAr)
	b.silent(canary, "session-annex", "UNAC-2026-")
	task := ownAction(t, b.site, id, "host")

	fold := `details.fold:has(form[action="/actions/` + task + `/do/counter_propose"])`
	b.click(fold + ` > summary`)
	b.write(fold+` input[name="due"]`, "2027-01-15")
	b.write(fold+` [name="reason.text"]`, "السجلات لدى المطبعة.")
	b.press(fold + ` button`)
	if got := one[record](t, b.site, ruth, "actions/"+task).State; got != "counter_proposed" {
		t.Errorf("the action is %s", got)
	}

	b.see("/")
	b.press(`form[action="` + at + `/do/acknowledge"] button`)
	if got := one[record](t, b.site, ruth, "sessions/"+id).State; got != "acknowledged" {
		t.Errorf("the session is %s", got)
	}
	b.see(at)
	b.says(told, toldAr, seenText, seenAr, placeAr)
	b.silent(canary, "session-annex", "UNAC-2026-")
	if !b.has(`form[action$="/comment"] textarea`) {
		t.Fatalf("no comment can be made: %s", b.describe())
	}
	if fold := `details:not([open]):has(form[action$="/comment"]) > summary`; b.has(fold) {
		b.click(fold)
	}
	b.write(`form[action$="/comment"] textarea`, reply)
	b.press(`form[action$="/comment"] button`)
	b.says(reply)
	b.silent(canary)
}

// ownAction is the action of a session that a side owes.
func ownAction(t *testing.T, s *site, session, side string) string {
	t.Helper()
	type action struct {
		ID   string `json:"id"`
		Side string `json:"owner_side"`
	}
	for _, a := range list[action](t, s, elin, "actions?origin="+session) {
		if a.Side == side {
			return a.ID
		}
	}
	t.Fatalf("the %s owes nothing of session %s", side, session)
	return ""
}

// found: the adviser sees in Today what the commander answered, and agrees.
func found(t *testing.T, b *tab, id string) {
	t.Helper()
	task := ownAction(t, b.site, id, "host")
	b.see("/")
	b.want(`main a[href="/actions/` + task + `"]`)
	b.says(hostTask)
	b.press(`main a[href="/actions/` + task + `"]`)
	b.says("15 January 2027", "السجلات لدى المطبعة.")
	b.press(`form[action$="/do/accept"] button`)
	if got := one[record](t, b.site, elin, "actions/"+task).State; got != "accepted" {
		t.Errorf("the action is %s", got)
	}
	b.see("/sessions/" + id)
	b.says(reply, "Acknowledged")
}
