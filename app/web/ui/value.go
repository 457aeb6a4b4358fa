package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// FieldAt is the field of d at a dotted path, which may hold indexes
// ("participants.0.party"); nil if there is none.
func FieldAt(d *kind.Descriptor, path string) *kind.Field {
	name, rest, more := strings.Cut(bare(path), ".")
	f := d.Field(name)
	for more && f != nil {
		name, rest, more = strings.Cut(rest, ".")
		i := slices.IndexFunc(f.Fields, func(sub *kind.Field) bool { return sub.Name == name })
		if i < 0 {
			return nil
		}
		f = f.Fields[i]
	}
	return f
}

// FieldLabel is the word for a field of a kind, of its envelope too.
func (p Page) FieldLabel(d *kind.Descriptor, path string) string {
	if slices.ContainsFunc(d.Envelope, func(f *kind.Field) bool { return f.Name == path }) {
		return p.Say("page.docs.envelope." + path + ".label")
	}
	return p.Label(d.Name, path)
}

// codeRef is where Names keeps the name of a code of a reference list.
func codeRef(list, code string) value.Ref { return value.Ref{Kind: "list " + list, ID: code} }

// Code is the name of a code of a reference list, else the code.
func (n Names) Code(list, code string) string {
	if name := n[codeRef(list, code)]; name != "" {
		return name
	}
	return code
}

// Person is the name of the person with that id, "" where there is none for
// the reader: names of staff are not the host side's to read.
func (n Names) Person(id string) string { return n[value.Ref{Kind: "person", ID: id}] }

// Code is one code of a reference list and what it is called; Lang is the
// language of the name where it is none of the reader's.
type Code struct {
	Code, Name string
	Lang       value.Lang
}

// codesPerList bounds how many codes of one list are read.
const codesPerList = 200

// Codes are the codes of a reference list with their names, in the list's own
// order. Who reads no reference lists gets none.
func (s *Site) Codes(ctx context.Context, p Page, list string) ([]Code, error) {
	d := s.Kinds.Get("reference_item")
	if d == nil || !p.Can(d.Name, "read") {
		return nil, nil
	}
	l, err := s.Records.List(ctx, p.Actor, d, record.ListQuery{Filter: map[string]string{"list": list}, Limit: codesPerList})
	if err != nil {
		return nil, err
	}
	key := p.madeFor(l)
	if have, ok := s.codes.get(key); ok {
		return have, nil
	}
	recs, err := ParseAll(d, l.Items)
	if err != nil {
		return nil, err
	}
	codes := make([]Code, 0, len(recs))
	for _, r := range recs {
		name, lang := r.Said("name").In(p.Reads()...)
		if p.reads(lang) {
			lang = ""
		}
		codes = append(codes, Code{r.Str("code"), name, lang})
	}
	s.codes.put(key, codes)
	return codes, nil
}

