package record

import (
	"context"

	"colocate/domain/kind"
)

// Translate puts a translation beside a text of a record that a may read, or
// marks one as verified: kind.Translating is what w.In holds. w.IfMatch is
// needed. Where the host side reads the record, it reads the translation at
// once. The record's last author stays who he was: four eyes look at who wrote
// the content.
func (e *Engine) Translate(ctx context.Context, a kind.Actor, d *kind.Descriptor, w Write) (View, error) {
	vd := d.Translation()
	if vd == nil {
		return View{}, notFound()
	}
	c, err := e.change(ctx, &a, d, kind.ActTranslate, kind.ActTranslate, w)
	if err != nil {
		return View{}, err
	}
	c.once = func(r *round) error { return r.translate(vd) }
	v, _, err := c.run(ctx)
	return v, err
}

func (r *round) translate(vd *kind.VerbDescriptor) error {
	if err := r.open(); err != nil {
		return err
	}
	if !r.v.sh.translatable(r.rec.Meta().State) {
		return r.wrongState()
	}
	input, err := r.input(vd)
	if err != nil {
		return err
	}
	in := input.(*kind.Translating)
	if err := r.v.sh.Translate(r.rec, in, r.v.writes(r.raw), r.v.a.Person, r.world.Now()); err != nil {
		return r.conflict(err)
	}
	p, err := r.world.pending(r.rec)
	if err != nil {
		return err
	}
	p.beside = true
	return r.republish(in)
}

// translatable reports whether a record in state s takes translations.
func (sh *shape) translatable(s kind.State) bool {
	return sh.Translation() != nil && !contains(sh.Flow.Still, s)
}

// republish shows the host side the translation of what it reads.
func (r *round) republish(in *kind.Translating) error {
	out, err := r.world.Released(r.rec)
	if err != nil || !out {
		return err
	}
	sensitive := r.v.sh.Sensitive
	var c kind.Check
	c.Must(in.Resolved || sensitive == nil || !sensitive(in.Text.Text), "text/text", "error.translation.scan")
	if err := c.Err(); err != nil {
		return err
	}
	return r.world.Release(r.rec)
}
