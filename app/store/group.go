package store

import (
	"slices"
)

// Tally answers a grouping in Go, for engines whose query language cannot: Add
// each document once, then take Rows.
type Tally struct {
	by, sum [][]string
	rows    map[string]*Group
	key     []byte
}

// NewTally starts a tally of g.
func NewTally(g Grouping) *Tally {
	t := &Tally{rows: map[string]*Group{}}
	for _, f := range g.By {
		t.by = append(t.by, segments(f))
	}
	for _, f := range g.Sum {
		t.sum = append(t.sum, segments(f))
	}
	return t
}

func segments(path string) []string {
	segs, err := splitPath(path)
	if err != nil {
		return []string{path}
	}
	return segs
}

// Add counts a document; what is no number adds nothing to a sum.
func (t *Tally) Add(doc Raw) {
	t.key = t.key[:0]
	for _, segs := range t.by {
		t.key = appendScalar(t.key, whole(first(doc, segs)))
	}
	g := t.rows[string(t.key)]
	if g == nil {
		g = &Group{By: make([]any, len(t.by)), Sums: make([]float64, len(t.sum))}
		for i, segs := range t.by {
			g.By[i] = whole(first(doc, segs)).value()
		}
		t.rows[string(t.key)] = g
	}
	g.Count++
	for i, segs := range t.sum {
		g.Sums[i] += first(doc, segs).number()
	}
}

// whole makes 2.0 the same group as 2.
func whole(s scalar) scalar {
	if s.rank == rankNumber && s.isFloat {
		if i := int64(s.f); s.compare(scalar{rank: rankNumber, i: i}) == 0 {
			return scalar{rank: rankNumber, i: i}
		}
	}
	return s
}

func (s scalar) number() float64 {
	switch {
	case s.rank != rankNumber:
		return 0
	case s.isFloat:
		return s.f
	}
	return float64(s.i)
}

// Rows are the groups in the order of their By values.
func (t *Tally) Rows() []Group {
	out := make([]Group, 0, len(t.rows))
	for _, g := range t.rows {
		out = append(out, *g)
	}
	SortGroups(out)
	return out
}

// SortGroups puts groups in the order that every engine answers them in.
func SortGroups(gs []Group) {
	slices.SortFunc(gs, func(a, b Group) int {
		return slices.CompareFunc(a.By, b.By, Compare)
	})
}
