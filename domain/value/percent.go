package value

import (
	"math/big"
	"strconv"
)

// Percent keeps the numerator and the denominator that made it; the percentage
// is derived, to one decimal. On the wire: {num, den}.
type Percent struct{ Num, Den int64 }

// maxPart keeps the arithmetic of a percentage inside 64 bits.
const maxPart = 1_000_000_000_000

// Check returns the rules that p breaks: a denominator above zero and a
// percentage from 0 to 100 (domain.md §0).
func (p Percent) Check() []Broken {
	var bad []Broken
	if p.Den < 1 || p.Den > maxPart {
		bad = append(bad, wrong("den", KeyRange, "Min", 1, "Max", maxPart))
	}
	if p.Num < 0 || p.Num > max(p.Den, 0) {
		bad = append(bad, wrong("num", KeyRange, "Min", 0, "Max", max(p.Den, 0)))
	}
	return bad
}

// IsZero reports whether p says nothing; 0 of 5 is a percentage.
func (p Percent) IsZero() bool { return p == Percent{} }

// Value is the percentage to one decimal, halves rounded up: "66.7"; "" if p
// breaks a rule.
func (p Percent) Value() string {
	if p.Check() != nil {
		return ""
	}
	tenths := (p.Num*2000 + p.Den) / (p.Den * 2)
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

// Compare is negative if p is a smaller share than q, positive if a larger.
// Both must break no rule.
func (p Percent) Compare(q Percent) int {
	a, b := big.NewRat(p.Num, p.Den), big.NewRat(q.Num, q.Den)
	return a.Cmp(b)
}
