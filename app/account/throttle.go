package account

import (
	"net/netip"
	"sync"
	"time"
)

// Limits of sign-in (trust.md A2, A3).
const (
	freeTries     = 5                // of one account from one address, then the delay doubles
	freeOfAddress = 30               // of one address over all accounts: an office may share it
	freeOfAccount = 85               // of one account over all addresses: with the delays then, under 100 an hour
	firstDelay    = time.Second      // after the free tries
	maxDelay      = 15 * time.Minute // where the delay stops growing
	forget        = time.Hour        // without a try, all is forgotten
	manyTries     = 10_000           // entries, above which the forgotten ones are dropped
)

// throttle slows guessing down. It counts a try before the password is
// checked, so that a burst of parallel tries counts in full. It lives in
// memory: a restart forgets it.
type throttle struct {
	mu    sync.Mutex
	tries map[tryKey]*tries
}

// tryKey is what tries are counted for.
type tryKey struct {
	what          counted
	name, address string
}

type counted uint8

const (
	ofPair counted = iota
	ofAddress
	ofAccount
)

type tries struct {
	count int
	last  time.Time
	until time.Time // no try is let in before it
	known bool      // somebody signed in to this account from this address
}

func newThrottle() *throttle { return &throttle{tries: map[tryKey]*tries{}} }

// take counts a try at name from address and returns 0, or how long to wait
// before the next one will be looked at. An address from which the account was
// signed in to before is spared the limit over all addresses, so that nobody
// can lock the owner out by guessing from elsewhere.
func (t *throttle) take(name, address string, now time.Time) time.Duration {
	address = network(address)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prune(now)
	pair, from, of := t.entries(name, address, now)
	wait := max(pair.until.Sub(now), from.until.Sub(now))
	if !pair.known {
		wait = max(wait, of.until.Sub(now))
	}
	if wait > 0 {
		return wait
	}
	pair.add(freeTries, now)
	from.add(freeOfAddress, now)
	if !pair.known {
		of.add(freeOfAccount, now)
	}
	return 0
}

// passed forgets the tries at name from address: somebody proved to be it.
func (t *throttle) passed(name, address string, now time.Time) {
	address = network(address)
	t.mu.Lock()
	defer t.mu.Unlock()
	pair, from, of := t.entries(name, address, now)
	*pair = tries{last: now, known: true}
	from.undo()
	of.undo()
}

func (t *throttle) entries(name, address string, now time.Time) (pair, from, of *tries) {
	return t.at(tryKey{ofPair, name, address}, now), t.at(tryKey{ofAddress, "", address}, now),
		t.at(tryKey{ofAccount, name, ""}, now)
}

// at returns the entry of k, emptied if nobody tried for long.
func (t *throttle) at(k tryKey, now time.Time) *tries {
	e := t.tries[k]
	if e == nil {
		e = &tries{last: now}
		t.tries[k] = e
	}
	if e.stale(now) {
		*e = tries{last: now, known: e.known}
	}
	return e
}

func (e *tries) stale(now time.Time) bool { return now.Sub(e.last) > forget }

// add counts one try; from the free-th on, each makes the next wait twice as long.
func (e *tries) add(free int, now time.Time) {
	e.count++
	e.last = now
	if over := e.count - free; over >= 0 {
		e.until = now.Add(delay(over))
	}
}

// undo takes back one try that turned out to be no guess.
func (e *tries) undo() { e.count, e.until = max(e.count-1, 0), time.Time{} }

func delay(over int) time.Duration {
	if over > 20 {
		return maxDelay
	}
	return min(firstDelay<<over, maxDelay)
}

// prune keeps memory bounded: known addresses go too, they are a convenience.
func (t *throttle) prune(now time.Time) {
	if len(t.tries) < manyTries {
		return
	}
	for k, e := range t.tries {
		if e.stale(now) {
			delete(t.tries, k)
		}
	}
}

// network is what counts as one address: an IPv6 caller has a whole /64 at
// hand. What is no address stands for itself.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	p, _ := ip.Prefix(64)
	return p.String()
}
