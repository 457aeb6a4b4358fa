package sqlitestore

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"modernc.org/sqlite"
)

// conn is one connection with its prepared statements. It is used by one
// goroutine at a time. It speaks to the driver, not to database/sql: a point
// read is a third faster, and which connection runs what is plain to see.
type conn struct {
	raw  driver.Conn
	idle map[string][]*stmt // by text; several where branches of one plan run side by side
}

type stmt struct {
	text string
	raw  interface {
		driver.Stmt
		driver.StmtQueryContext
		driver.StmtExecContext
	}
	args []driver.NamedValue
}

// settings are what connections differ in.
type settings struct {
	readOnly bool
	cacheKB  int
}

const (
	pageSize  = 8192
	busyMS    = 5000
	walPages  = 6000            // a checkpoint is tried when the log holds more: 48 MB
	walRemain = 4 * 1024 * 1024 // bytes of the log kept after one
	appID     = 0x436f6c6f      // "Colo"
	readerKB  = 4 * 1024        // page cache of a reader
	writerKB  = 16 * 1024       // page cache of the writer
)

// dsn is one spelling for all connections (the driver ignores others without a
// word); the writer's transactions take the lock when they begin.
func dsn(path string, s settings) string {
	q := url.Values{}
	for _, p := range []string{
		"busy_timeout(" + strconv.Itoa(busyMS) + ")",
		"page_size(" + strconv.Itoa(pageSize) + ")",
		"synchronous(FULL)",
		"foreign_keys(ON)",
		"secure_delete(ON)",
		"cell_size_check(ON)",
		"trusted_schema(OFF)",
		"temp_store(MEMORY)",
		"mmap_size(0)",
		"wal_autocheckpoint(" + strconv.Itoa(walPages) + ")",
		"journal_size_limit(" + strconv.Itoa(walRemain) + ")",
		"cache_size(-" + strconv.Itoa(s.cacheKB) + ")",
	} {
		q.Add("_pragma", p)
	}
	if s.readOnly {
		q.Add("_pragma", "query_only(ON)")
	} else {
		q.Set("_txlock", "immediate")
		q.Set("_journal_mode", "WAL") // after the pragmas, which the driver sorts by name; the page size must come first
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

func connect(path string, s settings) (*conn, error) {
	raw, err := new(sqlite.Driver).Open(dsn(path, s))
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, idle: map[string][]*stmt{}}, nil
}

func (c *conn) close() error {
	for _, list := range c.idle {
		for _, s := range list {
			_ = s.raw.Close() // the connection's own close reports what matters
		}
	}
	return c.raw.Close()
}

func (c *conn) take(text string) (*stmt, error) {
	if list := c.idle[text]; len(list) > 0 {
		s := list[len(list)-1]
		c.idle[text] = list[:len(list)-1]
		return s, nil
	}
	p, err := c.raw.Prepare(text)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	s := &stmt{text: text}
	var ok bool
	if s.raw, ok = p.(interface {
		driver.Stmt
		driver.StmtQueryContext
		driver.StmtExecContext
	}); !ok {
		return nil, errors.New("store: unknown kind of prepared statement")
	}
	return s, nil
}

func (c *conn) give(s *stmt) { c.idle[s.text] = append(c.idle[s.text], s) }

func (s *stmt) bind(args []any) []driver.NamedValue {
	s.args = s.args[:0]
	for i, a := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return s.args
}

// exec runs a statement and answers how many rows it changed. Arguments are
// int64, float64, string, []byte or nil.
func (c *conn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s, err := c.take(text)
	if err != nil {
		return 0, err
	}
	defer c.give(s)
	r, err := s.raw.ExecContext(ctx, s.bind(args))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// rows walks an answer: for r.next() { r.vals }; then r.close().
type rows struct {
	c    *conn
	s    *stmt
	raw  driver.Rows
	vals []driver.Value
	err  error
}

// query starts a statement. A context that can end costs a goroutine, so short
// statements are given context.Background and their callers look at ctx
// between rows.
func (c *conn) query(ctx context.Context, text string, args ...any) (*rows, error) {
	s, err := c.take(text)
	if err != nil {
		return nil, err
	}
	raw, err := s.raw.QueryContext(ctx, s.bind(args))
	if err != nil {
		c.give(s)
		return nil, err
	}
	return &rows{c: c, s: s, raw: raw, vals: make([]driver.Value, len(raw.Columns()))}, nil
}

func (r *rows) next() bool {
	if r.err != nil {
		return false
	}
	err := r.raw.Next(r.vals)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return err == nil
}

// close ends the walk and answers the first error of it.
func (r *rows) close() error {
	err := r.raw.Close()
	r.c.give(r.s)
	return cmp.Or(r.err, err)
}

// row reads the first row; none is a nil row.
func (c *conn) row(text string, args ...any) ([]driver.Value, error) {
	r, err := c.query(context.Background(), text, args...)
	if err != nil {
		return nil, err
	}
	var vals []driver.Value
	if r.next() {
		vals = r.vals
	}
	return vals, r.close()
}

// number reads the one integer a statement answers; no row or NULL is 0.
func (c *conn) number(text string, args ...any) (int64, error) {
	vals, err := c.row(text, args...)
	if err != nil || vals == nil {
		return 0, err
	}
	n, _ := vals[0].(int64)
	return n, nil
}

func asInt(v driver.Value) int64    { n, _ := v.(int64); return n }
func asBytes(v driver.Value) []byte { b, _ := v.([]byte); return b }
func asText(v driver.Value) string  { s, _ := v.(string); return s }
