package api

import (
	"strings"

	"colocate/domain/kind"
)

// Forms that texts on the wire have.
const (
	uuidPattern    = `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`
	codePattern    = `^[A-Z0-9][A-Z0-9-]{1,31}$`
	partialPattern = `^\d{4}(-\d{2}(-\d{2})?)?$`
	amountPattern  = `^-?\d{1,15}(\.\d{1,4})?$`
	tokenPattern   = `^\S+$`
)

var classNames = map[kind.Class]string{kind.PUB: "PUB", kind.SHR: "SHR", kind.MIS: "MIS", kind.CON: "CON", kind.STR: "STR"}

// fieldSchemas turns the fields of a kind, of a verb's input or of a nested
// struct into schemas. prefix is where their labels are: "field.session".
func (b *builder) fieldSchemas(prefix string, fields []*kind.Field, input bool) (props Properties, required []string) {
	for _, f := range fields {
		if input && f.Server {
			continue
		}
		props = append(props, Property{f.Name, b.field(prefix, f, input)})
		if input && f.Required {
			required = append(required, f.Name)
		}
	}
	return props, required
}

// field is the schema of one field, a list or not.
func (b *builder) field(prefix string, f *kind.Field, input bool) *Schema {
	var s *Schema
	if f.List {
		item := b.scalar(prefix, f, input)
		if f.Each > 0 && f.CodeList == "" {
			item = withLength(item, nil, &f.Each)
		}
		s = &Schema{Type: "array", Items: item, MinItems: f.Min, MaxItems: f.Max}
	} else {
		s = limits(f, b.scalar(prefix, f, input))
	}
	s.Title = b.label(prefix+"."+f.Name+".label", f.Name)
	s.Class = classNames[f.Class]
	s.ReadOnly = f.Server
	return s
}

// scalar is the schema of one value of f.
func (b *builder) scalar(prefix string, f *kind.Field, input bool) *Schema {
	if f.CodeList != "" {
		return &Schema{Type: "string", CodeList: f.CodeList}
	}
	switch f.Type {
	case kind.Struct:
		props, required := b.fieldSchemas(prefix+"."+f.Name, f.Fields, input)
		if input {
			return closed(required, props...)
		}
		return object(nil, props...)
	case kind.Enum:
		if f.EnumName == "" { // the state of an envelope, whose words are the kind's
			return &Schema{Type: "string", Enum: f.Values}
		}
		return b.enum(f)
	case kind.CodeType:
		return &Schema{Type: "string", Pattern: codePattern}
	case kind.RefType:
		s := ref("Ref")
		s.Properties = Properties{{"kind", &Schema{Enum: f.To}}}
		return s
	case kind.TextType:
		if input {
			return ref("TextInput")
		}
		return ref("Text")
	}
	return plain(f.Type)
}

func (b *builder) enum(f *kind.Field) *Schema {
	s := &Schema{Type: "string", Enum: f.Values}
	for _, v := range f.Values {
		s.EnumTitles = append(s.EnumTitles, b.label("enum."+f.EnumName+"."+v+".label", v))
	}
	return s
}

// plain is the schema of a type that looks the same in every field.
func plain(t kind.Type) *Schema {
	switch t {
	case kind.Bool:
		return &Schema{Type: "boolean"}
	case kind.Int:
		return &Schema{Type: "integer", Format: "int64"}
	case kind.Float:
		return &Schema{Type: "number"}
	case kind.LangType:
		return &Schema{Type: "string", Format: "language-tag"}
	case kind.Time:
		return &Schema{Type: "string", Format: "date-time"}
	case kind.DateType:
		return &Schema{Type: "string", Format: "date"}
	case kind.PartialDate:
		return &Schema{Type: "string", Pattern: partialPattern}
	}
	if name, ok := sharedNames[t]; ok {
		return ref(name)
	}
	return &Schema{Type: "string"}
}

var sharedNames = map[kind.Type]string{
	kind.PeriodType: "Period", kind.MoneyType: "Money", kind.SexCountType: "SexCount",
	kind.PointType: "Point", kind.PercentType: "Percent",
}

