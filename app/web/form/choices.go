package form

import (
	"slices"

	"colocate/app/locale"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Choice is one value that can be chosen: as it is sent, what it is called, and
// a second line to tell it from others; Lang is the language of the label where
// it is not the page's.
type Choice struct{ Value, Label, Sub, Lang string }

// choices are what can be chosen for a field. more says that there are others,
// to be searched for; asked is the text that was searched for.
type choices struct {
	list []Choice
	more bool
}

// Choose says what can be chosen for the field at path (without indexes), in
// the place of what Fill would offer. It may be called before or after Fill.
func (f *Form) Choose(path string, list []Choice) {
	f.choices[path] = &choices{list: list}
}

// few is up to how many values stand open side by side; more are a list that
// drops down, or one with a filter (look, §3).
const few = 9

// many is from how many values on a list gets a filter, or folds away all but
// the first few.
const many = 2 * few

// boxes reports whether the field x at path is chosen rather than typed.
func (f *Form) boxes(x *kind.Field, path string) bool {
	if f.choices[bare(path)] != nil {
		return true
	}
	switch x.Type {
	case kind.Enum, kind.RefType, kind.LangType:
		return true
	}
	return x.CodeList != ""
}

// offered are the choices of the field at path, those that are chosen among
// them first, in the order in which they were chosen.
func (f *Form) offered(x *kind.Field, path string) []Choice {
	list := f.known(x, path)
	chosen := f.Values(path)
	if !x.List {
		if s := f.Get(path); s != "" && !has(list, s) {
			list = append([]Choice{f.unknown(x, s)}, list...)
		}
		return list
	}
	var out []Choice
	for _, s := range chosen {
		if i := slices.IndexFunc(list, func(c Choice) bool { return c.Value == s }); i >= 0 {
			out = append(out, list[i])
		} else {
			out = append(out, f.unknown(x, s))
		}
	}
	for _, c := range list {
		if !slices.Contains(chosen, c.Value) {
			out = append(out, c)
		}
	}
	return out
}

func has(list []Choice, v string) bool {
	return slices.ContainsFunc(list, func(c Choice) bool { return c.Value == v })
}

// unknown is what stands in a control and is not among its choices: a record
// that the reader cannot open, a code that was withdrawn, a forged value.
func (f *Form) unknown(x *kind.Field, s string) Choice {
	if x.Type == kind.RefType {
		if name := f.names[refOf(x, s)]; name != "" {
			return Choice{Value: s, Label: name}
		}
		return Choice{Value: s, Label: f.p.Say("page.form.kept")}
	}
	if x.Type == kind.LangType {
		return Choice{Value: s, Label: f.p.LangName(s)}
	}
	return Choice{Value: s, Label: s}
}

// known are the choices of a field, whatever is chosen.
func (f *Form) known(x *kind.Field, path string) []Choice {
	if c := f.choices[bare(path)]; c != nil {
		return c.list
	}
	switch x.Type {
	case kind.Enum:
		out := make([]Choice, len(x.Values))
		for i, v := range x.Values {
			out[i] = Choice{Value: v, Label: f.p.Enum(x.EnumName, v)}
		}
		return out
	case kind.LangType:
		return f.languages()
	}
	return nil
}

// more reports whether there is more to choose from than is offered.
func (f *Form) more(path string) bool {
	c := f.choices[bare(path)]
	return c != nil && c.more
}

// writes are the languages that a text at path can be in.
func (f *Form) writes(path string) []Choice {
	langs := f.p.Writes()
	if l := value.Lang(f.Get(join(path, "lang"))); l != "" && !slices.Contains(langs, l) {
		langs = append([]value.Lang{l}, langs...)
	}
	out := make([]Choice, len(langs))
	for i, l := range langs {
		out[i] = Choice{Value: string(l), Label: locale.SelfName(string(l)), Lang: string(l)}
	}
	return out
}

// writtenIn is the language that a text at path is in, else the one that the
// reader writes in.
func (f *Form) writtenIn(path string) string {
	if l := f.Get(join(path, "lang")); l != "" {
		return l
	}
	return string(f.p.Writes()[0])
}

// full is a choice in one line.
func (c Choice) full() string {
	if c.Sub == "" || c.Sub == c.Label {
		return c.Label
	}
	return c.Label + " (" + c.Sub + ")"
}

// In is the language of the label.
func (c Choice) In() value.Lang { return value.Lang(c.Lang) }

// yesNo are the answers to a question that need not be answered.
func (c control) yesNo() []Choice {
	return []Choice{{Label: c.f.p.Say("page.form.none")}, {Value: "true", Label: c.f.p.Say("page.form.yes")},
		{Value: "false", Label: c.f.p.Say("page.form.no")}}
}
