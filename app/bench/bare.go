package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"sync"

	"github.com/gofiber/fiber/v2"
	_ "modernc.org/sqlite" // the same SQLite as the store's

	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/domain/kind"
)

// bareConfig is what the bare server knows. It is told the store's own
// statements, so that it does the store's work in SQLite whatever the layout.
type bareConfig struct {
	Data  string // the store's database, which is only read
	Own   string // database of its own, for writes
	Docs  map[string]sqlitestore.Statement
	Lists map[string][]sqlitestore.Statement
	Where map[string]map[string]string // of a list: fields and the values that they must have
	Body  []byte                       // document that a create writes, as the store keeps it
}

// bare is the handler that everything is compared with: the statements of the
// store over its database, each document decoded and marshalled as one would
// write it by hand. It knows no accounts, no rights, no mask, no ETag and no log.
// Under /floor it does less than can be done by hand: it turns the stored bytes
// into JSON without looking at them.
type bare struct {
	conf    bareConfig
	readers chan *bareReader
	where   map[string]store.Expr
	write   sync.Mutex // as one writer as the store has
	own     *sql.DB
}

// bareReader is a connection that only reads, with its statements prepared.
type bareReader struct {
	doc   *sql.Stmt
	lists map[string][]*sql.Stmt
}

// Limits of the bare server, as generous as the store's own or more.
const (
	bareReaders = 16
	bareCacheKB = 4 * 1024
	listRows    = 50
)

// serveBare serves the configuration in a file until ctx ends, and prints its
// address first.
func serveBare(ctx context.Context, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	b := &bare{readers: make(chan *bareReader, bareReaders), where: map[string]store.Expr{}}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&b.conf); err != nil {
		return err
	}
	if err := b.open(ctx); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(addressLine + "http://" + ln.Addr().String())
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	plain := func() answer { return &decoded{} }
	floor := func() answer { return &copied{} }
	app.Get("/docs/:id", b.read(plain))
	app.Get("/lists/:name", b.list(plain))
	app.Get("/floor/docs/:id", b.read(floor))
	app.Get("/floor/lists/:name", b.list(floor))
	app.Post("/docs", b.create)
	app.Post("/docs/:id/submit", b.submit)
	context.AfterFunc(ctx, func() { _ = app.Shutdown() })
	return errors.Join(app.Listener(ln), b.own.Close())
}

