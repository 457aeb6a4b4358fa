package api

import (
	"bytes"
	"encoding/json"
)

// Document is an OpenAPI 3.1 document, as far as this API needs the format.
type Document struct {
	OpenAPI    string                           `json:"openapi"`
	Info       Info                             `json:"info"`
	Servers    []Server                         `json:"servers"`
	Tags       []Tag                            `json:"tags"`
	Security   []map[string][]string            `json:"security"`
	Paths      map[string]map[string]*Operation `json:"paths"` // path -> lower-case method
	Components Components                       `json:"components"`
}

// Info says what the API is.
type Info struct {
	Title       string  `json:"title"`
	Version     string  `json:"version"`
	Description string  `json:"description"`
	License     License `json:"license"`
}

// License names the licence by its SPDX identifier.
type License struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier"`
}

// Server is where the paths start.
type Server struct {
	URL string `json:"url"`
}

// Tag groups the operations of one kind.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Components are the parts that operations refer to by name.
type Components struct {
	Schemas         map[string]*Schema        `json:"schemas"`
	Responses       map[string]*Response      `json:"responses"`
	SecuritySchemes map[string]SecurityScheme `json:"securitySchemes"`
}

// SecurityScheme is a way to say who calls.
type SecurityScheme struct {
	Type        string `json:"type"`
	Scheme      string `json:"scheme"`
	Description string `json:"description"`
}

// Operation is one method on one path.
type Operation struct {
	OperationID string               `json:"operationId"`
	Summary     string               `json:"summary"`
	Description string               `json:"description,omitempty"`
	Tags        []string             `json:"tags"`
	Parameters  []Parameter          `json:"parameters,omitempty"`
	RequestBody *RequestBody         `json:"requestBody,omitempty"`
	Responses   map[string]*Response `json:"responses"`
	// Security overrides the document's; one empty requirement is "nobody need
	// sign in".
	Security *[]map[string][]string `json:"security,omitempty"`
}

// Parameter is one thing in the path, the query or a header.
type Parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Required    bool    `json:"required,omitempty"`
	Description string  `json:"description,omitempty"`
	Schema      *Schema `json:"schema"`
	Example     any     `json:"example,omitempty"`
}

// RequestBody is what an operation takes.
type RequestBody struct {
	Required bool                 `json:"required"`
	Content  map[string]MediaType `json:"content"`
}

// MediaType is a body of one type.
type MediaType struct {
	Schema  *Schema `json:"schema"`
	Example any     `json:"example,omitempty"`
}

// Response is one answer; a Ref stands for one of the components.
type Response struct {
	Ref         string               `json:"$ref,omitempty"`
	Description string               `json:"description,omitempty"`
	Headers     map[string]Header    `json:"headers,omitempty"`
	Content     map[string]MediaType `json:"content,omitempty"`
}

// Header is one header of a Response.
type Header struct {
	Description string  `json:"description"`
	Schema      *Schema `json:"schema"`
}

// Schema is a JSON Schema 2020-12, as far as records need it. A Ref may stand
// beside other words, which then hold too.
type Schema struct {
	Ref         string     `json:"$ref,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Type        string     `json:"type,omitempty"`
	Format      string     `json:"format,omitempty"`
	Pattern     string     `json:"pattern,omitempty"`
	Enum        []string   `json:"enum,omitempty"`
	EnumTitles  []string   `json:"x-enum-titles,omitempty"`
	MinLength   *int64     `json:"minLength,omitempty"`
	MaxLength   *int64     `json:"maxLength,omitempty"`
	Minimum     *int64     `json:"minimum,omitempty"`
	Maximum     *int64     `json:"maximum,omitempty"`
	MinItems    *int64     `json:"minItems,omitempty"`
	MaxItems    *int64     `json:"maxItems,omitempty"`
	Items       *Schema    `json:"items,omitempty"`
	Properties  Properties `json:"properties,omitempty"`
	Names       *Schema    `json:"propertyNames,omitempty"`
	Required    []string   `json:"required,omitempty"`
	Additional  any        `json:"additionalProperties,omitempty"` // false or a *Schema
	ReadOnly    bool       `json:"readOnly,omitempty"`
	Default     any        `json:"default,omitempty"`
	CodeList    string     `json:"x-code-list,omitempty"` // reference list whose codes are the values
	Class       string     `json:"x-class,omitempty"`     // who may see it: PUB, SHR, MIS, CON, STR
}

// Properties are the fields of an object, in the order in which people should
// read them.
type Properties []Property

// Property is one field of an object.
type Property struct {
	Name   string
	Schema *Schema
}

// MarshalJSON writes an object whose members keep their order.
func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(f.Name)
		if err != nil {
			return nil, err
		}
		schema, err := json.Marshal(f.Schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(schema)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func ref(name string) *Schema { return &Schema{Ref: "#/components/schemas/" + name} }

func object(required []string, fields ...Property) *Schema {
	return &Schema{Type: "object", Properties: fields, Required: required}
}

// closed is object where no other field may be sent.
func closed(required []string, fields ...Property) *Schema {
	s := object(required, fields...)
	s.Additional = false
	return s
}
