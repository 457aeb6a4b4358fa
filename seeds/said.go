package seeds

import (
	"time"

	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// What the host says of released sessions, and what it is answered. Which
// sessions it is, is counted and not drawn, so that the rest of the
// demonstration is as it would be without.
const (
	commentEach = 20 // of released sessions, and of those every third is answered
	answerEach  = 60
	decidedEach = 90
)

var comments = []words{
	{"fr": "Les fiches citées datent d’avant l’arrivée du nouveau registre.", "ar": "البطاقات المذكورة تعود إلى ما قبل وصول السجل الجديد.",
		"pt": "As fichas citadas são anteriores ao novo registo.", "en": "The sheets mentioned date from before the new register came."},
	{"fr": "Le chef de poste était en congé ce jour-là ; sa remplaçante a signé.", "ar": "كان رئيس المركز في إجازة ذلك اليوم، ووقعت نائبته.",
		"pt": "O chefe do posto estava de férias; assinou a substituta.", "en": "The head of post was on leave that day; his deputy signed."},
	{"fr": "Nous demandons que la prochaine séance porte sur les horaires de nuit.", "ar": "نطلب أن تتناول الجلسة المقبلة نوبات الليل.",
		"pt": "Pedimos que a próxima sessão trate do turno da noite.", "en": "We ask that the next session deal with the night shift."},
}

var reply = words{"fr": "Merci. Nous en tiendrons compte à la prochaine visite.", "en": "Thank you. We will take it into account on the next visit."}

// said is what was said of a released session.
func (s *story) said(i int, rec *mentoring.Session) []Item {
	var items []Item
	if rec.State == mentoring.Contested {
		items = append(items, Item{Rec: s.contest(i, rec, false), Released: true})
	} else if i%decidedEach == 0 && rec.State != mentoring.Closed && len(rec.Counterparts) > 0 {
		items = append(items, Item{Rec: s.contest(i, rec, true), Released: true})
	}
	if i%commentEach != 0 {
		return items
	}
	items = append(items, Item{Rec: s.comment("comment", i, rec, 30), Released: true})
	if i%answerEach == 0 {
		items = append(items, Item{Rec: s.comment("reply", i, rec, 54), Released: true})
	}
	return items
}

// comment is one of the host's on a session, or the reply of the adviser, some
// hours after the release.
func (s *story) comment(name string, i int, rec *mentoring.Session, hours int) *mentoring.Comment {
	unit := rec.Unit.ID
	k := &mentoring.Comment{Session: value.Ref{Kind: "session", ID: rec.ID}, Unit: rec.Unit, SessionType: rec.Type,
		Counterparts: rec.Counterparts, Advisers: rec.Advisers, WrittenAt: rec.ReleasedAt.Add(time.Duration(hours) * time.Hour)}
	by := rec.Advisers[0].ID
	if name == "reply" {
		k.Side, k.Text = mentoring.UNSide, value.Text{Lang: "fr", Text: reply["fr"]}
		n := s.c.named(by, unit)
		k.AuthorText = mentoring.Author{Name: n.Name, Post: n.Function}
	} else {
		lang := s.lang
		k.Side, k.Text = mentoring.HostSide, value.Text{Lang: lang, Text: comments[i/commentEach%len(comments)][lang]}
		k.AuthorText, by = s.c.officer(unit, 0)
	}
	s.head(k, name, i, by, k.WrittenAt)
	k.ReleasedAt = k.WrittenAt
	return k
}

// officer is the n-th officer of a unit in words, and his id.
func (c *Carana) officer(unit string, n int) (mentoring.Author, string) {
	p := c.police[unit][n]
	return mentoring.Author{Name: p.Name, Rank: string(p.RankCode), Function: p.Function}, p.ID
}

// contest is an objection of the commander's; one that was decided upheld the
// record.
func (s *story) contest(i int, rec *mentoring.Session, decided bool) *mentoring.Contest {
	why := func(text string) value.Text { return value.Text{Lang: "fr", Text: text} }
	at := rec.ReleasedAt.Add(40 * time.Hour)
	day := value.DateOf(at)
	c := &mentoring.Contest{Session: value.Ref{Kind: "session", ID: rec.ID}, Field: "observations", Grounds: "factual_error",
		Statement: why("Le registre a été mis à jour la veille de la visite."), FiledOn: day, Due: day.AddDays(14),
		Unit: rec.Unit, Counterparts: rec.Counterparts, Advisers: rec.Advisers,
		RecordedBy: rec.CreatedBy, ApprovedBy: rec.ApprovedBy, ReleasedBy: rec.ReleasedBy}
	var by string
	c.AuthorText, by = s.c.officer(rec.Unit.ID, 0)
	s.head(c, "contest", i, by, at)
	c.ReleasedAt, c.State = at, mentoring.ContestOpen
	if decided {
		c.State, c.DecidedBy = mentoring.ContestUpheld, s.c.people[5].ID // who led before
		c.Decisions = []mentoring.Decision{{Outcome: mentoring.Upheld, On: day.AddDays(9), Office: mentoring.ByLeader,
			Reasons: why("Le registre a été relu avec l’équipe ; les vingt fiches sont celles de la visite.")}}
	}
	return c
}
