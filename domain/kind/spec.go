// Package kind is the vocabulary in which a kind of record is declared: a Go
// struct whose tags state each field's limits, class and hints, and one Spec
// that states its scope, its life and its lists (design.md §3). Compile turns
// declarations into descriptors once, at start, and names every mistake in
// them; the API, the pages, redaction, storage and export are made from the
// descriptors. Standard library only.
//
// # Field tags
//
//	f:"name[,option]..."   the field's name on the wire and in the store, then:
//	   required            may not be empty; a client that may write the field must
//	                       send it, so what Create fills in is server, not required
//	   max=N min=N         runes of a text, elements of a list, value of a number;
//	                       without max: 200 runes of a string, 4,000 of a text,
//	                       100 elements
//	   each=N              runes of each element of a list of texts
//	   filter              a query parameter of this name narrows a list
//	   sort                a list may be sorted by it
//	   search              its words are found by search
//	   title               shown as the record's name in links
//	   server              owned by the server: a client that sends it is refused
//	   unique              no two records of the kind in one mission share it
//	   owner               names the people a reach "own" is measured against
//	   past                a date or time that may not lie in the future (V2)
//	   re=NAME             must match the expression registered by Pattern as NAME
//	to:"unit,person"       kinds that a value.Ref (or a list of them) may point at
//	list:"theme"           values are codes of this reference list
//	class:"MIS"            visibility class where it differs from the kind's
//
// Enumerations are string types with a method Values that returns []string or
// a list of the type itself. Nested structs and lists of them carry tags of
// their own, without filter, sort, unique and title.
//
// # Empty and zero
//
// What is empty is left out of a document. A bool, a number or a required
// SexCount that is zero is a value and is kept, unless min is above zero: then
// a zero means that there is nothing. A pointer is empty when it is nil; use
// one where "not known" and zero differ.
package kind

// Class is the visibility class of a kind or of a field (domain.md §0).
type Class uint8

// Classes, each seen by fewer readers than the one before it.
const (
	NoClass Class = iota // not stated: the kind's
	PUB                  // may be published
	SHR                  // shared with the host side after release
	MIS                  // the UN police component
	CON                  // need-to-know inside the component
	STR                  // named readers only
)

// Spec declares a kind beside its struct.
type Spec struct {
	Name   string // singular, snake_case, as in domain.md §9
	Plural string // path segment; derived where empty ("sessions")
	Class  Class
	Scope  Scope

	// Lists are the ways in which records are listed; each becomes an index.
	Lists Lists
	// Releasable kinds have a released copy on a shelf of its own, and the host
	// side reads nothing but that copy.
	Releasable bool
	// Draft is the condition under which a record is only its author's and of
	// those named on it (domain.md §5.7 "drafts"). No conditions: never.
	Draft []Cond
	// Narrow adds conditions to what a role reads by its reach; what is the
	// role's own is always read (domain.md §5.7).
	Narrow map[Role][]Cond

	// Questions are conditions that depend on the day in the mission, such as
	// "overdue": each is a parameter of the list, asked as NAME=true. What they
	// ask is computed, never stored.
	Questions map[string]func(Now) []Cond

	Flow Flow
	// Create completes a new record before it is validated: server-owned
	// fields, rules about other records. Made by On; optional.
	Create Action
	// Replace does the same for a replaced one; the record holds the new content.
	Replace Action
	// Fixed records are never replaced: what was said stands, whoever said it.
	Fixed bool
	// Sensitive finds, in a translation, what must not be shown to the host side
	// unless somebody has looked at it; nil finds nothing.
	Sensitive func(text string) bool
	// Unlisted kinds have no routes: the service's own documents.
	Unlisted bool
	// Nameable kinds can be pointed at by who may not read them, where the policy
	// grants the action "name".
	Nameable bool
	// Steady kinds are read much and changed seldom, such as units: what was read
	// of them may be kept in memory until one is touched.
	Steady bool
	// Singleton of: at most one record per value of this reference field.
	OnePer string
	// Example is a complete input, as JSON, used in the API document and posted
	// by its test. References are written {"kind":K,"id":"@K"} and resolved to
	// a demonstration record.
	Example string
}

// Role is the name of a role of domain.md §5.1, as in policies/.
type Role string

// Roles of domain.md §5.1.
const (
	Adviser        Role = "adviser"
	Trainer        Role = "trainer"
	TeamLeader     Role = "team_leader"
	Leader         Role = "leader"
	Counterpart    Role = "counterpart"
	Commander      Role = "commander"
	Ministry       Role = "ministry"
	Oversight      Role = "oversight"
	Administrator  Role = "administrator"
	Auditor        Role = "auditor"
	HROfficer      Role = "hr_officer"
	GrantsOfficer  Role = "grants_officer"
	Donor          Role = "donor"
	Community      Role = "community"
	LocalAuthority Role = "local_authority"
	Interpreter    Role = "interpreter"
)

