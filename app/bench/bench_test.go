package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"colocate/app/server"
	"colocate/app/store"
	"colocate/seeds"
)

func TestMain(m *testing.M) {
	if done, err := child(); done {
		exit(err)
	}
	os.Exit(m.Run())
}

// tiny is a run over a few hundred sessions.
func tiny(t *testing.T) options {
	t.Helper()
	dir := t.TempDir()
	program, err := build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return options{sizes: []int{300}, conns: []int{2}, time: 20 * time.Millisecond, rounds: 2, dir: dir, program: program,
		bare: []string{self}, say: t.Logf}
}

// TestRunMeasuresWhatItSays runs everything, small, and looks afterwards at what
// the servers wrote.
func TestRunMeasuresWhatItSays(t *testing.T) {
	t.Parallel()
	o := tiny(t)
	f, err := run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{}
	for _, r := range f.results {
		calls["ours "+r.name] += len(r.ours.lat)
		calls["bare "+r.name] += len(r.bare.lat)
		if len(r.ours.lat) == 0 || len(r.bare.lat) == 0 || r.ours.perSecond() <= 0 {
			t.Errorf("%s with %d connections measured nothing", r.name, r.conns)
		}
		reads := r.name != "create" && r.name != "submit"
		if reads != (r.rows > 0) || reads != (len(r.floor.lat) > 0) || r.name == "read" && r.rows != 1 {
			t.Errorf("%s: %d rows, %d calls of the floor", r.name, r.rows, len(r.floor.lat))
		}
		if usageOf(os.Getpid()).cpu > 0 && (r.ours.cpu <= 0 || r.bare.cpu <= 0) {
			t.Errorf("%s: no processor time", r.name)
		}
	}
	if want := (len(lists) + 3) * len(o.conns); len(f.results) != want {
		t.Errorf("%d measurements, want %d", len(f.results), want)
	}
	written(t, o, calls)
	reported(t, f)
	opens(t, f)
	if x := f.facts[0]; x.bytes == 0 || x.seed.took == 0 || len(x.ready) != starts || median(x.ready) == 0 {
		t.Errorf("%+v", x)
	}
}

