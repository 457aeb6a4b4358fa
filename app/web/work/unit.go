package work

import (
	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
)

func unitPage(d *desk, c *fiber.Ctx, r ui.Rec) error {
	return ui.Render(c, fiber.StatusOK, d.p, unitShown(d.p, r))
}
