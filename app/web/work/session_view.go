package work

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"colocate/app/record"
	"colocate/app/web/form"
	"colocate/app/web/ui"
	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// sessionView is a session with everything that its page shows beside it, as
// the reader may see it.
type sessionView struct {
	rec      ui.Rec
	actions  []ui.Rec // agreed in it
	prior    []ui.Rec // of earlier sessions, reviewed in it
	annex    *ui.Rec
	comments []ui.Rec
	contests []ui.Rec
	past     []record.Version
	names    ui.Names
	may      record.Possible
	answers  map[string][]string // verbs that are possible, by action
	checks   []kind.Condition    // of the release, for who may release it
	key      string              // idempotency key of the forms of the page
	comment  string              // id of the comment that the form makes
	typed    value.Text          // the comment as it was typed
	faults   []ui.Fault
	sheet    bool // as it is printed
	annexed  bool // and the annex with it
}

// show answers GET /sessions/:id; ?print=1 shows the sheet that is printed,
// ?print=annex with the UN's annex.
func (h *sessions) show(c *fiber.Ctx, p ui.Page) error {
	v, err := h.load(c.UserContext(), p, c.Params("id"))
	if err != nil {
		return err
	}
	if printed := c.Query("print"); printed != "" {
		v.sheet, v.annexed = true, printed == "annex" && v.annex != nil
		v.handOver()
	}
	return h.render(c, fiber.StatusOK, p, v)
}

// handOver leaves on the sheet of a released session the actions that the host
// reads, and no others.
func (v *sessionView) handOver() {
	if !v.released() || v.annexed {
		return
	}
	shared := v.rec.ToAll("prior_actions_shared")
	v.actions = slices.DeleteFunc(v.actions, func(a ui.Rec) bool { return !a.Has("released_at") })
	v.prior = slices.DeleteFunc(v.prior, func(a ui.Rec) bool { return !slices.Contains(shared, a.Ref()) })
}

func (h *sessions) render(c *fiber.Ctx, status int, p ui.Page, v *sessionView) error {
	p.Title = v.title(p)
	p.Mark = v.mark(p)
	p.Path = p.Href(v.rec.Ref()) // a comment that cannot be made is answered with this page too
	if v.sheet {
		return ui.Render(c, status, p, sessionSheet(p, v))
	}
	return ui.Render(c, status, p, sessionPage(p, v))
}

