package work

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
)

// homeRoutes are the pages of actions and units.
func homeRoutes(s *ui.Site) []ui.Route {
	return []ui.Route{ui.Get("/actions/owed", owedPage(s)), ui.Get("/actions/:id", one(s, "action", actionPage)), ui.Get("/units/:id", one(s, "unit", unitPage))}
}

// one is the page of one record of a kind.
func one(s *ui.Site, name string, show func(*desk, *fiber.Ctx, ui.Rec) error) fiber.Handler {
	return s.About(name, func(c *fiber.Ctx, p ui.Page) error {
		r, err := s.Read(c.UserContext(), p, s.Kinds.Get(name), c.Params("id"))
		if err != nil {
			return err
		}
		p.Title = p.Caption(r)
		return show(&desk{ctx: c.UserContext(), s: s, p: p}, c, r)
	})
}

// actionView is an action on its page.
type actionView struct {
	rec   ui.Rec
	names ui.Names
	verbs []string // possible now, and for the reader's side to say
	paper bool     // the UN may record the host's written acceptance
	edit  bool
}

// actionPage shows one action: who owes what until when, what both sides said
// of it, and what the reader may do with it now.
func actionPage(d *desk, c *fiber.Ctx, r ui.Rec) error {
	v := actionView{rec: r}
	may, err := d.s.Records.May(d.ctx, d.p.Actor, r.Kind, r.ID)
	if err != nil {
		return err
	}
	v.verbs, v.edit = usable(d.p, r, may.Verbs), may.Replace
	v.paper = slices.Contains(may.Verbs, "accept") && !slices.Contains(v.verbs, "accept") && facts(r).TurnOf("accept", mentoring.HostSide)
	d.name([]ui.Rec{r}, "origin", "unit", "owner", "un_owner", "carried_to")
	if err := d.call(); err != nil {
		return err
	}
	v.names, d.p.Mark = d.names, sideMark(d.p)
	return ui.Render(c, fiber.StatusOK, d.p, actionShown(d.p, v))
}

// owners are who owes an action, as far as the reader knows their names: the
// host's, the UN's, a partner.
func owners(names ui.Names, r ui.Rec) []string {
	all := []string{names[r.To("owner")], cmp.Or(names[r.To("un_owner")], r.Str("un_owner_text.name")), r.Str("partner")}
	return slices.DeleteFunc(all, func(n string) bool { return n == "" })
}

// inline are the verbs of an action that have a form on the page, in the order
// in which they are offered.
var inline = []string{"accept", "start", "report_done", "verify", "counter_propose", "decline", "reopen", "extend", "cancel"}

// answers are those of possible that have a form on the page.
func answers(possible []string) []string {
	return slices.DeleteFunc(slices.Clone(inline), func(v string) bool { return !slices.Contains(possible, v) })
}

// simple are the verbs done with one button; the others ask for something.
func simple(verb string) bool { return verb == "accept" || verb == "start" }

// verbIcons are the icons of the verbs of an action.
var verbIcons = map[string]string{"accept": "check", "start": "half", "report_done": "flag", "verify": "done", "counter_propose": "swap",
	"decline": "cross", "reopen": "redo", "extend": "clock", "cancel": "slash"}

// verbText is the word for a verb of an action, in the words of whoever says it.
func verbText(p ui.Page, verb string) string { return p.Verb("action", verb) }

// inputs are the fields that a verb of an action asks for.
func inputs(p ui.Page, verb string) []*kind.Field { return p.Kind("action").Verb(verb).Fields }

// choices are the values of a field that a person gives.
func choices(f *kind.Field) []string {
	return slices.DeleteFunc(slices.Clone(f.Values), func(v string) bool {
		return f.EnumName == "cancel_reason" && v == string(mentoring.CancelOriginVoided)
	})
}

// hintKeys say what a verb of an action brings about, where the word does not.
var hintKeys = map[string]string{
	"counter_propose": "page.action.hint_counter", "decline": "page.action.hint_decline", "report_done": "page.action.hint_report",
	"verify": "page.action.hint_verify", "reopen": "page.action.hint_reopen", "extend": "page.action.hint_extend", "cancel": "page.action.hint_cancel",
}

// control is the id of a control: several forms with the same fields may stand
// on one page.
func control(r ui.Rec, verb, path string) string { return verb + "-" + path + "-" + r.ID }
