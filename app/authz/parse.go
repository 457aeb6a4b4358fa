package authz

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"colocate/domain/kind"
)

// rule is one line of the policy.
type rule struct {
	line   int
	role   kind.Role
	perm   Permission
	reach  Reach
	reason string // the comment over the block
}

// fields are the rule as Casbin takes it.
func (r rule) fields() []string {
	return []string{string(r.role), r.perm.Object, r.perm.Action, r.reach.String()}
}

// parsePolicy reads the text strictly and names every line it does not fully
// understand: Casbin's own adapter drops such lines without a word, which in a
// policy is a silent change of rights (style.md C5).
func parsePolicy(text string, perms []Permission) ([]rule, error) {
	p := parser{known: known(perms), seen: map[key]int{}}
	for i, line := range strings.Split(text, "\n") {
		p.read(i+1, strings.TrimSpace(line))
	}
	return p.rules, errors.Join(p.errs...)
}

// parser holds what has been read so far.
type parser struct {
	known   map[string][]string // object -> actions
	seen    map[key]int
	comment []string
	inRules bool
	rules   []rule
	errs    []error
}

func known(perms []Permission) map[string][]string {
	m := map[string][]string{}
	for _, p := range perms {
		m[p.Object] = append(m[p.Object], p.Action)
	}
	return m
}

func (p *parser) read(n int, line string) {
	switch {
	case line == "":
	case strings.HasPrefix(line, "#"):
		p.remark(strings.TrimSpace(line[1:]))
	default:
		p.inRules = true
		r, err := p.rule(n, line)
		if err != nil {
			p.errs = append(p.errs, fmt.Errorf("authz: policy line %d: %w", n, err))
			return
		}
		p.rules = append(p.rules, r)
	}
}

// remark gathers the lines of a comment; the first one after rules starts anew.
func (p *parser) remark(s string) {
	if p.inRules || strings.HasPrefix(s, "---") {
		p.comment, p.inRules = nil, false
	}
	p.comment = append(p.comment, strings.TrimSpace(strings.TrimLeft(s, "-")))
}

func (p *parser) rule(n int, line string) (rule, error) {
	col := strings.Split(line, ",")
	for i := range col {
		col[i] = strings.TrimSpace(col[i])
	}
	if len(col) != 5 || col[0] != "p" {
		return rule{}, fmt.Errorf("want p, role, object, action, reach; got %q", line)
	}
	r := rule{line: n, role: kind.Role(col[1]), perm: Permission{col[2], col[3]},
		reason: strings.Join(p.comment, " ")}
	if err := p.check(r, col[4]); err != nil {
		return rule{}, err
	}
	r.reach, _ = reachOf(col[4])
	return r, nil
}

func (p *parser) check(r rule, reach string) error {
	k := key{r.role, r.perm}
	actions, isObject := p.known[r.perm.Object]
	_, isReach := reachOf(reach)
	switch {
	case !slices.Contains(kind.Roles, r.role):
		return fmt.Errorf("unknown role %q", r.role)
	case !isObject:
		return fmt.Errorf("unknown object %q", r.perm.Object)
	case !slices.Contains(actions, r.perm.Action):
		return fmt.Errorf("unknown action %q of %s", r.perm.Action, r.perm.Object)
	case !isReach:
		return fmt.Errorf("unknown reach %q", reach)
	case p.seen[k] != 0:
		return fmt.Errorf("%s %s is granted on line %d already", r.role, r.perm, p.seen[k])
	}
	p.seen[k] = r.line
	return nil
}
