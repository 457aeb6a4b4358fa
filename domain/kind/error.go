package kind

import (
	"errors"
	"maps"
	"slices"
)

// Code is the coarse, transport-neutral kind of a failure. app/problem maps it
// to a status and a text; nothing else may.
type Code string

// The complete set of codes (style.md §2.2).
const (
	CodeMalformed       Code = "malformed"
	CodeUnauthenticated Code = "unauthenticated"
	CodeForbidden       Code = "forbidden"
	CodeNotFound        Code = "not_found"
	CodeConflict        Code = "conflict"
	CodeStale           Code = "stale"
	CodeTooLarge        Code = "too_large"
	CodeUnsupported     Code = "unsupported"
	CodeInvalid         Code = "invalid"
	CodePrecondition    Code = "precondition"
	CodeTooMany         Code = "too_many"
	CodeInternal        Code = "internal"
	CodeBusy            Code = "busy"
)

// Codes lists every code, for the tests that each has a status and a message.
var Codes = []Code{CodeMalformed, CodeUnauthenticated, CodeForbidden, CodeNotFound, CodeConflict, CodeStale,
	CodeTooLarge, CodeUnsupported, CodeInvalid, CodePrecondition, CodeTooMany, CodeInternal, CodeBusy}

// Fault is one broken rule of one field. Key is a message id, whose last
// segment is the stable code that clients switch on; Args fill the message.
type Fault struct {
	Key  string
	Args map[string]any
}

// Error is the only error type that crosses from domain or record to a
// transport. Anything else is a bug or an outage and is shown as "internal".
type Error struct {
	Code   Code
	Key    string           // message id
	Args   map[string]any   // template data for Key
	Fields map[string]Fault // field path ("participants/0/sexcount") -> fault; CodeInvalid only
	// Current is the current version as the caller may see it: CodeStale only.
	Current []byte
	// State and Possible say why a verb is not possible now and what is: CodeConflict only.
	State    State
	Possible []string
	cause    error // logged, never shown
}

// E builds an Error; cause may be nil.
func E(code Code, key string, cause error) *Error { return &Error{Code: code, Key: key, cause: cause} }

// Error implements error. It is for logs; people see the translated Key.
func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Key
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap exposes the cause to errors.Is.
func (e *Error) Unwrap() error { return e.cause }

// FieldNames returns the paths of the faulty fields in a stable order.
func (e *Error) FieldNames() []string { return slices.Sorted(maps.Keys(e.Fields)) }

// CodeOf returns the code of the first Error in err's chain, "" if there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// Check collects broken rules so that one answer names every bad field.
type Check struct{ fields map[string]Fault }

// Must records message key against field when ok is false. The first failure
// of a field wins. Args are alternating names and values.
func (c *Check) Must(ok bool, field, key string, args ...any) {
	if ok {
		return
	}
	c.Add(field, Fault{Key: key, Args: pairs(args)})
}

// Add records a fault against field; the first of a field wins.
func (c *Check) Add(field string, f Fault) {
	if _, seen := c.fields[field]; seen {
		return
	}
	if c.fields == nil {
		c.fields = map[string]Fault{}
	}
	c.fields[field] = f
}

// Merge records the faults of err, if it is one that names fields, and returns
// any other error.
func (c *Check) Merge(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	for name, f := range e.Fields {
		c.Add(name, f)
	}
	return nil
}

// Err returns nil, or one CodeInvalid Error that names every faulty field.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Key: "error.invalid", Fields: c.fields}
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return m
}
