package middleware

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"colocate/domain/kind"
)

// observe gives the request its id, and writes its log line when it is over. It
// renders the error itself, since the status is not set before (style.md F6).
func (s *Stack) observe(c *fiber.Ctx) error {
	start := time.Now()
	begin(c)
	err := protect(c.Next)
	if err != nil && protect(func() error { return c.App().ErrorHandler(c, err) }) != nil {
		c.Response().ResetBody()
		c.Status(fiber.StatusInternalServerError)
	}
	s.report(c, route(c), time.Since(start), err)
	return nil
}

// ErrorHandler is the error handler of the server: render, which writes the
// answer, is helped out where the request never reached the stack, because its
// body or its headers were refused (style.md F5).
func (s *Stack) ErrorHandler(render fiber.ErrorHandler) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		if RequestID(c) != "" {
			return render(c, err)
		}
		start := time.Now()
		begin(c)
		s.setHeaders(&c.Response().Header)
		s.setLanguage(c, "")
		failed := protect(func() error { return render(c, err) })
		s.report(c, "refused", time.Since(start), err)
		return failed
	}
}

// begin gives the request its id. What a client sends as one is not trusted.
func begin(c *fiber.Ctx) {
	id := uuid.NewString()
	c.Locals(requestLocal, id)
	c.Set(fiber.HeaderXRequestID, id)
}

// route is the pattern that matched. Fiber leaves the pattern of the last
// middleware, "/", where none did.
func route(c *fiber.Ctx) string {
	pattern := c.Route().Path
	if pattern == "/" && c.Path() != "/" {
		return "unmatched"
	}
	return pattern
}

// method is the request's method, if it is one.
func method(c *fiber.Ctx) string {
	for _, m := range c.App().Config().RequestMethods {
		if m == c.Method() {
			return m
		}
	}
	return "unknown"
}

// report writes the line and counts the request. The line holds ids, codes and
// patterns, nothing that a client wrote (trust.md L4, L5).
func (s *Stack) report(c *fiber.Ctx, route string, took time.Duration, err error) {
	status := c.Response().StatusCode()
	s.count(method(c), route, status, took)
	level := zerolog.InfoLevel
	if status >= fiber.StatusInternalServerError {
		level = zerolog.ErrorLevel
	}
	line := s.Log.WithLevel(level).
		Str("request", RequestID(c)).
		Str("method", method(c)).
		Str("route", route).
		Int("status", status).
		Dur("took", took).
		Str("account", clean(Actor(c).Account))
	explain(line, err).Msg("request")
}

// explain adds why a request failed. A cause is written out for outages only:
// that of a refusal may quote what the client sent.
func explain(line *zerolog.Event, err error) *zerolog.Event {
	if err == nil {
		return line
	}
	if e, ok := errors.AsType[*kind.Error](err); ok {
		line = line.Str("code", string(e.Code)).Str("key", clean(e.Key))
		if e.Code != kind.CodeInternal && e.Code != kind.CodeBusy {
			return line
		}
	} else if _, ok := errors.AsType[*fiber.Error](err); ok {
		return line // its text quotes the request
	} else if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		line = line.Str("code", string(kind.CodeBusy))
	} else {
		line = line.Str("code", string(kind.CodeInternal))
	}
	if p, ok := errors.AsType[*panicked](err); ok {
		line = line.Str("stack", p.stack)
	}
	return line.Str("cause", clean(err.Error()))
}

// maxLogged bounds a text in the log, in runes.
const maxLogged = 1000

// clean makes a text fit for one line of log, whoever reads it: no control,
// line or direction characters, no more than maxLogged runes.
func clean(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxLogged {
			s = s[:i] + "…"
			break
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
