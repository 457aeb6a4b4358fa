package mentoring_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
	"colocate/domain/mentoring"
	"colocate/domain/mission"
	"colocate/domain/value"
)

var states = []kind.State{mentoring.Draft, mentoring.Submitted, mentoring.Returned, mentoring.Approved, mentoring.Released,
	mentoring.Acknowledged, mentoring.Contested, mentoring.Closed, mentoring.Voided}

// sessionMoves is the diagram of domain.md §2.6, written out by hand.
var sessionMoves = map[string]struct {
	who kind.Actor
	in  any
	to  map[kind.State]kind.State
}{
	"submit":         {author, nil, map[kind.State]kind.State{"draft": "submitted", "returned": "submitted"}},
	"return":         {lead, &mentoring.ReturnInput{Reason: "judgement"}, map[kind.State]kind.State{"submitted": "returned"}},
	"approve":        {lead, nil, map[kind.State]kind.State{"submitted": "approved"}},
	"close_internal": {lead, nil, map[kind.State]kind.State{"approved": "closed"}},
	"release":        {lead, nil, map[kind.State]kind.State{"approved": "released"}},
	"acknowledge":    {officer, nil, map[kind.State]kind.State{"released": "acknowledged"}},
	"refuse":         {officer, nil, map[kind.State]kind.State{"released": "released"}},
	"close":          {lead, nil, map[kind.State]kind.State{"acknowledged": "closed"}},
	"void": {lead, &mentoring.VoidInput{Reason: "Recorded twice"}, map[kind.State]kind.State{"draft": "voided", "submitted": "voided",
		"returned": "voided", "approved": "voided", "released": "voided", "acknowledged": "voided", "contested": "voided"}},
}

func TestEveryVerbFromEveryState(t *testing.T) {
	t.Parallel()
	for verb, move := range sessionMoves {
		for _, from := range states {
			t.Run(fmt.Sprintf("%s from %s", verb, from), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				s := session(t, w, "s", from)
				before, rev := s.State, s.Rev
				err := as(w, move.who).Do(verb, s, move.in)
				to, possible := move.to[from]
				if possible {
					must(t, err)
				} else {
					refused(t, err, kind.CodeConflict, "error.state")
					to = before
				}
				w.Load(s)
				if s.State != to {
					t.Errorf("state is %s, want %s", s.State, to)
				}
				if !possible && s.Rev != rev {
					t.Error("a refused verb wrote a version")
				}
			})
		}
	}
}

func TestSessionIsEditedAsDraftAndWhenReturned(t *testing.T) {
	t.Parallel()
	for _, from := range states {
		w := newWorld(t)
		s := session(t, w, "s", from)
		err := as(w, author).Replace(s)
		if from == mentoring.Draft || from == mentoring.Returned {
			must(t, err)
			continue
		}
		refused(t, err, kind.CodeConflict, "error.state")
	}
}

func TestCreateGivesNumberAndTimeOfEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, second := session(t, w, "s", mentoring.Draft), session(t, w, "s2", mentoring.Draft)
	if s.RefNo != "UNAC-2026-000001" || second.RefNo != "UNAC-2026-000002" {
		t.Errorf("ref_no %s and %s", s.RefNo, second.RefNo)
	}
	if !s.EnteredAt.Equal(noon) || s.ReleaseNo != "" || w.Shared(kindtest.To("session", "s")) != nil {
		t.Errorf("entered %v, release %q, or shared already", s.EnteredAt, s.ReleaseNo)
	}
}

func TestEnteredLate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ago  time.Duration
		late bool
	}{{time.Hour, false}, {48 * time.Hour, false}, {48*time.Hour + time.Millisecond, true}, {240 * time.Hour, true}} {
		w := newWorld(t)
		s := visit("s")
		s.Start = noon.Add(-c.ago)
		must(t, w.Create(s))
		if s.EnteredLate != c.late {
			t.Errorf("%v ago: late is %v", c.ago, s.EnteredLate)
		}
	}
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	w.At = noon.Add(100 * time.Hour) // an edit later does not make it late, a corrected start may
	must(t, w.Replace(s))
	if s.EnteredLate {
		t.Error("editing made it late")
	}
	s.Start = noon.Add(-100 * time.Hour)
	must(t, w.Replace(s))
	if !s.EnteredLate {
		t.Error("a corrected start was not judged")
	}
}

