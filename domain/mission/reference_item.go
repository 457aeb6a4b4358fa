package mission

import (
	"colocate/domain/kind"
	"colocate/domain/value"
)

// ReferenceItem is one code of a reference list such as the themes or the
// obstacles (domain.md §3). Records keep the code; its names may be bettered.
type ReferenceItem struct {
	kind.Head
	List       string     `f:"list,required,max=40,filter,re=list_name"`
	Code       string     `f:"code,required,max=40,filter,re=item_code"`
	Name       value.Text `f:"name,required,max=160,search,title"`
	Order      int64      `f:"order,min=0,max=10000,sort"`
	Unverified bool       `f:"unverified,filter"` // nobody has confirmed it yet
}

var _ = kind.Declare[ReferenceItem](&Kinds, kind.Spec{
	Name:    "reference_item",
	Steady:  true,
	Class:   kind.PUB,
	Scope:   kind.Service(),
	Lists:   kind.Lists{{By: "list", Sort: "order"}, {By: "list,code"}},
	Create:  kind.On(placeItem),
	Replace: kind.On(replaceItem),
	Example: `{"list":"theme","code":"T07","name":{"lang":"en","text":"Arrest, custody and detention procedure",
"tr":{"fr":{"text":"Arrestation, garde à vue et détention","method":"human","state":"verified"}}},"order":7}`,
})

// The forms of a list's name and of the codes in it: "theme", "T07", "no_vehicle".
var (
	_ = kind.Pattern(&Kinds, "list_name", `^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	_ = kind.Pattern(&Kinds, "item_code", `^[A-Za-z0-9][A-Za-z0-9_-]*$`)
)

// placeItem refuses a second item of one list with the same code.
func placeItem(w kind.World, r *ReferenceItem) error {
	free, err := w.None("reference_item", kind.Is("list", r.List), kind.Is("code", r.Code),
		kind.Cond{Field: "id", Op: kind.Ne, Value: r.ID})
	if err != nil {
		return err
	}
	var c kind.Check
	c.Must(free, "code", "error.field.duplicate")
	return c.Err()
}

// replaceItem keeps list and code as they are: records hold the code.
func replaceItem(w kind.World, r *ReferenceItem) error {
	var old ReferenceItem
	ok, err := Known(w, value.Ref{Kind: "reference_item", ID: r.ID}, &old, "reference_item")
	if err != nil || !ok {
		return err
	}
	var c kind.Check
	c.Must(old.List == r.List, "list", "error.field.fixed")
	c.Must(old.Code == r.Code, "code", "error.field.fixed")
	return c.Err()
}
