package store

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// mem is a Backend in memory. With atomic set a batch is whole or not at all,
// as on SQLite; without it each write stands by itself, as on MongoDB.
type mem struct {
	atomic bool
	batch  sync.Mutex // one batch at a time where atomic
	mu     sync.Mutex
	st     *memState
	// fault is asked before each write of a batch: with an error and lost set
	// the write is done all the same and only its reply fails.
	fault  func(op string) (err error, lost bool)
	ops    []string // writes of batches, in order
	poison string   // id that Apply refuses
	// hook is told of reads: before a look for a key or a scan, after a document
	// or contents were read.
	hook func(op string)
	// inserted is how many commits each entry carried.
	inserted []int64
}

type memState struct {
	docs  map[string]map[string]Stored // by shelf and _id
	logs  map[string][]Entry
	keys  map[string]int64 // journal/key
	marks map[string]int64
}

func newMemState() *memState {
	return &memState{docs: map[string]map[string]Stored{}, logs: map[string][]Entry{}, keys: map[string]int64{}, marks: map[string]int64{}}
}

func (s *memState) clone() *memState {
	c := newMemState()
	for name, m := range s.docs {
		c.docs[name] = maps.Clone(m)
	}
	for name, l := range s.logs {
		c.logs[name] = slices.Clone(l)
	}
	maps.Copy(c.keys, s.keys)
	maps.Copy(c.marks, s.marks)
	return c
}

var errDown = errors.New("mem: the connection is gone")

