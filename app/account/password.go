package account

import (
	"context"
	_ "embed"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"colocate/domain/kind"
)

// Bounds of a password, in runes (trust.md A4). There are no rules about which
// characters it is made of, and nobody is made to change it.
const (
	MinPassword = 15
	MaxPassword = 200
)

// params are trust.md A1: 25 to 46 ms on one core, 19 MiB while it runs.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// maxHashes is how many passwords are hashed at once: a flood of sign-ins
// queues up instead of eating the memory of everybody else.
const maxHashes = 2

// hasher makes and checks password hashes.
type hasher struct {
	slots chan struct{}
	dummy string // checked where there is no password, to take the same time
}

func newHasher() (*hasher, error) {
	dummy, err := argon2id.CreateHash(newSecret(), params)
	return &hasher{slots: make(chan struct{}, maxHashes), dummy: dummy}, err
}

func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return kind.E(kind.CodeBusy, "error.busy", ctx.Err())
	}
}

func (h *hasher) leave() { <-h.slots }

// hash makes the stored form of password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon2id.CreateHash(normal(password), params)
}

// check reports whether password made stored, and whether stored is weaker
// than what we make today. An empty stored is no password: it takes as long
// and is never matched.
func (h *hasher) check(ctx context.Context, password, stored string) (ok, weak bool, err error) {
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	against := stored
	if against == "" {
		against = h.dummy
	}
	match, made, err := argon2id.CheckHash(normal(password), against)
	if err != nil {
		return false, false, err
	}
	return match && stored != "", made.Memory < params.Memory || made.Iterations < params.Iterations, nil
}

// normal is what is hashed: the password exactly as typed, in one of the two
// ways in which devices write the same letters.
func normal(password string) string { return norm.NFC.String(password) }

//go:embed common.txt
var commonText string

// common are passwords, and words that people make long ones of by repeating,
// that are guessed first.
var common = commonSet(commonText)

func commonSet(text string) map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			m[line] = true
		}
	}
	return m
}

// judge returns the rule that password breaks for the account called name, nil
// if none.
func judge(password, name string) *kind.Fault {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return &kind.Fault{Key: "error.field.characters"}
	case n < MinPassword:
		return &kind.Fault{Key: "error.field.too_short", Args: map[string]any{"Min": int64(MinPassword)}}
	case n > MaxPassword:
		return &kind.Fault{Key: "error.field.too_long", Args: map[string]any{"Max": int64(MaxPassword)}}
	case isCommon(fold(password)):
		return &kind.Fault{Key: "error.password.common"}
	case isName(fold(password), fold(name)):
		return &kind.Fault{Key: "error.password.name"}
	}
	return nil
}

// isCommon finds listed passwords, and a listed word or up to four characters
// written over and over.
func isCommon(p string) bool {
	if common[p] {
		return true
	}
	unit := period(p)
	return len(unit) < len(p) && (utf8.RuneCountInString(unit) <= 4 || common[unit])
}

// period is the shortest text that p is a repetition of, the last time perhaps
// cut short.
func period(p string) string {
	for i := range p {
		if i > 0 && p[i:] == p[:len(p)-i] {
			return p[:i]
		}
	}
	return p
}

// isName refuses a password that is little more than the account's own name.
func isName(p, name string) bool {
	const enough = 8 // runes beside the name
	if name == "" || !strings.Contains(p, name) {
		return false
	}
	return utf8.RuneCountInString(strings.ReplaceAll(p, name, "")) < enough
}

// fold makes spellings of one name, or of one guess, equal.
func fold(s string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.TrimSpace(s))))
}
