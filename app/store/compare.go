package store

import (
	"cmp"
	"encoding/binary"
	"math"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// rank is where a type stands in BSON's order of types; types of one rank
// compare by value.
type rank uint8

const (
	rankNull   rank = 1
	rankNumber rank = 2
	rankString rank = 3
	rankBool   rank = 8
	rankDate   rank = 9
)

// scalar is a value that filters and sorts know, without a box: null, a number
// (f where isFloat, else i), a string, a bool (i), a date (i, ms).
type scalar struct {
	rank    rank
	isFloat bool
	i       int64
	f       float64
	s       string
}

// toScalar reads a Go value of a filter.
func toScalar(v any) (scalar, bool) {
	switch x := v.(type) {
	case nil:
		return scalar{rank: rankNull}, true
	case string:
		return scalar{rank: rankString, s: x}, true
	case int64:
		return scalar{rank: rankNumber, i: x}, true
	case int:
		return scalar{rank: rankNumber, i: int64(x)}, true
	case int32:
		return scalar{rank: rankNumber, i: int64(x)}, true
	case float64:
		return scalar{rank: rankNumber, isFloat: true, f: x}, true
	case bool:
		s := scalar{rank: rankBool}
		if x {
			s.i = 1
		}
		return s, true
	case time.Time:
		return scalar{rank: rankDate, i: x.UnixMilli()}, true
	case bson.DateTime:
		return scalar{rank: rankDate, i: int64(x)}, true
	}
	return scalar{}, false
}

// scalarOf reads a stored value, copying a string.
func scalarOf(t Type, v []byte) (scalar, bool) {
	if s, ok := textOf(t, v); ok {
		return scalar{rank: rankString, s: string(s)}, true
	}
	switch t {
	case TypeNull:
		return scalar{rank: rankNull}, true
	case TypeInt64, TypeInt32:
		return scalar{rank: rankNumber, i: Int(t, v)}, true
	case TypeDouble:
		return scalar{rank: rankNumber, isFloat: true, f: Float(v)}, true
	case TypeBool:
		return scalar{rank: rankBool, i: int64(v[0])}, true
	case TypeDateTime:
		return scalar{rank: rankDate, i: Int(t, v)}, true
	}
	return scalar{}, false
}

// value is the Go value of s: nil, int64, float64, string, bool or time.Time.
func (s scalar) value() any {
	switch s.rank {
	case rankNumber:
		if s.isFloat {
			return s.f
		}
		return s.i
	case rankString:
		return s.s
	case rankBool:
		return s.i != 0
	case rankDate:
		return time.UnixMilli(s.i).UTC()
	}
	return nil
}

// Compare orders two values as BSON does: null, numbers (whole and not alike,
// NaN first), strings by bytes, false, true, dates. Values are those that
// [Branch] and [Position] hold; any other is before all of them.
func Compare(a, b any) int {
	x, _ := toScalar(a)
	y, _ := toScalar(b)
	return x.compare(y)
}

func (s scalar) compare(o scalar) int {
	if s.rank != o.rank {
		return cmp.Compare(s.rank, o.rank)
	}
	switch s.rank {
	case rankNumber:
		return compareNumbers(s, o)
	case rankString:
		return cmp.Compare(s.s, o.s)
	}
	return cmp.Compare(s.i, o.i)
}

// compareStored compares a stored value with o; false if it is of another rank.
func compareStored(t Type, v []byte, o scalar) (int, bool) {
	if t == TypeString || isUUID(t, v) {
		if o.rank != rankString {
			return 0, false
		}
		var room [uuidText]byte
		b := Text(v)
		if t != TypeString {
			b = appendUUID(room[:0], v[5:])
		}
		switch {
		case string(b) == o.s:
			return 0, true
		case string(b) < o.s:
			return -1, true
		}
		return 1, true
	}
	s, ok := scalarOf(t, v)
	if !ok || s.rank != o.rank {
		return 0, false
	}
	return s.compare(o), true
}

func compareNumbers(a, b scalar) int {
	switch {
	case a.isFloat && b.isFloat:
		return cmp.Compare(a.f, b.f)
	case a.isFloat:
		return -compareIntFloat(b.i, a.f)
	case b.isFloat:
		return compareIntFloat(a.i, b.f)
	}
	return cmp.Compare(a.i, b.i)
}

// compareIntFloat compares exactly, also where a float64 cannot hold i.
func compareIntFloat(i int64, f float64) int {
	switch {
	case math.IsNaN(f) || f < -(1<<63):
		return 1
	case f >= 1<<63:
		return -1
	}
	whole := math.Trunc(f)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, f)
}

// appendScalar writes s so that readScalar finds its end again.
func appendScalar(dst []byte, s scalar) []byte {
	switch {
	case s.rank == rankString:
		dst = binary.AppendUvarint(append(dst, byte(s.rank)), uint64(len(s.s)))
		return append(dst, s.s...)
	case s.isFloat:
		return binary.LittleEndian.AppendUint64(append(dst, byte(s.rank)|0x80), math.Float64bits(s.f))
	case s.rank == rankNull:
		return append(dst, byte(s.rank))
	}
	return binary.LittleEndian.AppendUint64(append(dst, byte(s.rank)), uint64(s.i))
}

func readScalar(b []byte) (s scalar, rest []byte, ok bool) {
	if len(b) == 0 {
		return s, nil, false
	}
	s.rank, s.isFloat, b = rank(b[0]&0x7f), b[0]&0x80 != 0, b[1:]
	switch s.rank {
	case rankNull:
		return s, b, true
	case rankString:
		n, w := binary.Uvarint(b)
		if w <= 0 || n > uint64(len(b)-w) {
			return s, nil, false
		}
		s.s = string(b[w : w+int(n)])
		return s, b[w+int(n):], true
	}
	if len(b) < 8 {
		return s, nil, false
	}
	n := binary.LittleEndian.Uint64(b)
	if s.isFloat {
		s.f = math.Float64frombits(n)
	} else {
		s.i = int64(n)
	}
	return s, b[8:], true
}
