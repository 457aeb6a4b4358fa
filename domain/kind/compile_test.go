package kind_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// good is a declaration without mistakes, for tables to spoil.
func good() kind.Spec {
	return kind.Spec{Name: "thing", Class: kind.SHR, Scope: kind.Mission()}
}

func with(change func(*kind.Spec)) kind.Spec {
	s := good()
	change(&s)
	return s
}

type (
	noValues   string
	twice      string
	oddValue   string
	emptyEnum  string
	wrongEnum  string
	plainThing struct {
		kind.Head
		Name string    `f:"name,filter,sort"`
		Unit value.Ref `f:"unit,filter" to:"thing"`
		Boss value.Ref `f:"boss" to:"person"`
		Tags []string  `f:"tags,filter"`
		More []string  `f:"more,filter"`
		Note string    `f:"note"`
		Kept string    `f:"kept" class:"STR"`
		Mood weather   `f:"mood,filter"`
	}
)

func (twice) Values() []string     { return []string{"a", "a"} }
func (oddValue) Values() []string  { return []string{"not this"} }
func (emptyEnum) Values() []string { return nil }
func (wrongEnum) Values() string   { return "a" }

type deep struct {
	Down []deep `f:"down"`
}

// mistakes compiles T as s and returns what is wrong with it.
func mistakes[T any](s kind.Spec, more ...kind.Part) string {
	var k kind.Kinds
	kind.Declare[T](&k, s)
	_, err := kind.Compile(append(more, k, kind.Elsewhere("person"))...)
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestMistakesInFields(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"thing.x: unknown option \"sorted\"": mistakes[struct {
			kind.Head
			X string `f:"x,sorted"`
		}](good()),
		"thing.x: unknown option \"filter\"": mistakes[struct {
			kind.Head
			X string `f:"x,filter=yes"`
		}](good()),
		"thing.x: option required is given twice": mistakes[struct {
			kind.Head
			X string `f:"x,required,required"`
		}](good()),
		"thing.x: max=\"ten\" is not a number": mistakes[struct {
			kind.Head
			X string `f:"x,max=ten"`
		}](good()),
		"thing.x: each must be above zero": mistakes[struct {
			kind.Head
			X []string `f:"x,each=0"`
		}](good()),
		"thing.x: max is below min": mistakes[struct {
			kind.Head
			X int `f:"x,max=1,min=2"`
		}](good()),
		"thing.x: max must be above zero": mistakes[struct {
			kind.Head
			X string `f:"x,max=0"`
		}](good()),
		"thing.x: max and min do not go with its type": mistakes[struct {
			kind.Head
			X value.Date `f:"x,max=3"`
		}](good()),
		"thing.x: no expression is registered as \"zip\"": mistakes[struct {
			kind.Head
			X string `f:"x,re=zip"`
		}](good()),
		"thing.x: two fields have this name": mistakes[struct {
			kind.Head
			X string `f:"x"`
			Y string `f:"x"`
		}](good()),
		"thing.state: the name belongs to the envelope": mistakes[struct {
			kind.Head
			X string `f:"state"`
		}](good()),
		"thing.kind: the name belongs to the envelope": mistakes[struct {
			kind.Head
			X string `f:"kind"`
		}](good()),
		"thing.Xy: the name is not snake_case": mistakes[struct {
			kind.Head
			X string `f:"Xy"`
		}](good()),
		"thing.X: no tag f": mistakes[struct {
			kind.Head
			X string
		}](good()),
		"thing.x: an unexported field is not stored": mistakes[struct {
			kind.Head
			x string
		}](good()),
		"thing.deep: only kind.Head is embedded": mistakes[struct {
			kind.Head
			deep
		}](good()),
		"must be a struct that embeds kind.Head": mistakes[struct {
			X string `f:"x"`
		}](good()),
		"thing.x: a field cannot be a map[string]string": mistakes[struct {
			kind.Head
			X map[string]string `f:"x"`
		}](good()),
		"thing.x: a field cannot be a []*string": mistakes[struct {
			kind.Head
			X []*string `f:"x"`
		}](good()),
		"thing.x: a field cannot be a uint": mistakes[struct {
			kind.Head
			X uint `f:"x"`
		}](good()),
		"structs nest deeper than 4": mistakes[struct {
			kind.Head
			X deep `f:"x"`
		}](good()),
		"thing.x: struct {} has no fields": mistakes[struct {
			kind.Head
			X struct{} `f:"x"`
		}](good()),
		"thing.x: refers to the unknown kind \"moon\"": mistakes[struct {
			kind.Head
			X value.Ref `f:"x" to:"thing,moon"`
		}](good()),
		"thing.x: a reference needs a tag to": mistakes[struct {
			kind.Head
			X value.Ref `f:"x"`
		}](good()),
		"thing.x: to does not go with its type": mistakes[struct {
			kind.Head
			X string `f:"x" to:"thing"`
		}](good()),
		"thing.x: list does not go with its type": mistakes[struct {
			kind.Head
			X int `f:"x" list:"theme"`
		}](good()),
		"thing.x: the list \"Theme\" is not snake_case": mistakes[struct {
			kind.Head
			X value.Code `f:"x" list:"Theme"`
		}](good()),
		"thing.x: filter does not go with its type": mistakes[struct {
			kind.Head
			X value.Text `f:"x,filter"`
		}](good()),
		"thing.x: sort does not go with its type": mistakes[struct {
			kind.Head
			X []string `f:"x,sort"`
		}](good()),
		"thing.x: search does not go with its type": mistakes[struct {
			kind.Head
			X int `f:"x,search"`
		}](good()),
		"thing.x: title does not go with its type": mistakes[struct {
			kind.Head
			X value.Ref `f:"x,title" to:"thing"`
		}](good()),
		"thing.x: unique does not go with its type": mistakes[struct {
			kind.Head
			X []string `f:"x,unique"`
		}](good()),
		"thing.x: owner does not go with its type": mistakes[struct {
			kind.Head
			X string `f:"x,owner"`
		}](good()),
		"thing.x: past does not go with its type": mistakes[struct {
			kind.Head
			X int `f:"x,past"`
		}](good()),
		"thing.x: each does not go with its type": mistakes[struct {
			kind.Head
			X string `f:"x,each=4"`
		}](good()),
		"thing.x: re does not go with its type": mistakes[struct {
			kind.Head
			X int `f:"x,re=zip"`
		}](good()),
		"thing.x: required says nothing of a bool": mistakes[struct {
			kind.Head
			X bool `f:"x,required"`
		}](good()),
		"thing.x: unknown class \"SECRET\"": mistakes[struct {
			kind.Head
			X string `f:"x" class:"SECRET"`
		}](good()),
		"thing.x: a field of class STR is stored encrypted": mistakes[struct {
			kind.Head
			X string `f:"x,search" class:"STR"`
		}](good()),
		"thing.p.x: its class is below that of what it is in": mistakes[struct {
			kind.Head
			P struct {
				X string `f:"x" class:"SHR"`
			} `f:"p" class:"MIS"`
		}](good()),
		"thing.p.x: its class is above that of its list": mistakes[struct {
			kind.Head
			P []struct {
				X string `f:"x" class:"MIS"`
			} `f:"p"`
		}](good()),
		"thing.p.x: the server owns it, but it is in a list": mistakes[struct {
			kind.Head
			P []struct {
				X string `f:"x,server"`
			} `f:"p"`
		}](good()),
		"thing.p.q.x: the server owns it, but it is in a list": mistakes[struct {
			kind.Head
			P []struct {
				Q struct {
					X string `f:"x,server"`
				} `f:"q"`
			} `f:"p"`
		}](good()),
		"thing.p.x: filter is for the fields of the kind itself": mistakes[struct {
			kind.Head
			P struct {
				X string `f:"x,filter"`
			} `f:"p"`
		}](good()),
		"thing: more than one title": mistakes[struct {
			kind.Head
			X string `f:"x,title"`
			Y string `f:"y,title"`
		}](good()),
		"has no method Values": mistakes[struct {
			kind.Head
			X noValues `f:"x"`
		}](good()),
		"kind_test.wrongEnum has no method Values": mistakes[struct {
			kind.Head
			X wrongEnum `f:"x"`
		}](good()),
		"kind_test.emptyEnum has no values": mistakes[struct {
			kind.Head
			X emptyEnum `f:"x"`
		}](good()),
		"has the value \"a\" twice": mistakes[struct {
			kind.Head
			X twice `f:"x"`
		}](good()),
		"the value \"not this\"": mistakes[struct {
			kind.Head
			X oddValue `f:"x"`
		}](good()),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in:\n%s", want, got)
		}
	}
}

