package record

import (
	"context"
	"errors"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Acts that are no verbs of a kind, as the journal names them.
const (
	verbCreate  = "create"
	verbReplace = "replace"
	verbPurge   = "purge"
)

// Create makes a new record. Its id is w.ID, a UUID v4 that the client chose,
// or made here. The same content under the same id from the same caller is
// answered as the first time, with repeated set; any other use of a taken id is
// CodeConflict.
func (e *Engine) Create(ctx context.Context, a kind.Actor, d *kind.Descriptor, w Write) (view View, repeated bool, err error) {
	c, err := e.change(ctx, &a, d, "create", verbCreate, w)
	if err != nil {
		return View{}, false, err
	}
	if c.act == nil {
		return View{}, false, forbidden("error.forbidden")
	}
	if w.ID != "" {
		c.key = a.Account + "/create:" + d.Name + ":" + w.ID
	}
	c.once = (*round).create
	return c.run(ctx)
}

func (r *round) create() error {
	sh := r.v.sh
	r.rec = sh.New()
	h := r.rec.Meta()
	h.ID, h.Lang = r.w.ID, value.Lang(r.v.a.Lang)
	var c kind.Check
	if h.ID != "" {
		c.Must(value.ValidID(h.ID), "id", "error.field.type", "Want", "uuid")
	}
	if err := c.Merge(sh.Decode(r.w.In, r.rec, r.v.mayWrite())); err != nil {
		return err
	}
	r.world.begin(sh, r.rec)
	if err := r.placed(nil); err != nil {
		return err
	}
	if err := r.world.Put(r.rec); err != nil {
		return err
	}
	return r.finish(&c, sh.Create, nil)
}

// placed checks that the unit or person of the record is within the caller's
// reach (domain.md §5.7 "recording for a unit outside one's scope"). old is
// what the record was: where it lies already, it may stay. An empty place is
// for the field's own rule to refuse.
func (r *round) placed(old store.Raw) error {
	sh := r.v.sh
	raw, where := sh.place(store.Encode(sh.Encode(r.rec)))
	if raw == nil {
		return nil
	}
	if old != nil {
		if _, was := sh.place(old); was == where {
			return nil
		}
	} else if err := r.actsAt(raw); err != nil {
		return err
	}
	for _, action := range []string{r.action, "create"} { // moved to where one may make one
		if ok, err := r.v.e.placeable(r.ctx, r.v.a, sh, action, raw); ok || err != nil {
			return err
		}
	}
	return r.outside()
}

// actsAt finds the roles in which a record is made at a place.
func (r *round) actsAt(raw store.Raw) error {
	var err error
	r.world.roles, err = r.v.e.rolesFor(r.ctx, r.v.a, r.v.sh, r.action, raw)
	return err
}

// outside refuses a place that is out of reach. One that is not there at all is
// a reference to nothing, which is named with the other faults of the input.
func (r *round) outside() error {
	field := r.v.sh.Scope.Field
	if field == "" {
		field = "parent"
	}
	for _, x := range r.v.sh.Refs(r.rec) {
		if x.Path != field {
			continue
		}
		if there, err := r.leads(x); err != nil || !there {
			return err
		}
	}
	return forbidden("error.out_of_scope")
}

// place is where a record lies: a document to measure a reach on, nil if there
// is nothing to measure, and what tells one place from another. A unit lies in
// the unit above it, since no tree has a new one yet; reference data lies in
// itself.
func (sh *shape) place(raw store.Raw) (lies store.Raw, where string) {
	p := sh.ScopePath()
	if sh.service() {
		return raw, at(raw, "id")
	}
	if sh.Scope.By == kind.InUnit && p == "id" {
		where = at(raw, "parent.id")
		return store.Encode(kind.Doc{{Name: missionField, Value: at(raw, missionField)}, {Name: p, Value: where}}), where
	}
	if p == "" || at(raw, p) == "" {
		return nil, ""
	}
	return raw, at(raw, p)
}

// finish completes and checks a record that was sent, so that one answer names
// every field at fault, whichever rule found it: decoding (in c), references,
// codes, the kind's own action, its tags and rules. References come first: the
// kind's action must not look at a record that the caller may not read, or its
// faults would tell that there is one, and what it holds.
func (r *round) finish(c *kind.Check, do kind.Action, known *sent) error {
	sh := r.v.sh
	sound := c.Err() == nil
	if err := r.pointed(c, sentBy(sh, r.rec).minus(known)); err != nil {
		return err
	}
	if sound {
		sh.Stamp(r.rec, r.v.a.Person, r.world.Now())
		if err := c.Merge(do.Run(r.world, r.rec, nil)); err != nil {
			return err
		}
	}
	if err := c.Merge(sh.Validate(r.rec, r.world.clock)); err != nil {
		return err
	}
	return c.Err()
}

// sent is what an input points at.
type sent struct {
	refs  []kind.RefIn
	codes []kind.CodeIn
}

func sentBy(sh *shape, rec kind.Record) *sent {
	return &sent{refs: sh.Refs(rec), codes: sh.Codes(rec)}
}

// minus leaves what known does not point at too: what a record held already
// may stay, though the caller sees it no more or its code was withdrawn.
func (s *sent) minus(known *sent) *sent {
	if known == nil {
		return s
	}
	refs := map[value.Ref]bool{}
	for _, x := range known.refs {
		refs[x.Ref] = true
	}
	codes := map[codeOf]bool{}
	for _, x := range known.codes {
		codes[codeOf{x.List, x.Code}] = true
	}
	out := &sent{}
	for _, x := range s.refs {
		if !refs[x.Ref] {
			out.refs = append(out.refs, x)
		}
	}
	for _, x := range s.codes {
		if !codes[codeOf{x.List, x.Code}] {
			out.codes = append(out.codes, x)
		}
	}
	return out
}

// pointed notes the references that lead to no record that the caller may read
// (V1), and the codes that their list does not have.
func (r *round) pointed(c *kind.Check, s *sent) error {
	seen := map[value.Ref]bool{}
	for _, x := range s.refs {
		ok, asked := seen[x.Ref]
		if !asked {
			var err error
			if ok, err = r.leads(x); err != nil {
				return err
			}
			seen[x.Ref] = ok
			if !ok {
				r.world.hide(x.Ref)
			}
		}
		c.Must(ok, x.Path, "error.field.reference")
	}
	return r.v.e.listed(r.ctx, c, s.codes)
}

// listed notes the codes that their reference list does not have.
func (e *Engine) listed(ctx context.Context, c *kind.Check, xs []kind.CodeIn) error {
	if len(xs) == 0 {
		return nil
	}
	codes, err := e.memory().codes.get(ctx, e)
	if err != nil {
		return err
	}
	for _, x := range xs {
		c.Must(codes[codeOf{x.List, x.Code}], x.Path, "error.field.code", "List", x.List)
	}
	return nil
}

// leads reports whether a reference leads to a record that the caller reads, or
// at least may name (domain.md §5.2: an adviser reads his own posting only, and
// still writes down who came with him).
func (r *round) leads(x kind.RefIn) (bool, error) {
	sh := r.v.e.shapeOf(x.Ref.Kind)
	if sh == nil || (len(x.To) > 0 && !x.Ref.Is(x.To...)) {
		return false, nil
	}
	v, err := r.v.e.viewer(r.ctx, r.v.a, sh.Descriptor)
	if err == nil {
		_, err = v.get(r.ctx, x.Ref.ID)
	}
	if kind.CodeOf(err) == kind.CodeNotFound {
		return r.names(sh, x.Ref.ID)
	}
	return err == nil, err
}

// names reports whether the caller may name a record that he does not read.
func (r *round) names(sh *shape, id string) (bool, error) {
	if !sh.Nameable {
		return false, nil
	}
	may, err := r.v.e.region(r.ctx, r.v.a, sh, "name")
	if err != nil || may == nil {
		return false, err
	}
	raw, err := r.v.e.Store.Get(r.ctx, store.Key{Shelf: sh.Name, Journal: sh.journal(r.v.a), ID: id}, nil)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return may.has(raw), wrap(err)
}

// Replace gives a record new content: the fields that the caller may write
// become what was sent, the others are kept. w.IfMatch is needed.
func (e *Engine) Replace(ctx context.Context, a kind.Actor, d *kind.Descriptor, w Write) (View, error) {
	if d.Fixed {
		return View{}, notFound() // as a verb that there is not
	}
	c, err := e.change(ctx, &a, d, "update", verbReplace, w)
	if err != nil {
		return View{}, err
	}
	c.once = (*round).replace
	v, _, err := c.run(ctx)
	return v, err
}

func (r *round) replace() error {
	if err := r.open(); err != nil {
		return err
	}
	sh := r.v.sh
	if !sh.MayEdit(r.rec.Meta().State) {
		return r.wrongState()
	}
	known := sentBy(sh, r.rec)
	by := r.v.writes(r.raw)
	var c kind.Check
	if err := c.Merge(sh.Decode(r.w.In, r.rec, by)); err != nil {
		return err
	}
	if err := r.placed(r.raw); err != nil {
		return err
	}
	return r.finish(&c, sh.Replace, known)
}
