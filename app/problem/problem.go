// Package problem turns errors into RFC 9457 problem documents, and is the only
// place that knows which failure has which HTTP status. Texts are in the
// caller's language. What is not an error of ours, a status of Fiber's or a
// deadline is shown as "internal", with a reference and nothing else.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/app/locale"
	"colocate/domain/kind"
)

// ContentType is the media type of a problem document.
const ContentType = "application/problem+json"

// Details is an RFC 9457 problem document. Type is a stable path that clients
// switch on; Title and Detail are in the caller's language.
type Details struct {
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Instance string  `json:"instance,omitempty"` // of a 5xx: the request id, the reference that the log has
	Errors   []Field `json:"errors,omitempty"`

	// Current is the version that the caller would read now: of "stale" only.
	Current json.RawMessage `json:"current,omitempty"`
	// State and Possible are the record's state and the verbs that lead on from
	// it: of "conflict" only.
	State    string   `json:"state,omitempty"`
	Possible []string `json:"possible,omitempty"`

	// RetryAfter is in seconds and is sent as a header; 0 is none.
	RetryAfter int64 `json:"-"`
}

// Field points at one bad input, as RFC 6901 JSON pointer. Code is stable and
// untranslated ("too_long"); Detail is its sentence in the caller's language;
// Allowed are the values that an enumeration takes.
type Field struct {
	Pointer string   `json:"pointer"`
	Code    string   `json:"code"`
	Detail  string   `json:"detail"`
	Allowed []string `json:"allowed,omitempty"`
}

// Of says what err is to the caller, in the language of t. reference is the
// request's id. A status under 500 carries no reference, so that what is hidden
// from a caller and what is absent are answered in the same bytes.
func Of(err error, t *locale.Texts, reference string) Details {
	e := known(err)
	row := table[e.Code]
	d := Details{
		Type:   "/problems/" + row.slug,
		Title:  t.T("problem."+row.slug+".title", nil),
		Status: row.status,
		Detail: t.T(e.Key, e.Args),
	}
	if row.status >= fiber.StatusInternalServerError {
		d.Instance = reference
	}
	d.Errors = fields(e, t)
	switch e.Code {
	case kind.CodeStale:
		d.Current = e.Current
	case kind.CodeConflict:
		d.State, d.Possible = string(e.State), e.Possible
	case kind.CodeBusy, kind.CodeTooMany:
		d.RetryAfter = retryAfter(e, row)
		d.Detail += " " + t.N("error.retry_after", d.RetryAfter, nil)
	}
	return d
}

// known makes a kind.Error of any error.
func known(err error) *kind.Error {
	if e, ok := errors.AsType[*kind.Error](err); ok {
		return plain(e)
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		code := codeOf(e.Code)
		return kind.E(code, "error."+table[code].slug, nil)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return kind.E(kind.CodeBusy, "error.busy", nil)
	}
	return kind.E(kind.CodeInternal, "error.internal", nil)
}

// plain withholds what an error of ours may not say: why something is not
// there, and what went wrong inside.
func plain(e *kind.Error) *kind.Error {
	_, ok := table[e.Code]
	switch {
	case !ok, e.Code == kind.CodeInternal:
		return kind.E(kind.CodeInternal, "error.internal", nil)
	case e.Code == kind.CodeNotFound:
		return kind.E(kind.CodeNotFound, "error.not_found", nil)
	}
	return e
}

// retryAfter is when to try again, in seconds: what the error says, else the
// row's.
func retryAfter(e *kind.Error, row row) int64 {
	if s, ok := e.Args["RetryAfter"].(int64); ok && s > 0 {
		return s
	}
	return row.retry
}

func fields(e *kind.Error, t *locale.Texts) []Field {
	var out []Field
	for _, path := range e.FieldNames() {
		f := e.Fields[path]
		allowed, _ := f.Args["Allowed"].([]string)
		out = append(out, Field{
			Pointer: pointer(path),
			Code:    f.Key[strings.LastIndexByte(f.Key, '.')+1:],
			Detail:  t.T(f.Key, named(f.Args, t)),
			Allowed: allowed,
		})
	}
	return out
}

// named puts people's words for what the domain can only name by its code: the
// type of a value and a reference list.
func named(args map[string]any, t *locale.Texts) map[string]any {
	args = maps.Clone(args)
	for arg, prefix := range map[string]string{"Want": "type.", "List": "list."} {
		if name, ok := args[arg].(string); ok {
			args[arg] = t.T(prefix+name+".label", nil)
		}
	}
	return args
}

// pointer makes an RFC 6901 pointer of a field path, which is one without its
// first slash, with "~" and "/" in names escaped already; "" is the whole document.
func pointer(path string) string {
	if path == "" {
		return ""
	}
	return "/" + path
}