// A list that the server owns as a whole may hold fields of the server.
func TestServerList(t *testing.T) {
	t.Parallel()
	if got := mistakes[struct {
		kind.Head
		P []struct {
			X string `f:"x,server"`
		} `f:"p,server"`
	}](good()); got != "" {
		t.Error(got)
	}
}

type reason struct {
	Why string `f:"why,required"`
}

func act(_ kind.World, _ *plainThing, _ *reason) error    { return nil }
func actOther(_ kind.World, _ *place, _ *reason) error    { return nil }
func hookOther(_ kind.World, _ *place) error              { return nil }
func actNumber(_ kind.World, _ *plainThing, _ *int) error { return nil }
func actFilter(_ kind.World, _ *plainThing, _ *struct {
	X string `f:"x,filter"`
}) error {
	return nil
}
func actServer(_ kind.World, _ *plainThing, _ *struct {
	X string `f:"x,server"`
}) error {
	return nil
}

func flow(states []kind.State, verbs ...kind.Verb) func(*kind.Spec) {
	return func(s *kind.Spec) { s.Flow = kind.Flow{States: states, Verbs: verbs} }
}

func TestMistakesInKinds(t *testing.T) {
	t.Parallel()
	ab := kind.From("a", "b")
	for want, change := range map[string]func(*kind.Spec){
		"the kind has no name":                             func(s *kind.Spec) { s.Name = "" },
		"Thing: the name is not snake_case":                func(s *kind.Spec) { s.Name = "Thing" },
		"thing: the plural \"a/b\" is not a path segment":  func(s *kind.Spec) { s.Plural = "a/b" },
		"thing: the class is not stated":                   func(s *kind.Spec) { s.Class = 0 },
		"thing: the scope is not stated":                   func(s *kind.Spec) { s.Scope = kind.Scope{} },
		"thing: a scope of this sort has no field":         func(s *kind.Spec) { s.Scope = kind.Scope{By: kind.InMission, Field: "unit"} },
		"thing: the scope names the unknown field \"x\"":   func(s *kind.Spec) { s.Scope = kind.ByUnit("x") },
		"thing.name: the scope needs one reference":        func(s *kind.Spec) { s.Scope = kind.ByUnit("name") },
		"thing.unit: the scope needs a reference to unit":  func(s *kind.Spec) { s.Scope = kind.ByUnit("unit") },
		"reference to person or counterpart":               func(s *kind.Spec) { s.Scope = kind.ByPerson("unit") },
		"thing: a list is by the unknown field \"x\"":      func(s *kind.Spec) { s.Lists = kind.Lists{{By: "x"}} },
		"thing.note: a list is by it":                      func(s *kind.Spec) { s.Lists = kind.Lists{{By: "note"}} },
		"thing.state: a list is by it":                     func(s *kind.Spec) { s.Lists = kind.Lists{{By: "state"}} },
		"thing: a list is sorted by the unknown field":     func(s *kind.Spec) { s.Lists = kind.Lists{{Sort: "-x"}} },
		"thing.note: a list is sorted by it":               func(s *kind.Spec) { s.Lists = kind.Lists{{Sort: "note"}} },
		"by more than one list field":                      func(s *kind.Spec) { s.Lists = kind.Lists{{By: "tags,more"}} },
		"thing: OnePer \"name\" is not a reference field":  func(s *kind.Spec) { s.OnePer = "name" },
		"Draft names the unknown path \"unit\"":            func(s *kind.Spec) { s.Draft = []kind.Cond{kind.Is("unit", "x")} },
		"Draft names the unknown path \"x.y\"":             func(s *kind.Spec) { s.Draft = []kind.Cond{kind.Is("x.y", "x")} },
		"compares \"mood\" with the unknown value \"hot\"": func(s *kind.Spec) { s.Draft = []kind.Cond{kind.OneOf("mood", "dry", "hot")} },
		"with the unknown value \"cold\"":                  func(s *kind.Spec) { s.Draft = []kind.Cond{kind.Is("mood", weather("cold"))} },
		"unknown operator \"$regex\"":                      func(s *kind.Spec) { s.Draft = []kind.Cond{{"name", "$regex", "x"}} },
		"$in of \"name\" needs a []string":                 func(s *kind.Spec) { s.Draft = []kind.Cond{{"name", kind.In, "x"}} },
		"$eq of \"name\" needs one value":                  func(s *kind.Spec) { s.Draft = []kind.Cond{{"name", kind.Eq, []string{"x"}}} },
		"asks for \"kept\", which is stored encrypted":     func(s *kind.Spec) { s.Draft = []kind.Cond{kind.Is("kept", "x")} },
		"Narrow names the unknown role \"king\"":           func(s *kind.Spec) { s.Narrow = map[kind.Role][]kind.Cond{"king": nil} },
		"thing: the example is not a JSON object":          func(s *kind.Spec) { s.Example = `[1]` },
		"thing: Create is for kind_test.place":             func(s *kind.Spec) { s.Create = kind.On(hookOther) },
		"thing: Create takes no input":                     func(s *kind.Spec) { s.Create = kind.Do(act) },
		"thing: Replace takes no input":                    func(s *kind.Spec) { s.Replace = kind.Do(act) },
		"thing: the state \"B\" is not snake_case":         flow(kind.From("a", "B"), kind.Verb{Name: "go", To: "B"}),
		"thing: the state \"a\" is listed twice":           flow(kind.From("a", "a")),
		"thing: nothing leads to the state \"b\"":          flow(ab),
		"nothing leads to the state \"c\"":                 flow(kind.From("a", "b", "c"), kind.Verb{Name: "go", From: kind.From("c"), To: "c"}, kind.Verb{Name: "to", To: "b"}),
		"thing: Edit names the unknown state \"z\"":        func(s *kind.Spec) { s.Flow.Edit = kind.From("z") },
		"verb go names the unknown state \"z\"":            flow(ab, kind.Verb{Name: "go", From: kind.From("z"), To: "b"}),
		"verb do names the unknown state \"y\"":            flow(ab, kind.Verb{Name: "do", Never: kind.From("y"), To: "b"}),
		"verb to names the unknown state \"q\"":            flow(ab, kind.Verb{Name: "to", To: "q"}),
		"thing.go: the verb has both From and Never":       flow(ab, kind.Verb{Name: "go", From: ab, Never: ab, To: "b"}),
		"thing.go: two verbs have this name":               flow(ab, kind.Verb{Name: "go", To: "b"}, kind.Verb{Name: "go", To: "b"}),
		"thing.read: no verb may have this name":           flow(ab, kind.Verb{Name: "read", To: "b"}),
		"thing.Go: the verb's name is not snake_case":      flow(ab, kind.Verb{Name: "Go", To: "b"}),
		"thing.go: the verb does nothing":                  flow(ab, kind.Verb{Name: "go"}),
		"Unlike \"x\" is not a field that names people":    flow(ab, kind.Verb{Name: "go", To: "b", Unlike: []string{"x"}}),
		"Unlike \"name\" is not a field":                   flow(ab, kind.Verb{Name: "go", To: "b", Unlike: []string{"name"}}),
		"Unlike \"state\" is not a field":                  flow(ab, kind.Verb{Name: "go", To: "b", Unlike: []string{"state"}}),
		"thing.go: Do is for kind_test.place":              flow(ab, kind.Verb{Name: "go", To: "b", Do: kind.Do(actOther)}),
		"thing: Fixed, but Edit":                           func(s *kind.Spec) { s.Fixed, s.Flow.States, s.Flow.Edit = true, kind.From("a"), kind.From("a") },
		"tells no draft: \"name\"":                         func(s *kind.Spec) { s.Draft = []kind.Cond{kind.Without("name")} },
		"$absent of \"name\" takes no value":               func(s *kind.Spec) { s.Draft = []kind.Cond{{"name", kind.Absent, "x"}} },
		"thing.go: Checks is for kind_test.place":          flow(ab, kind.Verb{Name: "go", To: "b", Checks: kind.Checks(func(kind.World, *place) ([]kind.Condition, error) { return nil, nil })}),
		"thing.go: the input int is not a struct":          flow(ab, kind.Verb{Name: "go", To: "b", Do: kind.Do(actNumber)}),
		"thing.go.x: filter is for the fields":             flow(ab, kind.Verb{Name: "go", To: "b", Do: kind.Do(actFilter)}),
		"thing.go.x: server, owner and search are not for": flow(ab, kind.Verb{Name: "go", To: "b", Do: kind.Do(actServer)}),
		"thing.go: the example is not a JSON object":       flow(ab, kind.Verb{Name: "go", To: "b", Example: "{"}),
	} {
		if got := mistakes[plainThing](with(change)); !strings.Contains(got, want) {
			t.Errorf("want %q in:\n%s", want, got)
		}
	}
	if got := mistakes[plainThing](good()); got != "" {
		t.Errorf("good() has mistakes, so the table proves nothing:\n%s", got)
	}
}

