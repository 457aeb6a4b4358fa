package record

import (
	"context"
	"slices"
	"sync"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Kinds that the engine itself reads: what a reach and a day are measured by.
const (
	unitKind    = "unit"
	postingKind = "posting"
	missionKind = "mission"
	itemKind    = "reference_item"
)

// memory is what an engine keeps between calls. Everything in it can be made
// anew from the store.
type memory struct {
	shapes   map[string]*shape
	tags     *tagger
	feed     *sealer
	heads    heads
	units    keeps[tree]
	postings keeps[[]posting]
	steady   keeps[*steady]
	zones    *kept[map[string]*time.Location]
	codes    *kept[map[codeOf]bool]
	numbers  numbers
	scanned  scanned
}

func (e *Engine) memory() *memory {
	e.once.Do(func() {
		m := &memory{shapes: map[string]*shape{}, tags: newTagger(store.SubKey(e.Key, "etag")), feed: newSealer(store.SubKey(e.Key, "feed"))}
		for _, d := range e.Kinds.All() {
			m.shapes[d.Name] = newShape(d)
		}
		m.zones = &kept[map[string]*time.Location]{journal: store.Service, shelves: []string{missionKind}, load: e.loadZones}
		m.codes = &kept[map[codeOf]bool]{journal: store.Service, shelves: []string{itemKind}, load: e.loadCodes}
		e.mem = m
	})
	return e.mem
}

// shape returns what is known of d. That d is one of the engine's kinds is a
// matter of how the program is put together.
func (e *Engine) shape(d *kind.Descriptor) *shape { return e.memory().shapes[d.Name] }

// shapeOf returns the shape of the kind called name, or nil.
func (e *Engine) shapeOf(name string) *shape { return e.memory().shapes[name] }

// every calls fn with each record of a kind in a journal, if there is such a kind.
func (e *Engine) every(ctx context.Context, name, mission string, fn func(store.Raw) error) error {
	sh := e.shapeOf(name)
	if sh == nil {
		return nil
	}
	q := store.Query{Filter: throughout(sh, mission), Sort: sh.sortFor(sh.Name, nil)}
	return e.Store.Each(ctx, sh.Name, q, fn)
}

// text is the string at a path of a stored document, "" if there is none.
func text(raw store.Raw, path ...string) string { return store.TextAt(raw, path...) }

// tree holds the units directly below each unit of one mission.
type tree map[string][]string

func (e *Engine) below(ctx context.Context, mission string, ids []string) ([]string, error) {
	t, err := e.memory().units.of(mission, func() *kept[tree] {
		return &kept[tree]{journal: mission, shelves: []string{unitKind}, load: func(ctx context.Context) (tree, error) {
			return e.loadTree(ctx, mission)
		}}
	}).get(ctx, e)
	if err != nil {
		return nil, err
	}
	return t.under(ids), nil
}

func (e *Engine) loadTree(ctx context.Context, mission string) (tree, error) {
	t := tree{}
	return t, e.every(ctx, unitKind, mission, func(raw store.Raw) error {
		if p := text(raw, "parent", "id"); p != "" {
			t[p] = append(t[p], text(raw, "id"))
		}
		return nil
	})
}

// under lists ids and every unit below them, sorted. A circle ends where it began.
func (t tree) under(ids []string) []string {
	seen := map[string]bool{}
	todo := slices.Clone(ids)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[id] {
			seen[id] = true
			todo = append(todo, t[id]...)
		}
	}
	out := make([]string, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// posting is who serves at which unit, and when.
type posting struct {
	person, unit string
	period       value.Period
}

func (p posting) covers(d value.Date) bool {
	return d >= p.period.Start && (p.period.End == "" || d <= p.period.End)
}

// postingsToday calls fn with the postings of a mission that cover today.
func (e *Engine) postingsToday(ctx context.Context, mission string, fn func(posting)) error {
	all, err := e.memory().postings.of(mission, func() *kept[[]posting] {
		return &kept[[]posting]{journal: mission, shelves: []string{postingKind}, load: func(ctx context.Context) ([]posting, error) {
			return e.loadPostings(ctx, mission)
		}}
	}).get(ctx, e)
	if err != nil {
		return err
	}
	now, err := e.clock(ctx, mission, e.now())
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.covers(now.Today) {
			fn(p)
		}
	}
	return nil
}

func (e *Engine) loadPostings(ctx context.Context, mission string) ([]posting, error) {
	var ps []posting
	err := e.every(ctx, postingKind, mission, func(raw store.Raw) error {
		p := posting{person: text(raw, "person", "id"), unit: text(raw, "unit", "id")}
		p.period = value.Period{Start: value.Date(text(raw, "period", "start")), End: value.Date(text(raw, "period", "end"))}
		if p.unit != "" && text(raw, "state") != "voided" {
			ps = append(ps, p)
		}
		return nil
	})
	return ps, err
}

// postingsOf lists the units where a serves today.
func (e *Engine) postingsOf(ctx context.Context, a *kind.Actor) ([]string, error) {
	var units []string
	err := e.postingsToday(ctx, a.Mission, func(p posting) {
		if p.person == a.Person {
			units = append(units, p.unit)
		}
	})
	return units, err
}

// postedAt lists who serves at units today.
func (e *Engine) postedAt(ctx context.Context, mission string, units []string) ([]string, error) {
	var people []string
	err := e.postingsToday(ctx, mission, func(p posting) {
		if slices.Contains(units, p.unit) {
			people = append(people, p.person)
		}
	})
	return sorted(people), err
}

func (e *Engine) loadZones(ctx context.Context) (map[string]*time.Location, error) {
	zones := map[string]*time.Location{}
	return zones, e.every(ctx, missionKind, "", func(raw store.Raw) error {
		if loc, err := time.LoadLocation(text(raw, "tz")); err == nil { // else UTC: one bad name must not stop the others
			zones[text(raw, "id")] = loc
		}
		return nil
	})
}

// now is the time as records keep it: UTC, whole milliseconds.
func (e *Engine) now() time.Time { return kind.Milli(e.Now()) }

// clock is t where the mission is, in UTC for whoever acts in none.
func (e *Engine) clock(ctx context.Context, mission string, t time.Time) (kind.Now, error) {
	zones, err := e.memory().zones.get(ctx, e)
	if err != nil {
		return kind.Now{}, err
	}
	now := kind.Now{Time: t, Zone: zones[mission]}
	if now.Zone != nil {
		t = t.In(now.Zone)
	}
	now.Today = value.DateOf(t)
	return now, nil
}

// codeOf is one code of one reference list.
type codeOf struct{ list, code string }

func (e *Engine) loadCodes(ctx context.Context) (map[codeOf]bool, error) {
	codes := map[codeOf]bool{}
	return codes, e.every(ctx, itemKind, "", func(raw store.Raw) error {
		codes[codeOf{text(raw, "list"), text(raw, "code")}] = true
		return nil
	})
}

// numbers are the blocks of numbers that this process has reserved.
type numbers struct {
	mu sync.Mutex
	by map[[2]string]*block // journal, sequence
}

// block is what is left of one reservation: next up to end, end not included.
type block struct {
	mu        sync.Mutex
	next, end int64
}

func (n *numbers) of(journal, sequence string) *block {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.by == nil {
		n.by = map[[2]string]*block{}
	}
	k := [2]string{journal, sequence}
	if n.by[k] == nil {
		n.by[k] = &block{}
	}
	return n.by[k]
}
