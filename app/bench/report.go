package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// line is a result in words, for whoever watches.
func (r *result) line() string {
	text := fmt.Sprintf("%8d sessions %2d conns %-15s %7.0f/s p50 %-8s p95 %-8s p99 %-8s bare %7.0f/s p50 %-8s x%.2f cpu x%.2f",
		r.size, r.conns, r.name, r.ours.perSecond(), short(r.ours.quantile(.5)), short(r.ours.quantile(.95)), short(r.ours.quantile(.99)),
		r.bare.perSecond(), short(r.bare.quantile(.5)), r.wall(&r.bare), r.cpu(&r.bare))
	if len(r.floor.lat) > 0 {
		text += fmt.Sprintf("; floor %7.0f/s x%.2f cpu x%.2f", r.floor.perSecond(), r.wall(&r.floor), r.cpu(&r.floor))
	}
	return text
}

// report is the outcome as Markdown.
func (f *figures) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s with %s, %d cores, %s/%s%s.\n\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(),
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, f.others())
	bars(&b, slices.Concat(f.latencies(), f.ratios(), f.wholes()))
	f.table(&b)
	f.folders(&b)
	return b.String()
}

// pagesReport is the outcome of the pages as Markdown.
func (f *figures) pagesReport() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s with %s, %d cores, %s/%s%s.\n\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(),
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, f.others())
	bars(&b, f.pageBars())
	f.pagesTable(&b)
	f.weights(&b)
	b.WriteString("\n| page | as | address | calls of the API behind it |\n|---|---|---|---|\n")
	for _, p := range pages {
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", p.name, strings.TrimPrefix(p.who, "bench."), p.path, called(p.calls))
	}
	return b.String()
}

