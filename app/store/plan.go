package store

import (
	"fmt"
	"slices"
	"strings"
)

const (
	maxBranches = 64  // of one plan: values of an $in, branches of an $or
	maxTries    = 256 // combinations of $or that a plan is looked for in
)

// planner looks for the plan of one query on one shelf.
type planner struct {
	shelf *Shelf
	sort  []string
	loose bool     // any order will do
	wants []string // fields that an index should hold, other things equal
	tries int
}

// served is what an index, or several for an $or, can do for a filter.
type served struct {
	branches []Branch
	equal    int // fields that equality narrows, in the worst branch
	exact    bool
	disjoint bool
	wants    int
}

// better prefers more equality, then less to check, then fewer branches.
func (s served) better(o served) bool {
	switch {
	case s.equal != o.equal:
		return s.equal > o.equal
	case s.exact != o.exact:
		return s.exact
	case s.wants != o.wants:
		return s.wants > o.wants
	}
	return len(s.branches) < len(o.branches)
}

// parseSort reads "a,b" or "-a,-b"; the final _id may be named.
func parseSort(sort string) (paths []string, desc bool, err error) {
	if sort == "" {
		return nil, false, nil
	}
	for i, f := range strings.Split(sort, ",") {
		path, down := strings.CutPrefix(f, "-")
		if i > 0 && down != desc {
			return nil, false, unsupported("sort %q goes in two directions", sort)
		}
		desc = down
		if path != "_id" {
			if _, err := splitPath(path); err != nil {
				return nil, false, err
			}
		}
		if slices.Contains(paths, path) {
			return nil, false, unsupported("sort %q names a field twice", sort)
		}
		paths = append(paths, path)
	}
	if i := slices.Index(paths, "_id"); i >= 0 {
		if i < len(paths)-1 {
			return nil, false, unsupported("sort %q goes on after _id", sort)
		}
		paths = paths[:i]
	}
	return paths, desc, nil
}

// plan makes the plan of a query in a declared order.
func (s *Shelf) plan(filter D, sort string) (*Plan, error) {
	paths, desc, err := parseSort(sort)
	if err != nil {
		return nil, err
	}
	return s.find(filter, &planner{shelf: s, sort: paths}, desc)
}

// loosePlan makes the plan of a query whose matches may come in any order.
func (s *Shelf) loosePlan(filter D, wants ...string) (*Plan, error) {
	return s.find(filter, &planner{shelf: s, loose: true, wants: wants}, false)
}

func (s *Shelf) find(filter D, pl *planner, desc bool) (*Plan, error) {
	x, err := ParseFilter(filter)
	if err != nil {
		return nil, err
	}
	best, ok := pl.serve([]Expr{x}, 0)
	if !ok {
		return nil, fmt.Errorf("%w: %s by %v", ErrNoPlan, s.Name, pl.sort)
	}
	return &Plan{Shelf: s.Name, Branches: best.branches, Sort: pl.sort, Desc: desc, Unordered: pl.loose,
		Exact: best.exact, Disjoint: best.disjoint, Match: x, Filter: filter}, nil
}

// conj is a filter taken apart: all of leaves and all of ors must hold.
type conj struct {
	leaves  []*leaf
	ors     []anyOf
	nothing bool
}

func (c *conj) add(x Expr) {
	switch e := x.(type) {
	case allOf:
		for _, y := range e {
			c.add(y)
		}
	case anyOf:
		c.ors = append(c.ors, e)
	case *leaf:
		c.leaves = append(c.leaves, e)
		c.nothing = c.nothing || e.nothing()
	}
}

// serve finds the best way to answer all of xs: by the leaves alone, the $ors
// checked afterwards, or by the branches of one $or. Of the $ors only those
// from number from on are tried, so that no combination comes twice.
func (pl *planner) serve(xs []Expr, from int) (served, bool) {
	var c conj
	for _, x := range xs {
		c.add(x)
	}
	if c.nothing {
		return served{exact: true, disjoint: true, equal: 1 << 10}, true
	}
	best, ok := pl.byIndex(&c)
	for i := from; i < len(c.ors) && pl.tries < maxTries; i++ {
		if s, can := pl.byBranches(&c, i); can && (!ok || s.better(best)) {
			best, ok = s, true
		}
	}
	return best, ok
}

