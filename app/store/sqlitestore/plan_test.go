package sqlitestore

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/app/store"
)

// TestNoStatementScansOrSorts asks SQLite about every statement that was
// prepared on any connection while everything a store does was done.
func TestNoStatementScansOrSorts(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	exercise(t, s)
	w := <-e.writer
	defer func() { e.writer <- w }()
	conns := []*conn{w}
	for range len(e.readers.idle) {
		r, err := e.readers.get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer e.readers.put(r)
		conns = append(conns, r)
	}
	asked, shapes := map[string]bool{}, 0
	for _, c := range conns {
		for text := range c.idle {
			if asked[text] {
				continue
			}
			if strings.HasPrefix(text, "SELECT n, id, doc FROM docs_") { // fills a new index, once
				continue
			}
			if strings.HasPrefix(text, "SELECT count(*) FROM index_") { // Verify reads all anyway
				continue
			}
			if !strings.HasPrefix(text, "SELECT") && !strings.HasPrefix(text, "UPDATE") && !strings.HasPrefix(text, "DELETE") {
				continue
			}
			asked[text] = true
			if strings.Contains(text, "CROSS JOIN docs_") {
				shapes++
			}
			plan := explain(t, c, text)
			if bad := flaw(text, plan); bad != "" {
				t.Errorf("%s\n%s\n%s", bad, text, strings.Join(plan, "\n"))
			}
		}
	}
	if len(asked) < 40 || shapes < 20 {
		t.Errorf("only %d statements, %d of plans, were there to ask about", len(asked), shapes)
	}
}

