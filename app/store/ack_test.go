package store

import "testing"

// TestAnswersWaitForTheDisk: the build that is tested, and released, is not the
// one that answers before a commit is durable.
func TestAnswersWaitForTheDisk(t *testing.T) {
	t.Parallel()
	if answersEarly {
		t.Error("built with the tag unsafe_ack")
	}
}
