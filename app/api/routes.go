package api

import (
	"github.com/gofiber/fiber/v2"

	"colocate/app/authz"
	"colocate/domain/kind"
)

// Route binds a path to the permission it needs and to what the API document
// says of it. The table is the API: the router, the document and the tests of
// rights all read it, so no route can exist without either.
type Route struct {
	Method, Path string           // Path in Fiber's form, "/api/v1/sessions/:id"
	Perm         authz.Permission // zero where any signed-in caller may
	Open         bool             // needs no credentials
	Kind         *kind.Descriptor // nil for a hand-made route
	Handle       fiber.Handler

	describe func(b *builder) *Operation
}

// Routes returns every route of the API.
func (h *Handler) Routes() []Route {
	routes := h.handMade()
	for _, d := range h.Kinds.All() {
		if !d.Unlisted {
			routes = append(routes, h.ofKind(d)...)
		}
	}
	return routes
}

// ofKind are the routes that every kind has, and one for each of its verbs.
func (h *Handler) ofKind(d *kind.Descriptor) []Route {
	all := Prefix + "/" + d.Plural
	one := all + "/:id"
	route := func(method, path, action string, query bool, handle fiber.Handler, describe func(*builder) *Operation) Route {
		return Route{Method: method, Path: path, Perm: authz.Permission{Object: d.Name, Action: action}, Kind: d,
			Handle: h.guard(d, query, handle), describe: describe}
	}
	routes := []Route{
		route(fiber.MethodGet, all, "read", true, h.list(d), func(b *builder) *Operation { return b.list(d) }),
		route(fiber.MethodPost, all, "create", false, h.create(d), func(b *builder) *Operation { return b.create(d) }),
		route(fiber.MethodGet, one, "read", false, h.read(d), func(b *builder) *Operation { return b.read(d) }),
		route(fiber.MethodGet, one+"/history", "read", true, h.history(d), func(b *builder) *Operation { return b.history(d) }),
	}
	if !d.Fixed {
		routes = append(routes, route(fiber.MethodPut, one, "update", false, h.replace(d), func(b *builder) *Operation { return b.replace(d) }))
	}
	if v := d.Translation(); v != nil {
		routes = append(routes, route(fiber.MethodPost, one+"/"+v.Name, v.Name, false, h.translate(d),
			func(b *builder) *Operation { return b.translate(d, v) }))
	}
	for i := range d.Flow.Verbs {
		v := d.Verb(d.Flow.Verbs[i].Name)
		routes = append(routes, route(fiber.MethodPost, one+"/"+v.Name, v.Name, false, h.do(d, v),
			func(b *builder) *Operation { return b.verb(d, v) }))
	}
	return routes
}

// Mount puts every route into app, behind authenticate where it is not open;
// HEAD goes with GET.
func (h *Handler) Mount(app *fiber.App, authenticate fiber.Handler) {
	for _, r := range h.Routes() {
		chain := []fiber.Handler{authenticate, r.Handle}
		if r.Open {
			chain = chain[1:]
		}
		app.Add(r.Method, r.Path, chain...)
		if r.Method == fiber.MethodGet {
			app.Add(fiber.MethodHead, r.Path, chain...)
		}
	}
}
