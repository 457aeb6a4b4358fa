package kind

import (
	"slices"
	"strings"
	"unicode"
)

// HitKind says what Scan took something for.
type HitKind string

// What Scan finds.
const (
	PhoneHit    HitKind = "phone"
	IdentityHit HitKind = "identity"
)

// Hit is something in a text that may tell who somebody is. Start and End are
// byte offsets.
type Hit struct {
	Kind       HitKind
	Start, End int
}

// Scan finds what looks like a telephone or an identity number in a text (V13,
// release check R3), in digits of any script. It warns, so it would rather be
// wrong than silent; but dates, years, amounts with a currency, decimals and
// symbols of documents are passed over, since people stop reading warnings
// that are always wrong.
func Scan(text string) []Hit {
	s := scanner{text: []rune(text)}
	s.digits = make([]int8, len(s.text))
	for i, r := range s.text {
		s.digits[i] = digitOf(r)
	}
	var hits []Hit
	for i := 0; i < len(s.text); {
		start, end, kind := s.next(i)
		if kind != "" {
			hits = append(hits, Hit{kind, len(string(s.text[:start])), len(string(s.text[:end]))})
		}
		i = end
	}
	return hits
}

// minDigits is how many digits make a number that may be somebody's.
const minDigits = 7

type scanner struct {
	text   []rune
	digits []int8 // value of each rune, -1 if it is no digit
}

// next looks at what begins at or after i: its bounds, and what it is, if
// anything. end is always beyond i.
func (s *scanner) next(i int) (start, end int, kind HitKind) {
	if s.starts(i) {
		if end := s.word(i); s.identity(i, end) {
			return i, end, IdentityHit
		}
	}
	if s.digits[i] < 0 && !s.opens(i) {
		return i, i + 1, ""
	}
	end, groups := s.run(i)
	return i, end, s.judge(i, end, groups)
}

// starts reports whether a word of letters and digits begins at i.
func (s *scanner) starts(i int) bool {
	return s.wordy(i) && !s.wordy(i-1)
}

func (s *scanner) wordy(i int) bool {
	return i >= 0 && i < len(s.text) && (s.digits[i] >= 0 || unicode.IsLetter(s.text[i]))
}

func (s *scanner) word(i int) int {
	for s.wordy(i) {
		i++
	}
	return i
}

// identity reports whether a word is formed like the number of a passport or an
// identity card: capitals and at least six digits, either one or two capitals
// before the digits, or both mixed.
func (s *scanner) identity(start, end int) bool {
	digits, changes := 0, 0
	for i := start; i < end; i++ {
		switch {
		case s.digits[i] >= 0:
			digits++
		case !unicode.IsUpper(s.text[i]):
			return false
		}
		if i > start && (s.digits[i] >= 0) != (s.digits[i-1] >= 0) {
			changes++
		}
	}
	letters := end - start - digits
	prefixed := letters <= 2 && s.digits[start] < 0 && changes == 1
	return letters > 0 && digits >= 6 && (prefixed || changes >= 3)
}

// opens reports whether a telephone number may open at i with a sign.
func (s *scanner) opens(i int) bool {
	r := s.text[i]
	return (r == '+' || r == '＋' || r == '(') && i+1 < len(s.text) && s.digits[i+1] >= 0
}

// group is a run of digits: its bounds.
type group struct{ start, end int }

func (g group) len() int { return g.end - g.start }

// run takes the digits from i on, in groups with separators between them.
func (s *scanner) run(i int) (end int, groups []group) {
	if s.digits[i] < 0 {
		i++ // what opens
	}
	for {
		g := group{i, i}
		for g.end < len(s.text) && s.digits[g.end] >= 0 {
			g.end++
		}
		groups = append(groups, g)
		i = s.separated(g.end)
		if i < 0 || s.bracketedYear(i) {
			return g.end, groups
		}
	}
}

// maxGap is how many separators may stand between two groups: ") - ".
const maxGap = 4

// separated is where the next group starts after i, -1 if none does.
func (s *scanner) separated(i int) int {
	for n := range maxGap + 1 {
		switch {
		case i+n >= len(s.text):
			return -1
		case s.digits[i+n] >= 0:
			if n == 0 {
				return -1
			}
			return i + n
		case !separator(s.text[i+n]):
			return -1
		}
	}
	return -1
}

func separator(r rune) bool {
	return strings.ContainsRune("()-.‐‑–", r) || (unicode.IsSpace(r) && r != '\n') || invisible(r)
}

// invisible reports whether r is a mark that people paste along with numbers
// in texts that run from right to left.
func invisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

// bracketedYear reports whether i is the year in "S/RES/2594 (2021)".
func (s *scanner) bracketedYear(i int) bool {
	return s.text[i-1] == '(' && i+4 < len(s.text) && s.text[i+4] == ')' && s.year(group{i, i + 4})
}

