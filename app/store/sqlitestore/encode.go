package sqlitestore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"colocate/app/store"
)

// Index columns hold values in a form whose order in SQLite is that of
// store.Compare:
//
//	nil      -Inf                      no column is NULL: a NULL takes no part in
//	                                   (a, b) > (?, ?), and no key may hold one
//	numbers  INTEGER or REAL           NaN and -Inf as the least two
//	text     BLOB, first bit 0         packed, see pack.go
//	bool     BLOB, 0x88 and 0 or 1
//	dates    BLOB, 0x89 and 8 bytes    milliseconds, shifted above 0
//
// Numbers compare exactly across INTEGER and REAL, and before every BLOB.

var absent = math.Inf(-1)

var (
	least  = -math.MaxFloat64
	second = math.Nextafter(least, 0)
	third  = math.Nextafter(second, 0)
)

const (
	tagBool = 0x88
	tagDate = 0x89
	tagNone = 0xff
)

// none fills a Multi field of a document that holds no value there: it keeps
// the document in the index for queries that do not ask for the field.
var none = []byte{tagNone}

// encode gives the column form of a value of a plan, a position or a document
// (store.Values); an outsider is a mistake of the caller.
func encode(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return absent, nil
	case int64:
		return x, nil
	case float64:
		return encodeFloat(x), nil
	case string:
		return pack(make([]byte, 0, len(x)+2), x, 1), nil
	case bool:
		return encodeBool(x), nil
	case time.Time:
		return binary.BigEndian.AppendUint64([]byte{tagDate}, uint64(x.UnixMilli())^1<<63), nil
	}
	return nil, fmt.Errorf("%w: value of type %T", store.ErrUnsupported, v)
}

// encodeFloat makes room for what SQLite's numbers lack: the two least finite
// floats give way to NaN and -Inf, so that nothing but nil is absent.
func encodeFloat(f float64) float64 {
	switch {
	case math.IsNaN(f):
		return least
	case math.IsInf(f, -1):
		return second
	}
	return max(f, third)
}

func encodeBool(b bool) any {
	if b {
		return []byte{tagBool, 1}
	}
	return []byte{tagBool, 0}
}

// decode gives back what encode was given.
func decode(v any) any {
	switch c := v.(type) {
	case float64:
		return decodeFloat(c)
	case []byte:
		return decodeBytes(c)
	}
	return v
}

func decodeFloat(f float64) any {
	switch f {
	case absent:
		return nil
	case least:
		return math.NaN()
	case second:
		return math.Inf(-1)
	}
	return f
}

func decodeBytes(b []byte) any {
	switch {
	case b[0] == tagBool:
		return b[1] == 1
	case b[0] == tagDate:
		return time.UnixMilli(int64(binary.BigEndian.Uint64(b[1:]) ^ 1<<63)).UTC()
	}
	return unpack(b, 1)
}

// bracket is the range of all column forms of v's type: low <= x < high, or
// low < x < high where open is set.
func bracket(v any) (low any, open bool, high any) {
	c, ok := v.([]byte)
	switch {
	case !ok && compare(v, absent) == 0:
		return absent, false, least
	case !ok:
		return absent, true, []byte{}
	case c[0] < 0x80:
		return []byte{}, false, []byte{0x80}
	}
	return []byte{c[0]}, false, []byte{c[0] + 1}
}

// compare orders column forms as SQLite does.
func compare(a, b any) int {
	x, xBlob := a.([]byte)
	y, yBlob := b.([]byte)
	switch {
	case xBlob && yBlob:
		return bytes.Compare(x, y)
	case xBlob:
		return 1
	case yBlob:
		return -1
	}
	return compareNumbers(a, b)
}

func compareNumbers(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
		return compareMixed(x, b.(float64))
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
		return -compareMixed(b.(int64), x)
	}
	return 0
}

// compareMixed compares without rounding: above 2^53 not every integer is a float.
func compareMixed(i int64, f float64) int {
	switch {
	case f >= 1<<63:
		return -1
	case f < -1<<63:
		return 1
	}
	whole := math.Trunc(f)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, f)
}
