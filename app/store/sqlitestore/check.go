package sqlitestore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"colocate/app/store"
)

// Check holds the indexes of a shelf to its documents; see store.Checker. An
// index decides which documents a query finds, so one that was changed hides a
// document, or gives one out for another, while every document is as it was.
// Each step sees one snapshot, and none lasts, so that others may write.
func (e *Engine) Check(ctx context.Context, shelf string, report func(k store.Key, what string)) error {
	sh, err := e.shelf(shelf)
	if err != nil {
		return err
	}
	want := make([]int64, len(sh.indexes))
	for from, more := []byte{}, true; more; {
		err := e.read(ctx, func(s *session) error {
			return s.snapshot(func() error {
				from, more, err = s.checkDocuments(ctx, sh, from, time.Now().Add(e.readFor), want, report)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	for i, x := range sh.indexes {
		if err := e.checkRows(ctx, sh, x, want[i], report); err != nil {
			return err
		}
	}
	return nil
}

// checkDocuments looks up the rows of documents from behind from and counts
// them in want, until until.
func (s *session) checkDocuments(ctx context.Context, sh *shelf, from []byte, until time.Time, want []int64, report func(store.Key, string)) (last []byte, more bool, err error) {
	last = from
	err = s.each(ctx, func(v []any) (bool, error) {
		n, id := asInt(v[0]), slices.Clone(asBytes(v[1]))
		last = id
		vals := sh.values(store.Raw(asBytes(v[2])))
		for i, x := range sh.indexes {
			rows, err := x.rows(vals)
			if err != nil {
				report(sh.keyOf(id), fmt.Sprintf("the document does not fit the index on %v", x.fields))
				continue
			}
			want[i] += int64(len(rows))
			for _, r := range rows {
				if found, err := s.c.number(x.lookUp, append(r, id)...); err != nil {
					return false, err
				} else if found != n {
					report(sh.keyOf(id), fmt.Sprintf("the index on %v does not lead to the document", x.fields))
				}
			}
		}
		more = over(until)
		return !more, nil
	}, sh.live, from)
	return last, more, err
}

func (s *shelf) keyOf(id []byte) store.Key {
	journal, rest, _ := strings.Cut(unpack(id, 0), "/")
	return store.Key{Shelf: s.name, Journal: journal, ID: rest}
}

// checkRows looks for rows of no document, where an index has not as many rows
// as its documents should.
func (e *Engine) checkRows(ctx context.Context, sh *shelf, x *index, want int64, report func(store.Key, string)) error {
	for after, more := []any(nil), true; more; {
		err := e.read(ctx, func(s *session) error {
			return s.snapshot(func() error {
				if after == nil {
					if n, err := s.c.number("SELECT count(*) FROM " + x.table); err != nil || n == want {
						more = false
						return err
					}
				}
				var err error
				after, more, err = s.checkRowsFrom(ctx, sh, x, after, time.Now().Add(e.readFor), report)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *session) checkRowsFrom(ctx context.Context, sh *shelf, x *index, after []any, until time.Time, report func(store.Key, string)) (last []any, more bool, err error) {
	text, cols := "SELECT "+x.columnList()+", id, n FROM "+x.table, x.columnList()+", id"
	if after != nil {
		text += " WHERE (" + cols + ") > (" + strings.TrimSuffix(strings.Repeat("?, ", len(after)), ", ") + ")"
	}
	err = s.each(ctx, func(v []any) (bool, error) {
		end := len(v) - 2
		last = append(cloned(v[:end]), slices.Clone(asBytes(v[end])))
		doc, err := s.c.row(sh.at, v[end+1], v[end])
		if err != nil {
			return false, err
		}
		if doc == nil || !x.holds(sh, store.Raw(asBytes(doc[0])), v[:end]) {
			report(sh.keyOf(asBytes(v[end])), fmt.Sprintf("the index on %v has a row of no document", x.fields))
		}
		more = over(until)
		return !more, nil
	}, text+" ORDER BY "+cols, after...)
	return last, more, err
}

// holds reports whether row is one of the document's.
func (x *index) holds(sh *shelf, doc store.Raw, row []any) bool {
	rows, err := x.rows(sh.values(doc))
	return err == nil && slices.ContainsFunc(rows, func(r []any) bool { return slices.EqualFunc(r, row, same) })
}

// cloned copies column values, whose bytes may not outlive their row.
func cloned(row []any) []any {
	out := slices.Clone(row)
	for i, v := range out {
		if b, ok := v.([]byte); ok {
			out[i] = slices.Clone(b)
		}
	}
	return out
}
