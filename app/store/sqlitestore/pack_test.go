package sqlitestore

import (
	"bytes"
	"cmp"
	"math"
	"strings"
	"testing"
	"time"

	"colocate/app/store"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// anyText draws text that meets every place of the code: whole and broken
// UUIDs, joined by slashes, with anything before and behind.
var anyText = rapid.Custom(func(t *rapid.T) string {
	u := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid")).String()
	part := rapid.SampledFrom([]string{"", u, u[:rapid.IntRange(0, 36).Draw(t, "cut")], "/", "-", "0", "f", "\x00", "\xff", "é", "A",
		rapid.StringMatching(`[0-9a-g/-]{0,4}`).Draw(t, "few"), rapid.String().Draw(t, "any")})
	var b strings.Builder
	for range rapid.IntRange(0, 4).Draw(t, "parts") {
		b.WriteString(part.Draw(t, "part"))
	}
	return b.String()
})

func TestPackKeepsOrderAndText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyText.Draw(t, "a"), anyText.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = a[:rapid.IntRange(0, len(a)).Draw(t, "at")] + b
		}
		lead := rapid.IntRange(0, 1).Draw(t, "lead")
		x, y := pack(nil, a, lead), pack(nil, b, lead)
		if bytes.Compare(x, y) != cmp.Compare(a, b) {
			t.Fatalf("%q and %q are packed as %x and %x", a, b, x, y)
		}
		if got := unpack(x, lead); got != a {
			t.Fatalf("%q comes back as %q", a, got)
		}
	})
}

func TestPackHalvesIds(t *testing.T) {
	t.Parallel()
	u, v := "7c9e6679-7425-40de-944b-e07fc1f90ae7", "ffffffff-ffff-ffff-ffff-ffffffffffff"
	for text, most := range map[string]int{u: 19, u + "/" + u: 38, v: 26, "service/" + u: 45, "submitted": 11, "": 1} {
		if got := len(pack(nil, text, 1)); got > most {
			t.Errorf("%q takes %d bytes, want at most %d", text, got, most)
		}
	}
}

// anyValue leaves out the two least finite floats, which stand for NaN and -Inf.
var anyValue = rapid.Custom(func(t *rapid.T) any {
	return rapid.SampledFrom([]any{
		nil, rapid.Int64().Draw(t, "int"), max(rapid.Float64().Draw(t, "float"), third), float64(rapid.Int64().Draw(t, "whole")), anyText.Draw(t, "text"),
		rapid.Bool().Draw(t, "bool"), time.UnixMilli(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "date")).UTC(),
		int64(math.MaxInt64), int64(math.MinInt64), math.NaN(), math.Inf(1), math.Inf(-1), 0.0, int64(0), "",
	}).Draw(t, "value")
})

func TestEncodeKeepsOrderAndValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyValue.Draw(t, "a"), anyValue.Draw(t, "b")
		x, err := encode(a)
		if err != nil {
			t.Fatal(err)
		}
		y, err := encode(b)
		if err != nil {
			t.Fatal(err)
		}
		if compare(x, y) != store.Compare(a, b) {
			t.Fatalf("%v and %v are encoded as %v and %v", a, b, x, y)
		}
		if store.Compare(decode(x), a) != 0 {
			t.Fatalf("%v comes back as %v", a, decode(x))
		}
		low, open, high := bracket(x)
		if c := compare(low, x); c > 0 || c == 0 && open || compare(x, high) >= 0 {
			t.Fatalf("%v is not within %v and %v", x, low, high)
		}
	})
}

// SQLite itself must order the column forms as compare does.
func TestEncodeOrderIsSQLites(t *testing.T) {
	t.Parallel()
	c := memory(t)
	rapid.Check(t, func(t *rapid.T) {
		x, _ := encode(anyValue.Draw(t, "a"))
		y, _ := encode(anyValue.Draw(t, "b"))
		v, err := c.row("SELECT (a > b) - (a < b), a, b FROM (SELECT ? AS a, ? AS b)", x, y)
		if err != nil {
			t.Fatal(err)
		}
		if int(asInt(v[0])) != compare(x, y) {
			t.Fatalf("SQLite compares %v and %v as %v", x, y, v[0])
		}
	})
}

func TestEncodeRefusesOthers(t *testing.T) {
	t.Parallel()
	for _, v := range []any{[]string{"a"}, struct{}{}, int32(1), []byte("a")} {
		if x, err := encode(v); err == nil {
			t.Errorf("%T is encoded as %v", v, x)
		}
	}
}

func memory(t *testing.T) *conn {
	t.Helper()
	c, err := connect(t.TempDir()+"/x.db", settings{cacheKB: readerKB})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.close() })
	return c
}
