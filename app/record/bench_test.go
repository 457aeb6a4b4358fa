package record_test

import (
	"testing"

	"colocate/app/record"
	"colocate/domain/kind"
)

// benchPlace holds 200 notes of about 1 KB.
func benchPlace(b *testing.B) (*place, string) {
	p := newPlace(b)
	long := make([]byte, 60)
	for i := range long {
		long[i] = 'x'
	}
	var last string
	for range 200 {
		in := p.note(p.north, kind.Elem{Name: "memo", Value: string(long[:50])}, kind.Elem{Name: "rows", Value: []any{
			kind.Doc{{Name: "open", Value: string(long)}}, kind.Doc{{Name: "open", Value: string(long)}}, kind.Doc{{Name: "open", Value: string(long)}}}})
		last = p.create(p.bob, "note", id(), in).ID
	}
	return p, last
}

func BenchmarkRead(b *testing.B) {
	p, last := benchPlace(b)
	d := p.kind("note")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.e.Read(p.ctx, p.bob, d, last); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkList50(b *testing.B) {
	p, _ := benchPlace(b)
	for _, c := range []struct {
		name string
		a    kind.Actor
	}{{"mission", p.chief}, {"tree", p.commander}, {"narrowed unit", p.host}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if l, err := p.e.List(p.ctx, c.a, p.kind("note"), record.ListQuery{}); err != nil || len(l.Items) != 50 {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCreate(b *testing.B) {
	p := newPlace(b)
	b.ReportAllocs()
	for b.Loop() {
		p.create(p.bob, "note", id(), p.note(p.north))
	}
}

func BenchmarkCreateParallel(b *testing.B) {
	p := newPlace(b)
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			p.create(p.bob, "note", id(), p.note(p.north))
		}
	})
}

func BenchmarkVerb(b *testing.B) {
	p := newPlace(b)
	v := p.released(p.host)
	for b.Loop() {
		p.do(p.lead, "visit", v, "release")
	}
}
