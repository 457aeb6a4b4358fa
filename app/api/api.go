// Package api is the JSON API, version 1 (design.md §8). One table of routes,
// made from the descriptors of the kinds and a few hand-made ones, is what the
// router serves, what the OpenAPI document describes and what the tests of
// rights walk. A handler decodes, calls one use case, encodes; what may be seen
// or done is decided in record and account.
package api

import (
	"colocate/app/account"
	"colocate/app/authz"
	"colocate/app/record"
	"colocate/domain/kind"
)

// Handler serves the API. Its fields are set once, before Routes.
type Handler struct {
	Records  *record.Engine
	Accounts *account.Service
	Kinds    *kind.Registry
	Policy   *authz.Policy
	// ExampleID gives the id of the record of a kind that examples refer to;
	// nil is ExampleID.
	ExampleID func(kind string) string
}
