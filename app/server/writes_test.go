package server

import (
	"encoding/json"
	"strings"
	"testing"
)

// writable is what may be sent back of a record that was read: without the
// fields of the server. set replaces or adds members ("name":value).
func writable(t *testing.T, r *rig, kindName, body string, set ...string) string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	d := r.core.Kinds.Get(kindName)
	for name := range m {
		f := d.Field(name)
		if f == nil || f.Server {
			delete(m, name)
		}
	}
	for _, s := range set {
		var one map[string]json.RawMessage
		if err := json.Unmarshal([]byte("{"+s+"}"), &one); err != nil {
			t.Fatal(err)
		}
		for name, v := range one {
			m[name] = v
		}
	}
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestCreate: an id is the client's, the same record sent again is kept once and
// answered alike, and other content under the id is a conflict (trust.md O1, O2).
func TestCreate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	post := request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: session(freshID)}
	before := r.written()
	first := r.do(post)
	if first.status != 201 || first.header.Get("Location") != "/api/v1/sessions/"+freshID || first.header.Get("ETag") == "" {
		t.Fatalf("%d %v %s", first.status, first.header, first.body)
	}
	after := r.written()
	if after != before+1 {
		t.Errorf("%d versions were written", after-before)
	}
	again := r.do(post)
	if again.status != 201 || again.body != first.body || again.header.Get("ETag") != first.header.Get("ETag") || again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("again: %d %s\nfirst: %s", again.status, again.body, first.body)
	}
	if r.written() != after {
		t.Error("the repeat wrote")
	}
	scenario{request: request{who: "elin.strand", method: "POST", path: post.path, body: session(freshID, "Revue", "Relecture")}, status: 409,
		has: []string{`"type":"/problems/conflict"`}, hasNot: []string{"Revue", "Relecture"}}.run(t, r)
	scenario{request: request{who: "aminata.diallo", method: "POST", path: post.path, body: session(freshID)}, status: 409, hasNot: []string{"Revue"}}.run(t, r)
	if read := r.get("elin.strand", "/api/v1/sessions/"+freshID); read.body != first.body || read.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("read: %s", read.body)
	}
}

// TestCreateWithoutID: the server makes an id where the client has none.
func TestCreateWithoutID(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do(request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: session(freshID, `"id":"`+freshID+`",`, "")})
	id := parse[struct{ ID string }](t, a.body).ID
	if a.status != 201 || id == "" || id == freshID || a.header.Get("Location") != "/api/v1/sessions/"+id {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestReplace: no blind overwrite (trust.md O4).
func TestReplace(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	path := "/api/v1/sessions/" + freshID
	made := r.do(request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: session(freshID)})
	if made.status != 201 {
		t.Fatal(made.status, made.body)
	}
	put := func(etag, body string) request {
		q := request{who: "elin.strand", method: "PUT", path: path, body: body}
		if etag != "" {
			q.header = map[string]string{"If-Match": etag}
		}
		return q
	}
	changed := session(freshID, "Revue", "Relecture")
	scenario{request: put("", changed), status: 428}.run(t, r)
	scenario{request: put(`"stale"`, changed), status: 412, has: []string{`"current":{`, "Revue"}}.run(t, r)
	scenario{request: put("W/"+made.header.Get("ETag"), changed), status: 412}.run(t, r)
	scenario{request: put(made.header.Get("ETag"), changed), status: 200, has: []string{"Relecture"}, hasNot: []string{"Revue"}, writes: true}.run(t, r)
	scenario{request: put(made.header.Get("ETag"), changed), status: 412, has: []string{"Relecture"}}.run(t, r)
	scenario{request: put(r.get("elin.strand", path).header.Get("ETag"), session(nothing)), status: 422,
		has: []string{`"pointer":"/id"`}}.run(t, r)
}

