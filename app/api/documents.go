package api

import (
	"encoding/json"
	"sync"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/app/middleware"
)

// Documents serves the API document in every language; each is made once, when
// it is first asked for.
type Documents struct {
	texts *locale.Catalogue
	made  map[string]func() ([]byte, error)
}

// NewDocuments serves the document of h.
func NewDocuments(h *Handler, texts *locale.Catalogue) *Documents {
	d := &Documents{texts: texts, made: map[string]func() ([]byte, error){}}
	for _, tag := range texts.Tags() {
		d.made[tag] = sync.OnceValues(func() ([]byte, error) { return json.Marshal(h.Document(texts.Texts(tag))) })
	}
	return d
}

// In is the document with its texts in the language of t, as JSON.
func (d *Documents) In(t *locale.Texts) ([]byte, error) { return d.made[t.Lang()]() }

// Serve answers GET /openapi.json.
func (d *Documents) Serve(c *fiber.Ctx) error {
	t := d.texts.Texts(middleware.Lang(c))
	data, err := d.In(t)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentLanguage, t.Lang())
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return sendJSON(c, fiber.StatusOK, data)
}