// exercise runs every kind of call and every shape of plan.
func exercise(t *testing.T, s store.Store) {
	t.Helper()
	ctx := t.Context()
	var keys []store.Key
	for i := range 60 {
		k, d := visit(t, "m", i)
		put(t, s, k, 0, d)
		keys = append(keys, k)
	}
	k, d := visit(t, "m", 999)
	put(t, s, store.Key{Shelf: k.Shelf, Journal: "m", ID: keys[0].ID}, 1, d)
	if _, err := s.Commit(ctx, store.Commit{Journal: "m", Purge: keys[1:3]}); err != nil {
		t.Fatal(err)
	}
	m := store.Eq("mission_id", "m")
	states := store.In("state", store.A{"draft", "approved"})
	from, to := store.Gte("start", began), store.Lt("start", began.Add(time.Hour))
	for _, f := range []store.D{{m}, {m, store.Eq("state", "draft")}, {m, states}, {m, from}, {m, to}, {m, from, to}, {m, states, from, to},
		{m, store.Gt("start", began)}, {m, store.Lte("start", began)}, {m, store.Eq("words", "patrol")}, {m, store.In("words", store.A{"patrol", "planning"})},
		{m, store.Or(store.D{store.Eq("state", "draft")}, store.D{store.Eq("words", "patrol")})}, {m, store.Ne("state", "draft")}} {
		for _, sort := range []string{"start", "-start"} {
			for cursor, more := "", true; more; more = cursor != "" {
				p, err := s.Find(ctx, "visit", store.Query{Filter: f, Sort: sort, Limit: 7, Cursor: cursor})
				if err != nil {
					t.Fatal(err)
				}
				cursor = p.Next
			}
		}
		if _, err := s.Group(ctx, "visit", store.Grouping{Filter: f, By: []string{"state"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Holds(ctx, "m", []store.Reliance{{Shelf: "visit", Filter: f}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, shelves := range [][]string{nil, {"visit"}} {
		if _, err := s.Changes(ctx, "m", shelves, 3, 10); err != nil {
			t.Fatal(err)
		}
	}
	_, h := s.History(ctx, keys[0], 0, 10)
	_, a := s.Acts(ctx, "m", 3, 10)
	if h != nil || a != nil || findings(t, s) != nil {
		t.Fatal(h, a, "or findings")
	}
}

func explain(t *testing.T, c *conn, text string) []string {
	t.Helper()
	args := make([]any, strings.Count(text, "?"))
	r, err := c.query(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	var plan []string
	for r.next() {
		plan = append(plan, asText(r.vals[3]))
	}
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// small are the tables that may be read as a whole, at start or for a list of
// journals; sqlite_dbpage is read by page number.
var small = []string{"SCAN names", "SCAN indexes", "SCAN chores", "SCAN marks", "SCAN CONSTANT ROW", "SCAN sqlite_master", "SCAN sqlite_dbpage VIRTUAL TABLE INDEX 1", "SCAN sqlite_dbpage VIRTUAL TABLE INDEX 2", "SCAN sqlite_dbpage VIRTUAL TABLE INDEX 3"}

func flaw(text string, plan []string) string {
	for _, step := range plan {
		switch {
		case strings.Contains(step, "TEMP B-TREE FOR ORDER BY") && !strings.Contains(text, "FROM names"):
			return "sorts"
		case strings.HasPrefix(step, "SCAN") && !slices.ContainsFunc(small, func(s string) bool { return strings.HasPrefix(step, s) }):
			return "scans"
		}
	}
	return ""
}

// A page far down must cost what the first one does.
func TestLatePagesEnterTheIndexAtTheirPlace(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	ix := &visits()[0].Indexes[3]
	for _, desc := range []bool{false, true} {
		p := &store.Plan{Shelf: "visit", Sort: []string{"start"}, Desc: desc, Branches: []store.Branch{{Index: ix, Equal: []any{"m", "draft"},
			Lower: &store.Bound{Value: began}, Upper: &store.Bound{Value: began.Add(time.Hour), Open: true}}}}
		q, err := e.translate(p, &store.Position{Values: []any{began.Add(time.Minute)}, ID: "m/x"})
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.readers.get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(explain(t, c, q.streams(10)[0].text), "\n")
		e.readers.put(c)
		if !strings.Contains(plan, "c0=? AND c1=? AND") || !strings.Contains(plan, "(c2,id)") || strings.Contains(plan, "B-TREE") {
			t.Errorf("desc %v: %s", desc, plan)
		}
	}
}

// TestIndexesFollowTheDeclaration opens one folder with changing declarations.
func TestIndexesFollowTheDeclaration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ix := func(fields ...string) store.Index { return store.Index{Fields: fields} }
	multi := store.Index{Fields: []string{"mission_id", "words", "start"}, Multi: "words"}
	declare := func(list ...store.Index) []store.Shelf { return []store.Shelf{{Name: "visit", Indexes: list}} }
	tables := func(s []store.Shelf) (out []string) {
		e := engine(t, dir, s)
		defer e.Close()
		w := <-e.writer
		defer func() { e.writer <- w }()
		r, err := w.query(t.Context(), "SELECT spec FROM indexes ORDER BY spec")
		if err != nil {
			t.Fatal(err)
		}
		for r.next() {
			out = append(out, strings.ReplaceAll(asText(r.vals[0]), "\x00", " "))
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
		if n, err := w.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'index\\_%' ESCAPE '\\'"); err != nil || n != int64(len(out)) {
			t.Errorf("%d tables of indexes %v, want %d", n, err, len(out))
		}
		return out
	}
	first := declare(ix("mission_id", "start"))
	s := open(t, dir, first)
	for i := range 50 {
		k, d := visit(t, "m", i)
		put(t, s, k, 0, d)
	}
	k, d := visit(t, "m", 77)
	put(t, s, k, 0, d)
	if _, err := s.Commit(t.Context(), store.Commit{Journal: "m", Purge: []store.Key{k}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	second := declare(ix("mission_id", "state", "start"), multi, multi)
	if got := fmt.Sprint(tables(second)); got != "[visit  mission_id state start visit words mission_id words start]" {
		t.Errorf("tables %s", got)
	}
	s = open(t, dir, second)
	for f, want := range map[*store.D]int{
		{store.Eq("mission_id", "m"), store.Eq("state", "draft")}:  17,
		{store.Eq("mission_id", "m"), store.Eq("words", "patrol")}: 50,
	} {
		p, err := s.Find(t.Context(), "visit", store.Query{Filter: *f, Sort: "start", Limit: 200})
		if err != nil || len(p.Docs) != want {
			t.Errorf("%v: %d documents %v, want %d", *f, len(p.Docs), err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(tables(nil)); got != "[]" {
		t.Errorf("tables %s", got)
	}
	s = open(t, dir, first)
	if p, err := s.Find(t.Context(), "visit", store.Query{Filter: store.D{store.Eq("mission_id", "m")}, Sort: "start", Limit: 200}); err != nil || len(p.Docs) != 50 {
		t.Errorf("after all were dropped: %d %v", len(p.Docs), err)
	}
	if f := findings(t, s); f != nil {
		t.Error(f)
	}
}

// Index rows must be exactly those of the live documents, whatever happened.
func TestIndexRowsAreThoseOfTheDocuments(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	s, err := store.Open(t.Context(), store.Options{Backend: e, Shelves: visits(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	revs := map[store.Key]int64{}
	var keys []store.Key
	for i := range 300 {
		k, d := visit(t, "m", rand.IntN(1000))
		if len(keys) > 20 && rand.IntN(3) > 0 {
			k = keys[rand.IntN(len(keys))]
		} else {
			keys = append(keys, k)
		}
		c := store.Commit{Journal: "m", Put: []store.Put{{Key: k, Rev: revs[k], Doc: d}}}
		switch {
		case revs[k] > 0 && i%7 == 0:
			c.Put[0].Doc = nil
		case revs[k] > 0 && i%11 == 0:
			c = store.Commit{Journal: "m", Purge: []store.Key{k}}
		}
		if _, err := s.Commit(t.Context(), c); err == nil && c.Purge == nil {
			revs[k]++
		}
	}
	sameRows(t, e)
}

// sameRows compares every index with one made anew.
func sameRows(t *testing.T, e *Engine) {
	t.Helper()
	sh := e.shelves["visit"]
	want := make([]map[string]bool, len(sh.indexes))
	for i := range want {
		want[i] = map[string]bool{}
	}
	err := e.Documents(t.Context(), "visit", "", func(d store.Stored) bool {
		if d.Raw == nil {
			return true
		}
		v := sh.values(d.Raw)
		for i, x := range sh.indexes {
			rows, err := x.rows(v)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				want[i][fmt.Sprint(append(r, packID(d.Key)))] = true
			}
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	w := <-e.writer
	defer func() { e.writer <- w }()
	for i, x := range sh.indexes {
		r, err := w.query(t.Context(), "SELECT "+x.columnList()+", id, EXISTS (SELECT 1 FROM "+sh.table+" d WHERE d.n = i.n AND d.id = i.id) FROM "+x.table+" i")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for r.next() {
			last := len(r.vals) - 1
			if row := fmt.Sprint(r.vals[:last]); !want[i][row] || asInt(r.vals[last]) != 1 {
				t.Errorf("index %v has a row of no document: %s", x.fields, row)
			}
			n++
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
		if n != len(want[i]) || n == 0 {
			t.Errorf("index %v has %d rows, want %d", x.fields, n, len(want[i]))
		}
	}
}
