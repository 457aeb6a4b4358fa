package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Options say what a store is made of.
type Options struct {
	Backend Backend
	Shelves []Shelf
	Key     []byte           // 32 bytes kept outside the store
	Now     func() time.Time // nil is time.Now
	// Damaged is told, once for each journal, that it can no longer be written
	// and why; nil ignores it. Reads go on.
	Damaged func(journal string, err error)
}

const (
	// attemptTime bounds one attempt of a batch, closeTime the drain of Close.
	attemptTime = 10 * time.Second
	closeTime   = 20 * time.Second
	// healEvery is how often known journals are asked for entries of others,
	// listEvery of those times new journals are looked for.
	healEvery = time.Second / 2
	listEvery = 20
)

// ErrClosed is the answer to a commit after Close.
var ErrClosed = errors.New("store: closed")

// ErrKey is Open's answer where nothing in the store was written with the key.
var ErrKey = errors.New("store: the key is not the one that this data was written with; put its own key back (its copy is kept apart from the backups)")

// keyLooks is how many entries of a journal Open asks at most whether the key
// fits.
const keyLooks = 100

// store is the only Store: all rules, over any Backend.
type store struct {
	b       Backend
	shelves map[string]*Shelf
	indexed map[string][][]string // by shelf: paths that no array may meet
	key     []byte                // of journals
	cursors *sealer
	now     func() time.Time
	damaged func(string, error)
	pause   time.Duration // after a first failed round

	ctx  context.Context // ends when Close gives up waiting
	stop context.CancelFunc
	wait sync.WaitGroup // committing goroutines and the healer

	gate     sync.RWMutex // Rebuild against attempts
	mu       sync.Mutex
	closed   chan struct{}
	isClosed bool
	journals map[string]*journal
}

// Open makes a store over o.Backend, which the store closes, and brings every
// journal's documents up to its head before it returns. A journal that is
// damaged is told to o.Damaged and can be read and verified, not written.
func Open(ctx context.Context, o Options) (Store, error) {
	if len(o.Key) < 32 {
		return nil, errors.New("store: the key has fewer than 32 bytes")
	}
	cursors, err := newSealer(o.Key)
	if err != nil {
		return nil, err
	}
	s := &store{b: o.Backend, shelves: map[string]*Shelf{}, indexed: map[string][][]string{},
		key: SubKey(o.Key, "journal"), cursors: cursors, now: o.Now, damaged: o.Damaged, pause: firstPause,
		closed: make(chan struct{}), journals: map[string]*journal{}}
	s.ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.declare(o.Shelves); err != nil {
		return nil, err
	}
	if err := s.checkKey(ctx); err != nil {
		return nil, err
	}
	if err := s.healAll(ctx); err != nil {
		return nil, err
	}
	s.wait.Go(s.healer)
	return s, nil
}

// checkKey refuses a key that nothing was written with: what it would write
// would not continue the chains. One sound entry is enough, since damage is for
// Verify to find and must not lock out whoever would look for it.
func (s *store) checkKey(ctx context.Context) error {
	names, err := s.b.Journals(ctx)
	looked := 0
	for _, name := range names {
		fits, n, err := s.keyFits(ctx, name)
		if fits || err != nil {
			return err
		}
		looked += n
	}
	if err == nil && looked > 0 {
		err = ErrKey
	}
	return err
}

// keyFits reports whether one of a journal's first entries was made with the
// key, and how many were looked at.
func (s *store) keyFits(ctx context.Context, journal string) (fits bool, n int, err error) {
	c := newChain(s.key)
	var prev []byte
	err = s.b.Entries(ctx, journal, 0, false, func(e Entry) bool {
		fits = bytes.Equal(e.Hash, c.link(prev, e.Facts))
		prev, n = e.Hash, n+1
		return !fits && n < keyLooks
	})
	return fits, n, err
}

// declare checks the shelves and notes which paths no array may meet.
func (s *store) declare(shelves []Shelf) error {
	for i := range shelves {
		sh := &shelves[i]
		if sh.Name == "" || s.shelves[sh.Name] != nil {
			return fmt.Errorf("store: shelf %q is declared twice or has no name", sh.Name)
		}
		s.shelves[sh.Name] = sh
		seen := map[string]bool{}
		for _, ix := range sh.Indexes {
			if len(ix.Fields) == 0 {
				return fmt.Errorf("store: an index of %s has no fields", sh.Name)
			}
			for _, f := range ix.Fields {
				segs, err := splitPath(f)
				if err != nil {
					return fmt.Errorf("store: index of %s: %w", sh.Name, err)
				}
				if f != ix.Multi && !seen[f] {
					seen[f] = true
					s.indexed[sh.Name] = append(s.indexed[sh.Name], segs)
				}
			}
		}
	}
	return nil
}

// Close answers what is under way, refuses what comes, and closes the backend.
func (s *store) Close() error {
	s.mu.Lock()
	if s.isClosed {
		s.mu.Unlock()
		return nil
	}
	s.isClosed = true
	close(s.closed)
	s.mu.Unlock()
	give := time.AfterFunc(closeTime, s.stop)
	s.wait.Wait()
	give.Stop()
	s.stop()
	return s.b.Close()
}

// Backup writes a copy that Restore accepts, while the store is in use.
func (s *store) Backup(ctx context.Context, path string) error {
	c, ok := s.b.(Copier)
	if !ok {
		return unsupported("this engine has a backup of its own")
	}
	return c.Backup(ctx, path)
}

// journal returns the state of a journal, new to this process or not.
func (s *store) journal(name string) *journal {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.journals[name]
	if j == nil {
		j = &journal{s: s, name: name, chain: newChain(s.key)}
		s.journals[name] = j
	}
	return j
}
