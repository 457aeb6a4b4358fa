// Package middleware is what every request passes before its route: a request
// id, one log line, recovery from panics, a deadline, security headers, the
// language, the guard against other sites, and, route by route, who the caller
// is and how often they may call. It knows no kind of record and no rule.
//
// A server is put together so:
//
//	stack := middleware.New(options)
//	app := fiber.New(fiber.Config{ErrorHandler: stack.ErrorHandler(problem.ErrorHandler(texts)), ...})
//	stack.Install(app)
//	app.Get("/api/v1/…", stack.Authenticate(accounts), handler)
//	app.Get("/…", stack.Session, page)
package middleware

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"colocate/app/locale"
	"colocate/domain/kind"
)

// Options say what a stack is made of. Log and Texts are needed, the rest has
// a sensible zero.
type Options struct {
	Log      zerolog.Logger
	Texts    *locale.Catalogue
	Sessions Sessions              // whose a sign-in is, for pages; nil where there are none
	Metrics  prometheus.Registerer // where the request histogram is registered; nil: nowhere
	TLS      bool                  // clients reach the service over TLS only: HSTS is sent
	Base     context.Context       // parent of every request's context; nil: the background
	Deadline time.Duration         // for one request; 0: 5 s (style.md §3)
	Rate     int                   // requests per second that one account may go on making; 0: unlimited
	Burst    int                   // and how many at once before that counts; 0: four seconds' worth
}

// Stack is the middleware of one server. It is immutable and safe for
// concurrent use.
type Stack struct {
	Options
	seconds *prometheus.HistogramVec
	limiter *limiter
}

// New makes a stack of o.
func New(o Options) *Stack {
	if o.Base == nil {
		o.Base = context.Background()
	}
	if o.Deadline == 0 {
		o.Deadline = 5 * time.Second
	}
	return &Stack{Options: o, seconds: newHistogram(o.Metrics), limiter: newLimiter(o.Rate, o.Burst)}
}

// Install puts the stack before every route of app. It must be called before
// any route is declared, and before app serves.
func (s *Stack) Install(app *fiber.App) {
	s.wrap(app)
	app.Use(s.observe, s.deadline, s.language, crossSite)
}

type local uint8

const (
	requestLocal local = iota
	textsLocal
	actorLocal
	prefsLocal
	stackLocal
	lapsedLocal
	resumedLocal
)

// RequestID is the request's id: random, the service's own, never the client's.
// It is the reference in error answers and in the log.
func RequestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestLocal).(string)
	return id
}

// T holds the texts in the caller's language; nil before the stack has run.
func T(c *fiber.Ctx) *locale.Texts {
	t, _ := c.Locals(textsLocal).(*locale.Texts)
	return t
}

// Lang is the tag of the language to answer in.
func Lang(c *fiber.Ctx) string {
	if t := T(c); t != nil {
		return t.Lang()
	}
	return locale.Negotiate("", "", "")
}

// Actor is who calls; the zero Actor where the route asks for nobody.
func Actor(c *fiber.Ctx) kind.Actor {
	if a, ok := c.Locals(actorLocal).(*kind.Actor); ok {
		return *a
	}
	return kind.Actor{}
}
