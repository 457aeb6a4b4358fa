package form

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"colocate/domain/kind"
)

// Opt is how a control differs from what its field alone would make it. Label
// and Hint are message keys; the label of the field where Label is "", no hint
// where Hint is "".
type Opt struct {
	Label, Hint string
	// Rows is the height of a text; 0 is by its limit.
	Rows int
	// Needed marks a field that a later step demands, though the record may be
	// kept without it.
	Needed bool
	// Chips lets the few values of a field within a row stand open.
	Chips bool
	// Plain leaves out "needed" and "optional".
	Plain bool
	// Quiet keeps the label for screen readers only, where a heading says the same.
	Quiet bool
}

// control is one control, or one group of them, about to be written.
type control struct {
	f    *Form
	x    *kind.Field
	path string
	opt  Opt
	errs []string
}

func (f *Form) control(path string, o Opt) control {
	x := f.field(path)
	if x == nil {
		return control{f: f, x: &kind.Field{Name: path}, path: path, opt: o}
	}
	if x.List && isIndex(path[strings.LastIndexByte(path, '.')+1:]) { // one element of a list
		one := *x
		one.List = false
		x = &one
	}
	return control{f: f, x: x, path: path, opt: o, errs: f.errs(x, path)}
}

// known reports whether the form has this field for its reader.
func (c control) known() bool { return c.x.Type != 0 }

func (c control) id() string { return c.f.Anchor(c.path) }

func (c control) bad() bool { return len(c.errs) > 0 }

func (c control) label() string {
	if c.opt.Label != "" {
		return c.f.p.Say(c.opt.Label)
	}
	return c.f.label(c.path)
}

// mark is "needed" or "optional", "" where neither is said.
func (c control) mark() string {
	switch {
	case c.opt.Plain, c.x.Type == kind.Bool && !c.x.Pointer:
		return ""
	case c.x.Required, c.opt.Needed:
		return c.f.p.Say("page.form.needed")
	}
	return c.f.p.Say("page.form.optional")
}

// hint is what helps to fill the control in.
func (c control) hint() string {
	switch {
	case c.opt.Hint != "":
		return c.f.p.Say(c.opt.Hint)
	case c.x.List && c.x.Max != nil && c.f.boxes(c.x, c.path) && *c.x.Max < 100:
		return c.f.p.T("page.form.at_most", map[string]any{"Max": *c.x.Max})
	case c.x.Type == kind.Int && c.x.Min != nil && c.x.Max != nil && *c.x.Max < 1000:
		return c.f.p.T("page.form.range", map[string]any{"Min": *c.x.Min, "Max": *c.x.Max})
	}
	switch c.x.Type {
	case kind.PointType:
		return c.f.p.Say("page.form.point")
	case kind.PartialDate:
		return c.f.p.Say("page.form.partial")
	}
	return ""
}

// described names what a screen reader reads after the control.
func (c control) described() string {
	var ids []string
	if c.hint() != "" {
		ids = append(ids, c.id()+"-hint")
	}
	if c.bad() {
		ids = append(ids, c.id()+"-err")
	}
	return strings.Join(ids, " ")
}

// attrs are the attributes that every input of the control has.
func (c control) attrs(id, name string) templ.Attributes {
	a := templ.Attributes{"id": id, "name": name}
	if d := c.described(); d != "" {
		a["aria-describedby"] = d
	}
	if c.bad() {
		a["aria-invalid"] = "true"
	}
	return a
}

// own are the attributes of the control's one input.
func (c control) own() templ.Attributes { return c.attrs(c.id(), c.f.Name(c.path)) }

// typed are those of a one-line input, with what stands in it.
func (c control) typed() templ.Attributes {
	a := c.own()
	v := c.f.Get(c.path)
	a["value"] = v
	switch c.x.Type {
	case kind.Int:
		a["inputmode"], a["class"] = "numeric", "w-s"
	case kind.Float:
		a["inputmode"], a["class"] = "decimal", "w-m"
	case kind.DateType:
		a["class"], a["type"] = "w-m", dateInput(v)
	case kind.CodeType:
		a["class"], a["autocapitalize"], a["spellcheck"] = "w-m code", "characters", "false"
	default:
		a["dir"] = "auto"
		if limit := c.limit(); limit > 0 {
			a["maxlength"] = strconv.FormatInt(limit, 10)
		}
	}
	return a
}

