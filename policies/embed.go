// Package policies holds the Casbin model and the policy: who, by role, may do
// what, and how far. Both are text reviewed like code; app/authz reads them
// strictly and a change here shows in its golden matrix (design.md §5).
package policies

import _ "embed"

// Model is the Casbin model: exact matches of role, object and action.
//
//go:embed model.conf
var Model string

// Policy is the policy, one line for each role, object and action, after the
// matrix of domain.md §5.2 as its §5.7 settles it.
//
//go:embed policy.csv
var Policy string
