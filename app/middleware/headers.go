package middleware

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// secure are the headers of every answer (trust.md W1, W5, W6). Pages keep all
// of them; assets replace Cache-Control.
var secure = [][2]string{
	{fiber.HeaderXContentTypeOptions, "nosniff"},
	{fiber.HeaderReferrerPolicy, "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{fiber.HeaderPermissionsPolicy, "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
	{fiber.HeaderContentSecurityPolicy, "default-src 'self'; object-src 'none'; base-uri 'none'; " +
		"frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'"},
	{fiber.HeaderCacheControl, "no-store"},
}

// hsts keeps browsers on TLS for two years, subdomains included.
const hsts = "max-age=63072000; includeSubDomains"

func (s *Stack) setHeaders(h *fasthttp.ResponseHeader) {
	for _, kv := range secure {
		h.Set(kv[0], kv[1])
	}
	if s.TLS {
		h.Set(fiber.HeaderStrictTransportSecurity, hsts)
	}
}

// wrap sets the headers before Fiber sees the request, since some answers are
// Fiber's own and pass no middleware. An unknown method is one of them: it gets
// the answer of a method that the address does not offer.
func (s *Stack) wrap(app *fiber.App) {
	server := app.Server()
	next := server.Handler
	methods := app.Config().RequestMethods
	server.Handler = func(r *fasthttp.RequestCtx) {
		s.setHeaders(&r.Response.Header)
		if slices.Contains(methods, string(r.Method())) {
			next(r)
			return
		}
		c := app.AcquireCtx(r)
		defer app.ReleaseCtx(c)
		if app.ErrorHandler(c, fiber.ErrMethodNotAllowed) != nil {
			r.SetStatusCode(fiber.StatusInternalServerError)
		}
	}
}