// dateInput is the type of an input of a day: what is no day, a browser would
// not show in one of dates.
func dateInput(v string) string {
	if _, err := time.Parse(time.DateOnly, v); v != "" && err != nil {
		return "text"
	}
	return "date"
}

func timeInput(v string) string {
	if _, err := time.Parse("15:04", v); v != "" && err != nil {
		return "text"
	}
	return "time"
}

// limit is how many characters the control takes, 0 for any number.
func (c control) limit() int64 {
	if f := c.f.field(c.path); f != nil && f.List {
		return f.Each
	}
	if c.x.Max == nil {
		return 0
	}
	return *c.x.Max
}

// part is one input of a value that has several.
type part struct {
	name, label string
	attrs       templ.Attributes
}

// partKeys are the words for the parts of composite values.
var partKeys = map[string]string{
	"date": "page.form.date", "time": "page.form.time", "year": "page.form.year", "month": "page.form.month", "day": "page.form.day",
	"start": "page.form.from", "end": "page.form.until", "amount": "page.form.amount", "ccy": "page.form.currency",
	"female": "page.form.women", "male": "page.form.men", "other_undisclosed": "page.form.undisclosed",
	"lat": "page.form.latitude", "lon": "page.form.longitude", "precision_m": "page.form.precision",
	"num": "page.form.share", "den": "page.form.whole",
}

func (c control) parts() []part {
	var out []part
	for _, name := range parts[c.x.Type] {
		path := join(c.path, name)
		v := c.f.Get(path)
		a := c.attrs(c.f.Anchor(path), c.f.Name(path))
		a["value"] = v
		if !c.f.faulty(c.path, path) {
			delete(a, "aria-invalid")
		}
		switch {
		case name == "date", c.x.Type == kind.PeriodType:
			a["type"] = dateInput(v)
		case name == "time":
			a["type"] = timeInput(v)
		case name == "ccy":
			a["maxlength"], a["autocapitalize"], a["spellcheck"] = "3", "characters", "false"
		case c.x.Type == kind.PointType && name != "precision_m", name == "amount":
			a["inputmode"] = "decimal"
		default:
			a["inputmode"] = "numeric"
		}
		out = append(out, part{name: name, label: c.f.p.Say(partKeys[name]), attrs: a})
	}
	return out
}

// text is a text: one line where it is short, else a box.
func (c control) long() bool { return c.limit() == 0 || c.limit() > 200 }

func (c control) rows() string {
	switch {
	case c.opt.Rows > 0:
		return strconv.Itoa(c.opt.Rows)
	case c.limit() > 1000:
		return "6"
	}
	return "3"
}

func (c control) words() templ.Attributes {
	path := join(c.path, "text")
	a := c.attrs(c.f.Anchor(path), c.f.Name(path))
	a["dir"], a["lang"] = "auto", c.f.writtenIn(c.path)
	if limit := c.limit(); limit > 0 {
		a["maxlength"] = strconv.FormatInt(limit, 10)
	}
	if c.long() {
		a["rows"] = c.rows()
	} else {
		a["value"] = c.f.Get(path)
	}
	return a
}

func (c control) count() string {
	n := int64(utf8.RuneCountInString(c.f.Get(join(c.path, "text"))))
	return c.f.p.T("page.form.count", map[string]any{"N": n, "Max": c.limit()})
}

// counted is the count as the script writes it.
func (c control) counted() string {
	return c.f.p.T("page.form.count", map[string]any{"N": "{n}", "Max": "{max}"})
}

// choices are what can be chosen, with the empty choice where none need be.
func (c control) choices() []Choice {
	list := c.f.offered(c.x, c.path)
	if !c.x.List && !c.x.Required && len(list) > 0 {
		list = append([]Choice{{Label: c.f.p.Say("page.form.none")}}, list...)
	}
	return list
}

