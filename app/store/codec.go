package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"colocate/domain/kind"
)

// Encode makes the stored form of a record. It writes the types that a
// kind.Doc names, []byte too; times are cut to milliseconds. Anything else, or
// a field name with a NUL, is a programming error, and panics.
func Encode(d kind.Doc) Raw { return appendDoc(make([]byte, 0, 512), d) }

func appendDoc(dst []byte, d kind.Doc) []byte {
	dst, at := open(dst)
	for i := range d {
		dst = appendAny(dst, d[i].Name, d[i].Value)
	}
	return shut(dst, at)
}

// open begins a document or array, shut ends it.
func open(dst []byte) ([]byte, int) { return append(dst, 0, 0, 0, 0), len(dst) }

func shut(dst []byte, at int) []byte {
	dst = append(dst, 0)
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at))
	return dst
}

func appendName(dst []byte, t Type, name string) []byte {
	if strings.IndexByte(name, 0) >= 0 {
		panic("store: field name with a NUL: " + strconv.Quote(name))
	}
	return append(append(append(dst, byte(t)), name...), 0)
}

func appendString(dst []byte, name, s string) []byte {
	dst = appendName(dst, TypeString, name)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)+1))
	return append(append(dst, s...), 0)
}

func appendInt(dst []byte, name string, n int64) []byte {
	return binary.LittleEndian.AppendUint64(appendName(dst, TypeInt64, name), uint64(n))
}

func appendTime(dst []byte, name string, t time.Time) []byte {
	return binary.LittleEndian.AppendUint64(appendName(dst, TypeDateTime, name), uint64(t.UnixMilli()))
}

func appendBinary(dst []byte, name string, b []byte) []byte {
	dst = appendName(dst, TypeBinary, name)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(b)))
	return append(append(dst, 0), b...)
}

func appendAny(dst []byte, name string, value any) []byte {
	switch v := value.(type) {
	case string:
		if id, ok := parseUUID(v); ok {
			dst = append(appendName(dst, TypeBinary, name), 16, 0, 0, 0, subtypeUUID)
			return append(dst, id[:]...)
		}
		return appendString(dst, name, v)
	case int64:
		return appendInt(dst, name, v)
	case int:
		return appendInt(dst, name, int64(v))
	case float64:
		return binary.LittleEndian.AppendUint64(appendName(dst, TypeDouble, name), math.Float64bits(v))
	case bool:
		dst = appendName(dst, TypeBool, name)
		if v {
			return append(dst, 1)
		}
		return append(dst, 0)
	case time.Time:
		return appendTime(dst, name, v)
	case nil:
		return appendName(dst, TypeNull, name)
	case kind.Doc:
		return appendDoc(appendName(dst, TypeDocument, name), v)
	case []any:
		return appendArray(appendName(dst, TypeArray, name), v)
	case []byte:
		return appendBinary(dst, name, v)
	}
	panic(fmt.Sprintf("store: field %s has a %T, which is not stored", name, value))
}

func appendArray(dst []byte, vs []any) []byte {
	dst, at := open(dst)
	for i, v := range vs {
		dst = appendAny(dst, strconv.Itoa(i), v)
	}
	return shut(dst, at)
}

// Decode reads a stored document, nested ones as kind.Doc, arrays as []any,
// times in UTC. Field names keep their order. It copies what it returns.
func Decode(raw Raw) (kind.Doc, error) {
	return decodeDoc(raw, 0)
}

// deepest bounds how far Decode follows nested documents (bytes from outside
// never reach it, damaged ones may).
const deepest = 64

func decodeDoc(raw []byte, depth int) (kind.Doc, error) {
	d := make(kind.Doc, 0, 16)
	err := Walk(raw, func(name []byte, t Type, v []byte) error {
		x, err := decodeValue(t, v, depth)
		d = append(d, kind.Elem{Name: string(name), Value: x})
		return err
	})
	return d, err
}

func decodeValue(t Type, v []byte, depth int) (any, error) {
	if depth > deepest {
		return nil, ErrDamaged
	}
	switch t {
	case TypeDocument:
		return decodeDoc(v, depth+1)
	case TypeArray:
		vs := []any{}
		err := Walk(v, func(_ []byte, t Type, v []byte) error {
			x, err := decodeValue(t, v, depth+1)
			vs = append(vs, x)
			return err
		})
		return vs, err
	case TypeBinary:
		if isUUID(t, v) {
			break
		}
		return append([]byte{}, v[5:]...), nil
	}
	if s, ok := scalarOf(t, v); ok {
		return s.value(), nil
	}
	return nil, fmt.Errorf("%w: type %#x", ErrDamaged, byte(t))
}
