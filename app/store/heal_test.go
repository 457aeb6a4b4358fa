package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// story is a sequence of commits that meets every kind of write: several
// documents, a later revision, a removal and its return, a purge, words.
func story() []Commit {
	why := commitOf("s3", putOf("t1", 1, "state", "open"))
	why.Act.Why = "words"
	return []Commit{
		commitOf("s1", putOf("t1", 0, "state", "draft"), putOf("t2", 0, "x", "canary")),
		commitOf("s2", putOf("t3", 0), putOf("t2", 1, "x", "canary")),
		why,
		commitOf("s4", Put{Key: thing("t3"), Rev: 1}),
		{Journal: "m1", Key: "s5", Purge: []Key{thing("t2")}, Put: []Put{putOf("t3", 2, "state", "back")}},
		{Journal: "m1", Key: "s6", Act: Act{Verb: "look", Why: "noted"}},
	}
}

// writes counts the writes of the story when nothing fails.
func writes(t *testing.T, atomic bool) int {
	m := newMem(atomic)
	s := openMem(t, m)
	for _, c := range story() {
		mustCommit(t, s, c)
	}
	return len(m.opsNow())
}

// mustBeTold checks that the journal tells the story, once and whole.
func mustBeTold(t *testing.T, s *store) {
	t.Helper()
	if h, _ := s.Head(context.Background(), "m1"); h != int64(len(story())) {
		t.Errorf("head %d", h)
	}
	for id, want := range map[string]any{"t1": "open", "t2": nil, "t3": "back"} {
		if got := field(t, s, id, "state"); got != want {
			t.Errorf("%s: state %v", id, got)
		}
	}
	mustBeClean(t, s)
}

// TestAnyOneFailureIsRetried fails each write once, done or not, in the life
// of one process: every commit is acknowledged, each once.
func TestAnyOneFailureIsRetried(t *testing.T) {
	t.Parallel()
	for _, atom := range []bool{true, false} {
		var wg sync.WaitGroup
		for k := range writes(t, atom) {
			for _, lost := range []bool{true, false} {
				wg.Go(func() {
					m := newMem(atom)
					s := openMem(t, m)
					var n atomic.Int64
					m.setFault(func(string) (error, bool) {
						if n.Add(1) == int64(k+1) {
							return errDown, lost
						}
						return nil, false
					})
					for i, c := range story() {
						if r, err := s.Commit(context.Background(), c); err != nil || r.Number != int64(i+1) || r.Repeat {
							t.Errorf("write %d, lost %v: commit %d: %+v %v", k, lost, i, r, err)
						}
					}
					mustBeTold(t, s)
				})
			}
		}
		wg.Wait()
	}
}

// TestDeathAtAnyWriteIsHealed kills the process at each write. The next one
// applies what is missing before it serves; the same keys finish the story.
func TestDeathAtAnyWriteIsHealed(t *testing.T) {
	t.Parallel()
	for _, atom := range []bool{true, false} {
		var wg sync.WaitGroup
		for k := range writes(t, atom) {
			for _, lost := range []bool{true, false} {
				wg.Go(func() { dieAt(t, atom, k, lost) })
			}
		}
		wg.Wait()
	}
}

func dieAt(t *testing.T, atom bool, k int, lost bool) {
	m := newMem(atom)
	s := openMem(t, m)
	var n atomic.Int64
	m.setFault(func(string) (error, bool) {
		if i := n.Add(1); i > int64(k) {
			return errDown, lost && i == int64(k+1)
		}
		return nil, false
	})
	for _, c := range story() {
		if _, err := s.Commit(context.Background(), c); err != nil {
			if !errors.Is(err, ErrBusy) {
				t.Errorf("write %d: told %v, not that it may be repeated", k, err)
			}
			break
		}
	}
	_ = s.Close()
	m.setFault(nil)
	next := openMem(t, m)
	mustBeClean(t, next) // before anybody repeats anything
	for i, c := range story() {
		if r, err := next.Commit(context.Background(), c); err != nil || r.Number != int64(i+1) {
			t.Errorf("write %d, lost %v: repeat of %d: %+v %v", k, lost, i, r, err)
		}
	}
	mustBeTold(t, next)
}

