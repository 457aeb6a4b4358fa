package store

import (
	"fmt"
	"slices"
	"strings"
)

// Limits of a filter; beyond them it is ErrUnsupported.
const (
	maxDepth  = 8    // of $and and $or within each other
	maxLeaves = 256  // conditions on fields
	maxIn     = 2000 // values of an $in or $nin
	maxPath   = 8    // parts of a field path
)

// Expr is a parsed filter; [Match] evaluates it.
type Expr interface {
	match(doc []byte) bool
	// canon appends the filter in a form that two equal filters share.
	canon(dst []byte) []byte
}

// allOf and anyOf hold sub-filters; an empty allOf matches everything.
type (
	allOf []Expr
	anyOf []Expr
)

// op is what a leaf asks of a field. $ne and $nin are not opIn.
type op uint8

const (
	opIn op = iota + 1
	opGt
	opGte
	opLt
	opLte
	opExists
)

// leaf is a condition on one field: opIn that a value is one of vals (sorted,
// each once), the orderings that it stands so to vals[0].
type leaf struct {
	path string
	segs []string
	op   op
	not  bool
	null bool // vals hold null, so missing counts
	vals []scalar
}

// ParseFilter reads a filter of the documented subset; everything else, values
// that are no scalar among it, is ErrUnsupported with what and where. A nil
// filter matches everything.
func ParseFilter(d D) (Expr, error) {
	p := parser{}
	return p.all(d, 0)
}

type parser struct{ leaves int }

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))
}

