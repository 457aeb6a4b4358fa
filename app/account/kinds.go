package account

import (
	"time"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// declared are the service's own kinds of document. They are not among the
// subject's: nothing made for every kind alike, no route, mask, export or feed,
// ever meets one. Callers see User, Grant and TokenInfo.
var declared kind.Kinds

// Shelves are this package's shelves, with the indexes that serve its queries.
var Shelves = []store.Shelf{
	{Name: "account", Indexes: []store.Index{{Fields: []string{"name_key"}}, {Fields: []string{"realm", "name_key"}},
		{Fields: []string{"missions", "name_key"}, Multi: "missions"}}},
	{Name: "grant", Indexes: []store.Index{{Fields: []string{"account"}}}},
	{Name: "token", Indexes: []store.Index{{Fields: []string{"hash"}}, {Fields: []string{"account"}}}},
}

// account is somebody, or a program, that may sign in. Head.Lang is the
// language they want to be answered in.
type account struct {
	kind.Head
	Realm    string `f:"realm,required,max=16"` // who vouches for the name
	Name     string `f:"name,required,max=64"`
	NameKey  string `f:"name_key,required,max=192"` // fold(Name): no two accounts share it
	Password string `f:"password,max=200"`          // Argon2id in PHC form; none: no sign-in by password
	Links    []link `f:"links,max=50"`
	Disabled bool   `f:"disabled"`
	// Missions are those in which the account ever held a role of its own:
	// whose administrators see it.
	Missions []string   `f:"missions,max=200,each=36"`
	Content  value.Lang `f:"content"` // Content, Digits, Zone and Theme: see Preferences
	Digits   string     `f:"digits,max=8"`
	Zone     string     `f:"zone,max=60"`
	Theme    string     `f:"theme,max=8"`
	// Epoch is raised to end every sign-in at once: a token bears the epoch it
	// was made in.
	Epoch int64 `f:"epoch,min=0"`
}

// link tells which record of a mission the account belongs to.
type link struct {
	Mission string `f:"mission,required,max=36"`
	Kind    string `f:"of,required,max=16"` // "person" or "counterpart"
	ID      string `f:"record,required,max=36"`
}

// grant is one role of one account, in one mission, for a time. Mission is
// empty for an administrator of the whole service.
type grant struct {
	kind.Head
	Account string     `f:"account,required,max=36"`
	Mission string     `f:"mission,max=36"`
	Role    string     `f:"role,required,max=32"`
	Units   []string   `f:"units,max=50,each=36"`
	Remit   []string   `f:"remit,max=100,each=64"`
	From    value.Date `f:"from,required"`
	To      value.Date `f:"to"` // the last day of duty; empty is open
}

// token is a proof that was handed out: an API token, a sign-in or an
// invitation. Device is where a sign-in was made, in a few words.
type token struct {
	kind.Head
	Account string    `f:"account,required,max=36"`
	Mission string    `f:"mission,max=36"`
	Use     string    `f:"use,required,max=16"`
	Name    string    `f:"name,max=80"`
	Device  string    `f:"device,max=80"`
	Hash    string    `f:"hash,required,max=64"`
	Expires time.Time `f:"expires,required"`
	Revoked bool      `f:"revoked"`
	Epoch   int64     `f:"epoch,min=0"`
}

// local accounts are vouched for by this service.
const local = "local"

// Uses of a token.
const (
	useAPI    = "api"
	useSignIn = "sign_in"
	useInvite = "invite"
)

var (
	_ = kind.Declare[account](&declared, own("account"))
	_ = kind.Declare[grant](&declared, own("grant"))
	_ = kind.Declare[token](&declared, own("token"))
)

func own(name string) kind.Spec {
	return kind.Spec{Name: name, Class: kind.CON, Scope: kind.Service(), Unlisted: true}
}
