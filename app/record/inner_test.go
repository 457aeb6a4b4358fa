package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"colocate/app/store"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// TestSealer: a cursor tells nothing, is the same for the same place, and opens
// for its reader only (trust.md Z15).
func TestSealer(t *testing.T) {
	t.Parallel()
	s := newSealer([]byte("0123456789abcdef0123456789abcdef"))
	rapid.Check(t, func(t *rapid.T) {
		ns := rapid.SliceOfN(rapid.Int64(), 1, 4).Draw(t, "numbers")
		who := rapid.String().Draw(t, "reader")
		c := s.seal(who, ns...)
		if got, ok := s.open(who, c, len(ns)); !ok || !slices.Equal(got, ns) {
			t.Fatalf("opened %v %v", got, ok)
		}
		if c != s.seal(who, ns...) {
			t.Fatal("two cursors for one place")
		}
		if _, ok := s.open(who+"x", c, len(ns)); ok {
			t.Fatal("opens for another reader")
		}
		if _, ok := s.open(who, c, len(ns)+1); ok {
			t.Fatal("opens as another sort of cursor")
		}
		i := rapid.IntRange(0, len(c)-1).Draw(t, "at")
		bad := c[:i] + string("Ab"[(c[i]-'A'+1)%2]) + c[i+1:]
		if _, ok := s.open(who, bad, len(ns)); ok && bad != c {
			t.Fatal("opens when changed")
		}
	})
	if a, b := s.seal("x", 1), s.seal("x", 1_000_000); len(a) != len(b) {
		t.Error("the length tells")
	}
}

type inner struct {
	Plain  string `f:"plain"`
	Closed string `f:"closed" class:"MIS"`
}

type depth struct {
	A string `f:"a"`
	B string `f:"b"`
}

type masked struct {
	kind.Head
	Pub    string     `f:"pub" class:"PUB"`
	Shr    string     `f:"shr"`
	Mis    string     `f:"mis" class:"MIS"`
	Con    string     `f:"con" class:"CON"`
	Str    string     `f:"str" class:"STR"`
	Text   value.Text `f:"text"`
	Within inner      `f:"within"`
	Deep   depth      `f:"deep" class:"CON"`
	N      int64      `f:"n"`
}

func maskedKind(t testing.TB) *kind.Descriptor {
	var ks kind.Kinds
	kind.Declare[masked](&ks, kind.Spec{Name: "masked", Class: kind.SHR, Scope: kind.Mission()})
	reg, err := kind.Compile(ks)
	if err != nil {
		t.Fatal(err)
	}
	return reg.Get("masked")
}

// TestMaskLetsOutNoMore: each value is a canary of its class; what a class sees
// are the canaries of no higher one, whatever the record holds (trust.md Z4).
func TestMaskLetsOutNoMore(t *testing.T) {
	t.Parallel()
	d := maskedKind(t)
	sh := newShape(d)
	classes := map[string]kind.Class{"pub": kind.PUB, "shr": kind.SHR, "mis": kind.MIS, "con": kind.CON, "str": kind.STR,
		"plain": kind.SHR, "closed": kind.MIS, "text": kind.SHR, "tr": kind.SHR, "by": kind.MIS, "deep": kind.CON}
	rapid.Check(t, func(t *rapid.T) {
		canary := func(name string) string {
			if rapid.Bool().Draw(t, name) {
				return "canary-" + name + "-"
			}
			return ""
		}
		m := &masked{Head: kind.Head{ID: "i", Mission: "m", Rev: 3, CreatedBy: "canary-by-"}, Pub: canary("pub"), Shr: canary("shr"), Mis: canary("mis"),
			Con: canary("con"), Str: canary("str"), Within: inner{canary("plain"), canary("closed")}, Deep: depth{canary("deep"), canary("deep")}}
		if s := canary("text"); s != "" {
			m.Text = value.Text{Lang: "en", Text: s, Tr: map[value.Lang]value.Translation{"fr": {Text: canary("tr"), Method: value.Human, By: "canary-by-"}}}
		}
		raw := store.Encode(d.Encode(m))
		stored := string(raw)
		for _, class := range []kind.Class{kind.PUB, kind.SHR, kind.MIS, kind.CON} {
			out, _, err := sh.masks[class].append(nil, raw)
			if err != nil || !json.Valid(out) {
				t.Fatalf("%s: %v", out, err)
			}
			for name, c := range classes {
				has := strings.Contains(string(out), "canary-"+name+"-")
				if want := strings.Contains(stored, "canary-"+name+"-") && c <= class && c < kind.STR; has != want {
					t.Fatalf("class %d, %s: out %v, want %v\n%s", class, name, has, want, out)
				}
			}
			if in := string(out[1:]); strings.Contains(in, "{}") || strings.Contains(in, "[]") || strings.Contains(in, "null") {
				t.Fatalf("something empty tells that there is something: %s", out)
			}
		}
	})
}

