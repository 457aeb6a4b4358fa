package middleware

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
)

var crossOrigin = http.NewCrossOriginProtection()

// crossSite refuses what another site's page makes a browser change here
// (trust.md W4, style.md F14). It judges every unsafe request, whatever its
// credentials: who is no browser sends neither header and passes.
func crossSite(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next() // as Check would say, without a request made for it
	}
	r := &http.Request{Method: c.Method(), Host: c.Hostname(), Header: http.Header{}}
	r.Header.Set("Sec-Fetch-Site", c.Get("Sec-Fetch-Site"))
	r.Header.Set("Origin", c.Get(fiber.HeaderOrigin))
	if err := crossOrigin.Check(r); err != nil {
		return kind.E(kind.CodeForbidden, "error.cross_site", err)
	}
	return c.Next()
}
