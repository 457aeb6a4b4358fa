package mentoring

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// ReleaseInput is what a release needs beside the record.
type ReleaseInput struct {
	// ScanResolved says that somebody looked at what the scan found and it may
	// stay.
	ScanResolved bool               `f:"scan_resolved"`
	Translations []TranslationInput `f:"translations,max=12"`
}

// TranslationInput translates one shared text: "summary", "advice_given",
// "place" or "observations/0/text".
type TranslationInput struct {
	Field  string       `f:"field,required,max=40"`
	Text   value.Text   `f:"text,required,max=2000"` // its lang is the translation's
	Method value.Method `f:"method,required"`
}

// release shows an approved session to the host, where the conditions of
// domain.md §2.6 hold: R1 is the verb's From, the others are releaseChecks. R4
// waits for ratings.
func release(w kind.World, s *Session, in *ReleaseInput) error {
	if err := translate(w, s, in.Translations); err != nil {
		return err
	}
	checks, err := releaseChecks(w, s)
	if err != nil {
		return err
	}
	if err := kind.Unmet(checks, resolved(in.ScanResolved)); err != nil {
		return err
	}
	if err := number(w, s); err != nil {
		return err
	}
	s.ReleasedAt, s.ReleasedBy = w.Now(), w.Actor().Person
	if err := share(w, s); err != nil {
		return err
	}
	acts, err := actionsOf(w, s)
	if err != nil {
		return err
	}
	for _, a := range acts {
		if err := a.publish(w); err != nil {
			return err
		}
	}
	return nil
}

// resolved is the field by which somebody took the scan's findings on himself,
// "" where nobody did.
func resolved(is bool) string {
	if is {
		return scanResolved
	}
	return ""
}

// releaseChecks are R2, R3, R5 and R6 of domain.md §2.6: for whom (why the UN
// cannot support a unit is not said, in the same words for every cause), what
// is shown, and who releases.
func releaseChecks(w kind.World, s *Session) ([]kind.Condition, error) {
	u, err := unitOf(w, s)
	if err != nil {
		return nil, err
	}
	acts, err := actionsOf(w, s)
	if err != nil {
		return nil, err
	}
	texts, err := presentable(w, s, acts)
	if err != nil {
		return nil, err
	}
	sole := len(s.Advisers) == 1 && s.Advisers[0].ID == w.Actor().Person
	checks := []kind.Condition{kind.Holds("check.session.support", u.Support != host.NotPossible,
		&kind.Error{Code: kind.CodeConflict, Key: "error.session.release_not_possible"})}
	return append(append(checks, texts...), kind.Holds("check.session.not_sole_author", !sole,
		&kind.Error{Code: kind.CodeConflict, Key: "error.session.sole_author"})), nil
}

func unitOf(w kind.World, s *Session) (*host.Unit, error) {
	var u host.Unit
	return &u, w.Get(s.Unit, &u)
}

// sharedText is a text that a release shows, by its path.
type sharedText struct {
	field string
	text  *value.Text
}

func (s *Session) sharedTexts() []sharedText {
	texts := []sharedText{{"summary", &s.Summary}, {"advice_given", &s.Advice}, {"place", &s.Place}}
	for i := range s.Observations {
		texts = append(texts, sharedText{fmt.Sprintf("observations/%d/text", i), &s.Observations[i].Text})
	}
	return slices.DeleteFunc(texts, func(t sharedText) bool { return t.text.Text == "" })
}

// translate adds labelled translations to the shared texts of s.
func translate(w kind.World, s *Session, ts []TranslationInput) error {
	var c kind.Check
	texts := s.sharedTexts()
	for i, t := range ts {
		at := slices.IndexFunc(texts, func(x sharedText) bool { return x.field == t.Field })
		path := fmt.Sprintf("translations/%d/", i)
		c.Must(at >= 0, path+"field", "error.session.no_such_text")
		if at < 0 {
			continue
		}
		text := texts[at].text
		c.Must(text.Lang != t.Text.Lang, path+"text", "error.session.translation_lang")
		tr := make(map[value.Lang]value.Translation, len(text.Tr)+1)
		for l, old := range text.Tr {
			tr[l] = old
		}
		tr[t.Text.Lang] = value.Translation{Text: t.Text.Text, Method: t.Method, State: value.DraftTranslation,
			By: w.Actor().Person, At: w.Now().Format(time.RFC3339)}
		text.Tr = tr
	}
	return c.Err()
}

