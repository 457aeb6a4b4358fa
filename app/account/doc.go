// Package account keeps who may sign in, which roles they hold in which
// mission and on which days, and the tokens they act with (design.md §5,
// trust.md A). Everything is stored through one Commit each in the service's
// journal; neither a password nor a token is stored, only what proves them.
// There is no default account: while there is none, a set-up code printed once
// makes the first administrator.
package account
