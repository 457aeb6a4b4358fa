package api

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"colocate/app/authz"
	"colocate/app/middleware"
	"colocate/app/record"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// list answers GET /api/v1/<kinds>: a page of what the caller may see.
func (h *Handler) list(d *kind.Descriptor) fiber.Handler {
	return func(c *fiber.Ctx) error {
		q, err := listQuery(c)
		if err != nil {
			return err
		}
		l, err := h.Records.List(c.UserContext(), middleware.Actor(c), d, q)
		if err != nil {
			return err
		}
		return sendList(c, l)
	}
}

// read answers GET /api/v1/<kinds>/{id}.
func (h *Handler) read(d *kind.Descriptor) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := pathID(c)
		if err != nil {
			return err
		}
		v, err := h.Records.Read(c.UserContext(), middleware.Actor(c), d, id)
		if err != nil {
			return err
		}
		return sendView(c, fiber.StatusOK, v)
	}
}

// create answers POST /api/v1/<kinds>: 201 with the record as this caller sees
// it, and the same answer again when the same record is sent again. The id is
// the client's; without one the server makes it.
func (h *Handler) create(d *kind.Descriptor) fiber.Handler {
	return func(c *fiber.Ctx) error {
		in, err := body(c)
		if err != nil {
			return err
		}
		w := record.Write{In: in}
		w.ID = clientID(&w.In)
		v, _, err := h.Records.Create(c.UserContext(), middleware.Actor(c), d, w)
		if err != nil {
			return err
		}
		c.Location(Prefix + "/" + d.Plural + "/" + v.ID)
		return sendView(c, fiber.StatusCreated, v)
	}
}

// replace answers PUT /api/v1/<kinds>/{id}: the fields that the caller may
// write become what was sent.
func (h *Handler) replace(d *kind.Descriptor) fiber.Handler {
	return h.write(body, func(c *fiber.Ctx, w record.Write) (record.View, error) {
		return h.Records.Replace(c.UserContext(), middleware.Actor(c), d, w)
	})
}

// do answers POST /api/v1/<kinds>/{id}/<verb>.
func (h *Handler) do(d *kind.Descriptor, v *kind.VerbDescriptor) fiber.Handler {
	return h.write(optionalBody, func(c *fiber.Ctx, w record.Write) (record.View, error) {
		return h.Records.Do(c.UserContext(), middleware.Actor(c), d, v.Name, w)
	})
}

// translate answers POST /api/v1/<kinds>/{id}/translate.
func (h *Handler) translate(d *kind.Descriptor) fiber.Handler {
	return h.write(body, func(c *fiber.Ctx, w record.Write) (record.View, error) {
		return h.Records.Translate(c.UserContext(), middleware.Actor(c), d, w)
	})
}

// write is what every change of a record that exists has in common.
func (h *Handler) write(read func(*fiber.Ctx) (kind.Doc, error), run func(*fiber.Ctx, record.Write) (record.View, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var w record.Write
		var err error
		if w.ID, err = pathID(c); err != nil {
			return err
		}
		if w.In, err = read(c); err != nil {
			return err
		}
		if w.Key, err = idempotencyKey(c); err != nil {
			return err
		}
		w.IfMatch = c.Get(fiber.HeaderIfMatch)
		v, err := run(c, w)
		if err != nil {
			return err
		}
		return sendView(c, fiber.StatusOK, v)
	}
}

// guard answers for callers who may know nothing of d as for a path that does
// not exist, and refuses query parameters where none is known.
func (h *Handler) guard(d *kind.Descriptor, query bool, next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a := middleware.Actor(c)
		if !h.knows(&a, d) {
			return errAbsent
		}
		if !query {
			if _, err := params(c, []string{}); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// errAbsent is the answer for what is not there or not for this caller.
var errAbsent = kind.E(kind.CodeNotFound, "error.not_found", nil)

func (h *Handler) knows(a *kind.Actor, d *kind.Descriptor) bool {
	return h.Policy.Authorize(a, authz.Permission{Object: d.Name, Action: "read"}).Any
}

// pathID is the id in the path. One that cannot be an id names nothing.
func pathID(c *fiber.Ctx) (string, error) {
	id := c.Params("id")
	if !value.ValidID(id) {
		return "", errAbsent
	}
	return id, nil
}

// clientID is the id that the client chose, or one made here and put into in.
// What cannot be an id is left to the record's codec, which names it together
// with everything else that is wrong.
func clientID(in *kind.Doc) string {
	if raw, ok := in.Get("id"); ok {
		id, _ := raw.(string)
		return id
	}
	id := uuid.NewString()
	*in = append(*in, kind.Elem{Name: "id", Value: id})
	return id
}
