package kinds_test

import (
	"testing"

	"colocate/app/web/kinds"
	"colocate/app/web/webtest"
	"colocate/domain/kind"
)

// host is the pages of kinds over HTTP.
type host struct{ *webtest.Demo }

// start serves a copy of the demonstration with kinds and a policy beside its
// own.
func start(t testing.TB, more kind.Kinds, policy string) *host {
	t.Helper()
	return &host{webtest.Start(t, webtest.With{Kinds: more, Policy: policy, Routes: kinds.Routes})}
}
