package work

import (
	"slices"
	"strconv"
	"strings"

	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// check looks for everything that is wrong before anything is written, and
// reports whether nothing is. What only the store knows comes with saving.
func (f *sessionForm) check(submit, officers bool) bool {
	f.complete(officers)
	f.try(f.session, submit)
	if f.annex != nil && !f.annex.Blank() {
		f.annex.Set("session", f.session.ID)
		f.try(f.annex, false)
	}
	for i, x := range f.actions {
		if x == nil || !f.agreedOn(i) || !officers && f.owedByAdded(i) {
			continue
		}
		f.own(i)
		f.try(x, false)
		day, due := f.session.Get("start.date"), x.Get("due")
		if value.Date(due).Valid() && value.Date(day).Valid() && due < day {
			x.Fault("due", f.p.Say("error.action.before_origin"))
		}
	}
	for i, x := range f.added {
		if x == nil || x.Blank() || !officers {
			continue
		}
		x.Set("unit", f.session.Get("unit"))
		x.Set("service", f.service)
		f.consent(i)
		f.try(x, false)
	}
	if f.held == heldNo && f.why == "" {
		f.extra = append(f.extra, ui.Fault{Anchor: "why", Label: f.p.Say("page.session_form.why"), Text: f.p.Say("error.field.required")})
	}
	return len(f.faults()) == 0
}

// complete puts into the session what the form asks in other words: whether it
// was held, who was added, how many were there, who came for the UN.
func (f *sessionForm) complete(officers bool) {
	s := f.session
	outcome := map[string]string{heldYes: "held", heldPart: "partly_held", heldNo: f.why}[f.held]
	s.Set("outcome_of_visit", outcome)
	for i := range s.Rows("observations") {
		if strings.TrimSpace(s.Get(path("observations", i, "text.text"))) == "" {
			s.Set(path("observations", i, "kind"), "")
			s.Set(path("observations", i, "basis"), "")
		}
	}
	for _, x := range f.added {
		if x != nil && officers && !x.Blank() && !slices.Contains(s.Values("counterparts"), x.ID) {
			s.Set(index("counterparts", s.Rows("counterparts")), x.ID)
		}
	}
	f.count()
	for i := range s.Rows("participants") {
		if f.counted(i) == "" {
			s.Set(path("participants", i, "party"), "") // a row that says nothing is none
		}
	}
	if s.Rows("advisers") == 0 {
		s.Set("advisers.0", f.p.Actor.Person)
	}
}

// count counts the officers who are named, where nobody said how many came.
func (f *sessionForm) count() {
	s := f.session
	if f.counted(0) != "" || s.Rows("participants") > 1 {
		return
	}
	n := map[string]int64{}
	for _, id := range s.Values("counterparts") {
		n[f.sexOf(id)]++
	}
	if len(n) == 0 {
		return
	}
	f.derived = true
	s.Set("participants.0.party", "host_police")
	for sex, part := range map[string]string{"female": "female", "male": "male", "undisclosed": "other_undisclosed"} {
		s.Set("participants.0.sexcount."+part, strconv.FormatInt(n[sex], 10))
	}
}

// underive takes out again what nobody typed.
func (f *sessionForm) underive() {
	for i := range f.session.Rows("counterparts") {
		if f.isAdded(f.session.Get(index("counterparts", i))) {
			f.session.Set(index("counterparts", i), "")
		}
	}
	if !f.derived {
		return
	}
	for _, x := range sexes {
		f.session.Set("participants.0.sexcount."+x.part, "")
	}
}

// counted is what was typed as the counts of a row of participants.
func (f *sessionForm) counted(i int) string {
	out := ""
	for _, x := range sexes {
		out += strings.TrimSpace(f.session.Get(path("participants", i, "sexcount."+x.part)))
	}
	return out
}

// sexOf is the sex of an officer, as it is recorded or was typed.
func (f *sessionForm) sexOf(id string) string {
	for _, r := range f.officers {
		if r.ID == id {
			return r.Str("sex")
		}
	}
	for _, x := range f.added {
		if x != nil && x.ID == id && x.Get("sex") != "" {
			return x.Get("sex")
		}
	}
	return "undisclosed"
}

// consentVersion is the text that officers consent to, in its first version.
const consentVersion = "1"

// consent notes that an officer agreed today to be named in the record.
func (f *sessionForm) consent(i int) {
	if !f.agreed[i] {
		return
	}
	x := f.added[i]
	x.Set("consent.given", "true")
	x.Set("consent.date", string(f.p.Today()))
	x.Set("consent.version", consentVersion)
	x.Set("consent.lang", string(f.p.Writes()[0]))
}

// doc is what is written of one of the forms. A visit that failed is the record
// itself: nobody took part, and it took no time (domain.md §1.5).
func (f *sessionForm) doc(x *piece) (kind.Doc, error) {
	doc, err := x.Doc()
	if x != f.session || f.held != heldNo {
		return doc, err
	}
	return slices.DeleteFunc(doc, func(e kind.Elem) bool { return e.Name == "participants" || e.Name == "duration_min" }), err
}

// try holds one of the forms to the rules that need no other record.
func (f *sessionForm) try(x *piece, submit bool) {
	var all kind.Check
	doc, err := f.doc(x)
	rec := x.d.New()
	for _, err := range []error{err, x.d.Decode(doc, rec, x.by)} {
		if all.Merge(err) != nil {
			x.Fail(err)
		}
	}
	rec.Meta().ID = x.ID
	if submit {
		rec.Meta().State = "submitted"
	}
	if err := all.Merge(x.d.Validate(rec, kind.Now{Time: f.p.Now, Today: f.p.Today()})); err != nil {
		x.Fail(err)
	}
	x.Fail(all.Err())
}

// Labels of fields for which the form asks in words of its own.
var (
	sessionLabels = map[string]string{"participants": "page.session_form.present", "summary": "page.session_form.summary",
		"advice_given": "page.session_form.advised"}
	actionLabels = map[string]string{"text": "page.session_form.will_be_done", "due": "page.session_form.by"}
)

// asked are the faults of one of the forms, called by the words in which the
// form asks. What cannot be read is not missing as well.
func (f *sessionForm) asked(x *piece, labels map[string]string) []ui.Fault {
	all := x.Faults()
	missing := f.p.Say("error.field.required")
	all = slices.DeleteFunc(slices.Clone(all), func(one ui.Fault) bool {
		return one.Text == missing && slices.ContainsFunc(all, func(o ui.Fault) bool { return o.Anchor == one.Anchor && o.Text != missing })
	})
	for i := range all {
		for field, key := range labels {
			if a := x.Anchor(field); all[i].Anchor == a || strings.HasPrefix(all[i].Anchor, a+"-") {
				all[i].Label = f.p.Say(key)
			}
		}
	}
	return all
}

// faults are what there is to put right in all the forms, in their order.
func (f *sessionForm) faults() []ui.Fault {
	out := slices.Clone(f.extra)
	for _, x := range f.asked(f.session, sessionLabels) {
		if x.Anchor == f.session.Anchor("participants.0.party") || x.Anchor == f.session.Anchor("participants._add") {
			x.Anchor = f.session.Anchor("participants.0.sexcount.female")
		}
		out = append(out, x)
	}
	numbered := func(forms []*piece, key string) {
		for i, x := range forms {
			if x == nil {
				continue
			}
			for _, one := range f.asked(x, actionLabels) {
				one.Label = f.p.T(key, map[string]any{"Number": int64(i + 1), "Label": one.Label})
				out = append(out, one)
			}
		}
	}
	numbered(f.added[:], "page.session_form.added_fault")
	numbered(f.actions[:], "page.session_form.action_fault")
	if f.annex != nil {
		out = append(out, f.annex.Faults()...)
	}
	return out
}
