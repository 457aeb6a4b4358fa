package kinds_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"colocate/app/web/ui"
)

// translation is a form as its page has it, with changes.
func translation(h *host, who string, pairs ...string) url.Values {
	h.t.Helper()
	v := url.Values{"path": {"body"}, "_etag": {h.view(who).ETag}, "_key": {"k"}, "lang": {"en"}, "text": {"The register is complete."}, "method": {"human"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// said is a text of the exhibit as elin reads it.
func said(h *host, path string) ui.Rec {
	h.t.Helper()
	r, err := ui.Parse(h.kinds.Get("exhibit"), h.view("elin"))
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

const translateAt = "/exhibits/" + exhibitID + "/translate"

func TestTranslate(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	h.has(h.get("elin", translateAt), "Le registre est complet.", "السجل كامل", "Machine translation, not verified", "field.exhibit.voices.label, 1: field.exhibit.voices.said.label",
		`name="path" value="voices/0/said"`, "not", "field.exhibit.secret")
	form := translation(h, "elin")
	a := h.send("elin", "en", "POST", translateAt, form)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != translateAt {
		t.Fatalf("%d %s %s", a.status, a.header, main(a.body))
	}
	if b := h.send("elin", "en", "POST", translateAt, form); b.status != http.StatusSeeOther {
		t.Errorf("sent twice: %d", b.status)
	}
	text := said(h, "body").Said("body")
	if text.Text != "Le registre est complet." || text.Tr["en"].Text != "The register is complete." || text.Tr["en"].State != "draft" || len(text.Tr) != 2 {
		t.Errorf("%+v", text)
	}
	h.has(h.get("elin", translateAt), `<p class="said" lang="en" dir="ltr">The register is complete.</p>`, "Not verified", "not", "Mark as verified: English")
	h.act("elin", "check")
	h.has(h.get("aminata", translateAt), "Mark as verified: English")
	if a := h.send("aminata", "en", "POST", translateAt, translation(h, "aminata", "verify", "en")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, main(a.body))
	}
	if tr := said(h, "body").Said("body").Tr["en"]; tr.State != "verified" {
		t.Errorf("%+v", tr)
	}
}

func TestTranslateRefuses(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	before := string(h.view("elin").JSON)
	for _, x := range []struct {
		status int
		says   string
		pairs  []string
	}{
		{422, "Fill this in.", []string{"text", ""}},
		{422, "kept as typed", []string{"lang", "fr", "text", "kept as typed"}},
		{422, "kept &lt;b&gt;", []string{"text", "kept <b>" + strings.Repeat("x", 2000)}},
		{422, "entry needs correcting", []string{"path", "none/0"}},
		{422, "entry needs correcting", []string{"path", "secret"}},
		{412, "The register is complete.", []string{"_etag", `"old"`}},
		{403, "", []string{"_by", "somebody else"}},
	} {
		a := h.send("elin", "en", "POST", translateAt, translation(h, "elin", x.pairs...))
		if a.status != x.status || !strings.Contains(a.body, x.says) {
			t.Errorf("%s: %d\n%s", x.pairs, a.status, main(a.body))
		}
	}
	h.has(h.send("elin", "en", "POST", translateAt, translation(h, "elin", "lang", "fr")), `id="f-lang-1"`, `aria-invalid="true"`, `href="#f-lang-1"`, `<details class="fold" open>`)
	if after := string(h.view("elin").JSON); after != before {
		t.Errorf("written: %s", after)
	}
	h.act("elin", "check")
	h.act("elin", "present")
	h.has(h.get("ruth", translateAt), "Le registre est complet.", "not", "<form class=\"stack\"", "Mark as verified")
	if a := h.send("ruth", "en", "POST", translateAt, translation(h, "ruth")); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
		t.Errorf("the host side: %d", a.status)
	}
}
