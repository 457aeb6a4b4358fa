package record

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Limits of a list (style.md R25).
const (
	defaultLimit = 50
	maxLimit     = 200
	maxTotal     = 10_000
	maxPages     = 4 // looks for one page of a list: a page is bounded in work
)

// List returns a page of the records of d that a may see. Next is set while
// there is more to look through, also where Items is short or empty.
func (e *Engine) List(ctx context.Context, a kind.Actor, d *kind.Descriptor, q ListQuery) (List, error) {
	v, err := e.viewer(ctx, &a, d)
	if err != nil {
		return List{}, err
	}
	sq, err := v.query(ctx, q)
	if err != nil {
		return List{}, err
	}
	l := List{Items: []View{}, Total: -1}
	if q.Total {
		if l.Total, err = v.total(ctx, sq); err != nil {
			return List{}, err
		}
	}
	return l, v.list(ctx, sq, &l)
}

// query turns a caller's parameters into a query within what v may see.
func (v *viewer) query(ctx context.Context, q ListQuery) (store.Query, error) {
	sq := store.Query{Filter: slices.Clone(v.filter), Limit: q.Limit, Cursor: q.Cursor}
	if sq.Limit == 0 {
		sq.Limit = defaultLimit
	}
	if sq.Limit < 1 || sq.Limit > maxLimit {
		return sq, malformed("error.limit", map[string]any{"Min": 1, "Max": maxLimit})
	}
	if q.Own {
		sq.Filter = append(sq.Filter, cond(kind.Is(ownField, v.a.Person)))
	}
	var given []string
	for _, name := range slices.Sorted(maps.Keys(q.Filter)) {
		cs, err := v.parameter(ctx, name, q.Filter[name])
		if err != nil {
			return sq, err
		}
		sq.Filter = append(sq.Filter, conds(cs)...)
		given = append(given, name)
	}
	if slices.ContainsFunc(given, v.confides) {
		sq.Filter = append(sq.Filter, v.con.filter...)
	}
	if !slices.Contains(given, "state") {
		sq.Filter = append(sq.Filter, conds(v.sh.aside)...)
	}
	var err error
	sq.Sort, err = v.order(q.Sort, given)
	return sq, err
}

// parameter reads one filter parameter: a declared, filterable field that v
// sees, in its own type. One that v does not see answers as one that is not.
func (v *viewer) parameter(ctx context.Context, name, value string) ([]kind.Cond, error) {
	if ask := v.sh.Questions[name]; ask != nil {
		return v.question(ctx, ask, name, value)
	}
	f := v.sh.Field(name)
	if !v.filters(f) {
		return nil, parameter("error.parameter_unknown", name)
	}
	q, fault := v.sh.ParseFilter(f, value)
	if fault != nil {
		return nil, parameter("error.parameter_value", name)
	}
	return []kind.Cond{kind.Is(f.Path(), q)}, nil
}

// filters reports whether v may narrow a list by f: a confidential field narrows
// the list to the records of which v sees it, too.
func (v *viewer) filters(f *kind.Field) bool {
	return f != nil && f.Filter && (f.Class <= v.class || f.Class == kind.CON && v.con != nil)
}

// confides reports whether v sees the field called name of some records only.
func (v *viewer) confides(name string) bool {
	f := v.sh.Field(name)
	return f != nil && f.Class > v.class && v.con != nil
}

// question asks what depends on the day. One about a field that v does not see
// is not there for v.
func (v *viewer) question(ctx context.Context, ask func(kind.Now) []kind.Cond, name, value string) ([]kind.Cond, error) {
	now, err := v.e.clock(ctx, v.a.Mission, v.e.now())
	if err != nil {
		return nil, err
	}
	cs := ask(now)
	if !v.sees(cs) {
		return nil, parameter("error.parameter_unknown", name)
	}
	for i := range cs {
		cs[i].Value = kind.Plain(cs[i].Value)
	}
	if value != "true" {
		return nil, parameter("error.parameter_value", name)
	}
	return cs, nil
}

// sees reports whether v sees every field that cs ask about.
func (v *viewer) sees(cs []kind.Cond) bool {
	return !slices.ContainsFunc(cs, func(c kind.Cond) bool {
		f := v.sh.Field(fieldOf(v.sh, c.Field))
		return f == nil || f.Class > v.class
	})
}

// order checks a caller's sort, or finds the list's own.
func (v *viewer) order(sort string, given []string) (string, error) {
	own := v.sh.sortFor(v.shelf, given)
	if sort == "" {
		return own, nil
	}
	if !slices.Contains(v.sorts(), strings.TrimPrefix(sort, "-")) {
		return "", parameter("error.parameter_value", "sort")
	}
	return sort, nil
}

// sorts are the fields that v may sort a list by, up or down.
func (v *viewer) sorts() []string {
	return slices.DeleteFunc(v.sh.sorts(v.shelf), func(name string) bool {
		f := v.sh.Field(name)
		return f == nil || f.Class > v.class
	})
}

// errEnough ends a count at its bound.
var errEnough = errors.New("record: enough")

// total counts the matches, up to 10,000.
func (v *viewer) total(ctx context.Context, q store.Query) (int64, error) {
	var n int64
	err := v.e.Store.Each(ctx, v.shelf, store.Query{Filter: q.Filter, Sort: q.Sort}, func(store.Raw) error {
		if n++; n == maxTotal {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return n, badQuery(err)
}

// fill looks until l is full, nothing is left or the page has cost enough.
func (v *viewer) fill(ctx context.Context, q store.Query, l *List) error {
	want := q.Limit
	for range maxPages {
		q.Limit = want - len(l.Items)
		p, err := v.e.Store.Find(ctx, v.shelf, q)
		if err != nil {
			return badQuery(err)
		}
		for _, raw := range p.Docs {
			w, err := v.view(raw)
			if err != nil {
				return err
			}
			l.Items = append(l.Items, w)
		}
		l.Next, q.Cursor = p.Next, p.Next
		if p.Next == "" || len(l.Items) >= want {
			break
		}
	}
	return nil
}

// badQuery is wrap for what a caller asked: an order that no index serves is
// theirs to change.
func badQuery(err error) error {
	if errors.Is(err, store.ErrNoPlan) || errors.Is(err, store.ErrUnsupported) {
		return kind.E(kind.CodeMalformed, "error.parameter_value", err)
	}
	return wrap(err)
}
