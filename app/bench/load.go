package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// call is one request, and the status of the right answer. With others behind
// it, it counts as answered once all of them are, one after the other.
type call struct {
	method, path, match string // match is sent as If-Match unless it is ""
	body                []byte
	status              int
	then                []call
}

// caller is what requests say of who sends them: the token of a program or the
// cookie of a browser, and what a browser accepts.
type caller struct{ token, cookie, coding, lang string }

// side is one of the two servers that are compared.
type side struct {
	addr    string
	pid     int
	clients []*fasthttp.HostClient // one for each connection
}

func newSide(p *process) *side { return &side{addr: p.addr, pid: p.pid()} }

// requestTimeout is how long an answer may take before the run fails.
const requestTimeout = 20 * time.Second

// client is the connection number i: kept alive, and one only.
func (s *side) client(i int) *fasthttp.HostClient {
	for len(s.clients) <= i {
		s.clients = append(s.clients, &fasthttp.HostClient{Addr: s.addr, MaxConns: 1, MaxIdemponentCallAttempts: 1,
			ReadTimeout: requestTimeout, WriteTimeout: requestTimeout, MaxIdleConnDuration: time.Minute, MaxResponseBodySize: 8 << 20})
	}
	return s.clients[i]
}

// load is a stream of calls. next is asked by one connection at a time and
// answers false when there are none left; seen, if set, is told each answer.
type load struct {
	caller
	next func() (call, bool)
	seen func(c call, res *fasthttp.Response)
	most func(left int) int // calls of one stretch at most where left are to come; nil is no bound but time
}

// sample is what came of a stretch of load.
type sample struct {
	took time.Duration   // of the stretch
	lat  []time.Duration // of each call
	cpu  time.Duration   // of the server, all threads
}

func (s *sample) add(o sample) {
	s.took, s.cpu, s.lat = s.took+o.took, s.cpu+o.cpu, append(s.lat, o.lat...)
}

// perSecond is the throughput.
func (s *sample) perSecond() float64 { return ratio(float64(len(s.lat)), s.took.Seconds()) }

// each is the mean of d over the calls.
func (s *sample) each(d time.Duration) time.Duration { return d / time.Duration(max(1, len(s.lat))) }

// quantile is the latency that a share q of the calls kept to.
func (s *sample) quantile(q float64) time.Duration {
	if len(s.lat) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s.lat))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// run sends calls of l over n connections for a time, as one of left stretches
// that are to come. A call that is answered otherwise than it should be ends it.
func (s *side) run(ctx context.Context, l *load, n int, d time.Duration, left int) (sample, error) {
	f := &feed{load: l, left: -1}
	if l.most != nil {
		f.left = l.most(left)
	}
	for i := range n {
		s.client(i)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, d, errTime)
	defer cancel()
	stop := func(err error) { f.fail(err); cancel() }
	start, before := time.Now(), usageOf(s.pid).cpu
	var wait sync.WaitGroup
	lats := make([][]time.Duration, n)
	for i := range n {
		wait.Go(func() { lats[i] = s.connection(ctx, s.clients[i], f, stop) })
	}
	wait.Wait()
	out := sample{took: time.Since(start), cpu: usageOf(s.pid).cpu - before, lat: slices.Concat(lats...)}
	if f.err == nil && ctx.Err() != nil && !errors.Is(context.Cause(ctx), errTime) {
		f.err = context.Cause(ctx)
	}
	return out, f.err
}

var errTime = fmt.Errorf("the time is over")

// feed hands out the calls of a load to its connections.
type feed struct {
	*load
	mu   sync.Mutex
	left int
	err  error
}

func (f *feed) call() (c call, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 {
		return c, false
	}
	f.left--
	return f.next()
}

func (f *feed) answered(c call, res *fasthttp.Response) {
	if f.seen != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.seen(c, res)
	}
}

func (f *feed) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// connection sends one call after the other.
func (s *side) connection(ctx context.Context, client *fasthttp.HostClient, f *feed, stop func(error)) (lat []time.Duration) {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	for ctx.Err() == nil {
		c, ok := f.call()
		if !ok {
			return lat
		}
		took, err := s.send(client, req, res, f.caller, c)
		for i := 0; err == nil && i < len(c.then); i++ {
			var more time.Duration
			more, err = s.send(client, req, res, f.caller, c.then[i])
			took += more
		}
		if err != nil {
			stop(err)
			return lat
		}
		lat = append(lat, took)
		f.answered(c, res)
	}
	return lat
}

// send sends one request and answers how long its answer took.
func (s *side) send(client *fasthttp.HostClient, req *fasthttp.Request, res *fasthttp.Response, by caller, c call) (time.Duration, error) {
	s.prepare(req, by, c)
	start := time.Now()
	err := client.DoTimeout(req, res, requestTimeout)
	took := time.Since(start)
	if err == nil && res.StatusCode() != c.status {
		err = fmt.Errorf("status %d: %s", res.StatusCode(), res.Body())
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", c.method, c.path, err)
	}
	return took, err
}

func (s *side) prepare(req *fasthttp.Request, by caller, c call) {
	req.Reset()
	req.Header.SetMethod(c.method)
	req.SetRequestURI("http://" + s.addr + c.path)
	for _, h := range [][2]string{{"Cookie", by.cookie}, {"Accept-Encoding", by.coding}, {"Accept-Language", by.lang}} {
		if h[1] != "" {
			req.Header.Set(h[0], h[1])
		}
	}
	if by.token != "" {
		req.Header.Set("Authorization", "Bearer "+by.token)
	}
	if c.match != "" {
		req.Header.Set("If-Match", c.match)
	}
	if c.body != nil {
		req.Header.SetContentType("application/json")
		req.SetBody(c.body)
	}
}

// get is the body of one answer to one call, as it came.
func (s *side) get(by caller, c call) ([]byte, error) {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	_, err := s.send(s.client(0), req, res, by, c)
	return append([]byte(nil), res.Body()...), err
}
