// Package server puts the service together: settings, store, use cases, routes
// and listeners; it starts them, and stops them so that nothing that was begun
// is cut off (style.md F19, trust.md R1).
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Server is a service with its listeners open. Serve runs it, Close gives back
// what one that never served holds.
type Server struct {
	cfg      Config
	core     *Core
	app      *fiber.App
	main     net.Listener
	metrics  *side // nil if there is no such listener
	control  *side
	cancel   context.CancelFunc // ends every request that still runs
	draining atomic.Bool
}

// side is a listener beside the main one.
type side struct {
	ln   net.Listener
	http *http.Server
}

func newSide(ln net.Listener, h http.Handler) *side {
	return &side{ln, &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: idleTimeout}}
}

// New opens the listeners of cfg for core, which the server closes. What is
// wrong is one sentence; then nothing is left open but core.
func New(cfg Config, core *Core) (*Server, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	base, cancel := context.WithCancel(context.Background())
	s := &Server{cfg: cfg, core: core, cancel: cancel}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	app, err := s.newApp(base, registry)
	if err == nil {
		s.app = app
		err = s.listen(registry)
	}
	if err != nil {
		cancel()
		return nil, errors.Join(err, s.closeListeners())
	}
	return s, nil
}

func (s *Server) listen(metrics prometheus.Gatherer) (err error) {
	if s.main, err = listenTCP(s.cfg.Addr); err != nil {
		return err
	}
	if s.cfg.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(s.cfg.TLSCert, s.cfg.TLSKey)
		if err != nil {
			return fmt.Errorf("the TLS certificate or its key cannot be used: %w", err)
		}
		s.main = tls.NewListener(s.main, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	}
	if s.cfg.MetricsAddr != "" {
		ln, err := listenTCP(s.cfg.MetricsAddr)
		if err != nil {
			return err
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
		s.metrics = newSide(ln, mux)
	}
	ln, err := listenControl(s.cfg.Data)
	if err != nil {
		return err
	}
	s.control = newSide(ln, controlHandler(s.core, s.readiness))
	return nil
}

func listenTCP(addr string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the address %s is used by another program; choose another one with --addr or --metrics-addr", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("the address %s cannot be listened on: %w", addr, err)
	}
	return ln, nil
}

// Addr is where the service can be reached.
func (s *Server) Addr() net.Addr { return s.main.Addr() }

// MetricsAddr is where its metrics can be, nil if nowhere.
func (s *Server) MetricsAddr() net.Addr {
	if s.metrics == nil {
		return nil
	}
	return s.metrics.ln.Addr()
}

// Serve answers requests until ctx ends, then drains: readiness is denied, the
// listener closes, what runs has cfg.Drain to finish, and the store closes last.
// It returns when all of that is done; an error says that something broke.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 3)
	go func() { failed <- s.app.Listener(s.main) }()
	for _, x := range []*side{s.metrics, s.control} {
		if x != nil {
			go func() { failed <- x.http.Serve(x.ln) }()
		}
	}
	var broke error
	select {
	case <-ctx.Done():
	case broke = <-failed:
	}
	return errors.Join(broke, s.drain())
}

// drain stops in the order of style.md F19: the store last.
func (s *Server) drain() error {
	s.draining.Store(true)
	time.Sleep(s.cfg.Notice)
	err := s.app.ShutdownWithTimeout(s.cfg.Drain)
	if errors.Is(err, context.DeadlineExceeded) {
		s.core.Log.Warn().Dur("after", s.cfg.Drain).Msg("requests still ran when the drain ended")
		err = nil
	}
	return errors.Join(err, s.Close())
}

// Close gives back everything the server holds, the store too.
func (s *Server) Close() error {
	s.cancel()
	return errors.Join(s.closeListeners(), s.core.Close())
}

func (s *Server) closeListeners() error {
	var errs []error
	if s.main != nil {
		errs = append(errs, gone(s.main.Close()))
	}
	for _, x := range []*side{s.metrics, s.control} {
		if x != nil {
			errs = append(errs, gone(x.http.Close()), gone(x.ln.Close()))
		}
	}
	return errors.Join(errs...)
}

// gone is err, unless it says that what was to be closed is closed already.
func gone(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
