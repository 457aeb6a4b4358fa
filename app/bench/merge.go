package main

import (
	"bytes"
	"cmp"
	"database/sql"
	"errors"

	"colocate/app/store/sqlitestore"
)

// merged runs the statements of one list and calls fn with their documents in
// order until it answers false: straight through where there is one statement,
// else merged by the columns behind the document, each document once.
func merged(stmts []*sql.Stmt, list []sqlitestore.Statement, fn func(doc []byte) bool) (err error) {
	heads := make([]*head, 0, len(stmts))
	defer func() {
		for _, h := range heads {
			err = errors.Join(err, h.rows.Close())
		}
	}()
	for i, st := range stmts {
		rows, err := st.Query(list[i].Args...) //nolint:rowserrcheck // head.next asks for it at the end
		if err != nil {
			return err
		}
		h := &head{rows: rows}
		heads = append(heads, h)
		if err := h.next(); err != nil {
			return err
		}
	}
	var last []byte
	for {
		h := first(heads)
		if h == nil {
			return nil
		}
		if id := h.id(); id == nil || !bytes.Equal(id, last) {
			if !fn(h.doc) {
				return nil
			}
			last = bytes.Clone(id)
		}
		if err := h.next(); err != nil {
			return err
		}
	}
}

// head is the next row of one statement; done once there is none.
type head struct {
	rows *sql.Rows
	doc  sql.RawBytes
	keys []any
	dest []any
	done bool
}

func (h *head) next() error {
	if !h.rows.Next() {
		h.done = true
		return h.rows.Err()
	}
	if h.dest == nil {
		cols, err := h.rows.Columns()
		if err != nil {
			return err
		}
		h.keys, h.dest = make([]any, len(cols)-1), []any{&h.doc}
		for i := range h.keys {
			h.dest = append(h.dest, &h.keys[i])
		}
	}
	return h.rows.Scan(h.dest...)
}

// id is the last column, nil where there is only the document.
func (h *head) id() []byte {
	if len(h.keys) == 0 {
		return nil
	}
	id, _ := h.keys[len(h.keys)-1].([]byte)
	return id
}

// first is the head that comes first; all lists here are newest first.
func first(heads []*head) (top *head) {
	for _, h := range heads {
		if !h.done && (top == nil || behind(top.keys, h.keys)) {
			top = h
		}
	}
	return top
}

// behind reports whether a comes after b in descending order.
func behind(a, b []any) bool {
	for i := range a {
		if c := order(a[i], b[i]); c != 0 {
			return c < 0
		}
	}
	return false
}

// order compares two columns as SQLite does: numbers before blobs.
func order(a, b any) int {
	x, isBlob := a.([]byte)
	y, isToo := b.([]byte)
	switch {
	case isBlob && isToo:
		return bytes.Compare(x, y)
	case isBlob:
		return 1
	case isToo:
		return -1
	}
	return cmp.Compare(number(a), number(b))
}

func number(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	f, _ := v.(float64)
	return f
}
