package crash_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// lab kills the program again and again while writers write to it.
type lab struct {
	t       *testing.T
	bin     string
	f       folder
	rng     *rand.Rand
	writers []*writer
	seeded  map[string]bool // records that were there before
	tally
	slowest time.Duration // from a start until it was ready
}

// writersAtOnce is how many write at the same time.
const writersAtOnce = 16

// setting is a number from the environment.
func setting(t *testing.T, name string, def uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return def
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func newLab(t *testing.T, bin string) *lab {
	t.Helper()
	seed := setting(t, "COLOCATE_CRASH_SEED", rand.Uint64())
	t.Logf("the operations follow from COLOCATE_CRASH_SEED=%d", seed)
	l := &lab{t: t, bin: bin, f: fresh(t), rng: rand.New(rand.NewPCG(seed, 0)), seeded: map[string]bool{}}
	for i := range writersAtOnce {
		l.writers = append(l.writers, &writer{n: i, rng: rand.New(rand.NewPCG(seed, uint64(i)+1))})
	}
	return l
}

// start starts the program and takes the writers to it.
func (l *lab) start() *service {
	l.t.Helper()
	s := serve(l.t, l.bin, l.f.dir)
	l.slowest = max(l.slowest, s.took)
	for i, w := range l.writers {
		w.client = newClient(s.url, l.f.bearers[i%len(l.f.bearers)])
	}
	return s
}

// listed are the lists that hold everything: what is voided stands aside.
var listed = []string{"sessions", "sessions?state=voided", "actions"}

// note remembers what is there before anybody writes.
func (l *lab) note() {
	l.t.Helper()
	for _, bearer := range l.f.bearers {
		for _, path := range listed {
			if err := newClient(l.writers[0].client.url, bearer).all(path, func(v view) { l.seeded[v.ID] = true }); err != nil {
				l.t.Fatal(err)
			}
		}
	}
}

// each runs fn for all writers at the same time.
func (l *lab) each(fn func(*writer)) {
	var wait sync.WaitGroup
	for _, w := range l.writers {
		wait.Go(func() { fn(w) })
	}
	wait.Wait()
}

// cycle starts the program, lets the writers write, and kills it.
func (l *lab) cycle() {
	l.t.Helper()
	s := l.start()
	if len(l.seeded) == 0 {
		l.note()
	}
	life := 50*time.Millisecond + time.Duration(l.rng.Int64N(int64(500*time.Millisecond)))
	time.AfterFunc(life, func() { _ = s.cmd.Process.Kill() })
	l.each((*writer).work)
	s.kill()
}

// settle starts the program once more, lets every writer come to its end, and
// gathers what they counted.
func (l *lab) settle() *service {
	l.t.Helper()
	s := l.start()
	l.each(func(w *writer) {
		if w.open != nil && !w.resolve() {
			w.fault("%s: no answer at the end", w.open.what)
		}
	})
	for _, w := range l.writers {
		l.add(w.tally)
	}
	return s
}

// verdict is what became of the acknowledged writes.
type verdict struct {
	mu            sync.Mutex
	lost, doubled []string
	records       int
}

func (v *verdict) say(list *[]string, format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	*list = append(*list, fmt.Sprintf(format, args...))
}

// judge reads everything back.
func (l *lab) judge() *verdict {
	l.t.Helper()
	v := &verdict{}
	l.each(func(w *writer) {
		for _, x := range w.items {
			if err := w.readBack(v, x); err != nil {
				v.say(&v.lost, "%s: %v", x.path, err)
			}
		}
		v.mu.Lock()
		v.records += len(w.items)
		v.mu.Unlock()
	})
	l.count(v)
	return v
}

// repeats bounds how many of a writer's operations are sent once more.
const repeats = 150

// repeat sends acknowledged operations again, some of each kind: they answer as
// the first time.
func (w *writer) repeat(v *verdict) {
	for _, at := range w.rng.Perm(len(w.done))[:min(repeats, len(w.done))] {
		o := w.done[at]
		if o.key == "" && o.method == http.MethodPut {
			continue
		}
		a, err := w.client.send(o.request)
		if err != nil || a.etag != o.first.etag || a.status != o.first.status || canonical(a.body) != canonical(o.first.body) {
			v.say(&v.lost, "%s, sent again: %d %s %v, at first: %s", o.what, a.status, a.body, err, o.first.body)
		}
	}
}

// readBack holds a record and its history to what was acknowledged.
func (w *writer) readBack(v *verdict, x *item) error {
	a, err := w.client.get(x.path)
	if err != nil {
		return err
	}
	now, err := parse[view](a.body)
	if a.status != http.StatusOK || err != nil || !x.lost && now.shape() != x.shape {
		v.say(&v.lost, "%s is %d %s, not %+v", x.path, a.status, a.body, x.shape)
	}
	past, err := w.past(x)
	if err != nil {
		return err
	}
	for i, made := range x.versions {
		if i >= len(past) {
			v.say(&v.lost, "%s has %d versions, %d were acknowledged", x.path, len(past), len(x.versions))
			break
		}
		if made.op != nil && past[i] != made.body {
			v.say(&v.lost, "%s: version %d is not that of %s", x.path, i+1, made.op.what)
		}
	}
	if len(past) > len(x.versions) {
		v.say(&v.doubled, "%s has %d versions, %d were acknowledged", x.path, len(past), len(x.versions))
	}
	return nil
}

// past are the versions of a record, the oldest first.
func (w *writer) past(x *item) ([]string, error) {
	a, err := w.client.get(x.path + "/history?limit=200")
	if err != nil || a.status != http.StatusOK {
		return nil, fmt.Errorf("its history: %d %s: %w", a.status, a.body, err)
	}
	page, err := parse[struct {
		Items []struct{ Record json.RawMessage }
	}](a.body)
	var all []string
	for _, v := range slices.Backward(page.Items) {
		all = append(all, canonical(v.Record))
	}
	return all, err
}

// count holds the lists to the acknowledged records: each once, and no other;
// no number was given twice.
func (l *lab) count(v *verdict) {
	l.t.Helper()
	for i, bearer := range l.f.bearers {
		known := map[string]int{}
		for _, w := range l.writers {
			for _, x := range w.items {
				known[x.id()] = 0
			}
		}
		numbers := map[string]string{}
		for _, path := range listed {
			err := newClient(l.writers[0].client.url, bearer).all(path, func(r view) {
				if _, ok := known[r.ID]; !ok && !l.seeded[r.ID] {
					v.say(&v.doubled, "%s/%s: nobody's", path, r.ID)
				}
				if known[r.ID]++; known[r.ID] == 2 {
					v.say(&v.doubled, "%s/%s is listed twice", path, r.ID)
				}
				if r.RefNo != "" && numbers[r.RefNo] != "" {
					v.say(&v.doubled, "number %s: %s and %s", r.RefNo, r.ID, numbers[r.RefNo])
				}
				numbers[r.RefNo] = r.ID
			})
			if err != nil {
				l.t.Fatal(err)
			}
		}
		for n := i; n < len(l.writers); n += len(l.f.bearers) {
			for _, x := range l.writers[n].items {
				if known[x.id()] == 0 {
					v.say(&v.lost, "%s is not listed", x.path)
				}
			}
		}
	}
}

// TestKills: nothing acknowledged is lost, nothing is done twice, and what was
// not answered is whole or absent (trust.md D1, D12).
func TestKills(t *testing.T) {
	t.Parallel()
	start := time.Now()
	l := newLab(t, program(t, sound))
	kills := int(setting(t, "COLOCATE_CRASH_KILLS", 5))
	for range kills {
		l.cycle()
	}
	s := l.settle()
	again := &verdict{}
	l.each(func(w *writer) { w.repeat(again) })
	v := l.judge()
	s.stop()
	verified(t, l.f.dir)
	whole(t, l.f.dir)
	t.Logf("%d kills, %d acknowledged on %d records, %d lost, %d doubled; %d unanswered: %d whole, %d absent; %d busy; ready after %v at most; %v",
		kills, l.acknowledged, v.records, len(v.lost), len(v.doubled), l.unanswered, l.whole, l.absent, l.busy,
		l.slowest.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
	for _, list := range [][]string{l.faults, v.lost, v.doubled, again.lost} {
		for _, what := range list[:min(len(list), 20)] {
			t.Error(what)
		}
	}
	if l.acknowledged < kills || kills >= 5 && l.unanswered == 0 {
		t.Errorf("too little was written: %+v", l.tally)
	}
}

// TestKillsControl: the same harness reports losses of a program that answers
// before a commit is durable, killed by the same hand.
func TestKillsControl(t *testing.T) {
	t.Parallel()
	bin := program(t, careless)
	for range 3 { // a kill may meet a moment in which nothing is under way
		l := newLab(t, bin)
		for range 3 {
			l.cycle()
		}
		s := l.settle()
		v := l.judge()
		s.stop()
		t.Logf("the control: %d acknowledged, %d findings of loss", l.acknowledged, len(v.lost))
		if len(v.lost) > 0 {
			return
		}
	}
	t.Error("a program that answers too soon lost nothing: the harness is blind")
}

// TestReleasedProgram: the program that is released is not the control.
func TestReleasedProgram(t *testing.T) {
	t.Parallel()
	notice := []byte("it acknowledges writes before they are durable")
	for made, want := range map[*func() (string, error)]bool{&sound: false, &careless: true} {
		bin, err := os.ReadFile(program(t, *made))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bin, notice) != want {
			t.Errorf("the notice of the control is in the program: %v, want %v", !want, want)
		}
	}
}
