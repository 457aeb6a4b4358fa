package domain_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"colocate/domain"
	"colocate/domain/kind"
	"colocate/domain/kind/kindtest"
)

func compiled(t *testing.T) *kind.Registry {
	t.Helper()
	r, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// kinds is domain.md §9 as far as it is built, written out by hand.
var kinds = map[string]struct {
	path  string
	class kind.Class
	scope kind.ScopeBy
	verbs string
}{
	"mission":           {"missions", kind.PUB, kind.InService, ""},
	"office":            {"offices", kind.PUB, kind.InMission, ""},
	"person":            {"persons", kind.MIS, kind.OfPerson, ""},
	"posting":           {"postings", kind.MIS, kind.OfPerson, ""},
	"reference_item":    {"reference-items", kind.PUB, kind.InService, ""},
	"police_service":    {"police-services", kind.PUB, kind.InMission, ""},
	"unit":              {"units", kind.SHR, kind.InUnit, ""},
	"strength_snapshot": {"strength-snapshots", kind.SHR, kind.InUnit, "verify"},
	"counterpart":       {"counterparts", kind.MIS, kind.OfPerson, "transfer retire suspend reinstate"},
	"session": {"sessions", kind.SHR, kind.InUnit,
		"submit return approve close_internal release acknowledge refuse close void"},
	"session_comment": {"session-comments", kind.SHR, kind.InUnit, ""},
	"contest":         {"contests", kind.SHR, kind.InUnit, "decide escalate withdraw"},
	"session_annex":   {"session-annexes", kind.CON, kind.InUnit, ""},
	"action":          {"actions", kind.SHR, kind.InUnit, "accept decline counter_propose start report_done verify reopen extend cancel"},
}

func TestKindsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	r := compiled(t)
	if len(r.All()) != len(kinds) {
		t.Errorf("%d kinds, want %d", len(r.All()), len(kinds))
	}
	for name, want := range kinds {
		d := r.Get(name)
		if d == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		var verbs []string
		for _, v := range d.Verbs() {
			verbs = append(verbs, v.Name)
		}
		if d.Plural != want.path || d.Class != want.class || d.Scope.By != want.scope || strings.Join(verbs, " ") != want.verbs {
			t.Errorf("%s: path %s, class %d, scope %d, verbs %v", name, d.Plural, d.Class, d.Scope.By, verbs)
		}
	}
}

// TestExamplesAreValid decodes every example as a client would send it.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	by := kind.DecodeBy{Class: kind.CON, Side: kind.UN}
	now := kind.Now{Time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), Today: "2026-11-24"}
	for _, d := range compiled(t).All() {
		if d.Example == "" {
			t.Errorf("%s has no example", d.Name)
			continue
		}
		rec := d.New()
		if err := d.Decode(kindtest.JSON(t, d.Example), rec, by); err != nil {
			t.Errorf("%s: %v %v", d.Name, err, err.(*kind.Error).Fields)
		}
		if err := d.Validate(rec, now); err != nil {
			t.Errorf("%s: %v %v", d.Name, err, err.(*kind.Error).Fields)
		}
		for _, v := range d.Verbs() {
			in := v.NewInput()
			if in == nil {
				continue
			}
			if v.Example == "" {
				t.Errorf("%s.%s takes an input and shows none", d.Name, v.Name)
				continue
			}
			if err := v.Decode(kindtest.JSON(t, v.Example), in, by); err != nil {
				t.Errorf("%s.%s: %v", d.Name, v.Name, err)
			}
		}
	}
}

// TestTheHostHasNoWayToAPerson: no field that the host side sees points at a
// person (domain.md §5.7), and none above its class is among the envelope's.
func TestTheHostHasNoWayToAPerson(t *testing.T) {
	t.Parallel()
	for _, d := range compiled(t).All() {
		for _, f := range d.Fields {
			if f.Type == kind.RefType && f.Class <= kind.SHR && slices.Contains(f.To, "person") {
				t.Errorf("%s.%s", d.Name, f.Name)
			}
		}
	}
}

// TestKeysAreWrittenOut: every message key of the domain stands in the source as
// a whole, so that the catalogues can be held to it.
func TestKeysAreWrittenOut(t *testing.T) {
	t.Parallel()
	built := regexp.MustCompile(`"error\.[a-z_.]*"\s*\+|\+\s*"[a-z_]*\.[a-z_]*"`)
	for _, folder := range []string{"mission", "host", "mentoring"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(fmt.Errorf("%s: %d files: %w", folder, len(files), err))
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") && built.Match(src) {
				t.Errorf("%s builds a key: %s", name, built.Find(src))
			}
		}
	}
}

// TestListsOfTheHostTellNoTimes: what has no declared order comes by the time
// at which it was made, which the host side may not learn (domain.md §5.7,
// "envelope, host side"). Released copies have times of their own.
func TestListsOfTheHostTellNoTimes(t *testing.T) {
	t.Parallel()
	for _, d := range compiled(t).All() {
		shared := slices.ContainsFunc(d.Fields, func(f *kind.Field) bool { return f.Class <= kind.SHR })
		if d.Releasable || d.Scope.By == kind.InService || !shared {
			continue
		}
		if !slices.ContainsFunc(d.Lists, func(l kind.List) bool { return l.By == "" }) {
			t.Errorf("%s: the list without a filter has no order", d.Name)
		}
		for _, l := range d.Lists {
			f := d.Field(strings.TrimPrefix(l.Sort, "-"))
			if f == nil || f.Class > kind.SHR {
				t.Errorf("%s: the list by %q is in an order that the host side does not see: %q", d.Name, l.By, l.Sort)
			}
		}
	}
}
