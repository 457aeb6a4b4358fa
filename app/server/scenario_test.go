package server

import (
	"strings"
	"testing"

	"colocate/app/record"
	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/value"
	"colocate/seeds"
)

const (
	freshID = "7d0f4c1e-5b7a-4c55-9d6a-3f1f4e6a9b01"
	nothing = "0a0a0a0a-0000-4000-8000-000000000000"
)

var counterpartID = seeds.ID("unac/counterpart/" + demoUnit + "/1")

// scenario is one call on a service that holds the demonstration, what it must
// answer, and whether it may write.
type scenario struct {
	name string
	request
	status int
	has    []string // in the body
	hasNot []string
	writes bool
}

func (s scenario) run(t *testing.T, r *rig) {
	t.Helper()
	before := r.written()
	a := r.do(s.request)
	if a.status != s.status {
		t.Errorf("status %d, want %d: %s", a.status, s.status, a.body)
	}
	for _, text := range s.has {
		if !strings.Contains(a.body, text) {
			t.Errorf("the answer lacks %s:\n%s", text, a.body)
		}
	}
	for _, text := range s.hasNot {
		if strings.Contains(a.body, text) {
			t.Errorf("the answer has %s:\n%s", text, a.body)
		}
	}
	if a.status >= 400 && a.header.Get("Content-Type") != "application/problem+json" && strings.HasPrefix(s.path, "/api/") {
		t.Errorf("content type %q", a.header.Get("Content-Type"))
	}
	if wrote := r.written() != before; wrote != s.writes {
		t.Errorf("wrote: %v, want %v", wrote, s.writes)
	}
}

