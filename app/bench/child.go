package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"colocate/app/server"
)

// Variables by which this program starts itself as one of the servers.
const (
	childBare    = "BENCH_BARE"    // file with a bareConfig: be the bare server
	childServe   = "BENCH_SERVE"   // data folder: be the service
	childProfile = "BENCH_PROFILE" // file for a CPU profile of it
)

// child is what this program does where it is one of its own servers: it serves
// until a signal.
func child() (done bool, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if file := os.Getenv(childBare); file != "" {
		return true, serveBare(ctx, file)
	}
	if dir := os.Getenv(childServe); dir != "" {
		return true, serveProfiled(ctx, dir, os.Getenv(childProfile))
	}
	return false, nil
}

// serveProfiled is `colocate serve` with a CPU profile.
func serveProfiled(ctx context.Context, dir, profile string) error {
	f, err := os.Create(profile)
	if err != nil {
		return err
	}
	core, err := server.Open(ctx, dir, time.Now, zerolog.New(os.Stderr).With().Timestamp().Logger())
	if err != nil {
		return err
	}
	cfg := server.Defaults()
	cfg.Data, cfg.Addr, cfg.Rate = dir, "127.0.0.1:0", 0
	s, err := server.New(cfg, core)
	if err != nil {
		return errors.Join(err, core.Close())
	}
	fmt.Println(addressLine + "http://" + s.Addr().String())
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, s.Close())
	}
	err = s.Serve(ctx)
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
