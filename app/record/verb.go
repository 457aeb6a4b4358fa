package record

import (
	"context"
	"errors"
	"slices"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Do runs a verb on a record. w.IfMatch is needed. Sending it twice with the
// same key answers the same; the same key with another request is CodeConflict.
func (e *Engine) Do(ctx context.Context, a kind.Actor, d *kind.Descriptor, verb string, w Write) (View, error) {
	vd := d.Verb(verb)
	if vd == nil {
		return View{}, notFound()
	}
	c, err := e.change(ctx, &a, d, verb, verb, w)
	if err != nil {
		return View{}, err
	}
	c.once = func(r *round) error { return r.do(vd) }
	v, _, err := c.run(ctx)
	return v, err
}

func (r *round) do(vd *kind.VerbDescriptor) error {
	if err := r.open(); err != nil {
		return err
	}
	h := r.rec.Meta()
	if !starts(vd, h.State) {
		return r.wrongState()
	}
	if unlike(r.v, vd, r.rec) {
		return r.conflict(fourEyes())
	}
	in, err := r.input(vd)
	if err != nil {
		return err
	}
	if vd.To != "" {
		h.State = vd.To
	}
	if err := vd.Do.Run(r.world, r.rec, in); err != nil {
		return r.conflict(err)
	}
	return r.v.sh.Validate(r.rec, r.world.clock)
}

// open loads the record for a change of it and checks, in this order, that it
// exists for the caller, that they may do this to it, and that they saw it as
// it is now.
func (r *round) open() error {
	if err := r.reach(); err != nil {
		return err
	}
	if err := r.matches(); err != nil {
		return err
	}
	var err error
	if r.world.roles, err = r.v.e.rolesFor(r.ctx, r.v.a, r.v.sh, r.action, r.raw); err != nil {
		return err
	}
	return r.world.Put(r.rec)
}

// reach loads the record where it exists for the caller and they may do this
// to it.
func (r *round) reach() error {
	v := r.v
	var err error
	if r.seen, err = v.get(r.ctx, r.w.ID); err != nil {
		return err
	}
	if r.raw = r.seen; v.shelf != v.sh.Name {
		r.world.note(v.key(v.shelf, r.w.ID), revOf(r.seen))
		if r.raw, err = v.working(r.ctx, r.w.ID); err != nil {
			return err
		}
		if r.raw == nil {
			return notFound()
		}
	}
	r.rec = v.sh.New()
	if err := load(v.sh, r.raw, r.rec); err != nil {
		return err
	}
	r.world.note(v.key(v.sh.Name, r.w.ID), r.rec.Meta().Rev)
	if r.act == nil {
		return forbidden("error.forbidden")
	}
	if !r.act.has(r.raw) {
		return forbidden("error.out_of_scope")
	}
	return nil
}

// matches holds the caller to the version that they saw (V7).
func (r *round) matches() error {
	if r.w.IfMatch == "" {
		return kind.E(kind.CodePrecondition, "error.precondition", nil)
	}
	now, err := r.v.view(r.seen)
	if err == nil && now.ETag != r.w.IfMatch {
		return &kind.Error{Code: kind.CodeStale, Key: "error.stale", Current: now.JSON}
	}
	return err
}

// wrongState refuses because of the state that the record is in.
func (r *round) wrongState() error {
	return r.conflict(stateError())
}

func stateError() *kind.Error { return kind.E(kind.CodeConflict, "error.state", nil) }

func fourEyes() *kind.Error { return kind.E(kind.CodeConflict, "error.four_eyes", nil) }

// conflict adds to a refusal in which state the caller sees the record, and
// what they may do to it there. What is no conflict stays as it is.
func (r *round) conflict(err error) error {
	e, ok := errors.AsType[*kind.Error](err)
	if !ok || e.Code != kind.CodeConflict {
		return err
	}
	now := r.v.sh.New()
	if err := load(r.v.sh, r.raw, now); err != nil {
		return err
	}
	verbs, err := r.v.verbs(r.ctx, r.raw, now)
	if err != nil {
		return err
	}
	told := *e
	told.State, told.Possible = kind.State(text(r.seen, "state")), verbs
	return &told
}

// starts reports whether a verb starts from state s.
func starts(vd *kind.VerbDescriptor, s kind.State) bool {
	return (len(vd.From) == 0 || contains(vd.From, s)) && !contains(vd.Never, s)
}

func contains(list []kind.State, s kind.State) bool { return slices.Contains(list, s) }

// unlike reports whether four eyes keep v from doing the verb (V6): persons
// are compared, not accounts or roles.
func unlike(v *viewer, vd *kind.VerbDescriptor, rec kind.Record) bool {
	return slices.ContainsFunc(vd.Unlike, func(field string) bool {
		return slices.Contains(v.sh.People(rec, field), v.a.Person)
	})
}

// input reads the verb's input. All its faults are named at once.
func (r *round) input(vd *kind.VerbDescriptor) (any, error) {
	in := vd.NewInput()
	by := r.v.writes(r.raw)
	var c kind.Check
	if err := c.Merge(vd.Decode(r.w.In, in, by)); err != nil {
		return nil, err
	}
	if in == nil {
		return nil, c.Err()
	}
	if c.Err() == nil {
		vd.Stamp(in, r.v.a.Person, r.world.Now())
	}
	if err := c.Merge(vd.Validate(in, r.world.clock)); err != nil {
		return nil, err
	}
	err := r.pointed(&c, &sent{refs: vd.Refs(in), codes: vd.Codes(in)})
	if err != nil {
		return nil, err
	}
	return in, c.Err()
}

// Purge removes a record and its released copy for good, with the content of
// their earlier versions (domain.md §2: the retention job alone does). Nobody
// is asked for permission here, and no route leads here.
func (e *Engine) Purge(ctx context.Context, a kind.Actor, d *kind.Descriptor, id, why string) error {
	sh := e.shape(d)
	c := store.Commit{Journal: sh.journal(&a), Act: store.Act{By: a.Person, Account: a.Account, Verb: verbPurge, Kind: d.Name, ID: id,
		At: e.now(), Device: a.Device, Request: a.Request, Why: why}}
	if c.Journal == "" {
		return notFound()
	}
	for _, shelf := range []string{sh.Name, sh.released} {
		if shelf == "" {
			continue
		}
		k := store.Key{Shelf: shelf, Journal: c.Journal, ID: id}
		rev, _, err := e.revision(ctx, k)
		if err != nil {
			return err
		}
		if rev > 0 {
			c.Purge = append(c.Purge, k)
		}
	}
	if len(c.Purge) == 0 {
		return notFound()
	}
	r, err := e.Store.Commit(ctx, c)
	if err != nil {
		return wrap(err)
	}
	e.committed(r)
	return nil
}
