package work

import (
	"strings"

	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/value"
)

// Who owes an action, as the form says it in one choice; a counterpart is
// "host/<id>".
const (
	owedByUnit  = "unit"
	owedByUN    = "un"
	owedByBoth  = "joint"
	owedByNamed = "host/"
)

// owedBy is who owes an action that exists.
func owedBy(a ui.Rec) string {
	switch owner := a.To("owner"); {
	case a.Str("owner_side") == "un":
		return owedByUN
	case a.Str("owner_side") == "joint":
		return owedByBoth
	case owner.Kind == "counterpart":
		return owedByNamed + owner.ID
	}
	return owedByUnit
}

// owners are who can owe an action: the unit, its officers, those who are being
// added, the reader for the UN, both together. What the host owes is proposed.
func (f *sessionForm) owners(i int) []form.Choice {
	host := func(name string) string { return f.p.T("page.session_form.host_owner", map[string]any{"Name": name}) }
	out := []form.Choice{{Value: owedByUnit, Label: host(f.unitName)}}
	if f.unitName == "" {
		out[0].Label = f.p.Say("page.session_form.host_unit")
	}
	for _, c := range f.present() {
		out = append(out, form.Choice{Value: owedByNamed + c.Value, Label: host(c.Label)})
	}
	for n, c := range f.added {
		if c == nil || n > 0 && c.Blank() {
			continue
		}
		name := c.Get("name")
		if name == "" {
			name = f.p.Say("page.session_form.added")
		}
		out = append(out, form.Choice{Value: owedByNamed + c.ID, Label: host(name)})
	}
	me := f.names[value.Ref{Kind: "person", ID: f.p.Actor.Person}]
	if me == "" {
		me = f.p.Actor.Name
	}
	out = append(out, form.Choice{Value: owedByUN, Label: f.p.T("page.session_form.un_owner", map[string]any{"Name": me})},
		form.Choice{Value: owedByBoth, Label: f.p.Say("page.session_form.both")})
	for _, c := range out {
		if c.Value == f.owes[i] {
			return out
		}
	}
	return append(out, form.Choice{Value: f.owes[i], Label: f.p.Say("page.form.kept")})
}

// own puts who owes action i, and where it comes from, into its form.
func (f *sessionForm) own(i int) {
	a := f.actions[i]
	unit := f.session.Get("unit")
	a.Set("origin", f.session.ID)
	a.Set("unit", unit)
	if a.Get("priority") == "" {
		a.Set("priority", "normal")
	}
	side, owner, un := "host", "unit/"+unit, ""
	switch who := f.owes[i]; {
	case who == owedByUN:
		side, owner, un = "un", "", f.p.Actor.Person
	case who == owedByBoth:
		side, un = "joint", f.p.Actor.Person
		if named := f.session.Values("counterparts"); len(named) > 0 {
			owner = "counterpart/" + named[0]
		}
	case strings.HasPrefix(who, owedByNamed):
		owner = "counterpart/" + strings.TrimPrefix(who, owedByNamed)
	}
	if was := a.Get("un_owner"); un != "" && was != "" {
		un = was // who owed it for the UN still does
	}
	a.Set("owner_side", side)
	a.Set("owner", owner)
	a.Set("un_owner", un)
}

// owedByAdded reports whether an officer owes action i who is being added: it
// cannot be written before he is.
func (f *sessionForm) owedByAdded(i int) bool {
	return f.isAdded(strings.TrimPrefix(f.owes[i], owedByNamed))
}
