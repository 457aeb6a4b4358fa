package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	drillPath = "/api/v1/drills"
	drillID   = "6a1f0c52-9d3b-4f7e-8c21-5e4d3b2a1f01"
	onePath   = drillPath + "/" + drillID
)

// drillBody is a drill that Elin can make; edits are pairs of texts to be
// replaced in it.
func drillBody(edits ...string) string {
	return strings.NewReplacer(edits...).Replace(`{"id":"` + drillID + `","unit":{"kind":"unit","id":"` + unitID + `"},
"title":{"lang":"fr","text":"Contrôle routier","tr":{"ar":{"text":"نقطة تفتيش","method":"human","state":"verified"}}},
"day":"2026-12-04","places":20,"theme":"T07","budget":"2,000 of the quick-impact fund"}`)
}

func withDrills(t *testing.T) *service {
	t.Helper()
	s := start(t, drills, drillPolicy)
	s.want(201, elin, "POST", drillPath, drillBody())
	return s
}

// seen is what the tests read of a drill.
type seen struct {
	ID     string `json:"id"`
	Rev    int    `json:"rev"`
	State  string `json:"state"`
	Places int    `json:"places"`
	Came   int    `json:"came"`
	ETag   string `json:"etag"`
	Title  struct {
		Text string `json:"text"`
		Tr   map[string]struct {
			Text string `json:"text"`
		} `json:"tr"`
	} `json:"title"`
}

type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
	Total *int    `json:"total"`
}

// change is an item of the feed.
type change struct {
	Kind   string          `json:"kind"`
	ID     string          `json:"id"`
	ETag   string          `json:"etag"`
	Record json.RawMessage `json:"record"`
	Gone   bool            `json:"gone"`
}

// TestToyIsSmall: a kind costs one file of under 80 lines.
func TestToyIsSmall(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("drill_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(src, []byte("\n")); n >= 80 {
		t.Errorf("the toy kind takes %d lines", n)
	}
}

// TestToyAPI: create, read, list, replace, verbs and history, with nothing
// written for them.
func TestToyAPI(t *testing.T) {
	t.Parallel()
	s := start(t, drills, drillPolicy)
	made := s.want(201, elin, "POST", drillPath, drillBody())
	if made.header.Get("Location") != onePath || made.header.Get("ETag") == "" {
		t.Error(made.header)
	}
	if got := s.get(elin, onePath); got.body != made.body || got.header.Get("ETag") != made.header.Get("ETag") {
		t.Errorf("read: %s\nmade: %s", got.body, made.body)
	}
	if d := parse[seen](t, made); d.ID != drillID || d.State != "draft" || d.Rev != 1 || d.Title.Tr["ar"].Text != "نقطة تفتيش" {
		t.Errorf("%+v", d)
	}
	other := strings.Replace(drillID, "01", "02", 1)
	s.want(201, elin, "POST", drillPath, drillBody(drillID, other, "2026-12-04", "2026-12-11"))
	for query, want := range map[string][]string{"": {other, drillID}, "?sort=day": {drillID, other}, "?unit=" + unitID: {other, drillID},
		"?day=2026-12-04": {drillID}, "?unit=" + nextUnitID: nil, "?limit=1": {other}, "?state=announced": nil} {
		var ids []string
		for _, d := range parse[list[seen]](t, s.get(elin, drillPath+query)).Items {
			ids = append(ids, d.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("list%s: %v, want %v", query, ids, want)
		}
	}
	if l := parse[list[seen]](t, s.get(elin, drillPath+"?total=true&limit=1")); l.Total == nil || *l.Total != 2 || l.Next == nil {
		t.Errorf("%+v", l)
	}
	s.want(200, elin, "PUT", onePath, drillBody("20", "30"), "If-Match", made.header.Get("ETag"))
	s.act(elin, onePath, "announce", "")
	held := s.act(ruth, onePath, "attend", `{"came":17}`)
	if d := parse[seen](t, held); d.State != "held" || d.Came != 17 || d.Places != 30 {
		t.Errorf("%+v", d)
	}
	type version struct {
		Verb   string `json:"verb"`
		Role   string `json:"role"`
		Record seen   `json:"record"`
	}
	var verbs []string
	for _, v := range parse[list[version]](t, s.get(elin, onePath+"/history")).Items {
		verbs = append(verbs, v.Verb+" by "+v.Role)
	}
	if want := []string{"attend by commander", "announce by adviser", "replace by adviser", "create by adviser"}; !slices.Equal(verbs, want) {
		t.Errorf("history: %v", verbs)
	}
}

// TestToyIsChecked: the tags and the flow refuse what does not fit, and nothing
// is written.
func TestToyIsChecked(t *testing.T) {
	t.Parallel()
	s := withDrills(t)
	before := s.get(elin, onePath)
	for _, x := range []struct {
		body   string
		status int
		has    string
	}{
		{drillBody(`"day":"2026-12-04"`, `"day":"soon"`, "20,", "900,"), 422, `"/places"`},
		{drillBody(`"T07"`, `"T99"`), 422, `"pointer":"/theme","code":"code"`},
		{drillBody(`"places"`, `"came":3,"places"`), 422, `"pointer":"/came","code":"server_owned"`},
		{drillBody(`"places"`, `"Places"`), 422, `"pointer":"/Places","code":"unknown"`},
		{drillBody(unitID, nextUnitID), 403, "forbidden"}, // no unit of hers
		{`{"id":`, 400, "malformed"},
	} {
		a := s.want(x.status, elin, "PUT", onePath, x.body, "If-Match", before.header.Get("ETag"))
		if !strings.Contains(a.body, x.has) || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s\nis answered %s", x.body, a.body)
		}
	}
	refuse := func(status int, who, verb, body, has string) {
		t.Helper()
		a := s.want(status, who, "POST", onePath+"/"+verb, body, "If-Match", s.tag(who, onePath))
		if !strings.Contains(a.body, has) {
			t.Errorf("%s by %s is answered %s", verb, who, a.body)
		}
	}
	if now := s.get(elin, onePath); now.body != before.body {
		t.Errorf("written: %s", now.body)
	}
	refuse(403, elin, "attend", `{"came":3}`, "forbidden")
	s.act(elin, onePath, "announce", "")
	refuse(403, aminata, "announce", "", "forbidden")
	refuse(422, ruth, "attend", `{"came":21}`, `"pointer":"/came","code":"range"`)
	refuse(422, ruth, "attend", `{}`, `"pointer":"/came","code":"required"`)
	s.act(ruth, onePath, "attend", `{"came":20}`)
	refuse(409, ruth, "attend", `{"came":20}`, `"state":"held"`)
	if d := parse[seen](t, s.get(elin, onePath)); d.Rev != 3 {
		t.Errorf("refusals were written: %+v", d)
	}
}

