package work

import (
	"context"
	"slices"

	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/domain/value"
)

// fillTeam offers who else of the UN was there: those who are posted at the unit
// on the day, as far as the reader may name them. Who is named already stays.
func (h *sessions) fillTeam(ctx context.Context, f *sessionForm) error {
	unit := f.session.Get("unit")
	if !value.ValidID(unit) {
		return nil
	}
	posts, err := beside(ctx, h.s, f.p, "posting", record.ListQuery{Filter: map[string]string{"unit": unit}})
	if err != nil {
		return err
	}
	ids := append(f.session.Values("advisers"), f.p.Actor.Person)
	for _, r := range posts {
		lasts := value.Period{Start: value.Date(r.Str("period.start")), End: value.Date(r.Str("period.end"))}.Contains(f.p.Today())
		if lasts {
			ids = append(ids, r.To("person").ID)
		}
	}
	refs := make([]value.Ref, len(ids))
	for i, id := range ids {
		refs[i] = value.Ref{Kind: "person", ID: id}
	}
	names, err := h.s.Names(ctx, f.p, refs)
	for _, r := range refs {
		if n := names[r]; n != "" && !slices.ContainsFunc(f.team, func(c form.Choice) bool { return c.Value == r.ID }) {
			f.team = append(f.team, form.Choice{Value: r.ID, Label: n})
		}
	}
	return err
}

// asksTeam reports whether the form asks who else of the UN was there: where
// there is a choice, and all who are named already are part of it.
func (f *sessionForm) asksTeam() bool {
	for _, id := range f.session.Values("advisers") {
		if !slices.ContainsFunc(f.team, func(c form.Choice) bool { return c.Value == id }) {
			return false
		}
	}
	return len(f.team) > 1
}

// teamIsOpen reports whether somebody else is named, or something is wrong there.
func (f *sessionForm) teamIsOpen() bool {
	return len(f.session.Values("advisers")) > 1 || f.bad("advisers")
}
