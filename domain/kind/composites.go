package kind

import (
	"reflect"
	"slices"

	"colocate/domain/value"
)

// composite makes the codec of a value with parts: T by what reads it from a
// client's document, from a stored one, what writes it and what checks it.
func composite[T any](
	read func(d *decoding, doc Doc, old T) T,
	load func(doc Doc) (T, error),
	write func(t *T) Doc,
	check func(k *checking, t *T),
) codec {
	return codec{
		empty: isZero,
		decode: func(d *decoding, raw any, v reflect.Value) {
			if doc, ok := d.doc(raw); ok {
				t := v.Addr().Interface().(*T)
				*t = read(d, doc, *t)
			}
		},
		load: func(raw any, v reflect.Value) error {
			doc, ok := raw.(Doc)
			if !ok {
				return unlike("a document", raw)
			}
			t, err := load(doc)
			*v.Addr().Interface().(*T) = t
			return err
		},
		encode: func(v reflect.Value) any { return write(v.Addr().Interface().(*T)) },
		check:  func(k *checking, v reflect.Value) { check(k, v.Addr().Interface().(*T)) },
	}
}

// stored reads the parts of a stored composite value and keeps the first error.
type stored struct {
	doc Doc
	err error
}

func part[T any](s *stored, name string) (t T) {
	raw, ok := s.doc.Get(name)
	if !ok {
		return t
	}
	t, ok = raw.(T)
	if !ok && s.err == nil {
		s.err = unlike(reflect.TypeFor[T]().String()+" "+name, raw)
	}
	return t
}

func periodCodec(f *Field, _ *parts) codec {
	return composite(
		func(d *decoding, doc Doc, _ value.Period) value.Period {
			d.only(doc, "start", "end")
			return value.Period{Start: value.Date(d.str(doc, "start")), End: value.Date(d.str(doc, "end"))}
		},
		func(doc Doc) (value.Period, error) {
			s := stored{doc: doc}
			return value.Period{Start: value.Date(part[string](&s, "start")), End: value.Date(part[string](&s, "end"))}, s.err
		},
		func(p *value.Period) Doc {
			doc := make(Doc, 0, 2)
			doc = word(doc, "start", string(p.Start))
			return word(doc, "end", string(p.End))
		},
		func(k *checking, p *value.Period) {
			bad := p.Check()
			k.broken(bad)
			if bad == nil {
				k.past(f, "start", p.Start)
			}
		})
}

// word adds a part that is left out where it is empty.
func word(doc Doc, name, s string) Doc {
	if s == "" {
		return doc
	}
	return append(doc, Elem{name, s})
}

func moneyCodec(*Field, *parts) codec {
	return composite(
		func(d *decoding, doc Doc, _ value.Money) value.Money {
			d.only(doc, "amount", "ccy")
			return value.Money{Amount: d.str(doc, "amount"), Ccy: d.str(doc, "ccy")}
		},
		func(doc Doc) (value.Money, error) {
			s := stored{doc: doc}
			return value.Money{Amount: part[string](&s, "amount"), Ccy: part[string](&s, "ccy")}, s.err
		},
		func(m *value.Money) Doc { return word(word(make(Doc, 0, 2), "amount", m.Amount), "ccy", m.Ccy) },
		func(k *checking, m *value.Money) { k.broken(m.Check()) })
}

func sexCountCodec(*Field, *parts) codec {
	return composite(
		func(d *decoding, doc Doc, _ value.SexCount) value.SexCount {
			d.only(doc, "female", "male", "other_undisclosed")
			return value.SexCount{Female: d.int(doc, "female"), Male: d.int(doc, "male"), Other: d.int(doc, "other_undisclosed")}
		},
		func(doc Doc) (value.SexCount, error) {
			s := stored{doc: doc}
			return value.SexCount{Female: part[int64](&s, "female"), Male: part[int64](&s, "male"),
				Other: part[int64](&s, "other_undisclosed")}, s.err
		},
		func(c *value.SexCount) Doc {
			return Doc{{"female", c.Female}, {"male", c.Male}, {"other_undisclosed", c.Other}}
		},
		func(k *checking, c *value.SexCount) { k.broken(c.Check()) })
}

func pointCodec(*Field, *parts) codec {
	return composite(
		func(d *decoding, doc Doc, _ value.Point) value.Point {
			d.only(doc, "lat", "lon", "precision_m")
			return value.Point{Lat: d.float(doc, "lat"), Lon: d.float(doc, "lon"), PrecisionM: d.int(doc, "precision_m")}
		},
		func(doc Doc) (value.Point, error) {
			s := stored{doc: doc}
			return value.Point{Lat: part[float64](&s, "lat"), Lon: part[float64](&s, "lon"),
				PrecisionM: part[int64](&s, "precision_m")}, s.err
		},
		func(p *value.Point) Doc {
			return Doc{{"lat", p.Lat}, {"lon", p.Lon}, {"precision_m", p.PrecisionM}}
		},
		func(k *checking, p *value.Point) { k.broken(p.Check()) })
}

