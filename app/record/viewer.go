package record

import (
	"context"
	"errors"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
)

// viewer is an actor looking at one kind: which shelf is theirs, which records
// of it exist for them, and how much of each.
type viewer struct {
	e       *Engine
	a       *kind.Actor
	sh      *shape
	journal string
	shelf   string
	filter  store.D
	within  store.Expr // filter, parsed
	class   kind.Class
	con     *region // where the class is CON; nil: nowhere
}

// region is a part of a kind: all of it, or what matches.
type region struct {
	all    bool
	expr   store.Expr
	filter store.D // expr as a part of a query's filter
}

func (r *region) has(raw store.Raw) bool { return r != nil && (r.all || store.Match(r.expr, raw)) }

// viewer answers CodeNotFound to whom no role lets read any record of d.
func (e *Engine) viewer(ctx context.Context, a *kind.Actor, d *kind.Descriptor) (*viewer, error) {
	sh := e.shape(d)
	scope := e.Policy.Authorize(a, authz.Permission{Object: d.Name, Action: "read"})
	v := &viewer{e: e, a: a, sh: sh, journal: sh.journal(a), shelf: d.Name, class: kind.SHR}
	if !scope.Any || v.journal == "" {
		return nil, notFound()
	}
	if a.Side() == kind.UN {
		v.class = kind.MIS
	} else if sh.released != "" {
		v.shelf = sh.released
	}
	rs, err := e.reach(ctx, a, sh, scope)
	if err != nil {
		return nil, err
	}
	v.filter = within(a, sh, v.shelf, rs, true)
	if v.within, err = store.ParseFilter(v.filter); err != nil {
		return nil, err
	}
	v.con, err = e.confidential(ctx, v)
	return v, err
}

// confidential is the part of the kind where v's class is CON (permission
// read_con). Nobody but the UN side has one.
func (e *Engine) confidential(ctx context.Context, v *viewer) (*region, error) {
	if v.class < kind.MIS {
		return nil, nil
	}
	return e.region(ctx, v.a, v.sh, "read_con")
}

// region is the part of a kind that an action other than reading it reaches,
// nil if none.
func (e *Engine) region(ctx context.Context, a *kind.Actor, sh *shape, action string) (*region, error) {
	scope := e.Policy.Authorize(a, authz.Permission{Object: sh.Name, Action: action})
	if !scope.Any {
		return nil, nil
	}
	rs, err := e.reachToChange(ctx, a, sh, scope)
	if err != nil {
		return nil, err
	}
	if branches(a, sh, sh.Name, rs, false) == nil {
		return &region{all: true}, nil
	}
	filter := within(a, sh, sh.Name, rs, false)
	expr, err := store.ParseFilter(filter)
	return &region{expr: expr, filter: filter[len(inJournal(sh, a.Mission)):]}, err
}

// key names a document of v's journal.
func (v *viewer) key(shelf, id string) store.Key {
	return store.Key{Shelf: shelf, Journal: v.journal, ID: id}
}

// get loads the record with that id if it exists for v.
func (v *viewer) get(ctx context.Context, id string) (store.Raw, error) {
	raw, err := v.e.Store.Get(ctx, v.key(v.shelf, id), v.filter)
	return raw, wrap(err)
}

// may reports whether raw, a document of v's shelf, exists for v.
func (v *viewer) may(raw store.Raw) bool { return raw != nil && store.Match(v.within, raw) }

// classOf is the highest class of field that v sees of raw.
func (v *viewer) classOf(raw store.Raw) kind.Class {
	if v.con.has(raw) {
		return kind.CON
	}
	return v.class
}

// mayWrite is the class of field that v may send in a new record.
func (v *viewer) mayWrite() kind.DecodeBy {
	by := kind.DecodeBy{Class: v.class, Side: v.a.Side()}
	if v.con != nil {
		by.Class = kind.CON
	}
	return by
}

// writes is the class of field that v may send to change raw, the record itself.
func (v *viewer) writes(raw store.Raw) kind.DecodeBy {
	return kind.DecodeBy{Class: v.classOf(raw), Side: v.a.Side()}
}

// view makes what v sees of raw, which may be nothing but its id.
func (v *viewer) view(raw store.Raw) (View, error) {
	json, _, err := v.sh.masks[v.classOf(raw)].append(make([]byte, 0, len(raw)+len(raw)/4), raw)
	if err != nil {
		return View{}, err
	}
	return View{ID: text(raw, "id"), ETag: v.e.memory().tags.tag(json), JSON: json}, nil
}

// bare is the view of a record that its maker may not read (a wish that the
// other side has yet to take up): its id, which they know.
func (v *viewer) bare(id string) View {
	json := append(store.AppendJSONString([]byte(`{"id":`), []byte(id)), '}')
	return View{ID: id, ETag: v.e.memory().tags.tag(json), JSON: json}
}

// Read returns the record with that id, as a sees it.
func (e *Engine) Read(ctx context.Context, a kind.Actor, d *kind.Descriptor, id string) (View, error) {
	v, err := e.viewer(ctx, &a, d)
	if err != nil {
		return View{}, err
	}
	return v.look(ctx, id)
}

// working loads the record itself, whatever v may see of it; nil if absent.
func (v *viewer) working(ctx context.Context, id string) (store.Raw, error) {
	raw, err := v.e.Store.Get(ctx, v.key(v.sh.Name, id), nil)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return raw, wrap(err)
}
