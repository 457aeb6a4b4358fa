package api

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"colocate/domain/kind"
)

// accountSchemas are those of the hand-made routes.
func accountSchemas() map[string]*Schema {
	text := func() *Schema { return &Schema{Type: "string"} }
	when := func() *Schema { return plain(kind.Time) }
	day := func() *Schema { return plain(kind.DateType) }
	many := func(s *Schema) *Schema { return &Schema{Type: "array", Items: s} }
	var roles []string
	for _, r := range kind.Roles {
		roles = append(roles, string(r))
	}
	user := Properties{{"id", ref("Id")}, {"name", text()}, {"lang", plain(kind.LangType)}, {"disabled", &Schema{Type: "boolean"}}}
	token := Properties{{"id", ref("Id")}, {"use", &Schema{Type: "string", Enum: []string{"api", "sign_in"}}}, {"name", text()},
		{"mission", ref("Id")}, {"created_at", when()}, {"expires_at", when()}}
	issued := append(token[:len(token):len(token)], Property{"token", &Schema{Type: "string", Pattern: tokenPattern}})
	tokenKeys := []string{"id", "use", "created_at", "expires_at"}
	password := &Schema{Type: "string", Format: "password", MinLength: number64(15), MaxLength: number64(200)}
	name := func() *Schema { return &Schema{Type: "string", MinLength: number64(3), MaxLength: number64(64)} }
	return map[string]*Schema{
		"SetUpInput": closed([]string{"code", "name", "password"}, Property{"code", text()}, Property{"name", name()},
			Property{"password", password}, Property{"lang", plain(kind.LangType)}),
		"SignInInput": closed([]string{"name", "password"}, Property{"name", text()},
			Property{"password", &Schema{Type: "string", Format: "password"}}, Property{"mission", ref("Id")}),
		"TokenInput": closed([]string{"name"}, Property{"name", &Schema{Type: "string", MinLength: number64(1), MaxLength: number64(80)}},
			Property{"mission", ref("Id")}, Property{"expires_at", when()}),
		"User":     object([]string{"id", "name", "disabled"}, user...),
		"Token":    object(tokenKeys, token...),
		"NewToken": object(append(tokenKeys, "token"), issued...),
		"SignIn": object(append(tokenKeys, "token", "account", "missions"),
			append(issued[:len(issued):len(issued)], Property{"account", ref("Id")}, Property{"missions", many(ref("Id"))})...),
		"Grant": object([]string{"id", "account", "role", "from"}, Property{"id", ref("Id")}, Property{"account", ref("Id")},
			Property{"mission", ref("Id")}, Property{"role", &Schema{Type: "string", Enum: roles}}, Property{"units", many(ref("Id"))},
			Property{"remit", many(text())}, Property{"from", day()}, Property{"to", day()}),
		"Profile": object([]string{"id", "name", "person", "missions", "grants"}, append(user[:len(user):len(user)],
			Property{"person", text()}, Property{"mission", ref("Id")}, Property{"missions", many(ref("Id"))},
			Property{"grants", many(ref("Grant"))})...),
	}
}

// account starts the description of a hand-made route.
func (b *builder) account(id, summary, status string, answer *Schema, example string) *Operation {
	r := &Response{Description: b.t.T("page.docs.answer", nil)}
	if answer != nil {
		r.Content = map[string]MediaType{fiber.MIMEApplicationJSON: {Schema: answer, Example: json.RawMessage(example)}}
	} else {
		r.Description = b.t.T("page.docs.answer_empty", nil)
	}
	op := &Operation{OperationID: id, Summary: b.t.T("page.docs.op."+summary, nil), Tags: []string{"account"},
		Responses: map[string]*Response{status: r}}
	return b.refuse(op, kind.CodeMalformed)
}

// taking adds what a hand-made route takes.
func (b *builder) taking(op *Operation, s *Schema, example string) *Operation {
	op.RequestBody = jsonBody(true, s, json.RawMessage(example))
	return b.refuse(op, kind.CodeTooLarge, kind.CodeUnsupported, kind.CodeInvalid)
}

func (b *builder) token(extra string) string {
	return `{"id":"` + b.id("token") + `","use":"api","name":"statistics","mission":"` + b.id("mission") +
		`","created_at":"` + exampleTime + `","expires_at":"2027-02-21T08:30:00.000Z"` + extra + `}`
}

func (b *builder) setUp() *Operation {
	op := b.account("setUp", "set_up", "201", ref("User"), `{"id":"`+b.id("account")+`","name":"amina","disabled":false}`)
	return b.refuse(b.taking(op, ref("SetUpInput"), `{"code":"…","name":"amina","password":"a long sentence of your own"}`), kind.CodeNotFound)
}

func (b *builder) signIn() *Operation {
	op := b.account("signIn", "sign_in", "201", ref("SignIn"), `{"id":"`+b.id("token")+`","use":"sign_in","mission":"`+b.id("mission")+
		`","created_at":"`+exampleTime+`","expires_at":"2026-11-23T20:30:00.000Z","token":"clc_…","account":"`+b.id("account")+
		`","missions":["`+b.id("mission")+`"]}`)
	return b.refuse(b.taking(op, ref("SignInInput"), `{"name":"amina","password":"a long sentence of your own"}`), kind.CodeUnauthenticated)
}

func (b *builder) me() *Operation {
	return b.account("me", "me", "200", ref("Profile"), `{"id":"`+b.id("account")+`","name":"amina","disabled":false,"person":"`+b.id("person")+
		`","mission":"`+b.id("mission")+`","missions":["`+b.id("mission")+`"],"grants":[{"id":"`+b.id("grant")+`","account":"`+b.id("account")+
		`","mission":"`+b.id("mission")+`","role":"adviser","from":"2026-01-15"}]}`)
}

func (b *builder) tokens() *Operation {
	return b.account("listTokens", "tokens", "200", object([]string{"items", "next"},
		Property{"items", &Schema{Type: "array", Items: ref("Token")}}, Property{"next", &Schema{Type: "null"}}),
		`{"items":[`+b.token("")+`],"next":null}`)
}

func (b *builder) addToken() *Operation {
	op := b.account("createToken", "token_create", "201", ref("NewToken"), b.token(`,"token":"clc_…"`))
	return b.refuse(b.taking(op, ref("TokenInput"), `{"name":"statistics"}`), kind.CodeForbidden)
}

func (b *builder) revokeToken() *Operation {
	return b.refuse(b.account("revokeToken", "token_revoke", "204", nil, ""), kind.CodeNotFound)
}