func (m *mem) setFault(f func(op string) (err error, lost bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

func (m *mem) told(op string) {
	if m.hook != nil {
		m.hook(op)
	}
}

// once hooks one kind of read, the first time it happens.
func (m *mem) once(op string, fn func()) {
	var met atomic.Bool
	m.hook = func(o string) {
		if o == op && met.CompareAndSwap(false, true) {
			fn()
		}
	}
}

func newMem(whole bool) *mem { return &mem{atomic: whole, st: newMemState()} }

func (m *mem) read(ctx context.Context, fn func(*memState)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	fn(m.st)
	return nil
}

func (m *mem) Doc(ctx context.Context, k Key) (d Stored, err error) {
	e := m.read(ctx, func(s *memState) { d, err = s.doc(k) })
	m.told("doc")
	return d, errors.Join(err, e)
}

func (m *mem) Scan(ctx context.Context, p *Plan, pos *Position, limit int, fn func(Raw) bool) error {
	m.told("scan")
	var rows []Raw
	err := m.read(ctx, func(s *memState) { rows = s.scan(p, pos) })
	give(rows, limit, fn)
	return err
}

func give(rows []Raw, limit int, fn func(Raw) bool) {
	for i, r := range rows {
		if limit > 0 && i >= limit || !fn(slices.Clone(r)) {
			return
		}
	}
}

func (m *mem) Group(ctx context.Context, p *Plan, g Grouping) ([]Group, error) {
	t, seen := NewTally(g), map[string]bool{}
	err := m.Scan(ctx, p, nil, 0, func(r Raw) bool {
		if id := docID(r); !seen[id] && Match(p.Match, r) {
			seen[id] = true
			t.Add(r)
		}
		return true
	})
	return t.Rows(), err
}

func (m *mem) Head(ctx context.Context, journal string) (h Head, err error) {
	err = m.read(ctx, func(s *memState) { h = s.head(journal) })
	return h, err
}

func (m *mem) Journals(ctx context.Context) (names []string, err error) {
	err = m.read(ctx, func(s *memState) {
		known := map[string]bool{}
		for name := range s.logs {
			known[name] = true
		}
		for name := range s.marks {
			known[name] = true
		}
		names = slices.Sorted(maps.Keys(known))
	})
	return names, err
}

func (m *mem) Entries(ctx context.Context, journal string, after int64, contents bool, fn func(Entry) bool) error {
	var es []Entry
	err := m.read(ctx, func(s *memState) { es = s.entries(journal, after, contents) })
	for _, e := range es {
		if !fn(e) {
			break
		}
	}
	return err
}

func (m *mem) ByKey(ctx context.Context, journal string, key []byte) (n int64, err error) {
	m.told("key")
	err = m.read(ctx, func(s *memState) { n = s.keys[journal+"/"+string(key)] })
	return n, err
}

func (m *mem) Contents(ctx context.Context, q ContentQuery) (cs []Content, err error) {
	err = m.read(ctx, func(s *memState) { cs = s.contents(q) })
	m.told("contents")
	return cs, err
}

func (m *mem) Documents(ctx context.Context, shelf, after string, fn func(Stored) bool) error {
	var ds []Stored
	err := m.read(ctx, func(s *memState) {
		for _, id := range slices.Sorted(maps.Keys(s.docs[shelf])) {
			if id > after {
				ds = append(ds, s.docs[shelf][id])
			}
		}
	})
	for _, d := range ds {
		if !fn(d) {
			break
		}
	}
	return err
}

func (m *mem) Batch(ctx context.Context, fn func(Writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !m.atomic {
		return fn(&memWriter{mem: m})
	}
	m.batch.Lock()
	defer m.batch.Unlock()
	m.mu.Lock()
	copied := &mem{atomic: true, st: m.st.clone(), fault: m.fault, ops: m.ops, poison: m.poison}
	m.mu.Unlock()
	if err := fn(&memWriter{mem: copied}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.st, m.ops, m.inserted = copied.st, copied.ops, append(m.inserted, copied.inserted...)
	return nil
}

func (m *mem) Close() error { return nil }

// memWriter is a mem within a batch.
type memWriter struct{ *mem }

func (w *memWriter) write(ctx context.Context, op string, fn func(*memState) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	w.ops = append(w.ops, op)
	fault := w.fault
	w.mu.Unlock()
	var fails error
	done := true
	if fault != nil {
		fails, done = fault(op)
	}
	if fails != nil && !done {
		return fails
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	err := fn(w.st)
	return errors.Join(fails, err)
}

func (w *memWriter) Insert(ctx context.Context, e Entry) error {
	return w.write(ctx, "insert", func(s *memState) error {
		if h := s.head(e.Journal); e.First != h.Number+1 {
			return ErrTaken
		}
		s.logs[e.Journal] = append(slices.Clip(s.logs[e.Journal]), e)
		for _, k := range e.Keys {
			s.keys[e.Journal+"/"+string(k.Key)] = k.Number
		}
		w.inserted = append(w.inserted, e.Count)
		return nil
	})
}

func (w *memWriter) Apply(ctx context.Context, d Stored) error {
	return w.write(ctx, "apply", func(s *memState) error {
		if w.poison != "" && d.Key.ID == w.poison {
			return errors.New("mem: refused")
		}
		d.Raw = slices.Clone(d.Raw)
		m := s.docs[d.Key.Shelf]
		if m == nil {
			m = map[string]Stored{}
			s.docs[d.Key.Shelf] = m
		}
		old, there := m[d.Key.DocID()]
		switch {
		case d.Gone == Purged && (!there || old.Seq < d.Seq), d.Rev == 1 && !there, d.Rev > 1 && there && old.Seq < d.Seq:
			m[d.Key.DocID()] = d
		}
		return nil
	})
}

func (w *memWriter) Blank(ctx context.Context, k Key, number int64) error {
	return w.write(ctx, "blank", func(s *memState) error {
		l := slices.Clone(s.logs[k.Journal])
		for i := range l {
			l[i].Contents = slices.Clone(l[i].Contents)
			for n := range l[i].Contents {
				if c := &l[i].Contents[n]; c.Key == k && c.Number < number {
					c.Body, c.Salt, c.Blank = nil, nil, true
				}
			}
		}
		s.logs[k.Journal] = l
		return nil
	})
}

func (w *memWriter) Mark(ctx context.Context, journal string) (n int64, err error) {
	err = w.read(ctx, func(s *memState) { n = s.marks[journal] })
	return n, err
}

func (w *memWriter) RaiseMark(ctx context.Context, journal string, n int64) error {
	return w.write(ctx, "mark", func(s *memState) error {
		s.marks[journal] = max(s.marks[journal], n)
		return nil
	})
}

func (w *memWriter) Clear(ctx context.Context) error {
	return w.write(ctx, "clear", func(s *memState) error {
		s.docs, s.marks = map[string]map[string]Stored{}, map[string]int64{}
		return nil
	})
}

func (s *memState) doc(k Key) (Stored, error) {
	if d, ok := s.docs[k.Shelf][k.DocID()]; ok {
		return d, nil
	}
	return Stored{}, ErrNotFound
}

func (s *memState) head(journal string) Head {
	l := s.logs[journal]
	if len(l) == 0 {
		return Head{}
	}
	return headOf(&l[len(l)-1])
}

func (s *memState) entries(journal string, after int64, contents bool) (out []Entry) {
	for _, e := range s.logs[journal] {
		if e.First+e.Count-1 > after {
			if e.Contents = slices.Clone(e.Contents); !contents {
				e.Contents = nil
			}
			out = append(out, e)
		}
	}
	return out
}

func (s *memState) contents(q ContentQuery) (out []Content) {
	for _, e := range s.logs[q.Journal] {
		for _, c := range e.Contents {
			mine := q.Key.ID != "" && c.Key == q.Key || q.Key.ID == "" && (q.Shelves == nil || slices.Contains(q.Shelves, c.Key.Shelf))
			if mine && c.Number > q.After && (q.Before == 0 || c.Number < q.Before) {
				if q.NoBody {
					c.Blank, c.Body, c.Salt = c.blanked(), nil, nil
				}
				out = append(out, c)
			}
		}
	}
	if q.Newest {
		slices.Reverse(out)
	}
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out
}

// scan yields a row for each branch that an index row of a document lies in.
func (s *memState) scan(p *Plan, pos *Position) (out []Raw) {
	type row struct {
		pos *Position
		raw Raw
	}
	var rows []row
	for _, d := range s.docs[p.Shelf] {
		for i := range p.Branches {
			if d.Gone == Live && within(&p.Branches[i], d.Raw) {
				rows = append(rows, row{PositionOf(p, d.Raw), d.Raw})
			}
		}
	}
	sort.Slice(rows, func(a, b int) bool { return comparePositions(p, rows[a].pos, rows[b].pos) < 0 })
	for _, r := range rows {
		if pos == nil || comparePositions(p, pos, r.pos) < 0 {
			out = append(out, r.raw)
		}
	}
	return out
}

// comparePositions orders two positions as p does.
func comparePositions(p *Plan, a, b *Position) int {
	c := 0
	for i := 0; c == 0 && i < len(p.Sort); i++ {
		c = Compare(a.Values[i], b.Values[i])
	}
	if c == 0 {
		c = Compare(a.ID, b.ID)
	}
	if p.Desc {
		return -c
	}
	return c
}

// within reports whether the index has a row of doc in the branch, as an
// engine's index would: types do not part in it but by their order.
func within(b *Branch, doc Raw) bool {
	has := func(f string, ok func(any) bool) bool { return slices.ContainsFunc(Values(doc, f), ok) }
	for i, v := range b.Equal {
		if !has(b.Index.Fields[i], func(x any) bool { return Compare(x, v) == 0 }) {
			return false
		}
	}
	if b.Lower == nil && b.Upper == nil {
		return true
	}
	return has(b.Index.Fields[len(b.Equal)], func(x any) bool {
		if l := b.Lower; l != nil && (Compare(x, l.Value) < 0 || l.Open && Compare(x, l.Value) == 0) {
			return false
		}
		u := b.Upper
		return u == nil || Compare(x, u.Value) < 0 || !u.Open && Compare(x, u.Value) == 0
	})
}

// Tests' shelves: things of missions with a state, a start, owners and a unit.
func testShelves() []Shelf {
	return []Shelf{
		{Name: "thing", Indexes: []Index{
			{Fields: []string{"mission_id", "start"}},
			{Fields: []string{"mission_id", "state", "start"}},
			{Fields: []string{"mission_id", "unit.id", "start"}},
			{Fields: []string{"mission_id", "_own", "start"}, Multi: "_own"},
			{Fields: []string{"mission_id", "code"}},
			{Fields: []string{"mission_id", "state"}},
		}},
		{Name: "thing.released", Indexes: []Index{{Fields: []string{"mission_id", "start"}}}},
	}
}

var testKey = bytes.Repeat([]byte{7}, 32)

func openMem(t testing.TB, m *mem) *store {
	t.Helper()
	s, err := Open(context.Background(), Options{Backend: m, Shelves: testShelves(), Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s.(*store)
}

var testTime = time.Date(2026, 3, 7, 8, 9, 10, 0, time.UTC)

func thing(id string) Key { return Key{Shelf: "thing", Journal: "m1", ID: id} }

// thingDoc is a document of the shelf "thing" with more fields from kv.
func thingDoc(kv ...any) Raw {
	dst, at := open(nil)
	dst = appendString(dst, "mission_id", "m1")
	for i := 0; i < len(kv); i += 2 {
		dst = appendAny(dst, kv[i].(string), kv[i+1])
	}
	return shut(dst, at)
}

func putOf(id string, rev int64, kv ...any) Put {
	return Put{Key: thing(id), Rev: rev, Doc: thingDoc(kv...)}
}

func commitOf(key string, puts ...Put) Commit {
	return Commit{Journal: "m1", Key: key, Request: []byte(key), Put: puts,
		Act: Act{By: "p1", Account: "a1", Role: "adviser", Verb: "create", Kind: "thing", ID: "t1", At: testTime, Device: "d", Request: "r"}}
}

func mustCommit(t testing.TB, s *store, c Commit) Receipt {
	t.Helper()
	r, err := s.Commit(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// field is a field of a live document, nil if it is absent.
func field(t testing.TB, s *store, id, name string) any {
	t.Helper()
	raw, err := s.Get(context.Background(), thing(id), nil)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := d.Get(name)
	return v
}

func findings(t testing.TB, s *store) (out []Finding) {
	t.Helper()
	if err := s.Verify(context.Background(), func(f Finding) { out = append(out, f) }); err != nil {
		t.Fatal(err)
	}
	return out
}

func mustBeClean(t testing.TB, s *store) {
	t.Helper()
	if fs := findings(t, s); len(fs) > 0 {
		t.Fatalf("verify found %+v", fs)
	}
}
