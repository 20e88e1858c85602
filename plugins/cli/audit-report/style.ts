/** Calm on the screen, and on A4 in black and white: refused is also hatched, the rest also outlined. */
export const STYLE = `
@page { size: A4; margin: 16mm 14mm; }
body { font: 15px/1.5 system-ui, "Titillium Web", sans-serif; color: #17212b; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
.about { color: #4a5763; margin: .2rem 0 1.2rem; }
.status { border-left: 6px solid #1f6f54; background: #eef6f2; padding: .6rem .9rem; overflow-wrap: anywhere; }
.status.broken { border-color: #a3160f; background: #fbeceb; }
.numbers { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6rem; margin: 1.2rem 0; padding: 0; list-style: none; }
.numbers li { border: 1px solid #dde3e8; border-radius: 4px; padding: .4rem .7rem; color: #4a5763; break-inside: avoid; }
.numbers b { display: block; font-size: 1.6rem; line-height: 1.2; color: #17212b; font-variant-numeric: tabular-nums; }
.legend { color: #4a5763; font-size: .85rem; margin: 0 0 .4rem; }
.legend svg { display: inline-block; width: 14px; height: 14px; vertical-align: -2px; margin: 0 .3rem 0 .9rem; }
svg { display: block; width: 100%; height: auto; font-size: 12px; fill: #17212b; }
svg line { stroke: #c4ccd4; } .value { font-variant-numeric: tabular-nums; }
.accepted { fill: #2b5f8f; } .refused { fill: url(#hatch); stroke: #b0480e; } .other { fill: #fff; stroke: #5c6873; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #dde3e8; padding: .25rem .4rem; text-align: right; vertical-align: top; }
th:first-child { text-align: left; font-weight: 400; overflow-wrap: anywhere; }
.figures th:first-child { width: 40%; } td, thead th { overflow-wrap: break-word; }
.named td:nth-child(2), .named thead th:nth-child(2) { text-align: left; overflow-wrap: anywhere; } .named td { white-space: normal; }
.named td:nth-child(n+3), .wide td { white-space: nowrap; } .hashes td { font: .75rem ui-monospace, monospace; overflow-wrap: anywhere; }
thead th, thead th:first-child { font-weight: 600; border-color: #8a96a1; }
section, tr, svg { break-inside: avoid; } h2 { break-after: avoid; } section.long { break-inside: auto; }
.hidden { position: absolute; width: 0; height: 0; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; } * { print-color-adjust: exact; } }
`;
