package e2e_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Ids of sessions that only one of two services has, and of what hangs on them.
const (
	secretDraft   = "1c0e7a5d-3b1f-4e0a-9a44-6f1b2c3d4e01"
	secretSession = "1c0e7a5d-3b1f-4e0a-9a44-6f1b2c3d4e02"
)

func secretAnnex(session string) string { return "2" + session[1:] }

func secretAction(session string) string { return "3" + session[1:] }

func refTo(kind, id string) string { return `{"kind":"` + kind + `","id":"` + id + `"}` }

// sessionBody is a session with Ruth, at her unit, that can be submitted.
func sessionBody(id string) string {
	return `{"id":"` + id + `","type":"advising","modality":"in_person","outcome_of_visit":"held","start":"2026-11-20T08:00:00Z","duration_min":90,
"unit":` + refTo("unit", unitID) + `,"advisers":[` + refTo("person", elinID) + `],"counterparts":[` + refTo("counterpart", commanderID) + `],
"participants":[{"party":"host_police","sexcount":{"female":1,"male":0,"other_undisclosed":0}}],"languages":["fr"],
"interpretation":{"mode":"none_needed"},"themes":["T07"],"agenda_set_by":"joint",
"summary":{"lang":"fr","text":"Revue du registre."},"advice_given":{"lang":"fr","text":"Noter l’heure."}}`
}

// keepSecrets writes what the host side must not learn of: a draft with its
// annex and action, the same of a session that is approved and not released,
// and an edit of what is the UN's on a record that the host reads.
func (s *service) keepSecrets() {
	s.t.Helper()
	for _, id := range []string{secretDraft, secretSession} {
		s.want(201, elin, "POST", "/api/v1/sessions", sessionBody(id))
		s.want(201, elin, "POST", "/api/v1/session-annexes", `{"id":"`+secretAnnex(id)+`","session":`+refTo("session", id)+`,
"adviser_assessment":{"lang":"en","text":"Willing, but unsure."},"relationship_climate":2}`)
		s.want(201, elin, "POST", "/api/v1/actions", `{"id":"`+secretAction(id)+`","text":{"lang":"fr","text":"Tenir le registre"},
"origin":`+refTo("session", id)+`,"unit":`+refTo("unit", unitID)+`,"owner_side":"host","owner":`+refTo("counterpart", commanderID)+`,
"due":"2026-12-18","priority":"high"}`)
	}
	path := "/api/v1/sessions/" + secretSession
	s.act(elin, path, "submit", "")
	s.act(aminata, path, "approve", "")
	unit := s.get(aminata, "/api/v1/units/"+unitID)
	fields := parse[map[string]any](s.t, unit)
	input := s.document().Components.Schemas["UnitInput"].Properties
	maps.DeleteFunc(fields, func(name string, _ any) bool { return input[name] == nil })
	fields["mentored_tier"] = "D"
	body, err := json.Marshal(fields)
	if err != nil {
		s.t.Fatal(err)
	}
	s.want(200, aminata, "PUT", "/api/v1/units/"+unitID, string(body), "If-Match", unit.header.Get("ETag"))
}

// document is what the tests read of the API document.
type document struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name   string `json:"name"`
			In     string `json:"in"`
			Schema schema `json:"schema"`
		} `json:"parameters"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Enum       []string           `json:"enum"`
	Properties map[string]*schema `json:"properties"`
}

func (s *service) document() document {
	s.t.Helper()
	return parse[document](s.t, s.get(nobody, "/openapi.json"))
}

// pair is two services that are equal but for what only one of them was told.
type pair struct {
	t          *testing.T
	knows, not *service
	doc        document
	asked      int
	differ     []string // what was answered differently
	moved      bool     // both have changed since, so places differ
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{t: t, knows: start(t, nil, ""), not: start(t, nil, "")}
	p.doc = p.not.document()
	return p
}

// next is where a list goes on.
var next = regexp.MustCompile(`"next":"([^"]+)"`)

func nextOf(a reply) string {
	if m := next.FindStringSubmatch(a.body); m != nil {
		return m[1]
	}
	return ""
}

