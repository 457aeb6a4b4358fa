package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/app/web/ui"
)

// docsCache keeps the API document of each language once it was asked for.
type docsCache struct {
	mu    sync.Mutex
	specs map[string]*spec
}

// spec is the API document in the language of t, parsed once.
func (h *Handler) spec(t *locale.Texts) (*spec, error) {
	h.docs.mu.Lock()
	defer h.docs.mu.Unlock()
	if s := h.docs.specs[t.Lang()]; s != nil {
		return s, nil
	}
	data, err := h.Spec(t)
	if err != nil {
		return nil, err
	}
	s := &spec{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, err
	}
	if h.docs.specs == nil {
		h.docs.specs = map[string]*spec{}
	}
	h.docs.specs[t.Lang()] = s
	return s, nil
}

// docsGroup is one kind, or one of the API's other subjects.
type docsGroup struct {
	Tag, Title string
	Operations []docsOperation
}

// docsOperation is one operation as the pages show it.
type docsOperation struct {
	ID, Method, Path, Summary string
	Open                      bool
	Parameters                []docsParameter
	Body                      []field
	BodyOf                    string // operation above whose table of fields is the same
	Sample, Answer            string // JSON
	Answers                   []docsAnswer
}

type docsParameter struct {
	Name, In, Text, Type, Values string
	Required                     bool
}

type docsAnswer struct{ Status, Text string }

// overview answers GET /docs: how the API works, and every group.
func (h *Handler) overview(c *fiber.Ctx) error {
	p := h.Site.Page(c, "page.docs.title")
	s, err := h.spec(p.Texts)
	if err != nil {
		return err
	}
	var groups []docsGroup
	for _, t := range s.Tags {
		groups = append(groups, s.group(t))
	}
	return ui.Render(c, fiber.StatusOK, p, docsOverview(p, s, groups))
}

// group answers GET /docs/<tag>: everything about one kind.
func (h *Handler) group(c *fiber.Ctx) error {
	p := h.Site.Page(c, "page.docs.title")
	s, err := h.spec(p.Texts)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(s.Tags, func(t specTag) bool { return t.Name == c.Params("tag") })
	if i < 0 {
		return fiber.ErrNotFound
	}
	g := s.group(s.Tags[i])
	p.Title = g.Title
	return ui.Render(c, fiber.StatusOK, p, docsGroupPage(p, g, s.record(g.Tag)))
}

func (s *spec) group(t specTag) docsGroup {
	g := docsGroup{Tag: t.Name, Title: t.Description}
	shown := map[string]string{} // schema -> operation that shows its fields
	for _, op := range s.operations(t.Name) {
		d := docsOperation{ID: op.OperationID, Method: op.method, Path: op.path, Summary: op.Summary, Open: op.Security != nil}
		s.parameters(&d, op)
		s.body(&d, op, shown)
		s.answers(&d, op)
		g.Operations = append(g.Operations, d)
	}
	return g
}

// record is what a record of a tag holds: the answer to reading one of them,
// nil where the tag is not a kind.
func (s *spec) record(tag string) []field {
	for _, op := range s.operations(tag) {
		if strings.HasPrefix(op.OperationID, "read") {
			return s.fields("", op.Responses["200"].Content[fiber.MIMEApplicationJSON].Schema)
		}
	}
	return nil
}

func (s *spec) parameters(d *docsOperation, op *specOperation) {
	for _, p := range op.Parameters {
		d.Parameters = append(d.Parameters, docsParameter{Name: p.Name, In: p.In, Text: p.Description, Type: typeOf(p.Schema),
			Values: valuesOf(s.schema(p.Schema)), Required: p.Required})
	}
}

func (s *spec) body(d *docsOperation, op *specOperation, shown map[string]string) {
	if op.RequestBody == nil {
		return
	}
	m := op.RequestBody.Content[fiber.MIMEApplicationJSON]
	d.Sample = indent(m.Example)
	if first, ok := shown[m.Schema.Ref]; ok && m.Schema.Ref != "" {
		d.BodyOf = first
		return
	}
	shown[m.Schema.Ref] = d.ID
	d.Body = s.fields("", m.Schema)
}

func (s *spec) answers(d *docsOperation, op *specOperation) {
	for status, r := range op.Responses {
		if r.Ref != "" {
			r = s.Components.Responses[r.Ref[strings.LastIndexByte(r.Ref, '/')+1:]]
		}
		d.Answers = append(d.Answers, docsAnswer{status, r.Description})
		if strings.HasPrefix(status, "2") {
			d.Answer = indent(r.Content[fiber.MIMEApplicationJSON].Example)
		}
	}
	slices.SortFunc(d.Answers, func(a, b docsAnswer) int { return strings.Compare(a.Status, b.Status) })
}

// indent lays JSON out for reading; "" for nothing.
func indent(data json.RawMessage) string {
	var b bytes.Buffer
	if len(data) == 0 || json.Indent(&b, data, "", "  ") != nil {
		return ""
	}
	return b.String()
}