// TestRefusals is style.md §2.2 through the whole stack: what is refused, how,
// and that it leaves nothing behind.
func TestRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	post := func(body string) request {
		return request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: body}
	}
	list := func(query string) request {
		return request{who: "elin.strand", method: "GET", path: "/api/v1/sessions?" + query}
	}
	with := func(q request, header, value string) request {
		q.header = map[string]string{header: value}
		return q
	}
	deep := strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33)
	for _, s := range []scenario{
		{name: "unknown field", request: post(session(freshID, `"type":"mentoring"`, `"type":"mentoring","colour":"blue"`)), status: 422,
			has: []string{`"pointer":"/colour"`, `"code":"unknown"`}},
		{name: "other-case field", request: post(session(freshID, `"modality"`, `"Modality"`)), status: 422,
			has: []string{`"pointer":"/Modality"`, `"code":"unknown"`, `"pointer":"/modality"`, `"code":"required"`}},
		{name: "wrong type", request: post(session(freshID, `"duration_min":90`, `"duration_min":"ninety"`)), status: 422,
			has: []string{`"pointer":"/duration_min"`, `"code":"type"`}},
		{name: "operator in a value", request: post(session(freshID, `"modality":"in_person"`, `"modality":{"$ne":null}`)), status: 422,
			has: []string{`"pointer":"/modality"`, `"code":"type"`}},
		{name: "too long", request: post(session(freshID, "Revue du registre", strings.Repeat("x", 5000))), status: 422,
			has: []string{`"pointer":"/summary`, `"code":"too_long"`}},
		{name: "enumeration names what is allowed", request: post(session(freshID, `"modality":"in_person"`, `"modality":"by_pigeon"`)), status: 422,
			has: []string{`"pointer":"/modality"`, `"code":"enum"`, `"allowed":["in_person","phone","video","written"]`}},
		{name: "future", request: post(session(freshID, "2026-11-19", "2026-12-19")), status: 422,
			has: []string{`"pointer":"/start"`, `"code":"future"`}},
		{name: "server's own field", request: post(session(freshID, `"type":"mentoring"`, `"type":"mentoring","state":"approved","mission_id":"x"`)), status: 422,
			has: []string{`"pointer":"/state"`, `"pointer":"/mission_id"`, `"code":"server_owned"`}},
		{name: "reference to nothing", request: post(session(freshID, counterpartID, nothing)), status: 422,
			has: []string{`"pointer":"/counterparts/0"`, `"code":"reference"`}},
		{name: "reference to another kind", request: post(session(freshID, `{"kind":"counterpart"`, `{"kind":"person"`)), status: 422,
			has: []string{`"pointer":"/counterparts/0`}},
		{name: "unit outside the caller's reach", request: post(session(freshID, unitID, seeds.ID("unac/unit/CRN-ST-001"))), status: 403},
		{name: "code of no list", request: post(session(freshID, `"T07"`, `"T99"`)), status: 422,
			has: []string{`"pointer":"/themes/0"`, `"code":"code"`}},
		{name: "every bad field at once", request: post(session(freshID, `"modality":"in_person"`, `"modality":"x"`, `"duration_min":90`, `"duration_min":9000`,
			`"T07"`, `"T99"`)), status: 422, has: []string{`"/modality"`, `"/duration_min"`}},
		{name: "id that is none", request: post(session("nonsense")), status: 422, has: []string{`"pointer":"/id"`}},

		{name: "unfinished JSON", request: post(`{"type":`), status: 400, has: []string{`"type":"/problems/malformed"`}},
		{name: "duplicate name", request: post(`{"type":"mentoring","type":"advising"}`), status: 400},
		{name: "trailing data", request: post(session(freshID) + "{}"), status: 400},
		{name: "list instead of object", request: post(`[]`), status: 400},
		{name: "not a number", request: post(`{"duration_min":NaN}`), status: 400},
		{name: "byte order mark", request: post("\ufeff" + session(freshID)), status: 400},
		{name: "invalid UTF-8", request: post(session(freshID, "Revue", "Rev\xffue")), status: 400},
		{name: "too deep", request: post(deep), status: 400},
		{name: "no body", request: with(post(""), "Content-Type", "application/json"), status: 400},

		{name: "unknown parameter", request: list("colour=blue"), status: 400, has: []string{"colour"}},
		{name: "parameter of another case", request: list("Unit=" + unitID), status: 400},
		{name: "operator in a parameter", request: list("unit[$ne]=x"), status: 400},
		{name: "repeated parameter", request: list("unit=" + unitID + "&unit=" + unitID), status: 400, has: []string{"unit"}},
		{name: "value that no field has", request: list("modality=by_pigeon"), status: 400},
		{name: "reference that is no id", request: list("unit=x"), status: 400},
		{name: "limit of zero", request: list("limit=0"), status: 400},
		{name: "limit too high", request: list("limit=201"), status: 400, has: []string{"200"}},
		{name: "limit that is no number", request: list("limit=1e2"), status: 400},
		{name: "limit with a sign", request: list("limit=%2B5"), status: 400},
		{name: "tampered cursor", request: list("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA"), status: 400},
		{name: "empty cursor", request: list("cursor="), status: 400},
		{name: "sort by no field", request: list("sort=colour"), status: 400},
		{name: "parameter where there is none", request: request{who: "elin.strand", method: "GET", path: "/api/v1/units/" + unitID + "?x=1"}, status: 400},
		{name: "parameter beside a body", request: request{who: "elin.strand", method: "POST", path: "/api/v1/sessions?x=1", body: session(freshID)}, status: 400},

		{name: "nobody", request: request{method: "GET", path: "/api/v1/sessions"}, status: 401, has: []string{`"type":"/problems/unauthenticated"`}},
		{name: "no token of ours", request: with(request{method: "GET", path: "/api/v1/sessions"}, "Authorization", "Bearer clc_0000000000000000000000000000000000000000000"), status: 401},
		{name: "another scheme", request: with(request{method: "GET", path: "/api/v1/sessions"}, "Authorization", "Basic YTpi"), status: 401},

		{name: "may read but not do", request: request{who: "priya.raman", method: "POST", path: "/api/v1/sessions", body: session(freshID)}, status: 403,
			has: []string{`"type":"/problems/forbidden"`}},
		{name: "host side does not write sessions", request: request{who: "ruth.maseko", method: "POST", path: "/api/v1/sessions", body: session(freshID)}, status: 403},
		{name: "kind that the role knows nothing of", request: request{who: "ruth.maseko", method: "GET", path: "/api/v1/session-annexes"}, status: 404},
		{name: "create in such a kind", request: request{who: "ruth.maseko", method: "POST", path: "/api/v1/session-annexes", body: "{}"}, status: 404},
		{name: "absent", request: request{who: "elin.strand", method: "GET", path: "/api/v1/sessions/" + freshID}, status: 404},
		{name: "id that cannot be one", request: request{who: "elin.strand", method: "GET", path: "/api/v1/sessions/x"}, status: 404},
		{name: "another site", request: with(post(session(freshID)), "Sec-Fetch-Site", "cross-site"), status: 403},

		{name: "form instead of JSON", request: with(post("a=b"), "Content-Type", "application/x-www-form-urlencoded"), status: 415},
		{name: "no media type", request: with(post(session(freshID)), "Content-Type", ""), status: 415},
		{name: "another charset", request: with(post(session(freshID)), "Content-Type", "application/json; charset=latin1"), status: 415},
		{name: "compressed", request: with(post(session(freshID)), "Content-Encoding", "gzip"), status: 415},
		{name: "method", request: request{who: "elin.strand", method: "DELETE", path: "/api/v1/sessions/" + freshID}, status: 405},
		{name: "patch", request: request{who: "elin.strand", method: "PATCH", path: "/api/v1/sessions/" + freshID, body: "{}"}, status: 405},
		{name: "trace", request: request{method: "TRACE", path: "/api/v1/sessions"}, status: 405},
		{name: "unknown path", request: request{who: "elin.strand", method: "GET", path: "/api/v1/nothing"}, status: 404},
		{name: "trailing slash", request: request{who: "elin.strand", method: "GET", path: "/api/v1/sessions/"}, status: 404},
		{name: "path of another case", request: request{who: "elin.strand", method: "GET", path: "/api/v1/Sessions"}, status: 404},
		{name: "escaped path", request: request{who: "elin.strand", method: "GET", path: "/api/v1/%73essions%2f..%2funits"}, status: 404},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t, r) })
	}
}

