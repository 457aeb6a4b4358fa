package kind

import (
	"reflect"
	"strings"
	"time"

	"colocate/domain/value"
)

// Grace is how far in the future a time may lie and count as now: clocks of
// phones are not exact (domain.md §2.6, "start ≤ now+5 min").
const Grace = 5 * time.Minute

// Validate reports every broken rule of rec, a record of d, as one CodeInvalid:
// those of the tags, no facts of the future among them, and those of the
// record's own Validate. An error of that which names no field comes as it is.
func (d *Descriptor) Validate(rec Record, now Now) error {
	k := checking{c: &Check{}, now: &now, trail: make(trail, 0, 8)}
	d.codec.check(&k, d.value(rec))
	if l := rec.Meta().Lang; l != "" && !l.Valid() {
		k.c.Add("lang", Fault{Key: keyPattern})
	}
	return k.own(rec, now)
}

// Validate does the same for the input of a verb; nil for a verb without one.
func (v *VerbDescriptor) Validate(input any, now Now) error {
	if v.codec == nil {
		return nil
	}
	k := checking{c: &Check{}, now: &now, trail: make(trail, 0, 8)}
	v.codec.check(&k, v.value(input))
	return k.own(input, now)
}

// checking is the application of rules to one record or input.
type checking struct {
	trail
	c      *Check
	now    *Now      // nil: the rules about time wait
	by     *DecodeBy // set: only what its sender can change is looked at
	faulty []string  // where reading failed; what is there says nothing about rules
}

// own adds what x says about itself.
func (k *checking) own(x any, now Now) error {
	if own, ok := x.(Validator); ok {
		if err := own.Validate(now); err != nil {
			if err = k.c.Merge(err); err != nil {
				return err
			}
		}
	}
	return k.c.Err()
}

func (k *checking) fault(key string, args ...any) { k.add("", key, pairs(args)) }

func (k *checking) add(part, key string, args map[string]any) {
	at := k.path(part)
	for _, p := range k.faulty {
		if within(at, p) || within(p, at) {
			return
		}
	}
	k.c.Add(at, Fault{Key: key, Args: args})
}

// within reports whether path p is at or below path up.
func within(up, p string) bool {
	rest, ok := strings.CutPrefix(p, up)
	return ok && (rest == "" || rest[0] == '/')
}

func (k *checking) broken(list []value.Broken) {
	for _, b := range list {
		k.add(b.Part, b.Key, b.Args)
	}
}

// check applies the rules of every field of s to v.
func (s *structCodec) check(k *checking, v reflect.Value) {
	for _, f := range s.fields {
		if k.by != nil && k.by.kept(f) {
			continue
		}
		fv := v.Field(f.index)
		empty := f.codec.empty(fv)
		if empty && !f.Required && !f.zero {
			continue
		}
		k.in(f.Name)
		if empty && !f.zero {
			k.fault(keyRequired)
		} else {
			f.codec.check(k, fv)
		}
		k.out()
	}
}

// limits notes a number outside a field's range.
func (k *checking) limits(f *Field, below, above bool) {
	if !below && !above {
		return
	}
	args := map[string]any{}
	if f.Min != nil {
		args["Min"] = *f.Min
	}
	if f.Max != nil {
		args["Max"] = *f.Max
	}
	k.add("", keyRange, args)
}

// length notes a text outside a field's length, counted in runes (V10).
func (k *checking) length(f *Field, part, s string) {
	limit := f.Max
	if f.List {
		limit = nil
		if f.Each > 0 {
			limit = &f.Each
		}
	}
	if limit != nil && longer(s, *limit) {
		k.add(part, keyTooLong, map[string]any{"Max": *limit})
	}
	if !f.List && f.Min != nil && !longer(s, *f.Min-1) {
		k.add(part, keyTooShort, map[string]any{"Min": *f.Min})
	}
}

// past notes a day after today.
func (k *checking) past(f *Field, part string, d value.Date) {
	if f.Past && k.now != nil && k.now.Today != "" && d > k.now.Today {
		k.add(part, keyFuture, nil)
	}
}
