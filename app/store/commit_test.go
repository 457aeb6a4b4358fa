package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func eachMem(t *testing.T, fn func(t *testing.T, m *mem)) {
	t.Helper()
	for _, atomic := range []bool{true, false} {
		t.Run(fmt.Sprintf("atomic=%v", atomic), func(t *testing.T) {
			t.Parallel()
			fn(t, newMem(atomic))
		})
	}
}

func TestCommitPutsReadsAndKeepsHistory(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		c := commitOf("k1", putOf("t1", 0, "state", "draft"), putOf("t2", 0, "state", "draft"))
		c.Act.Why = "because"
		r := mustCommit(t, s, c)
		if r.Number != 1 || r.Repeat || len(r.Docs) != 2 || r.Act.Why != "because" || r.Act.By != "p1" || !r.Act.At.Equal(testTime) {
			t.Fatalf("receipt %+v", r)
		}
		mustCommit(t, s, commitOf("k2", putOf("t1", 1, "state", "open")))
		if got := field(t, s, "t1", "state"); got != "open" {
			t.Fatalf("state %v", got)
		}
		if got := field(t, s, "t1", "rev"); got != int64(2) {
			t.Fatalf("rev %v", got)
		}
		if got := field(t, s, "t1", "seq"); got != int64(2) {
			t.Fatalf("seq %v", got)
		}
		if got := field(t, s, "t1", "_id"); got != "m1/t1" {
			t.Fatalf("_id %v", got)
		}
		vs, err := s.History(context.Background(), thing("t1"), 0, 10)
		if err != nil || len(vs) != 2 || vs[0].Rev != 2 || vs[1].Rev != 1 || vs[1].Act.Why != "because" || vs[0].Doc == nil {
			t.Fatalf("history %+v, %v", vs, err)
		}
		mustBeClean(t, s)
	})
}

func TestCommitRefusals(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		mustCommit(t, s, commitOf("a", putOf("t1", 0, "code", "X"), putOf("gone", 0)))
		mustCommit(t, s, Commit{Journal: "m1", Purge: []Key{thing("gone")}})
		unique := Reliance{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", "X")}, Unique: true}
		none := unique
		none.Unique = false
		but := none
		but.Except = "t1"
		for name, tc := range map[string]struct {
			c    Commit
			want error
		}{
			"stale":                   {commitOf("", putOf("t1", 2)), ErrStale},
			"stale, absent":           {commitOf("", putOf("t9", 2)), ErrStale},
			"taken":                   {commitOf("", putOf("t1", 0)), ErrTaken},
			"gone":                    {commitOf("", putOf("gone", 0)), ErrGone},
			"gone, at its revision":   {commitOf("", putOf("gone", 1)), ErrGone},
			"purge of absent":         {Commit{Journal: "m1", Purge: []Key{thing("t9")}}, ErrNotFound},
			"purge of purged":         {Commit{Journal: "m1", Purge: []Key{thing("gone")}}, ErrGone},
			"key with other request":  {Commit{Journal: "m1", Key: "a", Request: []byte("other")}, ErrTaken},
			"relied on a revision":    {Commit{Journal: "m1", Rely: []Reliance{{Key: thing("t1"), Rev: 2}}}, ErrMoved},
			"relied on absence":       {Commit{Journal: "m1", Rely: []Reliance{{Key: thing("t1")}}}, ErrMoved},
			"relied on presence":      {Commit{Journal: "m1", Rely: []Reliance{{Key: thing("gone"), Rev: 1}}}, ErrMoved},
			"relied on none":          {Commit{Journal: "m1", Rely: []Reliance{none}}, ErrMoved},
			"unique":                  {Commit{Journal: "m1", Rely: []Reliance{unique}}, ErrTaken},
			"none but it":             {Commit{Journal: "m1", Rely: []Reliance{but}}, nil},
			"relied on what is so":    {Commit{Journal: "m1", Rely: []Reliance{{Key: thing("t1"), Rev: 1}, {Key: thing("gone")}, {Key: thing("t9")}}}, nil},
			"nothing at all":          {Commit{Journal: "m1"}, nil},
			"reliance without a plan": {Commit{Journal: "m1", Rely: []Reliance{{Shelf: "thing", Filter: D{Eq("state", "x")}}}}, ErrNoPlan},
		} {
			before, _ := s.Head(context.Background(), "m1")
			_, err := s.Commit(context.Background(), tc.c)
			if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
				t.Errorf("%s: %v, want %v", name, err, tc.want)
			}
			if after, _ := s.Head(context.Background(), "m1"); (after != before) != (tc.want == nil) {
				t.Errorf("%s: head went from %d to %d", name, before, after)
			}
		}
		if got := field(t, s, "t1", "rev"); got != int64(1) {
			t.Errorf("t1 is at %v", got)
		}
		mustBeClean(t, s)
	})
}

