package main

import (
	"bytes"
	"database/sql"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/app/store/sqlitestore"
)

// made is a sample of n calls, each of which took d and as much processor.
func made(n int, d time.Duration) sample {
	return sample{took: time.Duration(n) * d, cpu: time.Duration(n) * d, lat: slices.Repeat([]time.Duration{d}, n)}
}

// TestBarsTellKeptFromBroken judges figures just under and just over each bar.
func TestBarsTellKeptFromBroken(t *testing.T) {
	t.Parallel()
	good := kept()
	for _, x := range judged(good) {
		if !x.measured || !x.ok {
			t.Errorf("%s %s: %s, measured %v, kept %v", x.what, x.want, x.got, x.measured, x.ok)
		}
	}
	for what, spoil := range map[string]func(f *figures){
		"read one":     func(f *figures) { f.find(large, 16, "read").ours = made(100, 6*time.Millisecond) },
		"list-adviser": func(f *figures) { f.find(large, 16, "list-adviser").ours = made(100, 26*time.Millisecond) },
		"create,":      func(f *figures) { f.find(small, 1, "create").ours = made(100, 6*time.Millisecond) },
		"creates,":     func(f *figures) { f.find(small, 16, "create").ours = made(100, 2*time.Millisecond) },
		"against":      func(f *figures) { f.find(small, 16, "read").bare.cpu /= 2 },
		"growth":       func(f *figures) { f.find(small, 16, "list-leader").ours.cpu /= 2 },
		"1 million, t": func(f *figures) { f.facts[0].seed.took = 9 * time.Minute },
		"1 million, m": func(f *figures) { f.facts[0].seed.peak = 600e6 },
		"database":     func(f *figures) { f.facts[0].bytes = 7e9 },
		"ready":        func(f *figures) { f.facts[0].ready = []time.Duration{time.Second} },
		"memory while": func(f *figures) { f.facts[0].peak = 200e6 },
		"rights":       func(f *figures) { f.authorise.allocs = 1 },
		"any page w":   func(f *figures) { f.pages[1].ours = made(100, 26*time.Millisecond) },
		"any page a":   func(f *figures) { f.pages[0].bare.cpu /= 3 },
		"first page":   func(f *figures) { f.signIn.assets = 40 << 10 },
		"other page":   func(f *figures) { f.pages[1].weight.assets = 40 << 10 },
		"further page": func(f *figures) { f.pages[1].weight.most = 20<<10 + 1 },
		"style sheets": func(f *figures) { f.shared.css = 12<<10 + 1 },
		"script":       func(f *figures) { f.shared.script = 10<<10 + 1 },
	} {
		f := kept()
		spoil(f)
		var broken []string
		for _, x := range judged(f) {
			if !x.ok {
				broken = append(broken, x.what)
			}
		}
		if len(broken) == 0 || !slices.ContainsFunc(broken, func(s string) bool { return strings.Contains(s, what) }) {
			t.Errorf("%s: the bars that are said to be broken are %q", what, broken)
		}
	}
}

// judged are all bars.
func judged(f *figures) []bar {
	return slices.Concat(f.latencies(), f.ratios(), f.wholes(), f.pageBars())
}

// kept are figures that keep every promise.
func kept() *figures {
	f := &figures{facts: []facts{{size: large, bytes: 5e9, seed: cost{7 * time.Minute, 400e6}, ready: []time.Duration{400 * time.Millisecond}, peak: 100e6}}}
	f.authorise.each = 100 * time.Nanosecond
	w := weight{br: 9000, gzip: 9500, most: 10000, lang: "ar", assets: 20000}
	for _, size := range []int{small, large} {
		f.pages = append(f.pages, result{size: size, conns: 16, name: "page-x", rows: 2, weight: w, ours: made(100, 20*time.Millisecond), bare: made(100, 11*time.Millisecond)})
	}
	f.signIn, f.shared = w, shared{css: 11000, script: 9000, all: 25000}
	names := []string{"read", "create"}
	for _, l := range lists {
		names = append(names, l.name)
	}
	for _, size := range []int{small, large} {
		for _, conns := range []int{1, 16} {
			for _, n := range names {
				r := result{size: size, conns: conns, name: n, rows: 50, ours: made(100, 900*time.Microsecond), bare: made(100, 800*time.Microsecond)}
				if n == "create" {
					r.rows = 0
				}
				f.results = append(f.results, r)
			}
		}
	}
	return f
}

