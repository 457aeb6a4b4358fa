package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
)

// maxDepth is how deep JSON may nest (style.md §3); trust.md I2.
const maxDepth = 32

// body reads exactly one JSON object from the request. It reads the raw body:
// c.Body would inflate a Content-Encoding without limit (style.md F4).
func body(c *fiber.Ctx) (kind.Doc, error) {
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return nil, kind.E(kind.CodeUnsupported, "error.content_encoding", nil)
	}
	if t, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil ||
		t != fiber.MIMEApplicationJSON || !utf8Charset(params["charset"]) {
		return nil, kind.E(kind.CodeUnsupported, "error.media_type", nil)
	}
	return Decode(c.Request().Body())
}

// optionalBody is body where nothing at all may be sent: an empty object.
func optionalBody(c *fiber.Ctx) (kind.Doc, error) {
	if len(c.Request().Body()) == 0 && c.Get(fiber.HeaderContentEncoding) == "" {
		return kind.Doc{}, nil
	}
	return body(c)
}

func utf8Charset(s string) bool {
	return s == "" || bytes.EqualFold([]byte(s), []byte("utf-8"))
}

// Decode reads data as one JSON object, strictly: duplicate names, invalid
// UTF-8, trailing data, a nesting over maxDepth and numbers beyond a double are
// CodeMalformed. Numbers stay as they were written (kind.Number).
func Decode(data []byte) (kind.Doc, error) {
	d := decoder{dec: jsontext.NewDecoder(bytes.NewReader(data))}
	if d.dec.PeekKind() != '{' {
		if _, err := d.dec.ReadToken(); err != nil {
			return nil, malformed(err)
		}
		return nil, kind.E(kind.CodeMalformed, "error.not_an_object", nil)
	}
	v, err := d.value(1)
	if err != nil {
		return nil, malformed(err)
	}
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, kind.E(kind.CodeMalformed, "error.trailing_data", err)
	}
	return v.(kind.Doc), nil
}

// malformed keeps err for the log and tells the caller only that the JSON is
// not sound.
func malformed(err error) error {
	if kind.CodeOf(err) != "" {
		return err
	}
	return kind.E(kind.CodeMalformed, "error.malformed", err)
}

type decoder struct{ dec *jsontext.Decoder }

// value reads the next value, which lies depth levels deep.
func (d *decoder) value(depth int) (any, error) {
	t, err := d.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case '{':
		return d.object(depth)
	case '[':
		return d.array(depth)
	case '"':
		return t.String(), nil
	case '0':
		return number(t.String())
	case 't', 'f':
		return t.Bool(), nil
	}
	return nil, nil
}

func (d *decoder) object(depth int) (any, error) {
	if depth > maxDepth {
		return nil, kind.E(kind.CodeMalformed, "error.too_deep", nil)
	}
	doc := kind.Doc{}
	for d.dec.PeekKind() != '}' {
		name, err := d.dec.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String() // before the next read, which reuses the token's buffer
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		doc = append(doc, kind.Elem{Name: key, Value: v})
	}
	_, err := d.dec.ReadToken()
	return doc, err
}

func (d *decoder) array(depth int) (any, error) {
	if depth > maxDepth {
		return nil, kind.E(kind.CodeMalformed, "error.too_deep", nil)
	}
	list := []any{}
	for d.dec.PeekKind() != ']' {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.dec.ReadToken()
	return list, err
}

// number keeps a number as text, so that an integer loses no digit. One that no
// double can hold ("1e999") is not a number of ours.
func number(s string) (any, error) {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return nil, kind.E(kind.CodeMalformed, "error.number", err)
	}
	return kind.Number(s), nil
}
