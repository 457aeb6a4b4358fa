package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Dates are given as they are stored: "2026-11-23", "2026-11" or "2026". What
// is none of these is given back as it is, so a page shows it rather than
// nothing.

// Date writes a date in full: "23 November 2026", "November 2026", "2026".
func (t *Texts) Date(value string) string {
	c := t.lang.calendar
	return t.date(value, c.long, c.month, c.year)
}

// DateShort is Date with the month cut short where the language does that.
func (t *Texts) DateShort(value string) string {
	c := t.lang.calendar
	return t.date(value, c.brief, c.month, c.year)
}

// DayMonth writes a date without its year: "23 November".
func (t *Texts) DayMonth(value string) string {
	c := t.lang.calendar
	return t.date(value, c.day, c.month, c.year)
}

// Weekday writes a date without its year, as a heading of a day has it: "Monday
// 23 November".
func (t *Texts) Weekday(value string) string {
	c := t.lang.calendar
	return t.date(value, c.weekday, c.month, c.year)
}

// FullDate writes a date with its weekday and its year.
func (t *Texts) FullDate(value string) string {
	c := t.lang.calendar
	return t.date(value, c.full, c.month, c.year)
}

// Range writes the days from start to end, both meant, and says what they have
// in common once: "6–9 June 2026". An empty side is open.
func (t *Texts) Range(start, end string) string {
	c := t.lang.calendar
	from, a := parseDate(start)
	to, b := parseDate(end)
	switch {
	case start == end:
		return t.Date(start)
	case a != days || b != days || from.Year() != to.Year():
		return strings.TrimSpace(t.Date(start) + c.between + t.Date(end))
	case from.Month() != to.Month():
		return t.expand(c.fromDay, from) + c.between + t.expand(c.toDay, to)
	}
	return t.expand(c.span, from, to)
}

// Time writes the time of day in the reader's zone.
func (t *Texts) Time(at time.Time) string {
	return t.expand(t.lang.calendar.clock, at.In(t.zone()))
}

// DateTime writes a time in the reader's zone with its date in full.
func (t *Texts) DateTime(at time.Time) string {
	c := t.lang.calendar
	return t.expand(c.long+c.at+c.clock, at.In(t.zone()))
}

// Day is the date of a time in the reader's zone, for the functions above.
func (t *Texts) Day(at time.Time) string { return at.In(t.zone()).Format(time.DateOnly) }

func (t *Texts) zone() *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}

// precision is how much of a date is known.
type precision int

const (
	nothing precision = iota
	years
	months
	days
)

// layouts are how dates are stored, by how much is known of them.
var layouts = []string{years: "2006", months: "2006-01", days: time.DateOnly}

func parseDate(value string) (time.Time, precision) {
	for known, layout := range layouts {
		if len(layout) != len(value) || value == "" {
			continue
		}
		if at, err := time.Parse(layout, value); err == nil {
			return at, precision(known)
		}
	}
	return time.Time{}, nothing
}

// date writes a date by the pattern for what is known of it.
func (t *Texts) date(value, day, month, year string) string {
	at, known := parseDate(value)
	switch known {
	case days:
		return t.expand(day, at)
	case months:
		return t.expand(month, at)
	case years:
		return t.expand(year, at)
	}
	return value
}

// expand writes the parts of dates into pattern; "%e" is the day of the last.
func (t *Texts) expand(pattern string, dates ...time.Time) string {
	var out strings.Builder
	first, last := dates[0], dates[len(dates)-1]
	for {
		before, after, found := strings.Cut(pattern, "%")
		out.WriteString(before)
		if !found {
			return t.digits(out.String())
		}
		at := first
		if after[0] == 'e' {
			at = last
		}
		out.WriteString(t.lang.calendar.part(after[0], at))
		pattern = after[1:]
	}
}

// part is what letter stands for in a pattern.
func (c *calendar) part(letter byte, at time.Time) string {
	month := at.Month() - 1
	switch letter {
	case 'd', 'e':
		return c.dayOfMonth(at.Day())
	case 'M':
		return c.months[month]
	case 'b':
		return c.short[month]
	case 'L':
		return c.alone[month]
	case 'n':
		return strconv.Itoa(int(at.Month()))
	case 'y':
		return strconv.Itoa(at.Year())
	case 'A':
		return c.weekdays[at.Weekday()]
	case 'H':
		return fmt.Sprintf("%02d", at.Hour())
	case 'h':
		return strconv.Itoa(at.Hour())
	}
	return fmt.Sprintf("%02d", at.Minute()) // %m
}

func (c *calendar) dayOfMonth(n int) string {
	if n == 1 && c.first != "" {
		return c.first
	}
	return strconv.Itoa(n)
}
