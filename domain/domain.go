// Package domain gathers the subject: every kind of record that the program
// knows, from the folders below (domain.md §9).
package domain

import (
	"slices"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/mission"
)

// Kinds lists the declarations of all folders, for kind.Compile.
func Kinds() kind.Kinds {
	return slices.Concat(mission.Kinds, host.Kinds, mentoring.Kinds)
}
