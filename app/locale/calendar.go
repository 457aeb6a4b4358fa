package locale

import "strings"

// calendar is how a language writes dates and times: names of months and days,
// and patterns of %d day, %M month, %b month cut short, %L month that stands
// without a day, %n number of the month, %y year, %A weekday, %H and %h hour
// with and without a leading zero, %m minute, %e last day of a span.
//
// The names and patterns are CLDR's with the exceptions that United Nations
// editing makes: both names of a month in Arabic, "1er" in French. Libraries
// of formats have neither, nor patterns for a day without its year.
type calendar struct {
	months, short, alone []string // from January
	weekdays             []string // from Sunday
	first                string   // the first of a month where it is no mere number

	long, brief, full, day, weekday, month, year string
	span, fromDay, toDay, between                string
	clock, at                                    string // at stands between date and time
}

// names splits a list of names at its spaces; "_" is a space within a name.
func names(list string) []string {
	out := strings.Fields(list)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "_", " ")
	}
	return out
}

var english = calendar{
	months:   names("January February March April May June July August September October November December"),
	short:    names("Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec"),
	alone:    names("January February March April May June July August September October November December"),
	weekdays: names("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
	long:     "%d %M %y", brief: "%d %b %y", full: "%A %d %M %y", day: "%d %M", weekday: "%A %d %M", month: "%L %y", year: "%y",
	span: "%d–%e %M %y", fromDay: "%d %M", toDay: "%d %M %y", between: " – ", clock: "%H:%m", at: ", ",
}

var french = calendar{
	months:   names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
	short:    names("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
	alone:    names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
	weekdays: names("dimanche lundi mardi mercredi jeudi vendredi samedi"),
	first:    "1er",
	long:     "%d %M %y", brief: "%d %b %y", full: "%A %d %M %y", day: "%d %M", weekday: "%A %d %M", month: "%L %y", year: "%y",
	span: "%d–%e %M %y", fromDay: "%d %M", toDay: "%d %M %y", between: " – ", clock: "%h\u00a0h\u00a0%m", at: ", ",
}

var spanish = calendar{
	months:   names("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
	short:    names("ene feb mar abr may jun jul ago sept oct nov dic"),
	alone:    names("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
	weekdays: names("domingo lunes martes miércoles jueves viernes sábado"),
	long:     "%d de %M de %y", brief: "%d %b %y", full: "%A %d de %M de %y", day: "%d de %M", weekday: "%A %d de %M",
	month: "%L de %y", year: "%y", span: "%d–%e de %M de %y", fromDay: "%d de %M", toDay: "%d de %M de %y",
	between: " – ", clock: "%h:%m", at: ", ",
}

// arabicMonths carries both names of each month, as the United Nations write
// them for readers from Mauritania to Iraq; cut short, one half would not know.
var arabicMonths = names("كانون_الثاني/يناير شباط/فبراير آذار/مارس نيسان/أبريل أيار/مايو حزيران/يونيو " +
	"تموز/يوليو آب/أغسطس أيلول/سبتمبر تشرين_الأول/أكتوبر تشرين_الثاني/نوفمبر كانون_الأول/ديسمبر")

var arabic = calendar{
	months: arabicMonths, short: arabicMonths, alone: arabicMonths,
	weekdays: names("الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت"),
	long:     "%d %M %y", brief: "%d %M %y", full: "%A، %d %M %y", day: "%d %M", weekday: "%A، %d %M", month: "%L %y", year: "%y",
	span: "%d–%e %M %y", fromDay: "%d %M", toDay: "%d %M %y", between: " – ", clock: "%H:%m", at: "، ",
}

var russian = calendar{
	months:   names("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
	short:    names("янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек."),
	alone:    names("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
	weekdays: names("воскресенье понедельник вторник среда четверг пятница суббота"),
	long:     "%d %M %y\u00a0г.", brief: "%d %b %y\u00a0г.", full: "%A, %d %M %y\u00a0г.", day: "%d %M", weekday: "%A, %d %M",
	month: "%L %y\u00a0г.", year: "%y\u00a0г.", span: "%d–%e %M %y\u00a0г.", fromDay: "%d %M", toDay: "%d %M %y\u00a0г.",
	between: " – ", clock: "%H:%m", at: ", ",
}

// chinese has numbers for months; the names are never asked for.
var chinese = calendar{
	weekdays: names("星期日 星期一 星期二 星期三 星期四 星期五 星期六"),
	long:     "%y年%n月%d日", brief: "%y年%n月%d日", full: "%y年%n月%d日%A", day: "%n月%d日", weekday: "%n月%d日%A",
	month: "%y年%n月", year: "%y年", span: "%y年%n月%d日至%e日", fromDay: "%y年%n月%d日", toDay: "%n月%d日",
	between: "至", clock: "%H:%m", at: " ",
}