// called says which calls stand behind a page.
func called(all []apiCall) string {
	var out []string
	for _, c := range all {
		text := "`" + c.path + "`"
		if c.each != "" {
			text += " for each of `" + c.each + "`"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func (f *figures) pagesTable(b *strings.Builder) {
	b.WriteString("\n| sessions | connections | page | pages/s | p50 | p95 | p99 | CPU | calls | their p50 | p95 | CPU | time ÷ calls | CPU ÷ calls | main call p50 | p95 | CPU | growth |\n")
	b.WriteString("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range f.pages {
		growth := "1"
		if base := baseIn(f.pages, &r); base != nil && base.size != r.size {
			growth = fmt.Sprintf("%.2f", r.growth(base))
		}
		fmt.Fprintf(b, "| %d | %d | %s | %.0f | %s | %s | %s | %s | %d | %s | %s | %s | %.2f | %.2f | %s | %s | %s | %s |\n",
			r.size, r.conns, r.name, r.ours.perSecond(), short(r.ours.quantile(.5)), short(r.ours.quantile(.95)), short(r.ours.quantile(.99)),
			short(r.ours.each(r.ours.cpu)), r.rows, short(r.bare.quantile(.5)), short(r.bare.quantile(.95)), short(r.bare.each(r.bare.cpu)),
			r.wall(&r.bare), r.cpu(&r.bare), short(r.floor.quantile(.5)), short(r.floor.quantile(.95)), short(r.floor.each(r.floor.cpu)), growth)
	}
	for _, x := range f.facts {
		fmt.Fprintf(b, "\nWith %d sessions the server held %s of memory at most.\n", x.size, megabytes(x.peak))
	}
}

// weights are the bytes of each page once, from the largest size.
func (f *figures) weights(b *strings.Builder) {
	b.WriteString("\n| page | brotli | gzip | heaviest language | bytes there | with all files of a first visit |\n|---|---:|---:|---|---:|---:|\n")
	for _, r := range f.weighed() {
		w := r.weight
		fmt.Fprintf(b, "| %s | %d | %d | %s | %d | %d |\n", r.name, w.br, w.gzip, w.lang, w.most, w.most+w.assets)
	}
	fmt.Fprintf(b, "\nStyle sheets: %d bytes by gzip, script: %d; all files of the pages together: %d.\n", f.shared.css, f.shared.script, f.shared.all)
}

// weighed are the pages, each once, as they were at the largest size, and the
// sign-in before them.
func (f *figures) weighed() []result {
	all := []result{{name: "sign-in", weight: f.signIn}}
	for i := len(f.pages) - 1; i >= 0; i-- {
		if r := f.pages[i]; !slices.ContainsFunc(all, func(o result) bool { return o.name == r.name }) {
			all = slices.Insert(all, 1, r)
		}
	}
	return all
}

// others says how busy the machine was with other things.
func (f *figures) others() string {
	if f.busy == "" {
		return ""
	}
	return "; load averages before the run " + f.busy
}

// short is a duration with three figures.
func short(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%d µs", d.Microseconds())
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }

func (f *figures) table(b *strings.Builder) {
	b.WriteString("\n| sessions | connections | workload | rows | calls/s | p50 | p95 | p99 | CPU | bare calls/s | bare p50 | bare p95 | bare CPU | time ÷ bare | CPU ÷ bare | time ÷ floor | CPU ÷ floor | growth |\n")
	b.WriteString("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range f.results {
		growth := "1"
		if base := f.base(&r); base != nil && base.size != r.size {
			growth = fmt.Sprintf("%.2f", r.growth(base))
		}
		fmt.Fprintf(b, "| %d | %d | %s | %d | %.0f | %s | %s | %s | %s | %.0f | %s | %s | %s | %.2f | %.2f | %s | %s | %s |\n",
			r.size, r.conns, r.name, r.rows, r.ours.perSecond(), short(r.ours.quantile(.5)), short(r.ours.quantile(.95)),
			short(r.ours.quantile(.99)), short(r.ours.each(r.ours.cpu)), r.bare.perSecond(), short(r.bare.quantile(.5)),
			short(r.bare.quantile(.95)), short(r.bare.each(r.bare.cpu)), r.wall(&r.bare), r.cpu(&r.bare), times(r.wall(&r.floor)), times(r.cpu(&r.floor)), growth)
	}
}

// times is a ratio, or nothing where there is none.
func times(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", x)
}

// base is the same measurement at the smallest size.
func (f *figures) base(r *result) *result { return baseIn(f.results, r) }

func baseIn(all []result, r *result) *result {
	i := slices.IndexFunc(all, func(o result) bool { return o.conns == r.conns && o.name == r.name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// growth is how many times as much processor a call takes as at base, or time
// where the system does not say.
func (r *result) growth(base *result) float64 {
	if r.ours.cpu > 0 && base.ours.cpu > 0 {
		return ratio(float64(r.ours.each(r.ours.cpu)), float64(base.ours.each(base.ours.cpu)))
	}
	return ratio(base.ours.perSecond(), r.ours.perSecond())
}

func (f *figures) folders(b *strings.Builder) {
	b.WriteString("\n| sessions | database | seeding took | its memory at most | ready after | memory under load, at most |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, x := range f.facts {
		took, peak := "made earlier", ""
		if x.seed.took > 0 {
			took, peak = short(x.seed.took), megabytes(x.seed.peak)
		}
		fmt.Fprintf(b, "| %d | %s | %s | %s | %s | %s |\n", x.size, megabytes(x.bytes), took, peak, short(median(x.ready)), megabytes(x.peak))
	}
	fmt.Fprintf(b, "\nOne question of rights takes %d ns and makes %d allocations.\n", f.authorise.each.Nanoseconds(), f.authorise.allocs)
}

func median(ds []time.Duration) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(ds))[len(ds)/2]
}

// Marks are the lines behind which the figures of a run stand; they end at the
// next such line.
const (
	mark      = "<!-- figures of the last run -->\n"
	pagesMark = "<!-- figures of the pages -->\n"
)

// replace puts figures into a file behind a mark, in place of those that are
// there.
func replace(file, mark, figures string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, old, ok := bytes.Cut(data, []byte(mark))
	if !ok {
		return fmt.Errorf("%s has no line %q", file, strings.TrimSpace(mark))
	}
	var rest []byte
	if i := bytes.Index(old, []byte("\n<!-- figures ")); i >= 0 {
		rest = old[i:]
	}
	return os.WriteFile(file, slices.Concat(text, []byte(mark), []byte("\n"+figures), rest), 0o644)
}
