package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"
)

//go:embed static
var static embed.FS

// asset is one file as it is served.
type asset struct {
	mime  string
	plain []byte
	gzip  []byte
}

// assets are the files of the pages, under names that change with their
// content, so that browsers may keep them for good.
type assets struct {
	byName map[string]asset
	paths  map[string]string // "colocate.css" -> "/assets/colocate.<hash>.css"
}

// sheets are the parts of the one style sheet, in their order.
var sheets = []string{"tokens.css", "base.css", "components.css"}

func (a *assets) load() error {
	a.byName, a.paths = map[string]asset{}, map[string]string{}
	var css bytes.Buffer
	for _, name := range sheets {
		part, err := static.ReadFile("static/" + name)
		if err != nil {
			return err
		}
		css.Write(part)
	}
	mark, err := static.ReadFile("static/mark.svg")
	if err != nil {
		return err
	}
	if err := a.add("colocate.css", "text/css; charset=utf-8", css.Bytes()); err != nil {
		return err
	}
	return a.add("mark.svg", "image/svg+xml", mark)
}

func (a *assets) add(name, mime string, data []byte) error {
	packed, err := pack(data)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	stem, ext, _ := strings.Cut(name, ".")
	hashed := stem + "." + base64.RawURLEncoding.EncodeToString(sum[:9]) + "." + ext
	a.byName[hashed] = asset{mime, data, packed}
	a.paths[name] = "/assets/" + hashed
	return nil
}

func pack(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (a *assets) path(name string) string { return a.paths[name] }

// serve answers GET /assets/<name>.
func (a *assets) serve(c *fiber.Ctx) error {
	f, ok := a.byName[c.Params("name")]
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, f.mime)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Vary(fiber.HeaderAcceptEncoding)
	if c.AcceptsEncodings("gzip") == "gzip" {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(f.gzip)
	}
	return c.Send(f.plain)
}