// judge says what groups of digits are.
func (s *scanner) judge(start, end int, groups []group) HitKind {
	plus := s.text[start] == '+' || s.text[start] == '＋'
	if !plus {
		groups = s.withoutDates(groups)
	}
	n := 0
	for _, g := range groups {
		n += g.len()
	}
	switch {
	case n < minDigits:
		return ""
	case plus:
		return PhoneHit
	case s.money(start, end) || s.figure(groups) || s.symbol(start, groups):
		return ""
	case len(groups) == 1 && s.digits[groups[0].start] != 0:
		return IdentityHit
	}
	return PhoneHit
}

// withoutDates drops groups that write a day, 2026-10-06 or 06.10.2026, or
// nothing but years.
func (s *scanner) withoutDates(groups []group) []group {
	if s.years(groups) {
		return nil
	}
	var rest []group
	for i := 0; i < len(groups); {
		if i+2 < len(groups) && s.date(groups[i:i+3]) {
			i += 3
			continue
		}
		rest = append(rest, groups[i])
		i++
	}
	return rest
}

func (s *scanner) years(groups []group) bool {
	return !slices.ContainsFunc(groups, func(g group) bool { return !s.year(g) })
}

// date reports whether three groups, alike separated, write a day.
func (s *scanner) date(g []group) bool {
	if s.text[g[0].end] != s.text[g[1].end] || g[1].start-g[0].end != 1 || g[2].start-g[1].end != 1 {
		return false
	}
	if s.year(g[0]) {
		return s.upTo(g[1], 12) && s.upTo(g[2], 31)
	}
	dayFirst := s.upTo(g[0], 31) && s.upTo(g[1], 12)
	monthFirst := s.upTo(g[0], 12) && s.upTo(g[1], 31)
	return (dayFirst || monthFirst) && s.year(g[2])
}

func (s *scanner) number(g group) int {
	n := 0
	for i := g.start; i < g.end && g.len() <= 4; i++ {
		n = n*10 + int(s.digits[i])
	}
	return n
}

func (s *scanner) year(g group) bool {
	n := s.number(g)
	return g.len() == 4 && n >= 1900 && n < 2100
}

func (s *scanner) upTo(g group, limit int) bool {
	n := s.number(g)
	return g.len() <= 2 && n >= 1 && n <= limit
}

// figure reports whether groups write a quantity: 4.361234, or 1 250 000.
func (s *scanner) figure(groups []group) bool {
	if len(groups) == 2 && groups[0].len() <= 2 && groups[1].start-groups[0].end == 1 && s.text[groups[0].end] == '.' {
		return true
	}
	thousands := len(groups) == 3 && groups[0].len() == 1 && s.digits[groups[0].start] > 0
	return thousands && groups[1].len() == 3 && groups[2].len() == 3
}

// symbol reports whether groups end a reference such as MINUSCA-2026-000123.
func (s *scanner) symbol(start int, groups []group) bool {
	return start > 1 && strings.ContainsRune("-/", s.text[start-1]) && unicode.IsUpper(s.text[start-2]) &&
		len(groups) > 1 && s.year(groups[0])
}

// currencies are those of the countries where missions are and of what they are
// paid in; any capitals would do for money, but also hide "tel 72123456 CAR".
var currencies = strings.Fields("USD EUR GBP CHF CAD JPY CNY RUB XAF XOF FCFA CFA CDF HTG SOS SSP SDG ETB KES UGX " +
	"RWF BIF TZS MAD DZD TND LYD EGP LBP SYP IQD YER AFN PKR INR NPR BDT IDR COP GTQ LRD SLE SLL GNF MLF NGN GHS " +
	"RSD ALL MKD BAM TRY GEL UAH AED SAR JOD ILS")

// money reports whether a currency stands beside the digits.
func (s *scanner) money(start, end int) bool {
	if end+1 < len(s.text) && s.text[end] == ',' && s.digits[end+1] >= 0 {
		end = s.word(end + 1) // decimals
	}
	before := trimmed(s.text[max(0, start-6):start])
	after := trimmed(s.text[end:min(len(s.text), end+6)])
	if n := len(before); n > 0 && unicode.Is(unicode.Sc, before[n-1]) {
		return true
	}
	if len(after) > 0 && unicode.Is(unicode.Sc, after[0]) {
		return true
	}
	return slices.Contains(currencies, capitals(before, true)) || slices.Contains(currencies, capitals(after, false))
}

func trimmed(rs []rune) []rune { return []rune(strings.TrimSpace(string(rs))) }

// capitals is the run of capitals at the end, or the start, of rs.
func capitals(rs []rune, atEnd bool) string {
	if !atEnd {
		i := 0
		for i < len(rs) && unicode.IsUpper(rs[i]) {
			i++
		}
		return string(rs[:i])
	}
	i := len(rs)
	for i > 0 && unicode.IsUpper(rs[i-1]) {
		i--
	}
	return string(rs[i:])
}

// digitOf is the value of a decimal digit of any script, -1 of anything else.
// Unicode keeps the ten digits of a script together, zero first, and its ranges
// of digits hold whole tens.
func digitOf(r rune) int8 {
	if r < 0x80 {
		if '0' <= r && r <= '9' {
			return int8(r - '0')
		}
		return -1
	}
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int8((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int8((r - rune(t.Lo)) % 10)
		}
	}
	return -1
}
