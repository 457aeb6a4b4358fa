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
)

// bareConfig is what the bare server knows. It is told the store's own
// statements, so that it does the store's work in SQLite whatever the layout.
type bareConfig struct {
	Data  string // the store's database, which is only read
	Own   string // database of its own, for writes
	Docs  map[string]sqlitestore.Statement
	Lists map[string][]sqlitestore.Statement
	Body  []byte // document that a create writes, as the store keeps it
}

// bare is the handler that everything is compared with: the statements of the
// store over its database, and the documents as JSON. It knows no accounts, no
// rights, no mask, no ETag and no log.
type bare struct {
	conf    bareConfig
	readers chan *bareReader
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
	b := &bare{readers: make(chan *bareReader, bareReaders)}
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
	app.Get("/docs/:id", b.read)
	app.Get("/lists/:name", b.list)
	app.Post("/docs", b.create)
	app.Post("/docs/:id/submit", b.submit)
	context.AfterFunc(ctx, func() { _ = app.Shutdown() })
	return errors.Join(app.Listener(ln), b.own.Close())
}

func (b *bare) open(ctx context.Context) error {
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

func sendJSON(c *fiber.Ctx, data []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(data)
}

func (b *bare) read(c *fiber.Ctx) error {
	r := <-b.readers
	defer func() { b.readers <- r }()
	s := b.conf.Docs[c.Params("id")]
	var rev, seq, gone int64
	var doc []byte
	if err := r.doc.QueryRow(s.Args...).Scan(&rev, &seq, &gone, &doc); err != nil {
		return err
	}
	return sendJSON(c, store.AppendJSON(make([]byte, 0, 2*len(doc)), store.TypeDocument, doc))
}

func (b *bare) list(c *fiber.Ctx) error {
	r := <-b.readers
	defer func() { b.readers <- r }()
	out := append(make([]byte, 0, 128*1024), `{"items":[`...)
	n := 0
	err := merged(r.lists[c.Params("name")], b.conf.Lists[c.Params("name")], func(doc []byte) bool {
		if n == listRows {
			return false // the row that tells whether there is another page
		}
		if n++; n > 1 {
			out = append(out, ',')
		}
		out = store.AppendJSON(out, store.TypeDocument, doc)
		return true
	})
	if err != nil {
		return err
	}
	return sendJSON(c, append(out, `]}`...))
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
	return sendJSON(c, store.AppendJSON(make([]byte, 0, 2*len(b.conf.Body)), store.TypeDocument, b.conf.Body))
}

func (b *bare) submit(c *fiber.Ctx) error {
	var doc []byte
	if err := b.own.QueryRow(`SELECT doc FROM docs WHERE id = ?`, c.Params("id")).Scan(&doc); err != nil {
		return err
	}
	if err := b.keep(`UPDATE docs SET doc = ? WHERE id = ?`, c.Params("id"), doc); err != nil {
		return err
	}
	return sendJSON(c, store.AppendJSON(make([]byte, 0, 2*len(doc)), store.TypeDocument, doc))
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
