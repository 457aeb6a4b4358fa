package kind_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"colocate/domain/kind"
	"colocate/domain/value"
)

// valid is a record that breaks no rule.
func valid() *visit {
	yes := true
	return &visit{Head: kind.Head{ID: idA, Lang: "fr"}, Title: value.Text{Lang: "fr", Text: "Visite"}, Kind: "wet",
		Unit: value.Ref{Kind: "unit", ID: idA}, Advisers: []value.Ref{{Kind: "person", ID: idB}}, Minutes: 90, Asked: &yes}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	soon := clock.Time.Add(kind.Grace)
	for what, c := range map[string]struct {
		change func(*visit)
		want   map[string]string
	}{
		"valid":                   {func(*visit) {}, nil},
		"a zero that is a value":  {func(v *visit) { v.Minutes, v.Cells = 0, 0 }, nil},
		"required title":          {func(v *visit) { v.Title = value.Text{} }, map[string]string{"title": "required"}},
		"required list":           {func(v *visit) { v.Advisers = nil }, map[string]string{"advisers": "required"}},
		"required pointer":        {func(v *visit) { v.Asked = nil }, map[string]string{"asked": "required"}},
		"number":                  {func(v *visit) { v.Cells = -1 }, map[string]string{"cells": "range"}},
		"enumeration":             {func(v *visit) { v.Kind = "hot" }, map[string]string{"weather": "enum"}},
		"duplicate":               {func(v *visit) { v.Themes = []value.Code{"AA", "BB", "AA"} }, map[string]string{"themes/2": "duplicate"}},
		"reference":               {func(v *visit) { v.Unit.ID = "x" }, map[string]string{"unit": "reference"}},
		"head count":              {func(v *visit) { v.Heads.Male = -3 }, map[string]string{"heads/male": "range"}},
		"in a list":               {func(v *visit) { v.Parties = []party{{Who: v.Unit, Count: value.SexCount{Other: -1}}} }, map[string]string{"parties/0/sexcount/other_undisclosed": "range"}},
		"in a struct":             {func(v *visit) { v.Inner.On = "2026-13-01" }, map[string]string{"inner/on": "type"}},
		"in a pointer":            {func(v *visit) { v.Host = &host{On: "2026-13-01"} }, map[string]string{"host/on": "type"}},
		"today":                   {func(v *visit) { v.Day = "2026-10-06" }, nil},
		"tomorrow":                {func(v *visit) { v.Day = "2026-10-07" }, map[string]string{"day": "future"}},
		"tomorrow inside":         {func(v *visit) { v.Inner.On = "2026-10-07" }, map[string]string{"inner/on": "future"}},
		"this month":              {func(v *visit) { v.Since = "2026-10" }, nil},
		"next month":              {func(v *visit) { v.Since = "2026-11" }, map[string]string{"since": "future"}},
		"in five minutes":         {func(v *visit) { v.Start = soon }, nil},
		"later than that":         {func(v *visit) { v.Start = soon.Add(time.Millisecond) }, map[string]string{"start": "future"}},
		"a period to come":        {func(v *visit) { v.Span = value.Period{Start: "2027-01-01"} }, nil}, // not tagged past
		"language of the record":  {func(v *visit) { v.Lang = "!" }, map[string]string{"lang": "pattern"}},
		"fields of the server":    {func(v *visit) { v.RefNo = string(make([]rune, 201)) }, map[string]string{"ref_no": "too_long"}},
		"its own rule":            {func(v *visit) { v.Minutes = 13 }, map[string]string{"minutes": "error.visit.unlucky"}},
		"its own rule and others": {func(v *visit) { v.Minutes, v.Kind = 13, "" }, map[string]string{"minutes": "error.visit.unlucky", "weather": "required"}},
		"everything at once":      {func(v *visit) { v.Kind, v.Cells, v.Day = "hot", 501, "9999-01-01" }, map[string]string{"weather": "enum", "cells": "range", "day": "future"}},
	} {
		v := valid()
		c.change(v)
		if got := faults(t, d.Validate(v, clock)); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

func TestDecodeLeavesTheClockAlone(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	rec := &visit{}
	if err := d.Decode(put(minimal(), "day", "2099-01-01"), rec, all); err != nil || rec.Day != "2099-01-01" {
		t.Fatal(err, rec.Day)
	}
}

type broken struct {
	kind.Head
	Name string `f:"name"`
}

var errOutage = errors.New("outage")

func (*broken) Validate(kind.Now) error { return errOutage }

func TestValidatePassesOtherErrors(t *testing.T) {
	t.Parallel()
	var k kind.Kinds
	kind.Declare[broken](&k, good())
	r, err := kind.Compile(k)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Get("thing").Validate(&broken{}, clock); !errors.Is(err, errOutage) {
		t.Fatal(err)
	}
}

func TestVerbValidate(t *testing.T) {
	t.Parallel()
	d := registry(t).Get("visit")
	v := d.Verb("approve")
	in := &approveInput{Why: value.Text{Lang: "fr", Text: "bon"}, Score: 6}
	if got := faults(t, v.Validate(in, clock)); !maps.Equal(got, map[string]string{"score": "range"}) {
		t.Fatal(got)
	}
	in.Score = 5
	if err := v.Validate(in, clock); err != nil {
		t.Fatal(err)
	}
	if err := d.Verb("send").Validate(nil, clock); err != nil {
		t.Fatal(err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	var c kind.Check
	if c.Err() != nil {
		t.Fatal("an empty check is an error")
	}
	c.Must(true, "a", "error.a")
	c.Must(false, "b", "error.b", "Max", 3)
	c.Must(false, "b", "error.second")
	if err := c.Merge(kind.E(kind.CodeConflict, "error.x", nil)); kind.CodeOf(err) != kind.CodeConflict {
		t.Fatal("Merge swallowed an error without fields")
	}
	var other kind.Check
	other.Must(false, "c", "error.c")
	other.Must(false, "b", "error.third")
	if err := c.Merge(other.Err()); err != nil {
		t.Fatal(err)
	}
	e := c.Err().(*kind.Error)
	if e.Fields["b"].Key != "error.b" || e.Fields["b"].Args["Max"] != 3 || e.Fields["c"].Key != "error.c" || len(e.Fields) != 2 {
		t.Fatal(e.Fields)
	}
	cause := errors.New("why")
	if err := kind.E(kind.CodeBusy, "error.busy", cause); !errors.Is(err, cause) || err.Error() != "busy: error.busy: why" {
		t.Fatal(err)
	}
	if kind.CodeOf(cause) != "" || kind.CodeOf(nil) != "" {
		t.Fatal("CodeOf")
	}
}
