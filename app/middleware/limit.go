package middleware

import (
	"hash/maphash"
	"sync/atomic"
	"time"

	"colocate/domain/kind"
)

// limiter bounds how often each caller may call. It keeps, for each, the time
// at which they would be idle had they called at the steady rate (GCRA). Memory
// is fixed: callers share slots by a keyed hash, so that nobody can choose with
// whom (trust.md R10).
type limiter struct {
	slots  [1 << 14]atomic.Int64 // nanoseconds since start
	seed   maphash.Seed
	start  time.Time
	period time.Duration // of one request at the steady rate
	slack  time.Duration // how far ahead of it a caller may be
}

// newLimiter allows rate requests a second, and burst at once; nil, which
// allows everything, for rate 0.
func newLimiter(rate, burst int) *limiter {
	if rate <= 0 {
		return nil
	}
	if burst <= 0 {
		burst = 4 * rate
	}
	period := time.Second / time.Duration(rate)
	return &limiter{seed: maphash.MakeSeed(), start: time.Now(), period: period, slack: time.Duration(burst) * period}
}

// take counts one request of caller, or refuses it with CodeTooMany and the
// seconds to wait.
func (l *limiter) take(caller string) error {
	if l == nil {
		return nil
	}
	wait := l.at(caller, time.Since(l.start))
	if wait <= 0 {
		return nil
	}
	err := kind.E(kind.CodeTooMany, "error.too_many", nil)
	err.Args = map[string]any{"RetryAfter": int64((wait + time.Second - 1) / time.Second)}
	return err
}

// at is take at a time: how long the caller must wait, 0 if not at all.
func (l *limiter) at(caller string, now time.Duration) time.Duration {
	slot := &l.slots[maphash.String(l.seed, caller)%uint64(len(l.slots))]
	for {
		idle := slot.Load()
		next := max(idle, int64(now)) + int64(l.period)
		if ahead := time.Duration(next) - now; ahead > l.slack {
			return ahead - l.slack
		}
		if slot.CompareAndSwap(idle, next) {
			return 0
		}
	}
}
