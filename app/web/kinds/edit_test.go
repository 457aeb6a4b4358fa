package kinds_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"colocate/app/record"
	"colocate/app/web/webtest"
	"colocate/domain/kind"
	"colocate/seeds"
)

// read is a record as the engine answers it.
func (h *host) read(who, name, id string) (map[string]any, string) {
	h.T.Helper()
	v, err := h.Records.Read(h.T.Context(), h.As(who), h.Kinds.Get(name), id)
	if err != nil {
		h.T.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(v.JSON, &m); err != nil {
		h.T.Fatal(err)
	}
	return m, v.ETag
}

func (h *host) absent(who, name, id string) {
	h.T.Helper()
	if _, err := h.Records.Read(h.T.Context(), h.As(who), h.Kinds.Get(name), id); kind.CodeOf(err) != kind.CodeNotFound {
		h.T.Errorf("%s %s was written: %v", name, id, err)
	}
}

// open is a form as a browser would send it untouched.
func (h *host) open(who, path string) url.Values {
	h.T.Helper()
	a := h.Get(who, path)
	webtest.Check(h.T, a.Body)
	return webtest.Sends(h.T, a.Body, path)
}

// post sends a form and wants a status.
func (h *host) post(who, path string, v url.Values, status int) webtest.Page {
	h.T.Helper()
	a := h.Send(who, "en", "POST", path, v)
	if a.Status != status {
		h.T.Fatalf("POST %s: %d, want %d\n%s", path, a.Status, status, webtest.Main(a.Body))
	}
	if status != http.StatusSeeOther {
		webtest.Check(h.T, a.Body)
	}
	return a
}

func with(v url.Values, pairs ...string) url.Values {
	c := url.Values{}
	for name, vals := range v {
		c[name] = append([]string{}, vals...)
	}
	for i := 0; i < len(pairs); i += 2 {
		c.Set(pairs[i], pairs[i+1])
	}
	return c
}

// TestFormsOfEveryKind: whoever may make a record of a kind gets a sound form,
// everybody else is refused.
func TestFormsOfEveryKind(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	for who := range webtest.People() {
		for _, d := range h.Kinds.All() {
			if d.Unlisted {
				continue
			}
			r, err := h.Records.Rights(t.Context(), h.As(who), d)
			if err != nil {
				t.Fatal(err)
			}
			for _, lang := range []string{"en", "ar"} {
				a := h.Send(who, lang, "GET", "/"+d.Plural+"/new", nil)
				switch {
				case r.Create && a.Status == 200:
					webtest.Check(t, a.Body)
				case r.Create, a.Status < 400:
					t.Errorf("%s %s: %d", who, d.Name, a.Status)
				}
			}
		}
	}
}

func unitForm(h *host) url.Values {
	v := h.open("aminata", "/units/new")
	return with(v, "code", "CRN-ST-099", "name.text", "Poste de Lubo", "name.lang", "fr", "service", seeds.ID("unac/police_service/CRN-POL"),
		"level", "post", "parent", webtest.Unit, "mentored_tier", "B", "operating_status", "open_24h")
}

// TestCreate: what was typed is a record; the same form twice makes one.
func TestCreate(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	v := unitForm(h)
	v.Set("catchment_population", "12\u00a0500")
	v.Set("catchment_source", "Census")
	for range 2 {
		a := h.post("aminata", "/units/new", v, http.StatusSeeOther)
		if to := a.Header.Get("Location"); to != "/units/"+v.Get("_id") {
			t.Fatalf("to %q", to)
		}
	}
	m, _ := h.read("aminata", "unit", v.Get("_id"))
	if m["code"] != "CRN-ST-099" || m["catchment_population"] != 12500.0 || m["name"].(map[string]any)["lang"] != "fr" {
		t.Error(m)
	}
	other := with(v, "name.text", "Poste de Luba")
	a := h.post("aminata", "/units/new", other, http.StatusConflict)
	h.Has(a, "sent before", "/units/"+v.Get("_id"), "Poste de Luba")
	if again := webtest.Sends(t, a.Body, "/units/new"); again.Get("_id") == v.Get("_id") || again.Get("code") != "CRN-ST-099" {
		t.Error("the form that comes back makes no second record, or lost what was typed")
	}
	if m, _ = h.read("aminata", "unit", v.Get("_id")); m["name"].(map[string]any)["text"] != "Poste de Lubo" {
		t.Error("the record was changed")
	}
}

// TestFaultsKeepWhatWasTyped: faults stand in the summary and at the field, and
// nothing is written.
func TestFaultsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	v := with(unitForm(h), "catchment_population", "4,5", "code", "no", "level", "camp", "geo.lat", "north", "support_status_on", "31.12.2026",
		"name.text", "<script>alert(1)</script> \u202eمركز")
	a := h.post("aminata", "/units/new", v, http.StatusUnprocessableEntity)
	h.Has(a, `role="alert"`, `href="#f-catchment_population"`, `href="#f-geo-lat"`, `value="4,5"`, `value="north"`, "Enter a whole number from 0 to",
		`aria-invalid="true"`, "&lt;script&gt;", "not", "<script>alert")
	again := webtest.Sends(t, a.Body, "/units/new")
	for _, name := range []string{"catchment_population", "code", "geo.lat", "name.text", "support_status_on", "_id"} {
		if again.Get(name) != v.Get(name) {
			t.Errorf("%s: %q, typed %q", name, again.Get(name), v.Get(name))
		}
	}
	h.absent("aminata", "unit", v.Get("_id"))

	long := strings.Repeat("A", 200<<10)
	a = h.post("aminata", "/units/new", with(unitForm(h), "name.text", long), http.StatusUnprocessableEntity)
	h.Has(a, "Too long", long)

	a = h.post("aminata", "/units/new", with(unitForm(h), "motto", "Servir"), http.StatusUnprocessableEntity)
	h.Has(a, "no field motto", "Servir", `readonly`)
	if again := webtest.Sends(t, a.Body, "/units/new"); again.Has("motto") {
		t.Error("what has no place is sent again")
	}
	a = h.post("aminata", "/units/new", with(unitForm(h), "unverified", "false"), http.StatusUnprocessableEntity)
	h.Has(a, "no field unverified") // the server's own
}

