package value

// Period runs from Start to End, both days included when shown, half-open when
// queried. An empty End is open.
type Period struct{ Start, End Date }

// Check returns the rules that p breaks: a start it must have, an end not
// before it.
func (p Period) Check() []Broken {
	var bad []Broken
	switch {
	case p.Start == "":
		bad = append(bad, wrong("start", KeyRequired))
	case !p.Start.Valid():
		bad = append(bad, wrong("start", KeyType, "Want", "date"))
	}
	switch {
	case p.End == "":
	case !p.End.Valid():
		bad = append(bad, wrong("end", KeyType, "Want", "date"))
	case p.End < p.Start:
		bad = append(bad, wrong("end", KeyOrder))
	}
	return bad
}

// IsZero reports whether p says nothing.
func (p Period) IsZero() bool { return p == Period{} }

// Contains reports whether d is a day of p.
func (p Period) Contains(d Date) bool {
	return !p.IsZero() && p.Start <= d && (p.End == "" || d <= p.End)
}

// Covers reports whether every day of q is one of p.
func (p Period) Covers(q Period) bool {
	return p.Contains(q.Start) && (p.End == "" || (q.End != "" && q.End <= p.End))
}

// Overlaps reports whether p and q share a day.
func (p Period) Overlaps(q Period) bool {
	return p.Contains(q.Start) || q.Contains(p.Start)
}

// Days is the number of days of p, 0 if it is open or not valid.
func (p Period) Days() int {
	if p.End == "" || p.Check() != nil {
		return 0
	}
	return p.Start.DaysUntil(p.End) + 1
}

// Compare orders by start, then by end, an open one last.
func (p Period) Compare(q Period) int {
	if c := p.Start.Compare(q.Start); c != 0 || p.End == q.End {
		return c
	}
	if p.End == "" || (q.End != "" && p.End > q.End) {
		return 1
	}
	return -1
}
