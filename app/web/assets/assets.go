// Package assets holds the files that browsers get beside the pages, as they are
// served: under names that change with their content, so that browsers may keep
// them for good, and compressed once, when the service starts (style.md F15, F20).
package assets

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"path"
	"regexp"

	"colocate/app/locale"
	"colocate/app/web/static"
)

// The files by their plain names, for Path.
const (
	Screen = "colocate.css" // the sheet of every page
	Print  = "print.css"    // the sheet of paper, to be linked with media="print"
	Script = "colocate.js"  // only adds to pages: to be loaded with defer
	Sprite = "icons.svg"    // the icons; see Icon
	Mark   = "mark.svg"     // the favicon
)

// files are what is served, where it lies in static.Files, and its type.
var files = []struct{ name, from, mime string }{
	{Screen, "built/colocate.css", "text/css; charset=utf-8"},
	{Print, "built/print.css", "text/css; charset=utf-8"},
	{Script, "built/colocate.js", "text/javascript; charset=utf-8"},
	{Sprite, "icons.svg", "image/svg+xml"},
	{Mark, "mark.svg", "image/svg+xml"},
}

// Set is every file that is served. It never changes and is safe for parallel use.
type Set struct {
	paths map[string]string // "colocate.css" -> "/assets/colocate.<hash>.css"
	files map[string]file   // by the last part of the path
	icons map[string]bool
}

var symbol = regexp.MustCompile(`<symbol id="([a-z0-9]+)"`)

// Load reads and compresses the files. The sheet of paper gets the marks of
// confidentiality in every language of texts.
func Load(texts *locale.Catalogue) (*Set, error) {
	s := &Set{paths: map[string]string{}, files: map[string]file{}, icons: map[string]bool{}}
	for _, f := range files {
		data, err := static.Files.ReadFile(f.from)
		if err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		switch f.name {
		case Print:
			data = append(data, marks(texts)...)
		case Sprite:
			for _, found := range symbol.FindAllSubmatch(data, -1) {
				s.icons[string(found[1])] = true
			}
		}
		if err := s.add(f.name, f.mime, data); err != nil {
			return nil, fmt.Errorf("assets: %s: %w", f.name, err)
		}
	}
	return s, nil
}

func (s *Set) add(name, mime string, data []byte) error {
	sum := sha256.Sum256(data)
	hash := base64.RawURLEncoding.EncodeToString(sum[:9])
	f, err := newFile(mime, hash, data)
	if err != nil {
		return err
	}
	ext := path.Ext(name)
	hashed := name[:len(name)-len(ext)] + "." + hash + ext
	s.files[hashed] = f
	s.paths[name] = "/assets/" + hashed
	return nil
}

// Path is where a file is served, by its plain name; "" if there is none.
func (s *Set) Path(name string) string { return s.paths[name] }

// Icon is the address of an icon of the sprite for <use href>; "" if it has no
// icon of that name.
func (s *Set) Icon(name string) string {
	if !s.icons[name] {
		return ""
	}
	return s.paths[Sprite] + "#" + name
}
