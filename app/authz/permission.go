package authz

import "colocate/domain/kind"

// Service lists the permissions on the service's own objects (domain.md §5.2
// "Users, roles, keys" and "Audit log").
var Service = []Permission{
	{"account", "create"}, {"account", "read"}, {"account", "update"}, {"account", "disable"},
	{"token", "create"}, {"token", "read"}, {"token", "revoke"},
	{"journal", "read"},
}

// Permissions lists every permission of a program whose kinds are reg's: for
// each kind with routes create, read, read_con where something of it is CON,
// update unless it is fixed, translate where it has texts, and its verbs; then
// Service.
func Permissions(reg *kind.Registry) []Permission {
	var all []Permission
	for _, d := range reg.All() {
		if !d.Unlisted {
			all = append(all, ofKind(d)...)
		}
	}
	return append(all, Service...)
}

func ofKind(d *kind.Descriptor) []Permission {
	perms := []Permission{{d.Name, "create"}, {d.Name, "read"}}
	if d.Class == kind.CON || anyCON(d.Fields) {
		perms = append(perms, Permission{d.Name, "read_con"})
	}
	if d.Nameable {
		perms = append(perms, Permission{d.Name, "name"})
	}
	if !d.Fixed {
		perms = append(perms, Permission{d.Name, "update"})
	}
	if d.Translation() != nil {
		perms = append(perms, Permission{d.Name, kind.ActTranslate})
	}
	for _, v := range d.Flow.Verbs {
		perms = append(perms, Permission{d.Name, v.Name})
	}
	return perms
}

func anyCON(fields []*kind.Field) bool {
	for _, f := range fields {
		if f.Class == kind.CON || anyCON(f.Fields) {
			return true
		}
	}
	return false
}
