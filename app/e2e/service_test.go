// Package e2e_test meets Colocate as people and programs do: from outside, over
// HTTP, on a real data folder.
package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"colocate/app/account"
	"colocate/app/server"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/policies"
	"colocate/seeds"
)

// story is the time of the demonstration. Clocks that stand still make two
// services answer alike.
var story = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func stopped() time.Time { return story }

// People of the demonstration, by the names of their accounts.
const (
	elin      = "elin.strand"    // adviser, posted to CRN-ST-014
	jonas     = "jonas.weber"    // adviser, posted elsewhere
	aminata   = "aminata.diallo" // team leader
	ruth      = "ruth.maseko"    // commander of CRN-ST-014
	joao      = "joao.machel"    // counterpart there
	neighbour = "neighbour"      // commander of CRN-ST-015
	ministry  = "ministry"
	nobody    = ""
)

var (
	missionID   = seeds.ID("mission/UNAC")
	unitID      = seeds.ID("unac/unit/CRN-ST-014")
	nextUnitID  = seeds.ID("unac/unit/CRN-ST-015")
	elinID      = seeds.ID("unac/person/01")
	commanderID = seeds.ID("unac/counterpart/CRN-ST-014/1")
)

// nothing is an id that no record has.
const nothing = "00000000-0000-4000-8000-000000000000"

// folder is a closed data folder with a small demonstration, and how to sign in.
type folder struct {
	dir    string
	bearer map[string]string
}

// template is made once; every test works on copies.
var template = sync.OnceValues(func() (folder, error) {
	dir, err := os.MkdirTemp("", "colocate-e2e")
	f := folder{dir, map[string]string{}}
	if err != nil {
		return f, err
	}
	ctx := context.Background()
	core, err := server.Open(ctx, dir, stopped, zerolog.Nop())
	if err != nil {
		return f, err
	}
	if err := server.SeedDemo(ctx, core, 100, nil); err != nil {
		return f, err
	}
	all, err := server.DemoAccounts(ctx, core)
	if err != nil {
		return f, err
	}
	for _, a := range all {
		f.bearer[a.Name] = a.Bearer
	}
	next, err := core.Accounts.AddUser(ctx, account.Operator(), account.NewUser{Name: neighbour,
		Grant: &account.NewGrant{Role: kind.Commander, Mission: missionID, Units: []string{nextUnitID}}})
	if err != nil {
		return f, err
	}
	token, err := core.Accounts.AddToken(ctx, account.Operator(), account.NewToken{Account: next.ID, Mission: missionID, Name: "test",
		Expires: story.AddDate(0, 1, 0)})
	f.bearer[neighbour] = token.Bearer
	if err != nil {
		return f, err
	}
	return f, core.Close()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if f, err := template(); err == nil {
		_ = os.RemoveAll(f.dir)
	}
	os.Exit(code)
}

// service is a running service, met over HTTP.
type service struct {
	t      *testing.T
	base   string
	dir    string
	bearer map[string]string
}

// start serves a copy of the demonstration, with kinds and a policy beside its
// own. It is stopped, and must be sound, when the test ends.
func start(t *testing.T, more kind.Kinds, policy string) *service {
	t.Helper()
	f, err := template()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{server.KeyName, "colocate.db"} {
		data, err := os.ReadFile(filepath.Join(f.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	core, err := server.OpenWith(t.Context(), dir, server.Options{Now: stopped, Log: zerolog.Nop(),
		Kinds: append(domain.Kinds(), more...), Policy: policies.Policy + policy})
	if err != nil {
		t.Fatal(err)
	}
	cfg := server.Defaults()
	cfg.Demo = true // sign-in to the pages without a password
	cfg.Data, cfg.Addr, cfg.Rate, cfg.Notice = dir, "127.0.0.1:0", 0, 0
	srv, err := server.New(cfg, core)
	if err != nil {
		t.Fatal(err, core.Close())
	}
	s := &service{t: t, base: "http://" + srv.Addr().String(), dir: dir, bearer: f.bearer}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx) }()
	t.Cleanup(func() {
		s.sound()
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s
}

// sound holds the store to its own journal.
func (s *service) sound() {
	s.t.Helper()
	admin, err := server.Attach(context.Background(), s.dir, nil)
	if err != nil {
		s.t.Error(err)
		return
	}
	if found, err := admin.Verify(context.Background()); err != nil || len(found) > 0 {
		s.t.Error(err, found)
	}
}

// client leaves answers as they come.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// reply is an answer. Whole is all of it, but for its date and the id of the
// request, which differ from one request to the next.
type reply struct {
	status int
	header http.Header
	body   string
	whole  string
}

// call is a request as who, with pairs of headers.
func call(t *testing.T, base, bearer, method, path, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	req.Host = cmp.Or(req.Header.Get("Host"), req.Host)
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for _, name := range []string{"Date", "X-Request-Id"} {
		if len(res.Header.Values(name)) != 1 {
			t.Fatalf("%s %s: header %s is %q", method, path, name, res.Header.Values(name))
		}
		res.Header.Del(name)
	}
	whole, err := httputil.DumpResponse(res, true)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(text), string(whole)}
}

func (s *service) call(who, method, path, body string, headers ...string) reply {
	s.t.Helper()
	return call(s.t, s.base, s.bearer[who], method, path, body, headers...)
}

// want is call for an answer whose status is known.
func (s *service) want(status int, who, method, path, body string, headers ...string) reply {
	s.t.Helper()
	a := s.call(who, method, path, body, headers...)
	if a.status != status {
		s.t.Fatalf("%s %s as %s: %d, want %d\n%s", method, path, who, a.status, status, a.body)
	}
	return a
}

func (s *service) get(who, path string) reply {
	s.t.Helper()
	return s.want(http.StatusOK, who, "GET", path, "")
}

// tag is the ETag of what who reads now.
func (s *service) tag(who, path string) string {
	s.t.Helper()
	return s.get(who, path).header.Get("ETag")
}

// act reads a record as who, and then does something to it that must work.
func (s *service) act(who, path, verb, body string) reply {
	s.t.Helper()
	return s.want(http.StatusOK, who, "POST", path+"/"+verb, body, "If-Match", s.tag(who, path))
}

// parse reads JSON of a known shape.
func parse[T any](t *testing.T, a reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v
}
