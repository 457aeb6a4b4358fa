package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/domain/kind"
)

// readers knows the sign-in "mine", fails for "outage" and refuses the rest.
type readers struct{ lang string }

func (r readers) Session(_ context.Context, bearer string) (middleware.Reader, error) {
	switch bearer {
	case "outage":
		return middleware.Reader{}, errors.New("store is gone")
	case "mine":
		return middleware.Reader{Actor: kind.Actor{Account: "account-1", Lang: r.lang},
			Prefs: middleware.Preferences{Zone: time.FixedZone("there", 2*3600), Digits: "native", Theme: "dark"}}, nil
	}
	return middleware.Reader{}, kind.E(kind.CodeUnauthenticated, "error.unauthenticated", nil)
}

// who says who looks, whether a sign-in lapsed, and what they chose.
func who(c *fiber.Ctx) error {
	a, p := middleware.Actor(c), middleware.Prefs(c)
	return c.SendString(fmt.Sprintf("%s|%v|%s|%s|%v|%s|%s|%v", a.Account, middleware.Lapsed(c), a.Lang, a.Device, p.Zone,
		p.Digits, p.Theme, a.Request == middleware.RequestID(c)))
}

const phone = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"

func TestSession(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		name := middleware.CookieName(tls)
		s := newServer(t, middleware.Options{TLS: tls, Sessions: readers{"ar"}}, func(app *fiber.App, stack *middleware.Stack) {
			app.Get("/page", stack.Session, who)
			app.Get("/early", func(c *fiber.Ctx) error { middleware.Identify(c); return who(c) })
			app.Get("/api/v1/units", stack.Authenticate(tokens{}), ok)
		})
		for _, c := range []struct{ path, cookie, want string }{
			{"/page", "", "|false||"},
			{"/page", name + "=forged", "|true||"},
			{"/page", name + "=" + strings.Repeat("x", 600), "|true||"},
			{"/page", "other=mine", "|false||"},
			{"/page", name + "=mine", "account-1|false|ar|Firefox, Android|there|native|dark|true"},
			{"/early", name + "=mine", "account-1|false|ar|Firefox, Android|there|native|dark|true"},
			{"/early", name + "=outage", "|false||"},
		} {
			res, body := s.do(t, "GET", c.path, "", "Cookie", c.cookie, "User-Agent", phone, "Authorization", "Bearer mine")
			if res.StatusCode != http.StatusOK || !strings.HasPrefix(body, c.want) {
				t.Errorf("TLS %v, %q: %d %q, want %q", tls, c.cookie, res.StatusCode, body, c.want)
			}
		}
		if res, _ := s.do(t, "GET", "/page", "", "Cookie", name+"=outage"); res.StatusCode != http.StatusInternalServerError {
			t.Errorf("an outage is answered with %d", res.StatusCode)
		}
		if res, _ := s.do(t, "GET", "/api/v1/units", "", "Cookie", name+"=good-en"); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("the API went by a cookie: %d", res.StatusCode)
		}
	}
}

// TestSessionOfTheOtherName: under TLS the cookie that any host of the domain
// could plant counts for nothing.
func TestSessionOfTheOtherName(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{TLS: true, Sessions: readers{"en"}}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/page", stack.Session, who)
	})
	if _, body := s.do(t, "GET", "/page", "", "Cookie", "colocate=mine"); !strings.HasPrefix(body, "|false|") {
		t.Errorf("got %q", body)
	}
}

func TestSessionIsLimited(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{Rate: 1, Burst: 2, Sessions: readers{""}}, func(app *fiber.App, stack *middleware.Stack) {
		app.Get("/page", stack.Session, ok)
	})
	var last int
	for range 3 {
		res, _ := s.do(t, "GET", "/page", "", "Cookie", "colocate=mine")
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the third of two requests: %d", last)
	}
	if res, _ := s.do(t, "GET", "/page", ""); res.StatusCode != http.StatusOK {
		t.Errorf("nobody is limited: %d", res.StatusCode)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) {
		for path, tls := range map[string]bool{"/tls": true, "/plain": false} {
			app.Get(path, func(c *fiber.Ctx) error { middleware.SetCookie(c, tls, "secret", 8*time.Hour); return nil })
			app.Get(path+"/forget", func(c *fiber.Ctx) error { middleware.ForgetCookie(c, tls); return nil })
		}
	})
	for path, want := range map[string]string{
		"/tls":          "__Host-colocate=secret; max-age=28800; path=/; HttpOnly; secure; SameSite=Lax",
		"/plain":        "colocate=secret; max-age=28800; path=/; HttpOnly; SameSite=Lax",
		"/tls/forget":   "__Host-colocate=; expires=Thu, 01 Jan 1970 00:00:01 GMT; path=/; HttpOnly; secure; SameSite=Lax",
		"/plain/forget": "colocate=; expires=Thu, 01 Jan 1970 00:00:01 GMT; path=/; HttpOnly; SameSite=Lax",
	} {
		res, _ := s.do(t, "GET", path, "")
		if got := res.Header.Get("Set-Cookie"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{}, func(app *fiber.App, _ *middleware.Stack) {
		app.Get("/", func(c *fiber.Ctx) error { return c.SendString(middleware.Device(c)) })
	})
	const webkit = " AppleWebKit/537.36 (KHTML, like Gecko) "
	for agent, want := range map[string]string{
		phone: "Firefox, Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64)" + webkit + "Chrome/142.0 Safari/537.36 Edg/142.0":          "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 10; K)" + webkit + "Chrome/142.0 Mobile Safari/537.36":                    "Chrome, Android",
		"Mozilla/5.0 (Linux; Android 14; SM-A057)" + webkit + "SamsungBrowser/28.0 Chrome/130.0 Safari/537.36": "Samsung Internet, Android",
		"Mozilla/5.0 (X11; Linux x86_64)" + webkit + "Chrome/142.0 Safari/537.36 OPR/120.0":                    "Opera, Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1":              "Safari, iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15":                         "Safari, macOS",
		"curl/8.5.0": "curl", "": "", "\u202eevil\u202c <script>": "", strings.Repeat("x", 5000): "",
	} {
		if _, got := s.do(t, "GET", "/", "", "User-Agent", agent); got != want {
			t.Errorf("%.60q: %q, want %q", agent, got, want)
		}
	}
}

func TestResume(t *testing.T) {
	t.Parallel()
	s := newServer(t, middleware.Options{Sessions: readers{"ar"}}, func(app *fiber.App, stack *middleware.Stack) {
		app.Post("/form", stack.Session, func(c *fiber.Ctx) error {
			before := middleware.Resumed(c)
			if err := middleware.Resume(c, c.Query("bearer")); err != nil {
				return err
			}
			return c.SendString(fmt.Sprintf("%v %v %s %s", before, middleware.Resumed(c), middleware.Actor(c).Account, middleware.Lang(c)))
		})
	})
	if _, body := s.do(t, "POST", "/form?bearer=mine", ""); body != "false true account-1 ar" {
		t.Errorf("got %q", body)
	}
	if res, _ := s.do(t, "POST", "/form?bearer=outage", ""); res.StatusCode != http.StatusInternalServerError {
		t.Errorf("an outage: %d", res.StatusCode)
	}
}
