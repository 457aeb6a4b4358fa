// Colocate is the record of UN police advisory work. One program: it serves,
// and its other commands work on the same data folder, through the server where
// one runs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // an image from scratch has no time zones of its own

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"

	"colocate/app/server"
)

func main() {
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00"
	zerolog.TimestampFunc = func() time.Time { return time.Now().UTC() }
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the command line. Every flag is also a COLOCATE_* variable and a key
// of the settings file.
type cli struct {
	Config   string `help:"Settings file: a JSON object with the names of flags as keys." placeholder:"FILE"`
	Data     string `help:"Data folder." default:"data" placeholder:"DIR"`
	LogLevel string `help:"What is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`

	Serve   serveCmd   `cmd:"" help:"Serve until a signal; make the data folder where there is none."`
	Health  healthCmd  `cmd:"" help:"Ask the running server whether it is ready."`
	User    userCmd    `cmd:"" help:"Accounts."`
	Token   tokenCmd   `cmd:"" help:"Bearer tokens."`
	Seed    seedCmd    `cmd:"" help:"Write data to begin with."`
	Backup  backupCmd  `cmd:"" help:"Write a checked copy of the data to a new file, while the server runs or not."`
	Restore restoreCmd `cmd:"" help:"Put a backup into a new data folder that holds only its key."`
	Verify  verifyCmd  `cmd:"" help:"Check the journal, the contents and the documents against each other."`
	Rebuild rebuildCmd `cmd:"" help:"Make the documents and their indexes anew from the journal."`
	Authz   authzCmd   `cmd:"" help:"Who may do what."`
}

// program is what every command works with.
type program struct {
	ctx    context.Context
	cli    *cli
	stdout io.Writer
	stderr io.Writer
}

// exited is what leaves the parser when it has printed its help.
type exited int

// run runs one command and returns the exit code. It reads nothing of the
// process but what it is given, so that tests can run the real program.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer, environ []string) (code int) {
	c := &cli{}
	set, err := readSettings(args, environ)
	if err != nil {
		return complain(stderr, err, exitUsage)
	}
	defer func() {
		if v := recover(); v != nil {
			n, ok := v.(exited)
			if !ok {
				panic(v)
			}
			code = int(n)
		}
	}()
	parser, err := kong.New(c, kong.Name("colocate"), kong.Resolvers(set), kong.Writers(stdout, stderr),
		kong.Exit(func(n int) { panic(exited(n)) }),
		kong.Description("The record of UN police advisory work.\n\nEvery flag can be set by a variable (--metrics-addr is COLOCATE_METRICS_ADDR) and in the settings file; a flag wins over a variable, a variable over the file."))
	if err != nil {
		return complain(stderr, err, exitFailed)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return complain(stderr, err, exitUsage)
	}
	if err := command.Run(&program{ctx, c, stdout, stderr}); err != nil {
		return complain(stderr, err, exitFailed)
	}
	return exitOK
}

// complain says err in one sentence.
func complain(w io.Writer, err error, code int) int {
	fmt.Fprintln(w, "colocate:", err)
	return code
}

// log is the program's log: JSON, or lines for people on a terminal.
func (p *program) log() zerolog.Logger {
	level, err := zerolog.ParseLevel(p.cli.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel
	}
	w := p.stderr
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			w = zerolog.ConsoleWriter{Out: f, TimeFormat: time.TimeOnly}
		}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

// open opens the data folder itself.
func (p *program) open() (*server.Core, error) {
	return server.Open(p.ctx, p.cli.Data, time.Now, p.log())
}

// attach reaches the server of the data folder, or else opens the folder, and
// lets go of it after f.
func (p *program) attach(f func(a *server.Admin) error) error {
	a, err := server.Attach(p.ctx, p.cli.Data, p.open)
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}
