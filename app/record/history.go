package record

import (
	"bytes"
	"context"

	"colocate/app/store"
	"colocate/domain/kind"
)

// historyPages bounds how often a page of a history looks further back.
const historyPages = 4

// History lists the versions of a record that a may see, newest first, before
// a place that an earlier page named ("" for the newest). Each version is held
// to what a may see today, so that a draft stays its author's after it was
// submitted. The host side reads versions of the released copy, without who
// made them, and none that shows nothing new.
func (e *Engine) History(ctx context.Context, a kind.Actor, d *kind.Descriptor, id, before string, limit int) (Versions, error) {
	v, err := e.viewer(ctx, &a, d)
	if err != nil {
		return Versions{}, err
	}
	if limit == 0 {
		limit = defaultLimit
	}
	if limit < 1 || limit > maxLimit {
		return Versions{}, malformed("error.limit", map[string]any{"Min": 1, "Max": maxLimit})
	}
	if _, err := v.get(ctx, id); err != nil {
		return Versions{}, err
	}
	h := &past{v: v, key: v.key(v.shelf, id), reader: reader(&a, "history/"+d.Name+"/"+id), ref: versionRef(&a, d, id)}
	if before != "" {
		at, ok := e.memory().feed.open(h.reader, before, 1)
		if !ok {
			return Versions{}, malformed("error.cursor", nil)
		}
		h.before = at[0]
	}
	return h.page(ctx, limit)
}

// reader is whom a cursor is bound to, and what for.
func reader(a *kind.Actor, what string) string { return a.Account + "/" + a.Mission + "/" + what }

// past is the history of one document, read from new to old.
type past struct {
	v      *viewer
	key    store.Key
	reader string
	ref    string
	before int64
}

// page collects one version more than asked for, so that Next is set only
// where there is one to see; or until it has looked far enough.
func (h *past) page(ctx context.Context, limit int) (Versions, error) {
	out := Versions{Items: []Version{}}
	for range historyPages {
		vs, err := h.v.e.Store.History(ctx, h.key, h.before, limit+1)
		if err != nil {
			return out, wrap(err)
		}
		for i := range vs {
			n := len(out.Items)
			if err := h.add(ctx, &out, &vs[i]); err != nil {
				return out, err
			}
			if n == limit && len(out.Items) > limit {
				out.Items = out.Items[:limit]
				out.Next = h.v.e.memory().feed.seal(h.reader, vs[i].Number+1)
				return out, nil
			}
			h.before = vs[i].Number
		}
		if len(vs) <= limit {
			return out, nil
		}
	}
	out.Next = h.v.e.memory().feed.seal(h.reader, h.before)
	return out, nil
}

// add appends a version if it is one for this viewer.
func (h *past) add(ctx context.Context, out *Versions, sv *store.Version) error {
	if !h.v.may(sv.Doc) {
		return nil // a removal; a version that a draft's author alone may see
	}
	now, err := h.v.version(sv)
	if err != nil {
		return err
	}
	if h.v.class < kind.MIS {
		same, err := h.unchanged(ctx, sv.Number, now.View)
		if err != nil || same {
			return err
		}
	}
	now.Ref = h.v.e.memory().feed.seal(h.ref, sv.Number)
	out.Items = append(out.Items, now)
	return nil
}

// version is what v sees of a version that exists for v.
func (v *viewer) version(sv *store.Version) (Version, error) {
	view, err := v.view(sv.Doc)
	if err != nil || v.class < kind.MIS {
		return Version{View: view}, err
	}
	return Version{View: view, Verb: sv.Act.Verb, Role: kind.Role(sv.Act.Role), By: sv.Act.By, At: sv.Act.At, Why: sv.Act.Why}, nil
}

// versionRef is whom the references to versions of one record are bound to.
func versionRef(a *kind.Actor, d *kind.Descriptor, id string) string {
	return reader(a, "version/"+d.Name+"/"+id)
}

// Version returns the version of a record that a page of its history named by
// ref, so that two of them can be compared. A ref that was made for somebody
// else, of another record or of a version that a may no more see answers as a
// record that is not there.
func (e *Engine) Version(ctx context.Context, a kind.Actor, d *kind.Descriptor, id, ref string) (Version, error) {
	v, err := e.viewer(ctx, &a, d)
	if err != nil {
		return Version{}, err
	}
	if _, err := v.get(ctx, id); err != nil {
		return Version{}, err
	}
	at, ok := e.memory().feed.open(versionRef(&a, d, id), ref, 1)
	if !ok {
		return Version{}, notFound()
	}
	vs, err := e.Store.History(ctx, v.key(v.shelf, id), at[0]+1, 1)
	if err != nil {
		return Version{}, wrap(err)
	}
	if len(vs) == 0 || vs[0].Number != at[0] || !v.may(vs[0].Doc) {
		return Version{}, notFound()
	}
	found, err := v.version(&vs[0])
	found.Ref = ref
	return found, err
}

// unchanged reports whether the version before number looked the same.
func (h *past) unchanged(ctx context.Context, number int64, now View) (bool, error) {
	before, ok, err := h.v.earlier(ctx, h.key, number)
	return ok && bytes.Equal(before.JSON, now.JSON), err
}

// earlier is what v saw of a document just before number, if anything.
func (v *viewer) earlier(ctx context.Context, k store.Key, number int64) (View, bool, error) {
	vs, err := v.e.Store.History(ctx, k, number, 1)
	if err != nil || len(vs) == 0 || !v.may(vs[0].Doc) {
		return View{}, false, wrap(err)
	}
	view, err := v.view(vs[0].Doc)
	return view, err == nil, err
}
