package main

import (
	"cmp"
	"fmt"
	"regexp"

	"colocate/app/locale"
)

// weight is what a page costs on the line, in bytes of bodies.
type weight struct {
	br, gzip int    // of the page in English
	most     int    // by the worse of both codings, in the language in which it is largest
	lang     string // that language
	assets   int    // of what a first visit loads besides: style sheets, script, icons
}

// shared is what the pages load and browsers keep.
type shared struct{ css, script, all int }

// assetURL finds the addresses of files in a page or in a style sheet.
var assetURL = regexp.MustCompile(`/assets/[A-Za-z0-9._-]+\.(\w+)`)

// scale weighs pages and remembers the files that they load.
type scale struct {
	side  *side
	files map[string]int // by address, the larger of both codings
	zips  map[string]int // by gzip alone, by ending
}

func newScale(s *side) *scale {
	return &scale{side: s, files: map[string]int{}, zips: map[string]int{}}
}

// page weighs the page at path, in every language and coding.
func (x *scale) page(by caller, path string) (w weight, err error) {
	for _, l := range locale.Languages() {
		by.lang = l.Tag
		br, gz, err := x.both(by, path)
		if err != nil {
			return w, err
		}
		if l.Tag == "en" {
			w.br, w.gzip = br, gz
		}
		if n := max(br, gz); n > w.most {
			w.most, w.lang = n, l.Tag
		}
	}
	w.assets, err = x.load(by, path, map[string]bool{})
	return w, err
}

// both are the bytes of an answer by brotli and by gzip.
func (x *scale) both(by caller, path string) (br, gz int, err error) {
	var n [2]int
	for i, coding := range []string{"br", "gzip"} {
		by.coding = coding
		body, err := x.side.get(by, get(path))
		if err != nil {
			return 0, 0, err
		}
		n[i] = len(body)
	}
	return n[0], n[1], nil
}

// load adds up the files that path names, and that those name, each once.
func (x *scale) load(by caller, path string, seen map[string]bool) (sum int, err error) {
	by.coding = ""
	text, err := x.side.get(by, get(path))
	if err != nil {
		return 0, err
	}
	for _, m := range assetURL.FindAllSubmatch(text, -1) {
		name, ending := string(m[0]), string(m[1])
		if seen[name] {
			continue
		}
		seen[name] = true
		if x.files[name] == 0 {
			br, gz, err := x.both(caller{}, name)
			if err != nil {
				return 0, fmt.Errorf("%s names %s: %w", path, name, err)
			}
			x.files[name] = max(br, gz)
			x.zips[ending] += gz
		}
		more, err := x.load(by, name, seen)
		if err != nil {
			return 0, err
		}
		sum += x.files[name] + more
	}
	return sum, nil
}

// shared is what was found so far.
func (x *scale) shared() (s shared) {
	for _, n := range x.files {
		s.all += n
	}
	s.css, s.script = x.zips["css"], x.zips["js"]
	return s
}

// heaviest is the result whose page, or first visit, weighs most.
func heaviest(rs []result, of func(weight) int) *result {
	var top *result
	for i := range rs {
		if top == nil || cmp.Less(of(top.weight), of(rs[i].weight)) {
			top = &rs[i]
		}
	}
	return top
}
