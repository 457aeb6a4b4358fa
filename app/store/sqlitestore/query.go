package sqlitestore

import (
	"fmt"
	"slices"
	"strings"

	"colocate/app/store"
)

// query is a plan in terms of this engine.
type query struct {
	e        *Engine
	shelf    *shelf
	plan     *store.Plan
	branches []branch
	ordered  bool
}

// branch is one range of one index, with the position worked in.
type branch struct {
	index *index
	equal []any
	low   *edge // on the column after equal
	high  *edge
	after []any // values of the sort and the id to start behind; nil: all
}

// edge is an end of a range.
type edge struct {
	value any
	open  bool
}

func (e *Engine) translate(p *store.Plan, pos *store.Position) (*query, error) {
	sh, err := e.shelf(p.Shelf)
	if err != nil {
		return nil, err
	}
	at, err := encodePosition(p, pos)
	if err != nil {
		return nil, err
	}
	q := &query{e: e, shelf: sh, plan: p, ordered: !p.Unordered || pos != nil}
	for i := range p.Branches {
		b, some, err := q.branch(&p.Branches[i], at)
		if err != nil {
			return nil, err
		}
		if some {
			q.branches = append(q.branches, b)
		}
	}
	return q, nil
}

// encodePosition gives the sort columns and the id of a position, or nil.
func encodePosition(p *store.Plan, pos *store.Position) ([]any, error) {
	if pos == nil {
		return nil, nil
	}
	if len(pos.Values) != len(p.Sort) {
		return nil, fmt.Errorf("%w: position has %d values", store.ErrCursor, len(pos.Values))
	}
	at, err := encodeAll(pos.Values)
	return append(at, pack(nil, pos.ID, 0)), err
}

