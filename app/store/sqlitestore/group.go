package sqlitestore

import (
	"context"
	"database/sql/driver"
	"math"
	"slices"
	"strconv"
	"strings"

	"colocate/app/store"
)

// group counts and sums on the index alone where it holds every field and the
// branches say all; otherwise document by document.
func (s *session) group(ctx context.Context, p *store.Plan, g store.Grouping) ([]store.Group, error) {
	q, err := s.e.translate(p, nil)
	if err != nil {
		return nil, err
	}
	var out []store.Group
	err = s.snapshot(func() error {
		if q.covers(g) {
			out, err = s.groupIndex(ctx, q, g)
		} else {
			out, err = s.tally(ctx, q, g)
		}
		return err
	})
	return out, err
}

// covers reports whether the indexes hold all that the grouping asks, one row
// for each document that matches.
func (q *query) covers(g store.Grouping) bool {
	if !q.plan.Exact || !q.distinct() {
		return false
	}
	for i := range q.branches {
		x := q.branches[i].index
		for _, f := range slices.Concat(g.By, g.Sum) {
			if c := slices.Index(x.fields, f); c < 0 || c == x.multi {
				return false
			}
		}
	}
	return true
}

// distinct reports whether each document comes once.
func (q *query) distinct() bool {
	for i := range q.branches {
		if b := &q.branches[i]; b.index.multi >= len(b.equal) {
			return false
		}
	}
	return q.plan.Disjoint
}

func (s *session) tally(ctx context.Context, q *query, g store.Grouping) ([]store.Group, error) {
	t := store.NewTally(g)
	once := q.distinct()
	seen := map[string]bool{}
	err := s.inTurn(ctx, q.streams(0), func(v []any) bool {
		doc := store.Raw(asBytes(v[0]))
		if !store.Match(q.plan.Match, doc) {
			return true
		}
		if !once {
			id := doc.Lookup("_id").StringValue()
			if seen[id] {
				return true
			}
			seen[id] = true
		}
		t.Add(doc)
		return true
	})
	return t.Rows(), err
}

// groupIndex adds up the groups of all branches.
func (s *session) groupIndex(ctx context.Context, q *query, g store.Grouping) ([]store.Group, error) {
	var out []store.Group
	at := map[string]int{}
	for i := range q.branches {
		b := &q.branches[i]
		r, err := s.c.query(ctx, b.groupText(g), b.args()...)
		if err != nil {
			return nil, err
		}
		for r.next() {
			row, key := groupOf(r.vals, len(g.By))
			if j, ok := at[key]; ok {
				addGroup(&out[j], row)
				continue
			}
			at[key] = len(out)
			out = append(out, row)
		}
		if err := r.close(); err != nil {
			return nil, err
		}
	}
	store.SortGroups(out)
	return out, nil
}

func (b *branch) groupText(g store.Grouping) string {
	var cols, by []string
	for _, f := range g.By {
		by = append(by, "i."+column(slices.Index(b.index.fields, f)))
	}
	cols = append(slices.Clone(by), "count(*)")
	for _, f := range g.Sum {
		c := "i." + column(slices.Index(b.index.fields, f))
		cols = append(cols, "total(CASE WHEN typeof("+c+") <> 'blob' AND "+c+" > -9e999 THEN "+c+" END)")
	}
	text := "SELECT " + strings.Join(cols, ", ") + " FROM " + b.index.table + " i WHERE " + b.where(false)
	if len(by) > 0 {
		text += " GROUP BY " + strings.Join(by, ", ")
	}
	return text + " HAVING count(*) > 0"
}

// groupOf reads a row: the By values, the count, the sums. A whole float and
// the integer it equals are one group, so they come back as one value.
func groupOf(vals []driver.Value, by int) (store.Group, string) {
	g := store.Group{Count: asInt(vals[by])}
	var key strings.Builder
	for _, v := range vals[:by] {
		v = whole(v)
		g.By = append(g.By, decode(v))
		writeKey(&key, v)
	}
	for _, v := range vals[by+1:] {
		f, _ := v.(float64)
		g.Sums = append(g.Sums, f)
	}
	return g, key.String()
}

func whole(v any) any {
	if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return v
}

// writeKey writes a column form so that no two share a key.
func writeKey(t *strings.Builder, v any) {
	switch c := v.(type) {
	case int64:
		t.WriteString("i" + strconv.FormatInt(c, 16) + ";")
	case float64:
		t.WriteString("f" + strconv.FormatUint(math.Float64bits(c), 16) + ";")
	case []byte:
		t.WriteString("b" + strconv.Itoa(len(c)) + ":" + string(c))
	}
}

func addGroup(g *store.Group, o store.Group) {
	g.Count += o.Count
	for i, f := range o.Sums {
		g.Sums[i] += f
	}
}
