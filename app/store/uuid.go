package store

// An id in its canonical form is stored as BSON keeps such ids: sixteen bytes,
// binary of subtype 4, under half of its text. Everywhere else it is its text:
// it compares, sorts and is written as the string that it stands for, so that
// nobody above can tell. Documents are full of ids; this makes them a sixth
// smaller. An engine that sends a filter to a database as it is must send ids
// in this form too.
const (
	subtypeUUID = 4
	uuidText    = 36
)

// isUUID reports whether a stored value is an id.
func isUUID(t Type, v []byte) bool { return t == TypeBinary && len(v) == 21 && v[4] == subtypeUUID }

// parseUUID reads an id in its one canonical form: lower case, with dashes.
func parseUUID(s string) (id [16]byte, ok bool) {
	if len(s) != uuidText || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	at := 0
	for i := 0; i < uuidText; i += 2 {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			i++
		}
		hi, lo := nibble(s[i]), nibble(s[i+1])
		if hi > 15 || lo > 15 {
			return id, false
		}
		id[at] = hi<<4 | lo
		at++
	}
	return id, true
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// appendUUID appends the text of the sixteen bytes of an id.
func appendUUID(dst, id []byte) []byte {
	const digits = "0123456789abcdef"
	for i, b := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[b>>4], digits[b&15])
	}
	return dst
}

// textOf is the text of a stored string or id; false for anything else. It may
// point into v.
func textOf(t Type, v []byte) ([]byte, bool) {
	if t == TypeString {
		return Text(v), true
	}
	if isUUID(t, v) {
		return appendUUID(make([]byte, 0, uuidText), v[5:]), true
	}
	return nil, false
}

// TextAt is the string or id at a path of a stored document, "" if there is
// none. It does not look into arrays.
func TextAt(raw Raw, path ...string) string {
	doc := []byte(raw)
	for i, name := range path {
		t, v, ok := find(doc, name)
		if !ok {
			return ""
		}
		if i == len(path)-1 {
			s, _ := textOf(t, v)
			return string(s)
		}
		if t != TypeDocument {
			return ""
		}
		doc = v
	}
	return ""
}
