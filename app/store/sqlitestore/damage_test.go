package sqlitestore

import (
	"strings"
	"testing"

	"colocate/app/store"
)

// damaged is a folder with a sound store of 5 visits, "second" edited once.
func damaged(t *testing.T) (dir string, keys []store.Key) {
	t.Helper()
	dir, keys = filled(t, 5)
	s := open(t, dir, visits())
	_, d := visit(t, "m", 77)
	put(t, s, keys[1], 1, d)
	if f := findings(t, s); f != nil { // the control
		t.Fatal(f)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, keys
}

// flip changes one byte in the middle of a BLOB.
func flip(column string) string {
	return column + " = CAST(substr(" + column + ", 1, length(" + column + ") / 2) || x'7e' || substr(" + column + ", length(" + column + ") / 2 + 2) AS BLOB)"
}

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, change string
		number       int64 // of the finding; 0: any
		doc          int   // place of the document it names; -1: none
		what         string
	}{
		{"a byte in a document", "UPDATE docs_1 SET " + flip("doc") + " WHERE n = 3", 3, 2, "differs"},
		{"a byte in the facts", "UPDATE entries SET " + flip("facts") + " WHERE first = 3", 3, -1, "chain"},
		{"a byte in a hash", "UPDATE entries SET " + flip("hash") + " WHERE first = 3", 3, -1, "chain"},
		{"a byte in a content", "UPDATE versions SET " + flip("body") + " WHERE number = 3", 3, 2, "hash"},
		{"a byte in a content that is no longer current", "UPDATE versions SET " + flip("body") + " WHERE number = 2", 2, 1, "hash"},
		{"a byte in a salt", "UPDATE versions SET " + flip("salt") + " WHERE number = 3", 3, 2, "hash"},
		{"an entry removed", "DELETE FROM entries WHERE first = 3", 3, -1, "missing"},
		{"the first entry removed", "DELETE FROM entries WHERE first = 1", 1, -1, "missing"},
		{"the last entry removed", "DELETE FROM entries WHERE first = 6", 6, -1, "cut"},
		{"a content removed", "DELETE FROM versions WHERE number = 3", 3, 2, "missing"},
		{"a content blanked without a purge", "UPDATE versions SET salt = NULL, body = NULL, blank = 1 WHERE number = 3", 3, 2, "blank"},
		{"a document removed", "DELETE FROM docs_1 WHERE n = 3", 3, 2, "without this version"},
		{"a document put back", "UPDATE docs_1 SET seq = 1, rev = 1 WHERE n = 2", 6, 1, "without this version"},
		{"a revision changed", "UPDATE docs_1 SET rev = 7 WHERE n = 3", 3, 2, "revision"},
		{"a document hidden", "UPDATE docs_1 SET gone = 1 WHERE n = 3", 3, 2, "removed"},
		{"a document from nowhere", "INSERT INTO docs_1 (id, rev, seq, gone, doc) SELECT CAST(id || x'78' AS BLOB), rev, 2, gone, doc FROM docs_1 WHERE n = 3", 2, -1, "no entry"},
		{"a key removed", "DELETE FROM keys WHERE number = 3", 3, -1, "key"},
		{"a key moved", "UPDATE keys SET number = 4 WHERE number = 3", 3, -1, "key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, keys := damaged(t)
			edit(t, dir, c.change)
			s := open(t, dir, visits())
			found := findings(t, s)
			for _, f := range found {
				if (c.number == 0 || f.Number == c.number) && (c.doc < 0 || f.Key == keys[c.doc]) && strings.Contains(f.What, c.what) && f.Journal == "m" {
					return
				}
			}
			t.Errorf("findings %+v, want one of number %d that says %q", found, c.number, c.what)
		})
	}
}

// What only the documents lost a rebuild makes again from the journal.
func TestRebuildMendsDocuments(t *testing.T) {
	t.Parallel()
	for _, change := range []string{
		"UPDATE docs_1 SET " + flip("doc") + " WHERE n = 3",
		"DELETE FROM docs_1 WHERE n = 3",
		"DELETE FROM index_1",
	} {
		dir, keys := damaged(t)
		edit(t, dir, change)
		s := open(t, dir, visits())
		if err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		if f := findings(t, s); f != nil {
			t.Errorf("%s: %+v", change, f)
		}
		p, err := s.Find(t.Context(), "visit", store.Query{Filter: store.D{store.Eq("mission_id", "m")}, Sort: "start", Limit: 10})
		if err != nil || len(p.Docs) != len(keys) {
			t.Errorf("%s: %d documents %v", change, len(p.Docs), err)
		}
	}
}