func (b *bare) open(ctx context.Context) error {
	for name, fields := range b.conf.Where {
		d := store.D{}
		for f, v := range fields {
			d = append(d, store.Eq(f, v))
		}
		x, err := store.ParseFilter(d)
		if err != nil {
			return err
		}
		b.where[name] = x
	}
	db, err := sql.Open("sqlite", dsn(b.conf.Data, "busy_timeout(5000)", "query_only(ON)", fmt.Sprintf("cache_size(-%d)", bareCacheKB)))
	if err != nil {
		return err
	}
	for range bareReaders {
		r, err := b.reader(ctx, db)
		if err != nil {
			return err
		}
		b.readers <- r
	}
	if b.own, err = sql.Open("sqlite", dsn(b.conf.Own, "busy_timeout(5000)", "page_size(8192)", "journal_mode(WAL)", "synchronous(FULL)")); err != nil {
		return err
	}
	b.own.SetMaxOpenConns(1)
	_, err = b.own.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS docs (id TEXT PRIMARY KEY, doc BLOB NOT NULL);
		CREATE TABLE IF NOT EXISTS journal (n INTEGER PRIMARY KEY, id TEXT NOT NULL, facts BLOB NOT NULL, body BLOB NOT NULL)`)
	return err
}

func dsn(path string, pragmas ...string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: url.Values{"_pragma": pragmas}.Encode()}).String()
}

func (b *bare) reader(ctx context.Context, db *sql.DB) (*bareReader, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	r := &bareReader{lists: map[string][]*sql.Stmt{}}
	for _, d := range b.conf.Docs { // one text, many arguments
		r.doc, err = conn.PrepareContext(ctx, d.Text)
		break
	}
	for name, list := range b.conf.Lists {
		for _, s := range list {
			st, e := conn.PrepareContext(ctx, s.Text)
			r.lists[name], err = append(r.lists[name], st), errors.Join(err, e)
		}
	}
	return r, err
}

// answer gathers documents, which it may not keep as they are, and sends them.
type answer interface {
	add(doc []byte) error
	send(c *fiber.Ctx, list bool) error
}

// decoded decodes documents and marshals them.
type decoded struct{ items []map[string]any }

func (d *decoded) add(raw []byte) error {
	doc, err := store.Decode(raw)
	d.items = append(d.items, object(doc))
	return err
}

func (d *decoded) send(c *fiber.Ctx, list bool) error {
	if list {
		return c.JSON(fiber.Map{"items": d.items})
	}
	return c.JSON(d.items[0])
}

func object(doc kind.Doc) map[string]any {
	m := make(map[string]any, len(doc))
	for _, e := range doc {
		m[e.Name] = plain(e.Value)
	}
	return m
}

func plain(v any) any {
	switch x := v.(type) {
	case kind.Doc:
		return object(x)
	case []any:
		for i := range x {
			x[i] = plain(x[i])
		}
	}
	return v
}

// copied turns stored bytes into JSON.
type copied struct{ out []byte }

func (d *copied) add(raw []byte) error {
	if d.out != nil {
		d.out = append(d.out, ',')
	}
	d.out = store.AppendJSON(d.out, store.TypeDocument, raw)
	return nil
}

func (d *copied) send(c *fiber.Ctx, list bool) error {
	res := c.Response()
	res.Header.SetContentType(fiber.MIMEApplicationJSON)
	if list {
		res.AppendBodyString(`{"items":[`)
	}
	res.AppendBody(d.out)
	if list {
		res.AppendBodyString(`]}`)
	}
	return nil
}

func (b *bare) read(as func() answer) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a := as()
		if err := b.doc(c.Params("id"), a.add); err != nil {
			return err
		}
		return a.send(c, false)
	}
}

func (b *bare) doc(id string, add func([]byte) error) error {
	r := <-b.readers
	defer func() { b.readers <- r }()
	var rev, seq, gone int64
	var doc []byte
	if err := r.doc.QueryRow(b.conf.Docs[id].Args...).Scan(&rev, &seq, &gone, &doc); err != nil {
		return err
	}
	return add(doc)
}

func (b *bare) list(as func() answer) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a := as()
		if err := b.page(c.Params("name"), a.add); err != nil {
			return err
		}
		return a.send(c, true)
	}
}

// page reads the rows of a page, and the one after them that tells whether
// there is another page.
func (b *bare) page(name string, add func([]byte) error) (err error) {
	r := <-b.readers
	defer func() { b.readers <- r }()
	n := 0
	failed := merged(r.lists[name], b.conf.Lists[name], func(doc []byte) bool {
		if !store.Match(b.where[name], doc) {
			return true
		}
		if n++; n <= listRows {
			err = add(doc)
		}
		return err == nil && n <= listRows
	})
	return errors.Join(err, failed)
}

func (b *bare) create(c *fiber.Ctx) error {
	var in map[string]any
	if err := json.Unmarshal(c.Body(), &in); err != nil {
		return err
	}
	id, _ := in["id"].(string)
	if err := b.keep(`INSERT INTO docs (doc, id) VALUES (?, ?)`, id, b.conf.Body); err != nil {
		return err
	}
	c.Status(fiber.StatusCreated)
	return b.send(c, b.conf.Body)
}

func (b *bare) submit(c *fiber.Ctx) error {
	var doc []byte
	if err := b.own.QueryRow(`SELECT doc FROM docs WHERE id = ?`, c.Params("id")).Scan(&doc); err != nil {
		return err
	}
	if err := b.keep(`UPDATE docs SET doc = ? WHERE id = ?`, c.Params("id"), doc); err != nil {
		return err
	}
	return b.send(c, doc)
}

func (*bare) send(c *fiber.Ctx, doc []byte) error {
	a := &decoded{}
	if err := a.add(doc); err != nil {
		return err
	}
	return a.send(c, false)
}

// bareFacts is about what a journal's facts of one document take.
var bareFacts = bytes.Repeat([]byte{'f'}, 400)

// keep writes a document and a row like a journal's in one durable transaction.
func (b *bare) keep(text, id string, doc []byte) error {
	b.write.Lock()
	defer b.write.Unlock()
	tx, err := b.own.Begin()
	if err != nil {
		return err
	}
	_, err = tx.Exec(text, doc, id)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO journal (id, facts, body) VALUES (?, ?, ?)`, id, bareFacts, doc)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