// What the host side's reach asks for must be on the released copy.
func TestMistakesInReleasableKinds(t *testing.T) {
	t.Parallel()
	type closed struct {
		kind.Head
		Unit value.Ref `f:"unit" to:"unit" class:"MIS"`
		Note string    `f:"note" class:"MIS"`
		Open string    `f:"open"`
	}
	type hidden struct {
		kind.Head
		Note string `f:"note"`
	}
	released := func(change func(*kind.Spec)) kind.Spec {
		s := with(change)
		s.Releasable = true
		return s
	}
	narrow := func(field string, role kind.Role) kind.Spec {
		return released(func(s *kind.Spec) { s.Narrow = map[kind.Role][]kind.Cond{role: {kind.Is(field, "x")}} })
	}
	unit := kind.Elsewhere("unit")
	for want, got := range map[string]string{
		"thing.unit: the scope of a releasable kind":    mistakes[closed](released(func(s *kind.Spec) { s.Scope = kind.ByUnit("unit") }), unit),
		"Narrow of commander asks for \"note\"":         mistakes[closed](narrow("note", kind.Commander), unit),
		"thing: releasable, but no field is PUB or SHR": mistakes[hidden](released(func(s *kind.Spec) { s.Class = kind.MIS })),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in:\n%s", want, got)
		}
	}
	for _, s := range []kind.Spec{narrow("note", kind.Adviser), narrow("open", kind.Commander)} {
		if got := mistakes[closed](s, unit); got != "" {
			t.Error(got)
		}
	}
}

