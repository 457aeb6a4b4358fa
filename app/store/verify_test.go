package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// told makes a store with some history: batches, a removal, a purge, words.
func tellStory(t testing.TB, m *mem) *store {
	s := openMem(t, m)
	for _, c := range story() {
		mustCommit(t, s, c)
	}
	return s
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		harm func(st *memState)
		want Finding // What is a part of the text
	}{
		"facts changed": {func(st *memState) {
			e := &st.logs["m1"][1]
			e.Facts = slices.Clone(e.Facts)
			e.Facts[len(e.Facts)-40] ^= 1
		}, Finding{Journal: "m1", Number: 2, What: "chain"}},
		"hash changed": {func(st *memState) { st.logs["m1"][3].Hash = make([]byte, 32) },
			Finding{Journal: "m1", Number: 4, What: "chain"}},
		"entry deleted": {func(st *memState) { st.logs["m1"] = slices.Delete(st.logs["m1"], 1, 2) },
			Finding{Journal: "m1", Number: 2, What: "missing"}},
		"entries swapped": {func(st *memState) {
			l := st.logs["m1"]
			l[1].Facts, l[2].Facts = l[2].Facts, l[1].Facts
		}, Finding{Journal: "m1", Number: 2, What: "chain"}},
		"tail cut": {func(st *memState) { st.logs["m1"] = st.logs["m1"][:3] },
			Finding{Journal: "m1", Number: 6, What: "tail was cut"}},
		"tail cut, mark lowered": {func(st *memState) { st.logs["m1"], st.marks["m1"] = st.logs["m1"][:3], 3 },
			Finding{Journal: "m1", Number: 5, What: "tail was cut"}},
		"journal gone": {func(st *memState) { delete(st.logs, "m1"); delete(st.marks, "m1") },
			Finding{Journal: "m1", Number: 3, Key: thing("t1"), What: "tail was cut"}},
		"journal gone, but for its mark": {func(st *memState) {
			st.marks["reads"] = 3
		}, Finding{Journal: "reads", Number: 3, What: "tail was cut"}},
		"content changed": {func(st *memState) {
			c := &st.logs["m1"][0].Contents[0]
			c.Body = slices.Clone(c.Body)
			c.Body[len(c.Body)-1] ^= 1
		}, Finding{Journal: "m1", Number: 1, Key: thing("t1"), What: "hash"}},
		"content blanked": {func(st *memState) {
			c := &st.logs["m1"][0].Contents[0]
			c.Body, c.Salt = nil, nil
		}, Finding{Journal: "m1", Number: 1, Key: thing("t1"), What: "nothing purged it"}},
		"content missing": {func(st *memState) { st.logs["m1"][0].Contents = st.logs["m1"][0].Contents[1:] },
			Finding{Journal: "m1", Number: 1, Key: thing("t1"), What: "missing"}},
		"content too many": {func(st *memState) {
			e := &st.logs["m1"][0]
			e.Contents = append(slices.Clone(e.Contents), Content{Key: thing("t9"), Number: 1, Body: []byte{0}})
		}, Finding{Journal: "m1", Number: 1, Key: thing("t9"), What: "do not know"}},
		"purged content is back": {func(st *memState) {
			c := &st.logs["m1"][0].Contents[1]
			f, _ := parseFacts(st.logs["m1"][0].Facts)
			_ = f
			c.Body, c.Salt, c.Blank = []byte{0, 0}, []byte("salt"), false
		}, Finding{Journal: "m1", Number: 1, Key: thing("t2"), What: "hash"}},
		"salt left": {func(st *memState) { st.logs["m1"][0].Contents[1].Salt = []byte("salt") },
			Finding{Journal: "m1", Number: 1, Key: thing("t2"), What: "salt"}},
		"key lost": {func(st *memState) {
			for k, n := range st.keys {
				if n == 2 {
					delete(st.keys, k)
				}
			}
		}, Finding{Journal: "m1", Number: 2, What: "key"}},
		"document changed": {func(st *memState) {
			d := st.docs["thing"]["m1/t1"]
			d.Raw = stamp(thing("t1"), 3, thingDoc("state", "forged"))
			st.docs["thing"]["m1/t1"] = d
		}, Finding{Journal: "m1", Number: 3, Key: thing("t1"), What: "differs"}},
		"revision changed": {func(st *memState) {
			d := st.docs["thing"]["m1/t1"]
			d.Rev = 7
			st.docs["thing"]["m1/t1"] = d
		}, Finding{Journal: "m1", Number: 3, Key: thing("t1"), What: "revision 7"}},
		"document deleted": {func(st *memState) { delete(st.docs["thing"], "m1/t1") },
			Finding{Journal: "m1", Number: 3, Key: thing("t1"), What: "without this version"}},
		"document behind": {func(st *memState) {
			d := st.docs["thing"]["m1/t1"]
			d.Seq, d.Rev = 1, 1
			st.docs["thing"]["m1/t1"] = d
		}, Finding{Journal: "m1", Number: 3, Key: thing("t1"), What: "without this version"}},
		"document of no entry": {func(st *memState) {
			st.docs["thing"]["m1/t9"] = Stored{Key: thing("t9"), Rev: 1, Seq: 2, Raw: stamp(thing("t9"), 2, thingDoc())}
		}, Finding{Journal: "m1", Number: 2, Key: thing("t9"), What: "no entry made"}},
		"marker lifted": {func(st *memState) {
			st.docs["thing"]["m1/t2"] = Stored{Key: thing("t2"), Rev: 2, Seq: 5, Raw: stamp(thing("t2"), 5, thingDoc())}
		}, Finding{Journal: "m1", Number: 5, Key: thing("t2"), What: "revision 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMem(true)
			s := tellStory(t, m)
			mustBeClean(t, s) // the control
			m.mu.Lock()
			st := m.st.clone()
			tc.harm(st)
			m.st = st
			m.mu.Unlock()
			fs := findings(t, s)
			for _, f := range fs {
				if f.Journal == tc.want.Journal && f.Number == tc.want.Number && strings.Contains(f.What, tc.want.What) && (tc.want.Key == Key{} || f.Key == tc.want.Key) {
					return
				}
			}
			t.Errorf("found %+v", fs)
		})
	}
}

