package app_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport lists, for each guarded import prefix, the folders that may use it.
// Imports run one way: cmd -> server -> {api, web, report, transfer} -> {record,
// account, figures} -> {authz, store} -> domain, with locale, middleware and
// problem beside the outer two (design.md §2). A longer prefix beats a shorter.
var mayImport = map[string][]string{
	"github.com/casbin/":                   {"app/authz"},
	"github.com/nicksnyder/go-i18n/":       {"app/locale"},
	"go.mongodb.org/mongo-driver/v2/mongo": {"app/store/mongostore"},
	"go.mongodb.org/mongo-driver/v2/bson":  {"app/store"},
	"go.mongodb.org/":                      {"app/store"},
	"modernc.org/":                         {"app/store/sqlitestore"},
	"database/sql":                         {"app/store/sqlitestore"},
	"github.com/gofiber/":                  {"app/server", "app/middleware", "app/problem", "app/api", "app/web"},
	"github.com/valyala/":                  {"app/server", "app/middleware", "app/api"},
	"github.com/a-h/templ":                 {"app/web", "app/report"},
	"github.com/alecthomas/kong":           {"cmd"},
	"github.com/prometheus/":               {"app/server", "app/middleware"},
	"github.com/alexedwards/argon2id":      {"app/account"},

	"colocate/cmd":                   {},
	"colocate/app/server":            {"cmd"},
	"colocate/app/api":               {"app/server"},
	"colocate/app/web":               {"app/server"},
	"colocate/app/web/webtest":       {}, // for tests alone
	"colocate/app/report":            {"app/server"},
	"colocate/app/transfer":          {"app/server", "cmd"},
	"colocate/app/problem":           {"app/server", "app/api", "app/web"},
	"colocate/app/middleware":        {"app/server", "app/api", "app/web", "app/problem"},
	"colocate/app/locale":            {"app/server", "app/api", "app/web", "app/problem", "app/middleware", "app/report", "app/transfer"},
	"colocate/app/record":            {"cmd", "app/server", "app/api", "app/web", "app/report", "app/transfer"},
	"colocate/app/account":           {"cmd", "app/server", "app/api", "app/web"},
	"colocate/app/figures":           {"app/server", "app/api", "app/web", "app/report"},
	"colocate/app/authz":             {"cmd", "app/server", "app/api", "app/web", "app/record", "app/account"},
	"colocate/app/store":             {"app/server", "app/record", "app/account", "app/figures", "app/transfer", "app/store"},
	"colocate/app/store/sqlitestore": {"app/server", "app/store"},
	"colocate/app/store/mongostore":  {"app/server", "app/store"},
	"colocate/policies":              {"app/server"},
	"colocate/i18n":                  {"app/server"},
	"colocate/seeds":                 {"app/server", "app/transfer"},
	"colocate/domain":                {"cmd", "app", "domain", "seeds"},
}

// outside are the rigs that measure and test the program from outside and belong
// to no layer of it: nothing of the program imports them.
var outside = []string{"app/bench", "app/e2e", "app/web/webtest"}

// source is one Go file of the program, tests and generated code aside.
type source struct {
	dir, name string
	fset      *token.FileSet
	ast       *ast.File
}

// sources parses every Go file of the program.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	fset := token.NewFileSet()
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil && p != ".." || d.Name() == "testdata" {
				return filepath.SkipDir // a module of its own
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(p)
		if err != nil || bytes.HasPrefix(data, []byte("// Code generated ")) {
			return err
		}
		f, err := parser.ParseFile(fset, p, data, parser.ParseComments)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(p, ".."+string(filepath.Separator)))
		all = append(all, source{path.Dir(name), name, fset, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files", len(all))
	}
	return all
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		for _, im := range f.ast.Imports {
			name, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := forbidden(f.dir, name); why != "" {
				t.Errorf("%s imports %s: %s", f.name, name, why)
			}
		}
	}
	for dir, name := range map[string]string{"domain/host": "github.com/google/uuid", "app/record": "colocate/app/api",
		"app/api": "go.mongodb.org/mongo-driver/v2/bson", "app/web": "colocate/app/api"} {
		if forbidden(dir, name) == "" {
			t.Errorf("%s may import %s: the test cannot fail", dir, name)
		}
	}
}

// forbidden says why a folder may not import a package, "" if it may.
func forbidden(dir, name string) string {
	if slices.Contains(outside, dir) {
		return ""
	}
	if within(dir, "domain") && strings.Contains(strings.Split(name, "/")[0], ".") {
		return "domain is standard library only"
	}
	best := ""
	for prefix := range mayImport {
		match := strings.HasPrefix(name, prefix) && (strings.HasSuffix(prefix, "/") || name == prefix || name[len(prefix)] == '/')
		if match && len(prefix) > len(best) {
			best = prefix
		}
	}
	if best == "" {
		return ""
	}
	own := strings.TrimPrefix(best, "colocate/")
	if within(dir, own) || slices.ContainsFunc(mayImport[best], func(ok string) bool { return within(dir, ok) }) {
		return ""
	}
	return "only " + strings.Join(mayImport[best], ", ") + " may"
}

func within(dir, folder string) bool { return dir == folder || strings.HasPrefix(dir, folder+"/") }

// TestFunctions holds the bars of style.md §0: half of the functions within 12
// lines, nine in ten within 40, none over 60.
func TestFunctions(t *testing.T) {
	t.Parallel()
	var lengths []int
	for _, f := range sources(t) {
		for _, decl := range f.ast.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			lengths = append(lengths, n)
			if n > 60 {
				t.Errorf("%s: %s has %d lines", f.fset.Position(fn.Pos()), fn.Name.Name, n)
			}
		}
	}
	slices.Sort(lengths)
	median, p90 := lengths[len(lengths)/2], lengths[len(lengths)*9/10]
	if median > 12 || p90 > 40 {
		t.Errorf("median %d lines, 90 %% within %d", median, p90)
	}
	t.Logf("%d functions: median %d, 90 %% within %d, longest %d", len(lengths), median, p90, lengths[len(lengths)-1])
}

// TestDocumented: every package says what it is for, every exported name what it
// promises.
func TestDocumented(t *testing.T) {
	t.Parallel()
	packages := map[string]bool{}
	for _, f := range sources(t) {
		doc := f.ast.Doc.Text()
		described := strings.HasPrefix(doc, "Package "+f.ast.Name.Name+" ") || f.ast.Name.Name == "main" && doc != ""
		packages[f.dir] = packages[f.dir] || described
		for _, decl := range f.ast.Decls {
			for _, id := range undocumented(decl) {
				t.Errorf("%s: %s is not documented", f.fset.Position(id.Pos()), id.Name)
			}
		}
	}
	for dir, described := range packages {
		if !described {
			t.Errorf("package %s is not documented", dir)
		}
	}
}

// undocumented lists the exported names of a declaration that has no comment.
func undocumented(decl ast.Decl) (ids []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || receiver(d).IsExported()) {
			ids = append(ids, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					ids = append(ids, s.Name)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						ids = append(ids, id)
					}
				}
			}
		}
	}
	return ids
}

// receiver is the name of the type that a method belongs to.
func receiver(fn *ast.FuncDecl) *ast.Ident {
	switch x := fn.Recv.List[0].Type.(type) {
	case *ast.Ident:
		return x
	case *ast.StarExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			return id
		}
		if ix, ok := x.X.(*ast.IndexExpr); ok {
			return ix.X.(*ast.Ident)
		}
	case *ast.IndexExpr:
		return x.X.(*ast.Ident)
	}
	return ast.NewIdent("")
}
