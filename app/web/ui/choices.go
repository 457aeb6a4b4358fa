package ui

import (
	"context"
	"fmt"
	"sync"

	"colocate/app/locale"
	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Choice is one record that can be chosen, by its name.
type Choice struct {
	Ref  value.Ref
	Text string
}

// made keeps what was made of lists that the engine knows to be the same
// (record.List.Same), by list and reader's languages; it is emptied when it is
// full. The key "" is kept by nobody.
type made[T any] struct {
	mu   sync.Mutex
	kept map[string]T
}

// maxMade bounds what is kept.
const maxMade = 500

func (m *made[T]) get(key string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	have, ok := m.kept[key]
	return have, ok
}

func (m *made[T]) put(key string, v T) {
	if key == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || len(m.kept) >= maxMade {
		m.kept = map[string]T{}
	}
	m.kept[key] = v
}

// madeFor is the key for what is made of l for the reader of p.
func (p Page) madeFor(l record.List) string {
	if l.Same == 0 {
		return ""
	}
	return fmt.Sprint(l.Same, p.Reads(), p.Digits)
}

// Choices are the records of d that the reader may read, in the order of their
// names; none, and true, where there are more than max.
func (s *Site) Choices(ctx context.Context, p Page, d *kind.Descriptor, max int) ([]Choice, bool, error) {
	l, err := s.Records.List(ctx, p.Actor, d, record.ListQuery{Limit: max})
	if err != nil || l.Next != "" {
		return nil, err == nil, err
	}
	key := p.madeFor(l)
	if have, ok := s.choices.get(key); ok {
		return have, false, nil
	}
	recs, err := ParseAll(d, l.Items)
	if err != nil {
		return nil, false, err
	}
	out := make([]Choice, 0, len(recs))
	for _, r := range recs {
		out = append(out, Choice{r.Ref(), p.Caption(r)})
	}
	locale.Sort(p.Texts, out, func(c Choice) string { return c.Text })
	s.choices.put(key, out)
	return out, false, nil
}