// written compares what the servers hold with how many calls were counted.
func written(t *testing.T, o options, calls map[string]int) {
	t.Helper()
	core, err := server.Open(t.Context(), filepath.Join(o.dir, "300"), time.Now, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer core.Close()
	n := map[string]int{}
	q := store.Query{Filter: store.D{store.Eq("mission_id", seeds.ID("mission/"+mission))}, Sort: "-start"}
	err = core.Store.Each(t.Context(), "session", q, func(raw store.Raw) error {
		state, _ := raw.Lookup("state").StringValueOK()
		if ref, _ := raw.Lookup("start").TimeOK(); ref.Equal(time.Date(2026, 1, 12, 7, 30, 0, 0, time.UTC)) {
			n[state]++
		} else {
			n["seeded"]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n["seeded"] != 300 || n["submitted"] != calls["ours submit"] || n["draft"]+n["submitted"] < calls["ours create"]+1 {
		t.Errorf("the store holds %v after %v", n, calls)
	}
	files, _ := filepath.Glob(filepath.Join(o.dir, "bare-*.db"))
	if len(files) != 1 {
		t.Fatalf("databases of the bare server: %v", files)
	}
	db, err := sql.Open("sqlite", dsn(files[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var docs, acts int
	if err := db.QueryRow("SELECT (SELECT count(*) FROM docs), (SELECT count(*) FROM journal)").Scan(&docs, &acts); err != nil {
		t.Fatal(err)
	}
	if docs < calls["bare create"] || acts != docs+calls["bare submit"] {
		t.Errorf("the bare server holds %d documents and %d acts after %v", docs, acts, calls)
	}
}

// reported looks for every measurement and every bar in the report.
func reported(t *testing.T, f *figures) {
	t.Helper()
	text := f.report()
	for _, w := range []string{"| 300 | 2 | read | 1 |", "| 300 | 2 | list-adviser |", "| 300 | 2 | submit |", "not in this run", "allocations"} {
		if !strings.Contains(text, w) {
			t.Errorf("the report lacks %q:\n%s", w, text)
		}
	}
}

// opens looks at what was measured of every page.
func opens(t *testing.T, f *figures) {
	t.Helper()
	if len(f.pages) != len(pages) {
		t.Fatalf("%d pages, want %d", len(f.pages), len(pages))
	}
	text := f.pagesReport()
	for i, r := range f.pages {
		if r.name != pages[i].name || len(r.ours.lat) == 0 || len(r.bare.lat) == 0 || len(r.floor.lat) == 0 || r.rows < len(pages[i].calls) {
			t.Errorf("%s: %d pages, %d times %d calls", r.name, len(r.ours.lat), len(r.bare.lat), r.rows)
		}
		if w := r.weight; w.br == 0 || w.gzip == 0 || w.most < max(w.br, w.gzip) || w.lang == "" || w.assets < f.shared.css+f.shared.script {
			t.Errorf("%s weighs %+v", r.name, w)
		}
		if !strings.Contains(text, "| 300 | 2 | "+r.name+" |") || !strings.Contains(text, "| "+r.name+" | "+strings.TrimPrefix(pages[i].who, "bench.")) {
			t.Errorf("the report lacks %s:\n%s", r.name, text)
		}
	}
	if f.signIn.most == 0 || f.shared.css == 0 || f.shared.script == 0 || f.shared.all < f.shared.css+f.shared.script {
		t.Errorf("a first visit: %+v, %+v", f.signIn, f.shared)
	}
}

// TestAPageThatIsNotThereIsNotMeasured: not the first page in its place, and
// none that leaves out a record.
func TestAPageThatIsNotThereIsNotMeasured(t *testing.T) {
	t.Parallel()
	id, signed := seeds.ID("x"), `<form action="/sign-out"></form>`
	answers := map[string]string{"/out": id, "/in": signed, "/all": signed + id, "/api": `{"items":[{"id":"` + id + `"}]}`}
	s := fake(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answers[r.URL.Path]) })
	f := &folder{}
	for path, ok := range map[string]bool{"/out": false, "/in": false, "/all": true} {
		p := page{name: "x", path: path, calls: calls("x")}
		if err := f.shows(s, p, opened{show: get(path), main: get("/api")}); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestNamedAreCallsToo: a record that the page shows, by its id or its name,
// once; none that it does not show, that the reader does not read, or that has a
// call already.
func TestNamedAreCallsToo(t *testing.T) {
	t.Parallel()
	ref := func(kind, id string) string { return `{"kind":"` + kind + `","id":"` + seeds.ID(id) + `"}` }
	answers := map[string]string{"/page": "<a href=" + seeds.ID("linked") + ">Ann &amp; Bo", "/api/v1/lists": `{"items":[` + ref("unit", "linked") + "," +
		ref("unit", "linked") + "," + ref("unit", "named") + "," + ref("unit", "unseen") + "," + ref("unit", "gone") + "," + ref("unit", "had") + "," +
		ref("planet", "linked") + `]}`}
	for id, body := range map[string]string{"linked": `{}`, "named": `{"name":{"lang":"en","text":"Ann & Bo"}}`, "unseen": `{"name":"Cy"}`, "had": `{"name":"Bo"}`} {
		answers["/api/v1/units/"+seeds.ID(id)] = body
	}
	s := fake(t, func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, body)
	})
	f := &folder{plurals: map[string]string{"unit": "units"}}
	got, err := f.named(s, page{}, get("/page"), []call{get("/api/v1/lists"), get("/api/v1/units/" + seeds.ID("had"))})
	if err != nil || len(got) != 2 || got[0].path != "/api/v1/units/"+seeds.ID("linked") || got[1].path != "/api/v1/units/"+seeds.ID("named") {
		t.Errorf("%v %v", got, err)
	}
}

// TestScaleWeighsEachFileOnce, also those that a style sheet names.
func TestScaleWeighsEachFileOnce(t *testing.T) {
	t.Parallel()
	s := fake(t, func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{"/": `<link href="/assets/a.1.css"><link href="/assets/a.1.css"><script src="/assets/b.2.js">` + r.Header.Get("Accept-Language"),
			"/assets/a.1.css": "url(/assets/c.3.svg)"}[r.URL.Path]
		if r.Header.Get("Accept-Encoding") != "" {
			body = map[string]string{"br": "12345", "gzip": "1234567"}[r.Header.Get("Accept-Encoding")]
			if r.Header.Get("Accept-Language") == "ar" {
				body += "more"
			}
		}
		fmt.Fprint(w, body)
	})
	x := newScale(s)
	w, err := x.page(caller{}, "/")
	if want := (weight{br: 5, gzip: 7, most: 11, lang: "ar", assets: 21}); err != nil || w != want {
		t.Errorf("%+v, want %+v; %v", w, want, err)
	}
	if got, want := x.shared(), (shared{css: 7, script: 7, all: 21}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestLoadCountsCallsTogether: one that has others behind it takes as long as
// all of them.
func TestLoadCountsCallsTogether(t *testing.T) {
	t.Parallel()
	var paths []string
	s := fake(t, func(_ http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		time.Sleep(2 * time.Millisecond)
	})
	c := get("/a")
	c.then = []call{get("/b"), get("/c")}
	got, err := s.run(t.Context(), &load{next: always(c), most: func(int) int { return 2 }}, 1, time.Minute, 1)
	if err != nil || len(got.lat) != 2 || got.lat[0] < 6*time.Millisecond || strings.Join(paths, "") != "/a/b/c/a/b/c" {
		t.Errorf("%v %v %v", got.lat, paths, err)
	}
}

// TestCompareNoticesOtherRows is the control of the above: a service and a bare
// server that do not read the same must not be compared.
func TestCompareNoticesOtherRows(t *testing.T) {
	t.Parallel()
	answers := map[string]string{"/two": `{"items":[{"id":"a"},{"id":"b"}]}`, "/other": `{"items":[{"id":"a"},{"id":"c"}]}`,
		"/one": `{"items":[{"id":"a"}]}`, "/none": `{"items":[]}`, "/record": `{"id":"a"}`}
	s := fake(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answers[r.URL.Path]) })
	for _, c := range []struct {
		ours, bare, floor string
		exact             bool
		rows              int // 0 is refused
	}{
		{"/two", "/two", "/two", true, 2}, {"/record", "/record", "/record", true, 1}, {"/one", "/two", "/two", false, 1},
		{"/one", "/two", "/two", true, 0}, {"/two", "/other", "/other", true, 0}, {"/two", "/one", "/one", false, 0},
		{"/two", "/two", "/other", false, 0}, {"/none", "/two", "/two", false, 0},
	} {
		w := &workload{name: "x", ours: &load{}, one: [3]call{get(c.ours), get(c.bare), get(c.floor)}, exact: c.exact}
		n, err := w.compare(s, s)
		if (err == nil) != (c.rows > 0) || err == nil && n != c.rows {
			t.Errorf("%+v: %d rows, %v", c, n, err)
		}
		w.filter = map[string]string{"type": "mentoring"}
		if _, err := w.compare(s, s); err == nil {
			t.Errorf("%+v: records of another type pass", c)
		}
	}
}

// fake is a server in this process.
func fake(t *testing.T, h http.HandlerFunc) *side {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return &side{addr: strings.TrimPrefix(s.URL, "http://"), pid: os.Getpid()}
}

func TestLoadEndsAtAWrongAnswer(t *testing.T) {
	t.Parallel()
	n := 0
	s := fake(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n > 3 {
			http.Error(w, "no more", http.StatusServiceUnavailable)
		}
	})
	got, err := s.run(t.Context(), &load{next: always(get("/x"))}, 1, time.Minute, 1)
	if err == nil || !strings.Contains(err.Error(), "status 503: no more") || len(got.lat) != 3 {
		t.Errorf("%d calls, then %v", len(got.lat), err)
	}
}

// TestLoadKeepsToItsBounds of time, of calls and of connections.
func TestLoadKeepsToItsBounds(t *testing.T) {
	t.Parallel()
	conns := make(chan string, 1000)
	s := fake(t, func(w http.ResponseWriter, r *http.Request) {
		conns <- r.RemoteAddr
		_, _ = io.WriteString(w, r.Header.Get("Authorization"))
	})
	l := &load{caller: caller{token: "t"}, next: always(get("/x")), most: func(left int) int { return 300 / left }}
	got, err := s.run(t.Context(), l, 3, time.Minute, 2)
	if err != nil || len(got.lat) != 150 {
		t.Fatalf("%d calls, %v", len(got.lat), err)
	}
	seen := map[string]bool{}
	for range 150 {
		seen[<-conns] = true
	}
	if len(seen) > 3 {
		t.Errorf("%d connections", len(seen))
	}
	start := time.Now()
	if _, err := s.run(t.Context(), &load{next: always(get("/x")), most: func(int) int { return 500 }}, 1, 20*time.Millisecond, 1); err != nil || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.run(ctx, &load{next: always(get("/x"))}, 1, time.Minute, 1); err == nil {
		t.Error("a run that was cancelled counts")
	}
}

// TestDraftsAreSubmittedOnce gives each draft that a create made to one submit.
func TestDraftsAreSubmittedOnce(t *testing.T) {
	t.Parallel()
	s := fake(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"`+r.URL.Path+`"`)
		if r.Method == "POST" && r.Header.Get("If-Match") == "" {
			w.WriteHeader(http.StatusCreated)
		}
	})
	create, submit := &load{}, &load{}
	pair(create, submit, "/x")
	var sent []string
	keep := create.seen
	create.most = func(int) int { return 10 }
	create.seen = keep
	if _, err := s.run(t.Context(), create, 2, time.Minute, 1); err != nil {
		t.Fatal(err)
	}
	if n := submit.most(2); n != 5 {
		t.Errorf("%d in the first of two stretches", n)
	}
	for {
		c, ok := submit.next()
		if !ok {
			break
		}
		if c.match != `"/x"` {
			t.Errorf("If-Match %q", c.match)
		}
		sent = append(sent, c.path)
	}
	if len(sent) != 10 || sent[0] == sent[1] || !strings.HasSuffix(sent[0], "/submit") {
		t.Errorf("%v", sent)
	}
}

func TestNewSessionIsJSON(t *testing.T) {
	t.Parallel()
	id := seeds.ID("x")
	var in map[string]any
	if err := json.Unmarshal(newSession(id), &in); err != nil || in["id"] != id || sentID(newSession(id)) != id {
		t.Errorf("%v, %v", in["id"], err)
	}
}
