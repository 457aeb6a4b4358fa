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
	mu     sync.Mutex
	tries  map[tryKey]*tries
	pruned time.Time
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

// limits are the free tries by what is counted.
var limits = [...]int{ofPair: freeTries, ofAddress: freeOfAddress, ofAccount: freeOfAccount}

type tries struct {
	count int
	last  time.Time
	until time.Time // no try is let in before it
	known bool      // somebody signed in to this account from this address
}

func newThrottle() *throttle { return &throttle{tries: map[tryKey]*tries{}} }

func keysOf(name, address string) [3]tryKey {
	address = network(address)
	return [...]tryKey{{ofPair, name, address}, {ofAddress, "", address}, {ofAccount, name, ""}}
}

// take counts a try at name from address and returns 0, or how long to wait
// before the next one will be looked at. An address from which the account was
// signed in to before is spared the limit over all addresses, so that nobody
// can lock the owner out by guessing from elsewhere. What is refused is not
// counted and takes no memory.
func (t *throttle) take(name, address string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prune(now)
	keys := keysOf(name, address)
	counted := keys[:]
	if pair := t.tries[keys[ofPair]]; pair != nil && pair.known {
		counted = keys[:ofAccount]
	}
	wait := time.Duration(0)
	for _, k := range counted {
		if e := t.tries[k]; e != nil {
			wait = max(wait, e.until.Sub(now))
		}
	}
	if wait > 0 {
		return wait
	}
	for _, k := range counted {
		t.at(k, now).add(limits[k.what], now)
	}
	return 0
}

// passed takes back the tries at name from address: somebody proved to be it.
func (t *throttle) passed(name, address string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range keysOf(name, address) {
		e := t.at(k, now)
		if k.what == ofPair {
			*e = tries{last: now, known: true}
			continue
		}
		e.count, e.until = max(e.count-1, 0), time.Time{}
	}
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

func delay(over int) time.Duration {
	if over > 20 {
		return maxDelay
	}
	return min(firstDelay<<over, maxDelay)
}

// prune keeps memory bounded, at most once a minute. Known addresses go too:
// they are a convenience.
func (t *throttle) prune(now time.Time) {
	if len(t.tries) < manyTries || now.Sub(t.pruned).Abs() < time.Minute {
		return
	}
	t.pruned = now
	for k, e := range t.tries {
		if e.stale(now) || len(t.tries) > 10*manyTries {
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
