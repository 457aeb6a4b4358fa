package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// screen is one page to take a picture of; do leads from it to what is shown.
type screen struct {
	name, who, path string
	do              func(b *tab)
}

// TestScreens writes pictures of twelve pages into the folder that
// COLOCATE_SCREENS names: 360 and 1280 pixels wide, in English, Arabic and
// Chinese, light and dark (docs/screens.md).
func TestScreens(t *testing.T) {
	dir := os.Getenv("COLOCATE_SCREENS")
	if dir == "" {
		t.Skip("COLOCATE_SCREENS does not name a folder for pictures")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	b := s.open(t, phone)
	n := 0
	for _, x := range screens(t, s) {
		for _, lang := range []string{"en", "ar", "zh"} {
			b.sign(x.who)
			b.language(lang)
			for _, width := range []int{phone, 1280} {
				b.resize(width)
				b.see(x.path)
				if x.do != nil {
					x.do(b)
				}
				b.whole(width)
				for _, theme := range []string{"light", "dark"} {
					b.theme(theme)
					var png []byte
					b.run("picture", chromedp.Evaluate(`scrollTo(0, 0); document.getAnimations().forEach(a => a.finish())`, nil), chromedp.CaptureScreenshot(&png))
					name := fmt.Sprintf("%s-%s-%d-%s.png", x.name, lang, width, theme)
					if err := os.WriteFile(filepath.Join(dir, name), png, 0o600); err != nil {
						t.Fatal(err)
					}
					n++
				}
			}
		}
	}
	t.Logf("%d pictures in %s", n, dir)
}

// screens are the twelve pages.
func screens(t *testing.T, s *site) []screen {
	t.Helper()
	first := func(who, query string) string {
		all := list[record](t, s, who, query)
		if len(all) == 0 {
			t.Fatalf("%s finds nothing at %s", who, query)
		}
		return all[0].ID
	}
	people := (&finder{t: t, s: s, cookie: map[string]string{admin: s.cookieName() + "=" + s.bearer(t, admin)}}).people("/admin/people/:id")
	return []screen{
		{name: "01-sign-in", path: "/sign-in"},
		{name: "02-adviser-today", who: elin, path: "/"},
		{name: "03-session-form", who: elin, path: "/sessions/new"},
		{name: "04-session-form-errors", who: elin, path: "/sessions/new", do: mistakes},
		{name: "05-sessions", who: elin, path: "/sessions"},
		{name: "06-session-review", who: aminata, path: "/sessions/" + first(aminata, "sessions?state=submitted&outcome_of_visit=held&limit=1")},
		{name: "07-host-home", who: ruth, path: "/"},
		{name: "08-unit", who: elin, path: "/units/" + unitID},
		{name: "09-actions", who: elin, path: "/actions"},
		{name: "10-action", who: ruth, path: "/actions/" + first(ruth, "actions?limit=1")},
		{name: "11-person-admin", who: admin, path: people[0].path},
		{name: "12-counterpart-form", who: elin, path: "/counterparts/" + first(elin, "counterparts?unit="+unitID) + "/edit"},
	}
}

// mistakes sends the form with things to put right.
func mistakes(b *tab) {
	b.write(`[name="s.start.date"]`, "2026-11-27")
	b.write(`[name="s.observations.0.text.text"]`, seenText)
	b.write(`[name="a0.text.text"]`, hostTask)
	b.write(`[name="a0.due"]`, "2026-11-20")
	if status := b.follow(`[name="_submit"]`); status != 422 {
		b.t.Fatalf("the form with mistakes is answered with %d: %s", status, b.describe())
	}
}
