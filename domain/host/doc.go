// Package host declares the host state's side: its police services, their
// units and strength, and the officers whom the UN works with (domain.md §2.2,
// §2.4). Standard library only.
package host

import "colocate/domain/kind"

// Kinds are the kinds of this folder.
var Kinds kind.Kinds
