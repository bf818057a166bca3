"""A bar chart, drawn without a library."""

from xml.sax.saxutils import escape

COLOURS = ("#9aa5b1", "#1f6feb")
_LEFT, _WIDTH, _BAR, _GAP, _TOP = 170, 520, 20, 22, 78


def _text(x, y, words, anchor="start", more=""):
    return '<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>'.format(
        x, y, anchor, more, escape(words))


def _ticks(most):
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100)
                if most / step <= 9)
    return [step * i for i in range(int(most / step) + 1)]


def bars(title, groups):
    """groups: [(label, [(series, value)], goal)]. The scale begins at 0; a line
    at 1 is what it is compared with, a mark in each group is the goal."""
    most = 1.08 * max(max(value for _, value in series + [("", goal)])
                      for _, series, goal in groups)

    def x(value):
        return _LEFT + _WIDTH * value / most

    out, y = [], _TOP
    for label, series, goal in groups:
        height = len(series) * _BAR
        out.append(_text(_LEFT - 10, y + height / 2 + 5, label, "end"))
        for index, (_, value) in enumerate(series):
            top = y + index * _BAR
            out.append('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" '
                       'fill="{}"/>'.format(_LEFT, top, x(value) - _LEFT,
                                            _BAR - 3, COLOURS[index]))
            out.append(_text(x(value) + 5, top + 14, "{:.1f}".format(value)))
        out.append('<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" '
                   'stroke="#d1242f" stroke-width="2" '
                   'stroke-dasharray="4 3"/>'.format(x(goal), y - 3,
                                                     y + height + 1))
        y += height + _GAP
    axis = ['<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" '
            'stroke="{3}"/>'.format(x(tick), _TOP - 8, y - _GAP + 8,
                                    "#57606a" if tick == 1 else "#d8dee4")
            for tick in _ticks(most)]
    axis += [_text(x(tick), y - _GAP + 24, "{:g}".format(tick), "middle")
             for tick in _ticks(most)]
    axis.append('<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" '
                'stroke="#57606a" stroke-width="1.5"/>'.format(
                    x(1), _TOP - 8, y - _GAP + 8))
    legend, at = [], _LEFT
    for index, (name, _) in enumerate(groups[0][1]):
        legend.append('<rect x="{}" y="42" width="12" height="12" '
                      'fill="{}"/>'.format(at, COLOURS[index]))
        legend.append(_text(at + 18, 53, name))
        at += 40 + 8 * len(name)
    legend.append('<line x1="{0}" x2="{0}" y1="41" y2="55" stroke="#d1242f" '
                  'stroke-width="2" stroke-dasharray="4 3"/>'.format(at + 6))
    legend.append(_text(at + 16, 53, "goal"))
    width, height = _LEFT + _WIDTH + 60, y - _GAP + 40
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" '
            'width="{0}" height="{1}" font-family="sans-serif" font-size="13" '
            'fill="#1f2328">\n<rect width="{0}" height="{1}" fill="#ffffff"/>\n'
            '{2}\n</svg>\n').format(width, height, "\n".join(
                [_text(_LEFT, 26, title, more=' font-size="16"')] + legend +
                axis + out))
