package kinds

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/ui"
	"colocate/domain/kind"
)

// recordPage is a record's page.
type recordPage struct {
	rec   ui.Rec
	may   record.Possible
	names ui.Names
}

func (h *pages) detail(c *fiber.Ctx, p ui.Page) error {
	ctx, id := c.UserContext(), c.Params("id")
	rec, err := h.s.Read(ctx, p, h.d, id)
	if err != nil {
		return err
	}
	v := &recordPage{rec: rec}
	if v.may, err = h.s.Records.May(ctx, p.Actor, h.d, id); err != nil {
		return err
	}
	if v.names, err = h.s.Words(ctx, p, []ui.Rec{rec}); err != nil {
		return err
	}
	p.Title, p.Mark = p.Caption(rec), v.mark(p)
	return ui.Render(c, fiber.StatusOK, p, detailPage(p, v))
}

// band is the part of a record that stands under one mark of confidentiality.
type band struct {
	class  kind.Class
	fields []*kind.Field
}

// bands are the fields of the record that have something to show, by class, the
// most open first. The host side reads one band: what is shared with it.
func (v *recordPage) bands(p ui.Page) []band {
	byClass := map[kind.Class][]*kind.Field{}
	for _, f := range v.rec.Kind.Fields {
		if ui.Shows(v.names, f, v.rec.Raw(f.Name)) {
			c := bandOf(p, v.rec.Kind, darkest(f, v.rec.Raw(f.Name)))
			byClass[c] = append(byClass[c], f)
		}
	}
	var out []band
	for _, c := range []kind.Class{kind.PUB, kind.SHR, kind.MIS, kind.CON} {
		if len(byClass[c]) > 0 {
			out = append(out, band{c, byClass[c]})
		}
	}
	return out
}

// bandOf is the class under which a field stands on the page: what is less
// than its kind's own class stands with the rest of it.
func bandOf(p ui.Page, d *kind.Descriptor, c kind.Class) kind.Class {
	if p.Actor.Side() != kind.UN {
		return min(d.Class, kind.SHR)
	}
	return max(c, min(d.Class, kind.SHR))
}

// darkest is the highest class of what is there in a value of f: it stands as a
// whole where its most confidential part belongs.
func darkest(f *kind.Field, raw any) kind.Class {
	class := f.Class
	switch v := raw.(type) {
	case []any:
		for _, one := range v {
			class = max(class, darkest(f, one))
		}
	case map[string]any:
		for _, sub := range f.Fields {
			if one := v[sub.Name]; one != nil {
				class = max(class, darkest(sub, one))
			}
		}
	}
	return class
}

// mark is the class that the printed page carries: that of its darkest part.
func (v *recordPage) mark(p ui.Page) string {
	all := v.bands(p)
	switch {
	case len(all) == 0:
		return ""
	case p.Host():
		return "shr"
	}
	if c := all[len(all)-1].class; c >= kind.MIS {
		return ui.ClassID(c)
	}
	return ""
}

// sentence says of the shared part of a record whether the host side reads it.
func (v *recordPage) sentence(p ui.Page, c kind.Class) string {
	if !v.rec.Kind.Releasable || c != kind.SHR {
		return ""
	}
	at := v.rec.Time("released_at")
	if at.IsZero() {
		return p.Say("page.detail.unreleased")
	}
	return p.T("page.detail.released", map[string]any{"Date": p.Date(p.Day(at))})
}

// verbs are what the reader may do to the record now: what goes on from here,
// and what ends or withdraws it.
func (v *recordPage) verbs() (on, off []string) {
	for _, name := range v.may.Verbs {
		if v.rec.Kind.Verb(name).Destructive {
			off = append(off, name)
		} else {
			on = append(on, name)
		}
	}
	return on, off
}

// warning says what a verb that ends or withdraws something will do.
func (v *recordPage) warning(p ui.Page, verb string) string {
	key := "verb." + v.rec.Kind.Name + "." + verb + ".effect"
	if text := p.Say(key); text != key {
		return text
	}
	return p.Say("page.detail.off_text")
}

// do is the address of the page of a verb.
func (v *recordPage) do(p ui.Page, verb string) string { return p.Href(v.rec.Ref()) + "/do/" + verb }

// translatable reports whether the reader may add translations to the words of
// the record.
func (v *recordPage) translatable() bool { return v.may.Translate && len(textsOf(v.rec)) > 0 }

// stamps are the fields of the envelope that say how the record came about, as
// far as the reader sees them.
func (v *recordPage) stamps() []string {
	return slices.DeleteFunc([]string{"created_at", "created_by", "updated_at", "updated_by", "released_at", "voided_reason"},
		func(name string) bool { return !ui.Shows(v.names, v.rec.Kind.Field(name), v.rec.Raw(name)) })
}
