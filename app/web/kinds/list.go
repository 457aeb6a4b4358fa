package kinds

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// Sizes of a page of a list that a reader chooses from, the first by itself.
var sizes = []int{25, 50, 100}

// maxSize is the largest page that an address may ask for, as in the API.
const maxSize = 200

// query is what the address of a list asks for. Everything in it is checked;
// what an empty control of the form sends is not there.
type query struct {
	record.ListQuery
	values url.Values // what is set, without the cursor
}

// readQuery reads the parameters of a list as the API does, each at most once.
// Which filters there are is the engine's to say.
func readQuery(c *fiber.Ctx) (query, error) {
	q := query{ListQuery: record.ListQuery{Filter: map[string]string{}, Limit: sizes[0]}, values: url.Values{}}
	for key, value := range c.Request().URI().QueryArgs().All() {
		name, v := string(key), string(value)
		if !utf8.ValidString(name) || !utf8.ValidString(v) {
			return q, kind.E(kind.CodeMalformed, "error.malformed", nil)
		}
		if q.values.Has(name) {
			return q, badParameter("error.parameter_repeated", name)
		}
		q.values[name] = []string{v}
		if err := q.set(name, v); err != nil {
			return q, err
		}
	}
	for name, v := range q.values {
		if v[0] == "" || name == "cursor" {
			delete(q.values, name)
		}
	}
	return q, nil
}

func (q *query) set(name, v string) (err error) {
	switch {
	case v == "":
	case name == "limit":
		q.Limit, err = strconv.Atoi(v)
		if err != nil || q.Limit < 1 || q.Limit > maxSize || strconv.Itoa(q.Limit) != v {
			return &kind.Error{Code: kind.CodeMalformed, Key: "error.limit", Args: map[string]any{"Min": 1, "Max": maxSize}}
		}
	case name == "cursor":
		q.Cursor = v
	case name == "sort":
		q.Sort = v
	default:
		q.Filter[name] = v
	}
	return nil
}

// onlyParameters refuses a query with others than known, as the API does.
func onlyParameters(c *fiber.Ctx, known ...string) error {
	for key := range c.Request().URI().QueryArgs().All() {
		if !slices.Contains(known, string(key)) {
			return badParameter("error.parameter_unknown", string(key))
		}
	}
	return nil
}

func badParameter(key, name string) error {
	if utf8.RuneCountInString(name) > 64 {
		name = "?"
	}
	return &kind.Error{Code: kind.CodeMalformed, Key: key, Args: map[string]any{"Name": name}}
}

// listing is a list page.
type listing struct {
	d       *kind.Descriptor
	rights  record.Rights
	query   query
	recs    []ui.Rec
	next    string
	names   ui.Names
	columns []*kind.Field
	filters []filter
	stamp   string // the envelope's time in the last column
}

func (h *pages) list(c *fiber.Ctx, p ui.Page) error {
	ctx := c.UserContext()
	l := &listing{d: h.d}
	var err error
	if l.rights, err = h.s.Records.Rights(ctx, p.Actor, h.d); err != nil {
		return err
	}
	if l.query, err = readQuery(c); err != nil {
		return err
	}
	if l.recs, l.next, err = h.s.List(ctx, p, h.d, l.query.ListQuery); err != nil {
		return err
	}
	l.columns, l.stamp = l.choose(), stampOf(p)
	if l.names, err = h.s.Words(ctx, p, l.recs, l.wording()...); err != nil {
		return err
	}
	if err := h.choices(ctx, p, l); err != nil {
		return err
	}
	p.Title, p.Kept, p.Mark = p.Plural(h.d), true, listMark(p, h.d)
	return ui.Render(c, fiber.StatusOK, p, listPage(p, l))
}

// listMark is the class that a printed list carries: to the host side what is
// shared with it, inside the UN internal, but for what is public as a whole.
func listMark(p ui.Page, d *kind.Descriptor) string {
	switch {
	case p.Host():
		return "shr"
	case d.Class > kind.PUB:
		return "mis"
	}
	return ""
}

