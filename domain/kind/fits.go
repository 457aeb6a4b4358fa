package kind

import "slices"

// fit says which types an option goes with, and whether with a list of them.
type fit struct {
	option string
	set    func(*Field) bool
	types  []Type
	list   bool
	single bool
}

var (
	words    = []Type{String, CodeType, LangType, Enum, DateType, PartialDate}
	sortable = append([]Type{Int, Float, Time, PeriodType}, words...)
	filtered = append([]Type{Bool, Int, Time, RefType}, words...)
)

// fitting is every option with the types it goes with.
var fitting = []fit{
	{"filter", func(f *Field) bool { return f.Filter }, filtered, true, true},
	{"sort", func(f *Field) bool { return f.Sort }, sortable, false, true},
	{"search", func(f *Field) bool { return f.Search }, []Type{String, CodeType, TextType}, true, true},
	{"title", func(f *Field) bool { return f.Title }, []Type{String, CodeType, TextType}, false, true},
	{"unique", func(f *Field) bool { return f.Unique }, []Type{String, CodeType, Int, RefType, DateType}, false, true},
	{"owner", func(f *Field) bool { return f.Owner }, []Type{RefType}, true, true},
	{"past", func(f *Field) bool { return f.Past }, []Type{Time, DateType, PartialDate, PeriodType}, true, true},
	{"each", func(f *Field) bool { return f.Each > 0 }, []Type{String, TextType}, true, false},
	{"re", func(f *Field) bool { return f.Pattern != "" }, []Type{String}, true, true},
	{"to", func(f *Field) bool { return f.To != nil }, []Type{RefType}, true, true},
	{"list", func(f *Field) bool { return f.CodeList != "" }, []Type{CodeType, LangType, String}, true, true},
}

// fits checks that what f's tags say goes with its type and with each other.
func (c *compiler) fits(f *Field, p place) {
	where := p.of(f.Name)
	for _, o := range fitting {
		if o.set(f) && (!slices.Contains(o.types, f.Type) || (f.List && !o.list) || (!f.List && !o.single)) {
			c.wrong(where, "%s does not go with its type", o.option)
		}
	}
	if f.Type == RefType && f.To == nil {
		c.wrong(where, "a reference needs a tag to")
	}
	if f.Type == Bool && f.Required && !f.Pointer && !f.List {
		c.wrong(where, "required says nothing of a bool; use *bool")
	}
	if f.Server && f.Required && p.input {
		c.wrong(where, "the input of a verb has no fields of the server")
	}
	c.bounds(f, where)
	c.placed(f, p)
	if f.Class == STR && (f.Filter || f.Sort || f.Search || f.Unique) {
		c.wrong(where, "a field of class STR is stored encrypted: no filter, sort, search or unique")
	}
}

func (c *compiler) bounds(f *Field, where string) {
	measured := f.List || slices.Contains([]Type{Int, Float, String, TextType}, f.Type)
	if (f.Max != nil || f.Min != nil) && !measured {
		c.wrong(where, "max and min do not go with its type")
	}
	if f.Max != nil && f.Min != nil && *f.Max < *f.Min {
		c.wrong(where, "max is below min")
	}
	if counted := f.List || (f.Type != Int && f.Type != Float); counted {
		if (f.Max != nil && *f.Max < 1) || (f.Min != nil && *f.Min < 0) {
			c.wrong(where, "max must be above zero, and min not below it")
		}
	}
}

// placed checks options that make sense at the top of a kind only.
func (c *compiler) placed(f *Field, p place) {
	if p.top {
		return
	}
	for option, set := range map[string]bool{"filter": f.Filter, "sort": f.Sort, "unique": f.Unique, "title": f.Title} {
		if set {
			c.wrong(p.of(f.Name), "%s is for the fields of the kind itself", option)
		}
	}
	if p.input && (f.Server || f.Owner || f.Search) {
		c.wrong(p.of(f.Name), "server, owner and search are not for the input of a verb")
	}
}
