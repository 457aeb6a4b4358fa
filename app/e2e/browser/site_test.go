package browser_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
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

// story is the time of the demonstration, Monday in Carana.
var story = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// People of the demonstration, by the names of their accounts.
const (
	elin    = "elin.strand"    // adviser, posted to CRN-ST-014
	jonas   = "jonas.weber"    // adviser, posted elsewhere
	aminata = "aminata.diallo" // team leader
	ruth    = "ruth.maseko"    // commander of CRN-ST-014
	joao    = "joao.machel"    // counterpart there
	admin   = "administrator"
	keeper  = "keeper" // administers the service; made by these tests
)

const keeperPassword = "a lantern in every window"

var (
	missionID = seeds.ID("mission/UNAC")
	unitID    = seeds.ID("unac/unit/CRN-ST-014")
)

// sessionsInDemo is how many sessions the demonstration of these tests has.
const sessionsInDemo = 60

// folder is a closed data folder with a small demonstration.
type folder struct {
	dir    string
	names  []string          // of its accounts
	bearer map[string]string // for the API
	invite string            // code of an invitation
}

// template is made once; every service works on a copy.
var template = sync.OnceValues(func() (folder, error) {
	dir, err := os.MkdirTemp("", "colocate-browser")
	f := folder{dir: dir, bearer: map[string]string{}}
	if err != nil {
		return f, err
	}
	made = dir
	ctx := context.Background()
	core, err := server.Open(ctx, dir, func() time.Time { return story }, zerolog.Nop())
	if err != nil {
		return f, err
	}
	if err := server.SeedDemo(ctx, core, sessionsInDemo, nil); err != nil {
		return f, err
	}
	all, err := server.DemoAccounts(ctx, core)
	if err != nil {
		return f, err
	}
	for _, a := range all {
		f.names, f.bearer[a.Name] = append(f.names, a.Name), a.Bearer
	}
	if err := more(ctx, core, &f); err != nil {
		return f, err
	}
	return f, core.Close()
})

// more adds who administers the service itself, somebody who was invited, and
// somebody whose account is disabled.
func more(ctx context.Context, core *server.Core, f *folder) error {
	u, err := core.Accounts.AddUser(ctx, account.Operator(), account.NewUser{Name: keeper, Password: keeperPassword,
		Grant: &account.NewGrant{Role: kind.Administrator}})
	if err != nil {
		return err
	}
	f.names = append(f.names, keeper)
	token, err := core.Accounts.AddToken(ctx, account.Operator(), account.NewToken{Account: u.ID, Name: "test", Expires: story.AddDate(0, 1, 0)})
	if err != nil {
		return err
	}
	f.bearer[keeper] = token.Bearer
	advises := func(name string) (account.User, error) {
		return core.Accounts.AddUser(ctx, account.Operator(), account.NewUser{Name: name, Grant: &account.NewGrant{Role: kind.Adviser, Mission: missionID}})
	}
	left, err := advises("left")
	if err != nil {
		return err
	}
	if err := core.Accounts.Disable(ctx, account.Operator(), left.ID, "The mission is over."); err != nil {
		return err
	}
	invited, err := advises("invited")
	if err != nil {
		return err
	}
	i, err := core.Accounts.Invite(ctx, account.Operator(), invited.ID)
	f.invite = i.Code
	return err
}

// made is the folder of the template, "" while there is none.
var made string

func removeTemplate() {
	if made != "" {
		_ = os.RemoveAll(made)
	}
}

// site is a running service of the demonstration, and the browser to see it in.
type site struct {
	base    string
	dir     string
	core    *server.Core
	tls     bool
	names   []string
	tokens  map[string]string
	invite  string
	log     *lines
	browser context.Context

	ahead atomic.Int64 // nanoseconds that its clock was put forward
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

// copyFolder copies the files of a data folder that is closed.
func copyFolder(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{server.KeyName, "colocate.db"} {
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

// serve serves a copy of the demonstration on a port of its own, changed by
// settings, until the test ends. The pseudo-language is among its languages.
func serve(t testing.TB, settings ...func(*server.Config)) *site {
	t.Helper()
	browser := needBrowser(t)
	f, err := template()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{dir: copyFolder(t, f.dir), names: f.names, tokens: f.bearer, invite: f.invite, log: &lines{}, browser: browser}
	began := time.Now()
	now := func() time.Time { return story.Add(time.Since(began) + time.Duration(s.ahead.Load())) }
	s.core, err = server.OpenWith(t.Context(), s.dir, server.Options{Now: now, Log: zerolog.New(s.log), Kinds: domain.Kinds(),
		Policy: policies.Policy, Pseudo: true})
	if err != nil {
		t.Fatal(err)
	}
	cfg := server.Defaults()
	cfg.Data, cfg.Addr, cfg.Rate, cfg.Notice, cfg.Demo = s.dir, "127.0.0.1:0", 0, 0, true
	for _, set := range settings {
		set(&cfg)
	}
	s.listen(t, cfg)
	return s
}

func (s *site) listen(t testing.TB, cfg server.Config) {
	t.Helper()
	srv, err := server.New(cfg, s.core)
	if err != nil {
		t.Fatal(err, s.core.Close())
	}
	s.tls, s.base = cfg.TLS(), "http://"+srv.Addr().String()
	if s.tls {
		s.base = "https://" + srv.Addr().String()
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

// later puts the clock of the service forward.
func (s *site) later(d time.Duration) { s.ahead.Add(int64(d)) }

// cookieName is what the cookie of a sign-in is called here.
func (s *site) cookieName() string {
	if s.tls {
		return "__Host-colocate"
	}
	return "colocate"
}

// bearer is a new sign-in of somebody of the demonstration, for a cookie.
func (s *site) bearer(t testing.TB, who string) string {
	t.Helper()
	try := account.SignIn{Name: who, Device: "a test"}
	enter := s.core.Accounts.SignInDemo
	if who == keeper {
		enter, try.Password = s.core.Accounts.SignIn, keeperPassword
	}
	in, err := enter(context.Background(), try)
	if err != nil {
		t.Fatalf("%s cannot sign in: %v", who, err)
	}
	return in.Bearer
}

// client leaves answers as they come.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// get asks for an address without a browser, with pairs of headers.
func (s *site) get(t testing.TB, path string, headers ...string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

// record is what the tests read of a record by the API.
type record struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

// list reads a list of the API as somebody, with everything that one may read;
// nothing where the list does not exist for them.
func list[T any](t testing.TB, s *site, who, query string) []T {
	t.Helper()
	status, body := s.get(t, "/api/v1/"+query, "Authorization", "Bearer "+s.tokens[who])
	if status == http.StatusNotFound || status == http.StatusForbidden {
		return nil
	}
	var v struct {
		Items []T `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil || status != http.StatusOK {
		t.Fatalf("%s as %s: %d %v\n%s", query, who, status, err, body)
	}
	return v.Items
}

// one reads a record of the API as somebody.
func one[T any](t testing.TB, s *site, who, path string) T {
	t.Helper()
	status, body := s.get(t, "/api/v1/"+path, "Authorization", "Bearer "+s.tokens[who])
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil || status != http.StatusOK {
		t.Fatalf("%s as %s: %d %v\n%s", path, who, status, err, body)
	}
	return v
}

// certificate writes a certificate of its own making and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	pair := s.TLS.Certificates[0]
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
