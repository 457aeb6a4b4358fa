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
	a := h.Get("elin", at)
	if got := versionRef.FindAllString(a.Body, -1); len(got) != 3 {
		t.Errorf("%d versions", len(got))
	}
	h.Has(a, "verb.exhibit.check.label", "Changed", "Recorded", "Elin Strand", "23 November 2026", "Compare the two versions", "not", "Differences")
	links := whatChanged.FindAllStringSubmatch(a.Body, -1)
	if len(links) != 2 {
		t.Fatalf("%q", links)
	}
	b := h.Get("elin", html.UnescapeString(links[1][1]))
	h.Has(b, "Le registre", "<del>est </del>", "<ins>n’est pas encore </ins>", `lang="fr"`, "<del>14,200.50 USD</del>", "<ins>14,300 USD</ins>",
		"<del>7</del>", "<ins>8</ins>", "not", "field.exhibit.level.label", "field.exhibit.title.label")
	h.Has(h.Get("elin", html.UnescapeString(links[0][1])), "<del>state.exhibit.draft.label</del>", "<ins>state.exhibit.checked.label</ins>", "not", "field.exhibit.cost.label")
}

func TestHistoryIsEachReadersOwn(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	h.rewrite("elin", strings.ReplaceAll(full, "two thousand", "nine thousand"))
	at := "/exhibits/" + exhibitID + "/history"
	refs := versionRef.FindAllStringSubmatch(h.Get("elin", at).Body, -1)
	h.act("elin", "check")
	h.act("elin", "present")
	h.Has(h.Get("ruth", at), "Version", "not", "Elin", "Recorded", "23 November", "two thousand", "Differences", "Compare")
	absent := h.Send("ruth", "en", "GET", strings.Replace(at, "01/h", "02/h", 1), nil)
	for _, q := range []string{"?from=" + refs[0][1] + "&to=" + refs[1][1], "?from=x&to=y"} {
		if a := h.Send("ruth", "en", "GET", at+q, nil); a.Status != http.StatusNotFound || a.Body != absent.Body {
			t.Errorf("%s: %d %s", q, a.Status, a.Body)
		}
	}
	for _, q := range []string{"?none=1", "?before=x"} {
		if a := h.Send("elin", "en", "GET", at+q, nil); a.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", q, a.Status)
		}
	}
}

// TestHistoryOfEveryKind: whatever is in the store has a history and a page of
// translations that can be shown.
func TestHistoryOfEveryKind(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	shown := 0
	for _, d := range h.Kinds.All() {
		for _, who := range []string{"elin", "aminata", "admin", "ruth"} {
			l, err := h.Records.List(t.Context(), h.As(who), d, record.ListQuery{Limit: 2})
			if err != nil || d.Unlisted {
				continue
			}
			h.Get(who, "/"+d.Plural)
			for _, v := range l.Items {
				for _, page := range []string{"", "/history", "/translate"} {
					h.Get(who, "/"+d.Plural+"/"+v.ID+page)
					shown++
				}
			}
		}
	}
	if shown < 100 {
		t.Errorf("only %d pages", shown)
	}
}
