package middleware

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"colocate/domain/kind"
)

func TestNoRateIsNoLimit(t *testing.T) {
	t.Parallel()
	l := newLimiter(0, 5)
	for range 1000 {
		if err := l.take("a"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLimiterRecovers(t *testing.T) {
	t.Parallel()
	l := newLimiter(10, 5)
	for i := range 5 {
		if wait := l.at("a", 0); wait != 0 {
			t.Errorf("request %d waits %s", i, wait)
		}
	}
	wait := l.at("a", 0)
	if wait != 100*time.Millisecond {
		t.Errorf("the sixth waits %s, want 100ms", wait)
	}
	if early := l.at("a", wait-1); early == 0 {
		t.Error("a request before its time passes")
	}
	if late := l.at("a", wait); late != 0 {
		t.Errorf("a request in time waits %s", late)
	}
}

func TestRefusalNamesTheWait(t *testing.T) {
	t.Parallel()
	l := newLimiter(1, 1)
	if err := l.take("a"); err != nil {
		t.Fatal(err)
	}
	err := l.take("a")
	e, ok := err.(*kind.Error)
	if !ok || e.Code != kind.CodeTooMany || e.Args["RetryAfter"] != int64(1) {
		t.Errorf("refused with %#v", err)
	}
}

// TestLimiterBound: whatever the times, no more pass in them than the burst and
// the rate allow, and whoever waits as told passes.
func TestLimiterBound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate, burst := rapid.IntRange(1, 1000).Draw(t, "rate"), rapid.IntRange(1, 50).Draw(t, "burst")
		l := newLimiter(rate, burst)
		var now time.Duration
		passed := 0
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 200), 1, 200).Draw(t, "steps, ms") {
			now += time.Duration(step) * time.Millisecond
			wait := l.at("a", now)
			if wait == 0 {
				passed++
				continue
			}
			if now += wait; l.at("a", now) != 0 {
				t.Fatalf("waited %s in vain", wait)
			}
			passed++
		}
		if most := burst + int(now/l.period); passed > most {
			t.Fatalf("%d passed in %s, at most %d may", passed, now, most)
		}
	})
}
