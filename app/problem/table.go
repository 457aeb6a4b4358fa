package problem

import (
	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
)

// row is how one code is shown: its status, the slug of its type, and after how
// many seconds to try again where trying again helps.
type row struct {
	status int
	slug   string
	retry  int64
}

// Codes of HTTP itself, which no use case answers with.
const (
	codeMethod          kind.Code = "method"
	codeTimeout         kind.Code = "timeout"
	codeHeadersTooLarge kind.Code = "headers_too_large"
)

// table is style.md §2.2, and the answers of HTTP itself. A row's slug names
// its texts too: "problem.<slug>.title" and "error.<slug>".
var table = map[kind.Code]row{
	kind.CodeMalformed:       {fiber.StatusBadRequest, "malformed", 0},
	kind.CodeUnauthenticated: {fiber.StatusUnauthorized, "unauthenticated", 0},
	kind.CodeForbidden:       {fiber.StatusForbidden, "forbidden", 0},
	kind.CodeNotFound:        {fiber.StatusNotFound, "not_found", 0},
	codeMethod:               {fiber.StatusMethodNotAllowed, "method", 0},
	codeTimeout:              {fiber.StatusRequestTimeout, "timeout", 0},
	kind.CodeConflict:        {fiber.StatusConflict, "conflict", 0},
	kind.CodeStale:           {fiber.StatusPreconditionFailed, "stale", 0},
	kind.CodeTooLarge:        {fiber.StatusRequestEntityTooLarge, "too_large", 0},
	kind.CodeUnsupported:     {fiber.StatusUnsupportedMediaType, "unsupported", 0},
	kind.CodeInvalid:         {fiber.StatusUnprocessableEntity, "invalid", 0},
	kind.CodePrecondition:    {fiber.StatusPreconditionRequired, "precondition", 0},
	kind.CodeTooMany:         {fiber.StatusTooManyRequests, "too_many", 5},
	codeHeadersTooLarge:      {fiber.StatusRequestHeaderFieldsTooLarge, "headers_too_large", 0},
	kind.CodeInternal:        {fiber.StatusInternalServerError, "internal", 0},
	kind.CodeBusy:            {fiber.StatusServiceUnavailable, "busy", 2},
}

// codeOf gives the code of a status that Fiber or fasthttp answers with. 500
// and what is not in the table is internal, but no client error may become one:
// it is malformed.
func codeOf(status int) kind.Code {
	for code, r := range table {
		if r.status == status {
			return code
		}
	}
	if status >= 400 && status < 500 {
		return kind.CodeMalformed
	}
	return kind.CodeInternal
}
