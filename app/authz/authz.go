// Package authz decides who may do what, and how far. The policy is text in
// policies/, asked of Casbin once per role and permission at start and kept as
// a table (design.md §5); nothing else imports Casbin.
package authz

import "colocate/domain/kind"

// Permission is an action on an object: the name of a kind, and "read",
// "create", "update", "history", "read_con" or the name of a verb; or an
// object of the service ("account", "token", "journal") and its action.
type Permission struct{ Object, Action string }

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
	table map[key]Reach
}

type key struct {
	role kind.Role
	perm Permission
}

// Authorize tells how far a may exercise p. It does not allocate.
func (p *Policy) Authorize(a *kind.Actor, perm Permission) Scope {
	var s Scope
	for i, g := range a.Grants {
		if i == MaxGrants {
			break
		}
		s.Reaches[i] = p.table[key{g.Role, perm}]
		s.Any = s.Any || s.Reaches[i] != NoReach
	}
	return s
}
