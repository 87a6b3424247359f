"use strict";
// What all pages share: data that arrive as scripts (a page opened from a folder may not fetch), numbers as words,
// and the making of elements. Everything hangs on one name, M.
const M = (() => {
  const root = document.body.dataset.root || "";
  const waiting = new Map();
  const kept = { communities: new Map(), metrics: new Map(), maps: new Map() };

  // A script is asked for once; the promise is that of its data.
  const load = (path) => {
    if (!waiting.has(path)) {
      waiting.set(path, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = root + path;
        script.onload = () => done();
        script.onerror = () => failed(new Error(`${path} is not there`));
        document.head.append(script);
      }));
    }
    return waiting.get(path);
  };

  // --- what the data scripts call ---
  const start = (facts) => {
    kept.start = facts;
    kept.areas = [];
    for (const [kind, states] of [["county", facts.counties], ["place", facts.places]])
      for (const [state, listed] of states)
        for (const one of listed.split("|")) {
          const [, code, name, size, years] = /^(\d+)([^;]*);(\d?);?(.*)$/.exec(one);
          const [from, to] = years ? years.split("-").map(Number) : facts.years;
          kept.areas.push({
            kind, geoid: state + code, state, from, to, stateName: facts.states[state],
            name: name.replace(/~$/, " County"), size: Number(size), number: kept.areas.length,
          });
        }
    kept.byGeoid = new Map(kept.areas.map((area) => [area.geoid, area]));
  };
  const community = (geoid, facts) => kept.communities.set(geoid, facts);
  const metric = (variable, year, facts) => kept.metrics.set(`${variable}_${year}`, { ...kept.metrics.get(`${variable}_${year}`), ...facts });
  // The counties of a run of years stand in the order of the areas: blanks between rings, ! between counties.
  const map = (year, facts) => {
    const areas = kept.areas.filter((area) => area.kind === "county" && area.from <= year && area.to >= facts.last);
    const rings = facts.counties.split("!").map((text) => (text ? text.split(" ") : []));
    kept.maps.set(year, { ...facts, counties: Object.fromEntries(areas.map((area, at) => [area.geoid, rings[at]])), states: facts.states.split(" ").filter(Boolean) });
  };
  // Four letters an area: longitude from 96 degrees west and latitude, two each (orchestration/site/drawing.py).
  const PAIRED = Array.from({ length: 91 }, (_, at) => String.fromCharCode(35 + at)).filter((letter) => !"\\`".includes(letter)).join("");
  const near_of = (text) => {
    const number = (at) => (PAIRED.indexOf(text[at]) * PAIRED.length + PAIRED.indexOf(text[at + 1])) / (PAIRED.length ** 2 - 1);
    kept.near = kept.areas.map((_, at) => (text[4 * at] === " " ? null : { longitude: number(4 * at) * 132 - 96 - 96, latitude: number(4 * at + 2) * 60 + 15 }));
  };
  const state_map = (state, facts) => {
    const counties = Object.fromEntries(Object.entries(facts.counties).map(([geoid, text]) => [geoid, text.split(" ")]));
    kept.stateMaps = { ...kept.stateMaps, [state]: { ...facts, counties } };
  };
  // What orchestration/site/data.py packed: JSON, deflated, in base 64.
  const unfold = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text());
  };
  // Values and standard errors of groups of a year by kind of area (orchestration/site/sql/gaps.sql).
  const divided = (variable, division, year, text) => { kept.divided = { ...kept.divided, [`${variable}_${division}_${year}`]: unfold(text) }; };
  const error = (text, at) => {
    const first = text[2 * at], step = first && first !== " " ? PAIRED.indexOf(first) * PAIRED.length + PAIRED.indexOf(text[2 * at + 1]) : null;
    return step === null ? null : 10 ** ((step / (PAIRED.length ** 2 - 1)) * 12 - 6);
  };
  const points_of = (found) => { kept.placePoints = found; };
  const breaks = (listed) => { kept.breaks = listed; };
  const about = (variable, facts) => { kept.about = { ...kept.about, [variable]: facts }; };
  const elsewhere = (listed) => { kept.elsewhere = listed; };

  // --- numbers as readers want them ---
  const isShare = (variable) => variable.unit.startsWith("share");
  const isDollars = (variable) => variable.unit.startsWith("US dollars");
  const plain = (value) => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3))));
  const amount = (value, variable) => {
    if (value === null || value === undefined) return "";
    if (isShare(variable)) return `${(value * 100).toFixed(1)}\u00a0%`;
    if (isDollars(variable)) return `${value < 0 ? "-" : ""}$${Math.abs(Math.round(value)).toLocaleString("en-US")}`;
    return plain(value);
  };
  const interval = (low, high, variable) =>
    low === null || low === undefined || high === null || high === undefined ? "" : `${amount(low, variable).replace("\u00a0%", "")} to ${amount(high, variable)}`;
  // What stands between the two bounds is not always an interval of 95 %: the words must not promise it.
  const boundsAre = (variable, kind) =>
    variable.interval === "data_gap_bounds" ? "bounds of what the data leave open"
    : variable.interval === "model_95" && kind !== "county" ? "bounds averaged over districts"
    : variable.interval === "none" ? "no interval is published"
    : "interval of 95\u00a0%" + (variable.flag ? ", Weak: of a pool" : "");
  const boundsHead = (variable, kind) => { const words = boundsAre(variable, kind); return words[0].toUpperCase() + words.slice(1); };
  const unpacked = (value, variable) => (value === null || value === undefined ? null : isShare(variable) ? value / 10000 : value);

  // A series of a community as objects, a year each.
  const LETTERS = "0123456789abcdefghijklmnop";
  const points = (packed) => {
    const [number, years, values, lows, highs, qualities, reasons, deviations, sample] = packed;
    const variable = kept.start.variables[number];
    return [...years].map((letter, at) => ({
      year: 2014 + LETTERS.indexOf(letter), value: unpacked(values[at], variable),
      lower: lows ? unpacked(lows[at], variable) : null, upper: highs ? unpacked(highs[at], variable) : null,
      quality: Number(qualities ? qualities[at] : 1), reason: reasons ? kept.start.reasons[reasons[at]] : undefined,
      deviates: deviations ? deviations[at] === "1" : false, sample,
    }));
  };
  const groups = (packed) => {
    const [number, kind, year, positions, values, lows, highs, qualities, reasons, , sample] = packed;
    const variable = kept.start.variables[number];
    return {
      kind, year, sample,
      cells: positions.map((position, at) => ({
        name: kept.start.groups[kind][position], sample, value: unpacked(values[at], variable),
        lower: lows ? unpacked(lows[at], variable) : null, upper: highs ? unpacked(highs[at], variable) : null,
        quality: Number(qualities ? qualities[at] : 1), reason: reasons ? kept.start.reasons[reasons[at]] : undefined,
      })),
    };
  };

  // --- elements ---
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = new Set(["svg", "g", "path", "line", "circle", "rect", "text", "title", "defs", "pattern", "polyline"]);
  const make = (tag, facts = {}, ...children) => {
    const node = drawn.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(facts)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  };
  const drawing = (width, height, words, ...children) =>
    make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, make("title", {}, words), ...children);
  // The width of the longest of some words in a drawing, as this window's letters have it: bold, so that none is wider.
  const widest = (words) => {
    const text = make("text");
    const figure = make("figure", {}, drawing(640, 1, "", make("g", { class: "own" }, text)));
    document.body.append(figure);
    const most = Math.max(...words.map((one) => { text.textContent = one; return text.getComputedTextLength(); }));
    figure.remove();
    return most;
  };
  const flag = (quality) =>
    quality ? make("span", { class: `flag ${kept.start.quality[quality - 1]}` }, kept.start.quality[quality - 1]) : "";
  const table = (caption, heads, rows, facts = {}) =>
    make("table", facts, make("caption", {}, caption),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, rows.map((cells) => make("tr", {}, cells.map((cell, at) => (at ? make("td", {}, cell) : make("th", { scope: "row" }, cell)))))));
  const wide = (label, ...children) => make("div", { class: "wide", role: "region", tabindex: "0", "aria-label": label }, ...children);

  const areaAddress = (geoid, more = "") => `${root}community.html?${geoid}${more}`;
  const metricAddress = (variable) => `${root}metric/${variable.id}.html`;
  const full = (area) => `${area.name}, ${area.stateName}`;

  // A file to take away, made in the page.
  const save = (name, content) => {
    const link = make("a", { href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: "text/csv" })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
  };
  // A workbook: sheets are [name, rows with a head, widths]. What makes it is loaded when it is asked for.
  const book = async (sheets) => {
    await load("app/vendor/write-excel-file.min.js");
    const cell = (value, at) => (value === null || value === undefined || value === "" ? null : at ? { value, type: typeof value === "number" ? Number : String } : { value, fontWeight: "bold", type: String });
    return window.writeXlsxFile(sheets.map(([sheet, rows, widths]) => ({
      sheet, stickyRowsCount: 1, columns: widths.map((width) => ({ width })), data: rows.map((row, at) => row.map((one) => cell(one, at))),
    }))).toBlob();
  };
  const csv = (rows) => rows.map((row) => row.map((cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }).join(",")).join("\n") + "\n";

  return {
    kept, load, start, community, metric, map, points_of, near_of, state_map, divided, unfold, error, breaks, about, elsewhere, amount, interval, boundsAre, boundsHead, unpacked, points, groups, isShare, isDollars,
    make, drawing, widest, flag, table, wide, areaAddress, metricAddress, full, save, book, csv, root, letters: PAIRED,
  };
})();
