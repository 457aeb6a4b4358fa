package work

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Limits of what a form shows beside what is typed.
const (
	nearThemes = 5  // themes that stand open
	openBeside = 8  // actions that are still open
	lookedAt   = 60 // actions of the unit, those that are due last, among which the open ones are looked for
)

// fill loads what can be chosen in the form, and what helps to fill it in.
func (h *sessions) fill(ctx context.Context, f *sessionForm) error {
	for _, step := range []func(context.Context, *sessionForm) error{h.fillUnits, h.fillOfficers, h.fillTeam, h.fillMemory, h.fillCodes, h.fillNames} {
		if err := step(ctx, f); err != nil {
			return err
		}
	}
	f.offer()
	f.follow()
	return nil
}

// fillUnits offers the reader's own units first.
func (h *sessions) fillUnits(ctx context.Context, f *sessionForm) error {
	own, err := h.s.OwnUnits(ctx, f.p)
	if err != nil {
		return err
	}
	d := f.p.Kind("unit")
	ids := own
	if id := f.session.Get("unit"); value.ValidID(id) {
		ids = append(slices.Clone(own), id) // it stays to be seen, though he records elsewhere
	}
	views, err := h.s.Records.ReadMany(ctx, f.p.Actor, d, ids)
	if err != nil {
		return err
	}
	mine, err := ui.ParseAll(d, views)
	if err != nil {
		return err
	}
	var all []ui.Rec
	if len(own) == 0 || f.p.Actor.Has(kind.TeamLeader) { // who is posted somewhere records there
		if all, err = beside(ctx, h.s, f.p, "unit", record.ListQuery{}); err != nil {
			return err
		}
	}
	for _, r := range append(mine, all...) {
		if !slices.ContainsFunc(f.units, func(c form.Choice) bool { return c.Value == r.ID }) {
			f.units = append(f.units, form.Choice{Value: r.ID, Label: f.p.Caption(r)})
		}
		if r.ID == f.session.Get("unit") {
			f.service, f.unitName = r.To("service").ID, f.p.Caption(r)
		}
	}
	return nil
}

// fillOfficers loads the officers of the unit, and the ranks of its service.
func (h *sessions) fillOfficers(ctx context.Context, f *sessionForm) error {
	unit := f.session.Get("unit")
	if !value.ValidID(unit) {
		return nil
	}
	var err error
	if f.officers, err = beside(ctx, h.s, f.p, "counterpart", record.ListQuery{Filter: map[string]string{"unit": unit, "state": "active"}}); err != nil {
		return err
	}
	d := f.p.Kind("police_service")
	if d == nil || !value.ValidID(f.service) {
		return nil
	}
	s, err := h.s.Read(ctx, f.p, d, f.service)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return nil
	}
	for i := range s.Len("ranks") {
		name, _ := s.Said(path("ranks", i, "name")).In(f.p.Reads()...)
		f.ranks = append(f.ranks, form.Choice{Value: s.Str(path("ranks", i, "code")), Label: name})
	}
	return err
}

// fillMemory loads what was agreed at the unit and is still open, and the last
// session there.
func (h *sessions) fillMemory(ctx context.Context, f *sessionForm) error {
	unit := f.session.Get("unit")
	if !value.ValidID(unit) {
		return nil
	}
	acts, err := beside(ctx, h.s, f.p, "action", record.ListQuery{Filter: map[string]string{"unit": unit}, Sort: "-due", Limit: lookedAt})
	if err != nil {
		return err
	}
	slices.Reverse(acts) // what is due first comes first
	for _, a := range acts {
		if facts(a).Open() && a.To("origin").ID != f.session.ID && len(f.open) < openBeside {
			f.open = append(f.open, a)
		}
	}
	past, err := beside(ctx, h.s, f.p, "session", record.ListQuery{Filter: map[string]string{"unit": unit}, Limit: 5})
	for i := range past {
		if past[i].ID != f.session.ID && past[i].State() != "draft" {
			f.last = &past[i]
			break
		}
	}
	return err
}

