package account

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
)

// pollEvery is how long a change made by another process may go unnoticed
// (trust.md Z8: one second). Changes of this process bite at once.
const pollEvery = time.Second

// cache remembers whose a token is. What it remembers was read at a number of
// the service's journal and counts only while that is its last: any change of
// any account empties it.
type cache struct {
	head   atomic.Int64 // the last number known
	polled atomic.Int64 // when the store was last asked, in nanoseconds

	mu     sync.RWMutex
	at     int64 // the number at which all of actors was read
	actors map[digest]cached
}

// cached is whose a token is, good until a time: the token's end, or the end of
// the day in the mission, when grants begin and end.
type cached struct {
	Session
	use   string
	until time.Time
}

// maxCached bounds the memory of the cache.
const maxCached = 10_000

// raise notes that the journal has come to number.
func (c *cache) raise(number int64) {
	for {
		old := c.head.Load()
		if number <= old || c.head.CompareAndSwap(old, number) {
			return
		}
	}
}

// get returns who bears d, if that was read at head and is still good at now.
func (c *cache) get(d digest, head int64, now time.Time) (cached, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.actors[d]
	return e, ok && c.at == head && now.Before(e.until)
}

// put remembers what was read when the journal was at head.
func (c *cache) put(d digest, head int64, e cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if head < c.at {
		return
	}
	if head > c.at || c.actors == nil || len(c.actors) >= maxCached {
		c.at, c.actors = head, map[digest]cached{}
	}
	c.actors[d] = e
}

// head is the last number of the service's journal, at most pollEvery old. One
// caller asks the store, the others go on with what was known.
func (s *Service) head(ctx context.Context) (int64, error) {
	now, last := s.cfg.Now().UnixNano(), s.cache.polled.Load()
	due := last == 0 || now < last || now-last >= int64(pollEvery)
	if due && s.cache.polled.CompareAndSwap(last, now) {
		n, err := s.cfg.Store.Head(ctx, store.Service)
		if err != nil {
			s.cache.polled.CompareAndSwap(now, last) // the next caller asks again
			return 0, outage(err)
		}
		s.cache.raise(n)
	}
	return s.cache.head.Load(), nil
}

// Authenticate tells who bears a token, in which mission, with the grants that
// are in force there today. Whatever is wrong is the same CodeUnauthenticated:
// no such token, one that expired or was revoked, an account that is disabled
// or has no role today. The actor's Grants are shared: read only.
func (s *Service) Authenticate(ctx context.Context, bearer string) (kind.Actor, error) {
	e, err := s.bears(ctx, bearer)
	return e.Actor, err
}

// Session is somebody who is signed in, until Expires, and how they want pages
// shown. Zone is the time zone that they chose, nil for the mission's.
type Session struct {
	Actor   kind.Actor
	Prefs   Preferences
	Zone    *time.Location
	Expires time.Time
}

// Session is Authenticate for pages. It lets sign-ins in and no API tokens,
// which are made for programs and live longer than anybody sits at a page.
func (s *Service) Session(ctx context.Context, bearer string) (Session, error) {
	e, err := s.bears(ctx, bearer)
	if err == nil && e.use != useSignIn {
		return Session{}, unauthenticated("not a sign-in")
	}
	return e.Session, err
}

// bears tells whose bearer is, from memory if it is remembered.
func (s *Service) bears(ctx context.Context, bearer string) (cached, error) {
	if !shaped(bearer) {
		return cached{}, unauthenticated("not a token")
	}
	head, err := s.head(ctx)
	if err != nil {
		return cached{}, err
	}
	d := s.digestOf(bearer)
	now := s.now()
	if e, ok := s.cache.get(d, head, now); ok {
		return e, nil
	}
	e, err := s.resolve(ctx, d, now)
	if err != nil {
		return cached{}, err
	}
	s.cache.put(d, head, e)
	return e, nil
}

// resolve reads whose d is.
func (s *Service) resolve(ctx context.Context, d digest, now time.Time) (cached, error) {
	found, err := find[token](ctx, s, s.of.token, store.D{{Key: "hash", Value: d.text()}})
	if err != nil {
		return cached{}, err
	}
	if len(found) != 1 {
		return cached{}, unauthenticated("no such token")
	}
	t := found[0]
	var a account
	if err := s.get(ctx, s.of.account, t.Account, &a); kind.CodeOf(err) == kind.CodeNotFound {
		return cached{}, unauthenticated("no such account")
	} else if err != nil {
		return cached{}, err
	}
	if t.Use == useInvite || !t.works(&a, now) {
		return cached{}, unauthenticated("token has ended")
	}
	held, err := s.grantsOf(ctx, a.ID)
	if err != nil {
		return cached{}, err
	}
	day, until, ok := s.today(t.Mission, now)
	grants := inForce(held, t.Mission, day)
	if !ok || len(grants) == 0 {
		return cached{}, unauthenticated("no role today")
	}
	if t.Expires.Before(until) {
		until = t.Expires
	}
	return cached{use: t.Use, until: until, Session: Session{Prefs: a.preferences(), Zone: location(a.Zone), Expires: t.Expires,
		Actor: kind.Actor{Account: a.ID, Person: a.person(t.Mission), Name: a.Name,
			Mission: t.Mission, Grants: grants, Token: t.ID, Lang: string(a.Lang)}}}, nil
}

// Profile is what somebody may know of himself.
type Profile struct {
	User
	Person   string   `json:"person"` // the record he is in this mission, else the account
	Mission  string   `json:"mission,omitempty"`
	Missions []string `json:"missions"` // in which he holds a role today
	Grants   []Grant  `json:"grants"`   // in force today in this mission
	// HasPassword says that one can sign in by password; for pages.
	HasPassword bool `json:"-"`
}

// Me describes the caller.
func (s *Service) Me(ctx context.Context, by kind.Actor) (Profile, error) {
	var a account
	if err := s.get(ctx, s.of.account, by.Account, &a); err != nil {
		return Profile{}, err
	}
	held, err := s.grantsOf(ctx, a.ID)
	if err != nil {
		return Profile{}, err
	}
	now := s.now()
	day, _, ok := s.today(by.Mission, now)
	if !ok {
		return Profile{}, errors.New("account: the actor's mission is not known")
	}
	p := Profile{User: a.user(), Person: a.person(by.Mission), Mission: by.Mission, Missions: s.missions(held, now), Grants: []Grant{},
		HasPassword: a.Password != ""}
	for _, g := range held {
		if g.at(by.Mission) && g.on(day) {
			p.Grants = append(p.Grants, g.view())
		}
	}
	return p, nil
}
