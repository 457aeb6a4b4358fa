package ui

import (
	"context"
	"sync"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// Mission is what pages know of the mission that somebody acts in; zero where
// there is none.
type Mission struct {
	ID    string
	Code  string
	Name  value.Text
	Zone  *time.Location
	Langs []value.Lang // in which people write here: working languages, official ones, local ones

	called []term
}

// term is what a mission calls something in one language.
type term struct{ key, lang, text string }

// terms are the mission's own words in a language, by message key.
func (m Mission) terms(lang string) map[string]string {
	var out map[string]string
	for _, t := range m.called {
		if t.lang != lang {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[t.key] = t.text
	}
	return out
}

// mission reads the mission that a acts in, as a sees it; who may read nothing
// of it knows its id alone.
func (s *Site) mission(ctx context.Context, a kind.Actor) (Mission, error) {
	d := s.Kinds.Get("mission")
	if d == nil || a.Mission == "" {
		return Mission{}, nil
	}
	v, err := s.Records.Read(ctx, a, d, a.Mission)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return Mission{ID: a.Mission}, nil
	}
	if err != nil {
		return Mission{ID: a.Mission}, err
	}
	r, err := Parse(d, v)
	if err != nil {
		return Mission{ID: a.Mission}, err
	}
	m := Mission{ID: r.ID, Code: r.Str("code"), Name: r.Said("name"), Zone: zoneOr(r.Str("tz"), time.UTC)}
	for _, field := range []string{"working_langs", "official_langs", "local_langs"} {
		for _, l := range r.Strs(field) {
			m.Langs = append(m.Langs, value.Lang(l))
		}
	}
	list, _ := r.Raw("terms").([]any)
	for _, one := range list {
		text := func(name string) string { s, _ := At(one, name).(string); return s }
		m.called = append(m.called, term{text("key"), text("lang"), text("text")})
	}
	return m, nil
}

// zones keeps the time zones that were asked for: there are a few hundred at
// most, and each is read from a table.
var zones sync.Map

// zoneOr is the time zone called name, or where there is none.
func zoneOr(name string, or *time.Location) *time.Location {
	if name == "" {
		return or
	}
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return or
	}
	zones.Store(name, z)
	return z
}
