// Package i18n holds the message catalogues, one file per language, with flat
// dotted keys. English is the source; the other files have the same keys and
// exactly the plural forms that CLDR gives their language. Texts carry no
// markup. app/locale reads them; nothing else does.
package i18n

import "embed"

// Files are the catalogues, named active.<language>.json.
//
//go:embed active.*.json
var Files embed.FS
