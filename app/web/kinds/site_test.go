package kinds_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"colocate/app/middleware"
	"colocate/app/store"
	"colocate/app/web/kinds"
	"colocate/app/web/webtest"
	"colocate/seeds"
)

// TestCodesAreEachReadersOwn: names of codes are kept for a minute, for those who
// read the same languages.
func TestCodesAreEachReadersOwn(t *testing.T) {
	t.Parallel()
	h := webtest.Start(t, webtest.With{Routes: kinds.Routes, Prefs: map[string]middleware.Preferences{"jonas": {Content: "fr"}}})
	const english, french = "Arrest, custody and detention procedure", "Arrestation, garde à vue et détention"
	h.Has(h.Get("jonas", "/sessions?themes=T07"), french)
	h.Has(h.Get("elin", "/sessions?themes=T07"), english, "not", french)
	h.Has(h.Get("jonas", "/sessions?themes=T07"), french, "not", english)
}

// lame is a store that has lost one record.
type lame struct {
	store.Store
	id string
}

func (l lame) Get(ctx context.Context, k store.Key, filter store.D) (store.Raw, error) {
	if strings.HasSuffix(k.ID, l.id) {
		return nil, errors.New("the disk is gone")
	}
	return l.Store.Get(ctx, k, filter)
}

// TestNoPageInAnotherZone: where the mission cannot be read, its zone is not
// known, and no time is shown or taken.
func TestNoPageInAnotherZone(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/units/" + webtest.Unit, "/units", "/records"} {
		h := start(t, nil, "")
		h.Records.Store = lame{h.Records.Store, seeds.ID("mission/UNAC")}
		if a := h.Send("elin", "en", http.MethodGet, path, nil); a.Status != http.StatusInternalServerError || strings.Contains(a.Body, "UTC") {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	h := start(t, nil, "") // whose mission is there
	h.Has(h.Get("elin", "/units"), "Times are in Africa/")
}
