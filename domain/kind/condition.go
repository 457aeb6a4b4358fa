package kind

import (
	"reflect"
	"slices"
)

// Condition is one thing that must hold before a verb can be done, such as the
// release checks of domain.md §2.6. It is shown as a list before the verb is
// tried, and refuses it: the two cannot differ, being one list.
type Condition struct {
	Key  string         // message id of a statement that is true where OK is
	Args map[string]any // fill the message
	OK   bool
	// Settle names the field of the verb's input by which whoever does it can
	// settle a condition that does not hold; "" where nothing he sends can.
	Settle string
	// Refusal is the answer to who tries all the same; nil where OK.
	Refusal *Error
}

// Conditions list what must hold before a verb. The zero Conditions list
// nothing beyond the state and the four eyes, which hold for every verb.
type Conditions struct {
	rec reflect.Type
	run func(w World, rec any) ([]Condition, error)
}

// Checks makes Conditions of f, which must not change rec.
func Checks[T any](f func(w World, rec *T) ([]Condition, error)) Conditions {
	return Conditions{rec: reflect.TypeFor[T](), run: func(w World, rec any) ([]Condition, error) { return f(w, rec.(*T)) }}
}

// List asks for the conditions of rec as it is now.
func (c Conditions) List(w World, rec Record) ([]Condition, error) {
	if c.run == nil {
		return nil, nil
	}
	return c.run(w, rec)
}

// Holds makes a condition: met, or else refused with refusal.
func Holds(key string, ok bool, refusal *Error) Condition {
	c := Condition{Key: key, OK: ok}
	if !ok {
		c.Refusal = refusal
		c.Args = refusal.Args
	}
	return c
}

// Unmet is the refusal of the first condition of cs that does not hold and that
// no input field among settled settles; nil if there is none.
func Unmet(cs []Condition, settled ...string) error {
	for _, c := range cs {
		if !c.OK && (c.Settle == "" || !slices.Contains(settled, c.Settle)) {
			return c.Refusal
		}
	}
	return nil
}
