package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parsed is what the command line comes to with args, variables and a file.
func parsed(t *testing.T, file string, env []string, args ...string) (*cli, error) {
	t.Helper()
	if file != "" {
		path := filepath.Join(t.TempDir(), "settings.json")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", path)
	}
	set, err := readSettings(args, env)
	if err != nil {
		return nil, err
	}
	c := &cli{}
	parser, err := kong.New(c, kong.Name("colocate"), kong.Resolvers(set))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return c, err
}

// TestPrecedence is design.md §8: flag, then variable, then file, then default.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	const file = `{"addr":"file:1","data":"from-file","rate":7,"demo":true,"trusted-proxy":["10.0.0.0/8","::1"],"drain":"5s"}`
	env := []string{"COLOCATE_ADDR=env:1", "COLOCATE_RATE=9", "HOME=/x", "COLOCATE_TEST_MONGODB_URI=x"}
	c, err := parsed(t, file, env, "serve", "--addr", "flag:1")
	if err != nil {
		t.Fatal(err)
	}
	s := c.Serve
	if s.Addr != "flag:1" || s.Rate != 9 || c.Data != "from-file" || !s.Demo || len(s.TrustedProxy) != 2 || s.Drain.Seconds() != 5 || s.Conns != 4096 {
		t.Errorf("%+v %s", s, c.Data)
	}
	if c, err = parsed(t, "", []string{"COLOCATE_DEMO=true", "COLOCATE_TRUSTED_PROXY=10.0.0.0/8,::1", "COLOCATE_METRICS_ADDR=x:1"}, "serve"); err != nil {
		t.Fatal(err)
	}
	if !c.Serve.Demo || len(c.Serve.TrustedProxy) != 2 || c.Serve.MetricsAddr != "x:1" || c.Data != "data" {
		t.Errorf("%+v", c.Serve)
	}
}

// TestConfigVariable: the settings file itself can be named by a variable.
func TestConfigVariable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, []byte(`{"data":"there"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve"}, {"serve", "--config=" + path}} {
		c, err := parsed(t, "", []string{"COLOCATE_CONFIG=" + path}, args...)
		if err != nil || c.Data != "there" {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// TestUnknownSettings are errors that name what is unknown.
func TestUnknownSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		env  []string
		says string
	}{
		"variable":       {"", []string{"COLOCATE_DATTA=x"}, "COLOCATE_DATTA"},
		"key":            {`{"datta":"x"}`, nil, "datta"},
		"key with _":     {`{"metrics_addr":"x"}`, nil, "metrics_addr"},
		"config in file": {`{"config":"x"}`, nil, "config"},
		"key twice":      {`{"data":"x","data":"y"}`, nil, "settings file"},
		"no object":      {`["data"]`, nil, "settings file"},
		"wrong type":     {`{"rate":"many"}`, nil, "rate"},
		"wrong value":    {"", []string{"COLOCATE_LOG_LEVEL=loud"}, "log-level"},
		"no file":        {"", []string{"COLOCATE_CONFIG=/nothing/at/all"}, "cannot be read"},
	} {
		if _, err := parsed(t, c.file, c.env, "serve"); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
