package kinds_test

import (
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/app/web/webtest"
)

func TestDetailShowsEveryType(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	a := h.Get("elin", "/exhibits/"+exhibitID)
	h.Has(a, `<h1 dir="auto">Registre de nuit</h1>`, "18 November 2026", "March 1998", "6–9 November 2026", "18 November 2026, 09:30",
		"14,200.50 USD", "66.7% (2 of 3)", "14.8312, 38.2071, within 50 m", "1 woman, 2 men", "Arrest, custody and detention procedure",
		"1998", "12,000", "Yes", "Arabic", "Sergeant", `class="by by-host"`, `<p class="said" lang="fr" dir="ltr">Le registre est complet.</p>`,
		"Original: French", "1 more translation", `<p class="said" lang="ar" dir="rtl">السجل كامل</p>`, "Machine translation, not verified",
		`href="/units/`+webtest.Unit+`"`, "&lt;script&gt;alert(1)&lt;/script&gt;", "UN internal", "two thousand", "Not yet visible to them", "mark-mis",
		"not", "<script>alert", "1,998", "field.exhibit.secret", "UN only")
	ar := h.Send("elin", "ar", "GET", "/exhibits/"+exhibitID, nil)
	h.Has(ar, `<html lang="ar" dir="rtl">`, `<p class="said" lang="fr" dir="ltr">`, `<p class="said" lang="ar" dir="rtl">`)
}

func TestDetailOffersWhatIsPossible(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	at := "/exhibits/" + exhibitID
	a := h.Get("elin", at)
	h.Has(a, `<a class="btn btn-full btn-primary" href="`+at+`/do/check">`, `<a class="btn btn-danger btn-full" href="`+at+`/do/drop">`,
		`href="`+at+`/edit"`, `href="`+at+`/history"`, `href="`+at+`/translate"`, `<li aria-current="step">`, "not", "/do/present", "/do/close")
	if line := strings.Count(a.Body, "state.exhibit."); line < 4 || strings.Contains(webtest.Main(a.Body), "state.exhibit.dropped") {
		t.Errorf("%d states in %s", line, webtest.Main(a.Body))
	}
	h.act("elin", "check")
	h.Has(h.Get("elin", at), "/do/present", "/do/drop", `<li class="done">`, "not", "/do/check", at+"/edit")
	h.Has(h.Get("aminata", at), "two thousand", "not", "/do/present", "/do/drop", at+"/edit")
	h.act("elin", "drop")
	h.Has(h.Get("elin", at), "state.exhibit.dropped.label", "not", "trail panel", "/do/")
}

func TestDetailOfTheHost(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	at := "/exhibits/" + exhibitID
	absent := h.Send("ruth", "en", "GET", strings.Replace(at, "01", "02", 1), nil)
	if a := h.Send("ruth", "en", "GET", at, nil); a.Status != 404 || a.Body != absent.Body {
		t.Errorf("a draft: %d %s", a.Status, a.Body)
	}
	h.act("elin", "check")
	h.act("elin", "present")
	a := h.Get("ruth", at)
	h.Has(a, "Shared with the host police", "1 woman, 2 men", "Released on 23 November 2026.", "not", "UN internal", "two thousand", "Elin", "Created", "Last changed",
		"mark-mis", "/edit", "/translate", "/do/")
	if strings.Count(a.Body, `class="band `) != 1 {
		t.Error("more than one band")
	}
}

func TestDetailLeadsToWhatPointsHere(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	h.Has(h.Get("elin", "/units/"+webtest.Unit), `href="/sessions?unit=`+webtest.Unit+`"`, `href="/actions?owner=`+webtest.Unit+`"`, `href="/counterparts?unit=`+webtest.Unit+`"`,
		"not", "/session-annexes?")
	h.Has(h.Get("ruth", "/units/"+webtest.Unit), `href="/sessions?unit=`+webtest.Unit+`"`, "not", "/postings?", "/session-annexes?", "advisers=")
	l, err := h.Records.List(t.Context(), h.As("aminata"), h.Kinds.Get("session"), record.ListQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.Has(h.Get("aminata", "/sessions/"+l.Items[0].ID), `href="/actions?origin=`+l.Items[0].ID+`"`)
}

func TestRecords(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	h.Has(h.Get("elin", "/records"), "About units", `href="/sessions"`, `href="/sessions/new"`, "Contacts between UN police", `href="/reference-items"`,
		"not", "/reference-items/new", "About people</h2><p")
	h.Has(h.Get("ruth", "/records"), `href="/units"`, "not", `href="/persons"`, `href="/session-annexes"`, "/sessions/new")
}
