package mentoring_test

import (
	"slices"
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

// The people of these tests, by the names of their ids.
var (
	author   = un("elin", kind.Adviser)
	coAuthor = un("bruno", kind.Adviser)
	lead     = un("aminata", kind.TeamLeader)
	lead2    = un("jan", kind.TeamLeader)
	leader   = un("hopc", kind.Leader)
	officer  = onHost("ruth", kind.Counterpart)
	stranger = onHost("paul", kind.Counterpart)
	command  = onHost("samira", kind.Commander)
)

func un(name string, r kind.Role) kind.Actor { return actor(name, r) }

func onHost(name string, r kind.Role) kind.Actor { return actor(name, r) }

func actor(name string, r kind.Role) kind.Actor {
	return kind.Actor{Account: "acc-" + name, Person: kindtest.ID(name), Mission: kindtest.ID("unac"), Grants: []kind.Grant{{Role: r}}}
}

// noon is a Wednesday in the demonstration mission.
var noon = time.Date(2026, 10, 7, 10, 0, 0, 0, time.UTC)

func maputo(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Africa/Maputo")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func text(lang, s string) value.Text { return value.Text{Lang: value.Lang(lang), Text: s} }

func head(name string) kind.Head { return kind.Head{ID: kindtest.ID(name)} }

// newWorld is a mission with one station, two advisers and one counterpart.
func newWorld(t testing.TB) *kindtest.World {
	t.Helper()
	w := kindtest.New(t, noon, maputo(t), mission.Kinds, host.Kinds, mentoring.Kinds)
	w.Who = author
	w.Set(&mission.Mission{Head: head("unac"), Code: "UNAC", OperationalFrom: "2024-04-01", TZ: "Africa/Maputo",
		OfficialLangs: []value.Lang{"fr"}, LocalLangs: []value.Lang{"pt", "sw"}},
		&host.PoliceService{Head: head("police"), Code: "CRN-POL"},
		&host.Unit{Head: head("faron"), Code: "CRN-ST-014", Service: kindtest.To("police_service", "police"), Level: "station"},
		&host.Unit{Head: head("amsan"), Code: "CRN-ST-015", Service: kindtest.To("police_service", "police"), Level: "station"},
		&host.Counterpart{Head: head("ruth"), Name: "Ruth Maseko", Unit: kindtest.To("unit", "faron")})
	for _, name := range []string{"elin", "bruno", "aminata"} {
		w.Set(&mission.Person{Head: head(name), Name: strings.ToUpper(name[:1]) + name[1:],
			Tour: value.Period{Start: "2026-01-01", End: "2026-12-31"}})
	}
	w.Set(&mission.Posting{Head: head("office-post"), Person: kindtest.To("person", "elin"), Function: "focal_point",
		Period: value.Period{Start: "2026-01-01", End: "2026-12-31"}},
		&mission.Posting{Head: head("old-post"), Person: kindtest.To("person", "elin"), Unit: kindtest.To("unit", "faron"),
			Function: "trainer", Period: value.Period{Start: "2026-01-01", End: "2026-02-28"}},
		&mission.Posting{Head: head("post"), Person: kindtest.To("person", "elin"), Unit: kindtest.To("unit", "faron"),
			Function: "mentor", Period: value.Period{Start: "2026-03-01", End: "2026-12-31"}})
	return w
}

// visit is a complete mentoring session of author at Faron, yesterday.
func visit(name string) *mentoring.Session {
	return &mentoring.Session{Head: head(name), Type: mentoring.Mentoring, Modality: "in_person", Outcome: mentoring.Held,
		Start: noon.Add(-26 * time.Hour), DurationMin: 90, Unit: kindtest.To("unit", "faron"),
		Advisers:     []value.Ref{kindtest.To("person", "elin")},
		Counterparts: []value.Ref{kindtest.To("counterpart", "ruth")},
		Participants: []mentoring.Participants{{Party: mentoring.HostPolice, RankBand: "junior_officer", SexCount: value.SexCount{Female: 1, Male: 2}}},
		Languages:    []value.Lang{"fr"}, Interpretation: mentoring.Interpretation{Mode: "none_needed"},
		Themes: []string{"T07"}, AgendaSetBy: "joint", Summary: text("fr", "Revue du registre de garde à vue."),
		Observations: []mentoring.Observation{{Kind: "gap", Basis: "document", Text: text("fr", "Heure absente dans 7 des 20 fiches.")}}}
}

// deed is an action that the host owes from a session.
func deed(name, session string) *mentoring.Action {
	return &mentoring.Action{Head: head(name), Text: text("fr", "Ajouter la colonne au registre"), Origin: kindtest.To("session", session),
		Unit: kindtest.To("unit", "faron"), OwnerSide: mentoring.HostSide, Owner: kindtest.To("counterpart", "ruth"),
		Due: "2026-10-20", Priority: "normal"}
}

// owed is an action that the UN owes from a session.
func owed(name, session string) *mentoring.Action {
	a := deed(name, session)
	a.OwnerSide, a.Owner, a.UNOwner = mentoring.UNSide, value.Ref{}, kindtest.To("person", "elin")
	return a
}

// as makes who act from now on.
func as(w *kindtest.World, who kind.Actor) *kindtest.World {
	w.Who = who
	return w
}

// must fails the test if a step that prepares it is refused.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("refused: %v %v", err, faults(err))
	}
}

