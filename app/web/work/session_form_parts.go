package work

import (
	"slices"
	"strconv"
	"strings"
)

// sexes are the counts of who took part, as the form asks for them.
var sexes = []struct{ part, key string }{{"female", "page.form.women"}, {"male", "page.form.men"}, {"other_undisclosed", "page.form.undisclosed"}}

// more are the fields of a session that are mostly as usual, annexMore those of
// the annex that stand folded.
var (
	more = []string{"modality", "languages", "interpretation", "agenda_set_by", "host_position", "place", "feedback_given_at",
		"next_session_on", "next_session_agreed"}
	annexMore = []string{"relationship_climate", "counterpart_commitment", "confidential_observations", "security_context",
		"support_requests", "lessons", "risk_update"}
)

// address is where the form is sent.
func (f *sessionForm) address() string {
	if f.saved {
		return "/sessions/" + f.session.ID + "/edit"
	}
	return "/sessions/new"
}

// changed reports whether the form holds what is nowhere else.
func (f *sessionForm) changed() bool {
	return f.stale != nil || f.locked != "" || len(f.faults()) > 0 || f.edited()
}

// all are the forms of the records that may be made.
func (f *sessionForm) all() []*piece {
	return slices.DeleteFunc(slices.Concat(f.parts(), f.added[:]), func(x *piece) bool { return x == nil })
}

// enum are the values of a field of the session.
func (f *sessionForm) enum(field string) []string {
	fields := f.session.d.Fields
	for seg := range strings.SplitSeq(field, ".") {
		for _, x := range fields {
			if x.Name == seg && len(x.Values) > 0 {
				return x.Values
			}
			if x.Name == seg {
				fields = x.Fields
				break
			}
		}
	}
	return nil
}

// or is what stands in a control, else what is usual.
func (f *sessionForm) or(field, usual string) string {
	if v := f.session.Get(field); v != "" {
		return v
	}
	return usual
}

// reasons are why a visit can have failed.
func (f *sessionForm) reasons() []string {
	return slices.DeleteFunc(slices.Clone(f.enum("outcome_of_visit")), func(v string) bool { return v == "held" || v == "partly_held" })
}

// carried is what a row of participants holds beside its counts; a new one is
// of the host police.
func (f *sessionForm) carried(i int, name string) string {
	v := f.session.Get(path("participants", i, name))
	if v == "" && name == "party" {
		return "host_police"
	}
	return v
}

// said are the sentences of what is wrong with a field of the session.
func (f *sessionForm) said(field string) []string {
	var out []string
	for _, x := range f.session.Faults() {
		if strings.HasPrefix(x.Anchor, f.session.Anchor(field)) {
			out = append(out, x.Text)
		}
	}
	return out
}

func (f *sessionForm) bad(field string) bool { return len(f.said(field)) > 0 }

// moreIsBad reports whether something is wrong in what stands folded.
func (f *sessionForm) moreIsBad() bool { return slices.ContainsFunc(more, f.bad) }

// annexMore reports whether something stands in what is folded of the annex.
func (f *sessionForm) annexMore() bool {
	return slices.ContainsFunc(annexMore, func(field string) bool { return f.annex.Get(field)+f.annex.Get(field+".text") != "" }) ||
		len(f.annex.Values("obstacles")) > 0 || len(f.annex.Faults()) > 0
}

func (f *sessionForm) isTheme(code string) bool {
	return slices.Contains(f.session.Values("themes"), code)
}

// themeID is the id of the control of a theme; the first has that of the field.
func (f *sessionForm) themeID(i int) string {
	if i == 0 {
		return f.session.Anchor("themes")
	}
	return f.session.Anchor("themes") + "-" + strconv.Itoa(i)
}

func (f *sessionForm) isReviewed(id string) bool {
	return slices.Contains(f.session.Values("prior_actions_reviewed"), id)
}

// openID is the id of the control of an open action; the first has that of the
// field.
func (f *sessionForm) openID(i int) string {
	if i == 0 {
		return f.session.Anchor("prior_actions_reviewed")
	}
	return f.session.Anchor("prior_actions_reviewed") + "-" + strconv.Itoa(i)
}

// reviewedElsewhere are the actions reviewed that are not among those shown.
func (f *sessionForm) reviewedElsewhere() []string {
	var out []string
	for _, id := range f.session.Values("prior_actions_reviewed") {
		shown := false
		for _, a := range f.open {
			shown = shown || a.ID == id
		}
		if !shown {
			out = append(out, id)
		}
	}
	return out
}
