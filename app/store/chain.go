package store

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	_ "embed" // the dictionary
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/klauspost/compress/zstd"
)

const saltSize = 16

// SubKey derives the key for one use, named by label, from the service's key, so
// that no use can learn another's.
func SubKey(key []byte, label string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(label))
	return h.Sum(nil)
}

// chain hashes entries with a key that lies outside the store. It is not safe
// for concurrent use.
type chain struct{ mac hash.Hash }

func newChain(key []byte) *chain { return &chain{hmac.New(sha256.New, key)} }

// link is the hash of an entry: of the hash before it and its facts.
func (c *chain) link(prev, facts []byte) []byte {
	c.mac.Reset()
	c.mac.Write([]byte{'e', byte(len(prev))})
	c.mac.Write(prev)
	c.mac.Write(facts)
	return c.mac.Sum(nil)
}

// keyed hashes an idempotency key or a request of a journal, so that the facts
// hold neither; what says which of the two it is.
func keyed(key []byte, what byte, journal string, b []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(binary.AppendUvarint([]byte{what}, uint64(len(journal))))
	h.Write([]byte(journal))
	h.Write(b)
	return h.Sum(nil)
}

// contentHash is what the facts say of a version's content.
func contentHash(salt, plain []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(plain)
	return h.Sum(nil)
}

// newSalt is random; without it a hash in the facts would betray short contents.
func newSalt() []byte {
	b := make([]byte, saltSize)
	rand.Read(b) // never fails
	return b
}

// joinContent is the plain content of a version: words, then the document.
func joinContent(why string, doc Raw) []byte {
	dst := make([]byte, 0, len(why)+len(doc)+3)
	dst = binary.AppendUvarint(dst, uint64(len(why)))
	return append(append(dst, why...), doc...)
}

func splitContent(plain []byte) (why string, doc Raw, err error) {
	n, w := binary.Uvarint(plain)
	if w <= 0 || n > uint64(len(plain)-w) {
		return "", nil, fmt.Errorf("content: %w", ErrDamaged)
	}
	if doc = plain[w+int(n):]; len(doc) == 0 {
		doc = nil
	}
	return string(plain[w : w+int(n)]), doc, nil
}

// How a stored body was made, in its first byte.
const (
	bodyPlain = 0
	bodyZstd  = 1 // with dictionary 1
)

// maxBody bounds what a body may unpack to.
const maxBody = 16 << 20

// dictionary is what documents have in common, field names above all: some
// documents with their words taken out. Contents are small and each is packed
// by itself, so without it they would hardly shrink. It never changes, since
// what was packed with it needs it; a better one is a second one.
//
//go:embed dictionary.bin
var dictionary []byte

// zstd's encoder and decoder, small and on the caller's goroutine.
var (
	packer, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderDictRaw(1, dictionary), zstd.WithWindowSize(128<<10), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderDictRaw(1, dictionary), zstd.WithDecoderMaxMemory(maxBody))
)

func pack(plain []byte) []byte {
	if len(plain) > 64 {
		if b := packer.EncodeAll(plain, append(make([]byte, 0, len(plain)/2), bodyZstd)); len(b) <= len(plain) {
			return b
		}
	}
	return append([]byte{bodyPlain}, plain...)
}

func unpack(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, fmt.Errorf("content: %w", ErrDamaged)
	}
	switch body[0] {
	case bodyPlain:
		return body[1:], nil
	case bodyZstd:
		plain, err := unpacker.DecodeAll(body[1:], nil)
		if err != nil {
			return nil, fmt.Errorf("content: %w: %w", ErrDamaged, err)
		}
		return plain, nil
	}
	return nil, fmt.Errorf("content: %w", ErrDamaged)
}

// openContent unpacks a content and holds it to its hash.
func openContent(c *Content, hash []byte) (why string, doc Raw, err error) {
	plain, err := unpack(c.Body)
	if err != nil {
		return "", nil, err
	}
	if !hmac.Equal(contentHash(c.Salt, plain), hash) {
		return "", nil, fmt.Errorf("content does not match its hash: %w", ErrDamaged)
	}
	return splitContent(plain)
}

// blanked reports whether nothing is left of a content.
func (c *Content) blanked() bool { return c.Blank || len(c.Body) == 0 }
