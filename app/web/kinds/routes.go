package kinds

import (
	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// pages are the pages of one kind.
type pages struct {
	s *ui.Site
	d *kind.Descriptor
}

// Routes are the pages of every kind that has routes, and the page that lists
// those kinds. Forms post to their own address.
func Routes(s *ui.Site) []ui.Route {
	routes := []ui.Route{ui.Get("/records", (&overview{s}).show)}
	for _, d := range s.Kinds.All() {
		if !d.Unlisted {
			routes = append(routes, (&pages{s: s, d: d}).routes()...)
		}
	}
	return routes
}

func (h *pages) routes() []ui.Route {
	all := "/" + h.d.Plural
	one := all + "/:id"
	return []ui.Route{
		ui.Get(all, h.guard(h.list)),
		ui.Get(all+"/new", h.guard(h.newForm)),
		ui.Post(all+"/new", h.guard(h.create)),
		ui.Get(one, h.guard(h.detail)),
		ui.Get(one+"/edit", h.guard(h.editForm)),
		ui.Post(one+"/edit", h.guard(h.replace)),
		ui.Get(one+"/do/:verb", h.guard(h.verbForm)),
		ui.Post(one+"/do/:verb", h.guard(h.do)),
		ui.Get(one+"/history", h.guard(h.history)),
		ui.Get(one+"/translate", h.guard(h.translations)),
		ui.Post(one+"/translate", h.guard(h.translate)),
	}
}

// guard handles a page about the records of the kind.
func (h *pages) guard(next func(c *fiber.Ctx, p ui.Page) error) fiber.Handler {
	return h.s.About(h.d.Name, next)
}

// path is the address of the record with that id.
func (h *pages) path(id string) string { return "/" + h.d.Plural + "/" + id }
