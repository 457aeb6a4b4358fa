package middleware

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// mark is a word of a User-Agent and the name that it stands for.
type mark struct{ word, name string }

// browsers and systems are told apart by the first mark that is there: each
// browser also claims to be those after it.
var (
	browsers = []mark{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"UCBrowser/", "UC Browser"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chromium/", "Chromium"}, {"Chrome/", "Chrome"},
		{"Safari/", "Safari"}, {"curl/", "curl"}}
	systems = []mark{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// Device is what the caller uses, as names that a person knows it by: "Firefox,
// Android". It is what the browser says of itself, reduced to two words, so that
// it helps to tell one's own sign-ins apart and nobody to trace a machine; ""
// if nothing in it is known.
func Device(c *fiber.Ctx) string {
	agent := c.Get(fiber.HeaderUserAgent)
	browser, system := first(browsers, agent), first(systems, agent)
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + ", " + system
}

func first(marks []mark, agent string) string {
	for _, m := range marks {
		if strings.Contains(agent, m.word) {
			return m.name
		}
	}
	return ""
}
