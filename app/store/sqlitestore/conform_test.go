package sqlitestore_test

import (
	"testing"

	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/app/store/storetest"
)

func TestConform(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, shelves []store.Shelf) store.Store {
		t.Helper()
		s, err := sqlitestore.OpenStore(t.Context(), t.TempDir(), store.Options{Shelves: shelves, Key: []byte("0123456789abcdef0123456789abcdef")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	})
}
