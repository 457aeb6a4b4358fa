package crash_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// shape is how a record looks, as far as these writers change it.
type shape struct {
	words, state string
	pending      bool
}

// item is a record that a writer made, as it must be after what was
// acknowledged.
type item struct {
	path string // "sessions/<id>"
	shape
	etag     string // "" where another record's write changed it
	versions []version
	lost     bool // the control lost it: nothing more is asked of it
}

func (x *item) id() string { return x.path[len(x.path)-36:] }

// version is one acknowledged write of an item. Where it came with another
// item's its content was not told.
type version struct {
	op   *op // nil where it came with another's
	body string
	at   time.Time // of the acknowledgement
}

// effect is what an operation makes of one item.
type effect struct {
	item *item
	to   shape
}

// op is one write, to be repeated in the same words until it is answered. Its
// first effect is on the record that it names; all come to pass, or none.
type op struct {
	request
	what    string
	effects []effect
	first   answer // the acknowledgement
}

// visit is a draft that its writer still works on.
type visit struct {
	session   *item
	actions   []*item // those that stand
	cancelled []*item
}

// tally is what came of the writes.
type tally struct {
	acknowledged int
	unanswered   int // the program died before it answered
	whole        int // of these: done all the same
	absent       int // of these: not done
	busy         int
	faults       []string // answers that must not be
}

func (a *tally) add(b tally) {
	a.acknowledged += b.acknowledged
	a.unanswered += b.unanswered
	a.whole += b.whole
	a.absent += b.absent
	a.busy += b.busy
	a.faults = append(a.faults, b.faults...)
}

// writer is one of those who write at the same time. What it does follows from
// its random numbers alone, how far it gets from the kills.
type writer struct {
	n      int
	rng    *rand.Rand
	client *client
	drafts []*visit
	items  []*item
	done   []*op
	open   *op // sent and not answered
	tally
}

// maxDrafts is how many drafts a writer works on at a time, maxActions how many
// actions a session can have.
const (
	maxDrafts  = 3
	maxActions = 3
)

// work writes until the program dies.
func (w *writer) work() {
	if w.open != nil && !w.resolve() {
		return
	}
	for w.do(w.choose()) {
	}
}

// do sees an operation through; false means that the program died.
func (w *writer) do(o *op) bool {
	a, err := w.try(o.request)
	if err != nil {
		w.open = o
		w.unanswered++
		return false
	}
	w.settle(o, a)
	return true
}

// try sends a request again while the program says that it is busy.
func (w *writer) try(q request) (answer, error) {
	for {
		a, err := w.client.send(q)
		if err != nil || a.status != http.StatusServiceUnavailable {
			return a, err
		}
		w.busy++
		time.Sleep(5 * time.Millisecond)
	}
}

// resolve sends the unanswered operation again, after a look at what became of
// it: the whole of it, or nothing.
func (w *writer) resolve() bool {
	o := w.open
	done, err := w.look(o)
	if err != nil {
		return false
	}
	a, err := w.try(o.request)
	if err != nil {
		return false
	}
	if done && o.key == "" && o.method == http.MethodPut { // without a key a repeat is one more write, and stale
		if a.status != http.StatusPreconditionFailed {
			w.fault("%s again: %d %s", o.what, a.status, a.body)
		}
		if a, err = w.client.get(o.effects[0].item.path); err != nil {
			return false
		}
	}
	w.open = nil
	if done {
		w.whole++
	} else {
		w.absent++
	}
	w.settle(o, a)
	return true
}

// look reports whether an operation was done, and notes a fault where a part
// of it was.
func (w *writer) look(o *op) (bool, error) {
	done := 0
	for _, e := range o.effects {
		a, err := w.client.get(e.item.path)
		if err != nil {
			return false, err
		}
		v, _ := parse[view](a.body)
		switch {
		case a.status == http.StatusOK && v.shape() == e.to:
			done++
		case a.status == http.StatusNotFound && e.item.versions == nil:
		case a.status == http.StatusOK && v.shape() == e.item.shape:
		default:
			w.fault("%s left %s as neither what it was nor what it was to be: %d %s", o.what, e.item.path, a.status, a.body)
		}
	}
	if done != 0 && done != len(o.effects) {
		w.fault("%s was done by a part: %d of %d records", o.what, done, len(o.effects))
	}
	return done > 0, nil
}

func (w *writer) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf("writer %d: ", w.n)+fmt.Sprintf(format, args...))
}

