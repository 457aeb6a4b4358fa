//go:build unsafe_ack

package store

import (
	"fmt"
	"os"
	"time"
)

// This build loses what it acknowledged. It is the control of the crash tests
// (app/e2e/crash) and is made by nothing else.
const answersEarly = true

// unsafeNotice is on the error output of such a program, and in its file.
const unsafeNotice = "This is a test build: it acknowledges writes before they are durable, and loses them in a crash."

func init() { fmt.Fprintln(os.Stderr, unsafeNotice) }

// holdBack is how long a batch then waits before its transaction ends, as on a
// disk that says done too soon.
const holdBack = 20 * time.Millisecond

// answerEarly answers a batch whose transaction has not ended. The answers that
// follow when it has go nowhere.
func answerEarly(batch []*pending, out map[*pending]outcome) {
	for i, p := range batch {
		o := out[p]
		p.answer(o.receipt, o.err)
		twin := *p
		twin.done = make(chan outcome, 1)
		batch[i], out[&twin] = &twin, o
	}
	time.Sleep(holdBack)
}
