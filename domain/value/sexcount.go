package value

// SexCount counts people by sex. Its total is derived, never stored or typed.
// On the wire: {female, male, other_undisclosed}.
type SexCount struct{ Female, Male, Other int64 }

// maxCount keeps a total of many counts far from overflow.
const maxCount = 1_000_000_000

// Total is the number of people counted.
func (c SexCount) Total() int64 { return c.Female + c.Male + c.Other }

// Add is c and d together.
func (c SexCount) Add(d SexCount) SexCount {
	return SexCount{Female: c.Female + d.Female, Male: c.Male + d.Male, Other: c.Other + d.Other}
}

// Check returns the rules that c breaks: no count is below zero.
func (c SexCount) Check() []Broken {
	var bad []Broken
	for _, n := range []struct {
		part string
		n    int64
	}{{"female", c.Female}, {"male", c.Male}, {"other_undisclosed", c.Other}} {
		if n.n < 0 || n.n > maxCount {
			bad = append(bad, wrong(n.part, KeyRange, "Min", 0, "Max", maxCount))
		}
	}
	return bad
}