// Words looks up what the values of recs are called: records that they point
// at, people who did something, codes of reference lists. With paths, of those
// fields alone; without, of all.
func (s *Site) Words(ctx context.Context, p Page, recs []Rec, paths ...string) (Names, error) {
	g := &gathering{lists: map[string]bool{}}
	for _, r := range recs {
		for _, f := range slices.Concat(r.Kind.Envelope, r.Kind.Fields) {
			if len(paths) == 0 || slices.Contains(paths, f.Name) {
				g.field(f, r.Raw(f.Name))
			}
		}
	}
	names, err := s.Names(ctx, p, g.refs)
	if err != nil {
		return nil, err
	}
	for list := range g.lists {
		if err := s.NameCodes(ctx, p, list, names); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// NameCodes adds to names what the codes of a reference list are called, for
// Names.Code.
func (s *Site) NameCodes(ctx context.Context, p Page, list string, names Names) error {
	codes, err := s.Codes(ctx, p, list)
	for _, c := range codes {
		names[codeRef(list, c.Code)] = c.Name
	}
	return err
}

// gathering is what names are needed for.
type gathering struct {
	refs  []value.Ref
	lists map[string]bool
}

func (g *gathering) field(f *kind.Field, raw any) {
	switch v := raw.(type) {
	case []any:
		for _, one := range v {
			g.field(f, one)
		}
	case map[string]any:
		if f.Type == kind.RefType {
			g.refs = append(g.refs, AsRef(v))
		}
		for _, sub := range f.Fields {
			g.field(sub, v[sub.Name])
		}
	case string:
		if f.CodeList != "" {
			g.lists[f.CodeList] = true
		} else if person(f, v) {
			g.refs = append(g.refs, value.Ref{Kind: "person", ID: v})
		}
	}
}

// person reports whether v, a value of f, is the server's note of who did
// something.
func person(f *kind.Field, v string) bool {
	return f.Type == kind.String && f.Server && value.ValidID(v)
}

// Shows reports whether there is something to show of a value of f: a
// reference to what does not exist for the reader is nothing.
func Shows(names Names, f *kind.Field, raw any) bool {
	switch v := raw.(type) {
	case nil:
		return false
	case []any:
		return slices.ContainsFunc(v, func(one any) bool { return Shows(names, f, one) })
	case string:
		return v != "" && (!person(f, v) || names.Person(v) != "")
	case map[string]any:
		switch f.Type {
		case kind.RefType:
			return names[AsRef(v)] != ""
		case kind.Struct:
			return slices.ContainsFunc(f.Fields, func(sub *kind.Field) bool { return Shows(names, sub, v[sub.Name]) })
		case kind.TextType:
			return AsText(v).Text != ""
		}
	}
	return true
}

// Word is a value of the field of d at path in one run of plain text, "" where
// there is nothing to show.
func (p Page) Word(names Names, d *kind.Descriptor, path string, raw any) string {
	f := FieldAt(d, path)
	if f == nil {
		return ""
	}
	return p.word(names, d, bare(path), f, raw)
}

func (p Page) word(names Names, d *kind.Descriptor, path string, f *kind.Field, raw any) string {
	switch v := raw.(type) {
	case []any:
		var words []string
		for _, one := range v {
			if w := p.word(names, d, path, f, one); w != "" {
				words = append(words, w)
			}
		}
		return p.List(words)
	case map[string]any:
		return p.composite(names, d, path, f, v)
	case string:
		return p.text(names, d, f, v)
	case json.Number:
		return p.number(f, v)
	case bool:
		if v {
			return p.Say("page.value.yes")
		}
		return p.Say("page.value.no")
	}
	return ""
}

func (p Page) text(names Names, d *kind.Descriptor, f *kind.Field, v string) string {
	switch {
	case f.CodeList != "":
		return names.Code(f.CodeList, v)
	case f.EnumName != "":
		return p.Enum(f.EnumName, v)
	case f.Type == kind.Enum: // the state, which is its kind's
		return p.State(d.Name, v)
	case person(f, v):
		return names.Person(v)
	}
	switch f.Type {
	case kind.LangType:
		return p.LangName(v)
	case kind.DateType, kind.PartialDate:
		return p.Date(v)
	case kind.Time:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return p.DateTime(t)
		}
	}
	return v
}

func (p Page) number(f *kind.Field, v json.Number) string {
	if f.Type == kind.Float {
		x, _ := v.Float64()
		return p.Decimal(x, 3)
	}
	n, _ := v.Int64()
	if year(f) {
		return p.Date(fmt.Sprintf("%04d", n))
	}
	return p.Num(n)
}

// year reports whether f holds years, which are written without groups.
func year(f *kind.Field) bool {
	return f.Min != nil && f.Max != nil && *f.Min >= 1000 && *f.Max <= 9999
}

func (p Page) composite(names Names, d *kind.Descriptor, path string, f *kind.Field, v map[string]any) string {
	switch f.Type {
	case kind.RefType:
		return names[AsRef(v)]
	case kind.TextType:
		text, _ := AsText(v).In(p.Reads()...)
		return text
	case kind.PeriodType:
		start, _ := v["start"].(string)
		end, _ := v["end"].(string)
		return p.Range(start, end)
	case kind.MoneyType:
		amount, _ := v["amount"].(string)
		return p.T("page.value.money", map[string]any{"Amount": p.amount(amount), "Currency": v["ccy"]})
	case kind.SexCountType:
		return p.people(v)
	case kind.PercentType:
		return p.share(v)
	case kind.PointType:
		return p.place(v)
	}
	var words []string
	for _, sub := range f.Fields {
		if w := p.word(names, d, path+"."+sub.Name, sub, v[sub.Name]); w != "" {
			words = append(words, p.T("page.value.fact", map[string]any{"Label": p.Label(d.Name, path+"."+sub.Name), "Value": w}))
		}
	}
	return p.List(words)
}

// people are counts by sex in words: "1 woman, 2 men".
func (p Page) people(v map[string]any) string {
	var words []string
	for _, c := range [][2]string{{"female", "page.value.women"}, {"male", "page.value.men"}, {"other_undisclosed", "page.value.undisclosed"}} {
		if n := asInt(v[c[0]]); n != 0 {
			words = append(words, p.N(c[1], n, nil))
		}
	}
	if words == nil {
		return p.Say("page.value.nobody")
	}
	return p.List(words)
}

// share is a percentage with what made it: a number never stands alone (look,
// principle 6).
func (p Page) share(v map[string]any) string {
	num, den := asInt(v["num"]), asInt(v["den"])
	if den == 0 {
		return ""
	}
	return p.T("page.value.share", map[string]any{"Share": p.Percent(float64(num)/float64(den), 1), "Part": num, "Whole": den})
}

// place is a position as it is read into a map: five decimals are about a metre.
func (p Page) place(v map[string]any) string {
	lat, lon := asFloat(v["lat"]), asFloat(v["lon"])
	args := map[string]any{"Lat": p.Decimal(lat, 5), "Lon": p.Decimal(lon, 5)}
	if m := asInt(v["precision_m"]); m > 0 {
		args["Metres"] = m
		return p.T("page.value.place_within", args)
	}
	return p.T("page.value.place", args)
}

// asFloat is v as a number, 0 if it is none.
func asFloat(v any) float64 {
	n, _ := v.(json.Number)
	x, _ := n.Float64()
	return x
}

// amount is an exact amount as the language writes numbers: all its digits,
// which no float holds.
func (p Page) amount(s string) string {
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n == math.MinInt64 {
		return s
	}
	out := p.Num(n)
	if part == "" {
		return out
	}
	out += p.decimalSign()
	for _, digit := range part {
		out += p.Num(int64(digit - '0'))
	}
	return out
}

// decimalSign is what stands between the whole and its parts.
func (p Page) decimalSign() string {
	half := p.Decimal(0.5, 1)
	return strings.TrimSuffix(strings.TrimPrefix(half, p.Num(0)), p.Num(5))
}

// twoSided reports whether f says which side something is of.
func twoSided(f *kind.Field) bool {
	return slices.Contains(f.Values, "un") &&
		slices.ContainsFunc(f.Values, func(v string) bool { return v == "host" || strings.HasPrefix(v, "host_") })
}

// short reports whether a value of f fits a cell of a table.
func short(f *kind.Field) bool {
	if f.Type == kind.Struct {
		return false
	}
	return f.Type != kind.TextType && !f.List
}

// tabular reports whether a list of f reads best as a table.
func tabular(f *kind.Field) bool {
	return f.List && f.Type == kind.Struct && !slices.ContainsFunc(f.Fields, func(sub *kind.Field) bool { return !short(sub) })
}

// asList is raw as the list that it is, or a list of one.
func asList(raw any) []any {
	if l, ok := raw.([]any); ok {
		return l
	}
	return []any{raw}
}

// moment is an RFC 3339 instant as a time, zero if it is none.
func moment(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t
}

// columns are those fields of a list of structs that some element has.
func columns(names Names, f *kind.Field, rows []any) []*kind.Field {
	var out []*kind.Field
	for _, sub := range f.Fields {
		if slices.ContainsFunc(rows, func(row any) bool { return Shows(names, sub, At(row, sub.Name)) }) {
			out = append(out, sub)
		}
	}
	return out
}

// cellRefs is how many records a cell of a table names.
const cellRefs = 2

// named are those of refs that the reader may know.
func named(names Names, refs []any) []value.Ref {
	var out []value.Ref
	for _, raw := range refs {
		if r := AsRef(raw); names[r] != "" {
			out = append(out, r)
		}
	}
	return out
}

// plainText is raw where it is a text, else "".
func plainText(raw any) string { s, _ := raw.(string); return s }

// numeric reports whether values of f are set flush with the end of a column.
func numeric(f *kind.Field) bool {
	return !f.List && slices.Contains([]kind.Type{kind.Int, kind.Float, kind.MoneyType, kind.PercentType}, f.Type) && !year(f)
}

// Pointer leads to the list of the records of a kind that point at another by
// a field.
type Pointer struct{ Href, Text, Field string }

// Pointing are the lists that can be narrowed to the records that point at r,
// of kinds and by fields that the reader reads. It counts nothing, and asks no
// engine.
func (p Page) Pointing(r Rec) []Pointer {
	most := kind.SHR
	if p.Actor.Side() == kind.UN {
		most = kind.MIS
	}
	var out []Pointer
	for _, d := range p.Readable() {
		for _, f := range d.Fields {
			if f.Filter && f.Type == kind.RefType && f.Class <= most && slices.Contains(f.To, r.Kind.Name) {
				out = append(out, Pointer{"/" + d.Plural + "?" + f.Name + "=" + r.ID, p.Plural(d), p.FieldLabel(d, f.Name)})
			}
		}
	}
	return out
}

// Kinds are the descriptors of every kind, in the order of their declaration.
func (p Page) Kinds() []*kind.Descriptor { return p.site.Kinds.All() }
