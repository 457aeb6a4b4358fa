package value

import (
	"fmt"
	"math/big"
	"strings"
)

// Money is an exact amount, as a decimal string, in an ISO 4217 currency.
type Money struct{ Amount, Ccy string }

// Limits of an amount: digits before and after the point. No currency of
// ISO 4217 has more than four decimals. A sum may grow longer than an amount.
const (
	maxWhole    = 15
	maxSum      = 40
	maxDecimals = 4
)

// Check returns the rules that m breaks. An amount is never below zero
// (domain.md §0).
func (m Money) Check() []Broken {
	var bad []Broken
	n, scale, ok := m.decimal()
	switch {
	case m.Amount == "":
		bad = append(bad, wrong("amount", KeyRequired))
	case !ok:
		bad = append(bad, wrong("amount", KeyType, "Want", "decimal"))
	case n.Sign() < 0 || n.CmpAbs(pow10(maxWhole+scale)) >= 0:
		bad = append(bad, wrong("amount", KeyRange, "Min", 0, "Max", int64(1e15-1)))
	}
	switch {
	case m.Ccy == "":
		bad = append(bad, wrong("ccy", KeyRequired))
	case len(m.Ccy) != 3 || !all(m.Ccy, upper):
		bad = append(bad, wrong("ccy", KeyPattern))
	}
	return bad
}

// IsZero reports whether m says nothing; "0" is an amount.
func (m Money) IsZero() bool { return m == Money{} }

// Cmp is negative if m is less than n, positive if more. Amounts in two
// currencies cannot be compared: an error, as for an amount that is none.
func (m Money) Cmp(n Money) (int, error) {
	a, b, _, err := same(m, n)
	if err != nil {
		return 0, err
	}
	return a.Cmp(b), nil
}

// Add is m and n together, with as many decimals as the more exact has. See
// Cmp for errors.
func (m Money) Add(n Money) (Money, error) {
	a, b, scale, err := same(m, n)
	if err != nil {
		return Money{}, err
	}
	return Money{Amount: format(a.Add(a, b), scale), Ccy: m.Ccy}, nil
}

// Sub is m less n, which may be below zero. See Cmp for errors.
func (m Money) Sub(n Money) (Money, error) {
	a, b, scale, err := same(m, n)
	if err != nil {
		return Money{}, err
	}
	return Money{Amount: format(a.Sub(a, b), scale), Ccy: m.Ccy}, nil
}

// same brings two amounts of one currency to one scale.
func same(m, n Money) (a, b *big.Int, scale int, err error) {
	if m.Ccy != n.Ccy {
		return nil, nil, 0, fmt.Errorf("value: %s and %s are two currencies", m.Ccy, n.Ccy)
	}
	a, sa, ok := m.decimal()
	b, sb, also := n.decimal()
	if !ok || !also {
		return nil, nil, 0, fmt.Errorf("value: %q or %q is not an amount", m.Amount, n.Amount)
	}
	scale = max(sa, sb)
	return a.Mul(a, pow10(scale-sa)), b.Mul(b, pow10(scale-sb)), scale, nil
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// decimal reads "-12.50" as -1250 with a scale of 2. Leading zeros, a bare
// point, exponents, signs other than one minus and a minus zero are refused, so
// that an amount has one way to be written per scale.
func (m Money) decimal() (n *big.Int, scale int, ok bool) {
	digits, negative := strings.CutPrefix(m.Amount, "-")
	whole, part, point := strings.Cut(digits, ".")
	switch {
	case len(whole) < 1 || len(whole) > maxSum || !all(whole, digit):
		return new(big.Int), 0, false
	case len(whole) > 1 && whole[0] == '0':
		return new(big.Int), 0, false
	case point && (len(part) < 1 || len(part) > maxDecimals || !all(part, digit)):
		return new(big.Int), 0, false
	}
	n, _ = new(big.Int).SetString(whole+part, 10)
	if negative {
		n.Neg(n)
	}
	return n, len(part), !negative || n.Sign() != 0
}

func format(n *big.Int, scale int) string {
	s := new(big.Int).Abs(n).String()
	if pad := scale + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	if scale > 0 {
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}
