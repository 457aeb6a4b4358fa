package kinds_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"colocate/app/web/ui"
	"colocate/app/web/webtest"
)

// translation is a form as its page has it, with changes.
func translation(h *host, who string, pairs ...string) url.Values {
	h.T.Helper()
	v := url.Values{"path": {"body"}, "_etag": {h.view(who).ETag}, "_key": {"k"}, "lang": {"en"}, "text": {"The register is complete."}, "method": {"human"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// said is a text of the exhibit as elin reads it.
func said(h *host, path string) ui.Rec {
	h.T.Helper()
	r, err := ui.Parse(h.Kinds.Get("exhibit"), h.view("elin"))
	if err != nil {
		h.T.Fatal(err)
	}
	return r
}

const translateAt = "/exhibits/" + exhibitID + "/translate"

func TestTranslate(t *testing.T) {
	t.Parallel()
	h := withExhibit(t)
	h.Has(h.Get("elin", translateAt), "Le registre est complet.", "السجل كامل", "Machine translation, not verified", "field.exhibit.voices.label, 1: field.exhibit.voices.said.label",
		`name="path" value="voices/0/said"`, "not", "field.exhibit.secret")
	form := translation(h, "elin")
	a := h.Send("elin", "en", "POST", translateAt, form)
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != translateAt {
		t.Fatalf("%d %s %s", a.Status, a.Header, webtest.Main(a.Body))
	}
	if b := h.Send("elin", "en", "POST", translateAt, form); b.Status != http.StatusSeeOther {
		t.Errorf("sent twice: %d", b.Status)
	}
	text := said(h, "body").Said("body")
	if text.Text != "Le registre est complet." || text.Tr["en"].Text != "The register is complete." || text.Tr["en"].State != "draft" || len(text.Tr) != 2 {
		t.Errorf("%+v", text)
	}
	h.Has(h.Get("elin", translateAt), `<p class="said" lang="en" dir="ltr">The register is complete.</p>`, "Not verified", "not", "Mark as verified: English")
	h.act("elin", "check")
	h.Has(h.Get("aminata", translateAt), "Mark as verified: English")
	if a := h.Send("aminata", "en", "POST", translateAt, translation(h, "aminata", "verify", "en")); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, webtest.Main(a.Body))
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
		a := h.Send("elin", "en", "POST", translateAt, translation(h, "elin", x.pairs...))
		if a.Status != x.status || !strings.Contains(a.Body, x.says) {
			t.Errorf("%s: %d\n%s", x.pairs, a.Status, webtest.Main(a.Body))
		}
	}
	h.Has(h.Send("elin", "en", "POST", translateAt, translation(h, "elin", "lang", "fr")), `id="f-lang-1"`, `aria-invalid="true"`, `href="#f-lang-1"`, `<details class="fold" open>`)
	if after := string(h.view("elin").JSON); after != before {
		t.Errorf("written: %s", after)
	}
	h.act("elin", "check")
	h.act("elin", "present")
	h.Has(h.Get("ruth", translateAt), "Le registre est complet.", "not", "<form class=\"stack\"", "Mark as verified")
	if a := h.Send("ruth", "en", "POST", translateAt, translation(h, "ruth")); a.Status != http.StatusForbidden && a.Status != http.StatusNotFound {
		t.Errorf("the host side: %d", a.Status)
	}
}
