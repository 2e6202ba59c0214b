/// The colours and letters of a chart, light, dark and printed.
///
/// Every rule is for charts alone, so that the style may stand in a page, in each of its charts
/// again. A page with a background of its own says so by `--chart-paper`.
enum SVGStyle {
  static let sheet: String = {
    func colors(_ names: [String]) -> String {
      names.enumerated().map { "--s\($0.offset):\($0.element);" }.joined()
    }
    let (light, dark) = Palette.backgrounds
    let day =
      colors(Palette.light)
      + "--ink:#1f2328;--soft:#59636e;--grid:#e3e7ec;--axis:#9aa4af;--paper:var(--chart-paper,\(light))"
    let night =
      colors(Palette.dark)
      + "--ink:#e8ecf1;--soft:#a0aab5;--grid:#2b323a;--axis:#66717d;--paper:var(--chart-paper,\(dark))"
    return """
      .fc-chart{\(day);font:12px/1.3 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",\
      Arial,"Liberation Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;\
      display:block;max-width:100%;height:auto}
      @media screen and (prefers-color-scheme:dark){.fc-chart{\(night)}}
      @media print{.fc-chart{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
      svg.fc-chart:root{color-scheme:light dark;background:var(--paper)}
      .fc-chart text{fill:var(--ink)}
      .fc-chart .fc-title{font-size:14px;font-weight:600}
      .fc-chart .fc-soft{fill:var(--soft)}
      .fc-chart .fc-small{font-size:11px}
      .fc-chart .fc-halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;\
      stroke-linejoin:round}
      .fc-chart .fc-grid{stroke:var(--grid);stroke-width:1}
      .fc-chart .fc-axis{stroke:var(--axis);stroke-width:1}
      .fc-chart .fc-mark{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}
      .fc-chart .fc-line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:butt}
      .fc-chart .fc-raw{fill:none;stroke-width:1;opacity:.4}
      .fc-chart .fc-fit{fill:none;stroke-width:1.5;opacity:.85}
      .fc-chart .fc-band{opacity:.17;stroke:none}
      .fc-chart .fc-key{fill:var(--soft);opacity:.28}
      .fc-chart .fc-point{stroke:var(--paper);stroke-width:1}
      .fc-chart .fc-whisker{fill:none;stroke:var(--ink);stroke-width:1.4}
      .fc-chart .fc-under{fill:none;stroke:var(--paper);stroke-width:4;opacity:.75}
      \(Palette.light.indices.map { ".fc-chart .fc-f\($0){fill:var(--s\($0))}.fc-chart .fc-l\($0){stroke:var(--s\($0))}" }.joined(separator: "\n"))
      """
  }()
}
