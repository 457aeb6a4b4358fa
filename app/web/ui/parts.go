package ui

import (
	"slices"

	"colocate/app/locale"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// Look is how a pill looks: its tone ("ok", "info", "warn", "bad", "open",
// "mute") and its icon.
type Look struct{ Tone, Icon string }

// Overdue and Waiting are the looks of what is late and of what has no answer.
var (
	Overdue = Look{"bad", "late"}
	Waiting = Look{"warn", "ask"}
)

// looks are those of states, by their name (look, §3); one of a single kind is
// under kind.state.
var looks = map[string]Look{
	"draft": {"open", "draft"}, "proposed": {"open", "speech"}, "planned": {"open", "cal"}, "open": {"warn", "scale"},
	"submitted": {"info", "sent"}, "released": {"info", "release"}, "accepted": {"info", "check"},
	"in_progress": {"info", "half"}, "reported_done": {"info", "flag"}, "active": {"info", "half"},
	"approved": {"ok", "check"}, "acknowledged": {"ok", "checks"}, "verified_closed": {"ok", "done"},
	"verified": {"ok", "done"}, "completed": {"ok", "done"}, "upheld": {"mute", "box"}, "amended": {"ok", "pencil"},
	"returned": {"warn", "undo"}, "contested": {"warn", "scale"}, "counter_proposed": {"warn", "swap"},
	"reopened": {"warn", "redo"}, "suspended": {"warn", "slash"}, "postponed": {"warn", "clock"}, "escalated": {"warn", "scale"},
	"closed": {"mute", "box"}, "voided": {"mute", "slash"}, "declined": {"mute", "cross"}, "cancelled": {"mute", "slash"},
	"expired": {"mute", "hourglass"}, "retired": {"mute", "box"}, "transferred": {"mute", "swap"},
}

func look(kindName, state string) Look {
	if l, ok := looks[kindName+"."+state]; ok {
		return l
	}
	if l, ok := looks[state]; ok {
		return l
	}
	return Look{"info", "half"}
}

// shapeOf is the shape of a side: circle for the UN, square for the host, both
// for what is joint.
func shapeOf(side string) string {
	switch side {
	case "un", "host":
		return side
	case "host_police", "host_ministry":
		return "host"
	}
	return "joint"
}

// bands are the bands of confidentiality by class.
var bands = map[kind.Class]struct{ class, icon string }{
	kind.PUB: {"pub", "globe"}, kind.SHR: {"shr", "joint"}, kind.MIS: {"mis", "un"}, kind.CON: {"con", "lock"}, kind.STR: {"str", "locks"},
}

// ClassID names a class in message keys, ids and the mark of what is printed
// (Page.Mark).
func ClassID(c kind.Class) string { return bands[c].class }

// ClassOf is the class that an id stands for.
func ClassOf(id string) kind.Class {
	for c, b := range bands {
		if b.class == id {
			return c
		}
	}
	return kind.STR // no mark: nobody outside the smallest circle
}

// flips reports whether an icon points along the text and so turns with it.
func flips(icon string) bool {
	return slices.Contains([]string{"next", "back", "undo", "redo", "release", "sent"}, icon)
}

// Dir is the direction of a text in l.
func Dir(l value.Lang) string { return locale.Dir(string(l)) }

// reads reports whether l is one of the reader's languages.
func (p Page) reads(l value.Lang) bool {
	return slices.ContainsFunc(p.Reads(), func(r value.Lang) bool { return r.Base() == l.Base() })
}

// shows reports whether the translation into l stands open beneath the
// original: it is the one that the reader reads.
func (p Page) shows(t value.Text, l value.Lang) bool { return p.reads(l) && !p.reads(t.Lang) }

// others are the languages of the translations that do not stand open.
func (p Page) others(t value.Text) []value.Lang {
	return slices.DeleteFunc(t.Languages(), func(l value.Lang) bool { return p.shows(t, l) })
}

// Fault is one thing to put right in a form.
type Fault struct {
	Anchor string // id of the control; "" if it is about the whole form
	Label  string // of the field
	Text   string // a whole sentence
}

// Line is the fault in the summary.
func (f Fault) Line(p Page) string {
	if f.Label == "" {
		return f.Text
	}
	return p.T("page.errors.line", map[string]any{"Label": f.Label, "Text": f.Text})
}

// Crumb is one step of the way back.
type Crumb struct{ Href, Text string }
