package storetest

import (
	"errors"
	"fmt"
	"slices"

	"colocate/app/store"

	"pgregory.net/rapid"
)

// run is a set of random commits, all sent at once to one journal, and what
// came of them.
type run struct {
	*suite
	journal string
	commits []store.Commit
	answers []store.Receipt
	errs    []error
}

func newRun(s *suite, rt *rapid.T, journal string) *run {
	r := &run{suite: s, journal: journal}
	n := rapid.IntRange(2, 40).Draw(rt, "commits")
	for i := range n {
		r.commits = append(r.commits, r.draw(rt, i))
	}
	r.answers, r.errs = make([]store.Receipt, n), make([]error, n)
	return r
}

func (r *run) key(rt *rapid.T) store.Key {
	return store.Key{Shelf: "thing", Journal: r.journal, ID: rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(rt, "id")}
}

// draw makes a commit over few documents and few keys, so that they meet.
func (r *run) draw(rt *rapid.T, i int) store.Commit {
	c := store.Commit{Journal: r.journal, Act: store.Act{Verb: fmt.Sprint(i)}}
	if rapid.IntRange(0, 3).Draw(rt, "keyed") == 0 {
		c.Key = rapid.SampledFrom([]string{"k1", "k2", "k3"}).Draw(rt, "key")
		c.Request = []byte(rapid.SampledFrom([]string{"x", "x", "y"}).Draw(rt, "request"))
	}
	seen := map[store.Key]bool{}
	for range rapid.IntRange(1, 2).Draw(rt, "puts") {
		k := r.key(rt)
		if seen[k] {
			continue
		}
		seen[k] = true
		p := store.Put{Key: k, Rev: int64(rapid.IntRange(0, 3).Draw(rt, "rev"))}
		if p.Rev == 0 || rapid.IntRange(0, 5).Draw(rt, "out") > 0 {
			p.Doc = doc("mission_id", r.journal, "v", rapid.SampledFrom([]string{"p", "q", "r"}).Draw(rt, "v"), "by", int64(i))
		}
		c.Put = append(c.Put, p)
	}
	if k := r.key(rt); !seen[k] && rapid.IntRange(0, 19).Draw(rt, "purge") == 0 {
		c.Purge = append(c.Purge, k)
	}
	switch rapid.IntRange(0, 3).Draw(rt, "rely") {
	case 0:
		c.Rely = append(c.Rely, store.Reliance{Key: r.key(rt), Rev: int64(rapid.IntRange(0, 2).Draw(rt, "relyrev"))})
	case 1:
		v := rapid.SampledFrom([]string{"p", "q", "r"}).Draw(rt, "relyv")
		c.Rely = append(c.Rely, store.Reliance{Shelf: "thing", Filter: store.D{store.Eq("mission_id", r.journal), store.Eq("v", v)},
			Except: r.key(rt).ID, Unique: rapid.Bool().Draw(rt, "unique")})
	}
	return c
}

// check sends all commits at once and then replays the journal one by one.
func (r *run) check(rt *rapid.T) {
	r.race(len(r.commits), func(i int) error {
		r.answers[i], r.errs[i] = r.Commit(r.Context(), r.commits[i])
		return r.errs[i]
	}, store.ErrStale, store.ErrTaken, store.ErrGone, store.ErrMoved, store.ErrNotFound)
	acts, err := r.Acts(r.Context(), r.journal, 0, 1000)
	if err != nil {
		rt.Fatal(err)
	}
	m := &model{docs: map[store.Key]*state{}, keys: map[string]int64{}, by: map[int64]int{}}
	for i, a := range acts {
		if a.Number != int64(i+1) {
			rt.Fatalf("number %d in place %d", a.Number, i)
		}
		var which int
		if _, err := fmt.Sscan(a.Act.Verb, &which); err != nil {
			rt.Fatal(err)
		}
		m.by[a.Number] = which
		if why := m.apply(&r.commits[which], a.Number); why != "" {
			rt.Fatalf("number %d, commit %d: %s", a.Number, which, why)
		}
	}
	r.acknowledged(rt, acts, m)
	r.stored(rt, m)
}

