package sqlitestore

import "colocate/app/store"

// Statement is a SELECT of the engine with its arguments, which are int64,
// float64, string, []byte or nil: for whoever explains a query or measures it.
type Statement struct {
	Text string
	Args []any
}

// Statements are the SELECTs that answer p from its start, one for each branch.
// The first column is the document. Where there are several, the columns of the
// order and the _id follow, and rows are merged by them. limit 0 is none. The
// error is store.ErrNoPlan or store.ErrUnsupported.
func (e *Engine) Statements(p *store.Plan, limit int) ([]Statement, error) {
	q, err := e.translate(p, nil)
	if err != nil {
		return nil, err
	}
	var list []Statement
	for _, s := range q.streams(limit) {
		list = append(list, Statement{s.text, s.args})
	}
	return list, nil
}

// DocStatement is the SELECT that reads the document at k; its last column is
// the document. The error is store.ErrUnsupported.
func (e *Engine) DocStatement(k store.Key) (Statement, error) {
	s, err := e.shelf(k.Shelf)
	if err != nil {
		return Statement{}, err
	}
	return Statement{s.get, []any{packID(k)}}, nil
}