// fillCodes loads the themes, those of the last session there first, and the
// obstacles.
func (h *sessions) fillCodes(ctx context.Context, f *sessionForm) error {
	themes, err := h.s.Codes(ctx, f.p, "theme")
	if err != nil {
		return err
	}
	all, names := f.session.Values("themes"), map[string]string{}
	if f.last != nil {
		all = append(all, f.last.Strs("themes")...)
	}
	for _, t := range themes {
		all, names[t.Code] = append(all, t.Code), t.Name
	}
	for _, code := range all {
		if !slices.ContainsFunc(f.themes, func(c form.Choice) bool { return c.Value == code }) {
			f.themes = append(f.themes, form.Choice{Value: code, Label: cmp.Or(names[code], code)})
		}
	}
	f.near = min(max(nearThemes, len(f.session.Values("themes"))), len(f.themes))
	if f.annex == nil {
		return nil
	}
	obstacles, err := h.s.Codes(ctx, f.p, "obstacle")
	var list []form.Choice
	for _, o := range obstacles {
		list = append(list, form.Choice{Value: o.Code, Label: o.Name})
	}
	f.annex.Choose("obstacles", list)
	return err
}

func (h *sessions) fillNames(ctx context.Context, f *sessionForm) error {
	refs := []value.Ref{{Kind: "person", ID: f.p.Actor.Person}}
	for _, id := range f.session.Values("counterparts") {
		refs = append(refs, value.Ref{Kind: "counterpart", ID: id})
	}
	for _, a := range f.open {
		refs = append(refs, a.To("owner"), a.To("un_owner"))
	}
	var err error
	f.names, err = h.s.Names(ctx, f.p, refs)
	return err
}

// offer says what can be chosen where the descriptor alone would not know.
func (f *sessionForm) offer() {
	f.session.Choose("unit", f.units)
	f.session.Choose("counterparts", f.present())
	f.session.Choose("advisers", f.team)
	for _, c := range f.added {
		if c != nil {
			c.Choose("rank_code", f.ranks)
		}
	}
}

// present are the officers who may have taken part: those of the last session
// first, then the unit's others; one who is chosen and not among them stays.
func (f *sessionForm) present() []form.Choice {
	var out []form.Choice
	add := func(r ui.Rec) {
		if !slices.ContainsFunc(out, func(c form.Choice) bool { return c.Value == r.ID }) {
			out = append(out, form.Choice{Value: r.ID, Label: f.p.Caption(r), Sub: r.Str("function")})
		}
	}
	for _, lately := range []bool{true, false} {
		for _, r := range f.officers {
			if lately == (f.last != nil && slices.Contains(f.last.ToAll("counterparts"), r.Ref())) {
				add(r)
			}
		}
	}
	for _, id := range f.session.Values("counterparts") {
		if !slices.ContainsFunc(out, func(c form.Choice) bool { return c.Value == id }) && !f.isAdded(id) {
			out = append(out, form.Choice{Value: id, Label: f.names[value.Ref{Kind: "counterpart", ID: id}]})
		}
	}
	return out
}

func (f *sessionForm) isAdded(id string) bool {
	return slices.ContainsFunc(f.added[:], func(c *piece) bool { return c != nil && c.ID == id })
}

// texts are the controls of the form in which somebody writes.
func (f *sessionForm) texts() map[*piece][]string {
	out := map[*piece][]string{f.session: {"observations.0.text", "advice_given", "summary"}}
	if f.annex != nil {
		out[f.annex] = annexTexts
	}
	for _, a := range f.actions {
		if a != nil {
			out[a] = []string{"text"}
		}
	}
	return out
}

// follow lets the language in which something was written go before in what is
// still empty.
func (f *sessionForm) follow() {
	lang := ""
	for _, t := range []string{"summary", "advice_given", "observations.0.text"} {
		if strings.TrimSpace(f.session.Get(t+".text")) != "" {
			lang = f.session.Get(t + ".lang")
		}
	}
	if lang == "" {
		return
	}
	for x, paths := range f.texts() {
		for _, t := range paths {
			if strings.TrimSpace(x.Get(t+".text")) == "" {
				x.Set(t+".lang", lang)
			}
		}
	}
}
