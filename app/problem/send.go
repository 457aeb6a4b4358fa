package problem

import (
	"encoding/json"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/app/middleware"
)

// ErrorHandler answers every error of a server with its problem document. It
// needs nothing that middleware left in the request: where none ran (413, 431)
// it takes the language from the request itself.
func ErrorHandler(texts *locale.Catalogue) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		t := middleware.T(c)
		if t == nil {
			t = texts.Texts(locale.Negotiate("", "", c.Get(fiber.HeaderAcceptLanguage)))
		}
		return Send(c, Of(err, t, middleware.RequestID(c)), t.Lang())
	}
}

// Send writes d, whose texts are in lang.
func Send(c *fiber.Ctx, d Details, lang string) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, ContentType)
	c.Set(fiber.HeaderContentLanguage, lang)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if d.Status == fiber.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="colocate"`)
	}
	if d.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.FormatInt(d.RetryAfter, 10))
	}
	return c.Status(d.Status).Send(body)
}
