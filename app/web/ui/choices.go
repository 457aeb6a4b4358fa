package ui

import (
	"context"
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

// madeOf is what choices depend on beside the records: who is made another name
// of for another language.
type madeOf struct {
	list          uint64 // record.List.Same
	lang, content string
	digits        string
}

// choiceCache keeps choices as long as the engine knows their list to be the
// same; it is emptied when it is full.
type choiceCache struct {
	mu   sync.Mutex
	made map[madeOf][]Choice
}

// maxMade bounds a choiceCache.
const maxMade = 500

// Choices are the records of d that the reader may read, in the order of their
// names; none, and true, where there are more than max.
func (s *Site) Choices(ctx context.Context, p Page, d *kind.Descriptor, max int) ([]Choice, bool, error) {
	l, err := s.Records.List(ctx, p.Actor, d, record.ListQuery{Limit: max})
	if err != nil || l.Next != "" {
		return nil, err == nil, err
	}
	key := madeOf{l.Same, p.Lang(), string(p.Content), p.Digits}
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

func (c *choiceCache) get(key madeOf) ([]Choice, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	have, ok := c.made[key]
	return have, ok && key.list != 0
}

func (c *choiceCache) put(key madeOf, made []Choice) {
	if key.list == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil || len(c.made) >= maxMade {
		c.made = map[madeOf][]Choice{}
	}
	c.made[key] = made
}
