"use strict";
// Gaps between two groups: how much A is above B in every area, and whether that is beyond chance; as colours of the map
// and as rows of a table.
M.gaps = (() => {
  const { make, kept } = M;
  // B above A to A above B (tests/unit/site/test_drawing.py: told apart by all eyes). Between them: chance.
  const BELOW = ["#b35806", "#f1a340", "#fee0b6"], ABOVE = ["#d8daeb", "#998ec3", "#542788"];
  const CHANCE = "#ffffff", MISSING = "#d9d2c5", Q95 = 1.959963984540054;

  // Values of the groups of a year, by kind of area.
  const load = async (variable, division, year) => {
    await M.load(`data/gaps/${variable.id}_${division}_${year}.js`);
    return kept.divided[`${variable.id}_${division}_${year}`];
  };
  const names = (found, division) => found.groups.map(([position]) => [position, kept.start.groups[division][position]]);

  // One row an area in which both groups have a value.
  const rows = (variable, found, kind, a, b) => {
    const of = (position) => {
      const [, values, qualities, errors] = found.groups.find((group) => group[0] === position);
      return { values: values.split(","), qualities, errors };
    };
    const one = of(a), other = of(b);
    // The error of the difference itself, from the survey's replicates, where the release has it.
    const exact = found.pairs.find(([first, second]) => [first, second].includes(a) && [first, second].includes(b));
    const value = (group, at) => (group.values[at] === "" ? null : M.unpacked(Number(group.values[at]), variable));
    return kept.areas.filter((area) => area.kind === kind).map((area, at) => {
      const valueA = value(one, at), valueB = value(other, at);
      const by = valueA === null || valueB === null ? null : valueA - valueB;
      const errorA = M.error(one.errors, at), errorB = M.error(other.errors, at);
      const independent = by === null ? null : M.statistics.difference(errorA, errorB);
      const known = exact && by !== null ? M.error(exact[2], at) : null;
      const error = known ?? independent;
      return { area, valueA, valueB, by, error, independent, isExact: known !== null, beyond: error === null ? null : Math.abs(by) / error > Q95, quality: Math.max(Number(one.qualities[at]), Number(other.qualities[at])) };
    }).filter((row) => row.area.from <= found.year && found.year <= row.area.to);
  };
  const points = (by, variable) => (by === null ? "" : `${by > 0 ? "+" : by < 0 ? "-" : ""}${M.isShare(variable) ? `${(Math.abs(by) * 100).toFixed(1)} points` : M.amount(Math.abs(by), variable)}`);
  const verdict = (row) => (row.by === null ? "a group has no value" : row.beyond === null ? "no interval" : row.beyond ? "beyond chance" : "not beyond chance");

  const layer = (variable, listed, nameA, nameB, year) => {
    const byNumber = new Map(listed.map((row) => [row.area.number, row]));
    const known = listed.some((row) => row.beyond !== null);
    const coloured = (row) => row.by !== null && (row.beyond || (!known && row.by !== 0));
    const sizes = listed.filter(coloured).map((row) => Math.abs(row.by)).sort((x, y) => x - y);
    const marks = [1, 2].map((third) => sizes[Math.min(sizes.length - 1, Math.floor((third / 3) * sizes.length))] ?? 0);
    const step = (by) => marks.filter((mark) => Math.abs(by) >= mark).length;
    const fill = (row) => (!row || row.by === null ? MISSING : !coloured(row) ? CHANCE : row.by > 0 ? ABOVE[step(row.by)] : BELOW[2 - step(row.by)]);
    const shown = listed.filter((row) => row.by !== null), most = sizes[sizes.length - 1] ?? 0;
    const ends = [[0, marks[0]], [marks[0], marks[1]], [marks[1], most]];
    const range = ([low, high]) => `${points(low, variable).replace(/^[+-]| points$/g, "")} to ${points(high, variable).replace(/^[+-]/, "")}`;
    return {
      hatch: "#1b1f23",
      value: (area) => byNumber.get(area.number)?.by ?? null,
      weak: (area) => byNumber.get(area.number)?.quality === 3,
      fill: (area) => fill(byNumber.get(area.number)),
      tip: (area) => {
        const row = byNumber.get(area.number);
        if (!row || row.by === null) return "not both groups have a value";
        return `${nameA} ${M.amount(row.valueA, variable)}, ${nameB} ${M.amount(row.valueB, variable)}: ${points(row.by, variable)}, ${verdict(row)}${row.quality === 3 ? ", Weak" : ""}`;
      },
      words: `${variable.label}, ${year}: ${nameA} less ${nameB} in ${shown.length} communities; beyond chance in ${shown.filter((row) => row.beyond).length}. The table below has the same numbers.`,
      legend: (chip) => [
        ...[2, 1, 0].map((at) => [chip(BELOW[2 - at]), `${nameB} higher by ${range(ends[at])}`]),
        ...(known ? [[chip(CHANCE), "not beyond chance (or no interval)"]] : []),
        ...[0, 1, 2].map((at) => [chip(ABOVE[at]), `${nameA} higher by ${range(ends[at])}`]),
        ...(known ? [] : [["", "no intervals: chance cannot be told from difference"]]),
      ],
    };
  };
  const head = ["geoid", "name", "variable", "year", "sample", "subgroup_type", "group_a", "group_b", "value_a", "value_b", "difference", "standard_error", "beyond_chance_95", "quality", "assumption", "independent_error"];
  const table = (variable, listed, found, division, nameA, nameB) => [head, ...listed.map((row) => [
    row.area.geoid, M.full(row.area), variable.id, found.year, found.sample, division, nameA, nameB, row.valueA, row.valueB,
    row.by === null ? null : Number(row.by.toPrecision(6)), row.error === null ? null : Number(row.error.toPrecision(3)), row.beyond === null ? null : row.beyond, row.by === null ? null : row.quality, row.error === null ? null : row.isExact ? "none: error of the difference from replicate weights" : "groups taken as independent", row.independent === null ? null : Number(row.independent.toPrecision(3))])];
  return { load, names, rows, layer, points, verdict, table, BELOW, ABOVE };
})();
