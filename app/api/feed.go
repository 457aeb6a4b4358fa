package api

import (
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/app/record"
	"colocate/domain/kind"
)

// version is one version of a record, as GET …/history answers it.
type version struct {
	Verb   string          `json:"verb,omitempty"`
	Role   kind.Role       `json:"role,omitempty"`
	By     string          `json:"by,omitempty"`
	At     *time.Time      `json:"at,omitempty"`
	Why    string          `json:"why,omitempty"`
	Record json.RawMessage `json:"record,omitempty"`
}

// versions is a page of them, newest first.
type versions struct {
	Items []version `json:"items"`
	Next  *string   `json:"next"`
}

// history answers GET /api/v1/<kinds>/{id}/history.
func (h *Handler) history(d *kind.Descriptor) fiber.Handler {
	return func(c *fiber.Ctx) error {
		before, limit, err := page(c, "before")
		if err != nil {
			return err
		}
		id, err := pathID(c)
		if err != nil {
			return err
		}
		found, err := h.Records.History(c.UserContext(), middleware.Actor(c), d, id, before, limit)
		if err != nil {
			return err
		}
		out := versions{Items: []version{}, Next: some(found.Next)}
		for _, v := range found.Items {
			out.Items = append(out.Items, newVersion(v))
		}
		return sendStruct(c, fiber.StatusOK, out)
	}
}

func newVersion(v record.Version) version {
	out := version{Verb: v.Verb, Role: v.Role, By: v.By, Why: v.Why, Record: v.View.JSON}
	if !v.At.IsZero() {
		out.At = &v.At
	}
	return out
}

// some is a pointer to s, nil for "".
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// change is one record that changed, as GET /changes answers it.
type change struct {
	Kind   string          `json:"kind"`
	ID     string          `json:"id"`
	ETag   string          `json:"etag,omitempty"`
	Record json.RawMessage `json:"record,omitempty"`
	Gone   bool            `json:"gone,omitempty"`
}

// changesPage is a page of them, in order.
type changesPage struct {
	Items []change `json:"items"`
	Next  string   `json:"next"`
	More  bool     `json:"more"`
	Reset bool     `json:"reset"`
}

// changes answers GET /api/v1/changes?after=: what the caller may see of what
// changed since.
func (h *Handler) changes(c *fiber.Ctx) error {
	after, limit, err := page(c, "after")
	if err != nil {
		return err
	}
	f, err := h.Records.Changes(c.UserContext(), middleware.Actor(c), after, limit)
	if err != nil {
		return err
	}
	out := changesPage{Items: []change{}, Next: f.Next, More: f.More, Reset: f.Reset}
	for _, x := range f.Items {
		out.Items = append(out.Items, change{Kind: x.Kind, ID: x.ID, ETag: x.View.ETag, Record: x.View.JSON, Gone: x.Gone})
	}
	return sendStruct(c, fiber.StatusOK, out)
}

// changes describes the feed.
func (b *builder) changes() *Operation {
	boolean := func() *Schema { return &Schema{Type: "boolean"} }
	item := object([]string{"kind", "id"}, Property{"kind", &Schema{Type: "string"}}, Property{"id", ref("Id")},
		Property{"etag", &Schema{Type: "string"}}, Property{"record", &Schema{Type: "object"}}, Property{"gone", boolean()})
	answer := object([]string{"items", "next", "more", "reset"}, Property{"items", &Schema{Type: "array", Items: item}},
		Property{"next", &Schema{Type: "string"}}, Property{"more", boolean()}, Property{"reset", boolean()})
	about := b.limit()
	about.Description = b.t.T("page.docs.param.about", nil)
	op := &Operation{OperationID: "listChanges", Summary: b.t.T("page.docs.op.changes", nil), Tags: []string{"changes"},
		Description: b.t.T("page.docs.changes_text", nil),
		Parameters:  []Parameter{b.query("after", &Schema{Type: "string"}), about},
		Responses: map[string]*Response{"200": {Description: b.t.T("page.docs.answer", nil), Content: map[string]MediaType{
			fiber.MIMEApplicationJSON: {Schema: answer, Example: json.RawMessage(`{"items":[{"kind":"unit","id":"` + b.id("unit") +
				`","gone":true}],"next":"…","more":false,"reset":false}`)}}}}}
	return b.refuse(op, kind.CodeMalformed)
}

// history describes the history of a kind.
func (b *builder) history(d *kind.Descriptor) *Operation {
	text := func() *Schema { return &Schema{Type: "string"} }
	item := object(nil, Property{"verb", text()}, Property{"role", text()}, Property{"by", text()}, Property{"at", plain(kind.Time)},
		Property{"why", text()}, Property{"record", ref(schemaName(d.Name))})
	op := b.operation(d, "history"+schemaName(d.Name), "page.docs.op.history", "200",
		object([]string{"items", "next"}, Property{"items", &Schema{Type: "array", Items: item}}, Property{"next", &Schema{}}), nil)
	op.Parameters = []Parameter{b.query("before", &Schema{Type: "string"}), b.limit()}
	return b.refuse(op, kind.CodeMalformed, kind.CodeNotFound)
}
