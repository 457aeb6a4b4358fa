package work

import (
	"colocate/app/web/ui"
)

// unitCrumbs lead back to the units, and to the unit above.
func unitCrumbs(p ui.Page, v unitView) []ui.Crumb {
	links := []ui.Crumb{{Href: "/units", Text: p.Plural(v.rec.Kind)}}
	if up := v.rec.To("parent"); v.names[up] != "" {
		links = append(links, ui.Crumb{Href: p.Href(up), Text: v.names[up]})
	}
	return append(links, ui.Crumb{Text: v.rec.Str("code")})
}

// unitNumbers are the numbers of a unit that the reader knows, with their words.
func unitNumbers(p ui.Page, r ui.Rec) [][2]string {
	var out [][2]string
	for _, name := range []string{"catchment_population", "vehicles_working", "radios_working"} {
		if r.Has(name) {
			out = append(out, [2]string{p.Label("unit", name), p.Num(r.Int(name))})
		}
	}
	if area := r.Str("admin_area"); area != "" {
		out = append(out, [2]string{p.Label("unit", "admin_area"), area})
	}
	return out
}

// unitOutcome says that a visit was not held, as the reader may know it; "" if
// it was.
func unitOutcome(p ui.Page, r ui.Rec) string {
	if o := r.Str("outcome_of_visit"); o != "" && o != "held" {
		return p.Enum("visit_outcome", o)
	}
	if o := r.Str("outcome_shared"); !r.Has("outcome_of_visit") && o != "" && o != "held" {
		return p.Enum("shared_outcome", o)
	}
	return ""
}

// unitNoSessions says why there is no session at a unit.
func unitNoSessions(p ui.Page) string {
	if p.Host() {
		return p.Say("page.today.released_none")
	}
	return p.Say("page.unit.sessions_none")
}

// counts reports whether the page says when the unit was last visited: to the UN
// side, of units whose sessions the reader reads.
func (v unitView) counts() bool { return !v.last.last.IsZero() || v.record }
