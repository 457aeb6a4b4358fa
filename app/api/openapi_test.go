package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"colocate/app/locale"
	"colocate/domain"
	"colocate/domain/kind"
	"colocate/i18n"
)

func handler(t *testing.T) (*Handler, *locale.Catalogue) {
	t.Helper()
	reg, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locale.New(i18n.Files, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return &Handler{Kinds: reg}, texts
}

// documentOf is the document in a language, as a client parses it.
func documentOf(t *testing.T, lang string) map[string]any {
	t.Helper()
	h, texts := handler(t)
	data, err := NewDocuments(h, texts).In(texts.Texts(lang))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

// at walks into a parsed document.
func at(t *testing.T, v any, path ...string) any {
	t.Helper()
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok || m[p] == nil {
			t.Fatalf("no %s in %.200v", p, v)
		}
		v = m[p]
	}
	return v
}

// TestDocumentIsOpenAPI holds the document to the official schema of OpenAPI
// 3.1, and every schema in it to JSON Schema 2020-12.
func TestDocumentIsOpenAPI(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	official, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://spec.openapis.org/oas/3.1/schema/2022-10-07", official); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("https://spec.openapis.org/oas/3.1/schema/2022-10-07")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range locale.Languages() {
		doc := documentOf(t, l.Tag)
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", l.Tag, err)
		}
		compile := compiler(t, doc)
		for name := range at(t, doc, "components", "schemas").(map[string]any) {
			compile("#/components/schemas/" + name)
		}
		broken := documentOf(t, l.Tag) // the control: the check can fail
		delete(broken, "info")
		if schema.Validate(broken) == nil {
			t.Error("a document without info passes")
		}
	}
}

// compiler compiles schemas of a document by their place in it.
func compiler(t *testing.T, doc map[string]any) func(place string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("https://colocate.test/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return func(place string) *jsonschema.Schema {
		t.Helper()
		s, err := c.Compile("https://colocate.test/openapi.json" + place)
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		return s
	}
}

