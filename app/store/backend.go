package store

import "context"

// Backend is what an engine offers to the commit and to the queries; the rules
// that do not depend on the engine are this package's, written once over it.
// Every method honours ctx. Reads see only what is committed. Where a method
// calls fn, fn does not call the backend again; a Raw it is given is its own.
// An error that says busy, full or unreachable wraps [ErrBusy].
type Backend interface {
	// Doc returns the document at k, gone ones too; ErrNotFound if there never
	// was one.
	Doc(ctx context.Context, k Key) (Stored, error)
	// Scan calls fn with the documents that the plan's index yields, in the
	// plan's order, starting after pos if it is set, until fn answers false or
	// it was called limit times (0: no bound). Branches are merged; a document
	// may come twice, one after the other. The backend may leave out what the
	// whole filter does not match, and nothing else.
	Scan(ctx context.Context, p *Plan, pos *Position, limit int, fn func(Raw) bool) error
	// Group answers a grouping whose filter p serves; each document that
	// p.Match matches counts once. [Tally] does it in Go.
	Group(ctx context.Context, p *Plan, g Grouping) ([]Group, error)

	// Head is the last entry of a journal; the zero Head if there is none.
	Head(ctx context.Context, journal string) (Head, error)
	// Journals lists the journals that have entries, or a mark that tells of them.
	Journals(ctx context.Context) ([]string, error)
	// Entries calls fn with the entries of a journal that cover numbers after
	// after, in order, until fn answers false; with contents if asked.
	Entries(ctx context.Context, journal string, after int64, contents bool, fn func(Entry) bool) error
	// ByKey finds the number that was committed under a hashed key, or 0.
	ByKey(ctx context.Context, journal string, key []byte) (int64, error)
	// Contents returns version contents of one document (id set) or of shelves
	// (nil: all), with numbers after after and, if before > 0, before it, by
	// number; newest first if newest, at most limit (0: no bound).
	Contents(ctx context.Context, q ContentQuery) ([]Content, error)

	// Documents calls fn with everything stored on a shelf, gone ones too, in
	// the order of _id, starting after the _id after, until fn answers false.
	Documents(ctx context.Context, shelf, after string, fn func(Stored) bool) error

	// Batch runs fn with a Writer. On an engine with transactions all of fn's
	// writes become durable and visible together when it returns nil, or none
	// does; reads of the Writer see the writes before them.
	Batch(ctx context.Context, fn func(Writer) error) error
	// Close releases everything.
	Close() error
}

// Writer is a Backend within a batch.
type Writer interface {
	Doc(ctx context.Context, k Key) (Stored, error)
	Scan(ctx context.Context, p *Plan, pos *Position, limit int, fn func(Raw) bool) error
	Head(ctx context.Context, journal string) (Head, error)
	Entries(ctx context.Context, journal string, after int64, contents bool, fn func(Entry) bool) error
	ByKey(ctx context.Context, journal string, key []byte) (int64, error)
	Contents(ctx context.Context, q ContentQuery) ([]Content, error)
	// Insert puts an entry with its contents; ErrTaken if its number is used.
	Insert(ctx context.Context, e Entry) error
	// Apply writes a document version: a first revision is inserted (already
	// there: nothing), a later one replaces where seq is lower (nothing matched:
	// nothing). A nil Raw leaves a marker that no query sees.
	Apply(ctx context.Context, s Stored) error
	// Blank empties content and salt of every version of k with a number below
	// number, field by field.
	Blank(ctx context.Context, k Key, number int64) error
	// Mark is the number up to which documents are known to be applied;
	// RaiseMark raises it and never lowers it.
	Mark(ctx context.Context, journal string) (int64, error)
	RaiseMark(ctx context.Context, journal string, number int64) error
	// Clear removes every document, gone ones too, of every shelf and every
	// mark; the journal stays. Only Rebuild calls it.
	Clear(ctx context.Context) error
}

// Copier is a Backend that can copy itself to a file while in use.
type Copier interface {
	Backup(ctx context.Context, path string) error
}

// Checker is a Backend that keeps something beside documents and journal that
// may be wrong by itself, such as indexes. Check calls report for each document
// of a shelf that a query would miss, or find where it is not.
type Checker interface {
	Check(ctx context.Context, shelf string, report func(k Key, what string)) error
}

// Gone tells why a document is in no query.
type Gone string

// Reasons. A removed document may come back, a purged one never does.
const (
	Live    Gone = ""
	Removed Gone = "removed"
	Purged  Gone = "purged"
)

// Stored is a document as an engine keeps it.
type Stored struct {
	Key  Key
	Rev  int64
	Seq  int64 // number of the commit that wrote it
	Gone Gone
	Raw  Raw // nil if gone
}

// Head is the end of a journal's chain: the number of its last commit and the
// hash of its last entry, with the first number that entry covers.
type Head struct {
	Number int64
	First  int64
	Hash   []byte
}

// Entry is one insert into a journal: the facts of Count commits that travelled
// together, numbered First to First+Count-1. Facts are never changed.
type Entry struct {
	Journal  string
	First    int64
	Count    int64
	Facts    []byte // BSON, kept byte by byte; what Hash covers
	Hash     []byte // HMAC of the previous hash and Facts
	Keys     []KeyRow
	Contents []Content
}

// KeyRow binds a hashed idempotency key to the number it made.
type KeyRow struct {
	Key    []byte
	Number int64
}

// Content is the content of one version, compressed by itself, and the salt
// that its hash in the facts was made with; both nil once blanked. Removals and
// purges have one too, so that every version of a document is found by its key;
// the words of a commit without documents lie under a Key that has only a journal.
type Content struct {
	Key    Key
	Rev    int64
	Number int64
	Gone   Gone // what the version makes of the document
	Salt   []byte
	Body   []byte
	Blank  bool
}

// ContentQuery asks for contents; see Backend.Contents.
type ContentQuery struct {
	Journal       string
	Key           Key // of one document, if ID is set
	Shelves       []string
	After, Before int64
	Newest        bool
	Limit         int
	NoBody        bool
}

// Position is where a page ended: the sort values of its last document, and
// its _id.
type Position struct {
	Values []any
	ID     string
}

// Plan says how a declared index answers a query: equality on its first
// fields, then the sort, then at most one range; the rest is checked document
// by document (design.md §4). Each branch of an $or, and each value of an $in
// on an equality field, is a branch; branches are merged in sort order.
type Plan struct {
	Shelf    string
	Branches []Branch
	Sort     []string // paths, without the final _id
	Desc     bool     // of the sort and of the final _id
	// Unordered plans may be answered in any order (and have no Sort).
	Unordered bool
	Exact     bool // the branches say all that the filter says
	Disjoint  bool // no document comes from two branches
	Match     Expr // the whole filter
	Filter    D    // as it was given
}

// Branch is one range of one index. Values are nil, int64, float64, string,
// bool or time.Time (UTC, whole milliseconds). A range with one end may reach
// into values of another type at the other; Match decides, Exact is not set.
type Branch struct {
	Index *Index
	Equal []any  // values of Index.Fields[:len(Equal)]
	Lower *Bound // on the first field after Equal
	Upper *Bound
}

// Bound is one end of a range.
type Bound struct {
	Value any
	Open  bool // excludes Value
}
