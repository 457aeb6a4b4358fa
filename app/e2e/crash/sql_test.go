package crash_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // whoever tampers goes past the program

	"colocate/app/store/sqlitestore"
)

// raw opens the database of a folder that no program has open.
func raw(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlitestore.FileName))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// whole lets SQLite look at every page of the database.
func whole(t *testing.T, dir string) {
	t.Helper()
	db := raw(t, dir)
	defer db.Close()
	for check, want := range map[string]string{"integrity_check": "ok", "foreign_key_check": ""} {
		var said string
		err := db.QueryRow("PRAGMA " + check).Scan(&said)
		if said != want || err != nil && err != sql.ErrNoRows {
			t.Errorf("%s: %q %v", check, said, err)
		}
	}
}