// TestReliancesAreOfTheirJournal has a document of another journal that the
// filter matches: what was read there is not held to.
func TestReliancesAreOfTheirJournal(t *testing.T) {
	t.Parallel()
	s := openMem(t, newMem(true))
	mustCommit(t, s, Commit{Journal: "m2", Put: []Put{{Key: Key{"thing", "m2", "x"}, Doc: thingDoc("code", "X")}}})
	none := Reliance{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", "X")}}
	mustCommit(t, s, Commit{Journal: "m1", Rely: []Reliance{none}})
	if _, err := s.Commit(context.Background(), Commit{Journal: "m2", Rely: []Reliance{none}}); !errors.Is(err, ErrMoved) {
		t.Error(err)
	}
}

func TestCommitRejectsWhatIsNoCommit(t *testing.T) {
	t.Parallel()
	s := openMem(t, newMem(true))
	big := strings.Repeat("x", maxBytes)
	many := make([]Key, maxDocs+1)
	for name, c := range map[string]Commit{
		"no journal":          {},
		"journal with slash":  {Journal: "a/b"},
		"other journal":       {Journal: "m2", Put: []Put{putOf("a", 0)}},
		"unknown shelf":       {Journal: "m1", Put: []Put{{Key: Key{"x", "m1", "a"}, Doc: thingDoc()}}},
		"no id":               {Journal: "m1", Put: []Put{{Key: Key{"thing", "m1", ""}, Doc: thingDoc()}}},
		"twice":               {Journal: "m1", Put: []Put{putOf("a", 0)}, Purge: []Key{thing("a")}},
		"removal of new":      {Journal: "m1", Put: []Put{{Key: thing("a")}}},
		"no document":         {Journal: "m1", Put: []Put{{Key: thing("a"), Doc: Raw("abc")}}},
		"array in an index":   {Journal: "m1", Put: []Put{putOf("a", 0, "state", []any{"x"})}},
		"foreign reliance":    {Journal: "m1", Rely: []Reliance{{Key: Key{"thing", "m2", "a"}}}},
		"reliance, no shelf":  {Journal: "m1", Rely: []Reliance{{Shelf: "x", Filter: D{}}}},
		"bad counted fields":  {Journal: "m1", Put: []Put{{Key: thing("a"), Doc: thingDoc(), Count: Raw("x")}}},
		"too large":           {Journal: "m1", Put: []Put{putOf("a", 0, "x", big)}},
		"too many":            {Journal: "m1", Purge: many},
		"unsupported filters": {Journal: "m1", Rely: []Reliance{{Shelf: "thing", Filter: D{{Key: "a", Value: D{{Key: "$regex", Value: "x"}}}}}}},
	} {
		if _, err := s.Commit(context.Background(), c); err == nil {
			t.Errorf("%s: committed", name)
		} else if strings.HasPrefix(name, "too") && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if h, _ := s.Head(context.Background(), "m1"); h != 0 {
		t.Errorf("head %d", h)
	}
	mustCommit(t, s, commitOf("ok", putOf("a", 0, "_own", []any{"x", "y"}))) // the multi field may
}

func TestKeyRepeatAnswersFirstReceipt(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		c := commitOf("k", putOf("t1", 0))
		c.Act.Why = "words"
		first := mustCommit(t, s, c)
		mustCommit(t, s, commitOf("k2", putOf("t1", 1)))
		again := mustCommit(t, s, c)
		if !again.Repeat {
			t.Error("not told as a repeat")
		}
		again.Repeat = false
		if !reflect.DeepEqual(first, again) {
			t.Errorf("first %+v\nagain %+v", first, again)
		}
		other := c
		other.Journal, other.Put = "m2", nil
		if r := mustCommit(t, s, other); r.Repeat || r.Number != 1 {
			t.Errorf("the key of another journal: %+v", r)
		}
		mustCommit(t, s, Commit{Journal: "m1", Purge: []Key{thing("t1")}})
		if r := mustCommit(t, s, c); !r.Repeat || r.Number != 1 || r.Act.Why != "" {
			t.Errorf("after the purge: %+v", r)
		}
		mustBeClean(t, s)
	})
}

