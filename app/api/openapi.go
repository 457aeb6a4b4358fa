package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/app/problem"
	"colocate/domain/kind"
)

// builder makes the API document in one language.
type builder struct {
	t  *locale.Texts
	h  *Handler
	id func(kind string) string // of the record that examples refer to
}

// Document is the OpenAPI 3.1 document of every route of the API, made from the
// route table and the descriptors, with its texts in the language of t.
func (h *Handler) Document(t *locale.Texts) *Document {
	b := &builder{t: t, h: h, id: ExampleID}
	if h.ExampleID != nil {
		b.id = h.ExampleID
	}
	doc := &Document{
		OpenAPI: "3.1.0",
		Info: Info{Title: t.T("page.docs.title", nil), Version: "1", Description: t.T("page.docs.about", nil),
			License: License{Name: "Apache License 2.0", Identifier: "Apache-2.0"}},
		Servers:  []Server{{URL: "/"}},
		Security: []map[string][]string{{"token": {}}},
		Paths:    map[string]map[string]*Operation{},
		Components: Components{Schemas: sharedSchemas(), Responses: b.problems(), SecuritySchemes: map[string]SecurityScheme{
			"token": {Type: "http", Scheme: "bearer", Description: t.T("page.docs.token", nil)}}},
	}
	maps.Copy(doc.Components.Schemas, accountSchemas())
	doc.Tags = append(doc.Tags, Tag{Name: "account", Description: t.T("page.docs.tag.account", nil)},
		Tag{Name: "changes", Description: t.T("page.docs.tag.changes", nil)})
	for _, d := range h.Kinds.All() {
		if !d.Unlisted {
			doc.Tags = append(doc.Tags, Tag{Name: d.Plural, Description: b.label("kind."+d.Name+".plural", d.Plural)})
			b.kindSchemas(d, doc.Components.Schemas)
		}
	}
	for _, r := range h.Routes() {
		b.add(doc, r)
	}
	return doc
}

// add puts the operation of route r in its place.
func (b *builder) add(d *Document, r Route) {
	op := r.describe(b)
	path := documentPath(r.Path)
	if d.Paths[path] == nil {
		d.Paths[path] = map[string]*Operation{}
	}
	if strings.Contains(path, "{id}") {
		op.Parameters = append([]Parameter{{Name: "id", In: "path", Required: true, Schema: ref("Id")}}, op.Parameters...)
	}
	if r.Open {
		op.Security = &[]map[string][]string{{}}
	} else {
		b.refuse(op, kind.CodeUnauthenticated)
	}
	b.refuse(op, kind.CodeTooMany, kind.CodeInternal, kind.CodeBusy)
	d.Paths[path][strings.ToLower(r.Method)] = op
}

// documentPath writes Fiber's ":id" as OpenAPI's "{id}".
func documentPath(path string) string { return strings.ReplaceAll(path, ":id", "{id}") }

// label is a message, or name where the catalogues have none.
func (b *builder) label(key, name string) string {
	if s := b.t.T(key, nil); s != key {
		return s
	}
	return name
}

// kindSchemas adds what a caller of d's routes sends and gets.
func (b *builder) kindSchemas(d *kind.Descriptor, into map[string]*Schema) {
	name := schemaName(d.Name)
	envelope, _ := b.fieldSchemas("page.docs.envelope", d.Envelope, false)
	props, _ := b.fieldSchemas("field."+d.Name, d.Fields, false)
	names := Properties{{"kind", &Schema{Type: "string", Enum: []string{d.Name}, Class: "MIS", ReadOnly: true}},
		{"vis", &Schema{Type: "string", Enum: []string{"PUB", "SHR", "MIS", "CON", "STR"}, Class: "MIS", ReadOnly: true,
			Title: b.t.T("page.docs.envelope.vis.label", nil)}}}
	into[name] = object([]string{"id"}, slices.Concat(names, envelope, props)...)
	if len(d.Flow.States) > 0 {
		into[name+"State"] = b.states(d)
	}
	head := Properties{{"id", ref("Id")}, {"lang", plain(kind.LangType)}}
	props, required := b.fieldSchemas("field."+d.Name, d.Fields, true)
	into[name+"Input"] = closed(required, append(head, props...)...)
	if v := d.Translation(); v != nil && into[translating] == nil {
		props, required := b.fieldSchemas("field."+v.Name, v.Fields, true)
		into[translating] = closed(required, props...)
	}
	for i := range d.Flow.Verbs {
		v := d.Verb(d.Flow.Verbs[i].Name)
		if len(v.Fields) > 0 {
			props, required := b.fieldSchemas("field."+d.Name+"."+v.Name, v.Fields, true)
			into[verbSchema(d, v)] = closed(required, props...)
		}
	}
}

func (b *builder) states(d *kind.Descriptor) *Schema {
	s := &Schema{Type: "string"}
	for _, state := range d.Flow.States {
		s.Enum = append(s.Enum, string(state))
		s.EnumTitles = append(s.EnumTitles, b.label("state."+d.Name+"."+string(state)+".label", string(state)))
	}
	return s
}

