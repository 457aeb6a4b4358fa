package work_test

import (
	"testing"

	"colocate/app/web/kinds"
	"colocate/app/web/ui"
	"colocate/app/web/webtest"
	"colocate/app/web/work"
	"colocate/domain/kind"
	"colocate/seeds"
)

// host is the pages of this package, and of kinds beside them, over HTTP.
type host struct{ *webtest.Demo }

// more people than the stories of sessions need.
var more = map[string]kind.Actor{
	"joao":     {Person: seeds.ID("unac/counterpart/CRN-ST-014/2"), Grants: []kind.Grant{{Role: kind.Counterpart, Units: []string{webtest.Unit}}}},
	"ministry": {Person: "ministry", Grants: []kind.Grant{{Role: kind.Ministry, Remit: []string{"session"}}}},
	"trainer":  {Person: seeds.ID("unac/person/09"), Grants: []kind.Grant{{Role: kind.Trainer}}},
	"auditor":  {Person: "auditor", Grants: []kind.Grant{{Role: kind.Auditor}}},
	"donor":    {Person: "donor", Grants: []kind.Grant{{Role: kind.Donor}}},
	"new":      {Person: seeds.ID("nobody"), Grants: []kind.Grant{{Role: kind.Adviser}}},
	"newhost":  {Person: seeds.ID("nobody"), Grants: []kind.Grant{{Role: kind.Commander, Units: []string{seeds.ID("nowhere")}}}},
	"second":   {Person: seeds.ID("unac/person/06"), Grants: []kind.Grant{{Role: kind.Leader}}},
	"sector":   {Person: seeds.ID("unac/person/05"), Grants: []kind.Grant{{Role: kind.TeamLeader, Units: []string{webtest.Unit}}}},
	"none":     {Person: "none"},
}

// start serves a copy of the demonstration.
func start(t testing.TB) *host {
	t.Helper()
	return &host{webtest.Start(t, webtest.With{People: more, Captions: work.Captions(), Routes: func(s *ui.Site) []ui.Route {
		own := append([]ui.Route{ui.Get("/", work.Home(s))}, work.Routes(s)...)
		return append(own, kinds.Routes(s)...) // hand-made pages come first
	}})}
}
