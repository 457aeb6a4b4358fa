// Package static holds what browsers get beside the pages: the style sheets, the
// script, the icons and the favicon. What lies in built is made from the sheets
// here and from app/web/ts:
//
//	go generate ./app/web/static
package static

import "embed"

//go:generate go tool -modfile=../../../tools/go.mod esbuild screen.css --bundle --minify --charset=utf8 --log-level=warning --outfile=built/colocate.css
//go:generate go tool -modfile=../../../tools/go.mod esbuild print.css --minify --charset=utf8 --log-level=warning --outfile=built/print.css
//go:generate go tool -modfile=../../../tools/go.mod esbuild ../ts/main.ts --bundle --minify --format=iife --target=es2020 --charset=utf8 --log-level=warning --outfile=built/colocate.js

// Files are the files as they are served: those of built, icons.svg, mark.svg.
//
//go:embed built icons.svg mark.svg
var Files embed.FS