func TestMistakesBetweenKinds(t *testing.T) {
	t.Parallel()
	var k kind.Kinds
	kind.Pattern(&k, "bad", "(")
	kind.Pattern(&k, "two", "^a$")
	kind.Pattern(&k, "two", "^b$")
	kind.Pattern(&k, "same", "^b$")
	kind.Pattern(&k, "same", "^b$")
	kind.Declare[plainThing](&k, good())
	kind.Declare[plainThing](&k, good())
	kind.Declare[human](&k, with(func(s *kind.Spec) { s.Name = "person"; s.Plural = "things" }))
	_, err := kind.Compile(k)
	m, ok := errors.AsType[kind.Mistakes](err)
	if !ok {
		t.Fatal(err)
	}
	for _, want := range []string{"re=bad: ", "re=two: is two expressions", "thing: declared twice",
		"thing: the plural \"things\" is that of thing", "is also the struct of thing", "person: the plural \"things\""} {
		if !slices.ContainsFunc(m, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("want %q in %s", want, err)
		}
	}
	if strings.Contains(err.Error(), "same") {
		t.Error("the same expression twice is no mistake:", err)
	}
}

// method has the name of value.Method, and other values.
type method string

func (method) Values() []string { return []string{"post"} }

func TestEnumerationsOfOneName(t *testing.T) {
	t.Parallel()
	got := mistakes[struct {
		kind.Head
		X value.Method `f:"x"`
		Y method       `f:"y"`
	}](good())
	if !strings.Contains(got, "two enumerations called method differ") {
		t.Error(got)
	}
	var k kind.Kinds
	kind.Declare[struct {
		kind.Head
		Y []value.TranslationState `f:"y"`
		Z value.TranslationState   `f:"z"`
	}](&k, good())
	r, err := kind.Compile(k)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Get("thing").Field("y"); f.EnumName != "translation_state" || !slices.Equal(f.Values, []string{"draft", "verified"}) {
		t.Fatalf("%+v", f)
	}
}