// TestVerifyTellsAnEntryOfAnotherHistory takes an entry from a store that has
// the same key and went another way: sound by itself, it is not of this chain.
func TestVerifyTellsAnEntryOfAnotherHistory(t *testing.T) {
	t.Parallel()
	m, other := newMem(true), newMem(true)
	s, o := tellStory(t, m), openMem(t, other)
	mustCommit(t, o, commitOf("x", putOf("t1", 0, "state", "other")))
	mustCommit(t, o, commitOf("s2", putOf("t3", 0), putOf("t2", 0)))
	m.st.logs["m1"][1] = other.st.logs["m1"][1]
	for _, f := range findings(t, s) {
		if f.Number == 2 && strings.Contains(f.What, "chain") {
			return
		}
	}
	t.Errorf("%+v", findings(t, s))
}

func TestVerifyTellsPurgedContentThatIsStillThere(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	mustCommit(t, s, commitOf("1", putOf("t1", 0)))
	kept := m.st.logs["m1"][0].Contents[0]
	mustCommit(t, s, Commit{Journal: "m1", Purge: []Key{thing("t1")}})
	m.st.logs["m1"][0].Contents[0] = kept
	if fs := findings(t, s); len(fs) != 1 || !strings.Contains(fs[0].What, "still there") {
		t.Errorf("%+v", fs)
	}
}

// A purge between the reading of an entry and that of its document is no fault.
func TestVerifyWhileOthersPurge(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	mustCommit(t, s, commitOf("1", putOf("t1", 0)))
	mustCommit(t, s, commitOf("2", putOf("t2", 0)))
	purged := false
	m.once("doc", func() {
		purged = true
		mustCommit(t, s, Commit{Journal: "m1", Purge: []Key{thing("t2")}})
	})
	if fs := findings(t, s); !purged || len(fs) > 0 {
		t.Errorf("purged %v: %+v", purged, fs)
	}
}

func TestVerifyWorstFirstAndBounded(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := openMem(t, m)
	for i := range 3 {
		var puts []Put
		for k := range 500 {
			puts = append(puts, putOf(fmt.Sprint(i, "-", k), 0))
		}
		mustCommit(t, s, commitOf("", puts...))
	}
	m.st.docs = map[string]map[string]Stored{}
	m.st.logs["m1"][0].Hash = []byte("x")
	fs := findings(t, s)
	if len(fs) != mostFindings+1 || !strings.Contains(fs[0].What, "chain") || !strings.Contains(fs[mostFindings].What, "more findings") {
		t.Errorf("%d findings, first %q, last %q", len(fs), fs[0].What, fs[len(fs)-1].What)
	}
}

// TestVerifyFindsEveryEdit makes random edits straight in the store.
func TestVerifyFindsEveryEdit(t *testing.T) {
	t.Parallel()
	m := newMem(true)
	s := tellStory(t, m)
	clean := m.st
	rnd := rand.New(rand.NewPCG(1, 2))
	flip := func(b []byte) []byte {
		b = slices.Clone(b)
		b[rnd.IntN(len(b))] ^= 1 << rnd.IntN(8)
		return b
	}
	for i := range 1000 {
		st := clean.clone()
		l := st.logs["m1"]
		for k := range l {
			l[k].Contents = slices.Clone(l[k].Contents)
		}
		at := rnd.IntN(len(l))
		what := rnd.IntN(5)
		switch c := l[at].Contents; what {
		case 0:
			l[at].Facts = flip(l[at].Facts)
		case 1:
			l[at].Hash = flip(l[at].Hash)
		case 2:
			k := rnd.IntN(len(c))
			if c[k].blanked() {
				continue
			}
			c[k].Body = flip(c[k].Body)
		case 3:
			k := rnd.IntN(len(c))
			if c[k].blanked() {
				continue
			}
			c[k].Salt = flip(c[k].Salt)
		case 4:
			d := st.docs["thing"]["m1/t1"]
			d.Raw = flip(d.Raw)
			st.docs["thing"]["m1/t1"] = d
		}
		m.mu.Lock()
		m.st = st
		m.mu.Unlock()
		if len(findings(t, s)) == 0 {
			t.Errorf("edit %d of kind %d in entry %d was not found", i, what, at)
		}
	}
}

func TestBackupNeedsACopier(t *testing.T) {
	t.Parallel()
	s := openMem(t, newMem(true))
	if err := s.Backup(context.Background(), t.TempDir()+"/x"); err == nil {
		t.Error("a backup of nothing")
	}
}

func BenchmarkVerify(b *testing.B) {
	m := newMem(true)
	s := openMem(b, m)
	doc := thingDoc("state", "open", "text", strings.Repeat("words of a session ", 50))
	var batch []*pending
	for i := range 10000 {
		c := commitOf("", Put{Key: thing(fmt.Sprint(i)), Doc: doc})
		p, err := s.prepare(context.Background(), &c)
		if err != nil {
			b.Fatal(err)
		}
		if batch = append(batch, p); len(batch) == 100 {
			s.journal("m1").commit(batch)
			batch = nil
		}
	}
	for b.Loop() {
		mustBeClean(b, s)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/commit")
}