// TestLife walks a session from draft to acknowledged, with what each side sees
// and may do on the way, and the repeats that a bad link makes.
func TestLife(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	path := "/api/v1/sessions/" + freshID
	if a := r.do(request{who: "elin.strand", method: "POST", path: "/api/v1/sessions", body: session(freshID)}); a.status != 201 {
		t.Fatal(a.status, a.body)
	}
	verb := func(who, name, body string) request {
		etag := `"unseen"`
		if a := r.do(request{who: who, method: "GET", path: path}); a.status == 200 {
			etag = a.header.Get("ETag")
		}
		return request{who: who, method: "POST", path: path + "/" + name, body: body, header: map[string]string{"If-Match": etag, "Idempotency-Key": name + "-1"}}
	}
	noMatch := verb("elin.strand", "submit", "")
	delete(noMatch.header, "If-Match")
	scenario{request: noMatch, status: 428}.run(t, r)

	submit := verb("elin.strand", "submit", "")
	first := r.do(submit)
	if first.status != 200 || !strings.Contains(first.body, `"state":"submitted"`) {
		t.Fatal(first.status, first.body)
	}
	before := r.written()
	if again := r.do(submit); again.status != 200 || again.body != first.body || r.written() != before {
		t.Errorf("the repeat: %d %s", again.status, again.body)
	}
	other := submit
	other.path = path + "/void"
	other.body = `{"reason":"x"}`
	scenario{request: other, status: 409}.run(t, r)
	scenario{request: verb("elin.strand", "approve", ""), status: 403}.run(t, r)
	fresh := verb("elin.strand", "submit", "")
	fresh.header["Idempotency-Key"] = "submit-2"
	scenario{request: fresh, status: 409, has: []string{`"state":"submitted"`, `"possible":[`}}.run(t, r)
	scenario{request: request{who: "ruth.maseko", method: "GET", path: path}, status: 404}.run(t, r)

	scenario{request: verb("aminata.diallo", "approve", ""), status: 200, has: []string{`"state":"approved"`}, writes: true}.run(t, r)
	scenario{request: verb("aminata.diallo", "release", `{"conditions":[]}`), status: 422}.run(t, r)
	release := r.core.Kinds.Get("session").Verb("release").Example
	scenario{request: verb("aminata.diallo", "release", release), status: 200, has: []string{`"state":"released"`}, writes: true}.run(t, r)

	seen := r.get("ruth.maseko", path)
	for _, hidden := range []string{"mission_id", "created_by", `"rev"`, "outcome_of_visit", `"vis"`} {
		if strings.Contains(seen.body, `"`+strings.Trim(hidden, `"`)+`":`) {
			t.Errorf("the host side reads %s: %s", hidden, seen.body)
		}
	}
	scenario{request: verb("ruth.maseko", "acknowledge", ""), status: 200, has: []string{`"state":"acknowledged"`}, writes: true}.run(t, r)
	history := r.get("elin.strand", path+"/history")
	if n := len(parse[struct{ Items []struct{ Verb string } }](t, history.body).Items); n != 5 {
		t.Errorf("%d versions: %s", n, history.body)
	}
}

// TestConflictNamesFourEyes: who wrote a session does not approve it.
func TestConflictNamesFourEyes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	body := session(freshID, "unac/person/01", "unac/person/03")
	if a := r.do(request{who: "aminata.diallo", method: "POST", path: "/api/v1/sessions", body: body}); a.status != 201 {
		t.Fatal(a.status, a.body)
	}
	path := "/api/v1/sessions/" + freshID
	etag := r.get("aminata.diallo", path).header.Get("ETag")
	submitted := r.do(request{who: "aminata.diallo", method: "POST", path: path + "/submit", header: map[string]string{"If-Match": etag}})
	if submitted.status != 200 {
		t.Fatal(submitted.status, submitted.body)
	}
	scenario{request: request{who: "aminata.diallo", method: "POST", path: path + "/approve",
		header: map[string]string{"If-Match": submitted.header.Get("ETag")}}, status: 409, has: []string{`"type":"/problems/conflict"`}}.run(t, r)
}