// TestDocumentListsTheRoutes: every route of the table and no other.
func TestDocumentListsTheRoutes(t *testing.T) {
	t.Parallel()
	h, _ := handler(t)
	var table, listed []string
	for _, r := range h.Routes() {
		table = append(table, r.Method+" "+documentPath(r.Path))
	}
	for path, methods := range at(t, documentOf(t, "en"), "paths").(map[string]any) {
		for method := range methods.(map[string]any) {
			listed = append(listed, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(table)
	slices.Sort(listed)
	if !slices.Equal(table, listed) {
		t.Errorf("table: %v\nlisted: %v", table, listed)
	}
	if n := len(slices.Compact(table)); n != len(h.Routes()) {
		t.Errorf("%d of %d routes are there twice", len(h.Routes())-n, len(h.Routes()))
	}
}

// TestOperations: operation ids are unique, every operation has a summary of its
// own, a tag that is described, a success, and 401 unless nobody need sign in.
func TestOperations(t *testing.T) {
	t.Parallel()
	for _, l := range locale.Languages() {
		h, texts := handler(t)
		doc := h.Document(texts.Texts(l.Tag))
		var tags []string
		for _, tag := range doc.Tags {
			tags = append(tags, tag.Name)
		}
		seen := map[string]bool{}
		for path, methods := range doc.Paths {
			for method, op := range methods {
				where := l.Tag + " " + method + " " + path
				if seen[op.OperationID] || seen[op.Summary] {
					t.Errorf("%s: %s or %q is there twice", where, op.OperationID, op.Summary)
				}
				seen[op.OperationID], seen[op.Summary] = true, true
				if strings.HasPrefix(op.Summary, "page.") || strings.Contains(op.Summary, ".name") {
					t.Errorf("%s: %q is no text", where, op.Summary)
				}
				if !slices.Contains(tags, op.Tags[0]) {
					t.Errorf("%s: no tag %s", where, op.Tags[0])
				}
				if (op.Responses["401"] != nil) != (op.Security == nil) && op.OperationID != "signIn" {
					t.Errorf("%s: 401 and security do not agree", where)
				}
				if op.Responses["200"] == nil && op.Responses["201"] == nil && op.Responses["204"] == nil {
					t.Errorf("%s: no success", where)
				}
			}
		}
	}
}

// TestExamplesFit: what the document shows is what it describes.
func TestExamplesFit(t *testing.T) {
	t.Parallel()
	doc := documentOf(t, "en")
	compile := compiler(t, doc)
	shown := 0
	check := func(where string, media any) {
		m, ok := media.(map[string]any)
		if !ok || m["example"] == nil {
			return
		}
		shown++
		if err := compile(where + "/schema").Validate(m["example"]); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	const json = "application~1json"
	for path, methods := range at(t, doc, "paths").(map[string]any) {
		for method, raw := range methods.(map[string]any) {
			op, place := raw.(map[string]any), "#/paths/"+escape.Replace(path)+"/"+method
			if op["requestBody"] != nil {
				check(place+"/requestBody/content/"+json, at(t, op, "requestBody", "content", "application/json"))
			}
			for status, r := range op["responses"].(map[string]any) {
				if content, ok := r.(map[string]any)["content"].(map[string]any); ok {
					check(place+"/responses/"+status+"/content/"+json, content["application/json"])
				}
			}
		}
	}
	if shown < 40 {
		t.Errorf("only %d examples", shown)
	}
}

// TestEveryKindHasAnExample that its own codec reads, and so has every verb that
// takes something.
func TestEveryKindHasAnExample(t *testing.T) {
	t.Parallel()
	h, _ := handler(t)
	by := kind.DecodeBy{Class: kind.STR, Side: kind.UN}
	for _, d := range h.Kinds.All() {
		doc, err := Decode([]byte(resolve(d.Example, ExampleID)))
		if err == nil {
			err = d.Decode(doc, d.New(), by)
		}
		if err != nil {
			t.Errorf("%s: %v %v", d.Name, err, faults(err))
		}
		for i := range d.Flow.Verbs {
			v := d.Verb(d.Flow.Verbs[i].Name)
			if !anyRequired(v.Fields) && v.Example == "" {
				continue
			}
			doc, err := Decode([]byte(resolve(v.Example, ExampleID)))
			if err == nil {
				err = v.Decode(doc, v.NewInput(), by)
			}
			if err != nil {
				t.Errorf("%s %s: %v %v", d.Name, v.Name, err, faults(err))
			}
		}
	}
}

func faults(err error) string {
	var all []string
	if e, ok := errors.AsType[*kind.Error](err); ok {
		for name, f := range e.Fields {
			all = append(all, fmt.Sprint(name, " ", f.Key, " ", f.Args))
		}
	}
	return strings.Join(all, "; ")
}

// TestSchemaOfAField: limits, values and places of what a kind declares.
func TestSchemaOfAField(t *testing.T) {
	t.Parallel()
	h, texts := handler(t)
	doc := h.Document(texts.Texts("en"))
	input := doc.Components.Schemas["SessionInput"]
	field := func(name string) *Schema {
		for _, p := range input.Properties {
			if p.Name == name {
				return p.Schema
			}
		}
		return nil
	}
	for name, want := range map[string]bool{
		"modality":     slices.Contains(field("modality").Enum, "in_person") && len(field("modality").EnumTitles) == len(field("modality").Enum),
		"duration_min": *field("duration_min").Maximum == 720 && field("duration_min").Type == "integer",
		"summary":      field("summary").Ref == "#/components/schemas/TextInput" && field("summary").Properties[0].Schema.MaxLength != nil,
		"unit":         field("unit").Ref == "#/components/schemas/Ref" && field("unit").Properties[0].Schema.Enum[0] == "unit",
		"themes":       field("themes").Items.CodeList == "theme",
		"participants": field("participants").Items.Additional == false,
		"closed":       input.Additional == false,
		"required":     slices.Contains(input.Required, "unit"),
		"ref_no":       field("ref_no") == nil, // the server's
		"state":        slices.Contains(doc.Components.Schemas["SessionState"].Enum, "released"),
	} {
		if !want {
			s, _ := json.Marshal(field(name))
			t.Errorf("%s: %s", name, s)
		}
	}
}

// TestExampleIDs are UUIDs of version 4, always the same, one for each kind.
func TestExampleIDs(t *testing.T) {
	t.Parallel()
	if id := ExampleID("unit"); id != "9950401b-8a5e-44b0-8c16-a7e836cdce61" || id == ExampleID("session") || id[14] != '4' {
		t.Error(id)
	}
	got := resolve(`{"a":{"kind":"unit","id":"@unit"},"b":"x@y"}`, func(k string) string { return "<" + k + ">" })
	if got != `{"a":{"kind":"unit","id":"<unit>"},"b":"x@y"}` {
		t.Error(got)
	}
}
