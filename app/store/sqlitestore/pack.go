package sqlitestore

// Ids are most of what an index holds: a unit's list has a mission, a unit and
// a document id in each row, 36 characters each of which only 16 bytes tell
// anything. pack writes text in about half the space and keeps its order, byte
// by byte, for any text: pack(a) < pack(b) exactly where a < b. Where a UUID in
// lower case is expected (at the start and after the slash of an _id) each
// character costs 4 to 6 bits, and 2 for a dash; the first character that does
// not fit turns the rest into plain bytes. Padding is zero, and no code is all
// zeros, so the end sorts first and needs no mark.

// code is a bit string; lit means that the character itself follows as 8 bits,
// and everything after it is plain.
type code struct {
	bits uint16
	n    int
	lit  bool
}

// Codes of the three places, in the order of the characters they stand for.
var (
	hexCodes   = table(hexCode)
	dashCodes  = table(func(c byte) code { return markCode(c, '-', code{1, 3, true}, code{1, 2, false}) })
	slashCodes = table(func(c byte) code { return markCode(c, '/', code{2, 3, true}, code{3, 3, false}) })
)

func table(f func(byte) code) *[256]code {
	var t [256]code
	for c := range t {
		t[c] = f(byte(c))
	}
	return &t
}

// hexCode gives the codes where a digit of a UUID is expected: 4 bits for most,
// 5 or 6 beside the gaps that other characters fall into.
func hexCode(c byte) code {
	switch {
	case c < '0':
		return code{1, 5, true}
	case c <= '8':
		return code{uint16(c-'0') + 1, 4, false}
	case c == '9':
		return code{20, 5, false}
	case c < 'a':
		return code{21, 5, true}
	case c <= 'd':
		return code{uint16(c-'a') + 11, 4, false}
	case c == 'e':
		return code{30, 5, false}
	case c == 'f':
		return code{62, 6, false}
	}
	return code{63, 6, true}
}

// markCode gives the codes where one character is expected.
func markCode(c, want byte, low, same code) code {
	switch {
	case c < want:
		return low
	case c == want:
		return same
	}
	return code{1, 1, true}
}

// codesAt is the table for a place in a UUID; 36 is the one after it.
func codesAt(place int) *[256]code {
	switch place {
	case 8, 13, 18, 23:
		return dashCodes
	case 36:
		return slashCodes
	}
	return hexCodes
}

// next is the place after the character c at place.
func next(place int) int {
	if place == 36 {
		return 0
	}
	return place + 1
}

// pack appends the code of s to b, after lead bits of zero.
func pack(b []byte, s string, lead int) []byte {
	w := bitWriter{b: b}
	w.put(0, lead)
	place, plain := 0, false
	for i := range len(s) {
		c := s[i]
		if plain {
			w.put(uint16(c), 8)
			continue
		}
		k := codesAt(place)[c]
		w.put(k.bits, k.n)
		if k.lit {
			w.put(uint16(c), 8)
		}
		place, plain = next(place), k.lit
	}
	return w.flush()
}

// unpack reverses pack.
func unpack(b []byte, lead int) string {
	r := bitReader{b: b, at: lead}
	out := make([]byte, 0, 2*len(b))
	for place := 0; ; place = next(place) {
		c, lit, ok := r.char(codesAt(place))
		if !ok {
			return string(out)
		}
		if !lit {
			out = append(out, c)
			continue
		}
		for r.left() >= 8 {
			out = append(out, byte(r.peek(8)))
			r.at += 8
		}
		return string(out)
	}
}

type bitWriter struct {
	b    []byte
	acc  uint32
	have int
}

func (w *bitWriter) put(bits uint16, n int) {
	w.acc = w.acc<<n | uint32(bits)
	w.have += n
	for w.have >= 8 {
		w.have -= 8
		w.b = append(w.b, byte(w.acc>>w.have))
	}
}

func (w *bitWriter) flush() []byte {
	if w.have > 0 {
		w.b = append(w.b, byte(w.acc<<(8-w.have)))
	}
	return w.b
}

type bitReader struct {
	b  []byte
	at int
}

func (r *bitReader) left() int { return len(r.b)*8 - r.at }

// peek looks at the next n bits; past the end they are zero.
func (r *bitReader) peek(n int) uint16 {
	v := uint16(0)
	for i := r.at; i < r.at+n; i++ {
		v <<= 1
		if i < len(r.b)*8 {
			v |= uint16(r.b[i/8]>>(7-i%8)) & 1
		}
	}
	return v
}

// char reads one code; not ok is the end. Of the characters that share a
// literal's code the first is answered: the real one follows.
func (r *bitReader) char(codes *[256]code) (c byte, lit, ok bool) {
	for i := range codes {
		k := &codes[i]
		if r.peek(k.n) == k.bits {
			r.at += k.n
			return byte(i), k.lit, true
		}
	}
	return 0, false, false
}
