package i18n_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// labels are the texts that name what the glossary names, by its key.
var labels = map[string][]string{
	"acknowledge":       {"verb.session.acknowledge.label"},
	"action":            {"kind.action.name"},
	"adviser":           {"enum.posting_function.adviser.label"},
	"advising":          {"enum.session_type.advising.label"},
	"approved":          {"state.session.approved.label"},
	"capacity_building": {"enum.police_mandate.capacity_building.label"},
	"closed":            {"state.session.closed.label"},
	"counterpart":       {"kind.counterpart.name"},
	"draft":             {"state.session.draft.label"},
	"due_date":          {"field.action.due.label"},
	"follow_up":         {"enum.session_type.follow_up.label"},
	"fpu":               {"enum.personnel_category.FPU.label"},
	"host_police":       {"enum.party.host_police.label"},
	"host_state":        {"enum.owner_side.host.label"},
	"human_rights":      {"enum.component.human_rights.label"},
	"interpreter":       {"enum.personnel_category.interpreter.label", "role.interpreter.label", "field.session.interpreter.label"},
	"ipo":               {"enum.personnel_category.IPO.label"},
	"mentoring":         {"enum.session_type.mentoring.label"},
	"mission":           {"kind.mission.name"},
	"monitoring":        {"enum.session_type.monitoring.label"},
	"overdue":           {"field.action.overdue.label"},
	"owner":             {"field.action.owner.label", "field.action.un_owner.label"},
	"rank":              {"field.counterpart.rank_code.label", "field.strength_snapshot.by_rank.rank_code.label"},
	"region":            {"enum.unit_level.region.label"},
	"release":           {"verb.session.release.label"},
	"returned":          {"state.session.returned.label"},
	"session":           {"kind.session.name"},
	"sgbv":              {"enum.speciality.sgbv.label"},
	"station":           {"enum.unit_level.station.label"},
	"submitted":         {"state.session.submitted.label"},
	"training":          {"enum.session_type.training.label"},
	"verification":      {"field.action.verification.label", "field.action.verify.verification.label"},
}

// shorter are labels that are a part of their term, for the reason given.
var shorter = map[string]string{
	"kind.session.name": "a session may be of another type than mentoring",
}

// agreeing are labels that bend their term to go with the noun that they stand
// for, by language: the session (séance, sesión, جلسة) and the action (medida)
// are feminine, the terms are given in the masculine.
var agreeing = map[string]map[string]string{
	"fr": {
		"state.session.submitted.label": "Soumise", "state.session.approved.label": "Approuvée",
		"state.session.returned.label": "Renvoyée pour révision", "state.session.closed.label": "Close",
	},
	"es": {
		"state.session.submitted.label": "Presentada", "state.session.approved.label": "Aprobada",
		"state.session.returned.label": "Devuelta para revisión", "state.session.closed.label": "Cerrada",
		"field.action.overdue.label": "Atrasada",
	},
	"ar": {
		"state.session.submitted.label": "مُقدَّمة", "state.session.approved.label": "معتمدة",
		"state.session.returned.label": "مُعادة للمراجعة", "state.session.closed.label": "مغلقة",
	},
}

// glossary reads the terms, by key and language; its further columns are languages
// that there is no catalogue of yet.
func glossary(t *testing.T) map[string]map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/terms.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) < 7 {
			t.Fatalf("malformed line %q", line)
		}
		term := map[string]string{}
		for i, lang := range []string{"en", "fr", "es", "ar", "ru", "zh"} {
			term[lang] = cells[i+1]
		}
		out[cells[0]] = term
	}
	return out
}

var gloss = regexp.MustCompile(`\s*[(（][^)）]*[)）]`)

// bare is a term or a label without what is in brackets, without the Arabic
// article and with a small first letter.
func bare(lang, text string) string {
	text = strings.TrimSpace(gloss.ReplaceAllString(text, ""))
	if lang == "ar" {
		text = strings.TrimPrefix(text, "ال")
		return strings.ReplaceAll(text, " ال", " ")
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

func TestLabelsAreTheTermsOfTheGlossary(t *testing.T) {
	t.Parallel()
	terms := glossary(t)
	for _, lang := range languages() {
		texts := catalogue(t, lang)
		for key, names := range labels {
			want := bare(lang, terms[key][lang])
			if want == "" {
				t.Errorf("the glossary has no %s in %s", key, lang)
			}
			for _, name := range names {
				text := texts[name][""]
				got := bare(lang, text)
				if got == want || agreeing[lang][name] == text && text != "" || shorter[name] != "" && got != "" && strings.Contains(want, got) {
					continue
				}
				t.Errorf("%s: %s is %q, the glossary has %q", lang, name, text, terms[key][lang])
			}
		}
	}
}

func TestExceptionsToTheGlossaryAreNeeded(t *testing.T) {
	t.Parallel()
	terms := glossary(t)
	for key, names := range labels {
		for _, name := range names {
			for lang, bent := range agreeing {
				if bent[name] != "" && bare(lang, bent[name]) == bare(lang, terms[key][lang]) {
					t.Errorf("%s: %s is as in the glossary", lang, name)
				}
			}
		}
	}
}