// TestEdit: fields that were not touched stay, translations among them.
func TestEdit(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	path := "/units/" + webtest.Unit + "/edit"
	before, _ := h.read("aminata", "unit", webtest.Unit)
	v := with(h.open("aminata", path), "vehicles_working", "3")
	h.post("aminata", path, v, http.StatusSeeOther)
	after, _ := h.read("aminata", "unit", webtest.Unit)
	if after["vehicles_working"] != 3.0 {
		t.Error(after["vehicles_working"])
	}
	for name := range before {
		switch name {
		case "vehicles_working", "rev", "updated_at", "updated_by", "unverified":
		default:
			a, _ := json.Marshal(before[name])
			b, _ := json.Marshal(after[name])
			if string(a) != string(b) {
				t.Errorf("%s: %s became %s", name, a, b)
			}
		}
	}
	h.Send("elin", "en", "GET", "/units/"+seeds.ID("unac/unit/CRN-HQ")+"/edit", nil)
}

// TestTranslationsOutliveTheForm: the original is changed, its translations stay
// beside it and count as checked no more.
func TestTranslationsOutliveTheForm(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	id := uuid.NewString()
	d := h.Kinds.Get("office")
	tr := kind.Doc{{Name: "en", Value: kind.Doc{{Name: "text", Value: "Corma team site"}, {Name: "method", Value: "human"}, {Name: "state", Value: "verified"}}}}
	in := kind.Doc{{Name: "code", Value: "UNAC-TS-99"}, {Name: "type", Value: "mission_hq"},
		{Name: "name", Value: kind.Doc{{Name: "lang", Value: "fr"}, {Name: "text", Value: "Site de Corma"}, {Name: "tr", Value: tr}}}}
	if _, _, err := h.Records.Create(t.Context(), h.As("admin"), d, record.Write{ID: id, In: in}); err != nil {
		t.Fatal(err)
	}
	path := "/offices/" + id + "/edit"
	en := func() map[string]any {
		m, _ := h.read("admin", "office", id)
		return m["name"].(map[string]any)["tr"].(map[string]any)["en"].(map[string]any)
	}
	h.post("admin", path, with(h.open("admin", path), "components", "police"), http.StatusSeeOther)
	if e := en(); e["text"] != "Corma team site" || e["state"] != "verified" {
		t.Error(e)
	}
	h.post("admin", path, with(h.open("admin", path), "name.text", "Site de Corma-Nord"), http.StatusSeeOther)
	if e := en(); e["text"] != "Corma team site" || e["state"] != "draft" {
		t.Error(e)
	}
}

