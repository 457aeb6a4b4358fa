package work

import (
	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"colocate/app/web/ui"
)

// Home is the page at / for who is signed in: what waits for them, by role. It
// asks the engine a bounded number of short lists, whatever the mission holds.
func Home(s *ui.Site) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := s.Page(c, "page.today.nav")
		if p.Can("session", "read") {
			p.Mark = sideMark(p)
		}
		d := &desk{ctx: c.UserContext(), s: s, p: p}
		v, err := d.home()
		if err != nil {
			return err
		}
		return ui.Render(c, fiber.StatusOK, p, v)
	}
}

// home chooses by role: the host's side, the UN's, who sets the mission up, and
// who only reads.
func (d *desk) home() (templ.Component, error) {
	p := d.p
	switch {
	case p.Host() && p.Can("session", "read"):
		h := d.host()
		if err := d.call(); err != nil {
			return nil, err
		}
		h.names = d.names
		return homeHost(p, h), nil
	case p.Can("session", "read"):
		t := d.today()
		if err := d.call(); err != nil {
			return nil, err
		}
		t.names = d.names
		return homeUN(p, t), nil
	case p.Can("mission", "update"):
		set := d.setting()
		return homeAdmin(p, set), d.err
	}
	return homeReader(p, p.Readable()), nil
}
