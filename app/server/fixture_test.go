package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"colocate/app/record"
	"colocate/app/store"
	"colocate/seeds"
)

// story is the time of the demonstration: Monday 23 November 2026, in Carana.
var story = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// clock starts at the story's time and goes on from there.
func clock() func() time.Time {
	start := time.Now()
	return func() time.Time { return story.Add(time.Since(start)) }
}

// template is a data folder with a small demonstration, made once; every test
// works on a copy.
var template = sync.OnceValues(func() (*demoFolder, error) {
	dir, err := os.MkdirTemp("", "colocate-template")
	if err != nil {
		return nil, err
	}
	c, err := Open(context.Background(), dir, clock(), zerolog.Nop())
	if err != nil {
		return nil, err
	}
	if err := SeedDemo(context.Background(), c, 30, nil); err != nil {
		return nil, err
	}
	all, err := DemoAccounts(context.Background(), c)
	if err != nil {
		return nil, err
	}
	f := &demoFolder{dir: dir, bearer: map[string]string{}}
	for _, a := range all {
		f.bearer[a.Name] = a.Bearer
	}
	return f, c.Close()
})

type demoFolder struct {
	dir    string
	bearer map[string]string // by name
}

func TestMain(m *testing.M) {
	code := m.Run()
	if f, err := template(); err == nil {
		os.RemoveAll(f.dir)
	}
	os.Exit(code)
}

// copyFolder copies the files of a data folder that is closed.
func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{KeyName, "colocate.db"} {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// rig is a whole service on a copy of the demonstration, without listeners.
type rig struct {
	t      *testing.T
	core   *Core
	app    *fiber.App
	bearer map[string]string
	log    *lines
}

// lines gathers a log.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newRig(t *testing.T) *rig {
	t.Helper()
	f, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return openRig(t, copyFolder(t, f.dir), f.bearer)
}

func openRig(t *testing.T, dir string, bearer map[string]string) *rig {
	t.Helper()
	r := &rig{t: t, bearer: bearer, log: &lines{}}
	var err error
	if r.core, err = Open(t.Context(), dir, clock(), zerolog.New(r.log)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.core.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &Server{cfg: Defaults(), core: r.core}
	s.cfg.Data, s.cfg.Rate = dir, 0
	if r.app, err = s.newApp(context.Background(), prometheus.NewRegistry()); err != nil {
		t.Fatal(err)
	}
	return r
}

// request is one call, and answer what came of it.
type request struct {
	who, method, path, body string
	header                  map[string]string
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (r *rig) do(q request) reply {
	r.t.Helper()
	req := httptest.NewRequest(q.method, q.path, strings.NewReader(q.body))
	if q.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if q.who != "" {
		req.Header.Set("Authorization", "Bearer "+r.bearer[q.who])
	}
	for k, v := range q.header {
		req.Header.Set(k, v)
		if v == "" {
			req.Header.Del(k)
		}
	}
	res, err := r.app.Test(req, -1)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(body)}
}

// get reads path and fails the test unless the answer is 200.
func (r *rig) get(who, path string) reply {
	r.t.Helper()
	a := r.do(request{who: who, method: "GET", path: path})
	if a.status != 200 {
		r.t.Fatalf("GET %s as %s: %d %s", path, who, a.status, a.body)
	}
	return a
}

// written counts the versions in the service's journal and in the mission's:
// where it does not move, nothing was written. The blocks of numbers that are
// reserved before a record is made, and may be left unused, do not count.
func (r *rig) written() (n int) {
	r.t.Helper()
	for _, journal := range []string{store.Service, missionID} {
		for after := int64(0); ; {
			vs, err := r.core.Store.Changes(context.Background(), journal, nil, after, 1000)
			if err != nil {
				r.t.Fatal(err)
			}
			if len(vs) == 0 {
				break
			}
			for _, v := range vs {
				after = v.Number
				if v.Key.Shelf != record.Counter {
					n++
				}
			}
		}
	}
	return n
}

var (
	missionID = seeds.ID("mission/UNAC")
	unitID    = seeds.ID("unac/unit/" + demoUnit)
)

func parse[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

// session is a session that elin.strand can record; edits are pairs of texts to
// be replaced in it.
func session(id string, edits ...string) string {
	s := `{"id":"` + id + `","type":"mentoring","modality":"in_person","outcome_of_visit":"held","start":"2026-11-19T07:30:00Z",
"duration_min":90,"unit":{"kind":"unit","id":"` + unitID + `"},"advisers":[{"kind":"person","id":"` + seeds.ID("unac/person/01") + `"}],
"counterparts":[{"kind":"counterpart","id":"` + seeds.ID("unac/counterpart/"+demoUnit+"/1") + `"}],
"participants":[{"party":"host_police","rank_band":"junior_officer","role":"shift supervisor","sexcount":{"female":1,"male":2,"other_undisclosed":0}}],
"languages":["fr"],"interpretation":{"mode":"none_needed"},"themes":["T07"],"agenda_set_by":"joint",
"summary":{"lang":"fr","text":"Revue du registre de garde à vue."},
"observations":[{"kind":"gap","basis":"document","text":{"lang":"fr","text":"Heure de notification absente dans 7 des 20 fiches."}}]}`
	return strings.NewReplacer(edits...).Replace(s)
}
