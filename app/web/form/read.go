package form

import (
	"bytes"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"colocate/app/middleware"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// maxFields is how many values a form may post.
const maxFields = 2000

// leftOver is a posted value that this form has no place for.
type leftOver struct{ name, text string }

// Posted reads the values of a posted form. Another content type, or an encoded
// body, is CodeUnsupported, more than 2,000 values CodeTooLarge, what cannot be
// read CodeMalformed.
func Posted(c *fiber.Ctx) (url.Values, error) {
	t, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	charset := params["charset"]
	if err != nil || t != fiber.MIMEApplicationForm || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return nil, kind.E(kind.CodeUnsupported, "error.form.media_type", err)
	}
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return nil, kind.E(kind.CodeUnsupported, "error.content_encoding", nil)
	}
	body := c.Request().Body() // c.Body would inflate it without limit
	if bytes.Count(body, []byte("&")) >= maxFields {
		return nil, kind.E(kind.CodeTooLarge, "error.too_large", nil)
	}
	v, err := url.ParseQuery(string(body))
	if err != nil || !sound(v) {
		return nil, kind.E(kind.CodeMalformed, "error.form.unreadable", err)
	}
	return v, nil
}

// sound reports whether all of v is UTF-8, as browsers send it.
func sound(v url.Values) bool {
	for name, vals := range v {
		if !utf8.ValidString(name) || slices.ContainsFunc(vals, func(s string) bool { return !utf8.ValidString(s) }) {
			return false
		}
	}
	return true
}

// Read takes what was posted, as Posted answers it. A button that changes the
// form ("add a row") is obeyed; see Edited. A form that was made for somebody
// else is CodeForbidden: what another typed is not shown to who is here now.
func (f *Form) Read(c *fiber.Ctx) error {
	v, err := Posted(c)
	if err != nil {
		return err
	}
	if by := v.Get("_by"); by != "" && by != f.p.For() {
		return kind.E(kind.CodeForbidden, "error.form.somebody_else", nil)
	}
	f.take(v)
	f.edited = f.edited || middleware.Resumed(c)
	return nil
}

// Preset takes what the address of the form says in its query ("?unit=<id>"),
// for references alone: words of anybody's choice do not get into a page that
// is compressed together with what only its reader may see. The rest of the
// query is not the form's.
func (f *Form) Preset(c *fiber.Ctx) {
	for _, x := range f.fields {
		if s := c.Query(x.Name); x.Type == kind.RefType && !x.List && value.ValidID(refOf(x, s).ID) && slices.Contains(x.To, refOf(x, s).Kind) {
			f.Set(x.Name, s)
		}
	}
}

// take reads posted values into the form.
func (f *Form) take(v url.Values) {
	in := &node{}
	for name, vals := range v {
		path, ok := strings.CutPrefix(name, f.prefix)
		if !ok || own(path) {
			continue
		}
		if !f.put(in, path, vals) {
			f.left = append(f.left, leftOver{path, strings.Join(vals, "\n")})
		}
	}
	slices.SortFunc(f.left, func(a, b leftOver) int { return strings.Compare(a.name, b.name) })
	f.controls(v)
	for _, path := range f.mine(v["_in"]) {
		if f.knows(path) {
			open(in, path)
		}
	}
	f.drop(in, f.mine(v["_drop"]))
	f.settle(f.fields, in)
	merge(f.fields, in, f.shown)
	f.pick(v, in)
	f.root = in
	f.add(f.mine(v["_add"]))
	if len(f.mine(v["_find"])) > 0 {
		f.edited = true
	}
}

// pick gives up what was typed into the fields of which the page of a conflict
// says that the record's own content shall stay.
func (f *Form) pick(v url.Values, in *node) {
	for _, x := range f.fields {
		if v.Get("_pick."+f.prefix+x.Name) != theirs {
			continue
		}
		if was := f.shown.part(x.Name); was != nil {
			in.put(x.Name, was.clone())
		} else {
			delete(in.parts, x.Name)
		}
	}
}

// controls reads the form's own values.
func (f *Form) controls(v url.Values) {
	for name, to := range map[string]*string{"_id": &f.ID, "_etag": &f.ETag, "_key": &f.Key, "_back": &f.Back} {
		if s := v.Get(f.prefix + name); s != "" {
			*to = s
		}
	}
}

// mine are those of paths, as buttons name them, that belong to f, without its
// prefix.
func (f *Form) mine(paths []string) []string {
	var out []string
	for _, s := range paths {
		if path, ok := strings.CutPrefix(s, f.prefix); ok && path != "" {
			out = append(out, path)
		}
	}
	return out
}