func TestRulesOfADraft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *mentoring.Session)
		fault  string
	}{
		"future":         {func(s *mentoring.Session) { s.Start = noon.Add(6 * time.Minute) }, "start: error.field.future"},
		"before mission": {func(s *mentoring.Session) { s.Start = time.Date(2024, 3, 31, 21, 0, 0, 0, time.UTC) }, "start: error.session.before_mission"},
		"outside tour":   {func(s *mentoring.Session) { s.Start = time.Date(2025, 12, 31, 21, 59, 0, 0, time.UTC) }, "advisers/0: error.session.outside_tour"},
		"too short":      {func(s *mentoring.Session) { s.DurationMin = 4 }, "duration_min: error.field.range"},
		"too long":       {func(s *mentoring.Session) { s.DurationMin = 721 }, "duration_min: error.field.range"},
		"no adviser":     {func(s *mentoring.Session) { s.Advisers = nil }, "advisers: error.field.required"},
		"more named": {func(s *mentoring.Session) {
			s.Participants[0].SexCount = value.SexCount{}
			s.Participants[0].Party = "un"
		}, "participants: error.session.fewer_than_named"},
		"theme twice":      {func(s *mentoring.Session) { s.Themes = []string{"T07", "T07"} }, "themes/1: error.field.duplicate"},
		"too many themes":  {func(s *mentoring.Session) { s.Themes = []string{"T01", "T02", "T03", "T04", "T05"} }, "themes: error.field.too_many"},
		"next before":      {func(s *mentoring.Session) { s.NextOn = "2026-10-05" }, "next_session_on: error.field.order"},
		"agreed to no day": {func(s *mentoring.Session) { s.NextAgreed = true }, "next_session_on: error.field.required"},
		"summary":          {func(s *mentoring.Session) { s.Summary.Text = strings.Repeat("é", 2001) }, "summary/text: error.field.too_long"},
		"feedback":         {func(s *mentoring.Session) { s.FeedbackGivenAt = noon.Add(time.Hour) }, "feedback_given_at: error.field.future"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := visit("s")
			c.change(s)
			refused(t, w.Create(s), kind.CodeInvalid, c.fault)
			if w.Count("session") != 0 {
				t.Error("a refused session was written")
			}
		})
	}
}

func TestFirstDayOfTheMission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Set(&mission.Person{Head: head("elin"), Name: "Elin", Tour: value.Period{Start: "2024-03-01", End: "2026-12-31"}})
	s := visit("s")
	s.Start = time.Date(2024, 3, 31, 21, 59, 59, 0, time.UTC) // a second before midnight in Maputo
	refused(t, w.Create(s), kind.CodeInvalid, "start: error.session.before_mission")
	s.Start = s.Start.Add(time.Second)
	must(t, w.Create(s))
}

func TestBoundariesThatHold(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *mentoring.Session){
		"clock of a phone":        func(s *mentoring.Session) { s.Start = noon.Add(5 * time.Minute) },
		"first day of the tour":   func(s *mentoring.Session) { s.Start = time.Date(2025, 12, 31, 22, 0, 0, 0, time.UTC) },
		"five minutes":            func(s *mentoring.Session) { s.DurationMin = 5 },
		"twelve hours":            func(s *mentoring.Session) { s.DurationMin = 720 },
		"next on the same day":    func(s *mentoring.Session) { s.NextOn = "2026-10-06" },
		"an unfinished draft":     func(s *mentoring.Session) { s.Summary, s.Participants, s.Languages = value.Text{}, nil, nil },
		"a visit that failed":     func(s *mentoring.Session) { *s = failed("s", mentoring.Security) },
		"ministry counts as host": func(s *mentoring.Session) { s.Participants[0].Party = mentoring.HostMinistry },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := visit("s")
			change(s)
			must(t, newWorld(t).Create(s))
		})
	}
}

// failed is a visit of which there is nothing to tell but that it failed.
func failed(name string, why mentoring.VisitOutcome) mentoring.Session {
	s := visit(name)
	return mentoring.Session{Head: s.Head, Type: s.Type, Modality: s.Modality, Outcome: why, Start: s.Start, Unit: s.Unit, Advisers: s.Advisers}
}

func TestSubmitDemandsACompleteRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *mentoring.Session)
		fault  string
	}{
		"duration":       {func(s *mentoring.Session) { s.DurationMin = 0 }, "duration_min: error.field.required"},
		"participants":   {func(s *mentoring.Session) { s.Participants, s.Counterparts = nil, nil }, "participants: error.field.required"},
		"languages":      {func(s *mentoring.Session) { s.Languages = nil }, "languages: error.field.required"},
		"interpretation": {func(s *mentoring.Session) { s.Interpretation = mentoring.Interpretation{} }, "interpretation: error.field.required"},
		"themes":         {func(s *mentoring.Session) { s.Themes = nil }, "themes: error.field.required"},
		"agenda":         {func(s *mentoring.Session) { s.AgendaSetBy = "" }, "agenda_set_by: error.field.required"},
		"summary":        {func(s *mentoring.Session) { s.Summary = value.Text{} }, "summary: error.field.required"},
		"mentoring":      {func(s *mentoring.Session) { s.Counterparts = nil }, "counterparts: error.field.required"},
		"coaching":       {func(s *mentoring.Session) { s.Type, s.Counterparts = mentoring.Coaching, nil }, "counterparts: error.field.required"},
		"advising whom":  {func(s *mentoring.Session) { s.Type, s.Counterparts = mentoring.Advising, nil }, "counterparts: error.field.required"},
		"advising what":  {func(s *mentoring.Session) { s.Type = mentoring.Advising }, "advice_given: error.field.required"},
		"monitoring":     {func(s *mentoring.Session) { s.Type, s.Observations = mentoring.Monitoring, nil }, "observations: error.field.required"},
		"follow-up":      {func(s *mentoring.Session) { s.Type = mentoring.FollowUp }, "prior_actions_reviewed: error.field.required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := visit("s")
			c.change(s)
			must(t, w.Create(s))
			refused(t, w.Do("submit", s, nil), kind.CodeInvalid, c.fault)
			w.Load(s)
			if s.State != mentoring.Draft {
				t.Errorf("state is %s", s.State)
			}
		})
	}
	w := newWorld(t)
	s := failed("s", "counterpart_absent")
	must(t, w.Create(&s))
	must(t, w.Do("submit", &s, nil))
}

func TestFourEyes(t *testing.T) {
	t.Parallel()
	asLead := author
	asLead.Grants = []kind.Grant{{Role: kind.TeamLeader}} // a team leader may write, not approve what he wrote
	coLead := coAuthor
	coLead.Grants = []kind.Grant{{Role: kind.TeamLeader}}
	for _, c := range []struct {
		verb string
		from kind.State
		who  kind.Actor
		in   any
		key  string
	}{
		{"return", mentoring.Submitted, asLead, &mentoring.ReturnInput{Reason: "judgement"}, "error.four_eyes"},
		{"approve", mentoring.Submitted, asLead, nil, "error.four_eyes"},
		{"approve", mentoring.Submitted, coLead, nil, "error.four_eyes"},
		{"release", mentoring.Approved, asLead, nil, "error.four_eyes"},
	} {
		w := newWorld(t)
		s := visit("s")
		s.Advisers = append(s.Advisers, kindtest.To("person", "bruno"))
		must(t, w.Create(s))
		advance(t, w, s, c.from)
		refused(t, as(w, c.who).Do(c.verb, s, c.in), kind.CodeConflict, c.key)
		w.Load(s)
		if s.State != c.from {
			t.Errorf("%s by %s: state is %s", c.verb, c.who.Account, s.State)
		}
	}
}

// TestWhoSubmittedDoesNotApprove: whoever is named on a session may finish and
// submit it, its interpreter too, and is then no second pair of eyes.
func TestWhoSubmittedDoesNotApprove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.Interpreter = kindtest.To("person", "aminata")
	must(t, w.Create(s))
	s.Summary = text("fr", "Autre chose.")
	must(t, as(w, lead).Replace(s))
	must(t, as(w, lead).Do("submit", s, nil))
	refused(t, as(w, lead).Do("approve", s, nil), kind.CodeConflict, "error.four_eyes")
	if s.State != mentoring.Submitted || s.ApprovedBy != "" {
		t.Errorf("%s, approved by %q", s.State, s.ApprovedBy)
	}
	must(t, as(w, lead2).Do("approve", s, nil))
}

