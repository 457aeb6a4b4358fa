package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Prefix marks a token, so that scanners of logs and repositories find one
// that leaked.
const Prefix = "clc_"

// secretBytes is how random a token or a set-up code is (trust.md A8: 256 bits).
const secretBytes = 32

// tokenLen is the length of a token: the prefix and 43 characters.
var tokenLen = len(Prefix) + base64.RawURLEncoding.EncodedLen(secretBytes)

// newSecret is 256 random bits as text that fits a header and an address.
func newSecret() string {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is the keyed hash of a secret: what is stored of it.
type digest [sha256.Size]byte

// digestOf hashes a secret with the service's token key, so that a copy of the
// store alone neither gives a token nor lets one be tried.
func (s *Service) digestOf(secret string) digest {
	mac := hmac.New(sha256.New, s.cfg.Key)
	mac.Write([]byte(secret))
	var d digest
	mac.Sum(d[:0])
	return d
}

func (d digest) text() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// shaped reports whether bearer looks like a token of ours; anything else is
// refused before it costs a look-up.
func shaped(bearer string) bool {
	return len(bearer) == tokenLen && strings.HasPrefix(bearer, Prefix)
}
