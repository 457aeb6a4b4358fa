package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// spec is what the pages show of an OpenAPI 3.1 document.
type spec struct {
	Info       struct{ Title, Description string }
	Tags       []specTag
	Paths      map[string]map[string]*specOperation
	Components struct {
		Schemas   map[string]*specSchema
		Responses map[string]*specResponse
	}
}

type specTag struct{ Name, Description string }

type specOperation struct {
	OperationID          string
	Summary, Description string
	Tags                 []string
	Parameters           []specParameter
	RequestBody          *struct{ Content map[string]specMedia }
	Responses            map[string]*specResponse
	Security             *[]map[string][]string

	method, path string
}

type specParameter struct {
	Name, In, Description string
	Required              bool
	Schema                *specSchema
}

type specResponse struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]specMedia
}

type specMedia struct {
	Schema  *specSchema
	Example json.RawMessage
}

type specSchema struct {
	Ref                  string `json:"$ref"`
	Title, Description   string
	Type, Format         string
	Enum                 []string
	EnumTitles           []string `json:"x-enum-titles"`
	MinLength, MaxLength *int64
	Minimum, Maximum     *int64
	MinItems, MaxItems   *int64
	Items                *specSchema
	Properties           specProperties
	Required             []string
	ReadOnly             bool
	Default              json.RawMessage
	CodeList             string `json:"x-code-list"`
	Class                string `json:"x-class"`
}

// specProperties keep the order of the document.
type specProperties []specProperty

type specProperty struct {
	Name   string
	Schema *specSchema
}

// UnmarshalJSON reads an object in the order of its members.
func (p *specProperties) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		f := specProperty{Name: name.(string)} // a member's name is a string
		if err := dec.Decode(&f.Schema); err != nil {
			return err
		}
		*p = append(*p, f)
	}
	return nil
}

// operations lists the operations of a tag, by path, then by method as people
// think of them: look, make, change.
func (s *spec) operations(tag string) []*specOperation {
	var all []*specOperation
	for path, methods := range s.Paths {
		for method, op := range methods {
			if slices.Contains(op.Tags, tag) {
				op.method, op.path = strings.ToUpper(method), path
				all = append(all, op)
			}
		}
	}
	slices.SortFunc(all, func(a, b *specOperation) int {
		if n := strings.Compare(a.path, b.path); n != 0 {
			return n
		}
		return methodRank(a.method) - methodRank(b.method)
	})
	return all
}

func methodRank(m string) int { return slices.Index([]string{"GET", "POST", "PUT", "DELETE"}, m) }

// schema follows a reference.
func (s *spec) schema(x *specSchema) *specSchema {
	if x != nil && x.Ref != "" {
		return s.Components.Schemas[x.name()]
	}
	return x
}

func (x *specSchema) name() string { return x.Ref[strings.LastIndexByte(x.Ref, '/')+1:] }

// field is one row of a table of fields.
type field struct {
	Path, Title, Type, Limits, Values, Class string
	Required, ReadOnly                       bool
}

// fields lists what an object holds; nested objects follow their field.
func (s *spec) fields(prefix string, x *specSchema) []field {
	x = s.schema(x)
	if x == nil {
		return nil
	}
	var rows []field
	for _, p := range x.Properties {
		path := prefix + p.Name
		rows = append(rows, field{Path: path, Title: p.Schema.Title, Type: typeOf(p.Schema), Limits: limitsOf(p.Schema),
			Values: valuesOf(p.Schema), Class: p.Schema.Class, Required: slices.Contains(x.Required, p.Name), ReadOnly: p.Schema.ReadOnly})
		if in := p.Schema.Items; in != nil && in.Type == "object" {
			rows = append(rows, s.fields(path+"[].", in)...)
		} else if p.Schema.Type == "object" {
			rows = append(rows, s.fields(path+".", p.Schema)...)
		}
	}
	return rows
}

// typeOf names a type as the document does: "string (date)", "Text", "Ref[]".
func typeOf(x *specSchema) string {
	switch {
	case x.Items != nil:
		return typeOf(x.Items) + "[]"
	case x.Ref != "":
		return x.name()
	case x.Format != "":
		return x.Type + " (" + x.Format + ")"
	}
	return x.Type
}

// limitsOf writes the bounds of a value or a list: "1–500", "≤ 20".
func limitsOf(x *specSchema) string {
	for _, b := range [][2]*int64{{x.MinItems, x.MaxItems}, {x.Minimum, x.Maximum}, {x.MinLength, x.MaxLength}} {
		if s := bounds(b[0], b[1]); s != "" {
			return s
		}
	}
	for _, p := range x.Properties { // of the text within a Text
		if x.Ref != "" && p.Name == "text" {
			return bounds(p.Schema.MinLength, p.Schema.MaxLength)
		}
	}
	return ""
}

func bounds(least, most *int64) string {
	switch {
	case least != nil && most != nil:
		return strconv.FormatInt(*least, 10) + "–" + strconv.FormatInt(*most, 10)
	case most != nil:
		return "≤ " + strconv.FormatInt(*most, 10)
	case least != nil:
		return "≥ " + strconv.FormatInt(*least, 10)
	}
	return ""
}

// valuesOf lists what a field may hold, or may point at, or whose codes.
func valuesOf(x *specSchema) string {
	if x.Items != nil {
		return valuesOf(x.Items)
	}
	for _, p := range x.Properties { // the kinds that a reference may point at
		if x.Ref != "" && p.Name == "kind" {
			return strings.Join(p.Schema.Enum, " · ")
		}
	}
	if x.CodeList != "" {
		return x.CodeList
	}
	return strings.Join(x.Enum, " · ")
}
