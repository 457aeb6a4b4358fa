package kind_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"colocate/domain/kind"
	"colocate/domain/value"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "  a b  ": "a b", "a\r\nb\rc": "a\nb\nc", "a\tb": "a\tb", "a\x00\x1f\x7fb\u0085": "ab",
		"مرحبا\u200f \u2067x\u2069": "مرحبا\u200f \u2067x\u2069", "\n\n": "", "日本": "日本",
	} {
		if got := kind.Clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		" Ruth\nMaseko ": "Ruth Maseko", "gpj\u202eexe": "gpjexe", "a\u2066b\u2069c": "abc", "\ufeffa\u2028b": "a b",
		"a\u200fb": "a\u200fb", "x\x07y": "xy", "Émile": "Émile",
	} {
		if got := kind.CleanName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCleanOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("ab é\n\r\t\x00\x07\u202a\u202e\u2066\u2069\ufeff\u200fس"))).Draw(t, "s")
		for name, clean := range map[string]func(string) string{"text": kind.Clean, "name": kind.CleanName} {
			once := clean(s)
			if clean(once) != once || strings.TrimSpace(once) != once {
				t.Fatalf("%s: %q becomes %q and then %q", name, s, once, clean(once))
			}
			for _, r := range once {
				if name == "name" && (value.Bidi(r) || unicode.Is(unicode.Cc, r)) {
					t.Fatalf("%q keeps %U", once, r)
				}
			}
		}
	})
}