// TestToyIsRedacted: the host reads the released copy, without what is the
// UN's, wherever it is read.
func TestToyIsRedacted(t *testing.T) {
	t.Parallel()
	s := withDrills(t)
	for _, path := range []string{onePath, onePath + "/history"} {
		if hidden, none := s.want(404, ruth, "GET", path, ""), s.want(404, ruth, "GET", strings.Replace(path, drillID, nothing, 1), ""); hidden.whole != none.whole {
			t.Errorf("a draft:\n%s\nnothing:\n%s", hidden.whole, none.whole)
		}
	}
	s.act(elin, onePath, "announce", "")
	for _, path := range []string{onePath, drillPath, onePath + "/history", "/api/v1/changes?limit=200"} {
		un, host := s.get(elin, path), s.get(ruth, path)
		if path == "/api/v1/changes?limit=200" { // what is of the drill
			un.body, host.body = s.fed(elin), s.fed(ruth)
		}
		if !strings.Contains(un.body, `"budget":"2,000`) || !strings.Contains(host.body, `"places":20`) {
			t.Errorf("GET %s: the UN reads %s, the host %s", path, un.body, host.body)
		}
		for _, no := range []string{"budget", "2,000", elinID, "mission_id", `"rev"`, "created", "updated", `"vis"`, `"_`, `"by"`} {
			if strings.Contains(host.body, no) {
				t.Errorf("GET %s: the host reads %s: %s", path, no, host.body)
			}
		}
	}
	for _, query := range []string{"?budget=x", "?sort=created_at", "?none=x"} {
		s.want(400, ruth, "GET", drillPath+query, "")
	}
	s.get(elin, drillPath+"?budget=x")
}

// feed reads the feed from a place to its end: what it tells, and the place.
func (s *service) feed(who, after string) (told []change, place string) {
	s.t.Helper()
	for {
		path := "/api/v1/changes?limit=200"
		if after != "" {
			path += "&after=" + after
		}
		page := parse[struct {
			Items []change `json:"items"`
			Next  string   `json:"next"`
			More  bool     `json:"more"`
		}](s.t, s.get(who, path))
		told, after = append(told, page.Items...), page.Next
		if !page.More {
			return told, after
		}
	}
}

// fed is the drill as the feed has it for who, "" if it is not told.
func (s *service) fed(who string) string {
	s.t.Helper()
	told, _ := s.feed(who, "")
	for _, c := range told {
		if c.Kind == "drill" && c.ID == drillID {
			return string(c.Record)
		}
	}
	return ""
}

