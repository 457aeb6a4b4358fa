package sqlitestore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"colocate/app/store"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
)

var (
	testKey = []byte("0123456789abcdef0123456789abcdef")
	began   = time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
)

// visits is a shelf like that of a mission's kind.
func visits() []store.Shelf {
	return []store.Shelf{{Name: "visit", Indexes: []store.Index{
		{Fields: []string{"mission_id", "start"}},
		{Fields: []string{"mission_id", "unit.id", "start"}},
		{Fields: []string{"mission_id", "unit.id", "state", "start"}},
		{Fields: []string{"mission_id", "state", "start"}},
		{Fields: []string{"mission_id", "theme", "created_at"}},
		{Fields: []string{"mission_id", "created_at"}},
		{Fields: []string{"mission_id", "_own", "start"}, Multi: "_own"},
		{Fields: []string{"mission_id", "words", "start"}, Multi: "words"},
	}}}
}

func open(t testing.TB, dir string, shelves []store.Shelf) store.Store {
	t.Helper()
	s, err := OpenStore(t.Context(), dir, store.Options{Shelves: shelves, Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// doc writes pairs as a document.
func doc(t testing.TB, pairs ...any) store.Raw {
	t.Helper()
	d := store.D{}
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, store.E{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// put commits one document and answers the number.
func put(t testing.TB, s store.Store, k store.Key, rev int64, d store.Raw) int64 {
	t.Helper()
	r, err := s.Commit(t.Context(), store.Commit{Journal: k.Journal, Put: []store.Put{{Key: k, Rev: rev, Doc: d}}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Number
}

// visit is a document of about 1.5 KB.
func visit(t testing.TB, mission string, i int) (store.Key, store.Raw) {
	k := store.Key{Shelf: "visit", Journal: mission, ID: uuid.NewString()}
	at := began.Add(time.Duration(i) * time.Minute)
	unit := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i%300)).String()
	person := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "p", i%200)).String()
	text := ""
	for j := range 12 {
		text += fmt.Sprintf("Paragraph %d of visit %d: patrol planning with the station commander was reviewed. ", j, i)
	}
	return k, doc(t, "id", k.ID, "mission_id", mission, "state", []string{"draft", "approved", "released"}[i%3], "lang", "en",
		"created_by", person, "created_at", at, "unit", store.D{{Key: "kind", Value: "unit"}, {Key: "id", Value: unit}},
		"start", at, "theme", fmt.Sprint("theme-", i%20), "text", text,
		"words", store.A{"patrol", "planning", fmt.Sprint("station", i%300)}, "_own", store.A{person})
}

func findings(t testing.TB, s store.Store) []store.Finding {
	t.Helper()
	var out []store.Finding
	if err := s.Verify(context.Background(), func(f store.Finding) { out = append(out, f) }); err != nil {
		t.Fatal(err)
	}
	return out
}
