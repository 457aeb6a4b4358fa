// Command bench measures Colocate beside a bare handler: a real server process
// and one that sends the same statements to the same database and writes the
// documents as JSON, with no accounts, rights, masks, ETags or log. Both are
// loaded in turn, stretch by stretch, from this process over loopback, so that
// what else the machine does meets both; the ratio of the two is what counts.
//
//	go run ./app/bench -sessions 10000,100000,1000000 -dir /var/tmp/bench -out docs/performance.md
//
// docs/performance.md says what the figures mean and keeps those of the last run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if done, err := child(); done {
		exit(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(command(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func exit(err error) {
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// command runs the measurements that args ask for and writes their table.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	sizes := flags.String("sessions", "10000", "numbers of sessions, smallest first")
	conns := flags.String("conns", "1,16", "numbers of connections")
	only := flags.String("only", "", "measure only workloads that match this expression")
	out := flags.String("out", "", "file whose figures are replaced by those of this run")
	flags.DurationVar(&o.time, "time", 3*time.Second, "time for each side of each measurement")
	flags.IntVar(&o.rounds, "rounds", 6, "stretches that this time is cut into")
	flags.StringVar(&o.dir, "dir", "", "where data folders are kept for the next run; a temporary folder if empty")
	flags.StringVar(&o.program, "colocate", "", "program to measure; built from this module if empty")
	flags.StringVar(&o.profile, "profile", "", "folder for CPU profiles of the server, which this program then runs itself")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.sizes, err = numbers(*sizes); err != nil {
		return err
	}
	if o.conns, err = numbers(*conns); err != nil {
		return err
	}
	if *only != "" {
		if o.only, err = regexp.Compile(*only); err != nil {
			return err
		}
	}
	o.say = func(format string, args ...any) { fmt.Fprintf(stderr, format, args...) }
	return o.measure(ctx, *out, stdout)
}

// measure completes o, runs it and writes the table to out, or to stdout.
func (o options) measure(ctx context.Context, out string, stdout io.Writer) error {
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "colocate-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.dir = dir
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	o.bare = []string{self}
	if o.program == "" {
		if o.program, err = build(ctx, o.dir); err != nil {
			return err
		}
	}
	f, err := run(ctx, o)
	if err != nil {
		return err
	}
	for _, part := range f.parts() {
		if out == "" {
			_, err = io.WriteString(stdout, part.text+"\n")
		} else {
			err = replace(out, part.mark, part.text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// part is a part of the outcome, and the line behind which it is kept.
type part struct{ mark, text string }

// parts are the figures of what was measured: what a run left out keeps those
// of the run before.
func (f *figures) parts() (all []part) {
	if len(f.results) > 0 {
		all = append(all, part{mark, f.report()})
	}
	if len(f.pages) > 0 {
		all = append(all, part{pagesMark, f.pagesReport()})
	}
	return all
}

// numbers reads a list of positive numbers.
func numbers(s string) ([]int, error) {
	var ns []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a list of numbers", s)
		}
		ns = append(ns, n)
	}
	return ns, nil
}
