package account

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"colocate/domain/kind"
	"colocate/domain/value"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"":                                "error.field.too_short",
		strings.Repeat("é", 14):           "error.field.too_short",
		"vier bunte eier":                 "",
		"            a b ":                "",
		"سلام على الجميع":                 "",
		strings.Repeat("xy9-é", 40):       "",
		strings.Repeat("xy9-é", 40) + "x": "error.field.too_long",
		"password12345678":                "error.password.common",
		"PassWord12345678":                "error.password.common",
		"ｐａｓｓｗｏｒｄ１２３４５６７８": "error.password.common",
		"sunshinesunshine":         "error.password.common",
		"sunshinesunshinesun":      "error.password.common",
		"aaaaaaaaaaaaaaaa":         "error.password.common",
		"ab1 ab1 ab1 ab1 ab":       "error.password.common",
		"sunshine on my shoulders": "",
		"amadou.ba1234567":         "error.password.name",
		"xAMADOU.BAamadou.ba":      "error.password.name",
		"amadou.ba likes rain":     "",
		"fifteen\xffletters!":      "error.field.characters",
	} {
		got := ""
		if f := judge(password, "Amadou.Ba"); f != nil {
			got = f.Key
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

func TestCommonListIsFolded(t *testing.T) {
	t.Parallel()
	if len(common) < 100 {
		t.Fatalf("only %d entries", len(common))
	}
	for p := range common {
		if fold(p) != p {
			t.Errorf("%q is never met: a folded password is %q", p, fold(p))
		}
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "a": "a", "aaa": "a", "abab": "ab", "ababa": "ab", "abc": "abc", "éaéaé": "éa", "abaX": "abaX"} {
		if got := period(in); got != want {
			t.Errorf("period(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHasher(t *testing.T) {
	t.Parallel()
	h, err := newHasher()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	stored, err := h.hash(ctx, "caf\u00e9 au lait le matin")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("got %q, %v", stored, err)
	}
	old, err := argon2id.CreateHash("the same password", &argon2id.Params{Memory: 8 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password, stored string
		ok, weak         bool
	}{
		{"caf\u00e9 au lait le matin", stored, true, false},
		{"cafe\u0301 au lait le matin", stored, true, false}, // the same letters from another keyboard
		{"cafe au lait le matin", stored, false, false},
		{" caf\u00e9 au lait le matin", stored, false, false}, // spaces count
		{"the same password", old, true, true},
		{"", "", false, false},
		{"anything at all here", "", false, false},
	} {
		ok, weak, err := h.check(ctx, c.password, c.stored)
		if err != nil || ok != c.ok || weak != c.weak {
			t.Errorf("%q: got %v, %v, %v", c.password, ok, weak, err)
		}
	}
}

func TestHasherIsBounded(t *testing.T) {
	t.Parallel()
	h, err := newHasher()
	if err != nil {
		t.Fatal(err)
	}
	for range maxHashes {
		if err := h.enter(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := h.check(ctx, "a password that waits", h.dummy); kind.CodeOf(err) != kind.CodeBusy {
		t.Errorf("a third at once: %v", err)
	}
	if _, err := h.hash(ctx, "a password that waits"); kind.CodeOf(err) != kind.CodeBusy {
		t.Errorf("a third at once: %v", err)
	}
	h.leave()
	if _, _, err := h.check(context.Background(), "a password that waits", h.dummy); err != nil {
		t.Errorf("after one left: %v", err)
	}
}

// TestUnknownNameCostsAsMuch: what is checked where there is no password is
// made like a password, so that a sign-in to no account takes as long.
func TestUnknownNameCostsAsMuch(t *testing.T) {
	t.Parallel()
	h, err := newHasher()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.hash(context.Background(), "a password to compare")
	if err != nil {
		t.Fatal(err)
	}
	real, _, _, err := argon2id.DecodeHash(stored)
	if err != nil {
		t.Fatal(err)
	}
	if dummy, _, _, err := argon2id.DecodeHash(h.dummy); err != nil || *dummy != *real {
		t.Errorf("got %v, %v; a password has %v", dummy, err, real)
	}
	if _, _, err := h.check(context.Background(), "x", "not a hash"); err == nil {
		t.Error("a damaged hash is a wrong password")
	}
}

func at(seconds int) time.Time { return time.Unix(1_800_000_000+int64(seconds), 0) }

func TestThrottlePair(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	for i := range freeTries {
		if w := th.take("amadou", "192.0.2.1", at(0)); w != 0 {
			t.Fatalf("try %d waits %v", i+1, w)
		}
	}
	if w := th.take("amadou", "192.0.2.1", at(0)); w != time.Second {
		t.Errorf("waits %v, want 1s", w)
	}
	if w := th.take("amadou", "192.0.2.1", at(0)); w != time.Second {
		t.Errorf("a refused try counted: waits %v", w)
	}
	if th.take("ruth", "192.0.2.1", at(0)) != 0 || th.take("amadou", "192.0.2.2", at(0)) != 0 {
		t.Error("another account or address waits")
	}
	now, waits := at(0), []time.Duration(nil)
	for range 14 {
		w := th.take("amadou", "192.0.2.1", now)
		now = now.Add(w)
		waits = append(waits, w)
		if w2 := th.take("amadou", "192.0.2.1", now); w2 != 0 {
			t.Fatalf("waits %v more after waiting", w2)
		}
	}
	if waits[1] != 2*time.Second || waits[4] != 16*time.Second || waits[13] != maxDelay {
		t.Errorf("delays %v", waits)
	}
	th.passed("amadou", "192.0.2.1", now)
	if w := th.take("amadou", "192.0.2.1", now); w != 0 {
		t.Errorf("after signing in waits %v", w)
	}
	for range freeTries {
		th.take("amadou", "192.0.2.3", now)
	}
	if w := th.take("amadou", "192.0.2.3", now.Add(forget+time.Second)); w != 0 {
		t.Errorf("after an hour waits %v", w)
	}
}

func TestThrottleAccount(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	th.take("victim", "192.0.2.1", at(0))
	th.passed("victim", "192.0.2.1", at(0))
	tried := 0
	for i := range 3600 {
		if th.take("victim", fmt.Sprintf("198.51.%d.%d", i/250, i%250), at(i)) == 0 {
			tried++
		}
	}
	if tried < freeOfAccount || tried > 100 {
		t.Errorf("%d tries in an hour from as many addresses", tried)
	}
	if w := th.take("victim", "192.0.2.1", at(3600)); w != 0 {
		t.Errorf("the owner, at an address he used before, waits %v", w)
	}
	if th.take("victim", "203.0.113.9", at(3600)) == 0 {
		t.Error("a new address does not wait")
	}
}

func TestThrottleAddress(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	tried := 0
	for i := range 200 {
		if th.take(fmt.Sprintf("user%d", i), fmt.Sprintf("2001:db8::%x", i), at(0)) == 0 {
			tried++
		}
	}
	if tried != freeOfAddress {
		t.Errorf("%d tries at as many accounts from one network", tried)
	}
	if th.take("user1", "2001:db8:0:1::1", at(0)) != 0 {
		t.Error("another network waits")
	}
}

func TestThrottleCountsBursts(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	var wg sync.WaitGroup
	var mu sync.Mutex
	let := 0
	for range 50 {
		wg.Go(func() {
			if th.take("amadou", "192.0.2.1", at(0)) == 0 {
				mu.Lock()
				let++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if let != freeTries {
		t.Errorf("%d of 50 at once were let in", let)
	}
}

func TestThrottleMemory(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	for i := range 1000 {
		th.take(fmt.Sprintf("u%d", i), "192.0.2.1", at(0))
	}
	if n := len(th.tries); n > 2*freeOfAddress+1 {
		t.Errorf("refused tries are remembered: %d entries", n)
	}
	for i := range manyTries {
		th.take(fmt.Sprintf("u%d", i), fmt.Sprintf("10.0.%d.%d", i/250, i%250), at(0))
	}
	th.take("u", "192.0.2.9", at(0).Add(2*forget))
	if n := len(th.tries); n > 3 {
		t.Errorf("%d entries are kept for ever", n)
	}
	for i := range 4 * manyTries {
		th.take(fmt.Sprintf("u%d", i), fmt.Sprintf("10.%d.%d.1", i/250, i%250), at(0))
	}
	th.take("u", "192.0.2.9", at(0).Add(2*time.Minute))
	if n := len(th.tries); n > 10*manyTries+3 {
		t.Errorf("%d entries", n)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8::1": "2001:db8::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "token:1": "token:1"} {
		if got := network(in); got != want {
			t.Errorf("network(%q) = %q, want %q", in, got, want)
		}
	}
}

func g(role kind.Role, mission string, from, to value.Date) *grant {
	return &grant{Role: string(role), Mission: mission, From: from, To: to}
}

func TestClash(t *testing.T) {
	t.Parallel()
	var full []*grant
	for _, r := range []kind.Role{kind.Adviser, kind.Trainer, kind.TeamLeader, kind.Leader, kind.HROfficer, kind.GrantsOfficer, kind.Interpreter, kind.Community} {
		full = append(full, g(r, "m", "2026-01-01", ""))
	}
	for _, c := range []struct {
		name string
		held []*grant
		add  *grant
		want string
	}{
		{"nothing held", nil, g(kind.Auditor, "m", "2026-01-01", ""), ""},
		{"two UN roles", []*grant{g(kind.Adviser, "m", "2026-01-01", "")}, g(kind.Trainer, "m", "2026-02-01", ""), ""},
		{"auditor beside adviser", []*grant{g(kind.Adviser, "m", "2026-01-01", "")}, g(kind.Auditor, "m", "2026-02-01", ""), "error.grant.exclusive"},
		{"auditor of another mission", []*grant{g(kind.Auditor, "n", "2026-01-01", "")}, g(kind.Adviser, "m", "2026-02-01", ""), "error.grant.exclusive"},
		{"auditor afterwards", []*grant{g(kind.Adviser, "m", "2026-01-01", "2026-01-31")}, g(kind.Auditor, "m", "2026-02-01", ""), ""},
		{"auditor on the last day", []*grant{g(kind.Adviser, "m", "2026-01-01", "2026-02-01")}, g(kind.Auditor, "m", "2026-02-01", ""), "error.grant.exclusive"},
		{"administrator of content", []*grant{g(kind.Administrator, "", "2026-01-01", "")}, g(kind.Leader, "m", "2026-02-01", ""), "error.grant.exclusive"},
		{"administrator twice over", []*grant{g(kind.Administrator, "", "2026-01-01", "")}, g(kind.Administrator, "m", "2026-02-01", ""), ""},
		{"the same role", []*grant{g(kind.Adviser, "m", "2026-01-01", "2026-06-30")}, g(kind.Adviser, "m", "2026-03-01", ""), "error.grant.held"},
		{"the same role elsewhere", []*grant{g(kind.Adviser, "m", "2026-01-01", "2026-06-30")}, g(kind.Adviser, "n", "2026-03-01", ""), ""},
		{"the tour goes on", []*grant{g(kind.Adviser, "m", "2026-01-01", "2026-06-30")}, g(kind.Adviser, "m", "2026-07-01", ""), ""},
		{"both sides", []*grant{g(kind.Commander, "m", "2026-01-01", "")}, g(kind.Adviser, "m", "2026-02-01", ""), "error.grant.sides"},
		{"both sides in two missions", []*grant{g(kind.Commander, "n", "2026-01-01", "")}, g(kind.Adviser, "m", "2026-02-01", ""), ""},
		{"one that never was", []*grant{g(kind.Commander, "m", "2026-01-01", "2025-12-31")}, g(kind.Adviser, "m", "2025-02-01", ""), ""},
		{"a ninth role", full, g(kind.Donor, "m", "2026-01-01", ""), "error.grant.too_many"},
		{"a ninth role elsewhere", full, g(kind.Donor, "n", "2026-01-01", ""), ""},
	} {
		got := ""
		if err := clash(c.held, c.add); err != nil {
			e := err.(*kind.Error)
			if got = e.Key; e.Code != kind.CodeConflict {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOn(t *testing.T) {
	t.Parallel()
	a := g(kind.Adviser, "m", "2026-03-01", "2026-03-31")
	for day, want := range map[value.Date]bool{"2026-02-28": false, "2026-03-01": true, "2026-03-31": true, "2026-04-01": false} {
		if a.on(day) != want {
			t.Errorf("on %s: %v", day, !want)
		}
	}
	if !g(kind.Adviser, "m", "2026-03-01", "").on("2099-01-01") {
		t.Error("an open grant has ended")
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		s := Prefix + newSecret()
		if seen[s] || !shaped(s) {
			t.Fatalf("%q", s)
		}
		seen[s] = true
	}
	for _, s := range []string{"", "clc_", newSecret(), "xlc_" + newSecret(), Prefix + newSecret() + "A"} {
		if shaped(s) {
			t.Errorf("%q passes for a token", s)
		}
	}
	a, b := Service{cfg: Config{Key: []byte("a")}}, Service{cfg: Config{Key: []byte("b")}}
	if a.digestOf("x") == b.digestOf("x") || a.digestOf("x") == a.digestOf("y") {
		t.Error("digests do not depend on key and secret")
	}
}