func (p *parser) all(d D, depth int) (Expr, error) {
	if depth > maxDepth {
		return nil, unsupported("filter is nested deeper than %d", maxDepth)
	}
	out := make(allOf, 0, len(d))
	for _, e := range d {
		x, err := p.element(e, depth)
		if err != nil {
			return nil, err
		}
		out = append(out, x...)
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (p *parser) element(e E, depth int) ([]Expr, error) {
	switch e.Key {
	case "$and":
		return p.list(e, depth)
	case "$or":
		xs, err := p.list(e, depth)
		return []Expr{anyOf(xs)}, err
	}
	segs, err := splitPath(e.Key)
	if err != nil {
		return nil, err
	}
	ops, ok := e.Value.(D)
	if !ok {
		ops = D{{Key: "$eq", Value: e.Value}}
	}
	if len(ops) == 0 {
		return nil, unsupported("%s equals a document", e.Key)
	}
	out := make([]Expr, 0, len(ops))
	for _, o := range ops {
		if p.leaves++; p.leaves > maxLeaves {
			return nil, unsupported("more than %d conditions", maxLeaves)
		}
		l, err := newLeaf(e.Key, segs, o)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// list reads the filters of an $and or $or.
func (p *parser) list(e E, depth int) ([]Expr, error) {
	var ds []D
	switch v := e.Value.(type) {
	case []D:
		ds = v
	case A:
		for _, x := range v {
			d, ok := x.(D)
			if !ok {
				return nil, unsupported("%s of a %T", e.Key, x)
			}
			ds = append(ds, d)
		}
	}
	if len(ds) == 0 || len(ds) > maxLeaves {
		return nil, unsupported("%s needs 1 to %d filters", e.Key, maxLeaves)
	}
	out := make([]Expr, 0, len(ds))
	for _, d := range ds {
		x, err := p.all(d, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// splitPath refuses paths that MongoDB reads otherwise than this package:
// operators, and numbers, which it takes for places in an array too.
func splitPath(path string) ([]string, error) {
	segs := strings.Split(path, ".")
	if len(segs) > maxPath {
		return nil, unsupported("path %q is too long", path)
	}
	for _, s := range segs {
		if s == "" || s[0] == '$' || strings.IndexByte(s, 0) >= 0 || strings.Trim(s, "0123456789") == "" {
			return nil, unsupported("path %q", path)
		}
	}
	return segs, nil
}

var orderings = map[string]op{"$gt": opGt, "$gte": opGte, "$lt": opLt, "$lte": opLte}

func newLeaf(path string, segs []string, o E) (*leaf, error) {
	l := &leaf{path: path, segs: segs, op: opIn}
	switch o.Key {
	case "$eq", "$ne":
		l.not = o.Key == "$ne"
		return l, l.values(o.Key, []any{o.Value})
	case "$in", "$nin":
		l.not = o.Key == "$nin"
		vs, ok := listOf(o.Value)
		if !ok || len(vs) > maxIn {
			return nil, unsupported("%s: %s needs a list of at most %d", path, o.Key, maxIn)
		}
		return l, l.values(o.Key, vs)
	case "$exists":
		yes, ok := o.Value.(bool)
		if !ok {
			return nil, unsupported("%s: $exists needs true or false", path)
		}
		l.op, l.not = opExists, !yes
		return l, nil
	}
	ord, ok := orderings[o.Key]
	if !ok {
		return nil, unsupported("%s: operator %q", path, o.Key)
	}
	if o.Value == nil {
		return nil, unsupported("%s: %s of null", path, o.Key)
	}
	l.op = ord
	return l, l.values(o.Key, []any{o.Value})
}

func listOf(v any) ([]any, bool) {
	switch x := v.(type) {
	case A:
		return x, true
	case []any:
		return x, true
	case []string:
		vs := make([]any, len(x))
		for i := range x {
			vs[i] = x[i]
		}
		return vs, true
	}
	return nil, false
}

// values keeps vs sorted, each once.
func (l *leaf) values(op string, vs []any) error {
	for _, v := range vs {
		s, ok := toScalar(v)
		if !ok {
			return unsupported("%s: %s of a %T", l.path, op, v)
		}
		l.null = l.null || s.rank == rankNull
		l.vals = append(l.vals, s)
	}
	slices.SortFunc(l.vals, scalar.compare)
	l.vals = slices.CompactFunc(l.vals, func(a, b scalar) bool { return a.compare(b) == 0 })
	return nil
}

// equality reports whether l names the values that its field may have.
func (l *leaf) equality() bool { return l.op == opIn && !l.not }

// nothing reports whether l matches no document.
func (l *leaf) nothing() bool { return l.equality() && len(l.vals) == 0 }

func (x allOf) canon(dst []byte) []byte { return canonAll(append(dst, 'a'), x) }
func (x anyOf) canon(dst []byte) []byte { return canonAll(append(dst, 'o'), x) }

func canonAll(dst []byte, xs []Expr) []byte {
	for _, x := range xs {
		dst = x.canon(dst)
	}
	return append(dst, 'e')
}

func (l *leaf) canon(dst []byte) []byte {
	dst = append(dst, 'l', byte(l.op), '+')
	if l.not {
		dst[len(dst)-1] = '-'
	}
	dst = appendScalar(dst, scalar{rank: rankString, s: l.path})
	for _, v := range l.vals {
		dst = appendScalar(dst, v)
	}
	return append(dst, 'e')
}

// Eq matches documents whose field is v, or an array that has v; nil matches
// missing fields too.
func Eq(field string, v any) E { return E{Key: field, Value: D{{Key: "$eq", Value: v}}} }

// Ne is the opposite of Eq.
func Ne(field string, v any) E { return E{Key: field, Value: D{{Key: "$ne", Value: v}}} }

// In matches documents that Eq matches for one of vs: an A, []any or []string.
func In(field string, vs any) E { return E{Key: field, Value: D{{Key: "$in", Value: array(vs)}}} }

// NotIn is the opposite of In.
func NotIn(field string, vs any) E { return E{Key: field, Value: D{{Key: "$nin", Value: array(vs)}}} }

// array turns lists into an A, which the MongoDB driver writes as one even
// when it is empty or nil.
func array(vs any) any {
	if l, ok := listOf(vs); ok {
		return append(A{}, l...)
	}
	return vs
}

// Gt matches documents whose field is of v's type and greater.
func Gt(field string, v any) E { return E{Key: field, Value: D{{Key: "$gt", Value: v}}} }

// Gte matches documents whose field is of v's type and not less.
func Gte(field string, v any) E { return E{Key: field, Value: D{{Key: "$gte", Value: v}}} }

// Lt matches documents whose field is of v's type and less.
func Lt(field string, v any) E { return E{Key: field, Value: D{{Key: "$lt", Value: v}}} }

// Lte matches documents whose field is of v's type and not greater.
func Lte(field string, v any) E { return E{Key: field, Value: D{{Key: "$lte", Value: v}}} }

// Exists matches documents that have the field, null or not, or lack it.
func Exists(field string, yes bool) E { return E{Key: field, Value: D{{Key: "$exists", Value: yes}}} }

// And matches what every one of ds matches. There is at least one.
func And(ds ...D) E { return E{Key: "$and", Value: filters(ds)} }

// Or matches what at least one of ds matches. There is at least one.
func Or(ds ...D) E { return E{Key: "$or", Value: filters(ds)} }

func filters(ds []D) A {
	a := make(A, len(ds))
	for i := range ds {
		a[i] = ds[i]
	}
	return a
}
