package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"colocate/app/store"
)

// batch runs fn as one batch, which must succeed.
func batch(t *testing.T, e *Engine, fn func(ctx context.Context, w store.Writer) error) {
	t.Helper()
	if err := e.Batch(t.Context(), func(w store.Writer) error { return fn(t.Context(), w) }); err != nil {
		t.Fatal(err)
	}
}

// apply writes versions one by one and answers what is stored then.
func apply(t *testing.T, e *Engine, list ...store.Stored) store.Stored {
	t.Helper()
	batch(t, e, func(ctx context.Context, w store.Writer) error {
		for _, s := range list {
			if err := w.Apply(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	d, err := e.Doc(t.Context(), list[0].Key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return d
}

// An apply may come late, twice or out of order (design.md §4).
func TestApply(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	version := func(id string, rev, seq int64, gone store.Gone) store.Stored {
		s := store.Stored{Key: store.Key{Shelf: "visit", Journal: "m", ID: id}, Rev: rev, Seq: seq, Gone: gone}
		if gone == store.Live {
			s.Raw = doc(t, "_id", "m/"+id, "mission_id", "m", "state", fmt.Sprint(seq))
		}
		return s
	}
	for name, c := range map[string]struct {
		list []store.Stored
		want store.Stored
	}{
		"first":                       {[]store.Stored{version("a", 1, 5, "")}, version("a", 1, 5, "")},
		"first twice":                 {[]store.Stored{version("b", 1, 5, ""), version("b", 1, 5, "")}, version("b", 1, 5, "")},
		"first after a later one":     {[]store.Stored{version("c", 1, 5, ""), version("c", 2, 7, ""), version("c", 1, 5, "")}, version("c", 2, 7, "")},
		"later, then an older one":    {[]store.Stored{version("d", 1, 5, ""), version("d", 3, 9, ""), version("d", 2, 7, "")}, version("d", 3, 9, "")},
		"later without the first":     {[]store.Stored{version("e", 2, 7, "")}, store.Stored{}},
		"removed":                     {[]store.Stored{version("f", 1, 5, ""), version("f", 2, 7, store.Removed)}, version("f", 2, 7, store.Removed)},
		"removed and back":            {[]store.Stored{version("g", 1, 5, ""), version("g", 2, 7, store.Removed), version("g", 3, 9, "")}, version("g", 3, 9, "")},
		"removed without the first":   {[]store.Stored{version("h", 2, 7, store.Removed)}, store.Stored{}},
		"purged":                      {[]store.Stored{version("i", 1, 5, ""), version("i", 1, 7, store.Purged)}, version("i", 1, 7, store.Purged)},
		"purged without the first":    {[]store.Stored{version("j", 4, 7, store.Purged)}, version("j", 4, 7, store.Purged)},
		"purged, then an older one":   {[]store.Stored{version("k", 1, 5, ""), version("k", 2, 9, store.Purged), version("k", 2, 7, "")}, version("k", 2, 9, store.Purged)},
		"purged, then the first late": {[]store.Stored{version("l", 2, 9, store.Purged), version("l", 1, 5, "")}, version("l", 2, 9, store.Purged)},
	} {
		got := apply(t, e, c.list...)
		if got.Rev != c.want.Rev || got.Seq != c.want.Seq || got.Gone != c.want.Gone || !bytes.Equal(got.Raw, c.want.Raw) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	sameRows(t, e)
	batch(t, e, func(ctx context.Context, w store.Writer) error { return w.Clear(ctx) })
	err := e.Documents(t.Context(), "visit", "", func(d store.Stored) bool { t.Errorf("%v is left", d.Key); return true })
	if err != nil {
		t.Fatal(err)
	}
}

func TestMarkIsNeverLowered(t *testing.T) {
	t.Parallel()
	e := engine(t, t.TempDir(), visits())
	for _, step := range []struct{ raise, want int64 }{{0, 0}, {5, 5}, {3, 5}, {9, 9}} {
		batch(t, e, func(ctx context.Context, w store.Writer) error {
			if err := w.RaiseMark(ctx, "m", step.raise); err != nil {
				return err
			}
			n, err := w.Mark(ctx, "m")
			if n != step.want {
				t.Errorf("raised to %d: %d, want %d", step.raise, n, step.want)
			}
			return err
		})
	}
	batch(t, e, func(ctx context.Context, w store.Writer) error {
		if n, err := w.Mark(ctx, "none"); n != 0 || err != nil {
			t.Errorf("of another journal: %d %v", n, err)
		}
		if err := w.Clear(ctx); err != nil {
			return err
		}
		n, err := w.Mark(ctx, "m")
		if n != 0 {
			t.Errorf("after Clear: %d", n)
		}
		return err
	})
}

// journalled is an engine with entries of 1-3, 4 and 5-6, a version of a or b
// in each number but 4, which has words alone.
func journalled(t *testing.T) *Engine {
	e := engine(t, t.TempDir(), append(visits(), store.Shelf{Name: "other"}))
	at := func(n int64, shelf, id string) store.Content {
		return store.Content{Key: store.Key{Shelf: shelf, Journal: "m", ID: id}, Rev: n, Number: n, Salt: []byte{byte(n)}, Body: []byte(fmt.Sprint(n, id))}
	}
	for _, x := range []store.Entry{
		{First: 1, Count: 3, Contents: []store.Content{at(1, "visit", "a"), at(2, "other", "b"), at(2, "visit", "b"), at(3, "visit", "a")}},
		{First: 4, Count: 1, Contents: []store.Content{at(4, "", "")}},
		{First: 5, Count: 2, Contents: []store.Content{at(5, "other", "b"), at(6, "visit", "a")}},
	} {
		x.Journal, x.Facts, x.Hash = "m", []byte(fmt.Sprint("facts", x.First)), []byte{byte(x.First)}
		x.Keys = []store.KeyRow{{Key: []byte(fmt.Sprint("key", x.First)), Number: x.First}}
		batch(t, e, func(ctx context.Context, w store.Writer) error { return w.Insert(ctx, x) })
	}
	return e
}

func TestContents(t *testing.T) {
	t.Parallel()
	e := journalled(t)
	a := store.Key{Shelf: "visit", Journal: "m", ID: "a"}
	for name, c := range map[string]struct {
		q    store.ContentQuery
		want string
	}{
		"all":                      {store.ContentQuery{}, "1a 2b 2b 3a 4 5b 6a"},
		"all, newest first":        {store.ContentQuery{Newest: true}, "6a 5b 4 3a 2b 2b 1a"},
		"all, from the middle":     {store.ContentQuery{After: 2}, "3a 4 5b 6a"},
		"all, to the middle":       {store.ContentQuery{Before: 3}, "1a 2b 2b"},
		"all, a part":              {store.ContentQuery{After: 1, Before: 5, Limit: 3}, "2b 2b 3a"},
		"all, a part, newest":      {store.ContentQuery{After: 1, Before: 6, Limit: 3, Newest: true}, "5b 4 3a"},
		"one shelf":                {store.ContentQuery{Shelves: []string{"visit"}}, "1a 2b 3a 6a"},
		"two shelves":              {store.ContentQuery{Shelves: []string{"visit", "other", "visit", "none"}}, "1a 2b 2b 3a 5b 6a"},
		"two shelves, a part":      {store.ContentQuery{Shelves: []string{"visit", "other"}, After: 1, Before: 6, Limit: 3}, "2b 2b 3a"},
		"two shelves, newest":      {store.ContentQuery{Shelves: []string{"visit", "other"}, Newest: true, Limit: 4}, "6a 5b 3a 2b"},
		"no shelf":                 {store.ContentQuery{Shelves: []string{}}, ""},
		"one document":             {store.ContentQuery{Key: a}, "1a 3a 6a"},
		"one document, newest":     {store.ContentQuery{Key: a, Newest: true, Limit: 2}, "6a 3a"},
		"one document, in between": {store.ContentQuery{Key: a, After: 1, Before: 6}, "3a"},
		"without bodies":           {store.ContentQuery{Key: a, NoBody: true}, "  "},
		"of another journal":       {store.ContentQuery{Journal: "none"}, ""},
	} {
		if c.q.Journal == "" {
			c.q.Journal = "m"
		}
		list, err := e.Contents(t.Context(), c.q)
		var got []byte
		for i, x := range list {
			if i > 0 {
				got = append(got, ' ')
			}
			got = append(got, x.Body...)
			if x.Key.Journal != "m" || x.Rev != x.Number || len(x.Salt) != 1 || x.Blank {
				t.Errorf("%s: %+v", name, x)
			}
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %q %v, want %q", name, got, err, c.want)
		}
	}
}

func TestEntriesAndKeys(t *testing.T) {
	t.Parallel()
	e := journalled(t)
	for after, want := range map[int64][]int64{0: {1, 4, 5}, 1: {1, 4, 5}, 2: {1, 4, 5}, 3: {4, 5}, 4: {5}, 5: {5}, 6: nil, 99: nil} {
		for _, contents := range []bool{false, true} {
			var got []int64
			err := e.Entries(t.Context(), "m", after, contents, func(x store.Entry) bool {
				got = append(got, x.First)
				if n := map[int64]int{1: 4, 4: 1, 5: 2}[x.First]; contents != (len(x.Contents) == n) || string(x.Facts) != fmt.Sprint("facts", x.First) || x.Journal != "m" {
					t.Errorf("entry %+v", x)
				}
				return true
			})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("after %d: %v %v, want %v", after, got, err, want)
			}
		}
	}
	for key, want := range map[string]int64{"key1": 1, "key5": 5, "key2": 0, "": 0} {
		if n, err := e.ByKey(t.Context(), "m", []byte(key)); err != nil || n != want {
			t.Errorf("%s: %d %v, want %d", key, n, err, want)
		}
	}
	if n, err := e.ByKey(t.Context(), "none", []byte("key1")); err != nil || n != 0 {
		t.Errorf("of another journal: %d %v", n, err)
	}
	if h, err := e.Head(t.Context(), "m"); err != nil || h.Number != 6 || h.First != 5 || !bytes.Equal(h.Hash, []byte{5}) {
		t.Errorf("head %+v %v", h, err)
	}
}

func TestBlankTouchesOneDocumentBelowANumber(t *testing.T) {
	t.Parallel()
	e := journalled(t)
	batch(t, e, func(ctx context.Context, w store.Writer) error {
		return w.Blank(ctx, store.Key{Shelf: "visit", Journal: "m", ID: "a"}, 6)
	})
	list, err := e.Contents(t.Context(), store.ContentQuery{Journal: "m"})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		want := x.Key.ID == "a" && x.Number < 6
		if x.Blank != want || (x.Body == nil) != want || (x.Salt == nil) != want {
			t.Errorf("%+v", x)
		}
	}
}

// What balancing left in the middle of a page is planted here by hand.
func TestScrubZeroesTheMiddleOfPages(t *testing.T) {
	t.Parallel()
	dir, keys := filled(t, 40)
	path := filepath.Join(dir, FileName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	planted := 0
	for at := pageSize; at < len(b); at += pageSize {
		p := b[at : at+pageSize]
		middle := bytes.Index(p, make([]byte, 200))
		if (p[0] == 13 || p[0] == 10) && middle > 0 && middle < int(p[5])<<8 {
			planted += copy(p[middle+100:], "CANARY")
		}
	}
	if err := os.WriteFile(path, b, 0o600); err != nil || planted < 5*len("CANARY") {
		t.Fatal(planted, err)
	}
	s := open(t, dir, visits())
	if f := findings(t, s); f != nil { // the control: nothing else was touched
		t.Fatal(f)
	}
	purgeAll(t, s, []*secret{{key: keys[0]}})
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if b, err = os.ReadFile(path); err == nil && !bytes.Contains(b, []byte("CANARY")) {
			break
		}
	}
	if n := bytes.Count(b, []byte("CANARY")); n != 0 {
		t.Errorf("%d of %d are left", n, planted/len("CANARY"))
	}
	if f := findings(t, s); f != nil {
		t.Error(f)
	}
}
