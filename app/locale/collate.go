package locale

import (
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// newCollators makes a pool of collators: making one takes long, and one may
// not be used by two at once.
func newCollators(tag string) *sync.Pool {
	lang := language.MustParse(tag)
	return &sync.Pool{New: func() any { return collate.New(lang, collate.Numeric) }}
}

// Compare says how a dictionary of the language orders a and b: -1, 0 or 1.
// Numbers in them are ordered by size.
func (t *Texts) Compare(a, b string) int {
	c := t.collators.Get().(*collate.Collator)
	defer t.collators.Put(c)
	return c.CompareString(a, b)
}

// Sort orders items by the text that key gives of each, as Compare does. Equal
// ones keep their order.
func Sort[E any](t *Texts, items []E, key func(E) string) {
	c := t.collators.Get().(*collate.Collator)
	defer t.collators.Put(c)
	slices.SortStableFunc(items, func(a, b E) int { return c.CompareString(key(a), key(b)) })
}
