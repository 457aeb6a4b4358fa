package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// world is the kind.World of one round of one change: what was read through it
// and what is to be written. Only what lies in the journal that the change
// writes to is held at the commit point (design.md §4).
type world struct {
	ctx     context.Context
	e       *Engine
	a       *kind.Actor
	clock   kind.Now
	journal string
	rely    []store.Reliance
	got     map[store.Key]store.Raw // documents that were read, so that each is read once
	roles   []kind.Role             // that the act is done in; nil: whichever the actor holds
	hidden  []value.Ref             // what the input points at and its sender may not read
	puts    []*pending              // in the order in which they were first named
	next    map[string]*counter
}

// pending is a record that the commit writes.
type pending struct {
	sh       *shape
	rec      kind.Record
	put      bool
	release  bool
	withdraw bool
	beside   bool // what changes stands beside the content, whose last author stays
}

func (e *Engine) world(ctx context.Context, a *kind.Actor, journal string) (*world, error) {
	w := &world{ctx: ctx, e: e, a: a, journal: journal, next: map[string]*counter{}, got: map[store.Key]store.Raw{}}
	var err error
	w.clock, err = e.clock(ctx, a.Mission, e.now())
	return w, err
}

// Actor implements kind.World: who acts, in the roles that reach what is acted
// on. Rights add up, but who leads one team is no team leader in another.
func (w *world) Actor() kind.Actor {
	a := *w.a
	if w.roles != nil {
		a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g kind.Grant) bool { return !w.acts(g.Role) })
	}
	return a
}

// acts reports whether the act is done in role.
func (w *world) acts(role kind.Role) bool { return w.roles == nil || slices.Contains(w.roles, role) }

// Now implements kind.World.
func (w *world) Now() time.Time { return w.clock.Time }

// Today implements kind.World.
func (w *world) Today() value.Date { return w.clock.Today }

// note holds the commit to a document at a revision, 0 for none.
func (w *world) note(k store.Key, rev int64) {
	if k.Journal != w.journal || slices.ContainsFunc(w.rely, func(r store.Reliance) bool {
		return r.Filter == nil && r.Key == k && r.Rev == rev
	}) {
		return
	}
	w.rely = append(w.rely, store.Reliance{Key: k, Rev: rev})
}

// holds reports whether all that was read is still so.
func (w *world) holds() (bool, error) {
	ok, err := w.e.Store.Holds(w.ctx, w.journal, w.rely)
	return ok, wrap(err)
}

// Get implements kind.World.
func (w *world) Get(ref value.Ref, rec any) error {
	sh, r, err := w.record(rec)
	if err != nil {
		return err
	}
	if sh.Name != ref.Kind || slices.Contains(w.hidden, ref) {
		return notFound()
	}
	k := store.Key{Shelf: sh.Name, Journal: sh.journal(w.a), ID: ref.ID}
	raw, err := w.get(k)
	if err != nil {
		return wrap(err)
	}
	if err := load(sh, raw, r); err != nil {
		return err
	}
	w.note(k, r.Meta().Rev)
	return nil
}

// hide makes ref lead to nothing: a rule that read the record would tell of it
// who may not know that there is one.
func (w *world) hide(ref value.Ref) { w.hidden = append(w.hidden, ref) }

// get is the document at k as this round first found it.
func (w *world) get(k store.Key) (store.Raw, error) {
	if raw, ok := w.got[k]; ok {
		return raw, nil
	}
	raw, err := w.e.Store.Get(w.ctx, k, nil)
	switch {
	case err == nil:
		w.got[k] = raw
	case errors.Is(err, store.ErrNotFound):
		w.note(k, 0)
	}
	return raw, err
}

// record takes what a verb gave to the world as a record of a declared kind.
func (w *world) record(rec any) (*shape, kind.Record, error) {
	d, err := w.e.Kinds.Of(rec)
	if err != nil {
		return nil, nil, err
	}
	return w.e.shape(d), rec.(kind.Record), nil
}

// load reads a stored document into rec.
func load(sh *shape, raw store.Raw, rec kind.Record) error {
	doc, err := store.Decode(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", sh.Name, err)
	}
	return sh.Load(doc, rec)
}

// where starts the filter of a rule over the records of a kind.
func (w *world) where(name string, cs []kind.Cond) (*shape, store.Query, error) {
	sh := w.e.shapeOf(name)
	if sh == nil {
		return nil, store.Query{}, fmt.Errorf("record: no kind is called %q", name)
	}
	var given []string
	for _, c := range cs {
		if c.Op == kind.Eq {
			given = append(given, fieldOf(sh, c.Field))
		}
	}
	q := store.Query{Filter: throughout(sh, w.a.Mission, cs...), Sort: sh.sortFor(sh.Name, given)}
	return sh, q, nil
}

// fieldOf is the name of the field at a stored path.
func fieldOf(sh *shape, path string) string {
	for _, f := range sh.Fields {
		if f.Path() == path {
			return f.Name
		}
	}
	return path
}

// Find implements kind.World.
func (w *world) Find(name string, cs []kind.Cond, limit int, fn func(rec any) error) error {
	sh, q, err := w.where(name, cs)
	if err != nil {
		return err
	}
	return w.each(sh, q, limit, func(raw store.Raw) error {
		rec := sh.New()
		if err := load(sh, raw, rec); err != nil {
			return err
		}
		w.note(store.Key{Shelf: sh.Name, Journal: sh.journal(w.a), ID: rec.Meta().ID}, rec.Meta().Rev)
		return fn(rec)
	})
}

