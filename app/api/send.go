package api

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/gofiber/fiber/v2"

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

// sendList writes a page from the bytes of its views, each with its etag.
func sendList(c *fiber.Ctx, l record.List) error {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i, v := range l.Items {
		if i > 0 {
			b.WriteByte(',')
		}
		writeItem(&b, v)
	}
	b.WriteString(`],"next":`)
	writeString(&b, l.Next)
	if l.Total >= 0 {
		b.WriteString(`,"total":`)
		b.WriteString(strconv.FormatInt(l.Total, 10))
	}
	b.WriteByte('}')
	return sendJSON(c, fiber.StatusOK, b.Bytes())
}

// writeItem writes v's object with the member "etag" at its end.
func writeItem(b *bytes.Buffer, v record.View) {
	body := bytes.TrimRight(v.JSON, " \n")
	b.Write(body[:len(body)-1])
	if len(body) > 2 {
		b.WriteByte(',')
	}
	b.WriteString(`"etag":`)
	writeString(b, v.ETag)
	b.WriteByte('}')
}

// writeString writes s as JSON; an empty one as null.
func writeString(b *bytes.Buffer, s string) {
	if s == "" {
		b.WriteString("null")
		return
	}
	quoted, _ := json.Marshal(s) // a string always marshals
	b.Write(quoted)
}
