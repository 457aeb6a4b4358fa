package kind

import (
	"errors"
	"time"

	"colocate/domain/value"
)

// Actor is who acts: always from the caller's credentials, never from a body.
type Actor struct {
	Account string // id of the account; "" is nobody
	Person  string // id of the person or counterpart the account belongs to, else of the account
	Name    string // the account's name, for the journal
	Mission string // id of the mission acted in; "" where none was chosen
	Grants  []Grant
	Token   string // id of the token or sign-in used
	Device  string // from the request, for the journal
	Request string // request id, for the journal
	Lang    string // the caller's language
}

// Grant is one role held in the actor's mission, in force today. Units are the
// units it is bound to; empty means the role's default reach is not narrowed.
type Grant struct {
	Role  Role
	Units []string
	Remit []string // kinds that a ministry's or an oversight body's remit lists
}

// Side is the side the actor acts for: the UN's if any of the roles is.
func (a Actor) Side() Side {
	side := External
	for _, g := range a.Grants {
		switch SideOf(g.Role) {
		case UN:
			return UN
		case Host:
			side = Host
		}
	}
	return side
}

// Has reports whether the actor holds role r.
func (a Actor) Has(r Role) bool {
	for _, g := range a.Grants {
		if g.Role == r {
			return true
		}
	}
	return false
}

// World is what a verb may know and do of other records. What its methods
// answered is noted, and holds at the commit point or the verb runs again
// (design.md §3).
type World interface {
	// Actor is who acts.
	Actor() Actor
	// Now is the time of the act: UTC, whole milliseconds.
	Now() time.Time
	// Today is the day in the mission's time zone.
	Today() value.Date
	// Get loads the record at ref into rec, a pointer to the struct of ref's
	// kind. It reads the mission as it is, whatever the actor may see, so what
	// it answers may decide but never reach an answer. CodeNotFound if absent.
	Get(ref value.Ref, rec any) error
	// Find calls fn with each record of kind name that conds match, at most
	// limit, as pointers to fresh structs, in the order of the declared list.
	Find(name string, conds []Cond, limit int, fn func(rec any) error) error
	// None reports whether no record of kind name matches conds; a true answer
	// is held at the commit point.
	None(name string, conds ...Cond) (bool, error)
	// Put changes another record in the same commit. rec came from Get or Find.
	Put(rec any) error
	// Release puts a copy of rec's PUB and SHR fields on the released shelf, in
	// the same commit; of a record already there it makes the copy anew.
	Release(rec any) error
	// Withdraw removes the released copy of rec.
	Withdraw(rec any) error
	// Released reports whether rec has a copy on the released shelf.
	Released(rec any) (bool, error)
	// Next gives the next number of a sequence without gaps, such as
	// "release/<unit>/2026"; commits of one sequence follow one another.
	Next(sequence string) (int64, error)
	// Number gives a number of a sequence that never repeats but may have gaps;
	// commits do not wait for one another.
	Number(sequence string) (int64, error)
}

// Now is what a Validate may know of time.
type Now struct {
	Time  time.Time
	Today value.Date     // in the mission's time zone
	Zone  *time.Location // the mission's; nil is UTC
}

// StartOf is when a day begins in the mission: the first instant of it, for
// what is kept as an instant and asked by the day.
func (n Now) StartOf(d value.Date) time.Time {
	zone := n.Zone
	if zone == nil {
		zone = time.UTC
	}
	y, m, day := d.Time().Date()
	return Milli(time.Date(y, m, day, 0, 0, 0, 0, zone))
}

// Validator is a record with rules that its tags cannot say. Validate reports
// every broken one, as made by Check.
type Validator interface{ Validate(Now) error }

// Head is the envelope that every record carries (domain.md §2). The server
// owns all of it but ID and Lang.
type Head struct {
	ID           string
	Mission      string // mission_id
	Rev          int64
	State        State
	Lang         value.Lang
	CreatedBy    string
	CreatedAt    time.Time
	UpdatedBy    string
	UpdatedAt    time.Time
	ReleasedAt   time.Time
	VoidedReason string
}

// Meta returns the envelope itself, so that shared code may reach it.
func (h *Head) Meta() *Head { return h }

// MarshalJSON refuses: a record leaves only through a viewer's mask (design.md
// §3). Every struct that embeds a Head inherits this.
func (Head) MarshalJSON() ([]byte, error) {
	return nil, errors.New("kind: a record is not marshalled")
}

// Record is a pointer to a struct that embeds Head.
type Record interface{ Meta() *Head }
