package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/google/uuid"

	"colocate/app/authz"
	"colocate/app/server"
	"colocate/domain/kind"
)

// options say what is measured.
type options struct {
	sizes   []int
	conns   []int
	time    time.Duration // for each side of each measurement
	rounds  int           // stretches that this time is cut into, ours and bare in turn
	only    *regexp.Regexp
	dir     string // where data folders are made, and found again
	program string // colocate, built
	bare    []string
	profile string // folder for CPU profiles; then this program serves itself
	say     func(format string, args ...any)
}

// result is one measurement.
type result struct {
	size, conns int
	name        string
	rows        int // records in an answer, 0 for writes; for pages the calls behind one
	ours, bare  sample
	floor       sample // empty for writes
	weight      weight // of pages
}

// wall is how many times as long as one of o a call of ours takes, with as many
// connections; cpu how many times as much processor the server takes.
func (r *result) wall(o *sample) float64 { return ratio(o.perSecond(), r.ours.perSecond()) }
func (r *result) cpu(o *sample) float64 {
	return ratio(float64(r.ours.each(r.ours.cpu)), float64(o.each(o.cpu)))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// facts are what was found out about a data folder as a whole.
type facts struct {
	size  int
	bytes int64 // of the database
	seed  cost
	ready []time.Duration // of several starts
	peak  int64           // bytes of memory, under load
}

// figures are the outcome of a run.
type figures struct {
	busy      string // load averages when the run began, "" if unknown
	results   []result
	pages     []result // ours is a page, bare all calls of the API behind it, floor the main one of them
	signIn    weight   // of the first page that somebody sees
	shared    shared
	facts     []facts
	authorise rights
}

// run measures everything that o asks for.
func run(ctx context.Context, o options) (*figures, error) {
	f := &figures{busy: loadAverage()}
	var err error
	if f.authorise, err = authorise(); err != nil {
		return nil, err
	}
	for _, n := range o.sizes {
		o.say("%d sessions: making the data folder\n", n)
		d, err := prepare(ctx, o.program, o.dir, n)
		if err != nil {
			return nil, err
		}
		if err := f.folder(ctx, o, d); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// starts is how often the server is started to see when it is ready.
const starts = 3

// folder measures one data folder.
func (f *figures) folder(ctx context.Context, o options, d *folder) error {
	x := facts{size: d.n, bytes: d.size, seed: d.seed}
	for range starts - 1 {
		p, took, err := startOurs(ctx, o, d)
		if err != nil {
			return err
		}
		x.ready = append(x.ready, took)
		if err := p.stop(); err != nil {
			return err
		}
	}
	ours, took, err := startOurs(ctx, o, d)
	if err != nil {
		return err
	}
	x.ready = append(x.ready, took)
	bare, err := startBare(ctx, o, d)
	if err != nil {
		return errors.Join(err, ours.stop())
	}
	err = f.work(ctx, o, d, newSide(ours), newSide(bare))
	x.peak = usageOf(ours.pid()).peak
	f.facts = append(f.facts, x)
	return errors.Join(err, ours.stop(), bare.stop())
}

// startOurs starts the service and answers how long it took until it was ready.
func startOurs(ctx context.Context, o options, d *folder) (*process, time.Duration, error) {
	args := []string{"serve", "--addr", "127.0.0.1:0", "--rate", "0", "--data", d.dir}
	name, env := o.program, []string(nil)
	if o.profile != "" {
		name, env = o.bare[0], []string{childServe + "=" + d.dir, childProfile + "=" + filepath.Join(o.profile, fmt.Sprintf("%d-%s.pprof", d.n, uuid.NewString()))}
		args = o.bare[1:]
	}
	start := time.Now()
	p, err := startServer(ctx, d.dir+".log", env, name, args...)
	if err != nil {
		return nil, 0, err
	}
	for {
		res, err := http.Get("http://" + p.addr + "/readyz")
		if err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK {
			return p, time.Since(start), nil
		}
		if time.Since(start) > time.Minute {
			return nil, 0, errors.Join(errors.New("the server is not ready after a minute"), err, p.stop())
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func startBare(ctx context.Context, o options, d *folder) (*process, error) {
	file, err := d.write(o.dir)
	if err != nil {
		return nil, err
	}
	return startServer(ctx, file+".log", []string{childBare + "=" + file}, o.bare[0], o.bare[1:]...)
}

// work measures the pages of a folder and then, since some of it writes, the
// workloads, with each number of connections.
func (f *figures) work(ctx context.Context, o options, d *folder, ours, bare *side) error {
	if err := f.workPages(ctx, o, d, ours); err != nil {
		return err
	}
	all := d.workloads()
	for _, conns := range o.conns {
		for _, w := range all {
			if !o.wants(w.name) {
				continue
			}
			r := result{size: d.n, conns: conns, name: w.name}
			var err error
			if r.rows, err = w.compare(ours, bare); err != nil {
				return err
			}
			if err := r.measure(ctx, o, w, ours, bare); err != nil {
				return err
			}
			f.results = append(f.results, r)
			o.say("%s\n", r.line())
		}
	}
	return nil
}

// wants reports whether the workload called so is to be measured.
func (o options) wants(name string) bool { return o.only == nil || o.only.MatchString(name) }

// workPages weighs the pages, and measures them beside the API.
func (f *figures) workPages(ctx context.Context, o options, d *folder, ours *side) error {
	sc := newScale(ours)
	for _, p := range pages {
		if !o.wants(p.name) {
			continue
		}
		w, err := d.workload(ours, p)
		if err != nil {
			return err
		}
		first, _ := w.ours.next()
		behind, _ := w.bare.next()
		weighed, err := sc.page(d.browser(p.who), first.path)
		if err != nil {
			return err
		}
		for _, conns := range o.conns {
			r := result{size: d.n, conns: conns, name: p.name, rows: 1 + len(behind.then), weight: weighed}
			if err := r.measure(ctx, o, w, ours, ours); err != nil {
				return err
			}
			f.pages = append(f.pages, r)
			o.say("%s\n", r.line())
		}
	}
	if len(f.pages) == 0 {
		return nil
	}
	var err error
	f.signIn, err = sc.page(caller{}, "/sign-in")
	f.shared = sc.shared()
	return err
}

// measure runs w here and there in turn, so that what else the machine does
// meets both.
func (r *result) measure(ctx context.Context, o options, w *workload, ours, bare *side) error {
	type turn struct {
		side *side
		load *load
		out  *sample
	}
	sides := []turn{{ours, w.ours, &r.ours}, {bare, w.bare, &r.bare}}
	if w.floor != nil {
		sides = append(sides, turn{bare, w.floor, &r.floor})
	}
	slice := o.time / time.Duration(o.rounds)
	for i := range o.rounds + 1 {
		for _, s := range sides {
			if i == 0 && w.ours.most != nil {
				continue // what is used up is not spent on warmth
			}
			got, err := s.side.run(ctx, s.load, r.conns, slice, o.rounds-i+1)
			if err != nil {
				return fmt.Errorf("%s, %d sessions, %d connections: %w", w.name, r.size, r.conns, err)
			}
			if i > 0 {
				s.out.add(got)
			}
		}
		slices.Reverse(sides)
	}
	return nil
}

// rights is what one question of rights takes.
type rights struct {
	each   time.Duration
	allocs uint64
}

// authorise asks whether somebody with two roles may read sessions, many times,
// and takes the best of some turns: what disturbed the others is not the question's.
func authorise() (best rights, err error) {
	reg, err := server.Registry()
	if err != nil {
		return best, err
	}
	policy, err := server.Rights(reg)
	if err != nil {
		return best, err
	}
	a := &kind.Actor{Grants: []kind.Grant{{Role: kind.Adviser}, {Role: kind.TeamLeader}}}
	perm := authz.Permission{Object: "session", Action: "read"}
	const turns, questions = 10, 50_000
	for i := range turns {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		for range questions {
			if !policy.Authorize(a, perm).Any {
				return best, errors.New("an adviser may read no session")
			}
		}
		each := time.Since(start) / questions
		runtime.ReadMemStats(&after)
		if i == 0 || each < best.each {
			best = rights{each, (after.Mallocs - before.Mallocs) / questions}
		}
	}
	return best, nil
}

// build makes the program from the module that the working folder lies in.
func build(ctx context.Context, dir string) (string, error) {
	to, err := filepath.Abs(filepath.Join(dir, "colocate"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	_, _, err = runProgram(ctx, "go", "build", "-o", to, "colocate/cmd/colocate")
	return to, err
}
