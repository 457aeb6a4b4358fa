package work

import (
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// setKinds are the kinds that a mission is set up with, in the order in which
// they are needed.
var setKinds = []string{"mission", "office", "police_service", "person", "posting", "reference_item"}

// setUp is one kind of what a mission is set up with, and whether there is any.
type setUp struct {
	d      *kind.Descriptor
	any    bool
	create bool
}

// setting is the home of who sets a mission up: what there is, and what is
// missing.
func (d *desk) setting() []setUp {
	var out []setUp
	for _, name := range setKinds {
		k := d.p.Kind(name)
		if k == nil || !d.p.Can(name, "read") {
			continue
		}
		out = append(out, setUp{k, len(d.list(name, 1, "").recs) > 0, d.p.Can(name, "create")})
	}
	return out
}

// setHint says what a kind is for while a mission is set up.
func setHint(p ui.Page, one setUp) string {
	if !one.any {
		return p.Say("page.today.set_none")
	}
	return p.Say("page.today.set_some")
}
