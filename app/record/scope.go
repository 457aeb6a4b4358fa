package record

import (
	"context"
	"slices"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
)

// This file is the only one of the package that makes a filter of the store
// (style.md R28): what an actor may reach is put in first, always, and a test
// looks for filters begun elsewhere.

// reached is what one grant reaches of a kind, beside what is the actor's own:
// everything, or the records whose path is one of ids.
type reached struct {
	role kind.Role
	all  bool
	path string
	ids  []string
}

// reach resolves a scope into what each of a's grants reaches of sh today.
// Grants that reach nothing, not even what is own, are left out.
func (e *Engine) reach(ctx context.Context, a *kind.Actor, sh *shape, s authz.Scope) ([]reached, error) {
	var rs []reached
	for i, g := range a.Grants {
		if i == authz.MaxGrants {
			break
		}
		if s.Reaches[i] == authz.NoReach {
			continue
		}
		r, err := e.reachOne(ctx, a, sh, g, s.Reaches[i])
		if err != nil {
			return nil, err
		}
		r.role = g.Role
		rs = append(rs, r)
	}
	return rs, nil
}

func (e *Engine) reachOne(ctx context.Context, a *kind.Actor, sh *shape, g kind.Grant, r authz.Reach) (reached, error) {
	switch {
	case sh.service() || r == authz.Mission:
		return reached{all: true}, nil
	case r == authz.Remit:
		return reached{all: slices.Contains(g.Remit, sh.Name)}, nil
	case r == authz.Self && sh.person != "":
		return reached{path: sh.person, ids: []string{a.Person}}, nil
	case r == authz.Team || r == authz.UnitTree:
		return e.reachUnits(ctx, a, sh, g, r)
	}
	return reached{}, nil // own, and nothing else
}

// reachToChange is reach for what changes records. Reference data is everybody's
// to read and one service's to change: who acts in a mission changes no more of
// it than that mission's own record.
func (e *Engine) reachToChange(ctx context.Context, a *kind.Actor, sh *shape, s authz.Scope) ([]reached, error) {
	rs, err := e.reach(ctx, a, sh, s)
	if sh.service() && a.Mission != "" {
		for i := range rs {
			rs[i] = reached{role: rs[i].role, path: "id", ids: []string{a.Mission}}
		}
	}
	return rs, err
}

// reachUnits measures a team or a unit tree: on the unit that the record names,
// else on the people who serve at these units today.
func (e *Engine) reachUnits(ctx context.Context, a *kind.Actor, sh *shape, g kind.Grant, r authz.Reach) (reached, error) {
	units, all, err := e.unitsOf(ctx, a, g, r)
	if err != nil || all {
		return reached{all: all}, err
	}
	if sh.unit != "" || sh.person == "" {
		return reached{path: sh.unit, ids: unitIDs(sh, units)}, nil
	}
	people, err := e.postedAt(ctx, a.Mission, units)
	return reached{path: sh.person, ids: people}, err
}

// unitIDs leaves no units where a record names none: such a reach reaches nothing.
func unitIDs(sh *shape, units []string) []string {
	if sh.unit == "" {
		return nil
	}
	return units
}

// unitsOf lists the units of a grant (brief of domain.md §5.1): an adviser's
// own postings and the grant's, exactly the grant's for a counterpart, the
// grant's and all below for a team leader or a commander. A team leader bound
// to no unit leads the whole mission; anybody else bound to none has none.
func (e *Engine) unitsOf(ctx context.Context, a *kind.Actor, g kind.Grant, r authz.Reach) (units []string, all bool, err error) {
	switch {
	case g.Role == kind.Counterpart:
		return sorted(g.Units), false, nil
	case g.Role == kind.TeamLeader && len(g.Units) == 0:
		return nil, true, nil
	case g.Role == kind.TeamLeader || r == authz.UnitTree:
		units, err = e.below(ctx, a.Mission, g.Units)
		return units, false, err
	}
	posted, err := e.postingsOf(ctx, a)
	return sorted(append(posted, g.Units...)), false, err
}

