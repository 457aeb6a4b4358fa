package form

import (
	"slices"
	"strings"

	"colocate/app/locale"
)

// spoken are the languages that a person can be said to speak beside those of
// the mission: the codes of ISO 639-1, and the languages of United Nations
// missions that have none there.
var spoken = strings.Fields(`aa ab af ak am ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cs cv cy da de dv dz
ee el en es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi hr ht hu hy id ig ii is it iu ja jv ka kg ki kk kl km
kn ko kr ks ku kv ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb ne nl nn nr nv ny oc om or os pa pl
ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tn to tr ts tt ty ug uk
ur uz ve vi wo xh yo za zh zu ach din apd lua luo nus shk teo tet zne`)

// languages are the languages that can be chosen: the mission's, then all
// others by their name; found once for each form.
func (f *Form) languages() []Choice {
	if f.langs != nil {
		return f.langs
	}
	var out, rest []Choice
	for _, l := range f.p.Writes() {
		out = append(out, Choice{Value: string(l), Label: f.p.LangName(string(l))})
	}
	for _, l := range spoken {
		if !has(out, l) {
			rest = append(rest, Choice{Value: l, Label: f.p.LangName(l)})
		}
	}
	rest = slices.DeleteFunc(rest, func(c Choice) bool { return c.Label == c.Value })
	locale.Sort(f.p.Texts, rest, func(c Choice) string { return c.Label })
	f.langs = append(out, rest...)
	return f.langs
}
