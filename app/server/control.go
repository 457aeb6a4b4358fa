package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"colocate/app/problem"
	"colocate/domain/kind"
)

// SocketName is the name of the control socket in the data folder: by it the
// program's other commands reach a running server. Only the folder's owner can.
const SocketName = "control.sock"

// controlTimeout bounds what a command asks of a running server; a backup of a
// large store takes its time.
const controlTimeout = 10 * time.Minute

// inSocketPath runs f with a path of the socket that the system accepts: such a
// path may have about a hundred bytes, which the folder's own may exceed.
func inSocketPath(dir string, f func(path string) error) error {
	path := filepath.Join(dir, SocketName)
	if len(path) <= 90 {
		return f(path)
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "colocate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	link := filepath.Join(tmp, "d")
	if err := os.Symlink(whole, link); err != nil {
		return err
	}
	return f(filepath.Join(link, SocketName))
}

// listenControl opens the socket. The caller holds the folder's lock, so a
// socket that is there is what a process left that was killed.
func listenControl(dir string) (ln net.Listener, err error) {
	path := filepath.Join(dir, SocketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the control socket %s cannot be replaced: %w", path, err)
	}
	err = inSocketPath(dir, func(short string) error {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
		if err != nil {
			return err
		}
		l.SetUnlinkOnClose(false) // by the short path, which is gone by then
		ln = l
		return os.Chmod(short, 0o600)
	})
	if err != nil {
		return nil, fmt.Errorf("the control socket %s cannot be opened: %w", path, err)
	}
	return &socket{ln, path}, nil
}

// socket removes its file when it closes.
type socket struct {
	net.Listener
	path string
}

// Close implements net.Listener.
func (s *socket) Close() error {
	err := s.Listener.Close()
	if removed := os.Remove(s.path); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// controlHandler answers POST /<operation> with the operation's JSON, and GET
// /readyz as the main listener does.
func controlHandler(core *Core, ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	for name, op := range operations {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			in, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
			var out any
			if err == nil {
				out, err = op(r.Context(), core, in)
			}
			answer(w, core, out, err)
		})
	}
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, core, "ready", ready(r.Context())) })
	return mux
}

func answer(w http.ResponseWriter, core *Core, out any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusConflict)
		out = sentence(core, err)
	}
	_ = json.NewEncoder(w).Encode(out) // the caller sees a cut answer as an error
}

// sentence says err in words for a terminal.
func sentence(core *Core, err error) string {
	if _, ok := errors.AsType[*kind.Error](err); !ok {
		return err.Error()
	}
	d := problem.Of(err, core.Texts.Texts("en"), "")
	lines := []string{d.Detail}
	for _, f := range d.Errors {
		lines = append(lines, strings.TrimPrefix(f.Pointer, "/")+": "+f.Detail)
	}
	return strings.Join(lines, "\n")
}

// Admin works on a data folder: through the server that has it open, or on the
// folder itself where none has.
type Admin struct {
	call  func(ctx context.Context, op string, in []byte) ([]byte, error)
	close func() error
}

// Attach finds the server of the folder dir, or opens the folder.
func Attach(ctx context.Context, dir string, open func() (*Core, error)) (*Admin, error) {
	if conn, err := dialControl(ctx, dir); err == nil {
		return &Admin{call: remote(dir), close: func() error { return nil }}, conn.Close()
	}
	core, err := open()
	if err != nil {
		return nil, err
	}
	call := func(ctx context.Context, op string, in []byte) ([]byte, error) {
		out, err := operations[op](ctx, core, in)
		if err != nil {
			return nil, errors.New(sentence(core, err))
		}
		return json.Marshal(out)
	}
	return &Admin{call: call, close: core.Close}, nil
}

// Close lets go of the folder.
func (a *Admin) Close() error { return a.close() }

// Ready asks the server of folder dir whether it is ready to serve.
func Ready(ctx context.Context, dir string) error {
	_, err := ask(ctx, dir, http.MethodGet, "readyz", nil)
	return err
}

func dialControl(ctx context.Context, dir string) (conn net.Conn, err error) {
	err = inSocketPath(dir, func(path string) error {
		conn, err = (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", path)
		return err
	})
	return conn, err
}

// remote calls operations of a running server.
func remote(dir string) func(context.Context, string, []byte) ([]byte, error) {
	return func(ctx context.Context, op string, in []byte) ([]byte, error) {
		return ask(ctx, dir, http.MethodPost, op, in)
	}
}

func ask(ctx context.Context, dir, method, op string, in []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://colocate/"+op, bytes.NewReader(in))
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialControl(ctx, dir)
	}}
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return nil, fmt.Errorf("no server answers for the data folder %s: %w", dir, err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("the server's answer was cut off: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		var why string
		if json.Unmarshal(out, &why) != nil {
			why = res.Status
		}
		return nil, errors.New(why)
	}
	return out, nil
}
