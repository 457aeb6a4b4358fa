package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/valyala/fasthttp"

	"colocate/seeds"
)

// listed is a list that is measured.
type listed struct {
	name, who string
	filter    map[string]string
}

var lists = []listed{
	{name: "list-adviser", who: adviser},
	{name: "list-commander", who: commander},
	{name: "list-leader", who: leader},
	{name: "list-by-state", who: leader, filter: map[string]string{"state": "submitted"}},
	{name: "list-by-type", who: leader, filter: map[string]string{"type": "mentoring"}},
}

// workload is what is done in one measurement, here and there.
type workload struct {
	name              string
	ours, bare, floor *load   // floor is nil for writes
	one               [3]call // a call of each, to compare their answers; zero for writes
	exact             bool    // all must then answer the same records
	filter            map[string]string
}

const sessions = "/api/v1/sessions"

// workloads are the measurements in f, in their order: writes last, since they
// change what lists find.
func (f *folder) workloads() []*workload {
	all := []*workload{f.reading()}
	for _, l := range lists {
		q := url.Values{}
		for k, v := range l.filter {
			q.Set(k, v)
		}
		ours := get(sessions + strings.TrimSuffix("?"+q.Encode(), "?"))
		bare, floor := get("/lists/"+l.name), get("/floor/lists/"+l.name)
		all = append(all, &workload{name: l.name, ours: &load{caller: f.program(l.who), next: always(ours)}, bare: &load{next: always(bare)},
			floor: &load{next: always(floor)}, one: [3]call{ours, bare, floor}, exact: f.exact[l.name], filter: l.filter})
	}
	return append(all, f.writing()...)
}

func get(path string) call { return call{method: "GET", path: path, status: 200} }

func always(c call) func() (call, bool) { return func() (call, bool) { return c, true } }

// reading reads one session after the other, far apart from each other.
func (f *folder) reading() *workload {
	each := func(prefix string) func() (call, bool) {
		i := 0
		return func() (call, bool) {
			i += 7919
			return get(prefix + f.ids[i%len(f.ids)]), true
		}
	}
	w := &workload{name: "read", ours: &load{caller: f.program(leader)}, bare: &load{}, floor: &load{}, exact: true}
	for i, l := range []*load{w.ours, w.bare, w.floor} {
		prefix := []string{sessions + "/", "/docs/", "/floor/docs/"}[i]
		l.next, w.one[i] = each(prefix), get(prefix+f.ids[0])
	}
	return w
}

// draft is a session that was recorded and can be submitted.
type draft struct{ id, tag string }

// writing records sessions, and submits those.
func (f *folder) writing() []*workload {
	create := &workload{name: "create", ours: &load{caller: f.program(adviser)}, bare: &load{}}
	submit := &workload{name: "submit", ours: &load{caller: f.program(adviser)}, bare: &load{}}
	pair(create.ours, submit.ours, sessions)
	pair(create.bare, submit.bare, "/docs")
	return []*workload{create, submit}
}

// pair makes one load create what the other submits, below a path.
func pair(create, submit *load, path string) {
	var drafts []draft
	create.next = func() (call, bool) {
		return call{method: "POST", path: path, body: newSession(uuid.NewString()), status: 201}, true
	}
	create.seen = func(c call, res *fasthttp.Response) {
		drafts = append(drafts, draft{sentID(c.body), string(res.Header.Peek("ETag"))})
	}
	submit.next = func() (call, bool) {
		if len(drafts) == 0 {
			return call{}, false
		}
		d := drafts[len(drafts)-1]
		drafts = drafts[:len(drafts)-1]
		return call{method: "POST", path: path + "/" + d.id + "/submit", match: d.tag, status: 200}, true
	}
	submit.most = func(left int) int { return max(1, len(drafts)/left) }
}

const idAt = len(`{"id":"`)

func sentID(body []byte) string { return string(body[idAt : idAt+36]) }

// newSession is a session as an adviser records it. It lies far back, so that
// the first pages of lists stay what they are.
func newSession(id string) []byte {
	return []byte(`{"id":"` + id + `","type":"mentoring","modality":"in_person","outcome_of_visit":"held","start":"2026-01-12T07:30:00Z",
"duration_min":90,"unit":{"kind":"unit","id":"` + seeds.ID("unac/unit/"+unit) + `"},
"advisers":[{"kind":"person","id":"` + seeds.ID("unac/person/01") + `"}],
"counterparts":[{"kind":"counterpart","id":"` + seeds.ID("unac/counterpart/"+unit+"/1") + `"}],
"participants":[{"party":"host_police","rank_band":"junior_officer","role":"shift supervisor",
"sexcount":{"female":1,"male":2,"other_undisclosed":0}}],"languages":["fr"],"interpretation":{"mode":"none_needed"},
"themes":["T07"],"agenda_set_by":"joint","summary":{"lang":"fr","text":"Revue du registre de garde à vue : 20 fiches lues.",
"tr":{"en":{"text":"Review of the custody register: 20 entries read.","method":"human","state":"verified"}}},
"observations":[{"kind":"gap","basis":"document","text":{"lang":"fr","text":"Heure de notification absente dans 7 fiches."}}]}`)
}

// rows are the ids of the records in an answer: of a list, or of one record. A
// record that does not fit the filter fails.
func (w *workload) rows(answer []byte) (ids []string, err error) {
	var a struct{ Items []map[string]any }
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	if a.Items == nil {
		a.Items = make([]map[string]any, 1)
		if err := json.Unmarshal(answer, &a.Items[0]); err != nil {
			return nil, err
		}
	}
	for _, r := range a.Items {
		for field, want := range w.filter {
			if r[field] != want {
				return nil, fmt.Errorf("%s: a record has %v as its %s", w.name, r[field], field)
			}
		}
		ids = append(ids, fmt.Sprint(r["id"]))
	}
	return ids, nil
}

// compare fails unless all servers answer one call of w alike: the same
// records, or, where the service leaves out what the caller may not see, no
// more than the bare one.
func (w *workload) compare(ours, bare *side) (n int, err error) {
	if w.one[0].path == "" {
		return 0, nil
	}
	var ids [3][]string
	for i, c := range w.one {
		s, by := bare, caller{}
		if i == 0 {
			s, by = ours, w.ours.caller
		}
		answer, err := s.get(by, c)
		if err != nil {
			return 0, err
		}
		if ids[i], err = w.rows(answer); err != nil {
			return 0, err
		}
	}
	n = len(ids[0])
	if n == 0 || n > len(ids[1]) || !slices.Equal(ids[1], ids[2]) || w.exact && !slices.Equal(ids[0], ids[1]) {
		return n, fmt.Errorf("%s: the service answers %d records, the bare handler %d and %d, or others", w.name, n, len(ids[1]), len(ids[2]))
	}
	return n, nil
}
