package sqlitestore

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
)

// stream is one ordered SELECT of several that are merged. Each runs on the
// index of its own branch, so none sorts; the text is the same for branches of
// one shape, so each shape is prepared once per connection and place.
type stream struct {
	text string
	args []any
}

// merge calls fn with the rows of all streams in the order of the columns by,
// until it answers false.
func (s *session) merge(ctx context.Context, streams []stream, by []int, desc bool, fn func([]any) bool) (err error) {
	h := &heads{by: by, desc: desc}
	defer func() { err = cmp.Or(err, h.close()) }()
	if err := h.open(s.c, streams); err != nil {
		return err
	}
	for len(h.list) > 0 && fn(h.list[0].vals) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := h.advance(); err != nil {
			return err
		}
	}
	return nil
}

// heads is a heap of the streams by their next rows.
type heads struct {
	list []*headRow
	all  []*headRow
	by   []int
	desc bool
}

type headRow struct {
	rows *rows
	vals []any
}

func (r *headRow) next() bool {
	if !r.rows.next() {
		return false
	}
	for i, v := range r.rows.vals {
		r.vals[i] = v
	}
	return true
}

func (h *heads) open(c *conn, streams []stream) error {
	for _, st := range streams {
		r, err := c.query(context.Background(), st.text, st.args...)
		if err != nil {
			return err
		}
		row := &headRow{rows: r, vals: make([]any, len(r.vals))}
		h.all = append(h.all, row)
		if row.next() {
			h.list = append(h.list, row)
		} else if r.err != nil {
			return r.err
		}
	}
	heap.Init(h)
	return nil
}

func (h *heads) advance() error {
	top := h.list[0]
	if top.next() {
		heap.Fix(h, 0)
		return nil
	}
	heap.Pop(h)
	return top.rows.err
}

func (h *heads) close() error {
	var err error
	for _, r := range h.all {
		err = cmp.Or(err, r.rows.close())
	}
	return err
}

func (h *heads) Len() int      { return len(h.list) }
func (h *heads) Swap(i, j int) { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *heads) Push(x any)    { h.list = append(h.list, x.(*headRow)) }
func (h *heads) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = slices.Delete(h.list, len(h.list)-1, len(h.list))
	return last
}

func (h *heads) Less(i, j int) bool {
	for _, c := range h.by {
		if o := compare(h.list[i].vals[c], h.list[j].vals[c]); o != 0 {
			return o < 0 != h.desc
		}
	}
	return false
}
