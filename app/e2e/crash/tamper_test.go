package crash_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"colocate/seeds"
)

// story is a stopped folder in which three sessions were written one after the
// other, each as an entry of its own.
type story struct {
	folder
	ids     [3]string
	numbers [3]int64 // of the commits that made them; the last is the journal's last
	journal int64    // the mission's, as the database numbers it
	shelf   int64    // of sessions
}

func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{folder: fresh(t), ids: [3]string{"7d0f4c1e-5b7a-4c55-9d6a-3f1f4e6a9b01", "0b5a2f6e-93c1-4d7c-8a55-1c2d3e4f5a02", "c4e1a7b9-2d3f-4a6b-9c8d-5e6f7a8b9c03"}}
	server := serve(t, program(t, sound), s.dir)
	c := newClient(server.url, s.bearers[0])
	for i, id := range s.ids {
		c.must(t, request{method: http.MethodPost, path: "sessions", body: sessionBody(id, fmt.Sprint("Visite ", i))})
	}
	server.stop()
	db := raw(t, s.dir)
	defer db.Close()
	scan(t, db.QueryRow("SELECT n FROM names WHERE name = ?", seeds.ID("mission/UNAC")), &s.journal)
	scan(t, db.QueryRow("SELECT n FROM names WHERE name = 'session'"), &s.shelf)
	rows, err := db.Query("SELECT number FROM versions WHERE journal = ? AND shelf = ? ORDER BY number DESC LIMIT 3", s.journal, s.shelf)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for i := 2; rows.Next(); i-- {
		if err := rows.Scan(&s.numbers[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil || s.numbers[0] < 1 {
		t.Fatal(s.numbers, err)
	}
	return s
}

func scan(t *testing.T, row *sql.Row, into ...any) {
	t.Helper()
	if err := row.Scan(into...); err != nil {
		t.Fatal(err)
	}
}

// flip changes one byte of a column in the one row that where finds: at the
// beginning, in the middle or at the end.
func flip(t *testing.T, db *sql.DB, table, column, where string, at float64) {
	t.Helper()
	var b []byte
	scan(t, db.QueryRow("SELECT "+column+" FROM "+table+" WHERE "+where), &b)
	b[int(at*float64(len(b)-1))] ^= 0x21
	change(t, db, "UPDATE "+table+" SET "+column+" = ? WHERE "+where, b)
}

// change runs a statement that must change one row.
func change(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	r, err := db.Exec(text, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%s: %d rows %v", text, n, err)
	}
}

// TestTampering: what was changed past the program is found, with its place
// (trust.md L1).
func TestTampering(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	verified(t, s.dir) // the control
	docs := "docs_" + strconv.FormatInt(s.shelf, 10)
	version := fmt.Sprintf("journal = %d AND number = %d", s.journal, s.numbers[1])
	entry := func(i int) string { return fmt.Sprintf("journal = %d AND first = %d", s.journal, s.numbers[i]) }
	document := fmt.Sprintf("seq = %d", s.numbers[1])
	record := "session " + s.ids[1]
	number := func(i int) string { return fmt.Sprintf("number %d,", s.numbers[i]) }
	type edit struct {
		name  string
		do    func(t *testing.T, db *sql.DB)
		names []string // in one line of what verify says
	}
	edits := []edit{
		{"an entry in the middle removed", func(t *testing.T, db *sql.DB) { change(t, db, "DELETE FROM entries WHERE "+entry(1)) }, []string{number(1), "missing"}},
		{"the last entry removed", func(t *testing.T, db *sql.DB) { change(t, db, "DELETE FROM entries WHERE "+entry(2)) }, []string{number(2), "cut"}},
		{"a document removed", func(t *testing.T, db *sql.DB) { change(t, db, "DELETE FROM "+docs+" WHERE "+document) }, []string{number(1), record}},
		{"a content removed", func(t *testing.T, db *sql.DB) { change(t, db, "DELETE FROM versions WHERE "+version) }, []string{number(1), record}},
		{"a state rewound", func(t *testing.T, db *sql.DB) { change(t, db, "UPDATE "+docs+" SET rev = 7 WHERE "+document) }, []string{number(1), record}},
	}
	for _, at := range []float64{0, 0.5, 1} {
		edits = append(edits,
			edit{fmt.Sprintf("a byte of a document at %v", at), func(t *testing.T, db *sql.DB) { flip(t, db, docs, "doc", document, at) }, []string{number(1), record}},
			edit{fmt.Sprintf("a byte of an entry's facts at %v", at), func(t *testing.T, db *sql.DB) { flip(t, db, "entries", "facts", entry(1), at) }, []string{number(1), "chain"}},
			edit{fmt.Sprintf("a byte of a content at %v", at), func(t *testing.T, db *sql.DB) { flip(t, db, "versions", "body", version, at) }, []string{number(1), record}})
	}
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			dir := copied(t, s.dir)
			db := raw(t, dir)
			e.do(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			r := run(t, program(t, sound), "--data", dir, "verify")
			if r.code <= 0 || !says(r.stdout, e.names) {
				t.Errorf("exit code %d: %s%s, want a line with %v", r.code, r.stdout, r.stderr, e.names)
			}
		})
	}
}

// says reports whether one line of text has all of parts.
func says(text string, parts []string) bool {
	for line := range strings.Lines(text) {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			return true
		}
	}
	return false
}