// acknowledged holds the answers to the journal: what was answered is there,
// once, and what was refused is not.
func (r *run) acknowledged(rt *rapid.T, acts []store.Receipt, m *model) {
	made := map[string]int64{}
	for _, a := range acts {
		made[a.Act.Verb] = a.Number
	}
	for i, c := range r.commits {
		n, there := made[fmt.Sprint(i)]
		a := r.answers[i]
		switch {
		case r.errs[i] != nil && there:
			rt.Fatalf("commit %d was refused (%v) and is number %d", i, r.errs[i], n)
		case r.errs[i] != nil:
		case a.Repeat && (there || m.keys[c.Key] != a.Number || string(r.commits[m.by[a.Number]].Request) != string(c.Request)):
			rt.Fatalf("commit %d was answered as a repeat of %d, its key made %d", i, a.Number, m.keys[c.Key])
		case !a.Repeat && n != a.Number:
			rt.Fatalf("commit %d was answered %d and is %d", i, a.Number, n)
		}
	}
}

// stored holds the stored documents, and the journal's contents, to the model.
func (r *run) stored(rt *rapid.T, m *model) {
	for k, want := range m.docs {
		d, err := r.Get(r.Context(), k, nil)
		if want.raw == nil {
			if !errors.Is(err, store.ErrNotFound) {
				rt.Fatalf("%v is there: %v %v", k, d, err)
			}
			continue
		}
		if err != nil || d.Lookup("rev").AsInt64() != want.rev || d.Lookup("by").AsInt64() != want.raw.Lookup("by").AsInt64() {
			rt.Fatalf("%v: %v %v, want revision %d of %v", k, d, err, want.rev, want.raw)
		}
		vs, err := r.History(r.Context(), k, 0, 1)
		if err != nil || len(vs) != 1 || string(vs[0].Doc) != string(d) {
			rt.Fatalf("%v: the journal's last content is %v %v, stored %v", k, vs, err, d)
		}
	}
}

// model is a store of one journal, one commit at a time.
type model struct {
	docs map[store.Key]*state
	keys map[string]int64 // key -> number
	by   map[int64]int    // number -> commit
}

type state struct {
	rev    int64
	raw    store.Raw
	purged bool
}

func (m *model) at(k store.Key) *state {
	if m.docs[k] == nil {
		m.docs[k] = &state{}
	}
	return m.docs[k]
}

// apply holds a commit to its own terms at this point and makes it; it answers
// what was not so.
func (m *model) apply(c *store.Commit, number int64) string {
	if c.Key != "" && m.keys[c.Key] > 0 {
		return "the key was used before"
	}
	for _, p := range c.Put {
		if d := m.at(p.Key); d.purged || d.rev != p.Rev {
			return fmt.Sprintf("%v was at revision %d, put at %d", p.Key, d.rev, p.Rev)
		}
	}
	for _, k := range c.Purge {
		if d := m.at(k); d.purged || d.rev == 0 {
			return fmt.Sprintf("%v could not be purged", k)
		}
	}
	for _, r := range c.Rely {
		if !m.holds(r) {
			return fmt.Sprintf("%+v did not hold", r)
		}
	}
	for _, p := range c.Put {
		*m.at(p.Key) = state{rev: p.Rev + 1, raw: p.Doc}
	}
	for _, k := range c.Purge {
		*m.at(k) = state{rev: m.at(k).rev, purged: true}
	}
	if c.Key != "" {
		m.keys[c.Key] = number
	}
	return ""
}

func (m *model) holds(r store.Reliance) bool {
	if r.Filter == nil {
		d := m.at(r.Key)
		return d.raw == nil && r.Rev == 0 || d.raw != nil && d.rev == r.Rev
	}
	x, err := store.ParseFilter(r.Filter)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(m.list(), func(k store.Key) bool {
		return k.ID != r.Except && store.Match(x, m.docs[k].raw)
	})
}

// list are the documents that are there.
func (m *model) list() (out []store.Key) {
	for k, d := range m.docs {
		if d.raw != nil {
			out = append(out, k)
		}
	}
	return out
}