func verbSchema(d *kind.Descriptor, v *kind.VerbDescriptor) string {
	return schemaName(d.Name) + schemaName(v.Name) + "Input"
}

// problems are the answers to what goes wrong, by code.
func (b *builder) problems() map[string]*Response {
	all := map[string]*Response{}
	for _, code := range kind.Codes {
		all[schemaName(string(code))] = &Response{
			Description: b.problem(code).Title,
			Content:     map[string]MediaType{problem.ContentType: {Schema: ref("Problem")}},
		}
	}
	return all
}

func (b *builder) problem(code kind.Code) problem.Details {
	return problem.Of(kind.E(code, "error.internal", nil), b.t, "")
}

func problemRef(code kind.Code) *Response {
	return &Response{Ref: "#/components/responses/" + schemaName(string(code))}
}

// refuse adds the answers of what can go wrong.
func (b *builder) refuse(op *Operation, codes ...kind.Code) *Operation {
	for _, code := range codes {
		op.Responses[strconv.Itoa(b.problem(code).Status)] = problemRef(code)
	}
	return op
}

// operation starts an operation on d, answered with status and schema.
func (b *builder) operation(d *kind.Descriptor, id, summary string, status string, answer *Schema, example any) *Operation {
	return &Operation{
		OperationID: id,
		Summary:     b.t.T(summary, map[string]any{"Kind": b.label("kind."+d.Name+".name", d.Name), "Plural": b.label("kind."+d.Name+".plural", d.Plural)}),
		Tags:        []string{d.Plural},
		Responses: map[string]*Response{status: {
			Description: b.t.T("page.docs.answer", nil),
			Content:     map[string]MediaType{fiber.MIMEApplicationJSON: {Schema: answer, Example: example}},
		}},
	}
}

func (b *builder) list(d *kind.Descriptor) *Operation {
	name := schemaName(d.Name)
	op := b.operation(d, "list"+name, "page.docs.op.list", "200", listOf(ref(name)), b.listExample(b.output(d)))
	op.Parameters = append(b.filters(d), b.paging(d)...)
	return b.refuse(op, kind.CodeMalformed, kind.CodeNotFound)
}

// listOf is a page of items, each with its etag.
func listOf(item *Schema) *Schema {
	item.Properties = Properties{{"etag", &Schema{Type: "string"}}}
	return object([]string{"items", "next"},
		Property{"items", &Schema{Type: "array", Items: item}},
		Property{"next", &Schema{Description: "null on the last page"}},
		Property{"total", &Schema{Type: "integer"}})
}

func (b *builder) filters(d *kind.Descriptor) (ps []Parameter) {
	ps = b.filtersOf(nil, "field."+d.Name, d, d.Fields)
	ps = b.filtersOf(ps, "page.docs.envelope", d, d.Envelope)
	for _, name := range slices.Sorted(maps.Keys(d.Questions)) {
		ps = append(ps, Parameter{Name: name, In: "query", Description: b.label("field."+d.Name+"."+name+".label", name),
			Schema: &Schema{Type: "string", Enum: []string{"true"}}})
	}
	return ps
}

func (b *builder) filtersOf(ps []Parameter, prefix string, d *kind.Descriptor, fields []*kind.Field) []Parameter {
	for _, f := range fields {
		if !f.Filter {
			continue
		}
		s := b.scalar(prefix, f, true)
		if f.Type == kind.RefType {
			s = ref("Id")
		}
		if f.Name == "state" && len(d.Flow.States) > 0 {
			s = ref(schemaName(d.Name) + "State")
		}
		ps = append(ps, Parameter{Name: f.Name, In: "query", Description: b.label(prefix+"."+f.Name+".label", f.Name), Schema: s})
	}
	return ps
}

func (b *builder) paging(d *kind.Descriptor) []Parameter {
	return []Parameter{
		b.query("sort", &Schema{Type: "string", Enum: sorts(d)}),
		b.limit(),
		b.query("cursor", &Schema{Type: "string"}),
		b.query("total", &Schema{Type: "boolean", Default: false}),
	}
}

func (b *builder) limit() Parameter {
	return b.query("limit", &Schema{Type: "integer", Minimum: number64(1), Maximum: number64(maxLimit), Default: defaultLimit})
}

func (b *builder) query(name string, s *Schema) Parameter {
	return Parameter{Name: name, In: "query", Description: b.t.T("page.docs.param."+name, nil), Schema: s}
}

// sorts are the orders in which d may be listed: that of a list without
// conditions, and what its lists and its fields declare, up and down.
func sorts(d *kind.Descriptor) []string {
	names := []string{home(d)}
	for _, l := range d.Lists {
		if l.Sort != "" {
			names = append(names, strings.TrimPrefix(l.Sort, "-"))
		}
	}
	for _, f := range d.Fields {
		if f.Sort {
			names = append(names, f.Path())
		}
	}
	slices.Sort(names)
	var all []string
	for _, name := range slices.Compact(names) {
		all = append(all, name, "-"+name)
	}
	return all
}

