package authz

import (
	"errors"
	"fmt"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"colocate/domain/kind"
)

// New compiles a Casbin model and the text of a policy for perms, which
// Permissions lists. It fails, naming every fault, on a line that it does not
// fully understand, on two lines for one role, object and action, and on a
// permission that is granted to nobody.
func New(modelText, policyText string, perms []Permission) (*Policy, error) {
	if len(kind.Roles) > maxRoles {
		return nil, fmt.Errorf("authz: %d roles, room for %d", len(kind.Roles), maxRoles)
	}
	rules, err := parsePolicy(policyText, perms)
	if err != nil {
		return nil, err
	}
	p := &Policy{table: make(map[Permission]*row, len(perms)), why: make(map[key]rule, len(rules))}
	byObject := map[string][]rule{}
	for _, r := range rules {
		p.why[key{r.role, r.perm}] = r
		byObject[r.perm.Object] = append(byObject[r.perm.Object], r)
	}
	asked := map[string]*casbin.Enforcer{}
	for _, perm := range perms {
		if p.table[perm] != nil {
			return nil, fmt.Errorf("authz: permission %s is listed twice", perm)
		}
		if asked[perm.Object] == nil {
			if asked[perm.Object], err = enforcer(modelText, byObject[perm.Object]); err != nil {
				return nil, err
			}
		}
		if p.table[perm], err = ask(asked[perm.Object], perm); err != nil {
			return nil, err
		}
		p.perms = append(p.perms, perm)
	}
	if err := p.complete(); err != nil {
		return nil, err
	}
	return p, nil
}

// enforcer is Casbin over the rules of one object. A question costs Casbin a
// pass over all rules, so it is given those that can match and no others:
// objects are compared exactly, and a test holds that the whole policy in one
// enforcer answers the same.
func enforcer(modelText string, rules []rule) (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("authz: model: %w", err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("authz: model: %w", err)
	}
	lines := make([][]string, len(rules))
	for i, r := range rules {
		lines[i] = r.fields()
	}
	if len(lines) == 0 {
		return e, nil
	}
	if _, err := e.AddPolicies(lines); err != nil {
		return nil, fmt.Errorf("authz: policy: %w", err)
	}
	return e, nil
}

// ask asks e about perm for every role.
func ask(e *casbin.Enforcer, perm Permission) (*row, error) {
	var out row
	for i, r := range kind.Roles {
		ok, found, err := e.EnforceEx(string(r), perm.Object, perm.Action)
		if err != nil {
			return nil, fmt.Errorf("authz: %s %s: %w", r, perm, err)
		}
		if !ok {
			continue
		}
		if len(found) != 4 {
			return nil, fmt.Errorf("authz: %s %s: the model explains with %q, want role, object, action, reach", r, perm, found)
		}
		reach, known := reachOf(found[3])
		if !known {
			return nil, fmt.Errorf("authz: %s %s: unknown reach %q", r, perm, found[3])
		}
		out[i] = reach
	}
	return &out, nil
}

// complete finds permissions that nobody holds: a verb without a line is a
// verb that cannot be done, which is a mistake and not a decision.
func (p *Policy) complete() error {
	var errs []error
	for _, perm := range p.perms {
		if *p.table[perm] == (row{}) {
			errs = append(errs, fmt.Errorf("authz: %s is granted to nobody", perm))
		}
	}
	return errors.Join(errs...)
}
