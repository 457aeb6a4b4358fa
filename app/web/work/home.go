package work

import (
	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
)

// Home is the page at / for who is signed in: what waits for them, by role.
func Home(s *ui.Site) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := s.Page(c, "page.today.nav")
		return ui.Render(c, fiber.StatusOK, p, blankHome(p))
	}
}

// homeRoutes are the pages of actions and units.
func homeRoutes(_ *ui.Site) []ui.Route { return nil }
