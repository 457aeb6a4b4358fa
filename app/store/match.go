package store

import "slices"

// Match reports whether x matches the document, as MongoDB would: it is the
// meaning of a filter on every engine (style.md R23). It reads the stored
// bytes as they are and allocates nothing. What is damaged in a document is
// missing to it.
func Match(x Expr, doc Raw) bool { return x == nil || x.match(doc) }

func (x allOf) match(doc []byte) bool {
	for _, e := range x {
		if !e.match(doc) {
			return false
		}
	}
	return true
}

func (x anyOf) match(doc []byte) bool {
	for _, e := range x {
		if e.match(doc) {
			return true
		}
	}
	return false
}

func (l *leaf) match(doc []byte) bool { return l.reach(doc, l.segs) != l.not }

// reach follows the path from doc. Each document of an array on the way is
// followed, and one hit is enough; the array's other elements have no fields.
func (l *leaf) reach(doc []byte, segs []string) bool {
	t, v, ok := find(doc, segs[0])
	switch {
	case !ok:
		return l.missing()
	case len(segs) == 1:
		return l.value(t, v)
	case t == TypeDocument:
		return l.reach(v, segs[1:])
	case t == TypeArray:
		return l.elements(v, segs[1:])
	}
	return l.missing()
}

func (l *leaf) elements(array []byte, segs []string) bool {
	body, ok := elements(array)
	for ok && len(body) > 0 {
		var t Type
		var v []byte
		_, t, v, body, ok = next(body)
		if ok && t == TypeDocument && l.reach(v, segs) {
			return true
		}
	}
	return false
}

// missing is the answer where the path ends before its end.
func (l *leaf) missing() bool { return l.op == opIn && l.null }

// value is the answer for what stands at the end of the path. An array answers
// for each of its elements; one within it is none of ours to open.
func (l *leaf) value(t Type, v []byte) bool {
	if l.op == opExists {
		return true
	}
	if t != TypeArray {
		return l.scalar(t, v)
	}
	body, ok := elements(v)
	for ok && len(body) > 0 {
		_, t, v, body, ok = next(body)
		if ok && l.scalar(t, v) {
			return true
		}
	}
	return false
}

func (l *leaf) scalar(t Type, v []byte) bool {
	if l.op == opIn {
		return l.oneOf(t, v)
	}
	c, same := compareStored(t, v, l.vals[0])
	if !same {
		return false
	}
	switch l.op {
	case opGt:
		return c > 0
	case opGte:
		return c >= 0
	case opLt:
		return c < 0
	}
	return c <= 0
}

func (l *leaf) oneOf(t Type, v []byte) bool {
	if len(l.vals) == 1 {
		c, same := compareStored(t, v, l.vals[0])
		return same && c == 0
	}
	lo, hi := 0, len(l.vals)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		c, same := compareStored(t, v, l.vals[mid])
		if !same {
			c = compareRanks(t, v, l.vals[mid].rank)
		}
		switch {
		case c == 0:
			return true
		case c < 0:
			hi = mid
		default:
			lo = mid + 1
		}
	}
	return false
}

// compareRanks orders a stored value of another rank than r; what is no scalar
// is after all of them, so that it equals none.
func compareRanks(t Type, v []byte, r rank) int {
	if isUUID(t, v) {
		t = TypeString
	}
	switch t {
	case TypeNull:
		return -1
	case TypeDouble, TypeInt32, TypeInt64:
		return int(rankNumber) - int(r)
	case TypeString:
		return int(rankString) - int(r)
	case TypeBool:
		return int(rankBool) - int(r)
	}
	return 1
}

// Values returns what an index holds of a document at path: each distinct
// scalar there, through arrays, in the order of [Compare]; one nil if there is
// nothing. An array that is empty or holds no scalar has no value at all.
func Values(doc Raw, path string) []any {
	segs, err := splitPath(path)
	if err != nil {
		return []any{nil}
	}
	vs := collect(nil, doc, segs)
	slices.SortFunc(vs, scalar.compare)
	vs = slices.CompactFunc(vs, func(a, b scalar) bool { return a.compare(b) == 0 })
	out := make([]any, len(vs))
	for i := range vs {
		out[i] = vs[i].value()
	}
	return out
}

func collect(dst []scalar, doc []byte, segs []string) []scalar {
	t, v, ok := find(doc, segs[0])
	if ok && len(segs) > 1 && t == TypeDocument {
		return collect(dst, v, segs[1:])
	}
	if ok && t == TypeArray {
		return collectArray(dst, v, segs[1:])
	}
	if !ok || len(segs) > 1 {
		return append(dst, scalar{rank: rankNull})
	}
	if s, ok := scalarOf(t, v); ok {
		return append(dst, s)
	}
	return dst
}

func collectArray(dst []scalar, array []byte, segs []string) []scalar {
	body, ok := elements(array)
	for ok && len(body) > 0 {
		var t Type
		var v []byte
		if _, t, v, body, ok = next(body); !ok {
			break
		}
		if len(segs) > 0 {
			if t == TypeDocument {
				dst = collect(dst, v, segs)
			}
		} else if s, is := scalarOf(t, v); is {
			dst = append(dst, s)
		}
	}
	return dst
}

// first returns the value at path that a sort goes by: null where there is none.
func first(doc []byte, segs []string) scalar {
	if vs := collect(nil, doc, segs); len(vs) > 0 {
		return vs[0]
	}
	return scalar{rank: rankNull}
}
