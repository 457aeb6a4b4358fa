package record

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
)

// Bounds of the work of one page of the feed.
const (
	feedBatch  = 200  // versions read at a time
	feedLook   = 2000 // versions looked at for one page
	maxScanned = 10_000
)

// Changes tells what changed of all that a may see, in order, after a place
// that an earlier page named ("" for the beginning): the reference data first,
// then the mission. A record that changed several times is told as it is now.
// What a may not see leaves nothing in it: no item, no other Next.
//
// The caller goes on at once while More is set, and asks again later with the
// last Next. Purged records are not told; they were withdrawn or voided before.
func (e *Engine) Changes(ctx context.Context, a kind.Actor, after string, limit int) (Feed, error) {
	if limit == 0 {
		limit = defaultLimit
	}
	if limit < 1 || limit > maxLimit {
		return Feed{}, malformed("error.limit", map[string]any{"Min": 1, "Max": maxLimit})
	}
	f := &feed{e: e, a: &a, limit: limit, reader: reader(&a, "feed"), viewers: map[string]*viewer{}, told: map[store.Key]bool{}}
	if err := f.watch(ctx); err != nil {
		return Feed{}, err
	}
	if err := f.from(after); err != nil {
		return Feed{}, err
	}
	for i := range f.at {
		if err := f.journal(ctx, i); err != nil {
			return Feed{}, err
		}
	}
	f.out.Next = e.memory().feed.seal(f.reader, f.at[0], f.at[1], f.scope)
	return f.out, nil
}

// feed is one page of the feed on its way.
type feed struct {
	e       *Engine
	a       *kind.Actor
	limit   int
	reader  string
	viewers map[string]*viewer // by shelf
	shelves [2][]string        // of the service's journal, of the mission's
	at      [2]int64           // number told up to, in each
	scope   int64              // fingerprint of what a may see
	told    map[store.Key]bool
	full    bool // the page is: what follows is for the next one
	out     Feed
}

// watch finds the shelves that a reads, and how far.
func (f *feed) watch(ctx context.Context) error {
	print := []byte{}
	for _, d := range f.e.Kinds.All() {
		if !f.e.Policy.Authorize(f.a, authz.Permission{Object: d.Name, Action: "read"}).Any {
			continue
		}
		v, err := f.e.viewer(ctx, f.a, d)
		if kind.CodeOf(err) == kind.CodeNotFound {
			continue
		}
		if err != nil {
			return err
		}
		f.viewers[v.shelf] = v
		i := 1
		if v.journal == store.Service {
			i = 0
		}
		f.shelves[i] = append(f.shelves[i], v.shelf)
		print = fmt.Append(print, v.shelf, v.filter, v.con != nil)
	}
	f.out.Items = []Change{}
	f.scope = int64(binary.BigEndian.Uint64(store.SubKey(print, "scope")))
	return nil
}

// from reads where to go on. Whose sight has changed since begins anew.
func (f *feed) from(after string) error {
	if after == "" {
		return nil
	}
	ns, ok := f.e.memory().feed.open(f.reader, after, 3)
	if !ok {
		return malformed("error.cursor", nil)
	}
	if f.out.Reset = ns[2] != f.scope; !f.out.Reset {
		f.at = [2]int64{ns[0], ns[1]}
	}
	return nil
}

// journal adds what one of the two journals has. Only what is told moves the
// place that the caller is given; how far was looked beyond it is remembered
// here, so that no page looks at the same twice.
func (f *feed) journal(ctx context.Context, i int) error {
	name := []string{store.Service, f.a.Mission}[i]
	if name == "" || len(f.shelves[i]) == 0 || f.out.More {
		return nil
	}
	memo := fmt.Sprint(f.reader, "/", i, "/", f.at[i], "/", f.scope)
	looked := max(f.at[i], f.e.memory().scanned.get(memo))
	for n := 0; n < feedLook; {
		vs, err := f.e.Store.Changes(ctx, name, f.shelves[i], looked, feedBatch)
		if err != nil {
			return wrap(err)
		}
		if len(vs) == 0 {
			break
		}
		if looked, err = f.tell(ctx, i, vs); err != nil {
			return err
		}
		if n += len(vs); f.out.More {
			return nil
		}
	}
	memo = fmt.Sprint(f.reader, "/", i, "/", f.at[i], "/", f.scope)
	f.e.memory().scanned.put(memo, looked)
	return nil
}

// tell adds what versions are for the caller, commit by commit, and returns
// the number of the last commit that was looked at. Past a full page it only
// looks whether more is to be told: that something else follows is not.
func (f *feed) tell(ctx context.Context, i int, vs []store.Version) (int64, error) {
	var last int64
	for j := range vs {
		v := &vs[j]
		f.full = f.full || v.Number != last && len(f.out.Items) >= f.limit
		if err := f.version(ctx, i, v); err != nil || f.out.More {
			return last, err
		}
		last = v.Number
	}
	return last, nil
}

// version tells of one version, if it means anything to the caller. Where its
// record is on the page already, as it is now, only the place moves.
func (f *feed) version(ctx context.Context, i int, sv *store.Version) error {
	c, differs, err := f.change(ctx, sv)
	switch {
	case err != nil || !differs:
		return err
	case f.full:
		f.out.More = true
		return nil
	case !f.told[sv.Key]:
		f.told[sv.Key] = true
		f.out.Items = append(f.out.Items, c)
	}
	f.at[i] = sv.Number
	return nil
}

// change is what a version means to the caller, and whether it means anything:
// of a record on the page already, whether it differed; else the record as it
// is now, or that it is gone.
func (f *feed) change(ctx context.Context, sv *store.Version) (Change, bool, error) {
	v := f.viewers[sv.Key.Shelf]
	before, saw, err := v.earlier(ctx, sv.Key, sv.Number)
	if err != nil {
		return Change{}, false, err
	}
	if f.told[sv.Key] {
		differs, err := v.differs(before, saw, sv.Doc)
		return Change{}, differs, err
	}
	return v.latest(ctx, sv, before, saw)
}

// differs reports whether v sees another thing in raw than in before.
func (v *viewer) differs(before View, saw bool, raw store.Raw) (bool, error) {
	if !v.may(raw) {
		return saw, nil
	}
	now, err := v.view(raw)
	return !saw || !bytes.Equal(before.JSON, now.JSON), err
}

// latest is the record of a version as it is now, or that it is gone; false if
// that is no news to who saw before.
func (v *viewer) latest(ctx context.Context, sv *store.Version, before View, saw bool) (Change, bool, error) {
	c := Change{Kind: v.sh.Name, ID: sv.Key.ID}
	raw, err := v.get(ctx, sv.Key.ID)
	if kind.CodeOf(err) == kind.CodeNotFound {
		c.Gone = saw || v.may(sv.Doc)
		return c, c.Gone, nil
	}
	if err != nil {
		return c, false, err
	}
	if c.View, err = v.view(raw); err != nil {
		return c, false, err
	}
	return c, !saw || !bytes.Equal(before.JSON, c.View.JSON), nil
}

// scanned remembers how far was looked beyond the place that a caller knows.
type scanned struct {
	mu sync.Mutex
	by map[string]int64
}

func (s *scanned) get(k string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[k]
}

func (s *scanned) put(k string, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil || len(s.by) >= maxScanned {
		s.by = map[string]int64{} // forgetting costs a look, nothing else
	}
	s.by[k] = n
}
