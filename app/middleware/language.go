package middleware

import "github.com/gofiber/fiber/v2"

// LangCookie is the cookie that keeps the language somebody chose before
// signing in.
const LangCookie = "colocate-lang"

// language settles the language by cookie and header, once; Authenticate and
// Session settle it anew where the account has one.
func (s *Stack) language(c *fiber.Ctx) error {
	c.Locals(stackLocal, s)
	s.setLanguage(c, "")
	return c.Next()
}

func (s *Stack) setLanguage(c *fiber.Ctx, account string) {
	tag := s.Texts.Negotiate(account, c.Cookies(LangCookie), c.Get(fiber.HeaderAcceptLanguage))
	c.Locals(textsLocal, s.Texts.Texts(tag))
}
