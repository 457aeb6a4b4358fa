package main

import (
	"errors"
	"fmt"

	"colocate/app/server"
)

// seedCmd writes data to begin with.
type seedCmd struct {
	Reference seedReferenceCmd `cmd:"" help:"Missions and code lists."`
	Demo      seedDemoCmd      `cmd:"" help:"Carana, the fictional host state, with the reference data."`
}

// seedReferenceCmd writes the reference data.
type seedReferenceCmd struct{}

// Run implements the command.
func (*seedReferenceCmd) Run(p *program) error {
	core, err := p.open()
	if err != nil {
		return err
	}
	return errors.Join(server.SeedReference(p.ctx, core), core.Close())
}

// seedDemoCmd writes the demonstration.
type seedDemoCmd struct {
	Sessions int `help:"How many sessions; the same number makes the same data." default:"500"`
}

// Run implements the command.
func (s *seedDemoCmd) Run(p *program) error {
	if s.Sessions < 0 {
		return errors.New("the number of sessions may not be negative")
	}
	core, err := p.open()
	if err != nil {
		return err
	}
	return errors.Join(server.SeedDemo(p.ctx, core, s.Sessions, p.progress(s.Sessions)), core.Close())
}

// progress tells a person at a terminal how far it is, one line for each tenth.
func (p *program) progress(of int) func(done int) {
	told := 0
	return func(done int) {
		if tenth := done * 10 / max(of, 1); tenth > told {
			told = tenth
			fmt.Fprintf(p.stderr, "%d of %d sessions\n", done, of)
		}
	}
}
