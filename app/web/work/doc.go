// Package work holds the pages made by hand, where people spend their day: the
// session's form and page, actions, units and the homes of the roles (design.md
// §7). What a reader may see or do, the record engine decides; these pages ask
// it and show the answer.
package work
