package middleware

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// deadline bounds the request by c.UserContext(), the only context that may be
// handed on: Fiber's own is recycled after the handler, and no client that
// hangs up cancels either (style.md F2, F3).
func (s *Stack) deadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(s.Base, s.Deadline)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}
