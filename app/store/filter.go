package store

// Expr is a parsed filter.
type Expr interface{ match(Raw) bool }