// each calls fn with at most limit matches of q, page by page.
func (w *world) each(sh *shape, q store.Query, limit int, fn func(store.Raw) error) error {
	for limit > 0 {
		q.Limit = min(limit, maxLimit)
		p, err := w.e.Store.Find(w.ctx, sh.Name, q)
		if err != nil {
			return wrap(err)
		}
		for _, raw := range p.Docs {
			if err := fn(raw); err != nil {
				return err
			}
		}
		limit -= len(p.Docs)
		if q.Cursor = p.Next; p.Next == "" {
			return nil
		}
	}
	return nil
}

// None implements kind.World. An answer of false rests on a document that
// matched, so a refusal for it is held to that document.
func (w *world) None(name string, cs ...kind.Cond) (bool, error) {
	sh, q, err := w.where(name, cs)
	if err != nil {
		return false, err
	}
	none := true
	err = w.each(sh, q, 1, func(raw store.Raw) error {
		none = false
		w.note(store.Key{Shelf: sh.Name, Journal: sh.journal(w.a), ID: text(raw, "id")}, revOf(raw))
		return nil
	})
	if err == nil && none && sh.journal(w.a) == w.journal {
		w.rely = append(w.rely, store.Reliance{Shelf: sh.Name, Filter: q.Filter})
	}
	return none, err
}

func revOf(raw store.Raw) int64 {
	n, _ := raw.Lookup("rev").AsInt64OK()
	return n
}

// pending finds or adds what the commit does to rec.
func (w *world) pending(rec any) (*pending, error) {
	sh, r, err := w.record(rec)
	if err != nil {
		return nil, err
	}
	if sh.journal(w.a) != w.journal {
		return nil, fmt.Errorf("record: a %s lies in another journal than this commit", sh.Name)
	}
	if r.Meta().Rev == 0 {
		w.begin(sh, r)
	}
	for _, p := range w.puts {
		if p.sh == sh && p.rec.Meta().ID == r.Meta().ID {
			if p.rec != r {
				return nil, fmt.Errorf("record: %s %s is written twice by one verb", sh.Name, r.Meta().ID)
			}
			return p, nil
		}
	}
	p := &pending{sh: sh, rec: r}
	w.puts = append(w.puts, p)
	return p, nil
}

// begin fills the envelope of a new record (domain.md §2): mission and author
// are the actor's, whatever was sent (style.md R18).
func (w *world) begin(sh *shape, rec kind.Record) {
	h := rec.Meta()
	if h.ID == "" {
		h.ID = uuid.NewString()
	}
	if !sh.service() {
		h.Mission = w.a.Mission
	}
	if h.State == "" && len(sh.Flow.States) > 0 {
		h.State = sh.Flow.States[0]
	}
	if h.Lang == "" {
		h.Lang = value.Lang(w.a.Lang)
	}
	h.CreatedBy, h.CreatedAt = w.a.Person, w.clock.Time
}

// Put implements kind.World. The record is written as it is when the verb ends.
func (w *world) Put(rec any) error {
	p, err := w.pending(rec)
	if err == nil {
		p.put = true
	}
	return err
}

// Release implements kind.World. A record that was not on the shelf is stamped
// with the time, which changes the record too.
func (w *world) Release(rec any) error {
	p, err := w.pending(rec)
	if err != nil {
		return err
	}
	if p.sh.released == "" {
		return fmt.Errorf("record: a %s is not releasable", p.sh.Name)
	}
	p.release, p.withdraw = true, false
	if h := p.rec.Meta(); h.ReleasedAt.IsZero() {
		h.ReleasedAt, p.put = w.clock.Time, true
	}
	return nil
}

// Withdraw implements kind.World.
func (w *world) Withdraw(rec any) error {
	p, err := w.pending(rec)
	if err != nil {
		return err
	}
	p.release, p.withdraw = false, p.sh.released != ""
	if h := p.rec.Meta(); !h.ReleasedAt.IsZero() {
		h.ReleasedAt, p.put = time.Time{}, true
	}
	return nil
}

// Released implements kind.World.
func (w *world) Released(rec any) (bool, error) {
	sh, r, err := w.record(rec)
	if err != nil || sh.released == "" {
		return false, err
	}
	k := store.Key{Shelf: sh.released, Journal: sh.journal(w.a), ID: r.Meta().ID}
	rev, live, err := w.e.revision(w.ctx, k)
	if !live {
		rev = 0 // to a reliance, what was removed is absent
	}
	if err == nil {
		w.note(k, rev)
	}
	return live, err
}

// revision is the revision that a document is at, 0 if there never was one,
// and whether queries see it: what was removed keeps its revision.
func (e *Engine) revision(ctx context.Context, k store.Key) (rev int64, live bool, err error) {
	raw, err := e.Store.Get(ctx, k, nil)
	if err == nil {
		return revOf(raw), true, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return 0, false, wrap(err)
	}
	vs, err := e.Store.History(ctx, k, 0, 1)
	if err != nil || len(vs) == 0 {
		return 0, false, wrap(err)
	}
	return vs[0].Rev, false, nil
}