// TestConflict: the second of two who save sees both versions, loses nothing,
// and saves what he chooses of each.
func TestConflict(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	path := "/units/" + webtest.Unit + "/edit"
	mine := with(h.open("aminata", path), "vehicles_working", "3", "short_name.text", "Faron A")
	h.post("elin", path, with(h.open("elin", path), "vehicles_working", "5", "radios_working", "7"), http.StatusSeeOther)
	a := h.post("aminata", path, mine, http.StatusPreconditionFailed)
	h.Has(a, "Somebody else saved first", `name="_pick.vehicles_working"`, `name="_pick.radios_working"`, `name="_pick.short_name"`, "Faron A", "not", `name="_pick.code"`)
	next := webtest.Sends(t, a.Body, path)
	if next.Get("_pick.vehicles_working") != "mine" || next.Get("_pick.radios_working") != "theirs" || next.Get("_etag") == mine.Get("_etag") {
		t.Errorf("%v", next)
	}
	if m, _ := h.read("elin", "unit", webtest.Unit); m["vehicles_working"] != 5.0 {
		t.Error("a conflict changed the record")
	}
	h.post("aminata", path, next, http.StatusSeeOther)
	m, _ := h.read("aminata", "unit", webtest.Unit)
	if m["vehicles_working"] != 3.0 || m["radios_working"] != 7.0 || m["short_name"].(map[string]any)["text"] != "Faron A" {
		t.Error(m["vehicles_working"], m["radios_working"], m["short_name"])
	}
}

