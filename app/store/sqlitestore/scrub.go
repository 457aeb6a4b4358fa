package sqlitestore

import (
	"context"
	"encoding/binary"
	"time"
)

// What a purge removes SQLite overwrites where it lies (secure_delete). But
// when the tree was balanced earlier, rows moved to other pages, and what they
// left behind in the unused middle of a page stays until something is written
// there: measured, one in a thousand purged values was still in the file. So a
// purge is followed by a walk over all pages that zeroes those middles, a slice
// at a time, each a transaction. The place it has got to is kept in the file,
// and the next start goes on from there.

const (
	slicePages = 256
	// Beyond this page the first byte of an overflow page, which is the highest
	// of a page number, could be taken for the mark of a tree's page.
	maxScrub = 1<<24 - 1
)

// owe notes within the batch that the walk starts again.
func (w *writer) owe() error {
	return w.run("INSERT OR REPLACE INTO chores (what, page) VALUES ('scrub', 1)")
}

// scrub walks on until all is done, or until; at least one slice. more says that
// pages are left; when none are, the log is cut.
func (e *Engine) scrub(c *conn, until time.Time) (more bool, err error) {
	for {
		page, err := c.number("SELECT page FROM chores WHERE what = 'scrub'")
		if err != nil {
			return true, err
		}
		if page == 0 {
			e.dirty.Store(!e.truncate(c, walSoon))
			return false, nil
		}
		if err := transact(c, func() error { return scrubSlice(c, page) }); err != nil {
			return true, err
		}
		if !time.Now().Before(until) {
			return true, nil
		}
	}
}

// scrubSlice does one slice and notes where the next begins.
func scrubSlice(c *conn, from int64) error {
	last, err := c.number("PRAGMA page_count")
	if err != nil {
		return err
	}
	to := min(last, maxScrub, from+slicePages-1)
	for n := from; n <= to; n++ {
		if err := scrubPage(c, n); err != nil {
			return err
		}
	}
	ctx := context.Background()
	if to == min(last, maxScrub) {
		_, err = c.exec(ctx, "DELETE FROM chores WHERE what = 'scrub'")
	} else {
		_, err = c.exec(ctx, "UPDATE chores SET page = ? WHERE what = 'scrub'", to+1)
	}
	return err
}

func scrubPage(c *conn, n int64) error {
	v, err := c.row("SELECT data FROM sqlite_dbpage WHERE pgno = ?", n)
	if err != nil || v == nil {
		return err
	}
	data := asBytes(v[0])
	if !zeroMiddle(data, n == 1) {
		return nil
	}
	_, err = c.exec(context.Background(), "UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", data, n)
	return err
}

// zeroMiddle zeroes what lies between the cell pointers and the cells of a
// tree's page, and reports whether there was anything.
func zeroMiddle(page []byte, first bool) bool {
	at := 0
	if first {
		at = 100 // the file's header
	}
	if len(page) < at+12 {
		return false
	}
	h := page[at:]
	size := 8
	switch h[0] {
	case 2, 5: // within the tree
		size = 12
	case 10, 13: // its leaves
	default:
		return false
	}
	cells := int(binary.BigEndian.Uint16(h[3:]))
	start := int(binary.BigEndian.Uint16(h[5:]))
	end := at + size + 2*cells
	if start == 0 {
		start = 65536
	}
	if end > start || start > len(page) {
		return false
	}
	dirty := false
	for i := end; i < start; i++ {
		dirty = dirty || page[i] != 0
		page[i] = 0
	}
	return dirty
}
