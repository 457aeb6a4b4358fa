package ui

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"colocate/app/authz"
	"colocate/app/locale"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Page is the first argument of every page (style.md R30): language, reader and
// place live here, in the data, and in nothing that requests share.
type Page struct {
	*locale.Texts
	Title   string
	Path    string // of the page itself
	Query   string // and its query, as it came
	Kept    bool   // every parameter of Query is known and was checked
	Base    string // where the reader reached the service: "https://host"
	Actor   kind.Actor
	Reader  string // what the reader is called
	Mission Mission
	Content value.Lang // in which the reader would rather read what people wrote; "" is the page's
	Theme   string     // "light" or "dark" where the reader chose one
	Mark    string     // class of what is printed: "mis", "con"; "" is none
	Flash   string     // message key of what was just done
	Nav     []NavItem
	Now     time.Time
	Broken  error // the mission could not be read: its day and its zone are not known

	site *Site
}

// NavItem is one entry of the navigation.
type NavItem struct {
	Href, Text string
	Current    bool
	Count      int64 // shown where it is not 0
}

// SignedIn reports whether somebody is.
func (p Page) SignedIn() bool { return p.Actor.Account != "" }

// Say is a text without arguments.
func (p Page) Say(key string) string { return p.T(key, nil) }

// Can reports whether the reader may do action to some record of kind object.
func (p Page) Can(object, action string) bool {
	return p.site.Policy.Authorize(&p.Actor, authz.Permission{Object: object, Action: action}).Any
}

// Host reports whether the reader is on the host's side.
func (p Page) Host() bool { return p.Actor.Side() == kind.Host }

// Name is the name of a kind in the singular.
func (p Page) Name(d *kind.Descriptor) string { return p.Say("kind." + d.Name + ".name") }

// Plural is the name of a kind in the plural.
func (p Page) Plural(d *kind.Descriptor) string { return p.Say("kind." + d.Name + ".plural") }

// Add is what making a record of a kind is called, on buttons and as a title.
func (p Page) Add(d *kind.Descriptor) string { return p.Say("kind." + d.Name + ".add") }

// State is the word for a state of a kind.
func (p Page) State(kindName, state string) string {
	return p.Say("state." + kindName + "." + state + ".label")
}

// Verb is the word for a verb of a kind.
func (p Page) Verb(kindName, verb string) string {
	return p.Say("verb." + kindName + "." + verb + ".label")
}

// Label is the word for a field; path is dotted and may hold indexes
// ("participants.0.party").
func (p Page) Label(kindName, path string) string {
	return p.Say("field." + kindName + "." + bare(path) + ".label")
}

// Enum is the word for a value of an enumeration.
func (p Page) Enum(enum, v string) string { return p.Say("enum." + enum + "." + v + ".label") }

// Role is the word for a role.
func (p Page) Role(r kind.Role) string { return p.Say("role." + string(r) + ".label") }

// Langs are the languages of the interface.
func (p Page) Langs() []locale.Language { return locale.Languages() }

// InLang is the address of this page in another language.
func (p Page) InLang(tag string) templ.SafeURL {
	q, _ := url.ParseQuery(p.Query)
	if q == nil {
		q = url.Values{}
	}
	q.Set("lang", tag)
	return templ.SafeURL(p.Path + "?" + q.Encode())
}

// Address is the address of this page, with its query where that was checked
// (Kept): what anybody could put into a link is not repeated in a page that is
// compressed together with what only the reader may see.
func (p Page) Address() string {
	if p.Query == "" || !p.Kept {
		return p.Path
	}
	return p.Path + "?" + p.Query
}

// Reads are the languages in which the reader reads what others wrote, the
// best first: the chosen one, then that of the page.
func (p Page) Reads() []value.Lang {
	if p.Content == "" {
		return []value.Lang{value.Lang(p.Lang())}
	}
	return []value.Lang{p.Content, value.Lang(p.Lang())}
}

// Writes are the languages in which people write here, the reader's own first.
func (p Page) Writes() []value.Lang {
	all := []value.Lang{value.Lang(p.Lang())}
	for _, l := range p.Mission.Langs {
		if !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	for _, l := range locale.Languages() {
		if !slices.Contains(all, value.Lang(l.Tag)) {
			all = append(all, value.Lang(l.Tag))
		}
	}
	return all
}

// Zone is the time zone in which times are shown and typed: the reader's own
// where one is chosen, else the mission's.
func (p Page) Zone() *time.Location {
	if p.Texts.Zone == nil {
		return time.UTC
	}
	return p.Texts.Zone
}

// Today is the day in the mission, by which what is due is judged.
func (p Page) Today() value.Date {
	if p.Mission.Zone == nil {
		return value.DateOf(p.Now.UTC())
	}
	return value.DateOf(p.Now.In(p.Mission.Zone))
}

// For marks a form as made for this reader: another one who signs in over it
// does not get what was typed into it.
func (p Page) For() string { return p.site.seal("for " + p.Actor.Account) }

// asset is the address of a file of the pages.
func (p Page) asset(name string) string { return p.site.Assets.Path(name) }

// Icon is the address of an icon of the sprite.
func (p Page) Icon(name string) string { return p.site.Assets.Icon(name) }

// Demo says that everything here is invented.
func (p Page) Demo() bool { return p.site.Demo }

// Kind is the descriptor of a kind, nil if there is none of that name.
func (p Page) Kind(name string) *kind.Descriptor { return p.site.Kinds.Get(name) }

// Href is the address of a record.
func (p Page) Href(r value.Ref) string {
	d := p.Kind(r.Kind)
	if d == nil {
		return "/"
	}
	return "/" + d.Plural + "/" + r.ID
}

// Caption is what a record is called in links and headings: what its kind says,
// else its title field in the reader's language, else the name of its kind.
func (p Page) Caption(r Rec) string {
	if f := p.site.Captions[r.Kind.Name]; f != nil {
		if s := f(p, r); s != "" {
			return s
		}
	}
	for _, f := range r.Kind.Fields {
		if !f.Title {
			continue
		}
		if s := p.title(r, f); s != "" {
			return s
		}
	}
	return p.Name(r.Kind)
}

func (p Page) title(r Rec, f *kind.Field) string {
	if f.Type == kind.TextType {
		s, _ := r.Said(f.Name).In(p.Reads()...)
		return s
	}
	return r.Str(f.Name)
}
