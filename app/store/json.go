package store

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendJSON appends a stored value as JSON: documents and arrays in full,
// times as RFC 3339 in UTC with milliseconds where they are not zero, bytes in
// base64, numbers that JSON does not know as null. Damaged bytes inside a
// document end it early, so that the result is always JSON.
func AppendJSON(dst []byte, t Type, v []byte) []byte {
	switch t {
	case TypeString:
		return AppendJSONString(dst, Text(v))
	case TypeInt64, TypeInt32:
		return strconv.AppendInt(dst, Int(t, v), 10)
	case TypeBool:
		return strconv.AppendBool(dst, v[0] != 0)
	case TypeDateTime:
		return appendJSONTime(dst, Int(t, v))
	case TypeDouble:
		return appendJSONFloat(dst, Float(v))
	case TypeDocument:
		return appendJSONItems(dst, v, '{', '}')
	case TypeArray:
		return appendJSONItems(dst, v, '[', ']')
	case TypeBinary:
		if isUUID(t, v) {
			return append(appendUUID(append(dst, '"'), v[5:]), '"')
		}
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), v[5:])
		return append(dst, '"')
	}
	return append(dst, "null"...)
}

func appendJSONItems(dst, doc []byte, opening, closing byte) []byte {
	dst = append(dst, opening)
	body, ok := elements(doc)
	for first := true; ok && len(body) > 0; first = false {
		var name, v []byte
		var t Type
		name, t, v, body, ok = next(body)
		if !ok {
			break
		}
		if !first {
			dst = append(dst, ',')
		}
		if opening == '{' {
			dst = append(AppendJSONString(dst, name), ':')
		}
		dst = AppendJSON(dst, t, v)
	}
	return append(dst, closing)
}

// appendJSONFloat writes a number as JavaScript would.
func appendJSONFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

const msPerDay = 86_400_000

// appendJSONTime writes a time given in milliseconds since 1970.
func appendJSONTime(dst []byte, ms int64) []byte {
	t := time.UnixMilli(ms).UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return append(dst, "null"...)
	}
	dst = appendDigits(append(dst, '"'), year, 4)
	dst = appendDigits(append(dst, '-'), int(month), 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	of := int((ms%msPerDay + msPerDay) % msPerDay)
	dst = appendDigits(append(dst, 'T'), of/3_600_000, 2)
	dst = appendDigits(append(dst, ':'), of/60_000%60, 2)
	dst = appendDigits(append(dst, ':'), of/1000%60, 2)
	if of%1000 != 0 {
		dst = appendDigits(append(dst, '.'), of%1000, 3)
	}
	return append(dst, 'Z', '"')
}

func appendDigits(dst []byte, n, width int) []byte {
	for p := pow10[width-1]; p > 0; p /= 10 {
		dst = append(dst, byte('0'+n/p%10))
	}
	return dst
}

var pow10 = [...]int{1, 10, 100, 1000}

// plain tells which ASCII bytes stand in a JSON string as they are.
var plain = func() (t [256]bool) {
	for b := 0x20; b < 0x7f; b++ {
		t[b] = b != '"' && b != '\\'
	}
	return t
}()

// plain8 tells whether the first 8 bytes of s are all plain, by arithmetic on
// all of them at once: a byte's high bit stays clear where it is.
func plain8(s []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	w := binary.LittleEndian.Uint64(s)
	quote, slash, del := w^'"'*ones, w^'\\'*ones, w^0x7f*ones
	return (w|(w-0x20*ones)|(quote-ones)|(slash-ones)|(del-ones))&high == 0
}

const hexDigits = "0123456789abcdef"

// AppendJSONString appends s as a JSON string. What is not UTF-8 becomes
// U+FFFD, and U+2028, U+2029 and DEL are escaped, so that the text may stand
// in a script.
func AppendJSONString(dst, s []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		if plain[s[i]] {
			if i++; i+8 <= len(s) && plain8(s[i:]) {
				i += 8
			}
			continue
		}
		r, n := rune(s[i]), 1
		if s[i] >= utf8.RuneSelf {
			if i+1 < len(s) && s[i] >= 0xc2 && s[i] < 0xe0 && s[i+1]&0xc0 == 0x80 {
				i += 2 // Arabic, Cyrillic, accents
				continue
			}
			r, n = utf8.DecodeRune(s[i:])
			if (r != utf8.RuneError || n > 1) && r != '\u2028' && r != '\u2029' {
				i += n
				continue
			}
		}
		dst = appendEscape(append(dst, s[from:i]...), r)
		i += n
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case utf8.RuneError:
		return append(dst, "\ufffd"...)
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
