package locale

import (
	"strings"

	"golang.org/x/text/number"
)

// Num writes a whole number with the language's grouping.
func (t *Texts) Num(n int64) string { return t.printer.Sprintf("%d", n) }

// Decimal writes a number with at most maxFraction digits after the decimal
// sign.
func (t *Texts) Decimal(x float64, maxFraction int) string {
	return t.printer.Sprint(number.Decimal(x, number.MaxFractionDigits(maxFraction)))
}

// Percent writes a share, 1 being all, in per cent with at most maxFraction
// digits after the decimal sign.
func (t *Texts) Percent(share float64, maxFraction int) string {
	return t.printer.Sprint(number.Percent(share, number.MaxFractionDigits(maxFraction)))
}

// List joins items with the language's comma.
func (t *Texts) List(items []string) string { return strings.Join(items, t.lang.comma) }

// Duration writes minutes as hours and minutes, with the short names that CLDR
// has for them: "1 h 30 min". A negative length is written as none.
func (t *Texts) Duration(minutes int) string {
	minutes = max(minutes, 0)
	u := t.lang.units
	var parts []string
	if h := minutes / 60; h > 0 {
		parts = append(parts, t.Num(int64(h))+u.hour)
	}
	if m := minutes % 60; m > 0 || minutes == 0 {
		parts = append(parts, t.Num(int64(m))+u.minute)
	}
	return strings.Join(parts, u.between)
}

// maxNumber bounds what is read as a number, in bytes.
const maxNumber = 64

// Number is what somebody typed, as a number in its shortest ASCII form
// ("-1234.5"), and whether it is one. Digits may be Western, Arabic, Persian or
// full width; groups of three may stand apart by a space or by the language's
// sign. A point that cannot part groups is a decimal sign in every language,
// since some keyboards have no other. It never guesses: "1,5" is no number in
// English, nor "1,23,456" anywhere.
func (t *Texts) Number(s string) (string, bool) {
	if len(s) > maxNumber {
		return "", false
	}
	s = strings.TrimSpace(strings.ReplaceAll(ascii.Replace(s), "٫", t.lang.decimal))
	body, negative := strings.CutPrefix(s, "-")
	whole, fraction, ok := t.split(body)
	if !ok || !digitsOnly(whole) || !digitsOnly(fraction) || whole+fraction == "" {
		return "", false
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole, true
}

// split parts a number without its sign into whole digits and decimals.
func (t *Texts) split(s string) (whole, fraction string, ok bool) {
	if whole, ok = ungroup(s, t.lang.group); ok {
		return whole, "", true
	}
	for _, decimal := range []string{t.lang.decimal, "."} {
		i := strings.LastIndex(s, decimal)
		if i < 0 {
			continue
		}
		if whole, ok = ungroup(s[:i], t.lang.group); ok {
			return whole, s[i+1:], true
		}
	}
	return "", "", false
}

// ungroup takes the signs between groups of three out of s, which must be
// spaces or group throughout, and says whether they stand where they may.
func ungroup(s, group string) (string, bool) {
	if !strings.Contains(s, group) {
		group = " "
	}
	parts := strings.Split(s, group)
	for _, p := range parts[1:] {
		if len(p) != 3 || !digitsOnly(p) {
			return "", false
		}
	}
	first := parts[0]
	if len(parts) > 1 && (len(first) == 0 || len(first) > 3 || first[0] == '0') {
		return "", false
	}
	return strings.Join(parts, ""), digitsOnly(first)
}

func digitsOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// ascii replaces the digits and signs that people type by those of ASCII and
// drops the marks of direction that copied numbers carry.
var ascii = newASCII()

func newASCII() *strings.Replacer {
	pairs := []string{
		"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2212", "-", "\uff0d", "-", "\uff0c", ",", "\uff0e", ".", "٬", " ",
		"\u200e", "", "\u200f", "", "\u061c", "",
	}
	for i := range 10 {
		for _, zero := range []rune{'٠', '۰', '０'} {
			pairs = append(pairs, string(zero+rune(i)), string(rune('0'+i)))
		}
	}
	return strings.NewReplacer(pairs...)
}
