package work_test

import (
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/domain/kind"
)

// TestMuchDiscussedSessionIsVoided: however much the host says of a session, it
// does not keep the UN from taking it off the host's shelf.
func TestMuchDiscussedSessionIsVoided(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := submitted(t, h)
	h.do("aminata", path, "do/approve", nil)
	h.do("aminata", path, "do/release", nil)
	id := strings.TrimPrefix(path, "/sessions/")
	words := kind.Doc{{Name: "lang", Value: "fr"}, {Name: "text", Value: strings.Repeat("é", 2000)}}
	say := func(name string, more ...kind.Elem) error {
		new := form.NewID()
		in := append(kind.Doc{{Name: "id", Value: new}, {Name: "session", Value: kind.Doc{{Name: "kind", Value: "session"}, {Name: "id", Value: id}}}}, more...)
		_, _, err := h.Records.Create(t.Context(), h.As("ruth"), h.Kinds.Get(name), record.Write{ID: new, In: in})
		return err
	}
	until := func(do func() error) (n int) {
		for do() == nil {
			n++
		}
		return n
	}
	contests := until(func() error {
		return say("contest", kind.Elem{Name: "field", Value: "summary"}, kind.Elem{Name: "grounds", Value: "unfair"}, kind.Elem{Name: "statement", Value: words})
	})
	comments := until(func() error { return say("session_comment", kind.Elem{Name: "text", Value: words}) })
	if contests < 20 || comments < 200 {
		t.Fatalf("%d contests, %d comments", contests, comments)
	}
	v, err := h.Records.Read(t.Context(), h.As("aminata"), h.Kinds.Get("session"), id)
	if err != nil {
		t.Fatal(err)
	}
	void := record.Write{ID: id, IfMatch: v.ETag, In: kind.Doc{{Name: "reason", Value: "Recorded twice"}}}
	if _, err := h.Records.Do(t.Context(), h.As("aminata"), h.Kinds.Get("session"), "void", void); err != nil {
		t.Errorf("%d contests, %d comments: %v", contests, comments, err)
	}
	for _, name := range []string{"contest", "session_comment"} {
		l, err := h.Records.List(t.Context(), h.As("ruth"), h.Kinds.Get(name), record.ListQuery{Filter: map[string]string{"session": id}})
		if err != nil || len(l.Items) > 0 {
			t.Errorf("%d of %s are left to the host: %v", len(l.Items), name, err)
		}
	}
}
