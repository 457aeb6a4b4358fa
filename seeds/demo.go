package seeds

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// The demonstration's sessions end on lastDay and began spanDays before it.
var lastDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

const spanDays = 273

// narrative is what happens in one type of session, in each language of Carana.
type narrative struct {
	Theme        string                `json:"theme"`
	Type         mentoring.SessionType `json:"type"`
	Summary      words                 `json:"summary"`
	Advice       words                 `json:"advice"`
	Action       words                 `json:"action"`
	Assessment   words                 `json:"assessment"`
	Observations []struct {
		Kind  mentoring.ObservationKind `json:"kind"`
		Basis mentoring.Basis           `json:"basis"`
		Text  words                     `json:"text"`
	} `json:"observations"`
}

// words is one text in several languages.
type words map[value.Lang]string

// story writes one session after another.
type story struct {
	c     *Carana
	n     int
	rng   *rand.Rand
	last  map[string]int64 // the sequences given so far
	fill  *strings.Replacer
	lang  value.Lang
	start time.Time
}

// Sessions writes n sessions in the order of their days, each with its annex and
// actions, and hands them to fn one by one. It returns where each sequence of
// numbers stands after them, for the engine to go on from.
func (c *Carana) Sessions(n int, fn func([]Item) error) (map[string]int64, error) {
	s := &story{c: c, n: n, rng: rand.New(rand.NewPCG(9999, 2024)), last: map[string]int64{}}
	for i := range n {
		if err := fn(s.next(i)); err != nil {
			return nil, err
		}
	}
	return s.last, nil
}

// SessionID is the id of session i of a demonstration with n.
func SessionID(n, i int) string { return id("session", n, i) }

// id is that of the i-th record of a name. Unlike ids that people's devices
// make, these begin in the order of the records: a million of them are added to
// the end of every index, where random ones would touch a page each.
func id(name string, n, i int) string {
	at := uint64(i) << 32 / uint64(n)
	return fmt.Sprintf("%08x", at) + ID(fmt.Sprintf("unac/%s/%d/%d", name, n, i))[8:]
}

// up to, but not with, n.
func (s *story) upTo(n int) int { return int(s.rng.Uint64() % uint64(n)) }

// one picks a value by weights that add up to 100.
func pick[T any](s *story, ws ...weighted[T]) T {
	at := s.upTo(100)
	for _, w := range ws {
		if at -= w.weight; at < 0 {
			return w.value
		}
	}
	return ws[len(ws)-1].value
}

type weighted[T any] struct {
	value  T
	weight int
}

func (s *story) next(i int) []Item {
	u := s.c.units[s.upTo(len(s.c.units))]
	if i%25 == 0 || i >= s.n-len(latest) {
		u = s.c.units[s.c.at(storyUnit)] // the unit of the demonstration's accounts
	}
	s.day(i)
	t := s.c.texts[s.upTo(len(s.c.texts))]
	rec := s.session(i, u, &t)
	released := s.live(rec, u, i)
	items := []Item{{Rec: rec, Released: released}}
	if s.upTo(100) < 12 {
		items = append(items, Item{Rec: s.annex(i, rec, &t)})
	}
	if rec.Outcome == mentoring.Held && rec.State != mentoring.Voided && i%5 == 0 {
		a := s.action(i, rec, &t, released)
		items = append(items, Item{Rec: a, Released: released && a.State != mentoring.Cancelled})
	}
	if released {
		items = append(items, s.said(i, rec)...)
	}
	return items
}

// day sets when the session took place, its language and its numbers.
func (s *story) day(i int) {
	day := lastDay.AddDate(0, 0, -spanDays+i*spanDays/s.n)
	s.start = day.Add(time.Duration(6*60+5*s.upTo(96)) * time.Minute)
	s.lang = pick(s, weighted[value.Lang]{"fr", 60}, weighted[value.Lang]{"en", 14}, weighted[value.Lang]{"pt", 18},
		weighted[value.Lang]{"ar", 8})
	m := 2 + s.upTo(7)
	s.fill = strings.NewReplacer("{n}", strconv.Itoa(m+3+s.upTo(12)), "{m}", strconv.Itoa(m))
}

