package sqlitestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"colocate/app/store"
)

// format is the version of the file's layout, kept in user_version. A program
// raises it when it changes the layout, and refuses a higher one.
const format = 1

// The journal's tables. Names of journals and shelves are small numbers here;
// an entry's contents are the versions with rows at .. at+n-1, so that they
// need no index by number. A version's id is 16 bytes where it is a UUID.
var tables = []string{
	`CREATE TABLE IF NOT EXISTS names (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)`,
	`CREATE TABLE IF NOT EXISTS indexes (n INTEGER PRIMARY KEY, spec TEXT NOT NULL UNIQUE)`,
	`CREATE TABLE IF NOT EXISTS entries (n INTEGER PRIMARY KEY, journal INTEGER NOT NULL, first INTEGER NOT NULL,
		count INTEGER NOT NULL, at INTEGER NOT NULL, n_versions INTEGER NOT NULL, hash BLOB, facts BLOB)`,
	`CREATE UNIQUE INDEX IF NOT EXISTS entries_first ON entries (journal, first)`,
	`CREATE TABLE IF NOT EXISTS versions (n INTEGER PRIMARY KEY, journal INTEGER NOT NULL, number INTEGER NOT NULL,
		shelf INTEGER NOT NULL, id, rev INTEGER NOT NULL, gone INTEGER NOT NULL, blank INTEGER NOT NULL, salt BLOB, body BLOB)`,
	`CREATE INDEX IF NOT EXISTS versions_shelf ON versions (journal, shelf, number)`,
	`CREATE INDEX IF NOT EXISTS versions_doc ON versions (journal, shelf, id, number)`,
	`CREATE TABLE IF NOT EXISTS keys (journal INTEGER NOT NULL, key BLOB NOT NULL, number INTEGER NOT NULL,
		PRIMARY KEY (journal, key)) WITHOUT ROWID`,
	`CREATE TABLE IF NOT EXISTS marks (journal INTEGER PRIMARY KEY, number INTEGER NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS chores (what TEXT PRIMARY KEY, page INTEGER NOT NULL) WITHOUT ROWID`,
}

// shelf is a declared shelf with the statements that serve it.
type shelf struct {
	name    string
	table   string
	indexes []*index
	paths   []string // all fields of all indexes, each once

	get, put, set, del, all, find, live, at string
}

// index is a table of its own, WITHOUT ROWID, keyed by the fields' column forms
// and the _id, which names the document's row: kept by the engine rather than
// by SQLite, one way for single and for many values, and the documents' table
// needs no column for what is already in the document.
type index struct {
	fields []string
	at     []int // of each field in shelf.paths
	multi  int   // place of the field that may meet an array, or -1
	table  string
	insert string
	remove string
	lookUp string
}

// migrate makes what a declaration has and the file lacks, and drops indexes
// that are no longer declared, in one transaction.
func (e *Engine) migrate(ctx context.Context, c *conn, declared []store.Shelf) error {
	for _, t := range tables {
		if _, err := c.exec(ctx, t); err != nil {
			return err
		}
	}
	names, err := loadNames(c)
	if err != nil {
		return err
	}
	e.names = names
	old, err := loadSpecs(c)
	if err != nil {
		return err
	}
	for _, d := range declared {
		if err := e.declare(ctx, c, d, old); err != nil {
			return fmt.Errorf("shelf %s: %w", d.Name, err)
		}
	}
	if err := dropIndexes(ctx, c, old); err != nil {
		return err
	}
	if err := e.adopt(c); err != nil {
		return err
	}
	return label(ctx, c)
}

// adopt keeps the shelves that are in the file and no longer declared, without
// indexes: the journal goes on telling of their documents, so they are to be
// verified, copied and rebuilt with all others.
func (e *Engine) adopt(c *conn) error {
	r, err := c.query(context.Background(), "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		return err
	}
	made := map[string]bool{}
	for r.next() {
		made[asText(r.vals[0])] = true
	}
	for name, n := range e.names.n { // a new name has no table without its shelf
		if table := docsTable(n); made[table] && e.shelves[name] == nil {
			e.shelves[name] = newShelf(name, table)
		}
	}
	return r.close()
}