func encodeAll(vals []any) ([]any, error) {
	out := make([]any, len(vals), len(vals)+8)
	for i, v := range vals {
		var err error
		if out[i], err = encode(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// branch translates one branch; some is false where it holds nothing.
func (q *query) branch(b *store.Branch, at []any) (out branch, some bool, err error) {
	out.index = q.shelf.index(b.Index)
	if out.index == nil {
		return out, false, fmt.Errorf("%w: index %v is not of shelf %s", store.ErrNoPlan, b.Index.Fields, q.shelf.name)
	}
	if out.equal, err = encodeAll(b.Equal); err != nil {
		return out, false, err
	}
	if some, err = out.limits(b); err != nil || !some {
		return out, false, err
	}
	return q.place(out, at)
}

// limits sets the range of a branch: what the plan gives, closed at the type's
// end where it gives one side only.
func (b *branch) limits(of *store.Branch) (some bool, err error) {
	one := of.Lower
	if one == nil {
		one = of.Upper
	}
	if one == nil {
		return true, nil
	}
	v, err := encode(one.Value)
	if err != nil {
		return false, err
	}
	low, open, high := bracket(v)
	b.low, b.high = &edge{low, open}, &edge{high, true}
	if err := b.low.set(of.Lower); err != nil {
		return false, err
	}
	if err := b.high.set(of.Upper); err != nil {
		return false, err
	}
	return compare(b.low.value, b.high.value) <= 0, nil
}

// set moves the edge to the plan's bound, if there is one.
func (e *edge) set(to *store.Bound) (err error) {
	if to == nil {
		return nil
	}
	e.value, err = encode(to.Value)
	e.open = to.Open
	return err
}

// place makes the position the row value that the branch starts behind. The
// sort is the index's next fields after equal: that is what a plan promises.
func (q *query) place(b branch, at []any) (_ branch, some bool, err error) {
	if q.ordered && !slices.Equal(b.index.fields[len(b.equal):], q.plan.Sort) {
		return b, false, fmt.Errorf("%w: index %v does not sort by %v", store.ErrNoPlan, b.index.fields, q.plan.Sort)
	}
	if at != nil {
		b.after = at
		b.tighten(q.plan.Desc)
	}
	return b, true, nil
}

// tighten drops the bound that the position makes idle, or the position that
// the bound does, so that the index is entered at the first row that counts.
func (b *branch) tighten(desc bool) {
	bound, toward := &b.low, 1
	if desc {
		bound, toward = &b.high, -1
	}
	if *bound == nil {
		return
	}
	c := compare(b.after[0], (*bound).value) * toward
	if c > 0 || c == 0 && !(*bound).open {
		*bound = nil
	} else {
		b.after = nil
	}
}

// keys names the columns that streams are merged by: behind the document, the
// sort columns and the id.
func (q *query) keys() []int {
	out := make([]int, len(q.plan.Sort)+1)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

func (q *query) streams(limit int) []stream {
	if limit <= 0 {
		limit = -1
	}
	out := make([]stream, len(q.branches))
	for i := range q.branches {
		b := &q.branches[i]
		out[i] = stream{text: q.text(b), args: append(b.args(), int64(limit))}
	}
	return out
}

// args are the values of the branch in the order of its text.
func (b *branch) args() []any {
	args := b.equal
	if b.low != nil {
		args = append(args, b.low.value)
	}
	if b.high != nil {
		args = append(args, b.high.value)
	}
	return append(args, b.after...)
}

// shape is all that the text of a branch depends on.
type shape struct {
	index     *index
	equal     int
	low, high byte
	after     bool
	merged    bool
	ordered   bool
	desc      bool
}

func (q *query) text(b *branch) string {
	sh := shape{
		index: b.index, equal: len(b.equal), low: mark(b.low, '>'), high: mark(b.high, '<'), after: b.after != nil,
		merged: len(q.branches) > 1, ordered: q.ordered, desc: q.plan.Desc,
	}
	if t, ok := q.e.texts.Load(sh); ok {
		return t.(string)
	}
	t := q.write(b)
	q.e.texts.Store(sh, t)
	return t
}

func mark(e *edge, sign byte) byte {
	switch {
	case e == nil:
		return 0
	case e.open:
		return sign
	}
	return sign + 0x80
}

func (q *query) write(b *branch) string {
	var t strings.Builder
	t.WriteString("SELECT d.doc")
	if len(q.branches) > 1 && q.ordered {
		t.WriteString(", " + b.columns(""))
	}
	t.WriteString(" FROM " + b.index.table + " i CROSS JOIN " + q.shelf.table + " d ON d.n = i.n WHERE ")
	t.WriteString(b.where(q.plan.Desc))
	if q.ordered {
		t.WriteString(" ORDER BY " + b.columns(direction(q.plan.Desc)))
	}
	t.WriteString(" LIMIT ?")
	return t.String()
}

// where is the condition of a branch, never empty.
func (b *branch) where(desc bool) string {
	var terms []string
	for i := range b.equal {
		terms = append(terms, "i."+column(i)+" = ?")
	}
	ranged := "i." + column(len(b.equal))
	if b.low != nil {
		terms = append(terms, ranged+comparison('>', !b.low.open))
	}
	if b.high != nil {
		terms = append(terms, ranged+comparison('<', !b.high.open))
	}
	if b.after != nil {
		sign := byte('>')
		if desc {
			sign = '<'
		}
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(b.after)), ", ")
		terms = append(terms, "("+b.columns("")+")"+strings.TrimSuffix(comparison(sign, false), "?")+"("+marks+")")
	}
	if len(terms) == 0 {
		return "TRUE"
	}
	return strings.Join(terms, " AND ")
}

func comparison(sign byte, equal bool) string {
	if equal {
		return " " + string(sign) + "= ?"
	}
	return " " + string(sign) + " ?"
}

// columns lists the columns of the sort and the id.
func (b *branch) columns(suffix string) string {
	var t strings.Builder
	for i := len(b.equal); i < len(b.index.fields); i++ {
		t.WriteString("i." + column(i) + suffix + ", ")
	}
	return t.String() + "i.id" + suffix
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return ""
}