func TestCompiledFields(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	if d.Plural != "visits" || d.Field("title").Class != kind.SHR || d.Field("place").Class != kind.MIS {
		t.Fatal("plural or class")
	}
	for name, want := range map[string]string{"unit": "unit.id", "advisers": "advisers.id", "span": "span.start",
		"day": "day", "created_at": "created_at", "state": "state"} {
		if got := d.Field(name).Path(); got != want {
			t.Errorf("path of %s: %s, want %s", name, got, want)
		}
	}
	parties := d.Field("parties")
	if parties.Type != kind.Struct || !parties.List || parties.Fields[0].Path() != "parties.who.id" {
		t.Errorf("%+v", parties)
	}
	for name, want := range map[string]int64{"name": 12, "private": 50, "secret": 4000, "sorts": 100, "ref_no": 200} {
		if f := d.Field(name); f.Max == nil || *f.Max != want {
			t.Errorf("max of %s: %v, want %d", name, f.Max, want)
		}
	}
	if d.Field("day").Max != nil || d.Field("names").Each != 5 || d.Field("nope") != nil {
		t.Error("max of a date, each of names or a field that is not there")
	}
	if got := d.Draft[0].Value; got != "draft" {
		t.Errorf("%T in a condition, want a plain string", got)
	}
}