func TestRemovedComesBackAtItsRevision(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		mustCommit(t, s, commitOf("1", putOf("t1", 0, "state", "a")))
		mustCommit(t, s, commitOf("2", Put{Key: thing("t1"), Rev: 1}))
		if got := field(t, s, "t1", "rev"); got != nil {
			t.Fatalf("removed is at %v", got)
		}
		if _, err := s.Commit(context.Background(), commitOf("3", putOf("t1", 0))); !errors.Is(err, ErrTaken) {
			t.Fatal(err)
		}
		mustCommit(t, s, commitOf("4", putOf("t1", 2, "state", "b")))
		if got := field(t, s, "t1", "rev"); got != int64(3) {
			t.Fatalf("back at %v", got)
		}
		vs, err := s.History(context.Background(), thing("t1"), 0, 10)
		if err != nil || len(vs) != 3 || vs[1].Doc != nil || vs[1].Blank || vs[1].Rev != 2 {
			t.Fatalf("%+v %v", vs, err)
		}
		mustBeClean(t, s)
	})
}

func TestPurgeLeavesMarkerFactsAndNoContent(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		ctx := context.Background()
		mustCommit(t, s, commitOf("1", putOf("t1", 0, "x", "canary-one")))
		mustCommit(t, s, commitOf("2", putOf("t1", 1, "x", "canary-two")))
		p := Commit{Journal: "m1", Purge: []Key{thing("t1")}, Act: Act{Verb: "purge", Why: "asked for"}}
		r := mustCommit(t, s, p)
		if len(r.Docs) != 1 || !r.Docs[0].Blank || r.Docs[0].Rev != 2 {
			t.Fatalf("%+v", r)
		}
		for _, e := range m.st.logs["m1"][:2] {
			if c := e.Contents[0]; len(c.Body)+len(c.Salt) > 0 || len(e.Facts) == 0 {
				t.Errorf("number %d: %+v", e.First, c)
			}
		}
		d, err := m.Doc(ctx, thing("t1"))
		if err != nil || d.Gone != Purged || d.Raw != nil || d.Rev != 2 || d.Seq != 3 {
			t.Errorf("marker %+v %v", d, err)
		}
		vs, err := s.History(ctx, thing("t1"), 0, 10)
		if err != nil || len(vs) != 3 || vs[0].Act.Why != "asked for" {
			t.Fatalf("%+v %v", vs, err)
		}
		for _, v := range vs {
			if !v.Blank || v.Doc != nil {
				t.Errorf("%+v", v)
			}
		}
		mustBeClean(t, s)
	})
}

