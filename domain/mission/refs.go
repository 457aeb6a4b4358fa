package mission

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// Known loads the record at ref into rec and reports whether there is one.
// A reference to nothing, or to another kind than one of kinds, is no error
// here: the engine names it as a fault of its field (V1), so that a rule that
// needs the record may simply be passed over.
func Known(w kind.World, ref value.Ref, rec any, kinds ...string) (bool, error) {
	if ref.IsZero() || !ref.Is(kinds...) {
		return false, nil
	}
	err := w.Get(ref, rec)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

// Own loads the mission that the actor acts in. It fails if there is none:
// no record of a mission can be written outside one.
func Own(w kind.World) (*Mission, error) {
	var m Mission
	ok, err := Known(w, value.Ref{Kind: "mission", ID: w.Actor().Mission}, &m, "mission")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("mission: the actor's mission has no record")
	}
	return &m, nil
}

// Location is the mission's time zone. Dates of what happened there, and
// whether something is overdue, are read in it, never in UTC (domain.md §0).
func (m *Mission) Location() (*time.Location, error) {
	loc, err := time.LoadLocation(m.TZ)
	if err != nil {
		return nil, fmt.Errorf("mission %s: time zone: %w", m.Code, err)
	}
	return loc, nil
}

// HostLanguages are the languages that the host side reads when its service
// does not say: the official and the local ones.
func (m *Mission) HostLanguages() []value.Lang {
	return slices.Concat(m.OfficialLangs, m.LocalLangs)
}

// fixedCode refuses a code that differs from the stored one: a code is never
// changed, because it stands on paper (domain.md §0).
func fixedCode[T any](w kind.World, ref value.Ref, now value.Code, of func(*T) value.Code) error {
	var old T
	ok, err := Known(w, ref, &old, ref.Kind)
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(of(&old) == now, "code", "error.field.fixed")
	return c.Err()
}
