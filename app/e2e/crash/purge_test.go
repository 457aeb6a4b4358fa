package crash_test

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"colocate/app/account"
	"colocate/app/server"
	"colocate/seeds"
)

// canary is a word that is nowhere else, in every form that it may lie in.
type canary struct {
	word  string
	forms [][]byte
}

func newCanary() *canary {
	c := &canary{word: "zq" + uuid.NewString()[:8] + uuid.NewString()[:8]}
	units := utf16.Encode([]rune(c.word))
	c.forms = append(c.forms, []byte(c.word))
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		wide := make([]byte, 2*len(units))
		for i, u := range units {
			order.PutUint16(wide[2*i:], u)
		}
		c.forms = append(c.forms, wide)
	}
	return c
}

// hits counts the forms that are in a file of the folder.
func (c *canary) hits(t *testing.T, dir string) (n int) {
	t.Helper()
	for _, data := range files(t, dir) {
		for _, form := range c.forms {
			n += bytes.Count(bytes.ToLower(data), bytes.ToLower(form))
		}
	}
	return n
}

// bodies adds the packed contents of all versions of a record to the forms.
func (c *canary) bodies(t *testing.T, dir, id string) {
	t.Helper()
	u := uuid.MustParse(id)
	db := raw(t, dir)
	defer db.Close()
	rows, err := db.Query("SELECT body, salt FROM versions WHERE id = ?", u[:])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var body, salt []byte
		if err := rows.Scan(&body, &salt); err != nil {
			t.Fatal(err)
		}
		c.forms = append(c.forms, body, salt)
	}
	if err := rows.Err(); err != nil || n < 2 {
		t.Fatal(n, err)
	}
}

// TestPurgedIsGone: nothing of a purged record is left in any byte of the
// folder, in whatever form it lay there (trust.md D15).
func TestPurgedIsGone(t *testing.T) {
	t.Parallel()
	f, c := fresh(t), newCanary()
	session, action := uuid.NewString(), uuid.NewString()
	s := serve(t, program(t, sound), f.dir)
	api := newClient(s.url, f.bearers[0])
	post := func(path, body string) answer {
		return api.must(t, request{method: http.MethodPost, path: path, body: body})
	}
	first := post("sessions", sessionBody(session, "Relu par "+c.word))
	api.must(t, request{method: http.MethodPut, path: "sessions/" + session, body: sessionBody(session, "Relu deux fois par "+c.word), ifMatch: first.etag})
	act := post("actions", actionBody(action, session, "Écrire à "+c.word))
	api.must(t, request{method: http.MethodPut, path: "actions/" + action, body: actionBody(action, session, "Réécrire à "+c.word), ifMatch: act.etag})
	s.stop()
	c.bodies(t, f.dir, session)
	c.bodies(t, f.dir, action)
	if n := c.hits(t, f.dir); n < 2+8 { // the control: two documents, body and salt of four versions
		t.Fatalf("%d forms are found before the purge", n)
	}
	purge(t, f.dir, map[string]string{"session": session, "action": action})
	if n := c.hits(t, f.dir); n != 0 {
		t.Errorf("%d forms are left", n)
	}
	verified(t, f.dir)
	s = serve(t, program(t, sound), f.dir)
	for _, path := range []string{"sessions/" + session, "sessions/" + session + "/history", "actions/" + action} {
		if a, err := newClient(s.url, f.bearers[0]).get(path); err != nil || a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s %v", path, a.status, a.body, err)
		}
	}
	s.stop()
}

// purge does within this process what no route and no command leads to, and
// waits until nothing is owed of it: a stop does not wait for ever.
func purge(t *testing.T, dir string, ids map[string]string) {
	t.Helper()
	within := func(do func(*server.Core)) {
		core, err := server.Open(t.Context(), dir, time.Now, zerolog.Nop())
		if err != nil {
			t.Fatal(err)
		}
		do(core)
		if err := core.Close(); err != nil {
			t.Fatal(err)
		}
	}
	within(func(core *server.Core) {
		by := account.Operator()
		by.Mission = seeds.ID("mission/UNAC")
		for name, id := range ids {
			if err := core.Records.Purge(t.Context(), by, core.Kinds.Get(name), id, "The time is over"); err != nil {
				t.Error(name, err)
			}
		}
	})
	for range 30 {
		var owed int
		db := raw(t, dir)
		scan(t, db.QueryRow("SELECT count(*) FROM chores"), &owed)
		if err := db.Close(); err != nil || owed == 0 {
			return
		}
		within(func(*server.Core) { time.Sleep(time.Second) })
	}
}