// TestHiddenIsAbsent: what a caller may not see is answered in the very bytes of
// what is not there (trust.md Z3), whatever is tried on it.
func TestHiddenIsAbsent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	draft := r.do(request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: session(freshID)})
	if draft.status != 201 {
		t.Fatal(draft.status, draft.body)
	}
	for _, who := range []string{"jonas.weber", "ruth.maseko", "joao.machel", "aminata.diallo"} {
		for _, q := range []request{
			{method: "GET", path: "/api/v1/sessions/ID"},
			{method: "GET", path: "/api/v1/sessions/ID/history"},
			{method: "PUT", path: "/api/v1/sessions/ID", body: "{}", header: map[string]string{"If-Match": `"x"`}},
			{method: "POST", path: "/api/v1/sessions/ID/submit", header: map[string]string{"If-Match": `"x"`}},
			{method: "POST", path: "/api/v1/sessions/ID/approve", header: map[string]string{"If-Match": `"x"`}},
			{method: "POST", path: "/api/v1/sessions/ID/acknowledge", header: map[string]string{"If-Match": draft.header.Get("ETag")}},
		} {
			q.who = who
			path := q.path
			q.path = strings.ReplaceAll(path, "ID", freshID)
			hidden := r.do(q)
			q.path = strings.ReplaceAll(path, "ID", nothing)
			none := r.do(q)
			hidden.header.Del("X-Request-Id")
			none.header.Del("X-Request-Id")
			if hidden.status != none.status || hidden.body != none.body || len(hidden.header) != len(none.header) {
				t.Errorf("%s %s %s: %d %s\nabsent: %d %s", who, q.method, path, hidden.status, hidden.body, none.status, none.body)
			}
			if hidden.status < 400 {
				t.Errorf("%s %s %s: %d", who, q.method, path, hidden.status)
			}
		}
	}
}

// TestUnknownKindIsUnknownPath: a kind that no role of the caller's may read
// answers as a path that is not there.
func TestUnknownKindIsUnknownPath(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, method := range []string{"GET", "POST"} {
		kind := r.do(request{who: "ruth.maseko", method: method, path: "/api/v1/session-annexes"})
		none := r.do(request{who: "ruth.maseko", method: method, path: "/api/v1/nothing"})
		for _, h := range []string{"X-Request-Id", "Date"} {
			kind.header.Del(h)
			none.header.Del(h)
		}
		if kind.status != 404 || kind.body != none.body {
			t.Errorf("%s: %d %s, want %s", method, kind.status, kind.body, none.body)
		}
		for h, v := range none.header {
			if strings.Join(kind.header[h], ",") != strings.Join(v, ",") {
				t.Errorf("%s: header %s is %v, want %v", method, h, kind.header[h], v)
			}
		}
	}
}

// TestUnitCycle: a unit that would command itself is refused, by its field.
func TestUnitCycle(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	unit := r.get("aminata.diallo", "/api/v1/units/"+unitID)
	type view struct {
		Parent struct{ ID string } `json:"parent"`
	}
	parent := parse[view](t, unit.body).Parent.ID
	above := r.get("aminata.diallo", "/api/v1/units/"+parent)
	body := writable(t, r, "unit", above.body, `"parent":{"kind":"unit","id":"`+unitID+`"}`)
	scenario{request: request{who: "aminata.diallo", method: "PUT", path: "/api/v1/units/" + parent, body: body,
		header: map[string]string{"If-Match": above.header.Get("ETag")}}, status: 422, has: []string{`"pointer":"/parent"`}}.run(t, r)
}

// TestOtherMission: a reference into another mission is a reference to nothing.
func TestOtherMission(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	other := kind.Actor{Account: "x", Person: "x", Mission: seeds.ID("mission/UNMISS")}
	theirs := &host.Counterpart{RefNo: "UNMISS-CP-000001", Name: "Somebody", Sex: "female", Since: "2025-03-01", Function: "Clerk",
		RankCode: "INSP", Service: value.Ref{Kind: "police_service", ID: freshID}, Unit: value.Ref{Kind: "unit", ID: freshID}}
	theirs.ID, theirs.State, theirs.Mission = nothing, host.Active, other.Mission
	theirs.CreatedAt, theirs.UpdatedAt, theirs.CreatedBy, theirs.UpdatedBy = story, story, "x", "x"
	if err := r.core.Records.Import(t.Context(), other, []record.Imported{{Rec: theirs}}, nil); err != nil {
		t.Fatal(err)
	}
	scenario{request: request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: session(freshID, counterpartID, nothing)}, status: 422,
		has: []string{`"pointer":"/counterparts/0"`, `"code":"reference"`}}.run(t, r)
}
