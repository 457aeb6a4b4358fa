package work

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
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

// guard handles a page about sessions.
func (h *sessions) guard(next func(c *fiber.Ctx, p ui.Page) error) fiber.Handler {
	return h.s.About("session", next)
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
