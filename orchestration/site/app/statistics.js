"use strict";
// The comparisons of the released database (orchestration/release/comparisons.sql), for the pages: a test holds both
// to the same numbers.
M.statistics = (() => {
  const Q90 = 1.644853626951472, Q95 = 1.959963984540054, T79 = 1.9904502102301285;

  // 95 % bounds to a standard error; the longer side, as bounds are cut at 0 and 1. After 80 replicate weights, t.
  // With a flag worse than `variable.flag` the bounds are those of a pool, not of the area.
  const standardError = (point, variable, kind) => {
    const isInterval = (variable.interval === "sampling_95" || (variable.interval === "model_95" && kind === "county")) &&
      !(point.quality > (variable.flag ?? 3));
    if (!isInterval || point.lower === null || point.upper === null || point.value === null) return null;
    return Math.max(point.upper - point.value, point.value - point.lower) / (point.sample ? T79 : Q95) || null;
  };

  // Which part of the years of two periods is in both (shared_part_of): periods end in the years that name them.
  const sharedPart = (one, first, last) => {
    if (one.overlap === null) return 0;
    const years = (year) => (year === one.shorter ? one.shorter_years : one.overlap);
    const both = Math.min(first, last) - Math.max(first - years(first), last - years(last));
    return (2 * Math.max(0, both)) / (years(first) + years(last));
  };

  const crossed = (variable, area, divided, sample, first, last) =>
    M.kept.breaks.filter((one) =>
      ["blocks", "care", "dependent"].includes(one.effect) && one.variables.includes(variable.number) &&
      (!one.kinds || one.kinds.includes(area.kind)) && (!one.geoids || one.geoids.includes(area.geoid)) &&
      (!one.divided || one.divided.includes(divided)) && (!one.sample || one.sample === sample) &&
      (one.before === null || Math.min(first, last) <= one.before) && (one.after === null || Math.max(first, last) >= one.after) &&
      (one.overlap === null || sharedPart(one, first, last) > 0));

  const difference = (one, other, shared = 0) =>
    one === null || other === null ? null : Math.sqrt(1 - shared) * Math.hypot(one, other);

  const change = (variable, area, from, to, divided = "all") => {
    const breaks = crossed(variable, area, divided, to.sample, from.year, to.year);
    const shared = Math.max(0, ...breaks.map((one) => sharedPart(one, from.year, to.year)));
    const missing = from.value === null || to.value === null;
    const by = missing ? null : to.value - from.value;
    const error = difference(standardError(from, variable, area.kind), standardError(to, variable, area.kind), shared);
    const beyond = (quantile) => (by === null || error === null ? null : Math.abs(by) / error > quantile);
    const comparable = breaks.some((one) => one.effect === "blocks") ? "no" : breaks.some((one) => one.effect === "care") ? "with care" : "yes";
    let verdict = "no change beyond chance";
    if (missing) verdict = "a value is missing";
    else if (comparable === "no") verdict = "not comparable";
    else if (error === null) verdict = "no interval: it cannot be told from chance";
    else if (beyond(Q95)) verdict = "changed beyond chance";
    return { from, to, by, error, shared, breaks, comparable, verdict, at90: beyond(Q90), at95: beyond(Q95), quality: Math.max(from.quality, to.quality) };
  };

  // `exact` is the error of the difference itself, from the replicates, where it is known.
  const gap = (variable, kind, one, other, exact = null) => {
    if (one.value === null || other.value === null) return null;
    const independent = difference(standardError(one, variable, kind), standardError(other, variable, kind));
    const error = exact ?? independent;
    return { by: one.value - other.value, error, independent, isExact: exact !== null, at95: error === null ? null : Math.abs(one.value - other.value) / error > Q95 };
  };

  // 1 is the highest value; first to last are the places that chance leaves open.
  const rank = (variable, kind, own, others) => {
    const valued = others.filter((one) => one.value !== null);
    const compared = valued.map((one) => ({ ...one, ...gap(variable, kind, one, own) }));
    const known = compared.every((one) => one.at95 !== null);
    return {
      of: valued.length + 1, place: 1 + compared.filter((one) => one.by > 0).length,
      first: known ? 1 + compared.filter((one) => one.by > 0 && one.at95).length : null,
      last: known ? 1 + valued.length - compared.filter((one) => one.by < 0 && one.at95).length : null,
    };
  };

  return { standardError, difference, change, gap, rank, crossed };
})();