// presentable are the conditions of what is shown: nothing that looks like a
// person's data left unresolved (R3), and every text in a language that the
// host reads (R5). Each names the texts at fault.
func presentable(w kind.World, s *Session, acts []*Action) ([]kind.Condition, error) {
	texts := s.sharedTexts()
	for _, a := range acts {
		texts = append(texts, sharedText{"actions/" + string(a.Code), &a.Text})
	}
	langs, err := hostLanguages(w, s)
	if err != nil {
		return nil, err
	}
	var found, unread []string
	for _, t := range texts {
		if scanText(*t.text) {
			found = append(found, t.field)
		}
		if !readable(*t.text, langs) {
			unread = append(unread, t.field)
		}
	}
	for i, p := range s.Participants {
		if sensitive(p.Role) {
			found = append(found, fmt.Sprintf("participants/%d/role", i))
		}
	}
	scan := kind.Holds("check.session.scan", len(found) == 0, naming("error.session.scan", found))
	read := kind.Holds("check.session.language", len(unread) == 0, naming("error.session.language", unread))
	scan.Settle, read.Settle = scanResolved, "translations"
	return []kind.Condition{scan, read}, nil
}

// scanResolved is the input field that settles what the scan found.
const scanResolved = "scan_resolved"

// naming refuses with the paths of the fields at fault.
func naming(key string, fields []string) *kind.Error {
	return &kind.Error{Code: kind.CodeConflict, Key: key, Args: map[string]any{"Fields": strings.Join(fields, ", ")}}
}

// hostLanguages are the languages that the unit's service reads, else those of
// the mission's host.
func hostLanguages(w kind.World, s *Session) ([]value.Lang, error) {
	u, err := unitOf(w, s)
	if err != nil {
		return nil, err
	}
	var p host.PoliceService
	if _, err := mission.Known(w, u.Service, &p, "police_service"); err != nil {
		return nil, err
	}
	if len(p.HostLanguages) > 0 {
		return p.HostLanguages, nil
	}
	m, err := mission.Own(w)
	if err != nil {
		return nil, err
	}
	return m.HostLanguages(), nil
}

// readable reports whether t is written in or translated to one of langs, or to
// a variety of one.
func readable(t value.Text, langs []value.Lang) bool {
	in := func(l value.Lang) bool {
		return slices.ContainsFunc(langs, func(x value.Lang) bool { return x.Base() == l.Base() })
	}
	return in(t.Lang) || slices.ContainsFunc(t.Languages(), in)
}

// number gives s its release number, without gaps within a unit and a year
// (domain.md §5.3).
func number(w kind.World, s *Session) error {
	u, err := unitOf(w, s)
	if err != nil {
		return err
	}
	year := string(w.Today())[:4]
	n, err := w.Next("release/" + u.ID + "/" + year)
	if err != nil {
		return err
	}
	s.ReleaseNo = ReleaseNo(u.Code, year, n)
	return nil
}

// ReleaseNo is the n-th release number of a unit in a year: "CRN-ST-014/2026-07".
func ReleaseNo(unit value.Code, year string, n int64) string {
	return fmt.Sprintf("%s/%s-%02d", unit, year, n)
}

// share presents s to the host and puts the copy on the released shelf.
func share(w kind.World, s *Session) error {
	day, err := dayOf(w, s)
	if err != nil {
		return err
	}
	var named []NamedAdviser
	for _, ref := range s.Advisers {
		n, err := namedAdviser(w, ref, s.Unit, day)
		if err != nil {
			return err
		}
		named = append(named, n)
	}
	s.Present(named)
	if err := s.sharePrior(w); err != nil {
		return err
	}
	return w.Release(s)
}

// sharePrior lists the actions reviewed that the host reads: the id of another
// would tell that there is a session that was not released.
func (s *Session) sharePrior(w kind.World) error {
	s.PriorShared = nil
	for _, ref := range s.PriorActions {
		var a Action
		if err := w.Get(ref, &a); err != nil {
			return err
		}
		out, err := w.Released(&a)
		if err != nil {
			return err
		}
		if out {
			s.PriorShared = append(s.PriorShared, ref)
		}
	}
	return nil
}

// Present fills what stands on the shared record in place of what the host must
// not see: the visit's outcome, the advisers, the day of the next session.
func (s *Session) Present(advisers []NamedAdviser) {
	s.OutcomeShared, s.NextShared, s.AdvisersText = s.Outcome.shared(), "", advisers
	if s.NextAgreed {
		s.NextShared = s.NextOn
	}
}

// namedAdviser is a person's name, and the function in which he was posted that
// day: at unit, or else anywhere; none if he was not.
func namedAdviser(w kind.World, person, unit value.Ref, day value.Date) (NamedAdviser, error) {
	var p mission.Person
	if err := w.Get(person, &p); err != nil {
		return NamedAdviser{}, err
	}
	n := NamedAdviser{Name: p.Name}
	err := w.Find("posting", []kind.Cond{kind.Is("person.id", p.ID)}, 200, func(rec any) error {
		at := rec.(*mission.Posting)
		if at.Period.Contains(day) && (n.Function == "" || at.Unit == unit) {
			n.Function = at.Function
		}
		return nil
	})
	return n, err
}