// shown is what of an answer must be equal: all of it. A place in the feed or
// in a history is made of the number of a change, which is higher where more
// was done before. It is encrypted and bound to its reader, who has no other
// one to hold against it; only its length is left here.
func (p *pair) shown(path string, a reply) string {
	if p.moved && (strings.HasPrefix(path, "/api/v1/changes") || strings.Contains(path, "/history")) {
		return strings.ReplaceAll(a.whole, nextOf(a), strings.Repeat("-", len(nextOf(a))))
	}
	return a.whole
}

// ask asks both the same and notes whether the answers differ. It returns
// where each goes on.
func (p *pair) ask(who, method, path, from, fromNot string) (string, string) {
	p.t.Helper()
	p.asked++
	body := ""
	if method == "PUT" || method == "POST" {
		body = "{}"
	}
	one := p.knows.call(who, method, path+from, body, "If-Match", `"x"`, "Host", "colocate.test")
	other := p.not.call(who, method, path+fromNot, body, "If-Match", `"x"`, "Host", "colocate.test")
	if p.shown(path, one) != p.shown(path, other) {
		p.differ = append(p.differ, who+": "+method+" "+path+"\n"+one.whole+"\nwithout what is hidden:\n"+other.whole)
	}
	return nextOf(one), nextOf(other)
}

// maxPages is how many pages of one list are asked for.
const maxPages = 4

// follow asks for a list and for what follows it, page by page.
func (p *pair) follow(who, path, param string) {
	p.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	one, other := p.ask(who, "GET", path, "", "")
	for n := 0; n < maxPages && one != "" && other != ""; n++ {
		was := one
		one, other = p.ask(who, "GET", path, sep+param+"="+one, sep+param+"="+other)
		if one == was {
			return // the end of the feed
		}
	}
}

// everything asks, as who, all that there is to read, and what cannot be read
// to be changed.
func (p *pair) everything(who string) {
	p.t.Helper()
	for _, path := range slices.Sorted(maps.Keys(p.doc.Paths)) {
		for method := range p.doc.Paths[path] {
			switch {
			case strings.Contains(path, "{id}"):
				p.one(who, strings.ToUpper(method), path)
			case path == "/api/v1/changes":
				p.follow(who, path+"?limit=200", "after")
				p.follow(who, path+"?limit=3", "after")
				p.exact(who)
			case method == "get":
				p.list(who, path)
			}
		}
	}
	for _, path := range []string{"/", "/docs", "/docs/sessions", "/openapi.json", "/healthz", "/readyz", "/problems/not-found", "/nothing"} {
		p.ask(who, "GET", path, "", "")
	}
}

// exact asks for the last page of the feed so that it is just full.
func (p *pair) exact(who string) {
	p.t.Helper()
	if who == nobody {
		return
	}
	const path = "/api/v1/changes?limit="
	one, other := "", ""
	for {
		last := p.not.get(who, path+"200"+other)
		items := parse[struct {
			Items []change `json:"items"`
			More  bool     `json:"more"`
		}](p.t, last)
		if !items.More && len(items.Items) > 0 {
			p.ask(who, "GET", path+strconv.Itoa(min(200, len(items.Items))), one, other)
		}
		if !items.More {
			return
		}
		one, other = "&after="+nextOf(p.knows.get(who, path+"200"+one)), "&after="+nextOf(last)
	}
}

// one asks about records by their ids: hidden ones, those that there are, none.
func (p *pair) one(who, method, path string) {
	p.t.Helper()
	for _, id := range p.ids(who, strings.Split(path, "/{id}")[0]) {
		at := strings.Replace(path, "{id}", id, 1)
		switch {
		case method == "GET" && strings.HasSuffix(path, "/history"):
			p.follow(who, at+"?limit=1", "before")
		case method == "GET":
			p.ask(who, "GET", at, "", "")
		case method != "DELETE":
			p.ask(who, method, at, "", "")
		}
	}
}

var secrets = []string{secretDraft, secretSession, secretAnnex(secretDraft), secretAnnex(secretSession), secretAction(secretDraft),
	secretAction(secretSession)}