// settle takes an answer into the writer's books.
func (w *writer) settle(o *op, a answer) {
	if !a.ok() {
		w.fault("%s was refused: %d %s", o.what, a.status, a.body)
		w.abandon(o)
		return
	}
	v, err := parse[view](a.body)
	if e := o.effects[0]; err != nil || v.ID != e.item.id() || v.shape() != e.to || a.etag == "" {
		w.fault("%s was answered with another record: %s", o.what, a.body)
	}
	w.acknowledged++
	o.first = a
	w.done = append(w.done, o)
	for i, e := range o.effects {
		made := version{at: time.Now()}
		e.item.etag = ""
		if i == 0 {
			made.op, made.body, e.item.etag = o, canonical(a.body), a.etag
		}
		if e.item.versions == nil {
			w.items = append(w.items, e.item)
		}
		e.item.shape = e.to
		e.item.versions = append(e.item.versions, made)
	}
}

// abandon leaves the visit that a refused operation belongs to.
func (w *writer) abandon(o *op) {
	for _, e := range o.effects {
		e.item.lost = true
	}
	w.drafts = slices.DeleteFunc(w.drafts, func(v *visit) bool {
		return v.session.lost || slices.ContainsFunc(v.actions, func(a *item) bool { return a.lost })
	})
}

// choose makes up the next operation.
func (w *writer) choose() *op {
	if len(w.drafts) == 0 || len(w.drafts) < maxDrafts && w.rng.IntN(3) == 0 {
		return w.create()
	}
	at := w.rng.IntN(len(w.drafts))
	v := w.drafts[at]
	n := w.rng.IntN(12)
	switch {
	case n < 4 && len(v.actions) < maxActions:
		return w.act(v)
	case n < 6 && len(v.actions) > 0:
		return w.replace(v.actions[w.rng.IntN(len(v.actions))])
	case n < 7 && len(v.actions) > 0:
		return w.cancel(v)
	case n < 10:
		return w.replace(v.session)
	}
	w.drafts = slices.Delete(w.drafts, at, at+1)
	if n == 10 {
		return w.void(v)
	}
	return w.submit(v)
}

// id is a UUID v4 of the writer's own random numbers.
func (w *writer) id() string {
	var u uuid.UUID
	for i := range u {
		u[i] = byte(w.rng.Uint32())
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return u.String()
}

// words are words that no other operation has.
func (w *writer) words() string {
	return "Registre relu, ligne " + strconv.FormatUint(w.rng.Uint64(), 36) + "."
}

func (w *writer) create() *op {
	id, words := w.id(), w.words()
	x := &item{path: "sessions/" + id}
	w.drafts = append(w.drafts, &visit{session: x})
	return &op{request: request{method: http.MethodPost, path: "sessions", body: sessionBody(id, words)},
		what: "creating " + x.path, effects: []effect{{x, shape{words, "draft", false}}}}
}

func (w *writer) act(v *visit) *op {
	id, words := w.id(), w.words()
	x := &item{path: "actions/" + id}
	v.actions = append(v.actions, x)
	return &op{request: request{method: http.MethodPost, path: "actions", body: actionBody(id, v.session.id(), words)},
		what: "creating " + x.path, effects: []effect{{x, shape{words, "proposed", true}}}}
}

// replace gives a session or a proposed action other words, with a key or
// without.
func (w *writer) replace(x *item) *op {
	words := w.words()
	q := request{method: http.MethodPut, path: x.path, body: sessionBody(x.id(), words), ifMatch: x.etag}
	if x.state == "proposed" {
		q.body = actionBody(x.id(), w.sessionOf(x), words)
	}
	if w.rng.IntN(2) == 0 {
		q.key = w.id()
	}
	return &op{request: q, what: "replacing " + x.path, effects: []effect{{x, shape{words, x.state, x.pending}}}}
}

func (w *writer) sessionOf(action *item) string {
	for _, v := range w.drafts {
		if slices.Contains(v.actions, action) {
			return v.session.id()
		}
	}
	return ""
}

func (w *writer) cancel(v *visit) *op {
	at := w.rng.IntN(len(v.actions))
	x := v.actions[at]
	v.actions, v.cancelled = slices.Delete(v.actions, at, at+1), append(v.cancelled, x)
	return w.verb(x, "cancel", `{"reason":"superseded"}`, "cancelled")
}

// submit hands a session in: its actions come to light in the same commit.
func (w *writer) submit(v *visit) *op {
	o := w.verb(v.session, "submit", "", "submitted")
	for _, a := range slices.Concat(v.actions, v.cancelled) {
		o.effects = append(o.effects, effect{a, shape{a.words, a.state, false}})
	}
	return o
}

// void voids a session: its actions are cancelled in the same commit.
func (w *writer) void(v *visit) *op {
	o := w.verb(v.session, "void", `{"reason":"Recorded twice"}`, "voided")
	for _, a := range v.actions {
		o.effects = append(o.effects, effect{a, shape{a.words, "cancelled", a.pending}})
	}
	return o
}

func (w *writer) verb(x *item, name, body, state string) *op {
	return &op{request: request{method: http.MethodPost, path: x.path + "/" + name, body: body, ifMatch: x.etag, key: w.id()},
		what: name + " of " + x.path, effects: []effect{{x, shape{x.words, state, x.pending}}}}
}