func TestMaskOfDamage(t *testing.T) {
	t.Parallel()
	sh := newShape(maskedKind(t))
	raw := store.Encode(kind.Doc{{Name: "id", Value: "x"}, {Name: "within", Value: "not a document"}})
	out, _, err := sh.masks[kind.SHR].append(nil, raw)
	if err != nil || string(out) != `{"id":"x"}` {
		t.Errorf("%s %v", out, err)
	}
	if _, _, err := sh.masks[kind.SHR].append(nil, raw[:len(raw)-3]); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("cut short: %v", err)
	}
}

// fakeReader is a journal of which only the number is known.
type fakeReader struct {
	store.Store
	number int64
	shelf  string // touched by every commit
	heads  int
	looks  int
}

func (f *fakeReader) Head(context.Context, string) (int64, error) { f.heads++; return f.number, nil }

func (f *fakeReader) Changes(_ context.Context, _ string, shelves []string, after int64, _ int) ([]store.Version, error) {
	f.looks++
	if slices.Contains(shelves, f.shelf) && f.number > after {
		return []store.Version{{Number: f.number}}, nil
	}
	return nil, nil
}

// TestKept: a kept value is made anew at once for an own commit that touched
// its shelf, within a second for another process's, and never otherwise; a
// quiet journal is asked once a second.
func TestKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeReader{number: 5, shelf: "unit"}
		e := &Engine{Store: f, Kinds: &kind.Registry{}}
		made := 0
		k := &kept[int]{journal: "m", shelves: []string{"unit"}, load: func(context.Context) (int, error) { made++; return made, nil }}
		get := func(want int, what string) {
			t.Helper()
			if got, err := k.get(t.Context(), e); err != nil || got != want {
				t.Errorf("%s: got %d, want %d, %v", what, got, want, err)
			}
		}
		time.Sleep(time.Hour) // time begins at midnight 2000, where nothing was polled yet
		get(1, "first")
		for range 1000 {
			get(1, "again")
		}
		if f.heads != 1 || f.looks != 0 {
			t.Errorf("a quiet journal was asked %d times, and %d times what changed", f.heads, f.looks)
		}
		f.number++
		e.committed(store.Receipt{Journal: "m", Number: 6, Docs: []store.Version{{Key: store.Key{Shelf: "session"}}}})
		get(1, "own commit elsewhere")
		if f.looks != 0 {
			t.Error("an own commit elsewhere cost a look")
		}
		f.number++
		e.committed(store.Receipt{Journal: "m", Number: 7, Docs: []store.Version{{Key: store.Key{Shelf: "unit"}}}})
		get(2, "own commit")
		f.number = 9 // another process
		get(2, "not known yet")
		time.Sleep(pollEvery + time.Millisecond)
		get(3, "a second later")
		f.shelf, f.number = "session", 12
		time.Sleep(pollEvery + time.Millisecond)
		get(3, "another process, elsewhere")
		e.committed(store.Receipt{Journal: "m", Number: 14, Docs: []store.Version{{Key: store.Key{Shelf: "session"}}}})
		f.shelf, f.number = "unit", 14
		get(4, "a commit between was another's")
	})
}

func TestKeptKeepsNoFailure(t *testing.T) {
	t.Parallel()
	e := &Engine{Store: &fakeReader{number: 1}, Kinds: &kind.Registry{}}
	fail := errors.New("outage")
	k := &kept[int]{journal: "m", load: func(context.Context) (int, error) { return 7, fail }}
	if _, err := k.get(t.Context(), e); !errors.Is(err, fail) {
		t.Errorf("got %v", err)
	}
	fail = nil
	if v, err := k.get(t.Context(), e); v != 7 || err != nil {
		t.Errorf("got %d %v", v, err)
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	tr := tree{"a": {"b", "c"}, "c": {"d"}, "d": {"a"}} // a circle must not hang
	if got := tr.under([]string{"c"}); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("got %v", got)
	}
	if got := tr.under([]string{"x", "x"}); !slices.Equal(got, []string{"x"}) {
		t.Errorf("got %v", got)
	}
	if got := tr.under(nil); len(got) != 0 {
		t.Errorf("below nothing: %v", got)
	}
}

// TestWithin: a scope without a grant matches nothing, whatever else is asked;
// conditions are put in as they should be.
func TestWithin(t *testing.T) {
	t.Parallel()
	sh := newShape(maskedKind(t))
	a := &kind.Actor{Person: "p", Mission: "m"}
	own := store.Encode(kind.Doc{{Name: "mission_id", Value: "m"}, {Name: ownField, Value: []any{"p"}}})
	other := store.Encode(kind.Doc{{Name: "mission_id", Value: "m"}, {Name: ownField, Value: []any{"q"}}})
	foreign := store.Encode(kind.Doc{{Name: "mission_id", Value: "n"}, {Name: ownField, Value: []any{"p"}}})
	match := func(rs []reached, raw store.Raw) bool {
		x, err := store.ParseFilter(within(a, sh, sh.Name, rs, true))
		if err != nil {
			t.Fatal(err)
		}
		return store.Match(x, raw)
	}
	if match(nil, own) || match(nil, other) {
		t.Error("the zero scope matches")
	}
	if !match([]reached{{}}, own) || match([]reached{{}}, other) || match([]reached{{}}, foreign) {
		t.Error("own")
	}
	all := []reached{{all: true}}
	if !match(all, own) || !match(all, other) || match(all, foreign) {
		t.Error("the whole mission")
	}
	if f := fmt.Sprint(within(a, sh, sh.Name, all, true)); strings.Contains(f, "$or") {
		t.Errorf("a reach over everything needs no $or: %s", f)
	}
}

