package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"colocate/domain/kind"
)

// placeholder stands in an example for the id of a demonstration record of a
// kind: "@unit".
var placeholder = regexp.MustCompile(`"@([a-z_]+)"`)

// resolve puts ids into the places that example keeps for them.
func resolve(example string, id func(kind string) string) string {
	return placeholder.ReplaceAllStringFunc(example, func(s string) string {
		return `"` + id(strings.Trim(s, `"@`)) + `"`
	})
}

// ExampleID is the id that examples use for a record of kind name where there
// is no demonstration record: always the same, in the form of a UUID v4.
func ExampleID(name string) string {
	sum := sha256.Sum256([]byte("colocate example " + name))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

// idsOf gives the ids for d's example. One that refers to d itself refers to a
// record above it, such as the unit that a unit belongs to.
func (b *builder) idsOf(d *kind.Descriptor) func(kind string) string {
	return func(name string) string {
		if name == d.Name {
			return b.id(name + Above)
		}
		return b.id(name)
	}
}

// Above marks, after the name of a kind, the record that the example of the
// same kind refers to.
const Above = "/above"

// exampleTime is when the records of the examples were made.
const exampleTime = "2026-11-23T08:30:00.000Z"

// output is d's example as a UN reader gets it: the envelope, then what was
// sent. Nil if d has no example.
func (b *builder) output(d *kind.Descriptor) any {
	in := bytes.TrimSpace([]byte(resolve(d.Example, b.idsOf(d))))
	if len(in) < 2 {
		return nil
	}
	head := []string{`"id":"` + b.id(d.Name) + `"`}
	if d.Scope.By != kind.InService {
		head = append(head, `"mission_id":"`+b.id("mission")+`"`)
	}
	head = append(head, `"rev":1`)
	if len(d.Flow.States) > 0 {
		head = append(head, `"state":"`+string(d.Flow.States[0])+`"`)
	}
	by := b.id("person")
	head = append(head, `"created_by":"`+by+`"`, `"created_at":"`+exampleTime+`"`, `"updated_by":"`+by+`"`, `"updated_at":"`+exampleTime+`"`)
	if rest := bytes.TrimSpace(in[1 : len(in)-1]); len(rest) > 0 {
		head = append(head, string(rest))
	}
	return json.RawMessage("{" + strings.Join(head, ",") + "}")
}

// listExample is a page with item, nil for no item.
func (b *builder) listExample(item any) any {
	raw, ok := item.(json.RawMessage)
	if !ok {
		return nil
	}
	return json.RawMessage(`{"items":[` + string(raw[:len(raw)-1]) + `,"etag":"\"AAECAwQFBgcICQoLDA0ODw\""}],"next":null}`)
}
