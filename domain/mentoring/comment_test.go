package mentoring_test

import (
	"encoding/json"
	"strings"
	"testing"

	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// remark is a comment on s.
func remark(name string, s *mentoring.Session) *mentoring.Comment {
	return &mentoring.Comment{Head: head(name), Session: value.Ref{Kind: "session", ID: s.ID}, Text: text("ar", "السجل كان كاملا.")}
}

func TestCommentStandsBesideTheTextForBothSides(t *testing.T) {
	t.Parallel()
	for _, state := range []kind.State{mentoring.Released, mentoring.Acknowledged, mentoring.Contested} {
		w := newWorld(t)
		s := session(t, w, "s", state)
		k := remark("k", s)
		must(t, as(w, officer).Create(k))
		if k.Side != mentoring.HostSide || k.AuthorText.Name != "Ruth Maseko" || !k.WrittenAt.Equal(noon) || k.Unit != s.Unit || k.SessionType != s.Type {
			t.Errorf("%+v", k)
		}
		answer := remark("answer", s)
		must(t, as(w, author).Create(answer))
		raw, err := json.Marshal(w.Shared(kindtest.To("session_comment", "answer")))
		if err != nil || strings.Contains(string(raw), author.Person) || !strings.Contains(string(raw), `"Elin"`) || !strings.Contains(string(raw), `"mentor"`) {
			t.Errorf("%v: the host reads %s", err, raw)
		}
		refused(t, w.Replace(k), kind.CodeConflict, "error.state")
	}
}

func TestCommentsAreForReleasedSessions(t *testing.T) {
	t.Parallel()
	for state, key := range map[kind.State]string{mentoring.Draft: "error.session_comment.not_released", mentoring.Approved: "error.session_comment.not_released",
		mentoring.Voided: "error.session_comment.not_released", mentoring.Closed: "error.session_comment.closed"} {
		w := newWorld(t)
		s := session(t, w, "s", state)
		refused(t, as(w, author).Create(remark("k", s)), kind.CodeConflict, key)
		if w.Count("session_comment") != 0 {
			t.Errorf("%s: a refused comment was written", state)
		}
	}
}

// TestOnlyTheUNIsScanned: the host's words stand as they were written.
func TestOnlyTheUNIsScanned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Released)
	k := remark("k", s)
	k.Text = text("fr", "Rappeler au +258 84 123 4567.")
	refused(t, as(w, author).Create(k), kind.CodeInvalid, "text: error.action.scan")
	must(t, as(w, officer).Create(k))
}

// TestWhoIsNoOfficerOnRecord is called by his account.
func TestWhoIsNoOfficerOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Released)
	who := command
	who.Name = "Commissioner Samira"
	k := remark("k", s)
	must(t, as(w, who).Create(k))
	if k.AuthorText != (mentoring.Author{Name: who.Name}) {
		t.Errorf("%+v", k.AuthorText)
	}
}