// TestReleaseNamesNoHiddenActions: of the earlier actions that a session
// reviewed, the host reads those that it knows.
func TestReleaseNamesNoHiddenActions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session(t, w, "kept", mentoring.Submitted)
	session(t, w, "known", mentoring.Draft)
	must(t, as(w, author).Create(deed("a", "kept")))
	must(t, as(w, author).Create(deed("b", "known")))
	known := visit("known")
	w.Load(known)
	advance(t, w, known, mentoring.Released)
	later := visit("later")
	later.PriorActions = []value.Ref{kindtest.To("action", "a"), kindtest.To("action", "b")}
	must(t, as(w, author).Create(later))
	advance(t, w, later, mentoring.Released)
	raw, err := json.Marshal(w.Shared(kindtest.To("session", "later")))
	if err != nil || strings.Contains(string(raw), kindtest.ID("a")) || !strings.Contains(string(raw), kindtest.ID("b")) {
		t.Errorf("%v: %s", err, raw)
	}
	if len(later.PriorActions) != 2 {
		t.Errorf("the record has %v", later.PriorActions)
	}
}

func TestReleaseIsNotForTheOnlyAdviser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.Advisers = []value.Ref{kindtest.To("person", "aminata")} // written down by another
	must(t, w.Create(s))
	must(t, w.Do("submit", s, nil))
	must(t, as(w, lead2).Do("approve", s, nil))
	refused(t, as(w, lead).Do("release", s, nil), kind.CodeConflict, "error.session.sole_author")
	must(t, as(w, lead2).Do("release", s, nil))
}

func TestReturnTellsWhyAndApproveForgets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Submitted)
	as(w, lead)
	refused(t, w.Do("return", s, &mentoring.ReturnInput{Reason: mentoring.ReturnOther}), kind.CodeInvalid, "note: error.field.required")
	must(t, w.Do("return", s, &mentoring.ReturnInput{Reason: mentoring.ReturnOther, Note: text("en", "Say which register.")}))
	if s.ReturnReason != mentoring.ReturnOther || s.ReturnNote.Text == "" {
		t.Error("the reason was not kept")
	}
	must(t, as(w, author).Do("submit", s, nil))
	must(t, as(w, lead).Do("approve", s, nil))
	if s.ReturnReason != "" || s.ReturnNote.Text != "" || s.ApprovedBy != lead.Person {
		t.Errorf("reason %q, approved by %q", s.ReturnReason, s.ApprovedBy)
	}
}

func TestReleaseSharesTheSharedPartOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.NextOn = "2026-10-13"
	must(t, w.Create(s))
	must(t, w.Create(&mentoring.Annex{Head: head("n"), Session: kindtest.To("session", "s"), Assessment: text("en", "CANARY")}))
	advance(t, w, s, mentoring.Released)
	doc := w.Shared(kindtest.To("session", "s"))
	for _, hidden := range []string{"advisers", "outcome_of_visit", "next_session_on", "next_session_shared", "ref_no", "approved_by",
		"released_by", "entered_at", "created_by", "rev", "interpreter", "return_reason"} {
		if v, ok := doc.Get(hidden); ok {
			t.Errorf("%s is shared: %v", hidden, v)
		}
	}
	for name, want := range map[string]any{"release_no": "CRN-ST-014/2026-01", "outcome_shared": "held", "state": "released"} {
		if v, _ := doc.Get(name); v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
	raw, err := json.Marshal(doc)
	if err != nil || strings.Contains(string(raw), kindtest.ID("elin")) || strings.Contains(string(raw), "CANARY") {
		t.Errorf("the copy tells too much (%v): %s", err, raw)
	}
	want := []mentoring.NamedAdviser{{Name: "Elin", Function: "mentor"}} // posted at this unit that day
	if len(s.AdvisersText) != 1 || s.AdvisersText[0] != want[0] {
		t.Errorf("advisers_text is %v, want %v", s.AdvisersText, want)
	}
	if !s.ReleasedAt.Equal(noon) || s.ReleasedBy != lead.Person {
		t.Errorf("released at %v by %s", s.ReleasedAt, s.ReleasedBy)
	}
}

func TestReleaseNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := session(t, w, "a", mentoring.Approved), session(t, w, "b", mentoring.Approved)
	other := visit("c")
	other.Unit = kindtest.To("unit", "amsan")
	must(t, as(w, author).Create(other))
	advance(t, w, other, mentoring.Approved)
	b.Summary = text("ru", "Не читают") // refused: no number is spent
	w.Set(b)
	refused(t, as(w, lead).Do("release", b, nil), kind.CodeConflict, "error.session.language")
	must(t, w.Do("release", a, nil))
	must(t, w.Do("release", other, nil))
	b.Summary = text("fr", "Lisible")
	w.Set(b)
	must(t, w.Do("release", b, nil))
	if a.ReleaseNo != "CRN-ST-014/2026-01" || b.ReleaseNo != "CRN-ST-014/2026-02" || other.ReleaseNo != "CRN-ST-015/2026-01" {
		t.Errorf("%s %s %s", a.ReleaseNo, b.ReleaseNo, other.ReleaseNo)
	}
}

func TestReleaseHidesWhyTheUNDidNotCome(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[mentoring.VisitOutcome]string{mentoring.Security: "un_could_not_come", mentoring.Transport: "un_could_not_come",
		mentoring.CancelledByUN: "un_could_not_come", "weather": "weather", "access_denied": "access_denied",
		"cancelled_by_host": "cancelled_by_host", "counterpart_absent": "counterpart_absent"} {
		w := newWorld(t)
		s := failed("s", outcome)
		must(t, w.Create(&s))
		advance(t, w, &s, mentoring.Released)
		doc := w.Shared(kindtest.To("session", "s"))
		if v, _ := doc.Get("outcome_shared"); v != want {
			t.Errorf("%s reads %v, want %s", outcome, v, want)
		}
	}
}

func TestNextSessionIsSharedWhereAgreed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.NextOn, s.NextAgreed = "2026-10-13", true
	must(t, w.Create(s))
	advance(t, w, s, mentoring.Released)
	if v, _ := w.Shared(kindtest.To("session", "s")).Get("next_session_shared"); v != "2026-10-13" {
		t.Errorf("shared %v", v)
	}
}

func TestReleaseIsRefusedWithoutSupport(t *testing.T) {
	t.Parallel()
	for status, ok := range map[host.SupportStatus]bool{"": true, host.Possible: true, host.PossibleWithConditions: true, host.NotPossible: false} {
		w := newWorld(t)
		s := session(t, w, "s", mentoring.Approved)
		u := &host.Unit{Head: head("faron")}
		w.Load(u)
		u.Support, u.SupportOn = status, "2026-10-01"
		w.Set(u)
		err := as(w, lead).Do("release", s, nil)
		if ok {
			must(t, err)
			continue
		}
		refused(t, err, kind.CodeConflict, "error.session.release_not_possible")
		if e := err.(*kind.Error); len(e.Args) > 0 || strings.Contains(err.Error(), "hrddp") {
			t.Errorf("the refusal tells the cause: %v %v", err, e.Args)
		}
		w.Load(s)
		if w.Shared(kindtest.To("session", "s")) != nil || s.ReleaseNo != "" {
			t.Error("a refused release left something")
		}
	}
}

func TestReleaseScansWhatItShows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *mentoring.Session)
		field  string
	}{
		"phone":   {func(s *mentoring.Session) { s.Summary.Text = "Rappeler au +258 84 123 4567." }, "summary"},
		"victim":  {func(s *mentoring.Session) { s.Observations[0].Text.Text = "La victime Marie Dupont a été entendue." }, "observations/0/text"},
		"witness": {func(s *mentoring.Session) { s.Advice = text("fr", "Entendre le témoin, M. Kato, à nouveau.") }, "advice_given"},
		"mail":    {func(s *mentoring.Session) { s.Place = text("fr", "voir jean@example.org") }, "place"},
		"role":    {func(s *mentoring.Session) { s.Participants[0].Role = "garde 84 123 4567" }, "participants/0/role"},
		"translation": {func(s *mentoring.Session) {
			s.Summary.Tr = map[value.Lang]value.Translation{"en": {Text: "Call 84 123 4567", Method: value.Human, State: value.DraftTranslation}}
		}, "summary"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := visit("s")
			c.change(s)
			must(t, w.Create(s))
			advance(t, w, s, mentoring.Approved)
			err := as(w, lead).Do("release", s, nil)
			refused(t, err, kind.CodeConflict, "error.session.scan")
			if got := err.(*kind.Error).Args["Fields"]; got != c.field {
				t.Errorf("names %v, want %s", got, c.field)
			}
			must(t, w.Do("release", s, &mentoring.ReleaseInput{ScanResolved: true}))
		})
	}
}

func TestReleaseScansTheActionsToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	a := deed("a", "s")
	a.Text.Text = "Entendre la victime Marie Dupont"
	must(t, w.Create(a))
	advance(t, w, s, mentoring.Approved)
	err := as(w, lead).Do("release", s, nil)
	refused(t, err, kind.CodeConflict, "error.session.scan")
	if got := err.(*kind.Error).Args["Fields"]; got != "actions/"+string(a.Code) {
		t.Errorf("names %v", got)
	}
}

// TestAckOverdueIsAskedAsItIsComputed: on every day of a month the list's
// question and the rule say the same, whatever the hour of the release.
func TestAckOverdueIsAskedAsItIsComputed(t *testing.T) {
	t.Parallel()
	zone := maputo(t)
	d := newWorld(t).Kinds.Get("session")
	late := 0
	for day := range 30 {
		for _, hour := range []int{0, 1, 12, 23} {
			at := time.Date(2026, 9, 25+day, hour, 59, 59, 0, zone)
			now := kind.Now{Time: noon.Add(14 * 24 * time.Hour), Today: "2026-10-21", Zone: zone}
			s := &mentoring.Session{Head: kind.Head{State: mentoring.Released, ReleasedAt: at}}
			asked := true
			for _, c := range d.Questions["ack_overdue"](now) {
				if c.Field == "released_at" {
					asked = asked && at.Before(c.Value.(time.Time))
				}
			}
			rule := mentoring.AckOverdue(s, value.DateOf(at), now.Today)
			if asked != rule {
				t.Errorf("released %v: asked %v, the rule says %v", at, asked, rule)
			}
			if rule {
				late++
			}
		}
	}
	if late == 0 || late == 120 {
		t.Errorf("%d of 120 are late: the test proves nothing", late)
	}
}

// TestReleaseShowsItsConditions: R2, R3, R5 and R6 as a list, each with what is
// at fault and how to settle it; the first that does not hold is the refusal.
func TestReleaseShowsItsConditions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.Advisers, s.Observations = []value.Ref{kindtest.To("person", "aminata")}, nil
	s.Summary, s.Place = text("ru", "Позвонить 84 123 4567."), text("fr", "voir jean@example.org")
	must(t, w.Create(s))
	must(t, w.Do("submit", s, nil))
	must(t, as(w, lead2).Do("approve", s, nil))
	u := &host.Unit{Head: head("faron")}
	w.Load(u)
	u.Support, u.SupportOn = host.NotPossible, "2026-10-01"
	w.Set(u)
	list := func() string {
		cs, err := w.Kinds.Get("session").Verb("release").Checks.List(as(w, lead), s)
		must(t, err)
		out := ""
		for _, c := range cs {
			if !c.OK {
				out += fmt.Sprint(c.Key, " ", c.Args["Fields"], " ", c.Settle, " ", c.Refusal.Key, "\n")
			}
		}
		return out
	}
	want := "check.session.support <nil>  error.session.release_not_possible\n" +
		"check.session.scan summary, place scan_resolved error.session.scan\n" +
		"check.session.language summary translations error.session.language\n" +
		"check.session.not_sole_author <nil>  error.session.sole_author\n"
	if got := list(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	refused(t, w.Do("release", s, nil), kind.CodeConflict, "error.session.release_not_possible")
	u.Support = host.Possible
	w.Set(u)
	refused(t, w.Do("release", s, nil), kind.CodeConflict, "error.session.scan")
	in := &mentoring.ReleaseInput{ScanResolved: true}
	refused(t, w.Do("release", s, in), kind.CodeConflict, "error.session.language")
	in.Translations = []mentoring.TranslationInput{{Field: "summary", Text: text("fr", "Rappeler."), Method: value.Human}}
	refused(t, w.Do("release", s, in), kind.CodeConflict, "error.session.sole_author")
}

func TestReleaseNeedsALanguageOfTheHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := visit("s")
	s.Summary, s.Observations = text("ru", "Проверен журнал."), nil
	must(t, w.Create(s))
	advance(t, w, s, mentoring.Approved)
	as(w, lead)
	refused(t, w.Do("release", s, nil), kind.CodeConflict, "error.session.language")
	in := &mentoring.ReleaseInput{Translations: []mentoring.TranslationInput{{Field: "advice_given", Text: text("fr", "x"), Method: value.Machine}}}
	refused(t, w.Do("release", s, in), kind.CodeInvalid, "translations/0/field: error.session.no_such_text")
	in.Translations[0] = mentoring.TranslationInput{Field: "summary", Text: text("ru", "x"), Method: value.Machine}
	refused(t, w.Do("release", s, in), kind.CodeInvalid, "translations/0/text: error.session.translation_lang")
	in.Translations[0].Text = text("pt-MZ", "Livro verificado.")
	must(t, w.Do("release", s, in))
	tr := s.Summary.Tr["pt-MZ"]
	if tr.Method != value.Machine || tr.State != value.DraftTranslation || tr.By != lead.Person || s.Summary.Text != "Проверен журнал." {
		t.Errorf("translation %+v of %q", tr, s.Summary.Text)
	}
}

func TestAServiceSaysWhichLanguagesItReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := &host.PoliceService{Head: head("police")}
	w.Load(p)
	p.HostLanguages = []value.Lang{"pt"}
	w.Set(p)
	s := session(t, w, "s", mentoring.Approved)
	refused(t, as(w, lead).Do("release", s, nil), kind.CodeConflict, "error.session.language")
}

func TestOnlyTheHostAnswers(t *testing.T) {
	t.Parallel()
	for verb, in := range map[string]any{"acknowledge": nil, "refuse": nil} {
		w := newWorld(t)
		s := session(t, w, "s", mentoring.Released)
		refused(t, as(w, lead).Do(verb, s, in), kind.CodeForbidden, "error.session.host_only")
	}
}

func TestRefusingIsAMarkAndNoEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Released)
	must(t, as(w, officer).Do("refuse", s, &mentoring.RefuseInput{Reason: text("fr", "La date est inexacte.")}))
	if v, _ := w.Shared(kindtest.To("session", "s")).Get("refused_on"); v != "2026-10-07" {
		t.Errorf("the mark is %v", v)
	}
	if mentoring.AckOverdue(s, "2026-10-07", "2026-12-31") {
		t.Error("a refusal is an answer")
	}
	must(t, as(w, command).Do("acknowledge", s, nil))
	if s.RefusedOn != "" || s.RefusedReason.Text != "" || s.AcknowledgedOn != "2026-10-07" || s.AcknowledgedBy != command.Person {
		t.Errorf("%+v", s)
	}
	if v, _ := w.Shared(kindtest.To("session", "s")).Get("state"); v != "acknowledged" {
		t.Errorf("the copy is %v", v)
	}
}

func TestFifteenWorkingDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ released, until value.Date }{
		{"2026-10-07", "2026-10-28"}, // a Wednesday
		{"2026-10-09", "2026-11-01"}, // a Friday: the weekend after the fifteenth counts for nothing
		{"2026-10-10", "2026-11-01"}, {"2026-10-11", "2026-11-01"}, {"2026-10-12", "2026-11-02"},
	} {
		if got := mentoring.ContestUntil(c.released); got != c.until {
			t.Errorf("released %s: until %s, want %s", c.released, got, c.until)
		}
	}
	s := &mentoring.Session{Head: kind.Head{State: mentoring.Released}}
	if mentoring.AckOverdue(s, "2026-10-07", "2026-10-28") || !mentoring.AckOverdue(s, "2026-10-07", "2026-10-29") {
		t.Error("acknowledging is overdue after 15 working days, not before")
	}
}

func TestCloseNeedsNothingOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	a, b := deed("a", "s"), deed("b", "s")
	must(t, w.Create(a))
	must(t, w.Create(b))
	advance(t, w, s, mentoring.Acknowledged)
	err := as(w, lead).Do("close", s, nil)
	refused(t, err, kind.CodeConflict, "error.session.open_actions")
	if n := err.(*kind.Error).Args["Count"]; n != 2 {
		t.Errorf("counts %v", n)
	}
	must(t, as(w, officer).Do("decline", a, &mentoring.DeclineInput{Reason: text("fr", "Non")}))
	later := visit("later")
	later.PriorActions = []value.Ref{kindtest.To("action", "a"), kindtest.To("action", "b")}
	must(t, as(w, author).Create(later))
	refused(t, as(w, lead).Do("close", s, nil), kind.CodeConflict, "error.session.open_actions") // a draft carries nothing
	must(t, as(w, author).Do("submit", later, nil))
	w.Load(a)
	w.Load(b)
	if !a.CarriedTo.IsZero() || b.CarriedTo != kindtest.To("session", "later") {
		t.Errorf("carried %v and %v", a.CarriedTo, b.CarriedTo)
	}
	must(t, as(w, lead).Do("close", s, nil))
	if v, _ := w.Shared(kindtest.To("session", "s")).Get("state"); v != "closed" {
		t.Errorf("the copy is %v", v)
	}
	if v, ok := w.Shared(kindtest.To("action", "b")).Get("carried_to"); ok {
		t.Errorf("the host reads of an unreleased session: %v", v)
	}
	must(t, as(w, lead).Do("void", later, &mentoring.VoidInput{Reason: "Wrong unit"}))
	w.Load(b)
	if !b.CarriedTo.IsZero() {
		t.Error("a voided session still carries")
	}
}

func TestVoid(t *testing.T) {
	t.Parallel()
	reason := &mentoring.VoidInput{Reason: "Recorded twice"}
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Submitted)
	refused(t, as(w, author).Do("void", s, reason), kind.CodeConflict, "error.session.void_own")
	refused(t, as(w, coAuthor).Do("void", s, reason), kind.CodeForbidden, "error.session.void_other")
	held := coAuthor // who held the session with its author is no team leader of others' here
	held.Grants = []kind.Grant{{Role: kind.TeamLeader}}
	both := visit("both")
	both.Advisers = append(both.Advisers, kindtest.To("person", "bruno"))
	must(t, as(w, author).Create(both))
	must(t, as(w, author).Do("submit", both, nil))
	refused(t, as(w, held).Do("void", both, reason), kind.CodeConflict, "error.session.void_own")
	must(t, as(w, held).Do("void", s, reason))
	if s.VoidedReason != reason.Reason {
		t.Errorf("reason %q", s.VoidedReason)
	}
	own := session(t, w, "own", mentoring.Draft)
	must(t, as(w, author).Do("void", own, reason))
}

func TestVoidTakesEverythingOffTheHostShelf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := session(t, w, "s", mentoring.Draft)
	a, done := deed("a", "s"), owed("done", "s")
	must(t, w.Create(a))
	must(t, w.Create(done))
	advance(t, w, s, mentoring.Released)
	must(t, as(w, author).Do("decline", done, &mentoring.DeclineInput{Reason: text("fr", "Non")}))
	must(t, as(w, lead).Do("void", s, &mentoring.VoidInput{Reason: "Wrong unit"}))
	for _, ref := range []value.Ref{kindtest.To("session", "s"), kindtest.To("action", "a"), kindtest.To("action", "done")} {
		if w.Shared(ref) != nil {
			t.Errorf("%v is still shared", ref)
		}
	}
	w.Load(a)
	w.Load(done)
	if a.State != mentoring.Cancelled || a.CancelReason != mentoring.CancelOriginVoided || done.State != mentoring.Declined {
		t.Errorf("%s %s, %s", a.State, a.CancelReason, done.State)
	}
}

func TestCounterpartsReadNoMentoringOfOthers(t *testing.T) {
	t.Parallel()
	r, err := kind.Compile(mentoring.Kinds, kind.Elsewhere("mission", "person", "unit", "counterpart"))
	if err != nil {
		t.Fatal(err)
	}
	for name, field := range map[string]string{"session": "type", "action": "session_type"} {
		conds := r.Get(name).Narrow[kind.Counterpart]
		if len(conds) != 1 || conds[0].Field != field || conds[0].Op != kind.NotIn {
			t.Errorf("%s: %v", name, conds)
		}
	}
	owners := r.Get("session").Owners(visit("s"))
	if len(owners) != 2 { // the adviser and the counterpart
		t.Errorf("a session is the own of %v", owners)
	}
}
