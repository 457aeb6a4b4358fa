package kind

import (
	"strconv"
	"strings"
)

// trail is where in a record a walk stands. It becomes a path, a JSON pointer
// without its first slash, only when something is found there.
type trail []step

type step struct {
	name string
	i    int
}

func (t *trail) in(name string) { *t = append(*t, step{name: name}) }
func (t *trail) at(i int)       { *t = append(*t, step{i: i}) }
func (t *trail) out()           { *t = (*t)[:len(*t)-1] }

// path is the trail, and below it part where that is not "".
func (t *trail) path(part string) string {
	var b strings.Builder
	for i, s := range *t {
		if i > 0 {
			b.WriteByte('/')
		}
		if s.name == "" {
			b.WriteString(strconv.Itoa(s.i))
		} else {
			b.WriteString(escape(s.name))
		}
	}
	if part != "" {
		if b.Len() > 0 {
			b.WriteByte('/')
		}
		b.WriteString(part)
	}
	return b.String()
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// escape makes a name safe inside a JSON pointer (RFC 6901 §3).
func escape(name string) string { return escaper.Replace(name) }
