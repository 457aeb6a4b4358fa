package sqlitestore

import (
	"context"
	"maps"
	"sync"
)

// names gives journals and shelves their small numbers. A name is known to
// readers once the batch that made it is committed.
type names struct {
	mu   sync.RWMutex
	n    map[string]int64
	name map[int64]string
	// fresh holds what the batch in progress made; the writer alone uses it.
	fresh map[string]int64
}

func loadNames(c *conn) (*names, error) {
	t := &names{n: map[string]int64{}, name: map[int64]string{}, fresh: map[string]int64{}}
	r, err := c.query(context.Background(), "SELECT n, name FROM names")
	if err != nil {
		return nil, err
	}
	for r.next() {
		n, name := asInt(r.vals[0]), asText(r.vals[1])
		t.n[name], t.name[n] = n, name
	}
	return t, r.close()
}

// number is the number of a name, or 0; the writer sees fresh ones too.
func (t *names) number(name string, writing bool) int64 {
	if writing && t.fresh[name] > 0 {
		return t.fresh[name]
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.n[name]
}

// text is the name with number n.
func (t *names) text(n int64, writing bool) string {
	if writing {
		for name, m := range t.fresh {
			if m == n {
				return name
			}
		}
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.name[n]
}

// intern gives a name a number within the batch.
func (t *names) intern(c *conn, name string) (int64, error) {
	if n := t.number(name, true); n > 0 {
		return n, nil
	}
	n, err := c.number("INSERT INTO names (name) VALUES (?) RETURNING n", name)
	if err == nil {
		t.fresh[name] = n
	}
	return n, err
}

// settle ends the batch: its names become known, or are forgotten.
func (t *names) settle(committed bool) {
	if len(t.fresh) == 0 {
		return
	}
	if committed {
		t.mu.Lock()
		defer t.mu.Unlock()
		maps.Copy(t.n, t.fresh)
		for name, n := range t.fresh {
			t.name[n] = name
		}
	}
	clear(t.fresh)
}
