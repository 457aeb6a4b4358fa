package form

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// Doc is the input for record.Write.In: what was typed, and what the record has
// where nobody changed it. Rows in which nothing was typed are taken out of the
// form. CodeInvalid names what cannot be read, such as a number that is none,
// and values that the form has no place for.
func (f *Form) Doc() (kind.Doc, error) {
	m := maker{f: f}
	base, _ := f.base.(map[string]any)
	f.compact(f.fields, f.root)
	doc := m.all(f.fields, f.root, f.shown, base, "")
	for _, l := range f.left {
		m.check.Must(false, pointer(l.name), "error.form.no_place", "Name", l.name)
	}
	if m.check.Err() == nil {
		return doc, nil
	}
	return doc, f.judged(doc, &m.check)
}

// judged adds to the faults of reading those of the rules that need no record,
// so that one answer names all that can be told.
func (f *Form) judged(doc kind.Doc, c *kind.Check) error {
	var err error
	if f.verb == nil {
		err = f.kind.Decode(doc, f.kind.New(), f.by)
	} else if in := f.verb.NewInput(); in != nil {
		err = f.verb.Decode(doc, in, f.by)
	}
	if other := c.Merge(err); other != nil {
		return other
	}
	return c.Err()
}

// compact takes out the rows in which nothing was typed.
func (f *Form) compact(fs []*kind.Field, n *node) {
	for _, x := range fs {
		p := n.part(x.Name)
		if p == nil {
			continue
		}
		sub := f.open(x.Fields)
		if !x.List {
			f.compact(sub, p)
			continue
		}
		one := *x
		one.List = false
		p.rows = slices.DeleteFunc(p.rows, func(r *node) bool { return blank(&one, r) })
		for _, r := range p.rows {
			f.compact(sub, r)
		}
	}
}

// maker makes a document of nodes and notes what cannot be read.
type maker struct {
	f     *Form
	check kind.Check
}

func (m *maker) wrong(path, part, key string, args ...any) {
	if part != "" {
		path = join(path, part)
	}
	m.check.Must(false, pointer(path), key, args...)
}

// all makes the fields fs. was is what the record's form had, base its values.
func (m *maker) all(fs []*kind.Field, n, was *node, base map[string]any, path string) kind.Doc {
	doc := make(kind.Doc, 0, len(fs))
	for _, x := range fs {
		v := m.field(x, n.part(x.Name), was.part(x.Name), base[x.Name], join(path, x.Name))
		if v != nil {
			doc = append(doc, kind.Elem{Name: x.Name, Value: v})
		}
	}
	return doc
}

func (m *maker) field(x *kind.Field, n, was *node, base any, path string) any {
	if !x.List {
		return m.one(x, n, was, base, path)
	}
	if n == nil || len(n.rows) == 0 {
		return nil
	}
	one := *x // an element
	one.List = false
	old, _ := base.([]any)
	list := make([]any, len(n.rows))
	for i, r := range n.rows {
		var from any
		wasRow := was.row(strconv.Itoa(i))
		if rows(x) {
			wasRow = was.row(r.word(rowOf))
		}
		if j, ok := index(r.word(rowOf)); ok && j < len(old) {
			from = old[j]
		} else if !rows(x) && i < len(old) {
			from = old[i]
		}
		list[i] = m.one(&one, r, wasRow, from, join(path, strconv.Itoa(i)))
	}
	return list
}

// one makes one value; nil where nothing was typed.
func (m *maker) one(x *kind.Field, n, was *node, base any, path string) any {
	if x.Type == kind.Struct {
		if blank(x, n) {
			return nil
		}
		from, _ := base.(map[string]any)
		return m.all(m.f.open(x.Fields), n, was, from, path)
	}
	if base != nil && n.same(was) {
		return plain(x, base)
	}
	if blank(x, n) {
		if x.Type == kind.Bool && n != nil {
			return boolOf(x, n)
		}
		return nil
	}
	if x.Type == kind.TextType {
		return text(n, base)
	}
	return m.value(x, n, path)
}

// boolOf is a box: one that is not ticked says no.
func boolOf(x *kind.Field, n *node) any {
	if x.Pointer && n.text == "" {
		return nil
	}
	return n.text == "true"
}

func (m *maker) value(x *kind.Field, n *node, path string) any {
	switch x.Type {
	case kind.Bool:
		return n.text == "true"
	case kind.Int:
		return m.whole(x, n.text, path, "")
	case kind.Float:
		return m.number(n.text, path, "")
	case kind.CodeType, kind.LangType, kind.DateType, kind.Enum:
		return strings.TrimSpace(n.text)
	case kind.Time:
		return m.instant(n, path)
	case kind.PartialDate:
		return m.partial(n, path)
	case kind.RefType:
		r := refOf(x, n.text)
		return kind.Doc{{Name: "kind", Value: r.Kind}, {Name: "id", Value: r.ID}}
	case kind.String:
		return n.text
	}
	return m.composite(x, n, path)
}