func TestHealWhileRunning(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	a, b := openMem(t, m), openMem(t, m)
	mustCommit(t, a, commitOf("1", putOf("t1", 0)))
	mustCommit(t, b, commitOf("2", putOf("t1", 1))) // both know the journal
	mustCommit(t, a, commitOf("3", putOf("t1", 2)))
	m.setFault(func(op string) (error, bool) {
		if op == "apply" {
			return errDown, false
		}
		return nil, false
	})
	if _, err := a.Commit(context.Background(), commitOf("4", putOf("t1", 3, "state", "healed"))); !errors.Is(err, ErrBusy) {
		t.Fatal(err)
	}
	go a.Close()
	time.Sleep(20 * time.Millisecond)
	m.setFault(nil)
	for end := time.Now().Add(5 * time.Second); field(t, b, "t1", "state") != "healed"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody applied what is in the journal")
		}
	}
	mustBeClean(t, b)
}

func TestHealReadsOnInPieces(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	for i := range 2*readMost + 10 {
		mustCommit(t, s, commitOf(fmt.Sprint(i), putOf(fmt.Sprint(i), 0)))
	}
	m.st.docs, m.st.marks = map[string]map[string]Stored{}, map[string]int64{}
	next := openMem(t, m)
	if n := m.st.marks["m1"]; n != int64(2*readMost+10) {
		t.Errorf("mark %d", n)
	}
	mustBeClean(t, next)
}

func TestBlankWithoutPurgeStopsWritingAndSaysSo(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	mustCommit(t, s, commitOf("1", putOf("t1", 0, "state", "a")))
	c := &m.st.logs["m1"][0].Contents[0]
	c.Body, c.Salt = nil, nil
	m.st.docs, m.st.marks = map[string]map[string]Stored{}, map[string]int64{}
	var told []string
	o, err := Open(context.Background(), Options{Backend: m, Shelves: testShelves(), Key: testKey,
		Damaged: func(j string, err error) { told = append(told, j+": "+err.Error()) }})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if _, err := o.Commit(context.Background(), commitOf("2", putOf("t2", 0))); !errors.Is(err, ErrDamaged) {
		t.Errorf("wrote: %v", err)
	}
	if len(told) != 1 {
		t.Errorf("told %q", told)
	}
	if _, err := o.Commit(context.Background(), Commit{Journal: "m2"}); err != nil {
		t.Errorf("another journal: %v", err)
	}
	if fs := findings(t, o.(*store)); len(fs) == 0 {
		t.Error("verify found nothing")
	}
}

func TestReplayLeavesPurgedVersionsOut(t *testing.T) {
	t.Parallel()
	eachMem(t, func(t *testing.T, m *mem) {
		s := openMem(t, m)
		for _, c := range story() {
			mustCommit(t, s, c)
		}
		if err := s.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		mustBeTold(t, s)
		mustCommit(t, s, commitOf("after", putOf("t1", 2)))
		mustBeClean(t, s)
	})
}

// TestRebuildOfADamagedJournalTouchesNothing: documents that can be read still
// are not thrown away for a journal that cannot give them back.
func TestRebuildOfADamagedJournalTouchesNothing(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(*memState){
		"content": func(st *memState) { st.logs["m1"][1].Contents[0].Salt = []byte{1} },
		"facts":   func(st *memState) { st.logs["m1"][1].Facts = st.logs["m1"][2].Facts },
		"tail":    func(st *memState) { st.logs["m1"] = st.logs["m1"][:2] },
		"mark":    func(st *memState) { st.marks["reads"] = 3 },
	} {
		m := newMem(true)
		s := openMem(t, m)
		for i := range 3 {
			mustCommit(t, s, commitOf(fmt.Sprint(i), putOf(fmt.Sprint("t", i), 0)))
		}
		harm(m.st)
		if err := s.Rebuild(t.Context()); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		for i := range 3 {
			if _, err := s.Get(t.Context(), thing(fmt.Sprint("t", i)), nil); err != nil {
				t.Errorf("%s: t%d: %v", name, i, err)
			}
		}
	}
}

