package store

import (
	"encoding/binary"
	"errors"
	"math"
)

// Type is the type of a stored value, as BSON numbers it.
type Type byte

// Types that are stored.
const (
	TypeDouble   Type = 0x01
	TypeString   Type = 0x02
	TypeDocument Type = 0x03
	TypeArray    Type = 0x04
	TypeBinary   Type = 0x05
	TypeObjectID Type = 0x07
	TypeBool     Type = 0x08
	TypeDateTime Type = 0x09
	TypeNull     Type = 0x0A
	TypeInt32    Type = 0x10
	TypeInt64    Type = 0x12
)

// ErrDamaged says that stored bytes are not what this package writes.
var ErrDamaged = errors.New("store: stored bytes are damaged")

// Walk calls fn with each element of a stored document or array, in order,
// until fn answers an error, which it returns. name and v point into raw and
// need no copy while raw lives; v is the value without its type and name. It
// allocates nothing. Bytes that are no document are [ErrDamaged].
func Walk(raw []byte, fn func(name []byte, t Type, v []byte) error) error {
	body, ok := elements(raw)
	if !ok {
		return ErrDamaged
	}
	for len(body) > 0 {
		name, t, v, rest, ok := next(body)
		if !ok {
			return ErrDamaged
		}
		if err := fn(name, t, v); err != nil {
			return err
		}
		body = rest
	}
	return nil
}

// elements strips the length and the final zero of a document.
func elements(raw []byte) ([]byte, bool) {
	if len(raw) < 5 || int(binary.LittleEndian.Uint32(raw)) != len(raw) || raw[len(raw)-1] != 0 {
		return nil, false
	}
	return raw[4 : len(raw)-1], true
}

// next takes the first element off body, which is not empty.
func next(body []byte) (name []byte, t Type, v, rest []byte, ok bool) {
	end := 1
	for end < len(body) && body[end] != 0 {
		end++
	}
	if end >= len(body) {
		return nil, 0, nil, nil, false
	}
	t, name, rest = Type(body[0]), body[1:end], body[end+1:]
	n, ok := size(t, rest)
	if !ok || n > len(rest) {
		return nil, 0, nil, nil, false
	}
	return name, t, rest[:n], rest[n:], true
}

// size is the length in bytes of the value of type t that b begins with.
func size(t Type, b []byte) (int, bool) {
	switch t {
	case TypeNull:
		return 0, true
	case TypeBool:
		return 1, true
	case TypeInt32:
		return 4, true
	case TypeDouble, TypeDateTime, TypeInt64:
		return 8, true
	case TypeObjectID:
		return 12, true
	}
	if len(b) < 5 {
		return 0, false
	}
	n := int(binary.LittleEndian.Uint32(b))
	if n < 0 || n > len(b) {
		return 0, false
	}
	switch t {
	case TypeString:
		return 4 + n, n > 0 && 4+n <= len(b) && b[3+n] == 0
	case TypeDocument, TypeArray:
		return n, n >= 5 && b[n-1] == 0
	case TypeBinary:
		return 5 + n, 5+n <= len(b)
	}
	return 0, false
}

// find returns the first element of doc with that name.
func find(doc []byte, name string) (t Type, v []byte, ok bool) {
	body, ok := elements(doc)
	for ok && len(body) > 0 {
		var n, rest []byte
		n, t, v, rest, ok = next(body)
		if ok && string(n) == name {
			return t, v, true
		}
		body = rest
	}
	return 0, nil, false
}

// Text is the text of a value of TypeString; it points into v.
func Text(v []byte) []byte {
	if len(v) < 5 {
		return nil
	}
	return v[4 : len(v)-1]
}

// Int is the number of a value of TypeInt64, TypeInt32 or TypeDateTime (ms).
func Int(t Type, v []byte) int64 {
	if t == TypeInt32 {
		return int64(int32(binary.LittleEndian.Uint32(v)))
	}
	return int64(binary.LittleEndian.Uint64(v))
}

// Float is the number of a value of TypeDouble.
func Float(v []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(v)) }