// composite makes a value of which each part is a word or a number.
func (m *maker) composite(x *kind.Field, n *node, path string) any {
	var doc kind.Doc
	add := func(name string, v any) {
		if v != nil {
			doc = append(doc, kind.Elem{Name: name, Value: v})
		}
	}
	for _, name := range parts[x.Type] {
		s := strings.TrimSpace(n.word(name))
		switch {
		case s == "":
		case x.Type == kind.PeriodType, name == "ccy":
			add(name, s)
		case x.Type == kind.MoneyType:
			if a, ok := m.number(s, path, name).(kind.Number); ok {
				add(name, string(a))
			}
		case x.Type == kind.PointType && name != "precision_m":
			add(name, m.number(s, path, name))
		default:
			add(name, m.whole(nil, s, path, name))
		}
	}
	return doc
}

// number reads a number as people type it.
func (m *maker) number(s, path, part string) any {
	n, ok := m.f.p.Number(s)
	if !ok {
		m.wrong(path, part, "error.form.number")
		return nil
	}
	return kind.Number(n)
}

// whole reads a whole number; the limits of x, if any, are told with the fault.
func (m *maker) whole(x *kind.Field, s, path, part string) any {
	n, ok := m.f.p.Number(s)
	if ok && !strings.Contains(n, ".") && len(n) <= 18 {
		return kind.Number(n)
	}
	if x != nil && x.Min != nil && x.Max != nil {
		m.wrong(path, part, "error.form.whole_range", "Min", *x.Min, "Max", *x.Max)
	} else {
		m.wrong(path, part, "error.form.whole")
	}
	return nil
}

// instant is a day and a time in the mission's zone, in UTC.
func (m *maker) instant(n *node, path string) any {
	day, clock := strings.TrimSpace(n.word("date")), strings.TrimSpace(n.word("time"))
	if day == "" || clock == "" {
		part := "time"
		if day == "" {
			part = "date"
		}
		m.wrong(path, part, "error.form.day_and_time")
		return nil
	}
	if len(clock) > len("15:04") {
		clock = clock[:len("15:04")] // some browsers send the seconds
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, m.f.p.Zone())
	if err != nil {
		m.wrong(path, "date", "error.form.instant")
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// partial is a year, a month or a day.
func (m *maker) partial(n *node, path string) any {
	out := ""
	for i, name := range parts[kind.PartialDate] {
		s := strings.TrimSpace(n.word(name))
		if s == "" {
			if i == 0 || (i == 1 && n.word("day") != "") {
				m.wrong(path, name, "error.form.partial_date")
				return nil
			}
			break
		}
		d, ok := m.f.p.Number(s)
		if i > 0 {
			d = "-" + strings.Repeat("0", max(0, 2-len(d))) + d
		}
		if out += d; !ok || !value.PartialDate(out).Valid() {
			m.wrong(path, name, "error.form.partial_date")
			return nil
		}
	}
	return out
}

// refOf is the reference that a control holds.
func refOf(x *kind.Field, s string) value.Ref {
	if name, id, ok := strings.Cut(s, "/"); ok {
		return value.Ref{Kind: name, ID: id}
	}
	if len(x.To) == 1 {
		return value.Ref{Kind: x.To[0], ID: s}
	}
	return value.Ref{ID: s}
}

// text is what somebody wrote. The translations of the record stay beside it;
// one that was checked against other words, or is in the language that the
// original is now in, is no more what it was.
func text(n *node, base any) any {
	was, _ := base.(map[string]any)
	return said(n.word("lang"), n.word("text"), was, kind.Clean(n.word("text")) != word(was["text"]))
}

// said is a text with the translations that it had.
func said(lang, text string, was map[string]any, fresh bool) kind.Doc {
	doc := kind.Doc{{Name: "lang", Value: lang}, {Name: "text", Value: text}}
	trs, _ := was["tr"].(map[string]any)
	var kept kind.Doc
	for _, l := range sorted(trs) {
		if l != lang {
			kept = append(kept, kind.Elem{Name: l, Value: translation(trs[l], fresh)})
		}
	}
	if kept != nil {
		doc = append(doc, kind.Elem{Name: "tr", Value: kept})
	}
	return doc
}

// translation is one as a client may send it: by whom and when is the server's.
func translation(v any, fresh bool) kind.Doc {
	m, _ := v.(map[string]any)
	state := word(m["state"])
	if fresh {
		state = string(value.DraftTranslation)
	}
	return kind.Doc{{Name: "text", Value: word(m["text"])}, {Name: "method", Value: word(m["method"])}, {Name: "state", Value: state}}
}

func sorted(m map[string]any) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// plain is a value of a view as a client sends it back.
func plain(x *kind.Field, v any) any {
	if m, ok := v.(map[string]any); ok && x.Type == kind.TextType {
		return said(word(m["lang"]), word(m["text"]), m, false)
	}
	return raw(v)
}

func raw(v any) any {
	switch x := v.(type) {
	case json.Number:
		return kind.Number(x)
	case map[string]any:
		doc := kind.Doc{}
		for _, name := range sorted(x) {
			doc = append(doc, kind.Elem{Name: name, Value: raw(x[name])})
		}
		return doc
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = raw(x[i])
		}
		return list
	}
	return v
}

// pointer is a dotted path as the domain writes it.
func pointer(path string) string {
	path = strings.ReplaceAll(strings.ReplaceAll(path, "~", "~0"), "/", "~1")
	return strings.ReplaceAll(path, ".", "/")
}
