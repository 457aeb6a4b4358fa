package form

import (
	"strconv"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// rankField is what a field is called that takes the code of a rank. Ranks are
// the police services' own (domain.md §2.2), so no reference list has them.
const rankField = "rank_code"

// mostServices is of how many police services ranks are offered.
const mostServices = 10

// ranks offers the ranks of the service that the form names, of all services
// before it names one; where the reader reads none, the code is typed.
func (l *filler) ranks(path string) error {
	d := l.f.p.Kind("police_service")
	if d == nil {
		return nil
	}
	services, _, err := l.s.List(l.ctx, l.f.p, d, record.ListQuery{Limit: mostServices})
	if kind.CodeOf(err) == kind.CodeNotFound {
		return nil
	}
	c := &choices{}
	for _, s := range services {
		if chosen := l.f.Get("service"); chosen == "" || chosen == s.ID {
			l.ranksOf(c, s)
		}
	}
	if len(c.list) > 0 {
		l.f.choices[path] = c
	}
	return err
}

// ranksOf adds the ranks of one service, each code once.
func (l *filler) ranksOf(c *choices, s ui.Rec) {
	for i := range s.Len("ranks") {
		code := s.Str(join("ranks."+strconv.Itoa(i), "code"))
		if has(c.list, code) {
			continue
		}
		label, lang := s.Said(join("ranks."+strconv.Itoa(i), "name")).In(l.f.p.Reads()...)
		one := Choice{Value: code, Label: label, Sub: code}
		if lang.Base() != value.Lang(l.f.p.Lang()).Base() {
			one.Lang = string(lang)
		}
		c.list = append(c.list, one)
	}
}
