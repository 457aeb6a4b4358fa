package main

import (
	"fmt"
	"slices"

	"colocate/app/authz"
	"colocate/app/server"
	"colocate/domain/kind"
)

// authzCmd is about rights.
type authzCmd struct {
	Explain explainCmd `cmd:"" help:"Say what a role may do, how far, and by which line of the policy."`
}

// explainCmd explains the policy. It needs no data folder.
type explainCmd struct {
	Role   string `arg:"" help:"Role, such as adviser."`
	Object string `arg:"" optional:"" help:"Kind of record, or account, token, journal; all if left out."`
	Action string `arg:"" optional:"" help:"create, read, update or a verb; all if left out."`
}

// Run implements the command.
func (e *explainCmd) Run(p *program) error {
	if !slices.Contains(kind.Roles, kind.Role(e.Role)) {
		return fmt.Errorf("there is no role %q; the roles are %v", e.Role, kind.Roles)
	}
	reg, err := server.Registry()
	if err != nil {
		return err
	}
	policy, err := server.Rights(reg)
	if err != nil {
		return err
	}
	said := 0
	for _, perm := range authz.Permissions(reg) {
		if (e.Object == "" || e.Object == perm.Object) && (e.Action == "" || e.Action == perm.Action) {
			fmt.Fprintln(p.stdout, policy.Explain(kind.Role(e.Role), perm))
			said++
		}
	}
	if said == 0 {
		return fmt.Errorf("there is no permission %s, %s", e.Object, e.Action)
	}
	return nil
}
