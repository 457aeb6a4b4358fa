package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"colocate/app/middleware"
	"colocate/seeds"
)

// page is a page that is measured, beside the calls of the API that bring the
// same content to a program: the lists and records that it is made of, the first
// of them the main one, and then one for each other record that they point at
// and that the page names. In braces stands what differs from one load to the
// next (session) or from one folder to another (the others).
type page struct {
	name, who, path string
	calls           []apiCall
}

// apiCall is a call of the API, below its base. With each it is one for every
// record of that list, whose id stands in its path.
type apiCall struct{ each, path string }

func calls(paths ...string) (all []apiCall) {
	for _, p := range paths {
		all = append(all, apiCall{path: p})
	}
	return all
}

// Lists that several pages show.
var (
	themes    = calls("reference-items?list=theme&limit=200")
	obstacles = calls("reference-items?list=obstacle&limit=200")
	owed      = calls("actions?owed=true&owner_side=un&limit=6", "actions?owed=true&owner_side=host&limit=6",
		"actions?owed=true&owner_side=joint&limit=6", "actions?to_answer=true&limit=20")
	atUnit = calls("actions?unit={unit}&owed=true&owner_side=un&limit=6", "actions?unit={unit}&owed=true&owner_side=host&limit=6",
		"actions?unit={unit}&owed=true&owner_side=joint&limit=6", "actions?unit={unit}&to_answer=true&limit=20",
		"counterparts?unit={unit}&limit=10", "sessions?unit={unit}&limit=8", "strength-snapshots?unit={unit}&limit=1", "police-services/{service}")
	onSession = calls("actions?origin={session}&limit=200", "session-comments?session={session}&limit=200", "contests?session={session}&limit=200")
	deciding  = calls("sessions?state=submitted&sort=start&limit=5", "sessions?state=approved&sort=start&limit=5",
		"sessions?ack_overdue=true&limit=5", "contests?state=open&sort=due&limit=5")
	recording = calls("sessions?state=returned&advisers={person}&sort=-start&limit=5", "sessions?state=draft&advisers={person}&sort=-start&limit=5",
		"sessions?state=acknowledged&advisers={person}&sort=-start&limit=2", "sessions?advisers={person}&sort=-start&limit=20")
	saidByHost = calls("session-comments?side=host&limit=3")
	forForm    = calls("postings?person={person}&limit=200", "units?limit=200", "units/{unit}", "counterparts?unit={unit}&state=active&limit=200",
		"police-services/{service}", "actions?unit={unit}&limit=200", "sessions?unit={unit}&limit=5")
	visits = []apiCall{{path: "units?mentored_tier=A&limit=15"}, {path: "units?mentored_tier=B&limit=15"},
		{"units?mentored_tier=A&limit=15", "sessions?unit={id}&limit=3"}, {"units?mentored_tier=B&limit=15", "sessions?unit={id}&limit=3"}}
	visitsHere = calls("postings?person={person}&limit=20", "units/{unit}", "sessions?unit={unit}&limit=3")
)

// pages are what is measured: what people open all day, and one page of every
// sort that each kind has.
var pages = []page{
	{"page-sessions-25", leader, "/sessions", calls("sessions?limit=25")},
	{"page-sessions-50", leader, "/sessions?limit=50", calls("sessions?limit=50")},
	{"page-sessions-25-adviser", adviser, "/sessions", calls("sessions?limit=25")},
	{"page-sessions-25-commander", commander, "/sessions", calls("sessions?limit=25")},
	{"page-session", leader, "/sessions/{session}", join(calls("sessions/{session}"), onSession, themes, calls("sessions/{session}/history?limit=5"))},
	{"page-session-commander", commander, "/sessions/{session}", join(calls("sessions/{session}"), onSession, themes)},
	{"page-session-new", adviser, "/sessions/new", join(forForm, themes, obstacles)},
	{"page-session-history", leader, "/sessions/{session}/history", calls("sessions/{session}/history")},
	{"page-unit", leader, "/units/{unit}", join(calls("units/{unit}"), atUnit, calls("postings?unit={unit}&limit=10"))},
	{"page-unit-commander", commander, "/units/{unit}", join(calls("units/{unit}"), atUnit)},
	{"page-actions", leader, "/actions", calls("actions?limit=25")},
	{"page-actions-commander", commander, "/actions", calls("actions?limit=25")},
	{"page-action", leader, "/actions/{action}", calls("actions/{action}")},
	{"page-home-adviser", adviser, "/", join(recording, owed, saidByHost, visitsHere)},
	{"page-home-team-leader", lead, "/", join(deciding, recording, owed, saidByHost, visits)},
	{"page-home-leader", leader, "/", join(deciding, owed, saidByHost)},
	{"page-home-commander", commander, "/", join(calls("sessions?state=released&sort=-start&limit=6"), calls("sessions?sort=-start&limit=6"), owed,
		calls("actions?state=reported_done&owner_side=un&limit=3", "contests?state=open&limit=6"),
		[]apiCall{{"sessions?state=released&sort=-start&limit=2", "session-comments?session={id}&limit=5"}})},
	{"page-counterparts", adviser, "/counterparts", calls("counterparts?limit=25")},
	{"page-counterpart", adviser, "/counterparts/{counterpart}", calls("counterparts/{counterpart}")},
	{"page-counterpart-edit", adviser, "/counterparts/{counterpart}/edit", calls("counterparts/{counterpart}", "police-services?limit=50",
		"postings?person={person}&limit=50", "units?limit=50", "units/{unit}")},
}

