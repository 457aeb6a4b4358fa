package store

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"colocate/domain/kind"
)

var hexID = rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// TestIDsAreTexts: an id is stored in half the room, and nobody can tell.
func TestIDsAreTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id, other := hexID.Draw(t, "id"), rapid.OneOf(hexID, rapid.String()).Draw(t, "other")
		raw := Encode(kind.Doc{{Name: "a", Value: id}, {Name: "r", Value: kind.Doc{{Name: "id", Value: other}}}})
		back, err := Decode(raw)
		if err != nil || back[0].Value != id || back[1].Value.(kind.Doc)[0].Value != other {
			t.Fatalf("%v %v", back, err)
		}
		if TextAt(raw, "a") != id || TextAt(raw, "r", "id") != other || TextAt(raw, "r") != "" || TextAt(raw, "a", "b") != "" {
			t.Fatal("TextAt")
		}
		if js := string(AppendJSON(nil, TypeDocument, raw)); !strings.HasPrefix(js, `{"a":"`+id+`",`) {
			t.Fatal(js)
		}
		plain := scalar{rank: rankString, s: other}
		want := scalar{rank: rankString, s: id}.compare(plain)
		if got, same := compareStored(at(t, raw, "a"), bytesAt(raw, "a"), plain); !same || got != want {
			t.Fatalf("%q against %q: %d, want %d", id, other, got, want)
		}
		if vs := Values(raw, "a"); len(vs) != 1 || vs[0] != id {
			t.Fatal(vs)
		}
		for _, f := range []D{{Eq("a", id)}, {In("a", []string{other, id, "x"})}, {Eq("r.id", other)}, {Gte("a", id)}} {
			x, err := ParseFilter(f)
			if err != nil || !Match(x, raw) {
				t.Fatalf("%v does not match: %v", f, err)
			}
		}
	})
	small := Encode(kind.Doc{{Name: "a", Value: "00000000-0000-4000-8000-000000000000"}})
	if len(small) != 4+1+2+21+1 {
		t.Errorf("an id takes %d bytes in all", len(small))
	}
}

// TestBytesAreNoIDs: other bytes, and texts that are nearly ids, stay what they are.
func TestBytesAreNoIDs(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"00000000-0000-4000-8000-00000000000", "00000000-0000-4000-8000-00000000000G",
		"0000000000000-4000-8000-000000000000", "ABCDEF00-0000-4000-8000-000000000000"} {
		raw := Encode(kind.Doc{{Name: "a", Value: s}})
		if at(t, raw, "a") != TypeString || TextAt(raw, "a") != s {
			t.Errorf("%q", s)
		}
	}
	raw := Encode(kind.Doc{{Name: "a", Value: []byte("0123456789abcdef")}})
	x, err := ParseFilter(D{In("a", []string{"b", "c", "30313233-3435-3637-3839-616263646566"})})
	if err != nil || Match(x, raw) || TextAt(raw, "a") != "" {
		t.Error("bytes are taken for an id")
	}
}

func at(t interface{ Fatal(...any) }, raw Raw, name string) Type {
	typ, _, ok := find(raw, name)
	if !ok {
		t.Fatal(name)
	}
	return typ
}

func bytesAt(raw Raw, name string) []byte {
	_, v, _ := find(raw, name)
	return v
}
