package form

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// Load fills the form with a record, at the version that the reader saw. It is
// called before Read when a record is changed, so that what the form does not
// show is kept.
func (f *Form) Load(r ui.Rec) {
	base := map[string]any{}
	for _, x := range f.fields {
		if v := r.Raw(x.Name); v != nil {
			base[x.Name] = v
		}
	}
	f.base, f.ETag = base, r.ETag
	f.shown = &node{}
	f.loadAll(f.fields, base, f.shown)
	f.root = f.shown.clone()
}

func (f *Form) loadAll(fs []*kind.Field, from map[string]any, to *node) {
	for _, x := range fs {
		if v := from[x.Name]; v != nil {
			to.put(x.Name, f.load(x, v))
		}
	}
}

// rowOf is the part of a row that says which element of the record it was.
const rowOf = "_row"

func (f *Form) load(x *kind.Field, v any) *node {
	if !x.List {
		return f.loadOne(x, v)
	}
	n := &node{}
	list, _ := v.([]any)
	for i, e := range list {
		r := f.loadOne(x, e)
		if rows(x) {
			r.set(rowOf, strconv.Itoa(i))
		}
		n.rows = append(n.rows, r)
	}
	return n
}

// rows reports whether the elements of the list x are rows with parts.
func rows(x *kind.Field) bool { return x.Type == kind.Struct || parts[x.Type] != nil }

// parts are the parts of composite values, as their controls are named.
var parts = map[kind.Type][]string{
	kind.TextType:     {"text", "lang"},
	kind.Time:         {"date", "time"},
	kind.PartialDate:  {"year", "month", "day"},
	kind.PeriodType:   {"start", "end"},
	kind.MoneyType:    {"amount", "ccy"},
	kind.SexCountType: {"female", "male", "other_undisclosed"},
	kind.PointType:    {"lat", "lon", "precision_m"},
	kind.PercentType:  {"num", "den"},
}

func (f *Form) loadOne(x *kind.Field, v any) *node {
	n := &node{}
	switch x.Type {
	case kind.Struct:
		m, _ := v.(map[string]any)
		f.loadAll(f.open(x.Fields), m, n)
	case kind.RefType:
		n.text = refValue(x, ui.AsRef(v).Kind, ui.AsRef(v).ID)
	case kind.Time:
		f.loadTime(n, word(v))
	case kind.PartialDate:
		for i, s := range strings.Split(word(v), "-") {
			n.set(parts[kind.PartialDate][min(i, 2)], s)
		}
	case kind.Float:
		n.text = f.decimal(word(v))
	case kind.Bool:
		b, _ := v.(bool)
		n.text = strconv.FormatBool(b)
	default:
		f.loadParts(x, n, v)
	}
	return n
}

// loadParts loads a value that is one word, or has parts that are.
func (f *Form) loadParts(x *kind.Field, n *node, v any) {
	m, _ := v.(map[string]any)
	if m == nil {
		n.text = word(v)
		return
	}
	for _, name := range parts[x.Type] {
		s := word(m[name])
		if x.Type == kind.PointType && name != "precision_m" || x.Type == kind.MoneyType && name == "amount" {
			s = f.decimal(s)
		}
		n.set(name, s)
	}
}

func (f *Form) loadTime(n *node, s string) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return
	}
	t = t.In(f.p.Zone())
	n.set("date", t.Format(time.DateOnly))
	n.set("time", t.Format("15:04"))
}

// decimal writes a number with the reader's decimal sign, so that he reads and
// sends it as he types one.
func (f *Form) decimal(s string) string {
	if strings.ContainsAny(s, "eE") {
		return s
	}
	return strings.Replace(s, ".", f.point(), 1)
}

// point is the reader's decimal sign.
func (f *Form) point() string {
	sign := strings.Trim(f.p.Decimal(0.5, 1), "0٠5٥")
	if sign == "" {
		return "."
	}
	return sign
}

func word(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	return ""
}

// refValue is how a reference stands in a control: its id, and its kind before
// it where the field leads to several.
func refValue(x *kind.Field, kindName, id string) string {
	if id == "" || len(x.To) == 1 {
		return id
	}
	return kindName + "/" + id
}
