// Package webtest reads pages as a browser does, for tests: what a form would
// send that nobody touched, and what is wrong with the markup. It needs no
// browser and no network.
package webtest

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Sends is what a browser posts of the form on page whose action is action, if
// it is sent as it came, without the value of any button; of the first form
// where action is "". The test fails where there is no such form.
func Sends(t testing.TB, page, action string) url.Values {
	t.Helper()
	p := read(t, page)
	for _, f := range p.forms {
		if action == "" || f.action == action {
			return f.values
		}
	}
	t.Fatalf("no form for %q", action)
	return nil
}

// Check fails the test for every error in the markup of page: an id that is
// there twice, a label, a description or a link within the page that leads to
// nothing, a control without a name for screen readers, a style or a script
// within the markup.
func Check(t testing.TB, page string) {
	t.Helper()
	p := read(t, page)
	for _, bad := range p.bad {
		t.Error(bad)
	}
	for _, id := range p.wanted {
		if !p.ids[id] {
			t.Errorf("something names the id %s, which is not there", id)
		}
	}
	for _, c := range p.controls {
		if !c.named && !slices.Contains(p.labelled, c.id) {
			t.Errorf("the control %s has no label", c.name)
		}
	}
}

// reader walks over a page.
type reader struct {
	bad, wanted, labelled []string
	ids                   map[string]bool
	forms                 []*form
	controls              []control
	templates, labels     int
	sel, area             string
	first                 bool
}

type form struct {
	action string
	values url.Values
}

type control struct {
	id, name string
	named    bool
}

func read(t testing.TB, page string) *reader {
	t.Helper()
	p := &reader{ids: map[string]bool{}, forms: []*form{}}
	d := xml.NewDecoder(strings.NewReader(strings.ReplaceAll(page, "<!DOCTYPE html>", "")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			t.Fatalf("%v near %q", err, page[max(0, min(len(page), int(d.InputOffset())-200)):min(len(page), int(d.InputOffset()))])
		}
		p.token(tok)
	}
}

func (p *reader) token(tok xml.Token) {
	switch x := tok.(type) {
	case xml.StartElement:
		a := map[string]string{}
		for _, at := range x.Attr {
			a[at.Name.Local] = at.Value
		}
		p.markup(x.Name.Local, a)
		p.start(x.Name.Local, a)
	case xml.EndElement:
		p.end(x.Name.Local)
	case xml.CharData:
		if p.area != "" {
			v := p.values()
			v.Set(p.area, v.Get(p.area)+string(x))
		}
	}
}

// markup notes what is wrong with one element, and what it leads to.
func (p *reader) markup(tag string, a map[string]string) {
	for name := range a {
		if name == "style" || strings.HasPrefix(name, "on") {
			p.bad = append(p.bad, "<"+tag+" "+name+">")
		}
	}
	if tag == "style" || tag == "script" && a["src"] == "" {
		p.bad = append(p.bad, "<"+tag+"> within the page")
	}
	if id := a["id"]; id != "" {
		if p.ids[id] {
			p.bad = append(p.bad, "two elements have the id "+id)
		}
		p.ids[id] = true
	}
	p.wanted = append(p.wanted, strings.Fields(a["aria-describedby"]+" "+a["aria-labelledby"])...)
	if id, ok := strings.CutPrefix(a["href"], "#"); ok && tag == "a" && id != "" {
		p.wanted = append(p.wanted, id)
	}
	if tag == "label" && a["for"] != "" {
		p.wanted, p.labelled = append(p.wanted, a["for"]), append(p.labelled, a["for"])
	}
}

func (p *reader) start(tag string, a map[string]string) {
	switch tag {
	case "form":
		p.forms = append(p.forms, &form{a["action"], url.Values{}})
	case "template":
		p.templates++
	case "label":
		p.labels++
	case "input", "select", "textarea":
		if a["type"] != "hidden" {
			named := p.labels > 0 || a["aria-label"] != "" || a["aria-labelledby"] != ""
			p.controls = append(p.controls, control{a["id"], a["name"], named})
		}
	}
	if p.templates == 0 && len(p.forms) > 0 {
		p.value(tag, a)
	}
}

// value notes what a control sends.
func (p *reader) value(tag string, a map[string]string) {
	switch tag {
	case "input":
		_, checked := a["checked"]
		if a["name"] != "" && (a["type"] != "radio" && a["type"] != "checkbox" || checked) {
			p.values().Add(a["name"], a["value"])
		}
	case "select":
		p.sel, p.first = a["name"], true
	case "option":
		if _, selected := a["selected"]; p.sel != "" && (selected || p.first) {
			p.values().Set(p.sel, a["value"])
		}
		p.first = false
	case "textarea":
		if p.area = a["name"]; p.area != "" {
			p.values().Set(p.area, "")
		}
	}
}

func (p *reader) values() url.Values { return p.forms[len(p.forms)-1].values }

func (p *reader) end(tag string) {
	switch tag {
	case "template":
		p.templates--
	case "label":
		p.labels--
	case "select":
		p.sel = ""
	case "textarea":
		p.area = ""
	}
}