func TestActsAndChanges(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		ctx := context.Background()
		read := Commit{Journal: "m1", Act: Act{Verb: "open_annex", Why: "inspection"}}
		mustCommit(t, s, read)
		mustCommit(t, s, commitOf("", putOf("t1", 0), Put{Key: Key{"thing.released", "m1", "t1"}, Doc: thingDoc(), Count: thingDoc("n", int64(1))}))
		mustCommit(t, s, commitOf("", putOf("t2", 0), putOf("t3", 0), putOf("t4", 0)))
		mustCommit(t, s, Commit{Journal: "m1", Purge: []Key{thing("t2")}})
		acts, err := s.Acts(ctx, "m1", 0, 10)
		if err != nil || len(acts) != 4 || acts[0].Act.Why != "inspection" || len(acts[0].Docs) != 0 || len(acts[1].Docs) != 2 {
			t.Fatalf("acts %+v %v", acts, err)
		}
		if acts, _ = s.Acts(ctx, "m1", 2, 1); len(acts) != 1 || acts[0].Number != 3 {
			t.Fatalf("acts after 2: %+v", acts)
		}
		vs, err := s.Changes(ctx, "m1", []string{"thing.released"}, 0, 10)
		if err != nil || len(vs) != 1 || vs[0].Number != 2 || vs[0].Doc == nil || vs[0].Count == nil {
			t.Fatalf("released %+v %v", vs, err)
		}
		var got []string
		for after := int64(0); ; {
			vs, err := s.Changes(ctx, "m1", nil, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(vs) == 0 {
				break
			}
			for _, v := range vs {
				got = append(got, fmt.Sprintf("%d %s %s %v", v.Number, v.Key.Shelf, v.Key.ID, v.Blank))
			}
			after = vs[len(vs)-1].Number
		}
		want := []string{"2 thing t1 false", "2 thing.released t1 false", "3 thing t2 true", "3 thing t3 false", "3 thing t4 false", "4 thing t2 true"}
		if !slices.Equal(got, want) {
			t.Errorf("changes %q", got)
		}
	})
}

// hold makes a store whose first insert waits until release is called, so that
// a test decides what gathers in the queue.
func hold(t *testing.T, m *mem) (s *store, release func()) {
	s = openMem(t, m)
	gate, first := make(chan struct{}), sync.Once{}
	m.setFault(func(op string) (error, bool) {
		if op == "insert" {
			first.Do(func() { <-gate })
		}
		return nil, false
	})
	return s, sync.OnceFunc(func() { close(gate) })
}