// TestToyIsReleased: what the UN edits after a release is not there for the
// host until it is released again; a change of what the host may not see moves
// neither their ETag nor their history nor their feed.
func TestToyIsReleased(t *testing.T) {
	t.Parallel()
	s := withDrills(t)
	s.act(elin, onePath, "announce", "")
	_, place := s.feed(ruth, "")
	before, past := s.get(ruth, onePath), s.get(ruth, onePath+"/history")
	still := func(why string) {
		t.Helper()
		told, now := s.feed(ruth, place)
		if a := s.get(ruth, onePath); a.whole != before.whole || len(told) > 0 || now != place {
			t.Errorf("%s: the host reads\n%s\nand is told %v", why, a.whole, told)
		}
		if h := s.get(ruth, onePath+"/history"); h.whole != past.whole {
			t.Errorf("%s: the host's history is %s", why, h.body)
		}
	}
	s.want(200, elin, "PUT", onePath, drillBody("2,000", "9,000"), "If-Match", s.tag(elin, onePath))
	still("another budget")
	s.act(elin, onePath, "announce", "")
	still("announced again with another budget")
	s.want(200, elin, "PUT", onePath, drillBody("20,", "40,"), "If-Match", s.tag(elin, onePath))
	still("more places, not announced yet")
	if d := parse[seen](t, s.get(elin, onePath)); d.Places != 40 {
		t.Errorf("the UN reads %+v", d)
	}
	s.act(elin, onePath, "announce", "")
	told, now := s.feed(ruth, place)
	if len(told) != 1 || told[0].ID != drillID || now == place || parse[seen](t, s.get(ruth, onePath)).Places != 40 {
		t.Errorf("announced: told %v, read %s", told, s.get(ruth, onePath).body)
	}
}

// TestToyLocking: a change needs the version that was seen; a refusal writes
// nothing and says what there is now.
func TestToyLocking(t *testing.T) {
	t.Parallel()
	s := withDrills(t)
	first := s.tag(elin, onePath)
	s.want(200, elin, "PUT", onePath, drillBody("20,", "30,"), "If-Match", first)
	for _, q := range [][2]string{{"PUT", onePath}, {"POST", onePath + "/announce"}} {
		body := ""
		if q[0] == "PUT" {
			body = drillBody("20,", "50,")
		}
		s.want(428, elin, q[0], q[1], body)
		stale := parse[struct {
			Current seen `json:"current"`
		}](t, s.want(412, elin, q[0], q[1], body, "If-Match", first))
		if stale.Current.Places != 30 || stale.Current.Rev != 2 {
			t.Errorf("%s %s: current is %+v", q[0], q[1], stale.Current)
		}
	}
	if d := parse[seen](t, s.get(elin, onePath)); d.Rev != 2 || d.State != "draft" || d.Places != 30 {
		t.Errorf("%+v", d)
	}
}

// TestToyIsIdempotent: the same request again is answered as the first time and
// written once; another one under the same id or key is refused.
func TestToyIsIdempotent(t *testing.T) {
	t.Parallel()
	s := withDrills(t)
	first := s.want(201, elin, "POST", drillPath, drillBody())
	again := s.want(201, elin, "POST", drillPath, drillBody())
	if again.whole != first.whole || parse[seen](t, again).Rev != 1 {
		t.Errorf("first %s\nagain %s", first.whole, again.whole)
	}
	s.want(409, elin, "POST", drillPath, drillBody("20,", "30,"))
	s.want(409, jonas, "POST", drillPath, drillBody(unitID, nextUnitID))
	seenTag := first.header.Get("ETag")
	send := func(status int, key, verb, body string) reply {
		t.Helper()
		return s.want(status, elin, "POST", onePath+"/"+verb, body, "If-Match", seenTag, "Idempotency-Key", key)
	}
	done := send(200, "k1", "announce", "")
	if twice := send(200, "k1", "announce", ""); twice.whole != done.whole {
		t.Errorf("first %s\nagain %s", done.whole, twice.whole)
	}
	send(412, "k2", "announce", "") // another request: it saw the draft
	s.want(409, elin, "PUT", onePath, drillBody("20,", "30,"), "If-Match", done.header.Get("ETag"), "Idempotency-Key", "k1")
	if n := len(parse[list[json.RawMessage]](t, s.get(elin, onePath+"/history")).Items); n != 2 {
		t.Errorf("%d versions, want 2", n)
	}
}

