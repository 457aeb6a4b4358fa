package value

import "fmt"

// PartialDate is a year, a month or a day: "2006", "2006-01" or "2006-01-02".
type PartialDate string

// Valid reports whether p is a year, a month or a day.
func (p PartialDate) Valid() bool { return p.First() != "" }

// Check returns the rule that p breaks, if any.
func (p PartialDate) Check() []Broken {
	if p.Valid() {
		return nil
	}
	return []Broken{wrong("", KeyType, "Want", "partial_date")}
}

// IsZero reports whether p says nothing.
func (p PartialDate) IsZero() bool { return p == "" }

// First is the first day that p may mean, "" if p is not valid.
func (p PartialDate) First() Date {
	d := Date(p)
	switch len(p) {
	case 4:
		d += "-01-01"
	case 7:
		d += "-01"
	}
	if !d.Valid() {
		return ""
	}
	return d
}

// Last is the last day that p may mean, "" if p is not valid.
func (p PartialDate) Last() Date {
	first := p.First()
	switch {
	case first == "" || len(p) == 10:
		return first
	case len(p) == 4:
		return Date(string(p) + "-12-31")
	}
	year, month, _, _ := first.parts()
	return Date(fmt.Sprintf("%s-%02d", string(p), daysIn(year, month)))
}

// Compare orders by the first day meant, what is less exact first.
func (p PartialDate) Compare(q PartialDate) int {
	if c := p.First().Compare(q.First()); c != 0 {
		return c
	}
	return len(p) - len(q)
}
