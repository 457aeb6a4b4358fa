package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// One step of a random client: what it does to which document, under which key.
type step struct {
	verb, id, other, key int
}

// client runs steps one after the other, as a person would: read, decide,
// commit. What it was told is kept.
type client struct {
	s     *store
	steps []step
	told  map[string]told
	sent  map[string]Commit
}

type told struct {
	n   int64
	err error
}

func (c *client) rev(t *testing.T, id string) int64 {
	d, err := c.s.b.Doc(context.Background(), thing(id))
	if err != nil && !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	return d.Rev
}

func (c *client) run(t *testing.T, who int) {
	for i, st := range c.steps {
		id, other := fmt.Sprint("t", st.id), fmt.Sprint("t", st.other)
		key := fmt.Sprintf("%d-%d", who, i)
		cm := Commit{Journal: "m1", Key: key, Request: []byte(key), Act: Act{Verb: "v", By: key}}
		put := putOf(id, c.rev(t, id), "code", fmt.Sprint("c", st.key), "by", key)
		switch st.verb {
		case 0, 1:
			cm.Put = []Put{put}
		case 2: // a unique value
			cm.Put = []Put{put}
			cm.Rely = []Reliance{{Shelf: "thing", Filter: D{Eq("mission_id", "m1"), Eq("code", fmt.Sprint("c", st.key))}, Except: id, Unique: true}}
		case 3: // two documents, one held to
			cm.Put = []Put{put}
			if other != id {
				cm.Rely = []Reliance{{Key: thing(other), Rev: c.rev(t, other)}}
			}
		case 4:
			cm.Purge = []Key{thing(id)}
		case 5: // taken away
			if put.Rev > 0 {
				put.Doc = nil
			}
			cm.Put = []Put{put}
		}
		c.sent[key] = cm
		for try := range 3 {
			r, err := c.s.Commit(context.Background(), cm)
			c.told[key] = told{r.Number, err}
			if !errors.Is(err, ErrBusy) || try == 2 {
				break
			}
		}
	}
}

// replay holds the journal to its own order: each commit's revisions and
// reliances were so just before it.
func replay(t *testing.T, m *mem, sent map[string]Commit) (docs map[string]Stored, numbers map[string]int64) {
	docs, numbers = map[string]Stored{}, map[string]int64{}
	for _, e := range m.st.logs["m1"] {
		f, err := parseFacts(e.Facts)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range f.Acts {
			n, c := e.First+int64(i), sent[a.Act.By]
			if numbers[a.Act.By] != 0 {
				t.Errorf("%s is committed twice", a.Act.By)
			}
			numbers[a.Act.By] = n
			holdReliances(t, n, docs, c.Rely)
			for _, p := range c.Put {
				old := docs[p.Key.ID]
				if old.Gone == Purged || old.Rev != p.Rev {
					t.Errorf("number %d put %s at %d, it was %+v", n, p.Key.ID, p.Rev, old)
				}
				d := Stored{Rev: p.Rev + 1, Seq: n, Gone: Removed}
				if p.Doc != nil {
					content, _ := normalise(p.Doc, d.Rev)
					d.Gone, d.Raw = Live, stamp(p.Key, n, content)
				}
				docs[p.Key.ID] = d
			}
			for _, k := range c.Purge {
				docs[k.ID] = Stored{Rev: docs[k.ID].Rev, Seq: n, Gone: Purged}
			}
		}
	}
	return docs, numbers
}

func holdReliances(t *testing.T, n int64, docs map[string]Stored, rely []Reliance) {
	for _, r := range rely {
		if r.Filter == nil {
			d := docs[r.Key.ID]
			if (d.Gone != Live && r.Rev != 0) || d.Gone == Live && d.Rev != r.Rev {
				t.Errorf("number %d relied on %s at %d, it was %+v", n, r.Key.ID, r.Rev, d)
			}
			continue
		}
		x, _ := ParseFilter(r.Filter)
		for id, d := range docs {
			if d.Gone == Live && id != r.Except && Match(x, d.Raw) {
				t.Errorf("number %d relied on no match, %s did", n, id)
			}
		}
	}
}

// TestRandomCommitsEqualASequence lets clients of one or two processes commit
// at once, writes fail, and holds the outcome to the journal's order.
func TestRandomCommitsEqualASequence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newMem(rapid.Bool().Draw(rt, "atomic"))
		procs := []*store{openMem(t, m)}
		if !m.atomic && rapid.Bool().Draw(rt, "two") {
			procs = append(procs, openMem(t, m))
		}
		steps := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
			return step{rapid.IntRange(0, 5).Draw(rt, "verb"), rapid.IntRange(0, 4).Draw(rt, "id"),
				rapid.IntRange(0, 4).Draw(rt, "other"), rapid.IntRange(0, 2).Draw(rt, "key")}
		}), 1, 6)
		var clients []*client
		for i := range rapid.IntRange(1, 6).Draw(rt, "clients") {
			clients = append(clients, &client{s: procs[i%len(procs)], steps: steps.Draw(rt, "steps"), told: map[string]told{}, sent: map[string]Commit{}})
		}
		for _, p := range procs {
			p.pause = 20 * time.Microsecond
		}
		every := int64(rapid.IntRange(3, 40).Draw(rt, "fault"))
		lost := rapid.Bool().Draw(rt, "lost")
		var n atomic.Int64
		m.setFault(func(string) (error, bool) {
			if n.Add(1)%every == 0 {
				return errDown, lost
			}
			return nil, false
		})
		var wg sync.WaitGroup
		for i, c := range clients {
			wg.Go(func() { c.run(t, i) })
		}
		wg.Wait()
		m.setFault(nil)
		settle(t, m, procs, clients)
	})
}

func settle(t *testing.T, m *mem, procs []*store, clients []*client) {
	for _, p := range procs {
		if err := p.healAll(context.Background()); err != nil {
			t.Error(err)
		}
	}
	sent := map[string]Commit{}
	for _, c := range clients {
		for k, v := range c.sent {
			sent[k] = v
		}
	}
	docs, numbers := replay(t, m, sent)
	for _, c := range clients {
		for key, o := range c.told {
			switch n := numbers[key]; {
			case o.err == nil && n != o.n:
				t.Errorf("%s was told %d, the journal has it at %d", key, o.n, n)
			case o.err != nil && !errors.Is(o.err, ErrBusy) && n != 0:
				t.Errorf("%s was refused (%v), the journal has it at %d", key, o.err, n)
			}
		}
	}
	for id, want := range docs {
		got, err := m.Doc(context.Background(), thing(id))
		if err != nil || got.Rev != want.Rev || got.Seq != want.Seq || got.Gone != want.Gone || !bytes.Equal(got.Raw, want.Raw) {
			t.Errorf("%s is %+v, the journal says %+v", id, got, want)
		}
	}
	for _, p := range procs {
		mustBeClean(t, p)
		_ = p.Close()
	}
}