// TestToyScope: for the commander and the adviser of another unit it is not
// there, whatever they try, and neither is a unit of others for who makes one.
func TestToyScope(t *testing.T) {
	t.Parallel()
	s := withDrills(t)
	s.act(elin, onePath, "announce", "")
	absent := strings.Replace(onePath, drillID, nothing, 1)
	for _, who := range []string{neighbour, jonas} {
		for _, q := range [][3]string{{"GET", ""}, {"HEAD", ""}, {"GET", "/history"}, {"PUT", "", drillBody()}, {"POST", "/announce"},
			{"POST", "/attend", `{"came":3}`}} {
			hidden := s.call(who, q[0], onePath+q[1], q[2], "If-Match", s.tag(elin, onePath))
			none := s.call(who, q[0], absent+q[1], strings.Replace(q[2], drillID, nothing, 1), "If-Match", `"x"`)
			if hidden.status != 404 || hidden.whole != none.whole {
				t.Errorf("%s as %s:\n%s\nof nothing:\n%s", q, who, hidden.whole, none.whole)
			}
		}
		if l := parse[list[seen]](t, s.get(who, drillPath+"?total=true")); len(l.Items) > 0 || *l.Total != 0 {
			t.Errorf("%s lists %+v", who, l)
		}
		if s.fed(who) != "" {
			t.Errorf("%s is told: %s", who, s.fed(who))
		}
		s.want(403, who, "POST", drillPath, drillBody(drillID, nothing)) // jonas: not his unit
	}
	if l := parse[list[seen]](t, s.get(ruth, drillPath+"?total=true")); len(l.Items) != 1 || *l.Total != 1 {
		t.Errorf("the commander lists %+v", l)
	}
	for _, path := range []string{drillPath, onePath} {
		s.want(404, joao, "GET", path, "") // no line of the policy names counterparts
		s.want(401, nobody, "GET", path, "")
	}
}

// TestToyFeed: every drill leaves by the feed as its reader sees it, in order
// and once, and the places of the feed can be kept.
func TestToyFeed(t *testing.T) {
	t.Parallel()
	s := start(t, drills, drillPolicy)
	_, place := s.feed(elin, "")
	var want []string
	for i := range 5 {
		id := strings.Replace(drillID, "01", "0"+string(rune('2'+i)), 1)
		s.want(201, elin, "POST", drillPath, drillBody(drillID, id))
		want = append(want, id)
	}
	s.want(201, elin, "POST", drillPath, drillBody())
	s.act(elin, onePath, "announce", "")
	want = append(want, drillID)
	told, end := s.feed(elin, place)
	var ids []string
	for _, c := range told {
		a := s.get(elin, drillPath+"/"+c.ID)
		if c.Kind != "drill" || string(c.Record) != a.body || c.ETag != a.header.Get("ETag") || c.Gone {
			t.Errorf("told %+v, reads %s", c, a.body)
		}
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, want) {
		t.Errorf("told of %v, want %v", ids, want)
	}
	if again, same := s.feed(elin, end); len(again) > 0 || same != end {
		t.Errorf("then told of %v", again)
	}
	var mine []change
	for _, c := range first(s.feed(ruth, "")) {
		if c.Kind == "drill" {
			mine = append(mine, c)
		}
	}
	if len(mine) != 1 || mine[0].ID != drillID || string(mine[0].Record) != s.get(ruth, onePath).body {
		t.Errorf("the commander is told of %v", mine)
	}
}

func first[A, B any](a A, _ B) A { return a }

// TestToyIsDocumented: the API document has it all, and its example works as it
// stands.
func TestToyIsDocumented(t *testing.T) {
	t.Parallel()
	s := start(t, drills, drillPolicy)
	type media struct {
		Content map[string]struct {
			Example json.RawMessage `json:"example"`
		} `json:"content"`
	}
	type operation struct {
		RequestBody media            `json:"requestBody"`
		Responses   map[string]media `json:"responses"`
	}
	doc := parse[struct {
		Paths      map[string]map[string]operation `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]map[string]any `json:"properties"`
				Required   []string                  `json:"required"`
			} `json:"schemas"`
		} `json:"components"`
	}](t, s.get(nobody, "/openapi.json"))
	for path, methods := range map[string][]string{drillPath: {"get", "post"}, drillPath + "/{id}": {"get", "put"},
		drillPath + "/{id}/history": {"get"}, drillPath + "/{id}/announce": {"post"}, drillPath + "/{id}/attend": {"post"}} {
		for _, m := range methods {
			if len(doc.Paths[path][m].Responses) < 5 {
				t.Errorf("%s %s: answers %v", m, path, doc.Paths[path][m].Responses)
			}
		}
	}
	schema := doc.Components.Schemas["Drill"].Properties
	if schema["budget"]["x-class"] != "MIS" || schema["places"]["maximum"] != 500.0 || schema["came"]["readOnly"] != true {
		t.Errorf("schema: %v", schema)
	}
	in := doc.Components.Schemas["DrillInput"]
	if in.Properties["came"] != nil || in.Properties["title"] == nil || !slices.Contains(in.Required, "day") {
		t.Errorf("input: %v", in)
	}
	example := doc.Paths[drillPath]["post"].RequestBody.Content["application/json"].Example
	s.want(201, elin, "POST", drillPath, string(example))
}
