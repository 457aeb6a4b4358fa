// Package store is the one door to stored documents: reads in a small subset
// of MongoDB's filter language, writes in one call, honoured alike by every
// engine behind it. Everything above it is written once (design.md §4).
//
// # Query language
//
// A filter is a [D]. Field paths use dots. The operators below are the whole
// language; [ParseFilter] rejects anything else with [ErrUnsupported], on every
// engine, so a filter that works on a laptop works in production:
//
//	{f: v}  $eq $ne $gt $gte $lt $lte $in $nin $exists   on a field
//	$and $or                                             at any level
//
// Comparison follows MongoDB: numbers compare across int32, int64 and double;
// {f: nil} matches null and missing; {f: v} on an array matches any element.
package store

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// D, E, A and Raw are aliases, so that only this package and its engines import
// the MongoDB driver and a new major version of it is a change in one place.
type (
	D   = bson.D
	E   = bson.E
	A   = bson.A
	Raw = bson.Raw
)

// Errors a store returns; everything else is an outage. Wrap with %w.
var (
	ErrNotFound    = errors.New("store: no document")
	ErrTaken       = errors.New("store: id, unique value or key is taken")
	ErrStale       = errors.New("store: revision is stale")
	ErrGone        = errors.New("store: document was purged")
	ErrMoved       = errors.New("store: a reliance no longer holds") // run the verb again
	ErrUnsupported = errors.New("store: unsupported query")
	ErrNoPlan      = errors.New("store: no declared index serves this query")
	ErrCursor      = errors.New("store: cursor does not belong to this query")
	ErrBusy        = errors.New("store: busy or full; safe to repeat")
	ErrTooLarge    = errors.New("store: commit exceeds 1,000 documents or 4 MB")
)

// Service is the journal of accounts and reference data.
const Service = "service"

// Key names a document: its shelf, the journal it belongs to for ever, its id.
type Key struct{ Shelf, Journal, ID string }

// DocID is the document's _id on its shelf, "journal/id".
func (k Key) DocID() string { return k.Journal + "/" + k.ID }

// Shelf is a named collection of documents with the indexes that serve every
// query on it. All are declared at Open.
type Shelf struct {
	Name    string
	Indexes []Index
}

// Index serves queries whose equality fields are its first ones and whose sort
// is its next ones, all in one direction, ending in _id. Fields are paths. At
// most one of them may meet an array (Multi names it): such an index holds a
// row for each distinct element.
type Index struct {
	Fields []string
	Multi  string // "" if no field meets an array
}

// Query is one page of a list.
type Query struct {
	Filter D
	Sort   string // "start" or "-start"; comma-separated, one direction; ends in _id by itself
	Limit  int    // 1..200
	Cursor string // from an earlier page of the same Filter and Sort; "" is the first
}

// Page holds at most Limit matches. Next is the cursor of the next page, "" on
// the last; a page may be short, even empty, and still have a next one, where
// much had to be passed over (the work of a page is bounded).
type Page struct {
	Docs []Raw
	Next string
}

// Grouping counts matches and sums fields, by fields; averages are sums over counts.
type Grouping struct {
	Filter  D
	By, Sum []string // declared index fields
}

// Group is one row of a Grouping's answer, in the order of By and Sum.
type Group struct {
	By    []any
	Count int64
	Sums  []float64
}

