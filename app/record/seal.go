package record

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"colocate/app/store"
)

// sealer makes places in a journal into cursors that tell nothing: encrypted,
// of one length, bound to their reader, and the same for the same place, so
// that a cursor differs only where what the reader sees does (trust.md Z5, Z15).
type sealer struct {
	aead cipher.AEAD
	key  []byte
}

func newSealer(key []byte) *sealer {
	block, err := aes.NewCipher(store.SubKey(key, "cipher"))
	if err != nil {
		panic(err) // the key is 32 bytes by construction
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &sealer{aead: aead, key: store.SubKey(key, "nonce")}
}

// seal makes a cursor of ns for a reader. Its nonce is a keyed hash of what it
// encrypts: two different places never share one.
func (s *sealer) seal(reader string, ns ...int64) string {
	plain := make([]byte, 0, 8*len(ns))
	for _, n := range ns {
		plain = binary.BigEndian.AppendUint64(plain, uint64(n))
	}
	nonce := s.nonce(reader, plain)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, []byte(reader)))
}

func (s *sealer) nonce(reader string, plain []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(reader))))
	h.Write([]byte(reader))
	h.Write(plain)
	return h.Sum(nil)[:s.aead.NonceSize()]
}

// open reads a cursor of n numbers; false for any that seal did not make for
// this reader.
func (s *sealer) open(reader, cursor string, n int) ([]int64, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) < s.aead.NonceSize() {
		return nil, false
	}
	at := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, b[:at], b[at:], []byte(reader))
	if err != nil || len(plain) != 8*n {
		return nil, false
	}
	ns := make([]int64, n)
	for i := range ns {
		ns[i] = int64(binary.BigEndian.Uint64(plain[8*i:]))
	}
	return ns, true
}
