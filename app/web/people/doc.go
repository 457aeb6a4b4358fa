// Package people holds the pages about who one is: signing in and out, also in
// the middle of a form; one's own account; the invitation that sets a password;
// and, for administrators, accounts and their roles.
package people