func join(lists ...[]apiCall) (all []apiCall) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

const apiBase = "/api/v1/"

// browser is how somebody who is signed in comes with a browser of today.
func (f *folder) browser(name string) caller {
	return caller{cookie: middleware.CookieName(false) + "=" + f.signed[name], coding: "gzip, deflate, br, zstd", lang: "en"}
}

// opened is a page with what differs from load to load filled in, and the calls
// behind it, ready to be sent.
type opened struct {
	show   call
	behind call // with the others behind it
	main   call
}

// someOpened is how many sessions a page of a session is opened for.
const someOpened = 60

// open fills in what stands in braces, for as many loads as there are sessions
// to be told apart.
func (f *folder) open(s *side, p page) ([]opened, error) {
	known, err := f.known(s, p)
	if err != nil {
		return nil, err
	}
	ids := []string{""}
	if strings.Contains(p.path, "{session}") {
		if ids, err = f.someSessions(s, p.who); err != nil {
			return nil, err
		}
	}
	var all []opened
	for _, id := range ids {
		fill := strings.NewReplacer(append(known, "{session}", id)...)
		list, err := f.fillCalls(s, p, fill)
		if err != nil {
			return nil, err
		}
		o := opened{show: get(fill.Replace(p.path)), behind: list[0], main: list[0]}
		named, err := f.named(s, p, o.show, list)
		if err != nil {
			return nil, err
		}
		o.behind.then = slices.Concat(list[1:], named)
		all = append(all, o)
	}
	return all, nil
}

// fillCalls are the calls behind a page.
func (f *folder) fillCalls(s *side, p page, fill *strings.Replacer) (list []call, err error) {
	for _, b := range p.calls {
		if b.each == "" {
			list = append(list, get(apiBase+fill.Replace(b.path)))
			continue
		}
		ids, err := f.found(s, p.who, fill.Replace(b.each))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			list = append(list, get(apiBase+strings.ReplaceAll(fill.Replace(b.path), "{id}", id)))
		}
	}
	return list, nil
}

// named are the calls for the records that a page names: those that the answers
// to list point at and that have none of their own yet, as far as the reader
// reads them and the page shows their id or what they are called.
func (f *folder) named(s *side, p page, show call, list []call) (calls []call, err error) {
	as := f.browser(p.who)
	as.coding = ""
	text, err := s.get(as, show)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, c := range list {
		seen[c.path] = true
	}
	for _, c := range list {
		answer, err := s.get(f.program(p.who), c)
		if err != nil {
			return nil, err
		}
		for _, path := range f.pointed(answer) {
			if seen[path] {
				continue
			}
			seen[path] = true
			if one, err := s.get(f.program(p.who), get(path)); err == nil && tells(text, path, one) {
				calls = append(calls, get(path))
			}
		}
	}
	return calls, nil
}

// reference is how an answer points at a record.
var reference = regexp.MustCompile(`\{"kind":"(\w+)","id":"([0-9a-f-]{36})"\}`)

