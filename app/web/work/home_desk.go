package work

import (
	"context"
	"slices"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// desk gathers what one page shows. Each list is one question to the engine, of
// a few records and never of their number, so that a page costs the same in a
// mission with a million sessions. After an error nothing more is asked.
type desk struct {
	ctx   context.Context
	s     *ui.Site
	p     ui.Page
	err   error
	refs  []value.Ref
	names ui.Names
}

// listed are the first records of a list; more says that there are others.
type listed struct {
	recs []ui.Rec
	more bool
}

// list asks for the first records of a kind. where are pairs of parameter and
// value; the order is the list's own unless sort says otherwise. What the reader
// may not read is an empty list.
func (d *desk) list(name string, limit int, sort string, where ...string) listed {
	return d.ask(name, record.ListQuery{Limit: limit, Sort: sort}, where)
}

// own is list for what is the reader's own.
func (d *desk) own(name string, limit int, sort string, where ...string) listed {
	return d.ask(name, record.ListQuery{Limit: limit, Sort: sort, Own: true}, where)
}

func (d *desk) ask(name string, q record.ListQuery, where []string) listed {
	if d.err != nil || !d.p.Can(name, "read") {
		return listed{}
	}
	q.Filter = map[string]string{}
	for i := 0; i < len(where); i += 2 {
		q.Filter[where[i]] = where[i+1]
	}
	recs, next, err := d.s.List(d.ctx, d.p, d.p.Kind(name), q)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return listed{}
	}
	d.err = err
	return listed{recs, next != "" && len(recs) == q.Limit}
}

// name notes that the records at paths of recs will be named.
func (d *desk) name(recs []ui.Rec, paths ...string) {
	for _, r := range recs {
		for _, path := range paths {
			if ref := r.To(path); ref.ID != "" {
				d.refs = append(d.refs, ref)
			}
		}
	}
}

// call looks up the names of all that was noted.
func (d *desk) call() error {
	if d.err == nil {
		d.names, d.err = d.s.Names(d.ctx, d.p, d.refs)
	}
	return d.err
}

// possible are the verbs that the reader may do to an action now, and that are
// for the reader's side to say.
func (d *desk) possible(r ui.Rec) []string {
	if d.err != nil {
		return nil
	}
	may, err := d.s.Records.May(d.ctx, d.p.Actor, r.Kind, r.ID)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return nil
	}
	d.err = err
	return usable(d.p, r, may.Verbs)
}

// usable are those of verbs that are for the reader's side to say of an action.
func usable(p ui.Page, r ui.Rec, verbs []string) []string {
	a := facts(r)
	return slices.DeleteFunc(slices.Clone(verbs), func(v string) bool { return !a.TurnOf(v, own(p)) })
}

// facts are what the rules of the domain look at in an action.
func facts(r ui.Rec) *mentoring.Action {
	a := &mentoring.Action{OwnerSide: mentoring.OwnerSide(r.Str("owner_side")), ProposedSide: mentoring.OwnerSide(r.Str("proposed_side")),
		CounterSide: mentoring.OwnerSide(r.Str("counter_side")), ReportedSide: mentoring.OwnerSide(r.Str("reported_side")),
		Due: value.Date(r.Str("due")), AskedOn: value.Date(r.Str("asked_on"))}
	a.State = kind.State(r.State())
	return a
}

// contestFacts are what the rules of the domain look at in a contest.
func contestFacts(r ui.Rec) *mentoring.Contest {
	c := &mentoring.Contest{Due: value.Date(r.Str("due"))}
	c.State = kind.State(r.State())
	return c
}

// own is the side that the reader speaks for.
func own(p ui.Page) mentoring.OwnerSide {
	if p.Host() {
		return mentoring.HostSide
	}
	return mentoring.UNSide
}

// head is a list cut to n; what is cut off counts as more.
func (l listed) head(n int) listed {
	if len(l.recs) <= n {
		return l
	}
	return listed{l.recs[:n], true}
}

// only are those of a list that f picks.
func (l listed) only(f func(ui.Rec) bool) listed {
	var out []ui.Rec
	for _, r := range l.recs {
		if f(r) {
			out = append(out, r)
		}
	}
	return listed{out, l.more}
}
