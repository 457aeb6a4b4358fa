package record

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
)

// maxRounds is how often a change is tried while others change what it read.
const maxRounds = 5

// change is one request to change one record, however many rounds it takes.
type change struct {
	v       *viewer
	verb    string // as the journal names it
	action  string // as the policy names it
	act     *region
	w       Write
	key     string // idempotency: caller + key, "" for none
	request []byte
	once    func(r *round) error
}

// round is one attempt: what it loaded, and the world it reads through.
type round struct {
	*change
	ctx   context.Context
	n     int // 0 is the first
	world *world
	seen  store.Raw   // what the caller reads now; nil for a new record
	raw   store.Raw   // the record itself
	rec   kind.Record // what it becomes
}

// change prepares a request. The permission is looked up here and used later:
// whoever may not read the record must not learn that they may not change it.
func (e *Engine) change(ctx context.Context, a *kind.Actor, d *kind.Descriptor, action, verb string, w Write) (*change, error) {
	v, err := e.viewer(ctx, a, d)
	if err != nil {
		return nil, err
	}
	c := &change{v: v, verb: verb, action: action, w: w}
	if w.Key != "" {
		c.key = a.Account + "/key:" + w.Key
	}
	c.request = canonical([]byte(d.Name+"/"+w.ID+"/"+verb+"\n"), w.In)
	c.act, err = e.region(ctx, a, v.sh, action)
	return c, err
}

