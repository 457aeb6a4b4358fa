package kinds

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"colocate/app/problem"
	"colocate/app/web/ui"
)

// wantsJSON reports whether the script of the pages sent the form by itself.
func wantsJSON(c *fiber.Ctx) bool {
	return strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMEApplicationJSON)
}

// savedAnswer tells the script what became of what it sent: the version now
// kept, where the form goes from now on, and what to say to the reader.
type savedAnswer struct {
	ETag   string    `json:"etag,omitempty"`
	Action string    `json:"action,omitempty"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

func saved(c *fiber.Ctx, p ui.Page, etag, action string) error {
	return c.JSON(savedAnswer{ETag: etag, Action: action, At: p.Now.UTC(), Text: p.T("page.edit.saved_at", map[string]any{"Time": p.Time(p.Now)})})
}

// notSaved says in one sentence why not; the form itself says more once it is
// sent by its reader.
func notSaved(c *fiber.Ctx, p ui.Page, err error) error {
	d := problem.Of(err, p.Texts, "")
	if d.Status >= fiber.StatusInternalServerError {
		return err
	}
	return c.Status(d.Status).JSON(savedAnswer{At: p.Now.UTC(), Text: p.Say("page.edit.not_saved") + " " + d.Detail})
}
