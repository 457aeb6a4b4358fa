// Package mentoring declares what the UN and the host police do together:
// sessions, what the UN keeps to itself about them, and the actions that were
// agreed (domain.md §2.6, §2.7). A session and its annex are separate records,
// so that not even the existence of the second shows on the first. Standard
// library only.
package mentoring

import "colocate/domain/kind"

// Kinds are the kinds of this folder.
var Kinds kind.Kinds