// limits adds what f's tags say of a single value.
func limits(f *kind.Field, s *Schema) *Schema {
	switch f.Type {
	case kind.Int, kind.Float:
		s.Minimum, s.Maximum = f.Min, f.Max
	case kind.String, kind.TextType:
		s = withLength(s, f.Min, f.Max)
		if f.Pattern != "" {
			s.Pattern = f.Pattern
		}
	}
	return s
}

// withLength bounds the runes of a text, plain or with its language.
func withLength(s *Schema, least, most *int64) *Schema {
	if least == nil && most == nil {
		return s
	}
	if s.Ref != "" {
		s.Properties = Properties{{"text", &Schema{MinLength: least, MaxLength: most}}}
		return s
	}
	s.MinLength, s.MaxLength = least, most
	return s
}

func number64(n int64) *int64 { return &n }

// sharedSchemas are those of the values that many fields hold.
func sharedSchemas() map[string]*Schema {
	text := func() *Schema { return &Schema{Type: "string"} }
	lang := func() *Schema { return plain(kind.LangType) }
	count := func() *Schema { return &Schema{Type: "integer", Minimum: number64(0)} }
	date := func() *Schema { return plain(kind.DateType) }
	translation := func(fields ...Property) *Schema {
		return &Schema{Type: "object", Names: lang(), Additional: object([]string{"text"}, append(Properties{
			{"text", text()},
			{"method", &Schema{Type: "string", Enum: []string{"human", "machine"}}},
			{"state", &Schema{Type: "string", Enum: []string{"draft", "verified"}}},
		}, fields...)...)}
	}
	return map[string]*Schema{
		"Id":  {Type: "string", Format: "uuid", Pattern: uuidPattern},
		"Ref": object([]string{"kind", "id"}, Property{"kind", text()}, Property{"id", ref("Id")}),
		"Text": object([]string{"lang", "text"}, Property{"lang", lang()}, Property{"text", text()},
			Property{"tr", translation(Property{"by", text()}, Property{"at", plain(kind.Time)})}),
		"TextInput": object([]string{"lang", "text"}, Property{"lang", lang()}, Property{"text", text()},
			Property{"tr", translation()}),
		"Period":   object([]string{"start"}, Property{"start", date()}, Property{"end", date()}),
		"Money":    object([]string{"amount", "ccy"}, Property{"amount", &Schema{Type: "string", Pattern: amountPattern}}, Property{"ccy", &Schema{Type: "string", Pattern: "^[A-Z]{3}$"}}),
		"SexCount": object(nil, Property{"female", count()}, Property{"male", count()}, Property{"other_undisclosed", count()}),
		"Percent":  object([]string{"num", "den"}, Property{"num", count()}, Property{"den", &Schema{Type: "integer", Minimum: number64(1)}}),
		"Point": object([]string{"lat", "lon"}, Property{"lat", &Schema{Type: "number", Minimum: number64(-90), Maximum: number64(90)}},
			Property{"lon", &Schema{Type: "number", Minimum: number64(-180), Maximum: number64(180)}}, Property{"precision_m", count()}),
		"Problem": problemSchema(),
	}
}

// problemSchema is RFC 9457 with what this API adds to it (style.md §2.2).
func problemSchema() *Schema {
	text := func() *Schema { return &Schema{Type: "string"} }
	fault := object([]string{"pointer", "code", "detail"}, Property{"pointer", &Schema{Type: "string", Format: "json-pointer"}},
		Property{"code", text()}, Property{"detail", text()}, Property{"allowed", &Schema{Type: "array", Items: text()}})
	return object([]string{"type", "title", "status"},
		Property{"type", &Schema{Type: "string", Format: "uri-reference"}}, Property{"title", text()},
		Property{"status", &Schema{Type: "integer"}}, Property{"detail", text()}, Property{"instance", text()},
		Property{"errors", &Schema{Type: "array", Items: fault}},
		Property{"state", text()}, Property{"possible", &Schema{Type: "array", Items: text()}},
		Property{"current", &Schema{Type: "object"}})
}

// schemaName is a kind's name as a schema's: "session_annex" is "SessionAnnex".
func schemaName(snake string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(snake, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
