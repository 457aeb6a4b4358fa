package authz

import (
	"fmt"

	"colocate/domain/kind"
)

// Explanation says why a role may, or may not, exercise a permission.
type Explanation struct {
	Role       kind.Role
	Permission Permission
	Reach      Reach  // NoReach: refused
	Line       int    // of the policy that grants it; 0 if none does
	Source     string // the comment over that line's block: the rule it follows
}

// Explain tells which line of the policy decides, for operators.
func (p *Policy) Explain(r kind.Role, perm Permission) Explanation {
	e := Explanation{Role: r, Permission: perm, Reach: p.Reach(r, perm)}
	if why, ok := p.why[key{r, perm}]; ok && e.Reach != NoReach {
		e.Line, e.Source = why.line, why.reason
	}
	return e
}

// String is the explanation in one line, in the words of the policy file.
func (e Explanation) String() string {
	if e.Reach == NoReach {
		return fmt.Sprintf("deny   %s, %s, %s", e.Role, e.Permission.Object, e.Permission.Action)
	}
	return fmt.Sprintf("allow  %s, %s, %s, %s  policy.csv:%d  # %s",
		e.Role, e.Permission.Object, e.Permission.Action, e.Reach, e.Line, e.Source)
}
