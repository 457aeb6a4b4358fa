package kinds

import (
	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// overview is the page of all kinds.
type overview struct{ s *ui.Site }

// theme groups kinds by what they are about.
type theme struct {
	key   string
	kinds []*kind.Descriptor
}

// themes are the groups in their order, with the scope that puts a kind there.
var themes = []struct {
	key string
	by  kind.ScopeBy
}{
	{"page.records.units", kind.InUnit}, {"page.records.people", kind.OfPerson}, {"page.records.mission", kind.InMission},
	{"page.records.own", kind.OfAuthor}, {"page.records.service", kind.InService},
}

func (o *overview) show(c *fiber.Ctx) error {
	p := o.s.Page(c, "page.records.title")
	var groups []theme
	for _, t := range themes {
		g := theme{key: t.key}
		for _, d := range p.Readable() {
			if d.Scope.By == t.by {
				g.kinds = append(g.kinds, d)
			}
		}
		if len(g.kinds) > 0 {
			groups = append(groups, g)
		}
	}
	return ui.Render(c, fiber.StatusOK, p, recordsPage(p, groups))
}