// canonical appends v in a form that depends on its content only: names in
// order, numbers as they were written.
func canonical(dst []byte, v any) []byte {
	switch x := v.(type) {
	case kind.Doc:
		x = slices.Clone(x)
		slices.SortFunc(x, func(a, b kind.Elem) int { return strings.Compare(a.Name, b.Name) })
		dst = append(dst, '{')
		for _, e := range x {
			dst = append(strconv.AppendQuote(dst, e.Name), ':')
			dst = append(canonical(dst, e.Value), ',')
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i := range x {
			dst = append(canonical(dst, x[i]), ',')
		}
		return append(dst, ']')
	case string:
		return strconv.AppendQuote(dst, x)
	case kind.Number:
		return append(dst, x...)
	case bool:
		return strconv.AppendBool(dst, x)
	case nil:
		return append(dst, "null"...)
	}
	raw := store.Encode(kind.Doc{{Name: "v", Value: v}}) // a Go value: from the program itself
	return store.AppendJSON(dst, store.TypeDocument, raw)
}

// run tries the change until it is committed or refused on grounds that still
// hold. repeated says that an earlier request with the same key had done it.
func (c *change) run(ctx context.Context) (view View, repeated bool, err error) {
	for n := range maxRounds {
		w, err := c.v.e.world(ctx, c.v.a, c.v.journal)
		if err != nil {
			return View{}, false, err
		}
		r := &round{change: c, ctx: ctx, n: n, world: w}
		view, repeated, err := r.try()
		if err == nil || !errors.Is(err, errAgain) {
			return view, repeated, err
		}
	}
	return View{}, false, busy(nil)
}

// errAgain asks for another round.
var errAgain = errors.New("record: something read has changed since")

func (r *round) try() (View, bool, error) {
	if err := r.once(r); err != nil {
		return r.refused(err)
	}
	commit, err := r.commit()
	if err != nil {
		return r.refused(err)
	}
	receipt, err := r.v.e.Store.Commit(r.ctx, commit)
	switch {
	case err == nil && receipt.Repeat:
		return r.replay(receipt)
	case err == nil:
		r.v.e.committed(receipt)
		view, err := r.answer(commit)
		return view, false, err
	case errors.Is(err, store.ErrTaken):
		return r.taken(commit, err)
	case errors.Is(err, store.ErrMoved), errors.Is(err, store.ErrStale), errors.Is(err, store.ErrGone) && r.verb != verbCreate:
		return View{}, false, errAgain // the next round finds what became of it
	}
	return View{}, false, wrap(err)
}

// commit is what the round wants written.
func (r *round) commit() (store.Commit, error) {
	a := r.v.a
	c, err := r.world.commit(store.Act{By: a.Person, Account: a.Account, Role: string(r.role()), Verb: r.verb, Kind: r.v.sh.Name,
		ID: r.rec.Meta().ID, At: r.world.Now(), Device: a.Device, Request: a.Request, Why: r.w.Why})
	c.Key, c.Request = r.key, r.request
	return c, err
}

// role is the role that the act is done in: the first that may do it here.
func (r *round) role() kind.Role {
	s := r.v.e.Policy.Authorize(r.v.a, authz.Permission{Object: r.v.sh.Name, Action: r.action})
	for i, g := range r.v.a.Grants {
		if i < authz.MaxGrants && s.Reaches[i] != authz.NoReach && r.world.acts(g.Role) {
			return g.Role
		}
	}
	return ""
}

// refused answers a refusal: with what was done already, if the key says so;
// else with err, if what it rests on is still so.
func (r *round) refused(err error) (View, bool, error) {
	if kind.CodeOf(err) == "" || kind.CodeOf(err) == kind.CodeBusy {
		return View{}, false, err
	}
	if r.key != "" {
		receipt, done, lookErr := r.lookUp()
		switch {
		case lookErr != nil:
			return View{}, false, lookErr
		case done:
			return r.replay(receipt)
		}
	}
	held, holdErr := r.world.holds()
	if holdErr != nil {
		return View{}, false, holdErr
	}
	if !held {
		return View{}, false, errAgain
	}
	return View{}, false, err
}

// lookUp asks whether the key was committed before, by a commit that cannot
// go through: the store checks the key first, and then a revision that no
// document has.
func (r *round) lookUp() (receipt store.Receipt, done bool, err error) {
	never := store.Reliance{Key: store.Key{Shelf: Counter, Journal: r.v.journal, ID: "-"}, Rev: -1}
	receipt, err = r.v.e.Store.Commit(r.ctx, store.Commit{Journal: r.v.journal, Key: r.key, Request: r.request, Rely: []store.Reliance{never}})
	switch {
	case err == nil:
		return receipt, true, nil
	case errors.Is(err, store.ErrMoved):
		return receipt, false, nil
	case errors.Is(err, store.ErrTaken):
		return receipt, false, r.keyTaken(err)
	}
	return receipt, false, wrap(err)
}

// keyTaken says that the key came with another request before.
func (r *round) keyTaken(cause error) error {
	if r.verb == verbCreate {
		return kind.E(kind.CodeConflict, "error.id_taken", cause)
	}
	return kind.E(kind.CodeConflict, "error.key_taken", cause)
}

// taken finds out what of a commit was taken: its key, a unique value, the id
// of a new record; else another process made a counter or a copy first.
func (r *round) taken(c store.Commit, cause error) (View, bool, error) {
	if r.key != "" {
		if receipt, done, err := r.lookUp(); err != nil {
			return View{}, false, err
		} else if done {
			return r.replay(receipt)
		}
	}
	if r.verb == verbCreate {
		rev, _, err := r.v.e.revision(r.ctx, r.v.key(r.v.sh.Name, r.rec.Meta().ID))
		if err != nil {
			return View{}, false, err
		}
		if rev > 0 {
			return View{}, false, kind.E(kind.CodeConflict, "error.id_taken", cause)
		}
	}
	return View{}, false, r.duplicate(c)
}

// duplicate names the field whose value another record has; errAgain if none.
func (r *round) duplicate(c store.Commit) error {
	for _, rely := range c.Rely {
		if !rely.Unique {
			continue
		}
		ok, err := r.v.e.Store.Holds(r.ctx, c.Journal, []store.Reliance{rely})
		if err != nil {
			return wrap(err)
		}
		if !ok {
			return r.v.e.shapeOf(rely.Shelf).duplicate(rely.Filter[len(rely.Filter)-1].Key)
		}
	}
	return errAgain
}

func (sh *shape) duplicate(path string) error {
	e := &kind.Error{Code: kind.CodeConflict, Key: "error.duplicate"}
	for _, u := range sh.uniques {
		if u.path == path {
			e.Args = map[string]any{"Field": u.name}
			e.Fields = map[string]kind.Fault{u.name: {Key: "error.field.duplicate"}}
		}
	}
	return e
}

// answer is what the caller sees of the record after c.
func (r *round) answer(c store.Commit) (View, error) {
	id := r.rec.Meta().ID
	for _, p := range c.Put {
		if p.Key.Shelf == r.v.shelf && p.Key.ID == id {
			return r.shown(p.Doc, id)
		}
	}
	raw, err := r.v.get(r.ctx, id) // the other side's copy, which c left as it was
	if kind.CodeOf(err) == kind.CodeNotFound {
		return r.v.bare(id), nil
	}
	if err != nil {
		return View{}, err
	}
	return r.v.view(raw)
}

// replay answers from an earlier commit with the same key: the record as that
// commit left it, as the caller may see it today. What was taken from their
// sight since, such as a copy that was withdrawn, no key brings back.
func (r *round) replay(receipt store.Receipt) (View, bool, error) {
	id := receipt.Act.ID
	if _, err := r.v.get(r.ctx, id); kind.CodeOf(err) == kind.CodeNotFound {
		return r.v.bare(id), true, nil
	} else if err != nil {
		return View{}, true, err
	}
	vs, err := r.v.e.Store.History(r.ctx, r.v.key(r.v.shelf, id), receipt.Number+1, 1)
	if err != nil {
		return View{}, true, wrap(err)
	}
	if len(vs) == 0 {
		return r.v.bare(id), true, nil
	}
	view, err := r.shown(vs[0].Doc, id)
	return view, true, err
}

func (r *round) shown(raw store.Raw, id string) (View, error) {
	if !r.v.may(raw) {
		return r.v.bare(id), nil
	}
	return r.v.view(raw)
}