// Reader answers queries. Implementations are safe for concurrent use, honour
// ctx and never modify arguments.
type Reader interface {
	// Get returns one document if filter matches it (nil matches), or ErrNotFound.
	Get(ctx context.Context, k Key, filter D) (Raw, error)
	// Find returns a page; ErrNoPlan, ErrUnsupported, ErrCursor as they say.
	Find(ctx context.Context, shelf string, q Query) (Page, error)
	// Each streams every match in the plan's order; q.Limit and q.Cursor are not used.
	Each(ctx context.Context, shelf string, q Query, fn func(Raw) error) error
	// Group counts and sums; see Grouping.
	Group(ctx context.Context, shelf string, g Grouping) ([]Group, error)
	// Explain returns the plan of a query, or ErrNoPlan or ErrUnsupported.
	Explain(shelf string, q Query) (*Plan, error)
	// Head is the number of the journal's last commit, 0 if it has none.
	Head(ctx context.Context, journal string) (int64, error)
	// Changes returns what commits after number after did to documents of
	// shelves (nil: all), in order, at most limit; contents are left blank where
	// the document was purged since.
	Changes(ctx context.Context, journal string, shelves []string, after int64, limit int) ([]Version, error)
	// History returns the versions of one document, newest first, with numbers
	// before before (0: all), at most limit.
	History(ctx context.Context, k Key, before int64, limit int) ([]Version, error)
	// Acts returns the acts of a journal after number after, in order, at most limit.
	Acts(ctx context.Context, journal string, after int64, limit int) ([]Receipt, error)
}

// Store reads, and writes in one call.
type Store interface {
	Reader
	// Commit makes all of c visible, or nothing, with one entry at the head of
	// its journal. A key that was committed before answers its first receipt
	// (Repeat set) and writes nothing; ErrTaken if it came with another request.
	// ErrStale, ErrTaken, ErrGone and ErrMoved say which check failed. After an
	// outage the outcome is looked up by key, never guessed. A nil error means
	// that the documents are readable and durable.
	Commit(ctx context.Context, c Commit) (Receipt, error)
	// Holds reports whether all of rely is so now, in one snapshot.
	Holds(ctx context.Context, journal string, rely []Reliance) (bool, error)
	// Verify checks chain, contents and documents and calls report for each
	// finding, worst first; nil error and no finding is clean.
	Verify(ctx context.Context, report func(Finding)) error
	// Rebuild makes documents and indexes anew from the journal.
	Rebuild(ctx context.Context) error
	// Backup writes a copy that Restore accepts, while the store is in use.
	Backup(ctx context.Context, path string) error
	Close() error
}

// Commit is one act in one journal (design.md §4).
type Commit struct {
	Journal string
	Put     []Put
	Purge   []Key // documents to remove for good, their content in old entries too
	Rely    []Reliance
	Key     string // idempotency: caller + key; the store makes one where it is empty
	Request []byte // what the key was sent with; kept as a keyed hash
	Act     Act
}

// Put writes a document at Rev+1; Rev is the revision it was read at, 0 for new.
// A nil Doc removes it from every query but keeps its place: a later Put at its
// revision brings it back (a withdrawn release).
type Put struct {
	Key Key
	Rev int64
	Doc Raw
	// Count is a document with the fields that figures count, nil for none. It
	// lies with the facts for ever, so it holds ids, codes, dates and numbers.
	Count Raw
}

// Reliance is something read that must still be so at the commit point: a
// document at a revision (0: absent) or, where Filter is set, that no document
// of Shelf matches it, Except aside.
type Reliance struct {
	Key    Key
	Rev    int64
	Shelf  string
	Filter D
	Except string // id of the document that may match
	Unique bool   // refused as ErrTaken instead of ErrMoved
}

// Act says who did what; it is kept in the entry's facts for ever, so it holds
// ids and codes only. Why is words, and lies with the content.
type Act struct {
	By      string // person or account id
	Account string
	Role    string
	Verb    string // "create", "replace", a verb's name
	Kind    string
	ID      string
	At      time.Time
	Device  string
	Request string
	Why     string
}

// Receipt is what a commit left in the journal.
type Receipt struct {
	Journal string
	Number  int64
	Act     Act
	Docs    []Version // without content
	Repeat  bool      // answered from an earlier commit with the same key
}

// Version is one version of one document. Doc is nil without Blank set for a
// removal, nil with it for a purge or a version that a purge blanked.
type Version struct {
	Number int64
	Key    Key
	Rev    int64
	Act    Act
	Doc    Raw
	Blank  bool
	Count  Raw // of its Put
}

// Finding is one thing that Verify found wrong.
type Finding struct {
	Journal string
	Number  int64 // of the entry; 0 if it is not about one
	Key     Key   // the document, if it is about one
	What    string
}