func TestEnvelopeClasses(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	shared := map[string]bool{"id": true, "state": true, "released_at": true}
	for _, f := range d.Envelope {
		want := kind.MIS
		if shared[f.Name] {
			want = kind.SHR
		}
		if f.Class != want || f.Server != (f.Name != "id" && f.Name != "lang") || d.Field(f.Name) != f {
			t.Errorf("%+v", f)
		}
	}
	if len(d.Envelope) != 11 {
		t.Error(len(d.Envelope))
	}
	if s := registry(t).Get("person").Field("state"); s.Filter || s.Type != kind.String {
		t.Error("a kind without states is filtered by state")
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	r := registry(t)
	if len(r.All()) != 3 || r.Get("visit") != r.ByPath("visits") || r.Get("x") != nil || r.ByPath("visit") != nil {
		t.Fatal("look-ups")
	}
	if d, err := r.Of(&place{}); err != nil || d.Name != "unit" {
		t.Fatal(d, err)
	}
	for _, x := range []any{nil, place{}, &reason{}, 4} {
		if _, err := r.Of(x); err == nil {
			t.Errorf("%T is a kind", x)
		}
	}
	if _, ok := r.Get("unit").New().(*place); !ok {
		t.Fatal("New")
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"session": "sessions", "session_annex": "session-annexes", "unit": "units",
		"mentoring_plan": "mentoring-plans", "police_service": "police-services", "guidance": "guidance",
		"attendance": "attendance", "course_feedback": "course-feedback", "curriculum": "curricula",
		"course_delivery": "course-deliveries", "survey": "surveys", "readiness_status": "readiness-statuses",
		"behaviour_check": "behaviour-checks", "diversion_case": "diversion-cases", "branch": "branches", "y": "ys"} {
		var k kind.Kinds
		kind.Declare[human](&k, with(func(s *kind.Spec) { s.Name = name }))
		r, err := kind.Compile(k)
		if err != nil {
			t.Error(err)
		} else if got := r.All()[0].Plural; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestFlow(t *testing.T) {
	t.Parallel()
	r := registry(t)
	d := r.Get("visit")
	var names []string
	for _, v := range d.VerbsFrom("sent") {
		names = append(names, v.Name)
	}
	if !slices.Equal(names, []string{"approve", "void"}) {
		t.Error(names)
	}
	if len(d.VerbsFrom("void")) != 0 || len(d.Verbs()) != 3 || d.Verb("nope") != nil {
		t.Error("verbs")
	}
	if !d.MayEdit("draft") || d.MayEdit("sent") || !r.Get("unit").MayEdit("") {
		t.Error("edit")
	}
	if d.Initial() != "draft" || r.Get("unit").Initial() != "" {
		t.Error("initial")
	}
	if v := d.Verb("send"); v.NewInput() != nil || !v.Starts("draft") || v.Starts("sent") {
		t.Error("send")
	}
	if _, ok := d.Verb("approve").NewInput().(*approveInput); !ok {
		t.Error("input of approve")
	}
}

func TestActionRuns(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	v := &visit{}
	if err := d.Verb("approve").Do.Run(nil, v, &approveInput{Mark: "GOOD"}); err != nil || v.RefNo != "GOOD" {
		t.Fatal(err, v.RefNo)
	}
	hooked := kind.On(func(_ kind.World, v *visit) error { v.RefNo = "hook"; return nil })
	if err := hooked.Run(nil, v, nil); err != nil || v.RefNo != "hook" {
		t.Fatal(err, v.RefNo)
	}
	if err := d.Create.Run(nil, v, nil); err != nil || !d.Create.IsZero() {
		t.Fatal(err)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct{ in, want any }{{kind.State("a"), "a"}, {3, int64(3)}, {true, true}, {now, now}, {nil, nil}, {1.5, 1.5}} {
		if got := kind.Plain(c.in); got != c.want {
			t.Errorf("%T %v, want %T", got, got, c.want)
		}
	}
	if got, ok := kind.Plain([]kind.State{"a", "b"}).([]string); !ok || !slices.Equal(got, []string{"a", "b"}) {
		t.Error(got)
	}
}
