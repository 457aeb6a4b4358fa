package kinds_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"colocate/app/record"
)

var (
	whatChanged = regexp.MustCompile(`<a class="link" href="([^"]+)"`)
	versionRef  = regexp.MustCompile(`name="from" value="([^"]+)"`)
)

func TestHistory(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	h.rewrite("elin", strings.NewReplacer("est complet", "n’est pas encore complet", "14200.50", "14300", `"men":7`, `"men":8`).Replace(full))
	h.act("elin", "check")
	at := "/exhibits/" + exhibitID + "/history"
	a := h.get("elin", at)
	if got := versionRef.FindAllString(a.body, -1); len(got) != 3 {
		t.Errorf("%d versions", len(got))
	}
	h.has(a, "verb.exhibit.check.label", "Changed", "Recorded", "Elin Strand", "23 November 2026", "Compare the two versions", "not", "Differences")
	links := whatChanged.FindAllStringSubmatch(a.body, -1)
	if len(links) != 2 {
		t.Fatalf("%q", links)
	}
	b := h.get("elin", html.UnescapeString(links[1][1]))
	h.has(b, "Le registre", "<del>est </del>", "<ins>n’est pas encore </ins>", `lang="fr"`, "<del>14,200.50 USD</del>", "<ins>14,300 USD</ins>",
		"<del>7</del>", "<ins>8</ins>", "not", "field.exhibit.level.label", "field.exhibit.title.label")
	h.has(h.get("elin", html.UnescapeString(links[0][1])), "<del>state.exhibit.draft.label</del>", "<ins>state.exhibit.checked.label</ins>", "not", "field.exhibit.cost.label")
}

func TestHistoryIsEachReadersOwn(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	h.rewrite("elin", strings.ReplaceAll(full, "two thousand", "nine thousand"))
	at := "/exhibits/" + exhibitID + "/history"
	refs := versionRef.FindAllStringSubmatch(h.get("elin", at).body, -1)
	h.act("elin", "check")
	h.act("elin", "present")
	h.has(h.get("ruth", at), "Version", "not", "Elin", "Recorded", "23 November", "two thousand", "Differences", "Compare")
	absent := h.send("ruth", "en", "GET", strings.Replace(at, "01/h", "02/h", 1), nil)
	for _, q := range []string{"?from=" + refs[0][1] + "&to=" + refs[1][1], "?from=x&to=y"} {
		if a := h.send("ruth", "en", "GET", at+q, nil); a.status != http.StatusNotFound || a.body != absent.body {
			t.Errorf("%s: %d %s", q, a.status, a.body)
		}
	}
	for _, q := range []string{"?none=1", "?before=x"} {
		if a := h.send("elin", "en", "GET", at+q, nil); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", q, a.status)
		}
	}
}

// TestHistoryOfEveryKind: whatever is in the store has a history and a page of
// translations that can be shown.
func TestHistoryOfEveryKind(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	shown := 0
	for _, d := range h.kinds.All() {
		for _, who := range []string{"elin", "aminata", "admin", "ruth"} {
			l, err := h.records.List(t.Context(), as(who), d, record.ListQuery{Limit: 2})
			if err != nil || d.Unlisted {
				continue
			}
			h.get(who, "/"+d.Plural)
			for _, v := range l.Items {
				for _, page := range []string{"", "/history", "/translate"} {
					h.get(who, "/"+d.Plural+"/"+v.ID+page)
					shown++
				}
			}
		}
	}
	if shown < 100 {
		t.Errorf("only %d pages", shown)
	}
}