// say writes w in the session's language, with a French translation where the
// host would not read it, and with others here and there.
func (s *story) say(w words) value.Text {
	t := value.Text{Lang: s.lang, Text: s.fill.Replace(w[s.lang])}
	by := value.Translation{Method: value.Human, State: value.VerifiedTranslation}
	if s.lang == "en" {
		by.Text = s.fill.Replace(w["fr"])
		t.Tr = map[value.Lang]value.Translation{"fr": by}
	} else if s.upTo(100) < 10 {
		by.State, by.Text = value.DraftTranslation, s.fill.Replace(w["en"])
		t.Tr = map[value.Lang]value.Translation{"en": by}
	}
	return t
}

func (s *story) session(i int, u *host.Unit, t *narrative) *mentoring.Session {
	post := s.c.posted[u.ID][s.upTo(len(s.c.posted[u.ID]))]
	rec := &mentoring.Session{Type: t.Type, Modality: pick(s, weighted[mentoring.Modality]{"in_person", 86},
		weighted[mentoring.Modality]{"phone", 9}, weighted[mentoring.Modality]{"video", 5}),
		Outcome: s.outcome(), Start: s.start, Unit: value.Ref{Kind: "unit", ID: u.ID}, Advisers: []value.Ref{post.Person},
		EnteredAt: s.start.Add(time.Duration(2+s.upTo(70)) * time.Hour)}
	rec.EnteredLate = rec.EnteredAt.Sub(rec.Start) > 48*time.Hour
	s.head(rec, "session", i, post.Person.ID, rec.EnteredAt)
	year := strconv.Itoa(s.start.Year())
	s.last["session/"+year]++
	rec.RefNo = fmt.Sprintf("UNAC-%s-%06d", year, s.last["session/"+year])
	if rec.Outcome == mentoring.Held || rec.Outcome == mentoring.PartlyHeld {
		s.content(rec, u, t)
	}
	return rec
}

func (s *story) outcome() mentoring.VisitOutcome {
	type w = weighted[mentoring.VisitOutcome]
	return pick(s, w{mentoring.Held, 87}, w{mentoring.PartlyHeld, 4}, w{"cancelled_by_host", 2}, w{"counterpart_absent", 2},
		w{"weather", 1}, w{mentoring.Transport, 2}, w{mentoring.Security, 1}, w{"access_denied", 1})
}

func (s *story) head(r kind.Record, name string, i int, by string, at time.Time) {
	h := r.Meta()
	h.ID, h.Mission, h.Lang = id(name, s.n, i), s.c.Mission.ID, s.lang
	h.CreatedBy, h.UpdatedBy, h.CreatedAt, h.UpdatedAt = by, by, at, at
}

