package sqlitestore

import (
	"context"
	"fmt"
	"slices"

	"colocate/app/store"
)

// values holds, for each of a shelf's paths, the column forms that a document
// has there (store.Values says which); read once for all indexes.
type values [][]any

func (s *shelf) values(doc store.Raw) values {
	v := make(values, len(s.paths))
	if doc == nil {
		return v
	}
	for i, p := range s.paths {
		list := store.Values(doc, p)
		for j := range list {
			list[j], _ = encode(list[j]) // store.Values gives nothing that encode refuses
		}
		v[i] = slices.CompactFunc(list, func(a, b any) bool { return compare(a, b) == 0 })
	}
	return v
}

// rows are the rows of the index for those values. A field that holds no value
// is absent, as it is to a sort; a Multi field without one has a row that no value equals.
func (x *index) rows(v values) ([][]any, error) {
	row := make([]any, len(x.fields))
	for i, at := range x.at {
		switch list := v[at]; {
		case i == x.multi:
		case len(list) == 0:
			row[i] = absent
		case len(list) == 1:
			row[i] = list[0]
		default:
			return nil, fmt.Errorf("%w: %s holds several values, but its index does not name it as Multi",
				store.ErrUnsupported, x.fields[i])
		}
	}
	if x.multi < 0 {
		return [][]any{row}, nil
	}
	list := v[x.at[x.multi]]
	if len(list) == 0 {
		list = []any{none}
	}
	var rows [][]any
	for _, e := range list {
		r := slices.Clone(row)
		r[x.multi] = e
		rows = append(rows, r)
	}
	return rows, nil
}

func (x *index) add(c *conn, rows [][]any, id []byte, n int64) error {
	for _, r := range rows {
		if _, err := c.exec(context.Background(), x.insert, append(r, id, n)...); err != nil {
			return err
		}
	}
	return nil
}

func (x *index) drop(c *conn, rows [][]any, id []byte) error {
	for _, r := range rows {
		if _, err := c.exec(context.Background(), x.remove, append(r, id)...); err != nil {
			return err
		}
	}
	return nil
}

// reindex moves a document's rows from old to fresh content; nil is none. Rows
// that stay are not touched.
func (s *shelf) reindex(c *conn, id []byte, n int64, old, fresh store.Raw) error {
	was, is := s.values(old), s.values(fresh)
	for _, x := range s.indexes {
		before, after, err := x.change(old, fresh, was, is)
		if err != nil {
			return err
		}
		if err := x.drop(c, without(before, after), id); err != nil {
			return err
		}
		if err := x.add(c, without(after, before), id, n); err != nil {
			return err
		}
	}
	return nil
}

func (x *index) change(old, fresh store.Raw, was, is values) (before, after [][]any, err error) {
	if old != nil {
		if before, err = x.rows(was); err != nil {
			return nil, nil, err
		}
	}
	if fresh != nil {
		after, err = x.rows(is)
	}
	return before, after, err
}

// without is the rows of a that b has not.
func without(a, b [][]any) [][]any {
	if len(b) == 0 {
		return a
	}
	var out [][]any
	for _, r := range a {
		if !slices.ContainsFunc(b, func(o []any) bool { return slices.EqualFunc(r, o, same) }) {
			out = append(out, r)
		}
	}
	return out
}

func same(a, b any) bool { return compare(a, b) == 0 }
