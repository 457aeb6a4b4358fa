package value

import "math"

// Point is a place in WGS 84 degrees, known to PrecisionM metres.
// On the wire: {lat, lon, precision_m}.
type Point struct {
	Lat, Lon   float64
	PrecisionM int64
}

// maxPrecision is half the Earth's girth; nothing is known less exactly.
const maxPrecision = 20_000_000

// Check returns the rules that p breaks.
func (p Point) Check() []Broken {
	var bad []Broken
	if !(p.Lat >= -90 && p.Lat <= 90) { // written so that NaN is refused
		bad = append(bad, wrong("lat", KeyRange, "Min", -90, "Max", 90))
	}
	if !(p.Lon >= -180 && p.Lon <= 180) {
		bad = append(bad, wrong("lon", KeyRange, "Min", -180, "Max", 180))
	}
	if p.PrecisionM < 0 || p.PrecisionM > maxPrecision {
		bad = append(bad, wrong("precision_m", KeyRange, "Min", 0, "Max", maxPrecision))
	}
	return bad
}

// Coarse is p known to no better than metres, which must be above zero: what is
// public, or about a victim, shows no house (domain.md §0: at least 1,000 m).
func (p Point) Coarse(metres int64) Point {
	if p.PrecisionM >= metres {
		return p
	}
	const metresPerDegree = 111_320
	step := float64(metres) / metresPerDegree
	lat := clamp(math.Round(p.Lat/step)*step, 90)
	wide := step / math.Max(math.Cos(lat*math.Pi/180), 0.01) // meridians meet at the poles
	return Point{Lat: lat, Lon: clamp(math.Round(p.Lon/wide)*wide, 180), PrecisionM: metres}
}

func clamp(x, limit float64) float64 { return math.Max(-limit, math.Min(limit, x)) }