// TestEveryVerbHasAPage: whatever the reader may do to a record has a page that
// says what it will do.
func TestEveryVerbHasAPage(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	seen := map[string]bool{}
	for _, who := range []string{"elin", "aminata", "ruth", "priya"} {
		for _, name := range []string{"session", "action", "counterpart", "strength_snapshot"} {
			d := h.Kinds.Get(name)
			l, err := h.Records.List(t.Context(), h.As(who), d, record.ListQuery{Limit: 60})
			if kind.CodeOf(err) == kind.CodeNotFound {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range l.Items {
				may, err := h.Records.May(t.Context(), h.As(who), d, one.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, verb := range may.Verbs {
					if k := who + name + verb; !seen[k] {
						seen[k] = true
						v := h.open(who, "/"+d.Plural+"/"+one.ID+"/do/"+verb)
						if v.Get("_etag") != one.ETag || v.Get("_key") == "" {
							t.Errorf("%s %s: %v", name, verb, v)
						}
					}
				}
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d pages", len(seen))
	}
}

// find is the first record in a state that a list shows who.
func (h *host) find(who, name, state string) string {
	h.T.Helper()
	l, err := h.Records.List(h.T.Context(), h.As(who), h.Kinds.Get(name), record.ListQuery{Filter: map[string]string{"state": state}, Limit: 1})
	if err != nil || len(l.Items) == 0 {
		h.T.Fatalf("no %s that is %s: %v", name, state, err)
	}
	return l.Items[0].ID
}

// TestDo: a verb is done once, refused with its reasons, and keeps what was typed.
func TestDo(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	id := h.find("ruth", "session", "released")
	path := "/sessions/" + id + "/do/refuse"
	v := with(h.open("ruth", path), "reason.text", "La date est inexacte.", "reason.lang", "fr")
	for range 2 { // the second is the first, sent again
		h.post("ruth", path, v, http.StatusSeeOther)
	}
	m, _ := h.read("ruth", "session", id)
	if m["refused_reason"].(map[string]any)["text"] != "La date est inexacte." {
		t.Error(m)
	}
	a := h.post("ruth", path, with(v, "_key", uuid.NewString()), http.StatusPreconditionFailed)
	h.Has(a, "changed this record", "La date est inexacte.", `name="reason.lang"`)

	ack := "/sessions/" + id + "/do/acknowledge"
	h.post("ruth", ack, h.open("ruth", ack), http.StatusSeeOther)
	if m, _ := h.read("ruth", "session", id); m["state"] != "acknowledged" {
		t.Error(m["state"])
	}
	b := h.Send("ruth", "en", "GET", ack, nil)
	if b.Status != http.StatusConflict {
		t.Errorf("%d", b.Status)
	}
	webtest.Check(t, b.Body)
	h.Has(b, "not possible now", "current state")
	late := h.post("ruth", path, with(v, "_key", uuid.NewString(), "reason.text", "Late reasons"), http.StatusPreconditionFailed)
	h.Has(late, "not possible now", "Late reasons", "to be copied")
	if c := h.Send("ruth", "en", "GET", "/sessions/"+id+"/do/approve", nil); c.Status != http.StatusForbidden && c.Status != http.StatusNotFound {
		t.Errorf("%d", c.Status)
	}
	if c := h.Send("ruth", "en", "GET", "/sessions/"+id+"/do/fly", nil); c.Status != http.StatusNotFound {
		t.Errorf("%d", c.Status)
	}
}

// TestReleaseShowsItsConditions before it is tried.
func TestReleaseShowsItsConditions(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	id := h.find("aminata", "session", "approved")
	path := "/sessions/" + id + "/do/release"
	a := h.Get("aminata", path)
	h.Has(a, "What must hold", "The unit can receive support.", "btn-danger", "Keep it", "host police of the unit read")
}

// TestLockedEdit: what can no longer be edited says so, and the typed text is
// there to be copied.
func TestLockedEdit(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	id := h.find("aminata", "session", "approved")
	path := "/sessions/" + id + "/edit"
	a := h.Send("aminata", "en", "GET", path, nil)
	if a.Status != http.StatusConflict {
		t.Fatalf("%d", a.Status)
	}
	v := with(webtest.Sends(t, a.Body, path), "summary.text", "Late words")
	a = h.post("aminata", path, v, http.StatusConflict)
	h.Has(a, "cannot be edited now", "Late words", "not", "Save the changes")
}

// sendWith posts a form with a header of its own.
func (h *host) sendWith(who, path string, v url.Values, header, to string) webtest.Page {
	h.T.Helper()
	req := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	req.Header.Set("Cookie", "colocate="+who)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set(header, to)
	return h.Ask(req)
}

// TestRows: without a script, rows are added and dropped by a round trip that
// saves nothing.
func TestRows(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	v := with(h.open("elin", "/sessions/new"), "participants.0.role", "first", "participants.3.role", "second", "_add", "participants")
	a := h.post("elin", "/sessions/new", v, http.StatusOK)
	next := webtest.Sends(t, a.Body, "/sessions/new")
	if next.Get("participants.0.role") != "first" || next.Get("participants.1.role") != "second" || !next.Has("participants.2.role") {
		t.Errorf("%v", next)
	}
	a = h.post("elin", "/sessions/new", with(next, "_drop", "participants.0"), http.StatusOK)
	next = webtest.Sends(t, a.Body, "/sessions/new")
	if next.Get("participants.0.role") != "second" || next.Has("participants.2.role") {
		t.Errorf("%v", next)
	}
	h.absent("elin", "session", v.Get("_id"))
}

// TestFormsOfSomebodyElse: what was typed by one account is not shown to another.
func TestFormsOfSomebodyElse(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	v := unitForm(h)
	a := h.Send("elin", "en", "POST", "/units/new", v)
	if a.Status != http.StatusForbidden || strings.Contains(a.Body, "Lubo") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	h.absent("aminata", "unit", v.Get("_id"))
	for typ, want := range map[string]int{"application/json": 415, "text/plain": 415, "application/x-www-form-urlencoded; charset=latin1": 415} {
		if a := h.sendWith("aminata", "/units/new", v, "Content-Type", typ); a.Status != want {
			t.Errorf("%s: %d", typ, a.Status)
		}
	}
	for i := range 2001 {
		v.Add("_x", string(rune('a'+i%26)))
	}
	if a := h.Send("aminata", "en", "POST", "/units/new", v); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", a.Status)
	}
}

// TestChoices: what is offered is what the reader may read, his own units'
// first; a search finds the others; the address of a form may fill a field in.
func TestChoices(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	v := with(unitForm(h), "commander._q", "masek", "_find", "commander")
	a := h.post("aminata", "/units/new", v, http.StatusOK)
	h.Has(a, "Ruth Maseko", `value="masek"`, "not", "Amina Saidi", `role="alert"`)
	if next := webtest.Sends(t, a.Body, "/units/new"); next.Get("code") != "CRN-ST-099" || next.Get("_id") != v.Get("_id") {
		t.Error("a search lost what was typed")
	}
	h.absent("aminata", "unit", v.Get("_id"))
	given := webtest.Sends(t, h.Get("elin", "/sessions/new?unit="+webtest.Unit).Body, "/sessions/new")
	if given.Get("unit") != webtest.Unit {
		t.Errorf("unit %q", given.Get("unit"))
	}
	b := h.Get("ruth", "/contests/new")
	h.Has(b, "not", seeds.ID("unac/person/01"), "Elin")
}

// TestTakenValue: a value that another record has is a fault of its field.
func TestTakenValue(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	v := with(unitForm(h), "code", "CRN-ST-014")
	a := h.post("aminata", "/units/new", v, http.StatusConflict)
	h.Has(a, `href="#f-code"`, `aria-invalid="true"`, "not", "sent before")
	if again := webtest.Sends(t, a.Body, "/units/new"); again.Get("_id") != v.Get("_id") {
		t.Error("nothing was made: the form may keep its id")
	}
	h.absent("aminata", "unit", v.Get("_id"))
}

// TestVerbShowsTheRecord: who decides reads what it is about on the same page.
func TestVerbShowsTheRecord(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	l, err := h.Records.List(t.Context(), h.As("aminata"), h.Kinds.Get("contest"), record.ListQuery{Filter: map[string]string{"state": "open"}})
	if err != nil || len(l.Items) == 0 {
		t.Fatal(len(l.Items), err)
	}
	for _, v := range l.Items {
		a := h.Send("aminata", "en", http.MethodGet, "/contests/"+v.ID+"/do/decide", nil)
		if a.Status != http.StatusOK {
			continue // hers to keep out of
		}
		h.Has(a, "Read the record", "Factual error", `href="/sessions/`, "data-guard", "Summary as amended")
		return
	}
	t.Error("no contest is hers to decide")
}

// TestRanksAreChosen: nobody needs to know the codes of a service's ranks.
func TestRanksAreChosen(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	h.Has(h.Get("elin", "/counterparts/new"), `<option value="SUPT">Superintendent (SUPT)</option>`)
	h.Has(h.Get("elin", "/strength-snapshots/new"), `<option value="INSP">Inspector (INSP)</option>`)
}

// TestWordsOfTheAddress: what anybody could put into a link does not get into a
// page that holds records (docs/decisions/compressed-pages.md).
func TestWordsOfTheAddress(t *testing.T) {
	t.Parallel()
	h := start(t, nil, "")
	const words = "zqxjkvw"
	id := h.find("aminata", "session", "released")
	for _, path := range []string{"/units/new?code=", "/units/new?admin_area=", "/units/new?parent=", "/counterparts/new?name=", "/counterparts/new?unit=",
		"/counterparts/new?unit=person/", "/sessions/" + id + "/history?from=", "/sessions/" + id + "/history?to=", "/sessions/" + id + "?print="} {
		if a := h.Get("aminata", path+words); strings.Contains(a.Body, words) {
			t.Errorf("%s is repeated in the page", path+words)
		}
	}
}