// gather commits blocker, then cs while it is held, in order, and returns the
// errors of cs.
func gather(t *testing.T, m *mem, cs ...Commit) (s *store, errs []error) {
	s, release := hold(t, m)
	defer release()
	var wg sync.WaitGroup
	errs = make([]error, len(cs))
	wg.Go(func() {
		if _, err := s.Commit(context.Background(), Commit{Journal: "m1"}); err != nil {
			t.Error(err)
		}
	})
	j := s.journal("m1")
	waiting := func(n int) bool {
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.running && len(j.queue) == n
	}
	for i := 0; !waiting(0); i++ {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(5 * time.Millisecond) // the blocker was taken
	for i, c := range cs {
		wg.Go(func() { _, errs[i] = s.Commit(context.Background(), c) })
		for !waiting(i + 1) {
			time.Sleep(time.Millisecond)
		}
	}
	release()
	wg.Wait()
	return s, errs
}

func TestBatchesAreCutWhereMembersMeet(t *testing.T) {
	t.Parallel()
	free := Reliance{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", "X")}, Unique: true}
	withRely := func(c Commit, r ...Reliance) Commit { c.Rely = r; return c }
	for name, tc := range map[string]struct {
		cs   []Commit
		errs []error
		ins  []int64 // commits of each entry after the blocker's
	}{
		"strangers travel together": {[]Commit{commitOf("a", putOf("1", 0)), commitOf("b", putOf("2", 0)), commitOf("c", putOf("3", 0))}, []error{nil, nil, nil}, []int64{3}},
		"same key":                  {[]Commit{commitOf("a", putOf("1", 0)), commitOf("a", putOf("1", 0))}, []error{nil, nil}, []int64{1}},
		"same key, no document":     {[]Commit{commitOf("a"), commitOf("a")}, []error{nil, nil}, []int64{1}},
		"same document":             {[]Commit{commitOf("a", putOf("1", 0)), commitOf("b", putOf("1", 1))}, []error{nil, nil}, []int64{1, 1}},
		"same document, taken":      {[]Commit{commitOf("a", putOf("1", 0)), commitOf("b", putOf("1", 0))}, []error{nil, ErrTaken}, []int64{1}},
		"relies on a document":      {[]Commit{commitOf("a", putOf("1", 0)), withRely(commitOf("b", putOf("2", 0)), Reliance{Key: thing("1")})}, []error{nil, ErrMoved}, []int64{1}},
		"unique value":              {[]Commit{withRely(commitOf("a", putOf("1", 0, "code", "X")), free), withRely(commitOf("b", putOf("2", 0, "code", "X")), free)}, []error{nil, ErrTaken}, []int64{1}},
		"other unique values":       {[]Commit{withRely(commitOf("a", putOf("1", 0, "code", "Y")), free), withRely(commitOf("b", putOf("2", 0, "code", "Z")), free)}, []error{nil, nil}, []int64{2}},
		"order is kept past a waiting one": {[]Commit{commitOf("a", putOf("1", 0)), commitOf("b", putOf("1", 1), putOf("2", 0)), commitOf("c", putOf("2", 1)), commitOf("d", putOf("4", 0))},
			[]error{nil, nil, nil, nil}, []int64{2, 1, 1}},
		"a refused one does not hurt": {[]Commit{commitOf("a", putOf("1", 3)), commitOf("b", putOf("2", 0))}, []error{ErrStale, nil}, []int64{1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachMem(t, func(t *testing.T, m *mem) {
				s, errs := gather(t, m, tc.cs...)
				for i := range errs {
					if !errors.Is(errs[i], tc.errs[i]) || tc.errs[i] == nil && errs[i] != nil {
						t.Errorf("%d: %v, want %v", i, errs[i], tc.errs[i])
					}
				}
				if !slices.Equal(m.inserted[1:], tc.ins) {
					t.Errorf("entries of %v commits, want %v", m.inserted[1:], tc.ins)
				}
				mustBeClean(t, s)
			})
		})
	}
}

func TestBatchIsBounded(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	var cs []Commit
	for i := range maxCommits + 6 {
		cs = append(cs, commitOf("", putOf(fmt.Sprint(i), 0)))
	}
	s, errs := gather(t, m, cs...)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.inserted[1:], []int64{maxCommits, 6}) {
		t.Errorf("entries of %v commits", m.inserted[1:])
	}
	mustBeClean(t, s)
}

func TestCancelledCallerLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	s, release := hold(t, m)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { _, err := s.Commit(ctx, commitOf("a", putOf("1", 0))); done <- err }()
	for len(m.opsNow()) == 0 {
		time.Sleep(time.Millisecond)
	}
	waits, stop := context.WithCancel(context.Background())
	late := make(chan error, 1)
	go func() { _, err := s.Commit(waits, commitOf("b", putOf("2", 0))); late <- err }()
	cancel()
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := <-late; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	release()
	if r := mustCommit(t, s, commitOf("a", putOf("1", 0))); r.Number != 1 || !r.Repeat {
		t.Errorf("what was in flight: %+v", r)
	}
	mustBeClean(t, s)
}

func (m *mem) opsNow() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.ops)
}

