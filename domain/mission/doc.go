// Package mission declares the frame that every other record stands in: the
// missions themselves, their offices, the UN's people and where they are
// posted, and the reference lists (domain.md §2.1, §2.3, §3). Standard library
// only.
package mission

import "colocate/domain/kind"

// Kinds are the kinds of this folder.
var Kinds kind.Kinds