// TestNothingMeasuredIsNothingKept keeps an empty run from boasting.
func TestNothingMeasuredIsNothingKept(t *testing.T) {
	t.Parallel()
	f := &figures{}
	if text := f.report() + f.pagesReport(); strings.Contains(text, "| yes |") {
		t.Error(text)
	}
	if len(f.parts()) != 0 {
		t.Error("an empty run replaces figures")
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	var s sample
	for i := range 100 {
		s.add(sample{took: time.Millisecond, cpu: 2 * time.Millisecond, lat: []time.Duration{time.Duration(100 - i)}})
	}
	if s.quantile(.5) != 51 || s.quantile(.95) != 96 || s.quantile(1) != 100 || s.perSecond() != 1000 || s.each(s.cpu) != 2*time.Millisecond {
		t.Errorf("p50 %d, p95 %d, most %d, %f/s, %s", s.quantile(.5), s.quantile(.95), s.quantile(1), s.perSecond(), s.each(s.cpu))
	}
	if (&sample{}).quantile(.5) != 0 || (&sample{}).perSecond() != 0 {
		t.Error("an empty sample says something")
	}
	slow, quick := made(10, 3*time.Millisecond), made(10, time.Millisecond)
	if r := (&result{ours: slow, bare: quick}); math.Abs(r.wall(&r.bare)-3) > 1e-9 || r.cpu(&r.bare) != 3 || r.wall(&r.floor) != 0 {
		t.Errorf("%f, %f", r.wall(&r.bare), r.cpu(&r.bare))
	}
}

// TestMergedIsTheOrderOfOneStatement compares the merge with what SQLite says
// of all rows together.
func TestMergedIsTheOrderOfOneStatement(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", dsn(filepath.Join(t.TempDir(), "x.db")))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE d (part INTEGER, at, id BLOB, doc BLOB);
		INSERT INTO d VALUES (0, 5, x'01', 'a'), (0, 3, x'02', 'b'), (0, x'00', x'09', 'z'), (1, 4, x'03', 'c'), (1, 5, x'04', 'd'),
			(1, 5, x'01', 'a'), (2, 2.5, x'05', 'e'), (2, x'0001', x'06', 'f')`); err != nil {
		t.Fatal(err)
	}
	const text = "SELECT doc, at, id FROM d WHERE part = ? ORDER BY at DESC, id DESC LIMIT ?"
	st, err := db.Prepare(text)
	if err != nil {
		t.Fatal(err)
	}
	var list []sqlitestore.Statement
	for part := range 3 {
		list = append(list, sqlitestore.Statement{Text: text, Args: []any{part, 10}})
	}
	var got []byte
	if err := merged([]*sql.Stmt{st, st, st}, list, func(doc []byte) bool { got = append(got, doc...); return true }); err != nil {
		t.Fatal(err)
	}
	var want []byte
	if err := db.QueryRow("SELECT group_concat(doc, '') FROM (SELECT DISTINCT doc, at, id FROM d ORDER BY at DESC, id DESC)").Scan(&want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	n := 0
	if err := merged([]*sql.Stmt{st}, list[:1], func([]byte) bool { n++; return n < 2 }); err != nil || n != 2 {
		t.Errorf("stopped after %d, %v", n, err)
	}
}

func TestReplaceKeepsWhatIsBefore(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.md")
	if err := os.WriteFile(file, []byte("words\n"+mark+"old figures"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, mark, "new"); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(file); string(data) != "words\n"+mark+"\nnew" {
		t.Errorf("%s", data)
	}
	if err := os.WriteFile(file, []byte("words\n"+mark+"old\n"+pagesMark+"pages"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, mark, "new\n"); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(file); string(data) != "words\n"+mark+"\nnew\n\n"+pagesMark+"pages" {
		t.Errorf("%q", data)
	}
	if err := os.WriteFile(file, []byte("words"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, mark, "new"); err == nil {
		t.Error("a file without the line was written")
	}
	if data, _ := os.ReadFile(file); string(data) != "words" {
		t.Errorf("%s", data)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	if ns, err := numbers("1, 16"); err != nil || !slices.Equal(ns, []int{1, 16}) {
		t.Errorf("%v %v", ns, err)
	}
	var out, wrong bytes.Buffer
	for _, args := range [][]string{{"-sessions", "x"}, {"-conns", "0"}, {"-only", "("}, {"-nonsense"}} {
		if err := command(t.Context(), args, &out, &wrong); err == nil || out.Len() > 0 {
			t.Errorf("%v: %v, %s", args, err, out.String())
		}
	}
}

func TestTheReportHasAFileToGoTo(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/performance.md")
	if err != nil || !bytes.Contains(data, []byte(mark)) || !bytes.Contains(data, []byte(pagesMark)) {
		t.Errorf("docs/performance.md: %v", err)
	}
}
