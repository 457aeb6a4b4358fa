package middleware

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
)

// Authenticator tells whose a bearer token is. Whatever is wrong with a token
// is one CodeUnauthenticated; any other error is an outage.
type Authenticator interface {
	Authenticate(ctx context.Context, bearer string) (kind.Actor, error)
}

// Authenticate lets only callers with a valid bearer token on, and no account
// more often than the stack's Rate. It belongs in the chain of each route that
// needs it, not on a prefix (style.md F10).
func (s *Stack) Authenticate(a Authenticator) fiber.Handler {
	return func(c *fiber.Ctx) error {
		token, ok := bearer(c.Get(fiber.HeaderAuthorization))
		if !ok {
			return kind.E(kind.CodeUnauthenticated, "error.unauthenticated", nil)
		}
		actor, err := a.Authenticate(c.UserContext(), token)
		if err != nil {
			return err
		}
		if actor.Lang != "" {
			s.setLanguage(c, actor.Lang)
		}
		actor.Lang, actor.Request = Lang(c), RequestID(c)
		c.Locals(actorLocal, &actor)
		if err := s.limiter.take(actor.Account); err != nil {
			return err
		}
		return c.Next()
	}
}

// maxBearer is more than any token of ours, in bytes.
const maxBearer = 512

func bearer(header string) (string, bool) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "bearer") && token != "" && len(token) <= maxBearer
}
