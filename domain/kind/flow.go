package kind

import (
	"encoding/json"
	"reflect"
	"slices"
)

// actions that are not verbs, whose names no verb may have (they are actions
// of the policy, or routes).
var notVerbs = []string{"create", "read", "read_con", "update", "replace", "history", "list", ActTranslate}

// flow compiles the verbs of d and checks its states.
func (c *compiler) flow(d *Descriptor) {
	fl := d.Flow
	for i, s := range fl.States {
		if !nameForm.MatchString(string(s)) {
			c.wrong(d.Name, "the state %q is not snake_case", s)
		}
		if slices.Contains(fl.States[:i], s) {
			c.wrong(d.Name, "the state %q is listed twice", s)
		}
	}
	c.states(d, "Edit", fl.Edit)
	c.states(d, "Aside", fl.Aside)
	c.states(d, "Still", fl.Still)
	c.translation(d)
	if d.Fixed && (len(fl.Edit) > 0 || !d.Replace.IsZero()) {
		c.wrong(d.Name, "Fixed, but Edit or Replace says otherwise")
	}
	c.hook(d, "Create", d.Create)
	c.hook(d, "Replace", d.Replace)
	for _, v := range fl.Verbs {
		c.verb(d, v)
	}
	c.reach(d)
}

func (c *compiler) states(d *Descriptor, where string, list []State) {
	for _, s := range list {
		if !slices.Contains(d.Flow.States, s) {
			c.wrong(d.Name, "%s names the unknown state %q", where, s)
		}
	}
}

// hook checks an action of the kind itself.
func (c *compiler) hook(d *Descriptor, what string, a Action) {
	switch {
	case a.IsZero():
	case a.rec != d.typ:
		c.wrong(d.Name, "%s is for %s, not for %s", what, a.rec, d.typ)
	case a.in != nil:
		c.wrong(d.Name, "%s takes no input: make it with On", what)
	}
}

func (c *compiler) verb(d *Descriptor, v Verb) {
	where := d.Name + "." + v.Name
	switch {
	case !nameForm.MatchString(v.Name):
		c.wrong(where, "the verb's name is not snake_case")
	case slices.Contains(notVerbs, v.Name):
		c.wrong(where, "no verb may have this name")
	case d.verbs[v.Name] != nil:
		c.wrong(where, "two verbs have this name")
		return
	}
	c.states(d, "verb "+v.Name, v.From)
	c.states(d, "verb "+v.Name, v.Never)
	if v.To != "" {
		c.states(d, "verb "+v.Name, []State{v.To})
	}
	if len(v.From) > 0 && len(v.Never) > 0 {
		c.wrong(where, "the verb has both From and Never")
	}
	if v.To == "" && v.Do.IsZero() {
		c.wrong(where, "the verb does nothing: it has neither To nor Do")
	}
	for _, name := range v.Unlike {
		if f := d.fields[name]; f == nil || !namesPeople(f) {
			c.wrong(where, "Unlike %q is not a field that names people", name)
		}
	}
	if v.Checks.run != nil && v.Checks.rec != d.typ {
		c.wrong(where, "Checks is for %s, not for %s", v.Checks.rec, d.typ)
	}
	vd := &VerbDescriptor{Verb: v}
	c.input(d, vd, where)
	c.example(where, v.Example)
	d.verbs[v.Name] = vd
	d.order = append(d.order, vd)
}

// namesPeople reports whether f holds ids of people: references, or the
// server's own note of who did something.
func namesPeople(f *Field) bool {
	if slices.Contains(headNames, f.Name) {
		return f.Name == "created_by" || f.Name == "updated_by"
	}
	return f.Type == RefType || (f.Type == String && f.Server && !f.List)
}

// input compiles the struct that a verb takes.
func (c *compiler) input(d *Descriptor, v *VerbDescriptor, where string) {
	a := v.Do
	if a.IsZero() {
		return
	}
	if a.rec != d.typ {
		c.wrong(where, "Do is for %s, not for %s", a.rec, d.typ)
	}
	if a.in == nil {
		return
	}
	if a.in.Kind() != reflect.Struct {
		c.wrong(where, "the input %s is not a struct", a.in)
		return
	}
	v.in = a.in
	v.Fields, v.codec = c.structFields(a.in, place{kind: where, class: d.Class, input: true})
}

// reach checks that every state can be arrived at. A Do may set any state, so
// once a verb with one can be done nothing more can be said.
func (c *compiler) reach(d *Descriptor) {
	if len(d.Flow.States) == 0 {
		return
	}
	reached := map[State]bool{d.Flow.States[0]: true}
	for grown := true; grown; {
		grown = false
		for _, v := range d.Flow.Verbs {
			if !slices.ContainsFunc(d.Flow.States, func(s State) bool { return reached[s] && v.starts(s) }) {
				continue
			}
			if !v.Do.IsZero() {
				return
			}
			if !reached[v.To] {
				reached[v.To], grown = true, true
			}
		}
	}
	for _, s := range d.Flow.States {
		if !reached[s] {
			c.wrong(d.Name, "nothing leads to the state %q", s)
		}
	}
}

// starts reports whether v may be done in state s.
func (v Verb) starts(s State) bool {
	if len(v.From) > 0 {
		return slices.Contains(v.From, s)
	}
	return !slices.Contains(v.Never, s)
}

func (c *compiler) example(where, text string) {
	if text == "" {
		return
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		c.wrong(where, "the example is not a JSON object: %v", err)
	}
}

// MayEdit reports whether a record in state s may be replaced.
func (d *Descriptor) MayEdit(s State) bool {
	return !d.Fixed && (len(d.Flow.States) == 0 || slices.Contains(d.Flow.Edit, s))
}

// Initial is the state of a new record, "" for a kind without states.
func (d *Descriptor) Initial() State {
	if len(d.Flow.States) == 0 {
		return ""
	}
	return d.Flow.States[0]
}

// Verbs lists the verbs of d in the order of their declaration.
func (d *Descriptor) Verbs() []*VerbDescriptor { return d.order }

// VerbsFrom lists the verbs that may be done in state s.
func (d *Descriptor) VerbsFrom(s State) []*VerbDescriptor {
	var possible []*VerbDescriptor
	for _, v := range d.order {
		if v.starts(s) {
			possible = append(possible, v)
		}
	}
	return possible
}

// Starts reports whether v may be done in state s.
func (v *VerbDescriptor) Starts(s State) bool { return v.starts(s) }
