package server

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/prometheus/client_golang/prometheus"

	"colocate/app/account"
	"colocate/app/api"
	"colocate/app/middleware"
	"colocate/app/problem"
	"colocate/app/store"
	"colocate/app/web"
	"colocate/app/web/assets"
	"colocate/app/web/people"
	"colocate/app/web/ui"
	"colocate/app/web/work"
)

// newApp puts the routes of core into a Fiber application (style.md F1 to F20).
func (s *Server) newApp(base context.Context, metrics prometheus.Registerer) (*fiber.App, error) {
	stack := middleware.New(middleware.Options{Log: s.core.Log, Texts: s.core.Texts, Metrics: metrics,
		TLS: s.cfg.TLS(), Base: base, Rate: s.cfg.Rate, Sessions: people.Readers{Accounts: s.core.Accounts}})
	apis := &api.Handler{Records: s.core.Records, Accounts: s.core.Accounts, Kinds: s.core.Kinds, Policy: s.core.Policy, ExampleID: exampleID}
	docs := api.NewDocuments(apis, s.core.Texts)
	pages, err := s.pages(stack, docs)
	if err != nil {
		return nil, err
	}
	app := fiber.New(fiberConfig(s.cfg, stack.ErrorHandler(errorHandler(problem.ErrorHandler(s.core.Texts), pages.Fail))))
	app.Server().MaxConnsPerIP = s.cfg.ConnsPerAddr
	app.Server().CloseOnShutdown = true
	stack.Install(app)
	apis.Mount(app, stack.Authenticate(s.core.Accounts))
	get(app, "/openapi.json", compress.New(), docs.Serve)
	get(app, "/healthz", healthy)
	get(app, "/readyz", s.ready)
	pages.Mount(app)
	return app, nil
}

// pages are what people see.
func (s *Server) pages(stack *middleware.Stack, docs *api.Documents) (*web.Handler, error) {
	files, err := assets.Load(s.core.Texts)
	if err != nil {
		return nil, err
	}
	if s.cfg.Demo {
		s.core.Accounts.OpenDemo(demoNames()...)
	}
	site := &ui.Site{Texts: s.core.Texts, Records: s.core.Records, Accounts: s.core.Accounts, Kinds: s.core.Kinds, Policy: s.core.Policy,
		Assets: files, Now: s.core.Now, Captions: work.Captions(), Key: s.core.formKey, Demo: s.cfg.Demo, TLS: s.cfg.TLS()}
	return &web.Handler{Site: site, Session: stack.Session, Spec: docs.In, SetUp: s.setUp}, nil
}

func fiberConfig(cfg Config, onError fiber.ErrorHandler) fiber.Config {
	f := fiber.Config{
		Immutable:             true, // strings outlive the request: confidentiality (style.md F1)
		CaseSensitive:         true,
		StrictRouting:         true,
		BodyLimit:             bodyLimit,
		ReadBufferSize:        headerBuffer,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		Concurrency:           cfg.Conns,
		DisableStartupMessage: true,
		// No route takes an upload: none is taken apart, or written to a disk,
		// before somebody looks at it.
		DisablePreParseMultipartForm: true,
		ErrorHandler:                 onError,
		// Without the check Fiber believes X-Forwarded-Host of anybody (trust.md W9).
		EnableTrustedProxyCheck: true,
		TrustedProxies:          cfg.Trusted,
	}
	if len(cfg.Trusted) > 0 {
		f.ProxyHeader = "X-Real-Ip"
	}
	return f
}

// errorHandler answers programs with problem documents and people with pages.
// Of a request whose headers were too large not even the path is known.
func errorHandler(forAPI, forPages fiber.ErrorHandler) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		path := c.Path()
		unread := errors.Is(err, fiber.ErrRequestHeaderFieldsTooLarge)
		if unread || strings.HasPrefix(path, "/api/") || path == "/openapi.json" || path == "/healthz" || path == "/readyz" {
			return forAPI(c, err)
		}
		return forPages(c, err)
	}
}

func get(app *fiber.App, path string, handle ...fiber.Handler) {
	app.Add(fiber.MethodGet, path, handle...)
	app.Add(fiber.MethodHead, path, handle...)
}

// setUp makes the first administrator for the form on the pages.
func (s *Server) setUp(ctx context.Context, code, name, password string) error {
	_, err := s.core.Accounts.SetUp(ctx, code, account.NewUser{Name: name, Password: password})
	return err
}

// healthy answers GET /healthz: the process runs.
func healthy(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) }

var errNotReady = errors.New("draining")

// ready answers GET /readyz: the store answers and no drain has begun.
func (s *Server) ready(c *fiber.Ctx) error {
	if err := s.readiness(c.UserContext()); err != nil {
		c.Status(fiber.StatusServiceUnavailable)
		return c.JSON(fiber.Map{"status": "not ready"})
	}
	return c.JSON(fiber.Map{"status": "ready"})
}

func (s *Server) readiness(ctx context.Context) error {
	if s.draining.Load() {
		return errNotReady
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := s.core.Store.Head(ctx, store.Service)
	return err
}
