package work

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Routes are the pages of this package, for a service whose kinds are those
// that they are about.
func Routes(s *ui.Site) []ui.Route {
	h := &sessions{s}
	return append([]ui.Route{
		ui.Get("/sessions/new", h.guard(h.newForm)),
		ui.Post("/sessions/new", h.guard(h.create)),
		ui.Get("/sessions/:id", h.guard(h.show)),
		ui.Get("/sessions/:id/edit", h.guard(h.editForm)),
		ui.Post("/sessions/:id/edit", h.guard(h.replace)),
		ui.Post("/sessions/:id/comment", h.guard(h.comment)),
	}, homeRoutes(s)...)
}

// sessions are the pages of sessions.
type sessions struct{ s *ui.Site }

// errAbsent is the answer for what is not there or not for this reader.
var errAbsent = kind.E(kind.CodeNotFound, "error.not_found", nil)

// guard answers for who may know nothing of sessions, and for what cannot be an
// id, as for an address that does not exist.
func (h *sessions) guard(next func(c *fiber.Ctx, p ui.Page) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := h.s.Page(c, "")
		if id := c.Params("id"); !p.Can("session", "read") || id != "" && !value.ValidID(id) {
			return errAbsent
		}
		return next(c, p)
	}
}

// maxBeside is how many records of one kind a page shows beside another record.
const maxBeside = 200

// beside lists the records of a kind that lie beside another one; none where
// the reader may know nothing of the kind.
func beside(ctx context.Context, s *ui.Site, p ui.Page, name string, q record.ListQuery) ([]ui.Rec, error) {
	d := s.Kinds.Get(name)
	if d == nil {
		return nil, nil
	}
	if q.Limit == 0 {
		q.Limit = maxBeside
	}
	recs, _, err := s.List(ctx, p, d, q)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return nil, nil
	}
	return recs, err
}

// codesOf are the labels of a reference list in the reader's language, by code,
// and its codes in their order.
func codesOf(ctx context.Context, s *ui.Site, p ui.Page, list string) (labels map[string]string, order []string, err error) {
	items, err := beside(ctx, s, p, "reference_item", record.ListQuery{Filter: map[string]string{"list": list}})
	labels = make(map[string]string, len(items))
	for _, r := range items {
		code := r.Str("code")
		labels[code], _ = r.Said("name").In(p.Reads()...)
		order = append(order, code)
	}
	return labels, order, err
}
