package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// A cursor is a position sealed with AES-GCM: it says nothing to who holds it
// (it may stand on a document that they may not see), and opens only for the
// shelf, filter and sort it was made for. The same position of the same query
// is the same cursor, so that equal pages are equal to the byte (trust.md Z5).

// sealer seals cursors.
type sealer struct {
	aead  cipher.AEAD
	nonce []byte // key of nonces
}

func newSealer(key []byte) (*sealer, error) {
	block, err := aes.NewCipher(SubKey(key, "cursor"))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &sealer{aead, SubKey(key, "cursor nonce")}, err
}

// nonceOf is a keyed hash of what it seals: no two contents share a nonce.
func (s *sealer) nonceOf(plain, query []byte) []byte {
	h := hmac.New(sha256.New, s.nonce)
	id := sha256.Sum256(query)
	h.Write(id[:])
	h.Write(plain)
	return h.Sum(nil)[:s.aead.NonceSize()]
}

// queryID is what a cursor is bound to.
func queryID(p *Plan) []byte {
	id := append([]byte(p.Shelf), 0)
	for _, f := range p.Sort {
		id = append(append(id, f...), 0)
	}
	if p.Desc {
		id = append(id, '-')
	}
	return p.Match.canon(append(id, 0))
}

func (s *sealer) seal(p *Plan, pos *Position) string {
	var plain []byte
	for _, v := range pos.Values {
		x, _ := toScalar(v)
		plain = appendScalar(plain, x)
	}
	plain = appendScalar(plain, scalar{rank: rankString, s: pos.ID})
	query := queryID(p)
	nonce := s.nonceOf(plain, query)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, query))
}

func (s *sealer) open(p *Plan, cursor string) (*Position, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) < s.aead.NonceSize() {
		return nil, ErrCursor
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, b[:n], b[n:], queryID(p))
	if err != nil {
		return nil, ErrCursor
	}
	pos := &Position{}
	for range p.Sort {
		x, rest, ok := readScalar(plain)
		if !ok {
			return nil, fmt.Errorf("%w: cut", ErrCursor)
		}
		pos.Values, plain = append(pos.Values, x.value()), rest
	}
	id, rest, ok := readScalar(plain)
	if !ok || len(rest) > 0 || id.rank != rankString {
		return nil, fmt.Errorf("%w: cut", ErrCursor)
	}
	pos.ID = id.s
	return pos, nil
}

// PositionOf is where doc stands in the order of p.
func PositionOf(p *Plan, doc Raw) *Position {
	pos := &Position{Values: make([]any, len(p.Sort)), ID: docID(doc)}
	for i, f := range p.Sort {
		if segs, err := splitPath(f); err == nil {
			pos.Values[i] = first(doc, segs).value()
		}
	}
	return pos
}

// docID is the _id of a stored document.
func docID(doc Raw) string {
	if t, v, ok := find(doc, "_id"); ok && t == TypeString {
		return string(Text(v))
	}
	return ""
}
