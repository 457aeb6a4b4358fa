package record

import (
	"context"
	"errors"

	"colocate/app/store"
	"colocate/domain/kind"
)

// notFound is the one answer for what is absent and for what is hidden; that
// they cannot be told apart rests on there being no other.
func notFound() error { return kind.E(kind.CodeNotFound, "error.not_found", nil) }

func forbidden(key string) error { return kind.E(kind.CodeForbidden, key, nil) }

func busy(cause error) error { return kind.E(kind.CodeBusy, "error.busy", cause) }

func malformed(key string, args map[string]any) error {
	return &kind.Error{Code: kind.CodeMalformed, Key: key, Args: args}
}

// parameter refuses a query parameter.
func parameter(key, name string) error { return malformed(key, map[string]any{"Name": name}) }

// wrap turns a store's error into the caller's, here and nowhere else. What it
// does not know stays as it is, and is an outage or a bug.
func wrap(err error) error {
	switch {
	case err == nil:
		return nil
	case kind.CodeOf(err) != "":
		return err
	case errors.Is(err, store.ErrNotFound):
		return notFound()
	case errors.Is(err, store.ErrTaken), errors.Is(err, store.ErrGone):
		return kind.E(kind.CodeConflict, "error.id_taken", err)
	case errors.Is(err, store.ErrStale):
		return kind.E(kind.CodeStale, "error.stale", err)
	case errors.Is(err, store.ErrCursor):
		return kind.E(kind.CodeMalformed, "error.cursor", err)
	case errors.Is(err, store.ErrTooLarge):
		return kind.E(kind.CodeTooLarge, "error.too_large", err)
	case errors.Is(err, store.ErrMoved), errors.Is(err, store.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return busy(err)
	}
	return err
}
