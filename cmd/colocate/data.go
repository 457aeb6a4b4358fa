package main

import (
	"errors"
	"fmt"

	"colocate/app/server"
)

// backupCmd writes a copy of the data.
type backupCmd struct {
	Target string `arg:"" help:"File to write; it must not be there yet. The key is not in it: keep a copy of the key apart."`
}

// Run implements the command.
func (b *backupCmd) Run(p *program) error {
	return p.attach(func(a *server.Admin) error { return a.Backup(p.ctx, b.Target) })
}

// restoreCmd puts a backup into a data folder.
type restoreCmd struct {
	Source string `arg:"" help:"File that a backup wrote."`
}

// Run implements the command.
func (r *restoreCmd) Run(p *program) error {
	return server.Restore(p.ctx, r.Source, p.cli.Data)
}

// verifyCmd checks the data.
type verifyCmd struct{}

// Run implements the command.
func (*verifyCmd) Run(p *program) error {
	return p.attach(func(a *server.Admin) error {
		found, err := a.Verify(p.ctx)
		if err != nil {
			return err
		}
		for _, line := range found {
			fmt.Fprintln(p.stdout, line)
		}
		if len(found) > 0 {
			return errors.New("the data is not what its journal says; see above")
		}
		fmt.Fprintln(p.stdout, "The journal, the contents and the documents agree.")
		return nil
	})
}

// rebuildCmd makes the documents anew.
type rebuildCmd struct{}

// Run implements the command.
func (*rebuildCmd) Run(p *program) error {
	core, err := p.open()
	if err != nil {
		return err
	}
	return errors.Join(core.Store.Rebuild(p.ctx), core.Close())
}