// ids are some to ask for at path: all that is hidden, one that is none, and
// the first that who reads there.
func (p *pair) ids(who, path string) []string {
	ids := append([]string{nothing, unitID, elinID}, secrets...)
	if a := p.not.call(who, "GET", path+"?limit=3", ""); a.status == 200 {
		for _, item := range parse[list[seen]](p.t, a).Items {
			ids = append(ids, item.ID)
		}
	}
	return ids
}

// list asks for a list in every way in which it can be narrowed and ordered.
func (p *pair) list(who, path string) {
	p.t.Helper()
	p.ask(who, "HEAD", path, "", "")
	p.follow(who, path, "cursor")
	p.follow(who, path+"?limit=2&total=true", "cursor")
	for _, q := range p.doc.Paths[path]["get"].Parameters {
		if q.In != "query" || slices.Contains([]string{"cursor", "limit", "total"}, q.Name) {
			continue
		}
		for _, v := range p.values(q.Schema) {
			p.follow(who, path+"?total=true&limit=50&"+q.Name+"="+url.QueryEscape(v), "cursor")
		}
	}
}

// values are some for a parameter: every value of an enumeration; else what is
// true of the hidden records and what is true of others.
func (p *pair) values(s schema) []string {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok && name != "Id" {
		s = p.doc.Components.Schemas[name]
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum
	case s.Type == "boolean":
		return []string{"true", "false"}
	case s.Type == "integer":
		return []string{"0", "1"}
	case s.Ref != "":
		return []string{nothing, unitID, commanderID, elinID, secretSession, secretAction(secretDraft)}
	}
	return []string{"T07", "CRN-ST-014", "2026-12-18", p.word("sessions", secretSession, "ref_no"), p.word("actions", secretAction(secretDraft), "code")}
}

// word is a field of a hidden record, or of one like it.
func (p *pair) word(plural, id, field string) string {
	a := p.knows.call(elin, "GET", "/api/v1/"+plural+"/"+id, "")
	if a.status != 200 {
		return "none"
	}
	text, _ := parse[map[string]any](p.t, a)[field].(string)
	return text
}

// hostSide are those who must not learn of anything; neighbour not even of
// what is released to Ruth.
var hostSide = []string{ruth, joao, neighbour, ministry, nobody}

// TestNonInterference: of two services that differ in hidden records alone, the
// host side gets the same answers, byte for byte (trust.md Z5).
func TestNonInterference(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	_, before := p.not.feed(ruth, "")
	p.knows.keepSecrets()
	p.ask(ruth, "GET", "/api/v1/changes?after="+before, "", "")
	for _, who := range hostSide {
		p.everything(who)
	}
	for _, d := range p.differ {
		t.Error(d)
	}
	t.Logf("%d questions", p.asked)
	if p.asked < 1000 {
		t.Errorf("only %d questions were asked", p.asked)
	}
}

// TestNonInterferenceAfterwards: also when both went on, in the same way; and a
// release, which is no secret, is told to the unit's own people alone.
func TestNonInterferenceAfterwards(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.knows.keepSecrets()
	waiting := parse[list[seen]](t, p.not.get(ruth, "/api/v1/sessions?state=released")).Items
	if len(waiting) == 0 {
		t.Fatal("nothing waits for Ruth")
	}
	for _, s := range []*service{p.knows, p.not} {
		s.act(ruth, "/api/v1/sessions/"+waiting[0].ID, "acknowledge", "")
	}
	p.moved = true
	for _, who := range []string{ruth, neighbour} {
		p.everything(who)
	}
	for _, d := range p.differ {
		t.Error(d)
	}
	p.differ = nil
	p.knows.act(aminata, "/api/v1/sessions/"+secretSession, "release", "{}")
	for _, who := range []string{neighbour, nobody} {
		p.everything(who)
	}
	for _, d := range p.differ {
		t.Error("after the release: " + d)
	}
	p.differ = nil
	p.everything(ruth)
	if len(p.differ) < 10 {
		t.Errorf("control: a released session makes %d answers different", len(p.differ))
	}
}
