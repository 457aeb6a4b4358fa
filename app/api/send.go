package api

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"colocate/app/record"
)

// sendView writes a record as the caller sees it, with its ETag.
func sendView(c *fiber.Ctx, status int, v record.View) error {
	c.Set(fiber.HeaderETag, v.ETag)
	return sendJSON(c, status, v.JSON)
}

// sendJSON writes bytes that are JSON already.
func sendJSON(c *fiber.Ctx, status int, data []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Status(status).Send(data)
}

// sendStruct writes the answer of a hand-made route.
func sendStruct(c *fiber.Ctx, status int, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return sendJSON(c, status, data)
}

// sendList writes a page from the bytes of its views, each with its etag. It
// writes straight into the answer, whose memory the server uses again.
func sendList(c *fiber.Ctx, l record.List) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	res := c.Status(fiber.StatusOK).Response()
	res.ResetBody()
	res.AppendBodyString(`{"items":[`)
	for i, v := range l.Items {
		if i > 0 {
			res.AppendBodyString(",")
		}
		appendItem(res, v)
	}
	res.AppendBodyString(`],"next":`)
	res.AppendBody(quoted(l.Next))
	if l.Total >= 0 {
		res.AppendBodyString(`,"total":` + strconv.FormatInt(l.Total, 10))
	}
	res.AppendBodyString("}")
	return nil
}

// appendItem writes v's object with the member "etag" at its end.
func appendItem(res *fasthttp.Response, v record.View) {
	body := bytes.TrimRight(v.JSON, " \n")
	res.AppendBody(body[:len(body)-1])
	if len(body) > 2 {
		res.AppendBodyString(",")
	}
	res.AppendBodyString(`"etag":`)
	res.AppendBody(quoted(v.ETag))
	res.AppendBodyString("}")
}

// quoted is s, which is ASCII, as JSON; an empty one is null.
func quoted(s string) []byte {
	if s == "" {
		return []byte("null")
	}
	out, _ := jsontext.AppendQuote(make([]byte, 0, len(s)+8), s) // fails for invalid UTF-8 only
	return out
}
