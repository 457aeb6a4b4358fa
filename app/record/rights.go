package record

import (
	"context"
	"slices"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Rights are what a caller may do with a kind as a whole: what a page needs to
// know before it offers a list or a form. They are asked by the same functions
// that List and Create ask.
type Rights struct {
	Read   bool // some of it; where false, all else is empty
	Create bool // some of it: where is known once it is made
	// By is the class and side with which the caller sends the fields of a new
	// record. What he reads of one that exists may be less: see Possible.
	By kind.DecodeBy
	// Filters are the fields, and Questions the questions, that List takes as
	// parameters from him; Sorts are the fields it sorts by, up or down ("-"
	// before the name), and Sort is the order that it has by itself.
	Filters, Questions, Sorts []string
	Sort                      string
}

// Rights tells what a may do with d. Who may read nothing of it gets the zero
// Rights and no error: to him there is no such kind.
func (e *Engine) Rights(ctx context.Context, a kind.Actor, d *kind.Descriptor) (Rights, error) {
	v, err := e.viewer(ctx, &a, d)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return Rights{}, nil
	}
	if err != nil {
		return Rights{}, err
	}
	act, err := e.region(ctx, &a, v.sh, "create")
	if err != nil {
		return Rights{}, err
	}
	r := Rights{Read: true, Create: act != nil, By: v.mayWrite(), Sorts: v.sorts(), Sort: v.sh.sortFor(v.shelf, nil)}
	for _, f := range slices.Concat(v.sh.Fields, v.sh.Envelope) {
		if v.filters(f) {
			r.Filters = append(r.Filters, f.Name)
		}
	}
	now, err := e.clock(ctx, a.Mission, e.now())
	if err != nil {
		return Rights{}, err
	}
	for name, ask := range v.sh.Questions {
		if v.sees(ask(now)) {
			r.Questions = append(r.Questions, name)
		}
	}
	slices.Sort(r.Questions)
	return r, nil
}

// Possible is what a caller may do to one record now. What a verb's own rules
// say of it is known by its conditions (Engine.Checks), or by doing it.
type Possible struct {
	Verbs   []string // in the order of their declaration
	Replace bool
	// Translate says that translations may be put beside its texts, and verified.
	Translate bool
	// By is the class and side with which the caller reads this record and sends
	// its fields, to replace it or with a verb.
	By kind.DecodeBy
}

// May tells what a may do to the record with that id now. CodeNotFound if it
// does not exist for a.
func (e *Engine) May(ctx context.Context, a kind.Actor, d *kind.Descriptor, id string) (Possible, error) {
	v, err := e.viewer(ctx, &a, d)
	if err != nil {
		return Possible{}, err
	}
	raw, err := v.get(ctx, id)
	if err == nil && v.shelf != v.sh.Name {
		raw, err = v.working(ctx, id)
	}
	if err != nil {
		return Possible{}, err
	}
	if raw == nil {
		return Possible{}, notFound()
	}
	rec := v.sh.New()
	if err := load(v.sh, raw, rec); err != nil {
		return Possible{}, err
	}
	p := Possible{By: v.writes(raw)}
	if p.Verbs, err = v.verbs(ctx, raw, rec); err != nil {
		return p, err
	}
	state := rec.Meta().State
	if v.sh.MayEdit(state) {
		if p.Replace, err = v.acts(ctx, "update", raw); err != nil {
			return p, err
		}
	}
	if v.sh.translatable(state) {
		p.Translate, err = v.acts(ctx, kind.ActTranslate, raw)
	}
	return p, err
}

// acts reports whether an action of v reaches raw, the record itself.
func (v *viewer) acts(ctx context.Context, action string, raw store.Raw) (bool, error) {
	act, err := v.e.region(ctx, v.a, v.sh, action)
	return act.has(raw), err
}

// verbs lists the verbs that v may do to a record now. raw is the record itself.
func (v *viewer) verbs(ctx context.Context, raw store.Raw, rec kind.Record) ([]string, error) {
	possible := []string{}
	for _, vd := range v.sh.Verbs() {
		if !starts(vd, rec.Meta().State) || unlike(v, vd, rec) {
			continue
		}
		may, err := v.acts(ctx, vd.Name, raw)
		if err != nil {
			return nil, err
		}
		if may {
			possible = append(possible, vd.Name)
		}
	}
	return possible, nil
}

// Checks lists what must hold before a may do the verb to the record, as it is
// now: the state it starts from, the four eyes where it demands them, and then
// the kind's own conditions. It is for who may do the verb to this record;
// others are answered as Do answers them, before it looks at any condition.
func (e *Engine) Checks(ctx context.Context, a kind.Actor, d *kind.Descriptor, verb, id string) ([]kind.Condition, error) {
	vd := d.Verb(verb)
	if vd == nil {
		return nil, notFound()
	}
	c, err := e.change(ctx, &a, d, verb, verb, Write{ID: id})
	if err != nil {
		return nil, err
	}
	w, err := e.world(ctx, &a, c.v.journal)
	if err != nil {
		return nil, err
	}
	r := &round{change: c, ctx: ctx, world: w}
	if err := r.reach(); err != nil {
		return nil, err
	}
	if w.roles, err = e.rolesFor(ctx, &a, c.v.sh, verb, r.raw); err != nil {
		return nil, err
	}
	cs := []kind.Condition{kind.Holds("check.state", starts(vd, r.rec.Meta().State), stateError())}
	if len(vd.Unlike) > 0 {
		cs = append(cs, kind.Holds("check.four_eyes", !unlike(c.v, vd, r.rec), fourEyes()))
	}
	own, err := vd.Checks.List(w, r.rec)
	return append(cs, own...), err
}

// maxMany is how many records ReadMany takes.
const maxMany = 200

// ReadMany returns those records of d with the given ids that exist for a, as a
// sees them, in the order asked, each once: the names of what a list points at.
// Others are left out, and all of them where a may read nothing of d. More than
// 200 ids are CodeMalformed.
func (e *Engine) ReadMany(ctx context.Context, a kind.Actor, d *kind.Descriptor, ids []string) ([]View, error) {
	if len(ids) > maxMany {
		return nil, malformed("error.limit", map[string]any{"Min": 0, "Max": maxMany})
	}
	v, err := e.viewer(ctx, &a, d)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var views []View
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		view, err := v.look(ctx, id)
		if kind.CodeOf(err) == kind.CodeNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}
