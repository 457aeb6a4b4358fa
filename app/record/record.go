// Package record is the one use case engine: every change of every kind goes
// authorise -> load -> verb -> validate -> commit, every read authorise ->
// scope filter -> query -> mask (design.md §2, §3). Who may see what is decided
// here, so that the API, the pages, the command line and the offline queue
// cannot differ. It knows no HTTP.
//
// What a caller may not see does not exist for them: a kind that none of their
// roles may read, a record outside their reach and an id that was never given
// all answer the same CodeNotFound.
package record

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"colocate/app/authz"
	"colocate/app/store"
	"colocate/domain/kind"
)

// Engine runs use cases. Its fields are set once, before the first call; it is
// then safe for concurrent use.
type Engine struct {
	Store  store.Store
	Kinds  *kind.Registry
	Policy *authz.Policy
	Now    func() time.Time
	Key    []byte // 32 bytes kept outside the store: ETags, feed cursors
	Log    zerolog.Logger

	once sync.Once
	mem  *memory // made by the first call; see Engine.memory
}

// View is a record as one caller sees it.
type View struct {
	ID   string
	ETag string // strong, quoted; a keyed hash of JSON
	JSON []byte // one object
}

// ListQuery asks for a page of a kind. Filter holds raw query parameters by
// field name; each must be a filterable field that the caller may see, else
// CodeMalformed. An empty Sort is the list's own.
type ListQuery struct {
	Filter map[string]string
	Own    bool // only what is the caller's own: written by them, or naming them
	Sort   string
	Limit  int // 1..200; 0 is 50
	Cursor string
	Total  bool // count the matches too, up to 10,000
}

// List is a page of views.
type List struct {
	Items []View
	Next  string
	Total int64 // -1 if not asked for
	// Same is alike for two lists of a steady kind that are one and the same, so
	// that what is made of one need not be made of the other; 0 for all others.
	Same uint64
}

// Write is what every change carries beside the actor.
type Write struct {
	ID      string
	IfMatch string // ETag as the caller last saw it; "" is CodePrecondition where one is needed
	Key     string // the caller's Idempotency-Key, "" if none
	Why     string
	In      kind.Doc
}

// Version is one version of a record as one caller sees it. Who did it, when
// and by which verb is for the UN side; on the host side it is empty. Ref names
// the version to Engine.Version, for this caller alone.
type Version struct {
	View View
	Ref  string
	Verb string
	Role kind.Role
	By   string // id of a person, else of an account
	At   time.Time
	Why  string
}

// Versions is a page of a history, newest first.
type Versions struct {
	Items []Version
	Next  string // pass it as before; "" on the last page
}

// Change is one record that changed.
type Change struct {
	Kind string
	ID   string
	View View // as it is now; zero if Gone
	Gone bool // the caller could see it and can no more
}

// Feed is a page of what changed, in order.
type Feed struct {
	Items []Change
	Next  string // pass it as after, now or later; never ""
	More  bool   // there is more now
	// Reset says that what the caller may see has changed since after was made:
	// the page starts from the beginning, and what the caller kept is to be dropped.
	Reset bool
}
