package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"colocate/app/account"
	"colocate/app/server"
)

// serveCmd serves until its context ends.
type serveCmd struct {
	Addr         string        `help:"Where to listen." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	MetricsAddr  string        `help:"Where to listen for /metrics; nowhere unless given." placeholder:"HOST:PORT"`
	Demo         bool          `help:"Serve the demonstration, Carana, on loopback only; make it in a new data folder, and print how to act as everybody in it."`
	TLSCert      string        `name:"tls-cert" help:"TLS certificate, with its chain." placeholder:"FILE"`
	TLSKey       string        `name:"tls-key" help:"Its key." placeholder:"FILE"`
	BehindTLS    bool          `name:"behind-tls" help:"A proxy before this server ends TLS."`
	TrustedProxy []string      `help:"Address or range of a proxy whose X-Real-IP is believed." placeholder:"CIDR"`
	Rate         int           `help:"Requests a second that one account may go on making; 0 is no limit." default:"50"`
	Conns        int           `help:"Connections at once." default:"4096"`
	ConnsPerAddr int           `help:"Connections at once from one address; 0 is no limit." default:"256"`
	Notice       time.Duration `help:"How long readiness is denied before the listener closes." default:"200ms"`
	Drain        time.Duration `help:"How long running requests have to finish." default:"20s"`
}

func (s *serveCmd) config(data string) server.Config {
	return server.Config{Data: data, Addr: s.Addr, MetricsAddr: s.MetricsAddr, Demo: s.Demo, TLSCert: s.TLSCert, TLSKey: s.TLSKey,
		BehindTLS: s.BehindTLS, Trusted: s.TrustedProxy, Rate: s.Rate, Conns: s.Conns, ConnsPerAddr: s.ConnsPerAddr,
		Notice: s.Notice, Drain: s.Drain}
}

// Run implements the command.
func (s *serveCmd) Run(p *program) error {
	cfg := s.config(p.cli.Data)
	if err := cfg.Check(); err != nil { // before anything is made
		return err
	}
	core, err := p.open()
	if err != nil {
		return err
	}
	srv, err := server.New(cfg, core)
	if err != nil {
		return closing(err, core)
	}
	if err := s.greet(p, core, srv); err != nil {
		return closing(err, srv)
	}
	return srv.Serve(p.ctx)
}

// greet says where the service is, and how the first person gets in.
func (s *serveCmd) greet(p *program, core *server.Core, srv *server.Server) error {
	base := address(s.TLSCert != "", srv.Addr())
	fmt.Fprintln(p.stdout, "Colocate is at "+base)
	if m := srv.MetricsAddr(); m != nil {
		fmt.Fprintln(p.stdout, "Metrics are at "+address(false, m)+"/metrics")
	}
	if s.Demo {
		return demo(p, core)
	}
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	code, err := core.Accounts.NewSetUp(ctx)
	if err != nil || code == "" {
		return err
	}
	fmt.Fprintf(p.stdout, "There is no account yet. Make the first administrator within %d minutes at\n  %s/set-up?code=%s\n",
		int(account.SetUpLife.Minutes()), base, url.QueryEscape(code))
	return nil
}

// demo makes the demonstration where it is not there yet, and says how to act as
// everybody in it. A folder with other data is left alone.
func demo(p *program, core *server.Core) error {
	if err := server.Demo(p.ctx, core, server.DemoSessions); err != nil {
		return err
	}
	all, err := server.DemoAccounts(p.ctx, core)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "This is the demonstration. Open the address in a browser and sign in as anybody in it; a program sends one of these as Authorization: Bearer …")
	for _, a := range all {
		fmt.Fprintf(p.stdout, "  %-15s %-15s %s\n", a.Role, a.Name, a.Bearer)
	}
	return nil
}

// address is how a browser on this machine reaches a listener.
func address(tls bool, a net.Addr) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return scheme + "://" + a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// closing closes c after err, and says what went wrong with that too.
func closing(err error, c interface{ Close() error }) error {
	if e := c.Close(); e != nil {
		return fmt.Errorf("%w (and then: %w)", err, e)
	}
	return err
}

// healthCmd asks a running server.
type healthCmd struct{}

// Run implements the command.
func (*healthCmd) Run(p *program) error {
	ctx, cancel := context.WithTimeout(p.ctx, 4*time.Second)
	defer cancel()
	if err := server.Ready(ctx, p.cli.Data); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "ready")
	return nil
}
