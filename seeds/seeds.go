// Package seeds holds the reference data that every service starts with, and
// Carana, the fictional host state of the demonstration (domain.md §3). It only
// makes records; app/record checks and writes them, like any import. Real
// missions appear with public facts and nothing else (domain.md §0, decision 10).
package seeds

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

//go:embed reference/*.json demo/*.json
var files embed.FS

// ID is the fixed id of the seed called name: made of it, so that seeding twice
// is the same as once, and shaped like any other id (a UUID of version 4).
func ID(name string) string {
	sum := sha256.Sum256([]byte("colocate/seeds/" + name))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

// item is one code of a reference list with its names.
type item struct {
	Code string `json:"code"`
	En   string `json:"en"`
	Fr   string `json:"fr"`
	Ar   string `json:"ar"`
}

// rankList is the ranks of one police service, highest first, in the language
// of the service.
type rankList struct {
	Lang       value.Lang `json:"lang"`
	Unverified bool       `json:"unverified"`
	Names      []string   `json:"names"`
}

// rankLists makes the rank lists of domain.md §3.7, coded by their order: "R01" is
// the highest.
func rankLists() ([]kind.Record, error) {
	all := map[string]rankList{}
	if err := read("reference/ranks.json", &all); err != nil {
		return nil, err
	}
	var recs []kind.Record
	for _, list := range slices.Sorted(maps.Keys(all)) {
		for i, name := range all[list].Names {
			r := &mission.ReferenceItem{List: list, Code: fmt.Sprintf("R%02d", i+1), Order: int64(i + 1),
				Name: value.Text{Lang: all[list].Lang, Text: name}, Unverified: all[list].Unverified}
			r.ID = ID("reference_item/" + list + "/" + r.Code)
			recs = append(recs, r)
		}
	}
	return recs, nil
}

// Reference makes the reference data of domain.md §3: the code and rank lists, and the
// missions through decode, which reads the JSON form of a kind into a record.
// What no source confirms yet is marked unverified.
func Reference(decode func(name string, in json.RawMessage) (kind.Record, error)) ([]kind.Record, error) {
	recs, err := lists()
	if err != nil {
		return nil, err
	}
	held, err := rankLists()
	if err != nil {
		return nil, err
	}
	recs = append(recs, held...)
	var missions []json.RawMessage
	if err := read("reference/missions.json", &missions); err != nil {
		return nil, err
	}
	for i, raw := range missions {
		m, err := decode("mission", raw)
		if err != nil {
			return nil, fmt.Errorf("seeds: mission %d: %w", i, err)
		}
		m.Meta().ID = ID("mission/" + string(m.(*mission.Mission).Code))
		recs = append(recs, m)
	}
	for _, r := range recs {
		stamp(r)
	}
	return recs, nil
}

// seeded is when the seeds were written, so that they are the same every time.
var seeded = time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC)

// stamp signs a record as a seed, which no person wrote.
func stamp(r kind.Record) {
	h := r.Meta()
	h.CreatedBy, h.UpdatedBy, h.CreatedAt, h.UpdatedAt = ID("author"), ID("author"), seeded, seeded
}

// lists makes the reference items: themes (§3.3) and code lists (§3.7, §3.9).
func lists() ([]kind.Record, error) {
	var themes []item
	if err := read("reference/themes.json", &themes); err != nil {
		return nil, err
	}
	codes := map[string][]item{}
	if err := read("reference/codes.json", &codes); err != nil {
		return nil, err
	}
	codes["theme"] = themes
	var recs []kind.Record
	for _, list := range slices.Sorted(maps.Keys(codes)) {
		for i, it := range codes[list] {
			recs = append(recs, it.record(list, int64(i+1)))
		}
	}
	return recs, nil
}

func (it item) record(list string, order int64) kind.Record {
	r := &mission.ReferenceItem{List: list, Code: it.Code, Order: order, Name: trilingual(it.En, it.Fr, it.Ar)}
	r.ID = ID("reference_item/" + list + "/" + it.Code)
	return r
}

// trilingual is an English text with its French and Arabic translations.
func trilingual(en, fr, ar string) value.Text {
	return value.Text{Lang: "en", Text: en, Tr: map[value.Lang]value.Translation{
		"fr": {Text: fr, Method: value.Human, State: value.VerifiedTranslation},
		"ar": {Text: ar, Method: value.Human, State: value.DraftTranslation},
	}}
}

func read(name string, into any) error {
	raw, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("seeds: %s: %w", name, err)
	}
	return nil
}
