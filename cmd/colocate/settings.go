package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/go-json-experiment/json"
)

// prefix is what the program's variables begin with; those of its tests are
// left alone.
const (
	prefix     = "COLOCATE_"
	testPrefix = "COLOCATE_TEST_"
)

// settings are the values that variables and the settings file give to flags: a
// flag wins over a variable, a variable over the file (design.md §8). A name
// that no flag has is an error.
type settings struct {
	env  map[string]string // by flag name
	file map[string]any    // by flag name
	path string
}

func readSettings(args, environ []string) (*settings, error) {
	s := &settings{env: map[string]string{}}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if rest, ours := strings.CutPrefix(name, prefix); ours && !strings.HasPrefix(name, testPrefix) {
			s.env[strings.ReplaceAll(strings.ToLower(rest), "_", "-")] = value
		}
	}
	if s.path = configArg(args); s.path == "" {
		s.path = s.env["config"]
	}
	if s.path == "" {
		return s, nil
	}
	data, err := os.ReadFile(s.path)
	if err != nil {
		return nil, fmt.Errorf("the settings file cannot be read: %w", err)
	}
	if err := json.Unmarshal(data, &s.file); err != nil { // refuses names given twice
		return nil, fmt.Errorf("the settings file %s is not one JSON object: %w", s.path, err)
	}
	return s, nil
}

// configArg finds --config before the arguments are parsed, which needs what
// the file says.
func configArg(args []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
		if a == "--" {
			break
		}
	}
	return ""
}

// Validate implements kong.Resolver: every name must be a flag's.
func (s *settings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	flagNames(app.Node, known)
	for _, name := range sortedNames(s.env) {
		if !known[name] {
			return fmt.Errorf("there is no setting %s%s", prefix, strings.ReplaceAll(strings.ToUpper(name), "-", "_"))
		}
	}
	for _, name := range sortedNames(s.file) {
		if !known[name] || name == "config" {
			return fmt.Errorf("there is no setting %q; see the settings file %s", name, s.path)
		}
	}
	return nil
}

func flagNames(n *kong.Node, into map[string]bool) {
	for _, f := range n.Flags {
		if f.Name != "help" {
			into[f.Name] = true
		}
	}
	for _, child := range n.Children {
		flagNames(child, into)
	}
}

func sortedNames[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Resolve implements kong.Resolver.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if v, ok := s.env[flag.Name]; ok {
		return v, nil
	}
	return s.file[flag.Name], nil
}