func TestRebuildThatWasCutOffIsFinishedByTheNextStart(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	s := openMem(t, m)
	for _, c := range story() {
		mustCommit(t, s, c)
	}
	var n atomic.Int64
	m.setFault(func(string) (error, bool) {
		if n.Add(1) > 4 {
			return errDown, false
		}
		return nil, false
	})
	if err := s.Rebuild(context.Background()); err == nil {
		t.Fatal("rebuilt over a dead engine")
	}
	_ = s.Close()
	m.setFault(nil)
	mustBeTold(t, openMem(t, m))
}

// TestForeignEntryIsReadOn commits from two processes in turn; each applies
// what the other did before it checks.
func TestForeignEntryIsReadOn(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	a, b := openMem(t, m), openMem(t, m)
	for i := range 20 {
		s := []*store{a, b}[i%2]
		if r := mustCommit(t, s, commitOf("", putOf("t1", int64(i)))); r.Number != int64(i+1) {
			t.Fatalf("number %d", r.Number)
		}
	}
	if _, err := a.Commit(context.Background(), commitOf("", putOf("t1", 19))); !errors.Is(err, ErrStale) {
		t.Error(err)
	}
	mustBeClean(t, b)
}

// TestTakenNumberIsCheckedAgain lets another process commit between check and
// insert: what was fine then is refused now.
func TestTakenNumberIsCheckedAgain(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	a, b := openMem(t, m), openMem(t, m)
	mustCommit(t, a, commitOf("0", putOf("t0", 0)))
	var met atomic.Bool
	m.setFault(func(op string) (error, bool) {
		if op == "insert" && met.CompareAndSwap(false, true) {
			mustCommit(t, b, commitOf("b", putOf("t2", 0, "code", "X")))
		}
		return nil, false
	})
	c := commitOf("a", putOf("t1", 0, "code", "X"))
	c.Rely = []Reliance{{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", "X")}, Unique: true}}
	if _, err := a.Commit(context.Background(), c); !errors.Is(err, ErrTaken) {
		t.Errorf("two documents with one unique value: %v", err)
	}
	if !slices.Equal(m.inserted, []int64{1, 1}) {
		t.Errorf("entries of %v", m.inserted)
	}
	mustBeClean(t, a)
}

// TestUnknownOutcomeWithoutAKeyIsFoundByTheStoresOwn loses the reply to an
// insert whose caller gave no key.
func TestUnknownOutcomeWithoutAKeyIsFoundByTheStoresOwn(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	s := openMem(t, m)
	var met atomic.Bool
	m.setFault(func(op string) (error, bool) {
		if op == "insert" && met.CompareAndSwap(false, true) {
			return errDown, true
		}
		return nil, false
	})
	if r := mustCommit(t, s, commitOf("", putOf("t1", 0))); r.Number != 1 || r.Repeat {
		t.Errorf("%+v", r)
	}
	if h, _ := s.Head(context.Background(), "m1"); h != 1 {
		t.Errorf("head %d", h)
	}
	mustBeClean(t, s)
}

// TestKeyCommittedElsewhereMeanwhile has another process commit the same key
// after this one read on: it is answered, after it is applied, not refused.
func TestKeyCommittedElsewhereMeanwhile(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	a, b := openMem(t, m), openMem(t, m)
	b.pause = time.Microsecond
	m.once("key", func() { // and dies before the documents
		m.setFault(func(op string) (error, bool) { return errDown, op == "insert" })
		if _, err := b.Commit(context.Background(), commitOf("k", putOf("t1", 0, "state", "x"))); !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
		m.setFault(nil)
	})
	if r := mustCommit(t, a, commitOf("k", putOf("t1", 0, "state", "x"))); r.Number != 1 || !r.Repeat {
		t.Errorf("%+v", r)
	}
	if got := field(t, a, "t1", "state"); got != "x" {
		t.Errorf("answered before it can be read: %v", got)
	}
	mustBeClean(t, a)
}

// TestRefusalIsOfTheHead has another process bring the document to the very
// revision that this one would refuse for being ahead.
func TestRefusalIsOfTheHead(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	a, b := openMem(t, m), openMem(t, m)
	mustCommit(t, b, commitOf("1", putOf("t1", 0)))
	mustCommit(t, a, commitOf("2", putOf("t2", 0)))
	m.once("doc", func() { mustCommit(t, b, commitOf("3", putOf("t1", 1))) })
	if r := mustCommit(t, a, commitOf("4", putOf("t1", 2))); r.Number != 4 {
		t.Errorf("%+v", r)
	}
	mustBeClean(t, a)
}

// TestHoldsIsOneSnapshot changes two things at once between the two looks:
// they were never both so.
func TestHoldsIsOneSnapshot(t *testing.T) {
	t.Parallel()
	m := newMem(false)
	a, b := openMem(t, m), openMem(t, m)
	mustCommit(t, a, commitOf("1", putOf("t1", 0), putOf("t2", 0, "code", "X")))
	m.once("scan", func() { mustCommit(t, b, commitOf("2", putOf("t1", 1), putOf("t2", 1))) })
	ok, err := a.Holds(context.Background(), "m1", []Reliance{{Key: thing("t1"), Rev: 1},
		{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", "X")}}})
	if ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
}

// TestHistoryAsksForTheMarkerLast purges after the contents were read.
func TestHistoryAsksForTheMarkerLast(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	mustCommit(t, s, commitOf("1", putOf("t1", 0)))
	m.once("contents", func() { mustCommit(t, s, Commit{Journal: "m1", Purge: []Key{thing("t1")}}) })
	vs, err := s.History(context.Background(), thing("t1"), 0, 5)
	if err != nil || len(vs) != 1 || !vs[0].Blank || vs[0].Doc != nil {
		t.Errorf("%+v %v", vs, err)
	}
}

// TestPoisonedMemberDoesNotHurtTheBatch has an engine refuse one document.
func TestPoisonedMemberDoesNotHurtTheBatch(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	m.poison = "t2"
	s, errs := gather(t, m, commitOf("a", putOf("t1", 0)), commitOf("b", putOf("t2", 0)), commitOf("c", putOf("t3", 0)))
	if errs[0] != nil || !errors.Is(errs[1], ErrBusy) || errs[2] != nil {
		t.Errorf("%v", errs)
	}
	mustBeClean(t, s)
}

// TestRolledBackJournalIsReadFromTheMark takes entries back under a running
// process, as a restored backup does.
func TestRolledBackJournalIsReadFromTheMark(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	mustCommit(t, s, commitOf("1", putOf("t1", 0)))
	m.mu.Lock()
	before := m.st.clone()
	m.mu.Unlock()
	mustCommit(t, s, commitOf("2", putOf("t1", 1)))
	other := newMem(true)
	other.st = before.clone()
	o := openMem(t, other)
	mustCommit(t, o, commitOf("3", putOf("t1", 1, "state", "other")))
	m.mu.Lock()
	m.st = other.st.clone()
	m.mu.Unlock()
	if r := mustCommit(t, s, commitOf("4", putOf("t1", 2))); r.Number != 3 {
		t.Errorf("number %d", r.Number)
	}
	mustBeClean(t, s)
	other.st = before.clone()
	again := openMem(t, other)
	for i := range 4 { // longer than what s knows
		mustCommit(t, again, commitOf("", putOf("t1", int64(i+1))))
	}
	m.mu.Lock()
	m.st = other.st.clone()
	m.mu.Unlock()
	if r := mustCommit(t, s, commitOf("6", putOf("t1", 5))); r.Number != 6 {
		t.Errorf("number %d", r.Number)
	}
	mustBeClean(t, s)
	m.mu.Lock()
	m.st = before.clone()
	m.mu.Unlock()
	if r := mustCommit(t, s, commitOf("5", putOf("t2", 0))); r.Number != 2 {
		t.Errorf("number %d", r.Number)
	}
	mustBeClean(t, s)
}