func TestCloseDrainsAndThenRefuses(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s, release := hold(t, m)
	got := make(chan error, 1)
	go func() { _, err := s.Commit(context.Background(), commitOf("a", putOf("1", 0))); got <- err }()
	for j := s.journal("m1"); ; time.Sleep(time.Millisecond) {
		j.mu.Lock()
		on := j.running
		j.mu.Unlock()
		if on {
			break
		}
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	time.Sleep(10 * time.Millisecond)
	release()
	if err := <-got; err != nil {
		t.Error(err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if _, err := s.Commit(context.Background(), commitOf("b")); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		mustCommit(t, s, commitOf("a", putOf("t1", 0, "code", "X")))
		none := Reliance{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", "Y")}}
		for name, tc := range map[string]struct {
			rely []Reliance
			want bool
		}{
			"all":  {[]Reliance{{Key: thing("t1"), Rev: 1}, none}, true},
			"one":  {[]Reliance{{Key: thing("t1"), Rev: 2}, none}, false},
			"none": {nil, true},
		} {
			if ok, err := s.Holds(context.Background(), "m1", tc.rely); err != nil || ok != tc.want {
				t.Errorf("%s: %v %v", name, ok, err)
			}
		}
		if _, err := s.Holds(context.Background(), "", nil); err == nil {
			t.Error("no journal: no error")
		}
	})
}

// TestDocumentAsReadMayBePutAgain gives back what Get gave: the store's own
// fields are renewed, everything else stays byte by byte.
func TestDocumentAsReadMayBePutAgain(t *testing.T) {
	t.Parallel()
	s := openMem(t, newMem(true))
	ctx := context.Background()
	mustCommit(t, s, commitOf("1", Put{Key: thing("t1"), Doc: Encode(sample())}))
	first, err := s.Get(ctx, thing("t1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	mustCommit(t, s, commitOf("2", Put{Key: thing("t1"), Rev: 1, Doc: first}))
	second, err := s.Get(ctx, thing("t1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := Decode(first)
	b, _ := Decode(second)
	for i := range a {
		switch a[i].Name {
		case "seq", "rev":
			if b[i].Value != int64(2) {
				t.Errorf("%s is %v", b[i].Name, b[i].Value)
			}
		default:
			if !reflect.DeepEqual(a[i], b[i]) {
				t.Errorf("%v became %v", a[i], b[i])
			}
		}
	}
	if len(a) != len(b) || a[0].Name != "_id" || a[1].Name != "seq" || a[4].Name != "rev" {
		t.Errorf("fields %v", b)
	}
	mustBeClean(t, s)
}

func TestFactsComeBack(t *testing.T) {
	t.Parallel()
	f := &facts{Journal: "m1", First: 7, Acts: []fact{
		{Key: []byte("k"), Request: []byte("r"), Act: Act{By: "b", Account: "a", Role: "o", Verb: "v", Kind: "k", ID: "i", At: testTime, Device: "d", Request: "q"},
			Docs: []docFact{{Key: thing("t1"), Rev: 2, Hash: []byte("h"), Count: thingDoc("n", int64(1))}, {Key: thing("t2"), Rev: 1, Gone: Purged, Hash: []byte("i")}}},
		{Key: []byte("l"), Request: []byte("s"), Act: Act{At: testTime}},
	}}
	raw := f.encode()
	back, err := parseFacts(raw)
	if err != nil || !reflect.DeepEqual(f, back) {
		t.Errorf("%+v\nwant %+v, %v", back, f, err)
	}
	for n := range raw {
		if _, err := parseFacts(raw[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestContentsArePackedAndComeBack(t *testing.T) {
	t.Parallel()
	for _, plain := range [][]byte{{}, []byte("x"), []byte(strings.Repeat("words ", 500)), Encode(sample())} {
		body := pack(plain)
		back, err := unpack(body)
		if err != nil || string(back) != string(plain) {
			t.Errorf("%d bytes came back as %d, %v", len(plain), len(back), err)
		}
		if len(plain) > 1000 && len(body) > len(plain)/2 {
			t.Errorf("%d bytes take %d", len(plain), len(body))
		}
	}
	for _, bad := range [][]byte{nil, {9}, {bodyZstd, 1, 2, 3}} {
		if _, err := unpack(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	why, d, err := splitContent(joinContent("why", thingDoc()))
	if why != "why" || string(d) != string(thingDoc()) || err != nil {
		t.Errorf("%q %v %v", why, d, err)
	}
	if _, _, err := splitContent([]byte{200, 1}); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}