// content is what a session that was held has to say.
func (s *story) content(rec *mentoring.Session, u *host.Unit, t *narrative) {
	p := s.c.police[u.ID][s.upTo(len(s.c.police[u.ID]))]
	if t.Type == mentoring.Advising {
		p = s.c.police[u.ID][0]
	}
	rec.DurationMin = int64(30 + 15*s.upTo(9))
	rec.Counterparts = []value.Ref{{Kind: "counterpart", ID: p.ID}}
	rec.Participants = []mentoring.Participants{{Party: mentoring.HostPolice, RankBand: "junior_officer", Role: "shift supervisor",
		SexCount: value.SexCount{Female: int64(s.upTo(3)), Male: int64(1 + s.upTo(4))}}}
	rec.Languages = []value.Lang{s.lang}
	rec.Interpretation = mentoring.Interpretation{Mode: "none_needed", Checked: true}
	if s.lang == "ar" {
		rec.Interpretation = mentoring.Interpretation{Mode: "un_interpreter", Quality: 3, Checked: true}
	}
	rec.Themes, rec.AgendaSetBy = []string{t.Theme}, mentoring.AgendaSetter([]string{"host", "un", "joint"}[s.upTo(3)])
	rec.Summary, rec.FeedbackGivenAt = s.say(t.Summary), s.start.Add(time.Duration(rec.DurationMin)*time.Minute)
	for _, o := range t.Observations {
		if t.Type != mentoring.Monitoring && s.upTo(2) == 0 {
			continue
		}
		rec.Observations = append(rec.Observations, mentoring.Observation{Kind: o.Kind, Basis: o.Basis, Text: s.say(o.Text)})
	}
	if t.Advice != nil {
		rec.Advice, rec.HostPosition = s.say(t.Advice), "will_consider"
	}
	rec.NextOn, rec.NextAgreed = value.DateOf(s.start).AddDays(14), s.upTo(2) == 0
}

// live leads a session to the state in which the demonstration finds it, and
// reports whether the host reads it.
func (s *story) live(rec *mentoring.Session, u *host.Unit, i int) bool {
	rec.State = s.state(i)
	inside := u.Support == host.NotPossible && rec.State != mentoring.Draft
	if inside || rec.State == mentoring.Closed && s.upTo(2) == 0 {
		rec.State = mentoring.Closed // closed inside: the host never read it
		return false
	}
	switch rec.State {
	case mentoring.Returned:
		rec.ReturnReason, rec.ReturnNote = "incomplete", value.Text{Lang: "fr", Text: "Préciser les suites convenues."}
	case mentoring.Released, mentoring.Acknowledged, mentoring.Contested, mentoring.Closed:
		s.release(rec, u)
		return true
	case mentoring.Voided:
		rec.VoidedReason = "duplicate"
	}
	return false
}

// latest are the states of the last sessions, all of the story's unit, so that
// whoever works there finds something to do.
var latest = []kind.State{mentoring.Released, mentoring.Draft, mentoring.Approved, mentoring.Submitted, mentoring.Returned}

func (s *story) state(i int) kind.State {
	type w = weighted[kind.State]
	if at := i - (s.n - len(latest)); at >= 0 {
		return latest[at]
	}
	if i >= s.n-1-s.n*8/100 {
		return pick(s, w{mentoring.Draft, 30}, w{mentoring.Submitted, 30}, w{mentoring.Returned, 8},
			w{mentoring.Approved, 16}, w{mentoring.Released, 16})
	}
	return pick(s, w{mentoring.Closed, 36}, w{mentoring.Acknowledged, 32}, w{mentoring.Released, 12}, w{mentoring.Contested, 3},
		w{mentoring.Approved, 8}, w{mentoring.Submitted, 4}, w{mentoring.Returned, 2}, w{mentoring.Voided, 3})
}

// release does to a session what the verb does, in the past.
func (s *story) release(rec *mentoring.Session, u *host.Unit) {
	lead := s.c.people[s.upTo(3)+1].ID
	rec.ApprovedBy, rec.ReleasedBy = lead, lead
	rec.ReleasedAt = rec.EnteredAt.Add(time.Duration(20+s.upTo(50)) * time.Hour)
	day := value.DateOf(rec.ReleasedAt)
	year := string(day)[:4]
	sequence := "release/" + u.ID + "/" + year
	s.last[sequence]++
	rec.ReleaseNo = mentoring.ReleaseNo(u.Code, year, s.last[sequence])
	var named []mentoring.NamedAdviser
	for _, ref := range rec.Advisers {
		named = append(named, s.c.named(ref.ID, u.ID))
	}
	rec.Present(named)
	if rec.State == mentoring.Acknowledged || rec.State == mentoring.Closed {
		rec.AcknowledgedOn, rec.AcknowledgedBy = day.AddDays(1+s.upTo(6)), s.c.police[u.ID][0].ID
	}
}

