package api

import (
	"strconv"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/domain/kind"
)

// Limits of a list (style.md §3).
const (
	defaultLimit = 50
	maxLimit     = 200
)

// maxKey is how long an Idempotency-Key may be.
const maxKey = 200

// params reads the query: each parameter at most once, in valid UTF-8, and
// none but those of known; known nil allows any (style.md §2.2, trust.md I17).
func params(c *fiber.Ctx, known []string) (map[string]string, error) {
	allowed := map[string]bool{}
	for _, k := range known {
		allowed[k] = true
	}
	got := map[string]string{}
	var fault error
	for key, value := range c.Request().URI().QueryArgs().All() {
		name, v := string(key), string(value)
		if _, twice := got[name]; twice {
			fault = parameterFault("error.parameter_repeated", name)
		} else if known != nil && !allowed[name] {
			fault = parameterFault("error.parameter_unknown", name)
		} else if !utf8.ValidString(name) || !utf8.ValidString(v) {
			fault = kind.E(kind.CodeMalformed, "error.malformed", nil)
		}
		got[name] = v
	}
	return got, fault
}

func parameterFault(key, name string) error {
	if len(name) > 64 || !utf8.ValidString(name) {
		name = "?"
	}
	return &kind.Error{Code: kind.CodeMalformed, Key: key, Args: map[string]any{"Name": name}}
}

// listQuery reads the parameters of a list. What is not one of the list's own
// is a filter; the engine knows which filters the caller has.
func listQuery(c *fiber.Ctx) (record.ListQuery, error) {
	p, err := params(c, nil)
	if err != nil {
		return record.ListQuery{}, err
	}
	q := record.ListQuery{Filter: map[string]string{}}
	for name, v := range p {
		switch name {
		case "limit":
			q.Limit, err = limit(v)
		case "total":
			q.Total, err = truth(name, v)
		case "cursor":
			q.Cursor, err = v, present(name, v)
		case "sort":
			q.Sort, err = v, present(name, v)
		default:
			q.Filter[name] = v
		}
		if err != nil {
			return record.ListQuery{}, err
		}
	}
	return q, nil
}

func limit(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxLimit || strconv.Itoa(n) != s {
		return 0, &kind.Error{Code: kind.CodeMalformed, Key: "error.limit", Args: map[string]any{"Min": 1, "Max": maxLimit}}
	}
	return n, nil
}

// page reads the parameters of a page that has no filters: limit, and where it
// goes on.
func page(c *fiber.Ctx, from string) (start string, n int, err error) {
	p, err := params(c, []string{from, "limit"})
	if err != nil {
		return "", 0, err
	}
	if s, ok := p[from]; ok {
		start, err = s, present(from, s)
	}
	n = defaultLimit
	if s, ok := p["limit"]; ok && err == nil {
		n, err = limit(s)
	}
	return start, n, err
}

func truth(name, s string) (bool, error) {
	if s != "true" && s != "false" {
		return false, parameterFault("error.parameter_value", name)
	}
	return s == "true", nil
}

func present(name, s string) error {
	if s == "" {
		return parameterFault("error.parameter_value", name)
	}
	return nil
}

// idempotencyKey is what the caller gave the request to be known by: printable
// ASCII, "" if nothing.
func idempotencyKey(c *fiber.Ctx) (string, error) {
	key := c.Get("Idempotency-Key")
	if len(key) > maxKey {
		return "", kind.E(kind.CodeMalformed, "error.idempotency_key", nil)
	}
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return "", kind.E(kind.CodeMalformed, "error.idempotency_key", nil)
		}
	}
	return key, nil
}
