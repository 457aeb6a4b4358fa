package sqlitestore

import (
	"context"
	"math"
	"strings"

	"colocate/app/store"
)

// contents answers a store.ContentQuery by one of three ways: the versions of
// a document, those of named shelves (a stream for each, merged), or all of a
// journal's, entry by entry.
func (s *session) contents(ctx context.Context, q store.ContentQuery) ([]store.Content, error) {
	journal := s.number(q.Journal)
	before := q.Before
	if before <= 0 {
		before = math.MaxInt64
	}
	limit := int64(q.Limit)
	if limit <= 0 {
		limit = -1
	}
	text, columns := order(q.Newest), contentColumns
	if q.NoBody {
		columns = strings.Replace(columns, "v.body", "NULL", 1)
	}
	switch {
	case q.Key.ID != "":
		return s.collect(ctx, q, "SELECT "+columns+` FROM versions v WHERE v.journal = ? AND v.number > ? AND v.number < ?
			AND v.shelf = ? AND v.id = ? ORDER BY v.number`+text+", v.n"+text+" LIMIT ?",
			journal, q.After, before, s.number(q.Key.Shelf), idColumn(q.Key.ID), limit)
	case q.Shelves == nil:
		return s.collect(ctx, q, "SELECT "+columns+` FROM entries e CROSS JOIN versions v ON v.n >= e.at AND v.n < e.at + e.n_versions
			WHERE e.journal = ?1 AND e.first >= `+containing+` AND e.first < ?3 AND v.number > ?2 AND v.number < ?3
			ORDER BY e.first`+text+", v.n"+text+" LIMIT ?4",
			journal, q.After, before, limit)
	}
	return s.ofShelves(ctx, q, "SELECT "+columns+`, v.n FROM versions v WHERE v.journal = ? AND v.number > ? AND v.number < ?
		AND v.shelf = ? ORDER BY v.number`+text+", v.n"+text+" LIMIT ?", journal, before, limit)
}

func order(newest bool) string {
	if newest {
		return " DESC"
	}
	return ""
}

func (s *session) collect(ctx context.Context, q store.ContentQuery, text string, args ...any) ([]store.Content, error) {
	var out []store.Content
	err := s.each(ctx, func(v []any) (bool, error) {
		out = append(out, s.content(q.Journal, v))
		return true, nil
	}, text, args...)
	return out, err
}

func (s *session) ofShelves(ctx context.Context, q store.ContentQuery, text string, journal, before, limit int64) ([]store.Content, error) {
	var streams []stream
	seen := map[int64]bool{}
	for _, name := range q.Shelves {
		n := s.number(name)
		if n == 0 || seen[n] {
			continue
		}
		seen[n] = true
		streams = append(streams, stream{text: text, args: []any{journal, q.After, before, n, limit}})
	}
	var out []store.Content
	// The last column, the row, orders versions of one number.
	err := s.merge(ctx, streams, []int{0, 8}, q.Newest, func(v []any) bool {
		out = append(out, s.content(q.Journal, v))
		return limit < 0 || int64(len(out)) < limit
	})
	return out, err
}
