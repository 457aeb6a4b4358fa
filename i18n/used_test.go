package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"colocate/domain"
	"colocate/domain/kind"
	"colocate/domain/value"
)

// made are beginnings of keys that code puts together at run time, each with
// the test or the code that knows the ends.
var made = map[string]string{
	"page.caption.session_type.": "app/web/work: the name of a session by its type",
	"page.band.":                 "the bands of confidentiality, by class",
	"page.docs.":                 "the API document, from parameters, headers and operations",
	"page.setup.":                "the fields of the set-up form",
	"page.mark.":                 "the mark on paper, by class",
	"page.session.past.":         "app/web/work: what was done to a session, by verb",
	"page.session.print_mark.":   "app/web/work: who may have a sheet, by class",
	"page.session.voice.":        "app/web/work: the two voices, by side",
	"page.session_form.held_is.": "app/web/work: whether a visit took place",
	"problem.":                   "app/problem: a title for each row of its table",
}

// sources are the folders whose code shows texts to people.
var sources = []string{"../domain", "../app", "../cmd"}

// literals are the texts of the Go source, tests and vendored code left out.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, root := range sources {
		if _, err := os.Stat(root); os.IsNotExist(err) {
			continue
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					s, _ := strconv.Unquote(lit.Value)
					out[s] = true
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// wholeKey is a message key that stands in the code as one literal; one that ends
// in a dot is the beginning of keys that are put together.
var wholeKey = regexp.MustCompile(`^(error|page|check|question)(\.[a-z0-9_]+)+$`)

// fromDeclarations are the keys that the declared kinds ask for.
func fromDeclarations(t *testing.T) []string {
	t.Helper()
	r, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	keys := append(kind.Labels(r), value.Keys...)
	for list := range codeLists(r) {
		keys = append(keys, "list."+list+".label")
	}
	return keys
}

// codeLists are the reference lists whose codes fields hold.
func codeLists(r *kind.Registry) map[string]bool {
	out := map[string]bool{}
	var walk func(fs []*kind.Field)
	walk = func(fs []*kind.Field) {
		for _, f := range fs {
			if f.CodeList != "" {
				out[f.CodeList] = true
			}
			walk(f.Fields)
		}
	}
	for _, d := range r.All() {
		walk(d.Fields)
		for _, v := range d.Flow.Verbs {
			walk(d.Verb(v.Name).Fields)
		}
	}
	return out
}

func TestEveryKeyThatTheKindsAskForExists(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	for _, key := range fromDeclarations(t) {
		if _, ok := en[key]; !ok {
			t.Errorf("no text %s", key)
		}
	}
}

// begins reports whether keys that begin so are put together at run time.
func begins(start string) bool {
	for prefix := range made {
		if strings.HasPrefix(start, prefix) {
			return true
		}
	}
	return false
}

func TestEveryKeyInTheCodeHasAText(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	found := 0
	for s := range literals(t) {
		if !wholeKey.MatchString(s) {
			continue
		}
		found++
		if _, ok := en[s]; !ok && !begins(s+".") {
			t.Errorf("no text %s", s)
		}
	}
	if found < 200 {
		t.Errorf("only %d keys found: the search is broken", found)
	}
}

func TestEveryTypeNamedInAFaultHasAText(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	found := 0
	for _, root := range sources[:2] {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			for _, m := range regexp.MustCompile(`"Want", "([a-z_]+)"`).FindAllStringSubmatch(string(data), -1) {
				found++
				if _, ok := en["type."+m[1]+".label"]; !ok {
					t.Errorf("%s: no text type.%s.label", path, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 5 {
		t.Errorf("only %d types found: the search is broken", found)
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	t.Parallel()
	used := literals(t)
	for _, key := range fromDeclarations(t) {
		used[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(catalogue(t, "en"))) {
		if used[key] || strings.HasPrefix(key, "type.") && used[strings.Split(key, ".")[1]] || begins(key) {
			continue
		}
		if code, ok := strings.CutPrefix(key, "error."); ok && (slices.Contains(kind.Codes, kind.Code(code)) || used[code]) {
			continue // app/problem makes these of its table
		}
		t.Errorf("%s is used nowhere", key)
	}
}
