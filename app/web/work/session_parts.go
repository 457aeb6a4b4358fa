package work

import (
	"slices"

	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// annexTexts are the texts of an annex in the order in which they are shown.
var annexTexts = []string{"adviser_assessment", "confidential_observations", "security_context", "support_requests", "lessons", "risk_update"}

// sign of an observation: a gap, a strength, or neither.
func sign(kindOf string) string {
	switch kindOf {
	case "gap":
		return "late"
	case "strength":
		return "done"
	}
	return "half"
}

// pastIcons are the signs of what was done to a session.
var pastIcons = map[string]string{"create": "pencil", "replace": "pencil", "import": "box", "translate": "globe", "submit": "sent", "return": "undo", "approve": "check",
	"release": "release", "acknowledge": "checks", "refuse": "ask", "close": "box",
	"close_internal": "box", "void": "slash"}

func pastIcon(verb string) string {
	if i, ok := pastIcons[verb]; ok {
		return i
	}
	return "pencil"
}

// pastVerb says what was done, and by whom where the reader may know; an act of
// another kind changed the session along with it.
func pastVerb(p ui.Page, verb, name string) string {
	if _, own := pastIcons[verb]; !own {
		verb = "along"
	}
	if name == "" {
		return p.Say("page.session.past." + verb + ".done")
	}
	return p.T("page.session.past."+verb+".by", map[string]any{"Name": name})
}

// translatable reports whether the reader may add a translation.
func (v *sessionView) translatable(p ui.Page) bool {
	return p.Can("session", "translate") && v.rec.State() != "voided"
}

// returnReasons are the reasons for which a session goes back.
func returnReasons(p ui.Page) []string {
	v := p.Kind("session").Verb("return")
	for _, f := range v.Fields {
		if f.Name == "reason" {
			return f.Values
		}
	}
	return nil
}

// unmet is how a condition that does not hold is shown: one that can be settled
// here differs from one that stands in the way.
func unmet(c kind.Condition) string {
	if c.Settle != "" {
		return "soon"
	}
	return "no"
}

func unmetIcon(c kind.Condition) string {
	if c.Settle != "" {
		return "warn"
	}
	return "cross"
}

// handled are the verbs that have a place of their own on the page.
var handled = []string{"submit", "approve", "return", "release", "acknowledge", "refuse"}

// others are the verbs that are possible and have no place of their own.
func (v *sessionView) others() []string {
	return slices.DeleteFunc(slices.Clone(v.may.Verbs), func(verb string) bool { return slices.Contains(handled, verb) })
}