// label says in the file's header whose it is and of which layout. It writes
// nothing that is there already: opening a store alone does not change its bytes.
func label(ctx context.Context, c *conn) error {
	for _, p := range []struct {
		name string
		want int64
	}{{"application_id", appID}, {"user_version", format}} {
		now, err := c.number("PRAGMA " + p.name)
		if err == nil && now != p.want {
			_, err = c.exec(ctx, "PRAGMA "+p.name+" = "+strconv.FormatInt(p.want, 10))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func loadSpecs(c *conn) (map[string]int64, error) {
	old := map[string]int64{}
	r, err := c.query(context.Background(), "SELECT spec, n FROM indexes")
	if err != nil {
		return nil, err
	}
	for r.next() {
		old[asText(r.vals[0])] = asInt(r.vals[1])
	}
	return old, r.close()
}

func dropIndexes(ctx context.Context, c *conn, old map[string]int64) error {
	for _, n := range old {
		if _, err := c.exec(ctx, "DROP TABLE "+indexTable(n)); err != nil {
			return err
		}
		if _, err := c.exec(ctx, "DELETE FROM indexes WHERE n = ?", n); err != nil {
			return err
		}
	}
	return nil
}

// declare makes a shelf's table and indexes; those it finds leave old.
func (e *Engine) declare(ctx context.Context, c *conn, d store.Shelf, old map[string]int64) error {
	if e.shelves[d.Name] != nil {
		return fmt.Errorf("declared twice")
	}
	n, err := e.names.intern(c, d.Name)
	if err != nil {
		return err
	}
	s := newShelf(d.Name, docsTable(n))
	e.shelves[d.Name] = s
	_, err = c.exec(ctx, "CREATE TABLE IF NOT EXISTS "+s.table+
		" (n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rev INTEGER NOT NULL, seq INTEGER NOT NULL, gone INTEGER NOT NULL, doc BLOB)")
	if err != nil {
		return err
	}
	var fresh []*index
	for _, x := range d.Indexes {
		ix, made, err := declareIndex(ctx, c, s, x, old)
		if err != nil {
			return err
		}
		if made {
			fresh = append(fresh, ix)
		}
	}
	return s.backfill(ctx, c, fresh)
}

func newShelf(name, table string) *shelf {
	return &shelf{
		name:  name,
		table: table,
		get:   "SELECT rev, seq, gone, doc FROM " + table + " WHERE id = ?",
		find:  "SELECT n, rev, seq, gone, doc FROM " + table + " WHERE id = ?",
		put:   "INSERT INTO " + table + " (id, rev, seq, gone, doc) VALUES (?, ?, ?, ?, ?) RETURNING n",
		set:   "UPDATE " + table + " SET rev = ?, seq = ?, gone = ?, doc = ? WHERE n = ?",
		del:   "DELETE FROM " + table,
		all:   "SELECT id, rev, seq, gone, doc FROM " + table + " WHERE id > ? ORDER BY id",
		live:  "SELECT n, id, doc FROM " + table + " WHERE id > ? AND gone = 0 ORDER BY id",
		at:    "SELECT doc FROM " + table + " WHERE n = ? AND id = ? AND gone = 0",
	}
}

// declareIndex adds an index to s, and makes its table unless old has it.
func declareIndex(ctx context.Context, c *conn, s *shelf, x store.Index, old map[string]int64) (*index, bool, error) {
	if s.index(&x) != nil {
		return nil, false, nil
	}
	spec := strings.Join(append([]string{s.name, x.Multi}, x.Fields...), "\x00")
	n, kept := old[spec]
	delete(old, spec)
	if !kept {
		var err error
		if n, err = c.number("INSERT INTO indexes (spec) VALUES (?) RETURNING n", spec); err != nil {
			return nil, false, err
		}
	}
	ix := s.add(x, indexTable(n))
	if kept {
		return ix, false, nil
	}
	_, err := c.exec(ctx, "CREATE TABLE "+ix.table+" ("+ix.columnList()+", id, n INTEGER NOT NULL, PRIMARY KEY ("+
		ix.columnList()+", id)) WITHOUT ROWID")
	return ix, true, err
}

func docsTable(n int64) string { return "docs_" + strconv.FormatInt(n, 10) }

func indexTable(n int64) string { return "index_" + strconv.FormatInt(n, 10) }

// add appends an index to the shelf's.
func (s *shelf) add(x store.Index, table string) *index {
	ix := &index{fields: slices.Clone(x.Fields), table: table, multi: slices.Index(x.Fields, x.Multi)}
	for _, f := range ix.fields {
		at := slices.Index(s.paths, f)
		if at < 0 {
			at = len(s.paths)
			s.paths = append(s.paths, f)
		}
		ix.at = append(ix.at, at)
	}
	marks := strings.Repeat("?, ", len(ix.fields)+1) + "?"
	ix.insert = "INSERT OR IGNORE INTO " + table + " (" + ix.columnList() + ", id, n) VALUES (" + marks + ")"
	where := " FROM " + table + " WHERE "
	for i := range ix.fields {
		where += column(i) + " = ? AND "
	}
	ix.remove, ix.lookUp = "DELETE"+where+"id = ?", "SELECT n"+where+"id = ?"
	s.indexes = append(s.indexes, ix)
	return ix
}

func column(i int) string { return "c" + strconv.Itoa(i) }

func (x *index) columnList() string {
	cols := make([]string, len(x.fields))
	for i := range cols {
		cols[i] = column(i)
	}
	return strings.Join(cols, ", ")
}

// index finds the shelf's own form of a declared index, or nil.
func (s *shelf) index(x *store.Index) *index {
	for _, ix := range s.indexes {
		if slices.Equal(ix.fields, x.Fields) && ix.multi == slices.Index(x.Fields, x.Multi) {
			return ix
		}
	}
	return nil
}

// backfill fills new indexes from the documents.
func (s *shelf) backfill(ctx context.Context, c *conn, fresh []*index) error {
	if len(fresh) == 0 {
		return nil
	}
	r, err := c.query(ctx, "SELECT n, id, doc FROM "+s.table+" WHERE gone = 0")
	if err != nil {
		return err
	}
	for err == nil && r.next() {
		if err = ctx.Err(); err == nil {
			err = s.fill(c, fresh, asInt(r.vals[0]), asBytes(r.vals[1]), asBytes(r.vals[2]))
		}
	}
	return cmp.Or(err, r.close())
}

func (s *shelf) fill(c *conn, list []*index, n int64, id, doc []byte) error {
	v := s.values(doc)
	for _, x := range list {
		rows, err := x.rows(v)
		if err != nil {
			return err
		}
		if err := x.add(c, rows, id, n); err != nil {
			return err
		}
	}
	return nil
}