// put notes the values of one control, and reports whether the form has one of
// this name. Indexes stay as they were sent until settle.
func (f *Form) put(in *node, path string, vals []string) bool {
	if !f.knows(path) {
		return false
	}
	x := f.field(path)
	for i, s := range vals {
		vals[i] = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	last := path[strings.LastIndexByte(path, '.')+1:]
	if x.List && !rows(x) && last == x.Name {
		for _, s := range vals { // boxes: each that is ticked sends its value
			if s != "" {
				n := open(in, path)
				n.rows = append(n.rows, &node{text: s})
			}
		}
		return true
	}
	open(in, path).text = vals[len(vals)-1] // a box after its hidden "false"
	return true
}

// open is the node at path, made where missing; indexes are names.
func open(n *node, path string) *node {
	for seg := range strings.SplitSeq(path, ".") {
		if n.part(seg) == nil {
			n.put(seg, &node{})
		}
		n = n.parts[seg]
	}
	return n
}

// knows reports whether path names a control that this form can have.
func (f *Form) knows(path string) bool {
	fs := f.fields
	segs := strings.Split(path, ".")
	for i := 0; i < len(segs); i++ {
		x := named(fs, segs[i])
		if x == nil {
			return false
		}
		if x.List && i+1 < len(segs) && isIndex(segs[i+1]) {
			i++
		}
		rest := segs[i+1:]
		if len(rest) == 0 {
			return true
		}
		if x.Type != kind.Struct || own(rest[0]) {
			return len(rest) == 1 && (own(rest[0]) || slices.Contains(parts[x.Type], rest[0]))
		}
		fs = f.open(x.Fields)
	}
	return false
}

// drop takes rows out, before they are counted anew.
func (f *Form) drop(in *node, paths []string) {
	for _, path := range paths {
		i := strings.LastIndexByte(path, '.')
		if i < 0 || !f.knows(path) {
			continue
		}
		if n := in.at(path[:i]); n != nil {
			delete(n.parts, path[i+1:])
		}
		f.edited = true
	}
}

// add puts an empty row at the end of a list.
func (f *Form) add(paths []string) {
	for _, path := range paths {
		if x := f.field(path); x == nil || !x.List || !f.knows(path) {
			continue
		}
		if n := f.root.make(path); len(n.rows) < maxRows {
			n.rows = append(n.rows, &node{})
		}
		f.edited = true
	}
}

// settle makes rows of what was sent under indexes, in their order.
func (f *Form) settle(fs []*kind.Field, in *node) {
	for _, x := range fs {
		n := in.part(x.Name)
		if n == nil {
			continue
		}
		if x.List {
			n.gather()
		} else if x.Type == kind.Bool && !x.Pointer && n.text == "" {
			n.text = "false" // a box that is not ticked sends nothing
		}
		if x.Type != kind.Struct {
			continue
		}
		sub := f.open(x.Fields)
		if !x.List {
			f.settle(sub, n)
		}
		for _, r := range n.rows {
			f.settle(sub, r)
		}
	}
}

// gather makes rows of the parts of n that are named by numbers.
func (n *node) gather() {
	var at []int
	for name := range n.parts {
		if i, ok := index(name); ok && strconv.Itoa(i) == name {
			at = append(at, i)
		}
	}
	slices.Sort(at)
	for _, i := range at {
		name := strconv.Itoa(i)
		if len(n.rows) < maxRows {
			n.rows = append(n.rows, n.parts[name])
		}
		delete(n.parts, name)
	}
	delete(n.parts, newRow) // a template is no row
}

// merge takes over what the record has and the posted form did not show.
func merge(fs []*kind.Field, in, shown *node) {
	for _, x := range fs {
		was := shown.part(x.Name)
		n := in.part(x.Name)
		switch {
		case was == nil:
		case n == nil:
			in.put(x.Name, was.clone())
		case x.Type == kind.Struct && x.List:
			for _, r := range n.rows {
				merge(x.Fields, r, was.row(r.word(rowOf)))
			}
		case x.Type == kind.Struct:
			merge(x.Fields, n, was)
		}
	}
}

// row is the row that the form calls name, nil if there is none.
func (n *node) row(name string) *node {
	i, ok := index(name)
	if n == nil || !ok || i >= len(n.rows) {
		return nil
	}
	return n.rows[i]
}