// TestNotDraft: a draft meets every condition, and what is missing meets none.
func TestNotDraft(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ops := []kind.Op{kind.Eq, kind.Ne, kind.Gt, kind.Gte, kind.Lt, kind.Lte}
		var draft []kind.Cond
		for _, f := range []string{"x", "y"} {
			draft = append(draft, kind.Cond{Field: f, Op: rapid.SampledFrom(ops).Draw(t, "op"), Value: rapid.Int64Range(0, 3).Draw(t, "value")})
		}
		doc := kind.Doc{}
		for _, f := range []string{"x", "y"} {
			if rapid.Bool().Draw(t, "has") {
				doc = append(doc, kind.Elem{Name: f, Value: rapid.Int64Range(0, 3).Draw(t, "is")})
			}
		}
		raw := store.Encode(doc)
		is, err := store.ParseFilter(conds(draft))
		if err != nil {
			t.Fatal(err)
		}
		not := false
		for _, b := range notDraft(nil, draft) {
			x, err := store.ParseFilter(conds(b))
			if err != nil {
				t.Fatal(err)
			}
			not = not || store.Match(x, raw)
		}
		if store.Match(is, raw) == not {
			t.Fatalf("%v of %v: draft and not draft are both %v", draft, doc, not)
		}
	})
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	a := kind.Doc{{Name: "b", Value: kind.Number("1")}, {Name: "a", Value: []any{"x", nil, true, kind.Doc{{Name: "z", Value: "1"}, {Name: "y", Value: int64(2)}}}}}
	b := kind.Doc{{Name: "a", Value: []any{"x", nil, true, kind.Doc{{Name: "y", Value: int64(2)}, {Name: "z", Value: "1"}}}}, {Name: "b", Value: kind.Number("1")}}
	if string(canonical(nil, a)) != string(canonical(nil, b)) {
		t.Errorf("order decides: %s, %s", canonical(nil, a), canonical(nil, b))
	}
	seen := map[string]bool{}
	for _, v := range []any{"1", kind.Number("1"), "", nil, true, []any{}, kind.Doc{}, []any{"1"}, []any{"1", "1"}, "null", `1","1`} {
		seen[string(canonical(nil, v))] = true
	}
	if len(seen) != 11 {
		t.Errorf("two contents look alike: %v", slices.Sorted(maps.Keys(seen)))
	}
}

// TestWrap: each error of the store has one meaning for the caller.
func TestWrap(t *testing.T) {
	t.Parallel()
	for err, code := range map[error]kind.Code{store.ErrNotFound: kind.CodeNotFound, store.ErrTaken: kind.CodeConflict, store.ErrGone: kind.CodeConflict,
		store.ErrStale: kind.CodeStale, store.ErrMoved: kind.CodeBusy, store.ErrBusy: kind.CodeBusy, store.ErrCursor: kind.CodeMalformed,
		store.ErrTooLarge: kind.CodeTooLarge, context.DeadlineExceeded: kind.CodeBusy, store.ErrNoPlan: "", errors.New("x"): ""} {
		if got := kind.CodeOf(wrap(fmt.Errorf("where: %w", err))); got != code {
			t.Errorf("%v: %q, want %q", err, got, code)
		}
	}
	if wrap(nil) != nil {
		t.Error("nil")
	}
}

// BenchmarkMask50 is what a page of a list costs beside the query: 50 records
// of about 1 KB through the mask, ETags included.
func BenchmarkMask50(b *testing.B) {
	d := maskedKind(b)
	sh, tags := newShape(d), newTagger([]byte("key"))
	long := strings.Repeat("Registre de garde à vue. ", 8)
	raw := store.Encode(d.Encode(&masked{Head: kind.Head{ID: "i", Mission: "m", Rev: 3, CreatedBy: "someone", CreatedAt: time.Unix(1e9, 0), UpdatedAt: time.Unix(1e9, 0)},
		Pub: long, Shr: long, Mis: long, Con: long, Within: inner{"a", "b"}, Text: value.Text{Lang: "fr", Text: long}}))
	b.ReportAllocs()
	for b.Loop() {
		for range 50 {
			out, _, err := sh.masks[kind.MIS].append(make([]byte, 0, len(raw)+len(raw)/4), raw)
			if err != nil || tags.tag(out) == "" {
				b.Fatal(err)
			}
		}
	}
}
