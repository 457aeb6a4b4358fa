package kind

import (
	"math"
	"reflect"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"colocate/domain/value"
)

// shape is a Go type that fields may have: the type of field it makes, whether
// a zero of it is a value, and its codec.
type shape struct {
	typ   Type
	zero  bool
	codec func(f *Field, p *parts) codec
}

// parts is what codecs need of the compiler.
type parts struct {
	text, name func(string) string // cleaners
	pattern    *regexp.Regexp
}

// shapes are the types of values with a Go type of their own; strings, numbers
// and enumerations are told by their kind.
var shapes = map[reflect.Type]shape{
	reflect.TypeFor[value.Code]():        {CodeType, false, codeCodec},
	reflect.TypeFor[value.Lang]():        {LangType, false, langCodec},
	reflect.TypeFor[value.Text]():        {TextType, false, textCodec},
	reflect.TypeFor[time.Time]():         {Time, false, timeCodec},
	reflect.TypeFor[value.Date]():        {DateType, false, dateCodec},
	reflect.TypeFor[value.PartialDate](): {PartialDate, false, partialCodec},
	reflect.TypeFor[value.Period]():      {PeriodType, false, periodCodec},
	reflect.TypeFor[value.Money]():       {MoneyType, false, moneyCodec},
	reflect.TypeFor[value.SexCount]():    {SexCountType, true, sexCountCodec},
	reflect.TypeFor[value.Point]():       {PointType, false, pointCodec},
	reflect.TypeFor[value.Percent]():     {PercentType, false, percentCodec},
	reflect.TypeFor[value.Ref]():         {RefType, false, refCodec},
}

func isZero(v reflect.Value) bool { return v.IsZero() }

func boolCodec(*Field, *parts) codec {
	return codec{
		empty: func(v reflect.Value) bool { return !v.Bool() },
		decode: func(d *decoding, raw any, v reflect.Value) {
			b, ok := raw.(bool)
			if !ok {
				d.fault(keyType, "Want", "boolean")
			}
			v.SetBool(b)
		},
		load: func(raw any, v reflect.Value) error {
			b, ok := raw.(bool)
			if !ok {
				return unlike("a boolean", raw)
			}
			v.SetBool(b)
			return nil
		},
		encode: func(v reflect.Value) any { return v.Bool() },
		check:  func(*checking, reflect.Value) {},
	}
}

func intCodec(f *Field, _ *parts) codec {
	return codec{
		empty: func(v reflect.Value) bool { return v.Int() == 0 },
		decode: func(d *decoding, raw any, v reflect.Value) {
			n, ok := integer(raw)
			if !ok || v.OverflowInt(n) {
				d.fault(keyType, "Want", "integer")
				return
			}
			v.SetInt(n)
		},
		load: func(raw any, v reflect.Value) error {
			n, ok := integer(raw)
			if !ok || v.OverflowInt(n) {
				return unlike("an integer", raw)
			}
			v.SetInt(n)
			return nil
		},
		encode: func(v reflect.Value) any { return v.Int() },
		check: func(k *checking, v reflect.Value) {
			if !f.List {
				k.limits(f, f.Min != nil && v.Int() < *f.Min, f.Max != nil && v.Int() > *f.Max)
			}
		},
	}
}

func floatCodec(f *Field, _ *parts) codec {
	return codec{
		empty: func(v reflect.Value) bool { return v.Float() == 0 },
		decode: func(d *decoding, raw any, v reflect.Value) {
			x, ok := decimal(raw)
			if !ok {
				d.fault(keyType, "Want", "number")
			}
			v.SetFloat(x)
		},
		load: func(raw any, v reflect.Value) error {
			x, ok := decimal(raw)
			if !ok {
				return unlike("a number", raw)
			}
			v.SetFloat(x)
			return nil
		},
		encode: func(v reflect.Value) any { return v.Float() },
		check: func(k *checking, v reflect.Value) {
			x := v.Float()
			if math.IsNaN(x) || math.IsInf(x, 0) {
				k.fault(keyType, "Want", "number")
			} else if !f.List {
				k.limits(f, f.Min != nil && x < float64(*f.Min), f.Max != nil && x > float64(*f.Max))
			}
		},
	}
}

// wordCodec is the codec of values that are kept as a string; clean prepares
// what a client sent, check applies the rules of what is not empty.
func wordCodec(clean func(string) string, check func(k *checking, s string)) codec {
	return codec{
		empty: func(v reflect.Value) bool { return v.Len() == 0 },
		decode: func(d *decoding, raw any, v reflect.Value) {
			s, ok := raw.(string)
			if !ok {
				d.fault(keyType, "Want", "string")
			} else if !utf8.ValidString(s) {
				d.fault(keyCharacters)
				s = ""
			}
			if clean != nil {
				s = clean(s)
			}
			v.SetString(s)
		},
		load: func(raw any, v reflect.Value) error {
			s, ok := raw.(string)
			if !ok {
				return unlike("a string", raw)
			}
			v.SetString(s)
			return nil
		},
		encode: func(v reflect.Value) any { return v.String() },
		check:  func(k *checking, v reflect.Value) { check(k, v.String()) },
	}
}

func stringCodec(f *Field, p *parts) codec {
	return wordCodec(p.name, func(k *checking, s string) {
		k.length(f, "", s)
		if p.pattern != nil && !p.pattern.MatchString(s) {
			k.fault(keyPattern)
		}
	})
}

func enumCodec(f *Field, _ *parts) codec {
	c := wordCodec(nil, func(k *checking, s string) {
		if !slices.Contains(f.Values, s) {
			k.fault(keyEnum, "Allowed", f.Values)
		}
	})
	c.key = reflect.Value.String
	return c
}

func codeCodec(*Field, *parts) codec {
	c := wordCodec(nil, func(k *checking, s string) { k.broken(value.Code(s).Check()) })
	c.key = reflect.Value.String
	return c
}

func langCodec(*Field, *parts) codec {
	c := wordCodec(nil, func(k *checking, s string) { k.broken(value.Lang(s).Check()) })
	c.key = reflect.Value.String
	return c
}

func dateCodec(f *Field, _ *parts) codec {
	c := wordCodec(nil, func(k *checking, s string) {
		if bad := value.Date(s).Check(); bad != nil {
			k.broken(bad)
			return
		}
		k.past(f, "", value.Date(s))
	})
	c.key = reflect.Value.String
	return c
}

func partialCodec(f *Field, _ *parts) codec {
	return wordCodec(nil, func(k *checking, s string) {
		if bad := value.PartialDate(s).Check(); bad != nil {
			k.broken(bad)
			return
		}
		k.past(f, "", value.PartialDate(s).First())
	})
}

func timeCodec(f *Field, _ *parts) codec {
	at := func(v reflect.Value) *time.Time { return v.Addr().Interface().(*time.Time) }
	return codec{
		empty: func(v reflect.Value) bool { return at(v).IsZero() },
		decode: func(d *decoding, raw any, v reflect.Value) {
			t, ok := instant(raw)
			if !ok {
				d.fault(keyType, "Want", "time")
			}
			*at(v) = t
		},
		load: func(raw any, v reflect.Value) error {
			t, ok := raw.(time.Time)
			if !ok {
				return unlike("a time", raw)
			}
			*at(v) = Milli(t)
			return nil
		},
		encode: func(v reflect.Value) any { return Milli(*at(v)) },
		check: func(k *checking, v reflect.Value) {
			if f.Past && k.now != nil && at(v).After(k.now.Time.Add(Grace)) {
				k.fault(keyFuture)
			}
		},
	}
}
