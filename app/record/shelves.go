package record

import (
	"slices"
	"strings"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Names of stored fields that the engine itself looks at.
const (
	ownField     = "_own" // ids of the people that a record is "own" to (domain.md §5.7)
	idField      = "_id"
	missionField = "mission_id"
)

// Counter is the shelf of the sequences behind World.Next and World.Number.
const Counter = "counter"

// Sorts where a list declares none.
const (
	newestFirst   = "-created_at"
	releasedFirst = "-released_at"
)

// shape is what the engine works out of a descriptor once.
type shape struct {
	*kind.Descriptor
	released string      // shelf of the released copies, "" for none
	unit     string      // path that a team or a unit tree is measured on, "" for none
	person   string      // path that self is measured on, "" for none
	uniques  []unique    // what no two records of a journal may share
	aside    []kind.Cond // what a list asks that is not asked for a state
	masks    [kind.STR]*mask
}

// unique is a field that no two records of a kind in one journal share.
type unique struct{ name, path string }

func newShape(d *kind.Descriptor) *shape {
	sh := &shape{Descriptor: d}
	if d.Releasable {
		sh.released = ReleasedShelf(d)
	}
	switch d.Scope.By {
	case kind.InUnit:
		sh.unit = d.ScopePath()
	case kind.OfPerson:
		sh.person = d.ScopePath()
		if f := d.Field("unit"); f != nil && f.Type == kind.RefType && !f.List {
			sh.unit = f.Path() // people are measured by their unit where their record names one
		}
	}
	for _, f := range d.Fields {
		if f.Unique || f.Name == d.OnePer {
			sh.uniques = append(sh.uniques, unique{f.Name, f.Path()})
		}
	}
	if len(d.Flow.Aside) > 0 {
		sh.aside = []kind.Cond{kind.NoneOf("state", kind.Plain(d.Flow.Aside).([]string)...)}
	}
	for _, c := range []kind.Class{kind.PUB, kind.SHR, kind.MIS, kind.CON} {
		sh.masks[c] = newMask(d, c)
	}
	return sh
}

// ReleasedShelf is the name of the shelf with d's released copies.
func ReleasedShelf(d *kind.Descriptor) string { return d.Name + ".released" }

func (sh *shape) service() bool { return sh.Scope.By == kind.InService }

// journal is where a's records of the kind lie; "" if a acts in no mission.
func (sh *shape) journal(a *kind.Actor) string {
	if sh.service() {
		return store.Service
	}
	return a.Mission
}

// Shelves lists the shelves of the kinds of reg, with the indexes that serve
// every query of this package on them, and the shelf of its counters.
func Shelves(reg *kind.Registry) []store.Shelf {
	shelves := []store.Shelf{{Name: Counter}}
	for _, d := range reg.All() {
		sh := newShape(d)
		shelves = append(shelves, store.Shelf{Name: d.Name, Indexes: sh.indexes(d.Name, d.Indexes())})
		if sh.released != "" {
			shelves = append(shelves, store.Shelf{Name: sh.released, Indexes: sh.indexes(sh.released, d.ReleasedIndexes())})
		}
	}
	return shelves
}

// indexes are the declared ones, and those of orders that a caller may ask for.
// All begin with the mission: reference data has none, which is null for every
// record alike, so that an index begins with an equality there too.
func (sh *shape) indexes(shelf string, declared []kind.Index) []store.Index {
	var ixs []store.Index
	add := func(ix store.Index) {
		if ix.Fields[0] != missionField {
			ix.Fields = append([]string{missionField}, ix.Fields...)
		}
		if !slices.ContainsFunc(ixs, func(o store.Index) bool { return slices.Equal(o.Fields, ix.Fields) }) {
			ixs = append(ixs, ix)
		}
	}
	for _, ix := range declared {
		add(store.Index{Fields: ix.Fields, Multi: ix.Multi})
	}
	home := strings.TrimPrefix(sh.sortFor(shelf, nil), "-")
	if sh.unit != "" {
		add(store.Index{Fields: []string{missionField, sh.unit, home}})
	}
	for _, s := range sh.sorts(shelf) {
		add(store.Index{Fields: []string{missionField, s}})
	}
	return ixs
}

// has reports whether documents of shelf have the field: a released copy has
// what the host side may see.
func (sh *shape) has(shelf string, f *kind.Field) bool {
	return f != nil && (shelf == sh.Name || f.Class <= kind.SHR)
}

// sortFor is the order of the declared list that fits given fields best.
func (sh *shape) sortFor(shelf string, given []string) string {
	fallback := newestFirst
	if shelf != sh.Name {
		fallback = releasedFirst
	}
	best, sort := -1, fallback
	for _, l := range sh.Lists {
		by := names(l.By)
		if len(by) <= best || slices.ContainsFunc(by, func(n string) bool {
			return !slices.Contains(given, n) || !sh.has(shelf, sh.Field(n))
		}) {
			continue
		}
		best, sort = len(by), fallback
		if l.Sort != "" && sh.has(shelf, sh.Field(strings.TrimPrefix(l.Sort, "-"))) {
			sort = l.Sort
		}
	}
	return sort
}

func names(by string) []string {
	if by == "" {
		return nil
	}
	ns := strings.Split(by, ",")
	for i := range ns {
		ns[i] = strings.TrimSpace(ns[i])
	}
	return ns
}

// sorts are the fields that a caller may sort shelf by, up or down.
func (sh *shape) sorts(shelf string) []string {
	ss := []string{strings.TrimPrefix(sh.sortFor(shelf, nil), "-")}
	for _, f := range sh.Fields {
		if f.Sort && sh.has(shelf, f) {
			ss = append(ss, f.Path())
		}
	}
	for _, l := range sh.Lists {
		if s := strings.TrimPrefix(l.Sort, "-"); s != "" && sh.has(shelf, sh.Field(s)) {
			ss = append(ss, s)
		}
	}
	slices.Sort(ss)
	return slices.Compact(ss)
}
