package ui

import (
	"context"
	"slices"

	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// ownAtMost is how many postings of the reader are looked at, and how many units
// are his own.
const ownAtMost = 50

// OwnUnits are the units where the reader works, by id: those of his postings that
// last today, then those that his roles are bound to.
func (s *Site) OwnUnits(ctx context.Context, p Page) ([]string, error) {
	ids, err := s.postedAt(ctx, p)
	for _, g := range p.Actor.Grants {
		ids = append(ids, g.Units...)
	}
	var out []string
	for _, id := range ids {
		if id != "" && len(out) < ownAtMost && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

func (s *Site) postedAt(ctx context.Context, p Page) ([]string, error) {
	d := s.Kinds.Get("posting")
	if d == nil || !value.ValidID(p.Actor.Person) || !p.Can(d.Name, "read") {
		return nil, nil
	}
	recs, _, err := s.List(ctx, p, d, record.ListQuery{Filter: map[string]string{"person": p.Actor.Person}, Limit: ownAtMost})
	if kind.CodeOf(err) == kind.CodeNotFound {
		return nil, nil
	}
	var ids []string
	for _, r := range recs {
		lasts := value.Period{Start: value.Date(r.Str("period.start")), End: value.Date(r.Str("period.end"))}
		if lasts.Contains(p.Today()) {
			ids = append(ids, r.To("unit").ID)
		}
	}
	return ids, err
}
