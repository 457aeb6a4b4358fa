package browser_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"colocate/seeds"
)

// send sends JSON to the API as somebody, and gives the status and the answer.
func (s *site) send(t testing.TB, who, path string, v any) (status int, answer string) {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.tokens[who])
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(got)
}

// shared makes a draft of a session that Elin and Jonas held together.
func (s *site) shared(t testing.TB) string {
	t.Helper()
	id := uuid.NewString()
	ref := func(kind, seed string) map[string]string {
		return map[string]string{"kind": kind, "id": seeds.ID(seed)}
	}
	status, answer := s.send(t, elin, "sessions", map[string]any{
		"id": id, "type": "mentoring", "modality": "in_person", "outcome_of_visit": "held", "start": "2026-11-23T07:00:00Z", "duration_min": 60,
		"unit": map[string]string{"kind": "unit", "id": unitID}, "advisers": []any{ref("person", "unac/person/01"), ref("person", "unac/person/02")},
		"counterparts": []any{ref("counterpart", "unac/counterpart/CRN-ST-014/1")}, "themes": []string{"T07"}, "languages": []string{"fr"},
		"participants":   []any{map[string]any{"party": "host_police", "rank_band": "middle", "sexcount": map[string]int{"female": 1, "male": 0, "other_undisclosed": 0}}},
		"interpretation": map[string]string{"mode": "none_needed"}, "agenda_set_by": "joint",
		"summary": map[string]string{"lang": "fr", "text": told},
	})
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, answer)
	}
	return id
}

// said is the summary of a session as the API has it.
func (s *site) said(t testing.TB, id string) string {
	t.Helper()
	type session struct{ Summary struct{ Text string } }
	return one[session](t, s, elin, "sessions/"+id).Summary.Text
}

// TestTwoEditors: of two people who change one session, the second sees both
// versions, and loses nothing of what was typed.
func TestTwoEditors(t *testing.T) {
	t.Parallel()
	s := serve(t)
	id := s.shared(t)
	first, second := s.open(t, 1280), s.open(t, 360)
	first.as(elin)
	second.as(jonas)
	first.see("/sessions/" + id + "/edit")
	second.see("/sessions/" + id + "/edit")
	first.write(`[name="s.summary.text"]`, "Version of Elin.")
	first.press(`[name="_keep"]`)
	if got := s.said(t, id); got != "Version of Elin." {
		t.Fatalf("the first saved %q", got)
	}
	second.scripts(false) // a draft would tell before the form is sent
	second.see("/sessions/" + id + "/edit")
	stale := second.value(`[name="_etag"]`)
	second.write(`[name="s.summary.text"]`, "Version of Jonas.")
	second.write(`[name="s.advice_given.text"]`, "Advice of Jonas.")
	first.see("/sessions/" + id + "/edit")
	first.write(`[name="s.summary.text"]`, "Second version of Elin.")
	first.press(`[name="_keep"]`)
	if status := second.follow(`[name="_keep"]`); status != http.StatusPreconditionFailed && status != http.StatusConflict {
		t.Errorf("the second is answered with %d", status)
	}
	second.says("Second version of Elin.", "Version of Jonas.")
	if got := second.value(`[name="s.summary.text"]`) + second.value(`[name="s.advice_given.text"]`); got != "Version of Jonas.Advice of Jonas." {
		t.Errorf("of what was typed there is %q", got)
	}
	if got := s.said(t, id); got != "Second version of Elin." {
		t.Errorf("the second overwrote the first: %q", got)
	}
	if second.value(`[name="_etag"]`) == stale {
		t.Error("the page would be refused for ever")
	}
	second.press(`[name="_keep"]`)
	if got := s.said(t, id); got != "Version of Jonas." {
		t.Errorf("knowing both versions, the second saved %q", got)
	}
}

// TestTwoEditorsOfAnyKind is the same on the pages that every kind has.
func TestTwoEditorsOfAnyKind(t *testing.T) {
	t.Parallel()
	s := serve(t)
	at := "/units/" + unitID + "/edit"
	first, second := s.open(t, 1280), s.open(t, 360)
	first.as(elin)
	second.as(aminata)
	first.see(at)
	second.see(at)
	const field = `[name="name.text"]`
	first.write(field, "Commissariat 11")
	second.write(field, "Commissariat 22")
	first.press(`main form .form-bar .btn-primary`)
	if status := second.follow(`main form .form-bar .btn-primary`); status != http.StatusPreconditionFailed && status != http.StatusConflict {
		t.Fatalf("the second is answered with %d: %s", status, second.describe())
	}
	second.says("Commissariat 11", "Commissariat 22")
	second.click(`input[type="radio"][value="mine"]`)
	second.press(`main form .btn-primary`)
	second.see(at)
	if got := second.value(field); got != "Commissariat 22" {
		t.Errorf("the name is %q", got)
	}
}

// TestSentTwice: a form that is sent twice makes one record, whether by a double
// click or by going back and sending it again.
func TestSentTwice(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]bool{"with script": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			b := s.open(t, 1280)
			b.scripts(script)
			b.as(elin)
			before := len(list[record](t, s, elin, "sessions?limit=200"))
			b.see("/sessions/new")
			b.click(`input[name="s.counterparts"]`)
			b.click(`[name="s.themes"]`)
			b.write(`[name="s.summary.text"]`, told)
			b.write(`[name="a0.text.text"]`, hostTask)
			b.going("a double click", chromedp.ActionFunc(twice(b, `[name="_keep"]`)))
			b.until(`location.pathname !== "/sessions/new"`)
			after := len(list[record](t, s, elin, "sessions?limit=200"))
			if after != before+1 {
				t.Fatalf("a double click made %d sessions", after-before)
			}
			b.run("back", chromedp.NavigateBack())
			b.until(`document.querySelector('[name="_keep"]') !== null && document.readyState === "complete"`)
			if b.value(`[name="s.summary.text"]`) == "" {
				return // it is another form, with nothing in it to send again
			}
			b.follow(`[name="_keep"]`)
			if n := len(list[record](t, s, elin, "sessions?limit=200")); n != after {
				t.Errorf("sent again, the form made %d sessions more: %s", n-after, b.describe())
			}
		})
	}
}
