package crash_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
)

// disk mounts a small disk in memory, or skips the test where that is not
// allowed.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skip("a disk that fills up needs the right to mount one: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func grow(t *testing.T, dir, size string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size="+size); err != nil {
		t.Fatal(err)
	}
}

// filler writes sessions with many words, and remembers what was answered.
type filler struct {
	client *client
	mu     sync.Mutex
	sent   map[string]string // id -> body, of those that were refused
	made   map[string]string // id -> body, of those that were acknowledged
	full   atomic.Int64      // answers that say so
	faults []string
}

// bulk is words that do not pack well.
func bulk() string {
	var b strings.Builder
	for b.Len() < 1900 {
		b.WriteString(strconv.FormatUint(rand.Uint64(), 36))
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// write sends one new session.
func (f *filler) write() {
	id := uuid.NewString()
	body := sessionBody(id, bulk())
	a, err := f.client.send(request{method: http.MethodPost, path: "sessions", body: body})
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err == nil && a.status == http.StatusCreated:
		f.made[id] = body
	case err == nil && a.status == http.StatusServiceUnavailable && a.retryAfter != "":
		f.sent[id] = body
		f.full.Add(1)
	default:
		f.faults = append(f.faults, fmt.Sprintf("%d, Retry-After %q, %s %v", a.status, a.retryAfter, a.body, err))
	}
}

// until writes, several at a time, until enough says so or a minute has passed.
func (f *filler) until(t *testing.T, enough func() bool) {
	t.Helper()
	end := time.Now().Add(time.Minute)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for !enough() && time.Now().Before(end) {
				f.write()
			}
		})
	}
	wait.Wait()
	if !enough() {
		t.Errorf("after a minute: %d acknowledged, %d refused, %d faults", len(f.made), f.full.Load(), len(f.faults))
	}
}

// present reads everything that was acknowledged.
func (f *filler) present(t *testing.T) {
	t.Helper()
	missing := 0
	for id := range f.made {
		a, err := f.client.get("sessions/" + id)
		if err != nil || a.status != http.StatusOK {
			missing++
			t.Logf("%s: %d %s %v", id, a.status, a.body, err)
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d acknowledged sessions cannot be read", missing, len(f.made))
	}
}

// TestFullDisk: a disk that is full costs no more than the writes that find it
// so; when there is room again the program goes on by itself (trust.md D4).
func TestFullDisk(t *testing.T) {
	t.Parallel()
	root, seeds := disk(t, "16m"), fresh(t)
	dir := filepath.Join(root, "data")
	if err := os.CopyFS(dir, os.DirFS(seeds.dir)); err != nil {
		t.Fatal(err)
	}
	chmod(t, dir, 0o700)
	chmod(t, filepath.Join(dir, "colocate.key"), 0o600)
	s := serve(t, program(t, sound), dir)
	f := &filler{client: newClient(s.url, seeds.bearers[0]), sent: map[string]string{}, made: map[string]string{}}
	f.until(t, func() bool { return f.full.Load() >= 40 })
	acknowledged := len(f.made)
	f.present(t)
	s.await() // ready all the same: it can be read
	grow(t, root, "64m")
	start := time.Now()
	f.until(t, func() bool { f.mu.Lock(); defer f.mu.Unlock(); return len(f.made) >= acknowledged+50 })
	t.Logf("full after %d writes, %d refused; 50 more within %v of there being room", acknowledged, f.full.Load(), time.Since(start).Round(time.Millisecond))
	for _, what := range f.faults[:min(len(f.faults), 10)] {
		t.Error(what)
	}
	f.present(t)
	f.again(t)
	s.stop()
	verified(t, dir)
	whole(t, dir)
}

// again sends what was refused once more: it was not written, or it was and
// answers so.
func (f *filler) again(t *testing.T) {
	t.Helper()
	for id, body := range f.sent {
		f.client.must(t, request{method: http.MethodPost, path: "sessions", body: body})
		if a := f.client.must(t, request{method: http.MethodGet, path: "sessions/" + id + "/history"}); strings.Count(string(a.body), `"verb"`) != 1 {
			t.Errorf("%s: %s", id, a.body)
		}
	}
}
