package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
)

// Config is what a Service needs. All of it is required.
type Config struct {
	Store  store.Store
	Kinds  *kind.Registry // the subject's: what a remit may list
	Policy *authz.Policy
	// Zone is the time zone of a mission, by the mission's id; nil if there is
	// no such mission.
	Zone func(mission string) *time.Location
	Now  func() time.Time
	// Key hashes tokens: 32 bytes kept outside the store.
	Key []byte
}

// Service keeps accounts. It is safe for concurrent use.
type Service struct {
	cfg      Config
	of       kinds
	hasher   *hasher
	throttle *throttle
	cache    cache
	setUp    setUp
	demo     []string // folded names that sign in without a password
}

// New makes a Service. It fails if something of c is missing.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Kinds == nil || c.Policy == nil || c.Zone == nil || c.Now == nil || len(c.Key) < 32 {
		return nil, errors.New("account: configuration is incomplete")
	}
	h, err := newHasher()
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	s := &Service{cfg: c, hasher: h, throttle: newThrottle()}
	return s, s.of.compile()
}

// Operator is who works on the data folder with the program itself, as a
// terminal: an administrator who may also hand out tokens and passwords. No
// request is ever made by it; its account is no id that an account can have.
func Operator() kind.Actor {
	return kind.Actor{Account: operator, Person: operator, Name: operator, Device: "terminal",
		Grants: []kind.Grant{{Role: kind.Administrator}}}
}

const operator = "operator"

// now is the time of an act: UTC, whole milliseconds (style.md R6).
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Millisecond) }

// allow returns the role in which by may do action to object. Who may not even
// read the object is told that there is nothing.
func (s *Service) allow(by kind.Actor, object, action string) (kind.Role, error) {
	scope := s.cfg.Policy.Authorize(&by, authz.Permission{Object: object, Action: action})
	for i, g := range by.Grants {
		if i < authz.MaxGrants && scope.Reaches[i] != authz.NoReach {
			return g.Role, nil
		}
	}
	if s.cfg.Policy.Authorize(&by, authz.Permission{Object: object, Action: "read"}).Any {
		return "", kind.E(kind.CodeForbidden, "error.forbidden", nil)
	}
	return "", absent(nil)
}

func absent(cause error) error { return kind.E(kind.CodeNotFound, "error.not_found", cause) }

// unauthenticated is the one answer to every wrong proof, whatever is wrong
// with it: the cause is for the log.
func unauthenticated(why string) error {
	return kind.E(kind.CodeUnauthenticated, "error.unauthenticated", errors.New(why))
}

// fault is a CodeInvalid that names one field.
func fault(field string, f kind.Fault) error {
	var c kind.Check
	c.Add(field, f)
	return c.Err()
}

// act begins the journal's record of what by does.
func (s *Service) act(by kind.Actor, role kind.Role, verb string) store.Act {
	return store.Act{By: by.Person, Account: by.Account, Role: string(role), Verb: verb,
		At: s.now(), Device: by.Device, Request: by.Request}
}

// newID is a random UUID v4.
func newID() string { return uuid.NewString() }

// attempts is how often a change is tried that another one crossed.
const attempts = 5

// again runs change until no other change crosses it, at most attempts times.
func (s *Service) again(ctx context.Context, change func() error) error {
	for range attempts {
		err := change()
		if !errors.Is(err, store.ErrStale) && !errors.Is(err, store.ErrMoved) {
			return outage(err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return kind.E(kind.CodeBusy, "error.busy", ctx.Err())
}

// outage makes CodeBusy of a store that says so and leaves the rest as it is.
func outage(err error) error {
	if errors.Is(err, store.ErrBusy) {
		return kind.E(kind.CodeBusy, "error.busy", err)
	}
	return err
}
