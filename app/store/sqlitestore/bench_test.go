package sqlitestore

import (
	"fmt"
	"sync/atomic"
	"testing"

	"colocate/app/store"

	"github.com/google/uuid"
)

// fill commits n visits to one mission, 100 to an entry.
func fill(b testing.TB, s store.Store, mission string, n int) []store.Key {
	b.Helper()
	var keys []store.Key
	for len(keys) < n {
		c := store.Commit{Journal: mission}
		for range 100 {
			k, d := visit(b, mission, len(keys))
			c.Put = append(c.Put, store.Put{Key: k, Doc: d})
			keys = append(keys, k)
		}
		if _, err := s.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	return keys
}

const benchDocs = 20000

func BenchmarkGet(b *testing.B) {
	s := open(b, b.TempDir(), visits())
	keys := fill(b, s, uuid.NewString(), benchDocs)
	i := 0
	for b.Loop() {
		i = (i + 7919) % len(keys)
		if _, err := s.Get(b.Context(), keys[i], nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind50(b *testing.B) {
	s := open(b, b.TempDir(), visits())
	mission := uuid.NewString()
	fill(b, s, mission, benchDocs)
	for name, f := range map[string]store.D{
		"one":   {store.Eq("mission_id", mission), store.Eq("state", "approved")},
		"three": {store.Eq("mission_id", mission), store.In("state", store.A{"approved", "released", "draft"})},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, err := s.Find(b.Context(), "visit", store.Query{Filter: f, Sort: "-start", Limit: 50})
				if err != nil || len(p.Docs) != 50 || p.Next == "" {
					b.Fatal(len(p.Docs), err)
				}
			}
		})
	}
}

func BenchmarkCommit1(b *testing.B) {
	s := open(b, b.TempDir(), visits())
	mission := uuid.NewString()
	i := 0
	for b.Loop() {
		k, d := visit(b, mission, i)
		put(b, s, k, 0, d)
		i++
	}
}

// BenchmarkCommit16 has 16 writers at a time; those that wait share a sync.
func BenchmarkCommit16(b *testing.B) {
	s := open(b, b.TempDir(), visits())
	mission := uuid.NewString()
	var n atomic.Int64
	b.SetParallelism(8) // times GOMAXPROCS
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			k, d := visit(b, mission, int(n.Add(1)))
			put(b, s, k, 0, d)
		}
	})
}

func BenchmarkBulk(b *testing.B) {
	s := open(b, b.TempDir(), visits())
	n := 0
	for b.Loop() {
		fill(b, s, fmt.Sprint("m", n), 1000)
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(1000*n), "µs/doc")
}
