// Package kinds are the pages that every kind of record has, made of its
// descriptor: list, detail, forms, verbs, history and translations. What a kind
// shows here costs no code of its own. Who may read nothing of a kind is
// answered as for an address that does not exist.
package kinds
