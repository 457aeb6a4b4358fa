package kind

import (
	"maps"
	"slices"
)

// Labels lists, sorted, every message key that the catalogues must have for the
// kinds of r: names of kinds and what they are about, fields, states, verbs and what
// they do, values of enumerations and roles. Those for broken rules of fields are value.Keys.
func Labels(r *Registry) []string {
	keys := map[string]bool{}
	for _, d := range r.All() {
		d.labels(keys)
	}
	for _, d := range r.All() {
		if d.translation != nil {
			keys["verb."+ActTranslate+".label"] = true
			fieldLabels(keys, "field."+ActTranslate, d.translation.Fields)
		}
	}
	for _, role := range Roles {
		keys["role."+string(role)+".label"] = true
	}
	return slices.Sorted(maps.Keys(keys))
}

func (d *Descriptor) labels(keys map[string]bool) {
	keys["kind."+d.Name+".name"] = true
	keys["kind."+d.Name+".plural"] = true
	if !d.Unlisted {
		keys["kind."+d.Name+".about"] = true
		keys["kind."+d.Name+".add"] = true
	}
	for _, s := range d.Flow.States {
		keys["state."+d.Name+"."+string(s)+".label"] = true
	}
	fieldLabels(keys, "field."+d.Name, d.Fields)
	for name := range d.Questions {
		keys["field."+d.Name+"."+name+".label"] = true
	}
	for _, v := range d.order {
		keys["verb."+d.Name+"."+v.Name+".label"] = true
		if !d.Unlisted {
			keys["verb."+d.Name+"."+v.Name+".effect"] = true
		}
		fieldLabels(keys, "field."+d.Name+"."+v.Name, v.Fields)
	}
}

func fieldLabels(keys map[string]bool, at string, fields []*Field) {
	for _, f := range fields {
		keys[at+"."+f.Name+".label"] = true
		for _, v := range f.Values {
			keys["enum."+f.EnumName+"."+v+".label"] = true
		}
		fieldLabels(keys, at+"."+f.Name, f.Fields)
	}
}