// pointed are the addresses of the records that an answer points at.
func (f *folder) pointed(answer []byte) (paths []string) {
	for _, m := range reference.FindAllSubmatch(answer, -1) {
		if plural := f.plurals[string(m[1])]; plural != "" {
			paths = append(paths, apiBase+plural+"/"+string(m[2]))
		}
	}
	return paths
}

// tells reports whether a page shows the record at path: its id, or its name.
func tells(page []byte, path string, record []byte) bool {
	if bytes.Contains(page, []byte(path[strings.LastIndexByte(path, '/')+1:])) {
		return true
	}
	var r struct {
		Name any
		Code string
	}
	if json.Unmarshal(record, &r) != nil {
		return false
	}
	if t, ok := r.Name.(map[string]any); ok {
		r.Name = t["text"]
	}
	name, _ := r.Name.(string)
	shows := func(text string) bool { return text != "" && bytes.Contains(page, []byte(html.EscapeString(text))) }
	return shows(name) || shows(r.Code)
}

// people are the records of the people that the accounts belong to.
var people = map[string]string{adviser: "unac/person/01", leader: "unac/person/04", lead: "unac/person/03"}

// known are the values of what stands in braces, but for the session.
func (f *folder) known(s *side, p page) ([]string, error) {
	at := seeds.ID("unac/unit/" + unit)
	answer, err := s.get(f.program(p.who), get(apiBase+"units/"+at))
	if err != nil {
		return nil, err
	}
	var u struct{ Service struct{ ID string } }
	if err := json.Unmarshal(answer, &u); err != nil {
		return nil, err
	}
	actions, err := f.found(s, p.who, "actions?limit=1")
	if err != nil || len(actions) == 0 {
		return nil, fmt.Errorf("%s reads no action: %w", p.who, err)
	}
	return []string{"{unit}", at, "{service}", u.Service.ID, "{action}", actions[0], "{person}", seeds.ID(people[p.who]),
		"{counterpart}", seeds.ID("unac/counterpart/" + unit + "/1")}, nil
}

// found are the ids of a list of the API.
func (f *folder) found(s *side, who, path string) ([]string, error) {
	answer, err := s.get(f.program(who), get(apiBase+path))
	if err != nil {
		return nil, err
	}
	return (&workload{name: path}).rows(answer)
}

// someSessions are sessions that somebody reads: far apart for the leader, the
// latest of a unit for its commander.
func (f *folder) someSessions(s *side, who string) ([]string, error) {
	if who != leader {
		return f.found(s, who, fmt.Sprintf("sessions?limit=%d", someOpened))
	}
	var ids []string
	for i := range min(someOpened, len(f.ids)) {
		ids = append(ids, f.ids[i*len(f.ids)/min(someOpened, len(f.ids))])
	}
	return ids, nil
}

// workload is p, its calls and its main call in turns.
func (f *folder) workload(s *side, p page) (*workload, error) {
	all, err := f.open(s, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	each := func(pick func(o opened) call) func() (call, bool) {
		i := 0
		return func() (call, bool) { i++; return pick(all[i%len(all)]), true }
	}
	w := &workload{name: p.name, ours: &load{caller: f.browser(p.who), next: each(func(o opened) call { return o.show })},
		bare:  &load{caller: f.program(p.who), next: each(func(o opened) call { return o.behind })},
		floor: &load{caller: f.program(p.who), next: each(func(o opened) call { return o.main })}}
	return w, f.shows(s, p, all[0])
}

// shows fails unless the page is there for who is signed in, and shows every
// record of the main call where that is all that it is made of.
func (f *folder) shows(s *side, p page, o opened) error {
	plain := f.browser(p.who)
	plain.coding = ""
	text, err := s.get(plain, o.show)
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(`action="/sign-out"`)) {
		return fmt.Errorf("%s: nobody is signed in", p.name)
	}
	if len(p.calls) > 1 || strings.Contains(p.path, "history") {
		return nil
	}
	answer, err := s.get(f.program(p.who), o.main)
	if err != nil {
		return err
	}
	ids, err := (&workload{name: p.name}).rows(answer)
	for _, id := range ids {
		if uuid.Validate(id) != nil || !bytes.Contains(text, []byte(id)) {
			return fmt.Errorf("%s: the page does not show %s", p.name, id)
		}
	}
	return err
}