// home is the field by which a list without conditions is sorted.
func home(d *kind.Descriptor) string {
	for _, l := range d.Lists {
		if l.By == "" && l.Sort != "" {
			return strings.TrimPrefix(l.Sort, "-")
		}
	}
	return "created_at"
}

func (b *builder) read(d *kind.Descriptor) *Operation {
	name := schemaName(d.Name)
	op := b.operation(d, "read"+name, "page.docs.op.read", "200", ref(name), b.output(d))
	return b.refuse(b.tagged(op, "200"), kind.CodeMalformed, kind.CodeNotFound)
}

func (b *builder) create(d *kind.Descriptor) *Operation {
	name := schemaName(d.Name)
	op := b.operation(d, "create"+name, "page.docs.op.create", "201", ref(name), b.output(d))
	op.RequestBody = jsonBody(true, ref(name+"Input"), b.input(d, d.Example))
	b.tagged(op, "201").Responses["201"].Headers["Location"] = Header{
		Description: b.t.T("page.docs.header.location", nil), Schema: &Schema{Type: "string", Format: "uri-reference"}}
	return b.refuse(op, kind.CodeMalformed, kind.CodeForbidden, kind.CodeNotFound, kind.CodeConflict,
		kind.CodeTooLarge, kind.CodeUnsupported, kind.CodeInvalid)
}

func (b *builder) replace(d *kind.Descriptor) *Operation {
	name := schemaName(d.Name)
	op := b.operation(d, "replace"+name, "page.docs.op.replace", "200", ref(name), b.output(d))
	op.RequestBody = jsonBody(true, ref(name+"Input"), b.input(d, d.Example))
	return b.change(op)
}

func (b *builder) verb(d *kind.Descriptor, v *kind.VerbDescriptor) *Operation {
	name := schemaName(d.Name)
	op := b.operation(d, v.Name+name, "page.docs.op.read", "200", ref(name), b.output(d))
	op.Summary = b.t.T("page.docs.op.verb", map[string]any{"Kind": b.label("kind."+d.Name+".name", d.Name),
		"Verb": b.label("verb."+d.Name+"."+v.Name+".label", v.Name)})
	if len(v.Fields) > 0 {
		op.RequestBody = jsonBody(anyRequired(v.Fields), ref(verbSchema(d, v)), b.input(d, v.Example))
	}
	return b.change(op)
}

// translate is like a verb, with one input for every kind.
func (b *builder) translate(d *kind.Descriptor, v *kind.VerbDescriptor) *Operation {
	name := schemaName(d.Name)
	op := b.operation(d, v.Name+name, "page.docs.op.read", "200", ref(name), b.output(d))
	op.Summary = b.t.T("page.docs.op.verb", map[string]any{"Kind": b.label("kind."+d.Name+".name", d.Name),
		"Verb": b.t.T("verb."+v.Name+".label", nil)})
	op.RequestBody = jsonBody(true, ref(translating), b.input(d, v.Example))
	return b.change(op)
}

// translating is the schema of what every kind's translations are sent as.
const translating = "TranslateInput"

func anyRequired(fields []*kind.Field) bool {
	return slices.ContainsFunc(fields, func(f *kind.Field) bool { return f.Required && !f.Server })
}

// change is what every change of an existing record takes and answers.
func (b *builder) change(op *Operation) *Operation {
	op.Parameters = append(op.Parameters, b.header(fiber.HeaderIfMatch, "page.docs.param.if_match", true),
		b.header("Idempotency-Key", "page.docs.param.idempotency_key", false))
	return b.refuse(b.tagged(op, "200"), kind.CodeMalformed, kind.CodeForbidden, kind.CodeNotFound, kind.CodeConflict,
		kind.CodeStale, kind.CodeTooLarge, kind.CodeUnsupported, kind.CodeInvalid, kind.CodePrecondition)
}

func (b *builder) header(name, key string, required bool) Parameter {
	return Parameter{Name: name, In: "header", Required: required, Description: b.t.T(key, nil), Schema: &Schema{Type: "string"}}
}

// tagged says that an answer carries its ETag.
func (b *builder) tagged(op *Operation, status string) *Operation {
	op.Responses[status].Headers = map[string]Header{fiber.HeaderETag: {
		Description: b.t.T("page.docs.header.etag", nil), Schema: &Schema{Type: "string"}}}
	return op
}

func jsonBody(required bool, s *Schema, example any) *RequestBody {
	return &RequestBody{Required: required, Content: map[string]MediaType{fiber.MIMEApplicationJSON: {Schema: s, Example: example}}}
}

// input is an example of d or of a verb's input as a client sends it, nil if
// there is none.
func (b *builder) input(d *kind.Descriptor, example string) any {
	if example == "" {
		return nil
	}
	return json.RawMessage(resolve(example, b.idsOf(d)))
}