func percentCodec(*Field, *parts) codec {
	return composite(
		func(d *decoding, doc Doc, _ value.Percent) value.Percent {
			d.only(doc, "num", "den")
			return value.Percent{Num: d.int(doc, "num"), Den: d.int(doc, "den")}
		},
		func(doc Doc) (value.Percent, error) {
			s := stored{doc: doc}
			return value.Percent{Num: part[int64](&s, "num"), Den: part[int64](&s, "den")}, s.err
		},
		func(p *value.Percent) Doc { return Doc{{"num", p.Num}, {"den", p.Den}} },
		func(k *checking, p *value.Percent) { k.broken(p.Check()) })
}

func refCodec(f *Field, _ *parts) codec {
	c := composite(
		func(d *decoding, doc Doc, _ value.Ref) value.Ref {
			d.only(doc, "kind", "id")
			return value.Ref{Kind: d.str(doc, "kind"), ID: d.str(doc, "id")}
		},
		func(doc Doc) (value.Ref, error) {
			s := stored{doc: doc}
			return value.Ref{Kind: part[string](&s, "kind"), ID: part[string](&s, "id")}, s.err
		},
		func(r *value.Ref) Doc { return word(word(make(Doc, 0, 2), "kind", r.Kind), "id", r.ID) },
		func(k *checking, r *value.Ref) {
			if !r.Is(f.To...) {
				k.fault(keyReference, "Allowed", f.To)
				return
			}
			k.broken(r.Check())
		})
	c.key = func(v reflect.Value) string { return v.Addr().Interface().(*value.Ref).ID }
	return c
}

func textCodec(f *Field, p *parts) codec {
	clean := p.text
	if f.Title {
		clean = p.name
	}
	c := composite(
		func(d *decoding, doc Doc, old value.Text) value.Text { return readText(d, doc, old, clean) },
		loadText, writeText,
		func(k *checking, t *value.Text) {
			k.broken(t.Check())
			k.length(f, "text", t.Text)
			for l, tr := range t.Tr {
				k.length(f, "tr/"+escape(string(l))+"/text", tr.Text)
			}
		})
	c.empty = func(v reflect.Value) bool { return v.Addr().Interface().(*value.Text).IsZero() }
	return c
}

// readText reads a text. Who translated it and when is the server's to say; it
// is kept of a translation that is sent as it was.
func readText(d *decoding, doc Doc, old value.Text, clean func(string) string) value.Text {
	d.only(doc, "lang", "text", "tr")
	t := value.Text{Lang: value.Lang(d.str(doc, "lang")), Text: clean(d.str(doc, "text"))}
	raw, _ := doc.Get("tr")
	if raw == nil {
		if t.Text == "" {
			return value.Text{} // a form sends a language with nothing in it
		}
		return t
	}
	d.in("tr")
	defer d.out()
	all, ok := d.doc(raw)
	if !ok {
		return t
	}
	if len(all) > maxList {
		d.fault(keyTooMany, "Max", int64(maxList))
		return t
	}
	for _, e := range all {
		if t.Tr == nil {
			t.Tr = make(map[value.Lang]value.Translation, len(all))
		}
		d.in(e.Name)
		l := value.Lang(e.Name)
		t.Tr[l] = readTranslation(d, e.Value, old.Tr[l], clean)
		d.out()
	}
	return t
}

func readTranslation(d *decoding, raw any, old value.Translation, clean func(string) string) value.Translation {
	doc, ok := d.doc(raw)
	if !ok {
		return old
	}
	for _, e := range doc {
		if e.Name == "by" || e.Name == "at" {
			d.faultIn(e.Name, keyServerOwned)
		}
	}
	d.only(doc, "text", "method", "state", "by", "at")
	tr := value.Translation{Text: clean(d.str(doc, "text")), Method: value.Method(d.str(doc, "method")),
		State: value.TranslationState(d.str(doc, "state"))}
	if tr.State == "" {
		tr.State = value.DraftTranslation
	}
	if tr.Text == old.Text && tr.Method == old.Method && tr.State == old.State {
		tr.By, tr.At = old.By, old.At
	}
	return tr
}

func loadText(doc Doc) (value.Text, error) {
	s := stored{doc: doc}
	t := value.Text{Lang: value.Lang(part[string](&s, "lang")), Text: part[string](&s, "text")}
	for _, e := range part[Doc](&s, "tr") {
		tr, ok := e.Value.(Doc)
		if !ok {
			return t, unlike("a translation", e.Value)
		}
		p := stored{doc: tr}
		if t.Tr == nil {
			t.Tr = map[value.Lang]value.Translation{}
		}
		t.Tr[value.Lang(e.Name)] = value.Translation{Text: part[string](&p, "text"),
			Method: value.Method(part[string](&p, "method")), State: value.TranslationState(part[string](&p, "state")),
			By: part[string](&p, "by"), At: part[string](&p, "at")}
		if p.err != nil {
			return t, p.err
		}
	}
	return t, s.err
}

func writeText(t *value.Text) Doc {
	doc := word(word(make(Doc, 0, 3), "lang", string(t.Lang)), "text", t.Text)
	if len(t.Tr) == 0 {
		return doc
	}
	all := make(Doc, 0, len(t.Tr))
	for l, tr := range t.Tr {
		one := word(make(Doc, 0, 5), "text", tr.Text)
		one = word(one, "method", string(tr.Method))
		one = word(one, "state", string(tr.State))
		one = word(one, "by", tr.By)
		all = append(all, Elem{string(l), word(one, "at", tr.At)})
	}
	slices.SortFunc(all, func(a, b Elem) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return append(doc, Elem{"tr", all})
}
