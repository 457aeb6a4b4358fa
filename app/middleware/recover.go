package middleware

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// panicked is a panic made an error. Its text and stack are for the log.
type panicked struct{ what, stack string }

// Error implements error.
func (p *panicked) Error() string { return "panic: " + p.what }

// protect runs f and makes a panic of it an error: one request must not end the
// process, and fasthttp recovers nothing.
func protect(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{what: describe(v), stack: string(debug.Stack())}
		}
	}()
	return f()
}

// describe says what was panicked with. Only the runtime's own errors are
// quoted; another value may hold what a person wrote, so its type must do.
func describe(v any) string {
	if e, ok := v.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", v)
}