func sorted(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// branch is one way for a record to be within a scope: all its conditions hold.
type branch []kind.Cond

// maxIDs is how many ids one condition lists; the store takes 2,000.
const maxIDs = 1000

// parts are the ways in which a record comes within r: one without a condition
// where that is everything, none where it is nothing.
func (r reached) parts() []branch {
	if r.all {
		return []branch{{}}
	}
	var bs []branch
	for ids := range slices.Chunk(r.ids, maxIDs) {
		bs = append(bs, branch{kind.OneOf(r.path, ids...)})
	}
	return bs
}

// branches says how records of shelf come within rs. own are the actor's own;
// narrowed applies what keeps a role from reading what it reaches (drafts, and
// the conditions of the role). A nil result is everything.
func branches(a *kind.Actor, sh *shape, shelf string, rs []reached, narrowed bool) []branch {
	var bs []branch
	if !sh.service() { // nobody owns what all missions share
		bs = append(bs, branch{kind.Is(ownField, a.Person)})
	}
	for _, r := range rs {
		for _, b := range r.parts() {
			bs = append(bs, sh.narrowed(shelf, r.role, b, narrowed)...)
		}
	}
	if slices.ContainsFunc(bs, func(b branch) bool { return len(b) == 0 }) {
		return nil
	}
	if len(bs) == 0 {
		return []branch{{kind.OneOf(idField)}} // nothing, which must not read as everything
	}
	return bs
}

func (sh *shape) narrowed(shelf string, role kind.Role, b branch, narrowed bool) []branch {
	if !narrowed {
		return []branch{b}
	}
	b = append(b, sh.Narrow[role]...)
	if shelf == sh.Name && len(sh.Draft) > 0 {
		return notDraft(b, sh.Draft)
	}
	return []branch{b}
}

// notDraft is b without the drafts: a draft meets every condition of draft, so
// one that is missed is enough.
func notDraft(b branch, draft []kind.Cond) []branch {
	var bs []branch
	for _, c := range draft {
		for _, n := range negations[c.Op] {
			bs = append(bs, append(slices.Clone(b), kind.Cond{Field: c.Field, Op: n, Value: negated(n, c.Value)}))
		}
	}
	return bs
}

// negations lists the comparisons of which one holds where the key does not.
var negations = map[kind.Op][]kind.Op{
	kind.Eq: {kind.Ne}, kind.Ne: {kind.Eq}, kind.In: {kind.NotIn}, kind.NotIn: {kind.In},
	kind.Gt: {kind.Lte, kind.Absent}, kind.Gte: {kind.Lt, kind.Absent}, kind.Lt: {kind.Gte, kind.Absent}, kind.Lte: {kind.Gt, kind.Absent},
}

func negated(op kind.Op, v any) any {
	if op == kind.Absent {
		return nil
	}
	return v
}

// within starts every filter of a caller's query: what of shelf a may see or
// do in j, by rs, and then more. A scope without a grant matches nothing.
func within(a *kind.Actor, sh *shape, shelf string, rs []reached, narrowed bool, more ...store.E) store.D {
	f := inJournal(sh, a.Mission)
	if len(rs) == 0 {
		return append(f, cond(kind.OneOf(idField)))
	}
	if bs := branches(a, sh, shelf, rs, narrowed); len(bs) == 1 {
		f = append(f, conds(bs[0])...)
	} else if len(bs) > 1 {
		or := make([]store.D, len(bs))
		for i, b := range bs {
			or[i] = conds(b)
		}
		f = append(f, store.Or(or...))
	}
	return append(f, more...)
}

// reaching is within without what is the actor's own: for the unit or person
// of a record that is made new. Everybody reaches what is own where own is all
// that the grant says.
func reaching(a *kind.Actor, sh *shape, rs []reached) (store.D, bool) {
	f := inJournal(sh, a.Mission)
	var or []store.D
	for _, r := range rs {
		if r.all {
			return nil, true
		}
		for _, b := range r.parts() {
			or = append(or, conds(b))
		}
	}
	if len(or) == 0 {
		return append(f, cond(kind.OneOf(idField))), false
	}
	return append(f, store.Or(or...)), false
}

// throughout starts the filters of rules, which read the mission as it is, and
// of what the engine itself keeps of it; never one whose answer a caller sees.
func throughout(sh *shape, mission string, cs ...kind.Cond) store.D {
	return append(inJournal(sh, mission), conds(cs)...)
}

// inJournal is the mission of a filter; that of reference data is null, as it
// is in every one of its records.
func inJournal(sh *shape, mission string) store.D {
	if sh.service() {
		return store.D{store.Eq(missionField, nil)}
	}
	return store.D{store.Eq(missionField, mission)}
}

func conds(cs []kind.Cond) []store.E {
	es := make([]store.E, len(cs))
	for i, c := range cs {
		es[i] = cond(c)
	}
	return es
}

func cond(c kind.Cond) store.E {
	switch c.Op {
	case kind.Eq:
		return store.Eq(c.Field, c.Value)
	case kind.In:
		if ids, ok := c.Value.([]string); ok && len(ids) == 1 {
			return store.Eq(c.Field, ids[0])
		}
		return store.In(c.Field, c.Value)
	case kind.NotIn:
		return store.NotIn(c.Field, c.Value)
	case kind.Absent:
		return store.Exists(c.Field, false)
	}
	return store.E{Key: c.Field, Value: store.D{store.E{Key: string(c.Op), Value: c.Value}}}
}

// placeable reports whether a may make a record that lies where raw says.
func (e *Engine) placeable(ctx context.Context, a *kind.Actor, sh *shape, action string, raw store.Raw) (bool, error) {
	scope := e.Policy.Authorize(a, authz.Permission{Object: sh.Name, Action: action})
	if action == "create" && slices.Contains(scope.Reaches[:], authz.Own) {
		return true, nil // what is one's own lies anywhere; but having written it is no right to move it
	}
	rs, err := e.reachToChange(ctx, a, sh, scope)
	if err != nil {
		return false, err
	}
	f, all := reaching(a, sh, rs)
	if all {
		return true, nil
	}
	x, err := store.ParseFilter(f)
	return err == nil && store.Match(x, raw), err
}

// rolesFor lists the roles in which a does an action to raw: those that reach
// it by themselves; where none does, as with what was one's own and has moved,
// all that may do it at all. A nil result is whichever a holds.
func (e *Engine) rolesFor(ctx context.Context, a *kind.Actor, sh *shape, action string, raw store.Raw) ([]kind.Role, error) {
	if len(a.Grants) < 2 || raw == nil {
		return nil, nil
	}
	rs, err := e.reachToChange(ctx, a, sh, e.Policy.Authorize(a, authz.Permission{Object: sh.Name, Action: action}))
	if err != nil {
		return nil, err
	}
	own := store.D{store.Eq(ownField, a.Person)}
	var roles []kind.Role
	for i := range rs {
		f, all := reaching(a, sh, rs[i:i+1])
		if len(rs[i].parts()) == 0 {
			f = own // such a grant reaches nothing else
		}
		x, err := store.ParseFilter(f)
		if err != nil {
			return nil, err
		}
		if all || store.Match(x, raw) {
			roles = append(roles, rs[i].role)
		}
	}
	return roles, nil
}
