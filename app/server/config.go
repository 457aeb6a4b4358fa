package server

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// Config is everything that can be set from outside. It is read once, at start,
// and passed down as a value.
type Config struct {
	Data        string // data folder
	Addr        string // "127.0.0.1:8080"
	MetricsAddr string // listener of /metrics; "" is none
	// Demo says that the data is the demonstration's: only on loopback.
	Demo            bool
	TLSCert, TLSKey string // files; both or neither
	// BehindTLS says that whatever stands before the service ends TLS.
	BehindTLS bool
	// Trusted are the addresses (CIDR) of proxies whose X-Real-IP is believed.
	Trusted []string
	// Rate is how many requests a second one account may go on making.
	Rate int
	// Conns and ConnsPerAddr cap connections, in all and from one address; 0 is
	// no cap for an address, for a service behind one proxy.
	Conns, ConnsPerAddr int
	// Notice is how long readiness is denied before the listener closes, so that
	// whoever balances load can look away; Drain how long requests then have.
	Notice, Drain time.Duration
}

// Limits of requests (style.md §3).
const (
	bodyLimit    = 256 << 10
	headerBuffer = 8 << 10
	readTimeout  = 120 * time.Second // 256 KiB at 20 kbit/s take 105 s
	writeTimeout = 120 * time.Second
	idleTimeout  = 90 * time.Second
)

// Defaults are the settings of a server that is told nothing (style.md §3).
func Defaults() Config {
	return Config{Data: "data", Addr: "127.0.0.1:8080", Rate: 50, Conns: 4096, ConnsPerAddr: 256,
		Notice: 200 * time.Millisecond, Drain: 20 * time.Second}
}

// TLS reports whether clients reach the service over TLS only.
func (c Config) TLS() bool { return c.TLSCert != "" || c.BehindTLS }

// Check says what in c cannot be, in one sentence.
func (c Config) Check() error {
	host, _, err := net.SplitHostPort(c.Addr)
	switch {
	case err != nil:
		return fmt.Errorf("the address %q is not host:port", c.Addr)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("a TLS certificate needs its key, and a key its certificate")
	case c.Demo && !loopback(host):
		return fmt.Errorf("the demonstration has accounts that anybody could use, so it runs on loopback only, not on %q", host)
	case c.Conns < 1 || c.ConnsPerAddr < 0 || c.Rate < 0 || c.Notice < 0 || c.Drain <= 0:
		return errors.New("limits and times may not be negative")
	}
	for _, t := range c.Trusted {
		if _, _, err := net.ParseCIDR(t); err != nil && net.ParseIP(t) == nil {
			return fmt.Errorf("the trusted proxy %q is neither an address nor a range of them", t)
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
