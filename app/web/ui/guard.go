package ui

import (
	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// ErrAbsent is the answer for what is not there or not for this reader: one is
// not told from the other (style.md §2.2, not_found).
var ErrAbsent = kind.E(kind.CodeNotFound, "error.not_found", nil)

// About handles a page about the records of a kind. Who may know nothing of the
// kind, and what cannot be an id, is answered as an address that does not exist.
func (s *Site) About(kindName string, next func(c *fiber.Ctx, p Page) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := s.Page(c, "")
		if id := c.Params("id"); !p.Can(kindName, "read") || id != "" && !value.ValidID(id) {
			return ErrAbsent
		}
		if p.Broken != nil { // times would be read in another zone than they were typed in
			return p.Broken
		}
		return next(c, p)
	}
}

// Readable are the kinds that have pages and of which the reader may read
// something, in the order of their declaration.
func (p Page) Readable() []*kind.Descriptor {
	var out []*kind.Descriptor
	for _, d := range p.site.Kinds.All() {
		if !d.Unlisted && p.Can(d.Name, "read") {
			out = append(out, d)
		}
	}
	return out
}