// Roles lists every role.
var Roles = []Role{Adviser, Trainer, TeamLeader, Leader, Counterpart, Commander, Ministry, Oversight,
	Administrator, Auditor, HROfficer, GrantsOfficer, Donor, Community, LocalAuthority, Interpreter}

// Side is on whose behalf somebody acts.
type Side string

// Sides. External is everybody who is neither the UN's nor the host's.
const (
	UN       Side = "un"
	Host     Side = "host"
	External Side = "external"
)

// SideOf tells the side of a role (domain.md §5.1).
func SideOf(r Role) Side {
	switch r {
	case Counterpart, Commander, Ministry, Oversight:
		return Host
	case Donor, Community, LocalAuthority, Interpreter:
		return External
	}
	return UN
}

// ScopeBy says what a reach is measured against (domain.md §9).
type ScopeBy uint8

// What a reach can be measured against.
const (
	InService ScopeBy = iota + 1 // reference data, in the service's journal
	InMission
	InUnit
	OfPerson
	OfAuthor
)

// Scope binds records to what a reach is measured against. Field is the
// reference field that names the unit or the person ("" for the record itself).
type Scope struct {
	By    ScopeBy
	Field string
}

// Service scopes reference data: kept once, in the service's own journal.
func Service() Scope { return Scope{By: InService} }

// Mission scopes records that belong to a mission as a whole.
func Mission() Scope { return Scope{By: InMission} }

// ByUnit scopes records by the unit that field names; "" is the unit itself.
func ByUnit(field string) Scope { return Scope{By: InUnit, Field: field} }

// ByPerson scopes records by the person that field names; "" is the person itself.
func ByPerson(field string) Scope { return Scope{By: OfPerson, Field: field} }

// Own scopes records by their author and those named on them.
func Own() Scope { return Scope{By: OfAuthor} }

// Lists are the declared ways to list a kind.
type Lists []List

// List is one of them: the fields that must equal, comma-separated and in this
// order, then the sort ("-start" descends). Sort defaults to "-created_at".
type List struct{ By, Sort string }

// Op is a comparison of a Cond.
type Op string

// Comparisons, a subset of the store's (design.md §4).
const (
	Eq    Op = "$eq"
	Ne    Op = "$ne"
	In    Op = "$in"
	NotIn Op = "$nin"
	Gt    Op = "$gt"
	Gte   Op = "$gte"
	Lt    Op = "$lt"
	Lte   Op = "$lte"
	// Absent demands that the field is not there; its Value is nil.
	Absent Op = "$absent"
)

// Cond is one condition on a field path ("unit.id"). Conditions in a list must
// all hold. Value is a string, int64, bool, time.Time, or a []string for In.
type Cond struct {
	Field string
	Op    Op
	Value any
}

// Is demands that a field equals v.
func Is(field string, v any) Cond { return Cond{field, Eq, v} }

// Without demands that a field is empty.
func Without(field string) Cond { return Cond{Field: field, Op: Absent} }

// OneOf demands that a field equals one of vs.
func OneOf(field string, vs ...string) Cond { return Cond{field, In, vs} }

// NoneOf demands that a field equals none of vs.
func NoneOf(field string, vs ...string) Cond { return Cond{field, NotIn, vs} }

// State is a state in the life of a record.
type State string

// Flow is the life of a record: its states, the first of them the initial one,
// and the verbs that lead from one to another. The zero Flow has no states.
type Flow struct {
	States []State
	// Edit are the states in which a replace is possible, by whoever the policy
	// lets; a record of a kind without states may always be replaced.
	Edit []State
	// Aside are the states whose records a list leaves out unless it is asked for
	// that state (domain.md §2.6, "kept, hidden from lists").
	Aside []State
	// Still are the states in which not even a translation is added.
	Still []State
	Verbs Verbs
}

// Verbs are the verbs of a kind.
type Verbs []Verb

// Verb is one thing that can be done to a record. Which state it starts from is
// checked before Do runs; V5: nothing else writes a state.
type Verb struct {
	Name  string
	From  []State // empty: any state that is not named in Never
	Never []State
	To    State // set before Do runs, which may set another one; "" keeps the state
	// Unlike names a field or envelope field ("created_by", "advisers") whose
	// people may not do this: four eyes (V6).
	Unlike []string
	// Do changes the record. Made by Do; optional.
	Do Action
	// Checks list what must hold before, for who is about to do it. Made by
	// Checks; optional. Do refuses by the same list.
	Checks Conditions
	// Destructive verbs are asked about before they are done.
	Destructive bool
	// Example is the verb's input as JSON, for the API document.
	Example string
}

// From is a readable way to list states.
func From(s ...State) []State { return s }
