// Package form makes forms of descriptors: the controls of a kind's record or
// of a verb's input, and of what was posted the document that the record engine
// takes (design.md §7). What was typed stays as it was typed, through every
// error; what a form does not show, and what nobody changed in it, goes back to
// the engine as it was, translations included.
//
// A control is named by the dotted path of its field ("participants.0.party",
// "start.date"), with the prefix of its form in front. Its id is "f-" and the
// name with dashes for dots; its error is "<id>-err", its hint "<id>-hint".
// Names of which a part begins with "_" are the form's own.
package form

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// Form is the form of a kind's record or of a verb's input: what was typed,
// what is wrong with it, what can be chosen. It serves one request.
type Form struct {
	// ID is the id of a new record, made with the form: sending it twice makes
	// one record. ETag is the version that an edit or a verb starts from, Key
	// what tells one sending of a verb from another.
	ID, ETag, Key string
	// Back is where to go on once it is done, as the page said that the form stood
	// on; "" is the record. It comes from a client: ui.Site.Done makes it safe.
	Back string

	p       ui.Page
	kind    *kind.Descriptor
	verb    *kind.VerbDescriptor
	by      kind.DecodeBy
	fields  []*kind.Field // those that the reader fills in
	prefix  string
	root    *node // as typed
	shown   *node // as the record has it
	base    any   // of the record: its fields as JSON, nil for a new one
	edited  bool
	faults  []fault
	left    []leftOver
	choices map[string]*choices // by path without indexes
	names   ui.Names            // of what is chosen and not offered
	langs   []Choice            // see languages
}

// Kind is an empty form for a record of d, as the one who sends it, by, fills
// it in. Its labels are field.<kind>.<path>.label.
func Kind(p ui.Page, d *kind.Descriptor, by kind.DecodeBy) *Form {
	return start(p, d, nil, d.Fields, by)
}

// Verb is an empty form for the input of a verb. Its labels are
// field.<kind>.<verb>.<path>.label.
func Verb(p ui.Page, d *kind.Descriptor, v *kind.VerbDescriptor, by kind.DecodeBy) *Form {
	return start(p, d, v, v.Fields, by)
}

func start(p ui.Page, d *kind.Descriptor, v *kind.VerbDescriptor, fields []*kind.Field, by kind.DecodeBy) *Form {
	f := &Form{p: p, kind: d, verb: v, by: by, root: &node{}, choices: map[string]*choices{}, ID: NewID(), Key: NewID()}
	f.fields = f.open(fields)
	return f
}

// open are the fields of fs that the reader fills in.
func (f *Form) open(fs []*kind.Field) []*kind.Field {
	var out []*kind.Field
	for _, x := range fs {
		if !x.Server && x.Class <= f.by.Class && (x.Class <= kind.SHR || f.by.Side == kind.UN) {
			out = append(out, x)
		}
	}
	return out
}

// Prefix puts "s." in front of every name, so that several forms share one
// <form> ("a0.text.text"). It is called before Load and Read.
func (f *Form) Prefix(s string) *Form {
	f.prefix = s + "."
	return f
}

// Get is what stands in the control at path: what was typed, else what the
// record has, else "". A box that is ticked is "true".
func (f *Form) Get(path string) string {
	n := f.root.at(path)
	if n == nil {
		return ""
	}
	return n.text
}

// Set puts v into the control at path, making the rows that it needs.
func (f *Form) Set(path, v string) { f.root.make(path).text = v }

// Rows is how many rows the list at path has in the form.
func (f *Form) Rows(path string) int {
	n := f.root.at(path)
	if n == nil {
		return 0
	}
	return len(n.rows)
}

// Values lists what is chosen or typed in the list of words at path.
func (f *Form) Values(path string) []string {
	n := f.root.at(path)
	if n == nil {
		return nil
	}
	var out []string
	for _, r := range n.rows {
		if r.text != "" {
			out = append(out, r.text)
		}
	}
	return out
}

// Blank reports whether nothing was typed, chosen or ticked.
func (f *Form) Blank() bool {
	for _, x := range f.fields {
		if !blank(x, f.root.part(x.Name)) {
			return false
		}
	}
	return true
}

// Edited reports whether a button was pressed that changes the form and no
// record, such as "add a row" or "find", or the form came back with a new
// sign-in: show it again, save nothing.
func (f *Form) Edited() bool { return f.edited }

// Name is the name of the control at path.
func (f *Form) Name(path string) string { return f.prefix + path }

// Anchor is the id of the control at path.
func (f *Form) Anchor(path string) string {
	return "f-" + strings.ReplaceAll(f.prefix+path, ".", "-")
}

// field is the field that path leads to or into, nil if none.
func (f *Form) field(path string) *kind.Field {
	fs := f.fields
	var found *kind.Field
	for seg := range strings.SplitSeq(path, ".") {
		if isIndex(seg) {
			continue
		}
		x := named(fs, seg)
		if x == nil {
			return found
		}
		found, fs = x, f.open(x.Fields)
	}
	return found
}

func named(fs []*kind.Field, name string) *kind.Field {
	for _, x := range fs {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// label is the word for the field at path.
func (f *Form) label(path string) string {
	owner := f.kind.Name
	if f.verb != nil {
		owner += "." + f.verb.Name
	}
	return f.p.Say("field." + owner + "." + bare(path) + ".label")
}

// newRow stands for the number of a row that a script adds.
const newRow = "__N__"

func isIndex(seg string) bool {
	if seg == newRow {
		return true
	}
	_, err := strconv.ParseUint(seg, 10, 16)
	return err == nil
}

// bare is path without its indexes.
func bare(path string) string {
	var out []string
	for seg := range strings.SplitSeq(path, ".") {
		if !isIndex(seg) {
			out = append(out, seg)
		}
	}
	return strings.Join(out, ".")
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// NewID is a new id of a record, or key of a sending.
func NewID() string { return uuid.NewString() }