// byBranches gives each alternative of an $or its own index. An alternative
// becomes part of the filter beside the others, so each finds its own best.
func (pl *planner) byBranches(c *conj, at int) (served, bool) {
	out := served{equal: 1 << 10, exact: true, disjoint: true}
	for _, alt := range c.ors[at] {
		pl.tries++
		xs := make([]Expr, 0, len(c.leaves)+len(c.ors)+1)
		for _, l := range c.leaves {
			xs = append(xs, l)
		}
		for i, o := range c.ors {
			if i != at {
				xs = append(xs, o)
			}
		}
		s, ok := pl.serve(append(xs, alt), at)
		if !ok || len(out.branches)+len(s.branches) > maxBranches {
			return served{}, false
		}
		out.disjoint = s.disjoint && out.disjoint && (len(out.branches) == 0 || len(s.branches) == 0)
		out.branches = append(out.branches, s.branches...)
		out.equal, out.exact = min(out.equal, s.equal), out.exact && s.exact
	}
	return out, true
}

func (pl *planner) byIndex(c *conj) (best served, ok bool) {
	for i := range pl.shelf.Indexes {
		if s, can := pl.try(&pl.shelf.Indexes[i], c); can && (!ok || s.better(best)) {
			best, ok = s, true
		}
	}
	return best, ok
}

// try answers c from one index: equality on its first fields, then the sort,
// at most one range on the field after the equality.
func (pl *planner) try(ix *Index, c *conj) (served, bool) {
	equal := equality(ix, c)
	if !pl.loose {
		at := len(ix.Fields) - len(pl.sort)
		if at < 1 || at > len(equal) || !slices.Equal(ix.Fields[at:], pl.sort) || slices.Contains(pl.sort, ix.Multi) {
			return served{}, false
		}
		equal = equal[:at]
	}
	if len(equal) == 0 {
		return served{}, false
	}
	s := served{equal: len(equal), disjoint: true, exact: len(c.ors) == 0}
	for _, w := range pl.wants {
		if slices.Contains(ix.Fields, w) {
			s.wants++
		}
	}
	used := map[*leaf]bool{}
	for i, l := range equal {
		used[l] = true
		s.disjoint = s.disjoint && (len(l.vals) == 1 || ix.Fields[i] != ix.Multi)
		s.exact = s.exact && !l.null // null and missing are one to a filter, engines may differ
	}
	low, high := bounds(ix, len(equal), c, used)
	s.exact = s.exact && len(used) == len(c.leaves) && (low == nil) == (high == nil)
	s.branches = branches(ix, equal, low, high)
	return s, true
}

// equality picks a leaf for each of the index's first fields, as far as they
// go and as long as the branches stay few.
func equality(ix *Index, c *conj) (equal []*leaf) {
	n := 1
	for _, f := range ix.Fields {
		var best *leaf
		for _, l := range c.leaves {
			if l.path == f && l.equality() && (best == nil || len(l.vals) < len(best.vals)) {
				best = l
			}
		}
		if best == nil || n*len(best.vals) > maxBranches || best.null && f == ix.Multi {
			break
		}
		n *= len(best.vals)
		equal = append(equal, best)
	}
	return equal
}

// bounds takes one lower and one upper end for the field after the equality.
func bounds(ix *Index, at int, c *conj, used map[*leaf]bool) (low, high *Bound) {
	if at >= len(ix.Fields) || ix.Fields[at] == ix.Multi {
		return nil, nil
	}
	var typ rank
	for _, l := range c.leaves {
		if l.path != ix.Fields[at] || l.not || len(l.vals) != 1 || used[l] || l.null || typ != 0 && l.vals[0].rank != typ {
			continue
		}
		v := l.vals[0].value()
		switch {
		case (l.op == opGt || l.op == opGte) && low == nil:
			low = &Bound{Value: v, Open: l.op == opGt}
		case (l.op == opLt || l.op == opLte) && high == nil:
			high = &Bound{Value: v, Open: l.op == opLt}
		case l.op == opIn && low == nil && high == nil:
			low, high = &Bound{Value: v}, &Bound{Value: v}
		default:
			continue
		}
		typ, used[l] = l.vals[0].rank, true
	}
	return low, high
}

// branches makes one branch for each combination of the values.
func branches(ix *Index, equal []*leaf, low, high *Bound) []Branch {
	total := 1
	for _, l := range equal {
		total *= len(l.vals)
	}
	out := make([]Branch, total)
	for i := range out {
		vs, rest := make([]any, len(equal)), i
		for j := len(equal) - 1; j >= 0; j-- {
			k := len(equal[j].vals)
			vs[j] = equal[j].vals[rest%k].value()
			rest /= k
		}
		out[i] = Branch{Index: ix, Equal: vs, Lower: low, Upper: high}
	}
	return out
}
