// Package ui is what every page is made of: the Page that a component gets as
// its first argument, the frame around it, the components of the look, and the
// views of records as pages read them. It decides nothing about who sees what:
// it shows what the record engine lets through.
package ui
