package server

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"colocate/app/account"
	"colocate/app/store"
	"colocate/app/store/sqlitestore"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// operations are what a terminal can ask of a service, by name.
var operations = map[string]func(ctx context.Context, c *Core, in []byte) (any, error){
	"user-add":     operation(addUser),
	"token-add":    operation(addToken),
	"token-list":   operation(listTokens),
	"token-revoke": operation(revokeToken),
	"backup":       operation(backup),
	"verify":       operation(verify),
}

func operation[In, Out any](f func(context.Context, *Core, In) (Out, error)) func(context.Context, *Core, []byte) (any, error) {
	return func(ctx context.Context, c *Core, data []byte) (any, error) {
		var in In
		if err := json.Unmarshal(data, &in); err != nil {
			return nil, fmt.Errorf("the command is of another version than the server: %w", err)
		}
		return f(ctx, c, in)
	}
}

// run calls an operation and reads its answer.
func run[Out any](ctx context.Context, a *Admin, op string, in any) (out Out, err error) {
	data, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	answer, err := a.call(ctx, op, data)
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(answer, &out)
}

// UserToAdd is an account to be made, with its first role. Mission and Units
// are codes; an empty Mission is the service itself. Person and Counterpart are
// ids of the record that the account belongs to, at most one of them.
type UserToAdd struct {
	Name, Password string
	Role           kind.Role
	Mission        string
	Units          []string
	Remit          []string
	Until          value.Date
	Person         string
	Counterpart    string
}

// AddUser makes an account.
func (a *Admin) AddUser(ctx context.Context, u UserToAdd) (account.User, error) {
	return run[account.User](ctx, a, "user-add", u)
}

func addUser(ctx context.Context, c *Core, in UserToAdd) (account.User, error) {
	grant := &account.NewGrant{Role: in.Role, Remit: in.Remit, To: in.Until}
	var err error
	if in.Mission != "" {
		if grant.Mission, err = c.byCode(ctx, "mission", store.Service, in.Mission); err != nil {
			return account.User{}, err
		}
	}
	for _, code := range in.Units {
		id, err := c.byCode(ctx, "unit", grant.Mission, code)
		if err != nil {
			return account.User{}, err
		}
		grant.Units = append(grant.Units, id)
	}
	made, err := c.Accounts.AddUser(ctx, account.Operator(), account.NewUser{Name: in.Name, Password: in.Password, Grant: grant})
	if err != nil || in.Person == "" && in.Counterpart == "" {
		return made, err
	}
	record := value.Ref{Kind: "person", ID: in.Person}
	if in.Person == "" {
		record = value.Ref{Kind: "counterpart", ID: in.Counterpart}
	}
	return made, c.Accounts.Link(ctx, account.Operator(), made.ID, grant.Mission, record)
}

// byCode is the id of the record of a kind with a code.
func (c *Core) byCode(ctx context.Context, shelf, journal, code string) (string, error) {
	filter := store.D{store.Eq("mission_id", journal), store.Eq("code", code)}
	if journal == store.Service {
		filter[0] = store.Eq("mission_id", nil)
	}
	page, err := c.Store.Find(ctx, shelf, store.Query{Filter: filter, Sort: "code", Limit: 1})
	if err != nil {
		return "", err
	}
	if len(page.Docs) == 0 {
		return "", fmt.Errorf("there is no %s with the code %q", shelf, code)
	}
	return store.TextAt(page.Docs[0], "id"), nil
}

// TokenToAdd is a token to be made for the account called User. Mission is a
// code; empty is the account's only one, or the service.
type TokenToAdd struct {
	User, Mission, Name string
	Days                int
}

// AddToken makes a token; its text is shown this once.
func (a *Admin) AddToken(ctx context.Context, t TokenToAdd) (account.Issued, error) {
	return run[account.Issued](ctx, a, "token-add", t)
}

func addToken(ctx context.Context, c *Core, in TokenToAdd) (account.Issued, error) {
	user, err := c.Accounts.Find(ctx, account.Operator(), in.User)
	if err != nil {
		return account.Issued{}, missing(err, in.User)
	}
	want := account.NewToken{Account: user.ID, Name: in.Name}
	if in.Days > 0 {
		want.Expires = c.Now().Add(time.Duration(in.Days) * 24 * time.Hour)
	}
	if in.Mission != "" {
		if want.Mission, err = c.byCode(ctx, "mission", store.Service, in.Mission); err != nil {
			return account.Issued{}, err
		}
	}
	return c.Accounts.AddToken(ctx, account.Operator(), want)
}

func missing(err error, user string) error {
	if kind.CodeOf(err) == kind.CodeNotFound {
		return fmt.Errorf("there is no account called %q", user)
	}
	return err
}

// Tokens lists the tokens of the account called user that work.
func (a *Admin) Tokens(ctx context.Context, user string) ([]account.TokenInfo, error) {
	return run[[]account.TokenInfo](ctx, a, "token-list", user)
}

func listTokens(ctx context.Context, c *Core, name string) ([]account.TokenInfo, error) {
	user, err := c.Accounts.Find(ctx, account.Operator(), name)
	if err != nil {
		return nil, missing(err, name)
	}
	return c.Accounts.ListTokens(ctx, account.Operator(), user.ID)
}

// RevokeToken ends the token with an id.
func (a *Admin) RevokeToken(ctx context.Context, id string) error {
	_, err := run[string](ctx, a, "token-revoke", id)
	return err
}

func revokeToken(ctx context.Context, c *Core, id string) (string, error) {
	err := c.Accounts.RevokeToken(ctx, account.Operator(), id)
	if kind.CodeOf(err) == kind.CodeNotFound {
		return "", fmt.Errorf("there is no token with the id %q", id)
	}
	return id, err
}

// Backup writes a checked copy of the store to a file that is not there yet.
func (a *Admin) Backup(ctx context.Context, path string) error {
	whole, err := filepath.Abs(path) // a running server has a working folder of its own
	if err != nil {
		return err
	}
	_, err = run[string](ctx, a, "backup", whole)
	return err
}

func backup(ctx context.Context, c *Core, path string) (string, error) {
	return path, c.Store.Backup(ctx, path)
}

// maxFindings bounds how many findings Verify lists.
const maxFindings = 1000

// Verify checks the store and lists what it finds, worst first; nothing is
// clean.
func (a *Admin) Verify(ctx context.Context) ([]string, error) {
	return run[[]string](ctx, a, "verify", struct{}{})
}

func verify(ctx context.Context, c *Core, _ struct{}) ([]string, error) {
	var found []string
	err := c.Store.Verify(ctx, func(f store.Finding) {
		if len(found) < maxFindings {
			found = append(found, fmt.Sprintf("journal %s, number %d, %s %s: %s", f.Journal, f.Number, f.Key.Shelf, f.Key.ID, f.What))
		}
	})
	return found, err
}

// Restore puts the backup source into the data folder dir, which may hold the
// key that the backup was made with and nothing else.
func Restore(ctx context.Context, source, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, KeyName)); err != nil {
		return fmt.Errorf("put the key that the backup was made with into %s first, as %s", dir, KeyName)
	}
	key, err := readKey(dir)
	if err != nil {
		return err
	}
	reg, err := Registry()
	if err != nil {
		return err
	}
	return sqlitestore.Restore(ctx, source, dir, Shelves(reg), key)
}
