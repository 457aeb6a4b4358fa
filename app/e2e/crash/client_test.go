package crash_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"colocate/seeds"
)

// client is one person at one program.
type client struct {
	http   *http.Client
	url    string
	bearer string
}

func newClient(url, bearer string) *client {
	return &client{http: &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}, url: url, bearer: bearer}
}

// request is one call; what it lacks is left out of it.
type request struct {
	method, path, body, ifMatch, key string
}

// answer is a call's answer, read to its end.
type answer struct {
	status     int
	etag       string
	retryAfter string
	body       []byte
}

// ok reports whether the answer acknowledges.
func (a answer) ok() bool { return a.status == http.StatusOK || a.status == http.StatusCreated }

// send answers an error where no whole answer came: what became of the request
// is then unknown.
func (c *client) send(q request) (answer, error) {
	r, err := http.NewRequest(q.method, c.url+"/api/v1/"+q.path, strings.NewReader(q.body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range map[string]string{"Authorization": "Bearer " + c.bearer, "If-Match": q.ifMatch, "Idempotency-Key": q.key} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header.Get("ETag"), res.Header.Get("Retry-After"), body}, err
}

// must sends q and fails the test unless it is acknowledged.
func (c *client) must(t *testing.T, q request) answer {
	t.Helper()
	a, err := c.send(q)
	if err != nil || !a.ok() {
		t.Fatalf("%s %s: %d %s %v", q.method, q.path, a.status, a.body, err)
	}
	return a
}

func (c *client) get(path string) (answer, error) {
	return c.send(request{method: http.MethodGet, path: path})
}

// view is what these tests look at in a record.
type view struct {
	ID      string
	Rev     int64
	State   string
	RefNo   string `json:"ref_no"`
	Summary struct{ Text string }
	Text    struct{ Text string }
	Pending bool
}

// shape is what writers change in a session or an action.
func (v *view) shape() shape { return shape{v.Summary.Text + v.Text.Text, v.State, v.Pending} }

func parse[T any](body []byte) (v T, err error) {
	if err = json.Unmarshal(body, &v); err != nil {
		err = fmt.Errorf("%w: %s", err, body)
	}
	return v, err
}

// canonical is JSON of which only the content counts.
func canonical(body []byte) string {
	v, err := parse[any](body)
	if err != nil {
		return err.Error()
	}
	b, _ := json.Marshal(v) // it was JSON
	return string(b)
}

// all reads every page of a list and hands its items to fn.
func (c *client) all(path string, fn func(view)) error {
	type page struct {
		Items []view
		Next  string
	}
	mark := "?"
	if strings.Contains(path, "?") {
		mark = "&"
	}
	for cursor := ""; ; {
		a, err := c.get(path + mark + "limit=200" + cursor)
		if err != nil || a.status != http.StatusOK {
			return fmt.Errorf("the list of %s: %d %s: %w", path, a.status, a.body, err)
		}
		p, err := parse[page](a.body)
		if err != nil {
			return err
		}
		for _, v := range p.Items {
			fn(v)
		}
		if p.Next == "" {
			return nil
		}
		cursor = "&cursor=" + p.Next
	}
}

// Where the seeds' story happens; its records are always there.
var (
	unitID        = seeds.ID("unac/unit/CRN-ST-014")
	personID      = seeds.ID("unac/person/01")
	counterpartID = seeds.ID("unac/counterpart/CRN-ST-014/1")
)

func sessionBody(id, words string) string {
	return fmt.Sprintf(`{"id":%q,"type":"mentoring","modality":"in_person","outcome_of_visit":"held","start":"2026-11-19T07:30:00Z",
"duration_min":90,"unit":{"kind":"unit","id":%q},"advisers":[{"kind":"person","id":%q}],"counterparts":[{"kind":"counterpart","id":%q}],
"participants":[{"party":"host_police","rank_band":"junior_officer","role":"shift supervisor","sexcount":{"female":1,"male":2,"other_undisclosed":0}}],
"languages":["fr"],"interpretation":{"mode":"none_needed"},"themes":["T07"],"agenda_set_by":"joint",
"summary":{"lang":"fr","text":%q}}`, id, unitID, personID, counterpartID, words)
}

func actionBody(id, session, words string) string {
	return fmt.Sprintf(`{"id":%q,"text":{"lang":"fr","text":%q},"origin":{"kind":"session","id":%q},"unit":{"kind":"unit","id":%q},
"owner_side":"host","owner":{"kind":"counterpart","id":%q},"due":"2026-12-01","priority":"normal"}`, id, words, session, unitID, counterpartID)
}