// wording are the fields that names are needed of.
func (l *listing) wording() []string {
	names := []string{}
	for _, f := range l.columns {
		names = append(names, f.Name)
	}
	for _, name := range l.rights.Filters {
		if f := l.d.Field(name); f.Type == kind.RefType && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// stampOf is the time that says how new a record is to this reader: the host
// side knows of no other than the release.
func stampOf(p ui.Page) string {
	if p.Actor.Side() == kind.UN {
		return "updated_at"
	}
	return "released_at"
}

// maxColumns is how many fields a list shows beside name, state and date.
const maxColumns = 5

// choose picks the columns: what the list is in the order of, then what the kind
// is listed by, then what else narrows a list, then references, dates and enumerations; in the order of the
// declaration, and none that is empty throughout.
func (l *listing) choose() []*kind.Field {
	ranked := slices.Clone(l.d.Fields)
	slices.SortStableFunc(ranked, func(a, b *kind.Field) int { return l.rank(a) - l.rank(b) })
	var chosen []*kind.Field
	for _, f := range ranked {
		if len(chosen) < maxColumns && l.rank(f) < unfit && l.some(f) {
			chosen = append(chosen, f)
		}
	}
	return slices.DeleteFunc(slices.Clone(l.d.Fields), func(f *kind.Field) bool { return !slices.Contains(chosen, f) })
}

// unfit is the rank of fields that no list shows.
const unfit = 10

// ranks are how well values of a type stand in a list, the best first; those
// of others do not.
var ranks = map[kind.Type]int{kind.RefType: 2, kind.Enum: 3, kind.DateType: 4, kind.Time: 4, kind.PeriodType: 4, kind.PartialDate: 4,
	kind.CodeType: 5, kind.String: 5, kind.LangType: 6, kind.Int: 7, kind.SexCountType: 7, kind.MoneyType: 7, kind.PercentType: 7}

func (l *listing) rank(f *kind.Field) int {
	rank := ranks[f.Type]
	switch {
	case rank == 0 || f.Title || f.Class > l.rights.By.Class:
		return unfit
	case l.sortedBy(f.Name):
		return 0
	case l.listedBy(f.Name):
		return 1
	case f.Type == kind.String && !f.Filter:
		return unfit
	case f.List:
		rank += 3
	case !f.Filter:
		rank += 2
	}
	return min(rank, unfit)
}

// listedBy reports whether a declared list is by that field, or sorted by it.
func (l *listing) listedBy(name string) bool {
	return slices.ContainsFunc(l.d.Lists, func(x kind.List) bool {
		return strings.TrimPrefix(x.Sort, "-") == name || slices.Contains(strings.Split(x.By, ","), name)
	})
}

// sortedBy reports whether the list is in the order of that field.
func (l *listing) sortedBy(name string) bool { return strings.TrimPrefix(l.sort(), "-") == name }

// some reports whether a record of the page has a value of f.
func (l *listing) some(f *kind.Field) bool {
	return slices.ContainsFunc(l.recs, func(r ui.Rec) bool { return r.Has(f.Name) })
}

// href is the address of this list with changes: pairs of a parameter and its
// value, "" to leave it out. It begins at the first page.
func (l *listing) href(pairs ...string) string {
	q := url.Values{}
	for name, v := range l.query.values {
		q[name] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return "/" + l.d.Plural
	}
	return "/" + l.d.Plural + "?" + q.Encode()
}

// first is the way back to the first page, "" where this is it.
func (l *listing) first() string {
	if l.query.Cursor == "" {
		return ""
	}
	return l.href()
}

// older is the way on, "" on the last page.
func (l *listing) older() string {
	if l.next == "" {
		return ""
	}
	return l.href("cursor", l.next)
}

// sort is the order that the list is in.
func (l *listing) sort() string {
	if l.query.Sort != "" {
		return l.query.Sort
	}
	return l.rights.Sort
}

// sorted is the value of aria-sort of a column, "" where the list is not in
// its order.
func (l *listing) sorted(name string) string {
	switch l.sort() {
	case name:
		return "ascending"
	case "-" + name:
		return "descending"
	}
	return ""
}

// turn is the order that a click on a column's head asks for.
func (l *listing) turn(name string) string {
	if l.sort() == name {
		return "-" + name
	}
	return name
}

// orders are the orders that a reader chooses from.
func (l *listing) orders() []string {
	var out []string
	for _, name := range l.rights.Sorts {
		out = append(out, name, "-"+name)
	}
	return out
}

// orderText says an order in words: of dates, which comes first.
func orderText(p ui.Page, d *kind.Descriptor, sort string) string {
	name, down := strings.CutPrefix(sort, "-")
	f := d.Field(name)
	if f == nil {
		return ""
	}
	key := "page.list.sort_up"
	switch dated := slices.Contains([]kind.Type{kind.Time, kind.DateType, kind.PeriodType, kind.PartialDate}, f.Type); {
	case dated && down:
		key = "page.list.sort_newest"
	case dated:
		key = "page.list.sort_oldest"
	case down:
		key = "page.list.sort_down"
	}
	return p.T(key, map[string]any{"Field": p.FieldLabel(d, name)})
}

// pageSizes are the sizes that a reader chooses from, with the one in use.
func (l *listing) pageSizes() []int {
	if slices.Contains(sizes, l.query.Limit) {
		return sizes
	}
	return slices.Sorted(slices.Values(append(slices.Clone(sizes), l.query.Limit)))
}

// choices fills in what the filters can be set to.
func (h *pages) choices(ctx context.Context, p ui.Page, l *listing) error {
	for _, name := range l.order() {
		f, err := h.filter(ctx, p, l, l.d.Field(name))
		if err != nil {
			return err
		}
		l.filters = append(l.filters, f)
	}
	for _, name := range l.rights.Questions {
		l.filters = append(l.filters, filter{Name: name, Label: p.Label(l.d.Name, name), Type: question, Value: l.query.Filter[name]})
	}
	return nil
}

// sortable reports whether the list can be put in the order of a column.
func (l *listing) sortable(name string) bool { return slices.Contains(l.rights.Sorts, name) }

// sortValue is what the form sends for an order: nothing for the list's own.
func sortValue(l *listing, order string) string {
	if order == l.rights.Sort {
		return ""
	}
	return order
}

// sizeValue is what the form sends for a size of pages: nothing for the usual.
func sizeValue(n int) string {
	if n == sizes[0] {
		return ""
	}
	return strconv.Itoa(n)
}

// chipText says one filter that is set.
func chipText(p ui.Page, f filter) string {
	if f.Type == question {
		return f.Label
	}
	return p.T("page.list.chip", map[string]any{"Label": f.Label, "Value": f.says(p)})
}

// aboutKind is a sentence that says what records of d are, "" where the
// catalogue has none.
func aboutKind(p ui.Page, d *kind.Descriptor) string {
	key := "kind." + d.Name + ".about"
	if text := p.Say(key); text != key {
		return text
	}
	return ""
}
