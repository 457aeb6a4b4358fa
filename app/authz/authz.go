// Package authz decides who may do what, and how far. The policy is text in
// policies/, asked of Casbin once per role and permission at start and kept as
// a table (design.md §5); nothing else imports Casbin. What a reach means for
// the records of a kind is a filter that app/record makes of a Scope; four
// eyes, release and conflicts of interest are rules of the domain.
package authz

import (
	"slices"

	"colocate/domain/kind"
)

// Permission is an action on an object: the name of a kind, and "read",
// "read_con", "create", "update" or the name of a verb; or an object of the
// service ("account", "token", "journal") and its action. History is read by
// whoever may read the record.
type Permission struct{ Object, Action string }

// String is "object action", as in the golden matrix.
func (p Permission) String() string { return p.Object + " " + p.Action }

// Reach tells how far a permission stretches.
type Reach uint8

// Reaches. What is a person's own is within every reach but NoReach.
const (
	NoReach   Reach = iota
	Self            // the record about the person
	Own             // author, or named on the record
	Team            // the units of one's postings and grant, for a team leader with all below
	UnitTree        // the units of the grant and all below
	Remit           // the kinds that the grant's remit lists, in the whole mission
	Programme       // the grant programmes of the grant
	Mission         // the whole mission
)

var reachNames = [...]string{NoReach: "-", Self: "self", Own: "own", Team: "team",
	UnitTree: "unit", Remit: "remit", Programme: "programme", Mission: "mission"}

// String is the reach as policies/ writes it, "-" for NoReach.
func (r Reach) String() string { return reachNames[r] }

// reachOf reads a reach as policies/ writes it; NoReach cannot be written.
func reachOf(s string) (Reach, bool) {
	i := slices.Index(reachNames[1:], s)
	return Reach(i + 1), i >= 0
}

// MaxGrants is how many roles one person can hold in one mission.
const MaxGrants = 8

// Scope is what an actor may reach under one permission, grant by grant in the
// order of Actor.Grants. The zero Scope reaches nothing.
type Scope struct {
	Reaches [MaxGrants]Reach
	Any     bool
}

// Policy is a compiled policy. It is immutable and safe for concurrent use.
type Policy struct {
	table map[Permission]*row
	perms []Permission
	why   map[key]rule
}

// row holds the reach of each role under one permission, by roleIndex.
type row [maxRoles]Reach

type key struct {
	role kind.Role
	perm Permission
}

// maxRoles is the room for roles in a row; New fails where there are more.
const maxRoles = 16

var roleIndex = indexRoles()

func indexRoles() map[kind.Role]int {
	m := make(map[kind.Role]int, maxRoles)
	for i, r := range kind.Roles[:min(len(kind.Roles), maxRoles)] {
		m[r] = i
	}
	return m
}

// Reach tells how far role r may exercise perm, whatever its holder's grant says.
func (p *Policy) Reach(r kind.Role, perm Permission) Reach {
	row := p.table[perm]
	i, known := roleIndex[r]
	if row == nil || !known {
		return NoReach
	}
	return row[i]
}

// Authorize tells how far a may exercise p. A permission within a remit is
// reached only by a grant whose remit lists the kind (domain.md §5.7 "host
// roles MIN-P, MIN-O"). It does not allocate; grants beyond MaxGrants, which
// app/account does not give, count for nothing.
func (p *Policy) Authorize(a *kind.Actor, perm Permission) Scope {
	var s Scope
	row := p.table[perm]
	if row == nil {
		return s
	}
	for n := range min(len(a.Grants), MaxGrants) {
		g := &a.Grants[n]
		i, known := roleIndex[g.Role]
		if !known {
			continue
		}
		reach := row[i]
		if reach == Remit && !slices.Contains(g.Remit, perm.Object) {
			reach = NoReach
		}
		s.Reaches[n] = reach
		s.Any = s.Any || reach != NoReach
	}
	return s
}

// Permissions lists the permissions that this policy was compiled for.
func (p *Policy) Permissions() []Permission { return slices.Clone(p.perms) }
