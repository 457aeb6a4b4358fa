package form

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"colocate/app/problem"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// fault is a broken rule at a dotted path; "" is the whole form.
type fault struct{ path, text string }

// Fail takes over the faults of a CodeInvalid, and of a value that another
// record has (CodeConflict that names the field), and reports whether err was
// such a one. The form shown again has every fault in its summary and at its
// field.
func (f *Form) Fail(err error) bool {
	code := kind.CodeOf(err)
	if code != kind.CodeInvalid && code != kind.CodeConflict {
		return false
	}
	d := problem.Of(err, f.p.Texts, "")
	if len(d.Errors) == 0 {
		if code == kind.CodeInvalid {
			f.faults = append(f.faults, fault{"", d.Detail})
		}
		return code == kind.CodeInvalid
	}
	for _, e := range d.Errors {
		f.faults = append(f.faults, fault{dotted(e.Pointer), e.Detail})
	}
	return true
}

// Keeps reports whether after err a form is shown again with all that was typed:
// what is wrong can be put right, or tried again, or the words be taken along.
func Keeps(err error) bool {
	switch kind.CodeOf(err) {
	case kind.CodeInvalid, kind.CodeConflict, kind.CodeForbidden, kind.CodeBusy, kind.CodeTooMany, kind.CodePrecondition, kind.CodeTooLarge:
		return true
	}
	return false
}

// Fault adds a fault at a dotted path, as a sentence in the reader's language.
func (f *Form) Fault(path, text string) { f.faults = append(f.faults, fault{path, text}) }

// dotted makes a path of a JSON pointer.
func dotted(pointer string) string {
	s := strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
	return strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
}

// Faults are what there is to put right, in the order of the form.
func (f *Form) Faults() []ui.Fault {
	all := slices.Clone(f.faults)
	slices.SortStableFunc(all, func(a, b fault) int {
		return cmp.Or(cmp.Compare(f.rank(a.path), f.rank(b.path)), cmp.Compare(rowIn(a.path), rowIn(b.path)))
	})
	var out []ui.Fault
	for _, x := range all {
		out = append(out, ui.Fault{Anchor: f.anchor(x.path), Label: f.called(x.path), Text: x.text})
	}
	return out
}

// rank is where the field of path stands in the form.
func (f *Form) rank(path string) int {
	name, _, _ := strings.Cut(path, ".")
	i := slices.IndexFunc(f.fields, func(x *kind.Field) bool { return x.Name == name })
	if i < 0 {
		return len(f.fields)
	}
	return i
}

func rowIn(path string) int {
	for seg := range strings.SplitSeq(path, ".") {
		if i, ok := index(seg); ok {
			return i
		}
	}
	return -1
}

// called is what the summary calls the field of path: in a row with the row.
func (f *Form) called(path string) string {
	if path == "" {
		return ""
	}
	if f.isLeft(path) {
		return path
	}
	found := f.spot(path)
	if found.x == nil {
		return ""
	}
	at := found.field
	list, row, inRow := f.rowOf(at)
	if name := f.part(found.x, path[strings.LastIndexByte(path, '.')+1:]); name != "" && !inRow {
		return f.p.T("page.form.part_of", map[string]any{"Label": f.label(at), "Part": name})
	}
	switch {
	case !inRow:
		return f.label(at)
	case at == list+"."+strconv.Itoa(row):
		return f.p.T("page.form.row", map[string]any{"List": f.label(list), "Row": int64(row + 1)})
	}
	return f.p.T("page.form.in_row", map[string]any{"List": f.label(list), "Row": int64(row + 1), "Label": f.label(at)})
}

// rowOf is the list and the row that path lies in.
func (f *Form) rowOf(path string) (list string, row int, ok bool) {
	segs := strings.Split(path, ".")
	for i, seg := range segs {
		if n, is := index(seg); is && i > 0 {
			return strings.Join(segs[:i], "."), n, true
		}
	}
	return "", 0, false
}

// anchor is the id of the control to put right for path, "" if there is none.
func (f *Form) anchor(path string) string {
	if f.isLeft(path) {
		return f.Anchor("_left." + path)
	}
	if at := f.spot(path); at.x != nil {
		return f.Anchor(at.control)
	}
	return ""
}

// spot is what a path leads to: its field, with the path of that, and the
// control to go to.
type spot struct {
	x              *kind.Field
	field, control string
}

// spot follows path from the top: names alone do not tell a field called "text"
// from the text of a field.
func (f *Form) spot(path string) spot {
	var s spot
	fs, segs := f.fields, strings.Split(path, ".")
	for i := 0; i < len(segs); i++ {
		x := named(fs, segs[i])
		if x == nil {
			break
		}
		s = spot{x: x, field: join(s.field, x.Name)}
		var next string
		if i+1 < len(segs) {
			next = segs[i+1]
		}
		if x.List && isIndex(next) && !f.boxes(x, s.field) {
			s.field = join(s.field, next)
			i++
			one := *x
			one.List = false
			s.x = &one
			next = ""
			if i+1 < len(segs) {
				next = segs[i+1]
			}
		}
		s.control = f.first(s.x, s.field, next)
		fs = f.open(x.Fields)
	}
	return s
}

// first is the path of the first control of the field x at path; part is the
// part of it that is meant, "" for none.
func (f *Form) first(x *kind.Field, path, part string) string {
	switch {
	case x.List && f.boxes(x, path):
		return path
	case x.List && f.control(path, Opt{}).lines() == 0:
		return join(path, "_add")
	case x.List:
		one := *x
		one.List = false
		return f.first(&one, join(path, "0"), "")
	case x.Type == kind.Struct:
		if sub := f.open(x.Fields); len(sub) > 0 {
			return f.first(sub[0], join(path, sub[0].Name), "")
		}
	case slices.Contains(parts[x.Type], part):
		return join(path, part)
	case parts[x.Type] != nil:
		return join(path, parts[x.Type][0])
	}
	return path
}

// errs are the sentences of what is wrong with the field at path. A field with
// fields of its own leaves to them what is theirs.
func (f *Form) errs(x *kind.Field, path string) []string {
	var out []string
	for _, one := range f.faults {
		under := strings.HasPrefix(one.path, path+".")
		mine := one.path == path || under && x.Type != kind.Struct
		if x.List && rows(x) && under {
			mine = false
		}
		text := one.text
		if name := f.part(x, strings.TrimPrefix(one.path, path+".")); under && name != "" {
			text = f.p.T("page.errors.line", map[string]any{"Label": name, "Text": text})
		}
		if mine && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// part is the word for a part of a value of x, "" where it has none.
func (f *Form) part(x *kind.Field, name string) string {
	if !slices.Contains(parts[x.Type], name) || partKeys[name] == "" {
		return ""
	}
	return f.p.Say(partKeys[name])
}

// faulty reports whether one of paths is at fault itself.
func (f *Form) faulty(paths ...string) bool {
	return slices.ContainsFunc(f.faults, func(x fault) bool { return slices.Contains(paths, x.path) })
}

func (f *Form) isLeft(path string) bool {
	return slices.ContainsFunc(f.left, func(l leftOver) bool { return l.name == path })
}
