package main

import (
	"fmt"
	"os"
	"strings"

	"colocate/app/server"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// userCmd is about accounts.
type userCmd struct {
	Add userAddCmd `cmd:"" help:"Make an account with its first role."`
}

// userAddCmd makes an account.
type userAddCmd struct {
	Name         string   `arg:"" help:"User name."`
	Role         string   `required:"" help:"Role, such as adviser, team_leader, leader, counterpart, administrator."`
	Mission      string   `help:"Code of the mission; none for an administrator of the whole service." placeholder:"CODE"`
	Unit         []string `help:"Code of a unit that the role is bound to." placeholder:"CODE"`
	Remit        []string `help:"Kind that the remit of a ministry or an oversight body lists." placeholder:"KIND"`
	Until        string   `help:"Last day of the role." placeholder:"YYYY-MM-DD"`
	Person       string   `help:"Id of the record of the person that the account belongs to." placeholder:"ID" xor:"who"`
	Counterpart  string   `help:"Id of the record of the counterpart that the account belongs to." placeholder:"ID" xor:"who"`
	PasswordFile string   `help:"File with the password; without one the account works with tokens only." placeholder:"FILE"`
}

// Run implements the command.
func (u *userAddCmd) Run(p *program) error {
	in := server.UserToAdd{Name: u.Name, Role: kind.Role(u.Role), Mission: u.Mission, Units: u.Unit, Remit: u.Remit,
		Until: value.Date(u.Until), Person: u.Person, Counterpart: u.Counterpart}
	if u.PasswordFile != "" {
		data, err := os.ReadFile(u.PasswordFile)
		if err != nil {
			return fmt.Errorf("the password file cannot be read: %w", err)
		}
		in.Password = strings.TrimRight(string(data), "\r\n")
	}
	return p.attach(func(a *server.Admin) error {
		made, err := a.AddUser(p.ctx, in)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s  %s\n", made.ID, made.Name)
		return nil
	})
}

// tokenCmd is about bearer tokens.
type tokenCmd struct {
	Add    tokenAddCmd    `cmd:"" help:"Make a token and print it, this once."`
	List   tokenListCmd   `cmd:"" help:"List the tokens and sign-ins of an account that work."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token or a sign-in at once."`
}

// tokenAddCmd makes a token.
type tokenAddCmd struct {
	User    string `arg:"" help:"User name."`
	Mission string `help:"Code of the mission that the token is for, if the account has several." placeholder:"CODE"`
	Name    string `help:"What the token is for." default:"terminal"`
	Days    int    `help:"Days until it ends." default:"90"`
}

// Run implements the command.
func (t *tokenAddCmd) Run(p *program) error {
	return p.attach(func(a *server.Admin) error {
		made, err := a.AddToken(p.ctx, server.TokenToAdd{User: t.User, Mission: t.Mission, Name: t.Name, Days: t.Days})
		if err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, made.Bearer)
		return nil
	})
}

// tokenListCmd lists tokens.
type tokenListCmd struct {
	User string `arg:"" help:"User name."`
}

// Run implements the command.
func (t *tokenListCmd) Run(p *program) error {
	return p.attach(func(a *server.Admin) error {
		all, err := a.Tokens(p.ctx, t.User)
		for _, x := range all {
			fmt.Fprintf(p.stdout, "%s  %-7s  until %s  %s\n", x.ID, x.Use, x.Expires.Format("2006-01-02 15:04Z"), x.Name)
		}
		return err
	})
}

// tokenRevokeCmd ends a token.
type tokenRevokeCmd struct {
	ID string `arg:"" help:"Id of the token, as token list shows it."`
}

// Run implements the command.
func (t *tokenRevokeCmd) Run(p *program) error {
	return p.attach(func(a *server.Admin) error { return a.RevokeToken(p.ctx, t.ID) })
}
