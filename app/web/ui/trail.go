package ui

import (
	"slices"

	"colocate/domain/kind"
)

// Step is one state of the main line of a kind, as far as a record has come.
type Step struct {
	State     string
	Done, Now bool
}

// Steps is the main line of a kind with the place of a record on it; shown is the
// state that stands there, mostly place itself. It is nil where there is no such
// line, or the record has left it.
func Steps(d *kind.Descriptor, place, shown string) []Step {
	line := mainLine(d)
	at := slices.Index(line, kind.State(place))
	if len(line) < 3 || at < 0 {
		return nil
	}
	steps := make([]Step, len(line))
	for i, s := range line {
		steps[i] = Step{string(s), i < at, i == at}
	}
	steps[at].State = shown
	return steps
}

// mainLine are the states that a record goes through where nothing comes in
// between: from each by the first verb that leads onward, to a state that is
// declared later, is not for putting the record right and does not set it aside.
func mainLine(d *kind.Descriptor) []kind.State {
	states := d.Flow.States
	if len(states) == 0 {
		return nil
	}
	line := []kind.State{states[0]}
	for {
		next := onward(d, line[len(line)-1])
		if next == "" {
			return line
		}
		line = append(line, next)
	}
}

func onward(d *kind.Descriptor, from kind.State) kind.State {
	place := func(s kind.State) int { return slices.Index(d.Flow.States, s) }
	for _, v := range d.VerbsFrom(from) {
		aside := slices.Contains(d.Flow.Aside, v.To) || slices.Contains(d.Flow.Edit, v.To)
		if !v.Destructive && v.To != "" && !aside && place(v.To) > place(from) && len(v.From) > 0 {
			return v.To
		}
	}
	return ""
}