// named is a person as the host may know him, posted at a unit.
func (c *Carana) named(person, unit string) mentoring.NamedAdviser {
	var n mentoring.NamedAdviser
	for _, p := range c.people {
		if p.ID == person {
			n.Name = p.Name
		}
	}
	for _, p := range c.posted[unit] {
		if p.Person.ID == person {
			n.Function = p.Function
		}
	}
	return n
}

func (s *story) annex(i int, rec *mentoring.Session, t *narrative) *mentoring.Annex {
	n := &mentoring.Annex{Session: value.Ref{Kind: "session", ID: rec.ID}, Assessment: s.say(t.Assessment),
		Climate: int64(2 + s.upTo(4)), Commitment: int64(1 + s.upTo(5)), Obstacles: []string{"no_fuel"}}
	s.head(n, "annex", i, rec.CreatedBy, rec.CreatedAt)
	n.Follow(rec)
	return n
}

func (s *story) action(i int, rec *mentoring.Session, t *narrative, released bool) *mentoring.Action {
	day := value.DateOf(rec.Start)
	a := &mentoring.Action{Text: s.say(t.Action), Origin: value.Ref{Kind: "session", ID: rec.ID}, OwnerSide: mentoring.HostSide,
		Owner: rec.Counterparts[0], Due: day.AddDays(14 + 7*s.upTo(8)), Priority: mentoring.Priority([]string{"normal", "high", "low"}[s.upTo(3)]),
		ProposedSide: mentoring.UNSide, AskedOn: day}
	s.head(a, "action", i, rec.CreatedBy, rec.CreatedAt)
	a.Code, a.OriginalDue, a.State = mentoring.ActionCode(a.ID), a.Due, mentoring.Proposed
	if s.upTo(4) == 0 {
		a.OwnerSide, a.Owner, a.UNOwner = mentoring.UNSide, value.Ref{}, rec.Advisers[0]
		a.UNOwnerText = s.c.named(a.UNOwner.ID, rec.Unit.ID)
	}
	a.Follow(rec)
	if released {
		a.ReleasedAt = rec.ReleasedAt
		s.answer(a, value.DateOf(rec.ReleasedAt))
	}
	return a
}

// answer leads an action that was released on day to where it stands.
func (s *story) answer(a *mentoring.Action, day value.Date) {
	type w = weighted[kind.State]
	a.State = pick(s, w{mentoring.Proposed, 14}, w{mentoring.Accepted, 22}, w{mentoring.InProgress, 14}, w{mentoring.ReportedDone, 10},
		w{mentoring.VerifiedClosed, 22}, w{mentoring.Declined, 6}, w{mentoring.CounterProposed, 6}, w{mentoring.Reopened, 3},
		w{mentoring.Cancelled, 3})
	a.AskedOn = day
	why := func(text string) value.Text { return value.Text{Lang: "fr", Text: text} }
	switch a.State {
	case mentoring.Declined:
		a.DeclinedReason = why("Pas de budget avant l’année prochaine.")
	case mentoring.CounterProposed:
		a.CounterSide, a.CounterDue, a.CounterReason = mentoring.HostSide, a.Due.AddDays(30), why("Délai trop court.")
	case mentoring.Cancelled:
		a.CancelReason = "no_longer_needed"
	case mentoring.Proposed:
	default:
		a.AcceptedOn = day.AddDays(3)
	}
	if a.State == mentoring.ReportedDone || a.State == mentoring.VerifiedClosed || a.State == mentoring.Reopened {
		a.ReportedOn, a.ReportedSide, a.Report = day.AddDays(9), a.OwnerSide, why("Fait ; voir le registre.")
	}
	if a.State == mentoring.VerifiedClosed {
		a.Verification, a.VerifiedOn = "seen_on_site", day.AddDays(12)
	}
}
