package kinds_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/app/web/webtest"
)

var (
	rowLink  = regexp.MustCompile(`<th role="rowheader" scope="row"><a href="(/[^"]+)"`)
	nextLink = regexp.MustCompile(`<a class="btn" href="([^"]+)" rel="next"`)
	prevLink = regexp.MustCompile(`<a class="btn" href="([^"]+)" rel="prev"`)
)

// rows are the addresses of the records that a list shows.
func rows(a webtest.Page) (hrefs []string) {
	for _, m := range rowLink.FindAllStringSubmatch(a.Body, -1) {
		hrefs = append(hrefs, m[1])
	}
	return hrefs
}

// along is where a link of the pager leads, "" if there is none.
func along(a webtest.Page, link *regexp.Regexp) string {
	m := link.FindStringSubmatch(a.Body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

func TestListPages(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	seen := map[string]bool{}
	n := 0
	for to := "/sessions"; to != ""; n++ {
		a := h.Get("priya", to)
		for _, href := range rows(a) {
			if seen[href] {
				t.Errorf("%s stands on two pages", href)
			}
			seen[href] = true
		}
		if back := along(a, prevLink); (back != "") != (n > 0) || n > 0 && back != "/sessions" {
			t.Errorf("page %d leads back to %q", n, back)
		}
		to = along(a, nextLink)
	}
	l, err := h.Records.List(t.Context(), h.As("priya"), h.Kinds.Get("session"), record.ListQuery{Total: true})
	if err != nil || int64(len(seen)) != l.Total || n < 3 {
		t.Errorf("%d sessions on %d pages, there are %d, %v", len(seen), n, l.Total, err)
	}
	if got := len(rows(h.Get("priya", "/sessions?limit=50"))); got != 50 {
		t.Errorf("%d on a page of 50", got)
	}
}

// TestListShowsItsOrder: what a list is in the order of is a column of it.
func TestListShowsItsOrder(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	h.Has(h.Get("priya", "/actions"), `aria-sort="ascending"`, "Due date</a>")
	h.Has(h.Get("priya", "/contests"), `aria-sort="ascending"`, "Answer due</a>")
	h.Has(h.Get("priya", "/contests?sort=-filed_on"), `aria-sort="descending"`, "Filed on</a>")
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	all := h.Get("elin", "/units")
	h.Has(all, `name="level"`, `name="code"`, `<option value="station">`, "Units of the host police", `<th role="columnheader" scope="col" aria-sort="ascending">`,
		"not", "Remove all filters", "Filtered by")
	one := h.Get("elin", "/units?code=CRN-ST-014&level=&sort=&limit=")
	if got := rows(one); !slices.Equal(got, []string{"/units/" + webtest.Unit}) {
		t.Errorf("%q", got)
	}
	h.Has(one, `<a class="chip" href="/units">`, "Code: CRN-ST-014", "Remove this filter")
	two := h.Get("elin", "/units?code=CRN-ST-014&level=station")
	h.Has(two, `<a class="chip" href="/units?level=station">`, `<a class="chip" href="/units?code=CRN-ST-014">`, `<option value="station" selected>`)
	down := h.Get("elin", "/units?sort=-code")
	if first, last := rows(all), rows(down); first[0] == last[0] {
		t.Error("the order does not change")
	}
	h.Has(down, `aria-sort="descending"`, `<option value="-code" selected>`)
	h.Has(h.Get("aminata", "/actions?overdue=true"), `name="overdue" value="true" checked`, `<a class="chip" href="/actions">`)
	h.Has(h.Get("elin", "/sessions?unit="+webtest.Unit), `<option value="`+webtest.Unit+`" selected>`, "Unit: Commissariat de Kivuli Lac")
	h.Has(h.Get("elin", "/sessions?created_by="+h.As("elin").Person), `value="`+h.As("elin").Person+`" checked`, "Recorded by me")
}

func TestListRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	for _, q := range []string{"?none=1", "?level=attic", "?level=post&level=station", "?limit=201", "?limit=0", "?limit=x", "?sort=population",
		"?cursor=x", "?unit=x", "?overdue=true", "?level=%ff", "?" + strings.Repeat("x", 300) + "=1"} {
		if a := h.Send("elin", "en", "GET", "/units"+q, nil); a.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", q, a.Status)
		}
	}
	for _, who := range []string{"ruth"} { // what the host side may not narrow by is as if there was no such thing
		hidden, none := h.Send(who, "en", "GET", "/sessions?ref_no=x", nil), h.Send(who, "en", "GET", "/sessions?xyz_no=x", nil)
		if hidden.Status != 400 || strings.ReplaceAll(hidden.Body, "ref_no", "xyz_no") != none.Body {
			t.Errorf("%s\n%s", hidden.Body, none.Body)
		}
	}
}

func TestListOfTheHost(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	a := h.Get("ruth", "/sessions")
	h.Has(a, "Release number", "Released", "not", "Reference number", "Last changed", "Recorded by me", "ref_no", "created_by", "/sessions/new", "Advisers")
	if len(rows(a)) == 0 {
		t.Error("nothing was released")
	}
	absent := h.Send("ruth", "en", "GET", "/persons", nil)
	for _, path := range []string{"/persons/" + h.As("elin").Person, "/session-annexes", "/persons/new", "/units/x"} {
		if b := h.Send("ruth", "en", "GET", path, nil); b.Status != 404 || b.Body != absent.Body {
			t.Errorf("%s: %d %s", path, b.Status, b.Body)
		}
	}
}

func TestListEmpty(t *testing.T) {
	t.Parallel()
	h := start(t, exhibits, exhibitPolicy)
	h.Has(h.Get("elin", "/exhibits"), "Nothing recorded yet", "What you add appears here.", `href="/exhibits/new"`, "not", "Remove all filters")
	h.Has(h.Get("ruth", "/exhibits"), "Nothing recorded yet", "Records appear here once somebody adds them.", "not", "/exhibits/new")
	h.Has(h.Get("elin", "/exhibits?level=high"), "Nothing matches these filters", `<a class="btn" href="/exhibits">`, "not", "Nothing recorded yet")
}

func TestListShowsEveryType(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	a := h.Get("elin", "/exhibits")
	h.Has(a, "Registre de nuit", `href="/units/`+webtest.Unit+`"`, "18 Nov 2026", "state.exhibit.draft.label", "enum.level.high.label", "not", "two thousand dollars")
	for _, q := range []string{"theme=T07", "cells=12000", "open=true", "tongue=ar", "budget=two+thousand", "day=2026-11-18", "level=high", "state=draft"} {
		if got := rows(h.Get("elin", "/exhibits?"+q)); len(got) != 1 {
			t.Errorf("%s: %q", q, got)
		}
	}
	if got := rows(h.Get("elin", "/exhibits?open=false")); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
