package work

import (
	"cmp"

	"colocate/app/web/ui"
	"colocate/domain/mentoring"
)

// Captions are what records are called whose title field is not enough, by the
// name of the kind: whole messages, so that each language keeps its own order.
// What the reader does not see is not in the record, and so in no caption.
func Captions() map[string]func(p ui.Page, r ui.Rec) string {
	return map[string]func(p ui.Page, r ui.Rec) string{
		"session": sessionCaption, "session_annex": dated("page.caption.session_annex", "created_at"),
		"session_comment": commentCaption, "contest": contestCaption, "counterpart": counterpartCaption,
		"posting": postingCaption, "strength_snapshot": strengthCaption,
	}
}

// sessionCaption is "Mentoring session, 6 October 2026".
func sessionCaption(p ui.Page, r ui.Rec) string {
	return p.T("page.caption.session", map[string]any{"Type": sessionType(p, r.Str("type")), "Date": day(p, r, "start")})
}

// sessionType is what a session of a type is called.
func sessionType(p ui.Page, t string) string {
	return p.Say(cmp.Or(typeKeys[mentoring.SessionType(t)], "kind.session.name"))
}

// typeKeys are what sessions of a type are called, as messages.
var typeKeys = map[mentoring.SessionType]string{
	mentoring.Monitoring: "page.caption.session_type.monitoring", mentoring.Mentoring: "page.caption.session_type.mentoring",
	mentoring.Advising: "page.caption.session_type.advising", mentoring.Coaching: "page.caption.session_type.coaching",
	mentoring.FollowUp: "page.caption.session_type.follow_up", "training": "page.caption.session_type.training",
	"operational_support": "page.caption.session_type.operational_support", "coordination": "page.caption.session_type.coordination",
}

// day is the day of an instant in the mission, "" if there is none.
func day(p ui.Page, r ui.Rec, path string) string {
	at := r.Time(path)
	if at.IsZero() {
		return ""
	}
	return p.Date(p.Day(at))
}

// dated is a caption of which only the day of an instant changes.
func dated(key, path string) func(ui.Page, ui.Rec) string {
	return func(p ui.Page, r ui.Rec) string {
		d := day(p, r, path)
		if d == "" {
			return p.Name(r.Kind)
		}
		return p.T(key, map[string]any{"Date": d})
	}
}

func commentCaption(p ui.Page, r ui.Rec) string {
	if !r.Has("author_text.name") {
		return p.T("page.caption.session_comment_unnamed", map[string]any{"Date": day(p, r, "written_at")})
	}
	return p.T("page.caption.session_comment", map[string]any{"Name": author(p, r), "Date": day(p, r, "written_at")})
}

func contestCaption(p ui.Page, r ui.Rec) string {
	return p.T("page.caption.contest", map[string]any{"Field": p.Enum("contest_field", r.Str("field")), "Date": p.Date(r.Str("filed_on"))})
}

// author is who wrote something on a shared record: of a host officer the rank
// too; the side where nobody is named.
func author(p ui.Page, r ui.Rec) string {
	return cmp.Or(ranked(p, r.Str("author_text.rank"), r.Str("author_text.name")), sideName(p, r.Str("side")))
}

// sideName is what a side is called where no person is.
func sideName(p ui.Page, side string) string {
	if mentoring.OwnerSide(side) == mentoring.HostSide {
		return p.Say("page.today.host_police")
	}
	return p.Say("page.today.un_police")
}

// ranked is a name with its rank, if it has one.
func ranked(p ui.Page, rank, name string) string {
	if rank == "" || name == "" {
		return name
	}
	return p.T("page.caption.counterpart", map[string]any{"Rank": rank, "Name": name})
}

// counterpartCaption is an officer with his rank, as far as the reader knows
// both.
func counterpartCaption(p ui.Page, r ui.Rec) string {
	return ranked(p, cmp.Or(r.Str("rank_text"), r.Str("rank_code")), r.Str("name"))
}

func postingCaption(p ui.Page, r ui.Rec) string {
	return p.T("page.caption.posting", map[string]any{"Function": p.Enum("posting_function", r.Str("function")),
		"Period": p.Range(r.Str("period.start"), r.Str("period.end"))})
}

func strengthCaption(p ui.Page, r ui.Rec) string {
	return p.T("page.caption.strength_snapshot", map[string]any{"Date": p.Date(r.Str("as_of"))})
}
