package middleware

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// newHistogram makes the histogram of request times, in seconds, and registers
// it with r if there is one. Its labels come from closed sets.
func newHistogram(r prometheus.Registerer) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "colocate_http_request_seconds",
		Help:    "Time from the request's arrival to its answer, by route pattern.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})
	if r != nil {
		r.MustRegister(h)
	}
	return h
}

// count adds one request; status is counted by its class ("2xx").
func (s *Stack) count(method, route string, status int, took time.Duration) {
	s.seconds.WithLabelValues(method, route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}
