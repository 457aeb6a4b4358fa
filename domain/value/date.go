package value

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day in the mission's calendar, "2006-01-02". It has no time zone;
// "today" is asked of the mission's (domain.md §0).
type Date string

// ParseDate returns the day that s writes, which must be a day of the
// Gregorian calendar from year 1 to 9999, in full.
func ParseDate(s string) (Date, error) {
	if d := Date(s); d.Valid() {
		return d, nil
	}
	return "", fmt.Errorf("value: %q is not a date", s)
}

// DateOf is the day of t in its own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Valid reports whether d is a day in full.
func (d Date) Valid() bool {
	year, month, day, ok := d.parts()
	return ok && year > 0 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

// Check returns the rule that d breaks, if any.
func (d Date) Check() []Broken {
	if d.Valid() {
		return nil
	}
	return []Broken{wrong("", KeyType, "Want", "date")}
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == "" }

// Compare is negative if d is before e, positive if after. No day is before
// every day.
func (d Date) Compare(e Date) int { return strings.Compare(string(d), string(e)) }

// Before reports whether d is before e.
func (d Date) Before(e Date) bool { return d < e }

// After reports whether d is after e.
func (d Date) After(e Date) bool { return d > e }

// Time is the start of d in UTC; the zero time if d is not valid.
func (d Date) Time() time.Time {
	year, month, day, ok := d.parts()
	if !ok {
		return time.Time{}
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// AddDays is the day n days after d, which must be valid.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// DaysUntil is the number of days from d to e; both must be valid.
func (d Date) DaysUntil(e Date) int {
	return int(e.Time().Sub(d.Time()) / (24 * time.Hour))
}

func (d Date) parts() (year, month, day int, ok bool) {
	if len(d) != 10 || d[4] != '-' || d[7] != '-' {
		return 0, 0, 0, false
	}
	year, y := number(string(d[:4]))
	month, m := number(string(d[5:7]))
	day, n := number(string(d[8:]))
	return year, month, day, y && m && n
}

func number(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if !digit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
