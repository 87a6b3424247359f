"use strict";
// Drawings of numbers with their uncertainty. Each says in its title what it shows; a table beside it has the numbers.
M.charts = (() => {
  const { make, drawing, widest, amount } = M;

  // Round steps of an axis: three to six of them.
  const ticks = (low, high) => {
    const span = high - low || Math.abs(high) || 1;
    const power = 10 ** Math.floor(Math.log10(span / 3));
    const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => span / one <= 6);
    const first = Math.ceil(low / step - 1e-9) * step;
    return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, at) => Number((first + at * step).toPrecision(12)));
  };
  const bounds = (points) => {
    const all = points.flatMap((one) => [one.value, one.lower, one.upper]).filter((one) => one !== null && one !== undefined);
    const low = Math.min(...all), high = Math.max(...all), pad = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - pad, high + pad];
  };
  const dot = (x, y, quality, extra = {}) =>
    quality === 3 ? make("circle", { cx: x, cy: y, r: 4.5, class: "dot weak", ...extra }) : make("circle", { cx: x, cy: y, r: 4, class: "dot", ...extra });

  // Values over the years. A year without a value, and a year that has no series, break the line.
  const trend = (points, variable, { breaks = [], name }) => {
    const valued = points.filter((one) => one.value !== null);
    if (!valued.length) return make("p", { class: "note" }, "No year has a value.");
    const [low, high] = bounds(valued);
    const width = 640, height = 260, top = 22, bottom = 30;
    const left = widest(ticks(low, high).map((tick) => amount(tick, variable))) + 14, right = widest(["2020"]) / 2 + 4;
    const first = points[0].year, last = points[points.length - 1].year;
    const x = (year) => left + ((year - first) / (last - first || 1)) * (width - left - right);
    const y = (value) => top + (1 - (value - low) / (high - low)) * (height - top - bottom);
    const usual = Math.min(...points.slice(1).map((one, at) => one.year - points[at].year), 99);
    const runs = [];
    for (const one of points) {
      const before = runs.length ? runs[runs.length - 1] : null;
      if (one.value === null) { if (before && before.length) runs.push([]); continue; }
      const near = before && before.length && one.year - before[before.length - 1].year <= Math.max(usual, 1);
      if (near) before.push(one); else runs.push([one]);
    }
    const bands = runs.map((run) => run.filter((one) => one.lower !== null)).filter((run) => run.length).map((run) =>
      run.length === 1 ? make("line", { class: "whisker", x1: x(run[0].year), x2: x(run[0].year), y1: y(run[0].lower), y2: y(run[0].upper) })
        : make("path", { class: "band", d: `M${run.map((one) => `${x(one.year)} ${y(one.upper)}`).join("L")}L${[...run].reverse().map((one) => `${x(one.year)} ${y(one.lower)}`).join("L")}Z` }));
    const marked = breaks.filter((one) => one.before !== null && one.before < last && one.after > first)
      .map((one) => { const at = (x(Math.max(one.before, first)) + x(Math.min(one.after, last))) / 2; return make("g", { class: `break ${one.effect}` }, make("title", {}, one.text), make("line", { x1: at, x2: at, y1: top - 6, y2: height - bottom })); });
    const words = `${name}: ${variable.label}. ${points.map((one) => `${one.year} ${one.value === null ? "no value" : amount(one.value, variable)}`).join("; ")}`;
    return drawing(width, height, words,
      ticks(low, high).map((tick) => make("g", { class: "axis" }, make("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
        make("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, amount(tick, variable)))),
      points.map((one) => make("text", { class: one.value === null ? "gap" : "year", x: x(one.year), y: height - 8, "text-anchor": "middle" }, String(one.year))),
      marked, bands, runs.filter((run) => run.length > 1).map((run) => make("polyline", { class: "line", points: run.map((one) => `${x(one.year)},${y(one.value)}`).join(" ") })),
      valued.map((one) => dot(x(one.year), y(one.value), one.quality)));
  };

  // A row a name: a dot with its interval.
  const dots = (rows, variable, words) => {
    const valued = rows.filter((one) => one.value !== null);
    if (!valued.length) return make("p", { class: "note" }, "None of them has a value.");
    const [low, high] = bounds(valued);
    const short = (text) => (text.length > 32 ? `${text.slice(0, 30)}...` : text);
    const width = 640, line = 26, top = 8, height = top + rows.length * line + 28;
    const left = widest(rows.map((one) => short(one.name))) + 14;
    const marks = ticks(low, high), broad = widest(marks.map((tick) => amount(tick, variable)));
    const right = broad / 2 + 4;
    const x = (value) => left + ((value - low) / (high - low)) * (width - left - right);
    const each = Math.ceil((broad + 8) / (x(marks[1]) - x(marks[0]))) || 1; // every mark has words, or every second ...
    return drawing(width, height, words,
      marks.map((tick, at) => make("g", { class: "axis" }, make("line", { x1: x(tick), x2: x(tick), y1: top, y2: height - 26 }),
        at % each ? "" : make("text", { x: x(tick), y: height - 8, "text-anchor": "middle" }, amount(tick, variable)))),
      rows.map((one, at) => {
        const y = top + at * line + line / 2;
        return make("g", { class: one.own ? "own" : null },
          make("text", { x: left - 10, y: y + 4, "text-anchor": "end" }, short(one.name)),
          one.value === null ? make("text", { class: "gap", x: left + 6, y: y + 4 }, "no value") : [
            one.lower === null || one.lower === undefined ? "" : make("line", { class: "whisker", x1: x(one.lower), x2: x(one.upper), y1: y, y2: y }),
            dot(x(one.value), y, one.quality)]);
      }));
  };

  // Where one area lies among all of its kind: how many have values in each of forty steps.
  const spread = (values, own, peers, variable, words) => {
    const sorted = values.filter((one) => one !== null).sort((a, b) => a - b);
    if (sorted.length < 10) return "";
    const low = sorted[Math.floor(sorted.length * 0.01)], high = sorted[Math.ceil(sorted.length * 0.99) - 1];
    const width = 640, height = 92, base = 66, steps = 40;
    const step = (value) => Math.min(steps - 1, Math.max(0, Math.floor(((value - low) / (high - low || 1)) * steps)));
    const counts = Array(steps).fill(0);
    for (const value of sorted) counts[step(value)] += 1;
    const most = Math.max(...counts), x = (value) => ((step(value) + 0.5) / steps) * width;
    return drawing(width, height, words,
      counts.map((count, at) => make("rect", { class: "bar", x: (at * width) / steps + 0.5, width: width / steps - 1, y: base - (count / most) * 50, height: (count / most) * 50 })),
      peers.filter((one) => one !== null).map((one) => make("line", { class: "peer", x1: x(one), x2: x(one), y1: base - 56, y2: base + 4 })),
      own === null ? "" : make("line", { class: "me", x1: x(own), x2: x(own), y1: 4, y2: base + 8 }),
      make("text", { x: 2, y: height - 6 }, `${amount(low, variable)} or less`), make("text", { x: width - 2, y: height - 6, "text-anchor": "end" }, `${amount(high, variable)} or more`));
  };

  return { trend, dots, spread, ticks };
})();