// faults lists the faults of err as "field: key".
func faults(err error) []string {
	e, ok := err.(*kind.Error)
	if !ok {
		return nil
	}
	var list []string
	for _, f := range e.FieldNames() {
		list = append(list, f+": "+e.Fields[f].Key)
	}
	return list
}

// refused checks the code, and the key of a refusal or one of its faults.
func refused(t testing.TB, err error, code kind.Code, key string) {
	t.Helper()
	if kind.CodeOf(err) != code {
		t.Fatalf("got %v %v, want %s %s", err, faults(err), code, key)
	}
	if e := err.(*kind.Error); e.Key != key && !slices.Contains(faults(err), key) {
		t.Fatalf("got %s %v, want %s", e.Key, faults(err), key)
	}
}

// session brings a fresh session to a state, by verbs only.
func session(t testing.TB, w *kindtest.World, name string, to kind.State) *mentoring.Session {
	t.Helper()
	s := visit(name)
	must(t, as(w, author).Create(s))
	advance(t, w, s, to)
	return s
}

// advance leads a draft to a state.
func advance(t testing.TB, w *kindtest.World, s *mentoring.Session, to kind.State) {
	t.Helper()
	type step struct {
		who  kind.Actor
		verb string
		in   any
	}
	submit, approve, release := step{author, "submit", nil}, step{lead, "approve", nil}, step{lead, "release", nil}
	if to == mentoring.Contested {
		advance(t, w, s, mentoring.Released)
		must(t, as(w, officer).Create(objection("contest-"+s.ID, s)))
		w.Load(s)
		return
	}
	ways := map[kind.State][]step{
		mentoring.Draft:        {},
		mentoring.Submitted:    {submit},
		mentoring.Returned:     {submit, {lead, "return", &mentoring.ReturnInput{Reason: "judgement"}}},
		mentoring.Approved:     {submit, approve},
		mentoring.Released:     {submit, approve, release},
		mentoring.Acknowledged: {submit, approve, release, {officer, "acknowledge", nil}},
		mentoring.Closed:       {submit, approve, release, {officer, "acknowledge", nil}, {lead, "close", nil}},
		mentoring.Voided:       {{author, "void", &mentoring.VoidInput{Reason: "Recorded twice"}}},
	}
	for _, st := range ways[to] {
		must(t, as(w, st.who).Do(st.verb, s, st.in))
	}
	if s.State != to {
		t.Fatalf("session is %s, want %s", s.State, to)
	}
}

// objection is a contest of s by the host.
func objection(name string, s *mentoring.Session) *mentoring.Contest {
	return &mentoring.Contest{Head: head(name), Session: value.Ref{Kind: "session", ID: s.ID}, Field: "observations",
		Grounds: "factual_error", Statement: text("fr", "Le registre était complet.")}
}
