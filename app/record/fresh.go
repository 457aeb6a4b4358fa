package record

import (
	"context"
	"slices"
	"sync"
	"time"

	"colocate/app/store"
)

// pollEvery is how old the number of a journal's last commit may be where
// another process may have made one (trust.md Z8: changes bite within a second).
const pollEvery = time.Second

// heads knows how far each journal is without asking the store at each request:
// own commits raise it at once, and a look at the store, at least once a
// second, finds those of other processes.
type heads struct {
	mu sync.Mutex
	at map[string]*head
}

// head is the end of one journal as this process knows it.
type head struct {
	number  int64
	polled  time.Time
	touched map[string]int64 // shelf -> last number that an own commit touched it at
	unknown int64            // up to here, others may have touched any shelf
}

func (h *heads) of(journal string) *head {
	if h.at == nil {
		h.at = map[string]*head{}
	}
	if h.at[journal] == nil {
		h.at[journal] = &head{touched: map[string]int64{}}
	}
	return h.at[journal]
}

// raise notes an own commit and the shelves it touched.
func (h *heads) raise(journal string, number int64, shelves []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	j := h.of(journal)
	if number > j.number {
		if number > j.number+1 {
			j.unknown = number - 1
		}
		j.number = number
	}
	for _, s := range shelves {
		j.touched[s] = max(j.touched[s], number)
	}
}

// poll notes what the store said a moment ago.
func (h *heads) poll(journal string, number int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	j := h.of(journal)
	j.polled = time.Now()
	if number > j.number {
		j.number, j.unknown = number, number
	}
}

// look returns the number of the journal's last commit and whether shelves may
// have changed since number since. stale asks for a poll first.
func (h *heads) look(journal string, shelves []string, since int64) (number int64, moved, stale bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	j := h.of(journal)
	moved = j.unknown > since || slices.ContainsFunc(shelves, func(s string) bool { return j.touched[s] > since })
	return j.number, moved, time.Since(j.polled) > pollEvery
}

// look is heads.look with a poll where one is due.
func (e *Engine) look(ctx context.Context, journal string, shelves []string, since int64) (int64, bool, error) {
	m := e.memory()
	n, moved, stale := m.heads.look(journal, shelves, since)
	if !stale {
		return n, moved, nil
	}
	head, err := e.Store.Head(ctx, journal)
	if err != nil {
		return 0, false, wrap(err)
	}
	m.heads.poll(journal, head)
	n, moved, _ = m.heads.look(journal, shelves, since)
	return n, moved, nil
}

// kept is a value made from some shelves of one journal. It is made anew once
// they were touched, and costs a comparison of numbers otherwise.
type kept[T any] struct {
	journal string
	shelves []string
	load    func(context.Context) (T, error)

	mu  sync.Mutex
	ok  bool
	at  int64
	val T
}

func (k *kept[T]) get(ctx context.Context, e *Engine) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n, moved, err := e.look(ctx, k.journal, k.shelves, k.at)
	if err != nil {
		return k.val, err
	}
	if k.ok && moved {
		moved, err = k.moved(ctx, e.Store)
	}
	if err != nil {
		return k.val, err
	}
	if k.ok && !moved {
		k.at = max(k.at, n)
		return k.val, nil
	}
	v, err := k.load(ctx)
	if err != nil {
		return k.val, wrap(err)
	}
	k.val, k.at, k.ok = v, n, true
	return v, nil
}

// moved asks the journal whether the shelves changed since the value was made.
func (k *kept[T]) moved(ctx context.Context, s store.Reader) (bool, error) {
	vs, err := s.Changes(ctx, k.journal, k.shelves, k.at, 1)
	return len(vs) > 0, wrap(err)
}

// keeps holds one kept value for each mission.
type keeps[T any] struct {
	mu sync.Mutex
	by map[string]*kept[T]
}

func (k *keeps[T]) of(journal string, make func() *kept[T]) *kept[T] {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil {
		k.by = map[string]*kept[T]{}
	}
	if k.by[journal] == nil {
		k.by[journal] = make()
	}
	return k.by[journal]
}