func (c control) chosen(v string) bool {
	if c.x.List {
		return slices.Contains(c.f.Values(c.path), v)
	}
	return c.f.Get(c.path) == v
}

// choiceID is the id of the i-th choice; the first has that of the control.
func (c control) choiceID(i int) string {
	if i == 0 {
		return c.id()
	}
	return c.id() + "-" + strconv.Itoa(i)
}

// head are those of the control's choices that stand open: of many those that
// are chosen, and the first few.
func (c control) head(list []Choice) []Choice {
	if len(list) <= many {
		return list
	}
	return list[:max(few, min(len(list), len(c.f.Values(c.path))))]
}

// drops reports whether the choices drop down: too many to stand open, or in a
// row with other fields.
func (c control) drops() bool {
	if c.x.Type == kind.Enum && strings.Contains(c.path, ".") && !c.opt.Chips {
		return true
	}
	return c.x.Type == kind.LangType || len(c.f.offered(c.x, c.path)) > few || (c.x.Type == kind.Enum && !c.short())
}

// short reports whether every choice is three words or fewer.
func (c control) short() bool {
	return !slices.ContainsFunc(c.f.offered(c.x, c.path), func(o Choice) bool {
		return len(strings.Fields(o.Label)) > 3 || utf8.RuneCountInString(o.Label) > 32 || o.Sub != ""
	})
}

// chips reports whether the choices are pills that wrap (look, §3).
func (c control) chips() bool {
	return c.x.Type == kind.Enum && c.short() && len(c.x.Values) <= many
}

// lines are the rows of a list to show: one at least where one is needed.
func (c control) lines() int {
	n := c.f.Rows(c.path)
	if n == 0 && (c.x.Required || c.x.Type != kind.Struct) {
		n = 1
	}
	return n
}

func (c control) most() string {
	if c.x.Max == nil {
		return strconv.Itoa(maxRows)
	}
	return strconv.FormatInt(*c.x.Max, 10)
}

// line is the path of a row.
func (c control) line(i int) string { return join(c.path, strconv.Itoa(i)) }

// numbered is what a row is called: n is its number, or stands for it.
func (c control) numbered(n any) string {
	return c.f.p.T("page.form.row", map[string]any{"List": c.label(), "Row": n})
}

// inside are the paths of the fields of a struct at path.
func (c control) inside(path string) []string {
	var out []string
	for _, x := range c.f.open(c.x.Fields) {
		out = append(out, join(path, x.Name))
	}
	return out
}

// asked is what was searched for in the control.
func (c control) asked() string { return c.f.Get(join(c.path, "_q")) }

// section is a part of a form: fields of one level of confidentiality.
type section struct {
	id, title string
	class     kind.Class
	banded    bool
	fields    []*kind.Field
}

// sections puts the fields of a kind into parts: by class, the plain ones
// first, each group of fields and each list of rows by itself.
func (f *Form) sections() []section {
	var out []section
	for class := kind.PUB; class <= kind.CON; class++ {
		main := section{id: "h-" + f.prefix + strconv.Itoa(int(class)), title: f.p.Name(f.kind), class: class}
		var rest []section
		for _, x := range f.fields {
			switch {
			case x.Class != class && (class != kind.SHR || x.Class != kind.PUB), class == kind.PUB:
			case x.Type == kind.Struct:
				rest = append(rest, section{id: "h-" + f.prefix + x.Name, title: f.label(x.Name), class: class, fields: []*kind.Field{x}})
			default:
				main.fields = append(main.fields, x)
			}
		}
		if len(out) > 0 {
			main.title = f.p.Say("page.form.inside")
		}
		if len(main.fields) > 0 {
			out = append(out, main)
		}
		out = append(out, rest...)
	}
	for i := range out {
		out[i].banded = out[i].class > kind.SHR && f.by.Side == kind.UN
		out[i].id = strings.ReplaceAll(out[i].id, ".", "-")
	}
	return out
}

// bands are the sentences beneath the word for a class.
var bands = map[kind.Class]string{kind.MIS: "page.form.band.mis", kind.CON: "page.form.band.con"}
