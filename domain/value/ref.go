package value

import "slices"

// Ref points at a record of the same mission, or of the service. On the wire
// and stored: {kind, id}.
type Ref struct{ Kind, ID string }

// IsZero reports whether r points at nothing.
func (r Ref) IsZero() bool { return r.ID == "" }

// Is reports whether r points at a record of one of kinds.
func (r Ref) Is(kinds ...string) bool { return slices.Contains(kinds, r.Kind) }

// Check returns the rules that r breaks. Whether the record exists is not
// asked here.
func (r Ref) Check() []Broken {
	if r.Kind == "" || !ValidID(r.ID) {
		return []Broken{wrong("", KeyReference)}
	}
	return nil
}

// ValidID reports whether s is a UUID in canonical text form: 36 characters,
// lower case (domain.md §0). It does not ask for a version, and nothing may be
// read out of an id.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !digit(s[i]) && (s[i] < 'a' || s[i] > 'f') {
				return false
			}
		}
	}
	return true
}
