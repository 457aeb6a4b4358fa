package main

import (
	"fmt"
	"strings"
	"time"
)

// bar is what was promised, and what came of it.
type bar struct {
	what, want, got string
	ok, measured    bool
}

// Sizes that the bars speak of.
const (
	large = 1_000_000
	small = 10_000
)

// bars writes which promises were kept. What a run did not measure is said to
// be so, never to be kept.
func bars(b *strings.Builder, all []bar) {
	b.WriteString("| promise | bar | measured | kept |\n|---|---|---|---|\n")
	for _, x := range all {
		got, kept := x.got, map[bool]string{true: "yes", false: "**no**"}[x.ok]
		if !x.measured {
			got, kept = "not in this run", "–"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", x.what, x.want, got, kept)
	}
}

// find is one measurement, or nil.
func (f *figures) find(size, conns int, name string) *result {
	for i := range f.results {
		if r := &f.results[i]; r.size == size && r.conns == conns && r.name == name {
			return r
		}
	}
	return nil
}

func (f *figures) latencies() []bar {
	under := func(what string, r *result, q float64, most time.Duration) bar {
		x := bar{what: what, want: "< " + short(most), measured: r != nil}
		if r != nil {
			x.got, x.ok = short(r.ours.quantile(q)), r.ours.quantile(q) < most
		}
		return x
	}
	all := []bar{under("read one of 1 million, 16 connections, p95", f.find(large, 16, "read"), .95, 5*time.Millisecond)}
	for _, l := range lists {
		all = append(all, under(l.name+", 50 of 1 million, 16 connections, p95", f.find(large, 16, l.name), .95, 25*time.Millisecond))
	}
	all = append(all, under("create, 1 connection, p50, smallest size", f.smallest(1, "create"), .5, 5*time.Millisecond))
	r := f.smallest(16, "create")
	x := bar{what: "creates, 16 connections, smallest size", want: ">= 1000/s", measured: r != nil}
	if r != nil {
		x.got, x.ok = fmt.Sprintf("%.0f/s", r.ours.perSecond()), r.ours.perSecond() >= 1000
	}
	return append(all, x)
}

func (f *figures) smallest(conns int, name string) *result {
	return f.base(&result{conns: conns, name: name})
}

// ratios judges the worst measurement of each bar.
func (f *figures) ratios() []bar {
	const mostBare, mostGrowth = 1.5, 1.3
	slow := bar{what: "reads and lists against the bare handler, the worse of time and CPU", want: "<= 1.5", ok: true}
	grown := bar{what: "growth of reads and lists from 10 thousand to 1 million", want: "<= 1.3", ok: true}
	var worst, most float64
	for i := range f.results {
		r := &f.results[i]
		if r.rows == 0 {
			continue // a write
		}
		if x := max(r.wall(&r.bare), r.cpu(&r.bare)); x > worst {
			worst, slow.measured, slow.ok = x, true, x <= mostBare
			slow.got = fmt.Sprintf("%.2f (%s, %d connections, %d sessions)", x, r.name, r.conns, r.size)
		}
		base := f.find(small, r.conns, r.name)
		if r.size != large || base == nil {
			continue
		}
		if x := r.growth(base); x > most {
			most, grown.measured, grown.ok = x, true, x <= mostGrowth
			grown.got = fmt.Sprintf("%.2f (%s, %d connections)", x, r.name, r.conns)
		}
	}
	return []bar{slow, grown}
}

// wholes judges what concerns a data folder, a process or the policy.
func (f *figures) wholes() []bar {
	var x facts
	for _, y := range f.facts {
		if y.size == large {
			x = y
		}
	}
	seeded := x.seed.took > 0
	ready := median(x.ready)
	return []bar{
		{"seeding 1 million, time", "< 8 min", short(x.seed.took), x.seed.took < 8*time.Minute, seeded},
		{"seeding 1 million, memory", "< 500 MB", megabytes(x.seed.peak), x.seed.peak < 500e6, seeded && x.seed.peak > 0},
		{"database of 1 million", "< 6 GB", megabytes(x.bytes), x.bytes < 6e9, x.size != 0},
		{"ready with 1 million", "< 500 ms", short(ready), ready < 500*time.Millisecond, x.size != 0},
		{"memory while serving 1 million", "< 150 MB", megabytes(x.peak), x.peak < 150e6, x.peak > 0},
		{"one question of rights", "< 200 ns, no allocation", fmt.Sprintf("%d ns, %d allocations", f.authorise.each.Nanoseconds(), f.authorise.allocs),
			f.authorise.each < 200*time.Nanosecond && f.authorise.allocs == 0, f.authorise.each > 0},
	}
}

// What pages were promised to weigh, in bytes.
const (
	mostFirst   = 40 << 10
	mostFurther = 20 << 10
	mostCSS     = 12 << 10
	mostScript  = 10 << 10
)

// pageBars judges the pages: each by the worst that was measured of any.
func (f *figures) pageBars() []bar {
	const most = 25 * time.Millisecond
	slow := worst(f.pages, func(r *result) float64 { return float64(r.ours.quantile(.95)) }, func(r *result) bool { return r.size == large && r.conns == 16 })
	dear := worst(f.pages, func(r *result) float64 { return max(r.wall(&r.bare), r.cpu(&r.bare)) }, func(*result) bool { return true })
	all := []bar{
		slow.bar("any page with 1 million, 16 connections, p95", "< "+short(most), float64(most), func(x float64) string { return short(time.Duration(x)) }),
		dear.bar("any page against the calls behind it, the worse of time and CPU", "<= 2", 2, func(x float64) string { return fmt.Sprintf("%.2f", x) }),
	}
	seen := f.weighed()
	bytes := func(what string, got, most int, name string) bar {
		return bar{what, fmt.Sprintf("<= %d KB", most>>10), fmt.Sprintf("%.1f KB%s", float64(got)/1024, name), got <= most, len(f.pages) > 0}
	}
	cold := heaviest(seen, func(w weight) int { return w.most + w.assets })
	page := heaviest(seen, func(w weight) int { return w.most })
	return append(all,
		bytes("first page with all its files, compressed", f.signIn.most+f.signIn.assets, mostFirst, " (sign-in, "+f.signIn.lang+")"),
		bytes("any other page as the first, with all its files", cold.weight.most+cold.weight.assets, mostFirst, " ("+cold.name+", "+cold.weight.lang+")"),
		bytes("any further page, compressed", page.weight.most, mostFurther, " ("+page.name+", "+page.weight.lang+")"),
		bytes("style sheets by gzip", f.shared.css, mostCSS, ""),
		bytes("script by gzip", f.shared.script, mostScript, ""))
}

// extreme is the measurement that is worst by some figure, and how many there
// were.
type extreme struct {
	r   *result
	x   float64
	all []float64
}

// worst looks for the highest figure among the results that count.
func worst(rs []result, of func(*result) float64, counts func(*result) bool) (e extreme) {
	for i := range rs {
		if r := &rs[i]; counts(r) {
			x := of(r)
			if e.all = append(e.all, x); e.r == nil || x > e.x {
				e.r, e.x = r, x
			}
		}
	}
	return e
}

// bar judges e, and says how many of all are above the most.
func (e extreme) bar(what, want string, most float64, say func(float64) string) bar {
	b := bar{what: what, want: want, measured: e.r != nil}
	if e.r == nil {
		return b
	}
	above := 0
	for _, x := range e.all {
		if x > most {
			above++
		}
	}
	b.ok = above == 0
	b.got = fmt.Sprintf("%s (%s, %d connections, %d sessions)", say(e.x), e.r.name, e.r.conns, e.r.size)
	if above > 0 {
		b.got += fmt.Sprintf("; %d of %d are above", above, len(e.all))
	}
	return b
}
