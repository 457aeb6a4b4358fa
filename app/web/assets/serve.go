package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/molecule-man/go-brrr"
)

// file is one file with its type, in each form that it is sent in.
type file struct {
	mime  string
	forms []form // the smallest first; the last is the plain one
}

// form is a file under one content coding, "" for none. Each has its own entity
// tag (RFC 9110 §8.8.3).
type form struct {
	coding, etag string
	body         []byte
}

func newFile(mime, hash string, data []byte) (file, error) {
	br, err := pack(data, func(w io.Writer) (io.WriteCloser, error) { return brrr.NewWriter(w, brrr.BestCompression) })
	if err != nil {
		return file{}, err
	}
	gz, err := pack(data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) })
	if err != nil {
		return file{}, err
	}
	return file{mime, []form{{"br", `"` + hash + `-br"`, br}, {"gzip", `"` + hash + `-gzip"`, gz}, {"", `"` + hash + `"`, data}}}, nil
}

// pack compresses data.
func pack(data []byte, writer func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var b bytes.Buffer
	w, err := writer(&b)
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

// Serve answers GET and HEAD /assets/:name. Another name than that of today's
// content is not found: a page that asks for it is of another version.
func (s *Set) Serve(c *fiber.Ctx) error {
	f, ok := s.files[c.Params("name")]
	if !ok {
		return fiber.ErrNotFound
	}
	v := f.choose(c.Get(fiber.HeaderAcceptEncoding))
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderETag, v.etag)
	if held(c.Get(fiber.HeaderIfNoneMatch), v.etag) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, f.mime)
	if v.coding != "" {
		c.Set(fiber.HeaderContentEncoding, v.coding)
	}
	return c.Send(v.body)
}

// choose is the smallest form that an Accept-Encoding header takes.
func (f file) choose(header string) form {
	last := len(f.forms) - 1
	for _, v := range f.forms[:last] {
		if accepts(header, v.coding) {
			return v
		}
	}
	return f.forms[last]
}

// accepts reports whether an Accept-Encoding header takes coding: by its name,
// or by * where it is not named (RFC 9110 §12.5.3).
func accepts(header, coding string) bool {
	others := false
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, coding):
			return positive(weight)
		case name == "*":
			others = positive(weight)
		}
	}
	return others
}

// positive reports whether a weight, "q=0.5" or none, is above zero.
func positive(weight string) bool {
	q, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(weight)), "q=")
	if !ok {
		return true
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
	return err == nil && n > 0
}

// held reports whether an If-None-Match header names the entity tag.
func held(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