// load reads a session with what lies beside it.
func (h *sessions) load(ctx context.Context, p ui.Page, id string) (*sessionView, error) {
	v := &sessionView{key: form.NewID(), comment: form.NewID()}
	d := h.s.Kinds.Get("session")
	var err error
	if v.rec, err = h.s.Read(ctx, p, d, id); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, ui.Page, *sessionView) error{h.addRecords, h.addRights, h.addPast, h.addNames, h.addCodes} {
		if err := step(ctx, p, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// addRecords adds the records that hang on the session. An annex is there for
// who may read it, and leaves no trace for others.
func (h *sessions) addRecords(ctx context.Context, p ui.Page, v *sessionView) error {
	of := func(field string) record.ListQuery {
		return record.ListQuery{Filter: map[string]string{field: v.rec.ID}}
	}
	var annexes []ui.Rec
	for _, x := range []struct {
		into *[]ui.Rec
		kind string
		q    record.ListQuery
	}{
		{&v.actions, "action", of("origin")}, {&annexes, "session_annex", of("session")},
		{&v.comments, "session_comment", of("session")}, {&v.contests, "contest", of("session")},
	} {
		var err error
		if *x.into, err = beside(ctx, h.s, p, x.kind, x.q); err != nil {
			return err
		}
	}
	if len(annexes) > 0 {
		v.annex = &annexes[0]
	}
	return h.addPrior(ctx, p, v)
}

// addPrior adds the earlier actions that were reviewed; the host's copy names
// only those that the host reads.
func (h *sessions) addPrior(ctx context.Context, p ui.Page, v *sessionView) error {
	var ids []string
	for _, r := range append(v.rec.ToAll("prior_actions_reviewed"), v.rec.ToAll("prior_actions_shared")...) {
		ids = append(ids, r.ID)
	}
	d := h.s.Kinds.Get("action")
	if len(ids) == 0 || d == nil {
		return nil
	}
	views, err := h.s.Records.ReadMany(ctx, p.Actor, d, ids)
	if err != nil {
		return err
	}
	v.prior, err = ui.ParseAll(d, views)
	return err
}

// addCodes adds what the codes of the record and of its annex are called.
func (h *sessions) addCodes(ctx context.Context, p ui.Page, v *sessionView) error {
	if v.rec.Len("themes") > 0 {
		if err := h.s.NameCodes(ctx, p, "theme", v.names); err != nil {
			return err
		}
	}
	if v.annex == nil || v.annex.Len("obstacles") == 0 {
		return nil
	}
	return h.s.NameCodes(ctx, p, "obstacle", v.names)
}

// addRights adds what the reader may do, and for who may release the session
// what must hold before.
func (h *sessions) addRights(ctx context.Context, p ui.Page, v *sessionView) error {
	var err error
	if v.may, err = h.s.Records.May(ctx, p.Actor, v.rec.Kind, v.rec.ID); err != nil {
		return err
	}
	v.answers = map[string][]string{}
	for _, a := range slices.Concat(v.actions, v.prior) {
		may, err := h.s.Records.May(ctx, p.Actor, a.Kind, a.ID)
		if err != nil {
			return err
		}
		// To take an action back is for its own page: here it would stand beside each.
		v.answers[a.ID] = slices.DeleteFunc(answers(usable(p, a, may.Verbs)), func(verb string) bool { return verb == "cancel" })
	}
	if !slices.Contains([]string{"submitted", "approved"}, v.rec.State()) || !p.Can("session", "release") {
		return nil
	}
	v.checks, err = h.s.Records.Checks(ctx, p.Actor, v.rec.Kind, "release", v.rec.ID)
	if code := kind.CodeOf(err); code == kind.CodeForbidden || code == kind.CodeNotFound {
		return nil // somebody else releases it
	}
	return err
}

// lastVersions is how many versions the page of a record shows.
const lastVersions = 5

func (h *sessions) addPast(ctx context.Context, p ui.Page, v *sessionView) error {
	if p.Host() {
		return nil // no names and no times of the UN's work: the page of the history has the versions
	}
	past, err := h.s.Records.History(ctx, p.Actor, v.rec.Kind, v.rec.ID, "", lastVersions)
	v.past = past.Items
	return err
}

func (h *sessions) addNames(ctx context.Context, p ui.Page, v *sessionView) error {
	recs := slices.Concat([]ui.Rec{v.rec}, v.actions, v.prior, v.comments, v.contests)
	var refs []value.Ref
	for _, r := range recs {
		refs = append(refs, r.Refs()...)
	}
	for _, x := range v.past {
		if value.ValidID(x.By) {
			refs = append(refs, value.Ref{Kind: "person", ID: x.By})
		}
	}
	var err error
	v.names, err = h.s.Names(ctx, p, refs)
	return err
}

// title is what the session is called: its type and its unit.
func (v *sessionView) title(p ui.Page) string {
	called := sessionType(p, v.rec.Str("type"))
	if unit := v.names[v.rec.To("unit")]; unit != "" {
		return p.T("page.session.heading", map[string]any{"Type": called, "Unit": unit})
	}
	return called
}

// mark is the level of the darkest part that the page shows (look, §3). What
// the host has read is shared; the working record is the UN's.
func (v *sessionView) mark(p ui.Page) string {
	switch {
	case v.annex != nil && (!v.sheet || v.annexed):
		return "con"
	case p.Host() || v.sheet && v.released():
		return "shr"
	}
	return "mis"
}

// released reports whether the host reads the session.
func (v *sessionView) released() bool { return v.rec.Has("released_at") && v.rec.State() != "voided" }

// number is what people quote: the release number where both sides read it,
// else the mission's own.
func (v *sessionView) number() string {
	if n := v.rec.Str("ref_no"); n != "" && !v.sheet {
		return n
	}
	return v.rec.Str("release_no")
}

// can reports whether the reader may do the verb to the session now.
func (v *sessionView) can(verb string) bool { return slices.Contains(v.may.Verbs, verb) }

// said reports whether the session has a discussion or may have one, or there are
// words that were to be part of it.
func (v *sessionView) said() bool {
	return len(v.comments)+len(v.contests) > 0 || v.discussable() || v.typed.Text != ""
}

// discussable reports whether comments are taken: from the release until the
// session is closed.
func (v *sessionView) discussable() bool { return v.released() && v.rec.State() != "closed" }

// by are the comments of one side, "un" or "host".
func (v *sessionView) by(side string) []ui.Rec {
	return slices.DeleteFunc(slices.Clone(v.comments), func(r ui.Rec) bool { return (r.Str("side") == "host") != (side == "host") })
}

// instead are the states of a session that stand in the place of another.
var instead = map[string]string{"returned": "submitted", "contested": "acknowledged"}

// trail is how far a session has come; none for what was voided. The host's way
// begins at the release.
func (v *sessionView) trail(p ui.Page) []ui.Step {
	now := v.rec.State()
	steps := ui.Steps(v.rec.Kind, cmp.Or(instead[now], now), now)
	if i := slices.IndexFunc(steps, func(s ui.Step) bool { return s.State == string(mentoring.Released) }); p.Host() && i > 0 {
		return steps[i:]
	}
	return steps
}

// advisers are the UN's people of the session in words, lead first.
func (v *sessionView) advisers(p ui.Page) []string {
	var out []string
	for i := range v.rec.Len("advisers_text") {
		name := v.rec.Str(path("advisers_text", i, "name"))
		if f := v.rec.Str(path("advisers_text", i, "function")); f != "" {
			name = p.T("page.session.adviser", map[string]any{"Name": name, "Function": p.Enum("posting_function", f)})
		}
		out = append(out, name)
	}
	if len(out) > 0 {
		return out
	}
	return v.named("advisers")
}

// named are the names of the records at a path that the reader may know.
func (v *sessionView) named(at string) []string {
	var out []string
	for _, r := range v.rec.ToAll(at) {
		if n := v.names[r]; n != "" {
			out = append(out, n)
		}
	}
	return out
}

// participants says how many took part, a line for each party.
func (v *sessionView) participants(p ui.Page) []string {
	var out []string
	for i := range v.rec.Len("participants") {
		at := func(name string) string { return path("participants", i, name) }
		args := map[string]any{"Party": p.Enum("party", v.rec.Str(at("party"))), "Women": v.rec.Int(at("sexcount.female")),
			"Men": v.rec.Int(at("sexcount.male")), "Other": v.rec.Int(at("sexcount.other_undisclosed"))}
		key := "page.session.took_part"
		if args["Other"] != int64(0) {
			key = "page.session.took_part_other"
		}
		out = append(out, p.T(key, args))
	}
	return out
}

// called are codes of a reference list in the reader's language.
func (v *sessionView) called(list string, codes []string) []string {
	out := make([]string, 0, len(codes))
	for _, c := range codes {
		out = append(out, v.names.Code(list, c))
	}
	return out
}

// outcome says whether the session took place, in words for the side that reads
// or that the sheet is for.
func (v *sessionView) outcome(p ui.Page) string {
	if o := v.rec.Str("outcome_shared"); o != "" && (v.sheet || p.Host()) {
		return p.Enum("shared_outcome", o)
	}
	if o := v.rec.Str("outcome_of_visit"); o != "" {
		return p.Enum("visit_outcome", o)
	}
	return ""
}

// languages are those that were spoken, in the reader's.
func (v *sessionView) languages(p ui.Page) string {
	var out []string
	for _, l := range v.rec.Strs("languages") {
		out = append(out, p.LangName(l))
	}
	return p.List(out)
}

// next is the day of the next session: on what the host reads only the one it
// agreed to.
func (v *sessionView) next() string {
	if v.sheet {
		return v.rec.Str("next_session_shared")
	}
	if n := v.rec.Str("next_session_on"); n != "" {
		return n
	}
	return v.rec.Str("next_session_shared")
}

// met is how many conditions of the release hold.
func (v *sessionView) met() int {
	n := 0
	for _, c := range v.checks {
		if c.OK {
			n++
		}
	}
	return n
}

// open reports whether a condition stands in the way that nothing sent with the
// release can settle.
func (v *sessionView) blocked() bool {
	return slices.ContainsFunc(v.checks, func(c kind.Condition) bool { return !c.OK && c.Settle != "scan_resolved" })
}

// found reports whether the scan found something that somebody must look at.
func (v *sessionView) found() bool {
	return slices.ContainsFunc(v.checks, func(c kind.Condition) bool { return !c.OK && c.Settle == "scan_resolved" })
}

// at are the fields that a condition names, as dotted paths; those of actions
// are the actions' own.
func at(c kind.Condition) []string {
	names, _ := c.Args["Fields"].(string)
	var out []string
	for n := range strings.SplitSeq(names, ", ") {
		if n != "" {
			out = append(out, strings.ReplaceAll(n, "/", "."))
		}
	}
	return out
}

// textAt is what a condition names: its label, and where it is translated.
func (v *sessionView) textAt(p ui.Page, field string) (label, href string) {
	code, isAction := strings.CutPrefix(field, "actions.")
	if !isAction {
		return p.Label("session", field), "/sessions/" + v.rec.ID + "/translate"
	}
	for _, a := range v.actions {
		if a.Str("code") == code {
			label, _ = a.Said("text").In(p.Reads()...)
			return label, p.Href(a.Ref()) + "/translate"
		}
	}
	return code, ""
}

// asked are the actions of which the reader can say something now.
func (v *sessionView) asked() []ui.Rec {
	return slices.DeleteFunc(slices.Concat(v.actions, v.prior), func(a ui.Rec) bool { return len(v.answers[a.ID]) == 0 })
}

// verbAt is where a verb of the session is done.
func (v *sessionView) verbAt(verb string) string { return "/sessions/" + v.rec.ID + "/do/" + verb }

// owner is who owes an action, in words that its reader may know.
func (v *sessionView) owner(p ui.Page, a ui.Rec) string {
	if who := owners(v.names, a); len(who) > 0 {
		return p.List(who)
	}
	return p.Enum("owner_side", a.Str("owner_side"))
}

// index is the dotted path of an element of a list.
func index(list string, i int) string { return list + "." + strconv.Itoa(i) }

// path is the dotted path of a field of an element of a list.
func path(list string, i int, name string) string { return index(list, i) + "." + name }
